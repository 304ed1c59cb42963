//! Numbers as accounting systems write them: binary floats turned into text, grouped digits, percent signs.
//!
//! Most of them keep amounts as binary floats and print those with up to seventeen digits; the last ones are noise of
//! the machine and never of the bill. What is left is the decimal that the system shows to its own users.

use domain::{
    Decimal,
    money::{MoneyError, decimal, to_paise_half_up},
};

/// A binary float is exact to fifteen decimal digits; of what has more, the last ones are the machine's.
const FLOAT_DIGITS: u32 = 15;

/// Decimals that a person may have written; noise of a float needs more.
const WRITTEN_DECIMALS: u32 = 3;

/// No system named here keeps more decimals of a price, a quantity or a rate.
const DECIMALS_MAX: u32 = 6;

/// Reads a number, with digits grouped by commas or not.
pub(crate) fn number(text: &str) -> Result<Decimal, MoneyError> {
    let text = text.trim();
    let written = if text.contains(',') {
        decimal(&text.replace(',', ""))?
    } else {
        decimal(text)?
    };
    Ok(without_noise(written))
}

/// Drops what a binary float adds beyond its precision, and decimals that nobody keeps.
fn without_noise(value: Decimal) -> Decimal {
    if value.scale() <= WRITTEN_DECIMALS {
        return value.normalize();
    }
    let kept = value.round_sf(FLOAT_DIGITS).unwrap_or(value);
    kept.round_dp_with_strategy(
        DECIMALS_MAX,
        rust_decimal::RoundingStrategy::MidpointAwayFromZero,
    )
    .normalize()
}

/// To paise, 50 of a hundredth up: how each of these systems prints an amount in rupees.
pub(crate) fn paise(value: Decimal) -> Decimal {
    to_paise_half_up(value).normalize()
}

/// A product in paise; `None` where it is out of range.
pub(crate) fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_mul(b).map(paise)
}

/// `rate` percent of an amount, in paise.
pub(crate) fn percent(amount: Decimal, rate: Decimal) -> Option<Decimal> {
    amount
        .checked_mul(rate)
        .and_then(|hundredfold| hundredfold.checked_div(Decimal::ONE_HUNDRED))
        .map(paise)
}

/// What is left of an amount when a tax of `rate` percent, which it includes, is taken out; not rounded to paise.
pub(crate) fn before_tax(amount: Decimal, rate: Decimal) -> Option<Decimal> {
    let hundredfold = amount.checked_mul(Decimal::ONE_HUNDRED)?;
    let whole = Decimal::ONE_HUNDRED.checked_add(rate)?;
    hundredfold.checked_div(whole).map(without_noise)
}

/// A quotient to six decimals; `None` by nought.
pub(crate) fn quotient(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_div(b).map(without_noise)
}

/// Whether two amounts are the same but for rounding of single lines.
pub(crate) fn near(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= Decimal::ONE
}

/// Splits an amount over lines in proportion to their values, to the paisa; the last line that has a value takes what
/// rounding leaves over, as the accounting systems do it.
pub(crate) fn apportion(amount: Decimal, values: &[Decimal]) -> Vec<Decimal> {
    let whole: Decimal = values.iter().sum();
    let mut shares = vec![Decimal::ZERO; values.len()];
    let Some(last) = values.iter().rposition(|value| !value.is_zero()) else {
        return shares;
    };
    let mut left = amount;
    for (index, value) in values.iter().enumerate() {
        let share = if index == last {
            left
        } else {
            quotient(*value, whole)
                .and_then(|part| product(part, amount))
                .unwrap_or_default()
        };
        left -= share;
        if let Some(place) = shares.get_mut(index) {
            *place = share;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        number(text).unwrap().to_string()
    }

    #[test]
    fn noise_of_floats_is_dropped_and_nothing_else() {
        for (text, want) in [
            ("1289.8099999999997", "1289.81"),
            ("0.30000000000000004", "0.3"),
            ("33.333333333333336", "33.333333"),
            ("1e3", "1000"),
            ("1,23,456.50", "123456.5"),
            ("12345678901234.56", "12345678901234.56"),
            ("12345678901.230001", "12345678901.23"),
            ("4633.200000000001", "4633.2"),
            ("362.805", "362.805"),
            ("-0.0", "0"),
            (" 7 ", "7"),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
        for text in ["", "twelve", "1 2", "1e99", "123456789012345"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn half_a_paisa_goes_up_on_both_sides_of_nought() {
        for (text, want) in [
            ("362.805", "362.81"),
            ("362.8049", "362.8"),
            ("-362.805", "-362.81"),
        ] {
            assert_eq!(paise(number(text).unwrap()).to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_whole(amount in 0_i64..10_000_000, values in proptest::collection::vec(0_i64..1_000_000, 1..20)) {
            let values: Vec<Decimal> = values.into_iter().map(|v| Decimal::new(v, 2)).collect();
            let amount = Decimal::new(amount, 2);
            let sum: Decimal = apportion(amount, &values).into_iter().sum();
            let want = if values.iter().all(Decimal::is_zero) { Decimal::ZERO } else { amount };
            prop_assert_eq!(sum, want);
        }

        #[test]
        fn a_float_of_two_decimals_is_read_back(paise in -1_000_000_000_i64..1_000_000_000) {
            let want = Decimal::new(paise, 2);
            let float: f64 = want.to_string().parse().unwrap();
            let noisy = format!("{float:.17}");
            // Seventeen decimals of a large number are more than a decimal holds.
            if let Ok(read) = number(&noisy) {
                prop_assert_eq!(read, want);
            }
        }
    }
}
