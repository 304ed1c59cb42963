//! Money: exact decimals in rupees as the file writes them, and whole paise where a store keeps them.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// Why an amount was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("\"{0}\" is no amount: write digits with at most one point, as in 1234.50")]
    NotANumber(String),
    #[error(
        "{0} is out of range: an amount has at most {INTEGER_DIGITS_MAX} digits before the point"
    )]
    OutOfRange(String),
    #[error("{0} has more than two decimals: an amount in rupees ends in paise")]
    SubPaise(Decimal),
}

/// INV-01 allows fourteen digits before the point; more is refused so that no product of two amounts overflows.
pub const INTEGER_DIGITS_MAX: usize = 14;

/// Reads a decimal from its digits, exactly; exponents as JSON writers emit them are understood.
///
/// # Errors
/// Text that is no number, more than fourteen digits before the point, or more than 28 in all.
pub fn decimal(text: &str) -> Result<Decimal, MoneyError> {
    let trimmed = text.trim();
    let plausible = !trimmed.is_empty()
        && trimmed.len() <= 64
        && trimmed
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if !plausible {
        let shown: String = trimmed.chars().take(32).collect();
        return Err(MoneyError::NotANumber(shown));
    }
    let parsed = if trimmed.contains(['e', 'E']) {
        Decimal::from_scientific(trimmed)
    } else {
        Decimal::from_str_exact(trimmed)
    };
    let value = parsed.map_err(|error| match error {
        rust_decimal::Error::ErrorString(_) => MoneyError::NotANumber(trimmed.to_owned()),
        _ => MoneyError::OutOfRange(trimmed.to_owned()),
    })?;
    if value.abs() >= Decimal::from(100_000_000_000_000_i64) {
        return Err(MoneyError::OutOfRange(trimmed.to_owned()));
    }
    Ok(value)
}

/// Rounds half away from zero to paise, as invoices do (50 p up; s.170 CGST names the same direction).
pub fn to_paise_half_up(rupees: Decimal) -> Decimal {
    rupees.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

/// An amount in whole paise: what ledgers and limits hold.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Paise(pub i64);

impl Paise {
    pub const ZERO: Self = Self(0);

    /// Reads an amount written in rupees. A third decimal is the sender's error.
    ///
    /// # Errors
    /// A third non-zero decimal, or an amount that paise in an `i64` cannot hold.
    pub fn from_rupees(rupees: Decimal) -> Result<Self, MoneyError> {
        let paise = rupees
            .checked_mul(Decimal::ONE_HUNDRED)
            .ok_or_else(|| MoneyError::OutOfRange(rupees.to_string()))?;
        if !paise.fract().is_zero() {
            return Err(MoneyError::SubPaise(rupees));
        }
        paise
            .to_i64()
            .map(Self)
            .ok_or_else(|| MoneyError::OutOfRange(rupees.to_string()))
    }

    /// The nearest paisa, half away from zero: for amounts of invoices that become history.
    pub fn nearest(rupees: Decimal) -> Self {
        Self::from_rupees(to_paise_half_up(rupees)).unwrap_or(Self(i64::MAX))
    }

    /// In rupees.
    pub fn rupees(self) -> Decimal {
        Decimal::new(self.0, 2)
    }
}

/// A decimal as a plain JSON number, digit for digit.
pub fn to_json(amount: Decimal) -> serde_json::Value {
    amount
        .to_string()
        .parse()
        .map(serde_json::Value::Number)
        .unwrap_or_default()
}

/// Writes an amount as Indian readers do: `₹1,23,456.00`; paise always, more decimals only where the amount has them.
pub fn inr(rupees: Decimal) -> String {
    let sign = if rupees.is_sign_negative() && !rupees.is_zero() {
        "-"
    } else {
        ""
    };
    format!("{sign}₹{}", grouped(rupees.abs()))
}

/// Indian digit groups without the currency sign: `1,23,456.00`.
pub fn grouped(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    let text = amount.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |rest| ("-", rest));
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(sign);
    let count = digits.len();
    for (index, digit) in digits.chars().enumerate() {
        let left = count - index;
        if index > 0 && (left == 3 || (left > 3 && left % 2 == 1)) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push('.');
    out.push_str(fraction);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_exactly_or_not_at_all() {
        for (text, want) in [
            ("99999999999999.99", Some("99999999999999.99")),
            ("100000000000000", None),
            ("-75000", Some("-75000")),
            ("1e2", Some("100")),
            ("1E-2", Some("0.01")),
            ("1e999999", None),
            ("0.1", Some("0.1")),
            ("240833.72000000003", Some("240833.72000000003")),
            ("twelve", None),
            ("", None),
            ("1,000", None),
            ("NaN", None),
            ("--1", None),
        ] {
            assert_eq!(
                decimal(text).ok().map(|d| d.to_string()).as_deref(),
                want,
                "{text}"
            );
        }
    }

    #[test]
    fn json_keeps_every_digit() {
        for text in ["99999999999999.99", "-0.10", "0"] {
            assert_eq!(to_json(decimal(text).unwrap()).to_string(), text);
        }
    }

    #[test]
    fn paise_refuse_a_third_decimal() {
        assert_eq!(Paise::from_rupees(Decimal::new(12345, 2)), Ok(Paise(12345)));
        assert_eq!(
            Paise::from_rupees(Decimal::new(12_3450, 3)),
            Ok(Paise(12345))
        );
        assert!(matches!(
            Paise::from_rupees(Decimal::new(123_456, 3)),
            Err(MoneyError::SubPaise(_))
        ));
        assert_eq!(Paise::nearest(Decimal::new(1005, 3)), Paise(101));
    }

    #[test]
    fn indian_groups() {
        for (amount, want) in [
            ("0", "₹0.00"),
            ("999", "₹999.00"),
            ("1000", "₹1,000.00"),
            ("123456", "₹1,23,456.00"),
            ("12345678.5", "₹1,23,45,678.50"),
            ("-41427", "-₹41,427.00"),
            ("0.125", "₹0.125"),
        ] {
            assert_eq!(inr(decimal(amount).unwrap()), want);
        }
    }
}
