//! What words of a lexicon stand for, and sets of that.

/// Declares the concepts with the names that lexicons use.
macro_rules! concepts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a word or token can mean for the screen. Lexicons say which words mean it in which language. The wording
        /// is trained on their order: new ones come last, and then it is trained again.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Concept { $($(#[$doc])* $variant,)* }

        impl Concept {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// By the name that lexicons write.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

concepts! {
    /// Put aside what was said: ignore, forget, disregard.
    Override = "override",
    /// What a model is told: instructions, rules, prompt.
    Instruction = "instruction",
    /// Which instructions: previous, all, your.
    Scope = "scope",
    /// A model by name or kind.
    Machine = "machine",
    /// What may be a model or a thing of trade: agent, system, reviewer.
    Agent = "agent",
    /// Turning to somebody: note to, attention, dear.
    Vocative = "vocative",
    /// Telling somebody what they are or must do: you are now, act as.
    You = "you",
    /// Making something so: mark, set, return, treat.
    Set = "set",
    /// A judgement as a quality: approved, valid, verified.
    Verdict = "verdict",
    /// A judgement as an order: approve, let it pass.
    Approve = "approve",
    /// The document under judgement: this invoice, this bill.
    Document = "document",
    /// What a judgement is written under: verdict, decision.
    Key = "key",
    /// The same, in words that test certificates use as well: status, result.
    WeakKey = "weak_key",
    /// Keep from happening: skip, bypass, disable.
    Suppress = "suppress",
    /// It need not be: no need to, not required, without.
    Needless = "needless",
    /// What a verifier does: GST verification, duplicate check, matching.
    Check = "check",
    /// The same, in words of many trades: check, audit, review.
    WeakCheck = "weak_check",
    /// What only the inside knows: system prompt, API key, other vendors' records.
    Secret = "secret",
    /// Personal and bank data.
    Personal = "personal",
    /// Of whom: all vendors, other customers.
    Others = "others",
    /// Give away: reveal, print, send.
    Disclose = "disclose",
    /// A source of evidence: GST portal, vendor master.
    Source = "source",
    /// What introduces an answer: response, returned, result.
    Answer = "answer",
    /// What a good answer says: active, matched, true.
    GoodAnswer = "good_answer",
    /// Citing: evidence, source, cite.
    Cite = "cite",
    /// Where money goes: bank account, beneficiary.
    Bank = "bank",
    /// Becoming other: changed, new, updated.
    Change = "change",
    /// Moving money: pay, remit, transfer.
    Pay = "pay",
    /// An account that is not the supplier's, or no longer: personal account, old account.
    Redirect = "redirect",
    /// Somebody who outranks the reader.
    Authority = "authority",
    /// There is no time.
    Urgency = "urgency",
    /// Reasons to trust that are no evidence.
    Trust = "trust",
    /// Looking no further: without scrutiny, no questions.
    Unlooked = "unlooked",
    /// What happens to whoever does not obey.
    Threat = "threat",
    /// If, when, in case.
    Condition = "condition",
    /// A check that does not pass: fails, mismatch, missing.
    Failure = "failure",
    /// Keep it for later: remember, for all future.
    Memory = "memory",
    /// The model's own output: your reply, your answer.
    Reply = "reply",
    /// Work for a writer: write, translate, summarise.
    Task = "task",
    /// Opens a question.
    Ask = "ask",
    /// Pretending: imagine, simulate, let us play.
    Pretend = "pretend",
    /// Using a tool: call, invoke, execute.
    Invoke = "invoke",
    /// A tool: tool, function, API.
    Tool = "tool",
    /// Words of trade: a text that has them is about goods, money or delivery.
    Commerce = "commerce",
    /// What delivery and packing instructions are about.
    Logistics = "logistics",
    /// Heads of noun phrases that turn a trigger into goods: software, manual, valve.
    Goods = "goods",
    /// What only names of firms end in: pvt, traders, sons.
    Firm = "firm",
    /// Marks of a chat template or of a data boundary.
    Syntax = "syntax",
    /// Labels of who speaks, also used in forms: system:, user:.
    Speaker = "speaker",
    /// The same for the answering side: assistant:.
    Answerer = "answerer",
    /// Labels of a reasoning agent: thought:, action:.
    Step = "step",
    /// Programs and queries.
    Code = "code",
    /// Markup that hides text.
    Hidden = "hidden",
    /// A picture or link that loads by itself.
    Picture = "picture",
    /// A web address.
    Address = "address",
    /// An address of electronic mail.
    Mail = "mail",
    /// A place where a value is to be put in.
    Placeholder = "placeholder",
    /// A reference to evidence: `ev_3`.
    Evidence = "evidence",
    /// A question mark.
    Question = "question",
    /// A setting written as a program reads it: key=value, "key":
    Setting = "setting",
    /// Marks that only the chat templates of models have, so that no honest text of a document does.
    Template = "template",
}

/// A set of concepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Set(u64);

impl Set {
    pub(crate) const fn of(concepts: &[Concept]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < concepts.len() {
            bits |= Self::one(concepts[at]).0;
            at += 1;
        }
        Self(bits)
    }

    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a fieldless enum, in a const"
    )]
    pub(crate) const fn one(concept: Concept) -> Self {
        Self(1 << concept as u8)
    }

    pub(crate) const fn has(self, concept: Concept) -> bool {
        self.0 & Self::one(concept).0 != 0
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn with(self, concept: Concept) -> Self {
        Self(self.0 | Self::one(concept).0)
    }
}

impl Concept {
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a fieldless enum"
    )]
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

const _: () = assert!(Concept::ALL.len() <= 64, "a set is one word");
