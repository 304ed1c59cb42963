//! Sending spans and metrics to a collector, over OTLP/HTTP.
//!
//! Who verifies hands spans to a bounded queue and goes on; a thread of its own sends them. A queue that is full drops, and a
//! collector that is away costs a warning when it goes and a line when it is back.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    trace::{Span, SpanKind, Status, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_otlp::{
    MetricExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    metrics::{PeriodicReader, SdkMeterProvider},
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider, SpanData,
        SpanExporter as Exporter,
    },
};
use reqwest13::{Url, blocking::Client};
use rustls::{ClientConfig, RootCertStore};

use crate::{
    content::Mask,
    meters::Meters,
    plan::{Operation, Planned, plan},
    seen::Seen,
    settings::Settings,
    traceparent::parent,
    vocabulary::Vocabulary,
};

/// Connecting is to fail before a request does.
const CONNECT_MAX: Duration = Duration::from_secs(2);

/// Why there is no tracing, when some was asked for.
#[derive(Debug, thiserror::Error)]
pub enum TracingError {
    #[error(
        "telemetry.otlp_endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) is no address of a collector: {0}; write it as in \
         http://127.0.0.1:4318, or unset it to send nothing"
    )]
    Endpoint(String),
    #[error("the connection to the OTLP collector cannot be set up: {0}")]
    Client(String),
    #[error("the OTLP collector took no span")]
    Untaken,
}

/// Sends what verifications were made of.
#[derive(Debug)]
pub struct Tracing {
    tracer: SdkTracer,
    spans: SdkTracerProvider,
    metrics: SdkMeterProvider,
    meters: Meters,
    vocabulary: Vocabulary,
    mask: Option<Mask>,
}

impl Tracing {
    /// Tracing by these settings; `None` where no collector is named. Content is sent only where the settings ask for it
    /// and there is a mask.
    ///
    /// # Errors
    /// An address that is none, a TLS set-up that cannot be made. That nobody listens there is no error.
    pub fn start(
        settings: &Settings,
        vocabulary: Vocabulary,
        mask: Option<Mask>,
    ) -> Result<Option<Self>, TracingError> {
        let Some(endpoint) = settings.otlp_endpoint.as_deref().filter(|e| !e.is_empty()) else {
            return Ok(None);
        };
        let endpoint = address(endpoint)?;
        let timeout = Duration::from_millis(settings.timeout_ms.max(1));
        let interval = Duration::from_millis(settings.interval_ms.max(1));
        let client = client(endpoint.clone(), timeout)?;
        let unbuilt = |error: &dyn std::error::Error| TracingError::Client(error.to_string());
        let to = |path: &str| format!("{}{path}", endpoint.as_str().trim_end_matches('/'));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client.clone())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(timeout)
            .with_endpoint(to("/v1/traces"))
            .build()
            .map_err(|error| unbuilt(&error))?;
        let exporter = Watched {
            exporter,
            collector: endpoint.host_str().unwrap_or_default().to_owned(),
            away: AtomicBool::new(false),
        };
        let queue = BatchConfigBuilder::default()
            .with_max_queue_size(settings.spans_waiting_max.max(1))
            .with_scheduled_delay(interval)
            .build();
        let processor = BatchSpanProcessor::builder(exporter)
            .with_batch_config(queue)
            .build();
        let spans = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_resource(resource())
            .build();
        let exporter = MetricExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(timeout)
            .with_endpoint(to("/v1/metrics"))
            .build()
            .map_err(|error| unbuilt(&error))?;
        let reader = PeriodicReader::builder(exporter)
            .with_interval(interval)
            .build();
        let metrics = SdkMeterProvider::builder()
            .with_reader(reader)
            .with_resource(resource())
            .build();
        Ok(Some(Self {
            tracer: spans.tracer("satyapan"),
            meters: Meters::new(&metrics),
            spans,
            metrics,
            vocabulary,
            mask: mask.filter(|_| settings.capture_content),
        }))
    }

    /// Hands over a verification. Never waits: what does not fit in the queue is dropped.
    pub fn record(&self, seen: &Seen<'_>) {
        let planned = plan(seen, &self.vocabulary, self.mask.as_ref());
        self.meters.record(&planned);
        self.emit(planned, &parent(seen.traceparent));
    }

    fn emit(&self, planned: Planned, parent: &Context) {
        let kind = match planned.operation {
            Operation::Workflow | Operation::Agent | Operation::Tool => SpanKind::Internal,
            Operation::Retrieval | Operation::Chat => SpanKind::Client,
        };
        let mut span = self.tracer.build_with_context(
            self.tracer
                .span_builder(planned.name())
                .with_kind(kind)
                .with_start_time(planned.window.start)
                .with_attributes(planned.attributes)
                .with_events(planned.events),
            parent,
        );
        if let Some(error) = planned.error {
            span.set_status(Status::error(error));
        }
        let below = parent.with_remote_span_context(span.span_context().clone());
        for child in planned.children {
            self.emit(child, &below);
        }
        span.end_with_timestamp(planned.window.end());
    }

    /// Sends one span, `doctor`, as every span is sent. Blocks: not for an executor's thread.
    ///
    /// # Errors
    /// The collector did not take it.
    pub fn probe(&self) -> Result<(), TracingError> {
        self.tracer.start("doctor").end();
        // What the exporter says of it holds the address, which may hold a password.
        self.spans.force_flush().map_err(|_| TracingError::Untaken)
    }

    /// Sends what is left and ends; gives up after a while. Blocks: not for an executor's thread.
    pub fn shutdown(&self, patience: Duration) {
        let (spans, metrics) = (self.spans.clone(), self.metrics.clone());
        let (done, ended) = mpsc::channel();
        let sending = move || {
            let sent = (spans.shutdown_with_timeout(patience), metrics.shutdown());
            // Whoever waited may have gone.
            done.send(sent.0.is_ok() && sent.1.is_ok()).ok();
        };
        let begun = thread::Builder::new()
            .name("otlp-end".to_owned())
            .spawn(sending);
        if begun.is_err() || ended.recv_timeout(patience) != Ok(true) {
            tracing::info!("Not all spans and metrics reached the OTLP collector before the end");
        }
    }
}

