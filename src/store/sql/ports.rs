//! The tools' ports over the store: each question a handful of index probes.

use std::{str::FromStr, sync::Arc};

use async_trait::async_trait;
use contract::ToolError;
use document_search::{Document, Documents, Index, KnownAs};
use domain::{
    Date, Decimal, FinancialYear, Paise,
    records::{
        Buyer, LedgerEntry, ListedVendor, NamedVendor, Order, OrderLine, OrderSummary, ReceiptLine,
        SimilarVendor, StatusTally, SupplierTally, Unsplit, Vendor,
    },
};
use invoice_db::{Asked, Past, PastInvoices, ROWS_MAX, Ranked, SERIES_MAX, TOTALS_MAX, Window};
use purchase_orders::{Orders, ReceiptsOf};
use vendor_master::{Class, NameIndex, Vendors};

use super::{SqlStore, cached, keep, malformed, questions, statements as sql, upsert};
use crate::{PortalKind, Records, Remembered, StoreError, book, no_source};

/// Columns of [`sql::BY_NUMBER`] and its like.
pub(super) type LedgerRow = (
    i64,
    String,
    String,
    String,
    String,
    i64,
    i64,
    String,
    String,
);

pub(super) fn past(row: LedgerRow) -> Result<Past, ToolError> {
    let (id, number, date, supplier, buyer, taxable, total, order, status) = row;
    Ok(Past {
        id,
        entry: LedgerEntry {
            invoice_number: number,
            invoice_date: Date::from_str(&date)
                .map_err(|_| malformed(invoice_db::NAME, "a ledger row has no date"))?,
            supplier_gstin: supplier,
            buyer_gstin: buyer,
            taxable_value: Paise(taxable).rupees(),
            total_value: Paise(total).rupees(),
            po_number: order,
            status,
        },
    })
}

pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl SqlStore {
    /// Whether a file was ever loaded. Files never leave the store, so a yes is remembered.
    async fn has(&self, tool: &'static str, name: &str) -> Result<bool, ToolError> {
        if self.is_known(name) {
            return Ok(true);
        }
        let found: Vec<(i64,)> = self.ask(tool, sql::HAS_FILE, [name.into()]).await?;
        if !found.is_empty() {
            self.note_known(name);
        }
        Ok(!found.is_empty())
    }

    pub(super) async fn needs(&self, tool: &'static str, name: &str) -> Result<(), ToolError> {
        if self.has(tool, name).await? {
            Ok(())
        } else {
            Err(no_source(tool, name))
        }
    }

    pub(super) async fn ledger(&self) -> Result<(), ToolError> {
        self.needs(invoice_db::NAME, "ledger.csv").await
    }

    pub(super) async fn names(&self) -> Result<Arc<NameIndex>, ToolError> {
        let stamp = self
            .ask_text(vendor_master::NAME, sql::VENDORS_STAMP, [])
            .await?
            .ok_or_else(|| no_source(vendor_master::NAME, "vendors.csv"))?;
        if let Some(index) = cached(&self.names, &stamp) {
            return Ok(index);
        }
        let index = Arc::new(NameIndex::new(&self.every_vendor().await?));
        keep(&self.names, stamp, &index);
        Ok(index)
    }
}

#[async_trait]
impl PastInvoices for SqlStore {
    async fn by_number(
        &self,
        gstin: &str,
        year: FinancialYear,
        folded: &str,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        self.ledger().await?;
        let rows: Vec<LedgerRow> = self
            .ask(
                invoice_db::NAME,
                sql::BY_NUMBER,
                [
                    except.into(),
                    limit(ROWS_MAX).into(),
                    self.own(),
                    gstin.into(),
                    folded.into(),
                    i64::from(year.0).into(),
                ],
            )
            .await?;
        rows.into_iter().map(past).collect()
    }

    async fn by_amount(
        &self,
        holder: &str,
        least: Paise,
        most: Paise,
        window: Window,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        self.ledger().await?;
        let rows: Vec<LedgerRow> = self
            .ask(
                invoice_db::NAME,
                sql::BY_AMOUNT,
                [
                    except.into(),
                    limit(ROWS_MAX).into(),
                    self.own(),
                    holder.into(),
                    least.0.into(),
                    most.0.into(),
                    window.from.to_string().into(),
                    window.until.to_string().into(),
                ],
            )
            .await?;
        rows.into_iter().map(past).collect()
    }

