//! A store with verdicts that have a journal, and reviewers that may die.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use super::{
    super::tests::{emptied, quick_journal},
    SqlJournal, SqlStore,
};
use crate::{
    CaseInput, NewVerdict, Remembered,
    journal::{Beside, Close, ReviewEnding, Tx},
};
use agent::{
    Reviewer, Rules,
    engine::{
        Batch, Clock, Digest, Entry, Event, Extra, Input, Journal, JournalError, Kind, Observer,
        RunId, verify_chain,
    },
    journal_head,
    review::{Answer, HeldCases, ReviewError, run_id},
};
use async_trait::async_trait;
use domain::{
    Paise,
    review::{Resolution, Review},
    verdict::Verdict,
};
use serde::Deserialize;
use serde_json::{Value, json};

pub(in super::super) const APPROVE: Resolution = Resolution::Approve;
pub(in super::super) const REJECT: Resolution = Resolution::Reject;

pub(in super::super) fn says(decision: Resolution, by: &str) -> Answer {
    Answer {
        decision,
        reason: format!("{by} looked at it"),
        by: by.to_owned(),
    }
}

/// When a process dies: around the commit of this number, counted from 0.
#[derive(Clone, Copy)]
pub(in super::super) enum Death {
    Never,
    At {
        commit: u32,
        /// The commit is durable, and nobody was told.
        after: bool,
    },
}

struct Dying {
    journal: Arc<dyn Journal>,
    death: Death,
    commits: AtomicU32,
}

#[async_trait]
impl Journal for Dying {
    async fn load(&self, run: &RunId) -> Result<Vec<Entry>, JournalError> {
        self.journal.load(run).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), JournalError> {
        let number = self.commits.fetch_add(1, Ordering::Relaxed);
        let dead = || JournalError::Store("the process died".to_owned());
        match self.death {
            Death::At { commit, after } if number >= commit => {
                if after && number == commit {
                    self.journal.commit(batch).await?;
                }
                Err(dead())
            }
            _ => self.journal.commit(batch).await,
        }
    }
}

