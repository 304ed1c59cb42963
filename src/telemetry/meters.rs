//! The metrics of OpenTelemetry's `GenAI` conventions, read off the same spans.

use opentelemetry::{
    KeyValue,
    metrics::{Histogram, Meter, MeterProvider},
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use crate::plan::{Operation, Planned};

/// As the conventions advise: 10 ms to 82 s, doubling.
const SECONDS: [f64; 14] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/// As the conventions advise: powers of four.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

#[derive(Debug)]
pub(crate) struct Meters {
    tokens: Histogram<u64>,
    client: Histogram<f64>,
    tool: Histogram<f64>,
    agent: Histogram<f64>,
    workflow: Histogram<f64>,
}

impl Meters {
    pub(crate) fn new(provider: &SdkMeterProvider) -> Self {
        let meter = provider.meter("satyapan");
        Self {
            tokens: meter
                .u64_histogram("gen_ai.client.token.usage")
                .with_unit("{token}")
                .with_boundaries(TOKENS.to_vec())
                .build(),
            client: seconds(&meter, "gen_ai.client.operation.duration"),
            tool: seconds(&meter, "gen_ai.execute_tool.duration"),
            agent: seconds(&meter, "gen_ai.invoke_agent.duration"),
            workflow: seconds(&meter, "gen_ai.workflow.duration"),
        }
    }

    pub(crate) fn record(&self, span: &Planned) {
        let subject = match span.operation {
            Operation::Workflow => "gen_ai.workflow.name",
            Operation::Agent => "gen_ai.agent.name",
            Operation::Tool => "gen_ai.tool.name",
            Operation::Retrieval => "gen_ai.data_source.id",
            Operation::Chat => "gen_ai.request.model",
        };
        let mut labels = vec![
            KeyValue::new("gen_ai.operation.name", span.operation.name()),
            KeyValue::new(subject, span.subject.clone()),
        ];
        labels.extend(span.error.map(|error| KeyValue::new("error.type", error)));
        let times = match span.operation {
            Operation::Workflow => &self.workflow,
            Operation::Agent => &self.agent,
            Operation::Tool => &self.tool,
            Operation::Retrieval | Operation::Chat => &self.client,
        };
        if span.operation == Operation::Chat {
            labels.push(KeyValue::new("gen_ai.provider.name", "openai"));
            for (direction, tokens) in [("input", span.tokens.0), ("output", span.tokens.1)] {
                let mut labels = labels.clone();
                labels.push(KeyValue::new("gen_ai.token.type", direction));
                self.tokens.record(tokens, &labels);
            }
        }
        times.record(span.window.took.as_secs_f64(), &labels);
        for child in &span.children {
            self.record(child);
        }
    }
}

fn seconds(meter: &Meter, name: &'static str) -> Histogram<f64> {
    meter
        .f64_histogram(name)
        .with_unit("s")
        .with_boundaries(SECONDS.to_vec())
        .build()
}
