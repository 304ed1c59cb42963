//! What a collector receives.

use std::{
    io,
    sync::mpsc::{Sender, channel},
    time::Duration,
};

use axum::http::StatusCode;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use serde_json::{Value, json};
use telemetry::{Mask, Seen, Settings, Tracing};

use crate::{
    collector::{Collector, attributes},
    sample::{self, ACCOUNT, GSTIN, MODEL, TRACE},
};

const PATIENCE: Duration = Duration::from_secs(30);

fn settings(endpoint: &str) -> Settings {
    Settings {
        otlp_endpoint: Some(endpoint.to_owned()),
        // Only the end sends, so that a test sees everything at once.
        interval_ms: 3_600_000,
        ..Settings::default()
    }
}

fn start(settings: &Settings, mask: Option<Mask>) -> Tracing {
    Tracing::start(settings, sample::vocabulary(), mask)
        .unwrap()
        .unwrap()
}

#[test]
fn nothing_is_started_where_no_collector_is_named() {
    for endpoint in [None, Some(String::new())] {
        let settings = Settings {
            otlp_endpoint: endpoint,
            ..Settings::default()
        };
        assert!(
            Tracing::start(&settings, sample::vocabulary(), None)
                .unwrap()
                .is_none()
        );
    }
}

#[test]
fn an_address_that_is_none_is_said_without_showing_it() {
    for endpoint in [
        "collector",
        "grpc://user:hidden@collector:4317",
        "http://",
        "/v1/traces",
    ] {
        let error = Tracing::start(&settings(endpoint), sample::vocabulary(), None).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && !text.contains("hidden"),
            "{text}"
        );
    }
}

#[test]
fn a_verification_is_one_tree_below_its_sender() {
    let collector = Collector::start();
    let tracing = start(&settings(&collector.endpoint), None);
    let verdict = sample::read(sample::verdict());
    tracing.record(&sample::seen(&verdict));
    tracing.shutdown(PATIENCE);
    let named = collector.named();
    let names: Vec<(&str, usize)> = named
        .iter()
        .map(|(name, spans)| (name.as_str(), spans.len()))
        .collect();
    assert_eq!(
        names,
        [
            ("chat small-instruct", 2),
            ("execute_tool gst_portal", 2),
            ("execute_tool vendor_master", 1),
            ("invoke_agent satyapan", 1),
            ("invoke_workflow verify", 1),
            ("retrieval contracts", 1),
        ]
    );
    let (workflow, agent) = (
        &named["invoke_workflow verify"][0],
        &named["invoke_agent satyapan"][0],
    );
    let hex = |bytes: &[u8]| {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect::<String>()
    };
    assert_eq!(hex(&workflow.parent_span_id), "00f067aa0ba902b7");
    assert_eq!(agent.parent_span_id, workflow.span_id);
    for (name, spans) in &named {
        for span in spans {
            assert_eq!(hex(&span.trace_id), TRACE, "{name}");
            if !name.starts_with("invoke") {
                assert_eq!(span.parent_span_id, agent.span_id, "{name}");
            }
            assert!(
                span.start_time_unix_nano <= span.end_time_unix_nano,
                "{name}"
            );
            assert!(
                agent.start_time_unix_nano <= span.start_time_unix_nano,
                "{name}"
            );
            assert!(
                span.end_time_unix_nano <= agent.end_time_unix_nano,
                "{name}"
            );
        }
    }
    let from = |span: &opentelemetry_proto::tonic::trace::v1::Span| {
        let began = agent.start_time_unix_nano;
        (
            (span.start_time_unix_nano - began) / 1000,
            (span.end_time_unix_nano - began) / 1000,
        )
    };
    assert_eq!(agent.start_time_unix_nano, 1_795_240_800_000_000_000);
    assert_eq!(from(agent), (0, 1_243_010));
    // Evidence belongs to the round in which it was fetched.
    assert_eq!(
        from(&named["execute_tool vendor_master"][0]),
        (1_500, 21_500)
    );
    assert_eq!(from(&named["retrieval contracts"][0]), (22_000, 42_000));
    assert_eq!(from(&named["chat small-instruct"][0]), (43_000, 843_000));
    assert_eq!(from(&named["chat small-instruct"][1]), (843_000, 1_243_000));
}

