//! The wording: how much the words of a text, taken together, are like those that speak to a verifier.
//!
//! A linear model of hashed features, trained offline (`src/screen/train`): terms of the lexicons by concept and by
//! gloss, and in pairs, which is what carries over from language to language; words and their stems, alone, in pairs and
//! where a clause begins or ends; letters in fours and fives, which is what survives inflection and spelling; sounds of
//! words and of their stems, which is what scripts share. All arithmetic is in integers, and the answer is a sum of
//! weights, so that the words that weigh most can be named.

use crate::{
    concept::Concept,
    feature::FLAGGED_FROM,
    hits::{Gloss, Hit, Terms},
    sound::{sound, unvoiced},
    view::ViewName,
};

/// Trained weights: see [`Model`].
static WEIGHTS: &[u8] = include_bytes!("wording.weights");
/// Features share so many weights: two to this power.
const BUCKETS: u32 = 18;
/// Terms make a pair over so many words, and with so many terms before.
const PAIR_WORDS: u32 = 8;
const PAIR_TERMS: usize = 16;
/// Words that are judged together, and how far on the next ones begin.
const WINDOW: usize = 96;
const STEP: usize = 32;
/// Words that are named.
const STRONGEST: usize = 3;
/// As if so many more features weighed nothing: a few say little.
const FEW: u32 = 8;
/// Points from which the words are named.
const TOLD_FROM: u32 = 25;
/// Fixed point of the share that one feature of many has.
const SHARE: u32 = 12;

/// What a feature is made of. Features of a group share one vote, however many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Concepts,
    Words,
    Letters,
    Sounds,
    Glosses,
}

const GROUPS: usize = 5;

impl Group {
    const ALL: [Self; GROUPS] = [
        Self::Concepts,
        Self::Words,
        Self::Letters,
        Self::Sounds,
        Self::Glosses,
    ];

    const fn index(self) -> usize {
        match self {
            Self::Concepts => 0,
            Self::Words => 1,
            Self::Letters => 2,
            Self::Sounds => 3,
            Self::Glosses => 4,
        }
    }

    /// How much its vote counts beside those of the others.
    const fn votes(self) -> i64 {
        match self {
            Self::Concepts => 2,
            Self::Words => 3,
            Self::Letters | Self::Sounds | Self::Glosses => 4,
        }
    }

    /// Whether a feature of it counts once a window, however often it stands there.
    const fn once(self) -> bool {
        matches!(self, Self::Concepts | Self::Glosses)
    }
}

/// Features of one word, by group.
pub(crate) type Signals = [Vec<u32>; GROUPS];

/// What the wording of a view comes to.
pub(crate) struct Wording {
    pub(crate) points: u32,
    /// The words that weigh most, as units, where there are points enough to tell.
    pub(crate) strongest: Vec<(usize, usize)>,
}

/// The trained numbers: the sum that is worth half the points, of one text and of all of a document, what the other
/// half is worth, and a weight a bucket.
struct Model<'a> {
    middle: i64,
    middle_joined: i64,
    spread: i64,
    weights: &'a [u8],
}

impl Model<'_> {
    fn trained() -> Option<Model<'static>> {
        let number = |at: usize| {
            let bytes = WEIGHTS.get(at..at + 4)?.try_into().ok()?;
            Some(i64::from(i32::from_le_bytes(bytes)))
        };
        Some(Model {
            middle: number(0)?,
            middle_joined: number(4)?,
            spread: number(8)?.max(1),
            weights: WEIGHTS.get(12..)?,
        })
    }

    fn weight(&self, bucket: u32) -> i64 {
        usize::try_from(bucket)
            .ok()
            .and_then(|bucket| self.weights.get(bucket))
            .map_or(0, |byte| i64::from(i8::from_le_bytes([*byte])))
    }

    fn points(&self, sum: i64, view: ViewName) -> u32 {
        let half = i64::from(FLAGGED_FROM);
        let middle = match view {
            ViewName::Joined => self.middle_joined,
            _ => self.middle,
        };
        let points = half + ((sum - middle) * half).div_euclid(self.spread);
        u32::try_from(points.clamp(0, half * 2)).unwrap_or_default()
    }
}

/// Weights of features of one group: their sum, and how many they are.
#[derive(Clone, Copy, Default)]
struct Sum {
    weight: i64,
    count: u32,
}

impl Sum {
    /// Divided by the root of how many there are, so that a long text weighs no more than a short one.
    fn share(self, group: Group) -> i64 {
        let share = ((1_u32 << (2 * SHARE)) / (self.count + FEW)).isqrt();
        self.weight * i64::from(share) * group.votes()
    }
}

/// The features of a text with their weights.
#[derive(Default)]
struct Weighed {
    /// Of each word, those that count as often as they stand there.
    words: Vec<[Sum; GROUPS]>,
    /// Those that count once, by word.
    once: Vec<Once>,
}

