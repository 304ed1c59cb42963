//! Claims: the sentences of a verdict, composed from findings. The rule writer words what checks found; a model may
//! word it otherwise, and the same critic judges both.

use checks::Spec;
use domain::{
    Citation, Cite, EvidenceId, Outcome, Policy, Severity, civil::readable, finding::Computed,
    money::inr, verdict::Decision,
};

use crate::case::Case;

/// A sentence before the critic has judged it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The check it speaks for; `None` for what the document says of itself.
    pub check: Option<&'static str>,
    pub text: String,
    pub citations: Vec<Citation>,
    pub computed: Vec<Computed>,
    pub rule: Vec<String>,
    /// It speaks of the world outside the invoice, so it needs a source other than the invoice.
    pub about_the_world: bool,
}

/// The passes that an approval rests on, in the order in which a person asks for them.
const GROUNDS_OF_APPROVAL: [&str; 9] = [
    "GST-ACTIVE",
    "GST-NAME",
    "TAX-LINE",
    "TAX-TOTAL",
    "EINV-QR-SIGNATURE",
    "GSTR2B-MATCH",
    "VENDOR-BANK",
    "DUPLICATE-EXACT",
    "RECEIPT-QUANTITY",
];

/// Reads the values at a finding's places. A place that does not resolve is left out and so grounds nothing.
pub fn resolve(case: &Case, cites: &[Cite]) -> Vec<Citation> {
    cites
        .iter()
        .filter_map(|cite| cite.read(&case.evidence))
        .collect()
}

/// What keeps the invoice from approval: fails that reject or hold, and required checks without evidence.
pub fn blocking<'a>(
    outcomes: &'a [(&'static Spec, Outcome)],
    policy: &'a Policy,
) -> impl Iterator<Item = (&'static Spec, &'a Outcome)> {
    outcomes.iter().filter_map(move |(spec, outcome)| {
        let blocks = match outcome {
            Outcome::Fail(_) => spec.severity(policy) != Severity::Info,
            Outcome::Unverified(_) => spec.required(policy),
            Outcome::Pass(_) | Outcome::NotApplicable(_) => false,
        };
        blocks.then_some((*spec, outcome))
    })
}

/// Composes the claims. On a second try (`strict`) computed values are left out where a sentence can do without:
/// every number then stands in the evidence itself.
pub fn compose(case: &Case, strict: bool) -> Vec<Draft> {
    let mut drafts = vec![about_the_document(case)];
    let policy = &case.input.policy;
    let mut blocking = blocking(&case.outcomes, policy).peekable();
    if blocking.peek().is_some() {
        drafts.extend(blocking.map(|(spec, outcome)| draft(case, spec, outcome, strict)));
    } else {
        for id in GROUNDS_OF_APPROVAL {
            let found = case.outcomes.iter().find(|(spec, _)| spec.id == id);
            if let Some((spec, outcome @ Outcome::Pass(finding))) = found
                && !finding.cites.is_empty()
            {
                drafts.push(draft(case, spec, outcome, strict));
            }
        }
    }
    drafts
}

fn draft(case: &Case, spec: &'static Spec, outcome: &Outcome, strict: bool) -> Draft {
    let finding = outcome.finding();
    let mut citations = resolve(case, &finding.cites);
    let mut rule = finding.rule.clone();
    let (text, computed) = if strict {
        rule.push(spec.id.to_owned());
        (format!("{}: {}", spec.id, plain_title(spec)), Vec::new())
    } else {
        (finding.message.clone(), finding.computed.clone())
    };
    // What could not be evaluated is said of the document under judgement.
    if citations.is_empty() {
        citations = resolve(case, &[case.input.invoice.cite("/DocDtls/No")]);
    }
    Draft {
        check: Some(spec.id),
        text,
        citations,
        computed,
        rule,
        about_the_world: matches!(outcome, Outcome::Pass(_)) && !spec.needs.is_empty(),
    }
}

fn plain_title(spec: &Spec) -> &'static str {
    if spec.title.is_empty() {
        "see the finding"
    } else {
        spec.title
    }
}

fn about_the_document(case: &Case) -> Draft {
    let invoice = &case.input.invoice;
    let mut cites = Vec::new();
    let mut text = match invoice.document_type {
        domain::invoice::DocumentType::CreditNote => "Credit note",
        domain::invoice::DocumentType::DebitNote => "Debit note",
        _ => "Invoice",
    }
    .to_owned();
    if let Some(number) = &invoice.number {
        text = format!("{text} {number}");
        cites.push(invoice.cite("/DocDtls/No"));
    }
    if let Some(date) = invoice.date {
        text = format!("{text} of {}", readable(date));
        cites.push(invoice.cite("/DocDtls/Dt"));
    }
    if let Some(name) = &invoice.supplier.legal_name {
        text = format!("{text} from {name}");
        cites.push(invoice.cite("/SellerDtls/LglNm"));
    }
    if let Some(total) = invoice.totals.total {
        text = format!("{text} is for {}", inr(total));
        cites.push(invoice.cite("/ValDtls/TotInvVal"));
    }
    if cites.is_empty() {
        text.push_str(" without number, date, supplier or total");
        cites.push(Cite::new(EvidenceId::INVOICE, ""));
    }
    Draft {
        check: None,
        text,
        citations: resolve(case, &cites),
        computed: Vec::new(),
        rule: Vec::new(),
        about_the_world: false,
    }
}

/// One sentence for the top of the verdict.
pub fn summary(case: &Case, decision: Decision) -> String {
    let blocking: Vec<_> = blocking(&case.outcomes, &case.input.policy).collect();
    let first = |severity: Severity| {
        blocking.iter().find(|(spec, outcome)| {
            outcome.is_fail() && spec.severity(&case.input.policy) == severity
        })
    };
    let lead = match decision {
        Decision::Approve => {
            return "Approved: every required check passed, and every statement is backed by evidence."
                .to_owned();
        }
        Decision::Reject => first(Severity::Reject),
        Decision::Hold => first(Severity::Hold).or_else(|| blocking.first()),
    };
    let word = if decision == Decision::Reject {
        "Rejected"
    } else {
        "Held"
    };
    let Some((spec, outcome)) = lead.or_else(|| blocking.first()) else {
        let why = case.diversion.clone().unwrap_or_else(|| {
            if case.outcomes.is_empty() {
                "no check was evaluated".to_owned()
            } else if let Some(doubt) = case.confirmed_doubts().next() {
                let (evidence, pointer) = (doubt.citation.evidence, &doubt.citation.pointer);
                format!(
                    "every check passed, and the model doubts {evidence}{pointer}: {}",
                    doubt.why
                )
            } else {
                let which = case.ungrounded.join("; ");
                format!("a statement could not be backed by evidence ({which})")
            }
        });
        return format!("{word}: {why}.");
    };
    if let Some(lead) = &case.lead {
        return format!("{word} by {}: {lead}", spec.id);
    }
    let more = blocking.len() - 1;
    let rest = match more {
        0 => String::new(),
        1 => " (and 1 more)".to_owned(),
        n => format!(" (and {n} more)"),
    };
    format!("{word} by {}: {}{rest}", spec.id, outcome.finding().message)
}
