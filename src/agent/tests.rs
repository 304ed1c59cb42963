//! The machine with scripted tools: what they answer, and what becomes of it.

pub(crate) mod counsel;
mod planted;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use contract::{AnyTool, Cost, Description, Manifest, Observation, ToolError};
use domain::{
    Invoice, Law, Need, Policy,
    verdict::{Decision, OutcomeName, Verdict},
};
use serde_json::{Value, json};

use crate::{
    Agent, Case, Input, Loops, Toolbox,
    case::Asking,
    engine::{Budget, Journal, MemoryJournal, Mode, RunId},
};

type Script = Arc<dyn Fn(&Value) -> Result<Observation, ToolError> + Send + Sync>;

struct Scripted {
    manifest: &'static Manifest,
    script: Script,
    asked: Arc<Mutex<Vec<Value>>>,
}

#[async_trait]
impl AnyTool for Scripted {
    fn manifest(&self) -> &'static Manifest {
        self.manifest
    }

    fn describe(&self) -> Description {
        unreachable!("the machine does not describe tools")
    }

    async fn call(&self, arguments: &Value) -> Result<Observation, ToolError> {
        self.asked.lock().unwrap().push(arguments.clone());
        (self.script)(arguments)
    }
}

const fn manifest(name: &'static str, cost: Cost) -> Manifest {
    Manifest {
        name,
        description: "",
        when: "",
        cost,
    }
}

static PORTAL: Manifest = manifest("gst_portal", Cost::Outward);
static VENDORS: Manifest = manifest("vendor_master", Cost::Local);
static LEDGER: Manifest = manifest("invoice_db", Cost::Local);
static ORDERS: Manifest = manifest("purchase_orders", Cost::Local);
static DOCUMENTS: Manifest = manifest("document_search", Cost::Local);

#[expect(clippy::unnecessary_wraps, reason = "scripts answer with a result")]
fn found(value: Value) -> Result<Observation, ToolError> {
    Ok(Observation {
        found: true,
        value: Arc::new(value),
    })
}

const SUPPLIER: &str = "27AAACR5055K1Z7";
const BUYER: &str = "24AAACR5055K2ZC";

/// A world in which the invoice below is in order.
fn answer(arguments: &Value) -> Result<Observation, ToolError> {
    match arguments["operation"].as_str().unwrap() {
        "taxpayer" => found(
            json!({"gstin": SUPPLIER, "lgnm": "Reliable Steel Private Limited", "tradeNam": "",
            "sts": "Active", "dty": "Regular", "ctb": "Private Limited Company", "rgdt": "01/07/2017", "cxdt": "",
            "einvoiceStatus": "No"}),
        ),
        "returns" => found(
            json!({"EFiledlist": (1..=10).map(|month| json!({"rtntype": "GSTR3B",
            "ret_prd": format!("{month:02}2026"), "dof": format!("18-{:02}-2026", month + 1), "status": "Filed"}))
            .collect::<Vec<_>>()}),
        ),
        "lookup" => found(json!({"gstin": SUPPLIER, "by_gstin": [{"vendor_id": "V1",
            "legal_name": "Reliable Steel Private Limited", "trade_name": "", "gstin": SUPPLIER, "pan": "AAACR5055K",
            "bank_account": "50100123456648", "ifsc": "HDFC0000428", "payment_terms_days": 30, "msme": "",
            "status": "active", "email": "a@steel.example"}], "by_pan": [], "similar": []})),
        "buyer" => found(
            json!({"legal_name": "Meridian Components Limited", "gstins": [BUYER],
            "approval_limits": [100_000]}),
        ),
        "duplicates" => found(
            json!({"supplier_gstin": SUPPLIER, "invoice_number": "A/17", "same_number": [],
            "same_amount": []}),
        ),
        "history" => {
            found(json!({"supplier_gstin": SUPPLIER, "totals": [], "nearby": [], "series": []}))
        }
        "clauses" => Ok(Observation {
            found: false,
            value: Arc::new(json!({"found": false, "reason": "no contract names this vendor"})),
        }),
        other => panic!("no script for {other}"),
    }
}

fn invoice() -> Value {
    json!({
        "Version": "1.1",
        "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N"},
        "DocDtls": {"Typ": "INV", "No": "A/17", "Dt": "09/11/2026"},
        "SellerDtls": {"Gstin": SUPPLIER, "LglNm": "Reliable Steel Private Limited", "Addr1": "1 Dock Road",
            "Loc": "Mumbai", "Pin": 400_001, "Stcd": "27"},
        "BuyerDtls": {"Gstin": BUYER, "LglNm": "Meridian Components Limited", "Pos": "24", "Addr1": "2 Mill Road",
            "Loc": "Surat", "Pin": 395_001, "Stcd": "24"},
        "ItemList": [{"SlNo": "1", "PrdDesc": "Laptop", "IsServc": "N", "HsnCd": "84713010", "Qty": 2, "Unit": "NOS",
            "UnitPrice": 1000, "TotAmt": 2000, "AssAmt": 2000, "GstRt": 18, "IgstAmt": 360, "TotItemVal": 2360}],
        "ValDtls": {"AssVal": 2000, "IgstVal": 360, "TotInvVal": 2360},
        "PayDtls": {"AccDet": "50100123456648", "FinInsBr": "HDFC0000428", "CrDay": 30}
    })
}

