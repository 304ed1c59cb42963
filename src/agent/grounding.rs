//! The grounding critic, mechanical part: every number, date, identifier and amount in a sentence must be entailed by
//! a value that the sentence cites. The first failure decides. A model critic may only lower what comes out here.

use std::{borrow::Cow, cell::OnceCell};

use domain::{
    Citation, Date, Decimal, Evidence, TaxPeriod,
    civil::{days_between, parse_date, plus_days},
    evidence::value_at,
    expr,
    finding::Computed,
    money::decimal,
    verdict::Support,
};
use ground::read;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use crate::claims::Draft;

/// Why a sentence is not grounded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ungrounded {
    #[error("it cites nothing")]
    NoCitation,
    #[error("{0} does not resolve")]
    Unresolved(String),
    #[error("{0} holds another value than the one quoted")]
    Misquoted(String),
    #[error("{0} is computed otherwise than it says")]
    Miscomputed(Decimal),
    #[error("only what the sender wrote is cited for what others say")]
    SelfServing,
    #[error("\"{0}\" stands in nothing that is cited")]
    Unsupported(String),
}

/// Judges one sentence by the evidence of its run.
///
/// # Errors
/// The first reason for which it is not grounded.
pub fn verify(evidence: &[Evidence], draft: &Draft) -> Result<(), Ungrounded> {
    let source = |c: &Citation| evidence.get(usize::from(c.evidence.0));
    if draft.citations.is_empty() {
        return Err(Ungrounded::NoCitation);
    }
    for citation in &draft.citations {
        let place = || format!("{}{}", citation.evidence, citation.pointer);
        let observed = source(citation)
            .and_then(|cited| value_at(&cited.observation, &citation.pointer))
            .ok_or_else(|| Ungrounded::Unresolved(place()))?;
        if *observed != citation.value {
            return Err(Ungrounded::Misquoted(place()));
        }
    }
    let first_party = |c: &Citation| source(c).is_some_and(Evidence::is_document);
    if draft.about_the_world && draft.citations.iter().all(first_party) {
        return Err(Ungrounded::SelfServing);
    }
    if !draft.computed.is_empty() {
        let arguments: Vec<Decimal> = draft
            .citations
            .iter()
            .map(|c| argument(&c.value).unwrap_or_default())
            .collect();
        for computed in &draft.computed {
            if expr::evaluate(&computed.formula, &arguments) != Ok(computed.value) {
                return Err(Ungrounded::Miscomputed(computed.value));
            }
        }
    }
    let known = Known::of(draft);
    for token in tokens(&draft.text) {
        if !known.entails(&token) {
            return Err(Ungrounded::Unsupported(token.text.into_owned()));
        }
    }
    Ok(())
}

/// The support that a verified draft has.
pub fn support(evidence: &[Evidence], draft: &Draft) -> (Support, Option<Ungrounded>) {
    match verify(evidence, draft) {
        Ok(()) => (Support::Full, None),
        Err(why @ Ungrounded::Unsupported(_)) => (Support::Partial, Some(why)),
        Err(why) => (Support::None, Some(why)),
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(n) => decimal(n.as_str()).ok(),
        Value::String(s) => decimal(s).ok(),
        // A list stands for how many it holds: "four lines" cites the list of lines.
        Value::Array(list) => Some(Decimal::from(list.len())),
        _ => None,
    }
}

/// What a cited value is in a formula: a number, or the number of a day.
fn argument(value: &Value) -> Option<Decimal> {
    let day = || value.as_str().and_then(parse_date).map(day_number);
    number(value).or_else(day)
}

/// A day as formulas reckon with it: the days from 1 January 1970.
pub(crate) fn day_number(day: Date) -> Decimal {
    days_between(Date::constant(1970, 1, 1), day).into()
}

/// The day that a formula comes to: a cited day and cited days behind it, and nothing else.
fn computed_day(draft: &Draft, computed: &Computed) -> Option<Date> {
    let (from, days) = computed.formula.split_once(" + ")?;
    let cited = |place: &str| -> Option<&Value> {
        let place: usize = place.strip_prefix('$')?.parse().ok()?;
        Some(&draft.citations.get(place.checked_sub(1)?)?.value)
    };
    let from = parse_date(cited(from)?.as_str()?)?;
    let days = number(cited(days)?)?.to_i64()?;
    Some(plus_days(from, days))
}

