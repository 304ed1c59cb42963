//! Understanding a question: its segments read, and what they share put together.

use std::collections::BTreeSet;

use domain::Date;

use super::{
    arithmetic,
    lexicon::{self, Concept},
    part::{Billing, CodeKind, Computation, Measure, Part, Subject, Topic, Understanding},
    period,
    scan::{self, Run, Segment},
    token::{self, Word},
    topics::{self, Asked, of_vendor},
};

/// Words of what is billed and paid: "what interest does V001 charge" asks for the interest alone.
const OF_SUMS: &[Concept] = &[
    Concept::Bill,
    Concept::Day,
    Concept::Due,
    Concept::Overdue,
    Concept::Paid,
    Concept::Pay,
    Concept::Rate,
    Concept::Total,
];

/// Parts that one question may have.
const PARTS_MAX: usize = 24;

/// What a question asks on a day. `withheld` are stretches of its characters that are not read.
pub(super) fn understand(
    question: &str,
    as_of: Date,
    withheld: &[(usize, usize)],
) -> Understanding {
    let mut found = Understanding::default();
    if withheld.is_empty()
        && let Some(sum) = arithmetic::sum(question)
    {
        found.numbers = sum.numbers;
        let expression = Computation::Expression {
            formula: sum.formula,
            written: sum.written,
        };
        found.parts.push(Part {
            topic: Topic::Compute(expression),
            subject: None,
            of: None,
            period: None,
        });
        return found;
    }
    let words = token::words(question, withheld);
    let (segments, runs) = scan::scan(&words, as_of, &mut found);
    let segments = merged(segments, &words, &found);
    let segments = headed(segments);
    let mut binder = Binder {
        words: &words,
        runs: &runs,
        segments: segments
            .iter()
            .map(|segment| (segment, topics::read(segment, &words, &found)))
            .collect(),
    };
    binder.contracts(&mut found);
    let (parts, unused) = binder.parts(&found);
    found.puzzling.extend(unused);
    for (segment, asked) in &binder.segments {
        let puzzling = asked.puzzling.iter().filter_map(|at| words.get(*at));
        found
            .puzzling
            .extend(puzzling.map(|word| word.text.to_owned()));
        for place in &asked.numbers {
            let value = found.numbers.get(*place).copied().unwrap_or_default();
            let rate = if segment.rates.contains(place) {
                "%"
            } else {
                ""
            };
            // As it is written: a year or an account has no commas.
            found.puzzling.push(format!("{}{rate}", value.normalize()));
        }
    }
    found.puzzling.extend(binder.undated(&found, as_of));
    found.beside = binder
        .segments
        .iter()
        .map(|(segment, _)| segment.subjects.clone())
        .filter(|subjects| subjects.len() > 1)
        .collect();
    let mut kept: Vec<Part> = Vec::new();
    for part in parts {
        if !kept.contains(&part) && kept.len() < PARTS_MAX {
            kept.push(part);
        }
    }
    found.parts = kept;
    // What is told of each, side by side, is what is compared.
    let beside = found.parts.iter().enumerate().any(|(at, one)| {
        let like = |other: &Part| {
            one.topic == other.topic && (one.period, one.subject) != (other.period, other.subject)
        };
        one.topic.is_figure() && found.parts.iter().skip(at + 1).any(like)
    });
    if beside {
        found.puzzling.retain(|word| !compares(word));
    }
    found
}

/// "V003 agreement: interest if we pay late": a contract alone is the heading of what follows.
fn headed(segments: Vec<Segment>) -> Vec<Segment> {
    let mut out: Vec<Segment> = Vec::new();
    for segment in segments {
        let bare = out.last().is_some_and(|last| {
            let plain = [&last.amounts, &last.rates]
                .iter()
                .all(|list| list.is_empty());
            let only = |(concept, _): &(Concept, usize)| *concept == Concept::Contract;
            !last.concepts.is_empty() && last.concepts.iter().all(only) && plain
        });
        match out.last_mut() {
            Some(last) if bare && segment.subjects.is_empty() => {
                let ends = segment.ends;
                last.absorb(segment);
                last.ends = ends;
            }
            _ => out.push(segment),
        }
    }
    out
}