#[test]
fn attributes_are_those_of_the_conventions() {
    let collector = Collector::start();
    let tracing = start(&settings(&collector.endpoint), None);
    let verdict = sample::read(sample::verdict());
    tracing.record(&sample::seen(&verdict));
    tracing.shutdown(PATIENCE);
    let named = collector.named();
    let of = |name: &str, index: usize| attributes(&named[name][index].attributes);
    for (name, index, wanted) in [
        (
            "invoke_workflow verify",
            0,
            &[
                ("gen_ai.operation.name", "invoke_workflow"),
                ("gen_ai.workflow.name", "verify"),
                ("gen_ai.conversation.id", "01KAF3Z9Q2J6T5M8V4C7X0B1N3"),
                ("satyapan.decision", "hold"),
                ("satyapan.source", "erpnext"),
                ("satyapan.audit.seq", "1288"),
            ][..],
        ),
        (
            "invoke_agent satyapan",
            0,
            &[
                ("gen_ai.operation.name", "invoke_agent"),
                ("gen_ai.agent.name", "satyapan"),
                ("gen_ai.usage.input_tokens", "900"),
                ("gen_ai.agent.version", env!("CARGO_PKG_VERSION")),
                ("gen_ai.usage.output_tokens", "70"),
                ("gen_ai.provider.name", "openai"),
            ],
        ),
        (
            "execute_tool gst_portal",
            0,
            &[
                ("gen_ai.operation.name", "execute_tool"),
                ("gen_ai.tool.name", "gst_portal"),
                ("gen_ai.tool.type", "function"),
                ("gen_ai.tool.call.id", "ev_2"),
            ],
        ),
        ("execute_tool gst_portal", 1, &[("error.type", "no_answer")]),
        (
            "retrieval contracts",
            0,
            &[
                ("gen_ai.operation.name", "retrieval"),
                ("gen_ai.data_source.id", "contracts"),
            ],
        ),
        (
            "chat small-instruct",
            0,
            &[
                ("gen_ai.operation.name", "chat"),
                ("gen_ai.request.model", MODEL),
                ("gen_ai.request.temperature", "0.7"),
                ("gen_ai.request.seed", "7"),
                ("gen_ai.request.max_tokens", "400"),
                ("gen_ai.prompt.name", "investigate@1"),
                ("gen_ai.conversation.id", "01KAF3Z9Q2J6T5M8V4C7X0B1N3"),
                ("gen_ai.output.type", "json"),
                ("gen_ai.response.model", "small-instruct-0401"),
                ("gen_ai.response.id", "chatcmpl-7"),
                ("gen_ai.response.finish_reasons", "stop"),
                ("gen_ai.usage.input_tokens", "600"),
                ("gen_ai.usage.output_tokens", "70"),
                ("gen_ai.usage.cache_read.input_tokens", "512"),
                ("gen_ai.usage.reasoning.output_tokens", "0"),
                ("server.address", "models.example"),
                ("server.port", "8000"),
            ],
        ),
        (
            "chat small-instruct",
            1,
            &[
                ("gen_ai.request.max_tokens", "900"),
                ("error.type", "no_answer"),
            ],
        ),
    ] {
        let got = of(name, index);
        for (key, value) in wanted {
            assert_eq!(
                got.get(*key).map(String::as_str),
                Some(*value),
                "{name}: {got:?}"
            );
        }
    }
}

#[test]
fn what_is_not_known_of_a_question_is_no_attribute() {
    let collector = Collector::start();
    let tracing = start(&settings(&collector.endpoint), None);
    let verdict = sample::read(sample::verdict());
    tracing.record(&sample::seen(&verdict));
    tracing.shutdown(PATIENCE);
    let silent = attributes(&collector.named()["chat small-instruct"][1].attributes);
    for key in [
        "gen_ai.request.temperature",
        "gen_ai.request.seed",
        "gen_ai.response.model",
        "gen_ai.response.id",
        "gen_ai.response.finish_reasons",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.reasoning.output_tokens",
    ] {
        assert_eq!(silent.get(key), None, "{silent:?}");
    }
}

