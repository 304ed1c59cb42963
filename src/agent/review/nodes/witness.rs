//! Witness: how many people an approval needs, and how many there are.

use async_trait::async_trait;
use domain::{
    Paise, inr,
    money::decimal,
    review::{FourEyes, Proposal},
    verdict::{OutcomeName, Verdict},
};
use serde_json::Value;

use crate::{
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    review::{
        person,
        state::{Delta, Reviewing},
    },
};

pub(super) struct Witness;

/// The check whose failure one person never overrides: money that goes to a wrong account does not come back.
const BANK: &str = "VENDOR-BANK";

/// Why one person is not enough; empty when he is.
fn because(verdict: &Verdict, above: Paise) -> Vec<String> {
    let mut because = Vec::new();
    let fails = |finding: &&domain::verdict::FindingRecord| {
        finding.check == BANK && finding.outcome == OutcomeName::Fail
    };
    if verdict.findings.iter().find(fails).is_some() {
        because.push(format!("{BANK} fails"));
    }
    match total(&verdict.invoice.total) {
        None => because.push("the total cannot be read".to_owned()),
        Some(total) if total > above => because.push(format!(
            "the total of {} is above {}",
            inr(total.rupees()),
            inr(above.rupees())
        )),
        Some(_) => {}
    }
    because
}

/// As the verdict shows it, to the next paisa up: a limit is not undercut by rounding.
fn total(value: &Value) -> Option<Paise> {
    let rupees = decimal(value.to_string().trim_matches('"')).ok()?;
    Paise::from_rupees(
        rupees.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::AwayFromZero),
    )
    .ok()
}

#[async_trait]
impl Node<Reviewing> for Witness {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("witness")
            .writes(&["four_eyes"])
            .max_visits(1)
    }

    async fn run(&self, _: &Ctx, state: &Reviewing) -> Result<Step<Delta>, NodeError> {
        let claim = &state.claim;
        let because = because(&state.verdict, claim.four_eyes_above);
        let confirms: Option<Proposal> = claim
            .proposal
            .clone()
            .filter(|first| !person::same(&first.by, &claim.by));
        let needed: u32 = if because.is_empty() { 1 } else { 2 };
        let people: u32 = if confirms.is_some() { 2 } else { 1 };
        let thought = match (needed, people) {
            (1, _) => "one person is enough".to_owned(),
            (_, 1) => format!("a second person is needed: {}", because.join("; ")),
            _ => "a second, different person confirms".to_owned(),
        };
        Ok(Step::new(Delta::Witnessed {
            missing: needed.saturating_sub(people),
            four_eyes: FourEyes { because, confirms },
        })
        .thought(thought))
    }
}
