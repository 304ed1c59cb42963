//! A small Tally on its port: XML in, XML out, in UTF-16 as well.

use hooks::{Format, Kind};

use super::{all, systems, window};
use crate::server::{Answer, Asked, Server};

const TALLY: &str = "[tally]\nBASE\ncompany = 'Deccan & Sons'";

/// The day and the voucher type that are asked for.
fn asked_for(asked: &Asked) -> (String, String) {
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/base/")
    );
    let body = String::from_utf8(asked.body.clone()).unwrap();
    let member = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}")).unwrap();
        let (_, value) = rest.split_once('>').unwrap();
        value.split('<').next().unwrap().to_owned()
    };
    assert_eq!(member("SVCURRENTCOMPANY"), "Deccan &amp; Sons");
    assert_eq!(member("SVFROMDATE"), member("SVTODATE"));
    (member("SVFROMDATE"), member("VOUCHERTYPENAME"))
}

fn voucher(guid: &str, kind: &str) -> String {
    format!(
        "<TALLYMESSAGE xmlns:UDF=\"TallyUDF\"><VOUCHER REMOTEID=\"{guid}\" VCHTYPE=\"{kind}\"><GUID>{guid}</GUID><ALTERID> 7</ALTERID>\
        <NARRATION>&#4; Not Applicable शर्मा</NARRATION></VOUCHER></TALLYMESSAGE>"
    )
}

fn utf16(text: &str) -> Vec<u8> {
    [0xfeff]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

#[tokio::test]
async fn each_day_and_type_is_asked_for_and_each_voucher_is_told_apart() {
    let server = Server::start(|_, asked| {
        let (day, kind) = asked_for(asked);
        let vouchers = match (day.as_str(), kind.as_str()) {
            ("20261114", "Purchase") => [voucher("g-1", "Purchase"), voucher("g-2", "Purchase"), voucher("g-3", "Sales")].concat(),
            ("20261115", "Debit Note") => voucher("g-4", "Debit Note"),
            _ => String::new(),
        };
        let answer = format!("<ENVELOPE><BODY><DESC><STATICVARIABLES><SVCURRENTCOMPANY>D</SVCURRENTCOMPANY></STATICVARIABLES></DESC>\
            <DATA>{vouchers}</DATA></BODY></ENVELOPE>");
        Answer::Reply(200, Vec::new(), utf16(&answer))
    })
    .await;
    let systems = systems(&server, TALLY);
    // From an evening in India to a morning: three days.
    let span = window("2026-11-14T12:00:00Z", "2026-11-15T20:00:00Z");
    let mut puller = systems.pull(Format::Tally, span).unwrap();
    let mut keys = Vec::new();
    for found in all(&mut puller).await.unwrap() {
        let message = puller.message(&found).await.unwrap();
        for event in Format::Tally.events("tally", &message).unwrap() {
            match event.kind {
                Kind::Document(document) => {
                    let text = String::from_utf8_lossy(&document).replace('\0', "");
                    let company = text.contains("<SVCURRENTCOMPANY>D</SVCURRENTCOMPANY>");
                    keys.push((event.key, company, text.matches("<VOUCHER ").count()));
                }
                other => assert!(matches!(other, Kind::Ignored { .. }), "{other:?}"),
            }
        }
    }
    let wanted = ["g-1", "g-2", "g-4"].map(|guid| (format!("[\"{guid}\",\"7\"]"), true, 1));
    assert_eq!(keys, wanted);
    let mut asked: Vec<_> = server.asked().iter().map(asked_for).collect();
    asked.sort();
    let want = ["20261114", "20261115", "20261116"]
        .into_iter()
        .flat_map(|day| {
            [
                (day.to_owned(), "Debit Note".to_owned()),
                (day.to_owned(), "Purchase".to_owned()),
            ]
        });
    assert_eq!(asked, want.collect::<Vec<_>>());
    assert_eq!(server.most(), 1, "one question at a time");
}

#[tokio::test]
async fn what_tally_cannot_do_it_says_with_a_success() {
    let server = Server::start(|_, _| {
        let answer = "<ENVELOPE><BODY><DATA><LINEERROR>Could not find Company 'Deccan'</LINEERROR></DATA></BODY></ENVELOPE>";
        Answer::Reply(200, Vec::new(), utf16(answer))
    })
    .await;
    let systems = systems(&server, TALLY);
    let span = window("2026-11-14T12:00:00Z", "2026-11-14T13:00:00Z");
    let error = all(&mut systems.pull(Format::Tally, span).unwrap())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "tally: Purchase of 2026-11-14 is refused: Tally cannot; is the company open there, and the voucher type known?; \
         check the credentials and rights under read_back.tally"
    );
}