#[test]
fn critics_and_steps_are_events() {
    let collector = Collector::start();
    let tracing = start(&settings(&collector.endpoint), None);
    let verdict = sample::read(sample::verdict());
    tracing.record(&sample::seen(&verdict));
    tracing.shutdown(PATIENCE);
    let named = collector.named();
    let agent = &named["invoke_agent satyapan"][0];
    let evaluations =
        |span: &opentelemetry_proto::tonic::trace::v1::Span| -> Vec<(String, String, String)> {
            let events = span
                .events
                .iter()
                .filter(|event| event.name == "gen_ai.evaluation.result");
            events
                .map(|event| {
                    let mut attributes = attributes(&event.attributes);
                    let mut take = |key: &str| attributes.remove(key).unwrap();
                    (
                        take("gen_ai.evaluation.name"),
                        take("gen_ai.evaluation.score.label"),
                        take("gen_ai.evaluation.score.value"),
                    )
                })
                .collect()
        };
    let own = |list: &[(&str, &str, &str)]| -> Vec<(String, String, String)> {
        list.iter()
            .map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned()))
            .collect()
    };
    assert_eq!(
        evaluations(agent),
        own(&[("grounding", "partial", "0.5"), ("usefulness", "4", "4")])
    );
    assert_eq!(
        evaluations(&named["execute_tool gst_portal"][0]),
        own(&[("relevance", "relevant", "1")])
    );
    assert_eq!(
        evaluations(&named["retrieval contracts"][0]),
        own(&[("relevance", "irrelevant", "0")])
    );
    let walked: Vec<String> = agent
        .events
        .iter()
        .filter(|event| event.name == "satyapan.step")
        .map(|event| attributes(&event.attributes)["satyapan.node"].clone())
        .collect();
    assert_eq!(
        walked,
        [
            "intake",
            "screen",
            "act",
            "relevance",
            "act",
            "judge",
            "investigate",
            "ground",
            "decide",
            "hold"
        ]
    );
}

/// Everything that was sent, as one text.
fn sent(settings: &Settings, mask: Option<Mask>) -> String {
    let collector = Collector::start();
    let settings = Settings {
        otlp_endpoint: Some(collector.endpoint.clone()),
        ..settings.clone()
    };
    let tracing = start(&settings, mask);
    let verdict = sample::read(sample::verdict());
    tracing.record(&sample::seen(&verdict));
    tracing.shutdown(PATIENCE);
    format!("{:?}", collector.named())
}

#[test]
fn content_is_sent_masked_and_only_where_it_was_asked_for() {
    let masking = || {
        Some(Mask::new(|text| {
            Some(
                text.replace(GSTIN, "[gstin]")
                    .replace("AAPFU0939F", "[pan]"),
            )
        }))
    };
    let quiet = settings("");
    let open = Settings {
        capture_content: true,
        ..quiet.clone()
    };
    let unmaskable = Some(Mask::new(|_| None));
    for (settings, mask) in [
        (&quiet, None),
        (&quiet, masking()),
        (&open, None),
        (&open, unmaskable),
    ] {
        let sent = sent(settings, mask);
        for never in [
            GSTIN,
            ACCOUNT,
            "AAPFU0939F",
            "Active",
            "gen_ai.tool.call.result",
            "gen_ai.tool.call.arguments",
            "gen_ai.input.messages",
            "gen_ai.output.messages",
            "gen_ai.evaluation.explanation",
        ] {
            assert!(!sent.contains(never), "{never}");
        }
    }
    let sent = sent(&open, masking());
    for part in [
        "gen_ai.tool.call.arguments",
        "gen_ai.tool.call.result",
        "gen_ai.retrieval.documents",
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.evaluation.explanation",
        "[gstin]",
        "[pan]",
        "Active",
    ] {
        assert!(sent.contains(part), "{part}");
    }
    for never in [GSTIN, ACCOUNT, "AAPFU0939F"] {
        assert!(!sent.contains(never), "{never}");
    }
}

