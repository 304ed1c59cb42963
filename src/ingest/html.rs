//! The text of an HTML fragment, as editors of accounting systems write descriptions.
//!
//! A line of a bill is wanted, not a page: tags go, blocks and breaks become spaces, a few entities are read. A whole
//! HTML parser would bring thirty crates for that.

/// The text of a fragment in one line; a text without tags or entities stays as it is but for its spaces.
pub(crate) fn text(fragment: &str) -> String {
    let mut plain = String::with_capacity(fragment.len());
    let mut rest = fragment;
    while let Some(open) = rest.find('<') {
        let (before, from) = rest.split_at(open);
        plain.push_str(before);
        // "a < b" is text: a tag begins with a letter, "/" or "!", and ends.
        let begins = from
            .chars()
            .nth(1)
            .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        if !begins {
            plain.push('<');
            rest = from.get(1..).unwrap_or_default();
            continue;
        }
        let Some(close) = from.find('>') else {
            // No tag ends any more.
            rest = from;
            break;
        };
        let tag = from.get(1..close).unwrap_or_default();
        if !is_inline(tag) {
            plain.push(' ');
        }
        let within = from.get(close + 1..).unwrap_or_default();
        rest = if let Some(comment) = from.strip_prefix("<!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else if let Some(name) = hidden(tag) {
            after_end(within, name)
        } else {
            within
        };
    }
    plain.push_str(rest);
    unescape(&plain)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn name(tag: &str) -> &str {
    tag.split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default()
}

/// The name of an element whose content nobody sees: what stands in it are no words of the bill.
fn hidden(tag: &str) -> Option<&'static str> {
    let hidden = ["script", "style", "title", "template"];
    let closed = tag.ends_with('/');
    hidden
        .into_iter()
        .find(|hidden| !closed && hidden.eq_ignore_ascii_case(name(tag)))
}

/// What follows the end tag of an element; nothing where it never ends, as browsers read it.
fn after_end<'a>(text: &'a str, element: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at + 2..).unwrap_or_default();
        if name(rest).eq_ignore_ascii_case(element) {
            return rest.split_once('>').map_or("", |(_, after)| after);
        }
    }
    ""
}

/// Whether a tag stands within a word: letters on both sides of it belong together.
fn is_inline(tag: &str) -> bool {
    let name = name(tag.trim_start_matches('/'));
    [
        "b", "i", "u", "s", "em", "strong", "span", "sub", "sup", "a", "font", "small", "mark",
    ]
    .iter()
    .any(|inline| inline.eq_ignore_ascii_case(name))
}

/// Reads references to characters; what is none stays as written.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        // No reference is longer, and a text may be nothing but "&".
        let end = from.bytes().take(12).position(|byte| byte == b';');
        let name = end.and_then(|end| from.get(1..end)).unwrap_or_default();
        if let (Some(end), Some(character)) = (end, reference(name)) {
            out.extend(character);
            rest = from.get(end + 1..).unwrap_or_default();
        } else {
            out.push('&');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// The character that a reference names: `None` for no reference, an empty one for a character that no text may hold.
#[expect(
    clippy::option_option,
    reason = "no reference and a reference to nothing are told apart"
)]
pub(crate) fn reference(name: &str) -> Option<Option<char>> {
    let code = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(hex.get(1..)?, 16).ok()?,
        Some(digits) => digits.parse().ok()?,
        None => {
            return Some(Some(match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => ' ',
                _ => return None,
            }));
        }
    };
    Some(char::from_u32(code).filter(|c| is_allowed(*c)))
}

/// Whether XML 1.0 allows a character (section 2.2); TallyPrime writes others, U+0004 before its own words.
pub(crate) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_go_and_words_stay_apart() {
        for (html, want) in [
            (
                "<div class=\"ql-editor read-mode\"><p>Hex bolt M12x60 gr 8.8</p></div>",
                "Hex bolt M12x60 gr 8.8",
            ),
            ("<p>Nut</p><p>M12</p>", "Nut M12"),
            ("Nut<br>M12", "Nut M12"),
            ("H<sub>2</sub>O", "H2O"),
            ("Bolt &amp; nut&nbsp;set &#x20B9;5", "Bolt & nut set ₹5"),
            ("dia < 5 mm & > 2 mm", "dia < 5 mm & > 2 mm"),
            ("a &lt;b&gt; c", "a <b> c"),
            ("&#4;Bolt", "Bolt"),
            ("unclosed <p", "unclosed <p"),
            ("R&D; &unknown; &", "R&D; &unknown; &"),
            (
                "<p>Bolt</p><script>x('<p>Nut</p>')</script ><style>p{}</style>",
                "Bolt",
            ),
            (
                "<STYLE type=\"text/css\">p > b {}</STYLE><p>Bolt</p>",
                "Bolt",
            ),
            ("Bolt<!-- <p>not</p> a > b -->Nut", "Bolt Nut"),
            ("Bolt<script>left open", "Bolt"),
            ("&lt;script&gt;x&lt;/script&gt;", "<script>x</script>"),
            ("<p>style guide <scripted></p>", "style guide"),
        ] {
            assert_eq!(text(html), want, "{html}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(fragment in "[<>&#;a-z/!é ]{0,60}") {
            prop_assert!(text(&fragment).len() <= fragment.len() * 2);
        }
    }
}
