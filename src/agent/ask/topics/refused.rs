//! What is asked in words that are understood, and in a way that no reply answers: what is denied or left out, sums broken down,
//! vendors by the group.

use super::{Concept as C, Reader};

/// Said of what a question denies, and of what it leaves out.
pub(super) const DENIED: &str =
    "what is denied in the question is not understood; ask for what is to be counted";
pub(super) const LEFT_OUT: &str = "the question leaves something out or sets a limit, and that is not understood; ask for what is to \
                        be counted";

/// Words of what a report breaks a sum down by.
const BREAKDOWN: &[&str] = &[
    "vendor", "supplier", "party", "month", "quarter", "week", "year", "day",
];
const BROKEN_DOWN: &[&str] = &[
    "monthly",
    "monthwise",
    "month-wise",
    "quarterly",
    "quarterwise",
    "quarter-wise",
    "weekly",
    "yearly",
    "vendorwise",
    "vendor-wise",
    "supplierwise",
    "supplier-wise",
    "partywise",
    "party-wise",
];
/// Words of money that was spent, beside those of bills.
const SPENDS: &[&str] = &[
    "spend",
    "spent",
    "spending",
    "expenditure",
    "amount",
    "value",
    "much",
];
/// Said of sums that a report breaks down.
const REPORTED: &str = "one figure is told at a time, and none is broken down; `satyapan report spend --by vendor` \
                        does so, `--by month` as well";
/// Said of what a group of vendors billed.
const OF_A_GROUP: &str = "what was billed is told of one vendor or of all, not of vendors of one kind or standing; \
                          `satyapan report spend --by vendor` tells it of each";

/// Said of credit and debit notes.
const NOTES: &str = "credit and debit notes are not looked up here, only invoices";
/// Said of days that are named by what happened on them.
const EVENT: &str = "the question names a day by what happened on it; name the day itself";
/// Said of a vendor who is asked to be approved.
const VETTED: &str = "the vendor master says whether a vendor is active or blocked, not whether it is approved; a status like \
                      that is an invoice's";

impl Reader<'_> {
    /// Why a segment is not answered, whatever else it says.
    pub(super) fn refused(&self) -> Option<&'static str> {
        let whys = [
            (
                self.segment.has(C::Except) && self.bound().is_none(),
                LEFT_OUT,
            ),
            (self.denies_bills(), DENIED),
            (self.breaks_down(), REPORTED),
            (self.of_a_group(), OF_A_GROUP),
            (self.notes(), NOTES),
            (self.since_an_event(), EVENT),
            (self.vets(), VETTED),
        ];
        let found = whys.into_iter().find(|(holds, _)| *holds);
        found.map(|(_, why)| why)
    }

    /// The words of the segment, in small letters.
    pub(super) fn lower(&self) -> Vec<&str> {
        let (from, until) = self.segment.words;
        let words = self.words.get(from..until).unwrap_or_default();
        words.iter().map(|word| word.lower.as_str()).collect()
    }

    /// "Vendors with no invoices": of whom there is none.
    fn denies_bills(&self) -> bool {
        const BILLS: &[&str] = &[
            "invoice",
            "invoices",
            "bill",
            "bills",
            "billing",
            "purchases",
        ];
        let numbered = [
            "invoice", "invoices", "bill", "bills", "order", "orders", "po",
        ];
        let words = self.lower();
        words.windows(2).enumerate().any(|(at, pair)| {
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            matches!(pair, ["no", noun] if BILLS.contains(noun))
                && !before.is_some_and(|word| numbered.contains(word))
        })
    }

    /// Whether money is asked for: what was billed, paid or is owed.
    pub(super) fn asks_money(&self) -> bool {
        self.segment
            .has_any(&[C::Bill, C::Pay, C::Paid, C::Unpaid, C::Due, C::Average])
            || self.says(SPENDS)
    }

    /// "Spend by month", "how many invoices has each vendor raised", "top 5 vendors by spend".
    fn breaks_down(&self) -> bool {
        if !self.asks_money() && !self.segment.has_any(&[C::Total, C::Order]) {
            return false;
        }
        let words = self.lower();
        let nobody = self.subjects().next().is_none();
        let by = words.windows(2).any(|pair| match pair {
            ["by", what] => nobody && BREAKDOWN.contains(what),
            ["per" | "each" | "every", what] => BREAKDOWN.contains(what),
            [
                "month" | "vendor" | "supplier" | "party" | "quarter",
                "wise",
            ] => true,
            _ => false,
        });
        by || self.says(BROKEN_DOWN)
    }

    /// "Total billed by micro vendors": vendors of a kind, of whom none is named.
    fn of_a_group(&self) -> bool {
        let kind = self.segment.has(C::Msme)
            || (self.segment.has_any(&[
                C::Blocked,
                C::Active,
                C::Composition,
                C::Register,
                C::Cancel,
                C::Einvoice,
            ]) && self.segment.has(C::Vendor));
        let nobody = self.subjects().next().is_none();
        kind && nobody && self.asks_money()
    }

    /// "Credit notes of V001": no terms of credit, and no invoices.
    fn notes(&self) -> bool {
        let words = self.lower();
        words
            .windows(2)
            .any(|pair| matches!(pair, ["credit" | "debit", "note" | "notes"]))
            && !self.segment.has(C::Contract)
    }

    /// "Invoices after cancellation": days that nobody names.
    fn since_an_event(&self) -> bool {
        let event = |word: &str| {
            ["cancel", "suspen", "registration"]
                .iter()
                .any(|stem| word.starts_with(stem))
        };
        let mut words = self.lower();
        words.retain(|word| !matches!(*word, "the" | "its" | "their"));
        words.windows(2).any(|pair| match pair {
            ["after" | "before" | "since" | "until" | "till", what] => event(what),
            _ => false,
        })
    }

    /// "Is V001 an approved vendor?": no question for approved invoices.
    fn vets(&self) -> bool {
        self.lower().windows(2).any(|pair| {
            matches!(
                pair,
                [
                    "approved" | "rejected" | "held",
                    "vendor" | "vendors" | "supplier" | "suppliers"
                ]
            )
        })
    }
}
