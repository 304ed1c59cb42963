//! Numbers and dates of a claim that cited values come to.

use domain::Decimal;

use super::Proof;
use crate::{
    clause::Item,
    field::Field,
    lex::Token,
    measure::unit_of,
    number::Number,
    span::{self},
    vocabulary::VOCABULARY,
};

/// What two or more values come to, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Sum,
    Gap,
    /// The time between two dates.
    Span,
    Other,
}

/// A value that is reckoned with: a cited field's, or one of the sentence's own.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub(super) field: Option<usize>,
    pub(super) value: Decimal,
}

impl Proof<'_, '_> {
    /// Each value of the claim that is not cited as it is, but that cited values come to.
    pub(super) fn compute_values(&mut self) {
        for at in 0..self.w.items.len() {
            if self.is_done(at) {
                continue;
            }
            match self.item(at) {
                Some(Item::Value(Token::Number(number))) => self.compute_number(at, number),
                Some(Item::Value(Token::Date(date))) => self.compute_date(at, *date),
                Some(item) if multiple(item.text()).is_some() => self.compute_multiple(at),
                Some(item) if item.class("sum") && !self.added => {
                    self.added = self.is_a_told_sum();
                }
                _ => {}
            }
        }
    }

    /// Cited values that a stated one comes to: "gross less tare gives 27,320 kg" where all three are cited.
    pub(super) fn tell_operands(&mut self) {
        for at in 0..self.w.items.len() {
            let Some(own) = self.states.get(at).copied().flatten() else {
                continue;
            };
            if self.told.iter().all(|t| *t) {
                return;
            }
            match self.item(at) {
                Some(Item::Value(Token::Number(number))) => {
                    let found = self.reckon(at, number).filter(|(fields, _)| {
                        !fields.contains(&own) && fields.iter().any(|n| !self.is_told(*n))
                    });
                    if let Some((fields, how)) = found {
                        self.added |= how == How::Sum;
                        self.taken |= how == How::Gap;
                        for n in fields {
                            self.tell(n);
                        }
                        self.finish_taking(how);
                    }
                }
                Some(Item::Value(Token::Date(date))) => self.compute_date(at, *date),
                _ => {}
            }
        }
    }

    pub(super) fn is(&self, at: usize, number: &Number, value: Decimal) -> bool {
        number.is(value, self.is_about(at)) || number.is_rounded(value)
    }

    pub(super) fn is_share(&self, at: usize, number: &Number, share: Decimal) -> bool {
        number.is_share(share, self.is_about(at))
    }

    pub(super) fn operands(&self, at: usize) -> Vec<Operand> {
        let spoken = self.item(at + 1).and_then(|i| VOCABULARY.unit(i.text()));
        let mut out: Vec<Operand> = (0..self.w.cited.len())
            .filter_map(|n| {
                let field = self.field(n)?;
                let value = self.side_number(n)?;
                let ratio = spoken
                    .zip(unit_of(field))
                    .and_then(|(said, held)| VOCABULARY.ratio(held, said));
                let value = match ratio {
                    Some((many, few)) => value
                        .checked_mul(Decimal::from(many))?
                        .checked_div(Decimal::from(few))?,
                    None => value,
                };
                Some(Operand {
                    field: Some(n),
                    value,
                })
            })
            .filter(|o| {
                let own = self.states.get(at).copied().flatten();
                !o.value.is_zero() && (own.is_none() || o.field != own)
            })
            .take(16)
            .collect();
        // A figure of the sentence that is accounted for and no cited field holds.
        for n in 0..self.w.items.len() {
            let Some(number) = self.item(n).and_then(Item::number) else {
                continue;
            };
            // A small number of the sentence counts things, and is no part of a sum.
            let counts =
                !number.rupees && number.value < Decimal::TEN && number.value.fract().is_zero();
            if n != at
                && !counts
                && self.is_done(n)
                && !out.iter().any(|o| number.is(o.value, true))
            {
                out.push(Operand {
                    field: None,
                    value: number.value,
                });
            }
        }
        out
    }

    fn compute_number(&mut self, at: usize, number: &Number) {
        if let Some(fields) = self
            .counted(at, number)
            .or_else(|| self.elapsed(at, number))
        {
            self.finish(at);
            for n in &fields {
                self.tell(*n);
            }
            if fields.len() == 2 {
                self.finish_words_of(at, How::Span);
            }
            return;
        }
        let small = !number.rupees
            && !number.percent
            && number.value < Decimal::TEN
            && number.value.fract().is_zero();
        let measured = self.item(at + 1).is_some_and(|i| {
            VOCABULARY.unit(i.text()).is_some()
                || span::unit(i.text()).is_some()
                || matches!(i.text(), "percentage" | "points" | "percentage points")
                || ["gap", "gap_above", "gap_below"].iter().any(|c| i.class(c))
        });
        if self.is_of_form(at) {
            self.finish(at);
            return;
        }
        // What is cited as it is, under another name, is not what others come to.
        let cited = (0..self.w.cited.len())
            .filter_map(|n| self.side_number(n))
            .any(|v| v == number.value);
        if (small && !measured) || (cited && !number.percent) {
            return;
        }
        if let Some((fields, how)) = self.reckon(at, number) {
            if how == How::Gap
                && (!self.points_so(at, &fields)
                    || self.only_adds()
                    || self.is_kept_uncited(number))
            {
                return;
            }
            self.finish(at);
            self.added |= how == How::Sum;
            self.taken |= how == How::Gap;
            for n in fields {
                self.tell(n);
            }
            self.finish_words_of(at, how);
        }
    }

