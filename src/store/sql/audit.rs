//! The audit chain checked against what is stored.

use domain::verdict::AuditLink;
use serde_json::Value;

use super::{
    Conn, SqlStore,
    reviews::{Repeated, ReviewRow},
    verdicts::{head, row_seal},
    whole,
};
use crate::{
    AuditReport, Fault, StoreError,
    chain::{Chain, GENESIS, Sealed, seal},
    ending::Derived,
};

#[derive(sqlx::FromRow)]
struct Audited {
    seq: i64,
    id: String,
    case_key: String,
    document: String,
    decision: String,
    supplier_gstin: String,
    invoice_number: String,
    total_paise: Option<i64>,
    as_of: String,
    created: String,
    json: String,
    previous: String,
    hash: String,
    seal: String,
}

/// A row of the chain: what it holds as text, and where it says that it stands.
enum Linked {
    Verdict(Box<Audited>),
    Review(ReviewRow),
}

impl Linked {
    fn seq(&self) -> i64 {
        match self {
            Self::Verdict(row) => row.seq,
            Self::Review(row) => row.seq,
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Verdict(row) => &row.id,
            Self::Review(row) => &row.id,
        }
    }

    /// Its text, the link before it and its own.
    fn sealed(&self) -> (&str, &str, &str) {
        match self {
            Self::Verdict(row) => (&row.json, &row.previous, &row.hash),
            Self::Review(row) => (&row.json, &row.previous, &row.hash),
        }
    }

    /// What of this row is not as it was written, when it should be the link after `previous`.
    fn problem(&self, seq: u64, previous: &str) -> Option<&'static str> {
        if self.seq() != whole(seq) {
            return Some("a link is missing before this one");
        }
        let (json, linked_to, hash) = self.sealed();
        if linked_to != previous {
            return Some("it is not linked to the one before it");
        }
        let Ok(value) = serde_json::from_str::<Value>(json) else {
            return Some("its text is no JSON");
        };
        let written = value.to_string();
        if written != json {
            return Some("its text was changed");
        }
        let sealed = Sealed::of(written);
        if seal(previous, seq, &sealed.canonical) != hash {
            return Some("its text was changed");
        }
        match self {
            Self::Verdict(row) => row.problem(seq, &sealed),
            Self::Review(row) => (Repeated::of(&value) != row.repeated())
                .then_some("its columns differ from its text"),
        }
    }
}

impl Audited {
    /// What of the columns is not as it was written.
    fn problem(&self, seq: u64, sealed: &Sealed) -> Option<&'static str> {
        let derived = Derived::of(sealed);
        if derived.id != self.id
            || derived.document != self.document
            || derived.decision != self.decision
            || derived.supplier_gstin != self.supplier_gstin
            || derived.invoice_number != self.invoice_number
            || derived.total_paise != self.total_paise
        {
            return Some("its columns differ from its text");
        }
        let link = AuditLink {
            seq,
            previous: self.previous.clone(),
            hash: self.hash.clone(),
        };
        if row_seal(&link, &self.case_key, &self.as_of, &self.created) != self.seal {
            return Some("its case, day of judgement or time was changed");
        }
        None
    }
}

/// Rows that are checked between two reads.
const PAGE: i64 = 500;

/// The rows after a link, in the order of the chain. Each table is read as far as both were.
async fn page(tx: &mut Conn, after: i64) -> Result<Vec<Linked>, StoreError> {
    let verdicts: Vec<Audited> =
        sqlx::query_as("SELECT * FROM verdict WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(after)
            .bind(PAGE)
            .fetch_all(&mut *tx)
            .await?;
    let reviews: Vec<ReviewRow> =
        sqlx::query_as("SELECT * FROM review WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(after)
            .bind(PAGE)
            .fetch_all(&mut *tx)
            .await?;
    let full = |rows: usize, last: Option<i64>| last.filter(|_| whole_len(rows) >= PAGE);
    let upto = [
        full(verdicts.len(), verdicts.last().map(|row| row.seq)),
        full(reviews.len(), reviews.last().map(|row| row.seq)),
    ];
    let upto = upto.into_iter().flatten().min().unwrap_or(i64::MAX);
    let mut rows: Vec<Linked> = verdicts
        .into_iter()
        .map(|row| Linked::Verdict(Box::new(row)))
        .chain(reviews.into_iter().map(Linked::Review))
        .filter(|row| row.seq() <= upto)
        .collect();
    rows.sort_by_key(Linked::seq);
    Ok(rows)
}

fn whole_len(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl SqlStore {
    /// Checks every verdict and review against the chain, and the chain against its kept end: finds any that was changed,
    /// removed, added or moved. Whoever may write the tables can forge a whole chain, so keep a head elsewhere to compare.
    ///
    /// # Errors
    /// A database that does not answer. A broken chain is no error but in the report.
    pub async fn audit_verify(&self) -> Result<AuditReport, StoreError> {
        let mut tx = self.snapshot().await?;
        let end = head(&mut tx).await?;
        let mut links = 0_u64;
        let mut previous = GENESIS.to_owned();
        let mut after = i64::MIN;
        loop {
            let rows = page(&mut tx, after).await?;
            let Some(last) = rows.last() else { break };
            after = last.seq();
            for row in rows {
                let seq = links.saturating_add(1);
                if let Some(problem) = row.problem(seq, &previous) {
                    let fault = Fault {
                        seq,
                        id: Some(row.id().to_owned()),
                        problem: problem.to_owned(),
                    };
                    return Ok(AuditReport {
                        links,
                        head: previous,
                        first_bad: Some(fault),
                    });
                }
                links = seq;
                row.sealed().2.clone_into(&mut previous);
            }
        }
        let first_bad = (end != Chain::resume(links, previous.clone())).then(|| Fault {
            seq: links.saturating_add(1),
            id: None,
            problem: format!(
                "the chain ended at {}: links are missing after this one",
                end.seq()
            ),
        });
        Ok(AuditReport {
            links,
            head: previous,
            first_bad,
        })
    }
}
