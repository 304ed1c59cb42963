//! GSTIN by parsing: every layout that the portal issues, with its mod-36 check character.

use std::fmt;

use crate::ids::Pan;

/// The layouts of a GSTIN, told apart by their letters (GSTN developer portal).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GstinKind {
    /// A taxpayer, composition and SEZ included.
    Regular,
    /// A government office registered on its TAN-like id.
    Government,
    /// A tax deductor, s.51: fourteenth character `D`.
    TaxDeductor,
    /// An e-commerce operator collecting tax, s.52: fourteenth character `C`.
    TaxCollector,
    /// A United Nations body, embassy or other notified person.
    Uin,
    /// A non-resident taxable person.
    NonResident,
    /// Online information services from abroad; state code 99.
    Oidar,
}

/// Why a text is no GSTIN. The text itself is not repeated: it may hold a PAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GstinError {
    #[error("a GSTIN has 15 characters, this has {0}")]
    Length(usize),
    #[error("the characters fit none of the GSTIN layouts")]
    Layout,
    #[error("{0} is no state code")]
    State(StateDigits),
    #[error("the check character is {found}, {expected} was expected")]
    Check { expected: char, found: char },
}

/// What makes a supplier one person over its registrations: the PAN inside a GSTIN, or the whole text of anything
/// that is not fifteen characters long. The GSTIN need not be valid: ledgers hold what was once written.
pub fn holder(gstin: &str) -> &str {
    if gstin.chars().count() == 15 {
        gstin.get(2..12).unwrap_or(gstin)
    } else {
        gstin
    }
}

/// A GSTIN as ledgers are keyed by it: trimmed, upper case.
pub fn key(gstin: &str) -> String {
    gstin.trim().to_uppercase()
}

/// Two digits, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateDigits(pub [u8; 2]);

impl fmt::Display for StateDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{}", char::from(byte))?;
        }
        Ok(())
    }
}

/// A GSTIN whose layout, state code and check character hold. Its `Debug` masks the PAN inside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gstin([u8; 15]);

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        _ => None,
    }
}

/// The mod-36 check character of the first fourteen characters: weights 1 and 2 by turns, the digits in base 36
/// of each product added. `None` when a character is outside `0-9A-Z`.
pub fn check_character(first14: &[u8]) -> Option<char> {
    let mut sum = 0;
    for (index, byte) in first14.iter().take(14).enumerate() {
        let product = value(*byte)? * if index % 2 == 0 { 1 } else { 2 };
        sum += product / 36 + product % 36;
    }
    let check = (36 - sum % 36) % 36;
    ALPHABET
        .get(usize::try_from(check).ok()?)
        .map(|b| char::from(*b))
}

/// A layout is a string of classes: `9` digit, `A` letter, `N` either, `E` 1-9 or letter, `z` the fourteenth
/// character of a taxpayer, `u` U or O, and the other small letters their capitals (`f` is Z).
fn fits(text: &[u8], layout: &[u8]) -> bool {
    text.len() == layout.len()
        && text.iter().zip(layout).all(|(byte, class)| match class {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'N' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            b'E' => matches!(byte, b'1'..=b'9' | b'A'..=b'Z'),
            b'z' => matches!(byte, b'Z' | b'1'..=b'9' | b'A' | b'B' | b'D'..=b'J'),
            b'd' => *byte == b'D',
            b'c' => *byte == b'C',
            b'u' => matches!(byte, b'U' | b'O'),
            b'n' => *byte == b'N',
            b'r' => *byte == b'R',
            b'o' => *byte == b'O',
            b's' => *byte == b'S',
            b'f' => *byte == b'Z',
            _ => false,
        })
}

fn layout(text: &[u8]) -> Option<GstinKind> {
    const LAYOUTS: [(&[u8], GstinKind); 7] = [
        (b"99AAAA99999A9fN", GstinKind::Government),
        (b"99AAAAN9999AEdN", GstinKind::TaxDeductor),
        (b"99AAAAA9999AEcN", GstinKind::TaxCollector),
        (b"99AAAAA9999AEzN", GstinKind::Regular),
        (b"9999AAA99999unN", GstinKind::Uin),
        (b"9999AAA99999nrN", GstinKind::NonResident),
        (b"9999AAA99999osN", GstinKind::Oidar),
    ];
    LAYOUTS
        .iter()
        .find(|(pattern, _)| fits(text, pattern))
        .map(|(_, kind)| *kind)
}

/// Whether two digits are a state code that a GSTIN may begin with: 01 to 38, 97, and 99 for OIDAR and the centre.
/// 25 and 28 are former states: their old registrations still parse, `Law` dates them.
pub fn is_state_code(digits: &str) -> bool {
    matches!(digits.parse::<u8>(), Ok(1..=38 | 97 | 99)) && digits.len() == 2
}

impl std::str::FromStr for Gstin {
    type Err = GstinError;

    fn from_str(text: &str) -> Result<Self, GstinError> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let Ok(array) = <[u8; 15]>::try_from(bytes) else {
            return Err(GstinError::Length(text.chars().count()));
        };
        if layout(&array).is_none() {
            return Err(GstinError::Layout);
        }
        if !is_state_code(&text[..2]) {
            return Err(GstinError::State(StateDigits([array[0], array[1]])));
        }
        let expected = check_character(&array[..14]).ok_or(GstinError::Layout)?;
        let found = char::from(array[14]);
        if expected != found {
            return Err(GstinError::Check { expected, found });
        }
        Ok(Self(array))
    }
}

