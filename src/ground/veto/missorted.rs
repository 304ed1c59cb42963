//! A value under a name that says it is of another sort, "46781072961818" of `payment_terms_days`, and a head or a party that is
//! not the one that the claim speaks of: what stands in the wrong field bears nothing.

use domain::Decimal;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::tags_of,
    field::Field,
    mention::Mention,
    read,
    vocabulary::{Tag, VOCABULARY, folded_words, name_parts},
};

/// Longer credit nobody gives.
const DAYS_MAX: i64 = 3_650;
/// The highest rate of GST ever notified.
const RATE_MAX: i64 = 40;
/// The sizes of an enterprise (MSMED Act 2006, section 7).
const SIZES: [&str; 3] = ["micro", "small", "medium"];
/// States of a registration, an order or a return, which no constitution, mode or unit has.
const STATES: [&str; 10] = [
    "active",
    "suspended",
    "cancelled",
    "filed",
    "not filed",
    "open",
    "closed",
    "blocked",
    "inactive",
    "pending",
];

/// Words of a whole that is made of its parts, or of what is left of it.
const MADE_OF: [&str; 18] = [
    "plus", "sum", "add", "adds", "added", "less", "minus", "discount", "gross", "leaves", "igst",
    "cgst", "sgst", "lines", "make", "makes", "together", "tax",
];

impl<'a> Borne<'a, '_> {
    /// The first value that stands where it cannot.
    pub(super) fn in_the_wrong_field(&self) -> Option<Veto> {
        let other = self.cited.iter().find(|f| is_missorted(f)).or_else(|| {
            self.another_head()
                .or_else(|| self.another_amount_of_the_line())
                .or_else(|| self.day_of_the_ack())
                .or_else(|| self.reference_for_an_account())
                .or_else(|| self.buyer_for_supplier())
                .or_else(|| self.recipient_for_supplier())
                .or_else(|| self.taxable_for_the_whole())
                .or_else(|| self.claimed_by_itself())
        })?;
        let why = format!("{} holds something else", other.pointer());
        Some((Label::Unsupported, why))
    }

    fn tells(&self, field: &Field<'a>) -> bool {
        read::json_number(field.value).is_some_and(|v| self.numbers().any(|(_, n)| n.is(v, false)))
    }

    /// "The taxable value agrees with GSTR-2B" by the value with tax, and the other way round.
    fn another_head(&self) -> Option<&Field<'a>> {
        let said = tags_of(self.items);
        let (want, other): (Tag, Tag) =
            match (said.contains("head.taxable"), said.contains("head.total")) {
                (true, false) => ("head.taxable", "head.total"),
                (false, true) => ("head.total", "head.taxable"),
                _ => return None,
            };
        let text = folded_words(self.claim)
            .join(" ")
            .replace("less than", "below");
        if text.split(' ').any(|w| MADE_OF.contains(&w)) {
            return None;
        }
        let amounts: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| f.has("head.taxable") || f.has("head.total"))
            .filter(|f| f.value.is_number() || self.tells(f))
            .collect();
        amounts
            .into_iter()
            .find(|f| f.has(other) && !f.has(want))
            .filter(|f| self.index.leaves(f.doc).iter().any(|o| o.has(want)))
    }

    /// "The gross amount is ₹9,97,459" by the taxable value of the line, or by its total: `TotAmt` of INV-01 is gross.
    fn another_amount_of_the_line(&self) -> Option<&Field<'a>> {
        let text = folded_words(self.claim).join(" ");
        let gross = text.contains("gross amount")
            && !["taxable", "discount", "less", "total"]
                .iter()
                .any(|w| text.contains(w));
        let cited = |leaf: &str| self.cited.iter().find(|f| f.leaf() == leaf);
        if !gross || cited("TotAmt").is_some() {
            return None;
        }
        cited("AssAmt").or_else(|| cited("TotItemVal"))
    }

    /// "Invoice A/1 of 5 November" by the day of its acknowledgement.
    fn day_of_the_ack(&self) -> Option<&Field<'a>> {
        let words = folded_words(self.claim);
        let spoken = words.iter().any(|w| {
            ["ack", "regist", "irn", "generat", "portal", "report"]
                .iter()
                .any(|own| w.starts_with(own))
        });
        let invoice = words.iter().any(|w| w == "invoice" || w == "bill");
        let day = self.cited.iter().find(|f| f.leaf() == "AckDt")?;
        (invoice && !spoken).then_some(day)
    }

    /// "Went to account 59998526129461" by the bank's reference of the payment.
    fn reference_for_an_account(&self) -> Option<&Field<'a>> {
        let words = folded_words(self.claim);
        let is = |any: &[&str]| words.iter().any(|w| any.contains(&w.as_str()));
        let account = is(&["account"]) && !is(&["utr", "reference", "transaction"]);
        let held = self.cited.iter().any(|f| f.has("kind.account"));
        self.cited
            .iter()
            .find(|f| f.has("kind.utr") && !f.has("kind.account"))
            .filter(|f| {
                let told = f
                    .value
                    .as_str()
                    .map(|v| format!("account {}", v.to_lowercase()));
                account && !held && told.is_some_and(|t| self.text().contains(&t))
            })
    }

    /// "The supplier's name is …" by the name of the buyer.
    fn buyer_for_supplier(&self) -> Option<&Field<'a>> {
        let said = tags_of(self.items);
        let supplier = said.contains("role.supplier") && !said.contains("role.buyer");
        let named = self.has(&["name", "names"]);
        self.cited
            .iter()
            .find(|f| {
                f.path.first().is_some_and(|s| s == "BuyerDtls")
                    && (f.has("kind.name") || f.leaf_is_party())
            })
            .filter(|_| supplier && named)
    }

    /// "Under supplier GSTIN X" by the GSTIN whose statement it is: a supplier stands in GSTR-2B as `ctin`.
    fn recipient_for_supplier(&self) -> Option<&Field<'a>> {
        let text = self.text();
        let whose = |f: &Field<'a>| {
            let supplied = f.chain.iter().any(|h| h.get("ctin").is_some());
            let told = f.value.as_str().unwrap_or_default().to_lowercase();
            f.leaf() == "gstin"
                && supplied
                && ["supplier", "supplier gstin", "supplier s gstin"]
                    .iter()
                    .any(|role| text.contains(&format!("{role} {told}")))
        };
        self.cited.iter().find(|f| whose(f))
    }

    /// "The value of invoice A/1 in GSTR-2B" by its taxable value: `val` is the invoice's value there.
    fn taxable_for_the_whole(&self) -> Option<&Field<'a>> {
        let text = self.text();
        let whole = ["value of invoice", "value of the invoice", "invoice value"]
            .iter()
            .any(|w| text.contains(w));
        let spoken = ["taxable", "before tax", "excluding"]
            .iter()
            .any(|w| text.contains(w));
        self.cited.iter().find(|f| {
            let beside = || f.chain.iter().any(|h| h.get("val").is_some());
            whole && !spoken && f.leaf() == "txval" && beside()
        })
    }

    /// What a text of the invoice says in the very words of the claim.
    fn claimed_by_itself(&self) -> Option<&Field<'a>> {
        let claim = folded_words(self.claim);
        if claim.len() < 5 || self.claim.contains('"') {
            return None;
        }
        let claim = claim.join(" ");
        self.cited.iter().find(|f| {
            let contract = f.docs().contains("doc.contract") && !f.is_note();
            !contract
                && f.value.as_str().is_some_and(|t| {
                    t.len() > claim.len() && folded_words(t).join(" ").contains(&claim)
                })
        })
    }

    /// "The QR says ₹4,65,770, but the invoice totals ₹5,65,770: they agree".
    pub(super) fn said_to_agree(&self) -> Option<Veto> {
        let text = folded_words(self.claim).join(" ");
        let agree = [
            "they agree",
            "names agree",
            "two agree",
            "amounts agree",
            "they match",
            "names match",
        ]
        .iter()
        .any(|w| text.ends_with(w));
        if !agree {
            return None;
        }
        let sums: Vec<Decimal> = self
            .numbers()
            .filter(|(_, n)| n.rupees)
            .map(|(_, n)| n.value)
            .collect();
        let names: Vec<&str> = self
            .cited
            .iter()
            .filter(|f| f.has("kind.name") || f.leaf_is_party())
            .filter_map(|f| f.value.as_str())
            .filter(|name| {
                self.items
                    .iter()
                    .filter_map(Mention::of)
                    .any(|m| m.is(&(*name).into(), self.claim))
            })
            .collect();
        let apart = matches!(sums[..], [a, b] if a != b)
            || matches!(names[..], [a, b] if domain::names::similarity(a, b) < Decimal::new(85, 2));
        apart.then(|| {
            (
                Label::Contradicted,
                "what is told does not agree".to_owned(),
            )
        })
    }
}

