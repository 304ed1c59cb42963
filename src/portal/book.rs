//! The portal's records from a book's `portal/` directory, kept as the files' own bytes.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use bytes::Bytes;
use domain::{FinancialYear, TaxPeriod};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    data::{Lookup, PortalData},
    tracking::Tracking,
};

/// Why a book's portal files cannot be read. Messages name file and place and never repeat an identifier.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("{}: cannot be read: {source}", file.display())]
    Io { file: PathBuf, source: io::Error },
    #[error("{}: line {line} column {column}: {problem}", file.display())]
    Json {
        file: PathBuf,
        line: usize,
        column: usize,
        problem: String,
    },
}

#[derive(Debug)]
struct TrackedReturns {
    whole: Bytes,
    years: Vec<(FinancialYear, Bytes)>,
    /// The body of a year without entries of its own.
    other_year: Bytes,
}

#[derive(Debug)]
struct StatementParts {
    parts: Vec<Bytes>,
    /// What answers for the statement as a whole: the one part, or a cover that counts the parts (`fc`).
    cover: Bytes,
}

/// By GSTIN and period.
type Statements = HashMap<(String, TaxPeriod), StatementParts>;

/// A book's `portal/` directory in memory. `None` is a file that the book does not have.
#[derive(Debug, Default)]
pub struct BookPortal {
    taxpayers: Option<HashMap<String, Bytes>>,
    returns: Option<HashMap<String, TrackedReturns>>,
    statements: Option<Statements>,
    irns: Option<HashMap<String, Bytes>>,
    jwks: Option<Bytes>,
}

/// A file and its text, for errors that name the place.
struct Source {
    file: PathBuf,
    bytes: Bytes,
}

impl Source {
    /// `None` when there is no such file.
    fn open(file: PathBuf) -> Result<Option<Self>, LoadError> {
        let bytes = match fs::read(&file) {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(LoadError::Io { file, source }),
        };
        // Exports from Windows tools begin with a byte order mark, which JSON does not know.
        let bytes = if bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.slice(3..)
        } else {
            bytes
        };
        Ok(Some(Self { file, bytes }))
    }

    fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, LoadError> {
        serde_json::from_slice(&self.bytes).map_err(|error| self.fault_at(0, &error))
    }

    /// An error found at an offset of the file, or inside the JSON that begins there.
    fn fault_at(&self, offset: usize, error: &serde_json::Error) -> LoadError {
        let before = self.bytes.get(..offset).unwrap_or_default();
        let lines_before = before.split(|byte| *byte == b'\n').count() - 1;
        let on_this_line = before
            .iter()
            .rev()
            .take_while(|byte| **byte != b'\n')
            .count();
        let column = if error.line() <= 1 {
            on_this_line + error.column().max(1)
        } else {
            error.column().max(1)
        };
        // serde_json ends its messages with a place of its own, which counts from the entry and not from the file.
        let said = error.to_string();
        let problem = said
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned();
        LoadError::Json {
            file: self.file.clone(),
            line: lines_before + error.line().max(1),
            column,
            problem,
        }
    }

    fn entry_fault(&self, entry: &RawValue, error: &serde_json::Error) -> LoadError {
        let start = entry
            .get()
            .as_ptr()
            .addr()
            .saturating_sub(self.bytes.as_ptr().addr());
        self.fault_at(start, error)
    }

    /// The bytes of a value that was borrowed from this file, without copying them.
    fn body(&self, value: &RawValue) -> Bytes {
        self.bytes.slice_ref(value.get().as_bytes())
    }
}

fn fault(problem: &'static str) -> serde_json::Error {
    serde::de::Error::custom(problem)
}

fn object(entry: &RawValue) -> Result<(), serde_json::Error> {
    if entry.get().starts_with('{') {
        Ok(())
    } else {
        Err(fault("an object was expected"))
    }
}

#[derive(Deserialize)]
struct TaxpayerHead {
    gstin: String,
}

#[derive(Deserialize)]
struct StatementHead {
    data: Option<StatementName>,
    gstin: Option<String>,
    rtnprd: Option<String>,
    fp: Option<String>,
}

/// Whose statement of which month: `rtnprd` in GSTR-2B, `fp` in the older GSTR-2A.
#[derive(Deserialize)]
struct StatementName {
    gstin: Option<String>,
    rtnprd: Option<String>,
    fp: Option<String>,
}

impl BookPortal {
    /// Reads `portal/taxpayers.json`, `returns.json`, `gstr2b/*.json`, `irn.json` and `irp_jwks.json` of a book. Any of
    /// them may be absent. `dir` is the book, or its `portal` directory itself.
    ///
    /// # Errors
    /// A file that cannot be read, or that is not in the portal's shape.
    pub fn load(dir: &Path) -> Result<Self, LoadError> {
        let inside = dir.join("portal");
        let dir = if inside.is_dir() {
            inside
        } else {
            dir.to_owned()
        };
        Ok(Self {
            taxpayers: Source::open(dir.join("taxpayers.json"))?
                .map(|s| taxpayers(&s))
                .transpose()?,
            returns: Source::open(dir.join("returns.json"))?
                .map(|s| returns(&s))
                .transpose()?,
            statements: statements(&dir.join("gstr2b"))?,
            irns: Source::open(dir.join("irn.json"))?
                .map(|s| irns(&s))
                .transpose()?,
            jwks: Source::open(dir.join("irp_jwks.json"))?
                .map(|s| jwks(&s))
                .transpose()?,
        })
    }
}

