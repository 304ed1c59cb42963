//! Sentences put together from cited values: what a sentence says of a record is read from the place that it cites.

use domain::{
    Citation, Cite, Date, Decimal, Evidence, EvidenceId,
    civil::{parse_date, readable},
    finding::Computed,
    money::inr,
};
use ground::read::json_number;
use serde_json::Value;

use super::arithmetic::shown;
use crate::{claims::Draft, grounding};

/// Longest text of a record that a sentence repeats, in characters.
const TEXT_MAX: usize = 400;

/// How a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// As it stands; numbers in Indian groups.
    Plain,
    Money,
    Day,
    /// The month of a return.
    Month,
    /// An account, by its last four characters.
    LastFour,
}

/// A sentence in the making. A place that does not resolve leaves no sentence.
#[derive(Debug, Clone)]
pub(super) struct Wording<'a> {
    evidence: &'a [Evidence],
    text: String,
    citations: Vec<Citation>,
    computed: Vec<Computed>,
    rule: Vec<String>,
    whole: bool,
    about_the_world: bool,
}

impl<'a> Wording<'a> {
    pub(super) fn new(evidence: &'a [Evidence]) -> Self {
        Self {
            evidence,
            text: String::new(),
            citations: Vec::new(),
            computed: Vec::new(),
            rule: Vec::new(),
            whole: true,
            about_the_world: true,
        }
    }

    pub(super) fn say(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Cites a place without showing it; its number among the citations, for formulas.
    pub(super) fn place(&mut self, evidence: EvidenceId, pointer: &str) -> usize {
        let known = |c: &Citation| c.evidence == evidence && c.pointer == pointer;
        if let Some(at) = self.citations.iter().position(known) {
            return at + 1;
        }
        match Cite::new(evidence, pointer).read(self.evidence) {
            Some(citation) => self.citations.push(citation),
            None => self.whole = false,
        }
        self.citations.len()
    }

    pub(super) fn cite(mut self, evidence: EvidenceId, pointer: &str) -> Self {
        self.place(evidence, pointer);
        self
    }

    /// Shows the value at a place, and cites it.
    pub(super) fn show(mut self, evidence: EvidenceId, pointer: &str, how: Show) -> Self {
        let at = self.place(evidence, pointer);
        let value = at.checked_sub(1).and_then(|at| self.citations.get(at));
        match value.and_then(|citation| rendered(&citation.value, how)) {
            Some(text) => self.text.push_str(&text),
            None => self.whole = false,
        }
        self
    }

    pub(super) fn plain(self, evidence: EvidenceId, pointer: &str) -> Self {
        self.show(evidence, pointer, Show::Plain)
    }

    pub(super) fn money(self, evidence: EvidenceId, pointer: &str) -> Self {
        self.show(evidence, pointer, Show::Money)
    }

    pub(super) fn day(self, evidence: EvidenceId, pointer: &str) -> Self {
        self.show(evidence, pointer, Show::Day)
    }

    /// A part of the text at a place, in quotation marks.
    pub(super) fn quote(mut self, evidence: EvidenceId, pointer: &str, part: &str) -> Self {
        let at = self.place(evidence, pointer);
        let held = at
            .checked_sub(1)
            .and_then(|at| self.citations.get(at)?.value.as_str())
            .is_some_and(|text| text.contains(part));
        self.whole &= held;
        self.text.push('"');
        self.text.push_str(&cut(part));
        self.text.push('"');
        self
    }

    /// Shows a number that `formula` computes from the citations.
    pub(super) fn computed(mut self, value: Decimal, formula: String, how: Show) -> Self {
        let text = match how {
            Show::Money => inr(value),
            _ => shown(value),
        };
        self.text.push_str(&text);
        self.computed.push(Computed { value, formula });
        self
    }

    /// Shows a day that lies the days at one place behind the day at another.
    pub(super) fn day_after(
        mut self,
        from: (EvidenceId, &str),
        days: (EvidenceId, &str),
        day: Date,
    ) -> Self {
        let (from, days) = (self.place(from.0, from.1), self.place(days.0, days.1));
        self.text.push_str(&readable(day));
        self.computed.push(Computed {
            value: grounding::day_number(day),
            formula: format!("${from} + ${days}"),
        });
        self
    }

    /// A number or name in the sentence that comes from the law: the name of a form.
    pub(super) fn rule(mut self, text: &str) -> Self {
        self.rule.push(text.to_owned());
        self
    }

    /// It says nothing of the world outside the question.
    pub(super) fn of_the_question(mut self) -> Self {
        self.about_the_world = false;
        self
    }

    pub(super) fn end(self) -> Option<Draft> {
        self.whole.then_some(Draft {
            check: None,
            text: self.text,
            citations: self.citations,
            computed: self.computed,
            rule: self.rule,
            about_the_world: self.about_the_world,
        })
    }
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(TEXT_MAX).collect();
    if short.len() < text.len() {
        format!("{short}…")
    } else {
        short
    }
}

fn rendered(value: &Value, how: Show) -> Option<String> {
    let text = value.as_str();
    Some(match how {
        Show::Plain => match (text, value) {
            (Some(text), _) => cut(text.trim()),
            (None, Value::Bool(flag)) => flag.to_string(),
            _ => shown(json_number(value)?),
        },
        Show::Money => inr(json_number(value)?),
        Show::Day => readable(parse_date(text?)?),
        Show::Month => domain::TaxPeriod::parse(text?)?
            .day(1)
            .strftime("%b %Y")
            .to_string(),
        Show::LastFour => {
            let tail: Vec<char> = text?.chars().rev().take(4).collect();
            format!("..{}", tail.into_iter().rev().collect::<String>())
        }
    })
}
