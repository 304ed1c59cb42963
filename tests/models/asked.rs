//! A request as a behaviour sees it.

use serde_json::Value;

/// One request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The body; `null` if it is no JSON.
    pub body: Value,
    /// How many requests came before it.
    pub nth: usize,
}

impl Asked {
    /// Role and text of each message.
    pub fn messages(&self) -> Vec<(&str, &str)> {
        let messages = self.body["messages"].as_array();
        messages
            .into_iter()
            .flatten()
            .map(|message| {
                (
                    message["role"].as_str().unwrap_or_default(),
                    message["content"].as_str().unwrap_or_default(),
                )
            })
            .collect()
    }

    /// All messages' texts.
    pub fn text(&self) -> String {
        let texts: Vec<_> = self.messages().into_iter().map(|(_, text)| text).collect();
        texts.join("\n")
    }

    /// The name of the answer's schema or of the function to call.
    pub fn name(&self) -> Option<&str> {
        self.body["response_format"]["json_schema"]["name"]
            .as_str()
            .or_else(|| self.body["tools"][0]["function"]["name"].as_str())
    }

    /// The answer's schema: of the response format, of the function, or the last line of the messages that is one.
    pub fn schema(&self) -> Option<Value> {
        let places = [
            &self.body["response_format"]["json_schema"]["schema"],
            &self.body["tools"][0]["function"]["parameters"],
        ];
        let given = places.into_iter().find(|schema| schema.is_object());
        given.cloned().or_else(|| {
            self.text()
                .lines()
                .rev()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok())
                .find(|value| value["type"] == "object")
        })
    }

    pub(crate) fn streamed(&self) -> bool {
        self.body["stream"] == true
    }

    /// Whether the answer was asked for as a function call.
    pub(crate) fn wants_call(&self) -> bool {
        self.body["tool_choice"]["function"].is_object()
    }
}
