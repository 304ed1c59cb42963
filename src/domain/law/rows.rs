//! The rows of the smaller tables.

use rust_decimal::Decimal;
use serde::Deserialize;

/// What stands beside CGST on a supply within the State.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SecondTax {
    #[serde(rename = "SGST")]
    Sgst,
    /// In Union territories without a legislature (UTGST Act 2017 s.1).
    #[serde(rename = "UTGST")]
    Utgst,
}

impl SecondTax {
    /// As invoices write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sgst => "SGST",
            Self::Utgst => "UTGST",
        }
    }
}

dated! {
    /// A State code.
    State {
        /// Two digits.
        code: String,
        name: String,
        /// Two letters; empty for codes that are no State.
        abbreviation: String,
        /// `None` for codes that are no State: 96 and 99.
        second_tax: Option<SecondTax>,
        /// 96: the place of supply of exports.
        #[serde(default)]
        abroad: bool,
    }
}

/// Whether a rate exists on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slab {
    InForce,
    /// Only for goods that the table of goods names at that rate.
    NamedGoods,
    NotInForce,
}

/// Which goods and services a slab is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlabGoods {
    #[default]
    Any,
    /// Only goods that the table of goods names at that rate.
    Named,
}

fn sure() -> bool {
    true
}

dated! {
    /// A rate that exists.
    SlabRow {
        /// In percent, CGST and SGST together.
        rate: Decimal,
        #[serde(default)]
        goods: SlabGoods,
        /// Whether its scope was checked against a notification; it counts as in force either way.
        #[serde(default = "sure")]
        sure: bool,
    }
}

dated! {
    /// A rate of a service from the sample.
    ServiceRow {
        /// The first digits of the SAC.
        sac: String,
        /// In percent, CGST and SGST together.
        rate: Decimal,
        service: String,
    }
}

dated! {
    /// Who must register invoices.
    TurnoverRow {
        /// Aggregate turnover in rupees of any year since 2017-18.
        turnover_above: Decimal,
    }
}

dated! {
    /// How soon an invoice must be registered.
    RegistrationRow {
        /// In rupees.
        turnover_min: Decimal,
        /// From the document's date.
        days: i64,
    }
}

dated! {
    /// Least digits of an HSN code.
    DigitsRow {
        digits: usize,
        /// Of the preceding year, in rupees; zero is anybody.
        turnover_above: Decimal,
    }
}

dated! {
    /// The last day of credit, in the calendar year in which the next financial year begins.
    CreditRow {
        month: i8,
        day: i8,
    }
}

dated! {
    /// A rule that is in force or not.
    RuleRow {}
}
