//! Documents of the command line: a file or standard input, read by the content of its bytes.

use std::{collections::BTreeMap, io::Read, path::Path};

use domain::evidence::sha256_hex;
use ingest::{Document, IngestError, read_bytes};

use crate::settings::Limits;

impl Limits {
    /// Those of one document.
    pub(crate) fn of_document(&self) -> ingest::Limits {
        ingest::Limits {
            file_bytes: self.file_bytes,
            invoices: self.invoices,
            items: self.items,
            depth: self.depth,
            text_chars: self.text_chars,
        }
    }
}

/// The only invoice in some bytes: a job is one of them.
///
/// # Errors
/// What is wrong with it, or how many there are.
pub(crate) fn only_of(bytes: &[u8], name: &str, limits: &Limits) -> Result<Document, String> {
    let mut read = read_bytes(bytes, name, &limits.of_document());
    match (read.pop(), read.len()) {
        (Some(Ok(document)), 0) => Ok(document),
        (Some(Err(error)), 0) => Err(error.to_string()),
        (last, others) => Err(format!(
            "{name}: holds {} invoices; send each as a document of its own",
            others + usize::from(last.is_some())
        )),
    }
}

/// Reads a file or, for `-`, standard input.
pub(crate) fn read_file(path: &Path, limits: &Limits) -> Vec<Result<Document, IngestError>> {
    match bytes_of(path, limits) {
        Ok(bytes) => read_bytes(&bytes, &name_of(path), &limits.of_document()),
        Err(error) => vec![Err(error)],
    }
}

/// Reads the invoices of a file, each with bytes of its own: read alone, they are the same invoice with the same digest.
pub(crate) fn read_parts(
    path: &Path,
    limits: &Limits,
) -> Vec<Result<(Document, Vec<u8>), IngestError>> {
    match bytes_of(path, limits) {
        Ok(bytes) => parts_of(&bytes, &name_of(path), limits),
        Err(error) => vec![Err(error)],
    }
}

/// As [`read_parts`], of bytes.
pub(crate) fn parts_of(
    bytes: &[u8],
    name: &str,
    limits: &Limits,
) -> Vec<Result<(Document, Vec<u8>), IngestError>> {
    let whole = sha256_hex(bytes);
    let read = read_bytes(bytes, name, &limits.of_document());
    let mut lines: BTreeMap<String, &[u8]> = BTreeMap::new();
    if read.len() > 1 {
        let each = bytes.split(|byte| *byte == b'\n');
        let each = each.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        lines.extend(each.map(|line| (sha256_hex(line), line)));
    }
    let part = |document: Document| {
        let own = if document.sha256 == whole {
            bytes.to_vec()
        } else if let Some(line) = lines.get(&document.sha256) {
            line.to_vec()
        } else {
            document.invoice.raw.to_string().into_bytes()
        };
        (document, own)
    };
    read.into_iter().map(|one| one.map(part)).collect()
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
    let mut bytes = Vec::new();
    let limit = limits.file_bytes.saturating_add(1);
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    let (problem, mend) = match read {
        Ok(_) => return Ok(bytes),
        Err(problem) if problem.kind() == std::io::ErrorKind::IsADirectory => (
            "is a directory".to_owned(),
            "name the files in it, as in DIR/*.json",
        ),
        Err(problem) => (problem.to_string(), "check the path and its permissions"),
    };
    Err(IngestError {
        at: name_of(path),
        taken_for: None,
        problem,
        mend,
    })
}