    async fn by_date(
        &self,
        gstin: &str,
        window: Window,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        self.ledger().await?;
        let rows: Vec<LedgerRow> = self
            .ask(
                invoice_db::NAME,
                sql::BY_DATE,
                [
                    except.into(),
                    limit(ROWS_MAX).into(),
                    self.own(),
                    gstin.into(),
                    window.from.to_string().into(),
                    window.until.to_string().into(),
                ],
            )
            .await?;
        rows.into_iter().map(past).collect()
    }

    async fn totals(&self, gstin: &str, except: &str) -> Result<Vec<Paise>, ToolError> {
        self.ledger().await?;
        let totals: Vec<(i64,)> = self
            .ask(
                invoice_db::NAME,
                sql::TOTALS,
                [
                    except.into(),
                    limit(TOTALS_MAX).into(),
                    self.own(),
                    gstin.into(),
                ],
            )
            .await?;
        Ok(totals.into_iter().map(|(total,)| Paise(total)).collect())
    }

    async fn series(
        &self,
        gstin: &str,
        before: &str,
        after: &str,
        counter: i64,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        self.ledger().await?;
        let named = [
            except.into(),
            limit(SERIES_MAX).into(),
            self.own(),
            gstin.into(),
            before.into(),
            after.into(),
            counter.into(),
        ];
        let (below, above): (Vec<LedgerRow>, Vec<LedgerRow>) = tokio::try_join!(
            self.ask(invoice_db::NAME, sql::SERIES_BELOW, named.clone()),
            self.ask(invoice_db::NAME, sql::SERIES_ABOVE, named),
        )?;
        below.into_iter().chain(above).map(past).collect()
    }

    async fn tallies(&self, asked: Asked<'_>) -> Result<Vec<StatusTally>, ToolError> {
        questions::tallies(self, asked).await
    }

    async fn suppliers(
        &self,
        ranked: Ranked<'_>,
        most: usize,
    ) -> Result<(u64, Vec<SupplierTally>), ToolError> {
        questions::suppliers(self, ranked, most).await
    }

    async fn listed(
        &self,
        asked: Asked<'_>,
        order: invoice_db::Order,
        most: usize,
    ) -> Result<Vec<Past>, ToolError> {
        questions::listed(self, asked, order, most).await
    }

    async fn numbered(&self, folded: &str) -> Result<Vec<Past>, ToolError> {
        questions::numbered(self, folded).await
    }
}

/// Columns of [`sql::VENDOR_BY_GSTIN`] and its like.
type VendorRow = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    Option<i64>,
    String,
    String,
    String,
);

fn vendor(row: VendorRow) -> Vendor {
    let (
        vendor_id,
        legal_name,
        trade_name,
        gstin,
        pan,
        bank_account,
        ifsc,
        terms,
        msme,
        status,
        email,
    ) = row;
    Vendor {
        vendor_id,
        legal_name,
        trade_name,
        gstin,
        pan,
        bank_account,
        ifsc,
        payment_terms_days: terms,
        msme,
        status,
        email,
    }
}

impl SqlStore {
    pub(super) async fn vendors(
        &self,
        statement: &'static str,
        key: &str,
    ) -> Result<Vec<Vendor>, ToolError> {
        self.needs(vendor_master::NAME, "vendors.csv").await?;
        let rows: Vec<VendorRow> = self
            .ask(vendor_master::NAME, statement, [key.into()])
            .await?;
        Ok(rows.into_iter().map(vendor).collect())
    }
}

impl SqlStore {
    async fn every_vendor(&self) -> Result<Vec<Vendor>, ToolError> {
        let rows: Vec<VendorRow> = self
            .read(vendor_master::NAME, || {
                sqlx::query_as(sql::ALL_VENDORS).fetch_all(&self.readers)
            })
            .await?;
        Ok(rows.into_iter().map(vendor).collect())
    }
}

#[async_trait]
impl Vendors for SqlStore {
    async fn by_gstin(&self, gstin: &str) -> Result<Vec<Vendor>, ToolError> {
        self.vendors(sql::VENDOR_BY_GSTIN, gstin).await
    }

