//! Replies: what the records say to each part of a question. One function a topic looks up what it needs and words what is
//! found; a look-up that nobody has made yet is what the router asks for next.

mod calc;
mod classes;
pub(super) mod contract;
mod dues;
mod ledger;
mod orders;
mod party;
mod portal;
mod profile;
mod ranked;
mod vendor;

use std::cell::RefCell;

use domain::{EvidenceId, records::Passages, verdict::Grade};
use serde::Deserialize;
use serde_json::Value;

use super::{
    inquiry::Inquiry,
    lookup::Lookup,
    part::{Part, Subject, Topic},
    period::Period,
    record::Record,
    wording::{Show, Wording},
};
use crate::{case::Asking, claims::Draft, reader::Shown};

/// A sentence of an answer before the critic has judged it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The part that it answers; `None` for a hint where a part is not answered.
    pub part: Option<usize>,
    pub draft: Draft,
}

/// Why a part is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// The records hold no such thing; in words, as in "no vendor V9 is in the vendor master".
    Absent(String),
    /// What is named may be several things.
    Ambiguous(String),
    /// A source did not answer, or with something of no use.
    NoAnswer(String),
    /// The records that there are do not say it.
    Beyond(String),
    /// The question does not say of whom, or of what.
    Incomplete(String),
    /// A word that is neither one of the vocabulary nor a vendor's name.
    Word(String),
    /// What was found could not be proven by what it cites.
    Unproven,
    /// The part asks nothing: a part before has it.
    Nothing,
}

impl Unknown {
    /// As it is told: what is not known, and why.
    pub(super) fn told(&self) -> Option<String> {
        Some(match self {
            Self::Absent(why)
            | Self::Ambiguous(why)
            | Self::NoAnswer(why)
            | Self::Beyond(why)
            | Self::Incomplete(why) => why.clone(),
            Self::Unproven => "what was found is not borne out by what it cites".to_owned(),
            Self::Nothing | Self::Word(_) => return None,
        })
    }

    /// What the asker can do.
    pub(super) fn help(&self) -> Option<&'static str> {
        match self {
            Self::Absent(_) => Some("name it as the records write it, by id, number or GSTIN"),
            Self::Ambiguous(_) => Some("name one of them by its id"),
            Self::NoAnswer(_) => {
                Some("ask again when the source answers; `satyapan doctor` says which does")
            }
            Self::Incomplete(_) => Some("say of whom or of what, as in \"payment terms of V001\""),
            Self::Beyond(_) | Self::Unproven | Self::Nothing | Self::Word(_) => None,
        }
    }
}

/// Why a reply ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something was not looked up yet.
    Pending,
    Unknown(Unknown),
}

impl From<Unknown> for Stop {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

/// Passages that the words of their search did not decide, for a reader; none where no model may be asked.
pub(super) fn unread(inquiry: &Inquiry) -> Vec<Shown> {
    if inquiry.input.model.is_none() {
        return Vec::new();
    }
    let mut unread: Vec<Shown> = Vec::new();
    for looked in &inquiry.looked {
        let last = inquiry
            .last(&looked.lookup)
            .is_some_and(|last| last.attempt == looked.attempt);
        let (
            Lookup::Clauses { words, .. },
            Asking::Answered {
                evidence,
                found: true,
            },
            true,
        ) = (&looked.lookup, &looked.result, last)
        else {
            continue;
        };
        let passages = inquiry
            .observation(*evidence)
            .and_then(|value| Passages::deserialize(value).ok());
        unread.extend(passages.map_or_else(Vec::new, |found| {
            contract::undecided(*evidence, &found, words)
        }));
    }
    unread
}

pub(super) type Reply = Result<Vec<Draft>, Stop>;

/// What a look-up found.
pub(super) enum Seen<'a, T> {
    Found(EvidenceId, &'a T),
    Absent(EvidenceId),
}

/// A record by its type.
pub(super) trait Of: Sized {
    fn of(record: &Record) -> Option<&Self>;
}

macro_rules! of {
    ($($variant:ident => $of:ty,)*) => {
        $(impl Of for $of {
            fn of(record: &Record) -> Option<&Self> {
                match record {
                    Record::$variant(found) => Some(found),
                    _ => None,
                }
            }
        })*
    };
}

of! {
    Named => domain::records::NamedVendors,
    Vendor => domain::records::Registrations,
    Known => domain::records::VendorRecord,
    Buyer => domain::records::Buyer,
    Listed => domain::records::VendorList,
    Taxpayer => domain::portal::Taxpayer,
    Returns => domain::portal::Returns,
    Irn => domain::portal::IrnRecord,
    Statement => domain::portal::Statement,
    Billed => domain::records::Billed,
    Ranked => domain::records::RankedSuppliers,
    Numbers => domain::records::Numbers,
    Invoices => domain::records::FoundInvoices,
    Order => domain::records::Order,
    Orders => domain::records::VendorOrders,
    Receipts => domain::records::Receipts,
    Passages => domain::records::Passages,
    Computed => super::record::Computed,
}

/// Where replies are written: what was found so far, and what they still want.
pub(super) struct Desk<'a> {
    pub(super) inquiry: &'a Inquiry,
    /// Every number of a sentence stands in its evidence: nothing is computed where a sentence can do without.
    pub(super) strict: bool,
    /// A period is asked about.
    pub(super) dated: bool,
    wants: RefCell<Vec<Lookup>>,
    hints: RefCell<Vec<Draft>>,
}

