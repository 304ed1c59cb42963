//! Values that fit a schema, by taste: what a model says that keeps to the form and not to the truth.

use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Map, Number, Value};

/// Which of the values that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taste {
    /// All is in order: each closed choice by its mildest word, lists as short as they may be.
    Approves,
    /// Nothing is: each closed choice by its harshest word.
    Doubts,
    /// Lists are filled, evidence and pointers are invented.
    Fabricates,
    /// Any.
    Any(u64),
}

/// Words of approval, the strongest first. What is in no closed choice of the schema is not said.
const MILD: &[&str] = &[
    "approve",
    "approved",
    "fully_supported",
    "FULLY_SUPPORTED",
    "full",
    "supported",
    "relevant",
    "finish",
    "none_found",
    "pass",
    "ok",
    "yes",
    "low",
];
const HARSH: &[&str] = &[
    "reject",
    "contradicted",
    "unsupported",
    "none",
    "irrelevant",
    "hold",
    "fail",
    "no",
    "high",
];

const PRAISE: &str = "APPROVE. Every statement is FULLY_SUPPORTED and nothing is in doubt.";
const BLAME: &str = "REJECT. Nothing here is borne out.";

/// A value that fits the schema (but for `pattern` and `format`).
pub fn fill(schema: &Value, taste: Taste) -> Value {
    let seed = if let Taste::Any(seed) = taste {
        seed
    } else {
        0
    };
    Filler {
        root: schema,
        taste,
        random: StdRng::seed_from_u64(seed),
    }
    .value(schema, "", 0)
}

/// Any JSON value at all.
pub(crate) fn any(random: &mut StdRng, depth: usize) -> Value {
    match random.random_range(0..if depth > 4 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => Value::Bool(random.random()),
        2 => Value::Number(Number::from(random.random::<i64>())),
        3 => Value::String(word(random)),
        4 => Value::String(MILD[random.random_range(0..MILD.len())].to_owned()),
        5 => (0..random.random_range(0..4))
            .map(|_| any(random, depth + 1))
            .collect(),
        _ => {
            let names = [
                "decision", "support", "why", "action", "doubts", "c1", "s1", "text",
            ];
            let members: Map<String, Value> = (0..random.random_range(0..5))
                .map(|_| {
                    let name = names[random.random_range(0..names.len())];
                    (name.to_owned(), any(random, depth + 1))
                })
                .collect();
            Value::Object(members)
        }
    }
}

fn word(random: &mut StdRng) -> String {
    let letters = [
        'a',
        'Z',
        '0',
        '9',
        ' ',
        '"',
        '\\',
        '{',
        '}',
        '₹',
        'अ',
        '\u{202e}',
        '\u{0}',
        '\u{1f600}',
    ];
    (0..random.random_range(0..24))
        .map(|_| letters[random.random_range(0..letters.len())])
        .collect()
}

struct Filler<'a> {
    root: &'a Value,
    taste: Taste,
    random: StdRng,
}

