//! Vectors in whole numbers: the same texts are the same distance apart on every machine.

use domain::Decimal;
use serde_json::Number;

/// The most dimensions that a vector may have.
pub const DIMENSIONS_MAX: usize = 8_192;

/// A text as a place; directions count, lengths do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vector(Vec<i16>);

/// How alike two vectors are: their cosine in thousandths, from 0 (nothing in common, or opposed) to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness(u16);

impl Likeness {
    /// So many thousandths, 1000 at most.
    pub fn thousandths(n: u16) -> Self {
        Self(n.min(1_000))
    }

    pub const fn as_thousandths(self) -> u16 {
        self.0
    }
}

/// Numbers that are no vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadVector {
    #[error("it is empty")]
    Empty,
    #[error("it has more than {DIMENSIONS_MAX} dimensions")]
    TooLong,
    #[error("it points nowhere: all of it is nought")]
    Nought,
    #[error("it holds a number that is not finite or far too large")]
    Range,
}

impl Vector {
    /// # Errors
    /// What is empty, too long or nought.
    pub fn new(values: Vec<i16>) -> Result<Self, BadVector> {
        if values.is_empty() {
            return Err(BadVector::Empty);
        }
        if values.len() > DIMENSIONS_MAX {
            return Err(BadVector::TooLong);
        }
        if values.iter().all(|value| *value == 0) {
            return Err(BadVector::Nought);
        }
        Ok(Self(values))
    }

    /// Numbers as an endpoint writes them, scaled so that the largest is 32767.
    ///
    /// # Errors
    /// What is empty, too long or nought, or holds a number beyond what decimals hold.
    pub fn read(numbers: &[Number]) -> Result<Self, BadVector> {
        if numbers.len() > DIMENSIONS_MAX {
            return Err(BadVector::TooLong);
        }
        let values: Vec<Decimal> = numbers.iter().map(decimal).collect::<Result<_, _>>()?;
        let Some(largest) = values.iter().map(Decimal::abs).max() else {
            return Err(BadVector::Empty);
        };
        if largest.is_zero() {
            return Err(BadVector::Nought);
        }
        let scaled = values.iter().map(|value| {
            let part = value.checked_div(largest).ok_or(BadVector::Range)?;
            let scaled = (part * Decimal::from(i16::MAX)).round();
            i16::try_from(scaled).map_err(|_| BadVector::Range)
        });
        Self::new(scaled.collect::<Result<_, _>>()?)
    }

    pub const fn dimensions(&self) -> usize {
        self.0.len()
    }

    /// How alike two are; `None` if they are of different lengths and so of different models.
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.0.len() != other.0.len() {
            return None;
        }
        let dot = |a: &[i16], b: &[i16]| -> i128 {
            a.iter()
                .zip(b)
                .map(|(a, b)| i128::from(*a) * i128::from(*b))
                .sum()
        };
        let across = dot(&self.0, &other.0).max(0);
        let lengths = dot(&self.0, &self.0) * dot(&other.0, &other.0);
        // 8192 dimensions of 15 bits squared are 43 bits: nothing here comes near 127.
        let cosine = (across * across * 1_000_000).checked_div(lengths)?.isqrt();
        Some(Likeness(u16::try_from(cosine).ok()?.min(1_000)))
    }
}

/// What is too small for a decimal is nought.
fn decimal(number: &Number) -> Result<Decimal, BadVector> {
    let text = number.to_string();
    if let Ok(value) = text.parse().or_else(|_| Decimal::from_scientific(&text)) {
        return Ok(value);
    }
    let small = text.parse::<f64>().is_ok_and(|value| value.abs() < 1e-20);
    if small {
        Ok(Decimal::ZERO)
    } else {
        Err(BadVector::Range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vector, BadVector> {
        Vector::read(&serde_json::from_str::<Vec<Number>>(text).unwrap())
    }

    #[test]
    fn numbers_become_vectors_or_errors() {
        assert_eq!(read("[0.5,-1,1e-40]"), Ok(Vector(vec![16384, -32767, 0])));
        assert_eq!(
            read("[0.01234567890123456789012345678901234]"),
            Ok(Vector(vec![32767]))
        );
        assert_eq!(read("[]"), Err(BadVector::Empty));
        assert_eq!(read("[0,0.0]"), Err(BadVector::Nought));
        assert_eq!(read("[1e400]"), Err(BadVector::Range));
        let long = vec!["1"; DIMENSIONS_MAX + 1].join(",");
        assert_eq!(read(&format!("[{long}]")), Err(BadVector::TooLong));
    }

    #[test]
    fn likeness_is_the_cosine() {
        for (a, b, want) in [
            (vec![1, 0], vec![2, 0], Some(1_000)),
            (vec![1, 0], vec![0, 1], Some(0)),
            (vec![1, 0], vec![-1, 0], Some(0)),
            (vec![3, 4], vec![4, 3], Some(960)),
            (vec![1], vec![1, 1], None),
        ] {
            let (a, b) = (Vector::new(a).unwrap(), Vector::new(b).unwrap());
            assert_eq!(a.likeness(&b).map(Likeness::as_thousandths), want);
        }
        let extreme = Vector::new(vec![i16::MIN; DIMENSIONS_MAX]).unwrap();
        assert_eq!(extreme.likeness(&extreme), Some(Likeness(1_000)));
    }
}