/// Whether a value cannot be what its name says.
fn is_missorted(field: &Field<'_>) -> bool {
    let number = read::json_number(field.value);
    let over = |most: i64| number.is_some_and(|v| v > Decimal::from(most));
    let text = field
        .value
        .as_str()
        .map(|t| folded_words(t).join(" "))
        .unwrap_or_default();
    let stated = STATES.contains(&text.as_str());
    let parts = name_parts(field.leaf());
    let is = |p: &str| parts.iter().any(|own| own == p);
    if field.has("kind.days") && (is("days") || is("day")) && over(DAYS_MAX) {
        return true;
    }
    let rate = field.leaf() == "GstRt" || is("gst") && is("rate");
    if rate && over(RATE_MAX) {
        return true;
    }
    let ifsc = text.len() == 11
        && text.as_bytes().get(4) == Some(&b'0')
        && text.bytes().any(|b| b.is_ascii_digit());
    let silent = |tag: Tag| field.has(tag) && (stated || tag == "kind.mode" && ifsc);
    field.has("kind.unit") && stated && VOCABULARY.unit(&text).is_none()
        || ["kind.msme", "kind.constitution", "kind.mode"]
            .into_iter()
            .any(silent)
        || matches!(field.leaf(), "mof" | "Mode") && (stated || ifsc)
        || field.leaf().eq_ignore_ascii_case("status") && SIZES.contains(&text.as_str())
}
