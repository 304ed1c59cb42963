//! What a question costs, portal and client in one process as `eval` runs them: questions a second and CPU time of the
//! whole process for each. `cargo bench -p gst_portal`.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]
#![expect(clippy::print_stdout, reason = "the figures are the output")]

use std::{
    collections::HashMap,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use contract::{Answer, Tool};
use domain::{FinancialYear, TaxPeriod};
use gst_portal::{Args, GstPortal, PortalSettings};
use portal::{Faults, Lookup, Portal, PortalData};

const QUESTIONS: u32 = 40_000;
const AT_ONCE: u32 = 32;

/// Any IRN, and a statement of 5,000 documents.
struct Records(HashMap<TaxPeriod, Bytes>);

#[async_trait]
impl PortalData for Records {
    async fn taxpayer(&self, _: &str) -> Lookup {
        Lookup::Found(Bytes::from_static(include_bytes!(
            "../tests/fixtures/taxpayer_search_gstval.json"
        )))
    }
    async fn returns(&self, _: &str, _: Option<FinancialYear>) -> Lookup {
        Lookup::Absent
    }
    async fn statement(&self, _: &str, period: TaxPeriod, _: Option<u32>) -> Lookup {
        self.0
            .get(&period)
            .map_or(Lookup::Absent, |body| Lookup::Found(body.clone()))
    }
    async fn irn(&self, _: &str) -> Lookup {
        Lookup::Found(Bytes::from_static(
            br#"{"Status":"ACT","AckNo":"775859426549903","AckDt":"2026-11-20 11:04:09"}"#,
        ))
    }
    async fn jwks(&self) -> Lookup {
        Lookup::Absent
    }
}

/// CPU time of this process so far, in ticks of ten milliseconds (`utime` and `stime`; Linux).
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

async fn measure<F, G>(name: &str, questions: u32, ask: F)
where
    F: Fn(u32) -> G + Clone + Send + 'static,
    G: Future<Output = ()> + Send,
{
    let (begun, cpu_begun) = (Instant::now(), cpu());
    let tasks = (0..AT_ONCE).map(|lane| {
        let ask = ask.clone();
        tokio::spawn(async move {
            for number in (lane..questions).step_by(32) {
                ask(number).await;
            }
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap();
    }
    let (took, busy) = (begun.elapsed(), cpu().saturating_sub(cpu_begun));
    let rate = u128::from(questions) * 1_000_000 / took.as_micros().max(1);
    println!(
        "{name:<44} {rate:>9} /s {:>9.1?} CPU each",
        busy / questions
    );
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let period = TaxPeriod { year: 2026, month: 9 };
        let documents: Vec<String> = (0..5_000)
            .map(|n| format!(r#"{{"inum":"A/{n}","typ":"R","dt":"05-09-2026","val":118.00,"pos":"27","rev":"N","itcavl":"Y","items":[{{"num":1,"rt":18,"txval":100.00,"igst":18.00,"cgst":0,"sgst":0,"cess":0}}]}}"#))
            .collect();
        let body = format!(
            r#"{{"data":{{"gstin":"01AABCE2207R1Z5","rtnprd":"{period}","docdata":{{"b2b":[{{"ctin":"27ABCFE1234F1ZW","inv":[{}]}}]}}}}}}"#,
            documents.join(",")
        );
        let records = Arc::new(Records(HashMap::from([(period, Bytes::from(body))])));
        let begun = Instant::now();
        let portal = Portal::start(([127, 0, 0, 1], 0).into(), records, Faults::default()).await.unwrap();
        println!("the portal listens after {:?}", begun.elapsed());
        let settings = PortalSettings { base_url: Some(portal.base_url()), ..PortalSettings::default() };

        let url = format!("{}/eicore/v1.03/Invoice/irn/", portal.base_url());
        let client = reqwest::Client::builder().no_proxy().http1_only().build().unwrap();
        measure("reqwest alone, IRN status", QUESTIONS, move |number| {
            let request = client.get(format!("{url}{number:064x}"));
            async move { drop(request.send().await.unwrap().bytes().await.unwrap()) }
        })
        .await;

        let uncached = GstPortal::new(settings.clone()).unwrap();
        measure("IRN status, each asked once", QUESTIONS, move |number| {
            let tool = uncached.clone();
            async move {
                let args = Args::IrnStatus { irn: format!("{number:064x}"), fresh: None };
                assert!(matches!(tool.ask(args).await, Ok(Answer::Found(_))));
            }
        })
        .await;

        let tool = GstPortal::new(settings).unwrap();
        let cached = tool.clone();
        measure("taxpayer, kept", 1_000_000, move |_| {
            let tool = cached.clone();
            async move {
                let args = Args::Taxpayer { gstin: "27ABCFE1234F1ZW".to_owned(), fresh: None };
                assert!(matches!(tool.ask(args).await, Ok(Answer::Found(_))));
            }
        })
        .await;

        let statement = move |tool: &GstPortal, number: u32| {
            let tool = tool.clone();
            async move {
                let args = Args::Statement {
                    gstin: "01AABCE2207R1Z5".to_owned(),
                    supplier: "27ABCFE1234F1ZW".to_owned(),
                    number: format!("A-{}", number % 5_000),
                    from: "092026".to_owned(),
                    to: "102026".to_owned(),
                    fresh: None,
                };
                assert!(matches!(tool.ask(args).await, Ok(Answer::Found(_))));
            }
        };
        let begun = Instant::now();
        statement(&tool, 0).await;
        println!("a statement of 5,000 documents is read in {:?}", begun.elapsed());
        measure("a document in a kept statement", 400_000, move |number| statement(&tool, number)).await;
        portal.shutdown().await;
    });
}
