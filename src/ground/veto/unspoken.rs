//! What a claim says beyond a day, a state or a sum that it cites: that it was in time, that it was never otherwise, that it
//! was booked then, that it is what is left after tax.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::Field,
    lex::Token,
    read,
    vocabulary::{VOCABULARY, folded_words, name_parts, of},
};

impl<'a> Borne<'a, '_> {
    /// "Filed on time", where nothing that is cited says by when.
    pub(super) fn in_time(&self) -> Option<Veto> {
        let said = self.items.iter().find(|i| {
            matches!(
                i.text(),
                "on time"
                    | "in time"
                    | "in good time"
                    | "on schedule"
                    | "within time"
                    | "in due time"
            )
        })?;
        let days = self
            .cited
            .iter()
            .filter(|f| read::json_date(f.value).is_some())
            .count();
        let told = self.cited.iter().any(|f| {
            let text = f.value.is_string() && read::json_date(f.value).is_none();
            let spoken = name_parts(f.leaf()).iter().any(|p| {
                ["time", "late", "delay", "due", "day"]
                    .iter()
                    .any(|w| p.starts_with(w))
            });
            spoken
                || f.value.is_array()
                || (text && f.value.as_str().is_some_and(|s| s.contains(' ')))
        });
        (days < 2 && !told).then(|| {
            let why = format!("nothing that is cited says \"{}\"", said.text());
            (Label::Unsupported, why)
        })
    }

    /// "Has not been suspended before" of a state that was looked up once.
    pub(super) fn state_of_old(&self) -> Option<Veto> {
        let denied = self.items.iter().any(|i| i.class("not"));
        let state = self.items.iter().any(|i| i.state().is_some());
        let of_old = folded_words(self.claim).last().is_some_and(|w| {
            matches!(
                w.as_str(),
                "before" | "previously" | "earlier" | "past" | "ever" | "hitherto"
            )
        });
        let field = self
            .cited
            .iter()
            .find(|f| (f.value.as_str()).is_some_and(|v| VOCABULARY.state(v).is_some()))?;
        (denied && state && of_old).then(|| {
            let why = format!("{} says what is so now", field.pointer());
            (Label::Unsupported, why)
        })
    }

    /// "Was booked on" the day of the bill itself.
    pub(super) fn booked_that_day(&self) -> Option<Veto> {
        self.items.iter().enumerate().find_map(|(at, item)| {
            let Item::Value(Token::Date(day)) = item else {
                return None;
            };
            let before = self.items.get(at.saturating_sub(3)..at)?;
            let deed = before.iter().find(|i| {
                matches!(
                    i.text(),
                    "booked" | "posted" | "entered" | "accounted" | "accounted for" | "keyed"
                )
            })?;
            let mut holding = (self.cited.iter())
                .filter(|f| read::json_date(f.value) == Some(*day))
                .peekable();
            let first = holding.peek()?.pointer();
            let own = |f: &Field<'a>| {
                f.docs().contains("doc.invoice")
                    && !f.docs().contains("doc.ledger")
                    && !f.docs().contains("doc.receipt")
                    && !f.docs().contains("doc.search")
                    && of(&f.tags, "event").iter().all(|t| *t == "event.issue")
                    && name_parts(f.leaf()).iter().all(|p| {
                        matches!(
                            p.as_str(),
                            "dt" | "date"
                                | "doc"
                                | "inv"
                                | "invoice"
                                | "bill"
                                | "document"
                                | "dated"
                        )
                    })
            };
            holding.all(own).then(|| {
                let why = format!("{first} is no day on which it was {}", deed.text());
                (Label::Unsupported, why)
            })
        })
    }

    /// "Is payable after TDS" of the whole of a bill.
    pub(super) fn after_tds(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let has = |w: &str| words.iter().any(|s| s == w);
        let after = has("tds") && (has("after") || has("net"));
        let sums: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| f.value.is_number() && read::json_number(f.value).is_some())
            .collect();
        let [one] = sums[..] else { return None };
        let part = name_parts(one.leaf()).iter().any(|p| {
            matches!(
                p.as_str(),
                "net" | "payable" | "paid" | "payout" | "balance"
            )
        });
        let whole = one.has("head.total")
            && !one.has("head.payable")
            && one.docs().contains("doc.invoice")
            && !part;
        (after && whole).then(|| {
            let why = format!("{} is the whole of the bill", one.pointer());
            (Label::Unsupported, why)
        })
    }
}
