//! A verdict, and a process that could have come to it. Names and identifiers are invented.

use domain::verdict::Verdict;
use serde_json::{Value, json};
use telemetry::{Chat, Reply, Seen, Vocabulary};

/// An account number and a GSTIN that must appear nowhere.
pub(crate) const ACCOUNT: &str = "50100247719306";
pub(crate) const GSTIN: &str = "27AAPFU0939F1ZV";
pub(crate) const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
pub(crate) const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
pub(crate) const MODEL: &str = "small-instruct";

pub(crate) fn vocabulary() -> Vocabulary {
    Vocabulary {
        checks: vec!["GST-ACTIVE", "VENDOR-BANK"],
        nodes: vec![
            "intake",
            "screen",
            "act",
            "relevance",
            "judge",
            "investigate",
            "ground",
            "decide",
            "hold",
        ],
        tools: vec!["gst_portal", "vendor_master", "document_search"],
        features: vec!["approve", "override"],
        masked: vec!["gstin", "pan"],
        models: vec![MODEL.to_owned()],
    }
}

pub(crate) fn evidence(id: &str, tool: &str, observation: &Value, at: &str) -> Value {
    json!({"id": id, "tool": tool, "arguments": {"gstin": GSTIN}, "observation": observation, "at": at, "sha256": ""})
}

fn step(step: u32, node: &str, edge: &str, elapsed_us: u64) -> Value {
    let thought = match node {
        "relevance" => "ev_4 speaks of another",
        "ground" => &format!("not grounded: {GSTIN} is active"),
        _ => "",
    };
    json!({"step": step, "node": node, "edge": edge, "thought": thought, "elapsed_us": elapsed_us})
}

/// Held, by a model's side, after two rounds of calls.
pub(crate) fn verdict() -> Value {
    json!({
        "schema": "satyapan.verdict/1", "id": "01KAF3Z9Q2J6T5M8V4C7X0B1N3", "decision": "hold", "confidence": 0.97,
        "summary": format!("pays {ACCOUNT}"),
        "invoice": {"number": "KBF/26-27/01187", "date": "12/11/2026", "supplier_gstin": GSTIN, "buyer_gstin": GSTIN,
            "total": 41427.5, "sha256": "00", "source": "konkan.json"},
        "findings": [
            {"check": "GST-ACTIVE", "outcome": "pass", "severity": "reject", "message": "", "law": "", "citations": []},
            {"check": "VENDOR-BANK", "outcome": "fail", "severity": "hold", "message": ACCOUNT, "law": "", "citations": []},
        ],
        "claims": [],
        "critique": {"relevance": [{"evidence": "ev_2", "grade": "relevant"}, {"evidence": "ev_4", "grade": "irrelevant"}],
            "grounding": "partial", "usefulness": 4, "retrieval_retries": 0, "generation_retries": 0},
        "evidence": [
            evidence("ev_0", "invoice", &json!({"account": ACCOUNT}), "2026-11-21T06:00:00Z"),
            evidence("ev_1", "screen", &json!({"suspects": [{"features": ["approve", "override"]}, {"features": ["approve"]}]}),
                "2026-11-21T06:00:00.001Z"),
            evidence("ev_2", "gst_portal", &json!({"sts": "Active", "pan": "AAPFU0939F"}), "2026-11-21T06:00:00.021Z"),
            evidence("ev_3", "vendor_master", &json!({"found": false, "reason": "no such vendor"}), "2026-11-21T06:00:00.021Z"),
            evidence("ev_4", "document_search", &json!({"passages": []}), "2026-11-21T06:00:00.041Z"),
        ],
        "trace": [
            step(1, "intake", "screen: always", 1000), step(2, "screen", "act: always", 500),
            step(3, "act", "relevance: always", 20000), step(4, "relevance", "act: else", 500),
            step(5, "act", "judge: always", 20000), step(6, "judge", "investigate: model = 1 >= 1", 1000),
            step(7, "investigate", "ground: else", 800_000), step(8, "ground", "decide: else", 400_000),
            step(9, "decide", "hold: else", 10), step(10, "hold", "end", 0),
        ],
        "usage": {"steps": 10, "tool_calls": 4, "cache_hits": 0, "llm_calls": 2, "prompt_tokens": 900, "completion_tokens": 70,
            "elapsed_ms": 1243},
        "reasoner": {"kind": "openai", "model": MODEL}, "policy": {"name": "standard", "version": "3", "sha256": ""},
        "audit": {"seq": 1288, "previous": "", "hash": ""},
    })
}

pub(crate) fn read(verdict: Value) -> Verdict {
    serde_json::from_value(verdict).unwrap()
}

pub(crate) const CHATS: &[Chat<'static>] = &[
    Chat {
        node: "investigate",
        prompt: "investigate@1",
        model: MODEL,
        input_tokens: 600,
        output_tokens: 70,
        cached_tokens: Some(512),
        reasoning_tokens: Some(0),
        temperature: Some(0.7),
        seed: Some(7),
        max_tokens: Some(400),
        server: Some(("models.example", 8000)),
        reply: Some(Reply {
            model: "small-instruct-0401",
            id: Some("chatcmpl-7"),
            finish: Some("stop"),
        }),
        words: Some((
            "Is 27AAPFU0939F1ZV active?",
            "{\"thought\":\"AAPFU0939F is\"}",
        )),
    },
    // No answer came.
    Chat {
        node: "ground",
        prompt: "critic@1",
        model: MODEL,
        input_tokens: 0,
        output_tokens: 0,
        cached_tokens: None,
        reasoning_tokens: None,
        temperature: None,
        seed: None,
        max_tokens: Some(900),
        server: Some(("models.example", 8000)),
        reply: None,
        words: Some(("Is it borne out?", "")),
    },
];

pub(crate) fn seen(verdict: &Verdict) -> Seen<'_> {
    Seen {
        verdict,
        source: "erpnext",
        began: "2026-11-21T06:00:00Z".parse().unwrap(),
        unanswered: &["gst_portal"],
        chats: CHATS,
        traceparent: Some(TRACEPARENT),
    }
}
