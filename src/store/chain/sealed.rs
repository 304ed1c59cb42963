//! The text of a verdict or a review as it is sealed, made from its JSON as text: no tree is built on the way, because
//! every verdict that is stored passes here.

use std::{borrow::Cow, ops::Range};

use serde_json::Value;

/// The member that is neither stored nor sealed.
const LINK: &str = "audit";

/// A document's text as it is stored, and as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Compact JSON in the order of its writer, without a top-level `audit`.
    pub(crate) json: String,
    /// The same with the members of every object sorted.
    pub(crate) canonical: String,
    /// Its members' values in the sorted text, by key.
    members: Vec<(String, Range<usize>)>,
}

impl Sealed {
    /// From compact JSON as `serde_json` writes it. Of a text that is none, any text.
    pub(crate) fn of(mut json: String) -> Self {
        let mut sorter = Sorter::over(&json);
        sorter.value(true);
        let Sorter { sorted, link, .. } = sorter;
        let members = sorter.outermost;
        if let Some(link) = link {
            json.replace_range(link, "");
        }
        Self {
            json,
            canonical: sorted,
            members,
        }
    }

    /// What a member holds; null where there is none.
    pub(crate) fn member(&self, key: &str) -> Value {
        let known = self.members.iter().find(|(known, _)| known == key);
        known
            .and_then(|(_, place)| self.canonical.get(place.clone()))
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }
}

/// A member of an object: its key without quotes, whether that holds an escape, and where it stands in what is written.
struct Member<'t> {
    key: &'t str,
    escaped: bool,
    place: Range<usize>,
}

impl Member<'_> {
    /// Where its value stands: behind the key, two quotes and a colon.
    fn value(&self) -> Range<usize> {
        self.place.start + self.key.len() + 3..self.place.end
    }

    /// The key as it reads; most have no escape in them.
    fn read(&self) -> Cow<'_, str> {
        if !self.escaped {
            return Cow::Borrowed(self.key);
        }
        let read = serde_json::from_str(&format!("\"{}\"", self.key));
        read.map_or(Cow::Borrowed(self.key), Cow::Owned)
    }
}

struct Sorter<'t> {
    text: &'t str,
    at: usize,
    sorted: String,
    /// Of all objects that are open, the outer ones' before the inner ones'.
    members: Vec<Member<'t>>,
    /// Where the link stands in the text, with the comma that goes with it.
    link: Option<Range<usize>>,
    /// Values of the outermost object, by key.
    outermost: Vec<(String, Range<usize>)>,
}

impl<'t> Sorter<'t> {
    fn over(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            sorted: String::with_capacity(text.len()),
            members: Vec::new(),
            link: None,
            outermost: Vec::new(),
        }
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Goes on by as many bytes, and answers them.
    fn take(&mut self, bytes: usize) -> &'t str {
        let from = self.at;
        self.at = from.saturating_add(bytes).min(self.text.len());
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn copy(&mut self, bytes: usize) {
        let taken = self.take(bytes);
        self.sorted.push_str(taken);
    }

    /// The length of the string that begins here, with its quotes, and whether it holds an escape.
    fn string(&self) -> (usize, bool) {
        let rest = self.rest();
        let (mut end, mut escaped) = (1, false);
        while let Some(found) = rest
            .get(end..)
            .and_then(|more| memchr::memchr2(b'"', b'\\', more))
        {
            end += found + 1;
            if rest.get(end - 1) == Some(&b'"') {
                return (end, escaped);
            }
            (end, escaped) = (end + 1, true);
        }
        (rest.len(), escaped)
    }

    fn value(&mut self, outermost: bool) {
        match self.next() {
            Some(b'{') => self.object(outermost),
            Some(b'[') => self.array(),
            Some(b'"') => self.copy(self.string().0),
            _ => {
                let rest = self.rest();
                let end = rest
                    .iter()
                    .position(|byte| matches!(byte, b',' | b']' | b'}'));
                self.copy(end.unwrap_or(rest.len()));
            }
        }
    }

