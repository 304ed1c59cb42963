//! Wiring: the one place that names concrete tools, stores and portals.

pub(crate) mod answers;
pub(crate) mod connections;
pub(crate) mod counsel;
pub(crate) mod daemon;
mod folder;
mod health;
mod inbox;
pub(crate) mod intake;
pub(crate) mod live;
mod page;
mod portal_data;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod service;
pub(crate) mod stored;
mod stream;
mod traced;
mod versions;
mod watch;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, PoisonError},
};

use agent::{
    Adviser, Agent, Asker, Case, Input, Loops, Question, Toolbox, approval,
    engine::{Budget, Journal, Mode, NoJournal},
    what_if::Assumption,
};
use anyhow::{Context, Result, bail};
use domain::{
    Date, Law, Policy,
    records::LedgerEntry,
    verdict::{Decision, Verdict},
};
use gst_portal::GstPortal;
use store::{BilledLine, Chain, Memory, Records, Remembered, Store, chain::canonical};
use tokio::sync::Mutex;

use ingest::Document;
use live::Live;

use crate::{cli::Terms, settings::Settings};

/// Everything that one command verifies with.
pub(crate) struct Session {
    agent: Agent,
    adviser: Adviser,
    journal: Arc<dyn Journal>,
    records: Arc<dyn Records>,
    law: Arc<Law>,
    policy: Arc<Policy>,
    model: Option<Arc<str>>,
    as_of: Date,
    keep: Keep,
    gst_portal: Option<GstPortal>,
    live: Arc<Live>,
    /// Over the history of each tenant with a name, made when it is first needed.
    tenants: PerTenant,
}

/// Agents by tenant.
type PerTenant = std::sync::Mutex<BTreeMap<Arc<str>, Agent>>;

/// Agents of so many tenants are kept; with one more all are made again when they are needed.
const TENANTS: usize = 1_000;

/// Where verdicts go.
enum Keep {
    /// A book: nothing is stored; what was verified in this call is history for what comes after.
    Memory(Mutex<InMemory>),
    Store(Arc<dyn Store>),
}

#[derive(Default)]
struct InMemory {
    chain: Chain,
    verdicts: BTreeMap<String, Verdict>,
}

/// A verdict, with its case where it was reached in this call.
pub(crate) struct Verified {
    pub(crate) verdict: Verdict,
    pub(crate) case: Option<Case>,
}

/// Today in India.
pub(crate) fn today() -> Date {
    day_in_india(jiff::Timestamp::now())
}

/// The civil date at UTC+5:30.
fn day_in_india(at: jiff::Timestamp) -> Date {
    domain::civil::ist().to_datetime(at).date()
}

