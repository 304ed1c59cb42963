//! Expressions over exact decimals: the one place where a formula written as text becomes a number.
//!
//! Findings register formulas over their citations, and the calculator tool answers models. What is read: numbers
//! without digit groups, `+ - * /`, unary signs, parentheses, `%` behind a value (`18%` is 0.18), `$1` for the first
//! argument, and the functions of [`FUNCTIONS`]. A product or quotient keeps 28 significant digits.
//!
//! *Invariant:* any text gives a number or an error, in time linear in its length; nothing panics.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use crate::money::{decimal, to_paise_half_up};

/// Longest expression in characters: a total over some thousand lines fits.
pub const LENGTH_MAX: usize = 65_536;

/// Deepest nesting of parentheses and functions.
pub const DEPTH_MAX: usize = 64;

/// The functions with what each gives. Rates are in percent: 18 and `18%` mean the same there.
pub const FUNCTIONS: [(&str, &str); 12] = [
    ("sum", "sum(a, b, …)"),
    ("min", "min(a, b, …): the least"),
    ("max", "max(a, b, …): the largest"),
    ("abs", "abs(x): without its sign"),
    (
        "round",
        "round(x, places): half away from zero; without places, to a whole number",
    ),
    ("floor", "floor(x): down to a whole number"),
    ("ceil", "ceil(x): up to a whole number"),
    ("pct", "pct(base, rate): base × rate ÷ 100, not rounded"),
    ("igst", "igst(taxable, rate): IGST in paise"),
    (
        "cgst",
        "cgst(taxable, rate): CGST in paise, half of the full rate",
    ),
    (
        "sgst",
        "sgst(taxable, rate): SGST or UTGST in paise, half of the full rate",
    ),
    (
        "inclusive",
        "inclusive(total, rate): the taxable value inside an amount that includes tax, in paise",
    ),
];

/// Why an expression has no value. Characters are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprError {
    #[error("at character {at}: {problem}")]
    Syntax { at: usize, problem: String },
    #[error("at character {at}: division by zero")]
    DivisionByZero { at: usize },
    #[error("at character {at}: the result is out of range")]
    Overflow { at: usize },
}

/// Evaluates an expression; `$1` is the first of `arguments`.
///
/// # Errors
/// Syntax, division by zero, overflow; never a panic.
pub fn evaluate(expression: &str, arguments: &[Decimal]) -> Result<Decimal, ExprError> {
    let text: Vec<char> = expression.chars().take(LENGTH_MAX + 1).collect();
    if text.len() > LENGTH_MAX {
        return Err(ExprError::Syntax {
            at: LENGTH_MAX + 1,
            problem: format!("an expression has at most {LENGTH_MAX} characters"),
        });
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        arguments,
    };
    let result = parser.sum()?;
    match parser.peek() {
        None => Ok(result.value),
        Some(',') => Err(parser.syntax(
            "a comma outside a function: numbers are written without digit groups, 123456 instead of 1,23,456",
        )),
        Some(found) => Err(parser.syntax(format!("an operator is expected, not '{found}'"))),
    }
}

/// A value, and whether it was written with `%` directly behind it: a rate may be written either way.
#[derive(Clone, Copy)]
struct Operand {
    value: Decimal,
    percent: bool,
}

impl Operand {
    fn plain(value: Decimal) -> Self {
        Self {
            value,
            percent: false,
        }
    }

    /// In percent: `18` and `18%` are both 18.
    fn rate(self) -> Option<Decimal> {
        if self.percent {
            self.value.checked_mul(Decimal::ONE_HUNDRED)
        } else {
            Some(self.value)
        }
    }
}

/// Recursive descent; `depth` bounds the recursion, and chains of signs and operators are loops.
struct Parser<'a> {
    text: Vec<char>,
    /// Index of the next character.
    at: usize,
    depth: usize,
    arguments: &'a [Decimal],
}

