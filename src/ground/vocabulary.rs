//! The words that the verifier knows, read once from the tables beside this file: add a word there, not here.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// What a field or a phrase is about, as `group.name`.
pub(crate) type Tag = &'static str;
pub(crate) type Tags = BTreeSet<Tag>;

/// The part of a tag before its dot.
pub(crate) fn group(tag: Tag) -> &'static str {
    tag.split_once('.').map_or(tag, |(group, _)| group)
}

/// The tags of one group.
pub(crate) fn of(tags: &Tags, wanted: &str) -> Tags {
    tags.iter()
        .copied()
        .filter(|tag| group(tag) == wanted)
        .collect()
}

/// What a phrase of prose can be.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Meaning {
    pub(crate) tags: Tags,
    /// A state that a record may be in.
    pub(crate) state: Option<&'static str>,
    /// What it does in a sentence: `not`, `above`, `sum` and so on.
    pub(crate) classes: BTreeSet<&'static str>,
}

/// Phrases of prose have at most this many words.
const PHRASE_WORDS_MAX: usize = 5;

pub(crate) struct Vocabulary {
    prose: BTreeMap<&'static str, Meaning>,
    members: BTreeMap<&'static str, Tags>,
    states: BTreeMap<&'static str, &'static str>,
    units: BTreeMap<&'static str, &'static str>,
    places: BTreeMap<&'static str, &'static str>,
    records: BTreeMap<String, Tags>,
    ids: BTreeMap<&'static str, Tags>,
    opposites: Vec<Vec<&'static str>>,
    either: Vec<Vec<&'static str>>,
    flags: Vec<(Vec<&'static str>, Vec<&'static str>)>,
    synonyms: BTreeMap<&'static str, &'static str>,
    alike: Vec<Vec<&'static str>>,
    short: BTreeMap<&'static str, &'static str>,
    measures: BTreeMap<&'static str, (&'static str, u32)>,
}

pub(crate) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::read);

/// The rows of a table: its first cell, and the phrases of each further one.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, Vec<Vec<&'static str>>)> {
    table.lines().filter_map(|line| {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let mut cells = line.split('|');
        let name = cells.next()?.trim();
        let phrases = |cell: &'static str| {
            cell.split(',')
                .map(str::trim)
                .filter(|p| !p.is_empty())
                .collect()
        };
        Some((name, cells.map(phrases).collect()))
    })
}

impl Vocabulary {
    #[expect(clippy::too_many_lines, reason = "one table after another")]
    fn read() -> Self {
        let mut known = Self {
            prose: BTreeMap::new(),
            members: BTreeMap::new(),
            states: BTreeMap::new(),
            units: BTreeMap::new(),
            places: BTreeMap::new(),
            records: BTreeMap::new(),
            ids: BTreeMap::new(),
            opposites: Vec::new(),
            either: Vec::new(),
            flags: Vec::new(),
            synonyms: BTreeMap::new(),
            alike: Vec::new(),
            short: BTreeMap::new(),
            measures: BTreeMap::new(),
        };
        for (tag, cells) in rows(include_str!("vocabulary/concepts.txt")) {
            // Both, members only, prose only.
            for (column, phrases) in cells.iter().enumerate() {
                for phrase in phrases {
                    if column != 1 {
                        known.prose.entry(phrase).or_default().tags.insert(tag);
                    }
                    if column != 2 {
                        known.members.entry(phrase).or_default().insert(tag);
                    }
                }
            }
        }
        for (state, cells) in rows(include_str!("vocabulary/states.txt")) {
            for (column, phrases) in cells.iter().enumerate() {
                for phrase in phrases {
                    if column == 0 {
                        let meaning = known.prose.entry(phrase).or_default();
                        meaning.state = Some(state);
                        // What a record is, it has become on a day.
                        let event = match state {
                            "cancelled" => Some("event.cancellation"),
                            "suspended" => Some("event.suspension"),
                            "filed" => Some("event.filing"),
                            _ => None,
                        };
                        meaning.tags.extend(event);
                    }
                    known.states.insert(phrase, state);
                }
            }
        }
        for (class, cells) in rows(include_str!("vocabulary/words.txt")) {
            for phrase in cells.iter().flatten() {
                known.prose.entry(phrase).or_default().classes.insert(class);
            }
        }
        for (name, cells) in rows(include_str!("vocabulary/units.txt")) {
            known
                .units
                .extend(cells.iter().flatten().map(|p| (*p, name)));
        }
        for (code, cells) in rows(include_str!("vocabulary/places.txt")) {
            known
                .places
                .extend(cells.iter().flatten().map(|p| (*p, code)));
        }
        for (tag, cells) in rows(include_str!("vocabulary/records.txt")) {
            for member in cells.iter().flatten() {
                known
                    .records
                    .entry(squeezed(member))
                    .or_default()
                    .insert(tag);
            }
        }
        for (tag, cells) in rows(include_str!("vocabulary/ids.txt")) {
            for part in cells.iter().flatten() {
                known.ids.entry(part).or_default().insert(tag);
            }
        }
        for (name, cells) in rows(include_str!("vocabulary/opposites.txt")) {
            if name == "alike" {
                known.alike.extend(cells);
                continue;
            }
            if name == "either" {
                known.either.extend(cells.iter().cloned());
            }
            known.opposites.extend(cells);
        }
        for (word, cells) in rows(include_str!("vocabulary/synonyms.txt")) {
            known.synonyms.insert(word, word);
            known
                .synonyms
                .extend(cells.iter().flatten().map(|p| (*p, word)));
        }
        for (of, cells) in rows(include_str!("vocabulary/measures.txt")) {
            for (unit, factor) in cells.iter().flatten().filter_map(|p| p.split_once(' ')) {
                if let Ok(factor) = factor.parse() {
                    known.measures.insert(unit, (of, factor));
                }
            }
        }
        for (words, cells) in rows(include_str!("vocabulary/abbreviations.txt")) {
            known
                .short
                .extend(cells.iter().flatten().map(|p| (*p, words)));
        }
        for (members, cells) in rows(include_str!("vocabulary/flags.txt")) {
            let members = members.split(',').map(str::trim).collect();
            known
                .flags
                .push((members, cells.into_iter().flatten().collect()));
        }
        known
    }