/// The names in a text of which every other word is understood, and that asks something of them; `None` where anything else is in
/// it. What is understood so asks, whatever else it may look like.
pub(super) fn plain_names(text: &str, as_of: Date) -> Option<Vec<String>> {
    let found = understand(text, as_of, &[]);
    let asks = |part: &Part| !matches!(part.topic, Topic::Profile | Topic::Beyond(_));
    if !found.puzzling.is_empty() || found.parts.is_empty() || !found.parts.iter().all(asks) {
        return None;
    }
    let words = token::words(text, &[]);
    let (_, runs) = scan::scan(&words, as_of, &mut Understanding::default());
    let named = runs.iter().map(|run| {
        let name = words.get(run.from..run.until)?;
        let small = |word: &Word<'_>| {
            let first = word.text.chars().next();
            first.is_some_and(|first| first.is_alphabetic() && !first.is_uppercase())
        };
        let opens = matches!(name, [word] if word.first);
        if opens || name.iter().any(small) {
            return None;
        }
        let texts: Vec<&str> = name.iter().map(|word| word.text).collect();
        Some(texts.join(" "))
    });
    named.collect()
}

/// Segments that ask nothing by themselves join the next of their sentence, or the one before: "paid and approved invoices".
fn merged(segments: Vec<Segment>, words: &[Word<'_>], found: &Understanding) -> Vec<Segment> {
    let mut out: Vec<Segment> = Vec::new();
    let mut waiting: Option<Segment> = None;
    for mut segment in segments {
        if let Some(before) = waiting.take() {
            let ends = segment.ends;
            let mut whole = before;
            whole.absorb(segment);
            whole.ends = ends;
            segment = whole;
        }
        let silent = topics::read(&segment, words, found).topics.is_empty()
            && segment.subjects.is_empty()
            && !(segment.concepts.is_empty() && segment.kinds.is_empty());
        match (silent, segment.ends, out.last_mut()) {
            (false, ..) | (true, true, None) => out.push(segment),
            (true, false, _) => waiting = Some(segment),
            (true, true, Some(last)) => {
                let mut whole = last.clone();
                whole.absorb(segment.clone());
                whole.ends = true;
                // "Orders of V001, and what was received from it": what is asked already stays asked.
                let asked = topics::read(last, words, found).topics;
                let of_whole = topics::read(&whole, words, found).topics;
                let orders = |topics: &[Topic]| {
                    let mut topics = topics.iter();
                    topics.any(|topic| matches!(topic, Topic::Orders { .. }))
                };
                if orders(&asked) && !orders(&of_whole) {
                    last.ends = false;
                    out.push(segment);
                } else {
                    *last = whole;
                }
            }
        }
    }
    out.extend(waiting);
    out
}

struct Binder<'a> {
    words: &'a [Word<'a>],
    runs: &'a [Run],
    segments: Vec<(&'a Segment, Asked)>,
}

