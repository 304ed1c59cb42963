//! `buyer.json`, contracts, and what the portals said: files that are read whole.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::PathBuf,
};

use document_search::Document;
use domain::{evidence::sha256_hex, records::Buyer};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{CsvError, Entry, Reading};
use crate::PortalKind;

/// A record as it stands in the file; nothing of it is read but its key.
type Raw<'a> = &'a RawValue;

#[derive(Deserialize)]
struct Keyed {
    gstin: String,
}

/// A GSTR-2B names its buyer and period, inside `data` or without it.
#[derive(Deserialize)]
struct StatementKey {
    gstin: Option<String>,
    rtnprd: Option<String>,
    data: Option<Box<StatementKey>>,
}

impl Reading<'_> {
    pub(super) fn documents(&mut self) {
        self.json("buyer.json", Self::buyer);
        self.directory("contracts/", Self::contract);
        self.json("portal/taxpayers.json", Self::taxpayers);
        self.json("portal/returns.json", |reading, name, text| {
            reading.keyed(name, text, PortalKind::Returns)
        });
        self.directory("portal/gstr2b/", Self::statement);
        self.json("portal/irn.json", |reading, name, text| {
            reading.keyed(name, text, PortalKind::Irn)
        });
        self.json("portal/irp_jwks.json", Self::keys);
    }

    /// The bytes of a file; `None` when it is absent, too large or cannot be read, which is then named.
    fn whole(&mut self, name: &str) -> Option<Vec<u8>> {
        let file = match File::open(self.root.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                self.problem_of(name, format!("cannot be opened: {error}"), "");
                return None;
            }
        };
        let max = self.limits.document_bytes;
        let mut bytes = Vec::new();
        match file.take(max.saturating_add(1)).read_to_end(&mut bytes) {
            Ok(read) if u64::try_from(read).is_ok_and(|read| read <= max) => Some(bytes),
            Ok(_) => {
                self.problem_of(
                    name,
                    format!("is larger than {max} bytes"),
                    "split it or raise the limit",
                );
                None
            }
            Err(error) => {
                self.problem_of(name, format!("cannot be read: {error}"), "");
                None
            }
        }
    }

    /// Reads one JSON file; `read` answers how many records it held.
    fn json(
        &mut self,
        name: &str,
        read: fn(&mut Self, &str, &str) -> Result<u64, serde_json::Error>,
    ) {
        let Some(bytes) = self.whole(name) else {
            return;
        };
        self.found = true;
        let sha256 = sha256_hex(&bytes);
        if let Some((known, rows)) = self.known.get(name)
            && *known == sha256
        {
            return self.file(name, sha256, *rows);
        }
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return self.problem_of(name, "is not UTF-8", "save the file as UTF-8");
        };
        if text.contains('\0') {
            return self.problem_of(name, "holds a NUL character", "text is needed");
        }
        match read(self, name, text.trim_start_matches('\u{feff}')) {
            Ok(rows) => self.file(name, sha256, rows),
            Err(error) => self.problem(CsvError {
                file: name.to_owned(),
                line: u64::try_from(error.line()).ok().filter(|line| *line > 0),
                column: None,
                problem: format!("cannot be read: {error}"),
                mend: String::new(),
            }),
        }
    }

    fn buyer(&mut self, _: &str, text: &str) -> Result<u64, serde_json::Error> {
        let mut buyer: Buyer = serde_json::from_str(text)?;
        for gstin in &mut buyer.gstins {
            *gstin = gstin.trim().to_uppercase();
        }
        buyer.approval_limits.sort_unstable();
        self.entry(Entry::Buyer(buyer));
        Ok(1)
    }

    fn taxpayers(&mut self, name: &str, text: &str) -> Result<u64, serde_json::Error> {
        let list: Vec<Raw> = serde_json::from_str(text)?;
        for (index, record) in list.iter().enumerate() {
            match serde_json::from_str::<Keyed>(record.get()) {
                Ok(Keyed { gstin }) => self.portal(PortalKind::Taxpayer, &gstin, record),
                Err(_) => self.problem_of(
                    name,
                    format!("/{index} names no GSTIN"),
                    "a text is needed in gstin",
                ),
            }
        }
        Ok(length(list.len()))
    }

    /// An object of records by GSTIN or IRN.
    fn keyed(&mut self, _: &str, text: &str, kind: PortalKind) -> Result<u64, serde_json::Error> {
        let map: BTreeMap<String, Raw> = serde_json::from_str(text)?;
        for (key, record) in &map {
            self.portal(kind, key, record);
        }
        Ok(length(map.len()))
    }

    fn keys(&mut self, _: &str, text: &str) -> Result<u64, serde_json::Error> {
        #[derive(Deserialize)]
        struct Set<'a> {
            #[serde(borrow)]
            keys: Vec<Raw<'a>>,
        }
        let set: Set = serde_json::from_str(text)?;
        self.entry(Entry::Portal {
            kind: PortalKind::Jwks,
            key: String::new(),
            json: text.trim().to_owned(),
        });
        Ok(length(set.keys.len()))
    }

    fn portal(&mut self, kind: PortalKind, key: &str, record: Raw) {
        let key = portal_key(kind, key);
        self.entry(Entry::Portal {
            kind,
            key,
            json: record.get().to_owned(),
        });
    }

    fn statement(&mut self, name: &str) {
        if !has_ending(name, &["json"]) {
            return;
        }
        self.json(name, |reading, name, text| {
            let key: StatementKey = serde_json::from_str(text)?;
            let inner = key.data.as_deref().unwrap_or(&key);
            // A provider that strips the envelope leaves both to the file's name: GSTIN_mmyyyy.json.
            let stem = name.rsplit_once('/').map_or(name, |(_, file)| file);
            let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
            let (by_gstin, by_period) = stem.split_once('_').unzip();
            match (
                inner.gstin.as_deref().or(by_gstin),
                inner.rtnprd.as_deref().or(by_period),
            ) {
                (Some(gstin), Some(period)) => {
                    let key = portal_key(PortalKind::Gstr2b, &format!("{gstin}_{period}"));
                    let json = text.trim().to_owned();
                    reading.entry(Entry::Portal {
                        kind: PortalKind::Gstr2b,
                        key,
                        json,
                    });
                }
                _ => reading.problem_of(
                    name,
                    "names no buyer or period",
                    "gstin and rtnprd are needed",
                ),
            }
            Ok(1)
        });
    }

    fn contract(&mut self, name: &str) {
        let text = if has_ending(name, &["md", "markdown", "txt"]) {
            let Some(bytes) = self.whole(name) else {
                return;
            };
            let text = String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}");
            Some(text.trim_start_matches('\u{feff}').to_owned())
        } else if has_ending(name, &["pdf"]) {
            self.notes.push(format!("{name}: its text is not read"));
            None
        } else {
            return;
        };
        self.entry(Entry::Contract(Document {
            name: name.to_owned(),
            text,
        }));
    }

    /// Every plain file of a directory, by name; the directory itself is then named to the sink.
    fn directory(&mut self, name: &str, read: fn(&mut Self, &str)) {
        let entries = match fs::read_dir(self.root.join(name)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.problem_of(name, format!("cannot be opened: {error}"), ""),
        };
        self.found = true;
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) if entry.path().is_file() => files.push(entry.path()),
                Ok(_) => {}
                Err(error) => return self.problem_of(name, format!("cannot be read: {error}"), ""),
            }
        }
        if files.len() > self.limits.files {
            let most = self.limits.files;
            return self.problem_of(name, format!("holds more than {most} files"), "");
        }
        files.sort();
        for file in &files {
            match file.file_name().and_then(|file| file.to_str()) {
                Some(file) if !file.starts_with('.') => read(self, &format!("{name}{file}")),
                Some(_) => {}
                None => self.problem_of(name, "holds a file whose name is not UTF-8", "rename it"),
            }
        }
        self.file(name, String::new(), length(files.len()));
    }
}

/// Keys are compared in upper case, but for an IRN: its digits are lower case, and another spelling is another IRN.
pub(crate) fn portal_key(kind: PortalKind, key: &str) -> String {
    let key = key.trim();
    if kind == PortalKind::Irn {
        key.to_owned()
    } else {
        key.to_uppercase()
    }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| {
        endings
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}
