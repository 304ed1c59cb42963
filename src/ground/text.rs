//! Evidence that is itself prose: a clause of a contract bears a claim that says what one of its sentences says.

use std::collections::BTreeSet;

use domain::Decimal;

use crate::{
    clause::{self, Item, relation},
    field::Field,
    lex::{self, Token},
    mention::Mention,
    vocabulary::{VOCABULARY, folded_words, of, stem},
    weigh::Weigher,
};

/// What a sentence says, without the words that it takes for it.
#[derive(Debug, Default)]
struct Sense<'t> {
    words: BTreeSet<String>,
    parties: BTreeSet<&'static str>,
    values: Vec<Measured<'t>>,
    /// Whether it denies.
    negative: bool,
    /// Bounds and orders: "up to", "before".
    bounds: BTreeSet<&'static str>,
    modal: Option<Modal>,
}

/// What a sentence makes of what it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Modal {
    Must,
    May,
}

/// A value with the measure behind it.
type Measured<'t> = (&'t Token, Option<String>);

/// Words for what somebody must do, or may.
fn modal(word: &str) -> Option<Modal> {
    Some(match word {
        "must" | "shall" | "has to" | "have to" | "required" | "obliged" | "bound" | "needs to"
        | "ought" => Modal::Must,
        "may" | "can" | "permits" | "permit" | "permitted" | "allows" | "allow" | "allowed"
        | "entitled" | "free" => Modal::May,
        _ => return None,
    })
}

/// The word that stands for a word and for all that mean the same.
fn sense_of(word: &str) -> String {
    VOCABULARY
        .synonym(word)
        .map_or_else(|| stem(word), str::to_owned)
}

impl<'t> Sense<'t> {
    fn of(items: &'t [Item]) -> Self {
        let mut sense = Self {
            values: values(items),
            ..Self::default()
        };
        let mut denials = 0;
        for item in items {
            let text = item.text();
            if let Some(modal) = modal(text) {
                sense.modal = sense.modal.or(Some(modal));
                continue;
            }
            if item.class("not") {
                denials += 1;
                continue;
            }
            if let Some(bound) = relation(item).filter(|r| !matches!(*r, "equal" | "differ")) {
                sense.bounds.insert(bound);
            }
            let parties = item.tags().map(|t| of(t, "role")).unwrap_or_default();
            if !parties.is_empty() {
                sense.parties.extend(parties);
                continue;
            }
            let silent = match item {
                Item::Phrase(_, m) => {
                    (m.tags.is_empty() && m.classes.contains("neutral"))
                        || m.classes.contains("split")
                        || VOCABULARY.synonym(text).is_none() && relation(item).is_some()
                }
                Item::Unknown(_) | Item::Name(_) => false,
                _ => true,
            };
            let phrase = VOCABULARY.synonym(text);
            if silent && phrase.is_none() {
                continue;
            }
            let senses: Vec<String> = match phrase {
                Some(word) => vec![word.to_owned()],
                None => folded_words(text).iter().map(|w| sense_of(w)).collect(),
            };
            for word in senses {
                // To exclude is not to include.
                if word == "exclude" {
                    denials += 1;
                    sense.words.insert("include".to_owned());
                } else {
                    sense.words.insert(word);
                }
            }
        }
        sense.negative = denials % 2 == 1;
        sense
    }

    /// The share of its words that another sentence has, in per cent.
    fn share(&self, other: &Self) -> usize {
        let frame: Vec<&String> = self.words.iter().filter(|w| !is_frame(w)).collect();
        let shared = frame.iter().filter(|w| other.words.contains(**w)).count();
        if frame.is_empty() {
            // "The agreement says ₹1,400 an hour": all that it says is the value.
            return if self.values.is_empty() { 0 } else { 100 };
        }
        shared * 100 / frame.len()
    }

    fn holds_values_of(&self, other: &Self) -> bool {
        other
            .values
            .iter()
            .all(|v| self.values.iter().any(|h| equal(v, h)))
    }

    fn opposes(&self, other: &Self) -> bool {
        self.negative != other.negative
    }
}