impl Binder<'_> {
    /// Which words of a segment about a contract name the vendor, and which are looked for in it.
    fn contracts(&mut self, found: &mut Understanding) {
        for (segment, asked) in &mut self.segments {
            let contract = asked.topics.iter_mut().find_map(|topic| match topic {
                Topic::Contract { words, clause } => Some((words, clause)),
                _ => None,
            });
            let Some((content, clause)) = contract else {
                continue;
            };
            *clause = clause_of(self.words, segment);
            // Without a contract's name, "what interest does V001 charge" asks for the interest alone.
            let whole = segment.has(Concept::Contract);
            let own: Vec<Run> = self
                .runs
                .iter()
                .filter(|run| segment.words.0 <= run.from && run.until <= segment.words.1)
                .copied()
                .collect();
            let told = |run: &&Run| is_named(self.words, run);
            let others = segment.subjects.iter().any(|place| {
                found
                    .subjects
                    .get(*place)
                    .is_some_and(|subject| !matches!(subject, Subject::Name { .. }))
            });
            let vendors: Vec<Run> = match own.iter().filter(told).copied().collect::<Vec<_>>() {
                told if told.is_empty() && !others => own.first().copied().into_iter().collect(),
                told => told,
            };
            let is_vendor = |at: usize| {
                vendors
                    .iter()
                    .any(|run| (run.from..run.until).contains(&at))
            };
            let mut seen = BTreeSet::new();
            for at in segment.words.0..segment.words.1 {
                let Some(word) = self.words.get(at) else {
                    continue;
                };
                let meant = lexicon::concept(self.words, at).map(|(concept, _)| concept);
                if !whole && meant.is_some_and(|concept| OF_SUMS.contains(&concept)) {
                    continue;
                }
                let structure = matches!(
                    lexicon::concept(self.words, at),
                    Some((
                        Concept::Skip
                            | Concept::And
                            | Concept::Contract
                            | Concept::Says
                            | Concept::Vendor
                            | Concept::Which
                            | Concept::Number
                            | Concept::When
                            | Concept::Profile,
                        _
                    ))
                );
                let plain = word.lower.chars().all(char::is_alphanumeric) && !word.has_digit();
                if plain
                    && !structure
                    && !is_vendor(at)
                    && word.lower.len() > 2
                    && seen.insert(word.lower.clone())
                {
                    content.push(word.lower.clone());
                }
            }
            // "Which contracts have 18%?": the number has to stand in the clause.
            for place in segment.amounts.iter().chain(&segment.rates) {
                let value = found.numbers.get(*place).copied().unwrap_or_default();
                let number = arithmetic::plain(value);
                if clause.as_deref() != Some(&*number) && seen.insert(number.clone()) {
                    content.push(number);
                }
            }
            for run in own.iter().filter(|run| !vendors.contains(run)) {
                // Its words are looked for in the contract; it names nobody.
                if let Some(Subject::Name { wordings, .. }) = found.subjects.get_mut(run.subject) {
                    wordings.clear();
                }
            }
        }
    }

    /// The parts, and names that no part is about.
    fn parts(&self, found: &Understanding) -> (Vec<Part>, Vec<String>) {
        let mut parts: Vec<Part> = Vec::new();
        let mut unused: Vec<String> = Vec::new();
        for at in 0..self.segments.len() {
            let Some((segment, asked)) = self.segments.get(at) else {
                continue;
            };
            let own = self.subjects_of(at, found);
            let mut topics = asked.topics.clone();
            let first = parts.len();
            let puzzles = unused.len();
            if topics.is_empty() && own.is_empty() {
                // Only a period: what was asked last is asked of it too.
                if let (Some(period), Some(last)) = (segment.periods.first(), parts.last().cloned())
                    && last.period.is_some()
                {
                    let of_last: Vec<Part> = parts
                        .iter()
                        .filter(|part| part.topic == last.topic && part.period == last.period)
                        .cloned()
                        .collect();
                    parts.extend(of_last.into_iter().map(|part| Part {
                        period: Some(*period),
                        ..part
                    }));
                }
                continue;
            }
            if topics.is_empty() {
                topics = self.topics_for(at);
            }
            let subjects = if own.is_empty() && !self.is_whole(at) {
                self.subjects_for(at, found)
            } else {
                own
            };
            let topics = of_documents(topics, &subjects, found, self.is_pronoun(at));
            let topics = of_goods(topics, &subjects, found);
            let prefixes: Vec<&String> = topics
                .iter()
                .filter_map(|topic| match topic {
                    Topic::Missing(prefix) => prefix.as_ref(),
                    _ => None,
                })
                .collect();
            for topic in &topics {
                let periods = self.periods_for(at, topic);
                for (subject, of) in pairs(topic, &subjects, found) {
                    if periods.is_empty() {
                        parts.push(part(topic, subject, of, None));
                    }
                    parts.extend(
                        periods
                            .iter()
                            .map(|period| part(topic, subject, of, Some(*period))),
                    );
                }
            }
            // What is named and no topic took is asked about by itself, but for what cannot be answered at all.
            let beyond = topics
                .iter()
                .all(|topic| matches!(topic, Topic::Beyond(_) | Topic::Vendors { .. }));
            for place in &subjects {
                let used = parts
                    .iter()
                    .any(|part| part.subject == Some(*place) || part.of == Some(*place));
                match found.subjects.get(*place) {
                    Some(Subject::Name { .. }) if beyond => {}
                    Some(Subject::Name { .. })
                        if topics.iter().any(|topic| goods(topic) == Some(*place)) => {}
                    Some(subject @ Subject::Name { .. }) if !used => unused.push(subject.told()),
                    Some(Subject::Code { text, .. }) if prefixes.contains(&text) => {}
                    _ if !used && !beyond => {
                        parts.push(part(&Topic::Profile, Some(*place), None, None));
                    }
                    _ => {}
                }
            }
            let others = unused.iter().skip(puzzles);
            let named = others.into_iter().any(|word| !compares(word));
            for part in parts.iter_mut().skip(first) {
                if part.topic.is_figure() && (named || self.is_doubtful(at, &part.topic, found)) {
                    *part = self::part(&Topic::Beyond(NARROWED), None, None, None);
                }
            }
        }
        (parts, unused)
    }

    /// Whether a word that is not understood may narrow what a segment asks: one of its own, or of a segment of its sentence
    /// that is about nobody else ("not the rejected ones: total of V001").
    fn is_doubtful(&self, at: usize, topic: &Topic, found: &Understanding) -> bool {
        let orders = matches!(topic, Topic::Orders { .. });
        let narrows = |place: &usize| {
            let word = self.words.get(*place);
            // Orders are told one by one, so that the largest is among them.
            let measured = orders && topics::measures(self.words, *place);
            !measured && word.is_some_and(|word| !compares(&word.lower))
        };
        let nobody = |place: &usize| {
            matches!(
                found.subjects.get(*place),
                Some(Subject::Name { told: false, .. })
            )
        };
        self.sentence(at).any(|other| {
            self.segments.get(other).is_some_and(|(segment, asked)| {
                let puzzles = asked.puzzling.iter().any(narrows);
                if other == at {
                    return puzzles || !asked.numbers.is_empty();
                }
                let denies = asked.topics.iter().any(topics::narrows);
                segment.subjects.iter().all(nobody) && (denies || puzzles)
            })
        })
    }

    /// Periods of segments that ask only what stands in the records today, whenever it was asked for.
    fn undated(&self, found: &Understanding, as_of: Date) -> Vec<String> {
        let standing = |topic: &Topic| {
            matches!(
                topic,
                Topic::Terms | Topic::Msme | Topic::Bank | Topic::Held(_) | Topic::Einvoicing
            )
        };
        let segments = self
            .segments
            .iter()
            .filter(|(_, asked)| !asked.topics.is_empty() && asked.topics.iter().all(standing));
        let periods = segments.flat_map(|(segment, _)| &segment.periods);
        periods
            .filter_map(|place| found.periods.get(*place))
            // A month alone may be of a name: "of May Flowers".
            .filter(|period| {
                let last = period.text.rsplit(' ').next().unwrap_or_default();
                !period.is_current(as_of) && period::month(&last.to_lowercase()).is_none()
            })
            .map(|period| period.text.clone())
            .collect()
    }

    /// The segments of the sentence in which a segment stands.
    fn sentence(&self, at: usize) -> std::ops::Range<usize> {
        let ends = |at: usize| {
            self.segments
                .get(at)
                .is_some_and(|(segment, _)| segment.ends)
        };
        let first = (0..at).rev().find(|before| ends(*before));
        let last = (at..self.segments.len()).find(|after| ends(*after));
        first.map_or(0, |before| before + 1)..last.map_or(self.segments.len(), |last| last + 1)
    }

    /// The subjects that a segment names; names that are no longer one are left out.
    fn subjects_of(&self, at: usize, found: &Understanding) -> Vec<usize> {
        let segment = self.segments.get(at).map(|(segment, _)| *segment);
        let named = |place: &usize| match found.subjects.get(*place) {
            Some(Subject::Name { wordings, .. }) => !wordings.is_empty(),
            other => other.is_some(),
        };
        segment
            .into_iter()
            .flat_map(|segment| segment.subjects.iter().copied())
            .filter(named)
            .collect()
    }

    /// "payment terms and MSME status of Mutha and of Velhe": all topics that are asked of the subjects before, or else those
    /// after.
    fn topics_for(&self, at: usize) -> Vec<Topic> {
        let asks = |at: &usize| -> Vec<Topic> {
            let asked = self
                .segments
                .get(*at)
                .map(|(_, asked)| asked.topics.as_slice());
            let shared = asked.unwrap_or_default().iter();
            shared
                .filter(|topic| !matches!(topic, Topic::Compute(_)))
                .cloned()
                .collect()
        };
        let named = |at: &usize| {
            self.segments
                .get(*at)
                .is_some_and(|(segment, _)| !segment.subjects.is_empty())
        };
        let mut topics: Vec<Topic> = Vec::new();
        for before in (0..at).rev() {
            let found = asks(&before);
            // Beyond the subjects that these topics are about, others are spoken of.
            if !topics.is_empty() && named(&before) {
                break;
            }
            topics.splice(0..0, found);
        }
        if topics.is_empty() {
            let after = (at + 1..self.segments.len()).map(|after| asks(&after));
            topics = after
                .into_iter()
                .find(|topics| !topics.is_empty())
                .unwrap_or_default();
        }
        if topics.is_empty() {
            topics.push(Topic::Profile);
        }
        topics
    }

    /// "payment terms and MSME status of Mutha": the subjects after, where that segment asks something of them; else those
    /// before. "its terms" are those of whom was named last.
    fn subjects_for(&self, at: usize, found: &Understanding) -> Vec<usize> {
        let own = |at: usize| self.subjects_of(at, found);
        let before = (0..at).rev().map(own).find(|places| !places.is_empty());
        let after = (at + 1..self.segments.len())
            .map(own)
            .find(|places| !places.is_empty());
        let pronoun = self.is_pronoun(at);
        let ended = self
            .segments
            .get(at)
            .is_some_and(|(segment, _)| segment.ends);
        let found = if (pronoun || ended) && before.is_some() {
            before.or(after)
        } else {
            after.or(before)
        };
        found.unwrap_or_default()
    }

    /// Whether a segment speaks of what was named elsewhere.
    fn is_pronoun(&self, at: usize) -> bool {
        self.segments.get(at).is_some_and(|(segment, _)| {
            let words = self
                .words
                .get(segment.words.0..segment.words.1)
                .unwrap_or_default();
            words.iter().any(|word| {
                matches!(
                    word.lower.as_str(),
                    "it" | "its" | "their" | "they" | "them" | "same"
                )
            })
        })
    }

    /// "How many invoices are held": a sentence of its own, about all suppliers.
    fn is_whole(&self, at: usize) -> bool {
        !self.is_pronoun(at)
            && self.segments.get(at).is_some_and(|(segment, asked)| {
                let words = self
                    .words
                    .get(segment.words.0..segment.words.1)
                    .unwrap_or_default();
                let says = words.iter().any(|word| {
                    matches!(
                        word.lower.as_str(),
                        "is" | "are" | "was" | "were" | "have" | "has"
                    )
                });
                // Beside somebody who is named in its sentence, it is about him.
                let alone = self.sentence(at).all(|other| {
                    let other = self.segments.get(other);
                    other.is_none_or(|(other, _)| other.subjects.is_empty())
                });
                alone
                    && says
                    && asked
                        .topics
                        .iter()
                        .all(|topic| matches!(topic, Topic::Billed(_)))
            })
    }

    /// The periods in which something is asked by a segment: its own; or else those of a segment of its sentence with which it
    /// shares what is asked ("V001, and V002 in October") or of whom ("how many invoices in October, and which is the largest").
    fn periods_for(&self, at: usize, topic: &Topic) -> Vec<usize> {
        let Some((segment, asked)) = self.segments.get(at) else {
            return Vec::new();
        };
        if !segment.periods.is_empty() {
            return segment.periods.clone();
        }
        let shares = |other: usize| {
            self.segments.get(other).is_some_and(|(near, theirs)| {
                let listed = asked.topics.is_empty() || theirs.topics.is_empty();
                let alike = segment.subjects.is_empty()
                    && theirs.topics.iter().any(|their| happens_like(topic, their));
                // "How much did V001, and V003 bill in Q2": one verb for both.
                let one = theirs.topics.contains(topic) && !segment.has_any(VERBS);
                // "V001 filed GSTR-1, and GSTR-3B for October": what follows says no more than of what.
                let tail = other > at
                    && near.subjects.is_empty()
                    && !near.has_any(VERBS)
                    && theirs.topics.iter().any(|their| happens_like(topic, their));
                !near.periods.is_empty()
                    && (listed || alike || tail || (one && near.has_any(VERBS)))
            })
        };
        let sentence = self.sentence(at);
        let found = (at + 1..sentence.end)
            .chain((sentence.start..at).rev())
            .find(|other| shares(*other))
            .and_then(|other| self.segments.get(other));
        found.map_or_else(Vec::new, |(near, _)| near.periods.clone())
    }
}

