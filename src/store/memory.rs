//! A book held in memory for one run, with the invoices verified in that run.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use async_trait::async_trait;
use contract::ToolError;
use document_search::{Document, Documents, Index, KnownAs};
use domain::{
    FinancialYear, Paise,
    records::{
        Buyer, ListedVendor, NamedVendor, Order, OrderSummary, ReceiptLine, SimilarVendor,
        StatusTally, SupplierTally, Vendor,
    },
};
use invoice_db::{Asked, Past, PastInvoices, Ranked, Window};
use purchase_orders::{Orders, ReceiptsOf};
use vendor_master::{Class, NameIndex, Vendors};

use crate::{
    BilledLine, BookError, FileReport, Limits, PortalKind, REJECTED, Records, Remembered, Report,
    book::{self, BookFile, Entry, Sink},
    no_source,
};

mod ledger;
mod orders;

use ledger::Ledger;
use orders::OrderBook;

/// A book in memory. Cheap to share; look-ups take a read lock, [`Records::remember`] a short write lock.
#[derive(Default)]
pub struct Memory {
    book: RwLock<Book>,
}

#[derive(Default)]
struct Book {
    files: BTreeSet<String>,
    reports: Vec<FileReport>,
    vendors: Vec<Vendor>,
    by_gstin: BTreeMap<String, Vec<usize>>,
    by_pan: BTreeMap<String, Vec<usize>>,
    names: NameIndex,
    orders: OrderBook,
    ledger: Ledger,
    buyer: Option<Buyer>,
    documents: Vec<Document>,
    contracts: Arc<Index>,
    portal: BTreeMap<(PortalKind, String), Arc<str>>,
}

impl Memory {
    /// Reads a book.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn read(root: &Path, limits: Limits) -> Result<(Self, Report), BookError> {
        let mut book = Book::default();
        let notes = book::read(root, limits, &BTreeMap::new(), &mut book)?;
        book.settle();
        let report = Report {
            files: std::mem::take(&mut book.reports),
            notes,
        };
        Ok((
            Self {
                book: RwLock::new(book),
            },
            report,
        ))
    }

    fn book(&self) -> RwLockReadGuard<'_, Book> {
        // Writers leave the book whole at every step, so one that panicked has broken nothing.
        self.book.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The book, when it had this file.
    fn with(&self, tool: &'static str, file: &str) -> Result<RwLockReadGuard<'_, Book>, ToolError> {
        let book = self.book();
        if book.files.contains(file) {
            Ok(book)
        } else {
            Err(no_source(tool, file))
        }
    }
}

impl Sink for Book {
    fn entry(&mut self, entry: Entry) -> bool {
        match entry {
            Entry::Vendor(vendor) => self.vendors.push(vendor),
            Entry::Ordered(line) => self.orders.order(line),
            Entry::Receipt(receipt) => self.orders.receive(receipt),
            Entry::Invoice(entry) => {
                if !entry.po_number.trim().is_empty() && entry.status != REJECTED {
                    let invoice = Ledger::invoice_of(&entry);
                    self.orders
                        .named(&entry.po_number, invoice, entry.taxable_value);
                }
                self.ledger.push(entry, "");
            }
            Entry::Billed(line) => self.bill(line, ""),
            Entry::Buyer(buyer) => self.buyer = Some(buyer),
            Entry::Contract(document) => self.documents.push(document),
            Entry::Portal { kind, key, json } => {
                self.portal.insert((kind, key), json.into());
            }
        }
        true
    }

    fn file(&mut self, file: BookFile) -> bool {
        self.reports.push(FileReport {
            name: file.name.clone(),
            rows: file.rows,
            added: file.rows,
            changed: 0,
            unchanged: 0,
        });
        self.files.insert(file.name);
        true
    }
}

impl Book {
    fn bill(&mut self, line: BilledLine, document: &str) {
        let invoice = self.ledger.line_of(&line, document);
        self.orders.bill(line, invoice);
    }

