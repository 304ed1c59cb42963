//! What the passages of contracts lay down, read by code. A kind of clause is a file; its reader takes a sentence whole or leaves
//! it: a sentence that bends what it says (*unless*, *except*, *disputed*) is left, and so is one with two values.
//!
//! *Invariant:* pure, and total: any text gives clauses or none.

use domain::{
    agreement::{Agreement, Clause, Term},
    gstin::holder,
    records::Passages,
};

mod account;
mod credit;
mod included;
mod interest;
mod price;
mod runs;
mod sentence;
pub mod value;

pub use account::named as accounts_named;
pub use included::cost;
pub use interest::asked as interest_asked;
pub use price::{unit_code, words_of_goods};
use sentence::{Sentence, sentences};

/// A reader of one kind of clause.
type Reader = fn(&Sentence) -> Vec<Term>;

const READERS: [Reader; 8] = [
    credit::read,
    interest::read,
    price::read,
    runs::read,
    runs::made,
    runs::ended,
    account::read,
    included::read,
];

/// Reads the clauses of passages. Of what is said twice, each time it is said counts. What is said of another firm is left.
pub fn read(found: &Passages) -> Agreement {
    let own = found.supplier.as_deref().map(holder);
    let mut clauses = Vec::new();
    for (index, passage) in found.passages.iter().enumerate() {
        for sentence in sentences(passage) {
            let mut parties = sentence.parties();
            if own.is_some_and(|own| parties.any(|pan| pan != own)) {
                continue;
            }
            let (since, until) = runs::binds(&sentence);
            for term in READERS.iter().flat_map(|read| read(&sentence)) {
                clauses.push(Clause {
                    document: passage.document.clone(),
                    number: sentence.number.clone(),
                    passage: format!("/passages/{index}"),
                    since,
                    until,
                    term,
                });
            }
        }
    }
    Agreement { clauses }
}

#[cfg(test)]
mod tests;
