//! When one invoice falls due, and whether it is overdue: by its date and the terms of its vendor.

use super::{Concept as C, MEASURES, Reader};
use crate::ask::{
    lexicon,
    part::{CodeKind, Subject, Topic},
};

impl Reader<'_> {
    /// "When is A-17 due", "due date of A-17", "is A-17 overdue", "by when must A-17 be paid". An amount that is due is another thing.
    pub(super) fn dues(&mut self) -> bool {
        let numbered = !self.segment.subjects.is_empty()
            && self.subjects().all(|subject| {
                matches!(
                    subject,
                    Subject::Code {
                        kind: None | Some(CodeKind::Invoice),
                        ..
                    } | Subject::Name { .. }
                )
            })
            && (self.code(CodeKind::Invoice)
                || (self.loose_code() && !self.says(&["invoices", "bills"])));
        let dated =
            (self.segment.has(C::When) && self.segment.has(C::Due)) || self.names_a_due_date();
        // "In how many days is V001 payable" asks for terms.
        let until = self.says(&["tak", "तक"]) && self.segment.has(C::Pay);
        let obliged = self.segment.has(C::When)
            && (until
                || self.says(&["when", "date"])
                    && self.segment.has_any(&[C::Pay, C::Paid])
                    && self.owing());
        let overdue = self.segment.has(C::Overdue);
        let days = self.segment.has(C::Day);
        let measured = MEASURES
            .iter()
            .any(|(concept, _)| self.segment.has(*concept) && !(*concept == C::Count && days));
        let today = self.segment.periods.iter().all(|place| {
            let period = self.found.periods.get(*place);
            period.is_some_and(|period| {
                let text = period.text.to_lowercase();
                matches!(
                    text.as_str(),
                    "today" | "as of today" | "as on today" | "by today" | "as of now"
                )
            })
        });
        if !numbered || !(dated || obliged || overdue) || measured || !today || self.to_whom() {
            return false;
        }
        let loose = |subject: &&Subject| matches!(subject, Subject::Code { kind: None, .. });
        let several = self.subjects().filter(loose).count() > 1;
        if several && !self.code(CodeKind::Invoice) {
            // "B01797 of V0001": which of the two is the invoice is not said.
            self.beyond(
                "when an invoice falls due is asked of one; say \"invoice\" before its number",
            );
            return true;
        }
        let mut uses = vec![
            C::Due,
            C::Overdue,
            C::When,
            C::Pay,
            C::Day,
            C::Count,
            C::Bill,
        ];
        if obliged {
            uses.push(C::Paid);
        }
        self.fire(Topic::Due { overdue }, &uses);
        true
    }

    /// "Due date", "falls due", and no "what is due".
    fn names_a_due_date(&self) -> bool {
        self.segment.concepts.iter().any(|(concept, at)| {
            *concept == C::Due
                && lexicon::concept(self.words, *at).is_some_and(|(_, taken)| taken > 1)
        })
    }

    /// "Due to V001": what is owed to somebody.
    fn to_whom(&self) -> bool {
        let (from, until) = self.segment.words;
        let words = self.words.get(from..until).unwrap_or_default();
        words.windows(2).any(|pair| {
            let [to, whom] = pair else { return false };
            to.lower == "to"
                && self.subjects().any(
                    |subject| matches!(subject, Subject::Code { text, .. } if text == whom.text),
                )
        })
    }
}
