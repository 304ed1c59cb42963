//! Boards and alerts: what they ask for is counted, and what is counted is on them.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;
use telemetry::FAMILIES;

use super::{deploy, read, text, yaml};

/// Every expression of the board and of the rules.
pub(super) fn expressions() -> Vec<String> {
    fn collect(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                out.extend(
                    members
                        .get("expr")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
                members.values().for_each(|member| collect(member, out));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    let board = serde_json::from_str(&read(&deploy().join("grafana/satyapan.json"))).unwrap();
    collect(&board, &mut out);
    for rules in yaml(&deploy().join("prometheus/alerts.yml")) {
        collect(&rules, &mut out);
    }
    out
}

#[test]
fn boards_and_alerts_use_metrics_and_labels_that_exist() {
    let metric = Regex::new(r"\b(?:satyapan|process)_[a-z_]+\b").unwrap();
    // Labels in braces, and those that are grouped by.
    let braces = Regex::new(r"([a-z_]+)\{([^}]*)\}").unwrap();
    let matcher = Regex::new(r#"([a-z_]+)(?:=~|!~|!=|=)""#).unwrap();
    let grouped = Regex::new(r"by \(([a-z_, ]+)\)").unwrap();
    let declared = |name: &str| {
        FAMILIES.iter().find(|family| {
            let histogram = family.kind == telemetry::Type::Histogram;
            let suffixes: &[&str] = if histogram {
                &["_bucket", "_sum", "_count"]
            } else {
                &[""]
            };
            let stem = |suffix: &&str| name.strip_suffix(*suffix) == Some(family.name);
            suffixes.iter().any(stem)
        })
    };
    // What Prometheus itself adds.
    let added = ["instance", "job", "le"];
    let expressions = expressions();
    assert!(expressions.len() >= 40, "{}", expressions.len());
    let mut used = BTreeSet::new();
    for expression in &expressions {
        let mut labels: Vec<&str> = added.to_vec();
        for name in metric.find_iter(expression) {
            let family = declared(name.as_str());
            let family =
                family.unwrap_or_else(|| panic!("no metric {}: {expression}", name.as_str()));
            used.insert(family.name);
            labels.extend(family.labels);
        }
        for found in braces.captures_iter(expression) {
            let own = declared(&found[1]).map_or(&[][..], |family| family.labels);
            for label in matcher.captures_iter(&found[2]) {
                let label = label.get(1).unwrap().as_str();
                assert!(
                    own.contains(&label) || added.contains(&label),
                    "{label}: {expression}"
                );
            }
        }
        for found in grouped.captures_iter(expression) {
            for label in found[1].split(',').map(str::trim) {
                assert!(labels.contains(&label), "{label}: {expression}");
            }
        }
    }
    // A metric that nobody looks at is one too many.
    let unseen: Vec<_> = FAMILIES
        .iter()
        .map(|family| family.name)
        .filter(|name| !used.contains(name))
        .collect();
    assert!(unseen.is_empty(), "on no board and in no alert: {unseen:?}");
}

#[test]
fn every_alert_has_a_test() {
    let rules = yaml(&deploy().join("prometheus/alerts.yml")).remove(0);
    let tests = read(&deploy().join("prometheus/alerts_test.yml"));
    let rules = rules["groups"][0]["rules"].as_array().unwrap().clone();
    assert!(rules.len() >= 5);
    for rule in rules {
        let name = text(&rule, "/alert").to_owned();
        assert!(tests.contains(&name), "{name}");
        assert!(!text(&rule, "/annotations/action").is_empty());
    }
}
