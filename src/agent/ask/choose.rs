//! The seat of a router beside the rules: where a question was not understood, or only in part, it may choose what else to look
//! up, from a closed list. The list is what the rules can look up and word themselves, so that a choice adds no sentence that
//! code does not write and no argument that code did not parse.

use async_trait::async_trait;

use super::{
    inquiry::Inquiry,
    lookup::Lookup,
    part::{Billing, CodeKind, Column, Measure, Part, Subject, Topic},
};
use crate::engine::{Ctx, NodeError};

/// Actions that one list offers at most.
pub const ACTIONS_MAX: usize = 48;

/// One thing that may be looked up and answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// As in the tool's manifest.
    pub tool: &'static str,
    /// As in the tool's arguments.
    pub operation: &'static str,
    /// What it is asked about: an identifier or a name of the question.
    pub subject: String,
    /// What it would answer.
    pub part: Part,
}

/// Chooses from the list, by position; nothing where nothing would help. What it chooses is checked against the list.
#[async_trait]
pub trait Router: Send + Sync {
    /// # Errors
    /// None that ends the inquiry: who cannot choose chooses nothing. An error here is a fault of the router's own.
    async fn choose(
        &self,
        cx: &Ctx,
        inquiry: &Inquiry,
        actions: &[Action],
    ) -> Result<Vec<usize>, NodeError>;
}

/// What may be chosen for a question: every topic about every subject of a kind that it takes, but for those that are parts
/// already.
pub fn actions(inquiry: &Inquiry) -> Vec<Action> {
    let known = &inquiry.understanding;
    let mut actions: Vec<Action> = Vec::new();
    for (at, subject) in known.subjects.iter().enumerate() {
        for (topic, tool, operation) in offered(subject) {
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
                actions.push(Action {
                    tool,
                    operation,
                    subject: subject.told(),
                    part,
                });
            }
        }
    }
    actions
}

/// What can be asked of a subject, with the tool and the operation that answer in the end.
fn offered(subject: &Subject) -> Vec<(Topic, &'static str, &'static str)> {
    let billed = |measure| {
        Topic::Billed(Billing {
            measures: vec![measure],
            statuses: Vec::new(),
        })
    };
    let vendor = || {
        vec![
            (Topic::Profile, "vendor_master", "vendor"),
            (Topic::Terms, "vendor_master", "vendor"),
            (Topic::Msme, "vendor_master", "vendor"),
            (Topic::Bank, "vendor_master", "vendor"),
            (Topic::Held(Column::Gstin), "vendor_master", "vendor"),
            (Topic::Registration, "gst_portal", "taxpayer"),
            (Topic::Returns(Vec::new()), "gst_portal", "returns"),
            (billed(Measure::Total), "invoice_db", "billed"),
            (billed(Measure::List(0)), "invoice_db", "billed"),
            (Topic::Missing(None), "invoice_db", "numbers"),
            (
                Topic::Orders { open: false },
                "purchase_orders",
                "of_vendor",
            ),
        ]
    };
    let order = || {
        vec![
            (Topic::Order, "purchase_orders", "order"),
            (Topic::Receipts, "purchase_orders", "receipts"),
        ]
    };
    let invoice = || {
        vec![
            (Topic::Seen, "invoice_db", "find"),
            (Topic::Statement, "gst_portal", "statement"),
        ]
    };
    match subject {
        Subject::Gstin { valid: Err(_), .. } => {
            vec![(Topic::Registration, "gst_portal", "taxpayer")]
        }
        Subject::Gstin { .. } | Subject::Pan(_) | Subject::Name { .. } => vendor(),
        Subject::Irn(_) => vec![(Topic::Irn, "gst_portal", "irn_status")],
        Subject::Code { kind, .. } => match kind {
            Some(CodeKind::Vendor) => vendor(),
            Some(CodeKind::Order) => order(),
            Some(CodeKind::Invoice) => invoice(),
            Some(CodeKind::Receipt) => vec![(Topic::Receipts, "purchase_orders", "receipt")],
            None => [vendor(), order(), invoice()].concat(),
        },
    }
}

/// Whether a choice may be put to a router at all: something was not understood, and there is something to choose.
pub(super) fn wanted(inquiry: &Inquiry) -> bool {
    let known = &inquiry.understanding;
    (known.parts.is_empty() || !known.puzzling.is_empty()) && !known.subjects.is_empty()
}

/// The look-ups of a part do not depend on who chose it.
pub(super) fn look_ups(inquiry: &Inquiry) -> Vec<Lookup> {
    super::reply::compose(inquiry, false).wants
}
