//! Taxpayers, returns and statements as the GST portal and its providers write them, through the tool.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use contract::{Answer, Tool, ToolError};
use domain::{
    Decimal, FinancialYear, TaxPeriod,
    civil::parse_date,
    portal::{Returns, SigningKey, Statement, Taxpayer},
};
use gst_portal::{Args, GstPortal, PortalSettings};
use portal::{Faults, Lookup, Portal, PortalData};
use serde_json::Value;

use super::{bytes, jwks, keys, sample};

/// A portal that answers with the samples' own bytes, envelopes and all; the statement is of this file.
struct Samples(&'static str);

const NEWER: &str = "gstr_2b_all_sections.json";
const OLDER: &str = "gstr_2a_all_sections.json";
/// Taxpayers of no sample, under whom the registration portals' errors are served.
const TOKEN_ERROR: &str = "07AAAAA0000A1Z0";
const DUPLICATE: &str = "07AAAAA0000A1Z1";

fn body(name: &str) -> Lookup {
    Lookup::Found(Bytes::from(bytes(name)))
}

#[async_trait]
impl PortalData for Samples {
    async fn taxpayer(&self, gstin: &str) -> Lookup {
        match gstin {
            "30AAAAP0267H1Z1" => body("taxpayer_search_coop_bank.json"),
            "27ABCFE1234F1ZW" => body("taxpayer_search_gstval.json"),
            TOKEN_ERROR => Lookup::Found(sample("irp_errors.json")[1].to_string().into()),
            DUPLICATE => Lookup::Found(sample("irp_errors.json")[0].to_string().into()),
            _ => Lookup::Absent,
        }
    }

    async fn returns(&self, gstin: &str, _: Option<FinancialYear>) -> Lookup {
        match gstin {
            "27AAAAA0000A1Z0" => body("return_track_rettrack.json"),
            _ => body("return_track_slash_dates.json"),
        }
    }

    async fn statement(&self, _: &str, _: TaxPeriod, _: Option<u32>) -> Lookup {
        body(self.0)
    }

    async fn irn(&self, _: &str) -> Lookup {
        Lookup::Absent
    }

    async fn jwks(&self) -> Lookup {
        Lookup::Found(jwks().to_string().into())
    }
}

/// What the tool makes of what the portal says.
async fn ask(statement: &'static str, questions: Vec<Args>) -> Vec<Result<Value, ToolError>> {
    let portal = Portal::start(
        ([127, 0, 0, 1], 0).into(),
        Arc::new(Samples(statement)),
        Faults::default(),
    )
    .await
    .unwrap();
    let tool = GstPortal::new(PortalSettings {
        base_url: Some(portal.base_url()),
        backoff_ms: 0,
        ..PortalSettings::default()
    })
    .unwrap();
    let mut answers = Vec::new();
    for question in questions {
        answers.push(tool.ask(question).await.map(|answer| match answer {
            Answer::Found(record) => Arc::unwrap_or_clone(record),
            Answer::Absent(why) => panic!("absent: {why}"),
        }));
    }
    portal.shutdown().await;
    answers
}

fn taxpayer(gstin: &str) -> Args {
    Args::Taxpayer {
        gstin: gstin.to_owned(),
        fresh: None,
    }
}

#[tokio::test]
async fn taxpayers_are_read_whatever_is_wrapped_around_them() {
    let (wrapped, bare) = ("30AAAAP0267H1Z1", "27ABCFE1234F1ZW");
    let answers = ask(NEWER, vec![taxpayer(wrapped), taxpayer(bare)]).await;
    let read =
        |answer: &Result<Value, ToolError>| Taxpayer::read(answer.as_ref().unwrap()).unwrap();
    let bank = read(&answers[0]);
    assert_eq!(bank.gstin, wrapped);
    assert_eq!(bank.legal_name, "GP PARSIK SAHAKARI BANK LIMITED");
    assert_eq!((bank.cancelled, bank.e_invoices), (None, Some(true)));
    assert_eq!(bank.registered, parse_date("01/07/2017"));
    let trader = read(&answers[1]);
    assert_eq!(
        (trader.gstin.as_str(), trader.trade_name.as_str()),
        (bare, "Acme")
    );
    assert_eq!((trader.cancelled, trader.is_composition()), (None, false));
    assert!(
        Taxpayer::read(&sample("taxpayer_search_coop_bank.json")).is_err(),
        "the envelope itself is no taxpayer"
    );
}

#[tokio::test]
async fn an_error_in_the_portals_form_is_no_answer() {
    for answer in ask(NEWER, vec![taxpayer(TOKEN_ERROR), taxpayer(DUPLICATE)]).await {
        let error = answer.unwrap_err();
        assert!(!matches!(error, ToolError::Arguments { .. }), "{error}");
    }
}

#[tokio::test]
async fn signing_keys_come_back_from_a_key_set() {
    let keys = keys();
    let questions = keys.keys().map(|kid| Args::SigningKey {
        kid: kid.to_lowercase(),
        fresh: None,
    });
    let answers = ask(NEWER, questions.collect()).await;
    for (key, answer) in keys.values().zip(answers) {
        assert_eq!(SigningKey::read(&answer.unwrap()).unwrap(), *key);
    }
}

#[tokio::test]
async fn returns_are_read_in_both_date_styles() {
    let question = |gstin: &str, from: &str, to: &str| Args::Returns {
        gstin: gstin.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        fresh: None,
    };
    let questions = vec![
        question("27AAAAA0000A1Z0", "102022", "022023"),
        question("27AAAAA0000A1Z1", "122025", "072026"),
    ];
    let answers = ask(NEWER, questions).await;
    for (answer, (kind, period, day)) in answers.into_iter().zip([
        ("GSTR3B", "012023", "22-02-2023"),
        ("GSTR1", "122025", "11/01/2026"),
    ]) {
        let returns = Returns::read(&answer.unwrap()).unwrap();
        let period = TaxPeriod::parse(period).unwrap();
        let filed = returns
            .filed
            .iter()
            .find(|r| r.kind == kind && r.period == period);
        assert_eq!(filed.unwrap().filed_on, parse_date(day));
    }
    for (name, entries) in [
        ("return_track_rettrack.json", 18),
        ("return_track_slash_dates.json", 3),
    ] {
        let returns = Returns::read(&sample(name)).unwrap();
        assert_eq!(returns.filed.len(), entries, "{name}");
        assert!(returns.filed.iter().all(|r| r.filed_on.is_some()), "{name}");
    }
}

/// The documents of a statement's file: section, supplier, number, and the document.
fn listed(name: &str) -> Vec<(String, String, String, Value)> {
    let sample = sample(name);
    let sections = sample.pointer("/data/docdata").unwrap_or(&sample);
    let mut found = Vec::new();
    for (section, suppliers) in sections.as_object().unwrap() {
        for supplier in suppliers.as_array().into_iter().flatten() {
            for list in ["inv", "nt", "doclist"] {
                for document in supplier[list].as_array().into_iter().flatten() {
                    let number = ["ntnum", "nt_num", "inum", "docnum"]
                        .iter()
                        .find_map(|member| document[*member].as_str());
                    found.push((
                        section.clone(),
                        supplier["ctin"].as_str().unwrap().to_owned(),
                        number.unwrap().to_owned(),
                        document.clone(),
                    ));
                }
            }
        }
    }
    found
}

#[tokio::test]
async fn statements_are_read_in_both_shapes() {
    for (name, documents) in [(NEWER, 6), (OLDER, 5)] {
        let listed = listed(name);
        assert_eq!(listed.len(), documents, "{name}");
        let questions = listed
            .iter()
            .map(|(_, supplier, number, _)| Args::Statement {
                gstin: "01AABCE2207R1Z5".to_owned(),
                supplier: supplier.clone(),
                number: number.clone(),
                from: "032020".to_owned(),
                to: "032020".to_owned(),
                fresh: None,
            });
        let answers = ask(name, questions.collect()).await;
        for ((section, _, number, document), answer) in listed.iter().zip(answers) {
            let statement = Statement::read(&answer.unwrap()).unwrap();
            let read = statement
                .documents
                .iter()
                .find(|d| d.section == *section)
                .unwrap();
            assert_eq!(read.number, *number, "{name} {section}");
            assert!(read.date.is_some(), "{name} {section}");
            let items = document["items"].as_array().or(document["itms"].as_array());
            let Some(items) = items else { continue };
            let sum = |members: [&str; 2]| -> Decimal {
                let cells = items
                    .iter()
                    .flat_map(|item| members.map(|m| [&item[m], &item["itm_det"][m]]));
                cells
                    .flatten()
                    .filter(|cell| cell.is_number())
                    .map(|cell| cell.to_string().parse::<Decimal>().unwrap())
                    .sum()
            };
            assert_eq!(read.taxable, sum(["txval", ""]), "{name} {section}");
            assert_eq!(read.igst, sum(["igst", "iamt"]), "{name} {section}");
            assert_eq!(read.cgst, sum(["cgst", "camt"]), "{name} {section}");
            assert_eq!(read.sgst, sum(["sgst", "samt"]), "{name} {section}");
            assert_eq!(read.cess, sum(["cess", "csamt"]), "{name} {section}");
        }
    }
}