/// A feature that counts once.
#[derive(Clone, Copy)]
struct Once {
    word: usize,
    group: Group,
    bucket: u32,
    weight: i64,
}

impl Weighed {
    fn new(model: &Model<'_>, terms: &Terms) -> Self {
        let mut new = Self::default();
        each(terms, |word, group, bucket| {
            if new.words.len() <= word {
                new.words.resize(word + 1, [Sum::default(); GROUPS]);
            }
            let weight = model.weight(bucket);
            if group.once() {
                new.once.push(Once {
                    word,
                    group,
                    bucket,
                    weight,
                });
            } else {
                let sum = &mut new.words[word][group.index()];
                sum.weight += weight;
                sum.count += 1;
            }
        });
        new.once.sort_by_key(|once| once.word);
        new
    }

    /// All features of a window of words, and those that count once.
    fn window(&self, from: usize) -> ([Sum; GROUPS], &[Once]) {
        let mut all = [Sum::default(); GROUPS];
        for own in self.words.iter().skip(from).take(WINDOW) {
            for (all, own) in all.iter_mut().zip(own) {
                all.weight += own.weight;
                all.count += own.count;
            }
        }
        let start = self.once.partition_point(|once| once.word < from);
        let end = self.once.partition_point(|once| once.word < from + WINDOW);
        let once = &self.once[start..end];
        let mut own: Vec<(usize, u32, i64)> = once
            .iter()
            .map(|once| (once.group.index(), once.bucket, once.weight))
            .collect();
        own.sort_unstable();
        own.dedup();
        for (group, _, weight) in own {
            all[group].weight += weight;
            all[group].count += 1;
        }
        (all, once)
    }

    /// Words of a window that weigh most, in their order.
    fn strongest(&self, from: usize) -> Vec<usize> {
        let (all, once) = self.window(from);
        let share = |group: Group, weight| {
            let sum = Sum {
                weight,
                ..all[group.index()]
            };
            sum.share(group)
        };
        let mut heavy: Vec<(i64, usize)> = (from..self.words.len())
            .take(WINDOW)
            .map(|word| {
                let own = self.words[word].iter().zip(Group::ALL);
                (own.map(|(sum, group)| share(group, sum.weight)).sum(), word)
            })
            .collect();
        for once in once {
            if let Some(heavy) = heavy.get_mut(once.word - from) {
                heavy.0 += share(once.group, once.weight);
            }
        }
        heavy.sort_by_key(|&(weight, word)| (std::cmp::Reverse(weight), word));
        heavy.truncate(STRONGEST);
        let mut words: Vec<usize> = heavy.into_iter().map(|(_, word)| word).collect();
        words.sort_unstable();
        words
    }
}

/// Judges the words of a view; `None` where there are none.
pub(crate) fn wording(view: ViewName, terms: &Terms) -> Option<Wording> {
    let model = Model::trained()?;
    let weighed = Weighed::new(&model, terms);
    let length = weighed.words.len();
    let (sum, from) = (0..length)
        .step_by(STEP)
        // A window that holds nothing but the end of the one before it says nothing new.
        .filter(|&from| from == 0 || from + WINDOW < length + STEP)
        .map(|from| {
            let (all, _) = weighed.window(from);
            let shares = all.iter().zip(Group::ALL);
            (
                shares.map(|(sum, group)| sum.share(group)).sum::<i64>(),
                from,
            )
        })
        .max_by_key(|&(sum, from)| (sum, std::cmp::Reverse(from)))?;
    let points = model.points(sum, view);
    let mut strongest = Vec::new();
    if points >= TOLD_FROM {
        let places: Vec<(usize, usize)> = terms
            .words
            .each()
            .map(|(_, start, end)| (start, end))
            .collect();
        strongest = weighed
            .strongest(from)
            .iter()
            .filter_map(|&word| places.get(word).copied())
            .collect();
    }
    Some(Wording { points, strongest })
}

/// The features of each word, for training.
pub(crate) fn signals(terms: &Terms) -> Vec<Signals> {
    let mut signals: Vec<Signals> = Vec::new();
    each(terms, |word, group, bucket| {
        if signals.len() <= word {
            signals.resize(word + 1, Signals::default());
        }
        signals[word][group.index()].push(bucket);
    });
    signals
}