    fn array(&mut self) {
        self.copy(1);
        while !matches!(self.next(), None | Some(b']')) {
            self.value(false);
            if self.next() == Some(b',') {
                self.copy(1);
            } else {
                break;
            }
        }
        self.copy(1);
    }

    fn object(&mut self, outermost: bool) {
        self.copy(1);
        let (begun, outer) = (self.sorted.len(), self.members.len());
        while self.next() == Some(b'"') {
            let (from, start) = (self.at, self.sorted.len());
            let (length, escaped) = self.string();
            let quoted = self.take(length);
            let key = quoted.get(1..quoted.len() - 1).unwrap_or_default();
            self.sorted.push_str(quoted);
            self.copy(1);
            self.value(false);
            let link = outermost && key == LINK;
            if link {
                self.sorted.truncate(start);
            } else {
                let place = start..self.sorted.len();
                self.members.push(Member {
                    key,
                    escaped,
                    place,
                });
                self.sorted.push(',');
            }
            let more = self.next() == Some(b',');
            if link {
                // The comma behind it, or else the one before it.
                let comma = usize::from(!more && self.members.len() > outer);
                self.link = Some(from - comma..self.at + usize::from(more));
            }
            if !more {
                break;
            }
            self.take(1);
        }
        if self.members.len() > outer {
            self.sorted.pop();
        }
        self.arrange(begun, outer);
        if outermost {
            let members = self.members.iter();
            let places = members.map(|member| (member.read().into_owned(), member.value()));
            self.outermost = places.collect();
        }
        self.members.truncate(outer);
        self.copy(1);
    }

    /// Puts the members from `outer` on, whose text begins at `begun`, into the order of their keys.
    fn arrange(&mut self, begun: usize, outer: usize) {
        let members = self.members.get_mut(outer..).unwrap_or_default();
        let plain = members.iter().all(|member| !member.escaped);
        if plain {
            members.sort_unstable_by_key(|member| member.key);
        } else {
            members.sort_by(|one, other| one.read().cmp(&other.read()));
        }
        if !members.is_sorted_by_key(|member| member.place.start) {
            let written = self.sorted.split_off(begun);
            for (nth, Member { place, .. }) in members.iter_mut().enumerate() {
                if nth > 0 {
                    self.sorted.push(',');
                }
                let (from, start) = (place.start - begun..place.end - begun, self.sorted.len());
                self.sorted.push_str(written.get(from).unwrap_or_default());
                *place = start..self.sorted.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use agent::engine;
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;

    fn json() -> impl Strategy<Value = Value> {
        let key = prop_oneof![
            3 => "[a-c\"\\\\\n₹,:{}]{0,3}",
            1 => Just("audit".to_owned()),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[0-9]{1,20}\\.[0-9]{1,4}"
                .prop_filter_map("leading zeros", |text| serde_json::from_str(&text).ok()),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec((key.clone(), inner), 0..6)
                    .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_text_is_what_the_tree_is(value in json()) {
            let sealed = Sealed::of(value.to_string());
            let mut bare = value;
            if let Some(members) = bare.as_object_mut() {
                members.shift_remove(LINK);
            }
            let mut canonical = String::new();
            engine::canonical(&bare, &mut canonical);
            prop_assert_eq!(&sealed.canonical, &canonical);
            prop_assert_eq!(&sealed.json, &bare.to_string());
            for (key, member) in bare.as_object().into_iter().flatten() {
                prop_assert_eq!(&sealed.member(key), member);
            }
        }

        #[test]
        fn any_text_is_taken(text in "[\\[\\]{}\",:a\\\\0é]{0,24}") {
            Sealed::of(text);
        }
    }

    #[test]
    fn keys_are_sorted_as_they_read() {
        // As escaped text, "\u0001" would stand behind "A".
        let sealed = Sealed::of(r#"{"B":1,"A":[{"z":[],"y":{}}],"\u0001":0}"#.to_owned());
        assert_eq!(
            sealed.canonical,
            r#"{"\u0001":0,"A":[{"y":{},"z":[]}],"B":1}"#
        );
    }
}
