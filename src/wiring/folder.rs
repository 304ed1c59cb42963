//! A folder that is watched: files dropped into it become jobs, and go to `done/`, or to `refused/` with the reason.
//!
//! A file is taken when two looks found it the same, so that none is taken half written. First its jobs are added, then it
//! is moved; where that breaks off, the next look adds it again, and its identity makes that nothing.
//!
//! *Invariant:* no file is deleted, none is written over, and no link is followed.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::Result;
use bytes::Bytes;
use domain::evidence::sha256_hex;
use hooks::Format;
use tokio::{sync::watch, task::block_in_place};

use super::intake::{How, Intake, Origin, Outcome};
use crate::settings::Inbox;

const DONE: &str = "done";
const REFUSED: &str = "refused";
/// Entries of the folder that one look sees.
const ENTRIES_MAX: usize = 10_000;
/// Names of files that are being written, or are none of ours.
const UNFINISHED: [&str; 5] = [".part", ".tmp", ".crdownload", ".filepart", "~"];

/// What tells whether a file was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    bytes: u64,
    modified: SystemTime,
}

impl Mark {
    /// `None` where there is no file of its own with something in it.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        let metadata = fs::symlink_metadata(path)?;
        if !metadata.is_file() || metadata.len() == 0 {
            return Ok(None);
        }
        Ok(Some(Self {
            bytes: metadata.len(),
            modified: metadata.modified()?,
        }))
    }
}

/// A file that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    mark: Mark,
    /// What became of it, where it could not be moved since.
    end: Option<End>,
    /// Whether it was said that it cannot be read or moved; such files are tried again after all others.
    told: bool,
}

/// Where a file goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    Done,
    Refused(String),
}

/// What one look did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) added: u64,
    pub(crate) known: u64,
    pub(crate) done: u64,
    pub(crate) refused: u64,
}

/// A folder that is watched.
pub(crate) struct Folder {
    intake: Intake,
    path: PathBuf,
    tenant: String,
    files: usize,
    bytes_max: u64,
    seen: BTreeMap<OsString, Seen>,
}

impl Folder {
    /// # Errors
    /// A folder that is not there, or in which nothing can be moved.
    pub(crate) fn open(
        intake: Intake,
        path: &Path,
        settings: &Inbox,
        bytes_max: u64,
    ) -> Result<Self> {
        for name in [DONE, REFUSED] {
            let below = path.join(name);
            fs::create_dir_all(&below).map_err(|error| {
                anyhow::anyhow!(
                    "inbox.folder: {}: {error}; let this user make and move files there",
                    below.display()
                )
            })?;
        }
        Ok(Self {
            intake,
            path: path.to_owned(),
            tenant: settings.tenant.clone(),
            files: settings.files,
            bytes_max,
            seen: BTreeMap::new(),
        })
    }

    /// Looks again and again until told to stop; a look that has begun is ended.
    pub(crate) async fn watch(mut self, poll: Duration, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.look().await {
                Ok(look) if look == Look::default() => {}
                Ok(look) => {
                    let Look {
                        added,
                        known,
                        done,
                        refused,
                    } = look;
                    tracing::info!(
                        "inbox: {added} jobs added, {known} known; {done} files done, {refused} refused"
                    );
                }
                Err(error) => tracing::warn!("inbox waits: {error:#}"),
            }
            tokio::select! {
                () = tokio::time::sleep(poll) => {}
                // Whoever could stop it is gone: so is the reason to go on.
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// One look: takes the files that are as the look before found them, the one that was changed longest ago first.
    ///
    /// # Errors
    /// A folder that cannot be read; a queue or a store that does not answer, or takes no more.
    pub(crate) async fn look(&mut self) -> Result<Look> {
        let now = block_in_place(|| self.marks())?;
        let mut ready: Vec<(OsString, Seen)> = Vec::new();
        let mut seen = BTreeMap::new();
        for (name, mark) in now {
            let before = self.seen.remove(&name).filter(|seen| seen.mark == mark);
            if let Some(before) = &before {
                ready.push((name.clone(), before.clone()));
            }
            seen.insert(
                name,
                before.unwrap_or(Seen {
                    mark,
                    end: None,
                    told: false,
                }),
            );
        }
        self.seen = seen;
        ready.sort_by_key(|(_, seen)| (seen.told, seen.mark.modified));
        let mut look = Look::default();
        for (name, seen) in ready.into_iter().take(self.files) {
            self.take(&name, seen, &mut look).await?;
        }
        Ok(look)
    }

    /// The files that lie there.
    fn marks(&self) -> Result<BTreeMap<OsString, Mark>> {
        let failed = |error: io::Error| anyhow::anyhow!("{}: {error}", self.path.display());
        let mut marks = BTreeMap::new();
        for entry in fs::read_dir(&self.path).map_err(failed)?.take(ENTRIES_MAX) {
            let name = entry.map_err(failed)?.file_name();
            let text = name.to_string_lossy();
            if text.starts_with('.') || UNFINISHED.iter().any(|end| text.ends_with(end)) {
                continue;
            }
            // One that went away meanwhile is nobody's loss.
            if let Ok(Some(mark)) = Mark::of(&self.path.join(&name)) {
                marks.insert(name, mark);
            }
        }
        Ok(marks)
    }

    async fn take(&mut self, name: &OsString, seen: Seen, look: &mut Look) -> Result<()> {
        let end = match seen.end {
            Some(end) => end,
            None => match block_in_place(|| self.read(name, seen.mark)) {
                Ok(Read::Bytes(bytes)) => self.added(&bytes, look).await?,
                Ok(Read::Not(reason)) => End::Refused(reason),
                Ok(Read::Changed) => {
                    self.seen.remove(name);
                    return Ok(());
                }
                Err(error) => {
                    self.stuck(name, None, &error);
                    return Ok(());
                }
            },
        };
        match block_in_place(|| self.moved(name, &end)) {
            Ok(()) => {
                self.seen.remove(name);
                match end {
                    End::Done => look.done += 1,
                    End::Refused(_) => look.refused += 1,
                }
            }
            Err(error) => self.stuck(name, Some(end), &error),
        }
        Ok(())
    }

    /// Keeps in mind what became of a file that cannot be read or moved, and says so once. Without its name, which may
    /// be a firm's.
    fn stuck(&mut self, name: &OsString, end: Option<End>, error: &io::Error) {
        let Some(seen) = self.seen.get_mut(name) else {
            return;
        };
        if !seen.told {
            tracing::warn!(
                "inbox: a file cannot be read or moved: {error}; let this user do both in inbox.folder"
            );
        }
        seen.told = true;
        seen.end = end;
    }

    fn read(&self, name: &OsString, mark: Mark) -> io::Result<Read> {
        use io::Read as _;
        let path = self.path.join(name);
        if mark.bytes > self.bytes_max {
            let reason = format!(
                "it has {} bytes, and at most {} are read (limits.file_bytes)",
                mark.bytes, self.bytes_max
            );
            return Ok(Read::Not(reason));
        }
        let mut bytes = Vec::new();
        let read = fs::File::open(&path).and_then(|file| {
            file.take(mark.bytes.saturating_add(1))
                .read_to_end(&mut bytes)
        });
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Read::Changed),
            Err(error) => return Err(error),
        }
        let same = u64::try_from(bytes.len()).is_ok_and(|length| length == mark.bytes)
            && Mark::of(&path).is_ok_and(|now| now == Some(mark));
        Ok(if same {
            Read::Bytes(bytes.into())
        } else {
            Read::Changed
        })
    }

