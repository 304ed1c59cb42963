//! A record in its type: what a tool answered, read once by the relevance critic and looked at by the checks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use domain::{
    Need,
    agreement::Agreement,
    portal::{IrnRecord, Returns, SigningKey, Statement, Taxpayer},
    records::{Buyer, Duplicates, History, Order, Passages, VendorRecord},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

macro_rules! records {
    ($($need:ident => $of:ty, $read:expr;)*) => {
        /// The record that answers a [`Need`]. Cheap to clone.
        #[derive(Debug, Clone)]
        pub enum Record {
            $($need(Arc<$of>),)*
        }

        impl Record {
            /// Reads the answer to a need.
            ///
            /// # Errors
            /// What in it cannot be read.
            pub fn read(need: Need, value: &Value) -> Result<Self, String> {
                match need {
                    $(Need::$need => $read(value).map(|record| Self::$need(Arc::new(record))),)*
                }
            }
        }

        $(impl<'a> TryFrom<&'a Record> for &'a Arc<$of> {
            type Error = &'static str;

            fn try_from(record: &'a Record) -> Result<Self, Self::Error> {
                match record {
                    Record::$need(record) => Ok(record),
                    _ => Err("it is the answer to another question"),
                }
            }
        })*
    };
}

records! {
    Buyer => Buyer, from_json;
    Vendor => VendorRecord, from_json;
    Taxpayer => Taxpayer, |v| Taxpayer::read(v).map_err(|e| e.to_string());
    Returns => Returns, |v| Returns::read(v).map_err(|e| e.to_string());
    Statement => Statement, |v| Statement::read(v).map_err(|e| e.to_string());
    IrnStatus => IrnRecord, |v| IrnRecord::read(v).map_err(|e| e.to_string());
    SigningKey => SigningKey, |v| SigningKey::read(v).map_err(|e| e.to_string());
    Duplicates => Duplicates, from_json;
    History => History, from_json;
    Orders => Order, from_json;
    Contracts => Agreement, |v| from_json::<Passages>(v).map(|found| clauses::read(&found));
}

/// Reads a record of our own systems.
fn from_json<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| error.to_string())
}

/// Readings that are kept. When there are more, all make room.
const READINGS_MAX: usize = 4_096;

/// What was read of answers that many cases share: a tool tells of a supplier once in a while, and the same answer is
/// evidence of each of its invoices.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    /// By need and address.
    known: Mutex<HashMap<(Need, usize), Known>>,
}

/// The weak pointer keeps the answer's address from being given to another.
type Known = (Weak<Value>, Record);

impl Readings {
    /// As [`Record::read`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn read(&self, need: Need, value: &Arc<Value>) -> Result<Record, String> {
        let of_supplier = matches!(need, Need::Taxpayer | Need::Returns | Need::SigningKey);
        if !of_supplier || Arc::strong_count(value) == 1 {
            return Record::read(need, value);
        }
        let key = (need, Arc::as_ptr(value).addr());
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, record)) = known().get(&key) {
            return Ok(record.clone());
        }
        let record = Record::read(need, value)?;
        let mut known = known();
        if known.len() >= READINGS_MAX {
            known.clear();
        }
        known.insert(key, (Arc::downgrade(value), record.clone()));
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key(kid: &str) -> Arc<Value> {
        Arc::new(json!({"kid": kid, "kty": "RSA", "n": "AQAB", "e": "AQAB"}))
    }

    fn is_one(a: &Record, b: &Record) -> bool {
        let keys = (
            <&Arc<SigningKey>>::try_from(a),
            <&Arc<SigningKey>>::try_from(b),
        );
        matches!(keys, (Ok(a), Ok(b)) if Arc::ptr_eq(a, b))
    }

    #[test]
    fn a_shared_answer_is_read_once_and_another_one_anew() {
        let readings = Readings::default();
        let read = |value| readings.read(Need::SigningKey, value).unwrap();
        let (kept, other) = (key("a"), key("a"));
        let _cache = (Arc::clone(&kept), Arc::clone(&other));
        assert!(is_one(&read(&kept), &read(&kept)));
        assert!(!is_one(&read(&kept), &read(&other)));
        // Of an answer that nobody else holds nothing is kept.
        let alone = key("a");
        assert!(!is_one(&read(&alone), &read(&alone)));
        let shared = Arc::new(json!({"kid": 1}));
        let _cache = Arc::clone(&shared);
        assert!(readings.read(Need::SigningKey, &shared).is_err());
        assert_eq!(readings.known.lock().unwrap().len(), 2);
    }

    #[test]
    fn old_readings_make_room() {
        let readings = Readings::default();
        for at in 0..READINGS_MAX + 10 {
            let value = key(&at.to_string());
            let _cache = Arc::clone(&value);
            readings.read(Need::SigningKey, &value).unwrap();
            assert!(readings.known.lock().unwrap().len() <= READINGS_MAX);
        }
        assert_eq!(readings.known.lock().unwrap().len(), 10);
    }
}