impl<'a> Desk<'a> {
    fn new(inquiry: &'a Inquiry, part: &Part, strict: bool) -> Self {
        Self {
            inquiry,
            strict,
            dated: part.period.is_some(),
            wants: RefCell::default(),
            hints: RefCell::default(),
        }
    }

    /// What a look-up found. One that was never made is noted as wanted.
    pub(super) fn look<T: Of>(&self, lookup: Lookup) -> Result<Seen<'a, T>, Stop> {
        let Some(looked) = self.inquiry.last(&lookup) else {
            let mut wants = self.wants.borrow_mut();
            if !wants.contains(&lookup) {
                wants.push(lookup);
            }
            return Err(Stop::Pending);
        };
        let (evidence, found) = match &looked.result {
            Asking::Failed { message, .. } => return Err(Unknown::NoAnswer(message.clone()).into()),
            Asking::Answered { evidence, found } => (*evidence, *found),
        };
        if looked.grade != Some(Grade::Relevant) {
            let doubt = looked
                .doubt
                .as_deref()
                .unwrap_or("the answer was not graded");
            let why = format!("{}: {doubt}", lookup.tool());
            return Err(Unknown::NoAnswer(why).into());
        }
        if !found {
            return Ok(Seen::Absent(evidence));
        }
        let record = looked.record.as_deref().and_then(T::of);
        record
            .map(|record| Seen::Found(evidence, record))
            .ok_or_else(|| {
                Unknown::NoAnswer(format!("{}: the answer was not read", lookup.tool())).into()
            })
    }

    /// As [`Self::look`], where a reply can do without: `None` when there is no such record and when nobody answered.
    pub(super) fn glance<T: Of>(
        &self,
        lookup: Lookup,
    ) -> Result<Option<(EvidenceId, &'a T)>, Stop> {
        match self.look(lookup) {
            Ok(Seen::Found(evidence, record)) => Ok(Some((evidence, record))),
            Ok(Seen::Absent(_)) | Err(Stop::Unknown(_)) => Ok(None),
            Err(Stop::Pending) => Err(Stop::Pending),
        }
    }

    /// Adds a sentence that helps where a part is not answered.
    pub(super) fn hint(&self, wording: Wording<'_>) {
        self.hints.borrow_mut().extend(wording.end());
    }

    /// Keeps what is certain of a part that is not answered.
    pub(super) fn keep(&self, drafts: Vec<Draft>) {
        self.hints.borrow_mut().extend(drafts);
    }

    pub(super) fn word(&self) -> Wording<'a> {
        Wording::new(&self.inquiry.evidence)
    }

    pub(super) fn subject(&self, at: Option<usize>) -> Option<&'a Subject> {
        self.inquiry.understanding.subjects.get(at?)
    }

    /// The period of a part with its place in the question.
    pub(super) fn period(&self, part: &Part) -> Option<(usize, &'a Period)> {
        let at = part.period?;
        Some((at, self.inquiry.understanding.periods.get(at)?))
    }
}

/// The question as evidence.
pub(super) const QUESTION: EvidenceId = EvidenceId(0);

/// What was composed.
pub(super) struct Composed {
    pub(super) sentences: Vec<Sentence>,
    pub(super) unknown: Vec<(usize, Unknown)>,
    /// What was not looked up yet.
    pub(super) wants: Vec<Lookup>,
}

/// Replies to every part with what is known so far.
pub(super) fn compose(inquiry: &Inquiry, strict: bool) -> Composed {
    let mut composed = Composed {
        sentences: Vec::new(),
        unknown: Vec::new(),
        wants: Vec::new(),
    };
    for (at, part) in inquiry.understanding.parts.iter().enumerate() {
        let desk = Desk::new(inquiry, part, strict);
        let reply = topic(&desk, part);
        let (wants, hints) = (desk.wants.into_inner(), desk.hints.into_inner());
        for want in wants {
            if !composed.wants.contains(&want) {
                composed.wants.push(want);
            }
        }
        let sentence = |part, draft| Sentence { part, draft };
        match reply {
            Ok(drafts) if drafts.is_empty() => composed.unknown.push((at, Unknown::Unproven)),
            Ok(drafts) => {
                let said = drafts.into_iter().map(|draft| sentence(Some(at), draft));
                composed.sentences.extend(said);
            }
            Err(Stop::Pending) => {
                let why = "not everything that it needs was looked up".to_owned();
                composed.unknown.push((at, Unknown::NoAnswer(why)));
            }
            Err(Stop::Unknown(unknown)) => composed.unknown.push((at, unknown)),
        }
        let told = |draft: &Draft| {
            composed
                .sentences
                .iter()
                .any(|known| known.draft.text == draft.text)
        };
        let fresh: Vec<Draft> = hints.into_iter().filter(|draft| !told(draft)).collect();
        composed
            .sentences
            .extend(fresh.into_iter().map(|draft| sentence(None, draft)));
    }
    narrow(inquiry, &mut composed);
    composed
}

