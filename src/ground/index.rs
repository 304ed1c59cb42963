//! The evidence of one claim: each document's values, read once and only when they are asked for.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use crate::{
    Evidence,
    field::Field,
    fit::is_identity,
    kinds,
    mention::Mention,
    read,
    vocabulary::{Tags, folded_words, of},
};

pub(crate) struct Index<'a> {
    roots: Vec<&'a Value>,
    kinds: Vec<Tags>,
    leaves: Vec<OnceCell<Vec<Field<'a>>>>,
    parties: OnceCell<BTreeMap<String, Tags>>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(evidence: &'a [Evidence]) -> Self {
        Self {
            roots: evidence.iter().map(|e| &e.json).collect(),
            kinds: evidence.iter().map(kinds::of).collect(),
            leaves: evidence.iter().map(|_| OnceCell::new()).collect(),
            parties: OnceCell::new(),
        }
    }

    pub(crate) fn root(&self, doc: usize) -> Option<&'a Value> {
        self.roots.get(doc).copied()
    }

    /// Which paper or register a document is, as far as it says so.
    pub(crate) fn kinds(&self, doc: usize) -> Tags {
        self.kinds.get(doc).cloned().unwrap_or_default()
    }

    /// The field at a pointer of a document.
    pub(crate) fn field(&self, doc: usize, pointer: &str) -> Option<Field<'a>> {
        Field::at(doc, self.root(doc)?, pointer).map(|f| f.of_kinds(&self.kinds(doc)))
    }

    /// How many documents there are.
    pub(crate) fn len(&self) -> usize {
        self.roots.len()
    }

    /// Every value that is no object of the documents that are cited.
    pub(crate) fn leaves_of(&self, cited: &[Field<'_>]) -> impl Iterator<Item = &Field<'a>> {
        let docs: BTreeSet<usize> = cited.iter().map(|f| f.doc).collect();
        docs.into_iter().flat_map(|doc| self.leaves(doc))
    }

    /// Whether a document holds what is mentioned.
    pub(crate) fn holds(&self, doc: usize, mention: &Mention, claim: &str) -> bool {
        self.leaves(doc).iter().any(|f| mention.is(f.value, claim))
    }

    /// Every value of a document that is no object.
    pub(crate) fn leaves(&self, doc: usize) -> &[Field<'a>] {
        let (Some(cell), Some(root)) = (self.leaves.get(doc), self.root(doc)) else {
            return &[];
        };
        cell.get_or_init(|| {
            let kinds = self.kinds(doc);
            Field::all(doc, root)
                .into_iter()
                .map(|f| f.of_kinds(&kinds))
                .collect()
        })
    }

    /// Every other value of a field's document that could say something about the same thing, nearest first.
    pub(crate) fn neighbours(&self, field: &Field<'_>) -> Vec<&Field<'a>> {
        let shared = |f: &Field<'_>| {
            f.path
                .iter()
                .zip(&field.path)
                .take_while(|(a, b)| a == b)
                .count()
        };
        let mut all: Vec<&Field<'a>> = self
            .leaves(field.doc)
            .iter()
            .filter(|f| f.path != field.path)
            .collect();
        all.sort_by_cached_key(|f| (std::cmp::Reverse(shared(f)), f.path.len()));
        all
    }

    /// Whether a word stands in somebody's name.
    pub(crate) fn names_somebody(&self, word: &str) -> bool {
        let wanted = word.to_lowercase();
        (0..self.len())
            .flat_map(|doc| self.leaves(doc))
            .filter(|f| f.has("kind.name") || f.has("kind.holder") || f.leaf_is_party())
            .filter_map(|f| f.value.as_str())
            .any(|name| folded_words(name).contains(&wanted))
    }

    /// Whether words stand behind each other in a text of the evidence.
    pub(crate) fn is_written(&self, words: &str) -> bool {
        let wanted = folded_words(words);
        !wanted.is_empty()
            && (0..self.len())
                .flat_map(|doc| self.leaves(doc))
                .filter_map(|f| f.value.as_str())
                .any(|text| {
                    folded_words(text)
                        .windows(wanted.len())
                        .any(|w| w == wanted)
                })
    }

    /// Which part somebody plays whose record names no part: by what identifies him there and stands elsewhere under one.
    pub(crate) fn linked_roles(&self, field: &Field<'_>) -> Tags {
        let parties = self.parties.get_or_init(|| self.parties());
        field
            .identities()
            .iter()
            .filter_map(|id| parties.get(id))
            .flatten()
            .copied()
            .collect()
    }

    fn parties(&self) -> BTreeMap<String, Tags> {
        let mut out: BTreeMap<String, Tags> = BTreeMap::new();
        for doc in 0..self.roots.len() {
            for field in self.leaves(doc) {
                let roles = field.roles();
                let Some(id) = field.identity().filter(|_| !roles.is_empty()) else {
                    continue;
                };
                out.entry(id).or_default().extend(roles);
            }
        }
        out
    }

    /// Names that stand elsewhere in the evidence beside what identifies the record of a field.
    pub(crate) fn linked_names(&self, field: &Field<'_>) -> BTreeSet<&'a str> {
        let own = field.identities();
        let mut out = BTreeSet::new();
        for doc in 0..self.roots.len() {
            for leaf in self.leaves(doc) {
                let here = leaf.identity().is_some_and(|id| own.contains(&id));
                if !here || leaf.has("kind.name") {
                    continue;
                }
                let beside = self
                    .leaves(doc)
                    .iter()
                    .filter(|f| f.has("kind.name") || f.has("kind.holder") || f.leaf_is_party());
                out.extend(
                    beside
                        .filter(|f| f.chain.len() == leaf.chain.len() && f.same_holder(leaf))
                        .filter_map(|f| f.value.as_str()),
                );
            }
        }
        out
    }
}

impl Field<'_> {
    /// What identifies somebody, as it is compared: a registration, an account, a name.
    fn identity(&self) -> Option<String> {
        let tagged = [
            "kind.gstin",
            "kind.pan",
            "kind.account",
            "kind.name",
            "kind.udyam",
        ]
        .iter()
        .any(|t| self.has(t))
            || (self.has("role.supplier") && self.tags.iter().any(|t| is_identity(t)))
            || self.leaf_is_party();
        let text = self.value.as_str().filter(|_| tagged)?;
        let id = read::identifier(text);
        (id.len() > 3).then_some(id)
    }

    /// A member named for a party and nothing else holds its name: `vendor`, `supplier`, `payee`.
    pub(crate) fn leaf_is_party(&self) -> bool {
        !of(&self.tags, "role").is_empty()
            && of(&self.tags, "kind").is_empty()
            && self.unknown.is_empty()
            && self.value.is_string()
    }

    /// What identifies the one whose record this is.
    fn identities(&self) -> Vec<String> {
        self.party_scope()
            .iter()
            .filter_map(|(key, value)| {
                let (tags, _) = crate::vocabulary::VOCABULARY.member(key);
                let tagged = [
                    "kind.gstin",
                    "kind.pan",
                    "kind.account",
                    "kind.name",
                    "kind.udyam",
                ]
                .iter()
                .any(|t| tags.contains(t))
                    || tags.contains("role.supplier");
                let text = value.as_str().filter(|_| tagged)?;
                Some(read::identifier(text)).filter(|id| id.len() > 3)
            })
            .collect()
    }

    fn same_holder(&self, other: &Self) -> bool {
        match (self.chain.last(), other.chain.last()) {
            (Some(a), Some(b)) => std::ptr::eq(*a, *b),
            _ => false,
        }
    }
}
