//! How many of a list: "each of the three", "only one line", "at least two".

use domain::Decimal;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation},
    field::Field,
    read,
    vocabulary::folded_words,
};

/// How many of a list a claim says it of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    All,
    Only(usize),
    AtLeast(usize),
    AtMost(usize),
}

/// What the elements of a list are called.
pub(super) const ELEMENTS: [&str; 24] = [
    "line",
    "lines",
    "item",
    "items",
    "entry",
    "entries",
    "row",
    "rows",
    "invoice",
    "invoices",
    "bill",
    "bills",
    "return",
    "returns",
    "receipt",
    "receipts",
    "payment",
    "payments",
    "approval",
    "approvals",
    "document",
    "documents",
    "position",
    "positions",
];

fn small(word: &str) -> Option<usize> {
    let named = read::small(word).and_then(|n| usize::try_from(n).ok());
    named.or_else(|| word.parse().ok().filter(|n| *n < 100))
}

impl<'a> Borne<'a, '_> {
    /// "Each of the four items is charged at 18 per cent" where one is charged at 5.
    pub(super) fn counted_otherwise(&self) -> Option<Veto> {
        let compared = self.compared_share();
        let denials = self.items.iter().filter(|i| i.class("not")).count();
        let share = compared.map(|(share, _)| share).or_else(|| self.share())?;
        // "All lines but one" is another matter.
        let excepted = folded_words(self.claim).iter().any(|w| {
            matches!(
                w.as_str(),
                "but"
                    | "except"
                    | "excepting"
                    | "other"
                    | "rest"
                    | "remaining"
                    | "save"
                    | "sum"
                    | "total"
                    | "together"
                    | "average"
            )
        });
        let related = self.items.iter().any(|i| {
            relation(i).is_some_and(|r| !matches!(r, "at_least" | "at_most" | "equal"))
                && !i.class("neutral")
        }) || denials > 0;
        let related = match compared {
            Some((_, denied)) => denials > usize::from(denied),
            None => related,
        };
        if excepted || related {
            return None;
        }
        self.groups().iter().find_map(|group| {
            let first = group.first()?;
            let said = self.said_of(group)?;
            let like = group
                .iter()
                .filter(|f| read::json_number(f.value) == Some(said))
                .count();
            let holds = match share {
                Share::All => like == group.len(),
                Share::Only(n) => like == n,
                Share::AtLeast(n) => like >= n,
                Share::AtMost(n) => like <= n,
            };
            (!holds).then(|| {
                (
                    Label::Contradicted,
                    format!(
                        "{like} of the {} that are cited hold {said}, as {}",
                        group.len(),
                        first.pointer()
                    ),
                )
            })
        })
    }

    /// "None of the three returns stand as not filed" of three that do.
    pub(super) fn counted_in_another_state(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let of = words.iter().position(|w| w == "of")?;
        let before = words.get(of.checked_sub(1)?)?;
        let said = if before == "none" { 0 } else { small(before)? };
        let behind = words.get(of + 1..)?.iter().position(|w| w != "the")? + of + 1;
        let all = words.get(behind).and_then(|w| small(w))?;
        let text = words.join(" ");
        self.states()
            .iter()
            .filter(|g| g.len() == all)
            .find_map(|group| {
                let form = |f: &Field<'a>| f.value.as_str().map(|t| folded_words(t).join(" "));
                let longest = group
                    .iter()
                    .filter_map(|f| form(f))
                    .chain(["not filed".to_owned()])
                    .filter(|state| text.ends_with(state.as_str()))
                    .max_by_key(String::len)?;
                let like = group
                    .iter()
                    .filter(|f| form(f).as_ref() == Some(&longest))
                    .count();
                (like != said).then(|| {
                    (
                        Label::Contradicted,
                        format!("{like} of the {all} are {longest}"),
                    )
                })
            })
    }

    /// The cited states of the elements of one list.
    fn states(&self) -> Vec<Vec<&Field<'a>>> {
        let mut out: Vec<Vec<&Field<'a>>> = self.groups();
        out.retain(|g| g.iter().all(|f| f.has("kind.status")));
        out
    }

    /// The value that the claim states of a list, where one of its elements holds it.
    fn said_of(&self, group: &[&Field<'a>]) -> Option<Decimal> {
        let apart = group.iter().any(|f| f.has("kind.rate"));
        self.items.iter().filter_map(Item::number).find_map(|n| {
            let telling = n.percent || n.rupees || (!apart && n.raw.len() > 2);
            group
                .iter()
                .filter_map(|f| read::json_number(f.value))
                .find(|v| telling && n.is(*v, false))
        })
    }

    /// How many the claim speaks of, where it says that these are all, or the only ones, or the least.
    fn share(&self) -> Option<Share> {
        let words = folded_words(self.claim);
        let word = |n: usize| words.get(n).map_or("", String::as_str);
        (0..words.len()).find_map(|at| {
            let element = |from: usize| (from..from + 4).any(|n| ELEMENTS.contains(&word(n)));
            match word(at) {
                "each" | "every" | "all" | "both" if element(at + 1) => Some(Share::All),
                "only" | "just" | "exactly" | "precisely" => small(word(at + 1))
                    .filter(|_| element(at + 2))
                    .map(Share::Only),
                "least" => small(word(at + 1))
                    .filter(|_| element(at + 2))
                    .map(Share::AtLeast),
                "most" => small(word(at + 1))
                    .filter(|_| element(at + 2))
                    .map(Share::AtMost),
                // "Two or more lines".
                _ if word(at + 1) == "or" && element(at + 3) => match word(at + 2) {
                    "more" => small(word(at)).map(Share::AtLeast),
                    "fewer" | "less" => small(word(at)).map(Share::AtMost),
                    _ => None,
                },
                _ => None,
            }
        })
    }

    /// "No fewer than two lines", "more than one line", and whether it is said by a denial.
    fn compared_share(&self) -> Option<(Share, bool)> {
        let words = folded_words(self.claim);
        let word = |n: usize| words.get(n).map_or("", String::as_str);
        (0..words.len()).find_map(|at| {
            let element = (at + 3..at + 7).any(|n| ELEMENTS.contains(&word(n)));
            let many = small(word(at + 2)).filter(|_| word(at + 1) == "than" && element)?;
            let denied = at > 0 && matches!(word(at - 1), "no" | "not");
            let share = match (word(at), denied) {
                ("more", true) => Share::AtMost(many),
                ("more", false) => Share::AtLeast(many + 1),
                ("fewer" | "less", true) => Share::AtLeast(many),
                ("fewer" | "less", false) => Share::AtMost(many.checked_sub(1)?),
                _ => return None,
            };
            Some((share, denied))
        })
    }

    /// "Just one line, number 1, is at 5 per cent" where it is another line that is.
    pub(super) fn another_line(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let number = words.windows(2).find_map(|two| {
            let [lead, n] = two else { return None };
            matches!(lead.as_str(), "number" | "no" | "line" | "item")
                .then(|| n.parse::<usize>().ok())
                .flatten()
        })?;
        let lines = words
            .iter()
            .filter(|w| matches!(w.as_str(), "line" | "item"))
            .count();
        if lines != 1 {
            return None;
        }
        self.groups().iter().find_map(|group| {
            let said = self.said_of(group)?;
            let mention = crate::mention::Mention::Ordinal(number);
            let own = group.iter().find(|f| mention.binds(f, self.claim))?;
            (read::json_number(own.value)? != said).then(|| {
                (
                    Label::Contradicted,
                    format!("{} holds {}", own.pointer(), own.value),
                )
            })
        })
    }

    /// "Our agreed rate is ₹654" by what was billed.
    pub(super) fn agreed_by_nobody(&self) -> Option<Veto> {
        const AGREED: [&str; 7] = [
            "agreed",
            "contracted",
            "negotiated",
            "contractual",
            "stipulated",
            "quoted",
            "tendered",
        ];
        let words = folded_words(self.claim);
        let at = words.iter().position(|w| AGREED.contains(&w.as_str()))?;
        // "The agreed total was billed" says both; "the two agreed" compares.
        let priced = words
            .get(at + 1..(at + 4).min(words.len()))
            .is_some_and(|near| {
                near.iter().any(|w| {
                    matches!(
                        w.as_str(),
                        "rate"
                            | "rates"
                            | "price"
                            | "prices"
                            | "amount"
                            | "terms"
                            | "credit"
                            | "value"
                            | "quantity"
                            | "unit"
                    )
                })
            });
        let papers = ["doc.contract", "doc.order", "doc.vendor", "doc.calculation"];
        let borne = self.cited.iter().any(|f| {
            let docs = f.docs();
            papers.iter().any(|p| {
                self.index.kinds(f.doc).contains(p)
                    || (docs.contains(p) && !docs.contains("doc.invoice"))
            }) || f.path.iter().any(|s| {
                crate::vocabulary::name_parts(s).iter().any(|p| {
                    AGREED.contains(&p.as_str())
                        || matches!(
                            p.as_str(),
                            "contract" | "po" | "order" | "terms" | "quote" | "rc"
                        )
                })
            })
        });
        let invoice = self.cited.iter().all(|f| f.docs().contains("doc.invoice"));
        (priced && !borne && invoice).then(|| {
            (
                Label::Unsupported,
                format!(
                    "nothing that is cited was \"{}\"",
                    words.get(at).map_or("", String::as_str)
                ),
            )
        })
    }
}
