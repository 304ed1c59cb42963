//! Questions of people: what was billed, which numbers are missing, whether a number was seen.

use std::collections::BTreeSet;

use contract::ToolError;
use domain::{
    Date, Decimal, DocNumber, Paise,
    civil::parse_date,
    records::{Billed, FoundInvoices, LedgerEntry, Numbers, RankedBy, RankedSuppliers},
};
use rust_decimal::RoundingStrategy;

use crate::{
    Asked, InvoiceDb, LISTED_MAX, Named, Order, ROWS_MAX, Ranked, Totals, Window, entries, key,
    refused, rupees, series,
};

/// Invoices that an answer about a period lists: the latest.
pub const LISTED_BILLED_MAX: usize = 100;
/// Suppliers that a ranking lists.
pub const SUPPLIERS_MAX: usize = 50;
/// Different statuses that one question may name.
pub const STATUSES_MAX: usize = 8;

const REJECTED: &str = "rejected";

/// The days of a question; both empty are all days.
fn window(from: &str, until: &str) -> Result<Window, ToolError> {
    let day = |text: &str, name: &str, open: Date| {
        if text.trim().is_empty() {
            return Ok(open);
        }
        parse_date(text)
            .ok_or_else(|| refused(format!("{name}: yyyy-mm-dd of the calendar is needed")))
    };
    let window = Window {
        from: day(from, "from", Date::MIN)?,
        until: day(until, "until", Date::MAX)?,
    };
    if window.from > window.until {
        return Err(refused("from lies after until"));
    }
    Ok(window)
}

/// The days of a question, and the statuses that count.
pub(crate) struct Span {
    days: Window,
    /// As they were asked for.
    from: String,
    until: String,
    statuses: Vec<String>,
}

impl Span {
    pub(crate) fn read(from: &str, until: &str, statuses: &[String]) -> Result<Self, ToolError> {
        let days = window(from, until)?;
        let wanted: BTreeSet<String> = statuses.iter().map(|s| s.trim().to_lowercase()).collect();
        if wanted.len() > STATUSES_MAX {
            return Err(refused(format!("statuses: at most {STATUSES_MAX}")));
        }
        if wanted.iter().any(|status| status.contains(',')) {
            return Err(refused("statuses: one word each"));
        }
        Ok(Self {
            days,
            from: told(from, days.from),
            until: told(until, days.until),
            statuses: wanted.into_iter().collect(),
        })
    }

    fn counts(&self, status: &str) -> bool {
        if self.statuses.is_empty() {
            status != REJECTED
        } else {
            self.statuses.iter().any(|wanted| wanted == status)
        }
    }
}

/// What an invoice of a question comes to, in rupees.
pub(crate) struct Limits {
    least: Option<Decimal>,
    most: Option<Decimal>,
}

impl Limits {
    /// Both may be empty.
    pub(crate) fn read(least: &str, most: &str) -> Result<Self, ToolError> {
        let limit = |name: &str, text: &str| match text.trim() {
            "" => Ok(None),
            text => rupees(name, text).map(Some),
        };
        Ok(Self {
            least: limit("least", least)?,
            most: limit("most", most)?,
        })
    }

    /// Whole paise within the limits.
    fn totals(&self) -> Result<Totals, ToolError> {
        let paise = |limit: Option<Decimal>, inwards, open| match limit {
            None => Ok(open),
            Some(limit) => Paise::from_rupees(limit.round_dp_with_strategy(2, inwards))
                .map_err(|_| refused("least and most: out of range")),
        };
        Ok(Totals {
            least: paise(
                self.least,
                RoundingStrategy::ToPositiveInfinity,
                Totals::ALL.least,
            )?,
            most: paise(
                self.most,
                RoundingStrategy::ToNegativeInfinity,
                Totals::ALL.most,
            )?,
        })
    }
}

/// A day as it was asked for.
fn told(text: &str, day: Date) -> String {
    if text.trim().is_empty() {
        String::new()
    } else {
        day.to_string()
    }
}