    /// Builds what is cheaper to build at once than row by row.
    fn settle(&mut self) {
        for (index, vendor) in self.vendors.iter().enumerate() {
            self.by_gstin
                .entry(vendor.gstin.clone())
                .or_default()
                .push(index);
            self.by_pan
                .entry(vendor_master::pan_of(vendor).to_owned())
                .or_default()
                .push(index);
        }
        self.names = NameIndex::new(&self.vendors);
        self.ledger.settle();
        self.contracts = Arc::new(Index::new(std::mem::take(&mut self.documents)));
    }

    fn registrations(&self, list: Option<&Vec<usize>>) -> Vec<Vendor> {
        list.into_iter()
            .flatten()
            .filter_map(|index| self.vendors.get(*index))
            .cloned()
            .collect()
    }
}

const LEDGER: &str = "ledger.csv";

#[async_trait]
impl PastInvoices for Memory {
    async fn by_number(
        &self,
        gstin: &str,
        year: FinancialYear,
        folded: &str,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        let book = self.with(invoice_db::NAME, LEDGER)?;
        Ok(book.ledger.by_number(gstin, year, folded, except))
    }

    async fn by_amount(
        &self,
        holder: &str,
        least: Paise,
        most: Paise,
        window: Window,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        let book = self.with(invoice_db::NAME, LEDGER)?;
        Ok(book.ledger.by_amount(holder, least, most, window, except))
    }

    async fn by_date(
        &self,
        gstin: &str,
        window: Window,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        Ok(self
            .with(invoice_db::NAME, LEDGER)?
            .ledger
            .by_date(gstin, window, except))
    }

    async fn totals(&self, gstin: &str, except: &str) -> Result<Vec<Paise>, ToolError> {
        Ok(self
            .with(invoice_db::NAME, LEDGER)?
            .ledger
            .totals(gstin, except))
    }

    async fn series(
        &self,
        gstin: &str,
        before: &str,
        after: &str,
        counter: i64,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        let book = self.with(invoice_db::NAME, LEDGER)?;
        Ok(book.ledger.series(gstin, before, after, counter, except))
    }

    async fn tallies(&self, asked: Asked<'_>) -> Result<Vec<StatusTally>, ToolError> {
        let book = self.with(invoice_db::NAME, LEDGER)?;
        Ok(book.ledger.tallies(asked))
    }

    async fn suppliers(
        &self,
        ranked: Ranked<'_>,
        most: usize,
    ) -> Result<(u64, Vec<SupplierTally>), ToolError> {
        let book = self.with(invoice_db::NAME, LEDGER)?;
        Ok(book.ledger.suppliers(ranked, most))
    }

    async fn listed(
        &self,
        asked: Asked<'_>,
        order: invoice_db::Order,
        most: usize,
    ) -> Result<Vec<Past>, ToolError> {
        let book = self.with(invoice_db::NAME, LEDGER)?;
        Ok(book.ledger.listed(asked, order, most))
    }

    async fn numbered(&self, folded: &str) -> Result<Vec<Past>, ToolError> {
        Ok(self.with(invoice_db::NAME, LEDGER)?.ledger.numbered(folded))
    }
}

const VENDORS: &str = "vendors.csv";

#[async_trait]
impl Vendors for Memory {
    async fn by_gstin(&self, gstin: &str) -> Result<Vec<Vendor>, ToolError> {
        let book = self.with(vendor_master::NAME, VENDORS)?;
        Ok(book.registrations(book.by_gstin.get(gstin)))
    }

    async fn by_pan(&self, pan: &str) -> Result<Vec<Vendor>, ToolError> {
        let book = self.with(vendor_master::NAME, VENDORS)?;
        Ok(book.registrations(book.by_pan.get(pan)))
    }

    async fn similar(&self, name: &str, pan: &str) -> Result<Vec<SimilarVendor>, ToolError> {
        Ok(self
            .with(vendor_master::NAME, VENDORS)?
            .names
            .similar(name, pan))
    }