fn values(items: &[Item]) -> Vec<Measured<'_>> {
    const MEASURES: [&str; 6] = ["hour", "day", "week", "month", "quarter", "year"];
    items
        .iter()
        .enumerate()
        .filter_map(|(at, i)| match i {
            Item::Value(
                t @ (Token::Number(_) | Token::Date(_) | Token::Part(_) | Token::Id(_)),
            ) => {
                // Behind it, or behind "a", "per" and the like.
                let behind = items
                    .iter()
                    .skip(at + 1)
                    .take(3)
                    .take_while(|i| !matches!(i, Item::Value(_) | Item::Mark(_)))
                    .flat_map(|i| folded_words(&i.text().replace("annum", "year")))
                    .find_map(|w| {
                        MEASURES
                            .iter()
                            .find(|m| w.trim_end_matches('s') == **m)
                            .map(|m| (*m).to_owned())
                    });
                Some((t, behind))
            }
            _ => None,
        })
        .collect()
}

fn equal(a: &Measured<'_>, b: &Measured<'_>) -> bool {
    if a.1 != b.1 && matches!(a.0, Token::Number(n) if !n.rupees && !n.percent) {
        return false;
    }
    // "12% a month" is not "12% a year"; where one is silent, the other may say it.
    if let (Some(a), Some(b)) = (&a.1, &b.1)
        && a != b
    {
        return false;
    }
    match (a.0, b.0) {
        (Token::Number(a), Token::Number(b)) => a.value == b.value && a.percent == b.percent,
        (Token::Id(a), Token::Id(b)) => crate::read::identifier(a) == crate::read::identifier(b),
        (Token::Part(a), Token::Date(b)) => a.holds(*b),
        (a, b) => a == b,
    }
}

/// Whether a field holds sentences.
pub(crate) fn is_prose(field: &Field<'_>) -> bool {
    let named = field.tags.iter().any(|t| {
        matches!(
            *t,
            "kind.name" | "kind.address" | "kind.description" | "kind.holder" | "role.supplier"
        )
    });
    field
        .value
        .as_str()
        .is_some_and(|s| folded_words(s).len() >= 5 && crate::read::date(s).is_none())
        && !named
}

impl Weigher<'_, '_> {
    /// Looks for the sentence that says what the clause says; with `against`, for one that says otherwise.
    pub(crate) fn weigh_text(&mut self, against: bool) {
        // Which document it is stands beside the text, and not in it.
        let about: Vec<Item> = self
            .items
            .iter()
            .filter(|i| {
                let whose = matches!(i, Item::Name(_) | Item::Value(Token::Id(_)));
                !(whose
                    && Mention::of(i)
                        .is_some_and(|m| self.cited.iter().any(|f| m.binds(f, self.claim))))
            })
            .cloned()
            .collect();
        let said = Sense::of(&about);
        // One word by itself stands in many sentences.
        let weight = said.words.iter().filter(|w| !is_frame(w)).count() + said.parties.len();
        if weight < 2 && said.values.is_empty() {
            return;
        }
        for n in self.candidates.clone() {
            let Some(field) = self.cited.get(n) else {
                continue;
            };
            if !is_prose(field) || self.bearing.contains(&n) {
                continue;
            }
            // What the sender writes of himself bears only that he wrote it.
            let reported = self
                .items
                .iter()
                .any(|i| matches!(i, Item::Phrase(_, m) if m.tags.contains("doc.note")));
            if field.is_note() && !reported {
                continue;
            }
            let text = field.value.as_str().unwrap_or_default();
            let items = clause::items(&lex::tokens(text));
            let mut contradicted = None;
            for sentence in items.split(|i| matches!(i, Item::Mark('.' | ';'))) {
                let held = Sense::of(best_part(sentence, &said));
                let share = said.share(&held);
                let whole = Sense::of(sentence);
                let all = whole.holds_values_of(&said)
                    && same_parts(&about, sentence)
                    && same_bearer(self.items, sentence);
                let party = said.parties.is_subset(&whole.parties);
                let opposed = held.opposes(&said);
                // "Has filed" is no duty to file, and "may" makes nothing mandatory.
                let done = self.items.windows(2).any(|pair| match pair {
                    [has, deed] => {
                        matches!(has.text(), "has" | "have" | "had")
                            && (deed.text().ends_with("ed") || deed.state().is_some())
                    }
                    _ => false,
                }) && whole.modal.is_some();
                let forced = self.items.iter().any(|i| {
                    matches!(
                        i.text().to_lowercase().as_str(),
                        "mandatory" | "compulsory" | "obligatory"
                    )
                }) && folded_words(text).iter().any(|w| w == "may");
                let other_modal = done
                    || forced
                    || matches!((said.modal, whole.modal), (Some(a), Some(b)) if a != b);
                let other_bound = said
                    .bounds
                    .iter()
                    .any(|b| opposite(b).is_some_and(|o| whole.bounds.contains(o)))
                    && said.bounds.is_disjoint(&whole.bounds);
                if !against
                    && share >= 50
                    && all
                    && party
                    && !opposed
                    && !other_modal
                    && !other_bound
                {
                    self.accept(n, &whole);
                    return;
                }
                let differs =
                    !said.values.is_empty() && !all && differs(&said.values, &whole.values);
                if share >= 50 && !opposed && differs {
                    contradicted = Some(format!("{} says otherwise", field.pointer()));
                } else if share >= 75 && (opposed || other_bound) && party {
                    contradicted = Some(format!("{} says the opposite", field.pointer()));
                } else if share >= 75 && all && !party && !whole.parties.is_empty() && !opposed {
                    contradicted = Some(format!("{} says it of another party", field.pointer()));
                }
            }
            if let Some(why) = contradicted.filter(|_| against) {
                // A number that another field holds is not the contract's to deny.
                if said.values.iter().all(|(v, _)| !self.is_borne_elsewhere(v)) {
                    self.bad(self.items.len(), why);
                    return;
                }
            }
        }
    }