/// A part of a sentence that must be entailed.
#[derive(Debug, PartialEq)]
struct Token<'a> {
    text: Cow<'a, str>,
    /// The tax head named right before it: the value must come from a member of that head.
    head: Option<&'static str>,
}

/// The tax head that a word names, as the members of records name it.
fn head_of(word: &str) -> Option<&'static str> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    [
        ("IGST", "igst"),
        ("CGST", "cgst"),
        ("SGST", "sgst"),
        ("UTGST", "sgst"),
        ("cess", "ces"),
    ]
    .into_iter()
    .find_map(|(name, member)| word.eq_ignore_ascii_case(name).then_some(member))
}

/// A word without the marks of the sentence around it; `..6648`, `-₹5.00` and `18%` keep theirs.
fn bare(word: &str) -> &str {
    let word = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '%'));
    let start = word.find(|c: char| c.is_alphanumeric() || matches!(c, '₹' | '-' | '.'));
    word.get(start.unwrap_or(word.len())..).unwrap_or_default()
}

fn all_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// What stands between words.
fn breaks(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => false,
        '(' | ')' | '[' | ']' | '"' | '×' | '=' => true,
        _ => c.is_whitespace(),
    }
}

/// The first word of a text and what follows it; `None` where there is no word.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(breaks);
    let end = text.find(breaks).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The words of a sentence that hold a digit; dates and months of returns with the month in words as one.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    // From digit to digit: the words between them say nothing that must be entailed.
    while let Some(digit) = rest.bytes().position(|b| b.is_ascii_digit()) {
        let before = rest.split_at(digit).0.trim_end_matches(|c| !breaks(c));
        let Some((first, after)) = rest.get(before.len()..).and_then(word) else {
            break;
        };
        rest = after;
        let first = bare(first);
        if all_digits(first, 1..=2)
            && let Some((month, after)) = word(after)
            && read::month(month).is_some()
            && let Some((year, after)) = word(after)
            && all_digits(bare(year), 4..=4)
        {
            out.push(Token {
                text: format!("{first} {month} {}", bare(year)).into(),
                head: None,
            });
            rest = after;
            continue;
        }
        let word_before = before.trim_end_matches(breaks).rsplit(breaks).next();
        if let Some(month) = word_before.filter(|month| read::month(month).is_some())
            && all_digits(first, 4..=4)
        {
            out.push(Token {
                text: format!("{month} {first}").into(),
                head: None,
            });
            continue;
        }
        out.push(Token {
            text: first.into(),
            head: word_before.and_then(head_of),
        });
    }
    out
}

