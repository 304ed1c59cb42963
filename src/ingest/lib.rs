//! Invoices of every format that accounting systems send, read into INV-01, and written back. Pure: bytes in, values out.
//!
//! Formats are told apart by content. Each reader yields INV-01 as a JSON value with exact decimals, and the one
//! [`Invoice::read`] reads that; `Source` in it says which system it came from. Whatever cannot be read is an error with
//! its place and mend.
//!
//! *Invariant:* what a payload lacks is absent from the invoice. Nothing is guessed to fill the schema, nor trusted
//! because a system says it.

use std::{fmt, sync::Arc};

use domain::{Invoice, evidence::sha256_hex, invoice::InvoiceError};
use serde_json::Value;

mod draft;
mod erpnext;
mod fields;
mod head;
mod html;
mod json;
mod number;
mod odoo;
mod qbo;
mod repeated;
mod states;
mod tally;
mod text;
mod units;
mod write;
mod zoho;

pub use odoo::with_read_back;
pub use write::{Target, write};

/// What is refused before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest document, in bytes.
    pub file_bytes: u64,
    /// Invoices in one document.
    pub invoices: usize,
    /// Lines of one invoice.
    pub items: usize,
    /// Nesting of JSON and of XML.
    pub depth: usize,
    /// Longest single text, in characters.
    pub text_chars: usize,
}

/// What a document was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// INV-01 JSON, and whatever JSON is none of the others.
    Inv01,
    Erpnext,
    Zoho,
    Tally,
    Odoo,
    QuickBooks,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inv01 => "INV-01 JSON",
            Self::Erpnext => "an ERPNext Purchase Invoice",
            Self::Zoho => "a Zoho Books bill",
            Self::Tally => "TallyPrime XML",
            Self::Odoo => "an Odoo vendor bill",
            Self::QuickBooks => "a QuickBooks Bill",
        })
    }
}

/// One invoice of a document.
#[derive(Debug, Clone)]
pub struct Document {
    pub invoice: Arc<Invoice>,
    /// Of the file's bytes; of this invoice's JSON, where the file holds several.
    pub sha256: String,
    /// The file's name, or what stands for it.
    pub source: String,
    pub format: Format,
}

/// Why a document, or one invoice of it, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestError {
    /// File, and line and column or pointer where they are known.
    pub at: String,
    /// What it was taken for; `None` where it is not known, or is the native format.
    pub taken_for: Option<Format>,
    pub problem: String,
    pub mend: &'static str,
}

impl fmt::Display for IngestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.at)?;
        if let Some(format) = self.taken_for {
            write!(f, "taken for {format}: ")?;
        }
        write!(f, "{}; {}", self.problem, self.mend)
    }
}

impl std::error::Error for IngestError {}

const MEND_FORMAT: &str = "an invoice is INV-01 JSON (GST e-invoice schema 1.1), alone, in a list, or one a line; a \
    Purchase Invoice of ERPNext, a bill of Zoho Books, Odoo or QuickBooks in JSON; or vouchers of TallyPrime in XML";
const MEND_LIMIT: &str = "raise the limit in the configuration, or split the document";
const MEND_MEMBER: &str =
    "write the member as its system's documentation has it, or export the document again";

/// Why a payload is no invoice, before the name of its file is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A pointer into JSON, a line and column of XML, or nothing.
    at: String,
    text: String,
    of_limit: bool,
}

impl Problem {
    pub(crate) fn at(at: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            text: text.into(),
            of_limit: false,
        }
    }

    pub(crate) fn limit(at: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            of_limit: true,
            ..Self::at(at, text)
        }
    }

    fn of(self, name: &str, format: Format) -> IngestError {
        let at = match self.at.as_str() {
            "" => name.to_owned(),
            pointer if pointer.starts_with('/') => format!("{name}#{pointer}"),
            place => format!("{name}:{place}"),
        };
        IngestError {
            at,
            taken_for: Some(format),
            problem: self.text,
            mend: if self.of_limit {
                MEND_LIMIT
            } else {
                MEND_MEMBER
            },
        }
    }
}

