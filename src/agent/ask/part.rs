//! What a question asks: its parts, each a topic about a subject in a period.

use domain::{Decimal, Gstin};

use super::period::Period;

/// What a question was understood to ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understanding {
    pub subjects: Vec<Subject>,
    pub periods: Vec<Period>,
    /// Amounts, rates and counts, in the order of the question.
    pub numbers: Vec<Decimal>,
    pub parts: Vec<Part>,
    /// Words that were not understood, as they were written: what is answered may not be all that was asked.
    pub puzzling: Vec<String>,
}

/// One thing to be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub topic: Topic,
    /// By position among the subjects. What was billed is asked of all suppliers where none is named.
    pub subject: Option<usize>,
    /// Of a question about an invoice of a vendor, the vendor.
    pub of: Option<usize>,
    /// By position among the periods.
    pub period: Option<usize>,
}

/// What is asked of a subject.
#[derive(Debug, Clone, PartialEq)]
pub enum Topic {
    /// In how many days it is paid.
    Terms,
    Msme,
    Bank,
    /// Is a GSTIN well formed, registered, ours?
    Registration,
    /// Returns filed; of these kinds, or of all.
    Returns(Vec<String>),
    Einvoicing,
    Irn,
    /// Is an invoice listed in our GSTR-2B?
    Statement,
    Billed(Billing),
    /// Numbers missing from series; those that begin with a text, or all.
    Missing(Option<String>),
    /// An invoice by its number: is it in the ledger, and as what?
    Seen,
    /// An order, line by line.
    Order,
    /// The orders of a vendor; only open ones.
    Orders {
        open: bool,
    },
    /// What was received, against an order, from a vendor, or by a receipt's number.
    Receipts,
    /// What a contract says of these words.
    Contract(Vec<String>),
    /// What the vendor master holds in one column.
    Held(Column),
    /// What the subject is: a vendor, an order, an invoice, a receipt.
    Profile,
    Compute(Computation),
    /// It was understood, and no source of ours can say it.
    Beyond(&'static str),
}

/// What is asked of what was billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billing {
    pub measures: Vec<Measure>,
    /// Statuses that count; empty for all but rejected.
    pub statuses: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Total,
    Count,
    Average,
    Largest,
    Smallest,
    Latest,
    Earliest,
    /// The latest so many invoices; 0 for as many as can be told.
    List(usize),
}

/// A column of the vendor master that is asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Gstin,
    Pan,
    Email,
    Name,
    VendorId,
    Status,
}

/// Something to be computed, over the numbers of the question.
#[derive(Debug, Clone, PartialEq)]
pub enum Computation {
    /// As the calculator reads it: `$1` is the first of the numbers; and as the question writes it.
    Expression { formula: String, written: String },
    /// GST on an amount at a rate.
    Split {
        amount: usize,
        rate: usize,
        /// Within one State, between States, or not said.
        within: Option<bool>,
        /// The amount includes the tax.
        inclusive: bool,
    },
    /// A rate is missing.
    RateNeeded,
}

/// Somebody or something that a question names.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// Fifteen characters that may be a GSTIN, in capitals.
    Gstin {
        text: String,
        valid: Result<Gstin, String>,
    },
    Pan(String),
    /// 64 hexadecimal digits, in small letters.
    Irn(String),
    /// A number of an order, an invoice, a receipt, or the id of a vendor.
    Code {
        text: String,
        kind: Option<CodeKind>,
    },
    /// What may be a vendor's name, in the wordings to look for it with, the first that is known wins; none where its words
    /// turned out to name nobody.
    Name {
        wordings: Vec<String>,
        /// By position: the name that this one may be the rest of ("Bearings and Fasteners").
        rest_of: Option<usize>,
        /// It is written as a name, or stands where one does. Any other word may be one that was not understood.
        told: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeKind {
    Vendor,
    Order,
    Invoice,
    Receipt,
}

impl Subject {
    /// As it is told to people.
    pub fn told(&self) -> String {
        match self {
            Self::Gstin { text, .. }
            | Self::Pan(text)
            | Self::Irn(text)
            | Self::Code { text, .. } => text.clone(),
            Self::Name { wordings, .. } => wordings.last().cloned().unwrap_or_default(),
        }
    }
}
