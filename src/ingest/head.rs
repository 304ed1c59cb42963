//! What a ledger, an account or a tax is for, by the words of its name. Names are each firm's own; the words are the
//! law's and the trade's.

use domain::Decimal;

use crate::number::number;

mod words;

use words::{OF_ANY_ROUNDING, OF_CHARGES, OF_GOODS, OF_TAX};

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
    /// What a name says a row under the lines is for. One that names a tax and before it what was charged is that charge.
    pub(crate) fn of(name: &str) -> Self {
        if is_withheld(name) {
            return Self::Withheld;
        }
        if is_round_off(name) {
            return Self::RoundOff;
        }
        match Head::of(name) {
            Some(head) if !is_charge_first(name) => Self::Tax(head),
            _ => Self::Other,
        }
    }

    /// The same of a ledger, which may hold goods as well; its group says it where it is known.
    pub(crate) fn of_ledger(name: &str, group: Option<&str>) -> Self {
        let group = group.map(words).unwrap_or_default();
        let of_group = |list: &[&str]| group.iter().any(|word| list.contains(&word.as_str()));
        match (Self::of(name), Head::of(name)) {
            (Self::Tax(_) | Self::Other, Some(head)) if of_group(&["DUTIES", "TAXES"]) => {
                Self::Tax(head)
            }
            (Self::Tax(_), _)
                if of_group(OF_GOODS) || of_group(OF_CHARGES) || is_of_goods(name) =>
            {
                Self::Other
            }
            (found, _) => found,
        }
    }
}

/// Where one of several words first stands.
fn place(words: &[String], list: &[&str]) -> Option<usize> {
    words.iter().position(|word| list.contains(&word.as_str()))
}

/// Where the head of a tax stands: in "Freight on IGST Purchase" at the third word.
fn place_of_head(words: &[String]) -> Option<usize> {
    let heads = [
        "IGST",
        "CGST",
        "SGST",
        "UTGST",
        "CESS",
        "INTEGRATED",
        "CENTRAL",
        "STATE",
        "TERRITORY",
    ];
    place(words, &heads)
}

/// "Freight (IGST 5%)" is a freight; "IGST on Freight" and "Freight Input IGST" are taxes.
fn is_charge_first(name: &str) -> bool {
    let words = words(name);
    let charge = place(&words, OF_CHARGES);
    let head = place_of_head(&words);
    place(&words, OF_TAX).is_none() && charge.zip(head).is_some_and(|(charge, head)| charge < head)
}

/// Whether a name speaks of freight, packing and the like, and of no account of tax.
pub(crate) fn is_charge(name: &str) -> bool {
    let words = words(name);
    place(&words, OF_CHARGES).is_some() && place(&words, OF_TAX).is_none()
}

/// "Purchase IGST 18%" and "IGST Sales" hold goods; "Input IGST (Purchase)" and "IGST on Purchases" hold tax.
fn is_of_goods(name: &str) -> bool {
    let words = words(name);
    let Some(goods) = place(&words, OF_GOODS) else {
        return false;
    };
    let on = place(&words, &["ON", "FOR", "AGAINST"]).filter(|on| *on < goods);
    let tax_on = place_of_head(&words)
        .zip(on)
        .is_some_and(|(head, on)| head < on);
    place(&words, OF_TAX).is_none() && !tax_on
}

/// "Round Off", "Rounded Off (+/-)", "Rounding Adjustment", "R/O"; "Round Bars" and "Round trip" are none.
pub(crate) fn is_round_off(name: &str) -> bool {
    let words = words(name);
    let named = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "ROUNDED"
                | "ROUNDING"
                | "ROUNDOFF"
                | "ROUNDUP"
                | "ROUNDDOWN"
                | "ROUNDEDOFF"
                | "ROUNDINGOFF"
        )
    });
    let pair = words.windows(2).any(|pair| {
        matches!(pair, [round, off] if round == "ROUND" && matches!(off.as_str(), "OFF" | "UP" | "DOWN" | "ED" | "ING"))
    });
    let mut rest = words;
    rest.retain(|word| !OF_ANY_ROUNDING.contains(&word.as_str()));
    let alone = rest == ["ROUND"] || rest == ["ROUND", "OF"];
    named || pair || alone || rest == ["R", "O"] || rest == ["R", "OFF"]
}

