//! A small Odoo, asked for a bill.

use callbacks::{Api, OdooSettings, ReadBack, ReadBackError, ReadBackSettings, Systems};
use hooks::{Reference, System};
use serde_json::{Value, json};

use super::{base, json_reply};
use crate::server::{Answer, Asked, Server, status};

pub(super) fn bill(id: &str) -> Reference {
    Reference {
        system: System::Odoo,
        account: String::new(),
        entity: "account.move".to_owned(),
        id: id.to_owned(),
    }
}

/// A number as it was written.
fn exact(number: &str) -> Value {
    serde_json::from_str(number).unwrap()
}

/// What a small Odoo holds: a model's records with all their fields.
fn records(model: &str) -> Vec<Value> {
    let all = match model {
        "account.move" => json!([{"id": 5512, "ref": "KBF/26-27/01187", "move_type": "in_invoice",
            "invoice_line_ids": [55121, 55122], "line_ids": [55122, 55121, 55123, 55124], "partner_id": [231, "Konkan"], "company_id": [1, "Deccan"],
            "amount_total": exact("41427.00"), "secret_field": "x"}]),
        "account.move.line" => json!([
            {"id": 55121, "quantity": 120.0, "price_unit": 214.50, "tax_ids": [7], "l10n_in_hsn_code": "84821011"},
            {"id": 55122, "quantity": 50.0, "price_unit": 187.35, "tax_ids": [7, 8], "l10n_in_hsn_code": "73181500"},
            {"id": 55123, "display_type": "tax", "balance": exact("6319.35"), "tax_ids": []},
            {"id": 55124, "display_type": "rounding", "balance": exact("0.15"), "tax_ids": []}]),
        "res.partner" => {
            json!([{"id": 231, "name": "Konkan", "vat": "27ABKFK7319Q1ZH", "state_id": [0, "Maharashtra (IN)"]}])
        }
        "res.company" => json!([{"id": 1, "name": "Deccan", "vat": "29AAKCD4821M1Z7"}]),
        "account.tax" => json!([{"id": 7, "name": "18% IGST"}]),
        other => panic!("{other}"),
    };
    all.as_array().unwrap().clone()
}

/// As Odoo does it: unknown fields fail the question, unknown ids are an error of their own.
fn called(model: &str, method: &str, ids: &[Value], named: &Value) -> Result<Value, &'static str> {
    let all = records(model);
    match method {
        "fields_get" => Ok(all
            .iter()
            .flat_map(|record| record.as_object().unwrap().keys())
            .map(|name| (name.clone(), json!({"type": "char"})))
            .collect()),
        "read" => {
            let fields = named["fields"].as_array().unwrap();
            let known = |name: &str| all.iter().any(|record| record.get(name).is_some());
            ids.iter()
                .map(|id| {
                    let record = all.iter().find(|record| record["id"] == *id);
                    let Some(record) = record else {
                        // A tax that nobody may see any more is left out of the answer.
                        return if model == "account.tax" {
                            Ok(Value::Null)
                        } else {
                            Err("odoo.exceptions.MissingError")
                        };
                    };
                    let mut shown = serde_json::Map::from_iter([("id".to_owned(), id.clone())]);
                    for field in fields {
                        let field = field.as_str().unwrap();
                        if !known(field) {
                            return Err("builtins.ValueError");
                        }
                        let value = record.get(field).cloned().unwrap_or(json!(false));
                        shown.insert(field.to_owned(), value);
                    }
                    Ok(Value::Object(shown))
                })
                .filter(|record| *record != Ok(Value::Null))
                .collect()
        }
        other => panic!("{other}"),
    }
}

