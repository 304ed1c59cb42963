//! Facts: what checks see. The invoice, and for each need what a tool answered about it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    agreement::Agreement,
    civil::Date,
    einvoice::SignedQr,
    evidence::{Cite, EvidenceId},
    finding::Outcome,
    invoice::Invoice,
    portal::{IrnRecord, Returns, SigningKey, Statement, Taxpayer},
    records::{Buyer, Duplicates, History, Order, VendorRecord},
    screening::Screening,
};

/// A fact that a check can ask for beyond the invoice itself. Each is obtained by one tool call (`Orders`: one an order).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Buyer,
    Vendor,
    Taxpayer,
    Returns,
    Statement,
    IrnStatus,
    SigningKey,
    Duplicates,
    History,
    Orders,
    Contracts,
}

impl Need {
    pub const ALL: [Self; 11] = [
        Self::Buyer,
        Self::Vendor,
        Self::Taxpayer,
        Self::Returns,
        Self::Statement,
        Self::IrnStatus,
        Self::SigningKey,
        Self::Duplicates,
        Self::History,
        Self::Orders,
        Self::Contracts,
    ];

    /// As paths and messages write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Vendor => "vendor",
            Self::Taxpayer => "taxpayer",
            Self::Returns => "returns",
            Self::Statement => "statement",
            Self::IrnStatus => "irn_status",
            Self::SigningKey => "signing_key",
            Self::Duplicates => "duplicates",
            Self::History => "history",
            Self::Orders => "orders",
            Self::Contracts => "contracts",
        }
    }
}

/// What is known about a need.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<T> {
    /// The invoice does not call for it (no IRN, no order named, statement not due yet); the text says why.
    NotNeeded(String),
    /// It was asked for, or could not be asked, and there is no usable answer; the text says why.
    Open(String),
    /// The source has no such record: evidence.
    Absent(EvidenceId, String),
    Found(EvidenceId, Arc<T>),
}

impl<T> Answer<T> {
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(_, value) => Some(value),
            _ => None,
        }
    }

    /// What a check may build on: the record, or `None` where the source has none.
    ///
    /// # Errors
    /// The outcome of a check that needs an answer where there is none: not applicable when the invoice does not call
    /// for it, unverified when it was not answered.
    pub fn settled(&self) -> Result<Option<&T>, Outcome> {
        match self {
            Self::Found(_, value) => Ok(Some(value)),
            Self::Absent(..) => Ok(None),
            Self::NotNeeded(why) => Err(Outcome::not_applicable(why.as_str())),
            Self::Open(why) => Err(Outcome::unverified(why.as_str())),
        }
    }

    /// A place in the observation; `None` when nothing was observed.
    pub fn cite(&self, pointer: impl Into<String>) -> Option<Cite> {
        match self {
            Self::Found(id, _) | Self::Absent(id, _) => Some(Cite::new(*id, pointer)),
            _ => None,
        }
    }
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self::Open("not asked yet".to_owned())
    }
}

/// An order that the invoice names, with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedOrder {
    pub po_number: String,
    /// Where the invoice names it.
    pub pointer: String,
    pub answer: Answer<Order>,
}

/// Everything that checks may look at. Built anew from the journal's observations, never edited.
#[derive(Debug, Clone)]
pub struct Facts {
    pub invoice: Arc<Invoice>,
    /// The day of judgement, a civil date in IST.
    pub as_of: Date,
    /// The signed QR as decoded: evidence of its own when present and decodable.
    pub qr: Option<(EvidenceId, Arc<SignedQr>)>,
    /// What the screen made of the document's text; `None` when it was not screened.
    pub screening: Option<Screening>,
    pub buyer: Answer<Buyer>,
    pub vendor: Answer<VendorRecord>,
    pub taxpayer: Answer<Taxpayer>,
    pub returns: Answer<Returns>,
    pub statement: Answer<Statement>,
    pub irn_status: Answer<IrnRecord>,
    pub signing_key: Answer<SigningKey>,
    pub duplicates: Answer<Duplicates>,
    pub history: Answer<History>,
    /// In the order in which the invoice names them; empty when it names none.
    pub orders: Vec<NamedOrder>,
    /// What the contracts with the supplier lay down.
    pub contracts: Answer<Agreement>,
}

impl Facts {
    /// The invoice alone: every answer still open.
    pub fn new(invoice: Arc<Invoice>, as_of: Date) -> Self {
        Self {
            invoice,
            as_of,
            qr: None,
            screening: None,
            buyer: Answer::default(),
            vendor: Answer::default(),
            taxpayer: Answer::default(),
            returns: Answer::default(),
            statement: Answer::default(),
            irn_status: Answer::default(),
            signing_key: Answer::default(),
            duplicates: Answer::default(),
            history: Answer::default(),
            orders: Vec::new(),
            contracts: Answer::default(),
        }
    }
}