impl Gstin {
    /// All fifteen characters, PAN included.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The two digits of the State.
    pub fn state(&self) -> &str {
        self.as_str().get(..2).unwrap_or_default()
    }

    pub fn kind(&self) -> GstinKind {
        layout(&self.0).unwrap_or(GstinKind::Regular)
    }

    /// The PAN inside; `None` for UIN, non-resident and OIDAR ids, which hold none.
    pub fn pan(&self) -> Option<Pan> {
        self.as_str().get(2..12).and_then(|pan| pan.parse().ok())
    }

    /// What makes this supplier one person over its registrations: the PAN, or the id itself where it holds none.
    pub fn holder(&self) -> String {
        self.as_str().get(2..12).unwrap_or_default().to_owned()
    }
}

impl fmt::Debug for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gstin({}…)", self.state())
    }
}

impl fmt::Display for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The valid GSTINs that differ from a text by one character, lost or added ones included, or by a swap of two
/// neighbours: what a slip of the keyboard may have meant. At most a few dozen, in a fixed order.
pub fn one_slip_away(text: &str) -> Vec<Gstin> {
    let written = text.trim().to_ascii_uppercase().into_bytes();
    let mut out: Vec<Gstin> = Vec::new();
    let mut keep = |bytes: &[u8]| {
        let parsed = std::str::from_utf8(bytes)
            .ok()
            .and_then(|t| t.parse::<Gstin>().ok());
        out.extend(parsed.filter(|g| g.as_str().as_bytes() != written));
    };
    match written.len() {
        14 => {
            for at in 0..=written.len() {
                for letter in ALPHABET {
                    let mut bytes = written.clone();
                    bytes.insert(at, *letter);
                    keep(&bytes);
                }
            }
        }
        15 => {
            keep(&written);
            for at in 0..written.len() {
                for letter in ALPHABET {
                    let mut bytes = written.clone();
                    if let Some(slot) = bytes.get_mut(at) {
                        *slot = *letter;
                    }
                    keep(&bytes);
                }
                if at + 1 < written.len() {
                    let mut bytes = written.clone();
                    bytes.swap(at, at + 1);
                    keep(&bytes);
                }
            }
        }
        16 => {
            for at in 0..written.len() {
                let mut bytes = written.clone();
                bytes.remove(at);
                keep(&bytes);
            }
        }
        _ => {}
    }
    out.sort_unstable();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors from real registers; sandbox ids and GSTN's own sample fail the check digit.
    #[test]
    fn real_ids_parse_and_sandbox_ids_do_not() {
        use GstinKind::{Oidar, Regular, TaxCollector, TaxDeductor, Uin};
        for (text, want) in [
            ("27AAACR5055K1Z7", Some(Regular)),
            ("24AAACR5055K2ZC", Some(Regular)),
            ("38AAACR5055K1Z4", Some(Regular)),
            ("30AAAAP0267H1Z1", Some(Regular)),
            ("24AACCT6304M1ZB", Some(Regular)),
            ("29AABCF8078M1C8", Some(TaxCollector)),
            ("06DELI09652G1DA", Some(TaxDeductor)),
            ("0717UNO00157UNO", Some(Uin)),
            ("9917SGP29001OST", Some(Oidar)),
            ("29AAFCA7488L1Z0", None),
            ("02AMBPG7773M002", None),
            ("01AABCE2207R1Z5", None),
            ("24AAGCC7144L6ZE", None),
            ("27AAACR5055K1Z8", None),
            ("27aaacr5055k1z7", None),
            ("39AAACR5055K1Z2", None),
            ("00AAACR5055K1ZX", None),
            ("27AAACR5055K1Z", None),
            ("27AAACR5055K1Z77", None),
            ("", None),
            ("₹7AAACR5055K1", None),
        ] {
            assert_eq!(text.parse::<Gstin>().ok().map(|g| g.kind()), want, "{text}");
        }
    }

    #[test]
    fn a_slip_leads_back_to_what_was_meant() {
        let meant: Gstin = "27AAACR5055K1Z7".parse().unwrap();
        for slip in [
            "27AAACR5055K1Z8",
            "27AAACR5O55K1Z7",
            "27AACAR5055K1Z7",
            "72AAACR5055K1Z7",
        ] {
            let found = one_slip_away(slip);
            assert!(found.contains(&meant) && found.len() < 60, "{slip}");
        }
        // A character lost, and one too many.
        for slip in ["27AAACR555K1Z7", "27AAACR50555K1Z7"] {
            let found = one_slip_away(slip);
            assert!(found.contains(&meant) && found.len() < 60, "{slip}");
        }
        assert!(one_slip_away("27AAACR5055K").is_empty());
        assert!(one_slip_away("₹₹₹₹₹").is_empty());
        assert!(!one_slip_away(meant.as_str()).contains(&meant));
    }

    #[test]
    fn debug_hides_the_pan() {
        let gstin: Gstin = "27AAACR5055K1Z7".parse().unwrap();
        assert_eq!(format!("{gstin:?}"), "Gstin(27…)");
    }
}
