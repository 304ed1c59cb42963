//! Law as dated rows: what the government may change by notification, looked up by date.
//!
//! *Invariant:* every look-up names the day it is asked for; a row counts from `from` to `until`, both included.

use rust_decimal::Decimal;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    civil::{Date, FinancialYear},
    evidence::sha256_hex,
    gstin::Gstin,
};

/// Why the law's files were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("law: {file}: {problem}")]
pub struct LawError {
    pub file: &'static str,
    pub problem: String,
}

/// A row that counts from `from` to `until`, both included; `until` is `None` while it is in force. `source` names the
/// notification, advisory or section.
macro_rules! dated {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
            pub from: $crate::civil::Date,
            #[serde(default)]
            pub until: Option<$crate::civil::Date>,
            #[serde(default)]
            pub source: String,
        }

        impl $name {
            /// Whether the row counts on that day, first and last day included.
            pub fn is_in_force(&self, day: $crate::civil::Date) -> bool {
                self.from <= day && self.until.is_none_or(|last| day <= last)
            }
        }
    };
}

pub use goods::{GapRow, GoodsMatch, GoodsRow, ResidualRow};
pub use rows::{
    CreditRow, DigitsRow, RegistrationRow, RuleRow, SecondTax, ServiceRow, Slab, SlabGoods,
    SlabRow, State, TurnoverRow,
};

mod goods;
mod rows;

