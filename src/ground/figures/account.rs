//! Whether nothing of a claim, and nothing that it cites, is left over beside its figures.

use super::{
    Figure, held,
    said::{ADDS, GIVES, TAKES, says},
    sentence::Sentence,
};
use crate::{
    clause::{Item, relation},
    field::{Class, Field},
    fit::{is_identity, widened_public},
    leftover::is_descriptive,
    measure::unit_of,
    mention::Mention,
    read,
    vocabulary::{Tags, VOCABULARY, folded_words, name_parts, stem},
};

impl Sentence<'_, '_> {
    /// Whether all that is said and all that is cited is accounted for.
    pub(super) fn accounts(&self, figures: &[Figure<'_>], related: &[bool]) -> bool {
        let spoken = figures
            .iter()
            .zip(related)
            .all(|(f, related)| *related || !f.silent);
        spoken
            && self.mentions_are_theirs()
            && self.nothing_untold(figures)
            && self.words_are_borne(figures, related)
    }

    fn mentions_are_theirs(&self) -> bool {
        self.items.iter().filter_map(Mention::of).all(|m| {
            self.cited
                .iter()
                .any(|f| m.is(f.value, self.claim) || self.index.picks_out(&m, f, self.claim))
        })
    }

    /// Whether every cited value is a figure, is told by a number or a name, or goes along with one that is.
    fn nothing_untold(&self, figures: &[Figure<'_>]) -> bool {
        let reckoned_from = self.whole(figures);
        let mentions: Vec<Mention> = self.items.iter().filter_map(Mention::of).collect();
        self.cited.iter().enumerate().all(|(n, field)| {
            let told = figures.iter().any(|f| f.field == Some(n))
                || mentions.iter().any(|m| {
                    m.is(field.value, self.claim)
                        || m.binds(field, self.claim) && field.tags.iter().any(|t| is_identity(t))
                });
            // The same value again, which another place holds as well.
            let again = || {
                figures.iter().any(|f| {
                    let own = f.field.and_then(|n| self.cited.get(n));
                    let elsewhere = |own: &Field<'_>| {
                        own.doc != field.doc
                            || own.leaf() == field.leaf()
                                && own.element_path() != field.element_path()
                    };
                    own.is_some_and(elsewhere) && held(self.cited, f.worth).contains(&n)
                })
            };
            let whole = || reckoned_from == Some(n);
            // By what two records are tied to each other.
            let key = || {
                field.value.as_str().is_some_and(|t| t.len() > 3)
                    && (field.tags.iter().any(|t| is_identity(t))
                        || read::json_date(field.value).is_none()
                            && !field.value.as_str().is_some_and(|t| t.contains(' ')))
                    && VOCABULARY
                        .state(field.value.as_str().unwrap_or_default())
                        .is_none()
                    && (0..self.index.len()).any(|d| {
                        d != field.doc
                            && self
                                .index
                                .leaves(d)
                                .iter()
                                .any(|l| read::same(l.value, field.value))
                    })
            };
            // How a result was reckoned, which the figures show.
            let reckoning = || {
                self.index.kinds(field.doc).contains("doc.calculation") && field.value.is_string()
            };
            let state = || {
                let held = field.value.as_str().and_then(|v| VOCABULARY.state(v));
                let root = held.and_then(|h| h.get(..6)).unwrap_or("\0");
                self.items
                    .iter()
                    .filter_map(Item::state)
                    .any(|said| held.is_some_and(|h| VOCABULARY.alike(h, said)))
                    || self.words.iter().any(|w| w.starts_with(root))
            };
            let unit = field.has("kind.unit") || field.has("kind.currency");
            let goods = || {
                is_descriptive(field.leaf())
                    && field.value.as_str().is_some_and(|t| {
                        folded_words(t)
                            .iter()
                            .any(|w| w.len() > 2 && self.words.contains(&stem(w)))
                    })
            };
            told || unit || goods() || again() || whole() || key() || reckoning() || state()
        })
    }

    /// Whether each word is one that says nothing, or by which something that is cited may be called.
    fn words_are_borne(&self, figures: &[Figure<'_>], related: &[bool]) -> bool {
        let known = Known::of(self, related);
        let all_related = figures
            .iter()
            .zip(related)
            .all(|(f, related)| *related || f.field.is_some());
        self.items.iter().enumerate().all(|(at, item)| match item {
            // "Unpaid" of what is called `paid`.
            Item::Phrase(text, _)
                if text
                    .strip_prefix("un")
                    .is_some_and(|root| known.is_called(root)) =>
            {
                false
            }
            Item::Phrase(..) => {
                let reckons = [&ADDS[..], &TAKES, &GIVES].iter().any(|w| says(item, w));
                reckons
                    || relation(item).is_some()
                    || item.class("sum")
                    || self.is_said_of_a_figure(figures, at)
                    || known.bears(item, self)
            }
            Item::Unknown(word) => {
                let plain = (at == 0 || word.chars().all(char::is_lowercase)) && word.len() > 2;
                known.is_called(&word.to_lowercase())
                    || VOCABULARY.unit(word).is_some()
                    || self.names_an_id(at)
                    || plain && all_related && !is_beside(figures, at, related)
            }
            _ => true,
        })
    }

    /// Whether a word stands beside a figure whose value it was held against.
    fn is_said_of_a_figure(&self, figures: &[Figure<'_>], at: usize) -> bool {
        figures.iter().enumerate().any(|(n, f)| {
            let (from, to) = self.window(n);
            !f.silent && f.field.is_some() && (from..to).contains(&at)
        })
    }

    /// "Slip WB-7741", "excavator MP09GF4471": what the thing is whose number is cited.
    fn names_an_id(&self, at: usize) -> bool {
        self.items
            .get(at + 1)
            .and_then(Mention::of)
            .is_some_and(|m| {
                matches!(m, Mention::Id(_)) && self.cited.iter().any(|f| m.is(f.value, self.claim))
            })
    }
}

/// Whether a word stands beside a figure that nothing else bears out, so that it may be what the figure is called.
fn is_beside(figures: &[Figure<'_>], at: usize, related: &[bool]) -> bool {
    (figures.iter().zip(related)).any(|(f, related)| !related && f.at.abs_diff(at) <= 4)
}

/// What the cited values and their records may be called.
struct Known {
    tags: Tags,
    /// Stems of words.
    words: Vec<String>,
}

impl Known {
    fn of(sentence: &Sentence<'_, '_>, related: &[bool]) -> Self {
        const ALWAYS: [&str; 7] = [
            "role.supplier",
            "kind.amount",
            "kind.number",
            "kind.date",
            "event.issue",
            "doc.line",
            "kind.name",
        ];
        let mut known = Self {
            tags: Tags::new(),
            words: Vec::new(),
        };
        for field in sentence.cited {
            known.tags.extend(sentence.index.kinds(field.doc));
            known.add(field);
        }
        known.tags = widened_public(&known.tags);
        let registered = ["doc.registration", "doc.portal", "doc.return"]
            .iter()
            .any(|t| known.tags.contains(t));
        let reckoned = known.tags.contains("doc.calculation");
        known
            .tags
            .extend((registered || reckoned).then_some("head.gst"));
        known.tags.extend(ALWAYS);
        let due = related.contains(&true) && sentence.falls_due();
        known.tags.extend(due.then_some("event.due"));
        known
    }

    fn add(&mut self, field: &Field<'_>) {
        self.tags.extend(widened_public(&field.tags));
        self.tags.extend(field.class_tags());
        let priced = field.classes().contains(&Class::Price);
        self.tags.extend(priced.then_some("kind.rate"));
        self.tags.extend(field.docs());
        self.tags.extend(field.roles());
        self.tags
            .extend(field.path.iter().flat_map(|s| VOCABULARY.member(s).0));
        let goods = (field.chain.iter().filter_map(|h| h.as_object()).flatten())
            .filter_map(|(k, v)| v.as_str().filter(|_| is_descriptive(k)));
        let texts = goods.chain(field.value.as_str()).flat_map(folded_words);
        let parts = field.path.iter().flat_map(|s| name_parts(s));
        self.words.extend(texts.chain(parts).map(|w| stem(&w)));
        self.words.extend(unit_of(field).map(str::to_owned));
    }

    /// Whether a word is one of theirs; "monthly" is of what is `per_month`.
    fn is_called(&self, word: &str) -> bool {
        let root = stem(word);
        self.words
            .iter()
            .any(|c| *c == root || c.len() > 4 && root.starts_with(c.as_str()))
    }

    fn bears(&self, item: &Item, sentence: &Sentence<'_, '_>) -> bool {
        let (text, none) = (item.text(), Tags::new());
        let tags = item.tags().unwrap_or(&none);
        let state = |said: &str| {
            (sentence.cited.iter().filter_map(|f| f.value.as_str()))
                .filter_map(|v| VOCABULARY.state(v))
                .any(|held| VOCABULARY.alike(held, said))
        };
        let small = tags.is_empty() && item.state().is_none();
        let owed = matches!(text, "open" | "unpaid" | "outstanding");
        let payable = tags.contains("head.payable") && self.tags.contains("head.total");
        small
            || payable
            || owed && self.tags.contains("head.due")
            || text == "from" && sentence.falls_due()
            || widened_public(tags).iter().any(|t| self.tags.contains(t))
            || item.state().is_some_and(state)
            || folded_words(text).iter().all(|w| self.is_called(w))
    }
}
