//! What people ask of the store: sums over a period, an invoice by its number, a vendor's orders, receipts.

use std::str::FromStr;

use contract::ToolError;
use domain::{
    Date, Paise,
    records::{OrderSummary, RankedBy, ReceiptLine, StatusTally, SupplierTally, Vendor},
};
use invoice_db::{Asked, Named, Order, Past, ROWS_MAX, Ranked};
use purchase_orders::ReceiptsOf;

use super::{
    SqlStore, malformed,
    ports::{LedgerRow, decimal, limit, past},
    statements as sql,
};
use crate::{
    OPEN,
    summary::{self, SummedLine},
};

/// Of two statements the one for a supplier, or for all when there is none.
fn of<'a>(statements: [&'a str; 2], gstin: &str) -> &'a str {
    let [one, all] = statements;
    if gstin.is_empty() { all } else { one }
}

fn named(named: Named) -> &'static str {
    match named {
        Named::Any => "",
        Named::Order => "order",
        Named::NoOrder => "no_order",
    }
}

fn count(count: i64) -> Result<u64, ToolError> {
    u64::try_from(count).map_err(|_| malformed(invoice_db::NAME, "a count is negative"))
}

pub(super) async fn tallies(
    store: &SqlStore,
    asked: Asked<'_>,
) -> Result<Vec<StatusTally>, ToolError> {
    store.ledger().await?;
    let rows: Vec<(String, i64, i64, i64)> = store
        .read(invoice_db::NAME, || {
            let mut query = sqlx::query_as(of(sql::TALLIES, asked.gstin))
                .bind(asked.window.from.to_string())
                .bind(asked.window.until.to_string())
                .bind(asked.status.unwrap_or_default())
                .bind(asked.totals.least.0)
                .bind(asked.totals.most.0)
                .bind(&*store.tenant)
                .bind(named(asked.named));
            if !asked.gstin.is_empty() {
                query = query.bind(asked.gstin);
            }
            query.fetch_all(&store.readers)
        })
        .await?;
    rows.into_iter()
        .map(|(status, rows, taxable, total)| {
            Ok(StatusTally {
                status,
                count: count(rows)?,
                taxable_value: Paise(taxable).rupees(),
                total_value: Paise(total).rupees(),
            })
        })
        .collect()
}

pub(super) async fn suppliers(
    store: &SqlStore,
    ranked: Ranked<'_>,
    most: usize,
) -> Result<(u64, Vec<SupplierTally>), ToolError> {
    store.ledger().await?;
    let statement = match (ranked.by, ranked.least) {
        (RankedBy::Total, false) => sql::MOST_BILLED,
        (RankedBy::Total, true) => sql::LEAST_BILLED,
        (RankedBy::Count, false) => sql::MOST_INVOICES,
        (RankedBy::Count, true) => sql::FEWEST_INVOICES,
    };
    // One text for any number of statuses: each between two commas, as the statement looks for it.
    let statuses = match ranked.statuses {
        [] => String::new(),
        some => format!(",{},", some.join(",")),
    };
    let rows: Vec<(String, i64, i64, i64, i64)> = store
        .read(invoice_db::NAME, || {
            sqlx::query_as(statement)
                .bind(ranked.window.from.to_string())
                .bind(ranked.window.until.to_string())
                .bind(&statuses)
                .bind(limit(most))
                .bind(&*store.tenant)
                .fetch_all(&store.readers)
        })
        .await?;
    let all = rows.first().map_or(Ok(0), |(.., all)| count(*all))?;
    let suppliers: Result<Vec<SupplierTally>, ToolError> = rows
        .into_iter()
        .map(|(supplier_gstin, rows, taxable, total, _)| {
            Ok(SupplierTally {
                supplier_gstin,
                count: count(rows)?,
                taxable_value: Paise(taxable).rupees(),
                total_value: Paise(total).rupees(),
            })
        })
        .collect();
    Ok((all, suppliers?))
}

pub(super) async fn listed(
    store: &SqlStore,
    asked: Asked<'_>,
    order: Order,
    most: usize,
) -> Result<Vec<Past>, ToolError> {
    store.ledger().await?;
    let statements = match order {
        Order::Latest => sql::LATEST,
        Order::Earliest => sql::EARLIEST,
        Order::Largest => sql::LARGEST,
        Order::Smallest => sql::SMALLEST,
    };
    let status = asked.status.unwrap_or_default();
    let rows: Vec<LedgerRow> = store
        .read(invoice_db::NAME, || {
            let mut query = sqlx::query_as(of(statements, asked.gstin))
                .bind(asked.window.from.to_string())
                .bind(asked.window.until.to_string())
                .bind(status)
                .bind(asked.totals.least.0)
                .bind(asked.totals.most.0)
                .bind(&*store.tenant)
                .bind(named(asked.named))
                .bind(limit(most));
            if !asked.gstin.is_empty() {
                query = query.bind(asked.gstin);
            }
            query.fetch_all(&store.readers)
        })
        .await?;
    rows.into_iter().map(past).collect()
}