fn input(raw: Value) -> Input {
    Input {
        sha256: domain::evidence::sha256_hex(raw.to_string().as_bytes()),
        invoice: Arc::new(Invoice::read(raw, 100).unwrap()),
        source: "test".to_owned(),
        as_of: domain::Date::constant(2026, 11, 21),
        law: Arc::new(Law::builtin().unwrap()),
        policy: Arc::new(Policy::builtin().unwrap()),
        assumptions: Arc::from([]),
        model: None,
        tenant: Arc::default(),
        recorded_as: None,
    }
}

struct World {
    asked: Arc<Mutex<Vec<Value>>>,
    journal: Arc<MemoryJournal>,
    agent: Agent,
}

fn world(
    script: impl Fn(&Value) -> Result<Observation, ToolError> + Send + Sync + 'static,
) -> World {
    world_with(script, Budget::default())
}

fn world_with(
    script: impl Fn(&Value) -> Result<Observation, ToolError> + Send + Sync + 'static,
    budget: Budget,
) -> World {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let script: Script = Arc::new(script);
    let toolbox = [&PORTAL, &VENDORS, &LEDGER, &ORDERS, &DOCUMENTS]
        .into_iter()
        .fold(Toolbox::default(), |t, m| {
            t.with(Arc::new(Scripted {
                manifest: m,
                script: Arc::clone(&script),
                asked: Arc::clone(&asked),
            }))
        });
    let journal = Arc::new(MemoryJournal::new());
    let keeper: Arc<dyn Journal> = Arc::<MemoryJournal>::clone(&journal);
    let agent = Agent::new(toolbox, keeper, Loops::default(), budget).unwrap();
    World {
        asked,
        journal,
        agent,
    }
}

impl World {
    async fn verify(&self, raw: Value) -> (Verdict, Case) {
        self.agent
            .verify(input(raw), Mode::Fresh, None)
            .await
            .unwrap()
    }

    fn times(&self, operation: &str) -> usize {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|a| a["operation"] == operation)
            .count()
    }
}

fn outcome(verdict: &Verdict, id: &str) -> OutcomeName {
    verdict
        .findings
        .iter()
        .find(|f| f.check == id)
        .unwrap()
        .outcome
}

fn failing(verdict: &Verdict) -> Vec<&str> {
    verdict
        .findings
        .iter()
        .filter(|f| f.outcome == OutcomeName::Fail)
        .map(|f| f.check.as_str())
        .collect()
}

#[tokio::test]
async fn a_clean_invoice_is_approved_in_one_round_of_calls() {
    let world = world(answer);
    let (verdict, case) = world.verify(invoice()).await;
    assert_eq!(
        verdict.decision,
        Decision::Approve,
        "{} {:?}",
        verdict.summary,
        verdict.trace
    );
    assert_eq!(case.rounds, 1);
    let nodes: Vec<&str> = verdict.trace.iter().map(|t| t.node.as_str()).collect();
    assert_eq!(
        nodes,
        [
            "intake",
            "screen",
            "route",
            "act",
            "relevance",
            "judge",
            "compose",
            "ground",
            "usefulness",
            "decide"
        ]
    );
    assert!(verdict.claims.len() > 3);
    assert_eq!(verdict.critique.usefulness, 5);
}

#[tokio::test]
async fn another_suppliers_record_is_asked_again_and_never_used() {
    let world = world(|arguments| {
        let mut answer = answer(arguments)?;
        if arguments["operation"] == "taxpayer" {
            let record = Arc::make_mut(&mut answer.value);
            record["gstin"] = json!("30AAAAP0267H1Z1");
            record["sts"] = json!("Cancelled");
        }
        Ok(answer)
    });
    let (verdict, case) = world.verify(invoice()).await;
    assert_eq!(verdict.decision, Decision::Hold);
    assert_eq!(outcome(&verdict, "GST-ACTIVE"), OutcomeName::Unverified);
    assert_eq!(failing(&verdict), Vec::<&str>::new());
    assert_eq!(world.times("taxpayer"), 2);
    assert_eq!(world.times("lookup"), 1, "only the doubtful is asked again");
    assert_eq!(verdict.critique.retrieval_retries, 1);
    let wordings: std::collections::BTreeSet<String> = world
        .asked
        .lock()
        .unwrap()
        .iter()
        .filter(|a| a["operation"] == "taxpayer")
        .map(ToString::to_string)
        .collect();
    assert_eq!(wordings.len(), 2, "each wording is distinct");
    assert_eq!(
        case.evidence.len(),
        9,
        "what was graded irrelevant stays in evidence"
    );
}

