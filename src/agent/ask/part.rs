//! What a question asks: its parts, each a topic about a subject in a period.

use domain::{
    Decimal, Gstin,
    records::{Lacking, RankedBy},
};

use super::period::Period;

/// What a question was understood to ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understanding {
    pub subjects: Vec<Subject>,
    pub periods: Vec<Period>,
    /// Amounts, rates and counts, in the order of the question.
    pub numbers: Vec<Decimal>,
    pub parts: Vec<Part>,
    /// Subjects that stand together with no "and" between them, by position: where one of them is nobody, its word may narrow
    /// what is asked of the others.
    pub beside: Vec<Vec<usize>>,
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
    /// Where a registration has its place of business.
    Address,
    /// Our own GSTINs.
    Ours,
    Irn,
    /// Is an invoice listed in our GSTR-2B?
    Statement,
    Billed(Billing),
    Ranking(Ranking),
    /// Numbers missing from series; those that begin with a text, or all.
    Missing(Option<String>),
    /// An invoice by its number: is it in the ledger, and as what?
    Seen,
    /// What an invoice comes to before its tax.
    Untaxed,
    /// An order, line by line, or one of its lines.
    Order {
        /// By position among the numbers.
        line: Option<usize>,
        /// What was billed, or is left to be, is asked for: an order of which that is not known does not answer it.
        billed: bool,
        /// What is named beside it, by position among the subjects: goods of one of its lines, perhaps.
        goods: Option<usize>,
    },
    /// The invoices that name an order.
    BilledOn,
    /// The orders of a vendor; only open ones.
    Orders {
        open: bool,
    },
    /// What was received, against an order, from a vendor, or by a receipt's number.
    Receipts {
        /// Only on this line, by position among the numbers.
        line: Option<usize>,
    },
    /// What a contract says of these words, and in which clause where the question numbers it.
    Contract {
        words: Vec<String>,
        clause: Option<String>,
    },
    /// What the vendor master holds in one column.
    Held(Column),
    /// When an invoice falls due, and whether it is overdue; only whether it is.
    Due {
        overdue: bool,
    },
    /// The vendors of a class; by name, or only how many.
    Vendors {
        class: VendorClass,
        listed: bool,
    },
    /// What a number's status is: an invoice's or an order's own, or what was billed by a vendor.
    Standing(Billing),
    /// What the subject is: a vendor, an order, an invoice, a receipt.
    Profile,
    Compute(Computation),
    /// It was understood, and no source of ours can say it.
    Beyond(&'static str),
}

impl Topic {
    /// Whether it is answered by a figure over all that fits, so that a word that is not understood could make it another.
    pub(super) fn is_figure(&self) -> bool {
        matches!(
            self,
            Self::Billed(_)
                | Self::Ranking(_)
                | Self::Standing(_)
                | Self::Orders { .. }
                | Self::BilledOn
        )
    }
}

/// What is asked of what was billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billing {
    pub measures: Vec<Measure>,
    /// Statuses that count; empty for all but rejected.
    pub statuses: Vec<&'static str>,
    /// Only invoices that come to so much.
    pub bound: Option<Bound>,
    /// Only invoices that name an order, or that name none.
    pub orders: Option<bool>,
}

/// The suppliers that billed the most, or the least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    pub by: RankedBy,
    pub least: bool,
    /// How many of them.
    pub most: usize,
    /// Statuses that count; empty for all but rejected.
    pub statuses: Vec<&'static str>,
}

/// A limit on what one invoice comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    pub side: Side,
    /// By position among the numbers; in rupees.
    pub amount: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Over,
    AtLeast,
    Under,
    AtMost,
    Exactly,
}

impl Side {
    /// The least and the most that are within it, in rupees; amounts are of whole paise.
    pub fn ends(self, bound: Decimal) -> (Option<Decimal>, Option<Decimal>) {
        let paisa = Decimal::new(1, 2);
        match self {
            Self::Over => (bound.checked_add(paisa), None),
            Self::AtLeast => (Some(bound), None),
            Self::Under => (None, bound.checked_sub(paisa)),
            Self::AtMost => (None, Some(bound)),
            Self::Exactly => (Some(bound), Some(bound)),
        }
    }

    pub fn told(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::AtLeast => "at least",
            Self::Under => "under",
            Self::AtMost => "at most",
            Self::Exactly => "exactly",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Total,
    /// The total before tax.
    Taxable,
    Count,
    Average,
    /// The largest so many invoices.
    Largest(usize),
    Smallest(usize),
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

/// Vendors by what the vendor master holds of them; all of it has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct VendorClass {
    /// `active` or `blocked`.
    pub status: Option<&'static str>,
    /// `micro`, `small`, `medium`, or `any` of them.
    pub msme: Option<&'static str>,
    /// In digits.
    pub terms_days: Option<String>,
    pub lacking: Option<Lacking>,
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
        /// The rate is that of CGST, and of SGST, so that both together are twice as much.
        each: bool,
    },
    /// A rate is missing.
    RateNeeded,
    /// A rate of GST as a whole is said to be that of CGST or SGST: it may be either.
    RateOfWhat,
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
        /// Longer wordings that take in words beside it. They are looked for first, and name somebody only by each of their words.
        wider: Vec<Wider>,
        wordings: Vec<String>,
        /// The name that this one may be the rest of ("Bearings and Fasteners").
        rest_of: Option<Rest>,
        /// A number written behind it ("Unit 38"), which the vendor's name has to have.
        number: Option<String>,
        /// It is written as a name, or stands where one does. Any other word may be one that was not understood.
        told: bool,
    },
}

/// A name with words beside it that mean something else elsewhere: "IT Care", "On Time Logistics", "May Flowers".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wider {
    pub text: String,
    /// Words behind it were read as what is asked, so that the question may be about either.
    pub doubtful: bool,
    /// Words before it were read as a period, which is no matter where none is asked about.
    pub dated: bool,
}

/// Two names with small words between them that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    pub whole: String,
    /// Only "and" stands between them: what is like the whole is the whole.
    pub loosely: bool,
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
