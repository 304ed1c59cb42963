//! A service in memory with real behaviour: jobs, events, holds, idempotency, tenants, signatures. What the server does in
//! front of it is what the tests are about.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::verdict::{
    AuditLink, Critique, Decision, InvoiceSummary, PolicyStamp, Reasoner, Support, Usage, Verdict,
};
use futures::{StreamExt, stream};
use ring::hmac;
use serde_json::{Value, json};
use server::{
    Accepted, AskError, Delivery, Event, Events, Exchange, Failure, HookError, ListQuery, Listed,
    Part, Question, Review, ReviewDecision, ReviewError, Service, Status, Submission, SubmitError,
    Submitted, Tenant,
};
use sha2::{Digest, Sha256};
use tokio::sync::{RwLock, watch};

/// What webhooks of `erpnext` are signed with.
pub(crate) const HOOK_SECRET: &str = "a-hook-secret-of-the-tests";
/// The id of the first verification of the tenant `default`, as the `OpenAPI` document's examples have it.
pub(crate) const EXAMPLE_ID: &str = "01KAF3Q0V7X2M4N6P8R0T2W4Y6";
/// How many may wait.
const DEPTH: usize = 500;

#[derive(Clone)]
struct Case {
    seq: u64,
    document: Vec<u8>,
    state: Status,
    events: Vec<Event>,
}

#[derive(Default)]
struct Inner {
    cases: BTreeMap<(String, String), Case>,
    keys: BTreeMap<(String, String), (Vec<u8>, String)>,
    seq: u64,
}

pub(crate) struct Fake {
    inner: Arc<Mutex<Inner>>,
    /// Told whenever a case changes.
    changed: watch::Sender<u64>,
    /// Whether cases are verified by themselves, or by `finish`.
    works: bool,
    /// Held by a test that wants the service to be slow.
    pub(crate) gate: RwLock<()>,
    pub(crate) broken: AtomicBool,
    pub(crate) panics: AtomicBool,
    pub(crate) hooks: AtomicU64,
    /// Calls that have come as far as the service.
    pub(crate) entered: AtomicU64,
    pub(crate) served: Mutex<Vec<(String, String, u16)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fake {
    pub(crate) fn new(works: bool) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::default(),
            changed: watch::Sender::new(0),
            works,
            gate: RwLock::new(()),
            broken: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            hooks: AtomicU64::new(0),
            entered: AtomicU64::new(0),
            served: Mutex::default(),
        })
    }

    /// Returns when this many calls have come as far as the service.
    pub(crate) async fn reached(&self, calls: u64) {
        while self.entered.load(Ordering::SeqCst) < calls {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) fn jobs(&self) -> usize {
        lock(&self.inner).cases.len()
    }

    fn up(&self) -> Result<(), Failure> {
        assert!(!self.panics.load(Ordering::SeqCst), "told to");
        if self.broken.load(Ordering::SeqCst) {
            return Err(Failure("store: disk of the tests is gone".to_owned()));
        }
        Ok(())
    }

    /// A step of the journal.
    pub(crate) fn step(&self, tenant: &str, id: &str, node: &str) {
        self.change(tenant, id, |case| {
            case.push("step", json!({"node": node}));
            case.state = Status::Leased;
        });
    }

    /// Verifies a case.
    pub(crate) fn finish(&self, tenant: &str, id: &str) {
        let id_of_case = id.to_owned();
        self.change(tenant, id, |case| {
            let read: Value = serde_json::from_slice(&case.document).unwrap_or_default();
            if read.get("poison").is_some() {
                let reason = "three workers died of it".to_owned();
                case.push("dead", json!({"reason": reason}));
                case.state = Status::Dead { reason };
                return;
            }
            let verdict = verdict(&id_of_case, case.seq, &case.document, &read);
            case.push("verdict", json!({"decision": verdict["decision"]}));
            case.state = Status::Done(verdict);
        });
    }

    fn change(&self, tenant: &str, id: &str, change: impl FnOnce(&mut Case)) {
        let key = (tenant.to_owned(), id.to_owned());
        if let Some(case) = lock(&self.inner).cases.get_mut(&key) {
            change(case);
        }
        self.changed.send_modify(|count| *count += 1);
    }

    fn case(&self, tenant: &Tenant, id: &str) -> Option<Case> {
        let key = (tenant.as_str().to_owned(), id.to_owned());
        lock(&self.inner).cases.get(&key).cloned()
    }

    fn verdicts(&self, tenant: &Tenant) -> Vec<(u64, Value)> {
        let inner = lock(&self.inner);
        let own = inner
            .cases
            .iter()
            .filter(|((owner, _), _)| owner == tenant.as_str());
        let mut verdicts: Vec<(u64, Value)> = own
            .filter_map(|(_, case)| match &case.state {
                Status::Done(verdict) => Some((case.seq, verdict.clone())),
                _ => None,
            })
            .collect();
        verdicts.sort_unstable_by_key(|(seq, _)| std::cmp::Reverse(*seq));
        verdicts
    }
}

