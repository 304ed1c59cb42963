//! What is cited and not spoken of, and what is said of somebody that nobody cites: a number of the wrong field stands beside
//! the claim and bears none of it.

use domain::{Date, Decimal, civil::days_between};

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation, tags_of},
    field::Field,
    lex::Token,
    mention::{Mention, is_line_number},
    read,
    vocabulary::{Tag, folded_words, name_parts},
};

/// Numbers of which a claim that cites one speaks.
const SPOKEN_OF: [(Tag, &[&str]); 6] = [
    ("kind.ifsc", &["ifsc", "branch", "detail", "coordinate"]),
    ("kind.ack", &["ack", "irn", "regist", "portal"]),
    (
        "kind.utr",
        &[
            "utr",
            "paid",
            "pay",
            "bank",
            "transfer",
            "reference",
            "remit",
            "settle",
            "money",
        ],
    ),
    ("kind.pin", &["pin", "address", "post", "place", "locat"]),
    ("kind.phone", &["phone", "mobile", "contact", "call"]),
    ("kind.vehicle", &["vehicle", "truck", "lorry", "moved", "e"]),
];

impl<'a> Borne<'a, '_> {
    /// The first value that is idle, or statement that is bare.
    pub(super) fn idle_or_bare(&self) -> Option<Veto> {
        self.not_spoken_of()
            .or_else(|| self.said_of_him_uncited())
            .or_else(|| self.due_and_no_total())
            .or_else(|| self.also_another())
            .or_else(|| self.number_of_another_line())
            .or_else(|| self.not_as_it_has_it())
            .or_else(|| self.code_of_another_state())
            .or_else(|| self.days_by_nothing())
            .or_else(|| self.gross_with_tax())
            .or_else(|| self.in_the_wrong_field())
            .or_else(|| self.said_to_agree())
    }

    /// "The account on A/1 is that of V7" by an acknowledgement number.
    fn not_spoken_of(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let (field, _) = self.cited.iter().find_map(|f| {
            let (tag, names) = SPOKEN_OF.iter().find(|(tag, _)| f.has(tag))?;
            let own = name_parts(f.leaf());
            let spoken = words.iter().any(|w| {
                names.iter().any(|n| {
                    if n.len() > 2 {
                        w.starts_with(n)
                    } else {
                        w == n
                    }
                }) || own.contains(w)
            });
            let text = read::json_text(f.value)?;
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let told = read::identifier(self.claim).contains(&read::identifier(&text));
            (digits > 5 && !spoken && !told).then_some((f, tag))
        })?;
        let why = format!("nothing is said of {}", field.pointer());
        Some((Label::Unsupported, why))
    }

    /// "Is recorded as Chambal Ltd", "the seller being Chambal Ltd" where no name is cited: what is said of somebody, and not who
    /// he is.
    fn said_of_him_uncited(&self) -> Option<Veto> {
        self.items
            .iter()
            .enumerate()
            .skip(1)
            .find_map(|(at, item)| {
                let mention = Mention::of(item)?;
                let before = folded_words(self.items.get(at - 1)?.text());
                let said = before.last().is_some_and(|w| w == "being" || w == "as")
                    && before
                        .first()
                        .is_none_or(|w| !matches!(w.as_str(), "same" | "so" | "well" | "such"));
                let named = matches!(mention, Mention::Id(_) | Mention::Name(_));
                (named && said && !self.is_cited(&mention)).then(|| {
                    let why = format!("\"{}\" is not cited", mention.shown());
                    (Label::Partial, why)
                })
            })
    }

    /// "The total is ₹13,663" by the payment due, which happens to be as much, where the total stands in the record.
    fn due_and_no_total(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let of_due = self.has(&[
            "due",
            "payable",
            "outstanding",
            "balance",
            "owed",
            "payment",
            "paid",
            "pay",
        ]);
        if !said.contains("head.total") || of_due {
            return None;
        }
        let due = self.cited.iter().find(|f| {
            f.has("head.due")
                && !f.has("head.total")
                && read::json_number(f.value)
                    .is_some_and(|v| self.numbers().any(|(_, n)| n.is(v, false)))
        })?;
        let totals = |f: &Field<'a>| f.has("head.total") && read::json_number(f.value).is_some();
        let uncited =
            !self.cited.iter().any(totals) && self.index.leaves(due.doc).iter().any(totals);
        uncited.then(|| {
            let why = format!("{} is what is due, and no total", due.pointer());
            (Label::Unsupported, why)
        })
    }

    /// "Names A, which is also the legal name at the portal, B": two names are not one.
    fn also_another(&self) -> Option<Veto> {
        let text = folded_words(self.claim).join(" ");
        let also = ["which is also", "is also the", "is also that"]
            .iter()
            .any(|w| text.contains(w));
        let names: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| (f.has("kind.name") || f.leaf_is_party()) && f.value.is_string())
            .collect();
        let [a, b] = names[..] else { return None };
        let told = |f: &Field<'a>| {
            self.items
                .iter()
                .filter_map(Mention::of)
                .any(|m| matches!(m, Mention::Name(_)) && m.is(f.value, self.claim))
        };
        let (x, y) = (a.value.as_str()?, b.value.as_str()?);
        let differ = domain::names::similarity(x, y) < Decimal::new(85, 2);
        let denied = self.items.iter().any(|i: &Item| i.class("not"));
        // "Comes from A, which is B in our master".
        let equated = self
            .items
            .windows(2)
            .any(|two| two[0].text().ends_with("which is") && matches!(two[1], Item::Name(_)))
            || text.contains(" which is ") && text.ends_with(" master");
        ((also || equated) && differ && !denied && told(a) && told(b)).then(|| {
            let why = format!("{} and {} are two names", a.pointer(), b.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "The rate on line 2 is 18%" by the rate of line 1 and the number of line 2.
    fn number_of_another_line(&self) -> Option<Veto> {
        let numbers: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| is_line_number(f.leaf()) && f.element().is_some())
            .collect();
        numbers.into_iter().find_map(|number| {
            let (at, list) = number.element()?;
            let others: Vec<usize> = self
                .cited
                .iter()
                .filter(|f| !f.is_at(number) && f.doc == number.doc)
                .filter_map(Field::element)
                .filter(|(_, other)| std::ptr::eq(*other, list))
                .map(|(n, _)| n)
                .collect();
            let apart = !others.is_empty() && !others.contains(&at);
            apart.then(|| {
                let why = format!("{} numbers another line", number.pointer());
                (Label::Unsupported, why)
            })
        })
    }

    /// "Demands payment in 15 days, as the contract has it", of a contract that has 45.
    fn not_as_it_has_it(&self) -> Option<Veto> {
        let text = folded_words(self.claim).join(" ");
        let alike = [
            " as ",
            " same ",
            " equals ",
            " agrees ",
            " agree ",
            " matches ",
            " match ",
            " in line with ",
            " corresponds ",
            " also ",
        ]
        .iter()
        .any(|w| text.contains(w));
        let apart = self
            .items
            .iter()
            .any(|i| i.class("not") || relation(i).is_some_and(|r| r != "equal"));
        if !alike || apart {
            return None;
        }
        let numbers: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| !is_line_number(f.leaf()) && read::json_number(f.value).is_some())
            .filter(|f| {
                ["kind.days", "kind.price", "kind.rate"]
                    .iter()
                    .any(|t| f.has(t))
            })
            .collect();
        let [a, b] = numbers[..] else { return None };
        let told = |f: &Field<'a>| {
            read::json_number(f.value).is_some_and(|v| self.numbers().any(|(_, n)| n.is(v, false)))
        };
        let alike = ["kind.days", "kind.price", "kind.rate"]
            .iter()
            .any(|t| a.has(t) && b.has(t));
        let differ = read::json_number(a.value) != read::json_number(b.value);
        (alike && differ && told(a) != told(b)).then(|| {
            let why = format!("{} and {} are not the same", a.pointer(), b.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "State code 23 is that of GSTIN 06…".
    fn code_of_another_state(&self) -> Option<Veto> {
        let text = folded_words(self.claim).join(" ");
        let said = [
            "is that of gstin",
            "is that of the gstin",
            "begins with",
            "begin with",
            "first two digits",
            "starts with",
        ]
        .iter()
        .any(|w| text.contains(w));
        let apart = self
            .items
            .iter()
            .any(|i| i.class("not") || relation(i) == Some("differ"));
        let one = |tag: Tag| {
            let mut held = self
                .cited
                .iter()
                .filter(|f| f.has(tag) && f.value.is_string());
            match (held.next(), held.next()) {
                (Some(f), None) => f.value.as_str().map(str::trim),
                _ => None,
            }
        };
        let (gstin, code) = (one("kind.gstin")?, one("kind.place")?);
        let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit());
        (said && !apart && is_code && !gstin.starts_with(code)).then(|| {
            let why = format!("the GSTIN does not begin with {code}");
            (Label::Contradicted, why)
        })
    }

    /// "The 21 days that the agreement allows" by a clause that tells no days: neither a value, nor a text, nor what lies between
    /// two of them.
    fn days_by_nothing(&self) -> Option<Veto> {
        let (_, told) = self.numbers().find(|(at, _)| {
            self.items.get(at + 1).is_some_and(|i| {
                folded_words(i.text())
                    .first()
                    .is_some_and(|w| w == "day" || w == "days")
            })
        })?;
        let numbers: Vec<Decimal> = self
            .cited
            .iter()
            .filter_map(|f| read::json_number(f.value))
            .collect();
        let days: Vec<Date> = self
            .cited
            .iter()
            .filter_map(|f| read::json_date(f.value))
            .collect();
        // A bound on what lies between two days.
        if days.len() > 1 {
            return None;
        }
        let is = |v: Decimal| told.is(v, true) || told.is(-v, true);
        let held = numbers.iter().any(|v| is(*v))
            || numbers
                .iter()
                .any(|a| numbers.iter().any(|b| a.checked_sub(*b).is_some_and(is)))
            || days
                .iter()
                .any(|a| days.iter().any(|b| (-1..=1).any(|n| is(Decimal::from(days_between(*a, *b) + n)))))
            || self.cited.iter().any(|f| {
                f.value
                    .as_str()
                    .is_some_and(|t| folded_words(t).contains(&told.raw) || read::json_date(f.value).is_none() && t.len() > 60)
                    && !self.is_of_another_clause(f, told.value)
            })
            // Days until a day that the claim tells.
            || self.items.iter().any(|i| matches!(i, Item::Value(Token::Date(_))))
            || self.cited.iter().any(|f| f.value.is_array() || f.value.is_object());
        (!held).then(|| {
            (
                Label::Unsupported,
                format!("nothing that is cited tells {} days", told.raw),
            )
        })
    }

    /// A text that does not tell a number of days, where a clause beside it does.
    fn is_of_another_clause(&self, field: &Field<'a>, days: Decimal) -> bool {
        let told = days.normalize().to_string();
        let tells = |f: &Field<'a>| {
            f.value
                .as_str()
                .is_some_and(|t| folded_words(t).contains(&told))
        };
        !tells(field)
            && self
                .index
                .leaves(field.doc)
                .iter()
                .any(|f| f.leaf() == field.leaf() && tells(f))
    }

    /// "The total with tax is ₹5,576" by a line's gross amount: `TotAmt` of INV-01 is without tax, `TotItemVal` is with it.
    fn gross_with_tax(&self) -> Option<Veto> {
        let text = folded_words(self.claim).join(" ");
        let with = [
            "with tax",
            "including tax",
            "inclusive of tax",
            "incl tax",
            "after tax",
            "with gst",
            "including gst",
        ]
        .iter()
        .any(|w| text.contains(w));
        let gross = self.cited.iter().find(|f| f.leaf() == "TotAmt")?;
        let whole = self.cited.iter().any(|f| f.leaf() == "TotItemVal");
        (with && !whole).then(|| {
            (
                Label::Unsupported,
                format!("{} is without tax", gross.pointer()),
            )
        })
    }
}
