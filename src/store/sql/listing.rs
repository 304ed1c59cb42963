//! Verdicts page by page, and only those that a tenant may see: the newest first for a listing, the oldest first for a report.

use super::{
    SqlStore, find,
    verdicts::{VerdictRow, stored},
    whole,
};
use crate::{Listing, Reached, StoreError, StoredVerdict};

const RESOLVED: &str = "EXISTS (SELECT 1 FROM review AS r WHERE r.verdict_id = v.id AND r.effect IN ('approved', 'rejected'))";

impl SqlStore {
    /// Verdicts that a tenant may see, the newest first.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    pub async fn verdicts(&self, listing: &Listing) -> Result<Vec<StoredVerdict>, StoreError> {
        // Only what is asked stands in the statement, so that each question finds its index.
        let mut texts: Vec<String> = vec![listing.tenant.clone()];
        let mut asked: Vec<String> = vec!["o.tenant = $1".to_owned()];
        let mut text = |condition: &dyn Fn(usize) -> String, value: String| {
            texts.push(value);
            asked.push(condition(texts.len()));
        };
        if let Some(id) = &listing.id {
            text(&|at| format!("v.id = ${at}"), id.trim().to_uppercase());
        }
        if let Some(decision) = listing.decision {
            text(
                &|at| format!("v.decision = ${at}"),
                decision.name().to_owned(),
            );
        }
        if let Some(vendor) = &listing.vendor {
            let supplied = |at| {
                format!(
                    "v.supplier_gstin IN (SELECT gstin FROM vendor WHERE UPPER(vendor_id) = ${at} UNION ALL SELECT ${at})"
                )
            };
            text(&supplied, invoice_db::key(vendor));
        }
        if let Some(from) = listing.from {
            text(&|at| format!("v.created >= ${at}"), moment(from));
        }
        if let Some(until) = listing.until {
            text(&|at| format!("v.created < ${at}"), moment(until));
        }
        if let Some(resolved) = listing.resolved {
            let not = if resolved { "" } else { "NOT " };
            asked.push(format!("{not}{RESOLVED}"));
        }
        let (before, most) = (texts.len() + 1, texts.len() + 2);
        // Walked in the order that an index has: of what is asked of verdicts, else of the tenant's own. `SQLite` joins as it is told.
        let few = listing.id.is_some() || listing.decision.is_some() || listing.vendor.is_some();
        let (first, second, by) = if few {
            ("verdict AS v", "verdict_owner AS o", "v")
        } else {
            ("verdict_owner AS o", "verdict AS v", "o")
        };
        let statement = format!(
            "SELECT v.seq, v.id, v.case_key, v.as_of, v.created, v.json, v.previous, v.hash FROM {first} CROSS JOIN {second} \
             WHERE v.seq = o.seq AND {} AND {by}.seq < ${before} ORDER BY {by}.seq DESC LIMIT ${most}",
            asked.join(" AND ")
        );
        let mut question = sqlx::query_as::<_, VerdictRow>(&statement);
        for value in texts {
            question = question.bind(value);
        }
        let rows = question
            .bind(listing.before.map_or(i64::MAX, whole))
            .bind(i64::from(listing.most))
            .fetch_all(&self.readers)
            .await?;
        rows.into_iter().map(stored).collect()
    }
}

/// A tenant's own after a place in the chain, walked in its order.
const REACHED: &str = "SELECT v.seq, v.as_of, v.json FROM verdict_owner AS o CROSS JOIN verdict AS v \
     WHERE v.seq = o.seq AND o.tenant = $1 AND o.seq > $2 ORDER BY o.seq LIMIT $3";

impl SqlStore {
    /// Verdicts that a tenant may see without their evidence, in the order of the chain, after a place in it.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    pub async fn reached(
        &self,
        tenant: &str,
        after: u64,
        most: u32,
    ) -> Result<Vec<Reached>, StoreError> {
        let rows: Vec<(i64, String, String)> = find(|| {
            sqlx::query_as(REACHED)
                .bind(tenant)
                .bind(whole(after))
                .bind(i64::from(most))
                .fetch_all(&self.readers)
        })
        .await?;
        rows.into_iter().map(reached).collect()
    }
}

fn reached((seq, as_of, json): (i64, String, String)) -> Result<Reached, StoreError> {
    let corrupt = || StoreError::Corrupt(format!("verdict {seq}"));
    Ok(Reached {
        seq: u64::try_from(seq).map_err(|_| corrupt())?,
        as_of: as_of.parse().map_err(|_| corrupt())?,
        // What is not asked for is passed over as it is read: evidence is most of a verdict.
        verdict: serde_json::from_str(&json).map_err(|_| corrupt())?,
    })
}

/// As `created` is written, up to its seconds: it is a prefix of every moment of that second.
fn moment(at: jiff::Timestamp) -> String {
    let text = at.to_string();
    text.get(..19).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests;
