//! Whose contract a document is: by a GSTIN or PAN that stands in it, else by a vendor's name or id.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Gstin, Pan, names};

/// A word of a document, as names are compared.
struct Written {
    /// In capitals.
    word: String,
    /// Begins with a capital letter or a digit.
    capital: bool,
    /// A mark or the end of a line stands in front of it.
    apart: bool,
}

/// The words of a text.
fn written(text: &str) -> Vec<Written> {
    let mut end = 0;
    spans(text)
        .map(|(at, word)| {
            let between = text.get(end..at).unwrap_or_default();
            end = at + word.len();
            let joins = |c: char| c.is_whitespace() || matches!(c, '&' | '.' | '/' | '\'' | '-');
            Written {
                word: word.to_uppercase(),
                capital: word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()),
                apart: between.contains(|c| !joins(c)) || between.contains('\n'),
            }
        })
        .collect()
}

/// The parties that documents name.
#[derive(Default)]
pub(crate) struct Parties {
    /// Documents by GSTIN and by PAN.
    by_key: BTreeMap<String, BTreeSet<usize>>,
    /// By document: the PANs in it, and its text. Names are looked for seldom: its words are read when they are.
    papers: Vec<(BTreeSet<String>, String)>,
    /// Documents by each word, in capitals, in their order.
    by_word: BTreeMap<String, Vec<usize>>,
}

/// Who is looked for, and who else stands in each of his contracts.
pub(crate) struct Wanted<'a> {
    pub(crate) gstin: &'a str,
    pub(crate) pan: &'a str,
    /// Ids and names under which the vendor master knows him.
    pub(crate) ids: &'a [String],
    pub(crate) names: &'a [String],
    /// The buyer's PAN, which stands in everybody's contracts; may be empty.
    pub(crate) buyer: &'a str,
}

/// Words that stand before a firm's name and are none of it.
const BEFORE: [&str; 14] = [
    "M",
    "S",
    "MESSRS",
    "THE",
    "VENDOR",
    "SUPPLIER",
    "SELLER",
    "CONTRACTOR",
    "WITH",
    "BETWEEN",
    "AND",
    "AGREEMENT",
    "CONTRACT",
    "BY",
];

/// Whether a word is a legal form, and tells no name from another.
fn is_form(word: &str) -> bool {
    // "L.L.P." is three words.
    names::is_legal_form(word) || matches!(word, "AND" | "L")
}

impl Parties {
    /// Documents are added in the order of their numbers.
    pub(crate) fn add(&mut self, text: String) {
        let number = self.papers.len();
        let mut pans = BTreeSet::new();
        for (_, word) in spans(&text) {
            let upper = word.to_uppercase();
            let pan = upper.parse::<Gstin>().map(|gstin| gstin.holder());
            if let Ok(pan) = pan.or_else(|_| upper.parse::<Pan>().map(|_| upper.clone())) {
                self.by_key.entry(upper.clone()).or_default().insert(number);
                self.by_key.entry(pan.clone()).or_default().insert(number);
                pans.insert(pan);
            }
            let papers = self.by_word.entry(upper).or_default();
            if papers.last() != Some(&number) {
                papers.push(number);
            }
        }
        self.papers.push((pans, text));
    }

    /// Whether a document holds a GSTIN or a PAN.
    pub(crate) fn holds(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// The contracts of a supplier, in their order: those that hold his GSTIN or PAN; where none does, those that name him and
    /// hold nobody's but the buyer's.
    pub(crate) fn of(&self, wanted: &Wanted<'_>) -> Vec<usize> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for key in [wanted.gstin, wanted.pan] {
            found.extend(self.by_key.get(key).into_iter().flatten());
        }
        if found.is_empty() {
            for id in wanted.ids {
                let word = id.trim().to_uppercase();
                let tells = word.len() > 2 && word.bytes().any(|b| b.is_ascii_digit());
                found.extend(
                    self.by_word
                        .get(&word)
                        .into_iter()
                        .flatten()
                        .filter(|_| tells),
                );
            }
            for name in wanted.names {
                found.extend(self.named(name));
            }
            found.retain(|paper| {
                let pans = self.papers.get(*paper).map(|(pans, _)| pans);
                pans.is_some_and(|pans| pans.iter().all(|pan| pan == wanted.buyer))
            });
        }
        found.into_iter().collect()
    }