fn jsonrpc(asked: &Asked) -> Answer {
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/base/jsonrpc")
    );
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let (service, args) = (&body["params"]["service"], &body["params"]["args"]);
    let result = if service == "common" {
        Ok(if args[2] == "the key" {
            json!(9)
        } else {
            json!(false)
        })
    } else {
        assert_eq!(
            (&args[0], &args[1], &args[2]),
            (&json!("db"), &json!(9), &json!("the key"))
        );
        let (model, method) = (args[3].as_str().unwrap(), args[4].as_str().unwrap());
        let ids = args[5]
            .get(0)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        called(model, method, &ids, &args[6])
    };
    json_reply(
        200,
        &match result {
            Ok(result) => json!({"jsonrpc": "2.0", "id": 1, "result": result}),
            Err(name) => {
                json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "Odoo Server Error",
            "data": {"name": name, "message": "SECRET of a record"}}})
            }
        },
    )
}

fn json2(asked: &Asked) -> Answer {
    assert_eq!(asked.header("authorization"), "Bearer the key");
    assert_eq!(asked.header("x-odoo-database"), "db");
    let mut path = asked.path.strip_prefix("/base/json/2/").unwrap().split('/');
    let (model, method) = (path.next().unwrap(), path.next().unwrap());
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let ids = body["ids"].as_array().cloned().unwrap_or_default();
    match called(model, method, &ids, &body) {
        Ok(result) => json_reply(200, &result),
        Err(name) => json_reply(404, &json!({"name": name, "message": "SECRET of a record"})),
    }
}

fn odoo(server: &Server, api: Api, key: &str) -> Systems {
    Systems::new(&ReadBackSettings {
        deadline_s: 10,
        body_bytes_max: 100_000,
        odoo: Some(OdooSettings {
            base_url: base(server),
            database: "db".to_owned(),
            login: "ap@example.com".to_owned(),
            api_key: key.into(),
            api,
        }),
        ..ReadBackSettings::default()
    })
    .unwrap()
}

#[tokio::test]
async fn a_bill_of_odoo_comes_with_all_that_belongs_to_it() {
    for (api, questions) in [(Api::Jsonrpc, 11), (Api::Json2, 10)] {
        let server = Server::start(move |_, asked| match api {
            Api::Jsonrpc => jsonrpc(asked),
            Api::Json2 => json2(asked),
        })
        .await;
        let systems = odoo(&server, api, "the key");
        let document = systems.fetch(&bill("5512")).await.unwrap();
        let document: Value = serde_json::from_slice(&document).unwrap();
        let members: Vec<_> = document.as_object().unwrap().keys().collect();
        assert_eq!(
            members,
            [
                "account.move",
                "account.move.line",
                "res.partner",
                "res.company",
                "account.tax"
            ]
        );
        assert_eq!(document["account.move"][0]["ref"], "KBF/26-27/01187");
        assert_eq!(
            document["account.move"][0]["amount_total"].to_string(),
            "41427.00"
        );
        assert!(
            document["account.move"][0].get("secret_field").is_none(),
            "nobody asked for it"
        );
        assert_eq!(
            document["account.move.line"][0]["tax_ids"],
            json!([[7, "18% IGST"]])
        );
        assert_eq!(
            document["account.move.line"][1]["tax_ids"],
            json!([[7, "18% IGST"], [8, null]])
        );
        let lines = document["account.move.line"].as_array().unwrap();
        let lines: Vec<_> = lines.iter().map(|line| line["id"].to_string()).collect();
        let want = ["55121", "55122", "55124"];
        assert_eq!(
            lines, want,
            "of the entries beside the lines only the rounding"
        );
        assert_eq!(document["res.partner"][0]["vat"], "27ABKFK7319Q1ZH");
        assert_eq!(document["res.company"][0]["vat"], "29AAKCD4821M1Z7");
        assert_eq!(server.asked().len(), questions);
        // Who we are, and which fields there are, is asked once.
        systems.fetch(&bill("5512")).await.unwrap();
        assert_eq!(server.asked().len(), questions + 5);
    }
}