    /// A value that the agreement which the clause names holds in one of its sentences: "against ₹1,140 in the contract".
    pub(crate) fn stands_in_contract(&mut self, at: usize) -> bool {
        let near = at.saturating_sub(6)..(at + 7).min(self.items.len());
        let named = self.items.get(near).unwrap_or_default().iter().any(|i| {
            i.tags().is_some_and(|t| t.contains("doc.contract"))
                || matches!(
                    i.text(),
                    "agreed" | "stipulated" | "contracted" | "promised"
                )
        });
        if !named {
            return false;
        }
        let value = matches!(
            self.items.get(at),
            Some(Item::Value(
                Token::Number(_) | Token::Date(_) | Token::Part(_)
            ))
        );
        let own = values(self.items.get(at..).unwrap_or_default());
        let Some(own) = own.first().filter(|_| value) else {
            return false;
        };
        let found = self.candidates.iter().copied().find(|n| {
            self.cited
                .get(*n)
                .filter(|f| is_prose(f) && !f.is_note())
                .is_some_and(|f| {
                    let items = clause::items(&lex::tokens(f.value.as_str().unwrap_or_default()));
                    values(&items).iter().any(|h| equal(own, h))
                })
        });
        let Some(field) = found else {
            return false;
        };
        self.good(at, field);
        true
    }

    /// Whether a value of the clause has been accounted for by another field.
    fn is_borne_elsewhere(&self, value: &Token) -> bool {
        self.items
            .iter()
            .enumerate()
            .any(|(n, i)| self.is_used(n) && matches!(i, Item::Value(t) if t == value))
    }

    fn accept(&mut self, field: usize, held: &Sense<'_>) {
        self.good(self.items.len(), field);
        self.negation_used = true;
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else {
                continue;
            };
            let text = item.text();
            let spoken = || {
                VOCABULARY
                    .synonym(text)
                    .is_some_and(|w| held.words.contains(w))
                    || (!text.is_empty()
                        && folded_words(text).iter().all(|w| {
                            let sense = sense_of(w);
                            held.words.contains(&sense)
                                || is_frame(&sense)
                                || (sense == "exclude" && held.words.contains("include"))
                        }))
            };
            let accounted = match item {
                Item::Value(t) => held.values.iter().any(|h| equal(&(t, h.1.clone()), h)),
                Item::Mark(_) => true,
                Item::Phrase(text, m) => {
                    spoken()
                        || m.classes.contains("not")
                        || modal(text).is_some_and(|said| held.modal.is_none_or(|h| h == said))
                        || relation(item).is_some_and(|r| held.bounds.contains(r))
                        || m.tags.iter().any(|t| {
                            held.parties.contains(t) || matches!(*t, "doc.contract" | "doc.note")
                        })
                        || (m.classes.contains("neutral") && m.tags.is_empty())
                }
                Item::Unknown(_) => spoken(),
                _ => false,
            };
            if accounted {
                self.mark(at);
            }
        }
    }
}