    /// What is left of two cited sums, and stands in the record under a name of its own that the claim says and does not
    /// cite.
    fn is_kept_uncited(&self, number: &Number) -> bool {
        let said = crate::clause::tags_of(self.w.items);
        self.w.index.leaves_of(self.w.cited).any(|f| {
            let cited = self.w.cited.iter().any(|c| c.is_at(f));
            let named = crate::vocabulary::of(&f.tags, "head")
                .iter()
                .any(|t| said.contains(t) && !matches!(*t, "head.total" | "head.due"));
            !cited
                && named
                && number.value >= Decimal::ONE_HUNDRED
                && crate::read::json_number(f.value) == Some(number.value)
        })
    }

    /// "Freight and detention make ₹1,26,000": what is added up is cited, and not what is left of the sum.
    fn only_adds(&self) -> bool {
        let says = |classes: &[&str]| {
            self.w
                .items
                .iter()
                .any(|i| classes.iter().any(|c| i.class(c)))
        };
        let makes = self.w.items.iter().any(|i| {
            i.class("sum") || matches!(i.text(), "make" | "makes" | "give" | "gives" | "sum to")
        });
        let parts = [
            "minus",
            "difference",
            "gap",
            "gap_above",
            "gap_below",
            "above",
            "below",
            "late",
            "early",
            "after",
        ];
        makes && !says(&parts)
    }

    /// Numbers that say how something is written: "rounded to one decimal", "characters three to twelve".
    fn is_of_form(&self, at: usize) -> bool {
        let word = |n: Option<usize>| {
            n.and_then(|n| self.item(n))
                .map_or("", Item::text)
                .to_lowercase()
        };
        let decimals = word(at.checked_add(1)).starts_with("decimal")
            && (1..=3).any(|b| word(at.checked_sub(b)).starts_with("round"));
        let ends = |raw: &str| {
            self.item(at)
                .and_then(Item::number)
                .is_some_and(|n| n.raw == raw)
        };
        let characters = (1..=4).any(|b| {
            let word = word(at.checked_sub(b));
            word.starts_with("character")
                || word.starts_with("position")
                || word.starts_with("digit")
        });
        let pan = self.w.cited.iter().any(|f| f.has("kind.pan"))
            && self.w.cited.iter().any(|f| f.has("kind.gstin"));
        let one =
            self.item(at).and_then(Item::number).is_some_and(|n| {
                n.value == Decimal::ONE && !n.rupees && !n.percent && n.raw == "1"
            }) && !self.item(at + 1).is_some_and(|i| {
                VOCABULARY.unit(i.text()).is_some() || span::unit(i.text()).is_some()
            });
        let named = self.item(at).and_then(Item::number).is_some_and(|n| {
            let name = format!("{}{}", word(at.checked_sub(1)), n.raw);
            n.raw.len() < 3
                && self.w.cited.iter().any(|f| {
                    f.path
                        .iter()
                        .any(|s| s.to_lowercase().replace(['_', '-'], "") == name)
                })
        });
        let last = named || matches!(word(at.checked_add(1)).as_str(), "digits" | "characters");
        decimals || one || last || (characters && pan && (ends("3") || ends("12")))
    }

    /// The words for adding and for taking away, where what they come to is stated by itself.
    fn finish_taking(&mut self, how: How) {
        for n in 0..self.w.items.len() {
            let Some(item) = self.item(n) else { continue };
            let less = item.text() == "less" && self.item(n + 1).is_none_or(|i| i.text() != "than");
            let taking = ["minus", "difference", "gap"].iter().any(|c| item.class(c))
                && item.state().is_none_or(|s| matches!(s, "pending" | "open"));
            let meant = match how {
                How::Sum => item.class("sum"),
                How::Gap => (taking && !item.class("gap_above")) || less,
                How::Span | How::Other => false,
            };
            if meant {
                self.finish(n);
            }
        }
    }

    /// The words that say how a number was reckoned.
    fn finish_words_of(&mut self, at: usize, how: How) {
        for n in 0..self.w.items.len() {
            let Some(item) = self.item(n) else { continue };
            let says = |classes: &[&str]| classes.iter().any(|c| item.class(c));
            let near = n.abs_diff(at) <= 6;
            // "Is unpaid" says what it is; "still outstanding" of a figure says what the figure is.
            let stated = item
                .state()
                .is_some_and(|s| !matches!(s, "pending" | "open" | "overdue"))
                || (item.state().is_some() && n.abs_diff(at) > 4);
            let before_an_id = matches!(
                self.item(n + 1),
                Some(Item::Value(Token::Id(_)) | Item::Name(_))
            );
            if stated || (before_an_id && matches!(item.text(), "over" | "under")) {
                continue;
            }
            let meant = match how {
                How::Sum => says(&["sum"]),
                How::Gap => {
                    says(&[
                        "gap",
                        "gap_above",
                        "gap_below",
                        "minus",
                        "difference",
                        "late",
                        "early",
                    ]) || (near && says(&["above", "below", "after", "before", "differ"]))
                }
                How::Span => {
                    says(&["late", "early", "gap"])
                        || (near && says(&["after", "before", "differ"]))
                }
                How::Other => says(&["share", "each"]),
            };
            if meant {
                self.finish(n);
            }
        }
    }
}

/// How many times as much a word says.
pub(super) fn multiple(word: &str) -> Option<(i64, i64)> {
    Some(match word.to_lowercase().as_str() {
        "doubled" | "double" | "twice" | "doubling" => (2, 1),
        "trebled" | "tripled" | "triple" | "thrice" => (3, 1),
        "halved" => (1, 2),
        _ => return None,
    })
}

/// Whether a field holds a term: so many days or months.
pub(super) fn is_term(field: &Field<'_>) -> bool {
    field.has("kind.days")
        || crate::vocabulary::name_parts(field.leaf())
            .iter()
            .any(|p| p.starts_with("day") || p.starts_with("month") || p == "crday")
}
