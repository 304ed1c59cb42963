//! A question as the wire wants it.

use async_openai::types::chat::{
    ChatCompletionNamedToolChoice, ChatCompletionRequestMessage,
    ChatCompletionRequestSystemMessage, ChatCompletionRequestUserMessage, ChatCompletionTool,
    ChatCompletionToolChoiceOption, ChatCompletionTools, CreateChatCompletionRequest, FunctionName,
    FunctionObject, ResponseFormat, ResponseFormatJsonSchema,
};
use model::Ask;
use serde_json::Value;

use crate::ladder::{Rung, Shape};

/// What all questions to an endpoint have in common.
#[derive(Debug, Clone)]
pub(crate) struct Common {
    pub(crate) model: String,
    pub(crate) temperature: f32,
    pub(crate) seed: i64,
}

/// The request. The schema goes out with its members in the order in which it came: models answer in it.
pub(crate) fn request(ask: &Ask, shape: Shape, common: &Common) -> CreateChatCompletionRequest {
    let mut system = ask.system.clone();
    if matches!(shape.rung, Rung::Object | Rung::Prompt) {
        system.push_str(
            "\n\nAnswer with one JSON object and nothing else. It fits this JSON Schema:\n",
        );
        system.push_str(&ask.schema.to_string());
    }
    let user = |text: String| {
        ChatCompletionRequestMessage::User(ChatCompletionRequestUserMessage {
            content: text.into(),
            name: None,
        })
    };
    let messages = if shape.system {
        let system = ChatCompletionRequestSystemMessage {
            content: system.into(),
            name: None,
        };
        vec![
            ChatCompletionRequestMessage::System(system),
            user(ask.user.clone()),
        ]
    } else {
        vec![user(format!("{system}\n\n{}", ask.user))]
    };
    let response_format = match shape.rung {
        Rung::Schema => Some(ResponseFormat::JsonSchema {
            json_schema: ResponseFormatJsonSchema {
                description: None,
                name: ask.name.clone(),
                schema: Value::clone(&ask.schema),
                strict: Some(true),
            },
        }),
        Rung::Object => Some(ResponseFormat::JsonObject),
        Rung::Call | Rung::Prompt => None,
    };
    // Not strict: an endpoint whose strict form the schema does not keep to has refused it on the rung above.
    let function = (shape.rung == Rung::Call).then(|| FunctionObject {
        name: ask.name.clone(),
        description: Some("Gives the answer.".to_owned()),
        parameters: Some(Value::clone(&ask.schema)),
        strict: None,
    });
    let tool_choice = function.as_ref().map(|function| {
        ChatCompletionToolChoiceOption::Function(ChatCompletionNamedToolChoice {
            function: FunctionName {
                name: function.name.clone(),
            },
        })
    });
    let tools = function.map(|function| {
        vec![ChatCompletionTools::Function(ChatCompletionTool {
            function,
        })]
    });
    #[expect(
        deprecated,
        reason = "max_tokens and seed are what most compatible endpoints know; the ladder gives them up where refused"
    )]
    CreateChatCompletionRequest {
        model: common.model.clone(),
        messages,
        response_format,
        tools,
        tool_choice,
        max_tokens: shape.max_tokens.then_some(ask.max_tokens),
        max_completion_tokens: (!shape.max_tokens).then_some(ask.max_tokens),
        temperature: shape.temperature.then_some(common.temperature),
        seed: shape.seed.then_some(common.seed),
        stream: Some(false),
        ..CreateChatCompletionRequest::default()
    }
}
