//! Which crate may depend on which, by name and with the reason. `deny.toml` says the same to `cargo deny`.
//! Only what ships is held: tests may lean on anything.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::metadata::metadata;

/// Of our own crates, what each may depend on.
const OURS: &[(&str, &[&str], &str)] = &[
    (
        "domain",
        &[],
        "the domain knows nobody: it is what all others speak",
    ),
    (
        "contract",
        &["domain"],
        "what a tool is, and nothing of any one tool",
    ),
    (
        "checks",
        &["clauses", "domain"],
        "a rule is a pure function of facts",
    ),
    (
        "ground",
        &["domain"],
        "whether a claim is borne out is a pure function of the claim and what it cites",
    ),
    (
        "clauses",
        &["domain"],
        "what a contract lays down is read from its words alone",
    ),
    (
        "agent",
        &[
            "checks", "clauses", "contract", "domain", "ground", "mask", "model", "screen",
        ],
        "the agent sees tools as `dyn AnyTool`, models as `dyn Model` and stores as ports",
    ),
    (
        "mask",
        &["domain"],
        "the masker knows identifiers, and neither models nor invoices",
    ),
    (
        "model",
        &["domain", "mask", "screen"],
        "a model is asked in writing, masked; what is asked and why is the agent's",
    ),
    (
        "openai",
        &["model", "recall"],
        "the wire to a model's endpoint, for answers and for embeddings, and nothing of what is asked",
    ),
    (
        "recall",
        &["domain", "ground"],
        "which questions share an answer is a matter of the questions: it knows no agent and no model",
    ),
    (
        "report",
        &["domain"],
        "a report is a fold over rows: where they come from is the wiring's",
    ),
    (
        "model_server",
        &[],
        "the other end of openai's wire, for tests, and shares no code with it",
    ),
    (
        "test_servers",
        &[],
        "servers for tests, and nothing of what is asked of them",
    ),
    (
        "screen",
        &[],
        "the screen reads text and knows of no invoice: its facts reach the checks by way of the agent",
    ),
    (
        "store",
        &[
            "agent",
            "callbacks",
            "contract",
            "document_search",
            "domain",
            "invoice_db",
            "purchase_orders",
            "queue",
            "vendor_master",
        ],
        "the store implements the agent's journal, the queue, and the ports of the tools that ask it",
    ),
    (
        "ingest",
        &["domain"],
        "a format is read into the domain's invoice, and nothing is asked on the way",
    ),
    (
        "queue",
        &["domain"],
        "a job is bytes and terms: what it does is the wiring's",
    ),
    (
        "hooks",
        &[],
        "whether a message is genuine is a matter of its bytes and a secret",
    ),
    (
        "callbacks",
        &["hooks"],
        "a message is delivered: what it says is the wiring's",
    ),
    (
        "server",
        &["domain"],
        "HTTP in front of a port: it knows no store, no queue, no agent, and no webhook's scheme",
    ),
    (
        "telemetry",
        &["domain"],
        "what is counted is read off verdicts",
    ),
    (
        "nats",
        &["queue"],
        "a message becomes a job: the store commits it before it is acknowledged",
    ),
    (
        "portal",
        &["domain"],
        "the mock is the other end of gst_portal's wire and shares no code with it",
    ),
];

/// Of our own crates, what a tool may depend on: every crate under `tools/` but the contract.
const TOOL: &[&str] = &["contract", "domain"];

/// The crate that puts all of them together.
const BINARY: &str = "satyapan";

/// All that the pure crates are built on: no clock, no IO, no runtime. A new line here is a decision.
const PURE: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "base64",
            "jiff",
            "regex",
            "ring",
            "rust_decimal",
            "schemars",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "toml",
        ],
    ),
    (
        "screen",
        &[
            "aho-corasick",
            "base64",
            "unicode-normalization",
            "unicode-security",
        ],
    ),
    (
        "checks",
        &["jiff", "regex", "rust_decimal", "serde", "serde_json"],
    ),
    ("clauses", &["rust_decimal", "serde_json"]),
    ("ground", &["regex", "serde", "serde_json"]),
    (
        "ingest",
        &["encoding_rs", "quick-xml", "rust_decimal", "serde_json"],
    ),
    (
        "recall",
        &[
            "async-trait",
            "regex",
            "serde_json",
            "thiserror",
            "unicode-normalization",
        ],
    ),
    ("report", &["serde_json", "thiserror"]),
    (
        "hooks",
        &[
            "base64",
            "bytes",
            "form_urlencoded",
            "hex",
            "hmac",
            "http",
            "jiff",
            "quick-xml",
            "secrecy",
            "serde",
            "serde_json",
            "sha2",
            "subtle",
            "thiserror",
        ],
    ),
    (
        "mask",
        &[
            "base64",
            "memchr",
            "serde_json",
            "sha2",
            "thiserror",
            "unicode-normalization",
        ],
    ),
];

