//! Findings made of parts: each part brings its own citations and formulas, one finding lists them.

use domain::{Cite, Decimal, Finding, Invoice, finding::Computed};

/// Parts that a message spells out; the rest are counted.
pub(crate) const PARTS_NAMED: usize = 5;

/// Whether a `SlNo` can be spoken of as it is.
pub(crate) fn is_line_number(serial: &str) -> bool {
    serial.len() <= 6 && serial.bytes().all(|b| b.is_ascii_digit())
}

/// A part of a message. Its formulas count its own citations: `$1` is the first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Part {
    text: String,
    cites: Vec<Cite>,
    computed: Vec<Computed>,
    rule: Vec<String>,
}

impl Part {
    /// A part about a line, counted from zero, and what to call it: `line 1`, by its `SlNo` where that is a number.
    pub(crate) fn of_line(invoice: &Invoice, index: usize) -> (Self, String) {
        let mut part = Self::default();
        let serial = invoice
            .items
            .get(index)
            .and_then(|item| item.serial.as_deref());
        let label = if let Some(serial) = serial.filter(|s| is_line_number(s)) {
            part.cite(invoice.cite_line(index, "SlNo"));
            format!("line {serial}")
        } else {
            let position = (index + 1).to_string();
            part.cite(invoice.cite(&format!("/ItemList/{index}")));
            let label = format!("line {position}");
            part.rule(position);
            label
        };
        (part, label)
    }

    /// Adds a citation; what a formula calls it.
    pub(crate) fn cite(&mut self, cite: Cite) -> String {
        let known = self.cites.iter().position(|c| *c == cite);
        let position = known.unwrap_or_else(|| {
            self.cites.push(cite);
            self.cites.len() - 1
        });
        format!("${}", position + 1)
    }

    /// Adds the citation of an amount of a line; what a formula calls it, `0` when it is absent.
    pub(crate) fn amount(
        &mut self,
        invoice: &Invoice,
        index: usize,
        member: &str,
        amount: Option<Decimal>,
    ) -> String {
        match amount {
            Some(_) => self.cite(invoice.cite_line(index, member)),
            None => "0".to_owned(),
        }
    }

    pub(crate) fn computed(&mut self, value: Decimal, formula: String) {
        self.computed.push(Computed { value, formula });
    }

    pub(crate) fn rule(&mut self, text: impl Into<String>) {
        self.rule.push(text.into());
    }

    #[must_use]
    pub(crate) fn say(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }
}

/// One finding: the parts one after the other, at most [`PARTS_NAMED`] in full.
pub(crate) fn listed(parts: Vec<Part>) -> Finding {
    let left = parts.len().saturating_sub(PARTS_NAMED);
    let mut finding = Finding::default();
    let mut texts = Vec::new();
    for part in parts.into_iter().take(PARTS_NAMED) {
        let places: Vec<usize> = part
            .cites
            .into_iter()
            .map(|cite| place(&mut finding, cite))
            .collect();
        for computed in part.computed {
            finding = finding.computed(computed.value, renumbered(&computed.formula, &places));
        }
        finding.rule.extend(part.rule);
        texts.push(part.text);
    }
    if left > 0 {
        texts.push(format!("and {left} more"));
        finding.rule.push(left.to_string());
    }
    finding.message = texts.join("; ");
    finding
}

/// Where a citation stands in a finding, from 1; it is added when it is not there yet.
fn place(finding: &mut Finding, cite: Cite) -> usize {
    let known = finding.cites.iter().position(|c| *c == cite);
    known.map_or_else(
        || {
            finding.cites.push(cite);
            finding.cites.len()
        },
        |position| position + 1,
    )
}

/// A formula whose `$1` is the first of `places`.
fn renumbered(formula: &str, places: &[usize]) -> String {
    let mut pieces = formula.split('$');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(piece.len());
        let (digits, rest) = piece.split_at(end);
        let position = digits
            .parse::<usize>()
            .ok()
            .and_then(|n| places.get(n.checked_sub(1)?));
        out.push('$');
        out.push_str(&position.map_or_else(|| digits.to_owned(), usize::to_string));
        out.push_str(rest);
    }
    out
}

/// A percentage as it is written: `18%`, `0.25%`.
pub(crate) fn percent(rate: Decimal) -> String {
    format!("{}%", rate.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::EvidenceId;

    fn part(pointer: &str, text: &str) -> Part {
        let mut part = Part::default();
        let shared = part.cite(Cite::new(EvidenceId::INVOICE, "/shared"));
        let own = part.cite(Cite::new(EvidenceId::INVOICE, pointer));
        part.computed(Decimal::ONE, format!("round({own} + {shared} * 10, 2)"));
        part.say(text)
    }

    #[test]
    fn formulas_follow_their_citations() {
        let finding = listed(vec![part("/a", "first"), part("/b", "second")]);
        assert_eq!(finding.message, "first; second");
        let pointers: Vec<&str> = finding.cites.iter().map(|c| c.pointer.as_str()).collect();
        assert_eq!(pointers, ["/shared", "/a", "/b"]);
        assert_eq!(finding.computed[0].formula, "round($2 + $1 * 10, 2)");
        assert_eq!(finding.computed[1].formula, "round($3 + $1 * 10, 2)");
    }

    #[test]
    fn beyond_five_parts_the_rest_are_counted() {
        let parts = |count: usize| {
            (0..count)
                .map(|i| part(&format!("/{i}"), "x"))
                .collect::<Vec<_>>()
        };
        assert_eq!(listed(parts(5)).message, "x; x; x; x; x");
        let finding = listed(parts(7));
        assert_eq!(finding.message, "x; x; x; x; x; and 2 more");
        assert_eq!(finding.rule, ["2"]);
    }
}
