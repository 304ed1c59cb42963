//! Rows of a book into their tables: by key, in groups, told apart into added, changed and unchanged.
//!
//! A row that differs is updated in place and keeps its id, and for past invoices the document that was verified here:
//! so a ledger export that catches up with a verified invoice adopts its row instead of counting it twice.

use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use domain::{
    evidence::sha256_hex,
    records::{LedgerEntry, Vendor},
};
use purchase_orders::key;
use sqlx::{Database, QueryBuilder, query::Query};

use super::{Conn, Db, Table, next_id, one_writer, whole};
use crate::{
    BilledLine, StoreError,
    book::{Entry, FileReport, OrderedLine, Receipt},
    rows::in_sizes,
};

mod rows;

use rows::{
    LEDGER, LEDGER_LINE, ORDER_LINE, RECEIPT, VENDOR, Values, Verified, push_billed, push_invoice,
    push_ledger, push_line, push_ordered, push_receipt, push_vendor,
};

/// Rows of one statement: eighteen columns of them stay below the 32,766 parameters that `SQLite` allows, and `PostgreSQL`'s 65,535.
pub(super) const GROUP: usize = 256;

/// How often each key was seen in the file at hand. A digest of 128 bits stands for a key; never iterated.
#[derive(Default)]
struct Occurrences(HashMap<(u64, u64), i64>);

impl Occurrences {
    fn next(&mut self, key: impl Hash) -> i64 {
        let digest = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            (salt, &key).hash(&mut hasher);
            hasher.finish()
        };
        let count = self.0.entry((digest(0), digest(1))).or_insert(0);
        *count = count.saturating_add(1);
        *count
    }
}

/// A row with what its file says of it: its place among equal keys.
struct Placed<T> {
    row: T,
    occurrence: i64,
}

/// Takes the records of one file after the other.
#[derive(Default)]
pub(super) struct Upsert {
    occurrences: Occurrences,
    vendors: Vec<Placed<Vendor>>,
    orders: Vec<Placed<OrderedLine>>,
    receipts: Vec<Placed<Receipt>>,
    ledger: Vec<Placed<LedgerEntry>>,
    billed: Vec<Placed<BilledLine>>,
    /// Of the file at hand.
    added: u64,
    changed: u64,
}

impl Upsert {
    pub(super) async fn entry(&mut self, tx: &mut Conn, entry: Entry) -> Result<(), StoreError> {
        match entry {
            Entry::Vendor(row) => {
                let occurrence = self.occurrences.next((&row.vendor_id, &row.gstin));
                self.vendors.push(Placed { row, occurrence });
            }
            Entry::Ordered(row) => {
                let occurrence = self.occurrences.next((key(&row.po_number), &row.line));
                self.orders.push(Placed { row, occurrence });
            }
            Entry::Receipt(row) => {
                let place = (key(&row.po_number), &row.line, &row.grn_number);
                let occurrence = self.occurrences.next(place);
                self.receipts.push(Placed { row, occurrence });
            }
            Entry::Invoice(row) => {
                let place = (&row.supplier_gstin, &row.invoice_number, row.invoice_date);
                let occurrence = self.occurrences.next(place);
                self.ledger.push(Placed { row, occurrence });
            }
            Entry::Billed(row) => {
                let place = (
                    key(&row.po_number),
                    &row.po_line,
                    &row.supplier_gstin,
                    &row.invoice_number,
                );
                let occurrence = self.occurrences.next(place);
                self.billed.push(Placed { row, occurrence });
            }
            Entry::Buyer(_) | Entry::Contract(_) | Entry::Portal { .. } => {
                return self.document(tx, entry).await;
            }
        }
        let waiting = [
            self.vendors.len(),
            self.orders.len(),
            self.receipts.len(),
            self.ledger.len(),
            self.billed.len(),
        ];
        if waiting.iter().any(|waiting| *waiting >= GROUP) {
            self.flush(tx).await
        } else {
            Ok(())
        }
    }

    /// Ends a file.
    pub(super) async fn file(
        &mut self,
        tx: &mut Conn,
        name: String,
        rows: u64,
    ) -> Result<FileReport, StoreError> {
        self.flush(tx).await?;
        let (added, changed) = (
            std::mem::take(&mut self.added),
            std::mem::take(&mut self.changed),
        );
        self.occurrences = Occurrences::default();
        let unchanged = rows.saturating_sub(added).saturating_sub(changed);
        Ok(FileReport {
            name,
            rows,
            added,
            changed,
            unchanged,
        })
    }