/// The part of a sentence that speaks most of what is said: from one "and" or comma to another.
fn best_part<'s>(sentence: &'s [Item], said: &Sense<'_>) -> &'s [Item] {
    let joints: Vec<usize> = sentence
        .iter()
        .enumerate()
        .filter(|(_, i)| i.class("split") || matches!(i, Item::Mark(',')))
        .map(|(n, _)| n)
        .collect();
    let mut starts = vec![0];
    starts.extend(joints.iter().map(|n| n + 1));
    let mut ends = joints;
    ends.push(sentence.len());
    let mut best = (said.share(&Sense::of(sentence)), sentence);
    for start in &starts {
        for end in ends.iter().filter(|e| *e > start) {
            let Some(part) = sentence.get(*start..*end) else {
                continue;
            };
            let share = said.share(&Sense::of(part));
            if share > best.0 || (share == best.0 && part.len() < best.1.len()) {
                best = (share, part);
            }
        }
    }
    best.1
}

fn opposite(bound: &str) -> Option<&'static str> {
    Some(match bound {
        "above" => "below",
        "below" => "above",
        "at_least" => "at_most",
        "at_most" => "at_least",
        "before" => "after",
        "after" => "before",
        _ => return None,
    })
}

/// Numbers with what they are a part of: "1.5 per cent of freight".
fn parts_of(items: &[Item]) -> Vec<(Decimal, String)> {
    items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| {
            let number = item.number()?;
            let of = items.get(at + 1).is_some_and(|i| i.text() == "of");
            let whole = items
                .get(at + 2..)
                .unwrap_or_default()
                .iter()
                .take(3)
                .find(|i| {
                    !matches!(
                        i.text(),
                        "the" | "a" | "an" | "its" | "full" | "total" | "each"
                    )
                })?;
            let word = folded_words(whole.text()).last().map(|w| stem(w))?;
            of.then_some((number.value, word))
        })
        .collect()
}

/// Whether no part of one thing is told of another: "1.5 per cent of freight for every five of rise" is not "5 per cent of
/// freight for every 1.5 of rise".
fn same_parts(said: &[Item], held: &[Item]) -> bool {
    let held = parts_of(held);
    parts_of(said).iter().all(|(value, word)| {
        let mut of_it = held.iter().filter(|(_, w)| w == word).peekable();
        of_it.peek().is_none() || of_it.any(|(v, _)| v == value)
    })
}

/// Whether what is ours to bear is said to be another's.
fn same_bearer(said: &[Item], held: &[Item]) -> bool {
    let ours = said.iter().any(|i| matches!(i.text(), "we" | "us" | "our"));
    let bears = said.iter().any(|i| {
        matches!(
            i.text(),
            "bear" | "bears" | "borne" | "pay for" | "pays for" | "cost" | "account"
        )
    });
    let roles = of(&crate::clause::tags_of(held), "role");
    !(ours && bears && roles.contains("role.supplier") && !roles.contains("role.buyer"))
}

/// A value of the same sort stands where the claim's value should.
fn differs(said: &[Measured<'_>], held: &[Measured<'_>]) -> bool {
    said.iter().any(|v| {
        let same_sort = |h: &Measured<'_>| match (v.0, h.0) {
            (Token::Number(a), Token::Number(b)) => {
                a.percent == b.percent
                    && (a.rupees == b.rupees || a.scale > 0)
                    && (v.1 == h.1 || v.1.is_none() || h.1.is_none() || a.percent)
                    && b.value >= Decimal::new(1, 2)
            }
            (Token::Date(_) | Token::Part(_), Token::Date(_)) => true,
            _ => false,
        };
        held.iter().any(same_sort) && !held.iter().any(|h| equal(v, h))
    })
}

/// Words that say where a sentence stands, not what it says.
fn is_frame(word: &str) -> bool {
    [
        "contract",
        "agre",
        "agreement",
        "clause",
        "term",
        "terms",
        "set",
        "say",
        "state",
        "stat",
        "document",
        "text",
        "provid",
        "provide",
        "allow",
        "under",
        "require",
    ]
    .iter()
    .any(|w| stem(w) == word || *w == word)
}
