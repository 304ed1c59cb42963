//! Past invoices: duplicates of one, what its supplier billed before, and questions about suppliers, periods and numbers.
//!
//! *Invariant:* the source is probed by index alone and only ever by bounded questions ([`PastInvoices`]); which rows
//! count, and in which order they stand, is settled here, so that every source gives the same answer.
//! *Invariant:* rejected invoices, and rows that came from the document under verification, never appear in what a case
//! asks (`duplicates`, `history`). A question of a person's counts them where it says so.

use std::sync::Arc;

use contract::{Answer, Cost, Manifest, Tool, ToolError};
use domain::{
    Date, Decimal, DocNumber, FinancialYear, Paise,
    civil::{days_between, parse_date},
    money,
    number::edits,
    records::{
        Billed, Duplicates, FoundInvoices, History, LedgerEntry, Numbers, RankedBy, RankedSuppliers,
    },
};
use rust_decimal::RoundingStrategy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod port;
mod question;
mod series;

pub use domain::series::{GAPS_MAX, counter};
pub use port::{Asked, Named, Order, Past, PastInvoices, Ranked, Totals, Window, holder, key};
pub use question::{LISTED_BILLED_MAX, STATUSES_MAX, SUPPLIERS_MAX};
use question::{Limits, Span};
pub use series::NUMBER_SERIES_MAX;

/// The name under which errors come.
pub const NAME: &str = "invoice_db";
/// Totals in a [`History`]: the latest 250. A median and its deviation hardly move with more, and each verdict of a
/// large supplier would carry, and pay for, all of them.
pub const TOTALS_MAX: usize = 250;
/// Neighbours of a series, on each side.
pub const SERIES_MAX: usize = 5;
/// Rows that one probe returns at most.
pub const ROWS_MAX: usize = 20_000;
/// Rows that one list of an answer holds at most; those whose numbers are most alike come first in `same_amount`,
/// those nearest in time in `nearby`.
pub const LISTED_MAX: usize = 1_000;
/// Widest window in days either way that a question may name.
pub const DAYS_MAX: i64 = 366;

/// A question about past invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum Args {
    /// Past invoices that could be this one.
    Duplicates {
        supplier_gstin: String,
        number: String,
        /// `yyyy-mm-dd` or `dd/mm/yyyy`.
        date: String,
        /// Rupees, as digits. Empty when the invoice has none: then nothing is of the same amount.
        total: String,
        /// SHA-256 of the document under verification, lower-case hex; may be empty.
        #[serde(default)]
        document: String,
        /// Rupees by which totals may differ.
        #[serde(default = "default_amount")]
        amount: String,
        /// Days by which dates may differ.
        #[serde(default = "default_days")]
        days: String,
    },
    /// What the supplier billed before.
    History {
        supplier_gstin: String,
        number: String,
        date: String,
        #[serde(default)]
        document: String,
        #[serde(default = "default_days")]
        days: String,
    },
    /// What was billed in a period: how many, how much, by status, and the largest, smallest, earliest and latest.
    Billed {
        /// Empty: all suppliers.
        #[serde(default)]
        supplier_gstin: String,
        /// First day, `yyyy-mm-dd`; empty for no limit.
        #[serde(default)]
        from: String,
        /// Last day; empty for no limit.
        #[serde(default)]
        until: String,
        /// Statuses that count: `paid`, `approved`, `held`, `rejected`. Empty: all but rejected.
        #[serde(default)]
        statuses: Vec<String>,
        /// Only invoices that come to so many rupees or more; empty for no limit.
        #[serde(default)]
        least: String,
        /// Only invoices that come to so many rupees or less.
        #[serde(default)]
        most: String,
        /// Only invoices that name an order, or none.
        #[serde(default)]
        named: Named,
        /// Which of the invoices are listed, where not all of them are.
        #[serde(default)]
        order: Order,
    },
    /// Who billed the most in a period, or the least.
    Suppliers {
        /// As above.
        #[serde(default)]
        from: String,
        #[serde(default)]
        until: String,
        #[serde(default)]
        statuses: Vec<String>,
        by: RankedBy,
        /// The least first.
        #[serde(default)]
        least: bool,
    },
    /// Which numbers are missing from the series of a supplier.
    Numbers {
        supplier_gstin: String,
        /// As above.
        #[serde(default)]
        from: String,
        #[serde(default)]
        until: String,
        /// What the numbers of the series in question begin with; empty for all series.
        #[serde(default)]
        before: String,
    },
    /// Whether the ledger has an invoice of this number, and what became of it; separators, case and leading zeros do
    /// not matter.
    Find { number: String },
}