/// Concepts of what is done to an invoice, an order or a return.
const VERBS: &[Concept] = &[
    Concept::Bill,
    Concept::Pay,
    Concept::Paid,
    Concept::Approved,
    Concept::Held,
    Concept::Rejected,
    Concept::Unpaid,
    Concept::Due,
    Concept::Order,
    Concept::Ordered,
    Concept::Receipt,
    Concept::Return,
    Concept::File,
];

/// Whether a period of one topic is one of the other, too. What is owed is asked as of today, and returns have months of their
/// own.
fn happens_like(topic: &Topic, other: &Topic) -> bool {
    let dated = |topic: &Topic| match topic {
        Topic::Billed(billing) | Topic::Standing(billing) => {
            billing.statuses != ["approved", "held"]
        }
        Topic::Orders { .. } | Topic::Receipts { .. } | Topic::Missing(_) => true,
        _ => false,
    };
    let returns = |topic: &Topic| matches!(topic, Topic::Returns(_));
    (dated(topic) && dated(other)) || (returns(topic) && returns(other))
}

/// Words that set figures beside one another, or write them otherwise: what is told of each stays true.
pub(super) fn compares(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "compare"
            | "compared"
            | "comparison"
            | "versus"
            | "vs"
            | "more"
            | "less"
            | "than"
            | "more than"
            | "less than"
            | "higher"
            | "lower"
            | "bigger"
            | "zyada"
            | "jyada"
            | "kam"
            | "dono"
            | "both"
            | "ज्यादा"
            | "ज़्यादा"
            | "कम"
            | "दोनों"
            | "lakh"
            | "lakhs"
            | "crore"
            | "crores"
    )
}

