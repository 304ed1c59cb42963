//! A source of messages, set up, and all of them by name.

use std::collections::BTreeMap;

use http::Method;
use jiff::Timestamp;

use crate::{
    Event, Format, Reason, Refusal, Request, Scheme, Settings, SettingsError, event, key::Keys,
};

/// As much of a name that nobody set up is repeated.
const NAME_CHARS_MAX: usize = 64;

/// A sender of messages, set up.
pub struct Source {
    name: String,
    tenant: String,
    format: Format,
    scheme: Scheme,
    keys: Keys,
    tolerance_s: u32,
    body_bytes_max: usize,
}

impl Source {
    /// # Errors
    /// Settings under which nothing could be verified.
    pub fn new(name: &str, settings: &Settings) -> Result<Self, SettingsError> {
        let format = settings
            .format
            .or_else(|| Format::named(name))
            .ok_or_else(|| SettingsError::Format(name.to_owned()))?;
        let scheme = settings.scheme(format);
        Ok(Self {
            name: name.to_owned(),
            tenant: settings.tenant.clone(),
            format,
            scheme,
            keys: scheme.keys(name, settings)?,
            tolerance_s: settings.tolerance_s,
            body_bytes_max: settings.body_bytes_max,
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose invoices come from here.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Verifies a message and says what it tells of: mostly one event, of a batch several.
    ///
    /// # Errors
    /// A message that is not genuine, not of now, too large, or not of the source's format.
    pub fn receive(&self, request: &Request<'_>, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        self.events(request, now).map_err(|reason| Refusal {
            hook: self.name.clone(),
            reason,
        })
    }

    fn events(&self, request: &Request<'_>, now: Timestamp) -> Result<Vec<Event>, Reason> {
        if *request.method != Method::POST {
            return Err(Reason::Method);
        }
        if request.body.len() > self.body_bytes_max {
            return Err(Reason::TooLarge(self.body_bytes_max));
        }
        let proof = self
            .scheme
            .verify(&self.keys, self.tolerance_s, request, now)?;
        let mut named = self.format.read(request)?;
        // What the sender calls a message is its identity; where several events came in it, with their own.
        if let Some(id) = &proof.id {
            for one in &mut named {
                one.key = Some(match &one.key {
                    Some(key) => event::key(&[id, key]),
                    None => id.clone(),
                });
            }
        }
        let events = named.into_iter();
        Ok(events.map(|one| one.at(&self.name, request.body)).collect())
    }
}

/// All sources by name.
#[derive(Default)]
pub struct Sources(BTreeMap<String, Source>);

impl Sources {
    /// # Errors
    /// The first section under which nothing could be verified.
    pub fn new(settings: &BTreeMap<String, Settings>) -> Result<Self, SettingsError> {
        let source = |(name, settings): (&String, &Settings)| {
            Ok((name.clone(), Source::new(name, settings)?))
        };
        settings
            .iter()
            .map(source)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub fn get(&self, name: &str) -> Option<&Source> {
        self.0.get(name)
    }

    /// As [`Source::receive`] of the source of a name.
    ///
    /// # Errors
    /// A source that is not set up; otherwise as there.
    pub fn receive(
        &self,
        name: &str,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        match self.0.get(name) {
            Some(source) => source.receive(request, now),
            None => Err(Refusal {
                hook: name
                    .chars()
                    .filter(char::is_ascii_graphic)
                    .take(NAME_CHARS_MAX)
                    .collect(),
                reason: Reason::Unconfigured,
            }),
        }
    }
}
