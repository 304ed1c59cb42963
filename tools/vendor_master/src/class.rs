//! Vendors of a class: by standing, MSME class, payment terms, or what the master lacks of them.

use std::collections::BTreeMap;

use domain::records::{Lacking, ListedVendor, Vendor, VendorList};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Vendors in an answer.
pub const LISTED_MAX: usize = 100;

/// A standing in the vendor master.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Active,
    Blocked,
}

/// A class under the MSMED Act, as the master writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Msme {
    /// Any of the three.
    Any,
    Micro,
    Small,
    Medium,
}

/// Whom a list names: registrations that meet all that is set; everybody where nothing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Class {
    pub status: Option<Standing>,
    pub msme: Option<Msme>,
    pub terms_days: Option<i64>,
    pub lacking: Option<Lacking>,
}

impl Standing {
    fn written(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
        }
    }
}

impl Msme {
    fn written(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Micro => "micro",
            Self::Small => "small",
            Self::Medium => "medium",
        }
    }
}

/// Whether the master lacks it of a registration.
fn lacks(vendor: &Vendor, what: Lacking) -> bool {
    match what {
        Lacking::BankAccount => vendor.bank_account.trim().is_empty(),
        Lacking::Pan => vendor.pan.trim().is_empty(),
        Lacking::Gstin => vendor.gstin.trim().is_empty(),
        Lacking::Email => vendor.email.trim().is_empty(),
        Lacking::PaymentTerms => vendor.payment_terms_days.is_none(),
        Lacking::AgreeingPan => {
            let own = vendor.pan.trim();
            let within = vendor.gstin.get(2..12);
            !own.is_empty() && within.is_some_and(|within| !within.eq_ignore_ascii_case(own))
        }
    }
}

impl Class {
    /// Whether a registration is of the class.
    pub fn has(&self, vendor: &Vendor) -> bool {
        let msme = self.msme.is_none_or(|class| match class {
            Msme::Any => !vendor.msme.is_empty(),
            class => vendor.msme == class.written(),
        });
        msme && self
            .status
            .is_none_or(|status| vendor.status == status.written())
            && self
                .terms_days
                .is_none_or(|days| vendor.payment_terms_days == Some(days))
            && self.lacking.is_none_or(|what| lacks(vendor, what))
    }

    /// Of registrations in the table's order the vendors with one of this class: by id, each with its first that is, and at most
    /// [`LISTED_MAX`]; and how many there are.
    pub fn list<'a>(
        &self,
        vendors: impl Iterator<Item = &'a Vendor>,
    ) -> (Vec<ListedVendor>, usize) {
        let mut found: BTreeMap<&str, &Vendor> = BTreeMap::new();
        for vendor in vendors.filter(|vendor| self.has(vendor)) {
            found.entry(&vendor.vendor_id).or_insert(vendor);
        }
        let listed = found.values().take(LISTED_MAX).map(|vendor| ListedVendor {
            vendor_id: vendor.vendor_id.clone(),
            legal_name: vendor.legal_name.clone(),
            gstin: vendor.gstin.clone(),
            pan: vendor.pan.clone(),
            payment_terms_days: vendor.payment_terms_days,
            msme: vendor.msme.clone(),
            status: vendor.status.clone(),
        });
        (listed.collect(), found.len())
    }

    /// An answer, with what was asked for.
    pub(crate) fn told(&self, (vendors, count): (Vec<ListedVendor>, usize)) -> VendorList {
        let text = |written: Option<&str>| written.unwrap_or_default().to_owned();
        VendorList {
            status: text(self.status.map(Standing::written)),
            msme: text(self.msme.map(Msme::written)),
            terms_days: self.terms_days,
            lacking: text(self.lacking.map(Lacking::written)),
            count,
            vendors,
        }
    }
}