pub(super) async fn numbered(store: &SqlStore, folded: &str) -> Result<Vec<Past>, ToolError> {
    store.ledger().await?;
    let rows: Vec<LedgerRow> = store
        .read(invoice_db::NAME, || {
            sqlx::query_as(sql::NUMBERED)
                .bind(folded)
                .bind(limit(ROWS_MAX))
                .bind(&*store.tenant)
                .fetch_all(&store.readers)
        })
        .await?;
    rows.into_iter().map(past).collect()
}

/// The index of names knows how the table writes an id.
pub(super) async fn vendors_by_id(
    store: &SqlStore,
    vendor_id: &str,
) -> Result<Vec<Vendor>, ToolError> {
    store.needs(vendor_master::NAME, "vendors.csv").await?;
    let mut found = Vec::new();
    for written in store.names().await?.ids(vendor_id) {
        found.extend(store.vendors(sql::VENDOR_BY_ID, &written).await?);
    }
    Ok(found)
}

/// A date of an order or a receipt.
pub(super) fn day(text: Option<String>) -> Result<Option<Date>, ToolError> {
    text.map(|text| Date::from_str(&text))
        .transpose()
        .map_err(|_| malformed(purchase_orders::NAME, "a date is no date"))
}

pub(super) async fn ledger_after(
    store: &SqlStore,
    after: i64,
    gstin: &str,
    most: usize,
) -> Result<Vec<Past>, ToolError> {
    let rows: Vec<LedgerRow> = store
        .read(invoice_db::NAME, || {
            let mut query = sqlx::query_as(of(sql::AFTER, gstin))
                .bind(after)
                .bind(limit(most))
                .bind(&*store.tenant);
            if !gstin.is_empty() {
                query = query.bind(gstin);
            }
            query.fetch_all(&store.readers)
        })
        .await?;
    rows.into_iter().map(past).collect()
}

/// Columns of [`sql::ORDERS_OF`].
type OrderedRow = (String, String, Option<String>, String, String, String);

pub(super) async fn orders_of(
    store: &SqlStore,
    vendor_id: &str,
) -> Result<Vec<OrderSummary>, ToolError> {
    store
        .needs(purchase_orders::NAME, "purchase_orders.csv")
        .await?;
    let rows: Vec<OrderedRow> = store
        .read(purchase_orders::NAME, || {
            sqlx::query_as(sql::ORDERS_OF)
                .bind(vendor_id)
                .bind(limit(purchase_orders::ROWS_MAX))
                .fetch_all(&store.readers)
        })
        .await?;
    let lines = rows
        .into_iter()
        .map(|(po_key, po_number, date, quantity, price, status)| {
            Ok(SummedLine {
                po_key,
                po_number,
                po_date: day(date)?,
                quantity: decimal(&quantity)?,
                unit_price: decimal(&price)?,
                open: status == OPEN,
            })
        })
        .collect::<Result<Vec<_>, ToolError>>()?;
    Ok(summary::orders(lines.into_iter()))
}

pub(super) async fn receipts(
    store: &SqlStore,
    of: ReceiptsOf<'_>,
) -> Result<Vec<ReceiptLine>, ToolError> {
    store.needs(purchase_orders::NAME, "receipts.csv").await?;
    let (statement, key) = match of {
        ReceiptsOf::Order(number) => (sql::RECEIPTS_OF_ORDER, number),
        ReceiptsOf::Number(number) => (sql::RECEIPTS_OF_NUMBER, number),
    };
    let rows: Vec<(String, Option<String>, String, String, String)> = store
        .read(purchase_orders::NAME, || {
            sqlx::query_as(statement)
                .bind(key)
                .bind(limit(purchase_orders::ROWS_MAX))
                .fetch_all(&store.readers)
        })
        .await?;
    rows.into_iter()
        .map(|(grn_number, date, po_number, line, quantity)| {
            Ok(ReceiptLine {
                grn_number,
                grn_date: day(date)?,
                po_number,
                line,
                quantity_accepted: decimal(&quantity)?,
            })
        })
        .collect()
}
