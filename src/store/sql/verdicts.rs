//! Verdicts, and what they were reached from.

use super::{Conn, SqlStore, dialect, find, one_writer, patient, upsert, whole};
use crate::{CaseInput, NewVerdict, StoreError, StoredVerdict, chain::Chain, held};
use domain::{Decimal, Paise, evidence::sha256_hex, verdict::AuditLink};
use serde_json::{Value, json};

pub(super) type VerdictRow = (i64, String, String, String, String, String, String, String);

const COLUMNS: &str =
    "SELECT seq, id, case_key, as_of, created, json, previous, hash FROM verdict WHERE ";

/// The columns that a verdict's own JSON repeats, for look-ups.
pub(super) struct Derived {
    pub(super) id: String,
    pub(super) document: String,
    pub(super) decision: String,
    pub(super) supplier_gstin: String,
    pub(super) invoice_number: String,
    pub(super) total_paise: Option<i64>,
}

impl Derived {
    pub(super) fn of(verdict: &Value) -> Self {
        let text = |pointer: &str| {
            verdict
                .pointer(pointer)
                .and_then(Value::as_str)
                .map(held)
                .unwrap_or_default()
        };
        Self {
            id: text("/id"),
            document: text("/invoice/sha256"),
            decision: text("/decision"),
            supplier_gstin: invoice_db::key(&text("/invoice/supplier_gstin")),
            invoice_number: text("/invoice/number"),
            total_paise: verdict.pointer("/invoice/total").and_then(total),
        }
    }
}

/// The total as the verdict shows it, to the nearest paisa; `None` when it is no amount.
fn total(value: &Value) -> Option<i64> {
    let rupees: Decimal = domain::portal::amount(value)?;
    Some(Paise::nearest(rupees).0)
}

/// Seals the columns that are neither in the JSON nor in the link.
pub(super) fn row_seal(link: &AuditLink, case_key: &str, as_of: &str, created: &str) -> String {
    sha256_hex(
        json!([link.hash, case_key, as_of, created])
            .to_string()
            .as_bytes(),
    )
}

pub(super) fn without_audit(mut verdict: Value) -> Value {
    if let Some(members) = verdict.as_object_mut() {
        members.shift_remove("audit");
    }
    verdict
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

/// The chain now ends in this link.
pub(super) async fn advance(tx: &mut Conn, link: &AuditLink) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chain_head (id, seq, hash) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET \
         seq = excluded.seq, hash = excluded.hash",
    )
    .bind(whole(link.seq))
    .bind(&link.hash)
    .execute(tx)
    .await?;
    Ok(())
}

impl SqlStore {
    /// Stores a verdict that no job asked for, its audit link and its invoice's history in one transaction. A case that has
    /// a verdict keeps it: its link is answered and nothing is written.
    ///
    /// # Errors
    /// A verdict without an id, or with one that is taken; a database that does not answer.
    pub async fn append_verdict(&self, new: NewVerdict) -> Result<AuditLink, StoreError> {
        let mut tx = self.begin().await?;
        let link = Self::append_in(&mut tx, new).await?;
        Self::own_in(&mut tx, whole(link.seq), "").await?;
        tx.commit().await?;
        Ok(link)
    }