/// The policy of a file, or the compiled-in one.
pub(crate) fn policy(file: Option<&Path>) -> Result<Policy> {
    let Some(path) = file else {
        return Ok(Policy::builtin()?);
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{}: the policy cannot be read", path.display()))?;
    let policy = Policy::parse(&text).with_context(|| path.display().to_string())?;
    let known = |id: &String| checks::find(id).is_some();
    if let Some(id) = policy
        .severity
        .keys()
        .chain(policy.required.keys())
        .find(|id| !known(id))
    {
        bail!(
            "{}: \"{id}\" is no check; `satyapan checks` lists them",
            path.display()
        );
    }
    Ok(policy)
}

/// The store of a URL.
///
/// # Errors
/// A scheme that is not known, a database that cannot be opened, a schema newer than this program.
pub(crate) async fn open_store(url: Option<&str>, settings: &Settings) -> Result<Arc<dyn Store>> {
    Ok(store::open(url.unwrap_or(&settings.store.url)).await?)
}

/// A book, in memory.
fn read_book(dir: &Path) -> Result<Memory> {
    if !dir.is_dir() {
        bail!(
            "{}: is no directory; a book is a directory of plain files",
            dir.display()
        );
    }
    let (memory, report) = Memory::read(dir, store::Limits::default())
        .with_context(|| format!("{}: the book cannot be read", dir.display()))?;
    for note in report.notes {
        tracing::info!("{}: {note}", dir.display());
    }
    Ok(memory)
}

fn toolbox(records: &Arc<dyn Records>, gst_portal: GstPortal) -> Toolbox {
    let (documents, ledger) = (Arc::clone(records), Arc::clone(records));
    let (orders, vendors) = (Arc::clone(records), Arc::clone(records));
    Toolbox::default()
        .with(Arc::new(calculator::Calculator))
        .with(Arc::new(document_search::DocumentSearch::new(documents)))
        .with(Arc::new(gst_portal))
        .with(Arc::new(invoice_db::InvoiceDb::new(ledger)))
        .with(Arc::new(purchase_orders::PurchaseOrders::new(orders)))
        .with(Arc::new(vendor_master::VendorMaster::new(vendors)))
}

/// The tools over an empty book, to be described.
pub(crate) fn empty_toolbox(settings: &Settings) -> Result<Toolbox> {
    let records: Arc<dyn Records> = Arc::new(Memory::default());
    let portal = portal_data::Mock::over(Arc::clone(&records));
    let portal = GstPortal::in_process(settings.portal.clone(), Arc::new(portal))?;
    Ok(toolbox(&records, portal))
}

/// The adapter to the configured portal; or to a mock over these records in this process, and then true.
fn reach_portal(records: &Arc<dyn Records>, settings: &Settings) -> Result<GstPortal> {
    let reached = settings.portal.clone();
    if reached.base_url.as_deref().is_none_or(str::is_empty) {
        let mock = Arc::new(portal_data::Mock::over(Arc::clone(records)));
        return Ok(GstPortal::in_process(reached, mock)?);
    }
    Ok(GstPortal::new(reached)?)
}

fn budget(settings: &Settings) -> Budget {
    Budget {
        steps: settings.budget.steps,
        calls: settings.budget.calls,
        tokens: settings.budget.tokens,
        paise: settings.budget.paise,
        wall: Some(std::time::Duration::from_secs(settings.budget.wall_s)),
    }
}

fn loops(settings: &Settings) -> Loops {
    Loops {
        rounds: settings.loops.rounds,
        retrievals: settings.loops.retrievals,
        generations: settings.loops.generations,
        inquiries: settings.loops.inquiries,
    }
}

impl Session {
    /// Opens the book or the store, the portal and the tools.
    ///
    /// # Errors
    /// A book, store, policy or setting that cannot be read.
    pub(crate) async fn open(terms: &Terms, settings: &Settings) -> Result<Self> {
        let counsel::Counsel { adviser, model } = counsel::counsel(terms.reasoner, settings)?;
        if model.is_some() {
            // Before memory is taken.
            process::small_pages();
        }
        let policy = Arc::new(policy(terms.policy.as_deref())?);
        let law = Arc::new(Law::builtin()?);
        let (records, keep, journal): (Arc<dyn Records>, Keep, Arc<dyn Journal>) =
            if let Some(dir) = &terms.book {
                (
                    Arc::new(read_book(dir)?),
                    Keep::Memory(Mutex::default()),
                    Arc::new(NoJournal),
                )
            } else {
                let store = open_store(terms.store.as_deref(), settings).await?;
                let journal = stored::journal(store.as_ref()).await?;
                let records: Arc<dyn Records> = Arc::<dyn Store>::clone(&store);
                (records, Keep::Store(store), journal)
            };
        let gst_portal = reach_portal(&records, settings)?;
        let tools = toolbox(&records, gst_portal.clone());
        let agent = Agent::new(
            tools,
            Arc::clone(&journal),
            loops(settings),
            budget(settings),
        )?
        .with_adviser(&adviser)?;
        let as_of = terms.as_of.unwrap_or_else(today);
        let gst_portal = Some(gst_portal);
        Ok(Self {
            agent,
            adviser,
            journal,
            records,
            law,
            policy,
            model,
            as_of,
            keep,
            gst_portal,
            live: Arc::new(Live::new(settings)),
            tenants: PerTenant::default(),
        })
    }

    /// The model that is asked, by its name; `None` for the rules alone.
    pub(crate) fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    pub(crate) fn agent(&self) -> &Agent {
        &self.agent
    }

    /// The agent that has a tenant's history before it.
    ///
    /// # Errors
    /// A flaw of the graph.
    fn agent_of(&self, tenant: &str) -> Result<Agent> {
        let Keep::Store(store) = &self.keep else {
            return Ok(self.agent.clone());
        };
        if tenant.is_empty() {
            return Ok(self.agent.clone());
        }
        let mut kept = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(agent) = kept.get(tenant) {
            return Ok(agent.clone());
        }
        // Only a store has tenants, and a store has a portal.
        let Some(portal) = &self.gst_portal else {
            bail!("no portal is wired");
        };
        let records: Arc<dyn Records> = store.of_tenant(tenant);
        let agent = self
            .agent
            .over(toolbox(&records, portal.clone()), &self.adviser)?;
        if kept.len() >= TENANTS {
            kept.clear();
        }
        kept.insert(tenant.into(), agent.clone());
        Ok(agent)
    }

    /// Who answers a tenant's questions over the same tools. What a model was asked is recorded where verdicts are; without one
    /// nothing is: records change, and the same question is asked anew.
    ///
    /// # Errors
    /// A flaw of the asking machine's graph.
    pub(crate) fn asker(&self, tenant: &str, settings: &Settings) -> Result<Asker> {
        let tools = self.agent_of(tenant)?.tools().clone();
        let journal = match self.model {
            Some(_) => Arc::clone(&self.journal),
            None => Arc::new(NoJournal),
        };
        Ok(Asker::new(
            tools,
            journal,
            Some(&self.adviser),
            loops(settings),
            budget(settings),
        )?)
    }

    /// A question on this session's day, to be put to its model where it has one.
    pub(crate) fn question(&self, text: &str) -> Question {
        Question {
            text: text.to_owned(),
            as_of: self.as_of,
            model: self.model.clone(),
        }
    }

    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy)
    }

    /// The terms on which a tenant's document is judged here.
    pub(crate) fn input(&self, document: &Document, as_of: Date, tenant: &str) -> Input {
        Input {
            invoice: Arc::clone(&document.invoice),
            sha256: document.sha256.clone(),
            source: document.source.clone(),
            as_of,
            law: Arc::clone(&self.law),
            policy: Arc::clone(&self.policy),
            assumptions: Arc::from([]),
            model: self.model.clone(),
            tenant: tenant.into(),
            recorded_as: None,
        }
    }

    /// Counts the portal answers that come from its cache, from now on.
    fn cache_hits(&self) -> impl Fn() -> u32 + Send + Sync + 'static {
        let portal = self.gst_portal.clone();
        let count = move || {
            portal
                .as_ref()
                .map_or(0, |portal| portal.counts().cache_hits)
        };
        let before = count();
        move || u32::try_from(count().saturating_sub(before)).unwrap_or(u32::MAX)
    }

    /// Verifies, keeps the verdict and makes the invoice history. The same document on the same day under the same
    /// policy is the same case: its verdict is returned again.
    ///
    /// # Errors
    /// A store or journal that cannot be read or written.
    pub(crate) async fn verify(&self, document: &Document) -> Result<Verified> {
        let input = self.input(document, self.as_of, "");
        match &self.keep {
            Keep::Memory(kept) => {
                let key = input.key();
                let mut kept = kept.lock().await;
                if let Some(verdict) = kept.verdicts.get(&key) {
                    return Ok(Verified {
                        verdict: verdict.clone(),
                        case: None,
                    });
                }
                let hits = self.cache_hits();
                let (mut verdict, case) = self.agent.verify(input, Mode::Fresh, None).await?;
                verdict.usage.cache_hits = hits();
                let sealed = canonical(serde_json::to_string(&verdict)?);
                verdict.audit = kept.chain.link(&sealed);
                if let Some(remembered) = remembered(&case, verdict.decision) {
                    self.records.remember(remembered).await?;
                }
                kept.verdicts.insert(key, verdict.clone());
                Ok(Verified {
                    verdict,
                    case: Some(case),
                })
            }
            Keep::Store(store) => self.verify_stored(store.as_ref(), input, None).await,
        }
    }

    /// Verifies as it was verified then, from the journal: nothing is asked and nothing written.
    ///
    /// # Errors
    /// Nothing recorded, or the first difference from the record.
    pub(crate) async fn replay(&self, input: Input, mode: Mode) -> Result<Verified> {
        let agent = self.agent_of(&input.tenant)?;
        let (verdict, case) = agent.verify(input, mode, None).await?;
        Ok(Verified {
            verdict,
            case: Some(case),
        })
    }

    /// Verifies against the book alone: nothing is kept, nothing becomes history, no verdict is put together.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub(crate) async fn judge_alone(
        &self,
        document: &Document,
        as_of: Date,
    ) -> Result<(Decision, Case)> {
        Ok(self.agent.conclude(self.input(document, as_of, "")).await?)
    }

    /// Verifies as if some facts were otherwise; nothing is kept.
    ///
    /// # Errors
    /// A place that does not exist, and as [`Self::verify`].
    pub(crate) async fn what_if(
        &self,
        document: &Document,
        assumptions: &[Assumption],
    ) -> Result<Verified> {
        let input = self.input(document, self.as_of, "");
        let changed = approval::apply(&input, assumptions, usize::MAX)?;
        let dry = self.agent.with_journal(Arc::new(NoJournal));
        let (verdict, case) = dry.verify(changed, Mode::Fresh, None).await?;
        Ok(Verified {
            verdict,
            case: Some(case),
        })
    }

    /// Asks the portal for something that does not exist: any answer at all is a sound connection.
    ///
    /// # Errors
    /// No answer.
    pub(crate) async fn portal_answers(&self) -> Result<String> {
        let Some(portal) = &self.gst_portal else {
            bail!("no portal is wired")
        };
        let which = if contract::Tool::leaves(portal) {
            "the configured portal"
        } else {
            "the mock in this process"
        };
        answers(portal, which).await
    }

    /// Lets what is under way end.
    pub(crate) async fn close(self) {
        if let Keep::Store(store) = &self.keep {
            // The log is folded into the file, so that a copy of the file alone is whole. Another process may be reading;
            // then the log stays, and nothing is lost.
            if let Err(error) = store.checkpoint().await {
                tracing::debug!("The log was not folded into the store: {error}");
            }
        }
    }
}