/// A figure of one who stands beside a name that is nobody's is not told: "total of V001 in Jully" asks for a month.
fn narrow(inquiry: &Inquiry, composed: &mut Composed) {
    let known = &inquiry.understanding;
    let nobody = |unknown: &(usize, Unknown)| -> Option<usize> {
        let subject = known.parts.get(unknown.0)?.subject?;
        let named = match known.subjects.get(subject) {
            Some(name @ Subject::Name { .. }) => !super::parse::compares(&name.told()),
            _ => false,
        };
        let missing = matches!(unknown.1, Unknown::Word(_) | Unknown::Absent(_));
        (named && missing).then_some(subject)
    };
    let nobody: Vec<usize> = composed.unknown.iter().filter_map(nobody).collect();
    // What a model chose instead is told as such.
    let read = known.parts.len().saturating_sub(inquiry.chosen);
    let doubtful = |at: usize| {
        let part = known.parts.get(at).filter(|part| part.topic.is_figure());
        let subject = part.filter(|_| at < read).and_then(|part| part.subject);
        subject.is_some_and(|subject| {
            known.beside.iter().any(|group| {
                group.contains(&subject)
                    && !nobody.contains(&subject)
                    && group.iter().any(|other| nobody.contains(other))
            })
        })
    };
    let doubtful: Vec<usize> = (0..known.parts.len()).filter(|at| doubtful(*at)).collect();
    for at in doubtful {
        composed
            .sentences
            .retain(|sentence| sentence.part != Some(at));
        composed.unknown.retain(|(of, _)| *of != at);
        let why = super::parse::NARROWED.to_owned();
        composed.unknown.push((at, Unknown::Beyond(why)));
    }
}

fn topic(desk: &Desk<'_>, part: &Part) -> Reply {
    match &part.topic {
        Topic::Terms => vendor::terms(desk, part),
        Topic::Msme => vendor::msme(desk, part),
        Topic::Bank => vendor::bank(desk, part),
        Topic::Held(column) => vendor::column(desk, part, *column),
        Topic::Registration => portal::registration(desk, part),
        Topic::Returns(kinds) => portal::returns(desk, part, kinds),
        Topic::Einvoicing => portal::einvoicing(desk, part),
        Topic::Address => portal::address(desk, part),
        Topic::Ours => vendor::ours(desk),
        Topic::Irn => portal::irn(desk, part),
        Topic::Statement => portal::statement(desk, part),
        Topic::Billed(billing) => ledger::billed(desk, part, billing),
        Topic::Ranking(ranking) => ranked::ranked(desk, part, ranking),
        Topic::Missing(prefix) => ledger::missing(desk, part, prefix.as_deref()),
        Topic::Due { overdue } => dues::due(desk, part, *overdue),
        Topic::Seen => ledger::seen(desk, part),
        Topic::Untaxed => ledger::untaxed(desk, part),
        Topic::Order {
            line,
            billed,
            goods,
        } => orders::order(desk, part, (*line, *goods), *billed),
        Topic::BilledOn => orders::billed_on(desk, part),
        Topic::Orders { open } => orders::of_vendor(desk, part, *open),
        Topic::Receipts { line } => orders::receipts(desk, part, *line),
        Topic::Contract { words, clause } => {
            contract::clauses(desk, part, words, clause.as_deref())
        }
        Topic::Vendors { class, listed } => classes::vendors(desk, class, *listed),
        Topic::Profile => profile::profile(desk, part),
        Topic::Standing(billing) => profile::standing(desk, part, billing),
        Topic::Compute(computation) => calc::compute(desk, computation),
        Topic::Beyond(why) => Err(Unknown::Beyond((*why).to_owned()).into()),
    }
}

/// Sentences that came out whole.
fn whole<'a>(wordings: impl IntoIterator<Item = Wording<'a>>) -> Vec<Draft> {
    wordings.into_iter().filter_map(Wording::end).collect()
}

/// `3 invoices`, `1 invoice`.
fn noun(count: u64, one: &str) -> String {
    if count == 1 {
        format!(" {one}")
    } else {
        format!(" {one}s")
    }
}

/// The text that a place of evidence holds.
fn text_at<'a>(inquiry: &'a Inquiry, evidence: EvidenceId, pointer: &str) -> &'a str {
    inquiry
        .observation(evidence)
        .and_then(|value| value.pointer(pointer))
        .and_then(Value::as_str)
        .unwrap_or_default()
}
