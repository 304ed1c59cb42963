//! A place in evidence with what its name, its record and its neighbours say that it is.

use serde_json::Value;

use crate::{
    read,
    vocabulary::{Tag, Tags, VOCABULARY, group, of},
};

/// A value in evidence, in its surroundings.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    /// Which piece of evidence.
    pub(crate) doc: usize,
    pub(crate) path: Vec<String>,
    pub(crate) value: &'a Value,
    /// Objects and lists from the root down to what holds the value.
    pub(crate) chain: Vec<&'a Value>,
    /// What it is, by its own name, completed by the names above it.
    pub(crate) tags: Tags,
    /// Which records it stands in, and whose.
    pub(crate) sources: Tags,
    /// What its whole document is.
    kinds: Tags,
    /// Parts of its name that mean nothing to us; a claim about it has to name them.
    pub(crate) unknown: Vec<String>,
}

/// Reads an RFC 6901 pointer. `None` when it does not resolve.
fn resolve<'a>(root: &'a Value, pointer: &str) -> Option<(Vec<String>, Vec<&'a Value>, &'a Value)> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None;
    }
    let (mut path, mut chain, mut here) = (Vec::new(), Vec::new(), root);
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        chain.push(here);
        here = child(here, &segment)?;
        path.push(segment);
        if path.len() > 64 {
            return None;
        }
    }
    Some((path, chain, here))
}

fn child<'a>(value: &'a Value, segment: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(segment),
        Value::Array(list) => {
            let plain = segment == "0" || !segment.starts_with(['0', '+']);
            segment
                .parse::<usize>()
                .ok()
                .filter(|_| plain)
                .and_then(|at| list.get(at))
        }
        _ => None,
    }
}

/// A path as an RFC 6901 pointer.
fn pointer_of(path: &[String]) -> String {
    let mut out = String::new();
    for segment in path {
        out.push('/');
        out.push_str(&segment.replace('~', "~0").replace('/', "~1"));
    }
    out
}

fn names_end(path: &[String]) -> bool {
    path.last()
        .is_some_and(|leaf| leaf.eq_ignore_ascii_case("to"))
}

fn is_index(segment: &str) -> bool {
    segment.bytes().all(|b| b.is_ascii_digit())
}

impl<'a> Field<'a> {
    /// The field at a pointer.
    pub(crate) fn at(doc: usize, root: &'a Value, pointer: &str) -> Option<Self> {
        let (path, chain, value) = resolve(root, pointer)?;
        Some(Self::new(doc, path, chain, value))
    }

    fn new(doc: usize, path: Vec<String>, chain: Vec<&'a Value>, value: &'a Value) -> Self {
        let mut names = path.iter().rev().filter(|s| !is_index(s) && s.len() <= 80);
        let (mut tags, unknown) = names
            .next()
            .map(|leaf| VOCABULARY.member(leaf))
            .unwrap_or_default();
        let mut sources = Tags::new();
        for above in names {
            let (more, _) = VOCABULARY.member(above);
            for tag in more {
                match group(tag) {
                    "doc" | "role" => {
                        sources.insert(tag);
                    }
                    // The nearest name that says it counts.
                    wanted
                        if of(&tags, wanted).is_empty()
                            && matches!(
                                wanted,
                                "head" | "event" | "stage" | "kind" | "variant"
                            ) =>
                    {
                        tags.insert(tag);
                    }
                    _ => {}
                }
            }
        }
        // "to" by itself is where a span of dates ends.
        if names_end(&path) && read::json_date(value).is_some() {
            tags.insert("event.expiry");
        }
        sources.extend(record_tags(value));
        if let Some(first) = value.as_array().and_then(|list| list.first()) {
            sources.extend(record_tags(first));
        }
        // The part that somebody plays by where his data stand counts before those that the record speaks of.
        let placed = of(&sources, "role");
        for above in &chain {
            sources.extend(record_tags(above));
        }
        if !placed.is_empty() {
            sources.retain(|t| group(t) != "role" || placed.contains(t));
        }
        // A role in the name, or right above it, is whose the value is, whatever the record.
        if !of(&tags, "role").is_empty() {
            sources.retain(|t| group(t) != "role");
        }
        // A row of taxes says beside its sum which tax it is: `account_head: "Input IGST"`.
        let silent = of(&tags, "head").iter().all(|t| *t == "head.gst");
        if silent
            && let Some(head) = chain
                .last()
                .and_then(|row| tax_of_row(row))
                .filter(|_| value.is_number() || read::json_number(value).is_some())
        {
            tags.remove("head.gst");
            tags.insert(head);
        }
        Self {
            doc,
            path,
            value,
            chain,
            tags,
            sources,
            kinds: Tags::new(),
            unknown,
        }
    }

