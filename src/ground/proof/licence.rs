//! Words that a cited value of a certain sort brings with it: a due date is one of a payment, a rejection comes of an
//! inspection.

use super::Proof;
use crate::{
    clause::Item,
    field::Field,
    fit::is_identity,
    vocabulary::{Tag, VOCABULARY, folded_words, name_parts},
};

/// Beginnings of words, the tags and the parts of names of which one has to be cited.
const LICENCES: [(&[&str], &[Tag], &[&str]); 22] = [
    (
        &["erp", "sap"],
        &["doc.vendor", "doc.ledger", "doc.order", "doc.receipt"],
        &["erp"],
    ),
    (
        &["policy", "rules"],
        &["head.tolerance", "head.limit"],
        &["policy", "tolerance", "limit", "threshold", "allowed"],
    ),
    (
        &["invoice", "bill"],
        &["doc.irn", "kind.irn", "kind.ack"],
        &["irn", "invoice", "bill", "inum"],
    ),
    (
        &["ledger", "books", "general ledger", "accounts"],
        &[],
        &["posted", "posting", "booked", "voucher", "ledger"],
    ),
    (
        &["asked for", "called for", "calls for"],
        &["doc.order", "stage.ordered"],
        &[],
    ),
    (
        &["approval"],
        &[],
        &["action", "approver", "workflow", "approval", "approvals"],
    ),
    (
        &["calculator", "calculation"],
        &["doc.calculation"],
        &["result", "expression", "expr", "inputs", "calc", "operands"],
    ),
    (&["reached", "appears"], &["doc.gstr2b"], &["b2b"]),
    (
        &["item", "line"],
        &["kind.rate", "kind.price", "kind.hsn", "kind.quantity"],
        &["item", "items", "line", "lines"],
    ),
    (
        &["stores", "store"],
        &["doc.receipt", "stage.received", "stage.accepted"],
        &["store", "grn"],
    ),
    (
        &["charged on", "charged", "levied on", "billed on"],
        &["kind.rate", "doc.invoice"],
        &["rate", "rt", "tax", "amount"],
    ),
    (
        &["payment", "credit"],
        &[
            "event.due",
            "kind.days",
            "kind.account",
            "kind.ifsc",
            "kind.bank_name",
        ],
        &["due", "terms", "payable", "payout"],
    ),
    (
        &["paid into"],
        &["kind.account", "kind.ifsc", "kind.bank_name"],
        &[],
    ),
    (
        &["inspection", "inspected"],
        &["stage.rejected", "stage.accepted"],
        &["inspection", "qc"],
    ),
    (
        &["truck", "lorry", "vehicle", "consignment"],
        &["kind.vehicle", "doc.eway"],
        &["gate", "ewb", "lorry", "truck"],
    ),
    (
        &["penny drop", "penny"],
        &["kind.holder", "doc.bank", "event.verification"],
        &[
            "beneficiary",
            "match",
            "verdict",
            "bank",
            "account",
            "run",
            "penny",
        ],
    ),
    (
        &["exchange", "conversion", "converted"],
        &["kind.currency"],
        &["fx", "exchange", "currency"],
    ),
    (
        &["budget", "sanction"],
        &[],
        &["budget", "sanctioned", "spent", "remaining", "available"],
    ),
    (
        &["deducted", "deduction", "withheld", "held back"],
        &["head.tds"],
        &["tds", "deducted"],
    ),
    (
        &["ledger", "books", "duplicate", "search"],
        &["doc.search"],
        &[
            "hits", "hit", "query", "matches", "results", "search", "criteria",
        ],
    ),
    (
        &["generated", "registered", "registration"],
        &["kind.irn", "kind.ack", "event.ack"],
        &["irn", "ack"],
    ),
    (
        &["rate"],
        &["kind.rate", "kind.price"],
        &["pct", "rt", "rate", "percent", "taxable"],
    ),
];

