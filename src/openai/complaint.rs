//! What an endpoint's error says, as far as it decides what to do next. None of its words are kept.

use serde_json::Value;

/// What a request may use and an endpoint may not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    /// Messages of the role `system`.
    System,
    /// `max_tokens`; newer models want `max_completion_tokens`.
    MaxTokens,
    Temperature,
    Seed,
    ResponseFormat,
    Tools,
}

/// A cause that no other wording of the request mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Quota,
    NoModel,
    TooLong,
    Filtered,
}

impl Cause {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Quota => "the quota is spent",
            Self::NoModel => "it has no model of that name",
            Self::TooLong => "the question is longer than the model reads",
            Self::Filtered => "a filter refused the question",
        }
    }
}

/// Each feature and the words by which servers name it. The order is that in which they are given up.
const FEATURES: &[(Feature, &[&str])] = &[
    (
        Feature::System,
        &["system role", "system message", "developer instruction"],
    ),
    (Feature::MaxTokens, &["max_tokens"]),
    (Feature::Temperature, &["temperature"]),
    (Feature::Seed, &["seed"]),
    (
        Feature::ResponseFormat,
        &[
            "response_format",
            "json_schema",
            "json_object",
            "json mode",
            "structured output",
            "grammar",
            "guided",
        ],
    ),
    (Feature::Tools, &["tool", "function call"]),
];

const CAUSES: &[(Cause, &[&str])] = &[
    (Cause::Quota, &["insufficient_quota", "billing"]),
    (
        Cause::TooLong,
        &[
            "context_length",
            "context length",
            "context size",
            "context window",
            "exceed_context",
        ],
    ),
    (Cause::Filtered, &["content_filter", "content_policy"]),
    (
        Cause::NoModel,
        &["model_not_found", "does not exist", "no such model"],
    ),
];

/// What an error's body complains of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Complaint {
    pub(crate) cause: Option<Cause>,
    pub(crate) names: Vec<Feature>,
}

impl Complaint {
    /// Reads a body of any shape: servers send `{"error": {…}}`, `{"error": "…"}`, `{"detail": […]}`, or plain text.
    pub(crate) fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body).to_lowercase();
        let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
        let cause = CAUSES.iter().find(|(_, words)| has(&text, words));
        // Where the parameter is named, the words of the message are beside the point.
        let parameter = serde_json::from_slice::<Value>(body)
            .ok()
            .and_then(|body| Some(body["error"]["param"].as_str()?.to_lowercase()))
            .filter(|parameter| !parameter.is_empty());
        let named = parameter.as_deref().unwrap_or(&text);
        let names = FEATURES.iter().filter(|(_, words)| has(named, words));
        Self {
            cause: cause.map(|(cause, _)| *cause),
            names: names.map(|(feature, _)| *feature).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_errors_are_understood() {
        use Feature::{MaxTokens, ResponseFormat, Seed, System, Temperature, Tools};
        let table: &[(&str, Option<Cause>, &[Feature])] = &[
            (
                r#"{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. See the guide on tools","param":"response_format","code":null}}"#,
                None,
                &[ResponseFormat],
            ),
            (
                r#"{"error":{"message":"The parameter `response_format.type` specified in the request are not valid: invalid value: `json_schema`","param":"response_format.type"}}"#,
                None,
                &[ResponseFormat],
            ),
            (
                r#"{"error":"'response_format.type' must be 'json_schema'"}"#,
                None,
                &[ResponseFormat],
            ),
            (
                r#"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
                None,
                &[Tools],
            ),
            (
                r#"{"error":{"message":"No endpoints found that support tool use.","code":404}}"#,
                None,
                &[Tools],
            ),
            (
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#,
                None,
                &[MaxTokens],
            ),
            (
                r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model.","param":"temperature"}}"#,
                None,
                &[Temperature],
            ),
            (
                r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted"}]},"param":null}"#,
                None,
                &[Seed],
            ),
            (
                r#"{"object":"error","message":"System role not supported","code":400}"#,
                None,
                &[System],
            ),
            (
                r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
                Some(Cause::Quota),
                &[],
            ),
            (
                r#"{"error":{"message":"The model `x` does not exist","param":null,"code":"model_not_found"}}"#,
                Some(Cause::NoModel),
                &[],
            ),
            (
                r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#,
                Some(Cause::TooLong),
                &[],
            ),
            (
                r#"{"error":{"message":"The response was filtered","code":"content_filter"}}"#,
                Some(Cause::Filtered),
                &[],
            ),
            ("<html>Bad Gateway</html>", None, &[]),
            ("", None, &[]),
        ];
        for (body, cause, names) in table {
            let read = Complaint::read(body.as_bytes());
            assert_eq!((read.cause, &*read.names), (*cause, *names), "{body}");
        }
        assert_eq!(Complaint::read(b"\xff\xfe"), Complaint::default());
    }
}