    /// The same field, in a document of which it is known what it is.
    pub(crate) fn of_kinds(mut self, kinds: &Tags) -> Self {
        self.sources.extend(kinds);
        self.kinds.clone_from(kinds);
        self
    }

    pub(crate) fn pointer(&self) -> String {
        pointer_of(&self.path)
    }
    pub(crate) fn leaf(&self) -> &str {
        self.path
            .iter()
            .rev()
            .find(|s| !is_index(s))
            .map_or("", String::as_str)
    }

    /// Whose it is: by its own name, else by the names above, nearest first, else by its record.
    pub(crate) fn roles(&self) -> Tags {
        let own = of(&self.tags, "role");
        if own.is_empty() {
            of(&self.sources, "role")
        } else {
            own
        }
    }

    /// Which papers it belongs to.
    pub(crate) fn docs(&self) -> Tags {
        let mut docs = of(&self.tags, "doc");
        docs.extend(of(&self.sources, "doc"));
        docs
    }

    pub(crate) fn has(&self, tag: Tag) -> bool {
        self.tags.contains(tag)
    }

    /// Stems of the words by which its name tells it from others: without those that only say of what sort it is.
    pub(crate) fn called(&self) -> Vec<String> {
        crate::vocabulary::name_parts(self.leaf())
            .iter()
            .filter(|p| !SORTS.contains(&p.as_str()))
            // A consignor and a consignee have one stem, and are two.
            .map(|p| match p.as_str() {
                party if party.ends_with("ee") || party.ends_with("or") => party.to_owned(),
                part => crate::vocabulary::stem(part),
            })
            .collect()
    }

    /// Whether its own name says that it is free text of whoever wrote the document.
    pub(crate) fn is_note(&self) -> bool {
        self.has("doc.note") && self.value.as_str().is_some_and(|s| s.contains(' '))
    }

    /// The place in its innermost list, and the list.
    pub(crate) fn element(&self) -> Option<(usize, &'a Value)> {
        self.path
            .iter()
            .zip(&self.chain)
            .rev()
            .find_map(|(segment, holder)| {
                holder
                    .is_array()
                    .then(|| segment.parse().ok().map(|at| (at, *holder)))
                    .flatten()
            })
    }

    /// What identifies it: the simple values beside it and above it, those in small objects there, and the keys on its
    /// path. Lists are other records' business.
    pub(crate) fn scope(&self) -> Vec<(&str, &'a Value)> {
        let mut out = Vec::new();
        for holder in &self.chain {
            members(holder, 0, &mut out);
        }
        out
    }

    /// What identifies it, where that is of the same party: a buyer's name does not pick out what is the seller's.
    pub(crate) fn party_scope(&self) -> Vec<(&str, &'a Value)> {
        let own = self.roles();
        let mut out = Vec::new();
        for holder in &self.chain {
            party_members(holder, &own, 0, &mut out);
        }
        out
    }

    /// Every value of a document that is no object.
    pub(crate) fn all(doc: usize, root: &'a Value) -> Vec<Self> {
        let mut all = Vec::new();
        leaves(doc, root, &mut Vec::new(), &mut Vec::new(), &mut all);
        all
    }

    /// Another record of the same list, and the same member of it.
    pub(crate) fn twins(&self, root: &'a Value) -> Vec<Field<'a>> {
        let mut out = Vec::new();
        for (depth, holder) in self.chain.iter().enumerate() {
            let keys: Vec<String> = match holder {
                Value::Array(list) => (0..list.len().min(LEAVES_MAX))
                    .map(|n| n.to_string())
                    .collect(),
                Value::Object(map) if is_keyed(map) => {
                    map.keys().take(LEAVES_MAX).cloned().collect()
                }
                _ => continue,
            };
            for key in keys.into_iter().filter(|k| self.path.get(depth) != Some(k)) {
                let mut path = self.path.clone();
                if let Some(slot) = path.get_mut(depth) {
                    *slot = key;
                }
                let pointer = pointer_of(&path);
                let twin = Field::at(self.doc, root, &pointer);
                out.extend(twin.map(|f| f.of_kinds(&self.kinds)));
            }
        }
        out
    }
}

/// Parts of a member's name that say of what sort it is, and not which.
pub(crate) const SORTS: [&str; 14] = [
    "value",
    "amount",
    "amt",
    "val",
    "number",
    "no",
    "date",
    "pct",
    "percent",
    "percentage",
    "inr",
    "rs",
    "figure",
    "days",
];

/// A document holds at most so many values that are looked at.
const LEAVES_MAX: usize = 4_000;

fn leaves<'a>(
    doc: usize,
    here: &'a Value,
    path: &mut Vec<String>,
    chain: &mut Vec<&'a Value>,
    out: &mut Vec<Field<'a>>,
) {
    if out.len() >= LEAVES_MAX || path.len() > 24 {
        return;
    }
    let mut step = |key: String, inner: &'a Value| {
        path.push(key);
        chain.push(here);
        if !inner.is_object() {
            out.push(Field::new(doc, path.clone(), chain.clone(), inner));
        }
        leaves(doc, inner, path, chain, out);
        chain.pop();
        path.pop();
    };
    match here {
        Value::Object(map) => {
            for (key, inner) in map {
                step(key.clone(), inner);
            }
        }
        Value::Array(list) => {
            for (at, inner) in list.iter().enumerate() {
                step(at.to_string(), inner);
            }
        }
        _ => {}
    }
}

