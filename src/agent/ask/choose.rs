//! Choosing beside the rules: where a question was not understood, or only in part, a model may choose what else to look up,
//! from a closed list. The list is what the rules can look up and word themselves, so that a choice adds no sentence that code
//! does not write and no argument that code did not parse; and it makes nothing known, since the words stay not understood.

use model::Input;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    inquiry::Inquiry,
    lookup::Lookup,
    part::{Billing, CodeKind, Column, Measure, Part, Subject, Topic},
    reply::Unknown,
};
use crate::{
    consult::{Adviser, Consulted},
    engine::Ctx,
};

/// Actions that one list offers at most.
const ACTIONS_MAX: usize = 48;
/// Actions that may be chosen of it.
const CHOSEN_MAX: usize = 4;
/// Longest thought that is told, in characters.
const THOUGHT_MAX: usize = 200;

/// One thing that may be looked up and answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Action {
    /// What it would answer; the subject by its number.
    does: String,
    pub(super) part: Part,
}

/// What a model chose.
#[derive(Debug)]
pub struct Chosen {
    pub(super) parts: Vec<Part>,
    pub(super) thought: String,
    pub(super) consulted: Option<Consulted>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    thought: String,
    actions: Vec<String>,
}

/// Has a model choose from the list. Who cannot choose, or is not heard, chooses nothing.
pub(super) async fn choose(adviser: &Adviser, cx: &Ctx, inquiry: &Inquiry) -> Chosen {
    let unread = unread(inquiry);
    let actions = actions(inquiry, &unread);
    let known = &inquiry.understanding;
    let numbered = |values: Vec<String>| -> Vec<Value> {
        let values = (1..).zip(values);
        values
            .map(|(number, text)| json!({"number": number, "text": text}))
            .collect()
    };
    let subjects = numbered(known.subjects.iter().map(Subject::told).collect());
    let listed = (1..).zip(&actions);
    let listed: Vec<Value> = listed
        .map(|(number, action)| json!({"id": id(number), "answers": action.does}))
        .collect();
    let ids: Vec<String> = (1..=actions.len()).map(id).collect();
    let inputs = vec![
        ("question", Input::Theirs(json!(inquiry.read()))),
        ("subjects", Input::Theirs(Value::Array(subjects))),
        ("unread", Input::Theirs(json!(unread))),
        ("actions", Input::Ours(Value::Array(listed))),
    ];
    let (answer, consulted) = adviser
        .consult::<Choice>(cx, &inquiry.input.key(), "choose", inputs, schema(&ids))
        .await;
    let (parts, thought) = match answer {
        Ok(choice) => {
            let mut parts: Vec<Part> = Vec::new();
            for (id, action) in ids.iter().zip(actions) {
                if choice.actions.contains(id) && parts.len() < CHOSEN_MAX {
                    parts.push(action.part);
                }
            }
            let thought: String = choice.thought.chars().take(THOUGHT_MAX).collect();
            (parts, thought)
        }
        Err(reason) => (Vec::new(), format!("no counsel: {reason}")),
    };
    Chosen {
        parts,
        thought,
        consulted,
    }
}

fn id(number: usize) -> String {
    format!("a{number}")
}

/// The thought comes first: what is written first decides what follows.
fn schema(ids: &[String]) -> Value {
    json!({
        "type": "object",
        "properties": {
            "thought": {"type": "string", "maxLength": THOUGHT_MAX},
            "actions": {"type": "array", "maxItems": CHOSEN_MAX, "items": {"type": "string", "enum": ids}},
        },
        "required": ["thought", "actions"],
        "additionalProperties": false,
    })
}

