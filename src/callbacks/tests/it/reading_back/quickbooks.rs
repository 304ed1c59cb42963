//! A small Intuit, asked for bills with tokens that end.

use callbacks::{QuickBooksSettings, ReadBack, ReadBackError, ReadBackSettings, Systems};
use hooks::{Reference, System};
use serde_json::json;

use super::{base, json_reply};
use crate::server::{Answer, Asked, Server, status};

pub(super) fn reference(account: &str, entity: &str, id: &str) -> Reference {
    Reference {
        system: System::QuickBooks,
        account: account.to_owned(),
        entity: entity.to_owned(),
        id: id.to_owned(),
    }
}

const BILL: &str = r#"{"Bill": {"Id": "1487", "TotalAmt": 41426.85}, "time": "2026-11-14"}"#;

/// Intuit with tokens that end: each access token is good for one company's bills, the first refresh token once.
fn intuit(asked: &Asked) -> Answer {
    if asked.path == "/base/token" {
        assert_eq!(asked.header("authorization"), "Basic Y2xpZW50OnNlY3JldA==");
        let form = String::from_utf8(asked.body.clone()).unwrap();
        return match form.as_str() {
            "grant_type=refresh_token&refresh_token=R%2F1" => json_reply(
                200,
                &json!({"access_token": "A1", "expires_in": 3600, "refresh_token": "R2", "token_type": "bearer"}),
            ),
            "grant_type=refresh_token&refresh_token=R2" => json_reply(
                200,
                &json!({"access_token": "A2", "expires_in": 3600, "refresh_token": "R2"}),
            ),
            _ => status(400),
        };
    }
    if asked.header("authorization") != "Bearer A2" {
        return status(401);
    }
    match asked.path.as_str() {
        "/base/v3/company/934/bill/1487?minorversion=75" => {
            Answer::Reply(200, Vec::new(), BILL.into())
        }
        "/base/v3/company/934/bill/9?minorversion=75" => json_reply(
            400,
            &json!({"Fault": {"Error": [{"Message": "Object Not Found", "code": "610"}], "type": "ValidationFault"}}),
        ),
        _ => status(500),
    }
}

fn quickbooks(server: &Server, settings: QuickBooksSettings) -> Systems {
    Systems::new(&ReadBackSettings {
        quickbooks: Some(QuickBooksSettings {
            base_url: base(server),
            token_url: format!("{}token", base(server)),
            client_id: "client".to_owned(),
            client_secret: "secret".into(),
            ..settings
        }),
        ..ReadBackSettings::default()
    })
    .unwrap()
}

#[tokio::test]
async fn quickbooks_tokens_are_renewed_and_the_newest_is_kept() {
    let server = Server::start(|_, asked| intuit(asked)).await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("quickbooks.token");
    let settings = QuickBooksSettings {
        realm: "934".to_owned(),
        refresh_token: "R/1".into(),
        token_file: Some(file.clone()),
        ..QuickBooksSettings::default()
    };
    let systems = quickbooks(&server, settings.clone());
    // The first access token is refused, as one that ended early is; the second one holds.
    let document = systems
        .fetch(&reference("934", "bill", "1487"))
        .await
        .unwrap();
    assert_eq!(document, BILL.as_bytes(), "byte by byte");
    let paths: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| asked.path.clone())
        .collect();
    let get = "/base/v3/company/934/bill/1487?minorversion=75";
    assert_eq!(paths, ["/base/token", get, "/base/token", get]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "R2");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    systems
        .fetch(&reference("934", "bill", "1487"))
        .await
        .unwrap();
    assert_eq!(server.asked().len(), 5, "the token that holds is kept");
    // After a restart the file counts, and not the settings.
    quickbooks(&server, settings)
        .fetch(&reference("934", "bill", "1487"))
        .await
        .unwrap();
}

#[tokio::test]
async fn quickbooks_says_what_is_not_there_and_is_asked_for_nothing_else() {
    let server = Server::start(|_, asked| intuit(asked)).await;
    let systems = quickbooks(
        &server,
        QuickBooksSettings {
            realm: "934".to_owned(),
            access_token: Some("A2".into()),
            ..QuickBooksSettings::default()
        },
    );
    let error = systems
        .fetch(&reference("934", "bill", "9"))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "quickbooks: there is no bill 9: it was removed since its notice, or is another company's"
    );
    let error = systems
        .fetch(&reference("934", "bill", "10"))
        .await
        .unwrap_err();
    assert!(error.retry_is_useful(), "{error}");
    let before = server.asked().len();
    for other in [
        reference("935", "bill", "1487"),
        reference("934", "invoice", "1487"),
        reference("934", "bill", "../1487"),
        reference("934", "bill", ""),
    ] {
        let error = systems.fetch(&other).await.unwrap_err();
        assert!(matches!(error, ReadBackError::Absent { .. }), "{error:?}");
    }
    assert_eq!(server.asked().len(), before);
}

#[tokio::test]
async fn a_refresh_token_that_ended_is_told() {
    let server = Server::start(|_, asked| intuit(asked)).await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    for (refresh, detail) in [
        ("ended", "it answered 400"),
        ("", "there is neither a refresh_token nor one in token_file"),
    ] {
        let settings = QuickBooksSettings {
            refresh_token: refresh.into(),
            token_file: Some(file.clone()),
            ..QuickBooksSettings::default()
        };
        let error = quickbooks(&server, settings)
            .fetch(&reference("934", "bill", "1487"))
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "quickbooks: an access token is refused: {detail}; check the credentials and rights under read_back.quickbooks"
            )
        );
    }
}
