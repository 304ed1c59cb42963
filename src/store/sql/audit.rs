//! The audit chain checked against what is stored.

use domain::verdict::AuditLink;
use serde_json::Value;

use super::{
    SqlStore,
    verdicts::{Derived, head, row_seal},
    whole,
};
use crate::{
    AuditReport, Fault, StoreError,
    chain::{Chain, GENESIS, seal},
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

impl Audited {
    /// What of this row is not as it was written, when it should be the link after `previous`.
    fn problem(&self, seq: u64, previous: &str) -> Option<&'static str> {
        if self.seq != whole(seq) {
            return Some("a verdict is missing before this one");
        }
        if self.previous != previous {
            return Some("it is not linked to the verdict before it");
        }
        let Ok(verdict) = serde_json::from_str::<Value>(&self.json) else {
            return Some("its text is no JSON");
        };
        let written = verdict.to_string();
        if written != self.json || seal(previous, seq, &verdict) != self.hash {
            return Some("its text was changed");
        }
        let derived = Derived::of(&verdict);
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

impl SqlStore {
    /// Checks every verdict against the chain, and the chain against its kept end: finds any that was changed, removed,
    /// added or moved. Whoever may write the tables can forge a whole chain, so keep a head elsewhere to compare.
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
            let rows: Vec<Audited> =
                sqlx::query_as("SELECT * FROM verdict WHERE seq > $1 ORDER BY seq LIMIT $2")
                    .bind(after)
                    .bind(PAGE)
                    .fetch_all(&mut *tx)
                    .await?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in rows {
                let seq = links.saturating_add(1);
                if let Some(problem) = row.problem(seq, &previous) {
                    let fault = Fault {
                        seq,
                        id: Some(row.id),
                        problem: problem.to_owned(),
                    };
                    return Ok(AuditReport {
                        links,
                        head: previous,
                        first_bad: Some(fault),
                    });
                }
                links = seq;
                previous = row.hash;
            }
        }
        let first_bad = (end != Chain::resume(links, previous.clone())).then(|| Fault {
            seq: links.saturating_add(1),
            id: None,
            problem: format!(
                "the chain ended at {}: verdicts are missing after this one",
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