#[test]
fn what_a_model_was_asked_and_why_a_critic_judged_is_told_in_the_form_of_the_conventions() {
    let collector = Collector::start();
    let open = Settings {
        capture_content: true,
        ..settings(&collector.endpoint)
    };
    let mask = Mask::new(|text| {
        Some(
            text.replace(GSTIN, "[gstin]")
                .replace("AAPFU0939F", "[pan]"),
        )
    });
    let tracing = start(&open, Some(mask));
    let verdict = sample::read(sample::verdict());
    tracing.record(&sample::seen(&verdict));
    tracing.shutdown(PATIENCE);
    let named = collector.named();
    let chats = &named["chat small-instruct"];
    let messages = |index: usize, key: &str| -> Option<Value> {
        let attributes = attributes(&chats[index].attributes);
        attributes
            .get(key)
            .map(|text| serde_json::from_str(text).unwrap())
    };
    let part = |text: &str| json!([{"type": "text", "content": text}]);
    assert_eq!(
        messages(0, "gen_ai.input.messages"),
        Some(json!([{"role": "user", "parts": part("Is [gstin] active?")}]))
    );
    assert_eq!(
        messages(0, "gen_ai.output.messages"),
        Some(
            json!([{"role": "assistant", "parts": part(r#"{"thought":"[pan] is"}"#),
            "finish_reason": "stop"}])
        )
    );
    assert!(messages(1, "gen_ai.input.messages").is_some());
    assert_eq!(messages(1, "gen_ai.output.messages"), None);
    let explained = |span: &str| -> Vec<Option<String>> {
        let events = named[span][0].events.iter();
        events
            .filter(|event| event.name == "gen_ai.evaluation.result")
            .map(|event| attributes(&event.attributes).remove("gen_ai.evaluation.explanation"))
            .collect()
    };
    assert_eq!(
        explained("invoke_agent satyapan"),
        [Some("not grounded: [gstin] is active".to_owned()), None]
    );
    assert_eq!(
        explained("execute_tool gst_portal"),
        [Some("ev_4 speaks of another".to_owned())]
    );
    // No round of grades came after it.
    assert_eq!(explained("retrieval contracts"), [None]);
}

#[test]
fn long_content_is_cut_after_it_was_masked() {
    let mask = Mask::new(|_| Some("अ".repeat(10_000)));
    let open = Settings {
        capture_content: true,
        ..settings("")
    };
    let sent = sent(&open, Some(mask));
    let longest = sent.split(|c| c != 'अ').map(str::len).max().unwrap();
    assert!(longest > 8000 && longest <= 8192, "{longest}");
}

#[test]
fn a_sender_that_is_not_sampled_is_not_sampled_here() {
    let collector = Collector::start();
    let tracing = start(&settings(&collector.endpoint), None);
    let verdict = sample::read(sample::verdict());
    let unsampled = sample::TRACEPARENT.replace("-01", "-00");
    tracing.record(&Seen {
        traceparent: Some(&unsampled),
        ..sample::seen(&verdict)
    });
    // One of nobody's: it begins a trace of its own, and is the only one that comes.
    tracing.record(&Seen {
        traceparent: Some("nonsense"),
        ..sample::seen(&verdict)
    });
    tracing.shutdown(PATIENCE);
    let named = collector.named();
    let roots = &named["invoke_workflow verify"];
    assert_eq!(roots.len(), 1);
    assert!(roots[0].parent_span_id.is_empty());
}

#[test]
fn a_run_that_was_ended_early_is_an_error_of_its_kind() {
    for (edge, want) in [
        (
            "hold: act has no budget left: calls: 64 of 64 made",
            "budget_exhausted",
        ),
        (
            "hold: act failed: the portal said 27AAPFU0939F1ZV",
            "step_failed",
        ),
        ("hold: act cannot be sure: a call was made", "uncertain"),
    ] {
        let collector = Collector::start();
        let tracing = start(&settings(&collector.endpoint), None);
        let mut verdict = sample::verdict();
        verdict["trace"][4]["edge"] = edge.into();
        tracing.record(&sample::seen(&sample::read(verdict)));
        tracing.shutdown(PATIENCE);
        let named = collector.named();
        let workflow = &named["invoke_workflow verify"][0];
        assert_eq!(attributes(&workflow.attributes)["error.type"], want);
        assert_eq!(workflow.status.as_ref().unwrap().message, want);
    }
}

#[test]
fn durations_and_tokens_are_metrics_too() {
    let collector = Collector::start();
    let tracing = start(&settings(&collector.endpoint), None);
    let verdict = sample::read(sample::verdict());
    tracing.record(&sample::seen(&verdict));
    tracing.shutdown(PATIENCE);
    let request = collector.metrics.recv_timeout(PATIENCE).unwrap();
    let resource = attributes(
        &request.resource_metrics[0]
            .resource
            .as_ref()
            .unwrap()
            .attributes,
    );
    assert_eq!(resource["service.name"], "satyapan");
    let metrics = request.resource_metrics[0].scope_metrics[0].metrics.iter();
    let mut got: Vec<(String, String, u64)> = metrics
        .map(|metric| {
            let Some(Data::Histogram(histogram)) = &metric.data else {
                panic!("{metric:?}")
            };
            let count = histogram.data_points.iter().map(|point| point.count).sum();
            (metric.name.clone(), metric.unit.clone(), count)
        })
        .collect();
    got.sort();
    let wanted = [
        ("gen_ai.client.operation.duration", "s", 3),
        ("gen_ai.client.token.usage", "{token}", 4),
        ("gen_ai.execute_tool.duration", "s", 3),
        ("gen_ai.invoke_agent.duration", "s", 1),
        ("gen_ai.workflow.duration", "s", 1),
    ];
    assert_eq!(
        got,
        wanted.map(|(name, unit, count)| (name.to_owned(), unit.to_owned(), count))
    );
}

#[test]
fn a_collector_that_hangs_holds_nobody_up_and_fills_no_memory() {
    let collector = Collector::start();
    let closed = collector.gate.clone().try_write_owned().unwrap();
    let settings = Settings {
        interval_ms: 1,
        spans_waiting_max: 64,
        ..settings(&collector.endpoint)
    };
    let tracing = start(&settings, None);
    let verdict = sample::read(sample::verdict());
    for _ in 0..5000 {
        tracing.record(&sample::seen(&verdict));
    }
    // All were handed over while not one request was answered.
    drop(closed);
    tracing.shutdown(PATIENCE);
    let received: usize = collector.named().values().map(Vec::len).sum();
    // The queue twice and the batch under way are what can have been kept of 40,000.
    assert!(received > 0 && received < 5000, "{received}");
}

/// Sends on what is logged.
#[derive(Clone)]
struct Lines(Sender<String>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .send(String::from_utf8_lossy(bytes).into_owned())
            .ok();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_collector_that_refuses_is_told_of_once() {
    let (to_lines, lines) = channel();
    let writer = Lines(to_lines);
    // The thread that sends is not this one, so the subscriber is everybody's: no other test here reads the log.
    tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
        .init();
    let collector = Collector::start();
    *collector.status.lock().unwrap() = StatusCode::BAD_REQUEST;
    let endpoint = collector.endpoint.replace("http://", "http://user:hidden@");
    let settings = Settings {
        interval_ms: 1,
        ..settings(&endpoint)
    };
    let tracing = start(&settings, None);
    let verdict = sample::read(sample::verdict());
    let mut logged = String::new();
    let mut until = |what: &str| {
        for _ in 0..3000 {
            tracing.record(&sample::seen(&verdict));
            logged.extend(lines.recv_timeout(Duration::from_millis(10)));
            if logged.contains(what) {
                return;
            }
        }
        panic!("never said {what:?}: {logged}");
    };
    until("takes no spans");
    *collector.status.lock().unwrap() = StatusCode::OK;
    until("takes spans again");
    tracing.shutdown(PATIENCE);
    logged.extend(lines.try_iter());
    assert_eq!(logged.matches("takes no spans").count(), 1, "{logged}");
    assert!(!logged.contains("hidden"), "{logged}");
}
