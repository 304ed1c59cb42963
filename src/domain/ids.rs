//! PAN, IRN, HSN/SAC and IFSC: parsed once, proof afterwards.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::civil::FinancialYear;

/// Why an identifier was refused; the text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in the form of {0}")]
pub struct IdError(pub &'static str);

/// Permanent account number: five letters, four digits, a letter. `Debug` masks it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pan([u8; 10]);

impl FromStr for Pan {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let bytes = <[u8; 10]>::try_from(text.trim().as_bytes()).map_err(|_| IdError("a PAN"))?;
        let fits = bytes[..5].iter().all(u8::is_ascii_uppercase)
            && bytes[5..9].iter().all(u8::is_ascii_digit)
            && bytes[9].is_ascii_uppercase();
        if fits {
            Ok(Self(bytes))
        } else {
            Err(IdError("a PAN"))
        }
    }
}

impl Pan {
    /// All ten characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The fourth letter: P individual, C company, H HUF, F firm or LLP, A AOP, T trust, B BOI, L local authority,
    /// J artificial person, G government.
    pub fn entity(&self) -> char {
        char::from(self.0[3])
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pan(…)")
    }
}

/// Invoice reference number: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Irn([u8; 64]);

impl FromStr for Irn {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let bytes = <[u8; 64]>::try_from(text.as_bytes()).map_err(|_| IdError("an IRN"))?;
        if bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(bytes))
        } else {
            Err(IdError("an IRN"))
        }
    }
}

impl Irn {
    /// SHA-256 of supplier GSTIN, financial year, document type and number, nothing between. The caller upper-cases
    /// the number for documents from 2025-06-01 (GSTN advisory of 2025-04-04).
    pub fn compute(supplier: &str, year: FinancialYear, kind: &str, number: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(supplier);
        hash.update(year.to_string());
        hash.update(kind);
        hash.update(number);
        let mut out = [b'0'; 64];
        for (index, byte) in hash.finalize().iter().enumerate() {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out[index * 2] = HEX[usize::from(byte >> 4)];
            out[index * 2 + 1] = HEX[usize::from(byte & 15)];
        }
        Self(out)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Irn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A HSN (goods) or SAC (services, chapter 99) code: 2 to 8 digits in a known chapter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HsnCode(String);

impl FromStr for HsnCode {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let digits = (2..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        // Chapter 77 is reserved in the Harmonised System; 98 is projects and baggage, 99 is services.
        let chapter = text.get(..2).and_then(|c| c.parse::<u8>().ok());
        if digits && matches!(chapter, Some(1..=76 | 78..=99)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError("an HSN or SAC code"))
        }
    }
}

impl HsnCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Services stand in chapter 99.
    pub fn is_service(&self) -> bool {
        self.0.starts_with("99")
    }
}

/// Bank branch code: four letters, a zero, six letters or digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ifsc([u8; 11]);

impl FromStr for Ifsc {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let upper = text.trim().to_ascii_uppercase();
        let bytes = <[u8; 11]>::try_from(upper.as_bytes()).map_err(|_| IdError("an IFSC"))?;
        let fits = bytes[..4].iter().all(u8::is_ascii_uppercase)
            && bytes[4] == b'0'
            && bytes[5..].iter().all(u8::is_ascii_alphanumeric);
        if fits {
            Ok(Self(bytes))
        } else {
            Err(IdError("an IFSC"))
        }
    }
}

impl Ifsc {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published tokens of the registration portal, with the strings that were hashed.
    #[test]
    fn irn_is_the_hash_of_four_fields() {
        for (supplier, year, kind, number, want) in [
            (
                "01AMBPG7773M002",
                2022,
                "INV",
                "SINV-CFY-00067",
                "706daeccda0ef6f818da78f3a2a05a1288731057373002289b46c3229289a2e7",
            ),
            (
                "01AMBPG7773M002",
                2022,
                "DBN",
                "g2qxhY",
                "24f37c80532583c6894d8153e2b12494daa80ddbb197f0fc2c1bac07db67f933",
            ),
            (
                "24AACCT6304M1ZB",
                2023,
                "INV",
                "SAJ/2023/0627",
                "ee72a3fd6a501a6f53948e89a4989a1ee4abfd0b2ed52bf54793ececd527e620",
            ),
            (
                "24AACCT3352M1Z9",
                2023,
                "INV",
                "DOC/3650",
                "38d3c9cb2cad71aff232db81ac37a5b03198b087b20beb5f918f560e23398395",
            ),
            (
                "34AACCC1596Q002",
                2024,
                "INV",
                "DOC1/60936-10",
                "45df5956a56103f9ea7f07b48620f59a45e6c6176d21179a401b2b97996835c3",
            ),
        ] {
            let irn = Irn::compute(supplier, FinancialYear(year), kind, number);
            assert_eq!(irn.as_str(), want);
            assert_eq!(want.parse::<Irn>(), Ok(irn));
        }
        assert!("706DAECCDA".parse::<Irn>().is_err());
    }

    #[test]
    fn codes() {
        assert!("8471".parse::<HsnCode>().is_ok());
        assert!("998313".parse::<HsnCode>().unwrap().is_service());
        for bad in ["7701", "0001", "84A1", "8", "847130101", ""] {
            assert!(bad.parse::<HsnCode>().is_err(), "{bad}");
        }
        assert!("HDFC0001234".parse::<Ifsc>().is_ok());
        assert!("HDFC1001234".parse::<Ifsc>().is_err());
        assert!("ABCPE1234F".parse::<Pan>().is_ok());
        assert!("ABCPE12345".parse::<Pan>().is_err());
    }
}
