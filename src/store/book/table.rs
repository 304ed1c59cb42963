//! A CSV file row by row: byte order mark, line ends, heading, and limits that hold before memory is spent.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    rc::Rc,
};

use csv::{ByteRecord, ReaderBuilder};
use sha2::{Digest, Sha256};

use super::{CsvError, Reading};

/// What is wrong with a row.
pub(super) struct Fault {
    pub(super) column: Option<&'static str>,
    pub(super) problem: String,
    pub(super) mend: String,
}

impl Fault {
    pub(super) fn new(problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            column: None,
            problem: problem.into(),
            mend: mend.into(),
        }
    }

    fn of(column: &'static str, problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            column: Some(column),
            problem: problem.into(),
            mend: mend.into(),
        }
    }
}

/// A field as a message shows it: one line, of bounded length.
pub(super) fn shown(field: &str) -> String {
    let mut text: String = field.chars().take(40).collect();
    if text.len() < field.len() {
        text.push('…');
    }
    format!("{text:?}")
}

/// The fields of a row that are known columns, in the order of the contract, without outer blanks.
pub(super) struct Row<'r, const N: usize> {
    pub(super) fields: [&'r str; N],
    columns: &'static [&'static str; N],
}

impl<'r, const N: usize> Row<'r, N> {
    fn read(
        record: &'r ByteRecord,
        positions: &[usize; N],
        columns: &'static [&'static str; N],
        width: usize,
        field_max: usize,
    ) -> Result<Self, Fault> {
        if record.len() != width {
            return Err(Fault::new(
                format!("has {} fields", record.len()),
                format!(
                    "{width} are needed, as in the heading; a text with commas stands in quotes"
                ),
            ));
        }
        let mut fields = [""; N];
        for ((slot, position), column) in fields.iter_mut().zip(positions).zip(columns) {
            let bytes = record.get(*position).unwrap_or_default();
            let text = std::str::from_utf8(bytes)
                .map_err(|_| Fault::of(column, "is not UTF-8", "save the file as UTF-8"))?
                .trim();
            if text.chars().count() > field_max {
                return Err(Fault::of(
                    column,
                    format!("is longer than {field_max} characters"),
                    "is a quote left open?",
                ));
            }
            if text.contains('\0') {
                return Err(Fault::of(column, "holds a NUL character", "text is needed"));
            }
            *slot = text;
        }
        Ok(Self { fields, columns })
    }

    /// What is wrong with the field of a column.
    pub(super) fn fault(&self, index: usize, mend: &str) -> Fault {
        let column = self.columns.get(index).copied().unwrap_or_default();
        let field = self.fields.get(index).copied().unwrap_or_default();
        let problem = if field.is_empty() {
            "is empty".to_owned()
        } else {
            format!("is {}", shown(field))
        };
        Fault::of(column, problem, mend)
    }
}

/// Counts and digests what passes, and stops a file or a row that grows too long.
struct Metered {
    file: File,
    digest: Rc<Cell<Option<Sha256>>>,
    left: u64,
    /// Bytes since the last row ended; the parser reads ahead by its buffer.
    row: Rc<Cell<u64>>,
    row_max: u64,
}

/// The parser's own buffer.
const BUFFER: usize = 64 << 10;

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.row.get() > self.row_max {
            return Err(io::Error::other("a row is too long: is a quote left open?"));
        }
        let read = self.file.read(buffer)?;
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        if count > self.left {
            return Err(io::Error::other("the file is larger than the limit"));
        }
        self.left -= count;
        self.row.set(self.row.get().saturating_add(count));
        if let Some(mut digest) = self.digest.take() {
            digest.update(buffer.get(..read).unwrap_or_default());
            self.digest.set(Some(digest));
        }
        Ok(read)
    }
}

/// SHA-256 of a file as lower-case hex.
pub(super) fn digest_of(file: &mut File) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(digest));
        }
        digest.update(buffer.get(..read).unwrap_or_default());
    }
}

