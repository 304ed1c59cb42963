//! A case: one invoice under verification, and everything learned about it so far.

use std::sync::Arc;

use checks::Spec;
use domain::{
    Citation, Date, Evidence, EvidenceId, Invoice, Law, Need, Outcome, Policy, Screening,
    einvoice::SignedQr,
    evidence::sha256_hex,
    facts::{Answer, Facts, NamedOrder},
    verdict::{Claim, Decision, Grade, Relevance},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    consult::Consulted,
    engine::{Diversion, Fact, State},
    leads,
    obligations::{self, Call},
    reader::{Heard, Reading},
    record::Record,
    what_if::Assumption,
};

/// The document to verify and the terms on which it is judged. What makes two cases the same is [`Input::key`].
#[derive(Debug, Clone)]
pub struct Input {
    pub invoice: Arc<Invoice>,
    /// SHA-256 of the document's bytes, lower-case hex; of a document of several invoices, of this one's JSON.
    pub sha256: String,
    /// File name, queue or hook that it came by.
    pub source: String,
    /// The day of judgement, a civil date in IST.
    pub as_of: Date,
    pub law: Arc<Law>,
    pub policy: Arc<Policy>,
    /// What-if: facts taken as other than they were observed. Empty for every verdict that is stored.
    pub assumptions: Arc<[Assumption]>,
    /// The model that may be asked, by name; `None` for the rules alone.
    pub model: Option<Arc<str>>,
    /// Whose case it is; the empty text is the tenant without a name.
    pub tenant: Arc<str>,
    /// The key under which the case is recorded, where it is judged otherwise than it was then (another policy).
    pub recorded_as: Option<String>,
}

impl Input {
    /// The same bytes judged for the same tenant on the same day by the same policy, with the counsel of the same model, are the
    /// same case.
    pub fn key(&self) -> String {
        if let Some(key) = &self.recorded_as {
            return key.clone();
        }
        let mut terms = format!("{}\n{}\n{}", self.sha256, self.as_of, self.policy.sha256);
        if let Some(model) = &self.model {
            terms.push('\n');
            terms.push_str(model);
        }
        if !self.tenant.is_empty() {
            // No model has such a name.
            terms.push_str("\n\ntenant\n");
            terms.push_str(&self.tenant);
        }
        sha256_hex(terms.as_bytes())
    }
}

/// One question that was asked for a need, and what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    pub need: Need,
    /// Which of the named orders, for [`Need::Orders`]; 0 otherwise.
    pub order: usize,
    /// 1 for the first wording, more after each reformulation.
    pub attempt: u32,
    pub result: Asking,
    /// `None` until the critic has graded it.
    pub grade: Option<Grade>,
    /// Why it was graded so, where it is not relevant.
    pub doubt: Option<String>,
    /// What was found, in its type; `None` until it is graded, and where it is not relevant.
    #[serde(skip)]
    pub record: Option<Record>,
}

/// What came of a question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Asking {
    /// The system answered; `found` tells a record from its absence.
    Answered { evidence: EvidenceId, found: bool },
    /// It gave no usable answer.
    Failed {
        message: String,
        retry_is_useful: bool,
    },
}

/// What is known of an invoice under verification.
#[derive(Debug, Clone)]
pub struct Case {
    pub input: Input,
    /// `ev_0` is the invoice; appended, never edited.
    pub evidence: Vec<Evidence>,
    /// The decoded signed QR and its evidence.
    pub qr: Option<(EvidenceId, Arc<SignedQr>)>,
    /// What the screen made of the document's text; `None` until it was screened.
    pub screening: Option<Screening>,
    pub asked: Vec<Asked>,
    /// Obligations that the router found open, by need and order.
    pub open: Vec<(Need, usize)>,
    pub rounds: u32,
    pub retrieval_retries: u32,
    pub outcomes: Vec<(&'static Spec, Outcome)>,
    /// The least severe decision that evidence allows.
    pub floor: Floor,
    /// What a model chose to look up: the next call, and every call that was made.
    pub chosen: Option<Call>,
    pub inquired: Vec<Call>,
    /// What those calls came to.
    pub inquiries: Vec<EvidenceId>,
    /// Of those, searches of documents that a reader was shown; what of it was kept, and how passages were graded.
    pub read: Vec<EvidenceId>,
    pub(crate) readings: Vec<Reading>,
    pub graded: Vec<Relevance>,
    /// What a model wants a person to look at.
    pub doubts: Vec<Doubt>,
    pub consulted: Vec<Consulted>,
    /// The lead of the verdict as a model worded it, each sentence borne out by the claims.
    pub lead: Option<String>,
    pub drafts: Vec<crate::claims::Draft>,
    pub claims: Vec<Claim>,
    pub generations: u32,
    /// Claims that the critic could not ground, after the last composition.
    pub ungrounded: Vec<String>,
    pub usefulness: u8,
    /// Why the run ended early, when it did.
    pub diversion: Option<String>,
}

impl Case {
    /// Tools that gave no usable answer to a question, each as often as it happened.
    pub fn unanswered(&self) -> Vec<&'static str> {
        let qr = self.signed_qr();
        let failed = |asked: &&Asked| matches!(asked.result, Asking::Failed { .. });
        let asked = self.asked.iter().filter(failed);
        asked
            .filter_map(|asked| {
                obligations::reword(asked.need, asked.order, &self.input, qr, asked.attempt)
            })
            .map(|call| call.tool)
            .collect()
    }
}

