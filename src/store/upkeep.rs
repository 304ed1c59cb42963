//! What came of looking after a store: a copy of it, what was pruned, its schema, what is in it.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;

/// A copy of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copied {
    pub file: PathBuf,
    pub bytes: u64,
    /// Links of the audit chain in the copy, all of which hold.
    pub links: u64,
    /// The hash of the last of them: kept elsewhere, it tells whether a later store goes on from this one.
    pub head: String,
}

/// A step of the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemaStep {
    pub version: i64,
    pub name: String,
}

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Info {
    pub schema: i64,
    /// Of the file or database, and of its pages that are free for what comes next.
    pub bytes: i64,
    /// `None` where the database does not tell.
    pub free_bytes: Option<i64>,
    /// By decision.
    pub verdicts: BTreeMap<String, i64>,
    /// Holds that no review has resolved.
    pub open_holds: i64,
    /// By effect.
    pub reviews: BTreeMap<String, i64>,
    /// RFC 3339 in UTC.
    pub oldest: Option<String>,
    pub newest: Option<String>,
    pub chain_links: u64,
    pub chain_head: String,
    /// Runs in the journal, those whose record was pruned among them.
    pub runs: i64,
    pub pruned_runs: i64,
    pub journal_entries: i64,
    pub blobs: i64,
    /// Rows of the book's tables.
    pub book: BTreeMap<String, i64>,
}

/// What was pruned, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// What was finished before this time, RFC 3339 in UTC.
    pub before: String,
    /// Nothing was deleted.
    pub dry_run: bool,
    pub cases: u64,
    /// Runs that were folded, and the journal entries that went.
    pub runs: u64,
    pub entries: u64,
    /// Jobs that were done or given up before that time.
    pub jobs: u64,
    /// Callbacks that came to an end before that time.
    pub callbacks: u64,
    /// Stored inputs and documents of jobs that nothing refers to any more.
    pub blobs: u64,
}