fn hex(digest: Sha256) -> String {
    let mut out = String::with_capacity(64);
    for byte in digest.finalize() {
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

impl Reading<'_> {
    /// Reads one table; an absent file is no problem. `take` makes a record of a row, or says what is wrong with it.
    pub(super) fn table<const N: usize>(
        &mut self,
        name: &'static str,
        columns: &'static [&'static str; N],
        take: fn(&Row<N>) -> Result<super::Entry, Fault>,
    ) {
        let mut file = match File::open(self.root.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.problem_of(name, format!("cannot be opened: {error}"), ""),
        };
        self.found = true;
        if let Some((sha256, rows)) = self.known.get(name) {
            match digest_of(&mut file) {
                Ok(now) if now == *sha256 => return self.file(name, now, *rows),
                Ok(_) => {}
                Err(error) => return self.problem_of(name, format!("cannot be read: {error}"), ""),
            }
            // From the start again.
            if let Err(error) = io::Seek::rewind(&mut file) {
                return self.problem_of(name, format!("cannot be read: {error}"), "");
            }
        }
        let digest = Rc::new(Cell::new(Some(Sha256::new())));
        let row = Rc::new(Cell::new(0));
        let buffer = u64::try_from(BUFFER).unwrap_or(u64::MAX);
        let metered = Metered {
            file,
            digest: Rc::clone(&digest),
            left: self.limits.bytes,
            row: Rc::clone(&row),
            row_max: self.limits.row_bytes.saturating_add(buffer),
        };
        let rows = self.rows(name, columns, take, metered, &row);
        let sha256 = digest.take().map(hex).unwrap_or_default();
        self.file(name, sha256, rows);
    }

    fn rows<const N: usize>(
        &mut self,
        name: &'static str,
        columns: &'static [&'static str; N],
        take: fn(&Row<N>) -> Result<super::Entry, Fault>,
        metered: Metered,
        since: &Cell<u64>,
    ) -> u64 {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(metered);
        let mut record = ByteRecord::new();
        let mut heading: Option<(Box<[usize; N]>, usize)> = None;
        let mut rows = 0_u64;
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.problem_of(name, format!("cannot be read: {error}"), "");
                    break;
                }
            }
            since.set(0);
            let line = record.position().map(csv::Position::line);
            let Some((positions, width)) = &heading else {
                match self.heading(name, columns, &record) {
                    Some(positions) => heading = Some((Box::new(positions), record.len())),
                    None => return 0,
                }
                continue;
            };
            if rows >= self.limits.rows {
                let most = self.limits.rows;
                self.problem_of(
                    name,
                    format!("has more than {most} rows"),
                    "split it or raise the limit",
                );
                break;
            }
            rows += 1;
            let taken = Row::read(&record, positions, columns, *width, self.limits.field)
                .and_then(|row| take(&row));
            match taken {
                Ok(entry) => self.entry(entry),
                Err(fault) => self.problem(CsvError {
                    file: name.to_owned(),
                    line,
                    column: fault.column.map(str::to_owned),
                    problem: fault.problem,
                    mend: fault.mend,
                }),
            }
            if self.stopped {
                break;
            }
        }
        if heading.is_none() && self.count == 0 {
            self.problem_of(name, "is empty", "the heading at least is needed");
        }
        rows
    }

    /// Where each column stands. Unknown columns are noted and passed over; a missing or repeated one is a problem.
    fn heading<const N: usize>(
        &mut self,
        name: &'static str,
        columns: &'static [&'static str; N],
        record: &ByteRecord,
    ) -> Option<[usize; N]> {
        let titles: Vec<String> = record
            .iter()
            .map(|title| {
                let title = String::from_utf8_lossy(title);
                title.trim_start_matches('\u{feff}').trim().to_lowercase()
            })
            .collect();
        let unknown: Vec<String> = titles
            .iter()
            .filter(|title| !columns.contains(&title.as_str()))
            .map(|title| shown(title))
            .collect();
        let mut missing = Vec::new();
        let mut positions = [0; N];
        for (slot, column) in positions.iter_mut().zip(columns) {
            let mut places = titles
                .iter()
                .enumerate()
                .filter(|(_, title)| title == column);
            match (places.next(), places.next()) {
                (Some((index, _)), None) => *slot = index,
                (None, _) => missing.push(*column),
                (Some(_), Some(_)) => {
                    self.problem(CsvError {
                        file: name.to_owned(),
                        line: Some(1),
                        column: Some((*column).to_owned()),
                        problem: "stands twice in the heading".to_owned(),
                        mend: "remove one".to_owned(),
                    });
                    return None;
                }
            }
        }
        let listed = unknown
            .iter()
            .take(10)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        if !missing.is_empty() {
            let found = if unknown.is_empty() {
                String::new()
            } else {
                format!("not known: {listed}")
            };
            self.problem(CsvError {
                file: name.to_owned(),
                line: Some(1),
                column: None,
                problem: format!("the heading lacks {}", missing.join(", ")),
                mend: found,
            });
            return None;
        }
        if !unknown.is_empty() {
            self.notes
                .push(format!("{name}: columns passed over: {listed}"));
        }
        Some(positions)
    }
}
