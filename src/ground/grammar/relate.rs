//! Clauses that set values against each other: one above another, by so much; a sum, a difference, a share, and what it
//! comes to.

use domain::{Decimal, civil::days_between};

use super::{
    Grammar, Read, Role,
    phrase::{Named, Worth},
};
use crate::{field::Class, number::Number, read, vocabulary::VOCABULARY};

/// At most so many readings of a part of a clause are followed.
const SIDES_MAX: usize = 16;

/// A value that a part of a clause comes to, and what it was reckoned from.
#[derive(Debug, Clone)]
struct Side {
    worth: Worth,
    named: Vec<Named>,
    /// Something was added up, taken away or shared.
    reckoned: bool,
}

impl Side {
    fn is_literal(&self) -> bool {
        self.named.iter().all(|n| n.field.is_none())
    }
}

impl Grammar<'_, '_> {
    /// The ways to read a clause with a relation or a reckoning in it.
    pub(super) fn related(&self, from: usize, to: usize, read: &Read) -> Vec<Read> {
        let mut out = Vec::new();
        let relations: Vec<(usize, &'static str)> = (from..to)
            .filter_map(|at| match self.role(at) {
                Role::Relation(op) => Some((at, op)),
                _ => None,
            })
            .collect();
        for (at, op) in &relations {
            self.compare(from, *at, to, op, read, &mut out);
        }
        if relations.is_empty() {
            // "A plus B is C", "… comes to C".
            for at in from..to {
                let verb = self
                    .items
                    .get(at)
                    .is_some_and(|i| i.class("verb") || matches!(i.text(), "is" | "are"));
                if verb && self.role(at) == Role::Glue {
                    self.compare(from, at, to, "equal", read, &mut out);
                }
            }
            if out.is_empty() {
                self.compare(from, from, to, "equal", read, &mut out);
            }
        }
        out.truncate(8);
        out
    }

    /// What stands left of a relation against what stands right of it.
    fn compare(
        &self,
        from: usize,
        at: usize,
        to: usize,
        op: &str,
        read: &Read,
        out: &mut Vec<Read>,
    ) {
        if !self.may_try() {
            return;
        }
        let begins = if at == from && !matches!(self.role(at), Role::Relation(_)) {
            at
        } else {
            at + 1
        };
        let (lefts, op) = if op == "sums" {
            (self.listed(from, at), "equal")
        } else {
            (self.sides_or_last(from, at, read), op)
        };
        if self.is_empty(begins, to) {
            self.conclude(&lefts, op, read, out);
            return;
        }
        let bys: Vec<usize> = (begins..to).filter(|n| self.role(*n) == Role::By).collect();
        // "Is ₹1,000 above B": what lies between the two.
        let apart_by_figures: Vec<(Side, Vec<Side>)> = (from + 1..at)
            .filter_map(|split| {
                let gap = self.gap(split, at)?;
                Some((gap, self.sides_or_last(from, split, read)))
            })
            .collect();
        for right in self.sides(begins, to) {
            for left in &lefts {
                if holds(left, op, &right, self) {
                    out.push(read.with(&[left, &right]));
                }
            }
            for (gap, lefts) in &apart_by_figures {
                for left in lefts {
                    if apart(left, op, &right, gap, self) {
                        out.push(read.with(&[left, &right, gap]).apart(left, &right));
                    }
                }
            }
            if let Some(gap) = self.gap(from, at) {
                for left in read.last.iter().map(|n| Side::of(n.clone())) {
                    if apart(&left, op, &right, &gap, self) {
                        out.push(read.with(&[&left, &right, &gap]));
                    }
                }
            }
        }
        for by in bys {
            // "By more than 5%", "by less than the tolerance of ₹500".
            if let Role::Relation(bound) = self.role(by + 1) {
                for limit in self.phrases(by + 2, to) {
                    for right in self.sides(begins, by) {
                        for left in &lefts {
                            if apart_by(left, op, &right, bound, &limit, self) {
                                out.push(read.with(&[left, &right, &limit]));
                            }
                        }
                    }
                }
                continue;
            }
            let Some(gap) = self.gap(by + 1, to) else {
                continue;
            };
            for right in self.sides(begins, by) {
                for left in &lefts {
                    if apart(left, op, &right, &gap, self) {
                        out.push(read.with(&[left, &right, &gap]).apart(left, &right));
                    }
                }
            }
        }
    }

    /// "…, so that the two agree": what was told last, of one sort.
    fn conclude(&self, lefts: &[Side], op: &str, read: &Read, out: &mut Vec<Read>) {
        let [.., a, b] = read.told[..] else { return };
        let (Some(a), Some(b)) = (self.side_of(a), self.side_of(b)) else {
            return;
        };
        let named = lefts.iter().all(|l| !l.reckoned);
        if named && matches!(op, "equal" | "differ") && holds(&a, op, &b, self) {
            out.push(read.clone());
        }
    }

    fn side_of(&self, n: usize) -> Option<Side> {
        let field = self.cited.get(n)?;
        let worth = if let Some(day) = read::json_date(field.value) {
            Worth::Day(day)
        } else if let Some(value) = read::json_number(field.value) {
            Worth::Number {
                value,
                unit: crate::measure::unit_of(field),
                written: None,
            }
        } else {
            Worth::Text(read::json_text(field.value)?)
        };
        Some(Side::of(Named {
            field: Some(n),
            beside: Vec::new(),
            told: false,
            worth,
        }))
    }

    fn is_empty(&self, from: usize, to: usize) -> bool {
        (from..to).all(|n| matches!(self.role(n), Role::Glue | Role::And | Role::Break))
    }

    /// What a part of a clause comes to; where it says nothing, what was spoken of last.
    fn sides_or_last(&self, from: usize, to: usize, read: &Read) -> Vec<Side> {
        if self.is_empty(from, to) {
            let gaps = read.gap.iter().cloned();
            return (read.last.iter().cloned().chain(gaps))
                .map(Side::of)
                .collect();
        }
        self.sides(from, to)
    }

    /// What a part of a clause comes to: a phrase, or phrases added, taken away or multiplied from left to right.
    fn sides(&self, from: usize, to: usize) -> Vec<Side> {
        if let Some(at) = (from..to).find(|n| self.role(*n) == Role::Sum) {
            return self.sums(from, at, to);
        }
        let sign = (from..to)
            .rev()
            .find(|n| matches!(self.role(*n), Role::Plus | Role::Minus));
        let sign = sign.or_else(|| (from..to).rev().find(|n| self.role(*n) == Role::Times));
        if let Some(at) = sign {
            let mut out = Vec::new();
            for left in self.sides(from, at) {
                for right in self.phrases(at + 1, to) {
                    out.extend(reckoned(&left, self.role(at), &right));
                }
            }
            out.truncate(SIDES_MAX);
            return out;
        }
        if let Some(at) = (from..to).find(|n| self.role(*n) == Role::Share) {
            let mut out = Vec::new();
            for share in self.phrase(from, at) {
                for whole in self.phrases(at + 1, to) {
                    out.extend(shared(&share, &whole));
                }
            }
            out.truncate(SIDES_MAX);
            return out;
        }
        self.phrases(from, to)
    }

    /// "A and B together", "the sum of A and B".
    fn sums(&self, from: usize, at: usize, to: usize) -> Vec<Side> {
        let (from, to) = if self.is_empty(from, at) {
            (at + 1, to)
        } else if self.is_empty(at + 1, to) {
            (from, at)
        } else {
            return Vec::new();
        };
        self.listed(from, to)
    }

    /// Phrases between commas and "and", added up.
    fn listed(&self, from: usize, to: usize) -> Vec<Side> {
        let joint = (from..to).find(|n| matches!(self.role(*n), Role::And | Role::Break));
        let Some(at) = joint else {
            return Vec::new();
        };
        let mut out = Vec::new();
        let next = (at..to)
            .find(|n| !matches!(self.role(*n), Role::And | Role::Break))
            .unwrap_or(to);
        let mut rest = self.listed(next, to);
        rest.extend(self.phrases(next, to));
        for left in self.phrases(from, at) {
            for right in &rest {
                out.extend(reckoned(&left, Role::Plus, right));
            }
        }
        out.truncate(SIDES_MAX);
        out
    }

    fn phrases(&self, from: usize, to: usize) -> Vec<Side> {
        self.phrase(from, to).into_iter().map(Side::of).collect()
    }

    /// A figure that says how far two values lie apart.
    fn gap(&self, from: usize, to: usize) -> Option<Side> {
        let found = self.phrase(from, to);
        let literal = found.iter().find(|n| n.field.is_none());
        // One that a record holds is cited with it.
        let held = found
            .iter()
            .find(|n| n.field.is_some() && n.told && literal.is_some());
        let number = |n: &&Named| matches!(n.worth, Worth::Number { .. });
        held.or(literal).filter(number).cloned().map(Side::of)
    }

    /// Whether a value is of a class, where it is that of a record.
    fn classes(&self, side: &Side) -> Option<Vec<Class>> {
        let [Named { field: Some(n), .. }] = &side.named[..] else {
            return None;
        };
        let field = self.cited.get(*n)?;
        let mut classes = field.classes();
        let money = crate::vocabulary::name_parts(field.leaf())
            .iter()
            .any(|p| matches!(p.as_str(), "value" | "amount" | "total"));
        if classes == [Class::Plain] && money {
            classes.push(Class::Amount);
        }
        Some(classes)
    }
}

impl Side {
    fn of(named: Named) -> Self {
        Self {
            worth: named.worth.clone(),
            named: vec![named],
            reckoned: false,
        }
    }
}

impl Read {
    /// The same, with how far two sides lie apart.
    fn apart(mut self, left: &Side, right: &Side) -> Self {
        let (Some((a, unit, _)), Some((b, _, _))) = (number(&left.worth), number(&right.worth))
        else {
            return self;
        };
        let Some(between) = a.checked_sub(b).map(|v| v.abs()) else {
            return self;
        };
        let gap = |value: Decimal, unit, sign: &str| Named {
            field: None,
            beside: Vec::new(),
            told: false,
            worth: Worth::Number {
                value,
                unit,
                written: crate::number::written(&format!("{value}{sign}")),
            },
        };
        let share = between
            .checked_mul(Decimal::ONE_HUNDRED)
            .and_then(|v| v.checked_div(b));
        self.gap = vec![gap(between, unit, "")];
        self.gap.extend(share.map(|s| gap(s, None, "%")));
        self
    }