    async fn flush(&mut self, tx: &mut Conn) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.vendors);
        self.group(tx, Table::Vendor, VENDOR, &rows, push_vendor)
            .await?;
        let rows = std::mem::take(&mut self.orders);
        self.group(tx, Table::OrderLine, ORDER_LINE, &rows, push_ordered)
            .await?;
        let rows = std::mem::take(&mut self.receipts);
        self.group(tx, Table::Receipt, RECEIPT, &rows, push_receipt)
            .await?;
        let rows = std::mem::take(&mut self.ledger);
        self.group(tx, Table::Ledger, LEDGER, &rows, push_invoice)
            .await?;
        let rows = std::mem::take(&mut self.billed);
        self.group(tx, Table::LedgerLine, LEDGER_LINE, &rows, push_billed)
            .await
    }

    /// Ids given to rows that were there before are simply never used: ids ascend, they do not count.
    async fn group<T>(
        &mut self,
        tx: &mut Conn,
        table: Table,
        (insert, conflict): (&'static str, &'static str),
        rows: &[Placed<T>],
        push: fn(&mut Values<'_, '_>, i64, &Placed<T>),
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut next = next_id(tx, table).await?;
        let before = next;
        let mut builder: QueryBuilder<Db> = QueryBuilder::new(insert);
        builder.push_values(rows, |mut row, placed| {
            push(&mut row, next, placed);
            next = next.saturating_add(1);
        });
        builder.push(conflict);
        let touched = builder
            .build()
            .persistent(rows.len() == GROUP)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        let added: i64 = sqlx::query_scalar(table.since_id())
            .bind(before)
            .fetch_one(&mut *tx)
            .await?;
        let added = u64::try_from(added).unwrap_or_default();
        self.added = self.added.saturating_add(added);
        self.changed = self.changed.saturating_add(touched.saturating_sub(added));
        Ok(())
    }

    async fn document(&mut self, tx: &mut Conn, entry: Entry) -> Result<(), StoreError> {
        let (known, update): (
            Option<String>,
            Query<'_, Db, <Db as Database>::Arguments<'_>>,
        ) = match entry {
            Entry::Buyer(buyer) => {
                let json = serde_json::to_string(&buyer)
                    .map_err(|error| StoreError::Refused(format!("buyer.json: {error}")))?;
                let known = sqlx::query_scalar("SELECT json FROM buyer WHERE id = 1")
                    .fetch_optional(&mut *tx)
                    .await?;
                if known.as_ref() == Some(&json) {
                    return Ok(());
                }
                let update = sqlx::query(
                    "INSERT INTO buyer (id, json) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
                );
                (known, update.bind(json))
            }
            Entry::Contract(document) => {
                let sha256 = sha256_hex(document.text.as_deref().unwrap_or_default().as_bytes());
                let known = sqlx::query_scalar("SELECT sha256 FROM document WHERE name = $1")
                    .bind(&document.name)
                    .fetch_optional(&mut *tx)
                    .await?;
                if known.as_ref() == Some(&sha256) {
                    return Ok(());
                }
                let update = sqlx::query(
                    "INSERT INTO document (name, sha256, text) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET \
                     sha256 = excluded.sha256, text = excluded.text",
                );
                (
                    known,
                    update.bind(document.name).bind(sha256).bind(document.text),
                )
            }
            Entry::Portal { kind, key, json } => {
                let sha256 = sha256_hex(json.as_bytes());
                let known = sqlx::query_scalar(
                    "SELECT sha256 FROM portal_document WHERE kind = $1 AND key = $2",
                )
                .bind(kind.name())
                .bind(&key)
                .fetch_optional(&mut *tx)
                .await?;
                if known.as_ref() == Some(&sha256) {
                    return Ok(());
                }
                let update = sqlx::query(
                    "INSERT INTO portal_document (kind, key, json, sha256) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json, sha256 = excluded.sha256",
                );
                (
                    known,
                    update.bind(kind.name()).bind(key).bind(json).bind(sha256),
                )
            }
            _ => return Ok(()),
        };
        update.execute(tx).await?;
        let count = if known.is_some() {
            &mut self.changed
        } else {
            &mut self.added
        };
        *count = count.saturating_add(1);
        Ok(())
    }
}

/// Inserts verified invoices, each after the rows that have its key, and answers how many: one whose document its tenant, or the
/// book, has already is passed over.
pub(super) async fn remember(
    tx: &mut Conn,
    invoices: &[&crate::Remembered],
) -> Result<usize, StoreError> {
    one_writer(tx).await?;
    let (of_book, mut there) = documents(tx, invoices).await?;
    let new: Vec<_> = invoices
        .iter()
        .filter(|invoice| !of_book.contains(&invoice.document) && there.insert(verified(invoice)))
        .collect();
    let keys: Vec<_> = new
        .iter()
        .map(|invoice| {
            let entry = &invoice.entry;
            [
                entry.supplier_gstin.clone(),
                entry.invoice_number.clone(),
                entry.invoice_date.to_string(),
            ]
        })
        .collect();
    let columns = ["supplier_gstin", "invoice_number", "invoice_date"];
    let occurrences = occurrences(tx, "ledger", columns, &keys).await?;
    let first = next_id(tx, Table::Ledger).await?;
    let rows: Vec<_> = (first..).zip(&new).zip(occurrences).collect();
    for rows in in_sizes(&rows) {
        let mut builder: QueryBuilder<Db> = QueryBuilder::new(LEDGER.0);
        builder.push_values(rows, |mut row, ((id, invoice), occurrence)| {
            let verified = verified(invoice);
            push_ledger(&mut row, *id, &invoice.entry, *occurrence, Some(&verified));
        });
        builder.build().execute(&mut *tx).await?;
    }
    remember_lines(tx, &new).await?;
    Ok(new.len())
}

