//! A right figure of the right record, told as what it is not: one line's as the invoice's, a price as the order's value, the day
//! of delivery as that of the order, another bill's entry as this one's.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, tags_of},
    field::{Class, Field},
    lex::Token,
    mention::{self, Mention},
    read,
    vocabulary::{Tags, folded_words, name_parts, of},
};

/// Words by which a price is told as one.
const PRICED: [&str; 14] = [
    "price", "priced", "prices", "rate", "rated", "rates", "per", "each", "apiece", "unit", "cost",
    "costs", "cap", "capped",
];
/// Words that tell a part of a paper.
const OF_A_PART: [&str; 12] = [
    "line", "lines", "item", "items", "row", "goods", "of", "for", "product", "material", "each",
    "both",
];
/// Words that tell the whole of a paper.
const WHOLE: [&str; 6] = ["worth", "value", "total", "totals", "valued", "all"];
/// Words by which a paper's own day is told.
const DATED: [&str; 4] = ["dated", "date", "issued", "raised"];

impl<'a> Borne<'a, '_> {
    /// The first figure that is told as what its field is not.
    pub(super) fn told_as_another(&self) -> Option<Veto> {
        self.price_told_as_value()
            .or_else(|| self.stage_of_another())
            .or_else(|| self.cess_told_as_gst())
            .or_else(|| self.bought_for_sold())
            .or_else(|| self.invoice_for_the_register())
            .or_else(|| self.end_told_as_start())
            .or_else(|| self.line_told_as_invoice())
            .or_else(|| self.taxable_told_as_total())
            .or_else(|| self.day_of_another_event())
            .or_else(|| self.entry_of_another_bill())
    }

    /// The cited values that a sum of the claim is, where all of them are of one sort.
    fn sums_held(&self, is: impl Fn(&Field<'a>) -> bool) -> Option<&Field<'a>> {
        let sums = self.numbers().filter(|(_, n)| n.rupees || n.scale > 0);
        sums.filter_map(|(_, n)| {
            let holding: Vec<&Field<'a>> = (self.cited.iter())
                .filter(|f| read::json_number(f.value).is_some_and(|v| n.is(v, false)))
                .collect();
            (!holding.is_empty() && holding.iter().all(|f| is(f))).then(|| holding.first().copied())
        })
        .flatten()
        .next()
    }

    /// The one cited value that holds the one day of the claim.
    fn only_day(&self) -> Option<&Field<'a>> {
        let mut days = self.items.iter().filter_map(|i| match i {
            Item::Value(Token::Date(d)) => Some(*d),
            _ => None,
        });
        let (day, None) = (days.next()?, days.next()) else {
            return None;
        };
        let holding: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| read::json_date(f.value) == Some(day))
            .collect();
        let [field] = holding[..] else { return None };
        Some(field)
    }

    /// "The value of PO-26-09707 is ₹4,02,370" of what a unit costs.
    fn price_told_as_value(&self) -> Option<Veto> {
        let field = self.sums_held(|f| f.classes() == [Class::Price] || is_rate_of_goods(f))?;
        let paper = self
            .items
            .iter()
            .any(|i| matches!(i, Item::Value(Token::Id(_))));
        let told = self.has(&WHOLE) && !self.has(&PRICED) && paper;
        let why = || format!("{} is the price of a unit", field.pointer());
        told.then(|| (Label::Unsupported, why()))
    }

    /// "Line 1 is taxed at 18%" of the rate of cess.
    fn cess_told_as_gst(&self) -> Option<Veto> {
        let mut rates = self.numbers().filter(|(_, n)| n.percent);
        let (_, number) = rates.next()?;
        let holding: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))
            .collect();
        let cess = |f: &Field<'a>| f.has("head.cess") || f.leaf().to_lowercase().starts_with("ces");
        let told = !holding.is_empty() && holding.iter().all(|f| cess(f)) && !self.has(&["cess"]);
        told.then(|| (Label::Unsupported, "the rate is that of cess".to_owned()))
    }

    /// "Raised by GSTIN X" of the buyer's.
    fn bought_for_sold(&self) -> Option<Veto> {
        let sold = self.claim.contains("raised by")
            || self.claim.contains("issued by")
            || self.claim.contains("billed by");
        let bought = self.has(&[
            "buyer",
            "buyer's",
            "buyers",
            "recipient",
            "purchaser",
            "to",
            "on",
        ]);
        let field = self.cited.iter().find(|f| {
            f.roles().contains("role.buyer")
                && f.value.as_str().is_some_and(|t| self.claim.contains(t))
        })?;
        let why = || format!("{} is the buyer's", field.pointer());
        (sold && !bought).then(|| (Label::Unsupported, why()))
    }

    /// "The GST portal gives the legal name", "our order book holds PO-7" of what the supplier writes on his invoice.
    fn invoice_for_the_register(&self) -> Option<Veto> {
        let text = folded_words(self.claim).join(" ");
        let portal = text.contains("gst portal")
            && self.has(&[
                "legal",
                "trade",
                "registered",
                "registration",
                "status",
                "active",
            ]);
        let book = ["order book", "our orders", "our book"]
            .iter()
            .any(|w| text.contains(w));
        let master = text.contains("vendor master");
        let written = |f: &Field<'a>| {
            self.index
                .root(f.doc)
                .is_some_and(super::vouched::is_written)
        };
        let quoted = self.has(&[
            "remark", "remarks", "note", "notes", "says", "reads", "writes",
        ]);
        let said = (portal || book || master) && !quoted && self.cited.iter().all(written);
        said.then(|| {
            (
                Label::Unsupported,
                "an invoice says nothing of what a register holds".to_owned(),
            )
        })
    }

    /// "GRN-9 shows 440 received" of what was accepted.
    fn stage_of_another(&self) -> Option<Veto> {
        const STAGES: [&str; 4] = ["received", "accepted", "rejected", "ordered"];
        let told: Vec<&str> = STAGES.into_iter().filter(|s| self.has(&[s])).collect();
        let [told] = told[..] else { return None };
        let mut numbers = self
            .items
            .iter()
            .filter_map(Item::number)
            .filter(|n| !n.rupees && !n.percent && n.raw.len() > 1);
        let (number, None) = (numbers.next()?, numbers.next()) else {
            return None;
        };
        let holding: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))
            .collect();
        let [field] = holding[..] else { return None };
        let parts = name_parts(field.leaf());
        let other = STAGES
            .into_iter()
            .find(|s| *s != told && parts.iter().any(|p| p == s))?;
        let own = parts.iter().any(|p| p == told);
        let why = || format!("{} is what was {other}", field.pointer());
        (!own).then(|| (Label::Unsupported, why()))
    }

    /// "The contract is valid till 1 January 2026" of the day from which it is.
    fn end_told_as_start(&self) -> Option<Veto> {
        const ENDS: [&str; 7] = ["till", "until", "upto", "expires", "expire", "ends", "end"];
        const STARTS: [&str; 6] = ["from", "since", "starts", "start", "begins", "began"];
        let (end, start) = (self.has(&ENDS), self.has(&STARTS));
        let field = self.only_day()?;
        let parts = name_parts(field.leaf());
        let named = |any: &[&str]| parts.iter().any(|p| any.contains(&p.as_str()));
        let (starts, ends) = (
            named(&["from", "start", "effective"]),
            named(&["to", "till", "until", "upto", "end", "expiry"]),
        );
        let wrong = end && !start && starts && !ends
            || start && !end && ends && !starts && self.has(&["valid", "effective"]);
        wrong.then(|| {
            (
                Label::Unsupported,
                format!("{} is the other end", field.pointer()),
            )
        })
    }

    /// "Before tax, invoice A/1 comes to ₹3,90,720" of one of its lines.
    fn line_told_as_invoice(&self) -> Option<Veto> {
        let of_a_line = |f: &Field<'a>| {
            let listed = f
                .element()
                .is_some_and(|(_, list)| list.as_array().is_some_and(|l| l.len() > 1));
            let lines = f.path.first().is_some_and(|p| {
                name_parts(p)
                    .iter()
                    .any(|w| w.starts_with("item") || w.starts_with("line"))
            });
            listed && lines && f.classes().contains(&Class::Amount)
        };
        if self.numbers().count() > 1 {
            return None;
        }
        let field = self.sums_held(of_a_line)?;
        let many = self.cited.iter().filter(|f| of_a_line(f)).count() > 1;
        let goods = self
            .items
            .iter()
            .any(|i| matches!(i, Item::Ordinal(_) | Item::Name(_) | Item::Unknown(_)));
        let part = self
            .items
            .iter()
            .any(|i| i.tags().is_some_and(|t| t.contains("doc.line")))
            || folded_words(self.claim)
                .iter()
                .any(|w| OF_A_PART.contains(&w.as_str()) && w != "of" && w != "for");
        let described = (self.index.leaves(field.doc).iter())
            .filter(|f| crate::leftover::is_descriptive(f.leaf()) && f.element().is_some())
            .filter_map(|f| f.value.as_str())
            .flat_map(folded_words)
            .any(|w| w.len() > 2 && folded_words(self.claim).contains(&w));
        let why = || format!("{} is one line's, and not the paper's", field.pointer());
        (!many && !goods && !part && !described).then(|| (Label::Unsupported, why()))
    }

    /// "Invoice A/1 is for ₹2,32,184 in all" of what is taxed.
    fn taxable_told_as_total(&self) -> Option<Veto> {
        let said = of(&tags_of(self.items), "head");
        // A row of the ledger is an invoice, a line of an invoice is none.
        let row = |f: &Field<'a>| {
            f.chain
                .last()
                .is_some_and(|own| own.get("invoice_number").is_some())
        };
        let field = self.sums_held(|f| {
            f.has("head.taxable") && !f.has("head.total") && (f.element().is_none() || row(f))
        })?;
        let gross = ["at a gross of", "booked at", "gross of"];
        let total = said.contains("head.total")
            || self.claim.contains(" in all")
            || self.has(&["totals"])
            || gross.iter().any(|w| self.claim.contains(w));
        let told = [
            "head.taxable",
            "head.discount",
            "head.gst",
            "head.igst",
            "head.cgst",
        ]
        .iter()
        .any(|t| said.contains(t));
        let whole = total && !told;
        let why = || format!("{} is the taxable value, and no total", field.pointer());
        whole.then(|| (Label::Unsupported, why()))
    }

    /// "The delivery date of PO-7 is 13 March" of the day it is dated; "PO-7 is dated 29 September" of when it is wanted.
    fn day_of_another_event(&self) -> Option<Veto> {
        let field = self.only_day()?;
        let words = folded_words(self.claim);
        let parts = name_parts(field.leaf());
        let named = |any: &[&str]| parts.iter().any(|p| any.contains(&p.as_str()));
        let says = |any: &[&str]| words.iter().any(|w| any.contains(&w.as_str()));
        // A day on which the goods are wanted.
        let wanted = named(&[
            "delivery", "required", "schedule", "promised", "eta", "expected", "needed",
        ]) || field.has("event.delivery");
        let order =
            self.index.kinds(field.doc).contains("doc.order") || field.docs().contains("doc.order");
        let own = order
            && !wanted
            && (named(&["date", "dt"]) || parts.iter().any(|p| p.ends_with("date")));
        let told_wanted = words.windows(2).any(|two| {
            matches!(two, [a, b] if matches!(a.as_str(), "delivery" | "required" | "schedule" | "expected" | "promised") && matches!(b.as_str(), "date" | "by" | "day"))
        }) || says(&["deliver", "deliverable"]);
        let said_wanted = says(&[
            "delivery",
            "delivered",
            "deliver",
            "required",
            "schedule",
            "scheduled",
            "expected",
            "promised",
            "due",
            "wanted",
            "needed",
            "by",
            "arrive",
            "reach",
            "before",
        ]);
        // When the supplier filed is no day of his bill.
        let filed = says(&["filed", "filing", "files"])
            && !field.has("event.filing")
            && (own_day(&parts) || field.has("event.issue"));
        let wrong = filed || own && told_wanted || wanted && order && says(&DATED) && !said_wanted;
        let why = || format!("{} is another day of the paper", field.pointer());
        wrong.then(|| (Label::Unsupported, why()))
    }

    /// "The taxable value of BL-26-86754 in GSTR-2B" by the entry of another number, or of another supplier.
    fn entry_of_another_bill(&self) -> Option<Veto> {
        let ids = self.ids();
        self.cited.iter().find_map(|field| {
            let beside = |keys: &[&str]| -> Option<&serde_json::Value> {
                field
                    .chain
                    .iter()
                    .rev()
                    .filter_map(|h| h.as_object())
                    .find_map(|map| {
                        map.iter()
                            .find(|(k, _)| keys.contains(&k.to_lowercase().as_str()))
                            .map(|(_, v)| v)
                    })
            };
            let inner = field
                .path
                .iter()
                .any(|p| p == "inv" || p == "nt" || p == "b2b" || p == "entry");
            if !inner {
                return None;
            }
            let (number, supplier) = (beside(&["inum", "ntnum"]), beside(&["ctin"]));
            let told = |v: &serde_json::Value| ids.iter().any(|m| m.is(v, self.claim));
            let holds = |doc: usize, m: &Mention| self.index.holds(doc, m, self.claim);
            // Numbers of papers that other cited records bear, and this one does not.
            let papers: Tags = ["doc.invoice", "doc.ledger"].into();
            let bills = || {
                ids.iter().filter(|m| !is_gstin(m)).any(|m| {
                    !holds(field.doc, m)
                        && self.cited.iter().any(|c| {
                            c.doc != field.doc
                                && !self.index.kinds(c.doc).is_disjoint(&papers)
                                && holds(c.doc, m)
                        })
                })
            };
            let another = field
                .path
                .iter()
                .any(|p| p == "inv" || p == "nt" || p == "entry")
                && number.is_some_and(|v| !told(v))
                && bills();
            let gstins: Vec<&Mention> = ids.iter().filter(|m| is_gstin(m)).collect();
            let stranger = supplier.is_some_and(|v| {
                !gstins.is_empty() && !told(v) && gstins.iter().all(|m| !holds(field.doc, m))
            });
            let why = || format!("{} is of another bill or supplier", field.pointer());
            (another || stranger).then(|| (Label::Unsupported, why()))
        })
    }
}

/// Whether a member is called by no more than that it is the day of the paper.
fn own_day(parts: &[String]) -> bool {
    matches!(parts, [one] if one == "dt" || one == "date")
        || matches!(parts, [paper, day] if (paper == "invoice" || paper == "doc" || paper == "inv" || paper == "bill") && (day == "dt" || day == "date"))
}

/// Whether a rate is what a unit of goods costs: it stands beside how many there are.
fn is_rate_of_goods(field: &Field<'_>) -> bool {
    let beside = field.chain.last().and_then(|h| h.as_object());
    name_parts(field.leaf()) == ["rate"]
        && field.element().is_some()
        && beside.is_some_and(|map| {
            map.keys()
                .any(|k| matches!(k.to_lowercase().as_str(), "qty" | "quantity"))
        })
}

fn is_gstin(mention: &Mention) -> bool {
    matches!(mention, Mention::Id(id) if mention::is_gstin(id))
}
