//! Names, labels, and that nothing of a document becomes a label.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

use domain::verdict::Decision;
use proptest::prelude::*;
use serde_json::json;
use telemetry::{
    Attempt, Build, Cache, CacheResult, Callback, FAMILIES, Format, Kind, Metrics, QueueState,
    QueueStats, SOURCES,
};

use crate::sample::{self, ACCOUNT, GSTIN, MODEL};

const BUILD: Build<'static> = Build {
    version: "0.1.0",
    law: "2026-11-01",
    policy: "standard 3",
};

/// One sample line.
#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

/// Reads samples as the text format defines them; escapes included.
fn samples(text: &str) -> Vec<Sample> {
    let line = |line: &str| {
        let at = line.find(['{', ' ']).unwrap();
        let name = line[..at].to_owned();
        let mut rest = &line[at..];
        let mut labels = BTreeMap::new();
        while let Some(inner) = rest.strip_prefix(['{', ',']) {
            let (key, after) = inner.split_once("=\"").unwrap();
            let mut end = 0;
            let bytes = after.as_bytes();
            while bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            labels.insert(key.to_owned(), after[..end].to_owned());
            rest = &after[end + 1..];
        }
        let value = rest.trim_start_matches('}').trim().parse().unwrap();
        Sample {
            name,
            labels,
            value,
        }
    };
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .map(line)
        .collect()
}

/// The value of one sample; `labels` are all that it has.
fn value(text: &str, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let wanted: BTreeMap<_, _> = labels
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    let all = samples(text);
    all.iter()
        .find(|s| s.name == name && s.labels == wanted)
        .map(|s| s.value)
}

/// Metrics to which everything happened once.
fn full() -> Metrics {
    let metrics = Metrics::new(sample::vocabulary(), BUILD);
    let verdict = sample::read(sample::verdict());
    metrics.verdict(&sample::seen(&verdict));
    let mut spent = sample::verdict();
    spent["trace"][2]["edge"] = json!("hold: act has no budget left: calls: 64 of 64 made");
    let spent = sample::read(spent);
    metrics.verdict(&sample::seen(&spent));
    metrics.queue(&QueueStats {
        waiting: 3,
        leased: 2,
        done: 90,
        dead: 1,
        oldest_waiting: Duration::from_millis(2500),
    });
    metrics.attempt(Attempt::Retried);
    metrics.hook("erpnext", 202, Duration::from_millis(4));
    metrics.callback(Callback::Delivered);
    metrics.cache(Cache::Portal, CacheResult::Hit, 6);
    metrics.model_cost(1250);
    metrics.masked("gstin", 3);
    metrics.review(Decision::Hold, Decision::Approve);
    metrics
}

