//! TLS by rustls, from PEM files that can be read again while connections go on.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

use crate::settings::TlsSettings;

/// Certificate and key cannot be used. Holds nothing of the key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{}: the certificate chain cannot be read: {why}", path.display())]
    Certificate { path: PathBuf, why: String },
    #[error("{}: the private key cannot be read as PEM (PKCS #8, PKCS #1 or SEC1)", path.display())]
    Key { path: PathBuf },
    #[error("{} and {} do not go together: {why}", cert.display(), key.display())]
    Pair {
        cert: PathBuf,
        key: PathBuf,
        why: String,
    },
}

/// The certificate in use.
pub(crate) struct Tls {
    cert: PathBuf,
    key: PathBuf,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// `None` where none is configured.
    ///
    /// # Errors
    /// Files that cannot be read or do not go together.
    pub(crate) fn new(settings: &TlsSettings) -> Result<Option<Self>, TlsError> {
        let (Some(cert), Some(key)) = (&settings.cert, &settings.key) else {
            return Ok(None);
        };
        Ok(Some(Self {
            cert: cert.clone(),
            key: key.clone(),
            config: RwLock::new(load(cert, key)?),
        }))
    }

    /// Reads the files again, for connections from now on. What cannot be read leaves the certificate as it was.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        let config = load(&self.cert, &self.key)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&config))
    }
}

fn load(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let certificate = |why: String| TlsError::Certificate {
        path: cert.to_owned(),
        why,
    };
    let chain: Vec<CertificateDer> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|error| certificate(error.to_string()))?;
    if chain.is_empty() {
        return Err(certificate("there is none in it".to_owned()));
    }
    // The library's own message is left out: it is about a file that nobody may quote.
    let private = PrivateKeyDer::from_pem_file(key).map_err(|_| TlsError::Key {
        path: key.to_owned(),
    })?;
    let pair = |error: rustls::Error| TlsError::Pair {
        cert: cert.to_owned(),
        key: key.to_owned(),
        why: error.to_string(),
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(pair)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
