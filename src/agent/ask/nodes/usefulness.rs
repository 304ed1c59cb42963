//! Usefulness: does the answer say what was asked, or what would help? Computed from 1 to 5; it never makes anything known.

use async_trait::async_trait;

use crate::{
    ask::inquiry::{Delta, Inquiry},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Usefulness;

/// Five, less one for each thing that the asker would miss.
fn score(inquiry: &Inquiry) -> (u8, Vec<&'static str>) {
    let mut missing = Vec::new();
    if !inquiry.is_known() {
        missing.push("an answer to all that was asked");
    }
    if !inquiry.ungrounded.is_empty() {
        missing.push("a sentence that its evidence backs");
    }
    let silent = inquiry
        .unknown
        .iter()
        .any(|(_, unknown)| unknown.told().is_some() && unknown.help().is_none());
    if silent {
        missing.push("what would help");
    }
    let lost = u8::try_from(missing.len()).unwrap_or(4).min(4);
    (5 - lost, missing)
}

#[async_trait]
impl Node<Inquiry> for Usefulness {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("usefulness")
            .reads(&["claims", "unknown"])
            .writes(&["usefulness"])
    }

    async fn run(&self, _: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let (usefulness, missing) = score(inquiry);
        let thought = if missing.is_empty() {
            "answers what was asked, each sentence by its evidence".to_owned()
        } else {
            format!("lacks {}", missing.join(", "))
        };
        Ok(Step::new(Delta::Scored { usefulness }).thought(thought))
    }
}