/// Whether an object holds records of one kind under their keys.
fn is_keyed(map: &serde_json::Map<String, Value>) -> bool {
    let mut records = map.values().map(Value::as_object);
    let Some(Some(first)) = records.next() else {
        return false;
    };
    map.len() > 1
        && records.all(|r| {
            r.is_some_and(|r| {
                r.keys().filter(|k| first.contains_key(*k)).count() * 2 >= first.len().max(1)
            })
        })
}

/// Which tax a row of a table of taxes is of, where it says so.
fn tax_of_row(row: &Value) -> Option<&'static str> {
    const SAID_IN: [&str; 7] = [
        "account_head",
        "tax_head",
        "tax_type",
        "tax_name",
        "tax",
        "head",
        "LEDGERNAME",
    ];
    let text = SAID_IN.iter().find_map(|key| row.get(key)?.as_str())?;
    let words = crate::vocabulary::folded_words(text);
    let mut named = [
        ("igst", "head.igst"),
        ("cgst", "head.cgst"),
        ("sgst", "head.sgst"),
        ("cess", "head.cess"),
    ]
    .into_iter()
    .filter(|(word, _)| words.iter().any(|w| w == word));
    let (_, head) = named.next()?;
    named.next().is_none().then_some(head)
}

/// Which record an object is, by its members.
fn record_tags(value: &Value) -> Tags {
    let Value::Object(map) = value else {
        return Tags::new();
    };
    let of_keys = |map: &serde_json::Map<String, Value>| -> Tags {
        map.keys()
            .take(200)
            .filter_map(|k| VOCABULARY.record(k))
            .flatten()
            .copied()
            .collect()
    };
    let mut own = of_keys(map);
    own.extend(doctype(map));
    for inner in map.values().take(200).filter_map(Value::as_object) {
        own.extend(doctype(inner));
    }
    // An invoice has terms of payment too, and is no master record for it.
    if ["doc.invoice", "doc.order", "doc.receipt", "doc.payment"]
        .iter()
        .any(|t| own.contains(t))
    {
        own.remove("doc.vendor");
    }
    if !own.is_empty() {
        return own;
    }
    // A page of rows is what its rows are.
    let first = |v: &Value| {
        v.as_array()
            .and_then(|l| l.first())
            .and_then(Value::as_object)
            .map(of_keys)
    };
    map.values().take(200).find_map(first).unwrap_or_default()
}

/// Which paper an object is by the code of its type: `CRN`.
fn doctype(map: &serde_json::Map<String, Value>) -> Option<&'static str> {
    map.iter()
        .take(200)
        .filter(|(key, _)| VOCABULARY.member(key).0.contains("kind.doctype"))
        .find_map(|(_, v)| match v.as_str()?.to_lowercase().as_str() {
            "crn" | "cdn" | "credit note" | "credit_note" => Some("doc.credit_note"),
            "dbn" | "debit note" | "debit_note" => Some("doc.debit_note"),
            _ => None,
        })
}

fn members<'a, 'b>(holder: &'a Value, depth: usize, out: &mut Vec<(&'b str, &'a Value)>)
where
    'a: 'b,
{
    let Value::Object(map) = holder else { return };
    if is_keyed(map) {
        return;
    }
    for (key, value) in map.iter().take(400) {
        match value {
            Value::Object(_) if depth < 3 => members(value, depth + 1, out),
            Value::Object(_) | Value::Array(_) => {}
            _ => out.push((key, value)),
        }
    }
}

fn party_members<'a, 'b>(
    holder: &'a Value,
    own: &Tags,
    depth: usize,
    out: &mut Vec<(&'b str, &'a Value)>,
) where
    'a: 'b,
{
    let Value::Object(map) = holder else { return };
    if is_keyed(map) {
        return;
    }
    for (key, value) in map.iter().take(400) {
        let theirs = of(&VOCABULARY.member(key).0, "role");
        if !own.is_empty() && !theirs.is_empty() && own.is_disjoint(&theirs) {
            continue;
        }
        match value {
            Value::Object(_) if depth < 3 => party_members(value, own, depth + 1, out),
            Value::Object(_) | Value::Array(_) => {}
            _ => out.push((key, value)),
        }
    }
}

/// The class of a value, as far as name and value tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Amount,
    Price,
    Rate,
    Quantity,
    Days,
    Date,
    /// Anything else: counts, distances, scores, texts.
    Plain,
}