/// A table of a file: `rows`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows<T> {
    rows: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatesFile {
    collected: String,
    states: Rows<State>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlabsFile {
    collected: String,
    slabs: Rows<SlabRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServicesFile {
    collected: String,
    services: Rows<ServiceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EInvoiceFile {
    collected: String,
    mandatory: Rows<TurnoverRow>,
    registration: Rows<RegistrationRow>,
    irn_upper_case: Rows<RuleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentsFile {
    collected: String,
    hsn_digits: Rows<DigitsRow>,
    credit: Rows<CreditRow>,
}

/// The rows of law that rules look up by date.
#[derive(Debug, Clone, Default)]
pub struct Law {
    version: String,
    sha256: String,
    states: Vec<State>,
    slabs: Vec<SlabRow>,
    goods: goods::Goods,
    services: Vec<ServiceRow>,
    mandatory: Vec<TurnoverRow>,
    registration: Vec<RegistrationRow>,
    irn_upper_case: Vec<RuleRow>,
    hsn_digits: Vec<DigitsRow>,
    credit: Vec<CreditRow>,
}

const FILES: [(&str, &str); 6] = [
    ("states.toml", include_str!("../../config/law/states.toml")),
    (
        "gst_slabs.toml",
        include_str!("../../config/law/gst_slabs.toml"),
    ),
    (
        "gst_goods.toml",
        include_str!("../../config/law/gst_goods.toml"),
    ),
    (
        "gst_services.toml",
        include_str!("../../config/law/gst_services.toml"),
    ),
    (
        "einvoice.toml",
        include_str!("../../config/law/einvoice.toml"),
    ),
    (
        "documents.toml",
        include_str!("../../config/law/documents.toml"),
    ),
];

fn read<T: DeserializeOwned>((file, text): (&'static str, &str)) -> Result<T, LawError> {
    toml::from_str(text).map_err(|error| LawError {
        file,
        problem: error.to_string(),
    })
}

impl Law {
    /// The law that is compiled in. Reading it takes milliseconds: read it once and share it.
    ///
    /// # Errors
    /// Never for a released build: a test reads it.
    pub fn builtin() -> Result<Self, LawError> {
        Self::parse(FILES)
    }

    fn parse(files: [(&'static str, &str); 6]) -> Result<Self, LawError> {
        let [states, slabs, goods, services, einvoice, documents] = files;
        let mut whole = String::new();
        for (_, text) in files {
            whole.push_str(text);
        }
        let states: StatesFile = read(states)?;
        let slabs: SlabsFile = read(slabs)?;
        let goods: goods::File = read(goods)?;
        let services: ServicesFile = read(services)?;
        let einvoice: EInvoiceFile = read(einvoice)?;
        let documents: DocumentsFile = read(documents)?;
        let collected = [
            &states.collected,
            &slabs.collected,
            &goods.collected,
            &services.collected,
            &einvoice.collected,
            &documents.collected,
        ];
        Ok(Self {
            version: collected.into_iter().max().cloned().unwrap_or_default(),
            sha256: sha256_hex(whole.as_bytes()),
            states: states.states.rows,
            slabs: slabs.slabs.rows,
            goods: goods::Goods::new(goods),
            services: services.services.rows,
            mandatory: einvoice.mandatory.rows,
            registration: einvoice.registration.rows,
            irn_upper_case: einvoice.irn_upper_case.rows,
            hsn_digits: documents.hsn_digits.rows,
            credit: documents.credit.rows,
        })
    }

    /// The day on which the latest of its files was collected, `yyyy-mm-dd`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// SHA-256 of its files in their fixed order, lower-case hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The row of a two-digit code on a day, 96 (abroad) and 99 (centre) included.
    pub fn state(&self, code: &str, day: Date) -> Option<&State> {
        self.states
            .iter()
            .find(|s| s.code == code && s.is_in_force(day))
    }

    /// Whether the State that a GSTIN begins with is one on that day; on an unknown day, or where no row has it, it may be.
    pub fn admits(&self, gstin: Gstin, day: Option<Date>) -> bool {
        let dated = self.states.iter().any(|s| s.code == gstin.state());
        day.is_none_or(|day| !dated || self.state(gstin.state(), day).is_some())
    }

    /// Whether the code is a State, a Union territory or the other territory on that day.
    pub fn is_state(&self, code: &str, day: Date) -> bool {
        self.state(code, day)
            .is_some_and(|s| s.second_tax.is_some())
    }

    /// The code of a State by its name or abbreviation, whatever the case.
    pub fn state_code(&self, written: &str, day: Date) -> Option<&str> {
        let written = written.trim();
        let means = |s: &&State| {
            s.name.eq_ignore_ascii_case(written)
                || (!s.abbreviation.is_empty() && s.abbreviation.eq_ignore_ascii_case(written))
        };
        self.states
            .iter()
            .filter(|s| s.is_in_force(day))
            .find(means)
            .map(|s| s.code.as_str())
    }

    /// The name of a code on any day; the code itself when it is none.
    pub fn state_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.states
            .iter()
            .find(|s| s.code == code)
            .map_or(code, |s| s.name.as_str())
    }

    /// Whether a rate in percent exists on a day. Where one row says "any goods" and another "named goods", the wider
    /// one counts.
    pub fn slab(&self, rate: Decimal, day: Date) -> Slab {
        let rows = self
            .slabs
            .iter()
            .filter(|s| s.rate == rate && s.is_in_force(day));
        rows.fold(Slab::NotInForce, |found, row| match (found, row.goods) {
            (Slab::InForce, _) | (_, SlabGoods::Any) => Slab::InForce,
            (_, SlabGoods::Named) => Slab::NamedGoods,
        })
    }

    /// The rates in force on a day for any goods, ascending, without duplicates.
    pub fn slabs(&self, day: Date) -> Vec<Decimal> {
        let mut rates: Vec<Decimal> = self
            .slabs
            .iter()
            .filter(|s| s.goods == SlabGoods::Any && s.is_in_force(day))
            .map(|s| s.rate)
            .collect();
        rates.sort_unstable();
        rates.dedup();
        rates
    }

    /// The schedule rows of the longest prefix of an HSN that has rows on that day; `None` when no prefix has.
    pub fn rates(&self, hsn: &str, day: Date) -> Option<GoodsMatch<'_>> {
        self.goods.longest(hsn, day)
    }

    /// A row, of any prefix, that names these goods at this rate on that day.
    pub fn names_goods(&self, hsn: &str, rate: Decimal, day: Date) -> Option<&GoodsRow> {
        self.goods.named(hsn, rate, day)
    }

    /// The rate of goods that no entry names, on that day.
    pub fn residual_rate(&self, day: Date) -> Option<Decimal> {
        self.goods.residual(day)
    }

    /// Why a row for this HSN that gives this rate may be missing on that day; `None` where no gap is known.
    pub fn known_gap(&self, hsn: &str, rate: Decimal, day: Date) -> Option<&str> {
        self.goods.gap(hsn, rate, day)
    }

    /// The sampled rates of a service on that day, of the longest prefix that is there; empty for most services.
    pub fn service_rates(&self, sac: &str, day: Date) -> Vec<&ServiceRow> {
        let matching = |row: &&ServiceRow| sac.starts_with(&row.sac) && row.is_in_force(day);
        let longest = self
            .services
            .iter()
            .filter(matching)
            .map(|r| r.sac.len())
            .max();
        let rows = self.services.iter().filter(matching);
        rows.filter(|r| Some(r.sac.len()) == longest).collect()
    }

    /// Turnover in rupees above which a supplier must e-invoice on that day; `None` before it began.
    pub fn einvoice_turnover_above(&self, day: Date) -> Option<Decimal> {
        self.mandatory
            .iter()
            .find(|r| r.is_in_force(day))
            .map(|r| r.turnover_above)
    }

    /// Days from a document's date within which a supplier of this turnover must register it; `None` when no limit
    /// applies.
    pub fn registration_days_max(&self, turnover: Decimal, day: Date) -> Option<i64> {
        let mut rows = self.registration.iter();
        rows.find(|r| r.is_in_force(day) && turnover >= r.turnover_min)
            .map(|r| r.days)
    }

    /// Turnover in rupees from which registration is bound to a number of days on that day.
    pub fn registration_turnover_min(&self, day: Date) -> Option<Decimal> {
        self.registration
            .iter()
            .find(|r| r.is_in_force(day))
            .map(|r| r.turnover_min)
    }

    /// Whether the IRN of a document of this date hashes its number in upper case.
    pub fn irn_upper_case(&self, day: Date) -> bool {
        self.irn_upper_case.iter().any(|r| r.is_in_force(day))
    }

    /// Least HSN digits that any supplier of this turnover must write on that day; `None` before the rule began.
    pub fn hsn_digits_min(&self, turnover: Decimal, day: Date) -> Option<usize> {
        let rows = self.hsn_digits.iter();
        rows.filter(|r| {
            r.is_in_force(day) && (turnover > r.turnover_above || r.turnover_above.is_zero())
        })
        .map(|r| r.digits)
        .max()
    }

    /// The last day on which credit for a document of this date may be taken: 30 November after its financial year.
    pub fn credit_last_day(&self, day: Date) -> Option<Date> {
        let row = self.credit.iter().find(|r| r.is_in_force(day))?;
        let year = FinancialYear::of(day).last_day().year();
        Date::new(year, row.month, row.day).ok()
    }
}

#[cfg(test)]
mod tests;
