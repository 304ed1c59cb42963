//! Which way money and goods go in a question. The records hold what suppliers bill and deliver to us and what we pay them; what
//! we bill, what others owe or pay us and what they order is in none of them, and asked for in nearly the same words.

use super::{
    entity::{self, Entity},
    lexicon::{self, Concept, misspelt},
    part::{CodeKind, Subject},
    period,
    token::Word,
};

/// Said of what goes the other way.
pub(super) const OUTWARD: &str = "the records hold what suppliers bill and deliver to us and what we pay them; of what we bill, \
     and of what others owe, pay or order from us, they hold nothing";

const WE: &[&str] = &["we", "i"];
const US: &[&str] = &["us", "me", "ourselves"];
const BE: &[&str] = &[
    "am", "are", "is", "was", "were", "be", "been", "being", "get", "got", "getting",
];
const HAVE: &[&str] = &["have", "had", "has"];
/// Words that stand between who does something and what is done.
const BETWEEN: &[&str] = &[
    "have",
    "had",
    "has",
    "already",
    "ever",
    "just",
    "actually",
    "really",
    "also",
    "now",
    "so",
    "far",
    "yet",
    "recently",
    "last",
    "first",
    "previously",
    "currently",
    "all",
    "together",
    "then",
    "not",
    "never",
    "still",
    "finally",
    "only",
];
const DONE: &[&str] = &[
    "made",
    "raised",
    "issued",
    "sent",
    "submitted",
    "given",
    "received",
    "recieved",
    "got",
    "due",
    "pending",
    "done",
    "outstanding",
    "released",
    "realised",
    "realized",
];
const SENT: &[&str] = &["made", "raised", "issued", "sent", "submitted", "given"];
const ARTICLES: &[&str] = &[
    "the", "m/s", "messrs", "our", "your", "any", "all", "each", "every", "which",
];
const BUYS: &[&str] = &[
    "buy",
    "purchase",
    "purchases",
    "purchased",
    "bought",
    "spend",
    "spent",
];
const PAYS: &[&str] = &["pay", "pays", "paid", "paying", "settle", "settled"];
const RECEIVES: &[&str] = &["receive", "receives", "received", "accept", "accepted"];
const ORDERS: &[&str] = &[
    "order",
    "orders",
    "ordered",
    "buy",
    "buys",
    "bought",
    "purchase",
    "purchased",
    "place",
    "placed",
];
const DELIVERS: &[&str] = &[
    "deliver",
    "delivered",
    "delivery",
    "deliveries",
    "despatched",
    "dispatched",
    "sent",
];

/// Whether a stretch of words asks for what goes from us to others, or comes from them other than as a supply.
pub(super) fn is_outward(words: &[Word<'_>], stretch: (usize, usize), ordered: bool) -> bool {
    let reader = Reader {
        words,
        stretch,
        ordered,
    };
    reader.we_bill() || reader.owed_to_us() || reader.paid_to_us() || reader.ordered_from_us()
}

struct Reader<'a> {
    words: &'a [Word<'a>],
    stretch: (usize, usize),
    /// An order is named by its number.
    ordered: bool,
}