/// Hands over every feature: the word that completes it, its group and its bucket.
fn each(terms: &Terms, mut take: impl FnMut(usize, Group, u32)) {
    each_concept(&terms.hits, &mut take);
    each_gloss(&terms.glosses, &mut take);
    let (mut last, mut last_but_one) = (None, None);
    let (mut last_sound, mut last_stem) = (None, None);
    let mut letters = Vec::new();
    for (index, (word, begins, ends)) in terms.words.clauses().enumerate() {
        spell(word, &mut letters);
        let own = hash(letters.iter().copied());
        take(index, Group::Words, bucket(4, own, 0));
        if let Some(last) = last {
            take(index, Group::Words, bucket(5, last, own));
        }
        if let Some(other) = last_but_one {
            take(index, Group::Words, bucket(6, other, own));
        }
        (last_but_one, last) = (last, Some(own));
        let sound = sound(word);
        let sounded = |sounds: &[u8]| hash(sounds.iter().copied().map(u64::from));
        let own = sounded(&sound);
        if sound.len() > 1 {
            take(index, Group::Sounds, bucket(9, own, 0));
        }
        if sound.len() > 2 {
            let unvoiced = hash(sound.iter().map(|&sound| u64::from(unvoiced(sound))));
            take(index, Group::Sounds, bucket(10, unvoiced, 0));
        }
        if let Some(last) = last_sound {
            take(index, Group::Sounds, bucket(11, last, own));
        }
        last_sound = Some(own);
        // What a word is built on, in languages that add endings to endings.
        for (kind, length) in [(14, 3), (15, 4)] {
            if let Some(stem) = sound.get(..length).filter(|_| sound.len() > length) {
                take(index, Group::Sounds, bucket(kind, sounded(stem), 0));
            }
        }
        // The beginning of a word is its stem, more often than not.
        let stem = hash(letters.iter().take(5).copied());
        take(index, Group::Letters, bucket(7, stem, 0));
        if let Some(last) = last_stem {
            take(index, Group::Words, bucket(16, last, stem));
        }
        last_stem = Some(stem);
        // An order has its verb first in some languages and last in others.
        if begins {
            take(index, Group::Words, bucket(17, stem, 0));
        }
        if ends {
            let end = hash(letters.iter().rev().skip(1).take(3).copied());
            take(index, Group::Words, bucket(18, end, 0));
        }
        for at in 0..letters.len().saturating_sub(3) {
            let four = hash(letters[at..at + 4].iter().copied());
            take(index, Group::Letters, bucket(8, four, 0));
            if let Some(fifth) = letters.get(at + 4) {
                take(index, Group::Letters, bucket(8, mix(four ^ fifth), 0));
            }
        }
    }
}

fn each_concept(hits: &[Hit], take: &mut impl FnMut(usize, Group, u32)) {
    for (index, hit) in hits.iter().enumerate() {
        let word = place(hit.word);
        let concept = code(hit.concept);
        take(word, Group::Concepts, bucket(1, concept, 0));
        if hit.opening {
            take(word, Group::Concepts, bucket(2, concept, 0));
        }
        let before = hits[..index].iter().rev().take(PAIR_TERMS);
        for other in before.take_while(|other| other.word + PAIR_WORDS >= hit.word) {
            if other.word != hit.word && other.concept != hit.concept {
                take(
                    word,
                    Group::Concepts,
                    bucket(3, code(other.concept), concept),
                );
            }
        }
    }
}

/// Glosses alone and in pairs, which are the same in either order: languages differ in where the verb stands.
fn each_gloss(glosses: &[Gloss], take: &mut impl FnMut(usize, Group, u32)) {
    for (index, &(at, gloss)) in glosses.iter().enumerate() {
        let word = place(at);
        take(word, Group::Glosses, bucket(12, u64::from(gloss), 0));
        let before = glosses[..index].iter().rev().take(PAIR_TERMS);
        for &(_, other) in before.take_while(|other| other.0 + PAIR_WORDS >= at) {
            if other != gloss {
                let pair = bucket(
                    13,
                    u64::from(gloss.min(other)) + 1,
                    u64::from(gloss.max(other)),
                );
                take(word, Group::Glosses, pair);
            }
        }
    }
}

/// From the number of a word, which the first has as 1, to its index.
fn place(word: u32) -> usize {
    usize::try_from(word.saturating_sub(1)).unwrap_or_default()
}

/// The letters of a word between its ends, numbers as one digit.
fn spell(word: &str, letters: &mut Vec<u64>) {
    letters.clear();
    letters.push(u64::from('<'));
    let mut digit = false;
    for ch in word.chars() {
        let numeric = ch.is_numeric();
        if !(numeric && digit) {
            letters.push(if numeric {
                u64::from('0')
            } else {
                u64::from(ch)
            });
        }
        digit = numeric;
    }
    letters.push(u64::from('>'));
}

fn hash(letters: impl Iterator<Item = u64>) -> u64 {
    letters.fold(0, |hash, letter| mix(hash ^ letter))
}

fn code(concept: Concept) -> u64 {
    u64::try_from(concept.index()).unwrap_or_default() + 1
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value ^ (value >> 29)
}

fn bucket(kind: u64, first: u64, second: u64) -> u32 {
    let hash = mix(mix(mix(kind) ^ first).rotate_left(23) ^ second);
    u32::try_from(hash >> (64 - BUCKETS)).unwrap_or_default()
}
