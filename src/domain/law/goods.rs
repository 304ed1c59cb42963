//! GST rates of goods: schedule rows found by the longest prefix of an HSN.

use std::ops::Range;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Rows;
use crate::civil::Date;

dated! {
    /// One heading of one entry of a rate schedule.
    GoodsRow {
        /// Chapter, heading, subheading or tariff item: 2 to 8 digits.
        hsn: String,
        /// In percent, CGST and SGST together.
        rate: Decimal,
        /// The entry is for goods of a certain kind, which the code alone does not tell.
        #[serde(default)]
        conditional: bool,
        /// Codes under `hsn` that the entry leaves out.
        #[serde(default)]
        except: Vec<String>,
            /// The entry's words, shortened.
        goods: String,
    }
}

impl GoodsRow {
    fn covers(&self, hsn: &str, day: Date) -> bool {
        self.is_in_force(day)
            && !self
                .except
                .iter()
                .any(|code| hsn.starts_with(code.as_str()))
    }
}

/// The rows of the longest prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsMatch<'a> {
    /// The digits that matched.
    pub prefix: &'a str,
    /// At least one.
    pub rows: Vec<&'a GoodsRow>,
}

impl GoodsMatch<'_> {
    pub fn has_rate(&self, rate: Decimal) -> bool {
        self.rows.iter().any(|row| row.rate == rate)
    }

    /// The rates in percent, ascending, without duplicates.
    pub fn rates(&self) -> Vec<Decimal> {
        let mut rates: Vec<Decimal> = self.rows.iter().map(|row| row.rate).collect();
        rates.sort_unstable();
        rates.dedup();
        rates
    }
}

dated! {
    /// The rate of goods that no entry names.
    ResidualRow {
        /// In percent, CGST and SGST together.
        rate: Decimal,
    }
}

dated! {
    /// A heading whose entries are not complete here.
    GapRow {
        /// Its first digits.
        hsn: String,
        /// Rates in percent that the missing entries may give; any other is none of the heading's.
        rates: Vec<Decimal>,
        /// Codes under `hsn` whose entries are complete.
        #[serde(default)]
        except: Vec<String>,
        reason: String,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) collected: String,
    residual: Vec<ResidualRow>,
    gaps: Vec<GapRow>,
    goods: Rows<GoodsRow>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Goods {
    /// Sorted by prefix.
    rows: Vec<GoodsRow>,
    residual: Vec<ResidualRow>,
    gaps: Vec<GapRow>,
}

const PREFIX_DIGITS: Range<usize> = 2..9;

impl Goods {
    pub(super) fn new(file: File) -> Self {
        let mut rows = file.goods.rows;
        rows.sort_by(|a, b| a.hsn.cmp(&b.hsn));
        Self {
            rows,
            residual: file.residual,
            gaps: file.gaps,
        }
    }

    #[cfg(test)]
    pub(super) fn rows(&self) -> &[GoodsRow] {
        &self.rows
    }

    fn at(&self, prefix: &str) -> &[GoodsRow] {
        let start = self.rows.partition_point(|row| row.hsn.as_str() < prefix);
        let tail = self.rows.get(start..).unwrap_or_default();
        let count = tail.partition_point(|row| row.hsn == prefix);
        tail.get(..count).unwrap_or_default()
    }

    /// Prefixes of a code, longest first.
    fn prefixes(hsn: &str) -> impl Iterator<Item = &str> {
        PREFIX_DIGITS.rev().filter_map(|digits| hsn.get(..digits))
    }

    pub(super) fn longest<'a>(&'a self, hsn: &str, day: Date) -> Option<GoodsMatch<'a>> {
        Self::prefixes(hsn).find_map(|prefix| {
            let rows: Vec<&GoodsRow> = self
                .at(prefix)
                .iter()
                .filter(|row| row.covers(hsn, day))
                .collect();
            let prefix = rows.first()?.hsn.as_str();
            Some(GoodsMatch { prefix, rows })
        })
    }

    pub(super) fn named(&self, hsn: &str, rate: Decimal, day: Date) -> Option<&GoodsRow> {
        Self::prefixes(hsn)
            .flat_map(|prefix| self.at(prefix))
            .find(|row| row.rate == rate && row.covers(hsn, day))
    }

    pub(super) fn residual(&self, day: Date) -> Option<Decimal> {
        self.residual
            .iter()
            .find(|row| row.is_in_force(day))
            .map(|row| row.rate)
    }

    pub(super) fn gap(&self, hsn: &str, rate: Decimal, day: Date) -> Option<&str> {
        let mut gaps = self.gaps.iter();
        let complete = |gap: &GapRow| gap.except.iter().any(|code| hsn.starts_with(code.as_str()));
        gaps.find(|gap| {
            hsn.starts_with(&gap.hsn)
                && gap.rates.contains(&rate)
                && gap.is_in_force(day)
                && !complete(gap)
        })
        .map(|g| g.reason.as_str())
    }
}
