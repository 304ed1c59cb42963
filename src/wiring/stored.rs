//! Verdicts in a store: verified once, committed with the end of their journal and their link of the audit chain.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use agent::{
    Case, Input,
    engine::{Extra, Journal, Mode, Parking, RunId},
};
use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use callbacks::News;
use domain::{
    Date, Invoice, Law, Policy,
    review::Review,
    verdict::{AuditLink, Verdict},
};
use queue::Lease;
use serde::Deserialize;
use serde_json::Value;
use store::{
    CaseInput, NewVerdict, Store, StoreError, StoredVerdict, VerdictEnding,
    journal::{Close, ReviewEnding, Tx},
};

use super::{Session, Verified, open_store, remembered};
use crate::settings::Settings;

/// The journal in the store's database; the verdict is committed with its last entries.
pub(crate) async fn journal(store: &dyn Store) -> Result<Arc<dyn Journal>> {
    Ok(store.journal(Arc::new(Verdicts)).await?)
}

/// What ends a run: the verdict with all that comes with it, and where its link goes.
struct Ending {
    verdict: VerdictEnding,
    link: Arc<Mutex<Option<AuditLink>>>,
    /// Set where the job is another worker's by now.
    stale: Arc<AtomicBool>,
}

/// The job for which a verdict is reached.
#[derive(Clone)]
pub(crate) struct Commission {
    pub(crate) lease: Lease,
    /// The trace of whoever sent the document.
    pub(crate) traceparent: Option<String>,
    /// Where its run leaves what it waits for.
    pub(crate) parking: Arc<Parking>,
    /// Portal answers from the cache since the job began, however often it was parked.
    pub(crate) hits: Hits,
}

type Hits = Arc<dyn Fn() -> u32 + Send + Sync>;

/// A worker stood still for so long that another one has its job.
#[derive(Debug, thiserror::Error)]
#[error(
    "job {0}: its lease ran out and another worker has it by now; the verdict reached here was discarded, nothing was stored"
)]
pub(crate) struct StaleLease(String);

/// Appends the verdicts of runs that end and acknowledges their jobs, in the transaction of their last entries.
struct Verdicts;

#[async_trait]
impl Close for Verdicts {
    async fn close(&self, mut tx: Tx<'_>, ended: &mut [(RunId, Extra)]) -> Result<(), sqlx::Error> {
        let mut endings: Vec<&Ending> = Vec::with_capacity(ended.len());
        for (run, extra) in ended {
            if let Some(review) = extra.downcast_ref::<ReviewEnding>() {
                review.close(&mut tx).await?;
                continue;
            }
            let ending = extra.downcast_ref();
            endings.push(
                ending.ok_or_else(|| {
                    sqlx::Error::Protocol(format!("run {run} ends with no verdict"))
                })?,
            );
        }
        let verdicts: Vec<_> = endings.iter().map(|ending| &ending.verdict).collect();
        let ended = tx.end(&verdicts).await.map_err(|error| match error {
            StoreError::Database(error) => error,
            other => sqlx::Error::Protocol(other.to_string()),
        })?;
        for (ending, ended) in endings.iter().zip(&ended) {
            ending.stale.store(ended.stale, Ordering::Relaxed);
        }
        if ended.iter().any(|ended| ended.stale) {
            // Undoes the whole transaction; each run that ended in it is then tried alone.
            let problem = "the job of a verdict is another worker's by now";
            return Err(sqlx::Error::Protocol(problem.to_owned()));
        }
        for (ending, ended) in endings.into_iter().zip(ended) {
            *ending.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended.link);
        }
        Ok(())
    }
}

/// What a case is judged on, kept so that it can be judged again: content-addressed by the store.
#[derive(Deserialize)]
struct Kept {
    invoice: Value,
    sha256: String,
    policy: String,
    /// Left out where it is the one without a name.
    #[serde(default)]
    tenant: Arc<str>,
}