impl Parser<'_> {
    fn syntax(&self, problem: impl Into<String>) -> ExprError {
        ExprError::Syntax {
            at: self.at + 1,
            problem: problem.into(),
        }
    }

    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// Takes one of `wanted` when it comes next; gives it with its position counted from 1.
    fn take(&mut self, wanted: &[char]) -> Option<(char, usize)> {
        let found = self.peek().filter(|c| wanted.contains(c))?;
        self.at += 1;
        Some((found, self.at))
    }

    fn digits(&mut self) -> String {
        let digits: String = self
            .text
            .iter()
            .skip(self.at)
            .take_while(|c| c.is_ascii_digit())
            .collect();
        self.at += digits.len();
        digits
    }

    fn sum(&mut self) -> Result<Operand, ExprError> {
        let mut total = self.product()?;
        while let Some((operator, at)) = self.take(&['+', '-']) {
            let right = self.product()?.value;
            let result = if operator == '+' {
                total.value.checked_add(right)
            } else {
                total.value.checked_sub(right)
            };
            total = Operand::plain(result.ok_or(ExprError::Overflow { at })?);
        }
        Ok(total)
    }

    fn product(&mut self) -> Result<Operand, ExprError> {
        let mut total = self.signed()?;
        while let Some((operator, at)) = self.take(&['*', '/']) {
            let right = self.signed()?.value;
            let result = if operator == '*' {
                total.value.checked_mul(right)
            } else if right.is_zero() {
                return Err(ExprError::DivisionByZero { at });
            } else {
                total.value.checked_div(right)
            };
            total = Operand::plain(result.ok_or(ExprError::Overflow { at })?);
        }
        Ok(total)
    }

    fn signed(&mut self) -> Result<Operand, ExprError> {
        let mut negative = false;
        while let Some((sign, _)) = self.take(&['-', '+']) {
            negative ^= sign == '-';
        }
        let mut operand = self.primary()?;
        while let Some((_, at)) = self.take(&['%']) {
            let value = operand.value.checked_div(Decimal::ONE_HUNDRED);
            operand = Operand {
                value: value.ok_or(ExprError::Overflow { at })?,
                percent: true,
            };
        }
        if negative {
            operand.value = -operand.value;
        }
        Ok(operand)
    }

    fn primary(&mut self) -> Result<Operand, ExprError> {
        match self.peek() {
            Some('(') => {
                self.open()?;
                let inner = self.sum()?;
                self.close()?;
                Ok(Operand::plain(inner.value))
            }
            Some('$') => self.argument(),
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.function(),
            Some(found) => Err(self.syntax(format!("a value is expected, not '{found}'"))),
            None => Err(self.syntax("a value is expected, and the expression ends")),
        }
    }

    fn open(&mut self) -> Result<(), ExprError> {
        if self.depth == DEPTH_MAX {
            return Err(self.syntax(format!("nested more than {DEPTH_MAX} deep")));
        }
        if self.take(&['(']).is_none() {
            return Err(self.syntax("'(' is expected behind the name of a function"));
        }
        self.depth += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), ExprError> {
        if self.take(&[')']).is_some() {
            self.depth -= 1;
            return Ok(());
        }
        Err(match self.peek() {
            Some(found) => self.syntax(format!("an operator or ')' is expected, not '{found}'")),
            None => self.syntax("a parenthesis is not closed"),
        })
    }

    fn argument(&mut self) -> Result<Operand, ExprError> {
        let start = self.at + 1;
        self.at += 1;
        let digits = self.digits();
        let found = digits
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1))
            .and_then(|index| self.arguments.get(index));
        found
            .map(|value| Operand::plain(*value))
            .ok_or_else(|| ExprError::Syntax {
                at: start,
                problem: format!(
                    "there is no ${digits}: {} arguments are given, from $1",
                    self.arguments.len()
                ),
            })
    }

    fn number(&mut self) -> Result<Operand, ExprError> {
        let start = self.at + 1;
        let refused = |problem: String| ExprError::Syntax { at: start, problem };
        if let Some(grouped) = self.digit_groups() {
            return Err(refused(format!(
                "{grouped} may be one number or several: write {}, or a space behind each comma",
                grouped.replace(',', "")
            )));
        }
        let mut digits = self.digits();
        if self.text.get(self.at) == Some(&'.') {
            self.at += 1;
            let fraction = self.digits();
            if fraction.is_empty() {
                return Err(refused(
                    "digits are expected behind the decimal point".to_owned(),
                ));
            }
            digits = format!("{digits}.{fraction}");
        }
        decimal(&digits)
            .map(Operand::plain)
            .map_err(|error| refused(error.to_string()))
    }

    /// A run that reads as one number in Indian or western digit groups (`1,23,456`, `1,234`), none taken.
    fn digit_groups(&self) -> Option<String> {
        let run: String = self
            .text
            .iter()
            .skip(self.at)
            .take_while(|c| c.is_ascii_digit() || **c == ',')
            .take(32)
            .collect();
        let groups: Vec<&str> = run.split(',').collect();
        let (first, rest) = groups.split_first()?;
        let (last, middle) = rest.split_last()?;
        let reads = (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && middle.iter().all(|group| matches!(group.len(), 2 | 3))
            && last.len() == 3;
        reads.then_some(run)
    }

    fn function(&mut self) -> Result<Operand, ExprError> {
        let start = self.at + 1;
        let name: String = self
            .text
            .iter()
            .skip(self.at)
            .take_while(|c| c.is_ascii_alphanumeric() || **c == '_')
            .take(32)
            .collect();
        if !FUNCTIONS.iter().any(|(known, _)| *known == name) {
            let known: Vec<&str> = FUNCTIONS.iter().map(|(known, _)| *known).collect();
            return Err(self.syntax(format!(
                "{name} is no function; there are {}",
                known.join(", ")
            )));
        }
        self.at += name.len();
        self.open()?;
        let mut operands = vec![self.sum()?];
        while self.take(&[',']).is_some() {
            operands.push(self.sum()?);
        }
        self.close()?;
        apply(&name, &operands, start).map(Operand::plain)
    }
}