/// Whether a portal answers a question about nobody.
async fn answers(portal: &GstPortal, which: &str) -> Result<String> {
    let question = serde_json::json!({"operation": "taxpayer", "gstin": "27AAACR5055K1Z7"});
    match contract::AnyTool::call(portal, &question).await {
        Ok(_) => Ok(format!("{which} answers")),
        Err(contract::ToolError::NoSource { detail, .. }) => {
            Ok(format!("{which} answers; {detail}"))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a verified invoice leaves in the ledger; `None` without a number or a readable date.
fn remembered(case: &Case, decision: Decision) -> Option<Remembered> {
    let invoice = &case.input.invoice;
    let number = invoice.number.clone()?;
    let supplier = invoice.supplier.gstin.clone().unwrap_or_default();
    let lines = checks::billed_lines(&case.facts())
        .into_iter()
        .map(|(po_number, po_line, quantity)| BilledLine {
            invoice_number: number.clone(),
            supplier_gstin: supplier.clone(),
            po_number,
            po_line,
            quantity,
        })
        .collect();
    Some(Remembered {
        entry: LedgerEntry {
            invoice_number: number.clone(),
            invoice_date: invoice.date?,
            supplier_gstin: supplier.clone(),
            buyer_gstin: invoice.buyer.gstin.clone().unwrap_or_default(),
            taxable_value: invoice.totals.taxable.unwrap_or_default(),
            total_value: invoice.totals.total.unwrap_or_default(),
            po_number: invoice
                .orders
                .first()
                .map(|o| o.number.clone())
                .unwrap_or_default(),
            status: match decision {
                Decision::Approve => "approved",
                Decision::Hold => "held",
                Decision::Reject => "rejected",
            }
            .to_owned(),
        },
        lines,
        document: case.input.sha256.clone(),
        tenant: case.input.tenant.to_string(),
    })
}
