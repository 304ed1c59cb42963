//! Who is let in, and how often: what of the settings may change while the server runs.

use std::sync::Arc;

use crate::{
    auth::Authenticator,
    jwks::Jwks,
    jwt::Verifier,
    keys::Keys,
    limits::Rates,
    listen::StartError,
    settings::{JwtSettings, RateSettings, Settings, SettingsError, TlsSettings},
    tls::{Tls, TlsError},
};

pub(crate) struct Door {
    pub(crate) auth: Authenticator,
    pub(crate) rates: Arc<Rates>,
    jwt: JwtSettings,
    rate: RateSettings,
}

impl Door {
    /// # Errors
    /// Settings that do not hold, a file of keys that cannot be read. A URL may answer later, and until then tokens are answered
    /// with 503.
    pub(crate) async fn new(settings: &Settings) -> Result<Self, StartError> {
        let keys = settings.keys()?;
        let tokens = if settings.jwt.is_on() {
            let set = Jwks::new(&settings.jwt)?;
            if let Err(error) = set.load().await {
                if settings.jwt.jwks_file.is_some() {
                    return Err(StartError::Jwks(error.to_string()));
                }
                tracing::warn!(%error, "server.jwt.jwks_url: the keys cannot be had yet: {error}");
            }
            Some(verifier(set, settings))
        } else {
            None
        };
        Ok(Self {
            auth: Authenticator { keys, tokens },
            rates: Arc::new(Rates::new(settings.rate)),
            jwt: settings.jwt.clone(),
            rate: settings.rate,
        })
    }

    /// By other settings. What did not change stays: an identity provider's keys that cannot be read again, and what callers have
    /// used up of their rate.
    ///
    /// # Errors
    /// Settings that do not hold, the keys of a changed identity provider that cannot be read.
    pub(crate) async fn renewed(&self, settings: &Settings) -> Result<Self, StartError> {
        let keys = settings.keys()?;
        let tokens = match &self.auth.tokens {
            Some(tokens) if settings.jwt == self.jwt => {
                tokens.read_again().await;
                Some(Arc::clone(tokens))
            }
            _ if settings.jwt.is_on() => {
                let (set, _) = read(&settings.jwt).await?;
                Some(verifier(set, settings))
            }
            _ => None,
        };
        let rates = if settings.rate == self.rate {
            Arc::clone(&self.rates)
        } else {
            Arc::new(Rates::new(settings.rate))
        };
        Ok(Self {
            auth: Authenticator { keys, tokens },
            rates,
            jwt: settings.jwt.clone(),
            rate: settings.rate,
        })
    }
}

fn verifier(set: Jwks, settings: &Settings) -> Arc<Verifier> {
    let clock = Arc::new(|| jiff::Timestamp::now().as_second());
    Arc::new(Verifier::new(set, settings.jwt.clone(), clock))
}

async fn read(settings: &JwtSettings) -> Result<(Jwks, usize), StartError> {
    let set = Jwks::new(settings)?;
    let count = set.load().await;
    let count = count.map_err(|error| StartError::Jwks(error.to_string()))?;
    Ok((set, count))
}

impl Settings {
    fn keys(&self) -> Result<Keys, SettingsError> {
        self.check()?;
        Keys::new(&self.api_keys)
    }

    /// What holds without opening a socket or a file.
    ///
    /// # Errors
    /// The first setting with which the server would not start.
    pub fn proved(&self) -> Result<(), SettingsError> {
        self.keys().map(drop)
    }
}

impl JwtSettings {
    /// Reads the key set of the file or the URL: how many of its keys are of use.
    ///
    /// # Errors
    /// Settings that do not hold, a key set that cannot be read.
    pub async fn read(&self) -> Result<usize, StartError> {
        read(self).await.map(|(_, count)| count)
    }
}

impl TlsSettings {
    /// Reads certificate and key; `false` where none are set.
    ///
    /// # Errors
    /// Files that cannot be read or do not go together.
    pub fn read(&self) -> Result<bool, TlsError> {
        Tls::new(self).map(|tls| tls.is_some())
    }
}