    /// What has been read, with what two sides name.
    fn with(&self, sides: &[&Side]) -> Self {
        let mut next = self.clone();
        for side in sides {
            for named in &side.named {
                next.name(named);
                next.told.extend(named.field);
            }
        }
        if let Some(first) = sides.first().and_then(|s| s.named.first()) {
            next.last = Some(first.clone());
        }
        next
    }
}

fn number(worth: &Worth) -> Option<(Decimal, Option<&'static str>, Option<&Number>)> {
    match worth {
        Worth::Number {
            value,
            unit,
            written,
        } => Some((*value, *unit, written.as_ref())),
        _ => None,
    }
}

fn reckoned(left: &Side, role: Role, right: &Side) -> Option<Side> {
    let ((a, unit, _), (b, other, _)) = (number(&left.worth)?, number(&right.worth)?);
    let value = match role {
        Role::Plus => a.checked_add(b)?,
        Role::Minus => a.checked_sub(b)?,
        _ => a.checked_mul(b)?,
    };
    let alike = unit == other || unit.is_none() || other.is_none();
    (role == Role::Times || alike).then(|| Side {
        worth: Worth::Number {
            value,
            unit: None,
            written: None,
        },
        named: left.named.iter().chain(&right.named).cloned().collect(),
        reckoned: true,
    })
}

/// "90% of B".
fn shared(share: &Named, whole: &Side) -> Option<Side> {
    let ((percent, _, written), (of, unit, _)) = (number(&share.worth)?, number(&whole.worth)?);
    if !written?.percent {
        return None;
    }
    let value = of.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
    let mut named = vec![share.clone()];
    named.extend(whole.named.iter().cloned());
    Some(Side {
        worth: Worth::Number {
            value,
            unit,
            written: None,
        },
        named,
        reckoned: true,
    })
}

/// Whether a relation holds between two sides, of which at least one is what a record says.
fn holds(left: &Side, op: &str, right: &Side, grammar: &Grammar<'_, '_>) -> bool {
    if (left.is_literal() && right.is_literal())
        || (left.is_literal() && !right.reckoned && op != "equal" && !is_gap(left, right, grammar))
        || same_value(left, right)
        || !comparable(left, right, grammar)
    {
        return false;
    }
    match (&left.worth, &right.worth) {
        (Worth::Number { .. }, Worth::Number { .. }) => numbers(left, op, right),
        (Worth::Day(a), Worth::Day(b)) => match op {
            "above" | "after" => a > b,
            "below" | "before" => a < b,
            "at_least" => a >= b,
            "at_most" => a <= b,
            "equal" => a == b,
            "differ" => a != b,
            _ => false,
        },
        (Worth::Text(a), Worth::Text(b)) => {
            let same = read::identifier(a) == read::identifier(b)
                || crate::mention::same_name(a, b, grammar.claim);
            match op {
                "equal" => same,
                "differ" => !same,
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether a gap that was told may be held against a bound: a share against a share.
fn is_gap(left: &Side, right: &Side, grammar: &Grammar<'_, '_>) -> bool {
    let Some((_, _, Some(written))) = number(&left.worth) else {
        return false;
    };
    let Some(classes) = grammar.classes(right) else {
        return false;
    };
    let field = match &right.named[..] {
        [Named { field: Some(n), .. }] => grammar.cited.get(*n),
        _ => None,
    };
    let bound = field.is_some_and(|f| {
        f.has("head.tolerance") || f.has("head.limit") || f.leaf().to_lowercase().contains("toler")
    });
    let share = field.is_some_and(|f| {
        f.has("kind.rate")
            || crate::vocabulary::name_parts(f.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "pct" | "percent" | "percentage"))
    });
    bound && (written.percent == share || classes.is_empty())
}

/// Whether two sides are one cited value, which says nothing.
fn same_value(left: &Side, right: &Side) -> bool {
    let fields =
        |side: &Side| -> Vec<usize> { side.named.iter().filter_map(|n| n.field).collect() };
    let (a, b) = (fields(left), fields(right));
    !a.is_empty() && a == b
}

/// Whether two values may be set against each other: money against money, goods against goods.
fn comparable(left: &Side, right: &Side, grammar: &Grammar<'_, '_>) -> bool {
    let signs = |side: &Side, other: &Side| {
        let (Some(classes), Some((_, unit, Some(written)))) = (
            grammar.classes(side),
            number(&other.worth).filter(|_| other.is_literal()),
        ) else {
            return true;
        };
        let is = |class| classes.contains(&class);
        if written.rupees {
            return is(Class::Amount) || is(Class::Price);
        }
        if written.percent {
            return is(Class::Rate) || is(Class::Plain);
        }
        unit.is_none() || is(Class::Quantity)
    };
    let classes = match (grammar.classes(left), grammar.classes(right)) {
        (Some(a), Some(b)) => a.iter().any(|c| b.contains(c)),
        _ => true,
    };
    classes && signs(left, right) && signs(right, left)
}

fn numbers(left: &Side, op: &str, right: &Side) -> bool {
    let (Some((a, unit, _)), Some((b, other, _))) = (number(&left.worth), number(&right.worth))
    else {
        return false;
    };
    let Some((a, b)) = in_one_unit(a, unit, b, other) else {
        return false;
    };
    // A figure of the claim is held against what it was reckoned from, to the digits that it was written with.
    let written = [left, right]
        .into_iter()
        .filter(|s| !s.reckoned)
        .find_map(|s| number(&s.worth)?.2);
    let reckoned = left.reckoned || right.reckoned;
    let same = a == b
        || written.is_some_and(|w| {
            let value = if left.reckoned { a } else { b };
            reckoned && (w.is(value, false) || w.is_rounded(value))
        });
    match op {
        "above" | "after" => a > b,
        "below" | "before" => a < b,
        "at_least" => a >= b,
        "at_most" => a <= b,
        "equal" => same,
        "differ" => !same,
        _ => false,
    }
}

fn in_one_unit(
    a: Decimal,
    unit: Option<&'static str>,
    b: Decimal,
    other: Option<&'static str>,
) -> Option<(Decimal, Decimal)> {
    match (unit, other) {
        (Some(of), Some(to)) if of != to => {
            let (many, few) = VOCABULARY.ratio(of, to)?;
            Some((
                a.checked_mul(Decimal::from(many))?,
                b.checked_mul(Decimal::from(few))?,
            ))
        }
        _ => Some((a, b)),
    }
}

/// Whether two sides lie a gap apart, in the direction that the relation says.
fn apart(left: &Side, op: &str, right: &Side, gap: &Side, grammar: &Grammar<'_, '_>) -> bool {
    if left.is_literal() || right.is_literal() || same_value(left, right) {
        return false;
    }
    let Some((far, far_unit, Some(written))) = number(&gap.worth) else {
        return false;
    };
    let between = match (&left.worth, &right.worth) {
        (Worth::Day(a), Worth::Day(b)) => {
            if written.rupees || written.percent || far_unit.is_some() {
                return false;
            }
            Decimal::from(days_between(*b, *a))
        }
        (Worth::Number { .. }, Worth::Number { .. }) => {
            if !comparable(left, right, grammar)
                || (!written.percent
                    && grammar.classes(left).is_some()
                    && !comparable(left, gap, grammar))
            {
                return false;
            }
            let (Some((a, unit, _)), Some((b, other, _))) =
                (number(&left.worth), number(&right.worth))
            else {
                return false;
            };
            if unit != other || (far_unit.is_some() && far_unit != unit) {
                return false;
            }
            let Some(between) = a.checked_sub(b) else {
                return false;
            };
            if written.percent {
                let share = between
                    .checked_mul(Decimal::ONE_HUNDRED)
                    .and_then(|v| v.checked_div(b));
                match share {
                    Some(share) if share.abs() == far || written.is_share(share.abs(), false) => {
                        between
                    }
                    _ => return false,
                }
            } else {
                between
            }
        }
        _ => return false,
    };
    let so = written.percent || between.abs() == far;
    let way = match op {
        "above" | "after" => between > Decimal::ZERO,
        "below" | "before" => between < Decimal::ZERO,
        "differ" => !between.is_zero(),
        _ => false,
    };
    so && way
}

/// Whether two sides lie further apart than a limit, or not as far: in figures, or in per cent of the second.
fn apart_by(
    left: &Side,
    op: &str,
    right: &Side,
    bound: &str,
    limit: &Side,
    grammar: &Grammar<'_, '_>,
) -> bool {
    let (Some((a, unit, _)), Some((b, other, _)), Some((most, _, Some(written)))) = (
        number(&left.worth),
        number(&right.worth),
        number(&limit.worth),
    ) else {
        return false;
    };
    if left.is_literal()
        || right.is_literal()
        || same_value(left, right)
        || unit != other
        || !comparable(left, right, grammar)
    {
        return false;
    }
    let way = match op {
        "above" => a > b,
        "below" => a < b,
        "differ" => a != b,
        _ => false,
    };
    let far = a.checked_sub(b).map(|v| v.abs()).and_then(|v| {
        if written.percent {
            v.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(b)
        } else {
            Some(v)
        }
    });
    let so = far.is_some_and(|far| match bound {
        "above" => far > most,
        "below" => far < most,
        "at_least" => far >= most,
        "at_most" => far <= most,
        _ => false,
    });
    way && so && (written.percent || comparable(left, limit, grammar) || !limit.is_literal())
}