impl Case {
    fn push(&mut self, name: &str, data: Value) {
        self.events.push(Event {
            id: u64::try_from(self.events.len()).unwrap_or(u64::MAX - 1) + 1,
            name: name.to_owned(),
            data,
        });
    }

    fn ended(&self) -> bool {
        matches!(self.state, Status::Done(_) | Status::Dead { .. })
    }
}

/// Above a lakh an invoice is held, and without a total it is rejected.
fn verdict(id: &str, seq: u64, document: &[u8], read: &Value) -> Value {
    let total = &read["ValDtls"]["TotInvVal"];
    let decision = match total.to_string().parse::<f64>() {
        Ok(total) if total > 100_000.0 => Decision::Hold,
        Ok(_) => Decision::Approve,
        Err(_) => Decision::Reject,
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let verdict = Verdict {
        schema: domain::verdict::SCHEMA.to_owned(),
        id: id.to_owned(),
        decision,
        confidence: domain::Decimal::ONE,
        summary: format!("{} by the total", decision.name()),
        invoice: InvoiceSummary {
            number: text(&read["DocDtls"]["No"]),
            date: text(&read["DocDtls"]["Dt"]),
            supplier_gstin: text(&read["SellerDtls"]["Gstin"]),
            buyer_gstin: text(&read["BuyerDtls"]["Gstin"]),
            total: total.clone(),
            sha256: format!("{:x}", Sha256::digest(document)),
            source: "api".to_owned(),
        },
        findings: Vec::new(),
        claims: Vec::new(),
        critique: Critique {
            relevance: Vec::new(),
            grounding: Support::Full,
            usefulness: 5,
            retrieval_retries: 0,
            generation_retries: 0,
            doubts: Vec::new(),
        },
        evidence: Vec::new(),
        trace: Vec::new(),
        usage: Usage::default(),
        reasoner: Reasoner {
            kind: "rules".to_owned(),
            model: None,
            prompts: Vec::new(),
        },
        policy: PolicyStamp {
            name: "fake".to_owned(),
            version: "1".to_owned(),
            sha256: String::new(),
        },
        audit: AuditLink {
            seq,
            previous: String::new(),
            hash: String::new(),
        },
    };
    serde_json::to_value(verdict).unwrap_or_default()
}

#[async_trait]
impl Service for Fake {
    async fn submit(&self, submission: Submission) -> Result<Submitted, SubmitError> {
        self.entered.fetch_add(1, Ordering::SeqCst);
        let _open = self.gate.read().await;
        self.up()?;
        let document = submission.document.to_vec();
        if document.first() == Some(&b'{') {
            serde_json::from_slice::<Value>(&document).map_err(|error| {
                SubmitError::Unreadable {
                    detail: format!("no JSON: {error}"),
                }
            })?;
        } else if !document.starts_with(b"<") && !document.starts_with(b"%PDF") {
            let detail = "of no known format: send INV-01 JSON".to_owned();
            return Err(SubmitError::Unreadable { detail });
        }
        let tenant = submission.tenant.as_str().to_owned();
        let digest = Sha256::digest(&document).to_vec();
        let id = {
            let mut inner = lock(&self.inner);
            let key = submission.idempotency_key.map(|key| (tenant.clone(), key));
            if let Some((known, id)) = key.as_ref().and_then(|key| inner.keys.get(key)) {
                if *known != digest {
                    return Err(SubmitError::Conflict);
                }
                let id = id.clone();
                return Ok(Submitted { id, new: false });
            }
            let waiting = inner.cases.values().filter(|case| !case.ended());
            if waiting.count() >= DEPTH {
                let retry_after = Duration::from_millis(1500);
                return Err(SubmitError::Full { retry_after });
            }
            inner.seq += 1;
            let seq = inner.seq;
            let id = if seq == 1 {
                EXAMPLE_ID.to_owned()
            } else {
                ulid::Ulid::new().to_string()
            };
            let case = Case {
                seq,
                document,
                state: Status::Waiting,
                events: Vec::new(),
            };
            inner.cases.insert((tenant.clone(), id.clone()), case);
            if let Some(key) = key {
                inner.keys.insert(key, (digest, id.clone()));
            }
            id
        };
        if self.works {
            self.step(&tenant, &id, "intake");
            self.finish(&tenant, &id);
        }
        Ok(Submitted { id, new: true })
    }

    async fn status(&self, tenant: &Tenant, id: &str) -> Result<Option<Status>, Failure> {
        let _open = self.gate.read().await;
        self.up()?;
        Ok(self.case(tenant, id).map(|case| case.state))
    }

    async fn wait(
        &self,
        tenant: &Tenant,
        id: &str,
        at_most: Duration,
    ) -> Result<Option<Status>, Failure> {
        self.entered.fetch_add(1, Ordering::SeqCst);
        self.up()?;
        let mut changed = self.changed.subscribe();
        let ended = changed.wait_for(|_| self.case(tenant, id).is_none_or(|case| case.ended()));
        tokio::time::timeout(at_most, ended).await.ok();
        Ok(self.case(tenant, id).map(|case| case.state))
    }

    async fn list(&self, tenant: &Tenant, query: ListQuery) -> Result<Listed, Failure> {
        self.up()?;
        let after = query.after.and_then(|after| after.parse::<u64>().ok());
        let mut found = self.verdicts(tenant);
        found.retain(|(seq, verdict)| {
            after.is_none_or(|after| *seq < after)
                && query
                    .decision
                    .is_none_or(|decision| verdict["decision"] == decision.name())
                && query
                    .vendor
                    .as_ref()
                    .is_none_or(|vendor| verdict["invoice"]["supplier_gstin"] == vendor.as_str())
        });
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let last = found.last().map(|(seq, _)| seq.to_string());
        Ok(Listed {
            verdicts: found.into_iter().map(|(_, verdict)| verdict).collect(),
            next: last.filter(|_| more),
        })
    }

    async fn events(
        &self,
        tenant: &Tenant,
        id: &str,
        after: Option<u64>,
    ) -> Result<Option<Events>, Failure> {
        self.up()?;
        let Some(case) = self.case(tenant, id) else {
            return Ok(None);
        };
        let from = usize::try_from(after.unwrap_or(0)).unwrap_or(usize::MAX);
        if case.ended() && from >= case.events.len() {
            return Ok(Some(Events::Over));
        }
        let key = (tenant.as_str().to_owned(), id.to_owned());
        let state = (Arc::clone(&self.inner), self.changed.subscribe(), key, from);
        let events = stream::unfold(state, |(inner, mut changed, key, seen)| async move {
            loop {
                changed.borrow_and_update();
                let case = lock(&inner).cases.get(&key).cloned()?;
                if let Some(event) = case.events.get(seen) {
                    return Some((Ok(event.clone()), (inner, changed, key, seen + 1)));
                }
                if case.ended() {
                    return None;
                }
                changed.changed().await.ok()?;
            }
        });
        Ok(Some(Events::Following(events.boxed())))
    }

    async fn review(
        &self,
        tenant: &Tenant,
        id: &str,
        review: Review,
    ) -> Result<Value, ReviewError> {
        self.up()?;
        let mut inner = lock(&self.inner);
        let key = (tenant.as_str().to_owned(), id.to_owned());
        let case = inner.cases.get_mut(&key).ok_or(ReviewError::NotFound)?;
        let Status::Done(verdict) = &mut case.state else {
            let detail = "it is still under way".to_owned();
            return Err(ReviewError::NotHeld { detail });
        };
        if verdict["decision"] != "hold" {
            let detail = format!("it is decided: {}", verdict["decision"]);
            return Err(ReviewError::NotHeld { detail });
        }
        let total = verdict["invoice"]["total"].to_string();
        let large = total.parse::<f64>().is_ok_and(|total| total > 1_000_000.0);
        let before = verdict["audit"]["previous"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if large && (before.is_empty() || before == review.who) {
            verdict["audit"]["previous"] = review.who.into();
            let detail = "above ten lakh a second person must agree".to_owned();
            return Err(ReviewError::SecondPerson { detail });
        }
        verdict["decision"] = match review.decision {
            ReviewDecision::Approve => "approve",
            ReviewDecision::Reject => "reject",
        }
        .into();
        verdict["summary"] = format!("by {}: {}", review.who, review.reason).into();
        Ok(verdict.clone())
    }

    async fn ask(&self, tenant: &Tenant, question: Question) -> Result<Value, AskError> {
        self.up()?;
        if question.question.chars().count() > 2000 {
            let detail = "the question has more than 2000 characters".to_owned();
            return Err(AskError::Refused { detail });
        }
        let held = self.verdicts(tenant);
        let held = held
            .iter()
            .filter(|(_, verdict)| verdict["decision"] == "hold")
            .count();
        Ok(json!({"answer": format!("{held} invoices are held."), "claims": []}))
    }

    async fn report(
        &self,
        tenant: &Tenant,
        path: &str,
        query: &[(String, String)],
    ) -> Result<Value, AskError> {
        self.up()?;
        if path != "spend/by-vendor" {
            let detail = "there is no such report: there is spend/by-vendor".to_owned();
            return Err(AskError::NotFound { detail });
        }
        for (name, value) in query {
            let read = match name.as_str() {
                "from" | "to" => value.is_empty() || value.parse::<jiff::civil::Date>().is_ok(),
                "top" => {
                    value.is_empty() || value.parse().is_ok_and(|top| (1..=1_000).contains(&top))
                }
                "vendor" => true,
                _ => false,
            };
            if !read {
                let detail = format!("{name} is no parameter of this report, or does not read");
                return Err(AskError::Refused { detail });
            }
        }
        let mut rows: BTreeMap<String, u64> = BTreeMap::new();
        for (_, verdict) in self.verdicts(tenant) {
            let vendor = verdict["invoice"]["supplier_gstin"].as_str();
            *rows
                .entry(vendor.unwrap_or("unknown").to_owned())
                .or_default() += 1;
        }
        Ok(json!(rows))
    }

    async fn hook(&self, delivery: Delivery) -> Result<Accepted, HookError> {
        self.entered.fetch_add(1, Ordering::SeqCst);
        let _open = self.gate.read().await;
        self.up()?;
        let signed = match delivery.source.as_str() {
            "erpnext" => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, HOOK_SECRET.as_bytes());
                let signature = delivery.headers.get("x-frappe-webhook-signature");
                let signature = signature.and_then(|value| STANDARD.decode(value).ok());
                signature.is_some_and(|tag| hmac::verify(&key, &delivery.body, &tag).is_ok())
            }
            "tally" => delivery
                .query
                .split('&')
                .any(|pair| pair == format!("token={HOOK_SECRET}")),
            _ => return Err(HookError::UnknownSource),
        };
        if !signed {
            let detail = "the signature or token is missing or wrong".to_owned();
            return Err(HookError::Unsigned { detail });
        }
        if delivery.body.is_empty() {
            let detail = "the body is empty".to_owned();
            return Err(HookError::Unreadable { detail });
        }
        let count = self.hooks.fetch_add(1, Ordering::SeqCst);
        let id = (&delivery.body[..] != b"{}").then(|| format!("hook-{count}"));
        Ok(Accepted { id })
    }

    async fn readiness(&self) -> Vec<Part> {
        let ok = self.up().is_ok();
        let detail = if ok { "writable" } else { "not writable" };
        vec![Part {
            name: "store".to_owned(),
            ok,
            detail: detail.to_owned(),
        }]
    }

    async fn metrics(&self) -> Result<String, Failure> {
        self.up()?;
        let served = lock(&self.served).len();
        Ok(format!(
            "# TYPE satyapan_http_requests_total counter\nsatyapan_http_requests_total {served}\n"
        ))
    }

    async fn page(&self, tenant: &Tenant, path: &str) -> Result<Option<String>, Failure> {
        self.up()?;
        let count = self.verdicts(tenant).len();
        Ok((path == "/")
            .then(|| format!("<!DOCTYPE html><title>satyapan</title><p>{count} verdicts")))
    }

    fn served(&self, exchange: &Exchange<'_>) {
        let source = exchange.source.unwrap_or_default().to_owned();
        lock(&self.served).push((exchange.route.to_owned(), source, exchange.status));
    }
}