    async fn by_pan(&self, pan: &str) -> Result<Vec<Vendor>, ToolError> {
        self.vendors(sql::VENDOR_BY_PAN, pan).await
    }

    async fn similar(&self, name: &str, pan: &str) -> Result<Vec<SimilarVendor>, ToolError> {
        self.needs(vendor_master::NAME, "vendors.csv").await?;
        Ok(self.names().await?.similar(name, pan))
    }

    async fn by_id(&self, vendor_id: &str) -> Result<Vec<Vendor>, ToolError> {
        questions::vendors_by_id(self, vendor_id).await
    }

    async fn named(
        &self,
        name: &str,
        loosely: bool,
    ) -> Result<(Vec<NamedVendor>, usize), ToolError> {
        self.needs(vendor_master::NAME, "vendors.csv").await?;
        Ok(self.names().await?.named(name, loosely))
    }

    /// Most vendors are of most classes, so the table is read as for a report, and what a class is stays said in one place.
    async fn of_class(&self, class: Class) -> Result<(Vec<ListedVendor>, usize), ToolError> {
        self.needs(vendor_master::NAME, "vendors.csv").await?;
        Ok(class.list(self.every_vendor().await?.iter()))
    }

    async fn buyer(&self) -> Result<Buyer, ToolError> {
        let json = self
            .ask_text(vendor_master::NAME, sql::BUYER, [])
            .await?
            .ok_or_else(|| no_source(vendor_master::NAME, "buyer.json"))?;
        serde_json::from_str(&json)
            .map_err(|_| malformed(vendor_master::NAME, "the buyer is not as it was written"))
    }
}

pub(super) fn decimal(text: &str) -> Result<Decimal, ToolError> {
    Decimal::from_str_exact(text)
        .map_err(|_| malformed(purchase_orders::NAME, "a quantity or price is no number"))
}

/// Columns of [`sql::ORDER_LINES`].
type OrderRow = (
    String,
    Option<String>,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
);

fn order_line(row: OrderRow, accepted: &Sums, billed: &Sums) -> Result<OrderLine, ToolError> {
    let (_, _, _, line, hsn, description, quantity, unit, unit_price, gst_rate, status) = row;
    Ok(OrderLine {
        hsn,
        description,
        quantity: decimal(&quantity)?,
        unit,
        unit_price: decimal(&unit_price)?,
        gst_rate: decimal(&gst_rate)?,
        status,
        accepted: accepted.of(&line),
        billed: billed.of(&line),
        line,
    })
}

/// Quantities by line.
struct Sums(std::collections::BTreeMap<String, Decimal>);

impl Sums {
    fn new(rows: Vec<(String, String)>) -> Result<Self, ToolError> {
        let mut sums = std::collections::BTreeMap::new();
        for (line, quantity) in rows {
            let sum: &mut Decimal = sums.entry(line).or_default();
            *sum = sum.saturating_add(decimal(&quantity)?);
        }
        Ok(Self(sums))
    }

    fn of(&self, line: &str) -> Decimal {
        self.0.get(line).copied().unwrap_or_default()
    }
}

/// Of an order: its lines, and by line what was accepted and what was billed.
/// The last is how many of its invoices have no lines, and their value in paise.
type OrderRows = (
    Vec<OrderRow>,
    Vec<(String, String)>,
    Vec<(String, String)>,
    (i64, i64),
);

impl SqlStore {
    /// One snapshot: a load that commits in between is seen in all three or in none.
    async fn order_rows(&self, po_number: &str, except: &str) -> Result<OrderRows, sqlx::Error> {
        let mut tx = self.snapshot().await?;
        let lines = sqlx::query_as(sql::ORDER_LINES)
            .bind(po_number)
            .fetch_all(&mut *tx)
            .await?;
        let received = sqlx::query_as(sql::RECEIPTS)
            .bind(po_number)
            .fetch_all(&mut *tx)
            .await?;
        let billed = sqlx::query_as(sql::BILLED)
            .bind(po_number)
            .bind(except)
            .bind(&*self.tenant)
            .fetch_all(&mut *tx)
            .await?;
        let unsplit = sqlx::query_as(sql::UNSPLIT)
            .bind(po_number)
            .fetch_one(&mut *tx)
            .await?;
        Ok((lines, received, billed, unsplit))
    }
}