async fn remember_lines(tx: &mut Conn, new: &[&&crate::Remembered]) -> Result<(), StoreError> {
    let lines: Vec<_> = new
        .iter()
        .flat_map(|invoice| invoice.lines.iter().map(|line| (line, verified(invoice))))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let keys: Vec<_> = lines
        .iter()
        .map(|(line, _)| {
            [
                key(&line.po_number),
                line.po_line.clone(),
                line.supplier_gstin.clone(),
                line.invoice_number.clone(),
            ]
        })
        .collect();
    let columns = ["po_key", "po_line", "supplier_gstin", "invoice_number"];
    let occurrences = occurrences(tx, "ledger_line", columns, &keys).await?;
    let first = next_id(tx, Table::LedgerLine).await?;
    let rows: Vec<_> = (first..).zip(lines).zip(occurrences).collect();
    for rows in in_sizes(&rows) {
        let mut builder: QueryBuilder<Db> = QueryBuilder::new(LEDGER_LINE.0);
        builder.push_values(rows, |mut row, ((id, (line, verified)), occurrence)| {
            push_line(&mut row, *id, line, *occurrence, Some(verified));
        });
        builder.build().execute(&mut *tx).await?;
    }
    Ok(())
}

fn verified(invoice: &crate::Remembered) -> Verified {
    Verified {
        document: invoice.document.clone(),
        tenant: invoice.tenant.clone(),
    }
}

/// Which of the invoices' documents the ledger has: those of the book, and those of tenants.
async fn documents(
    tx: &mut Conn,
    invoices: &[&crate::Remembered],
) -> Result<(HashSet<String>, HashSet<Verified>), sqlx::Error> {
    let (mut of_book, mut of_tenants) = (HashSet::new(), HashSet::new());
    for some in in_sizes(invoices) {
        let mut asked =
            QueryBuilder::<Db>::new("SELECT document, tenant FROM ledger WHERE document IN (");
        let mut documents = asked.separated(", ");
        for invoice in some {
            documents.push_bind(&invoice.document);
        }
        asked.push(")");
        let found: Vec<(String, Option<String>)> =
            asked.build_query_as().fetch_all(&mut *tx).await?;
        for (document, tenant) in found {
            match tenant {
                Some(tenant) => drop(of_tenants.insert(Verified { document, tenant })),
                None => drop(of_book.insert(document)),
            }
        }
    }
    Ok((of_book, of_tenants))
}

/// The place of each row among those that have its key, counted on from those that the table has.
async fn occurrences<const N: usize>(
    tx: &mut Conn,
    table: &str,
    columns: [&str; N],
    keys: &[[String; N]],
) -> Result<Vec<i64>, sqlx::Error> {
    let wanted: Vec<_> = columns.map(|column| format!("wanted_{column}")).to_vec();
    let same: Vec<_> = columns
        .map(|column| format!("{column} = wanted_{column}"))
        .to_vec();
    let (wanted, same) = (wanted.join(", "), same.join(" AND "));
    let mut last: HashMap<&[String; N], i64> = HashMap::new();
    let mut places = Vec::with_capacity(keys.len());
    for some in in_sizes(keys) {
        let mut asked = QueryBuilder::<Db>::new(format!("WITH wanted(place, {wanted}) AS ("));
        asked.push_values((0_i64..).zip(some), |mut row, (place, key)| {
            row.push_bind(place);
            for part in key {
                row.push_bind(part);
            }
        });
        asked.push(format!(
            ") SELECT (SELECT MAX(occurrence) FROM {table} WHERE {same}) FROM wanted ORDER BY place"
        ));
        let stored: Vec<Option<i64>> = asked.build_query_scalar().fetch_all(&mut *tx).await?;
        for (key, stored) in some.iter().zip(stored) {
            let last = last.entry(key).or_insert(stored.unwrap_or(0));
            *last = last.saturating_add(1);
            places.push(*last);
        }
    }
    Ok(places)
}

/// Notes that a file was loaded.
pub(super) async fn book_file(
    tx: &mut Conn,
    name: &str,
    sha256: &str,
    rows: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO book_file (name, sha256, rows) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET \
         sha256 = excluded.sha256, rows = excluded.rows",
    )
    .bind(name)
    .bind(sha256)
    .bind(whole(rows))
    .execute(tx)
    .await?;
    Ok(())
}
