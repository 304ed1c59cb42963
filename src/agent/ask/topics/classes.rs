//! Vendors of a class: how many, and which. A class is understood in whole or not at all: one word more narrows it.

use domain::records::Lacking;

use super::{Concept as C, Reader};
use crate::ask::{
    arithmetic, lexicon,
    part::{Topic, VendorClass},
};

/// What a question about a class may be made of.
const OWN: &[C] = &[
    C::Active,
    C::All,
    C::Bank,
    C::Blocked,
    C::Count,
    C::Credit,
    C::Day,
    C::Email,
    C::Gstin,
    C::List,
    C::Mismatch,
    C::Missing,
    C::Msme,
    C::Name,
    C::No,
    C::Pan,
    C::Pay,
    C::Register,
    C::Status,
    C::Term,
    C::Terms,
    C::Total,
    C::Vendor,
    C::Vendors,
    C::Which,
    C::Who,
];

/// Whether a question is asked of several.
const MANY: &[&str] = &[
    "any",
    "companies",
    "enterprises",
    "firms",
    "parties",
    "suppliers",
    "vendors",
    "vendors'",
    "suppliers'",
];

impl Reader<'_> {
    /// "How many vendors are active", "which have no bank account", "vendors on 60 days' terms".
    pub(super) fn classes(&mut self) -> bool {
        let segment = self.segment;
        let plain = segment.subjects.is_empty()
            && segment.periods.is_empty()
            && segment.rates.is_empty()
            && segment.kinds.is_empty()
            && segment.concepts.iter().all(|(concept, at)| {
                OWN.contains(concept) || (*concept == C::Number && self.denies(*at))
            });
        // "How many are blocked, and who?": a "who" by itself is no concept, and may stand behind the segment.
        let who = self.words.iter().any(|word| word.lower == "who");
        let listed = who || segment.has_any(&[C::All, C::List, C::Vendors, C::Which, C::Who]);
        let many = listed || segment.has(C::Count) || self.says(MANY);
        let vendors = segment.has_any(&[C::Vendor, C::Vendors])
            || self.says(MANY)
            || (segment.has(C::Msme) && segment.has_any(&[C::Count, C::List]));
        // "Total vendors", "kul kitne": how many; of money it would be another question.
        let sums = segment.has(C::Total) && (!segment.has(C::Count) || segment.has(C::Pay));
        if !plain || sums || !many || !vendors || self.says(&["any"]) && !self.narrows() {
            return false;
        }
        let Some(class) = self.class() else {
            return false;
        };
        if class == VendorClass::default() && !(segment.has_any(&[C::Count, C::List, C::All])) {
            return false;
        }
        let everything = self.everything();
        self.fire(Topic::Vendors { class, listed }, &everything);
        self.numbers.extend(segment.amounts.iter());
        true
    }

    /// "No bank account": a "no" that numbers nothing.
    fn denies(&self, at: usize) -> bool {
        let held = [C::Bank, C::Credit, C::Email, C::Gstin, C::Pan, C::Terms];
        let no = self.words.get(at).is_some_and(|word| word.lower == "no");
        let next = lexicon::concept(self.words, at + 1);
        no && next.is_some_and(|(concept, _)| held.contains(&concept))
    }

    fn narrows(&self) -> bool {
        let filters = [
            C::Active,
            C::Bank,
            C::Blocked,
            C::Email,
            C::Gstin,
            C::Mismatch,
            C::Msme,
            C::Pan,
            C::Term,
            C::Terms,
        ];
        self.segment.has_any(&filters)
    }

    /// The class; `None` where a word of it is left over.
    fn class(&self) -> Option<VendorClass> {
        let has = |concept| self.segment.has(concept);
        let status = match (has(C::Active), has(C::Blocked)) {
            (true, true) => return None,
            (true, false) if self.says(&["inactive"]) => return None,
            (true, false) => Some("active"),
            (false, true) => Some("blocked"),
            (false, false) if has(C::Status) => return None,
            (false, false) => None,
        };
        let msme = Some(self.msme()?).filter(|msme| !msme.is_empty());
        let terms = has(C::Terms) || has(C::Term) || has(C::Credit) || has(C::Day);
        let days = match self.segment.amounts.as_slice() {
            [] => None,
            [place] if terms => {
                let days = arithmetic::plain(self.found.numbers.get(*place).copied()?);
                (days.len() <= 4 && days.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
                Some(days)
            }
            _ => return None,
        };
        let held = [
            (C::Bank, Lacking::BankAccount),
            (C::Email, Lacking::Email),
            (C::Gstin, Lacking::Gstin),
            (C::Pan, Lacking::Pan),
        ];
        let mut named = held.iter().filter(|(concept, _)| has(*concept));
        let lacks = has(C::No) || has(C::Missing) || has(C::Number);
        let lacking = match (has(C::Mismatch), lacks, named.next(), named.next()) {
            (true, false, Some(_), Some(_))
                if has(C::Pan) && has(C::Gstin) && named.next().is_none() =>
            {
                Some(Lacking::AgreeingPan)
            }
            (false, true, Some((_, lacking)), None) if !terms => Some(*lacking),
            (false, true, None, None) if terms && days.is_none() => Some(Lacking::PaymentTerms),
            (false, false, None, None) if !terms || days.is_some() => None,
            _ => return None,
        };
        // What is denied is what is lacking, and nothing beside it.
        if lacks && (status.is_some() || msme.is_some()) || (has(C::Pay) && !terms) {
            return None;
        }
        Some(VendorClass {
            status,
            msme,
            terms_days: days,
            lacking,
        })
    }

    /// The MSME class, empty where none is asked about; `None` where what is said of it is no class.
    fn msme(&self) -> Option<&'static str> {
        if !self.segment.has(C::Msme) {
            return (!self.segment.has(C::Register)).then_some("");
        }
        let classes = ["micro", "small", "medium"];
        let mut named = classes.into_iter().filter(|class| self.says(&[class]));
        match (named.next(), named.next()) {
            (None, _) => Some("any"),
            (class, None) => class,
            _ => None,
        }
    }
}
