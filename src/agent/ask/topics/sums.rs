//! Sums over the numbers of a question: "18% of 1,18,000", "GST split of 1,00,000 at 18%", "CGST at 9% on 1,00,000".

use domain::Decimal;

use super::{Concept as C, Reader};
use crate::ask::{
    arithmetic,
    part::{Computation, Topic},
};

/// Rates that are GST's as a whole and never CGST's alone, in tenths of a per cent.
const WHOLE_ONLY: [i64; 5] = [50, 120, 180, 280, 400];

impl Reader<'_> {
    /// "18% of 1,18,000", "GST split of 1,00,000 at 18% within the State".
    pub(super) fn computations(&mut self) {
        let (amounts, rates) = (&self.segment.amounts, &self.segment.rates);
        // "2,50,000 + 18%": of what the rate is taken is not said.
        let (from, until) = self.segment.words;
        let mut words = self.words.get(from..until).unwrap_or_default().iter();
        if words.any(|word| word.is_mark() && word.text != "&") {
            return;
        }
        let nobody = self.subjects().next().is_none();
        let asks_split = self.segment.has_any(&[C::Split, C::Inclusive])
            || (self.segment.has(C::Gstin) && !rates.is_empty() && nobody);
        // Which heads are named says as much.
        let parts = self.says(&["cgst", "sgst", "utgst"]);
        let intra = self.segment.has(C::Intra) || parts;
        let inter = self.segment.has(C::Inter) || self.says(&["igst"]);
        let within = match (intra, inter) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        let split = &[
            C::Split,
            C::Inclusive,
            C::Intra,
            C::Inter,
            C::Gstin,
            C::Total,
        ];
        let value = |place: usize| self.found.numbers.get(place).copied().unwrap_or_default();
        let rate = match rates.as_slice() {
            // "9% CGST and 9% SGST"
            [rate, other] if value(*rate) == value(*other) && parts => Some((*rate, Some(*other))),
            [rate] => Some((*rate, None)),
            _ => None,
        };
        match (amounts.as_slice(), rate) {
            ([amount], Some((rate, other))) if asks_split => {
                let amount = *amount;
                let inclusive = self.segment.has(C::Inclusive);
                // A rate of "GST" is the whole; one of CGST or SGST is that head's own, and a rate that no head has may be either.
                let own = parts && !inter && !self.says(&["gst"]);
                let each = own && (other.is_some() || self.says(&["each"]));
                let whole_only = WHOLE_ONLY
                    .iter()
                    .any(|tenths| Decimal::new(*tenths, 1) == value(rate));
                let computation = if own && !each && whole_only {
                    Computation::RateOfWhat
                } else {
                    Computation::Split {
                        amount,
                        rate,
                        within,
                        inclusive,
                        each: own,
                    }
                };
                self.numbers.extend([amount, rate]);
                self.numbers.extend(other);
                self.fire(Topic::Compute(computation), split);
            }
            ([amount], None)
                if rates.is_empty()
                    && self.segment.has_any(&[C::Split, C::Inclusive])
                    && nobody =>
            {
                self.numbers.insert(*amount);
                self.fire(Topic::Compute(Computation::RateNeeded), split);
            }
            ([amount], Some((rate, None))) if nobody => {
                let amount = *amount;
                let number = |place: usize| arithmetic::shown(value(place));
                let expression = Computation::Expression {
                    formula: format!("pct(${}, ${})", amount + 1, rate + 1),
                    written: format!("{}% of {}", number(rate), number(amount)),
                };
                self.numbers.extend([amount, rate]);
                self.fire(Topic::Compute(expression), &[C::Total]);
            }
            _ => {}
        }
    }
}