/// A decision that doubt may raise and nothing may lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor(Decision);

impl Floor {
    /// What evidence alone came to.
    pub fn new(decision: Decision) -> Self {
        Self(decision)
    }

    /// Doubt: the worse of the two stays.
    pub fn raise(&mut self, decision: Decision) {
        self.0 = self.0.max(decision);
    }

    pub fn decision(self) -> Decision {
        self.0
    }
}

impl Case {
    /// A case of which nothing but the document is known. Undecided means hold.
    pub fn new(input: Input) -> Self {
        Self {
            input,
            evidence: Vec::new(),
            qr: None,
            screening: None,
            asked: Vec::new(),
            open: Vec::new(),
            rounds: 0,
            retrieval_retries: 0,
            outcomes: Vec::new(),
            floor: Floor::new(Decision::Approve),
            chosen: None,
            inquired: Vec::new(),
            inquiries: Vec::new(),
            read: Vec::new(),
            readings: Vec::new(),
            graded: Vec::new(),
            doubts: Vec::new(),
            consulted: Vec::new(),
            lead: None,
            drafts: Vec::new(),
            claims: Vec::new(),
            generations: 0,
            ungrounded: Vec::new(),
            usefulness: 1,
            diversion: None,
        }
    }

    /// What the document's signed QR code says.
    pub(crate) fn signed_qr(&self) -> Option<&SignedQr> {
        self.qr.as_ref().map(|(_, qr)| qr.as_ref())
    }

    /// Observations by id.
    pub fn observation(&self, id: EvidenceId) -> Option<&Value> {
        self.evidence
            .get(usize::from(id.0))
            .map(|e| e.observation.as_ref())
    }

    /// The last question asked for a need and order.
    pub fn last_asked(&self, need: Need, order: usize) -> Option<&Asked> {
        self.asked
            .iter()
            .rev()
            .find(|a| a.need == need && a.order == order)
    }

    /// Whether the screen suspects this text of the document, or one that it stands in.
    pub(crate) fn suspects(&self, evidence: EvidenceId, pointer: &str) -> bool {
        self.screening.as_ref().is_some_and(|screening| {
            screening
                .suspects
                .iter()
                .any(|suspect| suspect.evidence == evidence && suspect.pointer == pointer)
        })
    }

    /// Whether a claim rests on a text that is suspect: such a claim is shown to no model.
    pub(crate) fn cites_suspect(&self, citations: &[Citation]) -> bool {
        citations.iter().any(|citation| {
            let tool = self.evidence.get(usize::from(citation.evidence.0));
            tool.is_some_and(|e| e.tool == "screen")
                || self.suspects(citation.evidence, &citation.pointer)
        })
    }

    /// The doubts that count.
    pub fn confirmed_doubts(&self) -> impl Iterator<Item = &Doubt> {
        self.doubts.iter().filter(|doubt| doubt.confirmed)
    }

    /// Grades so far, in the order of the evidence.
    pub fn relevance(&self) -> Vec<Relevance> {
        self.asked
            .iter()
            .filter_map(|asked| match (&asked.result, asked.grade) {
                (Asking::Answered { evidence, .. }, Some(grade)) => Some(Relevance {
                    evidence: *evidence,
                    grade,
                }),
                _ => None,
            })
            .chain(self.graded.iter().cloned())
            .collect()
    }

