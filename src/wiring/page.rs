//! The page of what is held: plain HTML that needs no script.

use std::fmt::Write as _;

use serde_json::Value;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
    content=\"width=device-width\"><title>satyapan: held invoices</title></head>\n<body>\n<main>\n<h1>Held invoices</h1>\n";
const WAITING: &str = "Each waits for a person: <code>satyapan explain ID</code> shows the evidence, \
    <code>satyapan review ID</code> resolves it.";
const RESOLVED: &str = "Resolved by a person.";

/// The holds that wait for a person, and those that one resolved, as the API shows them: the newest first.
pub(super) fn holds(open: &[Value], resolved: &[Value]) -> String {
    let mut page = HEAD.to_owned();
    if open.is_empty() {
        page.push_str("<p>Nothing is held.</p>\n");
    }
    for (caption, verdicts) in [(WAITING, open), (RESOLVED, resolved)] {
        if !verdicts.is_empty() {
            page.push_str(&table(caption, verdicts));
        }
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn table(caption: &str, verdicts: &[Value]) -> String {
    let mut table = format!(
        "<table>\n<caption>{caption}</caption>\n<thead><tr><th scope=\"col\">Verdict</th>\
         <th scope=\"col\">Invoice</th><th scope=\"col\">Supplier</th><th scope=\"col\">Total</th>\
         <th scope=\"col\">Why</th><th scope=\"col\">Reviews</th></tr></thead>\n<tbody>\n"
    );
    for verdict in verdicts {
        let row = writeln!(
            table,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            text(verdict, "/id"),
            text(verdict, "/invoice/number"),
            text(verdict, "/invoice/supplier_gstin"),
            text(verdict, "/invoice/total"),
            text(verdict, "/summary"),
            reviews(verdict),
        );
        // A string takes whatever is written to it.
        if row.is_err() {
            break;
        }
    }
    table.push_str("</tbody>\n</table>\n");
    table
}

/// What each person said, in their order.
fn reviews(verdict: &Value) -> String {
    let reviews = verdict["reviews"].as_array().into_iter().flatten();
    let said = reviews.map(|review| {
        let at = agent::review::ist(review["at"].as_str().unwrap_or_default());
        format!(
            "{} by {} on {}: {}",
            text(review, "/effect"),
            text(review, "/by"),
            escaped(&at),
            text(review, "/reason")
        )
    });
    said.collect::<Vec<_>>().join("<br>")
}

fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => escaped(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_invoice_and_a_reviewer_say_is_text() {
        let hostile = "<script>alert('x')</script>";
        let review = |effect: &str| json!({"effect": effect, "by": hostile, "at": "2026-11-21T06:30:00Z", "reason": hostile});
        let open = json!({"id": "01", "summary": hostile, "reviews": [review("proposed")]});
        let resolved = json!({"id": "02", "reviews": [review("proposed"), review("approved")]});
        let page = holds(&[open], &[resolved]);
        assert!(!page.contains("<script"), "{page}");
        let said = "by &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; on 21 Nov 2026 12:00 IST: &lt;script&gt;";
        assert_eq!(page.matches(said).count(), 3, "{page}");
        let (waiting, resolved) = page.split_once(RESOLVED).unwrap();
        assert!(waiting.contains(WAITING) && !waiting.contains("<code>02"));
        assert!(resolved.contains("<code>02") && !resolved.contains("<code>01"));
        assert!(holds(&[], &[]).contains("Nothing is held"));
    }
}