#[tokio::test]
async fn a_second_wording_that_helps_is_used() {
    let world = world(|arguments| {
        let mut answer = answer(arguments)?;
        if arguments["operation"] == "taxpayer" && arguments["fresh"].is_null() {
            Arc::make_mut(&mut answer.value)["fetchedAt"] = json!("2026-10-01");
        }
        Ok(answer)
    });
    let (verdict, _) = world.verify(invoice()).await;
    assert_eq!(verdict.decision, Decision::Approve, "{}", verdict.summary);
    assert_eq!(world.times("taxpayer"), 2);
    assert_eq!(verdict.critique.retrieval_retries, 1);
    assert!(verdict.trace.iter().any(|t| t.node == "reformulate"));
}

#[tokio::test]
async fn no_answer_is_not_absence() {
    for (script, decision, registered) in [
        (
            Err(ToolError::Unreachable {
                tool: "gst_portal",
                detail: "timeout".to_owned(),
            }),
            Decision::Hold,
            OutcomeName::Unverified,
        ),
        (
            Err(ToolError::NoSource {
                tool: "gst_portal",
                detail: "taxpayers.json".to_owned(),
            }),
            Decision::Hold,
            OutcomeName::Unverified,
        ),
        (
            Ok(Observation {
                found: false,
                value: Arc::new(json!({"found": false, "reason": "no taxpayer"})),
            }),
            Decision::Reject,
            OutcomeName::Fail,
        ),
        (
            found(json!({"gstin": SUPPLIER})),
            Decision::Hold,
            OutcomeName::Unverified,
        ),
        (
            found(json!("garbage")),
            Decision::Hold,
            OutcomeName::Unverified,
        ),
        (found(Value::Null), Decision::Hold, OutcomeName::Unverified),
    ] {
        let world = world(move |arguments| {
            if arguments["operation"] == "taxpayer" {
                script.clone()
            } else {
                answer(arguments)
            }
        });
        let (verdict, case) = world.verify(invoice()).await;
        assert_eq!(verdict.decision, decision, "{}", verdict.summary);
        assert_eq!(outcome(&verdict, "GST-REGISTERED"), registered);
        assert!(case.retrieval_retries <= 3 && world.times("taxpayer") <= 4);
    }
}

#[tokio::test]
async fn an_unreadable_answer_is_asked_for_again() {
    let world = world(|arguments| {
        if arguments["operation"] == "taxpayer" && arguments["fresh"].is_null() {
            Err(ToolError::Malformed {
                tool: "gst_portal",
                detail: "no JSON".to_owned(),
            })
        } else {
            answer(arguments)
        }
    });
    let (verdict, _) = world.verify(invoice()).await;
    assert_eq!(verdict.decision, Decision::Approve, "{}", verdict.summary);
    assert_eq!(world.times("taxpayer"), 2);
}

#[tokio::test]
async fn a_spent_budget_holds_and_keeps_its_evidence() {
    let budget = Budget {
        calls: 1,
        ..Budget::default()
    };
    let world = world_with(answer, budget);
    let (verdict, case) = world.verify(invoice()).await;
    assert_eq!(verdict.decision, Decision::Hold);
    assert!(verdict.summary.contains("budget"), "{}", verdict.summary);
    assert!(case.evidence.len() > 1);
    let budget = Budget {
        steps: 4,
        ..Budget::default()
    };
    let (verdict, _) = world_with(answer, budget).verify(invoice()).await;
    assert_eq!(verdict.decision, Decision::Hold);
}

#[tokio::test]
async fn nothing_is_asked_with_an_invalid_gstin() {
    let mut raw = invoice();
    raw["SellerDtls"]["Gstin"] = json!("27AAACR5055K1Z8");
    let world = world(answer);
    let (verdict, _) = world.verify(raw).await;
    assert_eq!(verdict.decision, Decision::Reject);
    assert_eq!(failing(&verdict), ["GSTIN-CHECKSUM"]);
    assert_eq!(
        world
            .asked
            .lock()
            .unwrap()
            .iter()
            .map(|a| a["operation"].clone())
            .collect::<Vec<_>>(),
        ["buyer"]
    );
}

