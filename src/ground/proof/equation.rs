//! Equations of which each side is told: "the net price equals the list price less the discount".

use domain::Decimal;

use super::Proof;
use crate::{
    clause::{Item, relation},
    fit::is_identity,
    lex::Token,
};

impl Proof<'_, '_> {
    /// The words of an equation, where each figure of the claim is accounted for and the cited figures come out even.
    pub(super) fn finish_equations(&mut self) {
        let all_done = (0..self.w.items.len()).all(|at| {
            self.is_done(at)
                || !matches!(
                    self.item(at),
                    Some(Item::Value(Token::Number(_) | Token::Date(_)))
                )
        });
        let words: Vec<usize> = (0..self.w.items.len())
            .filter(|at| !self.is_done(*at))
            .filter(|at| {
                self.item(*at).is_some_and(|i| {
                    (relation(i) == Some("equal") && !i.class("neutral"))
                        || i.class("minus")
                        || (i.text() == "less"
                            && self.item(at + 1).is_none_or(|n| n.text() != "than"))
                })
            })
            .collect();
        let equal = words
            .iter()
            .any(|at| self.item(*at).and_then(relation) == Some("equal"));
        if !all_done || !equal || !self.comes_out_even() {
            return;
        }
        for at in words {
            self.finish(at);
        }
    }

    /// Whether all figures that are cited stand in one equation.
    fn comes_out_even(&self) -> bool {
        let figures: Vec<(Decimal, bool)> = (0..self.w.cited.len())
            .filter(|n| {
                self.field(*n)
                    .is_some_and(|f| !f.tags.iter().any(|t| is_identity(t)))
            })
            .filter_map(|n| {
                let field = self.field(n)?;
                let rate = field.has("kind.rate")
                    || crate::vocabulary::name_parts(field.leaf())
                        .iter()
                        .any(|p| matches!(p.as_str(), "pct" | "percent" | "percentage"));
                Some((self.side_number(n)?, rate))
            })
            .collect();
        match figures[..] {
            [_, _, _] => (0..3).any(|n| {
                let (Some(c), Some(a), Some(b)) = (
                    figures.get(n),
                    figures.get((n + 1) % 3),
                    figures.get((n + 2) % 3),
                ) else {
                    return false;
                };
                [(a, b), (b, a)].into_iter().any(|(a, p)| {
                    let part =
                        a.0.checked_mul(p.0)
                            .and_then(|v| v.checked_div(Decimal::ONE_HUNDRED));
                    if p.1 {
                        part == Some(c.0)
                            || part.and_then(|v| a.0.checked_sub(v)) == Some(c.0)
                            || part.and_then(|v| a.0.checked_add(v)) == Some(c.0)
                    } else {
                        !a.1 && a.0.checked_mul(p.0) == Some(c.0)
                    }
                })
            }),
            [(a, p), (b, q)] => {
                // A share that the claim states of two cited sums.
                let share = self
                    .w
                    .items
                    .iter()
                    .filter_map(Item::number)
                    .find(|n| n.percent);
                let (small, great) = (a.min(b), a.max(b));
                !p && !q
                    && share.is_some_and(|s| {
                        great
                            .checked_mul(s.value)
                            .and_then(|v| v.checked_div(Decimal::ONE_HUNDRED))
                            == Some(small)
                    })
            }
            _ => false,
        }
    }
}
