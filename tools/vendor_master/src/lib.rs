//! The vendor master: registrations of a supplier, vendors whose name resembles it, and ourselves as the buyer.
//!
//! *Invariant:* with a vendor table, a look-up always finds a record: its empty lists are the evidence that the vendor
//! is unknown, and so does a list: that nobody is of a class is evidence too. An id or a name that nobody has is an absence.
//! Without the table there is no answer.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{Answer, Cost, Manifest, Tool, ToolError};
use domain::records::{
    Buyer, Lacking, ListedVendor, NamedVendor, NamedVendors, Registrations, SimilarVendor, Vendor,
    VendorList, VendorRecord,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod class;
mod mention;
mod names;

pub use class::{Class, LISTED_MAX, Msme, Standing};
pub use mention::NAMED_MAX;
pub use names::{NameIndex, SIMILAR_MAX};

/// The name under which errors come.
pub const NAME: &str = "vendor_master";

/// The vendor table and `buyer.json`, as this tool needs them. GSTIN and PAN arrive trimmed and in upper case. A source
/// without the file answers [`ToolError::NoSource`].
#[async_trait]
pub trait Vendors: Send + Sync + 'static {
    /// Registrations with exactly this GSTIN, in the table's order.
    async fn by_gstin(&self, gstin: &str) -> Result<Vec<Vendor>, ToolError>;
    /// Registrations of this PAN ([`pan_of`]), in the table's order.
    async fn by_pan(&self, pan: &str) -> Result<Vec<Vendor>, ToolError>;
    /// Vendors of a similar name: what [`NameIndex::similar`] finds.
    async fn similar(&self, name: &str, pan: &str) -> Result<Vec<SimilarVendor>, ToolError>;
    /// Registrations under this id, whatever its case, in the table's order.
    async fn by_id(&self, vendor_id: &str) -> Result<Vec<Vendor>, ToolError>;
    /// Vendors that a written name may mean, and how many: what [`NameIndex::named`] finds.
    async fn named(
        &self,
        name: &str,
        loosely: bool,
    ) -> Result<(Vec<NamedVendor>, usize), ToolError>;
    /// Vendors of a class, and how many: what [`Class::list`] finds.
    async fn of_class(&self, class: Class) -> Result<(Vec<ListedVendor>, usize), ToolError>;
    async fn buyer(&self) -> Result<Buyer, ToolError>;
}

/// The PAN of a registration, as [`Vendor::pan_key`] has it.
pub fn pan_of(vendor: &Vendor) -> &str {
    vendor.pan_key()
}

/// A question about vendors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum Args {
    /// What the master knows of a supplier. Any of the three may be empty.
    Lookup {
        gstin: String,
        /// Taken from the GSTIN when empty.
        #[serde(default)]
        pan: String,
        #[serde(default)]
        name: String,
    },
    /// The registrations under a vendor id.
    Vendor {
        /// Case does not matter.
        vendor_id: String,
    },
    /// Vendors that a name may mean, as somebody wrote it: a part of it, or misspelt by a little.
    Named {
        name: String,
        /// `yes` finds vendors that share a word with it: for a hint, not for an answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loosely: Option<YesNo>,
    },
    /// The vendors of a class, and how many there are: those of whom a registration meets all that is set.
    List {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Standing>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        msme: Option<Msme>,
        /// Payment terms in whole days, in digits; empty for any.
        #[serde(default)]
        terms_days: String,
        /// What the master lacks of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lacking: Option<Lacking>,
    },
    /// Ourselves: legal name, GSTINs, approval limits.
    Buyer {},
}

/// Whether to do something. A text, as every argument is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    Yes,
    No,
}

/// What this tool answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Record {
    Vendor(VendorRecord),
    Registrations(Registrations),
    Named(NamedVendors),
    List(VendorList),
    Buyer(Buyer),
}

/// The tool over any vendor table.
#[derive(Clone)]
pub struct VendorMaster {
    vendors: Arc<dyn Vendors>,
}

impl VendorMaster {
    pub fn new(vendors: Arc<dyn Vendors>) -> Self {
        Self { vendors }
    }