/// Infrastructure, and who may know that it exists.
const INFRASTRUCTURE: &[(&str, &[&str], &str)] = &[
    (
        "sqlx",
        &["store", BINARY],
        "SQL stays behind the store and the wiring",
    ),
    (
        "reqwest",
        &["callbacks", "gst_portal", "openai", "server", "telemetry"],
        "one tool, the model, callbacks and traces go out over HTTP; the server fetches an identity provider's keys",
    ),
    (
        "axum",
        &["model_server", "portal", "server"],
        "only surfaces and stand-ins serve HTTP",
    ),
    (
        "hyper",
        &["portal", "server", "telemetry"],
        "only surfaces serve HTTP, and the door of a worker that tells its figures",
    ),
    (
        "hyper-util",
        &["portal", "server", "telemetry"],
        "only surfaces serve HTTP, and the door of a worker that tells its figures",
    ),
    ("clap", &[BINARY], "only the command line parses arguments"),
    (
        "clap_complete",
        &[BINARY],
        "only the command line parses arguments",
    ),
    ("config", &[BINARY], "settings reach the inside as values"),
    (
        "tracing-subscriber",
        &[BINARY],
        "where logs go is the binary's matter",
    ),
    ("anyhow", &[BINARY], "inside, an error has a type"),
    ("petgraph", &["agent"], "the graph is the agent's"),
    (
        "async-openai",
        &["openai"],
        "one crate speaks to models' endpoints",
    ),
    (
        "governor",
        &["openai", "server"],
        "how fast a model is asked is the adapter's matter, and how fast a client asks the server's",
    ),
    (
        "async-nats",
        &["nats"],
        "one crate speaks to NATS; others see a port and a bell",
    ),
    ("minijinja", &["model"], "prompts are rendered in one place"),
    (
        "prometheus-client",
        &["telemetry"],
        "what is counted is read off verdicts, in one crate",
    ),
    (
        "opentelemetry",
        &["telemetry"],
        "spans are made from finished verdicts, in one crate",
    ),
];

/// Package, whether it is a tool, and what it ships on.
fn packages() -> BTreeMap<String, (bool, Vec<String>)> {
    let text = |value: &Value, key: &str| value[key].as_str().expect(key).to_owned();
    let list = |value: &Value, key: &str| value[key].as_array().expect(key).clone();
    list(&metadata(&["--no-deps"]), "packages")
        .iter()
        .map(|package| {
            let name = text(package, "name");
            let path = text(package, "manifest_path").replace('\\', "/");
            let tool = path.ends_with(&format!("/tools/{name}/Cargo.toml")) && name != "contract";
            let ships = list(package, "dependencies")
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| text(dependency, "name"))
                .collect();
            (name, (tool, ships))
        })
        .collect()
}

#[test]
fn our_crates_see_only_what_they_may() {
    let packages = packages();
    assert!(
        packages.contains_key(BINARY) && packages.values().any(|(tool, _)| *tool),
        "{packages:?}"
    );
    let mut wrong = Vec::new();
    for (name, (tool, ships)) in &packages {
        if name == BINARY {
            continue;
        }
        let (may, reason) = if *tool {
            (TOOL, "a tool knows no graph, no other tool and no store")
        } else if let Some((_, may, reason)) = OURS.iter().find(|(known, ..)| known == name) {
            (*may, *reason)
        } else {
            wrong.push(format!(
                "{name}: a new crate says in tests/it/arrows.rs where its arrows point"
            ));
            continue;
        };
        for other in ships.iter().filter(|other| packages.contains_key(*other)) {
            if !may.contains(&other.as_str()) {
                wrong.push(format!("{name} -> {other}: {reason}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that point the wrong way:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn pure_crates_are_built_on_pure_crates() {
    let packages = packages();
    for (name, allowed) in PURE {
        for other in packages[*name]
            .1
            .iter()
            .filter(|other| !packages.contains_key(*other))
        {
            assert!(
                allowed.contains(&other.as_str()),
                "{name} -> {other}: no clock, no IO, no runtime in {name}"
            );
        }
    }
}

#[test]
fn infrastructure_stays_behind_its_adapter() {
    let packages = packages();
    for (infrastructure, wrappers, reason) in INFRASTRUCTURE {
        for (name, (_, ships)) in &packages {
            let direct = ships.iter().any(|other| other == infrastructure);
            assert!(
                !direct || wrappers.contains(&name.as_str()),
                "{name} -> {infrastructure}: {reason}"
            );
        }
    }
}
