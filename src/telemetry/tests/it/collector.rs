//! A collector: an HTTP server that takes OTLP, as one from OpenTelemetry would.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use opentelemetry_proto::tonic::{
    collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;

/// What came in, and whether answers are held back.
#[derive(Clone)]
struct Shared {
    spans: Sender<ExportTraceServiceRequest>,
    metrics: Sender<ExportMetricsServiceRequest>,
    /// Locked as long as nobody is answered.
    gate: Arc<tokio::sync::RwLock<()>>,
    status: Arc<Mutex<StatusCode>>,
}

pub(crate) struct Collector {
    pub(crate) endpoint: String,
    pub(crate) spans: Receiver<ExportTraceServiceRequest>,
    pub(crate) metrics: Receiver<ExportMetricsServiceRequest>,
    pub(crate) gate: Arc<tokio::sync::RwLock<()>>,
    pub(crate) status: Arc<Mutex<StatusCode>>,
    _runtime: tokio::runtime::Runtime,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (to_spans, spans) = channel();
        let (to_metrics, metrics) = channel();
        let shared = Shared {
            spans: to_spans,
            metrics: to_metrics,
            gate: Arc::default(),
            status: Arc::new(Mutex::new(StatusCode::OK)),
        };
        let (gate, status) = (Arc::clone(&shared.gate), Arc::clone(&shared.status));
        let router = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/metrics", post(measures))
            .with_state(shared);
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            endpoint,
            spans,
            metrics,
            gate,
            status,
            _runtime: runtime,
        }
    }

    /// All spans that have come, by name; waits for the first.
    pub(crate) fn named(&self) -> BTreeMap<String, Vec<Span>> {
        let first = self.spans.recv_timeout(Duration::from_secs(30)).unwrap();
        let mut named: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        for request in std::iter::once(first).chain(self.spans.try_iter()) {
            let scopes = request
                .resource_spans
                .into_iter()
                .flat_map(|r| r.scope_spans);
            for span in scopes.flat_map(|scope| scope.spans) {
                named.entry(span.name.clone()).or_default().push(span);
            }
        }
        named
    }
}

async fn traces(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let status = *shared.status.lock().unwrap();
    if status == StatusCode::OK {
        shared
            .spans
            .send(ExportTraceServiceRequest::decode(body).unwrap())
            .ok();
    }
    drop(shared.gate.read().await);
    status
}

async fn measures(State(shared): State<Shared>, body: Bytes) -> StatusCode {
    shared
        .metrics
        .send(ExportMetricsServiceRequest::decode(body).unwrap())
        .ok();
    StatusCode::OK
}

/// Attributes as text.
pub(crate) fn attributes(list: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |attribute: &KeyValue| {
        let value = match attribute
            .value
            .as_ref()
            .and_then(|value| value.value.as_ref())
        {
            Some(Value::StringValue(text)) => text.clone(),
            Some(Value::IntValue(number)) => number.to_string(),
            Some(Value::DoubleValue(number)) => number.to_string(),
            Some(Value::ArrayValue(list)) => {
                let of = |value: &AnyValue| match &value.value {
                    Some(Value::StringValue(text)) => text.clone(),
                    other => format!("{other:?}"),
                };
                list.values.iter().map(of).collect::<Vec<_>>().join(",")
            }
            other => format!("{other:?}"),
        };
        (attribute.key.clone(), value)
    };
    list.iter().map(text).collect()
}
