//! What the portal says, and what the tool makes of it.

use std::sync::Arc;

use bytes::Bytes;
use contract::{AnyTool, Tool, ToolError};
use domain::portal::{Returns, Statement, Taxpayer};
use futures::{FutureExt, future::BoxFuture};
use gst_portal::{Args, GstPortal, InProcess, PortalSettings, Secret, YesNo};
use portal::{Fault, Faults};
use serde_json::{Value, json};

use crate::{
    scripted::{Scripted, script},
    support::{
        BUYER, Book, IRN, SUPPLIER, every_question, filed, fixture, found, full_book, irn, kind,
        listed, returns, serve, settings, signing_key, statement, taxpayer, tool,
    },
};

#[tokio::test]
async fn what_the_book_holds_is_found() {
    let book = full_book("found");
    let portal = serve(&book, Faults::default()).await;
    let tool = tool(portal.base_url());
    assert_eq!(
        found(tool.ask(taxpayer(SUPPLIER)).await),
        fixture("taxpayer_search_gstval.json")
    );
    assert_eq!(
        found(tool.ask(irn(IRN)).await),
        json!({"Status": "ACT", "AckNo": "775859426549903", "AckDt": "2026-11-20 11:04:09"})
    );
    assert_eq!(
        found(tool.ask(signing_key("0ffb32")).await)["kid"],
        "0FFB32"
    );
    let record = found(tool.ask(listed("inv/2", "092026", "112026")).await);
    assert_eq!(
        record["periods"],
        json!(["092026", "102026"]),
        "read up to the month that lists it"
    );
    assert_eq!(record["documents"][0]["section"], "b2b");
    assert_eq!(record["documents"][0]["document"]["inum"], "INV-002");
    assert_eq!(
        record["documents"][0]["document"]["items"][0]["txval"].to_string(),
        "99999999999999.90"
    );
    portal.shutdown().await;
}

/// The stand-in, without its server.
struct Inside(portal::Inside);

impl InProcess for Inside {
    fn get<'a>(&'a self, path_and_query: &'a str) -> BoxFuture<'a, (u16, Bytes)> {
        self.0.get(path_and_query).boxed()
    }
}

