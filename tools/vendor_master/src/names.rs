//! An index of vendor names that finds every name [`domain::names::similarity`] finds alike, without comparing all.
//!
//! Two texts at `d` edits (a swap of neighbours is one) share all but at most `3 d` of the pairs of neighbouring
//! characters that one of them has, so that counting shared pairs loses nothing.

use std::{collections::HashMap, sync::OnceLock};

use domain::{
    Decimal, names,
    number::edits,
    records::{NamedVendor, SimilarVendor, Vendor},
};

use crate::{
    mention::{self, Mentions, Titles},
    pan_of,
};

/// Similar vendors in an answer.
pub const SIMILAR_MAX: usize = 3;

/// Least similarity of an answer in hundredths. Policy asks for more; what lies between is shown.
const LEAST: u32 = 80;

/// One folded form of one vendor's legal or trade name.
struct Form {
    vendor: u32,
    text: Box<str>,
    /// In characters.
    length: u32,
    /// Bit 0: as it is, 1: without legal forms, 2: sorted. Only forms of one kind are compared.
    kinds: u8,
}

/// What an answer needs of a vendor.
struct Named {
    vendor_id: String,
    legal_name: String,
    trade_name: String,
    pan: String,
}

/// Built once a vendor table. About 1 KB a vendor.
#[derive(Default)]
pub struct NameIndex {
    vendors: Vec<Named>,
    forms: Vec<Form>,
    /// Forms by pair of characters; never iterated.
    pairs: HashMap<(char, char), Vec<u32>>,
    /// Forms by length, for names that are too short or too monotonous for pairs to tell apart.
    by_length: Vec<Vec<u32>>,
    mentions: OnceLock<Mentions>,
}

impl Named {
    fn titles(&self) -> Titles<'_> {
        Titles {
            vendor_id: &self.vendor_id,
            legal_name: &self.legal_name,
            trade_name: &self.trade_name,
        }
    }
}