fn taxpayers(source: &Source) -> Result<HashMap<String, Bytes>, LoadError> {
    let entries: Vec<&RawValue> = source.parse()?;
    let mut by_gstin = HashMap::with_capacity(entries.len());
    for entry in entries {
        let head: TaxpayerHead = object(entry)
            .and_then(|()| serde_json::from_str(entry.get()))
            .map_err(|error| source.entry_fault(entry, &error))?;
        by_gstin.insert(head.gstin.trim().to_uppercase(), source.body(entry));
    }
    Ok(by_gstin)
}

fn returns(source: &Source) -> Result<HashMap<String, TrackedReturns>, LoadError> {
    let entries: BTreeMap<String, &RawValue> = source.parse()?;
    entries
        .into_iter()
        .map(|(gstin, entry)| {
            let tracking =
                Tracking::read(entry.get()).map_err(|error| source.entry_fault(entry, &error))?;
            let years = tracking
                .years()
                .into_iter()
                .map(|year| (year, tracking.body(Some(year))))
                .collect();
            let tracked = TrackedReturns {
                whole: tracking.body(None),
                years,
                other_year: tracking.body(Some(FinancialYear(i16::MIN))),
            };
            Ok((gstin.trim().to_uppercase(), tracked))
        })
        .collect()
}

fn statements(dir: &Path) -> Result<Option<Statements>, LoadError> {
    let io_error = |source| LoadError::Io {
        file: dir.to_owned(),
        source,
    };
    let listing = match fs::read_dir(dir) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(error)),
    };
    let mut files = Vec::new();
    for entry in listing {
        let path = entry.map_err(io_error)?.path();
        if path
            .extension()
            .is_some_and(|ext| ext.eq_ignore_ascii_case("json"))
        {
            files.push(path);
        }
    }
    // The parts of one statement follow each other by the names of their files.
    files.sort();
    let mut by_name: BTreeMap<(String, TaxPeriod), Vec<Bytes>> = BTreeMap::new();
    for file in files {
        let Some(source) = Source::open(file)? else {
            continue;
        };
        let head: StatementHead = source.parse()?;
        let outer = StatementName {
            gstin: head.gstin,
            rtnprd: head.rtnprd,
            fp: head.fp,
        };
        let name = [head.data.as_ref(), Some(&outer)]
            .into_iter()
            .flatten()
            .find_map(|name| {
                let gstin = name.gstin.as_deref()?.trim().to_uppercase();
                let period = name.rtnprd.as_deref().or(name.fp.as_deref())?;
                Some((gstin, TaxPeriod::parse(period)?))
            });
        let Some(name) = name else {
            return Err(source.fault_at(
                0,
                &fault("a statement names its gstin and its rtnprd (mmyyyy), bare or under data"),
            ));
        };
        by_name.entry(name).or_default().push(source.bytes);
    }
    let statements = by_name.into_iter().map(|(name, parts)| {
        let cover = match parts.as_slice() {
            [only] => only.clone(),
            several => Bytes::from(format!(
                r#"{{"data":{{"gstin":"{}","rtnprd":"{}","fc":{}}}}}"#,
                name.0.replace(['"', '\\'], ""),
                name.1,
                several.len()
            )),
        };
        (name, StatementParts { parts, cover })
    });
    Ok(Some(statements.collect()))
}

fn irns(source: &Source) -> Result<HashMap<String, Bytes>, LoadError> {
    let entries: BTreeMap<String, &RawValue> = source.parse()?;
    entries
        .into_iter()
        .map(|(irn, entry)| {
            object(entry).map_err(|error| source.entry_fault(entry, &error))?;
            Ok((irn, source.body(entry)))
        })
        .collect()
}

fn jwks(source: &Source) -> Result<Bytes, LoadError> {
    #[derive(Deserialize)]
    struct Keys<'a> {
        #[serde(borrow)]
        #[expect(
            dead_code,
            reason = "that the set has a list of keys is all that is asked here"
        )]
        keys: Vec<&'a RawValue>,
    }
    source.parse::<Keys<'_>>()?;
    Ok(source.bytes.clone())
}

fn found(body: Option<&Bytes>) -> Lookup {
    body.map_or(Lookup::Absent, |body| Lookup::Found(body.clone()))
}

#[async_trait]
impl PortalData for BookPortal {
    async fn taxpayer(&self, gstin: &str) -> Lookup {
        self.taxpayers
            .as_ref()
            .map_or(Lookup::NotLoaded, |map| found(map.get(gstin)))
    }

    async fn returns(&self, gstin: &str, year: Option<FinancialYear>) -> Lookup {
        let Some(returns) = &self.returns else {
            return Lookup::NotLoaded;
        };
        found(returns.get(gstin).map(|tracked| {
            match year {
                None => &tracked.whole,
                Some(year) => tracked
                    .years
                    .iter()
                    .find_map(|(of, body)| (*of == year).then_some(body))
                    .unwrap_or(&tracked.other_year),
            }
        }))
    }

    async fn statement(&self, gstin: &str, period: TaxPeriod, file: Option<u32>) -> Lookup {
        let Some(statements) = &self.statements else {
            return Lookup::NotLoaded;
        };
        found(
            statements
                .get(&(gstin.to_owned(), period))
                .and_then(|statement| match file {
                    None => Some(&statement.cover),
                    Some(number) => statement
                        .parts
                        .get(usize::try_from(number.checked_sub(1)?).ok()?),
                }),
        )
    }

    async fn irn(&self, irn: &str) -> Lookup {
        self.irns
            .as_ref()
            .map_or(Lookup::NotLoaded, |map| found(map.get(irn)))
    }

    async fn jwks(&self) -> Lookup {
        self.jwks
            .as_ref()
            .map_or(Lookup::NotLoaded, |body| Lookup::Found(body.clone()))
    }
}

#[cfg(test)]
mod tests;
