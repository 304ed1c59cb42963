//! The calculator: exact arithmetic and the GST split, so that nobody who words a claim has to compute an amount.
//!
//! *Invariant:* pure; it knows no source and no clock, so the same question always has the same answer.

use contract::{Answer, Cost, Manifest, Tool, ToolError};
use domain::{
    expr,
    money::{decimal, grouped},
};
use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

/// A decimal as a caller writes it: a JSON number, or its digits in quotes. Serialised as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Amount(#[serde(with = "rust_decimal::serde::arbitrary_precision")] pub Decimal);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = match Value::deserialize(deserializer)? {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text,
            _ => {
                return Err(D::Error::custom(
                    "an argument is a number, or its digits in quotes",
                ));
            }
        };
        decimal(&digits).map(Self).map_err(D::Error::custom)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["number", "string"],
            "description": "a decimal, without digit groups or currency sign",
        })
    }
}

/// What to compute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Args {
    /// For example `igst($1, 18)` or `round(($1 - $2) / $2 * 100, 2)`.
    pub expression: String,
    /// `$1` is the first.
    #[serde(default)]
    pub arguments: Vec<Amount>,
}

/// What it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// As asked.
    pub expression: String,
    /// Exact; a quotient to 28 significant digits.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub result: Decimal,
    /// The same in Indian digit groups, at least two decimals: `1,23,456.00`.
    pub result_text: String,
}

/// The tool.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calculator;

impl Tool for Calculator {
    const MANIFEST: Manifest = Manifest {
        name: "calculator",
        description: "Evaluates an expression over exact decimals: + - * /, parentheses, 18% for 0.18, $1 for the \
                      first argument, sum, min, max, abs, round(x, places), floor, ceil, pct(base, rate); GST split in \
                      paise: igst(taxable, rate), cgst(taxable, rate), sgst(taxable, rate) with the full rate in \
                      percent, inclusive(total, rate) for the taxable value inside an amount that includes tax.",
        when: "For every number that no source states: differences, shares, tax on a value. Pass sourced amounts as \
               arguments, not in the text. Not for looking anything up.",
        cost: Cost::Local,
    };
    type Args = Args;
    type Record = Record;

    async fn ask(&self, args: Args) -> Result<Answer<Record>, ToolError> {
        let arguments: Vec<Decimal> = args.arguments.iter().map(|amount| amount.0).collect();
        let result = expr::evaluate(&args.expression, &arguments)
            .map_err(|error| ToolError::Arguments {
                tool: Self::MANIFEST.name,
                detail: format!("expression: {error}"),
            })?
            .normalize();
        Ok(Answer::Found(Record {
            result_text: grouped(result),
            expression: args.expression,
            result,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::AnyTool;
    use serde_json::json;

    async fn call(arguments: Value) -> Result<String, ToolError> {
        let tool: &dyn AnyTool = &Calculator;
        let observation = tool.call(&arguments).await?;
        assert!(observation.found);
        Ok(serde_json::to_string(&observation.value).unwrap())
    }

    #[tokio::test]
    async fn results_are_exact_numbers_with_their_indian_text() {
        for (arguments, want) in [
            (
                json!({"expression": "igst($1, 18)", "arguments": ["8127.61"]}),
                r#"{"expression":"igst($1, 18)","result":1462.97,"result_text":"1,462.97"}"#,
            ),
            (
                json!({"expression": "$1 + 0.01", "arguments": [99_999_999]}),
                r#"{"expression":"$1 + 0.01","result":99999999.01,"result_text":"9,99,99,999.01"}"#,
            ),
            (
                json!({"expression": "2.50 * 4"}),
                r#"{"expression":"2.50 * 4","result":10,"result_text":"10.00"}"#,
            ),
            (
                json!({"expression": "1 - 1.10"}),
                r#"{"expression":"1 - 1.10","result":-0.1,"result_text":"-0.10"}"#,
            ),
        ] {
            assert_eq!(call(arguments).await.as_deref(), Ok(want));
        }
        // More digits than a float holds.
        let arguments: Value =
            serde_json::from_str(r#"{"expression":"$1","arguments":[99999999999999.99]}"#).unwrap();
        assert!(
            call(arguments)
                .await
                .unwrap()
                .contains(r#""result":99999999999999.99,"#)
        );
    }

    #[tokio::test]
    async fn what_cannot_be_computed_is_told_with_its_place() {
        for (arguments, needle) in [
            (json!({"expression": "1 +"}), "at character 4"),
            (
                json!({"expression": "1 / 0"}),
                "at character 3: division by zero",
            ),
            (
                json!({"expression": "$1 * $1 * $1", "arguments": [99_999_999_999_999_i64]}),
                "out of range",
            ),
            (json!({"expression": "1,23,456 + 1"}), "123456"),
            (
                json!({"expression": "$1", "arguments": ["1,234"]}),
                "no amount",
            ),
            (
                json!({"expression": "$1", "arguments": [true]}),
                "a number, or its digits",
            ),
            (
                json!({"expression": "$1", "arguments": [1e300]}),
                "out of range",
            ),
            (json!({"expression": 5}), "string"),
            (json!({"expression": "1", "precision": 3}), "precision"),
            (json!({"arguments": []}), "expression"),
        ] {
            let shown = arguments.to_string();
            match call(arguments).await {
                Err(ToolError::Arguments {
                    tool: "calculator",
                    detail,
                }) => {
                    assert!(detail.contains(needle), "{shown}: {detail}");
                }
                other => panic!("{shown}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_manifest_names_every_function() {
        for (name, _) in expr::FUNCTIONS {
            assert!(Calculator::MANIFEST.description.contains(name), "{name}");
        }
        let description = Calculator.describe();
        assert_eq!(
            description.arguments["properties"]["arguments"]["type"],
            "array"
        );
        assert_eq!(description.record["properties"]["result"]["type"], "number");
    }
}