/// What a sentence's citations entail. Each kind of reading is made when a word first asks for it.
struct Known<'a> {
    draft: &'a Draft,
    /// Every value at and below the cited places, with its member.
    cited: Vec<(&'a str, &'a Value)>,
    values: OnceCell<Vec<(&'a str, Decimal)>>,
    computed: OnceCell<Vec<Decimal>>,
    dates: OnceCell<Vec<Date>>,
    /// Months of returns, as the portal writes them.
    periods: OnceCell<Vec<TaxPeriod>>,
    texts: OnceCell<Vec<(&'a str, String)>>,
    rules: OnceCell<Vec<String>>,
}

impl<'a> Known<'a> {
    fn of(draft: &'a Draft) -> Self {
        let mut cited = Vec::with_capacity(draft.citations.len());
        for citation in &draft.citations {
            let member = citation.pointer.rsplit('/').next().unwrap_or_default();
            take(member, &citation.value, 0, &mut cited);
        }
        Self {
            draft,
            cited,
            values: OnceCell::new(),
            computed: OnceCell::new(),
            dates: OnceCell::new(),
            periods: OnceCell::new(),
            texts: OnceCell::new(),
            rules: OnceCell::new(),
        }
    }

    fn strings(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let cited = self.cited.iter();
        cited.filter_map(|(member, value)| Some((*member, value.as_str()?)))
    }

    /// Numbers by member.
    fn values(&self) -> &[(&'a str, Decimal)] {
        let cited = self.cited.iter();
        self.values.get_or_init(|| {
            cited
                .filter_map(|(member, value)| Some((*member, number(value)?)))
                .collect()
        })
    }

    /// Numbers that are computed from the citations, or that the rule states.
    fn computed(&self) -> &[Decimal] {
        self.computed.get_or_init(|| {
            let computed = self.draft.computed.iter().map(|c| c.value);
            let stated = self.draft.rule.iter().filter_map(|r| read::number(r));
            computed.chain(stated).collect()
        })
    }

    fn dates(&self) -> &[Date] {
        self.dates.get_or_init(|| {
            let stated = self.draft.rule.iter().map(String::as_str);
            let texts = stated.chain(self.strings().map(|(_, text)| text));
            let computed = self.draft.computed.iter();
            let days = computed.filter_map(|computed| computed_day(self.draft, computed));
            texts.filter_map(read::date).chain(days).collect()
        })
    }

    fn periods(&self) -> &[TaxPeriod] {
        self.periods.get_or_init(|| {
            let texts = self.strings().map(|(_, text)| text);
            texts.filter_map(TaxPeriod::parse).collect()
        })
    }

    /// Texts by member, in small letters.
    fn texts(&self) -> &[(&'a str, String)] {
        self.texts.get_or_init(|| {
            self.strings()
                .map(|(member, text)| (member, text.to_lowercase()))
                .collect()
        })
    }

    /// Whether a cited text has these words as they stand.
    fn is_written(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        self.texts()
            .iter()
            .any(|(_, text)| holds_word(text, &words))
    }

    fn rules(&self) -> &[String] {
        let rules = self.draft.rule.iter();
        self.rules
            .get_or_init(|| rules.map(|r| r.to_lowercase()).collect())
    }

    fn entails(&self, token: &Token<'_>) -> bool {
        let text = token.text.as_ref();
        // No date is shorter than `9 Nov 26`, and no amount is one.
        if text.len() >= 8
            && !text.starts_with('₹')
            && let Some(date) = read::date(text)
        {
            // A date inside of quoted prose is borne out as it is written there.
            return self.dates().contains(&date) || self.is_written(text);
        }
        if text.contains(' ')
            && read::period(text).is_some_and(|period| self.periods().contains(&period))
        {
            return true;
        }
        let of_head = |member: &str| {
            token
                .head
                .is_none_or(|head| member.to_ascii_lowercase().contains(head))
        };
        if let Some(n) = read::number(text) {
            // Rates may be quoted as a share and written in per cent.
            let shares = [n, n / Decimal::ONE_HUNDRED];
            let wanted = if text.ends_with('%') {
                &shares[..]
            } else {
                &shares[..1]
            };
            let by_value = self
                .values()
                .iter()
                .any(|(m, v)| wanted.contains(v) && (of_head(m) || text.ends_with('%')));
            if by_value || wanted.iter().any(|w| self.computed().contains(w)) {
                return true;
            }
        }
        let lower = text.to_lowercase();
        // An account is shown by its last four digits only.
        if let Some(tail) = lower.strip_prefix("..") {
            return self
                .texts()
                .iter()
                .any(|(_, t)| t.replace([' ', '-'], "").ends_with(tail));
        }
        self.texts()
            .iter()
            .any(|(m, t)| of_head(m) && holds_word(t, &lower))
            || self.rules().iter().any(|r| holds_word(r, &lower))
    }
}

/// Takes a value and, of what is cited whole, every value inside, to a depth that no source of ours exceeds.
fn take<'a>(
    member: &'a str,
    value: &'a Value,
    depth: usize,
    cited: &mut Vec<(&'a str, &'a Value)>,
) {
    cited.push((member, value));
    match value {
        Value::Array(list) if depth < 6 => {
            for inner in list.iter().take(1_000) {
                take(member, inner, depth + 1, cited);
            }
        }
        Value::Object(map) if depth < 6 => {
            for (name, inner) in map {
                take(name, inner, depth + 1, cited);
            }
        }
        _ => {}
    }
}

/// Whether a text holds a run of characters with nothing alphanumeric on either side.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Cite, EvidenceId};

    fn runs(text: &str) -> Vec<String> {
        tokens(text)
            .into_iter()
            .map(|t| t.text.into_owned())
            .collect()
    }

    #[test]
    fn a_sentence_falls_into_what_must_be_entailed() {
        assert_eq!(
            runs("Line 1: IGST ₹1,462.97 of 12 Nov 2026, 18%, A/c ..6648, No. KBF/26-27/01187."),
            [
                "1",
                "₹1,462.97",
                "12 Nov 2026",
                "18%",
                "..6648",
                "KBF/26-27/01187"
            ]
        );
        assert_eq!(runs("nothing to prove here"), Vec::<String>::new());
        assert_eq!(tokens("CGST ₹9.00")[0].head, Some("cgst"));
    }

    fn draft(text: &str, value: Value) -> Draft {
        Draft {
            check: None,
            text: text.to_owned(),
            citations: vec![Citation {
                evidence: EvidenceId::INVOICE,
                pointer: "/ItemList/0/CgstAmt".to_owned(),
                value,
            }],
            computed: Vec::new(),
            rule: vec!["1.00".to_owned()],
            about_the_world: false,
        }
    }

    #[test]
    fn a_day_is_entailed_by_a_cited_day_and_cited_days_behind_it() {
        let cited = |pointer: &str, value: Value| Citation {
            evidence: EvidenceId(1),
            pointer: pointer.to_owned(),
            value,
        };
        let evidence = [
            Evidence {
                id: EvidenceId(0),
                tool: "question".to_owned(),
                arguments: Value::Null,
                observation: std::sync::Arc::new(Value::Null),
                at: String::new(),
            },
            Evidence {
                id: EvidenceId(1),
                tool: "invoice_db".to_owned(),
                arguments: Value::Null,
                observation: std::sync::Arc::new(
                    serde_json::json!({"date": "2026-09-17", "days": 45, "text": "45 days"}),
                ),
                at: String::new(),
            },
        ];
        let due = Date::constant(2026, 11, 1);
        for (text, days, formula, value, want) in [
            ("due on 1 Nov 2026", "/days", "$1 + $2", due, true),
            ("due on 2 Nov 2026", "/days", "$1 + $2", due, false),
            (
                "due on 2 Nov 2026",
                "/days",
                "$1 + $2",
                due.tomorrow().unwrap(),
                false,
            ),
            ("due on 1 Nov 2026", "/text", "$1 + $2", due, false),
            ("due on 1 Nov 2026", "/days", "$1", due, false),
            ("due on 1 Nov 2026", "/days", "$1 + $2 + 0", due, false),
        ] {
            let observed =
                |pointer: &str| evidence[1].observation.pointer(pointer).unwrap().clone();
            let draft = Draft {
                check: None,
                text: text.to_owned(),
                citations: vec![
                    cited("/date", observed("/date")),
                    cited(days, observed(days)),
                ],
                computed: vec![Computed {
                    value: day_number(value),
                    formula: formula.to_owned(),
                }],
                rule: Vec::new(),
                about_the_world: true,
            };
            assert_eq!(
                verify(&evidence, &draft).is_ok(),
                want,
                "{text} {days} {formula}"
            );
        }
    }

    #[test]
    fn values_entail_only_themselves() {
        let number = |digits: &str| serde_json::from_str::<Value>(digits).unwrap();
        for (text, value, want) in [
            ("CGST ₹1,18,000.00 was charged", number("118000"), true),
            ("CGST ₹1,18,000 was charged", number("118000.00"), true),
            ("CGST ₹1,81,000.00 was charged", number("118000"), false),
            ("SGST ₹1,18,000.00 was charged", number("118000"), false),
            ("off by more than ₹1.00", number("7"), true),
            ("on 9 Nov 2026", Value::from("09/11/2026"), true),
            ("on 10 Nov 2026", Value::from("09/11/2026"), false),
            (
                "\"Signed on 1 April 2026, for two years\"",
                Value::from("Vendor: V001.\nSigned on 1 April 2026, for two years."),
                true,
            ),
            (
                "\"Signed on 1 April 2026, for two years\"",
                Value::from("Vendor: V001.\nSigned on 11 April 2026, for two years."),
                false,
            ),
            ("for Oct 2026", Value::from("102026"), true),
            ("for Oct 2025", Value::from("102026"), false),
            ("for Oct 2026", Value::from("09/10/2026"), false),
            ("account ..6648", Value::from("50100006648"), true),
            ("account ..6649", Value::from("50100006648"), false),
            (
                "of GSTIN 27AAACR5055K1Z7",
                Value::from("27AAACR5055K1Z7"),
                true,
            ),
            (
                "of GSTIN 27AAACR5055K1Z7",
                Value::from("27AAACR5055K1Z77"),
                false,
            ),
        ] {
            let draft = draft(text, value);
            let known = Known::of(&draft);
            let grounded = tokens(&draft.text).iter().all(|t| known.entails(t));
            assert_eq!(grounded, want, "{text}");
        }
        assert_eq!(Cite::new(EvidenceId(3), "/a").evidence.to_string(), "ev_3");
    }
}