    /// Whether no record is in both states at once.
    pub(crate) fn exclusive(&self, a: &str, b: &str) -> bool {
        a != b
            && self
                .opposites
                .iter()
                .any(|row| row.contains(&a) && row.contains(&b))
    }

    /// Whether a record that is in the one state is in the other too.
    pub(crate) fn alike(&self, a: &str, b: &str) -> bool {
        a == b
            || self
                .alike
                .iter()
                .any(|row| row.contains(&a) && row.contains(&b))
    }

    /// Whether a record is always in one of the two states.
    pub(crate) fn complementary(&self, a: &str, b: &str) -> bool {
        a != b
            && self
                .either
                .iter()
                .any(|row| row.contains(&a) && row.contains(&b))
    }

    /// The word that stands for all that mean the same in a sentence of a contract.
    pub(crate) fn synonym(&self, text: &str) -> Option<&'static str> {
        self.synonyms.get(text).copied()
    }

    /// How many of one unit make one of another that measures the same, as a fraction.
    pub(crate) fn ratio(&self, of: &str, to: &str) -> Option<(u32, u32)> {
        let ((a, many), (b, few)) = (self.measures.get(of)?, self.measures.get(to)?);
        (a == b).then_some((*many, *few))
    }

    /// What is written short, in full.
    pub(crate) fn in_full(&self, text: &str) -> Option<&'static str> {
        self.short.get(text.to_lowercase().as_str()).copied()
    }

    /// How prose speaks of a member that says yes or no.
    pub(crate) fn flag(&self, member: &str) -> Option<&[&'static str]> {
        let whole = squeezed(member);
        let means = |m: &str| whole == m || (m.len() > 6 && whole.contains(m));
        self.flags
            .iter()
            .find(|(members, _)| members.iter().any(|m| means(m)))
            .map(|(_, phrases)| phrases.as_slice())
    }

    /// The states that a member's name holds: `verified`, `is_active`.
    pub(crate) fn name_states(&self, member: &str) -> Vec<&'static str> {
        name_parts(member)
            .iter()
            .filter_map(|p| self.states.get(p.as_str()).copied())
            .collect()
    }

    /// The longest phrase that a run of lower-case words begins with, and how many words it has.
    pub(crate) fn phrase(&self, words: &[&str]) -> Option<(usize, &Meaning)> {
        (1..=words.len().min(PHRASE_WORDS_MAX)).rev().find_map(|n| {
            let joined = words.get(..n)?.join(" ");
            let found = self.prose.get(joined.as_str()).or_else(|| {
                // "e-invoices", "vendor masters"
                let one = joined.strip_suffix('s').filter(|_| n > 1)?;
                self.prose.get(one)
            })?;
            Some((n, found))
        })
    }

    /// The state that a value or a word stands for.
    pub(crate) fn state(&self, text: &str) -> Option<&'static str> {
        let folded = folded_words(text).join(" ");
        self.states.get(folded.as_str()).copied()
    }

    pub(crate) fn unit(&self, text: &str) -> Option<&'static str> {
        self.units.get(text.trim().to_lowercase().as_str()).copied()
    }

    /// The GST code of a state, by name, abbreviation or code.
    pub(crate) fn place(&self, text: &str) -> Option<&'static str> {
        let text = folded_words(text).join(" ");
        self.places.get(text.as_str()).copied().or_else(|| {
            let padded = format!("{text:0>2}");
            self.places.values().find(|code| **code == padded).copied()
        })
    }

    /// What a part of an evidence id says that the evidence is.
    pub(crate) fn id_part(&self, part: &str) -> Option<&Tags> {
        self.ids.get(part)
    }

    pub(crate) fn record(&self, member: &str) -> Option<&Tags> {
        self.records.get(squeezed(member).as_str())
    }

    /// The tags of a member's name, and the parts of it that mean nothing to us.
    pub(crate) fn member(&self, name: &str) -> (Tags, Vec<String>) {
        let whole = squeezed(name);
        if let Some(tags) = self.members.get(whole.as_str()) {
            return (tags.clone(), Vec::new());
        }
        let mut parts: Vec<String> = Vec::new();
        for part in name_parts(name) {
            if self.members.contains_key(part.as_str()) || part.len() < 6 {
                parts.push(part);
            } else {
                parts.extend(self.split(&part).unwrap_or_else(|| vec![part]));
            }
        }
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (mut tags, mut unknown, mut at) = (Tags::new(), Vec::new(), 0);
        while at < words.len() {
            let found = (1..=words.len() - at).rev().find_map(|n| {
                Some((
                    n,
                    self.members
                        .get(words.get(at..at + n)?.join(" ").as_str())?,
                ))
            });
            if let Some((n, meaning)) = found {
                tags.extend(meaning);
                at += n;
            } else if let Some(meaning) = words
                .get(at)
                .and_then(|w| w.strip_suffix('s'))
                .and_then(|w| self.members.get(w))
            {
                tags.extend(meaning);
                at += 1;
            } else {
                unknown.extend(words.get(at).map(|w| (*w).to_owned()));
                at += 1;
            }
        }
        unknown.retain(|word| !SILENT_PARTS.contains(&word.as_str()) && self.unit(word).is_none());
        (tags, unknown)
    }

    /// A run of small letters as known parts: `invoicetotal`, `pruefdate` not.
    fn split(&self, run: &str) -> Option<Vec<String>> {
        if run.is_empty() {
            return Some(Vec::new());
        }
        (3..=run.len()).rev().find_map(|n| {
            let head = run.get(..n)?;
            self.members.get(head)?;
            let mut rest = self.split(run.get(n..)?)?;
            rest.insert(0, head.to_owned());
            Some(rest)
        })
    }
}