impl Reader<'_> {
    fn at(&self, at: usize) -> &str {
        let inside = (self.stretch.0..self.stretch.1).contains(&at);
        let word = self
            .words
            .get(at)
            .filter(|word| inside && word.quoted.is_none());
        word.map_or("", |word| word.lower.as_str())
    }

    fn is(&self, at: usize, list: &[&str]) -> bool {
        list.contains(&self.at(at))
    }

    fn all(&self) -> std::ops::Range<usize> {
        self.stretch.0..self.stretch.1
    }

    fn has(&self, list: &[&str]) -> bool {
        self.all().any(|at| self.is(at, list))
    }

    fn means(&self, at: usize, wanted: &[Concept]) -> bool {
        self.all().contains(&at)
            && lexicon::concept(self.words, at)
                .is_some_and(|(concept, _)| wanted.contains(&concept))
    }

    /// The first place from `at` on that is none of the words.
    fn past(&self, mut at: usize, list: &[&str]) -> usize {
        while self.is(at, list) {
            at += 1;
        }
        at
    }

    /// Billing, and no buying.
    fn bills(&self, at: usize) -> bool {
        self.means(at, &[Concept::Bill]) && !self.is(at, BUYS)
    }

    /// Whether somebody is named there, or "vendors" are.
    fn party(&self, at: usize) -> bool {
        let at = self.past(at, ARTICLES);
        let Some(word) = self.words.get(at).filter(|_| self.all().contains(&at)) else {
            return false;
        };
        if word.quoted.is_some() {
            return true;
        }
        match entity::parse(self.words, at, None) {
            Some((Entity::Subject(subject), _)) => {
                return match subject {
                    Subject::Code { kind, .. } => matches!(kind, None | Some(CodeKind::Vendor)),
                    Subject::Irn(_) => false,
                    _ => true,
                };
            }
            Some(_) => return false,
            None => {}
        }
        let letters = word.text.chars().any(char::is_alphabetic);
        match lexicon::concept(self.words, at) {
            Some((Concept::Vendor, _)) => true,
            // "to Total Oils": a name of which a word is one of the vocabulary.
            Some(_) => word.is_capital() && self.unknown(at + 1),
            None => letters && period::month(&word.lower).is_none() && misspelt(word).is_none(),
        }
    }

    fn unknown(&self, at: usize) -> bool {
        self.words
            .get(at)
            .filter(|_| self.all().contains(&at))
            .is_some_and(|word| {
                lexicon::concept(self.words, at).is_none()
                    && period::month(&word.lower).is_none()
                    && !word.has_digit()
                    && misspelt(word).is_none()
            })
    }

    /// "Has V001 paid", "did Mutha Cartons order": others do it, and it is not done to them.
    fn others_do(&self, verbs: &[&str]) -> bool {
        let asks = ["has", "have", "had", "did", "does", "do", "will"];
        self.all().filter(|at| self.is(*at, &asks)).any(|aux| {
            let Some(verb) = (aux + 1..self.stretch.1).find(|at| self.is(*at, verbs)) else {
                return false;
            };
            let passive = (aux + 1..verb).any(|at| {
                self.is(at, BE)
                    || self.is(at, WE)
                    || self.is(at, US)
                    || self.means(at, &[Concept::Bill])
            });
            let who = (aux + 1..verb).rev().find(|at| !self.is(*at, BETWEEN));
            !passive && who.is_some_and(|at| !self.is(at, ARTICLES) && self.party(at))
        })
    }

    fn we_bill(&self) -> bool {
        let order = self.ordered || self.all().any(|at| self.means(at, &[Concept::Order]));
        // A purchase order is raised on a supplier.
        let raises = |at: usize| order && self.at(at).starts_with("rais");
        let we = self.all().filter(|at| self.is(*at, WE)).any(|we| {
            let verb = self.past(we + 1, BETWEEN);
            let passive = we.checked_sub(1).is_some_and(|at| self.is(at, BE));
            let had = (we + 1..verb).any(|at| self.is(at, HAVE));
            let done = self.at(verb).ends_with("ed") || self.is(verb, &["sold"]);
            let delivers = self.is(verb, &["deliver", "delivered"]);
            !passive && ((self.bills(verb) && (done || !had)) || delivers) && !raises(verb)
        });
        let billed_to = self
            .all()
            .filter(|at| self.bills(*at) && !raises(*at))
            .any(|at| {
                let next = self.past(self.past(at + 1, BETWEEN), SENT);
                let by_us =
                    self.is(next, &["by"]) && (self.is(next + 1, US) || self.is(next + 1, WE));
                let to =
                    self.is(next, &["to", "on"]) && !self.is(next + 1, US) && self.party(next + 1);
                by_us || to
            });
        // "Billed by V001 to 27…": a supplier bills us and nobody else; which of our own it bills is not asked for.
        let to_other = self
            .all()
            .any(|at| self.is(at, &["to"]) && self.party(at + 1))
            && self.all().any(|at| self.bills(at))
            && !self.all().any(|at| {
                self.means(
                    at,
                    &[Concept::Pay, Concept::Paid, Concept::Unpaid, Concept::Due],
                ) || self.means(at, &[Concept::Order])
            });
        let hindi = self
            .all()
            .any(|at| self.is(at, &["ko"]) && at > self.stretch.0 && self.party(at - 1))
            && self.all().any(|at| self.bills(at))
            && !self.all().any(|at| {
                self.means(
                    at,
                    &[Concept::Pay, Concept::Paid, Concept::Unpaid, Concept::Due],
                )
            });
        we || billed_to || to_other || hindi
    }

    fn owed_to_us(&self) -> bool {
        let owes = self
            .all()
            .filter(|at| self.is(*at, &["owe", "owes"]))
            .any(|at| !(self.stretch.0..at).any(|at| self.is(at, WE)));
        let open = [Concept::Unpaid, Concept::Due];
        let payable = |at: usize| self.means(at, &open) || self.at(at).starts_with("payable");
        owes || self.all().filter(|at| payable(*at)).any(|at| {
            let (to, whom) = (at + 1, at + 2);
            let to_us = self.is(to, &["to"]) && self.is(whom, US);
            let us = self.is(to, US);
            let by = self.is(to, &["by"]) && self.party(whom);
            // "Invoices outstanding from V001" are the supplier's.
            let invoices = at.checked_sub(1).is_some_and(|at| self.bills(at));
            let from = self.is(to, &["from"]) && self.party(whom) && !invoices;
            to_us || us || by || from
        })
    }

    fn paid_to_us(&self) -> bool {
        let paying = [Concept::Pay, Concept::Paid];
        let pays = |at: &usize| self.means(*at, &paying);
        let directly = self.all().filter(pays).any(|at| {
            let next = self.past(at + 1, DONE);
            let to = self.is(next, &["to"]);
            let us = self.is(next + usize::from(to), US);
            let by = self.is(next, &["by", "from"]) && self.party(next + 1);
            us || by
        });
        let noun = |at: usize| self.at(at).starts_with("payment");
        let supplied = ["goods", "grn", "invoice", "invoices", "bill", "bills"];
        let received = self.all().any(noun)
            && self.has(&["receive", "received", "receipt", "receipts"])
            && !self.has(&supplied);
        let hindi = self.all().any(|at| pays(&at))
            && self
                .all()
                .any(|at| self.is(at, &["ne", "se"]) && at > self.stretch.0 && self.party(at - 1));
        directly || received || hindi || self.others_do(PAYS)
    }

    fn ordered_from_us(&self) -> bool {
        let order = |at: &usize| self.means(*at, &[Concept::Order, Concept::Ordered]);
        let orders = !self.ordered
            && self.all().filter(order).any(|at| {
                let by = self.is(at + 1, &["by"]) && self.party(at + 2);
                by || self.is(at + 1, &["received", "receive"])
            });
        let from_us = self
            .all()
            .any(|at| self.is(at, &["from"]) && self.is(at + 1, US))
            && !self
                .all()
                .any(|at| self.means(at, &[Concept::Pay, Concept::Paid, Concept::Unpaid]));
        let delivered = self.all().any(|at| {
            let to = self.is(at, DELIVERS) && self.is(at + 1, &["to"]);
            let by = self.is(at, RECEIVES) && self.is(at + 1, &["by"]);
            (to || by) && self.party(at + 2)
        });
        let others = !self.ordered && self.others_do(ORDERS);
        orders || from_us || delivered || others || self.others_do(RECEIVES)
    }
}