    /// Documents in which a name stands as a whole: "Konkan Bearings" is not named by "Konkan Bearings Exports".
    fn named(&self, name: &str) -> BTreeSet<usize> {
        let wanted: Vec<String> = spans(name)
            .map(|(_, word)| word.to_uppercase())
            .filter(|word| !is_form(word))
            .collect();
        let rarest = wanted
            .iter()
            .map(|word| self.by_word.get(word))
            .min_by_key(|papers| papers.map_or(0, Vec::len));
        let papers = rarest.flatten().into_iter().flatten().copied();
        papers
            .filter(|paper| {
                self.papers
                    .get(*paper)
                    .is_some_and(|(_, text)| stands(&written(text), &wanted))
            })
            .collect()
    }
}

/// Whether a name stands in a text, with no other word of a name at either end of it.
fn stands(written: &[Written], wanted: &[String]) -> bool {
    let Some(first) = wanted.first() else {
        return false;
    };
    let mut starts = written
        .iter()
        .enumerate()
        .filter(|(_, own)| own.word == *first);
    starts.any(|(from, own)| {
        let mut at = from;
        for word in wanted {
            while at > from
                && written
                    .get(at)
                    .is_some_and(|own| is_form(&own.word) && own.word != *word)
            {
                at += 1;
            }
            if written
                .get(at)
                .is_none_or(|own| own.word != *word || (at > from && own.apart))
            {
                return false;
            }
            at += 1;
        }
        while written.get(at).is_some_and(|own| is_form(&own.word)) {
            at += 1;
        }
        let ends = written
            .get(at)
            .is_none_or(|next| next.apart || !next.capital);
        let before = from.checked_sub(1).and_then(|before| written.get(before));
        let begins = own.apart
            || before
                .is_none_or(|before| !before.capital || BEFORE.contains(&before.word.as_str()));
        begins && ends
    })
}

/// The words of a text with where each begins.
fn spans(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    text.split(|c: char| !c.is_alphanumeric())
        .filter_map(move |word| {
            let at = from;
            let behind = text
                .get(at + word.len()..)
                .and_then(|rest| rest.chars().next());
            from = at + word.len() + behind.map_or(0, char::len_utf8);
            (!word.is_empty()).then_some((at, word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_is_his_whom_it_names() {
        let mut parties = Parties::default();
        for text in [
            "Vendor: Konkan Bearings Private Limited (V0007), GSTIN 24AAKCS4821M1Z2. Buyer: 27AAFCA7316Q1Z7.",
            "Vendor: Konkan Bearings Exports LLP (V0070).",
            "Agreement between Asha Retail and Konkan Bearings Pvt. Ltd., Pune.",
            "This agreement is made with M/s Konkan Bearings for bearings. Buyer 27AAFCA7316Q1Z7",
            "Konkan Bearings, GSTIN 29AAFCK2207H1ZO",
            "Terms for V0007",
            "PAN AAKCS4821M",
        ] {
            parties.add(text.to_owned());
        }
        let of = |gstin, pan, ids: &[&str], names: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
            parties.of(&Wanted {
                gstin,
                pan,
                ids: &own(ids),
                names: &own(names),
                buyer: "AAFCA7316Q",
            })
        };
        // By GSTIN or PAN, whatever else names him.
        assert_eq!(
            of(
                "24AAKCS4821M1Z2",
                "AAKCS4821M",
                &["V0007"],
                &["Konkan Bearings"]
            ),
            [0, 6]
        );
        // Another registration of his.
        assert_eq!(of("27AAKCS4821M1ZW", "AAKCS4821M", &[], &[]), [0, 6]);
        // By name or id: not under a longer name, not where another firm's number stands.
        assert_eq!(
            of(
                "27ABCDE1234F1Z5",
                "ABCDE1234F",
                &[],
                &["Konkan Bearings Private Limited"]
            ),
            [2, 3]
        );
        assert_eq!(of("27ABCDE1234F1Z5", "ABCDE1234F", &["V0007"], &[]), [5]);
        assert_eq!(of("27ABCDE1234F1Z5", "ABCDE1234F", &["V0070"], &[]), [1]);
        assert!(
            of(
                "27ABCDE1234F1Z5",
                "ABCDE1234F",
                &["V007", ""],
                &["", "Limited"]
            )
            .is_empty()
        );
    }
}