/// Said where a figure could be of more than was asked.
pub(super) const NARROWED: &str = "a word that is not understood may narrow what is asked, so that no figure is told; ask without it";

/// "Clause 5", "3.1": a clause by its number.
fn clause_of(words: &[Word<'_>], segment: &Segment) -> Option<String> {
    (segment.words.0..segment.words.1).find_map(|at| {
        let text = words.get(at)?.text;
        let numbered = text.split('.').all(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        });
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let named = before.is_some_and(|word| {
            matches!(
                word.lower.as_str(),
                "clause" | "section" | "para" | "paragraph" | "article"
            )
        });
        (numbered && (named || text.contains('.'))).then(|| text.to_owned())
    })
}

/// Whether a run of words is told to be a name: by a capital, or by "of", "with", "from", "by" before it.
fn is_named(words: &[Word<'_>], run: &Run) -> bool {
    let within = words.get(run.from..run.until).unwrap_or_default();
    let before = run.from.checked_sub(1).and_then(|at| words.get(at));
    let announced = before.is_some_and(scan::announces);
    announced
        || within
            .iter()
            .any(|word| word.is_capital() || word.quoted.is_some())
}

fn part(topic: &Topic, subject: Option<usize>, of: Option<usize>, period: Option<usize>) -> Part {
    // A period says nothing about what is agreed or registered.
    let dated = matches!(
        topic,
        Topic::Billed(_)
            | Topic::Ranking(_)
            | Topic::Standing(_)
            | Topic::Missing(_)
            | Topic::Returns(_)
            | Topic::Receipts { .. }
            | Topic::Orders { .. }
            | Topic::Registration
            | Topic::BilledOn
    );
    Part {
        topic: topic.clone(),
        subject,
        of,
        period: period.filter(|_| dated),
    }
}

/// What was billed, asked of a document or of what nobody named, is not what all suppliers billed: "AO/26-27/0588, and has it
/// been paid?" asks for that invoice.
fn of_documents(
    topics: Vec<Topic>,
    subjects: &[usize],
    found: &Understanding,
    pronoun: bool,
) -> Vec<Topic> {
    let kinds: Vec<Option<CodeKind>> = subjects
        .iter()
        .map(|place| match found.subjects.get(*place) {
            Some(Subject::Code { kind, .. }) => *kind,
            _ => None,
        })
        .collect();
    let only = |kind| !kinds.is_empty() && kinds.iter().all(|own| *own == Some(kind));
    let plain = |billing: &Billing| billing.measures == [Measure::Total];
    let replaced = topics.into_iter().map(|topic| match &topic {
        Topic::Billed(billing) if plain(billing) && only(CodeKind::Invoice) => Topic::Seen,
        Topic::Billed(billing) if plain(billing) && only(CodeKind::Order) => Topic::BilledOn,
        // Of one invoice the sum before its tax is its own.
        Topic::Billed(billing)
            if billing.measures == [Measure::Taxable] && only(CodeKind::Invoice) =>
        {
            Topic::Untaxed
        }
        Topic::Billed(_) if pronoun && subjects.is_empty() => {
            Topic::Beyond("the question does not say of whom, or of what")
        }
        Topic::Billed(_) if only(CodeKind::Invoice) || only(CodeKind::Order) => {
            Topic::Beyond("what was billed is asked of a vendor, not of one invoice or order")
        }
        _ => topic,
    });
    replaced.collect()
}

/// "Rate on PO-26-0041 for cement": what is named beside an order, and no vendor by its id, may be goods of one of its lines.
fn of_goods(topics: Vec<Topic>, subjects: &[usize], found: &Understanding) -> Vec<Topic> {
    let mut names = subjects
        .iter()
        .filter(|place| matches!(found.subjects.get(**place), Some(Subject::Name { .. })));
    let only = names.next().filter(|_| names.next().is_none()).copied();
    let replaced = topics.into_iter().map(|topic| match topic {
        Topic::Order {
            line: None, billed, ..
        } => Topic::Order {
            line: None,
            billed,
            goods: only,
        },
        other => other,
    });
    replaced.collect()
}

/// What a topic takes for goods.
fn goods(topic: &Topic) -> Option<usize> {
    match topic {
        Topic::Order { goods, .. } => *goods,
        _ => None,
    }
}

/// Of the subjects those that a topic is about, each with the vendor beside it.
fn pairs(
    topic: &Topic,
    subjects: &[usize],
    found: &Understanding,
) -> Vec<(Option<usize>, Option<usize>)> {
    let of = |place: &usize| found.subjects.get(*place);
    let code = |place: &&usize, kinds: &[Option<CodeKind>]| match of(place) {
        Some(Subject::Code { kind, .. }) => kinds.contains(kind),
        _ => false,
    };
    let vendor = |place: &&usize| {
        matches!(
            of(place),
            Some(
                Subject::Gstin { .. }
                    | Subject::Pan(_)
                    | Subject::Name { .. }
                    | Subject::Code {
                        kind: None | Some(CodeKind::Vendor),
                        ..
                    }
            )
        )
    };
    let all = |kept: Vec<usize>| {
        kept.into_iter()
            .map(|place| (Some(place), None))
            .collect::<Vec<_>>()
    };
    let having = |kinds: &[Option<CodeKind>]| -> Vec<usize> {
        subjects
            .iter()
            .filter(|place| code(place, kinds))
            .copied()
            .collect()
    };
    match topic {
        Topic::Compute(_) | Topic::Beyond(_) => vec![(None, None)],
        Topic::Irn => {
            let irns = subjects
                .iter()
                .filter(|place| matches!(of(place), Some(Subject::Irn(_))));
            or_none(all(irns.copied().collect()))
        }
        Topic::Seen | Topic::Untaxed | Topic::Statement | Topic::Due { .. } => {
            let mut invoices = having(&[Some(CodeKind::Invoice)]);
            if invoices.is_empty() {
                invoices = having(&[None]);
            }
            let whose = subjects
                .iter()
                .filter(vendor)
                .find(|place| !invoices.contains(place))
                .copied();
            let pairs = invoices
                .into_iter()
                .map(|place| (Some(place), whose))
                .collect();
            or_none(pairs)
        }
        Topic::Order { .. } | Topic::BilledOn => {
            let mut orders = having(&[Some(CodeKind::Order)]);
            if orders.is_empty() {
                return or_none(all(having(&[None])));
            }
            // A vendor beside an order says whose it is taken to be.
            let whose = having(&[None, Some(CodeKind::Vendor)]).first().copied();
            or_none(orders.drain(..).map(|place| (Some(place), whose)).collect())
        }
        Topic::Receipts { .. } => {
            let codes = having(&[Some(CodeKind::Order), Some(CodeKind::Receipt)]);
            if codes.is_empty() {
                or_none(all(subjects.iter().filter(vendor).copied().collect()))
            } else {
                all(codes)
            }
        }
        Topic::Profile | Topic::Standing(_) => or_none(all(subjects.to_vec())),
        Topic::Billed(_) => {
            let vendors: Vec<usize> = subjects.iter().filter(vendor).copied().collect();
            or_none(all(vendors))
        }
        Topic::Missing(Some(prefix)) => {
            let named = |place: &&usize| !matches!(of(place), Some(Subject::Code { text, .. }) if text == prefix);
            or_none(all(subjects
                .iter()
                .filter(vendor)
                .filter(named)
                .copied()
                .collect()))
        }
        topic if of_vendor(topic) => {
            let vendors: Vec<usize> = subjects.iter().filter(vendor).copied().collect();
            if vendors.is_empty() {
                or_none(all(having(&[
                    Some(CodeKind::Order),
                    Some(CodeKind::Invoice),
                ])))
            } else {
                all(vendors)
            }
        }
        _ => vec![(None, None)],
    }
}

fn or_none(pairs: Vec<(Option<usize>, Option<usize>)>) -> Vec<(Option<usize>, Option<usize>)> {
    if pairs.is_empty() {
        vec![(None, None)]
    } else {
        pairs
    }
}