impl<'a> Proof<'a, '_> {
    /// Whether a cited value brings a word with it.
    pub(super) fn is_brought_along(&self, at: usize, text: &str) -> bool {
        let paid_into = text == "paid" && self.item(at + 1).is_some_and(|i| i.text() == "into");
        let word = if paid_into { "paid into" } else { text };
        if word == "paid" {
            return false;
        }
        let brings = |f: &Field<'a>, tags: &[Tag], parts: &[&str]| {
            tags.iter().any(|t| f.has(t) || f.docs().contains(t))
                || f.path
                    .iter()
                    .flat_map(|s| name_parts(s))
                    .any(|p| parts.contains(&p.as_str()))
        };
        // "Tax is payable on reverse charge", by the flag that says so.
        let charged = matches!(
            word,
            "tax" | "taxes" | "payable" | "payable on" | "payable by" | "liable" | "recipient"
        ) && self
            .w
            .cited
            .iter()
            .any(|f| brings(f, &[], &["rev", "rchrg", "rcm", "reverse"]));
        if charged {
            return true;
        }
        LICENCES.iter().any(|(words, tags, parts)| {
            words.iter().any(|w| word.starts_with(w))
                && self.w.cited.iter().any(|f| brings(f, tags, parts))
        })
    }

    /// "Because the IFSC was invalid" where the reason is cited and told.
    pub(super) fn reason_is_told(&self) -> bool {
        (0..self.w.cited.len()).any(|n| {
            self.is_told(n)
                && self.field(n).is_some_and(|f| {
                    name_parts(f.leaf()).iter().any(|p| {
                        matches!(
                            p.as_str(),
                            "reason" | "remark" | "remarks" | "cause" | "because"
                        )
                    })
                })
        })
    }

    /// "Carries IGST alone": a tax that is charged, with no figure of its own, is more than nought.
    pub(super) fn tell_charged(&mut self) {
        const TAXES: [Tag; 4] = ["head.igst", "head.cgst", "head.sgst", "head.cess"];
        for n in 0..self.w.cited.len() {
            let Some(field) = self
                .field(n)
                .filter(|f| !self.is_told(n) && f.value.is_number())
            else {
                continue;
            };
            let Some(tax) = TAXES.into_iter().find(|t| field.has(t)) else {
                continue;
            };
            let Some(sum) = self.side_number(n).filter(|v| !v.is_zero()) else {
                continue;
            };
            let at = (0..self.w.items.len()).find(|at| {
                let scope = self.scope_of(*at);
                let named = self
                    .item(*at)
                    .is_some_and(|i| i.tags().is_some_and(|t| t.contains(tax) && t.len() == 1));
                let charged = scope.clone().filter_map(|n| self.item(n)).any(|i| {
                    ["carr", "charg", "levi", "bear", "attract", "appl"]
                        .iter()
                        .any(|v| i.text().starts_with(v))
                });
                let figure = scope.clone().any(|n| {
                    self.item(n)
                        .is_some_and(|i| i.number().is_some() || i.class("not"))
                });
                named && charged && !figure
            });
            let Some(at) = at.filter(|_| sum > domain::Decimal::ZERO) else {
                continue;
            };
            self.tell(n);
            self.finish(at);
            let lone = self.w.cited.iter().enumerate().all(|(m, f)| {
                m == n
                    || !TAXES.iter().any(|t| f.has(t))
                    || crate::read::json_number(f.value).is_some_and(|v| v.is_zero())
            });
            for other in self.scope_of(at).filter(|_| lone) {
                if self.class_at(Some(other), "only") {
                    self.finish(other);
                }
            }
        }
    }

    /// "30 days after its date", where the date that the days lead to is cited and told.
    pub(super) fn finish_told_terms(&mut self) {
        let dates = self.cited_dates();
        for at in 2..self.w.items.len() {
            let measured = self
                .item(at - 1)
                .is_some_and(|i| crate::span::unit(i.text()).is_some());
            let term = self
                .states
                .get(at - 2)
                .copied()
                .flatten()
                .and_then(|n| self.side_number(n));
            let (Some(days), true, true) = (
                term,
                measured && !self.is_done(at),
                self.class_at(Some(at), "after"),
            ) else {
                continue;
            };
            let reached = dates.iter().any(|(_, from)| {
                crate::span::Span::Days(1)
                    .after(*from, days)
                    .is_some_and(|due| dates.iter().any(|(n, d)| *d == due && self.is_told(*n)))
            });
            if reached {
                self.finish(at);
            }
        }
    }

    /// An e-way bill's own day, beside the number that it is told by: it says nothing against the days that are told.
    pub(super) fn tell_own_days(&mut self) {
        let stated = (0..self.w.items.len()).any(|at| {
            matches!(self.item(at), Some(Item::Value(crate::lex::Token::Date(_))))
                && self.is_done(at)
        });
        let open = (0..self.w.items.len()).any(|at| {
            matches!(
                self.item(at),
                Some(Item::Value(
                    crate::lex::Token::Date(_) | crate::lex::Token::Part(_)
                ))
            ) && !self.is_done(at)
        });
        if !stated || open {
            return;
        }
        for n in 0..self.w.cited.len() {
            let Some(field) = self.field(n).filter(|_| !self.is_told(n)) else {
                continue;
            };
            let own = crate::read::json_date(field.value).is_some()
                && crate::vocabulary::of(&field.tags, "event")
                    .iter()
                    .all(|t| *t == "event.issue")
                && !crate::vocabulary::of(&field.tags, "doc").is_empty();
            let known = (0..self.w.cited.len()).any(|m| {
                m != n
                    && self.is_told(m)
                    && self.field(m).is_some_and(|f| {
                        f.doc == field.doc
                            && f.tags
                                .iter()
                                .any(|t| is_identity(t) || t.starts_with("doc."))
                    })
            });
            if own && known {
                self.tell(n);
            }
        }
    }

    /// Whether a number is told as the number of a paper: "under 412", "voucher 190077".
    pub(super) fn is_a_told_key(&self, at: usize) -> bool {
        self.states
            .get(at)
            .copied()
            .flatten()
            .and_then(|n| self.field(n))
            .is_some_and(|f| f.tags.iter().any(|t| is_identity(t)) || f.value.is_string())
    }

    /// "No more than 60" of what is 60: a bound that is reached is kept.
    pub(super) fn finish_reached_bounds(&mut self) {
        for at in 0..self.w.items.len() {
            let bound = self.item(at).is_some_and(|i| {
                matches!(
                    i.text(),
                    "no more than"
                        | "no fewer than"
                        | "no less than"
                        | "not more than"
                        | "not less than"
                )
            });
            let next = at + 1;
            let number = self.item(next).is_some_and(|i| i.number().is_some());
            let lone = self
                .states
                .get(next)
                .copied()
                .flatten()
                .and_then(|n| self.field(n))
                .is_none_or(|own| {
                    !own.has("head.limit")
                        && !name_parts(own.leaf()).iter().any(|p| {
                            matches!(
                                p.as_str(),
                                "max"
                                    | "maximum"
                                    | "min"
                                    | "minimum"
                                    | "limit"
                                    | "cap"
                                    | "tolerance"
                                    | "threshold"
                                    | "allowed"
                            )
                        })
                });
            if bound && number && lone && self.is_done(next) && !self.is_done(at) {
                self.finish(at);
            }
        }
    }

    /// What a word of a cited basis says: `GRN_DATE` of a goods receipt, `invoice_date` of the invoice.
    pub(super) fn tell_bases(&mut self) {
        for n in 0..self.w.cited.len() {
            let Some(field) = self.field(n).filter(|_| !self.is_told(n)) else {
                continue;
            };
            let based = name_parts(field.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "basis" | "base" | "from" | "counted"));
            let Some(text) = field.value.as_str().filter(|_| based) else {
                continue;
            };
            if crate::read::json_date(field.value).is_some() {
                continue;
            }
            // "On ₹12,00,000" of an order's value, where that is what the figure is.
            let stated = self.states.iter().flatten().any(|told| {
                self.field(*told)
                    .is_some_and(|f| name_parts(f.leaf()) == name_parts(text))
            });
            if stated {
                self.tell(n);
                continue;
            }
            let words: Vec<String> = name_parts(text)
                .into_iter()
                .flat_map(|w| folded_words(&w))
                .filter(|w| !matches!(w.as_str(), "date" | "of" | "the" | "value" | "day" | "on"))
                .collect();
            let spoken = |w: &String| {
                let tags = VOCABULARY.member(w).0;
                self.w.words.iter().any(|s| super::same_root(s, w))
                    || self.w.items.iter().any(|i: &Item| {
                        i.tags().is_some_and(|t| {
                            t.iter().any(|t| tags.contains(t) && t.starts_with("doc."))
                        })
                    })
            };
            if words.iter().any(spoken) {
                self.tell(n);
            }
        }
    }
}