/// Parts of members' names that say nothing of what the value is.
const SILENT_PARTS: [&str; 58] = [
    "paise",
    "paisa",
    "equivalent",
    "as",
    "eur",
    "gbp",
    "aed",
    "with",
    "class",
    "category",
    "usd",
    "is",
    "has",
    "was",
    "auth",
    "current",
    "cur",
    "gstn",
    "the",
    "of",
    "for",
    "by",
    "to",
    "in",
    "on",
    "a",
    "info",
    "details",
    "dtls",
    "data",
    "doc",
    "rs",
    "inr",
    "rupees",
    "text",
    "str",
    "txt",
    "list",
    "flag",
    "ind",
    "against",
    "per",
    "yn",
    "main",
    "my",
    "and",
    "charges",
    "result",
    "final",
    "overall",
    "frequency",
    "row",
    "rows",
    "record",
    "records",
    "hits",
    "results",
    "entries",
];

/// A member's name without case and joiners.
fn squeezed(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .take(80)
        .flat_map(char::to_lowercase)
        .collect()
}

/// The parts of a member's name: `invoiceDate`, `invoice_date` and `InvDt` fall apart alike.
pub(crate) fn name_parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut before = ' ';
    let letters: Vec<char> = name.chars().take(80).collect();
    for (at, c) in letters.iter().copied().enumerate() {
        let next_is_small = letters.get(at + 1).is_some_and(|n| n.is_lowercase());
        let begins =
            c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_small));
        if (!c.is_alphanumeric() || begins) && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if c.is_alphanumeric() {
            part.extend(c.to_lowercase());
        }
        before = c;
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// Lower-case words without the marks between them.
pub(crate) fn folded_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// A word without its inflection, so that `deliveries`, `delivered` and `delivery` meet.
pub(crate) fn stem(word: &str) -> String {
    let mut word = word.to_lowercase();
    for (ending, instead) in [
        ("ations", "at"),
        ("ation", "at"),
        ("ments", ""),
        ("ment", ""),
        ("ies", "y"),
        ("ied", "y"),
        ("ings", ""),
        ("ing", ""),
        ("ions", ""),
        ("ion", ""),
        ("ees", "e"),
        ("ors", ""),
        ("or", ""),
        ("ers", ""),
        ("er", ""),
        ("ed", ""),
        ("es", ""),
        ("s", ""),
        ("e", ""),
    ] {
        if word.len() > ending.len() + 2
            && let Some(bare) = word.strip_suffix(ending)
        {
            word = format!("{bare}{instead}");
            break;
        }
    }
    let doubled = word.chars().rev().take(2).collect::<Vec<_>>();
    if let [a, b] = doubled[..]
        && a == b
        && word.len() > 3
    {
        word.pop();
    }
    word.trim_end_matches(['e', 'y', 'i']).to_owned()
}
