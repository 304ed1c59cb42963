//! Past invoices by the four keys under which they are asked for. A row takes some 200 bytes, all indexes included.

use std::{
    collections::{BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    ops::RangeInclusive,
    sync::{Arc, OnceLock},
};

use domain::{Date, DocNumber, FinancialYear, Paise, records::LedgerEntry};
use invoice_db::{Past, ROWS_MAX, SERIES_MAX, TOTALS_MAX, Window, counter, holder};

mod asked;

use asked::Index;

use crate::{BilledLine, REJECTED};

/// A number for a text that many rows share.
type Id = u32;

/// Texts by number, and back. The map is never iterated.
#[derive(Default)]
struct Texts {
    ids: HashMap<Arc<str>, Id>,
    texts: Vec<Arc<str>>,
}

impl Texts {
    fn id(&mut self, text: &str) -> Id {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = Id::try_from(self.texts.len()).unwrap_or(Id::MAX);
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.ids.insert(text, id);
        id
    }

    fn find(&self, text: &str) -> Option<Id> {
        self.ids.get(text).copied()
    }

    fn text(&self, id: Id) -> &str {
        usize::try_from(id)
            .ok()
            .and_then(|id| self.texts.get(id))
            .map_or("", |text| text)
    }
}

struct Row {
    number: Box<str>,
    date: Date,
    taxable: i64,
    total: i64,
    supplier: Id,
    buyer: Id,
    order: Id,
    status: Id,
    /// The empty text for a row of the book.
    document: Id,
}

/// The invoice of a billed line.
#[derive(Debug, Clone, Copy)]
pub(super) struct InvoiceOf {
    /// Digest of supplier and folded number, of any year: `ledger_lines.csv` has no date.
    number: u64,
    document: Option<Id>,
}

/// How many invoices of one supplier and number there are.
#[derive(Default, Clone, Copy)]
struct Standing {
    live: u32,
    rejected: u32,
}

/// The ledger. Rejected rows stand in no index of a case's questions: nothing there asks for them but the lines that they
/// billed.
#[derive(Default)]
pub(super) struct Ledger {
    texts: Texts,
    rows: Vec<Row>,
    /// By digest of supplier, year and folded number; what it leads to is compared again.
    by_number: BTreeSet<(u64, Id)>,
    by_amount: BTreeSet<(Id, i64, Date, Id)>,
    by_date: BTreeSet<(Id, Date, Id)>,
    /// By digest of supplier and the texts around the counter, then the counter.
    by_series: BTreeSet<(u64, i64, Id)>,
    /// Rows that `settle` has still to index.
    indexed: usize,
    /// By digest of supplier and folded number; never iterated.
    standing: HashMap<u64, Standing>,
    /// Whether a document's invoice was rejected; never iterated.
    documents: HashMap<Id, bool>,
    /// For questions of people, built when the first comes.
    asked: OnceLock<Index>,
}

/// A digest that is the same on every run.
fn digest(parts: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

impl Ledger {
    /// Adds a row; `document` is empty for one of the book. [`Self::settle`] makes it findable.
    pub(super) fn push(&mut self, entry: LedgerEntry, document: &str) {
        let paise = |rupees| Paise::nearest(rupees).0;
        let row = Row {
            date: entry.invoice_date,
            taxable: paise(entry.taxable_value),
            total: paise(entry.total_value),
            supplier: self.texts.id(&entry.supplier_gstin),
            buyer: self.texts.id(&entry.buyer_gstin),
            order: self.texts.id(&entry.po_number),
            status: self.texts.id(&entry.status),
            document: self.texts.id(document),
            number: entry.invoice_number.into(),
        };
        if !document.is_empty() {
            self.documents
                .insert(row.document, entry.status == REJECTED);
        }
        self.asked = OnceLock::new();
        self.rows.push(row);
    }

    /// Indexes the rows pushed since the last time.
    pub(super) fn settle(&mut self) {
        let rejected = self.texts.id(REJECTED);
        let fresh = self.rows.len().saturating_sub(self.indexed);
        let mut numbers = Vec::with_capacity(fresh);
        let mut amounts = Vec::with_capacity(fresh);
        let mut dates = Vec::with_capacity(fresh);
        let mut series = Vec::with_capacity(fresh);
        for (index, row) in self.rows.iter().enumerate().skip(self.indexed) {
            let id = Id::try_from(index).unwrap_or(Id::MAX);
            let number = DocNumber::new(&row.number);
            let supplier = self.texts.text(row.supplier);
            let standing = self
                .standing
                .entry(digest((supplier, &number.folded)))
                .or_default();
            if row.status == rejected {
                standing.rejected += 1;
                continue;
            }
            standing.live += 1;
            let year = FinancialYear::of(row.date);
            numbers.push((digest((supplier, year, &number.folded)), id));
            dates.push((row.supplier, row.date, id));
            if let Some(counter) = counter(&number) {
                series.push((
                    digest((supplier, &number.before, &number.after)),
                    counter,
                    id,
                ));
            }
            amounts.push((row.supplier, row.total, row.date, id));
        }
        // The holder of a supplier is a text of its own.
        for (supplier, ..) in &mut amounts {
            let held = holder(self.texts.text(*supplier)).to_owned();
            *supplier = self.texts.id(&held);
        }
        merge(&mut self.by_number, numbers);
        merge(&mut self.by_amount, amounts);
        merge(&mut self.by_date, dates);
        merge(&mut self.by_series, series);
        self.indexed = self.rows.len();
    }

    fn row(&self, id: Id) -> Option<&Row> {
        self.rows.get(usize::try_from(id).ok()?)
    }

    fn past(&self, id: Id) -> Option<Past> {
        let row = self.row(id)?;
        Some(Past {
            id: i64::from(id),
            entry: LedgerEntry {
                invoice_number: row.number.to_string(),
                invoice_date: row.date,
                supplier_gstin: self.texts.text(row.supplier).to_owned(),
                buyer_gstin: self.texts.text(row.buyer).to_owned(),
                taxable_value: Paise(row.taxable).rupees(),
                total_value: Paise(row.total).rupees(),
                po_number: self.texts.text(row.order).to_owned(),
                status: self.texts.text(row.status).to_owned(),
            },
        })
    }

    /// The number of a document that was remembered; `None` for the empty digest and for one never seen.
    pub(super) fn document(&self, sha256: &str) -> Option<Id> {
        self.texts
            .find(sha256)
            .filter(|id| self.documents.contains_key(id))
    }

    fn is_of(&self, id: Id, document: Option<Id>) -> bool {
        document.is_some() && self.row(id).map(|row| row.document) == document
    }

    fn pasts(&self, ids: impl Iterator<Item = Id>, except: &str, most: usize) -> Vec<Past> {
        let except = self.document(except);
        ids.filter(|id| !self.is_of(*id, except))
            .take(most)
            .filter_map(|id| self.past(id))
            .collect()
    }

    pub(super) fn by_number(
        &self,
        gstin: &str,
        year: FinancialYear,
        folded: &str,
        except: &str,
    ) -> Vec<Past> {
        let key = digest((gstin, year, folded));
        let ids = self
            .by_number
            .range((key, 0)..=(key, Id::MAX))
            .map(|(_, id)| *id)
            .filter(|id| {
                self.row(*id).is_some_and(|row| {
                    self.texts.text(row.supplier) == gstin
                        && FinancialYear::of(row.date) == year
                        && DocNumber::fold(&row.number) == folded
                })
            });
        self.pasts(ids, except, ROWS_MAX)
    }

    /// The index is by amount first: each amount in question that occurs is sought once, then its days.
    pub(super) fn by_amount(
        &self,
        holder: &str,
        least: Paise,
        most: Paise,
        window: Window,
        except: &str,
    ) -> Vec<Past> {
        let Some(holder) = self.texts.find(holder) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut from = least.0;
        while let Some((_, total, ..)) = self
            .by_amount
            .range((holder, from, Date::MIN, 0)..=(holder, most.0, Date::MAX, Id::MAX))
            .next()
        {
            let days = (holder, *total, window.from, 0)..=(holder, *total, window.until, Id::MAX);
            found.extend(self.by_amount.range(days).map(|(.., id)| *id));
            let Some(next) = total.checked_add(1).filter(|next| *next <= most.0) else {
                break;
            };
            from = next;
        }
        self.pasts(found.into_iter(), except, ROWS_MAX)
    }

    fn dated(
        &self,
        gstin: &str,
        days: RangeInclusive<Date>,
    ) -> impl DoubleEndedIterator<Item = Id> {
        let range = self.texts.find(gstin).map(|id| {
            self.by_date
                .range((id, *days.start(), 0)..=(id, *days.end(), Id::MAX))
        });
        range.into_iter().flatten().map(|(.., id)| *id)
    }

    pub(super) fn by_date(&self, gstin: &str, window: Window, except: &str) -> Vec<Past> {
        self.pasts(
            self.dated(gstin, window.from..=window.until),
            except,
            ROWS_MAX,
        )
    }

    pub(super) fn totals(&self, gstin: &str, except: &str) -> Vec<Paise> {
        let except = self.document(except);
        self.dated(gstin, Date::MIN..=Date::MAX)
            .rev()
            .filter(|id| !self.is_of(*id, except))
            .take(TOTALS_MAX)
            .filter_map(|id| self.row(id).map(|row| Paise(row.total)))
            .collect()
    }

    pub(super) fn series(
        &self,
        gstin: &str,
        before: &str,
        after: &str,
        counter: i64,
        except: &str,
    ) -> Vec<Past> {
        let key = digest((gstin, before, after));
        let same = |id: &Id| {
            self.row(*id).is_some_and(|row| {
                let number = DocNumber::new(&row.number);
                self.texts.text(row.supplier) == gstin
                    && number.before == before
                    && number.after == after
            })
        };
        let below = self
            .by_series
            .range((key, i64::MIN, 0)..(key, counter, 0))
            .rev()
            .map(|(.., id)| *id)
            .filter(same);
        let mut found = self.pasts(below, except, SERIES_MAX);
        if let Some(next) = counter.checked_add(1) {
            let above = self
                .by_series
                .range((key, next, 0)..=(key, i64::MAX, Id::MAX))
                .map(|(.., id)| *id)
                .filter(same);
            found.extend(self.pasts(above, except, SERIES_MAX));
        }
        found
    }

    /// The invoice of a row of the book.
    pub(super) fn invoice_of(entry: &LedgerEntry) -> InvoiceOf {
        let number = DocNumber::fold(&entry.invoice_number);
        InvoiceOf {
            number: digest((entry.supplier_gstin.as_str(), &number)),
            document: None,
        }
    }

    /// The invoice that a billed line belongs to.
    pub(super) fn line_of(&mut self, line: &BilledLine, document: &str) -> InvoiceOf {
        let number = DocNumber::fold(&line.invoice_number);
        InvoiceOf {
            number: digest((line.supplier_gstin.as_str(), &number)),
            document: if document.is_empty() {
                None
            } else {
                Some(self.texts.id(document))
            },
        }
    }

    /// Whether two are of one supplier and number.
    pub(super) fn is_same(one: InvoiceOf, other: InvoiceOf) -> bool {
        one.number == other.number
    }

    /// Whether what an invoice billed counts: not when every ledger row of it was rejected, and not for the document
    /// that is being verified. An invoice that the ledger lacks counts.
    pub(super) fn counts(&self, invoice: InvoiceOf, except: Option<Id>) -> bool {
        if let Some(document) = invoice.document {
            return except != Some(document)
                && !self.documents.get(&document).copied().unwrap_or_default();
        }
        let standing = self
            .standing
            .get(&invoice.number)
            .copied()
            .unwrap_or_default();
        standing.live > 0 || standing.rejected == 0
    }
}

/// Sorted input builds a set at once; a few rows are inserted one by one.
fn merge<T: Ord>(set: &mut BTreeSet<T>, rows: Vec<T>) {
    if set.is_empty() {
        *set = BTreeSet::from_iter(rows);
    } else {
        set.extend(rows);
    }
}