fn pairs_of(form: &str) -> Vec<(char, char)> {
    let mut pairs: Vec<_> = form.chars().zip(form.chars().skip(1)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The three forms with equal ones merged.
fn distinct(forms: [String; 3]) -> Vec<(String, u8)> {
    let mut out: Vec<(String, u8)> = Vec::with_capacity(3);
    for (form, bit) in forms.into_iter().zip([1, 2, 4]) {
        match out.iter_mut().find(|(known, _)| *known == form) {
            Some((_, kinds)) => *kinds |= bit,
            None => out.push((form, bit)),
        }
    }
    out
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl NameIndex {
    /// Indexes a table; the order of its rows settles nothing but ties.
    pub fn new<'a>(vendors: impl IntoIterator<Item = &'a Vendor>) -> Self {
        let mut index = Self::default();
        for vendor in vendors {
            index.add(vendor);
        }
        index
    }

    fn add(&mut self, vendor: &Vendor) {
        let number = count(self.vendors.len());
        for name in [&vendor.legal_name, &vendor.trade_name] {
            for (form, kinds) in names::forms(name).map(distinct).unwrap_or_default() {
                let id = count(self.forms.len());
                for pair in pairs_of(&form) {
                    self.pairs.entry(pair).or_default().push(id);
                }
                let length = form.chars().count();
                if self.by_length.len() <= length {
                    self.by_length.resize_with(length + 1, Vec::new);
                }
                if let Some(list) = self.by_length.get_mut(length) {
                    list.push(id);
                }
                let text = form.into_boxed_str();
                self.forms.push(Form {
                    vendor: number,
                    text,
                    length: count(length),
                    kinds,
                });
            }
        }
        self.vendors.push(Named {
            vendor_id: vendor.vendor_id.clone(),
            legal_name: vendor.legal_name.clone(),
            trade_name: vendor.trade_name.clone(),
            pan: pan_of(vendor).to_owned(),
        });
    }

    /// Vendors whose legal or trade name is at least 0.80 alike and whose PAN is another, one a vendor and PAN, most
    /// alike first, then by vendor id; at most [`SIMILAR_MAX`].
    pub fn similar(&self, name: &str, pan: &str) -> Vec<SimilarVendor> {
        let mut candidates: Vec<u32> = names::forms(name)
            .map(distinct)
            .unwrap_or_default()
            .iter()
            .flat_map(|(form, kinds)| self.candidates(form, *kinds))
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        let least = Decimal::new(i64::from(LEAST), 2);
        let mut found: Vec<(Decimal, &Named)> = candidates
            .into_iter()
            .filter_map(|number| self.vendors.get(usize::try_from(number).ok()?))
            .filter(|vendor| vendor.pan != pan || pan.is_empty())
            .filter_map(|vendor| {
                let alike = names::similarity(name, &vendor.legal_name)
                    .max(names::similarity(name, &vendor.trade_name));
                (alike >= least).then_some((alike, vendor))
            })
            .collect();
        found.sort_by(|(a, left), (b, right)| {
            b.cmp(a)
                .then_with(|| (&left.vendor_id, &left.pan).cmp(&(&right.vendor_id, &right.pan)))
        });
        found.dedup_by(|(_, a), (_, b)| a.vendor_id == b.vendor_id && a.pan == b.pan);
        found
            .into_iter()
            .take(SIMILAR_MAX)
            .map(|(similarity, vendor)| SimilarVendor {
                vendor_id: vendor.vendor_id.clone(),
                legal_name: vendor.legal_name.clone(),
                trade_name: vendor.trade_name.clone(),
                pan: vendor.pan.clone(),
                similarity: similarity.round_dp(4),
            })
            .collect()
    }

    fn mentions(&self) -> &Mentions {
        self.mentions
            .get_or_init(|| Mentions::new(self.vendors.iter().map(Named::titles)))
    }

    /// Vendors that a name as somebody wrote it may mean, those of the best [`names::Fit`] alone, most alike first, at most
    /// [`crate::NAMED_MAX`]; and how many there are. Loosely, vendors that share a word with it, for a hint.
    pub fn named(&self, written: &str, loosely: bool) -> (Vec<NamedVendor>, usize) {
        let mut candidates = self.mentions().candidates(written, loosely);
        for (form, kinds) in names::forms(written).map(distinct).unwrap_or_default() {
            candidates.extend(self.candidates(&form, kinds));
        }
        let vendors = candidates
            .into_iter()
            .filter_map(|number| self.vendors.get(usize::try_from(number).ok()?));
        mention::best(written, vendors.map(Named::titles), loosely)
    }

    /// Vendor ids equal to this one but for case, as the table writes them.
    pub fn ids(&self, vendor_id: &str) -> Vec<String> {
        self.mentions().ids(vendor_id).cloned().collect()
    }

    /// Vendors with a form of one of these kinds that is alike.
    fn candidates(&self, form: &str, kinds: u8) -> Vec<u32> {
        let length = count(form.chars().count());
        // The longer of two alike texts is at most 100/80 of the shorter.
        let longest = length.saturating_mul(100) / LEAST;
        let shortest = length.saturating_mul(LEAST).div_ceil(100);
        let edits_max = |other: u32| length.max(other).saturating_mul(100 - LEAST) / 100;
        let alike = |other: &&Form| {
            other.kinds & kinds != 0
                && (shortest..=longest).contains(&other.length)
                && count(edits(form, &other.text)) <= edits_max(other.length)
        };
        let pairs = pairs_of(form);
        let must_share =
            |other: u32| count(pairs.len()).saturating_sub(edits_max(other).saturating_mul(3));
        if must_share(longest) == 0 {
            return (shortest..=longest)
                .filter_map(|n| self.by_length.get(usize::try_from(n).ok()?))
                .flatten()
                .filter_map(|id| self.forms.get(usize::try_from(*id).ok()?))
                .filter(alike)
                .map(|other| other.vendor)
                .collect();
        }
        let mut shared = vec![0_u32; self.forms.len()];
        for id in pairs
            .iter()
            .filter_map(|pair| self.pairs.get(pair))
            .flatten()
        {
            if let Some(shared) = usize::try_from(*id).ok().and_then(|id| shared.get_mut(id)) {
                *shared = shared.saturating_add(1);
            }
        }
        self.forms
            .iter()
            .zip(shared)
            .filter(|(other, shared)| *shared >= must_share(other.length))
            .map(|(other, _)| other)
            .filter(alike)
            .map(|other| other.vendor)
            .collect()
    }
}
