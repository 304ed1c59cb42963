//! What a ledger, an account or a tax is for, by the words of its name. Names are each firm's own; the words are the
//! law's and the trade's.

use domain::Decimal;

use crate::number::number;

/// A head of tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    Igst,
    Cgst,
    /// Of a State or a Union territory.
    Sgst,
    Cess,
    StateCess,
}

/// What a row beside the lines of a bill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    Tax(Head),
    RoundOff,
    /// Tax that the payer keeps back: nothing of the supplier's bill.
    Withheld,
    Other,
}

/// The words of a name in capitals: "Input IGST@18% - DPP" has INPUT, IGST, DPP.
fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_uppercase)
        .collect()
}

impl Head {
    /// The head that a name is of.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let words = words(name);
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
        let pair = |first: &str, second: &[&str]| {
            words
                .windows(2)
                .any(|w| matches!(w, [a, b] if a == first && second.contains(&b.as_str())))
        };
        let tax = ["TAX", "GST", "GOODS"];
        // "GST Compensation Cess", "State Cess", "Kerala Flood Cess".
        if has(&["CESS"]) {
            return Some(if has(&["STATE", "FLOOD"]) {
                Self::StateCess
            } else {
                Self::Cess
            });
        }
        if has(&["IGST"]) || pair("INTEGRATED", &tax) {
            Some(Self::Igst)
        } else if has(&["CGST"]) || pair("CENTRAL", &tax) {
            Some(Self::Cgst)
        } else if has(&["SGST", "UTGST"]) || pair("STATE", &tax) || pair("TERRITORY", &tax) {
            Some(Self::Sgst)
        } else {
            None
        }
    }
}

impl Row {
    /// What a name says the row is for.
    pub(crate) fn of(name: &str) -> Self {
        if is_withheld(name) {
            Self::Withheld
        } else if let Some(head) = Head::of(name) {
            Self::Tax(head)
        } else if is_round_off(name) {
            Self::RoundOff
        } else {
            Self::Other
        }
    }
}

/// "Round Off", "Rounded Off (+/-)", "Rounding Adjustment", "R/O".
pub(crate) fn is_round_off(name: &str) -> bool {
    let words = words(name);
    let first = words.iter().any(|w| {
        matches!(
            w.as_str(),
            "ROUND" | "ROUNDED" | "ROUNDING" | "ROUNDOFF" | "ROUNDUP" | "ROUNDINGOFF"
        )
    });
    first || words == ["R", "O"] || words == ["R", "OFF"]
}

/// Tax deducted at source, by its name or the section of the Income-tax Act: "TDS on Contract", "194C - 1%".
fn is_withheld(name: &str) -> bool {
    let named = words(name)
        .iter()
        .any(|w| matches!(w.as_str(), "TDS" | "WITHHOLDING" | "WITHHELD"));
    let section = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|w| w.len() >= 4 && w.starts_with("194") && !w.bytes().all(|b| b.is_ascii_digit()));
    named || section
}

/// The rate that a name states: "18% IGST" and "CGST @ 9 %" do, "IGST18" does too.
pub(crate) fn rate(name: &str) -> Option<Decimal> {
    let digits = |text: &str| number(text.trim()).ok();
    if let Some((before, _)) = name.split_once('%') {
        let start = before
            .trim_end()
            .rfind(|c: char| !c.is_ascii_digit() && c != '.')
            .map_or(0, |at| {
                at + before
                    .get(at..)
                    .and_then(|s| s.chars().next())
                    .map_or(1, char::len_utf8)
            });
        return digits(before.get(start..)?);
    }
    let word = name
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .find(|word| {
            ["IGST", "CGST", "SGST", "UTGST", "GST"]
                .iter()
                .any(|head| word.to_uppercase().starts_with(head) && word.len() > head.len())
        })?;
    digits(word.trim_start_matches(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_ledgers_say_what_they_are_for() {
        use Head::{Cess, Cgst, Igst, Sgst, StateCess};
        for (name, want) in [
            ("Input IGST", Row::Tax(Igst)),
            ("Input Tax IGST - DPP", Row::Tax(Igst)),
            ("Input IGST@18%", Row::Tax(Igst)),
            ("Integrated Tax", Row::Tax(Igst)),
            ("CGST 9%", Row::Tax(Cgst)),
            ("Central GST Input", Row::Tax(Cgst)),
            ("SGST/UTGST", Row::Tax(Sgst)),
            ("Input UTGST 2.5%", Row::Tax(Sgst)),
            ("State Tax", Row::Tax(Sgst)),
            ("GST Compensation Cess", Row::Tax(Cess)),
            ("Kerala Flood Cess", Row::Tax(StateCess)),
            ("Round Off", Row::RoundOff),
            ("Rounded Off (+/-)", Row::RoundOff),
            ("Rounding Adjustment - DPP", Row::RoundOff),
            ("TDS on Contract 194C", Row::Withheld),
            ("194Q - 0.1%", Row::Withheld),
            ("Freight Inward", Row::Other),
            ("Princess Paints", Row::Other),
            ("State Bank of India", Row::Other),
            ("Ground Rent", Row::Other),
            ("Bill 1940012", Row::Other),
        ] {
            assert_eq!(Row::of(name), want, "{name}");
        }
    }

    #[test]
    fn a_rate_is_read_from_a_name_that_states_one() {
        for (name, want) in [
            ("18% IGST", Some("18")),
            ("IGST18", Some("18")),
            ("IGST18 (18%)", Some("18")),
            ("Input CGST @ 2.5 %", Some("2.5")),
            ("GST 5%", Some("5")),
            ("₹18%", Some("18")),
            ("IGST", None),
            ("Bolt M12", None),
            ("%", None),
        ] {
            assert_eq!(rate(name).map(|r| r.to_string()).as_deref(), want, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_name_panics(name in "\\PC{0,30}") {
            prop_assert!(rate(&name).is_none() || name.chars().any(|c| c.is_ascii_digit()));
            prop_assert!(Head::of(&name).is_none() || !name.is_empty());
        }
    }
}
