//! Asking: one question, answered from the tools by a second machine on the same engine.
//!
//! screen → understand → route ⇄ act → relevance ⇄ reformulate → (read) → answer → ground → usefulness → *answered* or
//! *unknown*.
//!
//! *Invariant:* the question is text like any other: nothing of it reaches a tool but identifiers that were parsed, words of a
//! name, and words to be looked for in contracts.
//! *Invariant:* every sentence that states something is a claim, grounded as claims of a verdict are. What is not found, not
//! understood or not proven is told as not known.

mod arithmetic;
mod choose;
mod clause;
mod direction;
mod entity;
pub mod inquiry;
mod lexicon;
pub mod lookup;
pub mod nodes;
mod parse;
pub mod part;
pub mod period;
pub mod record;
pub(crate) mod relevance;
mod reply;
mod scan;
#[cfg(test)]
mod tests;
mod token;
mod topics;
mod wording;

use std::sync::Arc;

use domain::{
    answer::{Answer, SCHEMA},
    verdict::{Claim, Critique, EvidenceRecord, Support, Usage},
};
pub use inquiry::{Inquiry, Question};
pub use reply::Unknown;

use crate::{
    consult::{Adviser, Consulted},
    engine::{
        Budget, Clock, Digest, Engine, Flaw, Input, Journal, Machine, Mode, RunError, RunId, Start,
        SystemClock,
    },
    nodes::Loops,
    toolbox::Toolbox,
    verify::{VerifyError, reasoner, trace},
};

/// What a question may be about, for people who asked something else.
pub const ASKABLE: &str = "ask for a vendor's payment terms, MSME status, bank account, GSTIN, returns or e-invoicing; for the vendors that \
     are blocked, MSME, on terms of so many days or without a bank account; for what was billed, in a period, by status, above an \
     amount or without an order, by whom the most, or what is missing from a number series; for an order, an invoice, a receipt or an IRN by its number; for an invoice's due date; for a \
     clause of a contract; or for a sum";

/// Answers questions. Cheap to clone; one serves a process.
#[derive(Clone)]
pub struct Asker {
    machine: Arc<Machine<Inquiry>>,
    engine: Engine,
    budget: Budget,
}

impl Asker {
    /// An asker over these tools, writing to this journal. The adviser is asked for the questions that name a model.
    ///
    /// # Errors
    /// The flaws of the graph, should an edit have made one.
    pub fn new(
        tools: Toolbox,
        journal: Arc<dyn Journal>,
        adviser: Option<&Adviser>,
        loops: Loops,
        budget: Budget,
    ) -> Result<Self, VerifyError> {
        let flawed = |flaws: Vec<Flaw>| VerifyError::Graph(flaws);
        let machine = nodes::asker(&Arc::new(tools), adviser, loops).map_err(flawed)?;
        Ok(Self {
            machine: Arc::new(machine),
            engine: Engine::new(journal).clock(Arc::new(SystemClock)),
            budget,
        })
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.engine = self.engine.clock(clock);
        self
    }

    pub fn machine(&self) -> &Machine<Inquiry> {
        &self.machine
    }

    /// Answers one question. `id` names the answer, and its run in the journal; each asking is a run of its own, since
    /// records change.
    ///
    /// # Errors
    /// A journal that cannot be written or read, a record that differs on replay. A question without an answer is no error.
    pub async fn ask(
        &self,
        question: Question,
        id: &str,
        mode: Mode,
    ) -> Result<(Answer, Inquiry), RunError> {
        let began = std::time::Instant::now();
        let digest = Digest::of(question.key().as_bytes());
        let start = Start::new(run(id), Inquiry::new(question), Input::digest_only(digest))
            .mode(mode)
            .budget(self.budget);
        let outcome = self.engine.run(&self.machine, start).await?;
        let head = (mode != Mode::Fresh).then_some(outcome.head);
        let trace = trace(&outcome.trace, outcome.terminal, head);
        let inquiry = outcome.state;
        let steps = u32::try_from(trace.len()).unwrap_or(u32::MAX);
        let asked = u32::try_from(inquiry.looked.len()).unwrap_or(u32::MAX);
        let consulted = u32::try_from(inquiry.consulted.len()).unwrap_or(u32::MAX);
        let tokens = |of: fn(&Consulted) -> u64| inquiry.consulted.iter().map(of).sum();
        let answer = Answer {
            schema: SCHEMA.to_owned(),
            id: id.to_owned(),
            question: inquiry.input.text.clone(),
            answer: told(&inquiry),
            known: outcome.terminal == "answered" && inquiry.is_known(),
            claims: inquiry
                .claims
                .iter()
                .map(|(_, claim)| claim.clone())
                .collect(),
            critique: Critique {
                relevance: inquiry.relevance(),
                grounding: match (inquiry.claims.is_empty(), inquiry.ungrounded.is_empty()) {
                    (false, true) => Support::Full,
                    (false, false) => Support::Partial,
                    (true, _) => Support::None,
                },
                usefulness: inquiry.usefulness,
                retrieval_retries: inquiry.retrieval_retries,
                generation_retries: inquiry.generations.saturating_sub(1),
                doubts: Vec::new(),
            },
            evidence: inquiry.evidence.iter().map(EvidenceRecord::from).collect(),
            trace,
            usage: Usage {
                steps,
                tool_calls: asked.max(outcome.usage.calls.saturating_sub(consulted)),
                llm_calls: consulted,
                prompt_tokens: tokens(|c| c.prompt_tokens),
                completion_tokens: tokens(|c| c.completion_tokens),
                elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
                ..Usage::default()
            },
            reasoner: reasoner(inquiry.input.model.as_deref(), &inquiry.consulted),
        };
        Ok((answer, inquiry))
    }
}