#[tokio::test]
async fn a_run_cut_off_anywhere_resumes_to_the_same_verdict_and_repeats_no_recorded_call() {
    let whole = world(answer);
    let (want, _) = whole.verify(invoice()).await;
    let id = RunId::new(input(invoice()).key());
    let entries = whole.journal.entries(&id);
    assert!(entries.len() > 10);
    for cut in 0..=entries.len() {
        let again = world(answer);
        let kept = entries[..cut].to_vec();
        let answered: BTreeMap<String, usize> = kept
            .iter()
            .filter(|e| e.kind == crate::engine::Kind::Answered && e.name != "clock")
            .fold(BTreeMap::new(), |mut map, e| {
                *map.entry(e.name.to_string()).or_default() += 1;
                map
            });
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::holding(id.clone(), kept));
        let agent = again.agent.with_journal(journal);
        let mode = if cut == 0 { Mode::Fresh } else { Mode::Resume };
        let (got, _) = agent.verify(input(invoice()), mode, None).await.unwrap();
        assert_eq!(got.decision, want.decision);
        assert_eq!(got.findings, want.findings, "cut at {cut}");
        assert_eq!(got.claims, want.claims);
        let asked = again.asked.lock().unwrap().len();
        let recorded: usize = answered.values().sum();
        let all = whole.asked.lock().unwrap().len();
        assert_eq!(
            asked + recorded,
            all,
            "cut at {cut}: a recorded call was repeated"
        );
    }
}

#[tokio::test]
async fn a_replay_says_the_same_and_notices_another_world() {
    let first = world(answer);
    let (want, case) = first.verify(invoice()).await;
    let (replayed, _) = first
        .agent
        .verify(input(invoice()), Mode::Replay, None)
        .await
        .unwrap();
    assert_eq!(replayed.findings, want.findings);
    assert_eq!(replayed.id, want.id);
    assert_eq!(
        serde_json::to_value(&replayed.evidence).unwrap(),
        serde_json::to_value(&want.evidence).unwrap()
    );
    assert!(
        case.asked
            .iter()
            .all(|a| matches!(a.result, Asking::Answered { .. }))
    );
    // Another document under the same key asks otherwise: the first difference is named.
    let mut other = input(invoice());
    let mut raw = invoice();
    raw["DocDtls"]["No"] = json!("A/18");
    other.invoice = Arc::new(Invoice::read(raw, 100).unwrap());
    let error = first
        .agent
        .verify(other, Mode::Replay, None)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("A/17") && error.contains("A/18"), "{error}");
}

#[tokio::test]
async fn what_would_approve_is_least_and_true() {
    let wrong_account = || {
        let mut raw = invoice();
        raw["PayDtls"]["AccDet"] = json!("99999999999999");
        raw
    };
    let world = world(answer);
    let (verdict, case) = world.verify(wrong_account()).await;
    assert_eq!(
        (verdict.decision, failing(&verdict)),
        (Decision::Hold, vec!["VENDOR-BANK"])
    );
    let crate::approval::Approval::By { changes, .. } =
        world.agent.what_would_approve(&case).await.unwrap()
    else {
        panic!("a change approves it")
    };
    assert_eq!(changes.len(), 1, "{changes:?}");
    let assumptions: Vec<_> = changes
        .iter()
        .map(crate::what_if::Assumption::from)
        .collect();
    let changed = crate::approval::apply(&case.input, &assumptions, 100).unwrap();
    let case = world.agent.try_out(changed).await.unwrap();
    assert_eq!(case.floor.decision(), Decision::Approve);
}

#[test]
fn every_need_of_every_check_has_a_call() {
    let input = input(invoice());
    for need in crate::obligations::needs() {
        let wanted = crate::obligations::call(*need, 0, &input, None);
        let named = matches!(
            need,
            Need::IrnStatus | Need::SigningKey | Need::Orders | Need::Statement
        );
        assert_eq!(
            matches!(wanted, crate::obligations::Wanted::NotNeeded(_)),
            named,
            "{need:?}: {wanted:?}"
        );
    }
}

#[tokio::test]
async fn the_invoice_alone_backs_nothing_that_others_say() {
    let world = world(answer);
    let (_, case) = world.verify(invoice()).await;
    let of_others: Vec<_> = case.drafts.iter().filter(|d| d.about_the_world).collect();
    assert!(of_others.len() > 2, "an approval rests on what others say");
    for draft in of_others {
        assert_eq!(crate::grounding::verify(&case.evidence, draft), Ok(()));
        let mut alone = draft.clone();
        alone
            .citations
            .retain(|c| c.evidence == domain::EvidenceId::INVOICE);
        if alone.citations.is_empty() {
            alone.citations =
                crate::claims::resolve(&case, &[case.input.invoice.cite("/DocDtls/No")]);
        }
        let judged = crate::grounding::verify(&case.evidence, &alone);
        assert_eq!(
            judged,
            Err(crate::grounding::Ungrounded::SelfServing),
            "{}",
            draft.text
        );
    }
}
