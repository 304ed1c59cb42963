//! A party's two names: the one that it is registered under and the one that it trades under, told of each other.

use super::Proof;
use crate::{
    clause::Item,
    mention::Mention,
    vocabulary::{Tag, VOCABULARY},
};

impl Proof<'_, '_> {
    /// "X trades as Y", "Y is the trade name of X": each name is the one that the sentence makes it.
    pub(super) fn tell_titles(&mut self) {
        let names: Vec<usize> = (0..self.w.items.len())
            .filter(|at| matches!(self.item(*at), Some(Item::Name(_))))
            .collect();
        let words: Vec<(usize, Tag)> = (0..self.w.items.len())
            .filter_map(|at| Some((at, variant(self.item(at)?)?)))
            .collect();
        let ([first, second], [(word, said)]) = (&names[..], &words[..]) else {
            return;
        };
        let denied = self.w.items.iter().any(|i| i.class("not"));
        let field = |variant: Tag| {
            let mut found = (0..self.w.cited.len()).filter(|n| {
                self.field(*n).is_some_and(|f| {
                    let (tags, _) = VOCABULARY.member(f.leaf());
                    f.value.is_string() && tags.contains(variant)
                })
            });
            found.next().filter(|_| found.next().is_none())
        };
        let (Some(legal), Some(trade)) = (field("variant.legal"), field("variant.trade")) else {
            return;
        };
        // Whether the word is said of the first name, or of the second.
        let text = |at: usize| self.item(at).map_or("", Item::text);
        let behind = text(word + 1);
        let of_first = if word > second {
            true
        } else if word < first {
            false
        } else {
            matches!(
                behind,
                "of" | "for" | "behind" | "under which" | "used" | "used by" | "by which" | "under"
            )
        };
        let (own, other) = if of_first {
            (first, second)
        } else {
            (second, first)
        };
        let (own_field, other_field) = if *said == "variant.legal" {
            (legal, trade)
        } else {
            (trade, legal)
        };
        let holds = |at: usize, n: usize| {
            let mention = self.item(at).and_then(Mention::of);
            mention
                .zip(self.field(n))
                .is_some_and(|(m, f)| m.is(f.value, self.w.claim))
        };
        if denied || !holds(*own, own_field) || !holds(*other, other_field) {
            return;
        }
        let (own, other, word) = (*own, *other, *word);
        self.state(own, own_field);
        self.state(other, other_field);
        self.finish(word);
        // "Is registered": what it is that has the name.
        for at in 0..self.w.items.len() {
            if self.item(at).is_some_and(|i| i.text() == "registered") {
                self.finish(at);
            }
        }
    }
}

/// Which of two names a phrase speaks of.
fn variant(item: &Item) -> Option<Tag> {
    let tags = item.tags()?;
    ["variant.legal", "variant.trade"]
        .into_iter()
        .find(|t| tags.contains(t))
}
