//! What a record is known by besides what is cited of it: its own number, its party's other name, the State and the PAN
//! that a GSTIN holds.

use super::Proof;
use crate::{
    clause::{Item, relation, tags_of},
    fit::is_identity,
    mention::Mention,
    number::Number,
    read,
    vocabulary::{Tags, VOCABULARY, folded_words, of},
};

impl Proof<'_, '_> {
    /// "The place of supply on ACC/RA-07": the number of the paper that a cited value stands on, and not what it is said to be.
    pub(super) fn is_own_number(&self, at: usize, id: &str) -> bool {
        let said = matches!(
            self.item(at.wrapping_sub(1)).map(Item::text),
            Some("is" | "was" | "as" | "are" | "were")
        );
        let own = read::identifier(id);
        !said
            && self.w.cited.iter().any(|f| {
                f.scope().iter().any(|(key, value)| {
                    let (tags, _) = VOCABULARY.member(key);
                    let number = tags.contains("kind.number")
                        || tags.iter().any(|t| crate::vocabulary::group(t) == "doc");
                    let other = tags.iter().any(|t| is_identity(t) && *t != "kind.number");
                    number && !other && (value.as_str()).is_some_and(|v| read::identifier(v) == own)
                })
            })
    }

    /// "Vallabh Polymers has billed" by the legal name of the same party: either of his names is his, where neither is said
    /// to be the legal one or the one that he trades under.
    pub(super) fn state_other_name(&mut self, at: usize, mention: &Mention) -> bool {
        if !of(&tags_of(self.w.items), "variant").is_empty() {
            return false;
        }
        let found = (0..self.w.cited.len()).find(|n| {
            self.field(*n).is_some_and(|f| {
                let named =
                    |tags: &Tags| !of(tags, "variant").is_empty() && (tags.contains("kind.name"));
                let beside = f.chain.last().and_then(|h| h.as_object());
                !self.is_told(*n)
                    && named(&VOCABULARY.member(f.leaf()).0)
                    && !self.is_another_name(at, f)
                    && beside.is_some_and(|m| {
                        m.iter().any(|(key, value)| {
                            named(&VOCABULARY.member(key).0) && mention.is(value, self.w.claim)
                        })
                    })
            })
        });
        if let Some(n) = found {
            self.state(at, n);
        }
        found.is_some()
    }

    /// "Its first two digits are 08, the code of Rajasthan": the State that a cited GSTIN begins with.
    pub(super) fn stands_before_a_gstin(&mut self, mention: &Mention) -> bool {
        let code = match mention {
            Mention::Id(id) if id.len() == 2 => Some(id.as_str()),
            Mention::Name(name) => VOCABULARY.place(name),
            _ => None,
        };
        let words = folded_words(self.w.claim);
        let spoken = words.iter().any(|w| {
            matches!(
                w.as_str(),
                "code" | "digits" | "prefix" | "begins" | "starts" | "opens"
            )
        });
        let other = words
            .iter()
            .any(|w| matches!(w.as_str(), "last" | "final" | "end" | "ends" | "ending"));
        let (Some(code), true) = (code, spoken && !other) else {
            return false;
        };
        let held: Vec<usize> = (0..self.w.cited.len())
            .filter(|n| self.field(*n).is_some_and(|f| f.has("kind.gstin")))
            .collect();
        let [n] = held[..] else { return false };
        let begins = self
            .field(n)
            .and_then(|f| f.value.as_str())
            .is_some_and(|v| v.starts_with(code));
        if begins {
            self.tell(n);
            // "The first two digits".
            for at in 0..self.w.items.len() {
                let two = self
                    .item(at)
                    .and_then(Item::number)
                    .is_some_and(|n| n.raw == "2");
                let counted = self
                    .item(at + 1)
                    .is_some_and(|i| matches!(i.text(), "digits" | "characters"));
                if two && counted {
                    self.finish(at);
                }
            }
        }
        begins
    }

    /// "Its PAN is AAKCA7781Q", "the first two digits 33": parts of a GSTIN that is cited.
    pub(super) fn stands_in_a_gstin(&mut self, mention: &Mention) -> bool {
        if self.stands_before_a_gstin(mention) {
            return true;
        }
        let Mention::Id(id) = mention else {
            return false;
        };
        let id = read::identifier(id);
        let pan = self
            .w
            .items
            .iter()
            .any(|i| i.tags().is_some_and(|t| t.contains("kind.pan")));
        let found = (0..self.w.cited.len()).find(|n| {
            self.field(*n).is_some_and(|f| {
                let whole = f.value.as_str().map(read::identifier).unwrap_or_default();
                f.has("kind.gstin") && whole.len() == 15 && pan && whole.get(2..12) == Some(&id)
            })
        });
        let Some(n) = found else { return false };
        self.tell(n);
        for other in 0..self.w.items.len() {
            if self
                .item(other)
                .is_some_and(|i| relation(i) == Some("inside"))
            {
                self.finish(other);
            }
        }
        true
    }

    /// "State code 24", "its first two digits 33": how a cited GSTIN, or a place with its code, begins.
    pub(super) fn begins_a_code(&self, at: usize, number: &Number) -> bool {
        let spoken = (1..=4).any(|back| {
            at.checked_sub(back)
                .and_then(|n| self.item(n))
                .is_some_and(|i| {
                    matches!(i.text(), "state code" | "code" | "digits")
                        || i.text().ends_with("digits")
                        || i.text().starts_with("first")
                })
        });
        spoken
            && number.raw.len() == 2
            && !number.rupees
            && !number.percent
            && self.w.cited.iter().any(|f| {
                (f.has("kind.gstin") || f.has("kind.place"))
                    && f.value.as_str().is_some_and(|s| s.starts_with(&number.raw))
            })
    }
}
