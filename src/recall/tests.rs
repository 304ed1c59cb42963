//! Questions in paraphrases and twins, the cache's bounds and scopes, and changes of one digit or name.

use std::sync::Arc;

use domain::Date;
use serde::Deserialize;

use crate::{Answered, Cache, Limits, Local, Reading, Scope};

mod bounds;
mod changes;
mod names;
mod questions;

#[derive(Deserialize)]
struct Group {
    #[serde(rename = "group")]
    name: String,
    same: Vec<String>,
    twins: Vec<(String, String)>,
}

fn as_of() -> Date {
    Date::new(2026, 11, 20).unwrap()
}

fn groups() -> Vec<Group> {
    include_str!("cases/questions.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn scope() -> Scope {
    Scope {
        tenant: "t".to_owned(),
        as_of: as_of(),
        state: "s".to_owned(),
        reasoner: "rules".to_owned(),
    }
}

fn cache(limits: Limits) -> Cache {
    Cache::new(Arc::new(Local), limits)
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}
