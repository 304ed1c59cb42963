//! What is cited and not spoken of, and what is said of somebody that nobody cites: a number of the wrong field stands beside
//! the claim and bears none of it.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, tags_of},
    field::Field,
    mention::Mention,
    read,
    vocabulary::{Tag, folded_words, name_parts},
};

/// Numbers of which a claim that cites one speaks.
const SPOKEN_OF: [(Tag, &[&str]); 5] = [
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
        let differ = domain::names::similarity(x, y) < domain::Decimal::new(85, 2);
        let denied = self.items.iter().any(|i: &Item| i.class("not"));
        (also && differ && !denied && told(a) && told(b)).then(|| {
            let why = format!("{} and {} are two names", a.pointer(), b.pointer());
            (Label::Contradicted, why)
        })
    }
}