impl InvoiceDb {
    pub(crate) async fn billed(
        &self,
        gstin: &str,
        span: Span,
        (limits, named): (Limits, Named),
        order: Order,
    ) -> Result<Billed, ToolError> {
        let gstin = key(gstin);
        let of_all = Asked {
            gstin: &gstin,
            window: span.days,
            totals: limits.totals()?,
            named,
            status: None,
        };
        let mut by_status = self.ledger.tallies(of_all).await?;
        by_status.retain(|tally| span.counts(&tally.status));
        let overflow = || refused("the sum is out of range");
        let (mut count, mut taxable_value, mut total_value) = (0_u64, Decimal::ZERO, Decimal::ZERO);
        for tally in &by_status {
            count = count.saturating_add(tally.count);
            taxable_value = taxable_value
                .checked_add(tally.taxable_value)
                .ok_or_else(overflow)?;
            total_value = total_value
                .checked_add(tally.total_value)
                .ok_or_else(overflow)?;
        }
        // Of each status that counts the first rows; the first of them all are among these.
        let listed = async |order: Order, most: usize| -> Result<Vec<LedgerEntry>, ToolError> {
            let mut rows = Vec::new();
            for tally in &by_status {
                let asked = Asked {
                    status: Some(&tally.status),
                    ..of_all
                };
                rows.extend(self.ledger.listed(asked, order, most).await?);
            }
            match order {
                Order::Latest => {
                    rows.sort_by_key(|past| std::cmp::Reverse((past.entry.invoice_date, past.id)));
                }
                Order::Earliest => rows.sort_by_key(|past| (past.entry.invoice_date, past.id)),
                Order::Largest => rows.sort_by_key(|past| {
                    let total = std::cmp::Reverse(past.entry.total_value);
                    (total, past.entry.invoice_date, past.id)
                }),
                Order::Smallest => rows
                    .sort_by_key(|past| (past.entry.total_value, past.entry.invoice_date, past.id)),
            }
            rows.truncate(most);
            Ok(entries(rows))
        };
        Ok(Billed {
            count,
            taxable_value,
            total_value,
            largest: listed(Order::Largest, 1).await?.pop(),
            smallest: listed(Order::Smallest, 1).await?.pop(),
            earliest: listed(Order::Earliest, 1).await?.pop(),
            latest: listed(Order::Latest, 1).await?.pop(),
            invoices: listed(order, LISTED_BILLED_MAX).await?,
            by_status,
            supplier_gstin: gstin,
            from: span.from,
            until: span.until,
            statuses: span.statuses,
            least: limits.least,
            most: limits.most,
            orders: match named {
                Named::Any => None,
                Named::Order => Some(true),
                Named::NoOrder => Some(false),
            },
        })
    }

    pub(crate) async fn suppliers(
        &self,
        span: Span,
        by: RankedBy,
        least: bool,
    ) -> Result<RankedSuppliers, ToolError> {
        let ranked = Ranked {
            window: span.days,
            statuses: &span.statuses,
            by,
            least,
        };
        let (count, suppliers) = self.ledger.suppliers(ranked, SUPPLIERS_MAX).await?;
        Ok(RankedSuppliers {
            from: span.from,
            until: span.until,
            statuses: span.statuses,
            by,
            least,
            count,
            suppliers,
        })
    }

    pub(crate) async fn numbers(
        &self,
        gstin: &str,
        from: &str,
        until: &str,
        before: &str,
    ) -> Result<Numbers, ToolError> {
        let gstin = key(gstin);
        if gstin.is_empty() {
            return Err(refused("supplier_gstin: a series is one supplier's"));
        }
        let days = window(from, until)?;
        let asked = Asked {
            gstin: &gstin,
            window: days,
            totals: Totals::ALL,
            named: Named::Any,
            status: None,
        };
        let rows = self.ledger.listed(asked, Order::Earliest, ROWS_MAX).await?;
        if rows.len() >= ROWS_MAX {
            // Numbers of rows that were not read would be called missing.
            return Err(refused(format!(
                "more than {ROWS_MAX} invoices: name a shorter period"
            )));
        }
        let before = before.trim();
        let all = series::of(rows.iter().map(|past| &past.entry));
        let folded = DocNumber::fold(before);
        let series = all.filter(|(begins, _)| begins.starts_with(&folded));
        Ok(Numbers {
            supplier_gstin: gstin.clone(),
            from: told(from, days.from),
            until: told(until, days.until),
            before: before.to_owned(),
            series: series::told(series.map(|(_, told)| told)),
        })
    }

    pub(crate) async fn find(&self, number: String) -> Result<FoundInvoices, ToolError> {
        let folded = DocNumber::fold(&number);
        if folded.is_empty() {
            return Err(refused("number: at least one letter or digit is needed"));
        }
        let mut rows = self.ledger.numbered(&folded).await?;
        rows.sort_by_key(|past| (past.entry.invoice_date, past.id));
        rows.truncate(LISTED_MAX);
        Ok(FoundInvoices {
            number: number.trim().to_owned(),
            invoices: entries(rows),
        })
    }
}