    /// Everything that checks may look at, built from the evidence.
    pub fn facts(&self) -> Facts {
        let mut facts = Facts::new(Arc::clone(&self.input.invoice), self.input.as_of);
        facts.qr.clone_from(&self.qr);
        facts.buyer = self.answer(Need::Buyer, 0);
        facts.vendor = self.answer(Need::Vendor, 0);
        facts.taxpayer = self.answer(Need::Taxpayer, 0);
        facts.returns = self.answer(Need::Returns, 0);
        facts.statement = self.answer(Need::Statement, 0);
        facts.irn_status = self.answer(Need::IrnStatus, 0);
        facts.signing_key = self.answer(Need::SigningKey, 0);
        facts.duplicates = self.answer(Need::Duplicates, 0);
        facts.history = self.answer(Need::History, 0);
        facts.contracts = self.answer(Need::Contracts, 0);
        facts.screening.clone_from(&self.screening);
        facts.orders = self
            .input
            .invoice
            .orders
            .iter()
            .enumerate()
            .map(|(index, order)| NamedOrder {
                po_number: order.number.clone(),
                pointer: order.pointer.clone(),
                answer: self.answer(Need::Orders, index),
            })
            .collect();
        facts
    }

    fn answer<T>(&self, need: Need, order: usize) -> Answer<T>
    where
        for<'a> &'a Arc<T>: TryFrom<&'a Record, Error = &'static str>,
    {
        let Some(asked) = self.last_asked(need, order) else {
            let qr = self.signed_qr();
            return match crate::obligations::call(need, order, &self.input, qr) {
                crate::obligations::Wanted::NotNeeded(why) => Answer::NotNeeded(why),
                crate::obligations::Wanted::Impossible(why) => Answer::Open(why),
                crate::obligations::Wanted::Call(_) => {
                    Answer::Open("it was not asked for".to_owned())
                }
            };
        };
        let (evidence, found) = match &asked.result {
            Asking::Failed { message, .. } => return Answer::Open(message.clone()),
            Asking::Answered { evidence, found } => (*evidence, *found),
        };
        if asked.grade != Some(Grade::Relevant) {
            let why = asked.doubt.clone();
            return Answer::Open(why.unwrap_or_else(|| "the answer was not relevant".to_owned()));
        }
        let Some(observation) = self.observation(evidence) else {
            return Answer::Open("its evidence is missing".to_owned());
        };
        if !found {
            let reason = observation
                .get("reason")
                .and_then(Value::as_str)
                .unwrap_or("no such record");
            return Answer::Absent(evidence, reason.to_owned());
        }
        let record = asked.record.as_ref().ok_or("it was not read");
        match record.and_then(<&Arc<T>>::try_from) {
            Ok(record) => Answer::Found(evidence, Arc::clone(record)),
            Err(problem) => Answer::Open(format!("the answer cannot be used: {problem}")),
        }
    }
}

/// What a model wants a person to look at: a value in the evidence, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// In the model's words, cut and without links or control characters.
    pub why: String,
    pub citation: Citation,
    /// What that value is compared with, where code found the conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<Citation>,
    /// The critic found that the value bears it out; until then it counts for nothing.
    pub confirmed: bool,
}

/// What the relevance critic found in an answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Graded {
    /// Its position in `asked`.
    pub at: usize,
    pub grade: Grade,
    /// Why it is not relevant.
    pub doubt: Option<String>,
    #[serde(skip)]
    pub record: Option<Record>,
}

/// What a node found out. Bulk that code recomputes from the evidence on replay is not written to the journal.
#[derive(Debug, Serialize, Deserialize)]
pub enum Delta {
    Taken {
        #[serde(skip)]
        evidence: Vec<Evidence>,
        #[serde(skip)]
        qr: Option<(EvidenceId, Arc<SignedQr>)>,
    },
    Screened {
        #[serde(skip)]
        screening: Screening,
        /// What lists the suspects, when there are any.
        #[serde(skip)]
        evidence: Option<Evidence>,
    },
    Routed {
        open: Vec<(Need, usize)>,
    },
    Observed {
        #[serde(skip)]
        evidence: Vec<Evidence>,
        asked: Vec<Asked>,
    },
    Graded {
        grades: Vec<Graded>,
    },
    Reformulated,
    Judged {
        #[serde(skip)]
        outcomes: Vec<(&'static Spec, Outcome)>,
        decision: Decision,
    },
    Investigated {
        #[serde(skip)]
        chosen: Option<Call>,
        doubts: Vec<Doubt>,
        consulted: Option<Consulted>,
    },
    Inquired {
        #[serde(skip)]
        call: Option<Call>,
        #[serde(skip)]
        evidence: Option<Evidence>,
    },
    Read {
        #[serde(skip)]
        heard: Heard,
        #[serde(skip)]
        graded: Vec<Relevance>,
        #[serde(skip)]
        read: Vec<EvidenceId>,
        doubts: Vec<Doubt>,
    },
    Worded {
        lead: Option<String>,
        consulted: Option<Consulted>,
    },
    Composed {
        #[serde(skip)]
        drafts: Vec<crate::claims::Draft>,
    },
    Grounded {
        #[serde(skip)]
        claims: Vec<Claim>,
        ungrounded: Vec<String>,
        /// Doubts that the critic bears out, by their places.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confirmed: Vec<usize>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consulted: Option<Consulted>,
    },
    Scored {
        usefulness: u8,
    },
    Decided {
        decision: Decision,
    },
}

impl State for Case {
    type Delta = Delta;

