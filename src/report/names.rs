//! What the vendor master calls a supplier.

use std::collections::BTreeMap;

use domain::{
    gstin::{holder, key},
    records::Vendor,
};

/// Vendors by GSTIN and by PAN.
#[derive(Debug, Clone, Default)]
pub struct Names {
    known: BTreeMap<String, Known>,
}

/// What the master knows under one GSTIN or one PAN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// In the order of the master; several where it has one supplier twice.
    ids: Vec<String>,
    /// The legal name of the first; its trade name where it has none.
    pub(crate) name: String,
}

impl Known {
    /// `V001`, or `V001, V017`.
    pub(crate) fn ids(&self) -> String {
        self.ids.join(", ")
    }
}

impl Names {
    /// Of the master's registrations, in its order.
    pub fn new<'a>(vendors: impl IntoIterator<Item = &'a Vendor>) -> Self {
        let mut names = Self::default();
        for vendor in vendors {
            let gstin = key(&vendor.gstin);
            // The PAN that the master writes beside a GSTIN may be another than the one inside it.
            let mut keys = vec![holder(&gstin).to_owned(), key(vendor.pan_key()), gstin];
            keys.sort();
            keys.dedup();
            for key in keys.into_iter().filter(|key| !key.is_empty()) {
                names.add(key, vendor);
            }
        }
        names
    }

    fn add(&mut self, key: String, vendor: &Vendor) {
        let known = self.known.entry(key).or_insert_with(|| Known {
            ids: Vec::new(),
            name: String::new(),
        });
        if !known.ids.contains(&vendor.vendor_id) {
            known.ids.push(vendor.vendor_id.clone());
        }
        if known.name.is_empty() {
            let legal = vendor.legal_name.trim();
            let name = if legal.is_empty() {
                vendor.trade_name.trim()
            } else {
                legal
            };
            name.clone_into(&mut known.name);
        }
    }

    /// The vendor of a GSTIN: by that registration, else by its PAN.
    pub(crate) fn of(&self, gstin: &str) -> Option<&Known> {
        let by = |key: &str| self.known.get(key).filter(|known| !known.name.is_empty());
        by(gstin).or_else(|| by(holder(gstin)))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn vendor(id: &str, name: &str, gstin: &str) -> Vendor {
        Vendor {
            vendor_id: id.to_owned(),
            legal_name: name.to_owned(),
            trade_name: String::new(),
            gstin: gstin.to_owned(),
            pan: String::new(),
            bank_account: String::new(),
            ifsc: String::new(),
            payment_terms_days: None,
            msme: String::new(),
            status: "active".to_owned(),
            email: String::new(),
        }
    }

    #[test]
    fn a_supplier_is_found_by_registration_and_then_by_pan() {
        let names = Names::new(&[
            vendor("V1", "Konkan Bearings", "27AAACR5055K1Z7"),
            vendor("V2", "Konkan Bearings Nagpur", "27AAACR5055K2Z6"),
            vendor("V3", "", "29AABCF8078M1C8"),
        ]);
        for (gstin, want) in [
            ("27AAACR5055K1Z7", Some(("V1", "Konkan Bearings"))),
            ("27AAACR5055K2Z6", Some(("V2", "Konkan Bearings Nagpur"))),
            ("24AAACR5055K2ZC", Some(("V1, V2", "Konkan Bearings"))),
            ("AAACR5055K", Some(("V1, V2", "Konkan Bearings"))),
            ("29AABCF8078M1C8", None),
            ("", None),
        ] {
            let found = names
                .of(gstin)
                .map(|known| (known.ids(), known.name.as_str()));
            let found = found.as_ref().map(|(ids, name)| (ids.as_str(), *name));
            assert_eq!(found, want, "{gstin}");
        }
    }
}
