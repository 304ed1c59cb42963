//! TallyPrime's quantities, rates and amounts: a number with its unit, its currency or its conversion in one text.

use domain::Decimal;

use crate::number::{number, quotient};

/// The number at the beginning of a text, and what follows it.
fn leading(text: &str) -> Option<(Decimal, &str)> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-' | '+'))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    // " 5-6 Doz of 12 Nos" is a compound quantity, not a number with a sign within.
    let cut = digits
        .get(1..)
        .and_then(|rest| rest.find('-'))
        .map(|at| at + 1);
    match cut {
        Some(cut) => Some((number(digits.get(..cut)?).ok()?, text.get(cut..)?)),
        None => Some((number(digits).ok()?, rest.trim())),
    }
}

/// An amount: the part behind the last "=" is in the company's currency, as in "-$100.00 @ ₹83/$ = -₹8300.00".
pub(super) fn amount(text: &str) -> Option<Decimal> {
    let own = text.rsplit('=').next()?.trim();
    let negative = own.starts_with('-') || own.starts_with('(');
    let from = own.find(|c: char| c.is_ascii_digit())?;
    // Tally puts "Cr" and "Dr" behind amounts of reports; in vouchers the sign says it.
    let (value, _) = leading(own.get(from..)?)?;
    let value = crate::number::paise(value);
    Some(if negative { -value } else { value })
}

/// "38.00/Nos", "$ 10.00 = ₹ 830.00/Nos": the price and the unit that it is for.
pub(super) fn rate(text: &str) -> Option<(Decimal, Option<&str>)> {
    let own = text.rsplit('=').next()?;
    let from = own.find(|c: char| c.is_ascii_digit())?;
    let (price, rest) = leading(own.get(from..)?)?;
    let unit = rest.split_once('/').map(|(_, unit)| unit.trim());
    Some((price, unit.filter(|u| !u.is_empty())))
}

/// A quantity in the unit that the rate is for: of " 5 Box = 60 Nos" the side with that unit, of " 2-6 Doz of 12 Nos"
/// the whole in dozens or in numbers. `None` for what is no quantity.
pub(super) fn quantity<'a>(text: &'a str, unit: Option<&str>) -> Option<(Decimal, &'a str)> {
    let mut sides = text.split('=').filter_map(|side| one(side, unit));
    let first = sides.next()?;
    let is_wanted = |found: &(Decimal, &str)| unit.is_some_and(|u| u.eq_ignore_ascii_case(found.1));
    if is_wanted(&first) {
        return Some(first);
    }
    Some(sides.find(is_wanted).unwrap_or(first))
}

fn one<'a>(side: &'a str, unit: Option<&str>) -> Option<(Decimal, &'a str)> {
    let (head, rest) = leading(side)?;
    let compound = rest
        .strip_prefix('-')
        .and_then(leading)
        .and_then(|(tail, units)| Some((tail, units.split_once(" of ")?)));
    let Some((tail, (large, smaller))) = compound else {
        return (!rest.starts_with('-')).then_some((head, rest));
    };
    let (factor, small) = leading(smaller)?;
    if unit.is_some_and(|u| u.eq_ignore_ascii_case(small)) {
        return Some((head.checked_mul(factor)?.checked_add(tail)?, small));
    }
    Some((head.checked_add(quotient(tail, factor)?)?, large.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_are_read_in_the_unit_of_the_rate() {
        for (text, unit, want) in [
            (" 50 Kg", Some("Kg"), Some(("50", "Kg"))),
            (" 1,250.500 Kg", None, Some(("1250.5", "Kg"))),
            (" 5 Box = 60 Nos", Some("Nos"), Some(("60", "Nos"))),
            (" 5 Box = 60 Nos", Some("Box"), Some(("5", "Box"))),
            (" 2-6 Doz of 12 Nos", Some("Doz"), Some(("2.5", "Doz"))),
            (" 2-6 Doz of 12 Nos", Some("Nos"), Some(("30", "Nos"))),
            ("-10 Nos", Some("Nos"), Some(("-10", "Nos"))),
            ("12", None, Some(("12", ""))),
            ("", None, None),
            ("Nos", None, None),
        ] {
            let found = quantity(text, unit).map(|(q, u)| (q.to_string(), u));
            let found = found.as_ref().map(|(q, u)| (q.as_str(), *u));
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn rates_and_amounts_leave_currency_and_conversion_behind() {
        for (text, want) in [
            ("-25740.00", "-25740"),
            ("41,427.00", "41427"),
            ("-$100.00 @ ₹ 83.00/$ = -₹8300.00", "-8300"),
            ("₹ 12.50", "12.5"),
        ] {
            assert_eq!(amount(text).unwrap().to_string(), want, "{text}");
        }
        assert_eq!(amount("Nil"), None);
        let read = |text| rate(text).map(|(price, unit)| (price.to_string(), unit));
        assert_eq!(read("38.00/Nos"), Some(("38".to_owned(), Some("Nos"))));
        assert_eq!(
            read("$ 10.00 = ₹ 830.00/Nos"),
            Some(("830".to_owned(), Some("Nos")))
        );
        assert_eq!(read("38"), Some(("38".to_owned(), None)));
        assert_eq!(read(""), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[-0-9.,=/ A-Za-z$₹]{0,30}") {
            let found = (amount(&text), rate(&text), quantity(&text, Some("Nos")));
            let any = found.0.is_some() || found.1.is_some() || found.2.is_some();
            prop_assert!(!any || text.chars().any(|c| c.is_ascii_digit()));
        }
    }
}
