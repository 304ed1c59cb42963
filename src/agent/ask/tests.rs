//! The asking machine with scripted tools: what they answer, and what becomes of it.

mod hostile;
mod reading;
mod understanding;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::{AnyTool, Cost, Description, Manifest, Observation, ToolError};
use domain::{Date, Decimal, answer::Answer, expr, verdict::Support};
use serde_json::{Value, json};

use super::{Asker, Inquiry, Question};
use crate::{
    Loops, Toolbox,
    engine::{Budget, MemoryJournal, Mode},
    grounding,
};

const GSTIN: &str = "27ZZQCM1107R1ZT";
const AS_OF: Date = Date::constant(2026, 11, 21);

type Answered = Result<Observation, ToolError>;
type Script = Arc<dyn Fn(&str, &Value, usize) -> Answered + Send + Sync>;
type Calls = Arc<Mutex<Vec<(&'static str, Value)>>>;

struct Scripted {
    manifest: &'static Manifest,
    script: Script,
    asked: Calls,
}

#[async_trait]
impl AnyTool for Scripted {
    fn manifest(&self) -> &'static Manifest {
        self.manifest
    }

    fn describe(&self) -> Description {
        unreachable!("the machine does not describe tools")
    }

    async fn call(&self, arguments: &Value) -> Answered {
        let name = self.manifest.name;
        let times = {
            let mut asked = self.asked.lock().unwrap();
            asked.push((name, arguments.clone()));
            asked.iter().filter(|(tool, _)| *tool == name).count()
        };
        (self.script)(name, arguments, times)
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

static TOOLS: [Manifest; 6] = [
    manifest("gst_portal", Cost::Outward),
    manifest("vendor_master", Cost::Local),
    manifest("invoice_db", Cost::Local),
    manifest("purchase_orders", Cost::Local),
    manifest("document_search", Cost::Local),
    manifest("calculator", Cost::Local),
];

struct World {
    asker: Asker,
    asked: Calls,
}

/// A world whose tools answer by the script: tool, arguments, and how often it was asked.
fn world(script: impl Fn(&str, &Value, usize) -> Answered + Send + Sync + 'static) -> World {
    let asked = Calls::default();
    let script: Script = Arc::new(script);
    let toolbox = toolbox(&script, &asked);
    let journal = Arc::new(MemoryJournal::new());
    let asker = Asker::new(toolbox, journal, None, Loops::default(), Budget::UNLIMITED).unwrap();
    World { asker, asked }
}

fn toolbox(script: &Script, asked: &Calls) -> Toolbox {
    TOOLS.iter().fold(Toolbox::default(), |tools, manifest| {
        tools.with(Arc::new(Scripted {
            manifest,
            script: Arc::clone(script),
            asked: Arc::clone(asked),
        }))
    })
}

impl World {
    async fn ask(&self, text: &str) -> (Answer, Inquiry) {
        let question = Question {
            text: text.to_owned(),
            as_of: AS_OF,
            model: None,
        };
        self.asker.ask(question, "1", Mode::Fresh).await.unwrap()
    }

    /// The calls of a tool.
    fn calls(&self, tool: &str) -> Vec<Value> {
        let asked = self.asked.lock().unwrap();
        let of = asked.iter().filter(|(name, _)| *name == tool);
        of.map(|(_, arguments)| arguments.clone()).collect()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "scripts answer with a result")]
fn found(value: Value) -> Answered {
    Ok(Observation {
        found: true,
        value: Arc::new(value),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "scripts answer with a result")]
fn absent() -> Answered {
    Ok(Observation {
        found: false,
        value: Arc::new(json!({"reason": "no such record"})),
    })
}

fn vendor(id: &str, days: u32) -> Value {
    json!({"vendor_id": id, "registrations": [{"vendor_id": id, "legal_name": "Mutha Cartons Private Limited",
        "trade_name": "Mutha Cartons", "gstin": GSTIN, "pan": "ZZQCM1107R", "bank_account": "920020048811276",
        "ifsc": "UTIB0009142", "payment_terms_days": days, "msme": "medium", "status": "active", "email": ""}]})
}

/// A list of one vendor of a standing, for a class.
fn listed(class: &str, status: &str) -> Value {
    json!({"status": class, "msme": "", "terms_days": null, "lacking": "", "count": 1, "vendors": [{"vendor_id": "V001",
        "legal_name": "Mutha Cartons Private Limited", "gstin": GSTIN, "pan": "ZZQCM1107R", "payment_terms_days": 30,
        "msme": "", "status": status}]})
}

fn taxpayer(gstin: &str, status: &str) -> Value {
    json!({"gstin": gstin, "lgnm": "Mutha Cartons Private Limited", "tradeNam": "", "sts": status, "dty": "Regular",
        "ctb": "Private Limited Company", "rgdt": "01/07/2017", "cxdt": "", "einvoiceStatus": "Yes"})
}

fn passages(text: &str) -> Value {
    json!({"passages": [{"document": "contracts/V001.md", "heading": "", "line_start": 3, "text": text, "score": 1.0}],
        "searched": 1, "notes": []})
}

fn invoice(number: &str, date: &str, value: u32) -> Value {
    json!({"invoice_number": number, "invoice_date": date, "supplier_gstin": GSTIN, "buyer_gstin": "27ZZQCT4821K1ZP",
        "taxable_value": value, "total_value": value, "po_number": "", "status": "paid"})
}

/// Two invoices in the shape of what was billed, for whatever was asked.
fn billed(asked: &Value) -> Value {
    let (one, two) = (
        invoice("A-1", "2026-10-05", 200),
        invoice("A-2", "2026-10-09", 300),
    );
    json!({"supplier_gstin": asked["supplier_gstin"], "from": asked["from"], "until": asked["until"],
        "statuses": asked["statuses"], "count": 2, "taxable_value": 500, "total_value": 500,
        "by_status": [{"status": "paid", "count": 2, "taxable_value": 500, "total_value": 500}], "largest": two, "smallest": one,
        "earliest": one, "latest": two, "invoices": [two, one]})
}

/// One vendor, V001, about whom every source says what is right.
fn honest(tool: &str, arguments: &Value, _: usize) -> Answered {
    let text = |key: &str| arguments[key].as_str().unwrap_or_default().to_owned();
    match (tool, text("operation").as_str()) {
        ("vendor_master", "vendor") if text("vendor_id").eq_ignore_ascii_case("V001") => {
            found(vendor("V001", 30))
        }
        ("vendor_master", "lookup") if text("gstin") == GSTIN => {
            let registrations = &vendor("V001", 30)["registrations"];
            found(json!({"gstin": GSTIN, "by_gstin": registrations, "by_pan": registrations}))
        }
        ("gst_portal", "taxpayer") if text("gstin") == GSTIN => found(taxpayer(GSTIN, "Active")),
        ("invoice_db", "billed") => found(billed(arguments)),
        ("calculator", _) => {
            let numbers: Vec<Decimal> = arguments["arguments"]
                .as_array()
                .unwrap()
                .iter()
                .map(|number| number.as_str().unwrap().parse().unwrap())
                .collect();
            let formula = text("expression");
            match expr::evaluate(&formula, &numbers) {
                Ok(result) => found(
                    json!({"expression": formula, "result": result.to_string().parse::<serde_json::Number>().unwrap()}),
                ),
                Err(error) => Err(ToolError::Arguments {
                    tool: "calculator",
                    detail: error.to_string(),
                }),
            }
        }
        _ => absent(),
    }
}

#[tokio::test]
async fn what_the_records_say_is_known_and_every_claim_is_borne_out() {
    for (question, holds) in [
        ("payment terms of V001", "30 days"),
        ("total billed by V001 since April", "₹500.00"),
        ("Is GSTIN 27ZZQCM1107R1ZT active?", "as Active"),
        ("bank account of V001", "..1276"),
        ("18% of 1,000", "180"),
        ("GST split of 1,000 at 18%", "IGST ₹180.00"),
    ] {
        let (answer, inquiry) = world(honest).ask(question).await;
        assert!(answer.known, "{question}: {}", answer.answer);
        assert!(
            answer.answer.contains(holds),
            "{question}: {}",
            answer.answer
        );
        assert_eq!(answer.critique.grounding, Support::Full, "{question}");
        for sentence in &inquiry.sentences {
            let verified = grounding::verify(&inquiry.evidence, &sentence.draft);
            assert_eq!(verified, Ok(()), "{question}: {}", sentence.draft.text);
        }
    }
}

/// An answer that is of no use, to whatever was asked.
type Bad = Box<dyn Fn(&Value) -> Answered + Send + Sync>;

/// Answers that are of no use, each with the tool that gives it and a question that needs it.
#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn what_is_of_no_use_is_asked_otherwise_at_most_once_and_then_not_known() {
    let other_vendor = || found(vendor("V002", 45));
    let stale = || {
        let mut stale = taxpayer(GSTIN, "Suspended");
        stale["fetchedAt"] = json!("2026-11-01");
        found(stale)
    };
    let padded = |asked: &Value| {
        let mut padded = billed(asked);
        padded["total_value"] = json!(45_000);
        found(padded)
    };
    let foreign = |asked: &Value| {
        let mut foreign = billed(asked);
        foreign["invoices"][0]["supplier_gstin"] = json!("29ZZQCB2264H1Z9");
        found(foreign)
    };
    let rejected = |asked: &Value| {
        let mut rejected = billed(asked);
        rejected["invoices"][1]["status"] = json!("rejected");
        found(rejected)
    };
    let terms = "payment terms of V001";
    let status = "Is GSTIN 27ZZQCM1107R1ZT active?";
    let total = "total billed by V001 since April";
    let interest = "What does the contract of V001 say about penalty?";
    let cases: Vec<(&str, &str, &str, usize, Bad, &str)> = vec![
        (
            "another vendor",
            terms,
            "vendor_master",
            1,
            Box::new(move |_| other_vendor()),
            "45",
        ),
        (
            "garbage",
            terms,
            "vendor_master",
            1,
            Box::new(|_| found(json!([1, {"vendor_id": 7}]))),
            "V001 is",
        ),
        (
            "nothing at all",
            terms,
            "vendor_master",
            1,
            Box::new(|_| found(Value::Null)),
            "days of",
        ),
        (
            "another taxpayer",
            status,
            "gst_portal",
            2,
            Box::new(|_| found(taxpayer("29ZZQCB2264H1Z9", "Cancelled"))),
            "Cancelled",
        ),
        (
            "a stale copy",
            status,
            "gst_portal",
            2,
            Box::new(move |_| stale()),
            "Suspended",
        ),
        (
            "a taxpayer that is no object",
            status,
            "gst_portal",
            2,
            Box::new(|_| found(json!("Active"))),
            "as Active",
        ),
        (
            "a sum that its rows do not have",
            total,
            "invoice_db",
            1,
            Box::new(padded),
            "45,000",
        ),
        (
            "a row of another supplier",
            total,
            "invoice_db",
            1,
            Box::new(foreign),
            "500",
        ),
        (
            "a row that does not count",
            total,
            "invoice_db",
            1,
            Box::new(rejected),
            "500",
        ),
        (
            "a clause of something else",
            interest,
            "document_search",
            2,
            Box::new(|_| found(passages("Freight of 7% is included."))),
            "7%",
        ),
        (
            "a list of another class",
            "how many blocked vendors?",
            "vendor_master",
            1,
            Box::new(|_| found(listed("active", "active"))),
            "1 vendor",
        ),
        (
            "a vendor who is not of the class",
            "how many blocked vendors?",
            "vendor_master",
            1,
            Box::new(|_| found(listed("blocked", "active"))),
            "1 vendor",
        ),
        (
            "no clause",
            interest,
            "document_search",
            2,
            Box::new(|_| absent()),
            "says:",
        ),
    ];
    for (name, question, tool, times, bad, never) in cases {
        let tool: &'static str = tool.to_owned().leak();
        let world = world(move |asked, arguments, nth| {
            if asked == tool {
                bad(arguments)
            } else {
                honest(asked, arguments, nth)
            }
        });
        let (answer, _) = world.ask(question).await;
        assert!(!answer.known, "{name}: {}", answer.answer);
        assert!(!answer.answer.contains(never), "{name}: {}", answer.answer);
        assert!(
            answer.answer.contains("Not known"),
            "{name}: {}",
            answer.answer
        );
        let calls = world.calls(tool);
        assert_eq!(calls.len(), times, "{name}: {calls:?}");
        assert!(calls.windows(2).all(|pair| pair[0] != pair[1]), "{name}");
    }
}

#[tokio::test]
async fn a_second_wording_that_helps_is_used() {
    let portal = world(|tool, arguments, nth| match tool {
        "gst_portal" if arguments["fresh"] != "yes" => {
            found(taxpayer("29ZZQCB2264H1Z9", "Cancelled"))
        }
        _ => honest(tool, arguments, nth),
    });
    let (answer, _) = portal.ask("Is GSTIN 27ZZQCM1107R1ZT active?").await;
    assert!(answer.known, "{}", answer.answer);
    assert!(!answer.answer.contains("Cancelled"), "{}", answer.answer);
    assert_eq!(answer.critique.retrieval_retries, 1);

    let contract = world(|tool, arguments, nth| match tool {
        "document_search" => {
            let query = arguments["query"].as_str().unwrap();
            if query.split(' ').any(|word| word == "interest") {
                found(passages("5.1 Interest of 12% a year accrues."))
            } else {
                absent()
            }
        }
        _ => honest(tool, arguments, nth),
    });
    let (answer, _) = contract
        .ask("What does the contract of V001 say about penalty?")
        .await;
    assert!(answer.known, "{}", answer.answer);
    assert!(answer.answer.contains("12%"), "{}", answer.answer);
}

#[tokio::test]
async fn a_source_that_does_not_answer_makes_nothing_known_and_nothing_absent() {
    for tool in ["vendor_master", "invoice_db", "gst_portal"] {
        let world = world(move |asked, arguments, nth| {
            if asked == tool {
                let detail = "timed out".to_owned();
                Err(ToolError::Unreachable { tool, detail })
            } else {
                honest(asked, arguments, nth)
            }
        });
        let question = match tool {
            "vendor_master" => "payment terms of V001",
            "invoice_db" => "total billed by V001",
            _ => "Has V001 filed GSTR-3B for October 2026?",
        };
        let (answer, _) = world.ask(question).await;
        assert!(!answer.known, "{tool}: {}", answer.answer);
        assert!(
            answer.answer.contains("no answer"),
            "{tool}: {}",
            answer.answer
        );
        assert!(
            !answer.answer.contains("no invoice") && !answer.answer.contains("no vendor"),
            "{tool}: {}",
            answer.answer
        );
    }
}

#[tokio::test]
async fn parts_that_are_certain_are_told_beside_the_one_that_is_not() {
    let world = world(honest);
    let (answer, _) = world.ask("payment terms of V001 and of V777").await;
    assert!(!answer.known);
    assert!(answer.answer.contains("30 days"), "{}", answer.answer);
    assert!(answer.answer.contains("V777"), "{}", answer.answer);
}
