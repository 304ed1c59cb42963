//! Verdicts, and what they were reached from.

use super::{Conn, SqlStore, find, patient, whole};
use crate::{CaseInput, StoreError, StoredVerdict, chain::Chain};
use domain::{evidence::sha256_hex, verdict::AuditLink};
use serde_json::{Value, json};

pub(super) type VerdictRow = (i64, String, String, String, String, String, String, String);

macro_rules! verdicts {
    ($which:literal) => {
        concat!(
            "SELECT seq, id, case_key, as_of, created, json, previous, hash FROM verdict WHERE ",
            $which
        )
    };
}

const BY_CASE: &str = verdicts!("case_key = $1");
const BY_ID: &str = verdicts!("id >= $1 AND id < $2 ORDER BY id LIMIT 2");
const BY_JOB: &str = verdicts!("id = (SELECT verdict FROM job WHERE id = $1)");

/// Seals the columns that are neither in the JSON nor in the link.
pub(super) fn row_seal(link: &AuditLink, case_key: &str, as_of: &str, created: &str) -> String {
    sha256_hex(
        json!([link.hash, case_key, as_of, created])
            .to_string()
            .as_bytes(),
    )
}

pub(super) async fn head(tx: &mut Conn) -> Result<Chain, StoreError> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, hash FROM chain_head WHERE id = 1")
            .fetch_optional(tx)
            .await?;
    Ok(row.map_or_else(Chain::default, |(seq, hash)| {
        Chain::resume(u64::try_from(seq).unwrap_or_default(), hash)
    }))
}

/// The chain now ends so.
pub(super) async fn advance(tx: &mut Conn, chain: &Chain) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chain_head (id, seq, hash) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET \
         seq = excluded.seq, hash = excluded.hash",
    )
    .bind(whole(chain.seq()))
    .bind(chain.head())
    .execute(tx)
    .await?;
    Ok(())
}

impl SqlStore {
    /// The verdict of a case.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    pub async fn verdict_by_case(
        &self,
        case_key: &str,
    ) -> Result<Option<StoredVerdict>, StoreError> {
        let rows: Vec<VerdictRow> = patient(|| self.gather.ask(BY_CASE, [case_key.into()])).await?;
        rows.into_iter().next().map(stored).transpose()
    }

    /// The verdict of an id, or of the beginning of one when no other begins so; or of the job of an id, which is what who
    /// submitted a document knows.
    ///
    /// # Errors
    /// A beginning that several ids share; otherwise as [`Self::verdict_by_case`].
    pub async fn verdict(&self, id: &str) -> Result<Option<StoredVerdict>, StoreError> {
        let id = id.trim().to_uppercase();
        if id.is_empty() {
            return Err(StoreError::Refused(
                "an id, or the beginning of one, is needed".to_owned(),
            ));
        }
        let rows: Vec<VerdictRow> = find(|| {
            sqlx::query_as(BY_ID)
                .bind(&id)
                .bind(format!("{id}\u{10ffff}"))
                .fetch_all(&self.readers)
        })
        .await?;
        match <[VerdictRow; 1]>::try_from(rows) {
            Ok([row]) => stored(row).map(Some),
            Err(rows) if rows.is_empty() => {
                let row: Option<VerdictRow> = find(|| {
                    sqlx::query_as(BY_JOB)
                        .bind(&id)
                        .fetch_optional(&self.readers)
                })
                .await?;
                row.map(stored).transpose()
            }
            Err(rows) => match rows.into_iter().find(|row| row.1 == id) {
                Some(row) => stored(row).map(Some),
                None => Err(StoreError::Refused(format!(
                    "several verdicts begin with {id}; write more of the id"
                ))),
            },
        }
    }

    /// What a case was asked to judge.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn case_input(&self, case_key: &str) -> Result<Option<CaseInput>, StoreError> {
        let row: Option<(Vec<u8>, String, String, String)> = find(|| {
            sqlx::query_as(
                "SELECT b.bytes, c.as_of, c.policy_sha256, c.source FROM case_input AS c \
                 JOIN blob AS b ON b.sha256 = c.document WHERE c.case_key = $1",
            )
            .bind(case_key)
            .fetch_optional(&self.readers)
        })
        .await?;
        Ok(row.map(|(bytes, as_of, policy_sha256, source)| CaseInput {
            case_key: case_key.to_owned(),
            bytes,
            as_of,
            policy_sha256,
            source,
        }))
    }
}

pub(super) fn stored(row: VerdictRow) -> Result<StoredVerdict, StoreError> {
    let (seq, id, case_key, as_of, created, json, previous, hash) = row;
    let corrupt = || StoreError::Corrupt(format!("verdict {id}"));
    let link = AuditLink {
        seq: u64::try_from(seq).map_err(|_| corrupt())?,
        previous,
        hash,
    };
    let mut verdict: Value = serde_json::from_str(&json).map_err(|_| corrupt())?;
    let audit = serde_json::to_value(&link).map_err(|_| corrupt())?;
    verdict
        .as_object_mut()
        .ok_or_else(corrupt)?
        .insert("audit".to_owned(), audit);
    Ok(StoredVerdict {
        case_key,
        as_of,
        created,
        verdict,
        link,
    })
}
