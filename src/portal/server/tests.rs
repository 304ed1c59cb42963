use std::time::Instant as Clock;

use async_trait::async_trait;
use domain::{FinancialYear, TaxPeriod};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::data::Lookup;

/// What the records say, the status of the answer, and its code for each question.
type Refusal = (fn() -> Lookup, u16, [&'static str; 5]);

/// Answers everything, or nothing.
struct Says(fn() -> Lookup);

#[async_trait]
impl PortalData for Says {
    async fn taxpayer(&self, _: &str) -> Lookup {
        (self.0)()
    }
    async fn returns(&self, _: &str, _: Option<FinancialYear>) -> Lookup {
        (self.0)()
    }
    async fn statement(&self, _: &str, _: TaxPeriod, _: Option<u32>) -> Lookup {
        (self.0)()
    }
    async fn irn(&self, _: &str) -> Lookup {
        (self.0)()
    }
    async fn jwks(&self) -> Lookup {
        (self.0)()
    }
}

fn found() -> Lookup {
    Lookup::Found(Bytes::from_static(b"{\"Status\":\"ACT\"}"))
}

async fn start(says: fn() -> Lookup, faults: Faults) -> Running {
    Portal::start(([127, 0, 0, 1], 0).into(), Arc::new(Says(says)), faults)
        .await
        .unwrap()
}

async fn get(
    portal: &Running,
    path: &str,
    fault: Option<&str>,
) -> Result<(u16, String), reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut request = client.get(format!("{}{path}", portal.base_url()));
    if let Some(fault) = fault {
        request = request.header("x-portal-fault", fault);
    }
    let response = request.send().await?;
    Ok((response.status().as_u16(), response.text().await?))
}

const TAXPAYER: &str = "/commonapi/v1.1/search?action=TP&gstin=27ABCFE1234F1ZW";
const RETURNS: &str = "/commonapi/v1.0/returns?action=RETTRACK&gstin=27ABCFE1234F1ZW&fy=2026-27";
const STATEMENT: &str =
    "/taxpayerapi/v1.0/returns/gstr2b?action=GET2B&gstin=27abcfe1234f1zw&rtnprd=102026";
const IRN: &str = "/eicore/v1.03/Invoice/irn/706daecc";
const KEYS: &str = "/.well-known/irp/jwks.json";

#[tokio::test]
async fn each_question_is_answered_as_the_portals_do() {
    let portal = start(found, Faults::default()).await;
    for path in [TAXPAYER, RETURNS, STATEMENT, KEYS] {
        assert_eq!(
            get(&portal, path, None).await.unwrap(),
            (200, r#"{"Status":"ACT"}"#.to_owned()),
            "{path}"
        );
    }
    let (status, body) = get(&portal, IRN, None).await.unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        body,
        r#"{"Status":"1","Data":{"Status":"ACT"},"ErrorDetails":null,"InfoDtls":null}"#
    );
    assert_eq!(portal.requests(), 5);
    assert_eq!(
        get(&portal, "/healthz", None).await.unwrap(),
        (200, "ok".to_owned())
    );
    assert_eq!(portal.requests(), 5, "health is not counted");
}

#[tokio::test]
async fn no_not_loaded_and_failed_are_three_answers() {
    let refusals: [Refusal; 3] = [
        (
            || Lookup::Absent,
            200,
            ["FO8000", "RET13510", "RET2B1023", "2154", "NO_KEYS"],
        ),
        (|| Lookup::NotLoaded, 503, ["NOT_LOADED"; 5]),
        (|| Lookup::Failed, 500, ["STORE"; 5]),
    ];
    for (says, want, codes) in refusals {
        let portal = start(says, Faults::default()).await;
        for (path, code) in [TAXPAYER, RETURNS, STATEMENT, IRN, KEYS]
            .into_iter()
            .zip(codes)
        {
            let (status, body) = get(&portal, path, None).await.unwrap();
            let json: serde_json::Value = serde_json::from_str(&body).unwrap();
            let said = if path == IRN {
                &json["ErrorDetails"][0]["ErrorCode"]
            } else {
                &json["error"]["error_cd"]
            };
            assert_eq!((status, said.as_str()), (want, Some(code)), "{path}");
        }
    }
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let portal = start(found, Faults::default()).await;
    for (path, want) in [
        ("/commonapi/v1.1/search", 400),
        ("/commonapi/v1.1/search?action=TP", 400),
        (
            "/commonapi/v1.1/search?action=XX&gstin=27ABCFE1234F1ZW",
            400,
        ),
        ("/commonapi/v1.1/search?action=TP&gstin=27ABCFE1234F1Z", 400),
        (
            "/commonapi/v1.1/search?action=TP&gstin=27ABCFE1234F1Z%C3%84",
            400,
        ),
        (
            "/commonapi/v1.0/returns?action=RETTRACK&gstin=27ABCFE1234F1ZW",
            200,
        ),
        (
            "/commonapi/v1.0/returns?action=RETTRACK&gstin=27ABCFE1234F1ZW&fy=2026-28",
            400,
        ),
        (
            "/commonapi/v1.0/returns?action=RETTRACK&gstin=27ABCFE1234F1ZW&fy=2026",
            400,
        ),
        (
            "/taxpayerapi/v1.0/returns/gstr2b?action=GET2B&gstin=27ABCFE1234F1ZW",
            400,
        ),
        (
            "/taxpayerapi/v1.0/returns/gstr2b?action=GET2B&gstin=27ABCFE1234F1ZW&rtnprd=132026",
            400,
        ),
        (
            "/taxpayerapi/v1.0/returns/gstr2b?action=GET2B&gstin=27ABCFE1234F1ZW&rtnprd=122026&file_num=0",
            400,
        ),
        ("/elsewhere", 404),
        ("/", 404),
    ] {
        assert_eq!(get(&portal, path, None).await.unwrap().0, want, "{path}");
    }
    assert_eq!(
        get(&portal, TAXPAYER, Some("thunder")).await.unwrap().0,
        400
    );
    let long = format!("{TAXPAYER}&x={}", "a".repeat(HEAD_BYTES_MAX));
    assert!(matches!(
        get(&portal, &long, None).await,
        Ok((414 | 431, _)) | Err(_)
    ));
}

#[tokio::test]
async fn faults_of_the_transport() {
    let portal = start(found, Faults::default()).await;
    for (fault, want) in [
        ("500", Some(500)),
        ("503", Some(503)),
        ("429", Some(429)),
        ("garbage", Some(200)),
        ("drop", None),
        ("truncate", None),
    ] {
        let answer = get(&portal, TAXPAYER, Some(fault)).await;
        assert_eq!(
            answer.as_ref().ok().map(|(status, _)| *status),
            want,
            "{fault}: {answer:?}"
        );
    }
    let never = get(&portal, TAXPAYER, Some("timeout"));
    assert!(
        tokio::time::timeout(Duration::from_millis(50), never)
            .await
            .is_err()
    );
}

/// The half that arrives of a truncated answer stands under the length of the whole.
#[tokio::test]
async fn a_truncated_answer_promises_what_it_does_not_send() {
    let portal = start(found, Faults::default()).await;
    let mut stream = TcpStream::connect(portal.addr).await.unwrap();
    let request = format!("GET {TAXPAYER} HTTP/1.1\r\nhost: x\r\nx-portal-fault: truncate\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("content-length: 16\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"Status"), "{answer}");
}