#[async_trait]
impl Orders for SqlStore {
    async fn order(&self, po_number: &str, except: &str) -> Result<Option<Order>, ToolError> {
        self.needs(purchase_orders::NAME, "purchase_orders.csv")
            .await?;
        let (lines, received, billed, (count, paise)) = self
            .read(purchase_orders::NAME, || self.order_rows(po_number, except))
            .await?;
        let Some((number, date, vendor_id, ..)) = lines.first().cloned() else {
            return Ok(None);
        };
        let has_receipts = !received.is_empty();
        let (accepted, billed) = (Sums::new(received)?, Sums::new(billed)?);
        Ok(Some(Order {
            po_number: number,
            po_date: questions::day(date)?,
            vendor_id,
            lines: lines
                .into_iter()
                .map(|row| order_line(row, &accepted, &billed))
                .collect::<Result<_, _>>()?,
            receipts_known: self.has(purchase_orders::NAME, "receipts.csv").await?,
            has_receipts,
            unsplit: u64::try_from(count)
                .ok()
                .filter(|count| *count > 0)
                .map(|count| Unsplit {
                    count,
                    taxable_value: Paise(paise).rupees(),
                }),
        }))
    }

    async fn of_vendor(&self, vendor_id: &str) -> Result<Vec<OrderSummary>, ToolError> {
        questions::orders_of(self, vendor_id).await
    }

    async fn receipts(&self, of: ReceiptsOf<'_>) -> Result<Vec<ReceiptLine>, ToolError> {
        questions::receipts(self, of).await
    }
}

#[async_trait]
impl Documents for SqlStore {
    async fn contracts(&self) -> Result<Arc<Index>, ToolError> {
        let digest = self
            .ask_text(document_search::NAME, sql::CONTRACTS_DIGEST, [])
            .await?
            .ok_or_else(|| no_source(document_search::NAME, "contracts/"))?;
        if let Some(index) = cached(&self.contracts, &digest) {
            return Ok(index);
        }
        let rows: Vec<(String, Option<String>)> = self
            .read(document_search::NAME, || {
                sqlx::query_as(sql::CONTRACTS).fetch_all(&self.readers)
            })
            .await?;
        let documents = rows
            .into_iter()
            .map(|(name, text)| Document { name, text })
            .collect();
        let index = Arc::new(Index::new(documents));
        keep(&self.contracts, digest, &index);
        Ok(index)
    }

    async fn known_as(&self, pan: &str) -> Result<KnownAs, ToolError> {
        Ok(match self.by_pan(pan).await {
            Err(ToolError::NoSource { .. }) => KnownAs::default(),
            vendors => KnownAs::of(&vendors?),
        })
    }
}

#[async_trait]
impl Records for SqlStore {
    async fn portal_document(
        &self,
        kind: PortalKind,
        key: &str,
    ) -> Result<Option<Arc<str>>, ToolError> {
        self.needs("gst_portal", kind.file()).await?;
        let key = book::portal_key(kind, key);
        let json = self
            .ask_text("gst_portal", sql::PORTAL, [kind.name().into(), key.into()])
            .await?;
        Ok(json.map(Into::into))
    }

    async fn has_file(&self, name: &str) -> Result<bool, ToolError> {
        self.has("store", name).await
    }

    async fn ledger_after(
        &self,
        after: i64,
        gstin: &str,
        most: usize,
    ) -> Result<Vec<Past>, ToolError> {
        questions::ledger_after(self, after, gstin, most).await
    }

    async fn registrations(&self) -> Result<Vec<Vendor>, ToolError> {
        self.every_vendor().await
    }

    async fn remember(&self, invoice: Remembered) -> Result<bool, ToolError> {
        let refused = |error: StoreError| ToolError::Unreachable {
            tool: "store",
            detail: error.to_string(),
        };
        let mut tx = self.begin().await.map_err(refused)?;
        let fresh = upsert::remember(&mut tx, &[&invoice.into_kept()])
            .await
            .map_err(refused)?;
        tx.commit().await.map_err(|error| refused(error.into()))?;
        Ok(fresh > 0)
    }
}
