//! Policy: what an operator may choose. Data, read from `config/policy.toml`; the digest stands in every verdict.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{evidence::sha256_hex, finding::Severity};

/// Why a policy file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy: {0}")]
pub struct PolicyError(pub String);

/// Numbers of the rules. Amounts in rupees, shares and similarities from 0 to 1, percentages in percent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub name: String,
    pub version: String,
    pub tolerance: Tolerance,
    pub names: Names,
    pub filing: Filing,
    pub duplicates: DuplicateRules,
    pub outlier: Outlier,
    pub split: Split,
    pub orders: Orders,
    pub einvoice: EInvoice,
    pub msme: Msme,
    pub round_amount: RoundAmount,
    /// Severities that differ from `CHECKS.md`, by check id: `hold`, `reject` or `info`.
    #[serde(default)]
    pub severity: BTreeMap<String, Severity>,
    /// Whether a check is required, where it differs, by check id.
    #[serde(default)]
    pub required: BTreeMap<String, bool>,
    /// SHA-256 of the file, lower-case hex.
    #[serde(skip)]
    pub sha256: String,
    /// The file as it was read: kept with a case, so that it can be judged again on the same terms.
    #[serde(skip)]
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// On a computed amount of a document.
    pub document: Decimal,
    /// On a computed amount of a line and tax head.
    pub line: Decimal,
    /// Largest round-off, either way.
    pub round_off: Decimal,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Least similarity of the supplier's name with the registered one.
    pub registered_min: Decimal,
    /// Similarity from which an unknown supplier resembles a known vendor.
    pub lookalike_min: Decimal,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// Returns looked at.
    pub last: usize,
    /// Unfiled ones among them from which the invoice is held.
    pub missing: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateRules {
    pub amount: Decimal,
    pub days: i64,
    /// Counters at most this far apart are neighbours of one series, never duplicates.
    pub counter_gap: u64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlier {
    pub invoices_min: usize,
    pub z_max: Decimal,
    /// Least median absolute deviation of log amounts.
    pub deviation_min: Decimal,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    pub days: i64,
    /// Other invoices just under one limit from which the invoice is held.
    pub others: usize,
    /// Share of a limit from which an amount lies just under it.
    pub share_min: Decimal,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// Percent by which a unit price may exceed the order's.
    pub price_excess_percent: Decimal,
    /// Whether every invoice must name an order.
    pub demanded: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EInvoice {
    /// Least HSN digits of a supplier who e-invoices, and of any other.
    pub hsn_digits: usize,
    pub hsn_digits_others: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Msme {
    /// Days to pay a micro or small enterprise with an agreement in writing, and without one.
    pub days: i64,
    pub days_without_agreement: i64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundAmount {
    pub multiple: Decimal,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// TOML that cannot be read, a missing or unknown key: the message names line and key.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy: Self =
            toml::from_str(text).map_err(|error| PolicyError(error.to_string()))?;
        policy.sha256 = sha256_hex(text.as_bytes());
        text.clone_into(&mut policy.text);
        Ok(policy)
    }

    /// The policy that is compiled in.
    ///
    /// # Errors
    /// Never for a released build: a test reads it.
    pub fn builtin() -> Result<Self, PolicyError> {
        Self::parse(include_str!("../../config/policy.toml"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_policy_reads_and_a_misspelt_key_does_not() {
        let text = include_str!("../../config/policy.toml");
        assert_eq!(Policy::builtin().unwrap().split.days, 7);
        let error = Policy::parse(&text.replace("counter_gap", "counter_gpa")).unwrap_err();
        assert!(error.to_string().contains("counter_gpa"), "{error}");
    }
}
