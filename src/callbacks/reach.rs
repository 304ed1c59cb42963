//! Whether receivers could be told: names looked up, addresses vetted, TLS agreed on, and nothing sent.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures::future::join_all;
use reqwest13::Url;
use rustls::pki_types::ServerName;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use crate::{
    Guard, Lookup, Settings, SettingsError, SystemLookup, guard::Forbidden, settings::http_url,
    wire,
};

/// The longest look at one receiver.
const PATIENCE: Duration = Duration::from_secs(8);

/// What came of a look at one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The receiver's name, or the setting's.
    pub name: String,
    /// Where it is and how it is spoken to, or why it cannot be reached. Holds the host alone of its address.
    pub result: Result<String, String>,
}

impl Settings {
    /// Whether messages could be delivered by these settings, without a look at the network.
    ///
    /// # Errors
    /// The first setting under which they could not.
    pub fn proved(&self) -> Result<(), SettingsError> {
        let guard = self.guard()?;
        self.endpoints(&guard).map(drop)
    }

    /// Connects to each receiver as a message would, and hangs up.
    ///
    /// # Errors
    /// Settings under which nothing can be delivered.
    pub async fn reach(&self) -> Result<Vec<Reached>, SettingsError> {
        let guard = self.guard()?;
        let endpoints = self.endpoints(&guard)?;
        let looks = endpoints.iter().map(async |endpoint| Reached {
            name: endpoint.name.clone(),
            result: look(&endpoint.url, Some(&guard)).await,
        });
        Ok(join_all(looks).await)
    }
}

/// Connects to an address that the operator trusts, and hangs up.
///
/// # Errors
/// It is no address, or cannot be reached.
pub async fn reach(url: &str) -> Result<String, String> {
    let url = http_url(url).ok_or("it is no http or https URL of a host")?;
    look(&url, None).await
}

async fn look(url: &Url, guard: Option<&Guard>) -> Result<String, String> {
    let looked = timeout(PATIENCE, connect(url, guard)).await;
    looked.unwrap_or_else(|_| Err(wire::TIMED_OUT.to_owned()))
}

async fn connect(url: &Url, guard: Option<&Guard>) -> Result<String, String> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or_default();
    let found = SystemLookup.lookup(host.to_owned()).await;
    let found = found.map_err(|error| format!("{host}: its name is not known: {error}"))?;
    let permitted = found
        .into_iter()
        .filter(|address| guard.is_none_or(|guard| guard.permits(host, *address)));
    let addresses: Vec<_> = permitted.map(|ip| SocketAddr::new(ip, port)).collect();
    if addresses.is_empty() {
        return Err(format!("{host}: {Forbidden}"));
    }
    let stream = TcpStream::connect(addresses.as_slice()).await;
    let stream = stream.map_err(|error| format!("{host}:{port}: {error}"))?;
    if url.scheme() == "http" {
        return Ok(format!("{host}:{port} takes connections, without TLS"));
    }
    let failed = |error: &dyn std::fmt::Display| format!("{host}:{port}: no TLS with it: {error}");
    let name = ServerName::try_from(host.to_owned()).map_err(|error| failed(&error))?;
    let client = TlsConnector::from(Arc::new(wire::tls().map_err(|error| failed(&error))?));
    let agreed = client.connect(name, stream).await;
    agreed.map_err(|error| failed(&error))?;
    Ok(format!(
        "{host}:{port} takes connections, and its certificate holds"
    ))
}
