use model::Role;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn ask() -> Ask {
    Ask {
        role: Role::Critic,
        name: "critic".to_owned(),
        system: String::new(),
        user: String::new(),
        schema: json!({
            "type": "object",
            "properties": {"why": {"type": "string"}, "c1": {"enum": ["full", "none"]}},
            "required": ["why", "c1"],
            "additionalProperties": false,
        })
        .into(),
        max_tokens: 100,
    }
}

fn text(message: &Value) -> String {
    let reply = json!({"choices": [{"message": message, "finish_reason": "stop"}]});
    read(&reply, &ask()).unwrap().text
}

#[test]
fn answers_are_found_wherever_they_stand() {
    let plain = r#"{"why":"a } in a text","c1":"full"}"#;
    let call =
        |name: &str| json!({"name": name, "arguments": {"why": "", "c1": "full"}}).to_string();
    let bare = r#"{"why":"","c1":"full"}"#;
    for (content, want) in [
        (plain.to_owned(), plain),
        (format!("  {plain}\n"), plain),
        (format!("```json\n{plain}\n```"), plain),
        (
            format!("Sure {{here}} it is:\n{plain}\nAnything else?"),
            plain,
        ),
        (
            format!("<think>maybe {{\"c1\":\"none\"}}</think>\n{plain}"),
            plain,
        ),
        (format!("{plain}{{\"c1\":\"none\"}}"), plain),
        (call("critic"), bare),
        (
            format!("<tool_call>\n{}\n</tool_call>", call("critic")),
            bare,
        ),
        (
            json!({"type": "function", "function": {"name": "critic", "parameters": bare}})
                .to_string(),
            bare,
        ),
        // A call of another function is no answer of ours, and is left as it stands.
        (
            call("approve"),
            r#"{"name":"approve","arguments":{"why":"","c1":"full"}}"#,
        ),
        ("I cannot.".to_owned(), "I cannot."),
        (r#"{"why":"cut of"#.to_owned(), r#"{"why":"cut of"#),
        (r#"["why"]"#.to_owned(), r#"["why"]"#),
        (String::new(), ""),
    ] {
        assert_eq!(text(&json!({"content": content})), want, "{content}");
    }
}

#[test]
fn messages_of_every_shape_are_read() {
    let object = r#"{"why":"","c1":"full"}"#;
    let call = |name: &str, arguments: Value| json!([{"function": {"name": name, "arguments": arguments}}]);
    for message in [
        json!({"content": null, "tool_calls": call("critic", json!(object))}),
        json!({"tool_calls": call("critic", json!({"why": "", "c1": "full"}))}),
        json!({"content": "Let me call.", "tool_calls": call("critic", json!(object))}),
        json!({"content": object, "tool_calls": []}),
        json!({"content": object, "tool_calls": null}),
        json!({"content": object, "tool_calls": call("approve", json!("{}"))}),
        json!({"content": [{"type": "text", "text": "{\"why\":\"\","}, {"type": "image"}, {"text": "\"c1\":\"full\"}"}]}),
    ] {
        assert_eq!(text(&message), object, "{message}");
    }
    let foreign = json!({"choices": [{"message": {"content": " ", "tool_calls": call("approve", json!("{}"))}}]});
    assert!(matches!(
        read(&foreign, &ask()),
        Err(Failure::Unreadable(_))
    ));
}

#[test]
fn the_end_is_told() {
    for (reason, refusal, want) in [
        (json!("stop"), Value::Null, Finish::Stop),
        (json!("tool_calls"), Value::Null, Finish::Stop),
        (json!("length"), Value::Null, Finish::Length),
        (json!("content_filter"), Value::Null, Finish::Refused),
        (json!("stop"), json!("I will not."), Finish::Refused),
        (json!("stop"), json!(""), Finish::Stop),
        (Value::Null, Value::Null, Finish::Unknown),
        (json!("weariness"), Value::Null, Finish::Unknown),
        (json!(7), Value::Null, Finish::Unknown),
    ] {
        let reply = json!({"choices": [{"message": {"content": "{}", "refusal": refusal}, "finish_reason": reason}]});
        assert_eq!(read(&reply, &ask()).unwrap().finish, want, "{reply}");
    }
}

#[test]
fn what_is_no_completion_is_an_error() {
    for (reply, status) in [
        (json!({}), None),
        (json!([]), None),
        (json!("APPROVE"), None),
        (json!({"choices": []}), None),
        (json!({"choices": {}}), None),
        (json!({"choices": [{"message": "text"}]}), None),
        (json!({"error": {"message": "overloaded"}}), None),
        (json!({"error": {"message": "no", "code": 200}}), None),
        (
            json!({"error": {"message": "upstream", "code": 502}}),
            Some(502),
        ),
        (
            json!({"error": {"message": "slow down", "code": 429}, "choices": []}),
            Some(429),
        ),
    ] {
        match read(&reply, &ask()).unwrap_err() {
            Failure::Status { status: got, .. } => assert_eq!(Some(got), status, "{reply}"),
            Failure::Unreadable(_) => assert_eq!(status, None, "{reply}"),
            other @ Failure::Broken(_) => panic!("{reply}: {other:?}"),
        }
    }
}

#[test]
fn usage_is_taken_where_it_makes_sense() {
    for (usage, want) in [
        (
            json!({"prompt_tokens": 12, "completion_tokens": 3}),
            (Some(12), Some(3)),
        ),
        (
            json!({"prompt_tokens": 0, "completion_tokens": 0}),
            (None, None),
        ),
        (
            json!({"prompt_tokens": -1, "completion_tokens": "3"}),
            (None, None),
        ),
        (json!({"prompt_tokens": 1.5}), (None, None)),
        (json!([]), (None, None)),
        (Value::Null, (None, None)),
    ] {
        let reply = json!({"choices": [{"message": {"content": "{}"}}], "usage": usage});
        let read = read(&reply, &ask()).unwrap();
        assert_eq!(
            (read.prompt_tokens, read.completion_tokens),
            want,
            "{reply}"
        );
    }
}

#[test]
fn parts_of_the_usage_and_the_id_are_taken_where_they_are_told() {
    for (extra, want) in [
        (
            json!({"id": "chatcmpl-7", "usage": {"prompt_tokens_details": {"cached_tokens": 8},
                "completion_tokens_details": {"reasoning_tokens": 0}}}),
            (Some("chatcmpl-7"), Some(8), Some(0)),
        ),
        (
            json!({"id": 7, "usage": {"prompt_tokens_details": null, "completion_tokens_details": {"reasoning_tokens": -1}}}),
            (None, None, None),
        ),
        (json!({}), (None, None, None)),
    ] {
        let mut reply = extra.clone();
        reply["choices"] = json!([{"message": {"content": "{}"}}]);
        let read = read(&reply, &ask()).unwrap();
        assert_eq!(
            (
                read.id.as_deref(),
                read.cached_tokens,
                read.reasoning_tokens
            ),
            want,
            "{extra}"
        );
    }
}

#[test]
fn form_is_told_where_it_says_something() {
    for (content, reason, want) in [
        (r#"{"why":"","c1":"full"}"#, "stop", Some(true)),
        (r#"{"why":"","c1":7,"more":1}"#, "stop", Some(true)),
        (r#"{"why":""}"#, "stop", Some(false)),
        ("no", "stop", Some(false)),
        (r#"{"why":"#, "length", None),
        ("no", "content_filter", None),
    ] {
        let reply =
            json!({"choices": [{"message": {"content": content}, "finish_reason": reason}]});
        assert_eq!(read(&reply, &ask()).unwrap().fit, want, "{reply}");
    }
}

#[test]
fn a_text_full_of_openings_is_given_up() {
    // Each opening reads to the end of the text: without a bound this would be quadratic.
    let nested = "{\"a\":".repeat(50_000);
    assert_eq!(text(&json!({"content": nested})), nested);
    let braces = "{".repeat(200_000);
    assert_eq!(text(&json!({"content": braces})), braces);
}

proptest! {
    #[test]
    fn an_object_is_found_between_any_words(before in "[^{]{0,40}", why in ".{0,40}", after in ".{0,40}") {
        let object = json!({"why": why, "c1": "full"}).to_string();
        // A thought that ends in what follows would end before the object.
        prop_assume!(!after.contains("</think>") && !why.contains("</think>"));
        prop_assert_eq!(text(&json!({"content": format!("{before}{object}{after}")})), object);
    }

    #[test]
    fn any_text_is_read(content in ".{0,200}", fenced in "[{}\\[\\]\":,a1\\\\ ]{0,60}") {
        text(&json!({"content": content}));
        let found = text(&json!({"content": fenced}));
        prop_assert!(fenced.contains(&found));
    }
}