#[tokio::test]
async fn a_portal_in_the_process_says_what_a_server_says() {
    let strange = irn("../../healthz?x=1#y");
    for (name, book) in [
        ("inside", full_book("inside")),
        ("hollow", Book::new("hollow", &[])),
    ] {
        let served = serve(&book, Faults::default()).await;
        let wire = tool(served.base_url());
        let inside = Arc::new(Inside(portal::Inside::new(book.data())));
        let inside = GstPortal::in_process(settings(String::new()), inside).unwrap();
        for args in every_question().into_iter().chain([strange.clone()]) {
            let (said, by_call) = (wire.ask(args.clone()).await, inside.ask(args).await);
            assert_eq!(format!("{said:?}"), format!("{by_call:?}"), "{name}");
            assert_eq!(wire.counts().calls, inside.counts().calls, "{name}");
        }
        served.shutdown().await;
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_inside_as_well() {
    let book = full_book("large");
    let inside = Arc::new(Inside(portal::Inside::new(book.data())));
    let small = PortalSettings {
        body_bytes_max: 10,
        ..settings(String::new())
    };
    let tool = GstPortal::in_process(small, inside).unwrap();
    assert_eq!(kind(&tool.ask(taxpayer(SUPPLIER)).await), "malformed");
}

#[tokio::test]
async fn what_the_book_lacks_is_absent() {
    let book = full_book("absent");
    let portal = serve(&book, Faults::default()).await;
    let tool = tool(portal.base_url());
    for (args, want) in [
        (taxpayer("24AAACR5055K2ZC"), "absent"),
        (returns("24AAACR5055K2ZC", "102025", "032026"), "absent"),
        (listed("A/1", "082026", "102026"), "absent"),
        (listed("B/1", "092026", "102026"), "found"),
        (irn(&IRN.replace('7', "8")), "absent"),
        (irn("../../healthz?x=1#y"), "absent"),
        (signing_key("0FFB33"), "absent"),
    ] {
        let answer = tool.ask(args).await;
        assert_eq!(kind(&answer), want, "{answer:?}");
        assert!(!format!("{answer:?}").contains("AAACR5055K"), "{answer:?}");
    }
    let unlisted = found(tool.ask(listed("B/1", "092026", "112026")).await);
    assert_eq!(
        unlisted["periods"],
        json!(["092026", "102026"]),
        "a later month may be missing"
    );
    assert_eq!(unlisted["documents"], json!([]));
}

#[tokio::test]
async fn what_was_never_loaded_is_no_source() {
    let book = Book::new("unloaded", &[]);
    let portal = serve(&book, Faults::default()).await;
    let tool = tool(portal.base_url());
    for args in every_question() {
        let answer = tool.ask(args).await;
        assert_eq!(kind(&answer), "no source", "{answer:?}");
        assert!(!answer.unwrap_err().retry_is_useful());
    }
    assert_eq!(
        tool.counts().requests,
        6,
        "returns of two years, and nothing is tried twice"
    );
}

#[tokio::test]
async fn a_fault_is_never_taken_for_an_answer() {
    let book = full_book("faults");
    let portal = serve(&book, Faults::default()).await;
    for (fault, want) in [
        ("500", "unreachable"),
        ("503", "unreachable"),
        ("429", "unreachable"),
        ("timeout", "unreachable"),
        ("drop", "unreachable"),
        ("truncate", "unreachable"),
        ("garbage", "malformed"),
        ("stale", "found"),
    ] {
        let mut settings = settings(portal.base_url());
        settings
            .headers
            .insert("x-portal-fault".to_owned(), Secret::new(fault));
        settings.retries = 1;
        // Below the pause of a second that a limited portal asks for, and above what an answer takes.
        settings.deadline_ms = if fault == "429" { 900 } else { 30_000 };
        settings.attempt_timeout_ms = if fault == "timeout" { 50 } else { 10_000 };
        let tool = GstPortal::new(settings).unwrap();
        for args in every_question() {
            let answer = tool.ask(args).await;
            assert_eq!(kind(&answer), want, "{fault}: {answer:?}");
            if let Err(error) = &answer {
                assert!(error.retry_is_useful());
                let shown = error.to_string();
                assert!(
                    !shown.contains("ABCFE1234F") && !shown.contains("127.0.0.1"),
                    "{shown}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_wrong_record_is_handed_on_but_for_a_statement() {
    let book = full_book("wrong");
    let faults = Faults {
        fault: Some(Fault::WrongRecord),
        ..Faults::default()
    };
    let portal = serve(&book, faults).await;
    let tool = tool(portal.base_url());
    assert_eq!(
        found(tool.ask(taxpayer(SUPPLIER)).await)["gstin"],
        "24AAACR5055K2ZC"
    );
    assert_eq!(
        found(tool.ask(returns(SUPPLIER, "102025", "032026")).await),
        json!({"EFiledlist": []})
    );
    assert_eq!(found(tool.ask(irn(IRN)).await)["Irn"], "0".repeat(64));
    assert_eq!(
        kind(&tool.ask(listed("A/1", "092026", "102026")).await),
        "malformed"
    );
    assert_eq!(kind(&tool.ask(signing_key("0ffb32")).await), "absent");
}

#[tokio::test]
async fn an_empty_answer_is_read_for_what_it_is() {
    let book = full_book("empty");
    let portal = serve(
        &book,
        Faults {
            fault: Some(Fault::Empty),
            ..Faults::default()
        },
    )
    .await;
    let tool = tool(portal.base_url());
    for (args, want) in
        every_question()
            .into_iter()
            .zip(["malformed", "found", "found", "malformed", "absent"])
    {
        let answer = tool.ask(args).await;
        assert_eq!(kind(&answer), want, "{answer:?}");
    }
}

#[tokio::test]
async fn returns_span_years_and_come_newest_first() {
    let book = full_book("returns");
    let portal = serve(&book, Faults::default()).await;
    let tool = tool(portal.base_url());
    for (from, to, want, requests) in [
        ("012026", "022026", vec!["022026", "012026"], 1),
        ("122025", "012026", vec!["012026", "122025"], 0),
        // A March return is filed in April: the next year is asked as well.
        ("032026", "032026", vec!["032026"], 1),
        (
            "012020",
            "042026",
            vec!["042026", "032026", "022026", "012026", "122025"],
            6,
        ),
        ("052026", "102026", vec![], 0),
    ] {
        let before = tool.counts().requests;
        let record = found(tool.ask(returns(SUPPLIER, from, to)).await);
        let periods: Vec<&str> = record["EFiledlist"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["ret_prd"].as_str().unwrap())
            .collect();
        assert_eq!(periods, want, "{from} to {to}");
        assert_eq!(tool.counts().requests - before, requests, "{from} to {to}");
        Returns::read(&record).unwrap();
    }
}

#[tokio::test]
async fn a_return_that_two_years_list_is_listed_once() {
    let both = filed(&["032026", "032026"]).to_string();
    let server = Scripted::start(vec![], script(200, &both)).await;
    let record = found(
        tool(server.base_url())
            .ask(returns(SUPPLIER, "032026", "032026"))
            .await,
    );
    assert_eq!(server.hits(), 2);
    assert_eq!(
        record["EFiledlist"].as_array().unwrap().len(),
        2,
        "what one list says twice stays"
    );
}

#[tokio::test]
async fn arguments_that_do_not_fit_ask_nothing() {
    let tool = tool("http://127.0.0.1:9".to_owned());
    for args in [
        taxpayer(""),
        taxpayer("27ABCFE1234F1Z"),
        taxpayer("27ABCFE1234F1Z&"),
        returns(SUPPLIER, "132025", "032026"),
        returns(SUPPLIER, "042026", "032026"),
        returns(SUPPLIER, "012010", "012026"),
        listed("A/1", "012020", "012023"),
        irn(""),
        irn(".."),
        irn(&"a".repeat(257)),
        signing_key(" "),
    ] {
        assert_eq!(kind(&tool.ask(args).await), "arguments");
    }
    for arguments in [
        json!({"operation": "taxpayer"}),
        json!({"operation": "taxpayer", "gstin": 27}),
        json!({"operation": "taxpayer", "gstin": SUPPLIER, "fresh": "perhaps"}),
        json!({"operation": "taxpayer", "gstin": SUPPLIER, "url": "http://example.org"}),
        json!({"operation": "pay"}),
        json!({}),
    ] {
        let error = AnyTool::call(&tool, &arguments).await.unwrap_err();
        assert!(
            matches!(error, ToolError::Arguments { .. }),
            "{arguments}: {error}"
        );
    }
    assert_eq!(tool.counts().requests, 0);
}

#[tokio::test]
async fn arguments_read_back_as_they_were_written() {
    for arguments in [
        json!({"operation": "taxpayer", "gstin": SUPPLIER}),
        json!({"operation": "returns", "gstin": SUPPLIER, "from": "102025", "to": "032026"}),
        json!({"operation": "statement", "gstin": BUYER, "supplier": SUPPLIER, "number": "00012345678901234567", "from": "092026", "to": "102026"}),
        json!({"operation": "irn_status", "irn": IRN, "fresh": "yes"}),
        json!({"operation": "signing_key", "kid": "0FFB32", "fresh": "no"}),
    ] {
        let args: Args = serde_json::from_value(arguments.clone()).unwrap();
        assert_eq!(serde_json::to_value(args).unwrap(), arguments);
    }
}

#[tokio::test]
async fn a_hundred_who_ask_the_same_at_once_make_one_call() {
    let book = full_book("flight");
    let faults = Faults {
        latency_ms: 20,
        ..Faults::default()
    };
    let portal = serve(&book, faults).await;
    let tool = tool(portal.base_url());
    let answers = futures::future::join_all((0..100).map(|_| tool.ask(taxpayer(SUPPLIER)))).await;
    assert!(answers.iter().all(|answer| kind(answer) == "found"));
    assert_eq!(portal.requests(), 1);
    let counts = tool.counts();
    assert_eq!(
        (counts.calls, counts.requests, counts.cache_hits),
        (1, 1, 99)
    );

    let fresh = Args::Taxpayer {
        gstin: SUPPLIER.to_owned(),
        fresh: Some(YesNo::Yes),
    };
    found(tool.ask(fresh).await);
    assert_eq!(portal.requests(), 2, "fresh passes over what is kept");
}

#[tokio::test]
async fn real_answers_are_read_without_loss() {
    for name in [
        "taxpayer_search_gstval.json",
        "taxpayer_search_coop_bank.json",
    ] {
        let sent = fixture(name);
        let server = Scripted::start(vec![], script(200, &sent.to_string())).await;
        let record = found(tool(server.base_url()).ask(taxpayer(SUPPLIER)).await);
        let bare = sent.get("taxpayerInfo").unwrap_or(&sent);
        assert_eq!(&record, bare, "{name}");
        Taxpayer::read(&record).unwrap();
    }
    for (name, list, from, to) in [
        (
            "return_track_rettrack.json",
            "/EFiledlist",
            "072017",
            "032023",
        ),
        (
            "return_track_slash_dates.json",
            "/data/EFiledlist",
            "122025",
            "072026",
        ),
    ] {
        let sent = fixture(name);
        let server = Scripted::start(vec![], script(200, &sent.to_string())).await;
        let record = found(
            tool(server.base_url())
                .ask(returns(SUPPLIER, from, to))
                .await,
        );
        let mut want = sent.pointer(list).unwrap().as_array().unwrap().clone();
        let period = |entry: &Value| domain::TaxPeriod::parse(entry["ret_prd"].as_str().unwrap());
        want.sort_by_key(|entry| std::cmp::Reverse(period(entry)));
        assert_eq!(record["EFiledlist"], json!(want), "{name}");
    }
}

#[tokio::test]
async fn every_section_with_suppliers_is_searched() {
    let ask = async |name: &str, supplier: &str, number: &str, record_of: &str| {
        let server = Scripted::start(vec![], script(200, &fixture(name).to_string())).await;
        let args = Args::Statement {
            gstin: record_of.to_owned(),
            supplier: supplier.to_owned(),
            number: number.to_owned(),
            from: "032020".to_owned(),
            to: "032020".to_owned(),
            fresh: None,
        };
        let record = found(tool(server.base_url()).ask(args).await);
        let read = Statement::read(&record).unwrap();
        read.documents
            .iter()
            .map(|d| format!("{} {}", d.section, d.number))
            .collect::<Vec<_>>()
    };
    let (b2b, notes, distributor) = ("01AABCE2207R1Z5", "01AAAAP1208Q1ZS", "16DEFPS8555D1Z7");
    let (newer, older) = ("gstr_2b_all_sections.json", "gstr_2a_all_sections.json");
    for (name, supplier, number, want) in [
        (newer, b2b, "s-8400", vec!["b2b S008400", "b2ba S008400"]),
        (newer, notes, "533515", vec!["cdnr 533515", "cdnra 533515"]),
        (newer, distributor, "S0080", vec!["isd S0080", "isda S0080"]),
        (newer, distributor, "1004", vec!["isda S0080"]),
        (newer, notes, "S008400", vec![]),
        (older, b2b, "S008400", vec!["b2b S008400", "b2ba S008400"]),
        (older, notes, "533515", vec!["cdn 533515", "cdna 533515"]),
        (older, notes, "915914", vec![]),
    ] {
        assert_eq!(
            ask(name, supplier, number, BUYER).await,
            want,
            "{name} {supplier} {number}"
        );
    }
}

#[tokio::test]
async fn an_amendment_is_found_under_the_number_that_it_replaces() {
    let mut sent = statement("092026", "A/1");
    sent["data"]["docdata"] = json!({"b2ba": [{"ctin": SUPPLIER, "inv": [
        {"oinum": "A/1", "oidt": "05-09-2026", "inum": "A/2", "items": []}]}]});
    let server = Scripted::start(vec![], script(200, &sent.to_string())).await;
    let tool = tool(server.base_url());
    for number in ["A/1", "A/2"] {
        let record = found(tool.ask(listed(number, "092026", "092026")).await);
        assert_eq!(
            record["documents"][0]["document"]["inum"], "A/2",
            "{number}"
        );
    }
    assert_eq!(server.hits(), 1, "a statement is read once");
}

#[tokio::test]
async fn what_a_later_month_amends_stands_beside_the_original() {
    let mut amended = statement("102026", "A/1");
    amended["data"]["docdata"] = json!({"b2ba": [{"ctin": SUPPLIER, "inv": [
        {"oinum": "A/1", "oidt": "05-09-2026", "inum": "A/1", "items": []}]}]});
    let book = Book::new(
        "amended",
        &[
            ("gstr2b/1.json", statement("092026", "A/1")),
            ("gstr2b/2.json", amended),
        ],
    );
    let portal = serve(&book, Faults::default()).await;
    let record = found(
        tool(portal.base_url())
            .ask(listed("A/1", "092026", "102026"))
            .await,
    );
    let told = |at: usize| {
        (
            &record["documents"][at]["section"],
            &record["documents"][at]["period"],
        )
    };
    assert_eq!(told(0), (&json!("b2b"), &json!("092026")));
    assert_eq!(told(1), (&json!("b2ba"), &json!("102026")));
}

#[tokio::test]
async fn a_statement_in_several_files_is_read_whole() {
    let book = Book::new(
        "files",
        &[
            ("gstr2b/1.json", statement("092026", "A/1")),
            ("gstr2b/2.json", statement("092026", "A/2")),
        ],
    );
    let portal = serve(&book, Faults::default()).await;
    let tool = tool(portal.base_url());
    for number in ["A/1", "A/2"] {
        let record = found(tool.ask(listed(number, "092026", "092026")).await);
        assert_eq!(record["documents"][0]["document"]["inum"], number);
    }
    assert_eq!(portal.requests(), 3, "the cover and two files");
}