    /// Makes a verdict, by its place in the chain, one of those that a tenant sees; in the transaction that stores it, or that
    /// ends his job with it.
    ///
    /// # Errors
    /// A database that does not answer; the transaction should then be dropped.
    pub async fn own_in(tx: &mut Conn, seq: i64, tenant: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO verdict_owner (tenant, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(seq)
        .execute(tx)
        .await?;
        Ok(())
    }

    /// Appends inside a transaction of [`Self::begin`], for a writer that commits several cases, or a case with its journal
    /// and acknowledgement, at once. The link counts only when the transaction commits, and no tenant sees the verdict
    /// without [`Self::own_in`].
    ///
    /// # Errors
    /// As [`Self::append_verdict`]; the transaction should then be dropped.
    pub async fn append_in(tx: &mut Conn, new: NewVerdict) -> Result<AuditLink, StoreError> {
        one_writer(tx).await?;
        let known: Option<(i64, String, String)> =
            sqlx::query_as("SELECT seq, previous, hash FROM verdict WHERE case_key = $1")
                .bind(&new.case_key)
                .fetch_optional(&mut *tx)
                .await?;
        if let Some((seq, previous, hash)) = known {
            return Ok(AuditLink {
                seq: u64::try_from(seq).unwrap_or_default(),
                previous,
                hash,
            });
        }
        let verdict = without_audit(new.verdict);
        let derived = Derived::of(&verdict);
        if derived.id.is_empty() {
            return Err(StoreError::Refused(
                "a verdict without an id cannot be stored".to_owned(),
            ));
        }
        let link = head(tx).await?.link(&verdict);
        sqlx::query(
            "INSERT INTO verdict (seq, id, case_key, document, decision, supplier_gstin, invoice_number, total_paise, \
             as_of, created, json, previous, hash, seal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
             $12, $13, $14)",
        )
        .bind(whole(link.seq))
        .bind(derived.id)
        .bind(&new.case_key)
        .bind(derived.document)
        .bind(derived.decision)
        .bind(derived.supplier_gstin)
        .bind(derived.invoice_number)
        .bind(derived.total_paise)
        .bind(&new.as_of)
        .bind(&new.created)
        .bind(verdict.to_string())
        .bind(&link.previous)
        .bind(&link.hash)
        .bind(row_seal(&link, &new.case_key, &new.as_of, &new.created))
        .execute(&mut *tx)
        .await?;
        advance(tx, &link).await?;
        if let Some(invoice) = new.history {
            upsert::remember(tx, &invoice.into_kept()).await?;
        }
        Ok(link)
    }

    /// The verdict of a case.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    pub async fn verdict_by_case(
        &self,
        case_key: &str,
    ) -> Result<Option<StoredVerdict>, StoreError> {
        let statement = format!("{COLUMNS} case_key = $1");
        let row: Option<VerdictRow> = find(|| {
            sqlx::query_as(&statement)
                .bind(case_key)
                .fetch_optional(&self.readers)
        })
        .await?;
        row.map(stored).transpose()
    }

    /// The verdict of an id, or of the beginning of one when no other begins so.
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
        let statement = format!("{COLUMNS} id >= $1 AND id < $2 ORDER BY id LIMIT 2");
        let rows: Vec<VerdictRow> = find(|| {
            sqlx::query_as(&statement)
                .bind(&id)
                .bind(format!("{id}\u{10ffff}"))
                .fetch_all(&self.readers)
        })
        .await?;
        match <[VerdictRow; 1]>::try_from(rows) {
            Ok([row]) => stored(row).map(Some),
            Err(rows) if rows.is_empty() => Ok(None),
            Err(rows) => match rows.into_iter().find(|row| row.1 == id) {
                Some(row) => stored(row).map(Some),
                None => Err(StoreError::Refused(format!(
                    "several verdicts begin with {id}; write more of the id"
                ))),
            },
        }
    }

    /// Keeps what a case is asked to judge; the same case again changes nothing.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn put_case_input(&self, input: &CaseInput) -> Result<(), StoreError> {
        // Safe to do twice, since it is known by what it holds.
        let put = || async {
            let mut tx = self.writer.begin_with(dialect::BEGIN).await?;
            Self::put_case_input_in(&mut tx, input).await?;
            tx.commit().await
        };
        Ok(patient(put).await?)
    }

    /// The same inside a transaction of [`Self::begin`].
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn put_case_input_in(tx: &mut Conn, input: &CaseInput) -> Result<(), sqlx::Error> {
        let document = sha256_hex(&input.bytes);
        sqlx::query(
            "INSERT INTO blob (sha256, bytes) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(&document)
        .bind(&input.bytes)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO case_input (case_key, document, as_of, policy_sha256, source) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (case_key) DO NOTHING",
        )
        .bind(&input.case_key)
        .bind(&document)
        .bind(&input.as_of)
        .bind(&input.policy_sha256)
        .bind(held(&input.source))
        .execute(&mut *tx)
        .await?;
        Ok(())
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
