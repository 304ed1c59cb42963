//! The field's words as types: invoice, identifiers, money, dates, evidence, facts, findings, verdict, law, policy.
//!
//! *Invariant:* pure. No clock, no IO, no environment, no randomness, no floats: same input, same answer.

pub mod agreement;
pub mod answer;
pub mod civil;
pub mod einvoice;
pub mod evidence;
pub mod expr;
pub mod facts;
pub mod finding;
pub mod gstin;
pub mod ids;
pub mod invoice;
pub mod law;
pub mod money;
pub mod names;
pub mod number;
pub mod policy;
pub mod portal;
pub mod read;
pub mod records;
pub mod review;
pub mod screening;
pub mod series;
pub mod verdict;

pub use civil::{Date, FinancialYear, TaxPeriod};
pub use evidence::{Citation, Cite, Evidence, EvidenceId};
pub use facts::{Answer, Facts, Need};
pub use finding::{Change, Finding, Outcome, Severity, Who};
pub use gstin::{Gstin, GstinKind};
pub use ids::{HsnCode, Ifsc, Irn, Pan};
pub use invoice::{Invoice, Item};
pub use law::Law;
pub use money::{Paise, inr};
pub use number::DocNumber;
pub use policy::Policy;
pub use rust_decimal::Decimal;
pub use screening::{Screening, Suspect};
