//! A server, its service and a client.

use std::sync::Arc;

use reqwest::{Client, Method, header::HeaderMap};
use serde_json::{Value, json};
use server::{Running, Server, Settings};

use crate::fake::Fake;

/// May do everything in the tenant `default`.
pub(crate) const KEY: &str = "k-everything-1";
/// May do everything in another tenant.
pub(crate) const OTHER: &str = "k-other-tenant";

pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) service: Arc<Fake>,
    pub(crate) client: Client,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn settings(toml: &str) -> Settings {
    let keys = format!("api_keys = [\"{KEY}\", {{ key = \"{OTHER}\", tenant = \"other\" }}]\n");
    let keys = if toml.contains("api_keys") { "" } else { &keys };
    toml::from_str(&format!("listen = \"127.0.0.1:0\"\n{keys}{toml}")).unwrap()
}

/// An invoice of this number and total.
pub(crate) fn invoice(number: &str, total: u64) -> Vec<u8> {
    json!({"DocDtls": {"No": number}, "SellerDtls": {"Gstin": "27AAPFU0939F1ZV"}, "ValDtls": {"TotInvVal": total}})
        .to_string()
        .into_bytes()
}

impl World {
    /// Verifies whatever comes at once.
    pub(crate) async fn start() -> Self {
        Self::with("", true).await
    }

    pub(crate) async fn with(toml: &str, works: bool) -> Self {
        let service = Fake::new(works);
        let running = Server::start(settings(toml), service.clone())
            .await
            .unwrap();
        // A connection each: one that is kept is closed by the server's own timeouts just as it is used again, now and then.
        let client = Client::builder().no_proxy().pool_max_idle_per_host(0);
        let client = client.build().unwrap();
        Self {
            running,
            service,
            client,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr)
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let method: Method = method.parse().unwrap();
        let mut request = self.client.request(method, self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.body(body.to_vec()).send().await.unwrap()).await
    }

    /// With the key that may do everything, and JSON as the body's type.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let bearer = format!("Bearer {KEY}");
        let mut all = vec![("authorization", bearer.as_str())];
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        self.send(method, path, &all, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], b"").await
    }

    /// Submits an invoice; its id.
    pub(crate) async fn submit(&self, number: &str, total: u64) -> String {
        let answer = self
            .call("POST", "/v1/verifications", &[], &invoice(number, total))
            .await;
        answer.id()
    }
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&self.body));
        })
    }

    /// The id in `Location`.
    pub(crate) fn id(&self) -> String {
        let id = self.header("location").strip_prefix("/v1/verifications/");
        id.unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }

    /// Asserts that this is a problem of RFC 9457 in every part; its slug.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let body = self.json();
        assert_eq!(body["status"], self.status, "{body}");
        assert_eq!(body["instance"], self.header("x-request-id"), "{body}");
        assert!(!body["title"].as_str().unwrap().is_empty(), "{body}");
        assert!(body["detail"].as_str().unwrap().len() > 10, "{body}");
        let slug = body["type"].as_str().unwrap().strip_prefix("/problems/");
        slug.unwrap().to_owned()
    }
}