#[test]
fn families_have_the_names_types_and_labels_that_boards_rely_on() {
    let text = full().render(Format::Text);
    let mut types = BTreeMap::new();
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|l| l.split_once(' ')) {
            assert!(
                types.insert(name.to_owned(), kind.to_owned()).is_none(),
                "{name} twice"
            );
        }
    }
    for sample in samples(&text) {
        let name = ["_bucket", "_sum", "_count"]
            .iter()
            .filter_map(|suffix| sample.name.strip_suffix(suffix))
            .find(|name| types.get(*name).is_some_and(|kind| kind == "histogram"));
        let name = name.unwrap_or(&sample.name).to_owned();
        let keys = sample.labels.into_keys().filter(|key| key != "le");
        labels.entry(name).or_default().extend(keys);
    }
    let got: Vec<_> = types
        .iter()
        .map(|(name, kind)| {
            (
                name.clone(),
                kind.clone(),
                labels[name].iter().cloned().collect::<Vec<_>>(),
            )
        })
        .collect();
    let own = |labels: &[&str]| {
        labels
            .iter()
            .map(|label| (*label).to_owned())
            .collect::<Vec<_>>()
    };
    let wanted: Vec<_> = FAMILIES
        .iter()
        .map(|family| {
            (
                family.name.to_owned(),
                family.kind.name().to_owned(),
                own(family.labels),
            )
        })
        .collect();
    if cfg!(target_os = "linux") {
        assert_eq!(got, wanted);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table is as long as it is")]
fn a_verdict_is_counted_once_in_each_family() {
    let metrics = Metrics::new(sample::vocabulary(), BUILD);
    let verdict = sample::read(sample::verdict());
    metrics.verdict(&sample::seen(&verdict));
    let text = metrics.render(Format::Text);
    for (name, labels, want) in [
        (
            "satyapan_verdicts_total",
            &[("decision", "hold"), ("source", "erpnext")][..],
            1.0,
        ),
        (
            "satyapan_findings_total",
            &[("check", "GST-ACTIVE"), ("outcome", "pass")],
            1.0,
        ),
        (
            "satyapan_findings_total",
            &[("check", "VENDOR-BANK"), ("outcome", "fail")],
            1.0,
        ),
        (
            "satyapan_verification_duration_seconds_count",
            &[("reasoner", "openai")],
            1.0,
        ),
        // The steps, which are finer than the verdict's milliseconds.
        (
            "satyapan_verification_duration_seconds_sum",
            &[("reasoner", "openai")],
            1.243_01,
        ),
        (
            "satyapan_step_duration_seconds_count",
            &[("node", "act")],
            2.0,
        ),
        (
            "satyapan_step_duration_seconds_sum",
            &[("node", "act")],
            0.04,
        ),
        (
            "satyapan_tool_calls_total",
            &[("tool", "gst_portal"), ("result", "found")],
            1.0,
        ),
        (
            "satyapan_tool_calls_total",
            &[("tool", "gst_portal"), ("result", "unanswered")],
            1.0,
        ),
        (
            "satyapan_tool_calls_total",
            &[("tool", "vendor_master"), ("result", "absent")],
            1.0,
        ),
        (
            "satyapan_tool_calls_total",
            &[("tool", "vendor_master"), ("result", "found")],
            0.0,
        ),
        (
            "satyapan_injection_flags_total",
            &[("feature", "approve")],
            2.0,
        ),
        (
            "satyapan_injection_flags_total",
            &[("feature", "override")],
            1.0,
        ),
        (
            "satyapan_model_tokens_total",
            &[("direction", "input"), ("model", MODEL)],
            600.0,
        ),
        (
            "satyapan_model_tokens_total",
            &[("direction", "output"), ("model", MODEL)],
            70.0,
        ),
        (
            "satyapan_amount_rupees_total",
            &[("decision", "hold")],
            41427.5,
        ),
        ("satyapan_audit_head_seq", &[], 1288.0),
        (
            "satyapan_build_info",
            &[
                ("version", "0.1.0"),
                ("law", "2026-11-01"),
                ("policy", "standard 3"),
            ],
            1.0,
        ),
    ] {
        assert_eq!(value(&text, name, labels), Some(want), "{name} {labels:?}");
    }
    assert_eq!(
        value(
            &text,
            "satyapan_budget_exhausted_total",
            &[("kind", "calls")],
        ),
        None
    );
}

#[test]
fn a_budget_that_was_spent_is_named_by_its_kind() {
    for (reason, want) in [
        (
            "hold: act has no budget left: calls: 64 of 64 made",
            Some("calls"),
        ),
        (
            "hold: judge has no budget left: steps: 64 of 64 taken",
            Some("steps"),
        ),
        (
            "hold: act has no budget left: visits: act entered 9 of 9 times",
            Some("visits"),
        ),
        (
            "hold: ground has no budget left: tokens: 10 spent or held, 20 more asked for, 24 allowed",
            Some("tokens"),
        ),
        (
            "hold: ground has no budget left: paise: 1 spent or held, 2 more asked for, 2 allowed",
            Some("paise"),
        ),
        ("hold: act has no budget left: wall time", Some("wall")),
        ("hold: act has no budget left: something new", None),
        ("hold: act failed: calls: none", None),
    ] {
        let metrics = Metrics::new(sample::vocabulary(), BUILD);
        let mut verdict = sample::verdict();
        verdict["trace"][4]["edge"] = json!(reason);
        metrics.verdict(&sample::seen(&sample::read(verdict)));
        let text = metrics.render(Format::Text);
        for kind in Kind::ALL {
            let counted = value(
                &text,
                "satyapan_budget_exhausted_total",
                &[("kind", kind.name())],
            );
            assert_eq!(
                counted,
                (Some(kind.name()) == want).then_some(1.0),
                "{reason}: {}",
                kind.name()
            );
        }
    }
}

#[test]
fn totals_that_are_no_amounts_are_not_added_up() {
    for (total, want) in [
        (json!(41427.55), Some(41427.55)),
        (json!("41427.55"), Some(41427.55)),
        (json!(0), Some(0.0)),
        (json!(-1), None),
        (
            serde_json::from_str("99999999999.99").unwrap(),
            Some(99_999_999_999.99),
        ),
        (
            serde_json::from_str("100000000000").unwrap(),
            Some(100_000_000_000.0),
        ),
        (serde_json::from_str("100000000000.01").unwrap(), None),
        (serde_json::from_str("1e400").unwrap(), None),
        (json!("NaN"), None),
        (json!(null), None),
        (json!({"total": 1}), None),
    ] {
        let metrics = Metrics::new(sample::vocabulary(), BUILD);
        let mut verdict = sample::verdict();
        verdict["invoice"]["total"] = total.clone();
        metrics.verdict(&sample::seen(&sample::read(verdict)));
        let text = metrics.render(Format::Text);
        assert_eq!(
            value(
                &text,
                "satyapan_amount_rupees_total",
                &[("decision", "hold")]
            ),
            want,
            "{total}"
        );
    }
}

#[test]
fn the_audit_head_never_goes_back() {
    let metrics = Metrics::new(sample::vocabulary(), BUILD);
    for seq in [7, 9, 8] {
        metrics.audit_head(seq);
    }
    assert_eq!(
        value(
            &metrics.render(Format::Text),
            "satyapan_audit_head_seq",
            &[]
        ),
        Some(9.0)
    );
}

/// What each label may say, by its name.
fn allowed(label: &str) -> Vec<String> {
    let vocabulary = sample::vocabulary();
    let own = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let mut set = match label {
        "decision" => own(&["approve", "hold", "reject"]),
        "source" => own(SOURCES),
        "check" => own(&vocabulary.checks),
        "node" => own(&vocabulary.nodes),
        "tool" => own(&vocabulary.tools),
        "feature" => own(&vocabulary.features),
        "type" => own(&vocabulary.masked),
        "model" => vocabulary.models.clone(),
        "reasoner" => own(&["rules", "openai"]),
        "direction" => own(&["input", "output"]),
        "outcome" => own(&[
            "pass",
            "fail",
            "unverified",
            "not_applicable",
            "approve",
            "hold",
            "reject",
        ]),
        "state" => QueueState::ALL
            .iter()
            .map(|s| s.name().to_owned())
            .collect(),
        "kind" => Kind::ALL.iter().map(|k| k.name().to_owned()).collect(),
        "result" => {
            let mut all = own(&["found", "absent", "unanswered", "hit", "miss"]);
            all.extend(Attempt::ALL.iter().map(|a| a.name().to_owned()));
            all.extend(Callback::ALL.iter().map(|c| c.name().to_owned()));
            all
        }
        "status" => (100..600).map(|status| status.to_string()).collect(),
        "signal" => own(&["approve_share", "hold_share", "reject_share"]),
        "version" => own(&[BUILD.version]),
        "law" => own(&[BUILD.law]),
        "policy" => own(&[BUILD.policy]),
        _ => Vec::new(),
    };
    set.push("other".to_owned());
    set
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_verdict_however_hostile_puts_a_word_of_its_own_into_a_label(
        word in prop_oneof![
            Just(GSTIN.to_owned()), Just(ACCOUNT.to_owned()), Just("gst_portal\",x=\"".to_owned()),
            Just("\\\n# TYPE x counter\nx 1".to_owned()), "\\PC{0,40}",
        ],
        status in any::<u16>(),
    ) {
        let metrics = Metrics::new(sample::vocabulary(), BUILD);
        let mut verdict = sample::verdict();
        for pointer in [
            "/id", "/summary", "/invoice/number", "/invoice/source", "/invoice/total", "/findings/0/check", "/trace/0/node",
            "/trace/0/edge", "/trace/0/thought", "/evidence/2/tool", "/evidence/2/at", "/reasoner/kind", "/reasoner/model",
            "/policy/name", "/policy/version", "/audit/hash",
        ] {
            *verdict.pointer_mut(pointer).unwrap() = json!(word);
        }
        verdict["trace"][1]["edge"] = json!(format!("hold: act has no budget left: {word}"));
        verdict["evidence"][1]["observation"]["suspects"][0]["features"][0] = json!(word);
        let verdict = sample::read(verdict);
        let chats = [telemetry::Chat { node: &word, prompt: &word, model: &word, input_tokens: 1, output_tokens: 1, ..telemetry::Chat::default() }];
        let unanswered = [word.as_str()];
        let seen = telemetry::Seen { source: &word, chats: &chats, unanswered: &unanswered, traceparent: Some(&word), ..sample::seen(&verdict) };
        metrics.verdict(&seen);
        metrics.hook(&word, status, Duration::ZERO);
        metrics.masked(&word, 1);
        let text = metrics.render(Format::Text);
        let families: BTreeSet<&str> = FAMILIES.iter().map(|family| family.name).collect();
        for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
            let name = line.split(' ').next().unwrap();
            prop_assert!(families.contains(name), "{name}");
        }
        for sample in samples(&text) {
            for (label, value) in sample.labels.iter().filter(|(label, _)| *label != "le") {
                prop_assert!(allowed(label).contains(value), "{}{{{label}={value:?}}}", sample.name);
            }
        }
    }
}

#[test]
fn both_formats_tell_the_same() {
    let metrics = full();
    let open = metrics.render(Format::OpenMetrics);
    assert!(open.ends_with("# EOF\n"));
    assert!(
        open.contains("# TYPE satyapan_verdicts counter\n"),
        "{open}"
    );
    let lines = |text: &str| -> BTreeSet<String> {
        let mut own = text
            .lines()
            .filter(|l| !l.starts_with('#') && l.starts_with("satyapan"))
            .map(str::to_owned);
        own.by_ref().collect()
    };
    assert_eq!(lines(&open), lines(&metrics.render(Format::Text)));
}

/// Debian: package `prometheus`. Where it is missing there is nothing to ask.
#[test]
fn promtool_accepts_what_is_rendered() {
    let started = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("promtool is not installed: not checked");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let text = full().render(Format::Text);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{text}");
}
