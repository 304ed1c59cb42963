//! An inquiry: one question under work, and everything learned about it so far.

use std::sync::Arc;

use domain::{
    Date, Evidence, EvidenceId,
    evidence::sha256_hex,
    verdict::{Claim, Grade, Relevance},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    choose::Chosen,
    lookup::Lookup,
    part::Understanding,
    record::Record,
    relevance,
    reply::{self, Sentence, Unknown},
};
use crate::{
    case::Asking,
    consult::Consulted,
    engine::{Diversion, Fact, State},
    reader::{Heard, Reading},
};

/// The question, and the day on which it is asked: a civil date in IST.
#[derive(Debug, Clone)]
pub struct Question {
    pub text: String,
    pub as_of: Date,
    /// The model that may choose what to look up where the rules did not understand; `None` for the rules alone.
    pub model: Option<Arc<str>>,
}

impl Question {
    /// The same words on the same day, put to the same model, are the same question. Its answer may differ: records change.
    pub fn key(&self) -> String {
        let model = self.model.as_deref().unwrap_or_default();
        sha256_hex(format!("ask\n{}\n{}\n{model}", self.text, self.as_of).as_bytes())
    }
}

/// One look-up that was made, and what came of it.
#[derive(Debug, Clone)]
pub struct Looked {
    pub lookup: Lookup,
    /// 1 for the first wording.
    pub attempt: u32,
    pub result: Asking,
    /// `None` until the critic has graded it.
    pub grade: Option<Grade>,
    /// Why it was graded so, where it is not relevant.
    pub doubt: Option<String>,
    pub record: Option<Arc<Record>>,
    /// What the reader made of passages that their keys did not decide. It makes no record of them.
    pub read: Option<Grade>,
}

/// What the critic made of an answer.
#[derive(Debug, Clone)]
pub struct Graded {
    /// Its position in `looked`.
    pub(super) at: usize,
    pub(super) grade: Grade,
    pub(super) doubt: Option<String>,
    pub(super) record: Option<Arc<Record>>,
}

/// What is known of a question under work.
#[derive(Debug, Clone)]
pub struct Inquiry {
    pub input: Question,
    /// Stretches of the question, in characters, that speak to the program: they are not read.
    pub withheld: Vec<(usize, usize)>,
    pub understanding: Arc<Understanding>,
    /// `ev_0` is the question as it was read; appended, never edited.
    pub evidence: Vec<Evidence>,
    pub looked: Vec<Looked>,
    /// Look-ups that are open.
    pub open: Vec<Lookup>,
    /// Whether a model was asked to choose; it is asked once.
    pub chose: bool,
    /// What asking a model came to, each time.
    pub consulted: Vec<Consulted>,
    /// Parts that a model chose; they are the last ones.
    pub chosen: usize,
    /// Quotes of passages that a reader found and code kept.
    pub(crate) readings: Vec<Reading>,
    pub rounds: u32,
    pub retrieval_retries: u32,
    pub sentences: Vec<Sentence>,
    /// What is not known, by part.
    pub unknown: Vec<(usize, Unknown)>,
    /// Each with the part that it answers; `None` for a hint.
    pub claims: Vec<(Option<usize>, Claim)>,
    pub generations: u32,
    /// Sentences that the critic could not ground, after the last composition.
    pub ungrounded: Vec<String>,
    pub usefulness: u8,
    /// Why the run ended early, when it did.
    pub diversion: Option<String>,
}

impl Inquiry {
    /// An inquiry of which nothing but the question is known.
    pub fn new(input: Question) -> Self {
        Self {
            input,
            withheld: Vec::new(),
            understanding: Arc::default(),
            evidence: Vec::new(),
            looked: Vec::new(),
            open: Vec::new(),
            chose: false,
            consulted: Vec::new(),
            chosen: 0,
            readings: Vec::new(),
            rounds: 0,
            retrieval_retries: 0,
            sentences: Vec::new(),
            unknown: Vec::new(),
            claims: Vec::new(),
            generations: 0,
            ungrounded: Vec::new(),
            usefulness: 1,
            diversion: None,
        }
    }

    /// The question without the stretches that are not read.
    pub fn read(&self) -> String {
        let withheld = |at: usize| {
            self.withheld
                .iter()
                .any(|(from, until)| (*from..*until).contains(&at))
        };
        let letters = self.input.text.chars().enumerate();
        letters
            .filter(|(at, _)| !withheld(*at))
            .map(|(_, letter)| letter)
            .collect()
    }

    /// Observations by id.
    pub fn observation(&self, id: EvidenceId) -> Option<&Value> {
        let evidence = self.evidence.get(usize::from(id.0))?;
        Some(evidence.observation.as_ref())
    }

    /// The last time that something was looked up.
    pub fn last(&self, lookup: &Lookup) -> Option<&Looked> {
        self.looked
            .iter()
            .rev()
            .find(|looked| looked.lookup == *lookup)
    }

    /// Grades so far, in the order of the evidence.
    pub fn relevance(&self) -> Vec<Relevance> {
        self.looked
            .iter()
            .filter_map(
                |looked| match (&looked.result, looked.read.or(looked.grade)) {
                    (Asking::Answered { evidence, .. }, Some(grade)) => Some(Relevance {
                        evidence: *evidence,
                        grade,
                    }),
                    _ => None,
                },
            )
            .collect()
    }