/// Nodes that were run, not read back.
#[derive(Clone, Default)]
pub(in super::super) struct Told(Arc<Mutex<Vec<&'static str>>>);

impl Told {
    pub(in super::super) fn nodes(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().clone()
    }
}

impl Observer for Told {
    fn event(&self, _: &RunId, event: &Event<'_>) {
        if let Event::Stepped(step) = event
            && !step.recorded
        {
            self.0.lock().unwrap().push(step.node);
        }
    }
}

struct Noon;
impl Clock for Noon {
    fn now(&self) -> jiff::Timestamp {
        "2026-11-21T06:30:00Z".parse().unwrap()
    }
}

/// Ends runs of reviews, and takes the end of any other run as it is.
struct Ends;
#[async_trait]
impl Close for Ends {
    async fn close(&self, mut tx: Tx<'_>, ended: &mut [(RunId, Extra)]) -> Result<(), sqlx::Error> {
        for (_, extra) in ended {
            let ending = extra.downcast_ref::<ReviewEnding>().unwrap();
            ending.close(&mut tx).await?;
        }
        Ok(())
    }
}

/// Notes the reviews that it is told of; refuses on request.
struct Outbox(Arc<AtomicBool>);
#[async_trait]
impl Beside for Outbox {
    async fn store(&self, tx: &mut Tx<'_>, review: &Review) -> Result<(), sqlx::Error> {
        const TOLD: &str = "INSERT INTO told (review) VALUES ($1)";
        let hash = &review.audit.hash;
        match tx {
            Tx::Sqlite(tx) => sqlx::query(TOLD)
                .bind(hash)
                .execute(&mut **tx)
                .await
                .map(|_| ())?,
            Tx::Postgres(tx) => sqlx::query(TOLD)
                .bind(hash)
                .execute(&mut **tx)
                .await
                .map(|_| ())?,
        }
        if self.0.load(Ordering::Relaxed) {
            return Err(sqlx::Error::RowNotFound);
        }
        Ok(())
    }
}

pub(in super::super) struct World {
    pub(in super::super) store: Arc<SqlStore>,
    journal: Arc<SqlJournal>,
    refuse: Arc<AtomicBool>,
    /// What keeps the database there.
    _held: Box<dyn std::any::Any + Send + Sync>,
}

const RULES: Rules = Rules {
    four_eyes_above: Paise(50_000_000),
    reason_chars: 200,
};

impl World {
    pub(in super::super) async fn new() -> Self {
        let (store, held) = emptied().await;
        let journal = quick_journal(&store, Arc::new(Ends)).await;
        let world = Self {
            store: Arc::new(store),
            journal: Arc::new(journal),
            refuse: Arc::default(),
            _held: Box::new(held),
        };
        world
            .run_sql("CREATE TABLE IF NOT EXISTS told (review TEXT)")
            .await;
        world
    }

    /// Keeps what a case was judged on; cases of one text share it.
    pub(in super::super) async fn judged_on(&self, n: u64, text: &str) {
        let input = CaseInput {
            case_key: format!("case-{n}"),
            bytes: text.as_bytes().to_vec(),
            as_of: "2026-11-21".to_owned(),
            policy_sha256: String::new(),
            source: "test".to_owned(),
        };
        self.store.put_case_input(&input).await.unwrap();
    }

    pub(in super::super) fn refuse_beside(&self, refuse: bool) {
        self.refuse.store(refuse, Ordering::Relaxed);
    }

    pub(in super::super) fn reviewer(&self, death: Death) -> Reviewer {
        let journal: Arc<dyn Journal> = Arc::new(Dying {
            journal: Arc::<SqlJournal>::clone(&self.journal),
            death,
            commits: AtomicU32::new(0),
        });
        let outbox: Arc<dyn Beside> = Arc::new(Outbox(Arc::clone(&self.refuse)));
        let commit = move |review: &Review| -> Extra {
            Box::new(ReviewEnding {
                review: review.clone(),
                beside: Some(Arc::clone(&outbox)),
            })
        };
        let cases: Arc<dyn HeldCases> = Arc::<SqlStore>::clone(&self.store);
        Reviewer::new(&journal, cases, RULES, Arc::new(commit))
            .unwrap()
            .with_clock(Arc::new(Noon))
            .with_patience(Duration::ZERO)
    }

    pub(in super::super) async fn review(
        &self,
        id: &str,
        answer: Answer,
    ) -> Result<Review, ReviewError> {
        self.reviewer(Death::Never).review(id, answer).await
    }

    /// The stored reviews, each found to be the same when run again.
    pub(in super::super) async fn replayed(&self, id: &str) -> Vec<Review> {
        let again = self.reviewer(Death::Never).replay(id).await.unwrap();
        again
            .into_iter()
            .map(|(stored, now)| {
                assert_eq!(stored, now);
                stored
            })
            .collect()
    }

    pub(in super::super) async fn verdict(&self, n: u64, kind: &str) -> String {
        self.verdict_of(n, kind, &json!(11_800)).await
    }

    /// Stores a verdict with the record of its run; `bank` is a hold because of the bank account.
    pub(in super::super) async fn verdict_of(&self, n: u64, kind: &str, total: &Value) -> String {
        self.stored(n, &format!("case-{n}"), kind, total).await
    }

    /// Another verdict on the same document.
    pub(in super::super) async fn verdict_again(&self, n: u64, kind: &str) -> String {
        self.stored(n, &format!("case-{n}-again"), kind, &json!(11_800))
            .await
    }

    async fn stored(&self, n: u64, case: &str, kind: &str, total: &Value) -> String {
        let decision = if kind == "bank" { "hold" } else { kind };
        let head = self.recorded(case, decision).await;
        let verdict = verdict(n, case, kind, total, head);
        let status = match decision {
            "approve" => "approved",
            "reject" => "rejected",
            _ => "held",
        };
        let document = format!("{n:064x}");
        let new = NewVerdict {
            case_key: case.to_owned(),
            as_of: "2026-11-21".to_owned(),
            created: "2026-11-21T06:00:00Z".to_owned(),
            history: Some(Remembered {
                entry: domain::records::LedgerEntry {
                    invoice_number: format!("N{n}"),
                    invoice_date: "2026-11-01".parse().unwrap(),
                    supplier_gstin: "27AAACR5055K1Z7".to_owned(),
                    buyer_gstin: String::new(),
                    taxable_value: domain::Decimal::from(10_000),
                    total_value: domain::Decimal::from(11_800),
                    po_number: String::new(),
                    status: status.to_owned(),
                },
                lines: Vec::new(),
                document,
                tenant: String::new(),
            }),
            verdict: verdict.to_string(),
        };
        self.store.append_verdict(new).await.unwrap();
        verdict["id"].as_str().unwrap().to_owned()
    }

    /// A run as the engine writes it, and its head.
    async fn recorded(&self, case: &str, decision: &str) -> Digest {
        let run = RunId::new(case);
        let mut head = run.genesis();
        let rows = [
            (Kind::Started, "verify", "{}".to_owned()),
            (Kind::Delta, "decide", "{\"deltas\":[]}".to_owned()),
            (
                Kind::Finished,
                decision,
                format!("{{\"terminal\":\"{decision}\"}}"),
            ),
        ];
        let entries = (0..)
            .zip(rows)
            .map(|(seq, (kind, name, payload))| {
                let mut entry = Entry {
                    seq,
                    kind,
                    step: 0,
                    index: 0,
                    name: name.to_owned().into(),
                    payload,
                    hash: Digest::default(),
                };
                entry.hash = entry.chained(head);
                head = entry.hash;
                entry
            })
            .collect();
        let batch = Batch {
            run,
            entries,
            input: Some(Input::digest_only(Digest::of(case.as_bytes()))),
            extra: None,
        };
        self.journal.commit(batch).await.unwrap();
        head
    }

    pub(in super::super) async fn links(&self) -> u64 {
        let report = self.store.audit_verify().await.unwrap();
        assert_eq!(report.first_bad, None);
        report.links
    }

    pub(in super::super) async fn status(&self, n: u64) -> String {
        sqlx::query_scalar("SELECT status FROM ledger WHERE document = $1")
            .bind(format!("{n:064x}"))
            .fetch_one(&self.store.readers)
            .await
            .unwrap()
    }

    pub(in super::super) async fn run_sql(&self, statement: &str) {
        sqlx::query(statement)
            .execute(&self.store.writer)
            .await
            .unwrap();
    }

    /// The journal holds each node of the review once, and its chain holds.
    pub(in super::super) async fn assert_recorded_once(&self, id: &str, turn: u32) {
        let stored = self.store.verdict(id).await.unwrap().unwrap();
        let verdict = Verdict::deserialize(&stored.verdict).unwrap();
        let run = run_id(&journal_head(&verdict).unwrap().to_string(), turn);
        let entries = self.journal.load(&run).await.unwrap();
        let head = verify_chain(&run, &entries).unwrap();
        let reviews = self.store.reviews(id).await.unwrap();
        assert_eq!(reviews[0].journal, head.to_string());
        let mut nodes: Vec<_> = entries
            .iter()
            .filter(|entry| entry.kind == Kind::Delta)
            .map(|entry| entry.name.clone())
            .collect();
        let all = nodes.len();
        nodes.sort();
        nodes.dedup();
        assert_eq!(nodes.len(), all, "{nodes:?}");
    }
}

fn finding(check: &str, outcome: &str, severity: &str) -> Value {
    json!({"check": check, "outcome": outcome, "severity": severity, "message": format!("{check} {outcome}"),
        "law": "", "citations": []})
}

fn verdict(n: u64, case: &str, kind: &str, total: &Value, head: Digest) -> Value {
    let findings = match kind {
        "approve" => vec![finding("VENDOR-BANK", "pass", "hold")],
        "reject" => vec![finding("TAX-TOTAL", "fail", "reject")],
        "bank" => vec![finding("VENDOR-BANK", "fail", "hold")],
        _ => vec![
            finding("PO-PRICE", "fail", "hold"),
            finding("NUMBER-GAP", "fail", "info"),
            finding("GSTR2B-MATCH", "unverified", "hold"),
            finding("GST-ACTIVE", "pass", "reject"),
        ],
    };
    let again = u64::from(case.ends_with("again"));
    json!({"schema": "satyapan.verdict/1", "id": format!("01JD{again}{n:021}"),
        "decision": if kind == "bank" { "hold" } else { kind }, "confidence": 1, "summary": "",
        "invoice": {"number": format!("N{n}"), "date": "01/11/2026", "supplier_gstin": "27AAACR5055K1Z7",
            "buyer_gstin": null, "total": total, "sha256": format!("{n:064x}"), "source": "test"},
        "findings": findings, "claims": [],
        "critique": {"relevance": [], "grounding": "none", "usefulness": 5, "retrieval_retries": 0,
            "generation_retries": 0},
        "evidence": [],
        "trace": [{"step": 1, "node": "hold", "edge": "end", "thought": format!("journal head {head}"),
            "elapsed_us": 0}],
        "usage": {"steps": 1, "tool_calls": 0, "cache_hits": 0, "llm_calls": 0, "prompt_tokens": 0,
            "completion_tokens": 0, "elapsed_ms": 0},
        "reasoner": {"kind": "rules", "model": null},
        "policy": {"name": "default", "version": "1", "sha256": ""},
        "audit": {"seq": 0, "previous": "", "hash": ""}})
}