fn default_amount() -> String {
    "1.00".to_owned()
}

fn default_days() -> String {
    "7".to_owned()
}

/// What this tool answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Record {
    Duplicates(Duplicates),
    History(History),
    Billed(Box<Billed>),
    Suppliers(RankedSuppliers),
    Numbers(Numbers),
    Found(FoundInvoices),
}

/// The tool over any ledger.
#[derive(Clone)]
pub struct InvoiceDb {
    ledger: Arc<dyn PastInvoices>,
}

impl InvoiceDb {
    pub fn new(ledger: Arc<dyn PastInvoices>) -> Self {
        Self { ledger }
    }
}

impl Tool for InvoiceDb {
    const MANIFEST: Manifest = Manifest {
        name: NAME,
        description: "Finds past invoices: duplicates of one, what its supplier billed before, totals by period and \
                      status, suppliers by what they billed, numbers missing from a series, and an invoice by its number.",
        when: "Use `duplicates` before any approval and `history` for amounts, dates and number series of a supplier; \
               `billed`, `suppliers`, `numbers` and `find` answer questions; it knows the ledger only, not orders or payments.",
        cost: Cost::Local,
    };
    type Args = Args;
    type Record = Record;

    async fn ask(&self, args: Args) -> Result<Answer<Record>, ToolError> {
        match args {
            Args::Duplicates {
                supplier_gstin,
                number,
                date,
                total,
                document,
                amount,
                days,
            } => {
                let question = Question::read(&supplier_gstin, &number, &date, &document, &days)?;
                let total = if total.trim().is_empty() {
                    None
                } else {
                    Some(rupees("total", &total)?)
                };
                let found = self
                    .duplicates(question, total, rupees("amount", &amount)?)
                    .await?;
                Ok(Answer::Found(Record::Duplicates(found)))
            }
            Args::History {
                supplier_gstin,
                number,
                date,
                document,
                days,
            } => {
                let question = Question::read(&supplier_gstin, &number, &date, &document, &days)?;
                Ok(Answer::Found(Record::History(
                    self.history(question).await?,
                )))
            }
            Args::Billed {
                supplier_gstin,
                from,
                until,
                statuses,
                least,
                most,
                named,
                order,
            } => {
                let span = Span::read(&from, &until, &statuses)?;
                let limits = Limits::read(&least, &most)?;
                let billed = self.billed(&supplier_gstin, span, (limits, named), order);
                Ok(Answer::Found(Record::Billed(Box::new(billed.await?))))
            }
            Args::Suppliers {
                from,
                until,
                statuses,
                by,
                least,
            } => {
                let span = Span::read(&from, &until, &statuses)?;
                let ranked = self.suppliers(span, by, least);
                Ok(Answer::Found(Record::Suppliers(ranked.await?)))
            }
            Args::Numbers {
                supplier_gstin,
                from,
                until,
                before,
            } => {
                let numbers = self.numbers(&supplier_gstin, &from, &until, &before);
                Ok(Answer::Found(Record::Numbers(numbers.await?)))
            }
            Args::Find { number } => Ok(Answer::Found(Record::Found(self.find(number).await?))),
        }
    }
}

/// The arguments both operations share, once they are read.
struct Question {
    gstin: String,
    number: DocNumber,
    date: Date,
    days: i64,
    document: String,
}

fn refused(detail: impl Into<String>) -> ToolError {
    ToolError::Arguments {
        tool: NAME,
        detail: detail.into(),
    }
}

fn rupees(name: &str, text: &str) -> Result<Decimal, ToolError> {
    money::decimal(text).map_err(|error| refused(format!("{name}: {error}")))
}

impl Question {
    fn read(
        gstin: &str,
        number: &str,
        date: &str,
        document: &str,
        days: &str,
    ) -> Result<Self, ToolError> {
        let date = parse_date(date)
            .ok_or_else(|| refused("date: yyyy-mm-dd of the calendar is needed"))?;
        let days = days
            .trim()
            .parse()
            .ok()
            .filter(|days| (0..=DAYS_MAX).contains(days))
            .ok_or_else(|| {
                refused(format!(
                    "days: a whole number from 0 to {DAYS_MAX} is needed"
                ))
            })?;
        Ok(Self {
            gstin: key(gstin),
            number: DocNumber::new(number),
            date,
            days,
            document: document.trim().to_ascii_lowercase(),
        })
    }
}

