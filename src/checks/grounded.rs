//! Runs a check in a test world and holds its finding to what findings promise: citations resolve, formulas over them
//! give the numbers that they are said to give, and no number in the message stands unexplained.

use domain::{
    Decimal, Outcome,
    civil::{parse_date, readable},
    expr,
    money::decimal,
};
use serde_json::Value;

use crate::{Spec, testing::World};

pub(crate) fn run(world: &World, spec: &Spec) -> Outcome {
    let outcome = world.run(spec);
    let finding = outcome.finding();
    let cited = world.resolve(finding);
    let arguments: Vec<Decimal> = cited
        .iter()
        .map(|v| number(v).unwrap_or_default())
        .collect();
    for computed in &finding.computed {
        let value = expr::evaluate(&computed.formula, &arguments);
        assert_eq!(
            value,
            Ok(computed.value),
            "{}: {}",
            computed.formula,
            finding.message
        );
    }
    let mut message = finding.message.clone();
    let texts: Vec<String> = cited
        .iter()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .chain(finding.rule.iter().cloned())
        .collect();
    for date in texts.iter().filter_map(|text| parse_date(text)) {
        message = message.replace(&readable(date), "");
    }
    let mut numbers: Vec<Decimal> = cited.iter().filter_map(number).collect();
    numbers.extend(finding.computed.iter().map(|c| c.value));
    numbers.extend(finding.rule.iter().filter_map(|r| written(r)));
    for part in message.split_whitespace() {
        let run =
            part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '₹' | '%' | '-'));
        if !run.bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        let entailed = written(run).is_some_and(|n| numbers.contains(&n))
            || texts.iter().any(|text| text.contains(run));
        assert!(
            entailed,
            "{run} in \"{}\" is explained by nothing",
            finding.message
        );
    }
    outcome
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(n) => decimal(&n.to_string()).ok(),
        Value::String(s) => decimal(s).ok(),
        _ => None,
    }
}

fn written(text: &str) -> Option<Decimal> {
    decimal(&text.replace(['₹', ',', '%'], "")).ok()
}