/// Tax deducted at source, by its name or the section of the Income-tax Act: "TDS on Contract", "194C - 1%".
fn is_withheld(name: &str) -> bool {
    let words = words(name);
    let named = place(&words, &["TDS", "WITHHOLDING", "WITHHELD"]).is_some()
        || words.windows(2).any(|pair| {
            matches!(pair, [tax, word] if tax == "TAX" && matches!(word.as_str(), "DEDUCTED" | "DEDUCTION"))
        });
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
            ("Input CGST @9%", Row::Tax(Cgst)),
            ("IGST Payable", Row::Tax(Igst)),
            ("IGST on Freight 5%", Row::Tax(Igst)),
            ("Freight Input IGST", Row::Tax(Igst)),
            ("Freight RCM - SGST 2.5%", Row::Tax(Sgst)),
            ("Freight @5% IGST exempt - DPP", Row::Other),
            ("Packing Charges (CGST 9%)", Row::Other),
            ("Kacha Freight", Row::Other),
            ("Gadi Bhada", Row::Other),
            ("Round Off A/c", Row::RoundOff),
            ("ROUND-OFF (+/-)", Row::RoundOff),
            ("Roundoff", Row::RoundOff),
            ("Round of", Row::RoundOff),
            ("Round A/c", Row::RoundOff),
            ("Purchase Round Off", Row::RoundOff),
            ("GST Rounding Difference", Row::RoundOff),
            ("CGST Round Off", Row::RoundOff),
            ("R/O", Row::RoundOff),
            ("R/O A/c", Row::RoundOff),
            ("R.Off (Purchase)", Row::RoundOff),
            ("Round trip cartage", Row::Other),
            ("Transport round trip", Row::Other),
            ("MS Round Bars", Row::Other),
            ("Round the clock security", Row::Other),
            ("R & D Expenses", Row::Other),
            ("Tax Deducted at Source", Row::Withheld),
            ("TDS on IGST Purchase", Row::Withheld),
            ("Tax Deduction 194J", Row::Withheld),
        ] {
            assert_eq!(Row::of(name), want, "{name}");
        }
    }

    #[test]
    fn a_ledger_of_goods_is_no_tax() {
        use Head::{Cgst, Igst};
        for (name, group, want) in [
            ("Purchase IGST 18%", None, Row::Other),
            ("IGST Purchase 18%", None, Row::Other),
            ("Pur. @12% CGST/SGST", None, Row::Other),
            ("Interstate Purchases - IGST", None, Row::Other),
            ("Kharidi IGST 5%", None, Row::Other),
            ("Credit Purchase IGST", None, Row::Other),
            ("खरीद IGST 18%", None, Row::Other),
            ("Sales IGST 18%", None, Row::Other),
            ("Freight on IGST Purchase", None, Row::Other),
            ("Purchase MS Round Bars", None, Row::Other),
            ("Purchase Round Off", None, Row::RoundOff),
            ("TDS on Purchase 194Q", None, Row::Withheld),
            ("IGST on Purchases", None, Row::Tax(Igst)),
            ("Input CGST (Purchase)", None, Row::Tax(Cgst)),
            ("Purchase Tax IGST", None, Row::Tax(Igst)),
            ("IGST 18% Interstate", None, Row::Tax(Igst)),
            ("IGST 18% Interstate", Some("Purchase Accounts"), Row::Other),
            ("IGST 5%", Some("Direct Expenses"), Row::Other),
            ("IGST Purchase", Some("Duties & Taxes"), Row::Tax(Igst)),
            ("Freight CGST", Some("Duties & Taxes"), Row::Tax(Cgst)),
            ("Round Off", Some("Indirect Expenses"), Row::RoundOff),
        ] {
            assert_eq!(Row::of_ledger(name, group), want, "{name}");
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