impl InvoiceDb {
    async fn duplicates(
        &self,
        question: Question,
        total: Option<Decimal>,
        amount: Decimal,
    ) -> Result<Duplicates, ToolError> {
        let Question {
            gstin,
            number,
            date,
            days,
            document,
        } = question;
        // A number without letters or digits equals every other such number, and none of them is a number.
        let mut same_number = if number.folded.is_empty() || gstin.is_empty() {
            Vec::new()
        } else {
            let year = FinancialYear::of(date);
            self.ledger
                .by_number(&gstin, year, &number.folded, &document)
                .await?
        };
        same_number.sort_by_key(|past| (past.entry.invoice_date, past.id));
        same_number.truncate(LISTED_MAX);
        let mut same_amount = match total {
            Some(total) if !gstin.is_empty() => {
                let (least, most) = bounds(total, amount)?;
                let window = Window::around(date, days);
                self.ledger
                    .by_amount(holder(&gstin), least, most, window, &document)
                    .await?
            }
            _ => Vec::new(),
        };
        same_amount.retain(|past| !same_number.iter().any(|same| same.id == past.id));
        // An amount billed a thousand times a week (rentals, tickets) must not hide the one row that matters.
        same_amount.sort_by_cached_key(|past| {
            (
                apart(&number, &past.entry.invoice_number),
                past.entry.invoice_date,
                past.id,
            )
        });
        same_amount.truncate(LISTED_MAX);
        Ok(Duplicates {
            supplier_gstin: gstin,
            invoice_number: number.raw,
            same_number: entries(same_number),
            same_amount: entries(same_amount),
        })
    }

    async fn history(&self, question: Question) -> Result<History, ToolError> {
        let Question {
            gstin,
            number,
            date,
            days,
            document,
        } = question;
        let totals = self.ledger.totals(&gstin, &document).await?;
        let mut nearby = self
            .ledger
            .by_date(&gstin, Window::around(date, days), &document)
            .await?;
        nearby.sort_by_key(|past| (days_between(date, past.entry.invoice_date).abs(), past.id));
        nearby.truncate(LISTED_MAX);
        nearby.sort_by_key(|past| (past.entry.invoice_date, past.id));
        let mut series = match counter(&number) {
            Some(counter) => {
                self.ledger
                    .series(&gstin, &number.before, &number.after, counter, &document)
                    .await?
            }
            None => Vec::new(),
        };
        series.sort_by_cached_key(|past| {
            (
                counter(&DocNumber::new(&past.entry.invoice_number)),
                past.id,
            )
        });
        Ok(History {
            supplier_gstin: gstin,
            totals: totals.into_iter().map(Paise::rupees).collect(),
            nearby: entries(nearby),
            series: entries(series),
        })
    }
}

/// Whole paise from `total - amount` to `total + amount`, both ends inside.
fn bounds(total: Decimal, amount: Decimal) -> Result<(Paise, Paise), ToolError> {
    let out_of_range = || refused("total and amount: out of range");
    let amount = amount.abs();
    let least = total.checked_sub(amount).ok_or_else(out_of_range)?;
    let most = total.checked_add(amount).ok_or_else(out_of_range)?;
    // A paisa inside the window counts, one that would have to be rounded into it does not.
    let least = least.round_dp_with_strategy(2, RoundingStrategy::ToPositiveInfinity);
    let most = most.round_dp_with_strategy(2, RoundingStrategy::ToNegativeInfinity);
    match (Paise::from_rupees(least), Paise::from_rupees(most)) {
        (Ok(least), Ok(most)) => Ok((least, most)),
        _ => Err(out_of_range()),
    }
}

/// How far another number lies from this one under either folding.
fn apart(number: &DocNumber, other: &str) -> usize {
    let other = DocNumber::new(other);
    edits(&number.folded, &other.folded).min(edits(&number.confusable(), &other.confusable()))
}

fn entries(list: Vec<Past>) -> Vec<LedgerEntry> {
    list.into_iter().map(|past| past.entry).collect()
}

#[cfg(test)]
mod tests;
