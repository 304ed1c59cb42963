//! A book read from its directory: every file streamed, every bad row named.
//!
//! Reading decides nothing about storage: records go to a [`Sink`] one by one. After the first problem the rest is still
//! read, so that one run names all bad rows, but nothing more is handed on.

use std::{collections::BTreeMap, fmt, path::Path};

use document_search::Document;
use domain::{
    Date, Decimal,
    records::{Buyer, LedgerEntry, Vendor},
};
use serde::Serialize;

use crate::{BilledLine, PortalKind};

mod documents;
mod rows;
mod table;

pub(crate) use documents::portal_key;
pub(crate) use rows::line_key;

#[cfg(test)]
mod tests;

/// Problems that are told in full; the others are counted.
pub const PROBLEMS_TOLD: usize = 20;

/// How much of a book is read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one CSV file.
    pub rows: u64,
    /// Bytes of one CSV file.
    pub bytes: u64,
    /// Bytes of one row, quotes and line breaks inside them included.
    pub row_bytes: u64,
    /// Characters of one field.
    pub field: usize,
    /// Bytes of one JSON file or contract: these are read whole.
    pub document_bytes: u64,
    /// Files in one directory.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 10_000_000,
            bytes: 4 << 30,
            row_bytes: 256 << 10,
            field: 2_000,
            document_bytes: 256 << 20,
            files: 20_000,
        }
    }
}

/// A line of an order as the book has it.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderedLine {
    pub po_number: String,
    pub po_date: Option<Date>,
    pub vendor_id: String,
    pub line: String,
    pub hsn: String,
    pub description: String,
    pub quantity: Decimal,
    pub unit: String,
    pub unit_price: Decimal,
    pub gst_rate: Decimal,
    pub status: String,
}

/// A row of `receipts.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub grn_number: String,
    pub grn_date: Option<Date>,
    pub po_number: String,
    pub line: String,
    pub quantity_accepted: Decimal,
}

/// A record of a book.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Vendor(Vendor),
    Ordered(OrderedLine),
    Receipt(Receipt),
    Invoice(LedgerEntry),
    Billed(BilledLine),
    Buyer(Buyer),
    Contract(Document),
    Portal {
        kind: PortalKind,
        key: String,
        json: String,
    },
}

/// A file that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFile {
    /// Path in the book; directories end in `/`.
    pub name: String,
    /// Lower-case hex; empty for a directory.
    pub sha256: String,
    pub rows: u64,
}

/// Where records of a book go.
pub trait Sink {
    /// Takes a record; `false` when nothing more is wanted.
    fn entry(&mut self, entry: Entry) -> bool;
    /// Says that a file has ended; its records were all those since the file before.
    fn file(&mut self, file: BookFile) -> bool;
}

/// What a load did with one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    pub name: String,
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
}

/// What a load did. Rows that an earlier load brought and this book lacks are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files and directories that were there, in the order in which they are read.
    pub files: Vec<FileReport>,
    /// What was passed over, for people: unknown columns, contracts whose text is not read.
    pub notes: Vec<String>,
}

/// Something wrong at one place of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvError {
    /// Path in the book.
    pub file: String,
    /// From 1, the heading included; `None` when the whole file is meant.
    pub line: Option<u64>,
    /// `None` when the whole row is meant.
    pub column: Option<String>,
    pub problem: String,
    /// What is needed instead; may be empty.
    pub mend: String,
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        if let Some(column) = &self.column {
            write!(f, "{column} ")?;
        }
        f.write_str(&self.problem)?;
        if !self.mend.is_empty() {
            write!(f, "; {}", self.mend)?;
        }
        Ok(())
    }
}

/// Why a book was not read. Nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct BookError {
    /// The first [`PROBLEMS_TOLD`], in the order of files and lines.
    pub problems: Vec<CsvError>,
    /// All of them.
    pub count: u64,
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        let told = u64::try_from(self.problems.len()).unwrap_or(u64::MAX);
        match self.count.saturating_sub(told) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more; nothing was taken from the book"),
        }
    }
}

/// One reading of a book.
struct Reading<'a> {
    root: &'a Path,
    limits: Limits,
    /// Digests and rows of files that need not be read again.
    known: &'a BTreeMap<String, (String, u64)>,
    sink: &'a mut dyn Sink,
    problems: Vec<CsvError>,
    count: u64,
    notes: Vec<String>,
    found: bool,
    /// The sink wants no more.
    stopped: bool,
}

impl Reading<'_> {
    fn problem(&mut self, problem: CsvError) {
        self.count = self.count.saturating_add(1);
        if self.problems.len() < PROBLEMS_TOLD {
            self.problems.push(problem);
        }
    }

    /// A problem of a whole file.
    fn problem_of(&mut self, file: &str, problem: impl fmt::Display, mend: &str) {
        self.problem(CsvError {
            file: file.to_owned(),
            line: None,
            column: None,
            problem: problem.to_string(),
            mend: mend.to_owned(),
        });
    }

    fn entry(&mut self, entry: Entry) {
        if self.count == 0 && !self.stopped {
            self.stopped = !self.sink.entry(entry);
        }
    }

    fn file(&mut self, name: &str, sha256: String, rows: u64) {
        if self.count == 0 && !self.stopped {
            self.stopped = !self.sink.file(BookFile {
                name: name.to_owned(),
                sha256,
                rows,
            });
        }
    }
}

/// Reads the book in `root` into a sink; answers what was passed over. A file whose digest is in `known` is only named
/// to the sink.
///
/// # Errors
/// Every problem of every file. The sink has then seen only records from before the first.
pub fn read(
    root: &Path,
    limits: Limits,
    known: &BTreeMap<String, (String, u64)>,
    sink: &mut dyn Sink,
) -> Result<Vec<String>, BookError> {
    let mut reading = Reading {
        root,
        limits,
        known,
        sink,
        problems: Vec::new(),
        count: 0,
        notes: Vec::new(),
        found: false,
        stopped: false,
    };
    reading.tables();
    reading.documents();
    if !reading.found && reading.count == 0 {
        reading.problem_of(
            &root.display().to_string(),
            "holds no file of a book",
            "a directory with vendors.csv, ledger.csv, buyer.json or any other of them is needed",
        );
    }
    if reading.count == 0 {
        Ok(reading.notes)
    } else {
        Err(BookError {
            problems: reading.problems,
            count: reading.count,
        })
    }
}