impl Field<'_> {
    /// Whether both stand at one place of one document.
    pub(crate) fn is_at(&self, other: &Field<'_>) -> bool {
        self.doc == other.doc && self.path == other.path
    }

    /// Whether it is one of the taxes that make up the GST on a supply.
    pub(crate) fn is_tax(&self) -> bool {
        ["head.igst", "head.cgst", "head.sgst", "head.cess"]
            .iter()
            .any(|t| self.has(t))
            && !self.has("kind.rate")
    }

    /// Whether it is a tax beside which no other tax is charged.
    pub(crate) fn is_only_tax(&self) -> bool {
        const TAXES: [&str; 4] = ["head.igst", "head.cgst", "head.sgst", "head.cess"];
        let tax = |tags: &Tags| TAXES.iter().find(|t| tags.contains(**t));
        let Some(own) = tax(&self.tags) else {
            return false;
        };
        let beside = self.chain.last().and_then(|h| h.as_object());
        *own != "head.cess"
            && beside.is_some_and(|map| {
                map.iter().all(|(key, value)| {
                    let (tags, _) = VOCABULARY.member(key);
                    tax(&tags).is_none_or(|t| {
                        t == own || read::json_number(value).is_some_and(|v| v.is_zero())
                    }) || tags.contains("kind.rate")
                })
            })
    }

    /// The kinds that its classes stand for.
    pub(crate) fn class_tags(&self) -> Tags {
        self.classes()
            .into_iter()
            .map(|class| match class {
                Class::Amount => "kind.amount",
                Class::Price => "kind.price",
                Class::Rate => "kind.rate",
                Class::Quantity => "kind.quantity",
                Class::Days => "kind.days",
                Class::Date => "kind.date",
                Class::Plain => "kind.count",
            })
            .collect()
    }

    /// Whether its name ends in the unit that it is weighed or measured in: `net_kg`.
    fn is_weighed(&self) -> bool {
        let parts = crate::vocabulary::name_parts(self.leaf());
        let unit = parts.last().and_then(|p| VOCABULARY.unit(p));
        parts.len() > 1 && unit.is_some_and(|u| u != "piece" && u != "set" && u != "hour")
    }

    pub(crate) fn classes(&self) -> Vec<Class> {
        if read::json_date(self.value).is_some() {
            return vec![Class::Date];
        }
        let mut out = Vec::new();
        if self.has("kind.days") {
            out.push(Class::Days);
        }
        let share = self.has("kind.rate")
            && crate::vocabulary::name_parts(self.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "pct" | "percent" | "percentage"));
        if self.has("kind.price") && !share {
            out.push(Class::Price);
        } else if self.has("kind.rate") {
            out.push(Class::Rate);
            // ERPs call the price of a unit its rate.
            let priced = self
                .chain
                .last()
                .and_then(|h| h.as_object())
                .is_some_and(|map| {
                    map.keys()
                        .take(200)
                        .any(|key| VOCABULARY.member(key).0.contains("kind.quantity"))
                });
            if priced && of(&self.tags, "head").is_empty() {
                out.push(Class::Price);
            }
        } else if self
            .value
            .as_str()
            .is_some_and(|s| s.trim_end().ends_with('%'))
        {
            out.push(Class::Rate);
        } else if self.has("kind.quantity") || self.is_weighed() {
            out.push(Class::Quantity);
        } else if !of(&self.tags, "stage").is_empty()
            && !self.has("kind.amount")
            && of(&self.tags, "head").is_empty()
        {
            // "billed to date" may count money as well as goods.
            out.push(Class::Quantity);
            out.push(Class::Amount);
        } else if self.has("kind.count") || self.has("kind.distance") || self.has("kind.score") {
            out.push(Class::Plain);
        } else if self.has("kind.amount") || !of(&self.tags, "head").is_empty() {
            out.push(Class::Amount);
        }
        if out.is_empty() {
            out.push(Class::Plain);
        }
        out
    }
}
