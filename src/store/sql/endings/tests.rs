//! What ends together is stored as if it had ended alone.

use domain::{Decimal, records::LedgerEntry};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use queue::{Queue, Settings, SystemClock};
use serde_json::json;

use super::{
    super::super::tests::{content, emptied},
    *,
};
use crate::{
    BilledLine, NewVerdict, Remembered,
    ending::alone,
    queue_suite::{job, settings},
};

/// A verdict of few cases, invoices and orders, so that many meet.
#[derive(Debug, Clone)]
struct Made {
    case: u8,
    number: u8,
    document: u8,
    lines: Vec<(u8, u8)>,
    history: bool,
    told: bool,
    job: bool,
}

fn made() -> impl Strategy<Value = Made> {
    let lines = prop::collection::vec((0..2_u8, 0..2_u8), 0..4);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (any::<u8>(), 0..3_u8, lines, flags).prop_map(|(case, number, lines, (history, told, job))| {
        Made {
            case,
            number,
            // Some cases are of one document.
            document: case / 2,
            lines,
            history,
            told,
            job,
        }
    })
}

impl Made {
    fn ending(&self) -> VerdictEnding {
        let line = |(order, line): &(u8, u8)| BilledLine {
            invoice_number: format!("N{}", self.number),
            supplier_gstin: "27AAACR5055K1Z7".to_owned(),
            po_number: format!("PO/{order}"),
            po_line: line.to_string(),
            quantity: Decimal::from(self.case),
        };
        let history = Remembered {
            entry: LedgerEntry {
                invoice_number: format!("N{}", self.number),
                invoice_date: "2026-11-01".parse().unwrap(),
                supplier_gstin: "27AAACR5055K1Z7".to_owned(),
                buyer_gstin: "B".to_owned(),
                taxable_value: Decimal::from(100),
                total_value: Decimal::from(118),
                po_number: String::new(),
                status: "approved".to_owned(),
            },
            lines: self.lines.iter().map(line).collect(),
            document: format!("{:064x}", self.document),
            tenant: String::new(),
        };
        let case = self.case;
        let verdict = json!({"id": format!("01JD{case:022}"), "decision": "approve", "audit": {"seq": 0},
            "invoice": {"number": format!("N{}", self.number), "sha256": format!("{:064x}", self.document)}});
        let mut ending = alone(NewVerdict {
            case_key: format!("case {case}"),
            verdict: verdict.to_string(),
            as_of: "2026-11-21".to_owned(),
            created: "2026-11-21T00:00:00Z".to_owned(),
            history: self.history.then_some(history),
        });
        ending.news.document = format!("{:064x}", self.document);
        if self.told {
            ending.told = vec!["erp".to_owned(), "mail".to_owned()];
        }
        ending
    }
}

/// The store's queue, of which many jobs may be claimed at once.
fn queue_of(store: &SqlStore) -> impl Queue {
    let settings = Settings {
        in_flight_vendor: 1_000,
        ..settings()
    };
    store.jobs(settings, std::sync::Arc::new(SystemClock))
}

/// Stores verdicts so many at a time; each that has a job ends it.
async fn stored(all: &[Made], together: usize) -> (Vec<AuditLink>, String) {
    let (store, _held) = emptied().await;
    let queue = queue_of(&store);
    let mut links = Vec::new();
    let numbered: Vec<(usize, &Made)> = all.iter().enumerate().collect();
    for some in numbered.chunks(together) {
        let mut endings = Vec::new();
        for (n, made) in some {
            let mut ending = made.ending();
            if made.job {
                queue.add(vec![job(&format!("J{n:03}"))]).await.unwrap();
                ending.lease = Some(queue.claim(1).await.unwrap().remove(0).lease);
            }
            endings.push(ending);
        }
        let mut tx = store.begin().await.unwrap();
        let all: Vec<_> = endings.iter().collect();
        let ended = SqlStore::end_in(&mut tx, &all).await.unwrap();
        assert!(ended.iter().all(|ended| !ended.stale));
        links.extend(ended.into_iter().map(|ended| ended.link));
        tx.commit().await.unwrap();
        assert_eq!(store.audit_verify().await.unwrap().first_bad, None);
    }
    // Tables of the queue hold times and random tokens.
    let (mut tables, mut keep) = (String::new(), true);
    for line in content(&store).await.lines() {
        if line.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            keep = !matches!(line, "job" | "_sqlx_migrations" | "job_tenant" | "job_lane");
        }
        if keep {
            tables += line;
            tables.push('\n');
        }
    }
    (links, tables)
}

#[test]
fn many_that_end_together_are_stored_as_each_alone() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    });
    let many = prop::collection::vec(made(), 1..90);
    let held = |all: Vec<Made>| {
        let (one, many) =
            runtime.block_on(async { (stored(&all, 1).await, stored(&all, all.len()).await) });
        prop_assert_eq!(one.0, many.0);
        prop_assert_eq!(one.1, many.1);
        Ok(())
    };
    runner.run(&many, held).unwrap();
}

#[tokio::test]
async fn a_lost_lease_among_many_is_told_of_alone() {
    let (store, _held) = emptied().await;
    let queue = queue_of(&store);
    queue.add(vec![job("A"), job("B")]).await.unwrap();
    let leases: Vec<_> = queue.claim(2).await.unwrap();
    let endings: Vec<_> = leases
        .into_iter()
        .zip(0..)
        .map(|(claimed, case)| {
            let made = Made {
                case,
                number: case,
                document: case,
                lines: Vec::new(),
                history: true,
                told: false,
                job: true,
            };
            let mut ending = made.ending();
            let mut lease = claimed.lease;
            lease.attempt += i64::from(case);
            ending.lease = Some(lease);
            ending
        })
        .collect();
    let mut tx = store.begin().await.unwrap();
    let all: Vec<_> = endings.iter().collect();
    let ended = SqlStore::end_in(&mut tx, &all).await.unwrap();
    let stale: Vec<_> = ended.iter().map(|ended| ended.stale).collect();
    assert_eq!(stale, [false, true]);
}