/// A case as it is kept: the JSON of [`Kept`], written without copying the invoice.
fn kept(case_key: &str, input: &Input) -> CaseInput {
    // As `to_string`, and quicker: that writes through a formatter. A value fails in neither.
    let invoice = serde_json::to_string(&input.invoice.raw).unwrap_or_default();
    let sha256 = Value::from(input.sha256.as_str());
    let policy = Value::from(input.policy.text.as_str());
    let tenant = match &*input.tenant {
        "" => String::new(),
        named => format!(r#","tenant":{}"#, Value::from(named)),
    };
    let text = format!(r#"{{"invoice":{invoice},"sha256":{sha256},"policy":{policy}{tenant}}}"#);
    CaseInput {
        case_key: case_key.to_owned(),
        bytes: text.into_bytes(),
        as_of: input.as_of.to_string(),
        policy_sha256: input.policy.sha256.clone(),
        source: input.source.clone(),
    }
}

impl Session {
    /// Verifies what was not verified before; with a lease the verdict ends its job, or neither is stored. A verdict
    /// that was there already comes without its case, and ends no job.
    pub(super) async fn verify_stored(
        &self,
        store: &dyn Store,
        input: Input,
        job: Option<Commission>,
    ) -> Result<Verified> {
        let key = input.key();
        if let Some(verified) = verified_before(store, &key).await? {
            return Ok(verified);
        }
        let case_key = key.clone();
        let link: Arc<Mutex<Option<AuditLink>>> = Arc::default();
        let stale: Arc<AtomicBool> = Arc::default();
        let discarded = Arc::clone(&stale);
        let agent = self.agent_of(&input.tenant)?;
        let callbacks = self.live.callbacks();
        let told = match job {
            Some(_) => callbacks.told(&input.tenant)?,
            None => Vec::new(),
        };
        let (lease, parking, hits, traceparent) = if let Some(job) = job {
            (
                Some(job.lease),
                Some(job.parking),
                job.hits,
                job.traceparent,
            )
        } else {
            let hits: Hits = Arc::new(self.cache_hits());
            (None, None, hits, None)
        };
        let leased = lease.as_ref().map(|lease| lease.job.clone());
        let clock = store.clock();
        let slot = Arc::clone(&link);
        let commit = move |verdict: &mut Verdict, case: &Case| -> Extra {
            verdict.usage.cache_hits = hits();
            let created = case
                .evidence
                .first()
                .map(|e| e.at.clone())
                .unwrap_or_default();
            let at = clock.now();
            let news = News {
                kind: callbacks::Kind::Completed,
                verdict: verdict.id.clone(),
                document: verdict.invoice.sha256.clone(),
                invoice: verdict.invoice.number.clone().unwrap_or_default(),
                decision: verdict.decision.name().to_owned(),
                at: at.to_string(),
                url: callbacks.verdict_url(&verdict.id),
                traceparent: traceparent.clone(),
            };
            // Only now, so that a case that waits for a model holds its invoice once.
            let judged = kept(&key, &case.input);
            let new = NewVerdict {
                case_key: key.clone(),
                // A verdict without an id is refused; this one has one, and nothing in it fails to be written.
                verdict: serde_json::to_string(verdict).unwrap_or_default(),
                as_of: judged.as_of.clone(),
                created,
                history: remembered(case, verdict.decision),
            };
            let mut verdict = VerdictEnding::new(new, judged, news, at);
            verdict.told.clone_from(&told);
            verdict.lease.clone_from(&lease);
            Box::new(Ending {
                verdict,
                link: Arc::clone(&slot),
                stale: Arc::clone(&discarded),
            })
        };
        let verified = agent
            .verify_parking(input, Mode::Resume, Some(Arc::new(commit)), parking)
            .await;
        if let Some(job) = leased.filter(|_| stale.load(Ordering::Relaxed)) {
            return Err(StaleLease(job).into());
        }
        let (mut verdict, case) = verified?;
        let linked = link.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(linked) = linked else {
            // Another worker ended the same case while this one was on its way.
            return verified_before(store, &case_key)
                .await?
                .context("the verdict was not linked to the audit chain");
        };
        verdict.audit = linked;
        Ok(Verified {
            verdict,
            case: Some(case),
        })
    }
}

async fn verified_before(store: &dyn Store, case_key: &str) -> Result<Option<Verified>> {
    let stored = store.verdict_by_case(case_key).await?;
    let verdict = stored.as_ref().map(verdict_of).transpose()?;
    Ok(verdict.map(|verdict| Verified {
        verdict,
        case: None,
    }))
}

/// A stored verdict with its link.
pub(crate) fn verdict_of(stored: &StoredVerdict) -> Result<Verdict> {
    Verdict::deserialize(&stored.verdict).context("the stored verdict cannot be read")
}

/// A stored case: its verdict, what people decided on it, and the terms on which it was judged.
pub(crate) struct Past {
    pub(crate) verdict: Verdict,
    pub(crate) reviews: Vec<Review>,
    pub(crate) record: Record,
}

/// What a case was judged on and what was observed.
pub(crate) enum Record {
    Kept(Box<Input>),
    /// When it was pruned, RFC 3339 in UTC.
    Pruned(String),
}

impl Past {
    /// What the case was judged on, for a replay.
    ///
    /// # Errors
    /// The record was pruned: the message says when.
    pub(crate) fn input(self) -> Result<Input> {
        match self.record {
            Record::Kept(input) => Ok(*input),
            Record::Pruned(at) => bail!(
                "{}: its record was pruned on {}, and there is nothing to run again; the verdict, its reviews and the \
                 audit chain are kept",
                self.verdict.id,
                agent::review::ist(&at)
            ),
        }
    }
}

/// Finds a stored case by its verdict's id or the beginning of it.
///
/// # Errors
/// No such verdict, or several.
pub(crate) async fn past(id: &str, url: Option<&str>, settings: &Settings) -> Result<Past> {
    let store = open_store(url, settings).await?;
    let stored = store.verdict(id).await?.with_context(|| {
        format!("{id}: no stored verdict has that id; `satyapan verify --store …` prints ids")
    })?;
    let verdict = verdict_of(&stored)?;
    let reviews = store.reviews(&verdict.id).await?;
    if let Some(at) = store.pruned_at(&verdict.id).await? {
        return Ok(Past {
            verdict,
            reviews,
            record: Record::Pruned(at),
        });
    }
    let kept = store
        .case_input(&stored.case_key)
        .await?
        .with_context(|| format!("{id}: what the case was judged on is no longer kept"))?;
    let as_of: Date = kept
        .as_of
        .parse()
        .context("the stored as-of day cannot be read")?;
    let source = kept.source.clone();
    let kept: Kept =
        serde_json::from_slice(&kept.bytes).context("the stored case cannot be read")?;
    let input = Input {
        invoice: Arc::new(Invoice::read(kept.invoice, usize::MAX)?),
        sha256: kept.sha256,
        source,
        as_of,
        law: Arc::new(Law::builtin()?),
        policy: Arc::new(Policy::parse(&kept.policy)?),
        assumptions: Arc::from([]),
        model: verdict.reasoner.model.as_deref().map(Into::into),
        tenant: kept.tenant,
        recorded_as: None,
    };
    Ok(Past {
        verdict,
        reviews,
        record: Record::Kept(Box::new(input)),
    })
}

/// The invoice that a verdict judged; `None` where it is no longer kept.
///
/// # Errors
/// A store that does not answer.
pub(super) async fn judged(store: &dyn Store, verdict: &str) -> Result<Option<Value>> {
    let Some(stored) = store.verdict(verdict).await? else {
        return Ok(None);
    };
    let Some(kept) = store.case_input(&stored.case_key).await? else {
        return Ok(None);
    };
    let kept: Kept =
        serde_json::from_slice(&kept.bytes).context("the stored case cannot be read")?;
    Ok(Some(kept.invoice))
}
