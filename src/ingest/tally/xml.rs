//! XML as TallyPrime writes it, read into a small tree.
//!
//! Tally writes references to characters that XML 1.0 forbids (`&#4;`) and leaves "&" bare in some exports; both are read
//! past. A document type is refused, so nothing is ever expanded, and depth and elements are bounded. quick-xml does the
//! cutting: it hands out references instead of refusing them, where roxmltree calls the document ill-formed.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::{
    Limits, Problem,
    fields::meaningful,
    html::{is_allowed, reference, unescape},
};

/// Elements of one document: more than ten megabytes of vouchers have, and some sixty megabytes of memory.
const ELEMENTS_MAX: usize = 500_000;

/// An element with what is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
    /// Line and column of its start tag.
    pub(super) at: String,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.and_then(|(_, value)| meaningful(value))
    }

    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The text of a child that says something: neither empty nor "Not Applicable".
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .filter(|c| c.name == name)
            .find_map(|c| meaningful(&c.text))
    }

    /// The first of several children that says something.
    pub(super) fn first_of(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.text_of(name))
    }

    pub(super) fn own_text(&self) -> Option<&str> {
        meaningful(&self.text)
    }

    pub(super) fn says_yes(&self, name: &str) -> bool {
        self.text_of(name)
            .is_some_and(|t| t.eq_ignore_ascii_case("yes"))
    }

    /// All texts of the children of one name, within and without a list of them.
    pub(super) fn texts<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        self.children(name)
            .filter_map(|c| meaningful(&c.text))
            .collect()
    }

    /// Every element of a name at any depth, outermost first.
    pub(super) fn descendants<'a>(&'a self, name: &'a str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        let mut open: Vec<&Self> = vec![self];
        while let Some(element) = open.pop() {
            if element.name == name {
                found.push(element);
            } else {
                open.extend(element.children.iter().rev());
            }
        }
        found
    }
}

/// A byte of the text as line and column.
fn place(text: &str, byte: u64) -> String {
    let byte = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    let before = text.as_bytes().get(..byte).unwrap_or_default();
    let line = before.split(|b| *b == b'\n').count();
    let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
    format!("{line}:{column}")
}

/// Reads a document. Its root has no name and holds the document's elements.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Element, Problem> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    // Lines are counted on from the last element, so that a long document is not read again for each.
    let (mut counted, mut line, mut column) = (0_usize, 1_usize, 1_usize);
    let mut open = vec![Element::default()];
    let mut elements = 0_usize;
    loop {
        let begins = reader.buffer_position();
        let event = reader.read_event().map_err(|problem| {
            Problem::at(place(text, reader.error_position()), problem.to_string())
        })?;
        let (start, is_empty) = match event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                close(&mut open);
                continue;
            }
            Event::Text(piece) => {
                add(&mut open, &piece.into_inner());
                continue;
            }
            Event::CData(piece) => {
                add(&mut open, &piece.into_inner());
                continue;
            }
            Event::GeneralRef(name) => {
                let name = name.into_inner();
                match reference(&name) {
                    Some(character) => add(
                        &mut open,
                        character.map(String::from).unwrap_or_default().as_str(),
                    ),
                    None => add(&mut open, &format!("&{name};")),
                }
                continue;
            }
            Event::DocType(_) => {
                return Err(Problem::at(
                    place(text, begins),
                    "a document type; no accounting system needs one and none is read",
                ));
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
        };
        elements += 1;
        let byte = usize::try_from(begins).unwrap_or(usize::MAX);
        for letter in text.as_bytes().get(counted..byte).unwrap_or_default() {
            if *letter == b'\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        counted = byte.max(counted);
        let at = format!("{line}:{column}");
        if open.len() > limits.depth {
            let problem = format!("nested deeper than {} (limits.depth)", limits.depth);
            return Err(Problem::limit(at, problem));
        }
        if elements > ELEMENTS_MAX {
            let problem =
                format!("more than {ELEMENTS_MAX} elements: export fewer vouchers at once");
            return Err(Problem::limit(at, problem));
        }
        open.push(element(&start, at));
        if is_empty {
            close(&mut open);
        }
    }
    if let [_, .., last] = open.as_slice() {
        let problem = format!("the document ends within <{}>", last.name);
        return Err(Problem::at(last.at.clone(), problem));
    }
    Ok(open.pop().unwrap_or_default())
}

fn element(start: &BytesStart, at: String) -> Element {
    let mut attributes = start.attributes();
    Element {
        name: start.name().into_inner().to_owned(),
        attributes: attributes
            .with_checks(false)
            .flatten()
            .map(|a| (a.key.into_inner().to_owned(), unescape(&a.value)))
            .collect(),
        at,
        ..Element::default()
    }
}

fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(done) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(done);
    }
}

fn add(open: &mut [Element], piece: &str) {
    if let Some(element) = open.last_mut() {
        element
            .text
            .extend(piece.chars().filter(|c| is_allowed(*c)));
    }
}
