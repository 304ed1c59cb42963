//! The page of what is held: plain HTML that needs no script.

use std::fmt::Write as _;

use serde_json::Value;
use store::StoredVerdict;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
    content=\"width=device-width\"><title>satyapan: held invoices</title></head>\n<body>\n<main>\n<h1>Held invoices</h1>\n";

/// The verdicts that wait for a person, the newest first.
pub(super) fn holds(held: &[StoredVerdict]) -> String {
    let mut page = HEAD.to_owned();
    if held.is_empty() {
        page.push_str("<p>Nothing is held.</p>\n");
    } else {
        page.push_str(
            "<table>\n<caption>Each waits for a person: <code>satyapan explain ID</code> shows the evidence, \
             <code>satyapan review ID</code> resolves it.</caption>\n<thead><tr><th scope=\"col\">Verdict</th>\
             <th scope=\"col\">Invoice</th><th scope=\"col\">Supplier</th><th scope=\"col\">Total</th>\
             <th scope=\"col\">Why</th></tr></thead>\n<tbody>\n",
        );
        for stored in held {
            let text = |pointer: &str| match stored.verdict.pointer(pointer) {
                Some(Value::String(text)) => escaped(text),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            let row = writeln!(
                page,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                text("/id"),
                text("/invoice/number"),
                text("/invoice/supplier_gstin"),
                text("/invoice/total"),
                text("/summary"),
            );
            // A string takes whatever is written to it.
            if row.is_err() {
                break;
            }
        }
        page.push_str("</tbody>\n</table>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
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
    use super::*;

    #[test]
    fn what_an_invoice_says_is_text() {
        let stored = StoredVerdict {
            case_key: String::new(),
            as_of: String::new(),
            created: String::new(),
            verdict: serde_json::json!({"id": "01", "summary": "<script>alert('x')</script>"}),
            link: domain::verdict::AuditLink {
                seq: 1,
                previous: String::new(),
                hash: String::new(),
            },
        };
        let page = holds(&[stored]);
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)"), "{page}");
        assert!(holds(&[]).contains("Nothing is held"));
    }
}