    /// Makes a file's invoices jobs, all that can be read; says where the file goes.
    async fn added(&self, bytes: &Bytes, look: &mut Look) -> Result<End> {
        let came = self
            .intake
            .take(&self.origin(bytes), bytes, None, How::TakeReadable)
            .await?;
        let (mut taken, mut reasons) = (0_usize, Vec::new());
        for (number, outcome) in &came {
            let named = number.as_deref().unwrap_or_default();
            match outcome {
                Outcome::Added { .. } => {
                    look.added += 1;
                    taken += 1;
                }
                Outcome::Known { .. } => {
                    look.known += 1;
                    taken += 1;
                }
                Outcome::PassedOver { reason } => {
                    reasons.push((false, format!("{named} passed over: {reason}")));
                }
                Outcome::Unreadable { reason } => reasons.push((true, format!("{named} {reason}"))),
            }
        }
        // A day book has vouchers of all types; a file with nothing of ours in it was dropped by mistake.
        if taken > 0 && !reasons.iter().any(|(unreadable, _)| *unreadable) {
            return Ok(End::Done);
        }
        let mut text = format!("{taken} of {} invoices in it were taken\n", came.len());
        for (_, reason) in reasons {
            text.push_str(crate::render::printable(reason.trim()).trim_end());
            text.push('\n');
        }
        Ok(End::Refused(text))
    }

    /// Vouchers of Tally have the identity that they have on every other way; other documents that of their bytes.
    fn origin(&self, bytes: &[u8]) -> Origin {
        let letters = bytes.iter().filter(|byte| **byte != 0);
        let first = letters.copied().find(|byte| {
            !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf | 0xfe | 0xff)
        });
        let (source, format) = if first == Some(b'<') {
            ("tally", Format::Tally)
        } else {
            ("inbox", Format::Standard)
        };
        Origin {
            source: source.to_owned(),
            format,
            tenant: self.tenant.clone(),
        }
    }

    fn moved(&self, name: &OsString, end: &End) -> io::Result<()> {
        let from = self.path.join(name);
        let below = self.path.join(match end {
            End::Done => DONE,
            End::Refused(_) => REFUSED,
        });
        let mut to = below.join(name);
        if to.try_exists()? {
            // Another file of that name came before, or the same one did.
            let digest = sha256_hex(&fs::read(&from)?);
            let mut other = OsString::from(digest.get(..16).unwrap_or_default());
            other.push("-");
            other.push(name);
            to = below.join(other);
        }
        if let End::Refused(reason) = end {
            let mut beside = to.clone().into_os_string();
            beside.push(".reason.txt");
            fs::write(beside, reason)?;
        }
        match fs::rename(&from, &to) {
            // Another process that watches the same folder was first.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            moved => moved,
        }
    }
}

/// What came of reading a file.
enum Read {
    Bytes(Bytes),
    /// It is not as it was found: it is looked at again.
    Changed,
    Not(String),
}

#[cfg(test)]
mod tests;
