//! Guards: conditions over named facts, as data, so that they print, hash and explain themselves.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use super::state::{Fact, State};

/// The name of a fact.
pub type Name = Cow<'static, str>;

/// When an edge is taken. A fact that is not known, or is of another type, makes its guard unknown,
/// and an unknown guard opens nothing, negated or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// The fallback: taken when no earlier edge was.
    Always,
    /// The fact is true.
    Is(Name),
    Not(Box<Guard>),
    Eq(Name, Fact),
    /// The fact is a number below the bound. On a cycle this is what bounds it.
    Lt(Name, i64),
    Ge(Name, i64),
    All(Vec<Guard>),
    Any(Vec<Guard>),
}

impl Guard {
    pub fn is(name: impl Into<Name>) -> Self {
        Self::Is(name.into())
    }

    /// The fact is false.
    pub fn is_not(name: impl Into<Name>) -> Self {
        Self::Not(Box::new(Self::is(name)))
    }

    pub fn eq(name: impl Into<Name>, fact: impl Into<Fact>) -> Self {
        Self::Eq(name.into(), fact.into())
    }

    pub fn lt(name: impl Into<Name>, bound: i64) -> Self {
        Self::Lt(name.into(), bound)
    }

    pub fn ge(name: impl Into<Name>, bound: i64) -> Self {
        Self::Ge(name.into(), bound)
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut guards) => {
                guards.push(other);
                Self::All(guards)
            }
            first => Self::All(vec![first, other]),
        }
    }

    /// One of the two holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Any(mut guards) => {
                guards.push(other);
                Self::Any(guards)
            }
            first => Self::Any(vec![first, other]),
        }
    }

    /// Whether the edge is open.
    pub fn holds<S: State>(&self, state: &S) -> bool {
        self.value(state) == Some(true)
    }

    /// `None`: a fact it needs is not known.
    fn value<S: State>(&self, state: &S) -> Option<bool> {
        let number = |name: &str| match state.fact(name) {
            Some(Fact::Int(number)) => Some(number),
            _ => None,
        };
        match self {
            Self::Always => Some(true),
            Self::Is(name) => match state.fact(name) {
                Some(Fact::Bool(value)) => Some(value),
                _ => None,
            },
            Self::Not(guard) => guard.value(state).map(|value| !value),
            Self::Eq(name, want) => match (state.fact(name)?, want) {
                (Fact::Bool(a), Fact::Bool(b)) => Some(a == *b),
                (Fact::Int(a), Fact::Int(b)) => Some(a == *b),
                (Fact::Text(a), Fact::Text(b)) => Some(a == *b),
                _ => None,
            },
            Self::Lt(name, bound) => number(name).map(|number| number < *bound),
            Self::Ge(name, bound) => number(name).map(|number| number >= *bound),
            Self::All(guards) => guards
                .iter()
                .try_fold(Some(true), |all, guard| match guard.value(state) {
                    Some(false) => Err(Some(false)),
                    Some(true) => Ok(all),
                    None => Ok(None),
                })
                .unwrap_or_else(|early| early),
            Self::Any(guards) => guards
                .iter()
                .try_fold(Some(false), |any, guard| match guard.value(state) {
                    Some(true) => Err(Some(true)),
                    Some(false) => Ok(any),
                    None => Ok(None),
                })
                .unwrap_or_else(|early| early),
        }
    }

    /// The guard with the facts as they are: `tries = 1 < 2`.
    pub fn explain<S: State>(&self, state: &S) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        if self
            .write(&mut text, &|name| Some(state.fact(name)), false)
            .is_err()
        {
            text.clear();
        }
        text
    }

    /// Finds the first counter that bounds the edge: it opens only while that is below its bound.
    pub(super) fn counters<'a>(&'a self, into: &mut Vec<&'a str>) -> bool {
        match self {
            Self::Lt(name, _) => {
                into.push(name);
                true
            }
            Self::All(guards) => guards.iter().any(|guard| guard.counters(into)),
            _ => false,
        }
    }

    /// Every fact it names.
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Self::Always => {}
            Self::Is(name) | Self::Eq(name, _) | Self::Lt(name, _) | Self::Ge(name, _) => {
                into.push(name);
            }
            Self::Not(guard) => guard.names(into),
            Self::All(guards) | Self::Any(guards) => {
                for guard in guards {
                    guard.names(into);
                }
            }
        }
    }

    /// `look` answers `None` when only the condition is wanted, else the fact as it is.
    fn write(
        &self,
        f: &mut dyn fmt::Write,
        look: &dyn Fn(&str) -> Option<Option<Fact>>,
        nested: bool,
    ) -> fmt::Result {
        let compare =
            |f: &mut dyn fmt::Write, name: &str, rest: fmt::Arguments<'_>| match look(name) {
                None => write!(f, "{name} {rest}"),
                Some(None) => write!(f, "{name} = ? {rest}"),
                Some(Some(fact)) => write!(f, "{name} = {fact} {rest}"),
            };
        match self {
            Self::Always => f.write_str("always"),
            Self::Is(name) => match look(name) {
                None => f.write_str(name),
                Some(None) => write!(f, "{name} = ?"),
                Some(Some(fact)) => write!(f, "{name} = {fact}"),
            },
            Self::Not(guard) => {
                // With its value, a plain fact says enough: `grounded = false`.
                let plain = matches!(**guard, Self::Is(_)) && look("").is_some();
                if !plain {
                    f.write_str("not ")?;
                }
                guard.write(f, look, true)
            }
            Self::Eq(name, want) => match look(name) {
                Some(Some(fact)) if fact == *want => write!(f, "{name} = {fact}"),
                _ => compare(f, name, format_args!("== {want}")),
            },
            Self::Lt(name, bound) => compare(f, name, format_args!("< {bound}")),
            Self::Ge(name, bound) => compare(f, name, format_args!(">= {bound}")),
            Self::All(guards) | Self::Any(guards) => {
                let (word, empty) = match self {
                    Self::All(_) => (" and ", "always"),
                    _ => (" or ", "never"),
                };
                if guards.is_empty() {
                    return f.write_str(empty);
                }
                let brackets = nested && guards.len() > 1;
                if brackets {
                    f.write_char('(')?;
                }
                for (at, guard) in guards.iter().enumerate() {
                    if at > 0 {
                        f.write_str(word)?;
                    }
                    guard.write(f, look, true)?;
                }
                if brackets {
                    f.write_char(')')?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &|_| None, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Facts;
    impl State for Facts {
        type Delta = ();
        fn fold(&mut self, (): ()) {}
        fn fact(&self, name: &str) -> Option<Fact> {
            match name {
                "tries" => Some(1_u32.into()),
                "grounded" => Some(false.into()),
                "decision" => Some("hold".into()),
                _ => None,
            }
        }
    }

    #[test]
    fn guards_hold_print_and_explain_themselves() {
        let table = [
            (Guard::Always, true, "always", "always"),
            (Guard::is("grounded"), false, "grounded", "grounded = false"),
            (
                Guard::is_not("grounded"),
                true,
                "not grounded",
                "grounded = false",
            ),
            (Guard::lt("tries", 2), true, "tries < 2", "tries = 1 < 2"),
            (Guard::lt("tries", 1), false, "tries < 1", "tries = 1 < 1"),
            (Guard::ge("tries", 1), true, "tries >= 1", "tries = 1 >= 1"),
            (Guard::ge("tries", 2), false, "tries >= 2", "tries = 1 >= 2"),
            (
                Guard::eq("decision", "hold"),
                true,
                "decision == \"hold\"",
                "decision = \"hold\"",
            ),
            (
                Guard::eq("decision", "approve"),
                false,
                "decision == \"approve\"",
                "decision = \"hold\" == \"approve\"",
            ),
            (
                Guard::is_not("grounded").and(Guard::lt("tries", 2)),
                true,
                "not grounded and tries < 2",
                "grounded = false and tries = 1 < 2",
            ),
            (
                Guard::is("grounded")
                    .or(Guard::lt("tries", 2))
                    .and(Guard::Always),
                true,
                "(grounded or tries < 2) and always",
                "(grounded = false or tries = 1 < 2) and always",
            ),
            (Guard::All(vec![]), true, "always", "always"),
            (Guard::Any(vec![]), false, "never", "never"),
            // What is not known opens nothing, negated or not, and neither does another type.
            (Guard::is("seen"), false, "seen", "seen = ?"),
            (Guard::is_not("seen"), false, "not seen", "seen = ?"),
            (Guard::is_not("tries"), false, "not tries", "tries = 1"),
            (
                Guard::lt("grounded", 9),
                false,
                "grounded < 9",
                "grounded = false < 9",
            ),
            (
                Guard::is("seen").or(Guard::Always),
                true,
                "seen or always",
                "seen = ? or always",
            ),
        ];
        for (guard, want, shown, explained) in table {
            assert_eq!(guard.holds(&Facts), want, "{guard}");
            assert_eq!(guard.to_string(), shown);
            assert_eq!(guard.explain(&Facts), explained);
            let text = serde_json::to_string(&guard).unwrap();
            assert_eq!(
                serde_json::from_str::<Guard>(&text).unwrap(),
                guard,
                "{text}"
            );
        }
    }

    #[test]
    fn only_a_conjunction_is_bounded_by_its_counter() {
        let bounds = |guard: Guard| guard.counters(&mut Vec::new());
        assert!(bounds(Guard::lt("tries", 2)));
        assert!(bounds(Guard::is("grounded").and(Guard::lt("tries", 2))));
        assert!(!bounds(Guard::is("grounded").or(Guard::lt("tries", 2))));
        assert!(!bounds(Guard::Not(Box::new(Guard::lt("tries", 2)))));
        assert!(!bounds(Guard::ge("tries", 2)));
    }
}