#[tokio::test]
async fn settings_misbehave_for_all_and_a_request_overrides_them() {
    let faults = Faults {
        fault: Some(Fault::Internal),
        ..Faults::default()
    };
    let portal = start(found, faults).await;
    assert_eq!(get(&portal, TAXPAYER, None).await.unwrap().0, 500);
    assert_eq!(get(&portal, TAXPAYER, Some("503")).await.unwrap().0, 503);

    let portal = start(
        found,
        Faults {
            fail_every_n: 2,
            ..Faults::default()
        },
    )
    .await;
    for want in [200, 500, 200, 500] {
        assert_eq!(get(&portal, TAXPAYER, None).await.unwrap().0, want);
    }

    let portal = start(
        found,
        Faults {
            rate_limit_per_s: 2,
            ..Faults::default()
        },
    )
    .await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(get(&portal, TAXPAYER, None).await.unwrap().0);
    }
    assert!(statuses.starts_with(&[200, 200]), "{statuses:?}");
    assert_eq!(
        get(&portal, "/healthz", None).await.unwrap().0,
        200,
        "health is not limited"
    );
}

#[test]
fn a_window_counts_a_second() {
    let since = Instant::now();
    let mut window = Window { since, requests: 0 };
    let second = Duration::from_secs(1);
    let counts = [
        Duration::ZERO,
        Duration::from_nanos(999_999_999),
        second,
        second * 2,
    ]
    .map(|after| window.count(since + after));
    assert_eq!(counts, [1, 2, 1, 1]);
}

#[tokio::test]
async fn stopping_ends_idle_connections_and_frees_the_port() {
    let portal = start(found, Faults::default()).await;
    let addr = portal.addr;
    let mut idle = TcpStream::connect(addr).await.unwrap();
    get(&portal, TAXPAYER, None).await.unwrap();
    let begun = Clock::now();
    portal.shutdown().await;
    assert!(begun.elapsed() < GRACE);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.ok();
    assert!(rest.is_empty());
    TcpListener::bind(addr).await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error() {
    let portal = start(found, Faults::default()).await;
    let error = Portal::start(portal.addr, Arc::new(Says(found)), Faults::default())
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("portal: cannot listen on 127.0.0.1:"),
        "{error}"
    );
}