/// The value of a known function; `at` is where its name stands.
fn apply(name: &str, operands: &[Operand], at: usize) -> Result<Decimal, ExprError> {
    let in_range = |value: Option<Decimal>| value.ok_or(ExprError::Overflow { at });
    let wrong = |problem: &str| ExprError::Syntax {
        at,
        problem: format!("{name} {problem}"),
    };
    let mut values = operands.iter().map(|operand| operand.value);
    match (name, operands) {
        ("sum", _) => in_range(values.try_fold(Decimal::ZERO, Decimal::checked_add)),
        ("min", _) => in_range(values.min()),
        ("max", _) => in_range(values.max()),
        ("abs", [x]) => Ok(x.value.abs()),
        ("floor", [x]) => Ok(x.value.floor()),
        ("ceil", [x]) => Ok(x.value.ceil()),
        ("round", [x]) => Ok(rounded(x.value, 0)),
        ("round", [x, places]) => {
            let whole = places.value.fract().is_zero();
            let places = places
                .value
                .to_u32()
                .filter(|places| whole && *places <= Decimal::MAX_SCALE);
            Ok(rounded(
                x.value,
                places.ok_or_else(|| wrong("takes 0 to 28 places"))?,
            ))
        }
        ("pct", [base, rate]) => in_range(share(base.value, *rate, Decimal::ONE_HUNDRED)),
        ("igst", [taxable, rate]) => {
            in_range(share(taxable.value, *rate, Decimal::ONE_HUNDRED)).map(to_paise_half_up)
        }
        // Each half is computed by itself from half of the full rate, as s.9 of the CGST and of the SGST Act levy it.
        ("cgst" | "sgst", [taxable, rate]) => {
            in_range(share(taxable.value, *rate, Decimal::from(200))).map(to_paise_half_up)
        }
        // Rule 35 CGST: tax = value inclusive of tax × rate ÷ (100 + rate); the rest is the taxable value.
        ("inclusive", [total, rate]) => {
            let whole = in_range(
                rate.rate()
                    .and_then(|rate| rate.checked_add(Decimal::ONE_HUNDRED)),
            )?;
            if whole.is_zero() {
                return Err(ExprError::DivisionByZero { at });
            }
            let hundredfold = in_range(total.value.checked_mul(Decimal::ONE_HUNDRED))?;
            in_range(hundredfold.checked_div(whole)).map(to_paise_half_up)
        }
        ("abs" | "floor" | "ceil", _) => Err(wrong("takes one value")),
        ("round", _) => Err(wrong("takes a value and the number of places")),
        _ => Err(wrong("takes an amount and a rate")),
    }
}

fn rounded(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// `base × rate ÷ parts`.
fn share(base: Decimal, rate: Operand, parts: Decimal) -> Option<Decimal> {
    base.checked_mul(rate.rate()?)?.checked_div(parts)
}

#[cfg(test)]
mod tests;
