//! Runs that end with a verdict: what belongs to all that end in one transaction goes in together, each kind of row by one
//! statement, because a single writer does it while everybody waits.

use std::collections::{BTreeSet, HashMap};

use domain::verdict::AuditLink;
use sqlx::QueryBuilder;

use super::{
    super::{jobs::acknowledge_in, outbox::enqueue_in},
    Conn, Db, SqlStore, one_writer, upsert,
    verdicts::{advance, head, row_seal},
    whole,
};
use crate::{
    StoreError,
    ending::{Ended, Judged, Sealable, VerdictEnding},
    rows::in_sizes,
};

/// A verdict's place in the chain, and its id.
#[derive(Debug, Clone)]
pub(super) struct Linked {
    pub(super) id: String,
    pub(super) link: AuditLink,
}

impl SqlStore {
    /// Stores verdicts that end runs, and all that comes with them, in a transaction of [`Self::begin`]; in the order given,
    /// which is theirs in the chain. Where a lease was lost the transaction must not be committed.
    ///
    /// # Errors
    /// A verdict without an id, or with one that is taken; a database that does not answer; the transaction should then be
    /// dropped.
    pub async fn end_in(
        tx: &mut Conn,
        endings: &[&VerdictEnding],
    ) -> Result<Vec<Ended>, StoreError> {
        // The links first: that takes the lock which all writers of verdicts and jobs take.
        let verdicts: Vec<_> = endings.iter().map(|ending| &ending.verdict).collect();
        let linked = Self::append_in(tx, &verdicts).await?;
        let inputs: Vec<_> = endings.iter().map(|ending| &ending.input).collect();
        Self::put_inputs_in(tx, &inputs).await?;
        for ending in endings.iter().filter(|ending| !ending.told.is_empty()) {
            enqueue_in(tx, &ending.news, &ending.told, ending.at).await?;
        }
        let (mut leased, mut unasked) = (Vec::new(), Vec::new());
        for (ending, linked) in endings.iter().zip(&linked) {
            match &ending.lease {
                Some(lease) => leased.push((lease.clone(), linked.id.clone())),
                None => unasked.push(whole(linked.link.seq)),
            }
        }
        Self::own_in(tx, &unasked).await?;
        let held = match endings.last() {
            Some(last) if !leased.is_empty() => acknowledge_in(tx, &leased, last.at).await?,
            _ => BTreeSet::new(),
        };
        let ended = endings.iter().zip(linked).map(|(ending, linked)| Ended {
            link: linked.link,
            stale: ending
                .lease
                .as_ref()
                .is_some_and(|lease| !held.contains(lease)),
        });
        Ok(ended.collect())
    }

    /// Appends verdicts to the chain. A case that has one keeps it: its link is answered and nothing is written. No tenant sees
    /// them yet.
    pub(super) async fn append_in(
        tx: &mut Conn,
        verdicts: &[&Sealable],
    ) -> Result<Vec<Linked>, StoreError> {
        one_writer(tx).await?;
        let mut known = judged(tx, verdicts).await?;
        let mut chain = head(tx).await?;
        let before = chain.seq();
        let mut new = Vec::new();
        for &verdict in verdicts {
            if known.contains_key(&verdict.case_key) {
                continue;
            }
            if verdict.derived.id.is_empty() {
                return Err(StoreError::Refused(
                    "a verdict without an id cannot be stored".to_owned(),
                ));
            }
            let linked = Linked {
                id: verdict.derived.id.clone(),
                link: chain.link(&verdict.canonical),
            };
            known.insert(verdict.case_key.clone(), linked.clone());
            new.push((verdict, linked.link));
        }
        for rows in in_sizes(&new) {
            let mut insert = QueryBuilder::<Db>::new(
                "INSERT INTO verdict (seq, id, case_key, document, decision, supplier_gstin, invoice_number, \
                 total_paise, as_of, created, json, previous, hash, seal) ",
            );
            insert.push_values(rows, |mut row, (verdict, link)| {
                let derived = &verdict.derived;
                row.push_bind(whole(link.seq))
                    .push_bind(&derived.id)
                    .push_bind(&verdict.case_key)
                    .push_bind(&derived.document)
                    .push_bind(&derived.decision)
                    .push_bind(&derived.supplier_gstin)
                    .push_bind(&derived.invoice_number)
                    .push_bind(derived.total_paise)
                    .push_bind(&verdict.as_of)
                    .push_bind(&verdict.created)
                    .push_bind(&verdict.json)
                    .push_bind(&link.previous)
                    .push_bind(&link.hash)
                    .push_bind(row_seal(
                        link,
                        &verdict.case_key,
                        &verdict.as_of,
                        &verdict.created,
                    ));
            });
            insert.build().execute(&mut *tx).await?;
        }
        if chain.seq() > before {
            advance(tx, &chain).await?;
        }
        let history: Vec<_> = new
            .iter()
            .filter_map(|(verdict, _)| verdict.history.as_ref())
            .collect();
        if !history.is_empty() {
            upsert::remember(tx, &history).await?;
        }
        let linked = verdicts
            .iter()
            .filter_map(|verdict| known.get(&verdict.case_key).cloned());
        Ok(linked.collect())
    }

