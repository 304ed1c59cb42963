//! Vendors by a name as somebody wrote it, or by an id: words of names, with the vendors that have them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    Decimal,
    names::{self, Fit},
    records::NamedVendor,
};

/// Vendors in an answer.
pub const NAMED_MAX: usize = 8;
/// Words of a written name that are looked at.
const WORDS_MAX: usize = 12;

/// Words of all names, built when the first question by name comes: no verification asks one.
pub(crate) struct Mentions {
    words: Vec<Box<str>>,
    /// By word: the vendors that have it, by number.
    vendors: Vec<Vec<u32>>,
    /// Words by their length in characters.
    by_length: Vec<Vec<usize>>,
    /// By id in capitals, as the table writes it; never iterated.
    ids: HashMap<String, BTreeSet<String>>,
}

/// What of a vendor is asked about.
pub(crate) struct Titles<'a> {
    pub(crate) vendor_id: &'a str,
    pub(crate) legal_name: &'a str,
    pub(crate) trade_name: &'a str,
}

impl Mentions {
    pub(crate) fn new<'a>(vendors: impl Iterator<Item = Titles<'a>>) -> Self {
        let mut holders: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut ids: HashMap<String, BTreeSet<String>> = HashMap::new();
        for (number, vendor) in (0_u32..).zip(vendors) {
            for name in [vendor.legal_name, vendor.trade_name] {
                for word in names::significant(name) {
                    holders.entry(word).or_default().insert(number);
                }
            }
            ids.entry(vendor.vendor_id.to_uppercase())
                .or_default()
                .insert(vendor.vendor_id.to_owned());
        }
        let mut mentions = Self {
            words: Vec::with_capacity(holders.len()),
            vendors: Vec::with_capacity(holders.len()),
            by_length: Vec::new(),
            ids,
        };
        for (word, holders) in holders {
            let length = word.chars().count();
            if mentions.by_length.len() <= length {
                mentions.by_length.resize_with(length + 1, Vec::new);
            }
            if let Some(list) = mentions.by_length.get_mut(length) {
                list.push(mentions.words.len());
            }
            mentions.words.push(word.into());
            mentions.vendors.push(holders.into_iter().collect());
        }
        mentions
    }

    /// Vendor ids equal to this one but for case, as the table writes them.
    pub(crate) fn ids(&self, id: &str) -> impl Iterator<Item = &String> {
        self.ids
            .get(&id.trim().to_uppercase())
            .into_iter()
            .flatten()
    }

    /// Vendors with a word that is this one or near to it.
    fn holding(&self, word: &str) -> BTreeSet<u32> {
        let length = word.chars().count();
        let lengths = length.saturating_sub(2)..=length + 2;
        lengths
            .filter_map(|length| self.by_length.get(length))
            .flatten()
            .filter(|at| {
                self.words
                    .get(**at)
                    .is_some_and(|known| **known == *word || names::is_near(known, word))
            })
            .filter_map(|at| self.vendors.get(*at))
            .flatten()
            .copied()
            .collect()
    }

    /// Vendors that have all of the words, or any of them.
    pub(crate) fn candidates(&self, written: &str, any: bool) -> BTreeSet<u32> {
        let mut sets = names::significant(written)
            .into_iter()
            .take(WORDS_MAX)
            .map(|word| self.holding(&word));
        let Some(first) = sets.next() else {
            return BTreeSet::new();
        };
        sets.fold(first, |kept, set| {
            if any {
                kept.union(&set).copied().collect()
            } else {
                kept.intersection(&set).copied().collect()
            }
        })
    }
}

/// Of candidates those of the best fit, one a vendor, most alike first; and how many there are of them. Loosely, those
/// that share only a word count too, and fits are not told apart.
pub(crate) fn best<'a>(
    written: &str,
    candidates: impl Iterator<Item = Titles<'a>>,
    loosely: bool,
) -> (Vec<NamedVendor>, usize) {
    let mut fitting: BTreeMap<&str, NamedVendor> = BTreeMap::new();
    for vendor in candidates {
        let names = [vendor.legal_name, vendor.trade_name];
        let Some(fit) = names
            .iter()
            .filter_map(|name| names::fit(written, name))
            .min()
        else {
            continue;
        };
        if fit == Fit::Loose && !loosely {
            continue;
        }
        let alike = names
            .iter()
            .map(|name| names::similarity(written, name))
            .max();
        let found = NamedVendor {
            vendor_id: vendor.vendor_id.to_owned(),
            legal_name: vendor.legal_name.to_owned(),
            trade_name: vendor.trade_name.to_owned(),
            fit,
            similarity: alike.unwrap_or(Decimal::ZERO).round_dp(4),
        };
        let better = fitting
            .get(vendor.vendor_id)
            .is_none_or(|known| (found.fit, known.similarity) < (known.fit, found.similarity));
        if better {
            fitting.insert(vendor.vendor_id, found);
        }
    }
    let mut found: Vec<NamedVendor> = fitting.into_values().collect();
    if let Some(fit) = found
        .iter()
        .map(|vendor| vendor.fit)
        .min()
        .filter(|_| !loosely)
    {
        found.retain(|vendor| vendor.fit == fit);
    }
    // Sorted by vendor id already, and the sort is stable.
    found.sort_by_key(|vendor| std::cmp::Reverse(vendor.similarity));
    let count = found.len();
    found.truncate(NAMED_MAX);
    (found, count)
}