    async fn vendor(&self, vendor_id: &str) -> Result<Answer<Record>, ToolError> {
        let vendor_id = vendor_id.trim();
        if vendor_id.is_empty() {
            return Err(needed("vendor_id: an id is needed"));
        }
        let registrations = self.vendors.by_id(vendor_id).await?;
        Ok(match registrations.first() {
            Some(first) => Answer::Found(Record::Registrations(Registrations {
                vendor_id: first.vendor_id.clone(),
                registrations,
            })),
            None => Answer::Absent("no vendor of this id is in the vendor master".to_owned()),
        })
    }

    async fn named(&self, name: String, loosely: bool) -> Result<Answer<Record>, ToolError> {
        if !name.contains(char::is_alphanumeric) {
            return Err(needed("name: at least one word is needed"));
        }
        let (candidates, count) = self.vendors.named(&name, loosely).await?;
        Ok(if candidates.is_empty() {
            Answer::Absent("no vendor of this name is in the vendor master".to_owned())
        } else {
            Answer::Found(Record::Named(NamedVendors {
                name,
                candidates,
                count,
            }))
        })
    }

    async fn list(&self, class: Class) -> Result<VendorList, ToolError> {
        Ok(class.told(self.vendors.of_class(class).await?))
    }

    async fn lookup(&self, gstin: &str, pan: &str, name: &str) -> Result<VendorRecord, ToolError> {
        let gstin = gstin.trim().to_uppercase();
        let pan = match pan.trim().to_uppercase() {
            pan if pan.is_empty() && gstin.chars().count() == 15 => {
                gstin.get(2..12).unwrap_or_default().to_owned()
            }
            pan => pan,
        };
        let by_gstin = self.vendors.by_gstin(&gstin).await?;
        let mut by_pan = if pan.is_empty() {
            Vec::new()
        } else {
            self.vendors.by_pan(&pan).await?
        };
        by_pan.retain(|vendor| vendor.gstin != gstin);
        let similar = if by_gstin.is_empty() && by_pan.is_empty() {
            self.vendors.similar(name, &pan).await?
        } else {
            Vec::new()
        };
        Ok(VendorRecord {
            gstin,
            by_gstin,
            by_pan,
            similar,
        })
    }
}

/// Days in digits; `None` for an empty text.
fn days(text: &str) -> Result<Option<i64>, ToolError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let days = digits.then(|| text.parse().ok()).flatten();
    days.map(Some)
        .ok_or_else(|| needed("terms_days: a number of days is needed"))
}

fn needed(detail: &str) -> ToolError {
    ToolError::Arguments {
        tool: NAME,
        detail: detail.to_owned(),
    }
}

impl Tool for VendorMaster {
    const MANIFEST: Manifest = Manifest {
        name: NAME,
        description: "Looks up a supplier's registrations, bank account and terms in our vendor master, or ourselves.",
        when: "Use `lookup` once for each supplier of an invoice, `vendor` for an id and `named` for a name that somebody \
               wrote, `list` for all of a class, `buyer` for ourselves; it says what we agreed, not what the tax office knows.",
        cost: Cost::Local,
    };
    type Args = Args;
    type Record = Record;

    async fn ask(&self, args: Args) -> Result<Answer<Record>, ToolError> {
        Ok(match args {
            Args::Lookup { gstin, pan, name } => {
                Answer::Found(Record::Vendor(self.lookup(&gstin, &pan, &name).await?))
            }
            Args::Vendor { vendor_id } => self.vendor(&vendor_id).await?,
            Args::Named { name, loosely } => self.named(name, loosely == Some(YesNo::Yes)).await?,
            Args::List {
                status,
                msme,
                terms_days,
                lacking,
            } => {
                let class = Class {
                    status,
                    msme,
                    terms_days: days(&terms_days)?,
                    lacking,
                };
                Answer::Found(Record::List(self.list(class).await?))
            }
            Args::Buyer {} => Answer::Found(Record::Buyer(self.vendors.buyer().await?)),
        })
    }
}

#[cfg(test)]
mod tests;