fn error(at: impl Into<String>, problem: impl Into<String>, mend: &'static str) -> IngestError {
    IngestError {
        at: at.into(),
        taken_for: None,
        problem: problem.into(),
        mend,
    }
}

/// Reads the invoices in a document, in their order. `name` is what errors call it.
pub fn read_bytes(bytes: &[u8], name: &str, limits: &Limits) -> Vec<Result<Document, IngestError>> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.file_bytes {
        let problem = format!(
            "larger than {} bytes (limits.file_bytes)",
            limits.file_bytes
        );
        return vec![Err(error(name, problem, MEND_LIMIT))];
    }
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(problem) => return vec![Err(error(name, problem, MEND_FORMAT))],
    };
    if text.trim().is_empty() {
        return vec![Err(error(name, "empty", MEND_FORMAT))];
    }
    if text.trim_start().starts_with('<') {
        return vouchers(&text, bytes, name, limits);
    }
    json::read(&text, bytes, name, limits)
}

/// Reads one JSON value that a caller has already, such as what was fetched after a notice; an envelope is opened.
pub fn read_value(value: Value, name: &str, limits: &Limits) -> Vec<Result<Document, IngestError>> {
    let sha256 = sha256_hex(value.to_string().as_bytes());
    json::documents(value, &sha256, name, name, limits)
}

fn vouchers(
    text: &str,
    bytes: &[u8],
    name: &str,
    limits: &Limits,
) -> Vec<Result<Document, IngestError>> {
    let drafts = match tally::read(text, limits) {
        Ok(drafts) => drafts,
        Err(problem) => return vec![Err(problem.of(name, Format::Tally))],
    };
    let alone = drafts.len() == 1;
    drafts
        .into_iter()
        .map(|(place, draft)| {
            let value = draft
                .map_err(|problem| problem.of(name, Format::Tally))?
                .into_inv01();
            let sha256 = if alone {
                sha256_hex(bytes)
            } else {
                sha256_hex(value.to_string().as_bytes())
            };
            let at = format!("{name}:{place}");
            document(value, Format::Tally, sha256, name, &at, limits)
        })
        .collect()
}

/// An invoice of INV-01 in its typed form.
fn document(
    value: Value,
    format: Format,
    sha256: String,
    source: &str,
    at: &str,
    limits: &Limits,
) -> Result<Document, IngestError> {
    let taken_for = Some(format).filter(|format| *format != Format::Inv01);
    if let Some(length) = longest_text(&value).filter(|n| *n > limits.text_chars) {
        let problem = format!(
            "a text of {length} characters; at most {} are read (limits.text_chars)",
            limits.text_chars
        );
        return Err(error(at, problem, MEND_LIMIT));
    }
    match Invoice::read(value, limits.items) {
        Ok(invoice) => Ok(Document {
            invoice: Arc::new(invoice),
            sha256,
            source: source.to_owned(),
            format,
        }),
        Err(problem) => {
            let mend = match &problem {
                InvoiceError::NotAnInvoice(_) => MEND_FORMAT,
                InvoiceError::TooManyItems { .. } => MEND_LIMIT,
                InvoiceError::Type { .. } | InvoiceError::Number { .. } => {
                    "write the member as the schema has it"
                }
                InvoiceError::Twice { .. } => "keep one of the two",
            };
            Err(IngestError {
                taken_for,
                ..error(at, problem.to_string(), mend)
            })
        }
    }
}

fn longest_text(value: &Value) -> Option<usize> {
    match value {
        Value::String(s) => Some(s.chars().count()),
        Value::Array(list) => list.iter().filter_map(longest_text).max(),
        Value::Object(map) => map.values().filter_map(longest_text).max(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
