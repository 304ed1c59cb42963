//! Whether a supply crosses the border of a State, by the two places that are cited, and how many of a list all are.

use super::Proof;
use crate::{
    clause::{Item, tags_of},
    lex::Token,
    vocabulary::{Tag, VOCABULARY, of},
};

impl Proof<'_, '_> {
    /// "An inter-state supply" of a seller in one State and a place of supply in another.
    pub(super) fn tell_crossing(&mut self) {
        let places: Vec<(usize, &str)> = (0..self.w.cited.len())
            .filter_map(|n| {
                let field = self.field(n).filter(|f| f.has("kind.place"))?;
                Some((n, VOCABULARY.place(field.value.as_str()?)?))
            })
            .collect();
        let [(a, from), (b, to)] = places[..] else {
            return;
        };
        let denied = self.w.items.iter().any(|i| i.class("not"));
        let class = if from == to {
            "within_state"
        } else {
            "crossing"
        };
        let other = if from == to {
            "crossing"
        } else {
            "within_state"
        };
        let said: Vec<usize> = (0..self.w.items.len())
            .filter(|at| self.class_at(Some(*at), class))
            .collect();
        let turned = (0..self.w.items.len()).any(|at| self.class_at(Some(at), other));
        if said.is_empty() || turned || denied {
            return;
        }
        // Where the sentence names the places, or whose they are, it has to be right about that too.
        let named = (0..self.w.items.len()).any(|at| {
            matches!(self.item(at), Some(Item::Name(n)) if VOCABULARY.place(n).is_some())
                || matches!(self.item(at), Some(Item::Value(Token::Id(i))) if i.len() == 2)
                || self
                    .item(at)
                    .and_then(Item::number)
                    .is_some_and(|n| n.raw.len() == 2)
        });
        let roles = of(&tags_of(self.w.items), "role");
        let other = |n: usize| {
            self.field(n).is_some_and(|f| {
                let own = of(&f.tags, "role");
                !own.is_empty() && !roles.is_empty() && own.is_disjoint(&roles)
            })
        };
        if named && !(self.is_told(a) && self.is_told(b)) || other(a) || other(b) {
            return;
        }
        self.tell(a);
        self.tell(b);
        for at in said {
            self.finish(at);
        }
    }

    /// "All three lines", "all three documents": as many values as that are told, and they are one and the same.
    pub(super) fn finish_alls(&mut self) {
        const OF_LISTS: [Tag; 4] = ["doc.line", "doc.invoice", "doc.receipt", "doc.return"];
        for at in 0..self.w.items.len() {
            let all = self
                .item(at)
                .is_some_and(|i| matches!(i.text(), "all" | "all of" | "all the"));
            let Some(number) = self.item(at + 1).and_then(Item::number).filter(|_| all) else {
                continue;
            };
            let noun = self.item(at + 2).is_some_and(|i| {
                i.text() == "documents"
                    || i.text() == "papers"
                    || i.text() == "records"
                    || i.tags()
                        .is_some_and(|t| OF_LISTS.iter().any(|o| t.contains(o)))
            });
            let plain = !number.rupees && !number.percent;
            let many = (0..self.w.cited.len()).any(|n| {
                let Some(own) = self.field(n).filter(|_| self.is_told(n)) else {
                    return false;
                };
                // Of a list, each element; else, of as many papers.
                let like: Vec<usize> = (0..self.w.cited.len())
                    .filter(|m| {
                        self.field(*m).is_some_and(|f| {
                            if own.element().is_some() && f.doc == own.doc {
                                f.leaf() == own.leaf() && f.element().is_some()
                            } else {
                                f.doc != own.doc && f.value == own.value || *m == n
                            }
                        })
                    })
                    .collect();
                let length = own.element().and_then(|(_, l)| l.as_array()).map(Vec::len);
                let in_list = self
                    .field(like.last().copied().unwrap_or(n))
                    .is_some_and(|f| f.doc == own.doc);
                like.len() > 1
                    && number.raw == like.len().to_string()
                    && (!in_list || length == Some(like.len()))
                    && like.iter().all(|m| {
                        self.is_told(*m) && self.field(*m).is_some_and(|f| f.value == own.value)
                    })
            });
            if noun && plain && many {
                self.finish(at);
                self.finish(at + 1);
            }
        }
    }
}
