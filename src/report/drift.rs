//! `drift`: which supplier's invoices fail or are left unverified more often, by which check, since which day.
//!
//! Of each supplier (registrations of one PAN are one), each check and each of the two outcomes, the verdicts are a row of
//! yes and no in the order in which they were reached. [`scan`] finds the day since which yes came more often, and how often
//! chance alone would bring a change as marked. What is rarer than one in [`LEVEL`] is told. A check that did not apply says
//! nothing; a document that was judged again, on another day or under another policy, counts once, as it was judged first.
//!
//! What is kept grows with what went wrong and not with what was judged, but for a digest of each document.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use domain::{
    Date, Severity,
    gstin::{holder, key},
    verdict::{Gist, OutcomeName},
};
use serde_json::json;

use crate::{
    Names, Request, Table,
    table::{Cell, Column, Entry, Form, Place},
};

mod scan;

pub use scan::LEVEL;
use scan::{Change, Flags};

/// Invoices that a row lists: the latest.
pub const INVOICES_MAX: usize = 20;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Fails,
    Unverified,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Unverified => "unverified",
        }
    }

    fn is(self, outcome: OutcomeName) -> bool {
        match self {
            Self::Fails => outcome == OutcomeName::Fail,
            Self::Unverified => outcome == OutcomeName::Unverified,
        }
    }
}

/// A verdict of which a check failed or was left unverified.
struct Judged {
    day: Date,
    number: Box<str>,
    verdict: Box<str>,
}

/// What a check came to over a supplier's invoices, in their order.
struct Stream {
    severity: Severity,
    fails: Flags,
    unverified: Flags,
}

/// Takes verdicts in the order in which they were reached.
pub struct Drift {
    request: Request,
    /// Those asked for; `None` for all.
    gstins: Option<Vec<String>>,
    /// By supplier, then by check.
    streams: BTreeMap<String, BTreeMap<String, Stream>>,
    /// The first half of the digest of each document.
    documents: BTreeSet<u128>,
    judged: Vec<Judged>,
    counted: u64,
    again: u64,
    nameless: u64,
}

/// A change that is told.
struct Found<'a> {
    supplier: &'a str,
    check: &'a str,
    what: What,
    severity: Severity,
    flags: &'a Flags,
    change: Change,
}

impl Drift {
    pub(crate) fn new(request: Request, gstins: Option<Vec<String>>) -> Self {
        Self {
            request,
            gstins,
            streams: BTreeMap::new(),
            documents: BTreeSet::new(),
            judged: Vec::new(),
            counted: 0,
            again: 0,
            nameless: 0,
        }
    }

    /// A verdict, and the day on which its invoice was judged.
    pub fn take(&mut self, day: Date, verdict: &Gist) {
        if !self.request.holds(day) {
            return;
        }
        let gstin = key(verdict
            .invoice
            .supplier_gstin
            .as_deref()
            .unwrap_or_default());
        let asked = |gstins: &Vec<String>| gstins.contains(&gstin);
        if !self.gstins.as_ref().is_none_or(asked) {
            return;
        }
        if gstin.is_empty() {
            self.nameless += 1;
            return;
        }
        let digest = verdict.invoice.sha256.get(..32);
        let digest = digest.and_then(|hex| u128::from_str_radix(hex, 16).ok());
        if digest.is_some_and(|digest| !self.documents.insert(digest)) {
            self.again += 1;
            return;
        }
        self.counted += 1;
        let invoice = u32::try_from(self.judged.len()).unwrap_or(u32::MAX);
        let holder = holder(&gstin);
        if !self.streams.contains_key(holder) {
            self.streams.insert(holder.to_owned(), BTreeMap::new());
        }
        let Some(checks) = self.streams.get_mut(holder) else {
            return;
        };
        let mut marked = false;
        for finding in &verdict.findings {
            if finding.outcome == OutcomeName::NotApplicable {
                continue;
            }
            if !checks.contains_key(&finding.check) {
                let fresh = Stream {
                    severity: finding.severity,
                    fails: Flags::default(),
                    unverified: Flags::default(),
                };
                checks.insert(finding.check.clone(), fresh);
            }
            let Some(stream) = checks.get_mut(&finding.check) else {
                continue;
            };
            // An operator may have changed it: the latest holds.
            stream.severity = finding.severity;
            for what in [What::Fails, What::Unverified] {
                let yes = what.is(finding.outcome);
                marked |= yes;
                stream.flags(what).take(yes.then_some(invoice));
            }
        }
        if marked {
            self.judged.push(Judged {
                day,
                number: verdict.invoice.number.as_deref().unwrap_or_default().into(),
                verdict: verdict.id.as_str().into(),
            });
        }
    }

