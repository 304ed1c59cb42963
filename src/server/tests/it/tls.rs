//! TLS, and a certificate that is renewed while the server runs.

use std::{path::Path, sync::Arc};

use reqwest::{Certificate, Client};
use server::Server;

use crate::{fake::Fake, world::settings};

/// A new certificate for localhost, written where the server reads it.
fn renew(directory: &Path) -> Certificate {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(directory.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(directory.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_certificate_is_read_again_on_demand() {
    let directory = tempfile::tempdir().unwrap();
    let (cert, key) = (
        directory.path().join("cert.pem"),
        directory.path().join("key.pem"),
    );
    let first = renew(directory.path());
    let settings = settings(&format!("[tls]\ncert = {cert:?}\nkey = {key:?}"));
    let service: Arc<Fake> = Fake::new(true);
    let running = Server::start(settings, service).await.unwrap();
    let url = format!("https://localhost:{}/healthz", running.addr.port());
    // A client of its own each time: a connection that is kept has its certificate already.
    let ask = async |root: &Certificate| {
        let client = Client::builder()
            .no_proxy()
            .add_root_certificate(root.clone())
            .build()
            .unwrap();
        client
            .get(&url)
            .send()
            .await
            .map(|answer| answer.status().as_u16())
    };
    assert_eq!(ask(&first).await.unwrap(), 200);
    let second = renew(directory.path());
    assert!(ask(&second).await.is_err());
    running.reload_tls().unwrap();
    assert_eq!(ask(&second).await.unwrap(), 200);
    assert!(ask(&first).await.is_err());
    std::fs::write(&cert, "no certificate").unwrap();
    let error = running.reload_tls().unwrap_err().to_string();
    assert!(error.contains("cert.pem"), "{error}");
    assert_eq!(ask(&second).await.unwrap(), 200);
    // Who speaks no TLS gets nothing.
    let plain = url.replace("https", "http");
    assert!(
        Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .get(plain)
            .send()
            .await
            .is_err()
    );
}
