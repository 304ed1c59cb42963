//! Runs the built binary as a user does.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// The day on which the example invoices are judged.
pub(crate) const AS_OF: &str = "2026-11-21";

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn book() -> PathBuf {
    root().join("examples/book")
}

pub(crate) fn invoice(name: &str) -> PathBuf {
    book().join("invoices").join(format!("{name}.json"))
}

/// A command with nothing of this shell's settings.
pub(crate) fn satyapan(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satyapan"));
    command
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("SATYAPAN") || text.starts_with("OPENAI") {
            command.env_remove(&name);
        }
    }
    command
}

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// Runs with arguments in a directory of its own.
pub(crate) fn run(dir: &Path, args: &[&str]) -> Ran {
    satyapan(dir).args(args).output().unwrap().into()
}

/// Copies the store of one directory into another, as its users are told to: what `SQLite` has not yet written back lies
/// beside the file, so the file alone may lack what a command stored last.
pub(crate) fn copy_store(from: &Path, into: &Path) {
    let into = into.join("s.db");
    let args = ["store", "backup", into.to_str().unwrap()];
    let ran = run(from, &[&args[..], &["--store", "sqlite:s.db"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Runs with something on standard input.
pub(crate) fn run_with_input(dir: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut child = satyapan(dir)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().into()
}

/// `verify` over the example book; `names` are invoices of the book, after whatever else `more` says.
pub(crate) fn verify(dir: &Path, more: &[&str], names: &[&str]) -> Ran {
    let book = book();
    let mut args = vec!["verify", "--book", book.to_str().unwrap(), "--as-of", AS_OF];
    args.extend(more);
    let files: Vec<String> = names
        .iter()
        .map(|n| invoice(n).to_str().unwrap().to_owned())
        .collect();
    args.extend(files.iter().map(String::as_str));
    run(dir, &args)
}