/// An address without what may not be shown.
fn address(endpoint: &str) -> Result<Url, TracingError> {
    let url = Url::parse(endpoint).map_err(|error| TracingError::Endpoint(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        let scheme = url.scheme();
        return Err(TracingError::Endpoint(format!(
            "its scheme is {scheme}, and http and https are spoken"
        )));
    }
    Ok(url)
}

/// The blocking client, because the thread that sends has no executor; made on a thread of its own, because it may not be
/// made on one that has.
fn client(endpoint: Url, timeout: Duration) -> Result<Client, TracingError> {
    let unmade = |error: &dyn std::error::Error| TracingError::Client(error.to_string());
    let make = move || {
        let tls = tls(&endpoint).map_err(|error| unmade(&error))?;
        let mut builder = Client::builder()
            .user_agent(concat!("satyapan/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls)
            .connect_timeout(CONNECT_MAX.min(timeout))
            .timeout(timeout)
            .redirect(reqwest13::redirect::Policy::none());
        let host = endpoint.host_str().unwrap_or_default();
        let host = host.trim_matches(['[', ']']);
        // The environment's proxy serves the world outside; a collector on this machine is reached directly.
        if host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) {
            builder = builder.no_proxy();
        }
        builder
            .build()
            .map_err(|error| unmade(&error.without_url()))
    };
    thread::Builder::new()
        .spawn(make)
        .map_err(|error| unmade(&error))?
        .join()
        .map_err(|_| TracingError::Client("the thread that makes it fell over".to_owned()))?
}

/// TLS by ring, which the workspace has. The public roots, and those that this machine trusts.
fn tls(endpoint: &Url) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if endpoint.scheme() == "https" {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Who sends. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win.
fn resource() -> Resource {
    let given = Resource::builder().build();
    let named = given
        .get(&"service.name".into())
        .is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let ours = [
        Some(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))),
        (!named).then(|| KeyValue::new("service.name", "satyapan")),
    ];
    Resource::builder()
        .with_attributes(ours.into_iter().flatten())
        .build()
}

/// Says once that the collector is away, and once that it is back. What the exporter says of it is not repeated: it holds
/// the address, which may hold a password.
#[derive(Debug)]
struct Watched<E> {
    exporter: E,
    collector: String,
    away: AtomicBool,
}

impl<E: Exporter> Exporter for Watched<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let sent = self.exporter.export(batch).await;
        let away = sent.is_err();
        let collector = &self.collector;
        match (self.away.swap(away, Ordering::Relaxed), away) {
            (false, true) => tracing::warn!(
                spans,
                "The OTLP collector at {collector} takes no spans: they are dropped, and verification goes on"
            ),
            (true, false) => tracing::info!("The OTLP collector at {collector} takes spans again"),
            _ => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
