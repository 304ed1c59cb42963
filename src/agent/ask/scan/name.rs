//! Names of vendors among the words of a question: where one begins and ends, and with what it may be taken together.

use super::{
    super::{
        entity::{self, Entity},
        lexicon::{self, Concept},
        part::{Rest, Subject, Wider},
        period,
        token::{Mark, Word},
    },
    Run, Scanner, TRADES, announces, begins_high,
};

/// Words on either side that a longer wording takes in.
const BESIDE_MAX: usize = 2;
/// Longer wordings that are looked for.
const WIDER_MAX: usize = 6;
/// Words that lead to a name and begin none, unless they are written with a capital.
const LEADS: &[&str] = &[
    "of", "to", "from", "by", "is", "are", "was", "were", "did", "does", "do", "has", "have",
    "had", "what", "how", "whose", "where",
];

impl Scanner<'_> {
    /// A name in quotation marks is one, whatever its words mean.
    pub(super) fn quotation(&mut self, at: usize) -> Option<usize> {
        let number = self.words.get(at)?.quoted?;
        let quoted: Vec<&Word<'_>> = self
            .words
            .get(at..)?
            .iter()
            .take_while(|word| word.quoted == Some(number))
            .collect();
        let taken = quoted.len();
        if let (1, Some((entity, 1))) = (
            taken,
            entity::parse(self.words, at, Some(entity::Hint::Number)),
        ) && matches!(entity, Entity::Subject(_))
        {
            self.entity(entity, at, 1);
            return Some(1);
        }
        let text: Vec<&str> = quoted.iter().map(|word| word.text).collect();
        let whole = self.written(at, at + taken);
        let text = text.join(" ");
        let wider = (whole != text).then_some(whole).into_iter().map(sure);
        self.named(wider.collect(), vec![text], None, at, at + taken);
        Some(taken)
    }

    /// Whether a word is none of the vocabulary and no identifier: a part of a name, perhaps.
    fn is_other(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.quoted.is_none())
            && entity::parse(self.words, at, None).is_none()
            && lexicon::concept(self.words, at).is_none()
            && self.words.get(at).and_then(lexicon::misspelt).is_none()
    }

    /// A run of words that are nothing else: what may be a name.
    pub(super) fn name(&mut self, at: usize) -> usize {
        if let Some(taken) = self.prefix(at) {
            return taken;
        }
        let mut until = at + 1;
        while self.joins(until - 1) {
            let joined = self.words.get(until).is_some_and(|word| word.lower == "&");
            if self.is_other(until) {
                // "Mutha Cartons despatch": a name does not go on in small letters that began in capitals.
                let small = self.words.get(until).is_some_and(|word| !begins_high(word));
                let high = self.words.get(until - 1).is_some_and(begins_high);
                let first = self.words.get(until - 1).is_some_and(|word| word.first);
                if small == high && !first {
                    break;
                }
                until += 1;
            } else if joined && (self.is_other(until + 1) || self.is_form(until + 1)) {
                until += 2;
            } else if self.is_form(until) {
                until += 1;
            } else {
                break;
            }
        }
        let wide = self.widened(at, until);
        // "terms of Total Oils", "terms of IT Care": behind a word that announces a name, a capital within the sentence is the
        // name's, and asks nothing by itself.
        let announced = wide.0 < at
            && !self.is_dated(wide.0)
            && wide
                .0
                .checked_sub(1)
                .and_then(|at| self.words.get(at))
                .is_some_and(|word| {
                    announces(word) && !begins_high(word) && word.after == Mark::Blank
                })
            && (wide.0..at).all(|at| self.trades(at));
        let from = if announced { wide.0 } else { at };
        self.open
            .concepts
            .retain(|(_, at)| *at < from || !announced);
        let mut wordings = Vec::new();
        // With a month in it, it is one of the wordings that have to fit.
        if wide != (from, until) && !self.is_dated(wide.0) {
            wordings.push(self.text(wide.0, wide.1));
        }
        wordings.push(self.text(from, until));
        let wider = self.wider(from, until, &wordings);
        let number = self.numbered(until);
        let taken = until - at + usize::from(number.is_some());
        self.named(wider, wordings, number, from, until);
        taken
    }

    /// A short number right behind a name, that counts nothing: "Malabar Logistics Unit 38".
    fn numbered(&self, until: usize) -> Option<String> {
        let number = self.words.get(until).filter(|_| self.joins(until - 1))?;
        let short = number.text.len() <= 3 && number.text.bytes().all(|byte| byte.is_ascii_digit());
        let before = self.words.get(until - 1);
        let unit =
            before.is_some_and(|word| matches!(word.lower.as_str(), "unit" | "plant" | "depot"));
        // "sahyadri polymers 65 ne": in small letters where a particle says that the name ends behind it.
        let ends = self.words.get(until + 1).is_some_and(|word| {
            let particle = matches!(word.lower.as_str(), "ne" | "ka" | "ki" | "ke" | "ko" | "se");
            self.joins(until) && particle
        });
        if !short
            || number.quoted.is_some()
            || !(ends || before.is_some_and(|word| unit || begins_high(word)))
        {
            return None;
        }
        let next = self.words.get(until + 1).filter(|_| self.joins(until));
        let dash = |word: &&Word<'_>| word.text != "-" || !self.is_dash(until + 1);
        let counts = next.filter(dash).is_some_and(|word| {
            let lower = word.lower.as_str();
            let concept = lexicon::concept(self.words, until + 1).map(|(concept, _)| concept);
            let scale = matches!(lower, "to" | "and" | "-" | "per" | "percent" | "or" | "of");
            let amount = matches!(
                lower,
                "lakh" | "lakhs" | "lac" | "lacs" | "crore" | "crores" | "cr" | "k" | "thousand"
            );
            let noun = matches!(
                concept,
                Some(
                    Concept::Day
                        | Concept::Bill
                        | Concept::Order
                        | Concept::Line
                        | Concept::Latest
                        | Concept::Largest
                        | Concept::Smallest
                        | Concept::Rank
                        | Concept::Beyond
                )
            );
            period::month(lower).is_some() || amount || (!unit && (scale || noun))
        });
        (!counts).then(|| number.text.to_owned())
    }

    /// Whether a word is one that firms call themselves by. An article is none: "of The Mutha Cartons" is of Mutha Cartons.
    fn trades(&self, at: usize) -> bool {
        let article = |word: &Word<'_>| matches!(word.lower.as_str(), "the" | "our" | "us");
        !self.words.get(at).is_some_and(article)
            && lexicon::concept(self.words, at)
                .is_some_and(|(concept, _)| TRADES.contains(&concept))
    }

    /// The wordings of a name with the words beside it, the longest first: small words before it in any writing, others where
    /// they are written like names, and words of the vocabulary behind it, of which it is not sure whose they are.
    fn wider(&self, from: usize, until: usize, known: &[String]) -> Vec<Wider> {
        let capital = |at: usize| self.words.get(at).is_some_and(Word::is_capital);
        let leads = |at: usize| {
            let word = self.words.get(at);
            word.is_some_and(|word| LEADS.contains(&word.lower.as_str()))
        };
        let small = |at: usize| {
            let concept = lexicon::concept(self.words, at).map(|(concept, _)| concept);
            concept == Some(Concept::Skip) && !leads(at)
        };
        let quoted = |at: usize| self.words.get(at).is_some_and(|word| word.quoted.is_some());
        let mut first = from;
        while first > 0
            && from - first < BESIDE_MAX
            && self.joins(first - 1)
            && !quoted(first - 1)
            && (capital(first - 1) || small(first - 1))
        {
            first -= 1;
        }
        let mut last = until;
        let asks = |at: usize| {
            let concept = lexicon::concept(self.words, at).map(|(concept, _)| concept);
            concept.is_some_and(|concept| {
                concept != Concept::And && (concept != Concept::Skip || capital(at))
            })
        };
        while last - until < BESIDE_MAX && self.joins(last - 1) && !quoted(last) && asks(last) {
            last += 1;
        }
        let mut wider: Vec<Wider> = Vec::new();
        for begin in first..=from {
            for end in (until..=last).rev() {
                let text = self.written(begin, end);
                if !known.contains(&text) && wider.len() < WIDER_MAX {
                    wider.push(Wider {
                        text,
                        doubtful: (until..end).any(|at| !capital(at)),
                        dated: self.is_dated(begin),
                    });
                }
            }
        }
        wider
    }

    /// Whether a name that begins there would take in words of the period before it: "of May Flowers".
    fn is_dated(&self, begin: usize) -> bool {
        begin < self.dated
    }

    /// A word beside "series" is what its numbers begin with: "the VSG series".
    fn prefix(&mut self, at: usize) -> Option<usize> {
        let word = self.words.get(at)?;
        let plain =
            word.after == Mark::Blank && word.text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (concept, _) = lexicon::concept(self.words, at + 1).filter(|_| plain)?;
        if concept != Concept::Series {
            return None;
        }
        let code = Subject::Code {
            text: word.text.to_owned(),
            kind: None,
        };
        self.subject(code, at, 1);
        Some(1)
    }

    /// The end of a firm's name that is a word of its own elsewhere: "& Sons", "Co".
    fn is_form(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| {
            matches!(
                word.lower.as_str(),
                "sons" | "co" | "company" | "llp" | "ltd" | "limited" | "pvt" | "private"
            )
        })
    }

    fn text(&self, from: usize, until: usize) -> String {
        self.joined(from, until, |word| word.text)
    }

    /// As the question writes it, possessives and all.
    fn written(&self, from: usize, until: usize) -> String {
        self.joined(from, until, |word| word.written)
    }

    fn joined<'w>(
        &'w self,
        from: usize,
        until: usize,
        part: impl Fn(&'w Word<'w>) -> &'w str,
    ) -> String {
        let words = self.words.get(from..until).unwrap_or_default();
        words.iter().map(part).collect::<Vec<_>>().join(" ")
    }

    /// Whether nothing stands between a word and the next.
    fn joins(&self, at: usize) -> bool {
        self.words
            .get(at)
            .is_some_and(|word| word.after == Mark::Blank)
    }

    /// With the words of the vocabulary beside it that are written like names: "Total Oils", "Account Books Ltd".
    fn widened(&self, mut from: usize, mut until: usize) -> (usize, usize) {
        // MSME and GSTIN are written so wherever they stand; "IT" and "MAX" are not.
        let capital = |at: usize| {
            let written = |word: &Word<'_>| {
                word.is_capital()
                    && word.quoted.is_none()
                    && (word.text.chars().any(char::is_lowercase) || self.trades(at))
            };
            self.words.get(at).is_some_and(written) && entity::parse(self.words, at, None).is_none()
        };
        while from > self.open.words.0 && self.joins(from - 1) && capital(from - 1) {
            from -= 1;
        }
        while self.joins(until - 1) && capital(until) {
            until += 1;
        }
        (from, until)
    }

    fn named(
        &mut self,
        wider: Vec<Wider>,
        wordings: Vec<String>,
        number: Option<String>,
        from: usize,
        until: usize,
    ) {
        let before = self.runs.last().copied();
        let mut rest_of = None;
        // Two names with nothing but "and" between them may be one, and so may "House of Spices".
        if let Some(before) = before
            && let Some(all) = self.between(before.until, from)
        {
            let whole = self.written(before.from, until);
            if let Some(Subject::Name {
                wider,
                wordings,
                number: numbered,
                ..
            }) = self.found.subjects.get_mut(before.subject)
            {
                // "Climate Systems Unit 61": what the rest is numbered, the whole is.
                if !all && numbered.is_none() {
                    numbered.clone_from(&number);
                }
                if all {
                    wordings.insert(0, whole.clone());
                } else {
                    wider.insert(0, sure(whole.clone()));
                }
                rest_of = Some(Rest {
                    whole,
                    loosely: all,
                });
            }
        }
        let count = self.found.subjects.len();
        let words = self.words.get(from..until).unwrap_or_default();
        let before = from.checked_sub(1).and_then(|at| self.words.get(at));
        let told = before.is_some_and(announces)
            || words
                .iter()
                .any(|word| begins_high(word) || word.quoted.is_some());
        let name = Subject::Name {
            wider,
            wordings,
            rest_of,
            number,
            told,
        };
        self.subject(name, from, until - from);
        if self.found.subjects.len() > count {
            self.runs.push(Run {
                subject: count,
                from,
                until,
            });
        }
    }

    /// Whether two runs may be one name: `true` where only "and" stands between them, `false` where other small words do.
    fn between(&self, from: usize, until: usize) -> Option<bool> {
        let words = self.words.get(from..until)?;
        let joined = from > 0 && (from - 1..until).all(|at| self.joins(at));
        let small = |at: usize| {
            matches!(
                lexicon::concept(self.words, at),
                Some((Concept::Skip | Concept::And, _))
            )
        };
        let and = matches!(words, [word] if matches!(word.lower.as_str(), "and" | "&"));
        let few = (1..=2).contains(&words.len()) && (from..until).all(small);
        (joined && few).then_some(and)
    }

    /// "Kaveri and Sons": the form of the firm that was named, and nobody else.
    pub(super) fn ends_name(&self, at: usize) -> bool {
        let form = |word: &Word<'_>| matches!(word.lower.as_str(), "sons" | "co" | "company");
        self.runs.last().is_some_and(|run| run.until == at)
            && at > 0
            && self.joins(at - 1)
            && self.words.get(at + 1).is_some_and(form)
    }

    /// "&" between two words of a name was taken with the name; anywhere else it parts.
    pub(super) fn joins_names(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.lower == "&") && at > 0 && self.is_form(at + 1)
    }
}

fn sure(text: String) -> Wider {
    Wider {
        text,
        doubtful: false,
        dated: false,
    }
}