    /// Gives verdicts that no job asked for, by their places in the chain, to the tenant without a name.
    pub(super) async fn own_in(tx: &mut Conn, seqs: &[i64]) -> Result<(), sqlx::Error> {
        for seqs in in_sizes(seqs) {
            let mut own = QueryBuilder::<Db>::new("INSERT INTO verdict_owner (tenant, seq) ");
            own.push_values(seqs, |mut row, seq| {
                row.push_bind("").push_bind(*seq);
            });
            own.push(" ON CONFLICT DO NOTHING");
            own.build().execute(&mut *tx).await?;
        }
        Ok(())
    }

    /// Keeps what cases are asked to judge; the same case again changes nothing.
    pub(super) async fn put_inputs_in(
        tx: &mut Conn,
        inputs: &[&Judged],
    ) -> Result<(), sqlx::Error> {
        for inputs in in_sizes(inputs) {
            let mut blobs = QueryBuilder::<Db>::new("INSERT INTO blob (sha256, bytes) ");
            blobs.push_values(inputs, |mut row, judged| {
                row.push_bind(&judged.sha256).push_bind(&judged.input.bytes);
            });
            blobs.push(" ON CONFLICT (sha256) DO NOTHING");
            blobs.build().execute(&mut *tx).await?;
            let mut cases = QueryBuilder::<Db>::new(
                "INSERT INTO case_input (case_key, document, as_of, policy_sha256, source) ",
            );
            cases.push_values(inputs, |mut row, judged| {
                let input = &judged.input;
                row.push_bind(&input.case_key)
                    .push_bind(&judged.sha256)
                    .push_bind(&input.as_of)
                    .push_bind(&input.policy_sha256)
                    .push_bind(&input.source);
            });
            cases.push(" ON CONFLICT (case_key) DO NOTHING");
            cases.build().execute(&mut *tx).await?;
        }
        Ok(())
    }
}

/// What tests store alone.
#[cfg(test)]
impl SqlStore {
    /// A verdict that no job asked for.
    pub(in super::super) async fn append_verdict(
        &self,
        new: crate::NewVerdict,
    ) -> Result<AuditLink, StoreError> {
        let mut tx = self.begin().await?;
        let linked = Self::append_in(&mut tx, &[&new.into()]).await?;
        let links: Vec<_> = linked.into_iter().map(|linked| linked.link).collect();
        Self::own_in(&mut tx, &[whole(links[0].seq)]).await?;
        tx.commit().await?;
        Ok(links[0].clone())
    }

    pub(in super::super) async fn put_case_input(
        &self,
        input: &crate::CaseInput,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        Self::put_inputs_in(&mut tx, &[&input.clone().into()]).await?;
        Ok(tx.commit().await?)
    }
}

/// Cases that have a verdict already, with its link.
async fn judged(
    tx: &mut Conn,
    verdicts: &[&Sealable],
) -> Result<HashMap<String, Linked>, StoreError> {
    let mut known = HashMap::new();
    for some in in_sizes(verdicts) {
        let mut asked = QueryBuilder::<Db>::new(
            "SELECT case_key, seq, id, previous, hash FROM verdict WHERE case_key IN (",
        );
        let mut keys = asked.separated(", ");
        for verdict in some {
            keys.push_bind(&verdict.case_key);
        }
        asked.push(")");
        let rows: Vec<(String, i64, String, String, String)> =
            asked.build_query_as().fetch_all(&mut *tx).await?;
        for (case_key, seq, id, previous, hash) in rows {
            let link = AuditLink {
                seq: u64::try_from(seq).unwrap_or_default(),
                previous,
                hash,
            };
            known.insert(case_key, Linked { id, link });
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests;