/// What may be chosen for a question: every topic about every subject of a kind that it takes, but for those that are parts
/// already. A word that turned out to name nobody is no subject.
fn actions(inquiry: &Inquiry, unread: &[String]) -> Vec<Action> {
    let known = &inquiry.understanding;
    let mut actions: Vec<Action> = Vec::new();
    let named = known.subjects.iter().enumerate();
    for (at, subject) in named.filter(|(_, subject)| !unread.contains(&subject.told())) {
        for (topic, what) in offered(subject) {
            let part = Part {
                topic,
                subject: Some(at),
                of: None,
                period: None,
            };
            let taken = known
                .parts
                .iter()
                .any(|known| known.topic == part.topic && known.subject == part.subject);
            if !taken && actions.len() < ACTIONS_MAX {
                let does = format!("{what} of subject {}", at + 1);
                actions.push(Action { does, part });
            }
        }
    }
    actions
}

/// What can be asked of a subject, and what that answers.
fn offered(subject: &Subject) -> Vec<(Topic, &'static str)> {
    let billed = |measure| {
        Topic::Billed(Billing {
            measures: vec![measure],
            statuses: Vec::new(),
            bound: None,
            orders: None,
        })
    };
    let vendor = || {
        vec![
            (Topic::Profile, "what the vendor master holds"),
            (Topic::Terms, "the payment terms"),
            (Topic::Msme, "the MSME status"),
            (Topic::Bank, "the bank account"),
            (Topic::Held(Column::Gstin), "the GSTINs"),
            (Topic::Registration, "the GST registration and its status"),
            (Topic::Returns(Vec::new()), "the GST returns filed"),
            (Topic::Einvoicing, "whether it must issue e-invoices"),
            (billed(Measure::Total), "the total billed"),
            (billed(Measure::List(0)), "the list of invoices"),
            (Topic::Missing(None), "the missing invoice numbers"),
            (Topic::Orders { open: false }, "the purchase orders"),
            (Topic::Receipts { line: None }, "the goods received"),
        ]
    };
    let order = || {
        vec![
            (
                Topic::Order {
                    line: None,
                    billed: false,
                    goods: None,
                },
                "the lines of the purchase order",
            ),
            (
                Topic::Receipts { line: None },
                "the goods received against the order",
            ),
        ]
    };
    let invoice = || {
        vec![
            (Topic::Seen, "the ledger's row of the invoice"),
            (Topic::Statement, "whether GSTR-2B lists the invoice"),
        ]
    };
    match subject {
        Subject::Gstin { valid: Err(_), .. } => {
            vec![(Topic::Registration, "what is wrong with the GSTIN")]
        }
        Subject::Name { wordings, .. } if wordings.is_empty() => Vec::new(),
        Subject::Gstin { .. } | Subject::Pan(_) | Subject::Name { .. } => vendor(),
        Subject::Irn(_) => vec![(Topic::Irn, "the status of the IRN")],
        Subject::Code { kind, .. } => match kind {
            Some(CodeKind::Vendor) => vendor(),
            Some(CodeKind::Order) => order(),
            Some(CodeKind::Invoice) => invoice(),
            Some(CodeKind::Receipt) => vec![(Topic::Receipts { line: None }, "the receipt")],
            None => [vendor(), order(), invoice()].concat(),
        },
    }
}

/// Whether a choice may be put to a model at all, and once: something was not understood, and there is something to choose.
pub(super) fn wanted(inquiry: &Inquiry) -> bool {
    if inquiry.input.model.is_none() || inquiry.chose {
        return false;
    }
    let unread = unread(inquiry);
    let understood = unread.is_empty() && !inquiry.understanding.parts.is_empty();
    !understood && !actions(inquiry, &unread).is_empty()
}

/// Words that were not understood, and those that turned out to name nobody.
fn unread(inquiry: &Inquiry) -> Vec<String> {
    let mut words = inquiry.understanding.puzzling.clone();
    for (_, unknown) in super::reply::compose(inquiry, false).unknown {
        if let Unknown::Word(word) = unknown
            && !words.contains(&word)
        {
            words.push(word);
        }
    }
    words
}

/// The look-ups of a part do not depend on who chose it.
pub(super) fn look_ups(inquiry: &Inquiry) -> Vec<Lookup> {
    super::reply::compose(inquiry, false).wants
}