    /// Whether a part was answered by a claim, and nothing of it is left open.
    fn is_answered(&self, part: usize) -> bool {
        self.claims.iter().any(|(of, _)| *of == Some(part))
            && !self.unknown.iter().any(|(of, _)| *of == part)
    }

    /// Whether all of the question is answered and every word of it was understood.
    pub fn is_known(&self) -> bool {
        let parts = self.understanding.parts.len();
        parts > 0
            && (0..parts).all(|part| self.is_answered(part) || self.is_void(part))
            && (0..parts).any(|part| self.is_answered(part))
            && self.understanding.puzzling.is_empty()
            && self.withheld.is_empty()
            // What was dropped may have been the answer, and what is left beside the point.
            && self.ungrounded.is_empty()
            && self.diversion.is_none()
    }

    /// A part that turned out to ask nothing: the rest of a name that the part before has whole.
    fn is_void(&self, part: usize) -> bool {
        self.unknown
            .iter()
            .any(|(of, unknown)| *of == part && matches!(unknown, Unknown::Nothing))
    }
}

/// What a node found out. Everything but what guards read is recomputed from the recorded answers on replay.
#[derive(Debug, Serialize, Deserialize)]
pub enum Delta {
    Screened {
        #[serde(skip)]
        withheld: Vec<(usize, usize)>,
    },
    Understood {
        #[serde(skip)]
        understanding: Arc<Understanding>,
        #[serde(skip)]
        evidence: Option<Box<Evidence>>,
    },
    Routed {
        #[serde(skip)]
        open: Vec<Lookup>,
        /// What a model chose beyond what the rules understood, where it was asked.
        #[serde(skip)]
        chosen: Option<Chosen>,
    },
    Observed {
        #[serde(skip)]
        evidence: Vec<Evidence>,
        #[serde(skip)]
        looked: Vec<Looked>,
    },
    Graded {
        #[serde(skip)]
        grades: Vec<Graded>,
    },
    Reformulated,
    Read {
        #[serde(skip)]
        heard: Heard,
    },
    Answered {
        #[serde(skip)]
        sentences: Vec<Sentence>,
        #[serde(skip)]
        unknown: Vec<(usize, Unknown)>,
    },
    Grounded {
        #[serde(skip)]
        claims: Vec<(Option<usize>, Claim)>,
        ungrounded: Vec<String>,
    },
    Scored {
        usefulness: u8,
    },
}

impl State for Inquiry {
    type Delta = Delta;

    const FACTS: &'static [&'static str] = &[
        "open",
        "unread",
        "rounds",
        "irrelevant",
        "retries",
        "ungrounded",
        "generations",
        "usefulness",
        "known",
    ];

    fn fold(&mut self, delta: Delta) {
        match delta {
            Delta::Screened { withheld } => self.withheld = withheld,
            Delta::Understood {
                understanding,
                evidence,
            } => {
                self.understanding = understanding;
                self.evidence.extend(evidence.map(|evidence| *evidence));
            }
            Delta::Routed { open, chosen } => {
                self.open = open;
                if let Some(chosen) = chosen {
                    self.chose = true;
                    self.consulted.extend(chosen.consulted);
                    self.chosen = chosen.parts.len();
                    let understanding = Arc::make_mut(&mut self.understanding);
                    understanding.parts.extend(chosen.parts);
                }
            }
            Delta::Observed { evidence, looked } => {
                self.evidence.extend(evidence);
                self.looked.extend(looked);
                self.rounds += 1;
            }
            Delta::Graded { grades } => {
                for graded in grades {
                    if let Some(looked) = self.looked.get_mut(graded.at) {
                        looked.grade = Some(graded.grade);
                        looked.doubt = graded.doubt;
                        looked.record = graded.record;
                    }
                }
            }
            Delta::Reformulated => self.retrieval_retries += 1,
            Delta::Read { heard } => {
                for looked in &mut self.looked {
                    if let Asking::Answered { evidence, .. } = looked.result {
                        let graded = heard.graded.iter().find(|g| g.evidence == evidence);
                        // What keys decided stays as they decided it.
                        looked.read = graded
                            .filter(|_| looked.grade != Some(Grade::Relevant))
                            .map(|graded| graded.grade);
                    }
                }
                self.readings = heard.readings;
                self.evidence.extend(heard.evidence);
                self.consulted.extend(heard.consulted);
            }
            Delta::Answered { sentences, unknown } => {
                self.sentences = sentences;
                self.unknown = unknown;
                self.generations += 1;
            }
            Delta::Grounded { claims, ungrounded } => {
                self.claims = claims;
                self.ungrounded = ungrounded;
            }
            Delta::Scored { usefulness } => self.usefulness = usefulness,
        }
    }

    fn fact(&self, name: &str) -> Option<Fact> {
        let count = |n: usize| Fact::Int(i64::try_from(n).unwrap_or(i64::MAX));
        Some(match name {
            "open" => count(self.open.len()),
            "unread" => count(reply::unread(self).len()),
            "rounds" => self.rounds.into(),
            "irrelevant" => count(relevance::doubtful(self).count()),
            "retries" => self.retrieval_retries.into(),
            "ungrounded" => count(self.ungrounded.len()),
            "generations" => self.generations.into(),
            "usefulness" => Fact::Int(self.usefulness.into()),
            "known" => self.is_known().into(),
            _ => return None,
        })
    }

    fn diverted(&mut self, diversion: &Diversion) {
        self.diversion = Some(diversion.to_string());
    }
}