    fn found(&self) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        for (supplier, checks) in &self.streams {
            for (check, stream) in checks {
                let both = [
                    (What::Fails, &stream.fails),
                    (What::Unverified, &stream.unverified),
                ];
                for (what, flags) in both {
                    if let Some(change) = flags.change() {
                        found.push(Found {
                            supplier,
                            check,
                            what,
                            severity: stream.severity,
                            flags,
                            change,
                        });
                    }
                }
            }
        }
        found.sort_by_key(|one| {
            (
                Reverse(one.change.one_in),
                one.supplier,
                one.check,
                one.what,
            )
        });
        found
    }

    fn invoice(&self, index: u32) -> Option<&Judged> {
        self.judged.get(usize::try_from(index).ok()?)
    }

    fn row(&self, found: &Found<'_>, names: &Names) -> Vec<Cell> {
        let Change {
            before,
            after,
            one_in,
            ..
        } = found.change;
        let known = names.of(found.supplier);
        let supplier = known.map_or(found.supplier, |known| &known.name);
        let since = found.flags.marked(found.change);
        let day = |index: Option<&u32>| {
            let judged = index.and_then(|index| self.invoice(*index));
            judged.map_or(Cell::None, |judged| Cell::Day(judged.day))
        };
        let listed = since.iter().rev().take(INVOICES_MAX).rev();
        let entries = listed.filter_map(|index| {
            let judged = self.invoice(*index)?;
            let name = match &*judged.number {
                "" => &judged.verdict,
                _ => &judged.number,
            };
            Some(Entry {
                text: name.to_string(),
                value: json!({"number": judged.number, "day": judged.day.to_string(), "verdict": judged.verdict}),
            })
        });
        vec![
            known.map_or(Cell::None, |known| Cell::Text(known.ids())),
            Cell::text(supplier),
            Cell::text(found.check),
            Cell::text(found.what.name()),
            Cell::text(match found.severity {
                Severity::Reject => "reject",
                Severity::Hold => "hold",
                Severity::Info => "info",
            }),
            day(since.first()),
            day(since.last()),
            Cell::Count(before.yes),
            Cell::Count(before.of),
            before.percent(),
            Cell::Count(after.yes),
            Cell::Count(after.of),
            after.percent(),
            Cell::Count(one_in),
            Cell::List(entries.collect()),
        ]
    }

    /// The table of what was taken, the surest change first.
    pub fn table(self, names: &Names) -> Table {
        let found = self.found();
        let rows = found.iter().map(|found| self.row(found, names)).collect();
        let mut notes = vec![format!("{} stored verdicts were looked at.", self.counted)];
        if found.is_empty() {
            notes.push("No check fails or is left unverified more often than before.".to_owned());
        } else {
            notes.push(
                "Chance alone brings a change as marked once in so many series as `one_in` says."
                    .to_owned(),
            );
        }
        if self.again > 0 {
            notes.push(format!(
                "{} were of a document judged before, and count once.",
                self.again
            ));
        }
        if self.nameless > 0 {
            notes.push(format!("{} name no supplier.", self.nameless));
        }
        let mut table = Table {
            report: self.request.name(),
            of: self.request.told(),
            columns: COLUMNS.to_vec(),
            rows,
            totals: None,
            left_out: 0,
            notes,
        };
        table.cut(self.request.top);
        table
    }
}

const COLUMNS: [Column; 15] = [
    Column::new("vendor", "vendor", Form::Text, Place::Beside(2)),
    Column::new("supplier", "supplier", Form::Text, Place::Beside(9)),
    Column::new("check", "check", Form::Text, Place::Beside(9)),
    Column::new("outcome", "outcome", Form::Text, Place::Beside(8)),
    Column::new("severity", "severity", Form::Text, Place::Beside(3)),
    Column::new("since", "since", Form::Day, Place::Beside(9)),
    Column::new("last", "last", Form::Day, Place::Data),
    Column::new("before", "before", Form::Count, Place::Beside(4)),
    Column::new("before_of", "of", Form::Count, Place::Beside(4)),
    Column::new(
        "before_percent",
        "before %",
        Form::Percent,
        Place::Beside(7),
    ),
    Column::new("after", "after", Form::Count, Place::Beside(4)),
    Column::new("after_of", "of", Form::Count, Place::Beside(4)),
    Column::new("after_percent", "after %", Form::Percent, Place::Beside(7)),
    Column::new("one_in", "one in", Form::Count, Place::Beside(1)),
    Column::new("invoices", "invoices", Form::List, Place::Below),
];

impl Stream {
    fn flags(&mut self, what: What) -> &mut Flags {
        match what {
            What::Fails => &mut self.fails,
            What::Unverified => &mut self.unverified,
        }
    }
}

#[cfg(test)]
mod tests;
