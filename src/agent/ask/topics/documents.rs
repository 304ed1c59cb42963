//! Orders, receipts and invoices by their numbers.

use super::{Concept as C, Reader, STATUSES, of_vendor};
use crate::ask::{
    arithmetic,
    part::{CodeKind, Subject, Topic},
};

impl Reader<'_> {
    /// Orders, receipts, and invoices by number.
    pub(super) fn documents(&mut self) {
        // Returns are missed as well, and a check is skipped.
        let numbers =
            self.segment.has_any(&[C::Bill, C::Number, C::Series]) || self.says(&["gap", "gaps"]);
        if self.free(C::Missing) && numbers && !self.returns() {
            let prefix = self.prefix();
            self.fire(
                Topic::Missing(prefix),
                &[C::Missing, C::Number, C::Series, C::Bill, C::Count],
            );
        }
        let order = self.code(CodeKind::Order);
        let ordered = order
            && self
                .segment
                .has_any(&[C::Ordered, C::Remain, C::Bill, C::Rate]);
        let receipts = self.code(CodeKind::Receipt)
            || (self.free(C::Receipt)
                && !ordered
                && (order || !self.bills_come())
                && (order || self.vendor() || self.segment.has(C::Order)));
        if receipts {
            let uses = &[
                C::Receipt,
                C::Order,
                C::Ordered,
                C::When,
                C::Latest,
                C::Count,
                C::Total,
            ];
            let line = self.line();
            self.numbers.extend(line);
            self.fire(Topic::Receipts { line }, uses);
            if self.free_any(&[C::Rejected, C::Held, C::Approved]) {
                let why = "a receipt says what was accepted, and not what became of the rest";
                self.fire(Topic::Beyond(why), STATUSES);
            }
        } else if order && !self.topics.iter().any(of_vendor) {
            self.order();
        } else if self.free(C::Order) && self.of_one_invoice() {
            self.fire(Topic::Profile, &[C::Order, C::Number, C::Says]);
        } else if self.free(C::Order) && !self.code(CodeKind::Invoice) {
            let pending = self.says(&["pending"]) && !self.plural();
            if pending {
                self.used.insert(C::Unpaid);
            }
            let open = self.segment.has(C::Open) || pending;
            let uses = &[
                C::Order,
                C::Open,
                C::Ordered,
                C::Count,
                C::Total,
                C::Bill,
                C::Remain,
            ];
            self.fire(Topic::Orders { open }, uses);
        }
        let invoice =
            self.code(CodeKind::Invoice) || (self.free(C::Seen) && self.numbers_invoice());
        if invoice
            && !self
                .topics
                .iter()
                .any(|topic| of_vendor(topic) || *topic == Topic::Statement)
        {
            if self.untaxed() {
                self.fire(Topic::Untaxed, &[C::Inclusive, C::Total]);
                return;
            }
            if self.segment.has(C::When) && self.segment.has_any(&[C::Paid, C::Pay]) {
                let why = "the ledger says that an invoice is paid, not on which day";
                self.fire(Topic::Beyond(why), &[C::When]);
            }
            if self.segment.has(C::When) && self.segment.has(C::Receipt) {
                let why =
                    "the ledger holds the date that an invoice bears, not the day on which it came";
                self.fire(Topic::Beyond(why), &[C::When, C::Receipt]);
            }
            if self.segment.has_any(&[C::Due, C::Overdue]) {
                let why = "no record holds a due date; it follows from the invoice's date and the vendor's payment terms";
                self.fire(Topic::Beyond(why), &[C::Due, C::Overdue, C::When]);
            }
            let uses = [
                STATUSES,
                &[
                    C::Seen,
                    C::Total,
                    C::Pay,
                    C::Status,
                    C::Receipt,
                    C::When,
                    C::Order,
                ],
            ]
            .concat();
            self.fire(Topic::Seen, &uses);
        }
    }

    /// "Which PO does B02274 refer to": what bears a number names one order, and is no vendor who has several.
    fn of_one_invoice(&self) -> bool {
        let one = self.says(&["po", "p.o", "order", "purchase"]) && !self.says(&["pos", "orders"]);
        let which = self.says(&["which", "what", "kis", "kaun", "kaunsa", "किस"]);
        one && which && self.numbers_invoice() && !self.segment.has_any(&[C::Open, C::Unpaid])
    }

    /// Whether returns are spoken of.
    pub(super) fn returns(&self) -> bool {
        self.segment.has_any(&[C::Return, C::File]) || !self.segment.kinds.is_empty()
    }

    /// An order, a line of it, what was billed on it.
    fn order(&mut self) {
        let uses = &[
            C::Order,
            C::Open,
            C::Closed,
            C::Ordered,
            C::Remain,
            C::Total,
            C::Count,
            C::Bill,
            C::Unpaid,
            C::Active,
            C::When,
            C::Receipt,
            C::Rate,
        ];
        // "Line 2", "billed on PO-26-0041", "left to bill".
        let line = self.line();
        self.numbers.extend(line);
        // "When was PO-26-0041 raised" asks for its own day.
        let placed = self.says(&["raised", "raise", "issued", "created", "made"]);
        let on = self.free(C::Bill) && !(placed && self.segment.has(C::When));
        let billed = on || self.free_any(&[C::Remain, C::Unpaid]);
        let whole = self
            .segment
            .has_any(&[C::Which, C::List, C::Count, C::Total]);
        if on && (whole || self.says(&["invoice", "invoices", "bill", "bills"])) {
            self.fire(Topic::BilledOn, &[]);
        } else {
            let goods = None;
            self.fire(
                Topic::Order {
                    line,
                    billed,
                    goods,
                },
                &[],
            );
        }
        self.takes(uses);
        if self.untaxed() {
            // Orders are kept before their tax.
            self.used.insert(C::Inclusive);
        }
    }

    /// The number behind "line".
    fn line(&self) -> Option<usize> {
        let [place] = self.segment.amounts.as_slice() else {
            return None;
        };
        let value = arithmetic::shown(self.found.numbers.get(*place).copied()?);
        let (from, until) = self.segment.words;
        let words = self.words.get(from..until)?;
        let says = words.windows(2).any(|pair| {
            let [line, number] = pair else { return false };
            matches!(line.lower.as_str(), "line" | "item") && number.text == value
        });
        says.then_some(*place)
    }

    /// A number beside "series" is what its numbers begin with.
    fn prefix(&self) -> Option<String> {
        let vendors = self.subjects().count();
        self.subjects().find_map(|subject| match subject {
            Subject::Code {
                text,
                kind: None | Some(CodeKind::Invoice),
            } if vendors > 1 || text.contains('/') => Some(text.clone()),
            _ => None,
        })
    }
}
