//! Any bytes as a file of a book: read or refused with its place, never a panic.
//!
//! The first byte chooses the file, so that a corpus can be made with `printf`; the rest is what it holds.

#![no_main]

use std::{fs, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use store::{Limits, Memory};
use tempfile::TempDir;

/// By digit: `0` is `vendors.csv`, and so on.
const FILES: [&str; 10] = [
    "vendors.csv",
    "purchase_orders.csv",
    "receipts.csv",
    "ledger.csv",
    "ledger_lines.csv",
    "buyer.json",
    "portal/taxpayers.json",
    "portal/returns.json",
    "portal/irn.json",
    "contracts/a.md",
];

static BOOK: LazyLock<TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a directory for the book");
    for inside in ["portal", "contracts"] {
        fs::create_dir(dir.path().join(inside)).expect("a directory of the book");
    }
    dir
});

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, content)) = bytes.split_first() else {
        return;
    };
    let chosen = usize::from(choice.wrapping_sub(b'0')) % FILES.len();
    let file = BOOK.path().join(FILES[chosen]);
    fs::write(&file, content).expect("the file is written");
    if let Err(error) = Memory::read(BOOK.path(), Limits::default()) {
        assert!(error.count > 0 && !error.problems.is_empty());
        assert!(
            error
                .to_string()
                .contains(FILES[chosen].split('/').next().unwrap_or_default())
        );
    }
    fs::remove_file(&file).expect("the file is removed");
});