    async fn by_id(&self, vendor_id: &str) -> Result<Vec<Vendor>, ToolError> {
        let book = self.with(vendor_master::NAME, VENDORS)?;
        let ids = book.names.ids(vendor_id);
        let named = |vendor: &&Vendor| ids.contains(&vendor.vendor_id);
        Ok(book.vendors.iter().filter(named).cloned().collect())
    }

    async fn named(
        &self,
        name: &str,
        loosely: bool,
    ) -> Result<(Vec<NamedVendor>, usize), ToolError> {
        Ok(self
            .with(vendor_master::NAME, VENDORS)?
            .names
            .named(name, loosely))
    }

    async fn of_class(&self, class: Class) -> Result<(Vec<ListedVendor>, usize), ToolError> {
        let book = self.with(vendor_master::NAME, VENDORS)?;
        Ok(class.list(book.vendors.iter()))
    }

    async fn buyer(&self) -> Result<Buyer, ToolError> {
        let missing = || no_source(vendor_master::NAME, "buyer.json");
        self.book().buyer.clone().ok_or_else(missing)
    }
}

#[async_trait]
impl Orders for Memory {
    async fn order(&self, po_number: &str, except: &str) -> Result<Option<Order>, ToolError> {
        let book = self.with(purchase_orders::NAME, "purchase_orders.csv")?;
        let known = book.files.contains("receipts.csv");
        let except = book.ledger.document(except);
        Ok(book.orders.find(po_number, known, |invoice| {
            book.ledger.counts(invoice, except)
        }))
    }

    async fn of_vendor(&self, vendor_id: &str) -> Result<Vec<OrderSummary>, ToolError> {
        let book = self.with(purchase_orders::NAME, "purchase_orders.csv")?;
        Ok(book.orders.of_vendor(vendor_id))
    }

    async fn receipts(&self, of: ReceiptsOf<'_>) -> Result<Vec<ReceiptLine>, ToolError> {
        let book = self.with(purchase_orders::NAME, "receipts.csv")?;
        Ok(book.orders.receipts(of))
    }
}

#[async_trait]
impl Documents for Memory {
    async fn contracts(&self) -> Result<Arc<Index>, ToolError> {
        Ok(Arc::clone(
            &self.with(document_search::NAME, "contracts/")?.contracts,
        ))
    }

    async fn known_as(&self, pan: &str) -> Result<KnownAs, ToolError> {
        Ok(match self.by_pan(pan).await {
            Err(ToolError::NoSource { .. }) => KnownAs::default(),
            vendors => KnownAs::of(&vendors?),
        })
    }
}

#[async_trait]
impl Records for Memory {
    async fn portal_document(
        &self,
        kind: PortalKind,
        key: &str,
    ) -> Result<Option<Arc<str>>, ToolError> {
        let book = self.with("gst_portal", kind.file())?;
        Ok(book
            .portal
            .get(&(kind, book::portal_key(kind, key)))
            .cloned())
    }

    async fn has_file(&self, name: &str) -> Result<bool, ToolError> {
        Ok(self.book().files.contains(name))
    }

    async fn ledger_after(
        &self,
        after: i64,
        gstin: &str,
        most: usize,
    ) -> Result<Vec<Past>, ToolError> {
        Ok(self.book().ledger.after(after, gstin, most))
    }

    async fn registrations(&self) -> Result<Vec<Vendor>, ToolError> {
        Ok(self.book().vendors.clone())
    }

    async fn remember(&self, invoice: Remembered) -> Result<bool, ToolError> {
        let invoice = invoice.into_kept();
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        if book.ledger.document(&invoice.document).is_some() {
            return Ok(false);
        }
        book.ledger.push(invoice.entry, &invoice.document);
        book.ledger.settle();
        for line in invoice.lines {
            book.bill(line, &invoice.document);
        }
        Ok(true)
    }
}