/// The run of an answer in the journal.
pub fn run(id: &str) -> RunId {
    RunId::new(format!("ask/{id}"))
}

/// The answer in lines: what was not understood, each claim, then what is not known of its part, with what would help.
fn told(inquiry: &Inquiry) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |line: String| {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    };
    let words = inquiry
        .unknown
        .iter()
        .filter_map(|(_, unknown)| match unknown {
            Unknown::Word(word) => Some(word),
            _ => None,
        });
    let mut puzzling: Vec<&str> = Vec::new();
    for word in inquiry.understanding.puzzling.iter().chain(words) {
        if !puzzling.contains(&word.as_str()) {
            puzzling.push(word);
        }
    }
    if !puzzling.is_empty() {
        let instead = if inquiry.chosen > 0 {
            "; a model chose what is told instead"
        } else {
            ""
        };
        add(format!("Not understood: {}{instead}.", puzzling.join(", ")));
    }
    let parts = inquiry.understanding.parts.len();
    for part in 0..parts {
        let own = inquiry.claims.iter().filter(|(of, _)| *of == Some(part));
        own.for_each(|(_, claim)| add(claim.text.clone()));
        let dropped = inquiry
            .sentences
            .iter()
            .filter(|sentence| sentence.part == Some(part))
            .any(|sentence| {
                let is_claim = |claim: &Claim| claim.text == sentence.draft.text;
                !inquiry.claims.iter().any(|(_, claim)| is_claim(claim))
            });
        let unproven = dropped.then_some(Unknown::Unproven);
        let unknown = inquiry
            .unknown
            .iter()
            .filter(|(of, _)| *of == part)
            .map(|(_, unknown)| unknown);
        for unknown in unknown.chain(unproven.as_ref()) {
            if let Some(why) = unknown.told() {
                add(format!("Not known: {why}."));
            }
        }
    }
    let hints = inquiry.claims.iter().filter(|(of, _)| of.is_none());
    hints.for_each(|(_, claim)| add(claim.text.clone()));
    if !inquiry.withheld.is_empty() {
        add(
            "A part of the question speaks to the program instead of asking; it was not read."
                .to_owned(),
        );
    }
    if let Some(diversion) = &inquiry.diversion {
        add(format!("Not known: the inquiry ended early: {diversion}."));
    }
    let unknown = inquiry.unknown.iter().map(|(_, unknown)| unknown);
    let mut helps: Vec<&str> = unknown.filter_map(Unknown::help).collect();
    helps.dedup();
    let answered = !inquiry.claims.is_empty();
    let silent = !answered && !lines.iter().any(|line| line.starts_with("Not known: "));
    let mut add = |line: String| {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    };
    if silent && inquiry.diversion.is_none() {
        let why = "nothing in the question is something that the records could answer";
        add(format!("Not known: {why}."));
    }
    let mut asked = inquiry.understanding.parts.iter();
    if !answered && (silent || asked.all(|part| part.topic == part::Topic::Profile)) {
        helps.push(ASKABLE);
    }
    for help in helps {
        add(format!("help: {help}."));
    }
    lines.join("\n")
}
