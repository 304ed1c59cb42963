//! How far decisions have moved: the share of each among the last verdicts, less its share among many more.

use std::sync::{Mutex, PoisonError};

use domain::{Decimal, verdict::Decision};

/// Verdicts whose weight counts as the last ones, and as the past.
const LAST: i64 = 32;
const PAST: i64 = 1024;
/// Shares are in billionths.
const WHOLE: i64 = 1_000_000_000;
const SCALE: u32 = 9;

const DECISIONS: [(Decision, &str); 3] = [
    (Decision::Approve, "approve_share"),
    (Decision::Hold, "hold_share"),
    (Decision::Reject, "reject_share"),
];

/// Of this process, since its start.
#[derive(Debug, Default)]
pub(crate) struct Drift(Mutex<Shares>);

#[derive(Debug, Default)]
struct Shares {
    verdicts: i64,
    last: [i64; 3],
    past: [i64; 3],
}

impl Drift {
    /// Counts a verdict: each signal with its score, from -1 to 1.
    pub(crate) fn count(&self, decision: Decision) -> [(&'static str, Decimal); 3] {
        let mut shares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Shares {
            verdicts,
            last,
            past,
        } = &mut *shares;
        *verdicts = verdicts.saturating_add(1);
        let mut scores = DECISIONS.map(|(_, signal)| (signal, Decimal::ZERO));
        let places = DECISIONS.iter().zip(last).zip(past).zip(&mut scores);
        for ((((one, _), last), past), (_, score)) in places {
            let now = if *one == decision { WHOLE } else { 0 };
            // A mean until there are as many, and then one that forgets.
            *last += (now - *last) / (*verdicts).min(LAST);
            *past += (now - *past) / (*verdicts).min(PAST);
            *score = Decimal::new(*last - *past, SCALE);
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score of holds after so many of each, one after the other.
    fn holds(runs: &[(Decision, usize)]) -> Decimal {
        let drift = Drift::default();
        let mut scores = drift.count(Decision::Approve);
        for (decision, times) in runs {
            for _ in 0..*times {
                scores = drift.count(*decision);
            }
        }
        assert_eq!(scores[1].0, "hold_share");
        scores[1].1.round_dp(2)
    }

    #[test]
    fn a_score_is_nothing_while_nothing_changes_and_falls_back_when_the_change_is_the_past() {
        use Decision::{Approve, Hold, Reject};
        for (runs, want) in [
            (vec![], "0"),
            (vec![(Approve, 2000)], "0"),
            // As many as are the last: the past is the same ones.
            (vec![(Approve, 15), (Hold, 15)], "0"),
            (vec![(Approve, 999), (Hold, 32)], "0.61"),
            (vec![(Approve, 999), (Hold, 200)], "0.82"),
            (vec![(Approve, 999), (Hold, 6000)], "0"),
            (vec![(Hold, 999), (Reject, 200)], "-0.82"),
        ] {
            assert_eq!(holds(&runs), want.parse().unwrap(), "{runs:?}");
        }
    }
}