#[tokio::test]
async fn what_odoo_does_not_have_is_absent_and_what_it_refuses_refused() {
    for api in [Api::Jsonrpc, Api::Json2] {
        let server = Server::start(move |_, asked| match api {
            Api::Jsonrpc => jsonrpc(asked),
            Api::Json2 => json2(asked),
        })
        .await;
        let systems = odoo(&server, api, "the key");
        let error = systems.fetch(&bill("77")).await.unwrap_err();
        assert!(matches!(error, ReadBackError::Absent { .. }), "{error:?}");
        assert!(!error.to_string().contains("SECRET"));
        for wrong in ["", "x", "5512x", "-1"] {
            let asked = server.asked().len();
            let error = systems.fetch(&bill(wrong)).await.unwrap_err();
            assert!(matches!(error, ReadBackError::Absent { .. }), "{error:?}");
            assert_eq!(server.asked().len(), asked);
        }
    }
    let server = Server::start(|_, asked| jsonrpc(asked)).await;
    let error = odoo(&server, Api::Jsonrpc, "another")
        .fetch(&bill("5512"))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "odoo: the login is refused: the login or its key is not known; check the credentials and rights under \
         read_back.odoo"
    );
    assert!(!error.retry_is_useful());
}

#[tokio::test]
async fn bad_answers_are_errors_and_say_whether_to_ask_again() {
    let error_named = |name: &str| {
        json_reply(
            200,
            &json!({"error": {"data": {"name": name, "message": "SECRET"}}}),
        )
    };
    for (answer, want, again) in [
        (
            status(500),
            "no answer to the login: it answered 500; nothing was changed, retry is safe",
            true,
        ),
        (
            status(429),
            "no answer to the login: it answered 429; nothing was changed, retry is safe",
            true,
        ),
        (
            Answer::Break,
            "no answer to the login: the connection broke; nothing was changed, retry is safe",
            true,
        ),
        (
            status(403),
            "the login is refused: it answered 403; check the credentials and rights under read_back.odoo",
            false,
        ),
        (
            Answer::Reply(
                302,
                vec![("location", "http://169.254.169.254/".to_owned())],
                Vec::new(),
            ),
            "the login is refused: it answered 302, and redirects are not followed; check the credentials and rights \
             under read_back.odoo",
            false,
        ),
        (
            Answer::Endless(200),
            "the answer to the login cannot be read: it has more than 100000 bytes",
            false,
        ),
        (
            status(200),
            "the answer to the login cannot be read: it is no JSON",
            false,
        ),
        (
            json_reply(200, &json!({})),
            "the answer to the login cannot be read: it has neither a result nor an error",
            false,
        ),
        (
            error_named("odoo.exceptions.AccessError"),
            "the login is refused: it says AccessError; check the credentials and rights under read_back.odoo",
            false,
        ),
        (
            error_named("psycopg2.errors.SerializationFailure"),
            "no answer to the login: it says SerializationFailure; nothing was changed, retry is safe",
            true,
        ),
        (
            error_named("x.<script>"),
            "the answer to the login cannot be read: it is the error \"script\"",
            false,
        ),
    ] {
        let said = answer.clone();
        let server = Server::start(move |_, _| said.clone()).await;
        let error = odoo(&server, Api::Jsonrpc, "the key")
            .fetch(&bill("5512"))
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), format!("odoo: {want}"), "{answer:?}");
        assert_eq!(error.retry_is_useful(), again);
    }
}

#[tokio::test]
async fn a_document_has_a_deadline_with_all_that_is_asked_for_it() {
    for answer in [Answer::Never, Answer::Drip(200)] {
        let server = Server::start(move |_, _| answer.clone()).await;
        let settings = ReadBackSettings {
            deadline_s: 1,
            odoo: Some(OdooSettings {
                base_url: base(&server),
                api_key: "k".into(),
                api: Api::Json2,
                ..OdooSettings::default()
            }),
            ..ReadBackSettings::default()
        };
        let error = Systems::new(&settings)
            .unwrap()
            .fetch(&bill("5512"))
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "odoo: no answer to account.move 5512: no answer in time; nothing was changed, retry is safe"
        );
    }
}