impl Filler<'_> {
    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        if depth > 32 {
            return Value::Null;
        }
        let root = self.root;
        let named = schema["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
        if let Some(target) = named.and_then(|pointer| root.pointer(pointer)) {
            return self.value(target, name, depth + 1);
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(choices) = schema["enum"].as_array() {
            return self.choice(choices);
        }
        if let Some(kinds) = ["anyOf", "oneOf"]
            .iter()
            .find_map(|kind| schema[kind].as_array())
        {
            let place = self.place(kinds.len());
            return kinds
                .get(place)
                .map_or(Value::Null, |kind| self.value(kind, name, depth + 1));
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => {
                let place = self.place(kinds.len());
                kinds.get(place).and_then(Value::as_str).unwrap_or("null")
            }
            kind => kind.as_str().unwrap_or("object"),
        };
        match kind {
            "object" => {
                let members = schema["properties"].as_object();
                let members = members.into_iter().flatten();
                Value::Object(
                    members
                        .map(|(name, member)| (name.clone(), self.value(member, name, depth + 1)))
                        .collect(),
                )
            }
            "array" => {
                let length = self.length(&schema["minItems"], &schema["maxItems"]);
                (0..length)
                    .map(|_| self.value(&schema["items"], name, depth + 1))
                    .collect()
            }
            "string" => Value::String(self.text(schema, name)),
            "boolean" => match self.taste {
                Taste::Any(_) => Value::Bool(self.random.random()),
                taste => Value::Bool(taste != Taste::Doubts),
            },
            "integer" | "number" => self.number(schema),
            _ => Value::Null,
        }
    }

    fn place(&mut self, length: usize) -> usize {
        match self.taste {
            Taste::Any(_) if length > 0 => self.random.random_range(0..length),
            _ => 0,
        }
    }

    fn choice(&mut self, choices: &[Value]) -> Value {
        let of = |words: &[&str]| {
            let found = words
                .iter()
                .find_map(|word| choices.iter().find(|choice| choice.as_str() == Some(word)));
            found.or(choices.first()).cloned()
        };
        let chosen = match self.taste {
            Taste::Approves => of(MILD),
            Taste::Doubts => of(HARSH),
            Taste::Fabricates => choices.last().cloned(),
            Taste::Any(_) => choices.get(self.place(choices.len())).cloned(),
        };
        chosen.unwrap_or(Value::Null)
    }

    fn length(&mut self, least: &Value, most: &Value) -> u64 {
        let least = least.as_u64().unwrap_or(0);
        let most = most.as_u64().unwrap_or(u64::MAX);
        match self.taste {
            Taste::Approves => least,
            Taste::Doubts | Taste::Fabricates => least.max(2).min(most),
            Taste::Any(_) => self
                .random
                .random_range(least..=least.saturating_add(3).min(most).max(least)),
        }
    }

    fn text(&mut self, schema: &Value, name: &str) -> String {
        let text = match self.taste {
            Taste::Approves => PRAISE.to_owned(),
            Taste::Doubts => BLAME.to_owned(),
            Taste::Fabricates if name.contains("evidence") => "ev_999".to_owned(),
            Taste::Fabricates if name.contains("pointer") => "/invented/0/Sts".to_owned(),
            Taste::Fabricates => "The buyer confirmed Rs 9,99,999.00 on 31-02-2026.".to_owned(),
            Taste::Any(_) => word(&mut self.random),
        };
        let longest = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
        let longest = usize::try_from(longest).unwrap_or(usize::MAX);
        text.chars().take(longest).collect()
    }

    fn number(&mut self, schema: &Value) -> Value {
        let least = schema["minimum"].as_i64().unwrap_or(0);
        let most = schema["maximum"]
            .as_i64()
            .unwrap_or(least.max(5))
            .max(least);
        Value::from(match self.taste {
            Taste::Approves => most,
            Taste::Doubts => least,
            Taste::Fabricates | Taste::Any(_) => self.random.random_range(least..=most),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_fits_and_follows_its_taste() {
        let schema = json!({
            "type": "object",
            "properties": {
                "why": {"type": "string", "maxLength": 8},
                "c1": {"enum": ["full", "partial", "none"]},
                "usefulness": {"type": "integer", "minimum": 1, "maximum": 5},
                "doubts": {"type": "array", "items": {"$ref": "#/$defs/doubt"}, "maxItems": 3},
            },
            "$defs": {"doubt": {"type": "object", "properties": {"evidence": {"type": "string"}}}},
        });
        assert_eq!(
            fill(&schema, Taste::Approves),
            json!({"why": "APPROVE.", "c1": "full", "usefulness": 5, "doubts": []})
        );
        assert_eq!(fill(&schema, Taste::Doubts)["c1"], "none");
        assert_eq!(
            fill(&schema, Taste::Fabricates)["doubts"][1]["evidence"],
            "ev_999"
        );
        for seed in 0..200 {
            let any = fill(&schema, Taste::Any(seed));
            assert_eq!(any, fill(&schema, Taste::Any(seed)));
            assert!(any["why"].as_str().unwrap().chars().count() <= 8);
            assert!(["full", "partial", "none"].contains(&any["c1"].as_str().unwrap()));
            assert!((1..=5).contains(&any["usefulness"].as_i64().unwrap()));
            assert!(any["doubts"].as_array().unwrap().len() <= 3);
        }
    }
}
