//! Ingest: bytes in, invoices out, told apart by content. Whatever cannot be read is an error with its place and mend.

use std::{collections::BTreeMap, fmt, path::Path, sync::Arc};

use domain::{Invoice, evidence::sha256_hex, invoice::InvoiceError};
use serde_json::Value;

use crate::settings::Limits;

/// One invoice of a document.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) invoice: Arc<Invoice>,
    /// Of the file's bytes; of this invoice's JSON, where the file holds several.
    pub(crate) sha256: String,
    pub(crate) source: String,
}

/// Why a document, or one invoice of it, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IngestError {
    /// File, and line and column where they are known.
    pub(crate) at: String,
    pub(crate) problem: String,
    pub(crate) mend: &'static str,
}

impl fmt::Display for IngestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.at, self.problem, self.mend)
    }
}

const MEND_JSON: &str =
    "an invoice is INV-01 JSON (GST e-invoice schema 1.1), alone, in a list, or one a line";
const MEND_LIMIT: &str = "raise the limit in the configuration, or split the document";

fn error(at: impl Into<String>, problem: impl Into<String>, mend: &'static str) -> IngestError {
    IngestError {
        at: at.into(),
        problem: problem.into(),
        mend,
    }
}

/// Reads a file or, for `-`, standard input.
pub(crate) fn read_file(path: &Path, limits: &Limits) -> Vec<Result<Document, IngestError>> {
    let name = name_of(path);
    match bytes_of(path, limits) {
        Ok(bytes) => read_bytes(&bytes, &name, limits),
        Err(error) => vec![Err(error)],
    }
}

/// Reads the invoices of a file, each with bytes of its own: read alone, they are the same invoice with the same digest.
pub(crate) fn read_parts(
    path: &Path,
    limits: &Limits,
) -> Vec<Result<(Document, Vec<u8>), IngestError>> {
    let name = name_of(path);
    let bytes = match bytes_of(path, limits) {
        Ok(bytes) => bytes,
        Err(error) => return vec![Err(error)],
    };
    let lines: BTreeMap<String, &[u8]> = bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .map(|line| (sha256_hex(line), line))
        .collect();
    let part = |document: Document| {
        let member = document.invoice.raw.to_string().into_bytes();
        let part = lines
            .get(&document.sha256)
            .map_or(member, |line| line.to_vec());
        (document, part)
    };
    match <[_; 1]>::try_from(read_bytes(&bytes, &name, limits)) {
        Ok([one]) => vec![one.map(|document| {
            let whole = document.sha256 == sha256_hex(&bytes);
            if whole {
                (document, bytes)
            } else {
                part(document)
            }
        })],
        Err(several) => several.into_iter().map(|one| one.map(part)).collect(),
    }
}

fn name_of(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "stdin".to_owned()
    } else {
        path.display().to_string()
    }
}

/// The bytes of a file, one more than the limit at most.
fn bytes_of(path: &Path, limits: &Limits) -> Result<Vec<u8>, IngestError> {
    use std::io::Read;
    let name = name_of(path);
    let mut bytes = Vec::new();
    let limit = limits.file_bytes.saturating_add(1);
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    match read {
        Err(problem) if problem.kind() == std::io::ErrorKind::IsADirectory => Err(error(
            name,
            "is a directory",
            "name the files in it, as in DIR/*.json",
        )),
        Err(problem) => Err(error(
            name,
            problem.to_string(),
            "check the path and its permissions",
        )),
        Ok(_) => Ok(bytes),
    }
}

/// Reads the invoices in a document.
pub(crate) fn read_bytes(
    bytes: &[u8],
    name: &str,
    limits: &Limits,
) -> Vec<Result<Document, IngestError>> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.file_bytes {
        let problem = format!(
            "larger than {} bytes (limits.file_bytes)",
            limits.file_bytes
        );
        return vec![Err(error(name, problem, MEND_LIMIT))];
    }
    let text = match std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        Ok(text) => text,
        Err(broken) => {
            let problem = match bytes {
                [b'%', b'P', b'D', b'F', ..] => "a PDF".to_owned(),
                [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "text in UTF-16".to_owned(),
                _ => format!("byte {} is no UTF-8", broken.valid_up_to() + 1),
            };
            return vec![Err(error(name, problem, MEND_JSON))];
        }
    };
    if text.trim().is_empty() {
        return vec![Err(error(name, "empty", MEND_JSON))];
    }
    if text.starts_with("%PDF") {
        return vec![Err(error(name, "a PDF", MEND_JSON))];
    }
    if text.trim_start().starts_with('<') {
        return vec![Err(error(name, "XML", MEND_JSON))];
    }
    if let Some(place) = too_deep(text, limits.depth) {
        let problem = format!("nested deeper than {} (limits.depth)", limits.depth);
        return vec![Err(error(format!("{name}:{place}"), problem, MEND_LIMIT))];
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(list)) => several(list, name, limits),
        Ok(value) => vec![one(value, sha256_hex(bytes), name, name, limits)],
        // Not one JSON value: perhaps one a line.
        Err(problem) => lines(text, name, limits).unwrap_or_else(|| {
            let at = format!("{name}:{}:{}", problem.line(), problem.column());
            vec![Err(error(at, plain(&problem), MEND_JSON))]
        }),
    }
}

