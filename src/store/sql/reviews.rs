//! What people decided on held verdicts: links of the audit chain beside the verdicts', which stay as they are.

use agent::{
    engine::{Digest, RunId},
    journal_head,
    review::{CasesError, HeldCases, Standing},
};
use async_trait::async_trait;
use domain::{
    review::{Effect, Review},
    verdict::{AuditLink, Verdict},
};
use serde::Deserialize;
use serde_json::Value;
use sqlx::QueryBuilder;

use super::{
    Conn, Db, SqlStore, find, one_writer,
    verdicts::{advance, head},
    whole,
};
use crate::{
    StoreError,
    chain::{Sealed, canonical, seal},
    journal::Subject,
};

/// The columns that a review's own JSON repeats.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repeated {
    id: String,
    verdict_id: String,
    turn: i64,
    effect: String,
    created: String,
}

impl Repeated {
    pub(super) fn of(review: &Value) -> Self {
        let text = |pointer: &str| {
            let value = review.pointer(pointer).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        Self {
            id: text("/id"),
            verdict_id: text("/verdict/id"),
            turn: review["turn"].as_i64().unwrap_or_default(),
            effect: text("/effect"),
            created: text("/at"),
        }
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct ReviewRow {
    pub(super) seq: i64,
    pub(super) id: String,
    verdict_id: String,
    turn: i64,
    effect: String,
    created: String,
    pub(super) json: String,
    pub(super) previous: String,
    pub(super) hash: String,
}

impl ReviewRow {
    pub(super) fn repeated(&self) -> Repeated {
        Repeated {
            id: self.id.clone(),
            verdict_id: self.verdict_id.clone(),
            turn: self.turn,
            effect: self.effect.clone(),
            created: self.created.clone(),
        }
    }

    /// The review with its link.
    fn read(self) -> Result<Review, StoreError> {
        let corrupt = || StoreError::Corrupt(format!("review {}", self.id));
        let mut value: Value = serde_json::from_str(&self.json).map_err(|_| corrupt())?;
        let link = AuditLink {
            seq: u64::try_from(self.seq).map_err(|_| corrupt())?,
            previous: self.previous.clone(),
            hash: self.hash.clone(),
        };
        let audit = serde_json::to_value(link).map_err(|_| corrupt())?;
        let members = value.as_object_mut().ok_or_else(corrupt)?;
        members.insert("audit".to_owned(), audit);
        Review::deserialize(&value).map_err(|_| corrupt())
    }
}

impl SqlStore {
    /// Appends a review inside a transaction of [`Self::begin`] or of the journal: its link, and the status of the invoice
    /// in the ledger. The verdict is compared first: it must be a hold that no review has resolved, and this the next turn.
    ///
    /// # Errors
    /// A verdict that is missing, no hold, or resolved; a turn that is taken; a database that does not answer. The
    /// transaction should then be dropped.
    pub async fn append_review_in(tx: &mut Conn, review: &Review) -> Result<AuditLink, StoreError> {
        one_writer(tx).await?;
        let refused = |why: &str| {
            StoreError::Refused(format!(
                "review {} of verdict {}: {why}",
                review.id, review.verdict.id
            ))
        };
        let found: Option<(i64, String, String, String)> =
            sqlx::query_as("SELECT seq, decision, hash, document FROM verdict WHERE id = $1")
                .bind(&review.verdict.id)
                .fetch_optional(&mut *tx)
                .await?;
        let Some((seq, decision, hash, document)) = found else {
            return Err(refused("there is no such verdict"));
        };
        if decision != "hold" || hash != review.verdict.hash {
            return Err(refused("it is not the hold that was reviewed"));
        }
        let (turns, resolved): (i64, i64) = sqlx::query_as(
            "SELECT COUNT(*), COUNT(CASE WHEN effect IN ('approved', 'rejected') THEN 1 END) FROM review \
             WHERE verdict_id = $1",
        )
        .bind(&review.verdict.id)
        .fetch_one(&mut *tx)
        .await?;
        if resolved > 0 || turns.saturating_add(1) != i64::from(review.turn) {
            return Err(refused("another review came first"));
        }
        let value = serde_json::to_value(review).map_err(|error| refused(&error.to_string()))?;
        let mut chain = head(tx).await?;
        let sealed = Sealed::of(value.to_string());
        let link = chain.link(&sealed.canonical);
        let repeated = Repeated::of(&value);
        sqlx::query(
            "INSERT INTO review (seq, id, verdict_id, turn, effect, created, json, previous, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(whole(link.seq))
        .bind(repeated.id)
        .bind(repeated.verdict_id)
        .bind(repeated.turn)
        .bind(repeated.effect)
        .bind(repeated.created)
        .bind(sealed.json)
        .bind(&link.previous)
        .bind(&link.hash)
        .execute(&mut *tx)
        .await?;
        advance(tx, &chain).await?;
        Self::follow(tx, review.effect, &document, seq).await?;
        Ok(link)
    }

    /// The ledger follows, for those whose verdict it is. What was approved counts as history whatever else was said of the
    /// document; a rejection takes back no approval, and nothing touches what is paid.
    async fn follow(
        tx: &mut Conn,
        effect: Effect,
        document: &str,
        verdict: i64,
    ) -> Result<(), StoreError> {
        let statement = match effect {
            Effect::Approved => {
                "UPDATE ledger SET status = 'approved' WHERE document = $1 AND status IN ('held', 'rejected') \
                 AND (tenant IS NULL OR tenant IN (SELECT tenant FROM verdict_owner WHERE seq = $2))"
            }
            Effect::Rejected => {
                "UPDATE ledger SET status = 'rejected' WHERE document = $1 AND status = 'held' \
                 AND (tenant IS NULL OR tenant IN (SELECT tenant FROM verdict_owner WHERE seq = $2))"
            }
            Effect::Proposed | Effect::Held => return Ok(()),
        };
        sqlx::query(statement)
            .bind(document.to_lowercase())
            .bind(verdict)
            .execute(tx)
            .await?;
        Ok(())
    }

    /// The reviews of a verdict in their order, each with its link; `id` is the whole of the verdict's.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    pub async fn reviews(&self, id: &str) -> Result<Vec<Review>, StoreError> {
        self.reviews_of(&[id.to_owned()]).await
    }

    /// The reviews of some verdicts, of each in their order; `ids` are whole.
    ///
    /// # Errors
    /// As [`Self::reviews`].
    pub async fn reviews_of(&self, ids: &[String]) -> Result<Vec<Review>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<ReviewRow> = find(|| async {
            let mut question =
                QueryBuilder::<Db>::new("SELECT * FROM review WHERE verdict_id IN (");
            let mut places = question.separated(", ");
            for id in ids {
                places.push_bind(id);
            }
            question.push(") ORDER BY verdict_id, turn");
            question.build_query_as().fetch_all(&self.readers).await
        })
        .await?;
        rows.into_iter().map(ReviewRow::read).collect()
    }

    /// What news of a review tell of its verdict, inside the transaction of the review.
    ///
    /// # Errors
    /// A database that does not answer, a verdict that is not there.
    pub async fn subject_in(tx: &mut Conn, verdict: &str) -> Result<Subject, sqlx::Error> {
        let (seq, document, invoice): (i64, String, String) =
            sqlx::query_as("SELECT seq, document, invoice_number FROM verdict WHERE id = $1")
                .bind(verdict)
                .fetch_one(&mut *tx)
                .await?;
        let tenants =
            sqlx::query_scalar("SELECT tenant FROM verdict_owner WHERE seq = $1 ORDER BY tenant")
                .bind(seq)
                .fetch_all(tx)
                .await?;
        Ok(Subject {
            document,
            invoice,
            tenants,
        })
    }

    /// The run of a case whose record ends in this head. A case that was begun under one graph and ended under another
    /// has a run for each.
    async fn run_of(&self, case_key: &str, head: Digest) -> Result<Option<RunId>, StoreError> {
        // A run that a changed graph began anew has the graph's hash behind an @.
        let found: Option<String> = find(|| {
            sqlx::query_scalar(
                "SELECT r.id FROM run AS r JOIN event AS e ON e.run = r.key \
                 WHERE (r.id = $1 OR (r.id >= $2 AND r.id < $3)) AND e.hash = $4 ORDER BY r.id LIMIT 1",
            )
            .bind(case_key)
            .bind(format!("{case_key}@"))
            .bind(format!("{case_key}A"))
            .bind(&head.0[..])
            .fetch_optional(&self.readers)
        })
        .await?;
        Ok(found.map(RunId::new))
    }

    async fn how_it_stands(&self, id: &str) -> Result<Option<Standing>, StoreError> {
        let Some(stored) = self.verdict(id).await? else {
            return Ok(None);
        };
        let corrupt = || StoreError::Corrupt(format!("verdict {id}"));
        // A hold that was a rejection when it was written is none.
        let link = &stored.link;
        if seal(
            &link.previous,
            link.seq,
            &canonical(stored.verdict.to_string()),
        ) != link.hash
        {
            return Err(corrupt());
        }
        let verdict = Verdict::deserialize(&stored.verdict).map_err(|_| corrupt())?;
        let run = match journal_head(&verdict) {
            Some(head) => self.run_of(&stored.case_key, head).await?,
            None => None,
        };
        let rejected_later: Option<String> = find(|| {
            sqlx::query_scalar(
                "SELECT id FROM verdict AS v WHERE document = $1 AND decision = 'reject' AND seq > $2 AND EXISTS \
                 (SELECT 1 FROM verdict_owner AS theirs JOIN verdict_owner AS ours ON ours.tenant = theirs.tenant \
                 WHERE theirs.seq = v.seq AND ours.seq = $2) ORDER BY seq LIMIT 1",
            )
            .bind(&verdict.invoice.sha256)
            .bind(whole(link.seq))
            .fetch_optional(&self.readers)
        })
        .await?;
        let reviews = self.reviews(&verdict.id).await?;
        Ok(Some(Standing {
            verdict,
            run,
            reviews,
            rejected_later,
        }))
    }
}

fn cases_error(error: &StoreError) -> CasesError {
    CasesError {
        message: error.to_string(),
        retry_is_useful: error.retry_is_useful(),
    }
}

#[async_trait]
impl HeldCases for SqlStore {
    async fn standing(&self, id: &str) -> Result<Option<Standing>, CasesError> {
        self.how_it_stands(id).await.map_err(|e| cases_error(&e))
    }

    async fn claimed(&self, run: &RunId) -> Result<Option<Vec<u8>>, CasesError> {
        find(|| {
            sqlx::query_scalar(
                "SELECT i.body FROM run AS r JOIN input AS i ON i.digest = r.input WHERE r.id = $1",
            )
            .bind(run.as_str())
            .fetch_optional(&self.readers)
        })
        .await
        .map_err(|error| cases_error(&error.into()))
    }

    async fn unfinished(&self) -> Result<Vec<Vec<u8>>, CasesError> {
        // Entries of kind 4 end a run; the ids are those that begin with `review/`.
        find(|| {
            sqlx::query_scalar(
                "SELECT i.body FROM run AS r JOIN input AS i ON i.digest = r.input WHERE r.id >= 'review/' \
                 AND r.id < 'review0' AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.run = r.key AND e.kind = 4)",
            )
            .fetch_all(&self.readers)
        })
        .await
        .map_err(|error| cases_error(&error.into()))
    }
}

#[cfg(test)]
mod tests;
