//! API keys: read, hashed, compared.
//!
//! *Invariant:* a key in the clear lives only in the settings; what is compared are SHA-256 digests, all of them, in constant
//! time. A digest without salt or stretching is enough because a key is long and drawn by chance, which its length is held to.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    auth::{Caller, Role, Roles},
    service::Tenant,
    settings::SettingsError,
};

/// The shortest key in the clear that is taken, in characters.
const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 512;

/// One API key of the settings: the key alone, or a table.
#[derive(Debug, Clone)]
pub struct KeySettings {
    /// The key, or `sha256:` and the digest of it in hex.
    pub key: SecretString,
    /// Who holds it, for the journal and the log; by default the first digits of its digest.
    pub name: Option<String>,
    /// Whose data it opens; by default `default`.
    pub tenant: Option<String>,
    /// What it may do; by default everything.
    pub roles: Option<Vec<Role>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    key: SecretString,
    name: Option<String>,
    tenant: Option<String>,
    roles: Option<Vec<Role>>,
}

impl From<Table> for KeySettings {
    fn from(table: Table) -> Self {
        Self {
            key: table.key,
            name: table.name,
            tenant: table.tenant,
            roles: table.roles,
        }
    }
}

impl From<&str> for KeySettings {
    fn from(key: &str) -> Self {
        Self {
            key: key.trim().into(),
            name: None,
            tenant: None,
            roles: None,
        }
    }
}

/// A list of keys and tables, or one text of keys with commas between them, as the environment gives it.
///
/// # Errors
/// Another type, and a member of a table that is not known. The error never holds the key.
pub(crate) fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<KeySettings>, D::Error> {
    from.deserialize_any(ListVisitor)
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = Vec<KeySettings>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of API keys, or a text of keys with commas between them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let keys = text.split(',').map(str::trim);
        Ok(keys
            .filter(|key| !key.is_empty())
            .map(KeySettings::from)
            .collect())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = items.next_element()? {
            keys.push(key);
        }
        Ok(keys)
    }

    // The library's own messages would quote the value, and it is a key.
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Err(E::custom("an API key of digits alone is no key"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        self.visit_i64(0)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        self.visit_i64(0)
    }
}

impl<'de> Deserialize<'de> for KeySettings {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = KeySettings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an API key, or a table of key, name, tenant and roles")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(key.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Table::deserialize(MapAccessDeserializer::new(map)).map(Into::into)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Err(E::custom("an API key of digits alone is no key"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        self.visit_i64(0)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        self.visit_i64(0)
    }
}

struct Key {
    digest: [u8; 32],
    caller: Caller,
}

/// The keys that open this server.
pub(crate) struct Keys(Vec<Key>);

impl Keys {
    /// # Errors
    /// A key that is too short, or no digest, or there twice; named by its place.
    pub(crate) fn new(settings: &[KeySettings]) -> Result<Self, SettingsError> {
        let mut keys: Vec<Key> = Vec::with_capacity(settings.len());
        for (index, setting) in settings.iter().enumerate() {
            let entry = index + 1;
            let key = Key::new(setting).map_err(|why| SettingsError::Key { entry, why })?;
            if keys.iter().any(|other| other.digest == key.digest) {
                let why = "the same key stands there twice".to_owned();
                return Err(SettingsError::Key { entry, why });
            }
            keys.push(key);
        }
        Ok(Self(keys))
    }

    /// Who holds this key. All are compared, so that the time tells nothing.
    pub(crate) fn caller(&self, presented: &str) -> Option<&Caller> {
        let digest: [u8; 32] = Sha256::digest(presented.as_bytes()).into();
        self.0.iter().fold(None, |found, key| {
            if bool::from(key.digest.ct_eq(&digest)) {
                Some(&key.caller)
            } else {
                found
            }
        })
    }

    /// What all processes with the same keys know, and nobody else.
    pub(crate) fn digests(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.iter().map(|key| &key.digest)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Key {
    fn new(setting: &KeySettings) -> Result<Self, String> {
        let digest = digest(setting.key.expose_secret())?;
        let short: String = hex(&digest).chars().take(8).collect();
        let name = setting.name.clone().unwrap_or(format!("key-{short}"));
        let tenant = match &setting.tenant {
            None => Tenant::default(),
            Some(name) => {
                Tenant::new(name).ok_or("a tenant's name is 1 to 64 of A-Z a-z 0-9 . _ -")?
            }
        };
        let roles = match &setting.roles {
            None => Roles::ALL,
            Some(roles) if roles.is_empty() => return Err("roles is empty".to_owned()),
            Some(roles) => roles.iter().copied().collect(),
        };
        let caller = Caller::new(name, tenant, roles);
        Ok(Self { digest, caller })
    }
}

fn digest(key: &str) -> Result<[u8; 32], String> {
    if let Some(digits) = key.strip_prefix("sha256:") {
        return unhex(digits).ok_or("after sha256: come 64 hex digits".to_owned());
    }
    let length = key.len();
    if !(LENGTH_MIN..=LENGTH_MAX).contains(&length) {
        return Err(format!(
            "a key has {LENGTH_MIN} to {LENGTH_MAX} characters, this one {length}; `openssl rand -hex 32` makes one"
        ));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a key is printable ASCII without blanks".to_owned());
    }
    Ok(Sha256::digest(key.as_bytes()).into())
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