fn several(list: Vec<Value>, name: &str, limits: &Limits) -> Vec<Result<Document, IngestError>> {
    if list.is_empty() {
        return vec![Err(error(name, "an empty list", MEND_JSON))];
    }
    if list.len() > limits.invoices {
        let problem = format!(
            "{} invoices; at most {} are read (limits.invoices)",
            list.len(),
            limits.invoices
        );
        return vec![Err(error(name, problem, MEND_LIMIT))];
    }
    list.into_iter()
        .enumerate()
        .map(|(index, value)| {
            let sha256 = sha256_hex(value.to_string().as_bytes());
            one(value, sha256, name, &format!("{name}#/{index}"), limits)
        })
        .collect()
}

/// Reads NDJSON. `None` when not even the first line is a JSON value by itself.
fn lines(text: &str, name: &str, limits: &Limits) -> Option<Vec<Result<Document, IngestError>>> {
    let mut found = Vec::new();
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let at = format!("{name}:{}", index + 1);
        match serde_json::from_str::<Value>(line) {
            Ok(value) if value.is_object() => {
                found.push(one(value, sha256_hex(line.as_bytes()), name, &at, limits));
            }
            Ok(_) => found.push(Err(error(at, "no JSON object", MEND_JSON))),
            Err(_) if found.is_empty() => return None,
            Err(problem) => {
                found.push(Err(error(
                    format!("{at}:{}", problem.column()),
                    plain(&problem),
                    MEND_JSON,
                )));
            }
        }
        if found.len() > limits.invoices {
            let problem = format!("more than {} invoices (limits.invoices)", limits.invoices);
            return Some(vec![Err(error(name, problem, MEND_LIMIT))]);
        }
    }
    Some(found)
}

/// serde's message without its position, which stands before it already.
fn plain(problem: &serde_json::Error) -> String {
    let text = problem.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

fn one(
    value: Value,
    sha256: String,
    source: &str,
    at: &str,
    limits: &Limits,
) -> Result<Document, IngestError> {
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
        }),
        Err(problem) => {
            let mend = match &problem {
                InvoiceError::NotAnInvoice(_) => MEND_JSON,
                InvoiceError::TooManyItems { .. } => MEND_LIMIT,
                InvoiceError::Type { .. } | InvoiceError::Number { .. } => {
                    "write the member as the schema has it"
                }
                InvoiceError::Twice { .. } => "keep one of the two",
            };
            Err(error(at, problem.to_string(), mend))
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

/// Where brackets nest deeper than allowed: line and column. Looked for before parsing, so that no parser recurses.
fn too_deep(text: &str, depth_max: usize) -> Option<String> {
    let (mut depth, mut line, mut column) = (0_usize, 1_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        column += 1;
        match byte {
            b'\n' => {
                line += 1;
                column = 0;
            }
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > depth_max {
                    return Some(format!("{line}:{column}"));
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = r#"{"DocDtls": {"Typ": "INV", "No": "A/1", "Dt": "01/11/2026"}, "ItemList": [{"SlNo": "1"}]}"#;

    fn read(bytes: &[u8]) -> Vec<Result<Document, IngestError>> {
        read_bytes(bytes, "x.json", &Limits::default())
    }

    #[test]
    fn what_cannot_be_read_says_where_and_how_to_mend_it() {
        let deep = "[".repeat(100_000);
        for (bytes, at, problem) in [
            (&b""[..], "x.json", "empty"),
            (b"{", "x.json:1:1", "EOF"),
            (b"\0\0", "x.json:1:1", "expected value"),
            (b"[]", "x.json", "empty list"),
            (b"[1,2]", "x.json#/0", "JSON object"),
            (deep.as_bytes(), "x.json:1:65", "limits.depth"),
            (b"%PDF-1.7", "x.json", "PDF"),
            (b"\xff\xfe{\0", "x.json", "UTF-16"),
            (b"<ENVELOPE/>", "x.json", "XML"),
            (b"{\"a\": \xc3\x28}", "x.json", "byte 7 is no UTF-8"),
            (br#"{"hello": "world"}"#, "x.json", "DocDtls"),
            (
                br#"{"DocDtls": {}, "ItemList": [{"Qty": 1e999999}]}"#,
                "x.json",
                "/ItemList/0/Qty",
            ),
        ] {
            let found = read(bytes);
            let error = found[0].as_ref().unwrap_err();
            assert_eq!(error.at, at);
            assert!(error.problem.contains(problem), "{error}");
        }
    }

    #[test]
    fn one_document_may_hold_many_invoices() {
        let list = format!("[{GOOD},{GOOD}]");
        assert_eq!(read(list.as_bytes()).len(), 2);
        let lines = format!("\u{feff}{GOOD}\n\n{{\"x\": }}\n{GOOD}\n");
        let found = read(lines.as_bytes());
        assert_eq!(
            found.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, false, true]
        );
        assert_eq!(found[1].as_ref().unwrap_err().at, "x.json:3:7");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(!read(&bytes).is_empty());
        }

        #[test]
        fn no_edit_of_an_invoice_panics(at in 0..GOOD.len(), with in "\\PC{0,6}") {
            let mut text = GOOD.to_owned();
            if text.is_char_boundary(at) {
                text.insert_str(at, &with);
            }
            prop_assert!(!read(text.as_bytes()).is_empty());
        }
    }
}