    const FACTS: &'static [&'static str] = &[
        "model",
        "chosen",
        "inquiries",
        "unread",
        "open",
        "rounds",
        "irrelevant",
        "retries",
        "ungrounded",
        "generations",
        "usefulness",
        "decision",
    ];

    fn fold(&mut self, delta: Delta) {
        match delta {
            Delta::Taken { evidence, qr } => {
                self.evidence = evidence;
                self.qr = qr;
            }
            Delta::Screened {
                screening,
                evidence,
            } => {
                self.screening = Some(screening);
                self.evidence.extend(evidence);
            }
            Delta::Routed { open } => self.open = open,
            Delta::Observed { evidence, asked } => {
                self.evidence.extend(evidence);
                self.asked.extend(asked);
                self.rounds += 1;
            }
            Delta::Graded { grades } => {
                for graded in grades {
                    if let Some(asked) = self.asked.get_mut(graded.at) {
                        asked.grade = Some(graded.grade);
                        asked.doubt = graded.doubt;
                        asked.record = graded.record;
                    }
                }
            }
            Delta::Reformulated => self.retrieval_retries += 1,
            Delta::Judged { outcomes, decision } => {
                self.outcomes = outcomes;
                self.floor.raise(decision);
            }
            Delta::Composed { drafts } => {
                self.drafts = drafts;
                self.generations += 1;
            }
            Delta::Investigated {
                chosen,
                doubts,
                consulted,
            } => {
                self.chosen = chosen;
                self.doubts.extend(doubts);
                self.consulted.extend(consulted);
            }
            Delta::Inquired { call, evidence } => {
                self.inquiries.extend(evidence.as_ref().map(|e| e.id));
                self.evidence.extend(evidence);
                self.inquired.extend(call);
                self.chosen = None;
            }
            Delta::Read {
                heard,
                graded,
                read,
                doubts,
            } => {
                self.read.extend(read);
                self.graded.extend(graded);
                self.readings.extend(heard.readings);
                self.evidence.extend(heard.evidence);
                self.consulted.extend(heard.consulted);
                self.doubts.extend(doubts);
            }
            Delta::Worded { lead, consulted } => {
                self.lead = lead;
                self.consulted.extend(consulted);
            }
            Delta::Grounded {
                claims,
                ungrounded,
                confirmed,
                consulted,
            } => {
                for at in confirmed {
                    if let Some(doubt) = self.doubts.get_mut(at) {
                        doubt.confirmed = true;
                    }
                }
                self.claims = claims;
                self.ungrounded = ungrounded;
                self.consulted.extend(consulted);
            }
            Delta::Scored { usefulness } => self.usefulness = usefulness,
            Delta::Decided { decision } => self.floor.raise(decision),
        }
    }

    fn fact(&self, name: &str) -> Option<Fact> {
        let count = |n: usize| Fact::Int(i64::try_from(n).unwrap_or(i64::MAX));
        Some(match name {
            "model" => count(usize::from(self.input.model.is_some())),
            "chosen" => count(usize::from(self.chosen.is_some())),
            "inquiries" => count(self.inquired.len()),
            "unread" => count(leads::unread(self).len()),
            "open" => count(self.open.len()),
            "rounds" => self.rounds.into(),
            "irrelevant" => count(crate::relevance::doubtful(self).count()),
            "retries" => self.retrieval_retries.into(),
            "ungrounded" => count(self.ungrounded.len()),
            "generations" => self.generations.into(),
            "usefulness" => Fact::Int(self.usefulness.into()),
            "decision" => self.floor.decision().name().into(),
            _ => return None,
        })
    }

    fn diverted(&mut self, diversion: &Diversion) {
        self.floor.raise(Decision::Hold);
        self.diversion = Some(diversion.to_string());
    }
}
