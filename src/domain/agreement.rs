//! What contracts with a supplier lay down, as far as code reads it.

use crate::{Decimal, civil::Date};

/// The clauses that were read in the contracts that name a supplier.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agreement {
    /// In the order of the passages that were found.
    pub clauses: Vec<Clause>,
}

/// A sentence of a contract, read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Path in the book, as in `contracts/V0001.md`.
    pub document: String,
    /// As the contract numbers it (`4.1`); `None` where it does not.
    pub number: Option<String>,
    /// The passage in what was observed; its words are the member `text` of it.
    pub passage: String,
    /// The dates of invoices from which and until which it binds, both included; `None` where the clause names none.
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub term: Term,
}

/// What a clause lays down.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// An invoice is paid within so many days: from its date, or from a later day such as that of its receipt.
    Credit {
        days: u32,
        /// What is paid for; `None` for whatever it is.
        of: Option<Supply>,
    },
    /// What is paid late bears interest, in per cent a year.
    LateInterest { percent: Decimal },
    /// Goods or a service cost so much a unit, in rupees, tax aside.
    Price {
        /// What it is, in words.
        goods: String,
        /// Only digits; `None` where the clause names no code.
        hsn: Option<String>,
        /// As the clause has it (`kg`, `each`); `None` where it names none.
        unit: Option<String>,
        rupees: Decimal,
    },
    /// From when until when the contract is in force, both days included; `None` where it does not say, or is renewed.
    Runs {
        from: Option<Date>,
        until: Option<Date>,
    },
    /// Contracts made before this one are ended from this day.
    Ended(Date),
    /// The day on which the contract was made.
    Made(Date),
    /// Money goes to this account. Where a contract names several, to any of them.
    Account {
        number: String,
        ifsc: Option<String>,
    },
    /// Prices hold these costs already, so that they are not charged besides.
    Included { costs: Vec<Cost> },
}

/// What a clause of payment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    Goods,
    Services,
}

/// A cost that a supplier may charge beside the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    Freight,
    Packing,
    Loading,
    Insurance,
    Installation,
    /// Whatever it is.
    Any,
}
