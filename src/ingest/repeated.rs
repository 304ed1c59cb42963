//! Members that a JSON object gives twice. Readers differ in which of the two they take, so that one system may pay what another
//! was shown: such a document is read by nobody.

use std::collections::BTreeSet;

/// A member that stands twice in one object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Repeated {
    /// Line and column of the second, from 1.
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) name: String,
}

/// An object or a list that is open. An object holds the names that it has had, and whether a name comes next.
enum Open {
    Object(BTreeSet<String>, bool),
    List,
}

/// The first member that is given twice. The text is JSON that a parser has taken.
pub(crate) fn repeated(text: &str) -> Option<Repeated> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => open.push(Open::Object(BTreeSet::new(), true)),
            b'[' => open.push(Open::List),
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(Open::Object(_, name_next)) = open.last_mut() {
                    *name_next = true;
                }
            }
            b'"' => {
                let end = closing(bytes, at + 1);
                if let Some(Open::Object(names, name_next @ true)) = open.last_mut() {
                    *name_next = false;
                    // Escapes are spellings: "A" is "\u0041".
                    let name: String = serde_json::from_str(text.get(at..=end)?).ok()?;
                    if !names.insert(name.clone()) {
                        let before = text.get(..at)?;
                        let line = before.rfind('\n').map_or(0, |line| line + 1);
                        return Some(Repeated {
                            line: before.matches('\n').count() + 1,
                            column: text.get(line..at)?.chars().count() + 1,
                            name,
                        });
                    }
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the string that is open ends.
fn closing(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_found_with_its_place() {
        for (text, want) in [
            (
                r#"{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 2}]}"#,
                None,
            ),
            (r#"{"a": "a", "b": "a, \"a\": 1"}"#, None),
            (r#"["a", "a"]"#, None),
            (r#"{"a": 1, "a": 2}"#, Some((1, 10, "a"))),
            (r#"{"a": {"b": 1}, "c": 2, "a": {}}"#, Some((1, 25, "a"))),
            (
                "{\"AccDet\": \"1\",\n  \"Acc\\u0044et\": \"2\"}",
                Some((2, 3, "AccDet")),
            ),
            (r#"[{"x": [1, {"y": 1, "y": 1}]}]"#, Some((1, 21, "y"))),
            ("", None),
        ] {
            let want = want.map(|(line, column, name)| Repeated {
                line,
                column,
                name: name.to_owned(),
            });
            assert_eq!(repeated(text), want, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[{}\\[\\]\",:a\\\\ \n₹]{0,40}") {
            repeated(&text);
        }
    }
}
