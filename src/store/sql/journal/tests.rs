use agent::engine::{Extra, Input, verify_chain};

use super::{
    super::{super::tests::fresh, SqlStore, tests::verdict},
    *,
};
use crate::{NewVerdict, Store, StoreError, ending::alone, journal::Tx};

pub(in super::super::super) fn entries(run: &RunId, kinds: &[Kind]) -> Vec<Entry> {
    let mut head = run.genesis();
    (0..)
        .zip(kinds)
        .map(|(seq, kind)| {
            let payload = format!("{{\"seq\":{seq}}}");
            let (step, index, hash) = (seq, 0, Digest::default());
            let mut entry = Entry {
                seq,
                kind: *kind,
                step,
                index,
                name: "node".into(),
                payload,
                hash,
            };
            entry.hash = entry.chained(head);
            head = entry.hash;
            entry
        })
        .collect()
}

pub(in super::super::super) fn batch(run: &RunId, entries: &[Entry]) -> Batch {
    let opens = entries.first().is_some_and(|entry| entry.seq == 0);
    let input = opens.then(|| Input::kept(*b"one input for all"));
    Batch {
        run: run.clone(),
        entries: entries.to_vec(),
        input,
        extra: None,
    }
}

/// Appends the verdicts that it is given; refuses those that say so, after they were written.
pub(in super::super::super) struct Verdicts;
#[async_trait]
impl Close for Verdicts {
    async fn close(&self, mut tx: Tx<'_>, ended: &mut [(RunId, Extra)]) -> Result<(), sqlx::Error> {
        for (_, extra) in ended {
            let (new, refused) = extra.downcast_ref::<(NewVerdict, bool)>().unwrap();
            let ended = tx.end(&[&alone(new.clone())]).await;
            ended.map_err(|error| match error {
                StoreError::Database(error) => error,
                other => panic!("{other}"),
            })?;
            if *refused {
                return Err(sqlx::Error::RowNotFound);
            }
        }
        Ok(())
    }
}

pub(in super::super::super) fn ending(n: u64, refused: bool) -> Extra {
    Box::new((verdict(n).1, refused))
}

async fn count(store: &SqlStore, statement: &str) -> i64 {
    let counted = sqlx::query_scalar(statement).fetch_one(&store.readers);
    counted.await.unwrap()
}

/// Stores nothing, and counts what ends together.
struct Counted(Arc<std::sync::Mutex<Vec<usize>>>);

#[async_trait]
impl Close for Counted {
    async fn close(&self, _: Tx<'_>, ended: &mut [(RunId, Extra)]) -> Result<(), sqlx::Error> {
        self.0.lock().unwrap().push(ended.len());
        Ok(())
    }
}

#[tokio::test]
async fn many_runs_that_end_at_once_are_stored_some_at_a_time() {
    let (store, _held) = fresh().await;
    let together = Arc::<std::sync::Mutex<Vec<usize>>>::default();
    let close = Arc::new(Counted(Arc::clone(&together)));
    let journal = Store::journal(&store, close).await.unwrap();
    let runs: Vec<RunId> = (0..=3 * ENDS).map(|n| RunId::new(n.to_string())).collect();
    let commits = runs.iter().map(|run| {
        let mut whole = batch(run, &entries(run, &[Kind::Started, Kind::Finished]));
        whole.extra = Some(Box::new(()));
        journal.commit(whole)
    });
    let commits = futures::future::join_all(commits).await;
    assert!(commits.iter().all(Result::is_ok), "{commits:?}");
    let together = together.lock().unwrap().clone();
    assert_eq!(together.iter().sum::<usize>(), runs.len());
    assert!(together.iter().all(|some| *some <= ENDS), "{together:?}");
    assert!(together.len() < runs.len(), "{together:?}");
    for run in &runs {
        assert_eq!(journal.load(run).await.unwrap().len(), 2, "{run}");
    }
}

#[tokio::test]
async fn batches_are_kept_whole_in_order_and_only_once() {
    let (store, _held) = fresh().await;
    let open = || Store::journal(&store, Arc::new(Verdicts));
    let first = open().await.unwrap();
    let run = RunId::new("a");
    let all = entries(
        &run,
        &[Kind::Started, Kind::Delta, Kind::Delta, Kind::Finished],
    );
    let conflict = |seq| {
        let run = run.clone();
        Err(JournalError::Conflict { run, seq })
    };
    assert_eq!(first.load(&run).await.unwrap(), []);
    first.commit(batch(&run, &all[..2])).await.unwrap();
    let again = first.commit(batch(&run, &all[..2])).await;
    assert_eq!(again, Err(JournalError::Exists(run.clone())));
    assert_eq!(first.commit(batch(&run, &all[3..])).await, conflict(3));
    assert_eq!(first.load(&run).await.unwrap(), all[..2]);

    // Another process, which knows nothing of the run's key, goes on with it.
    let second = open().await.unwrap();
    let mut last = batch(&run, &all[2..]);
    last.extra = Some(ending(1, true));
    assert!(second.commit(last).await.is_err());
    assert_eq!(
        second.load(&run).await.unwrap(),
        all[..2],
        "the verdict was refused, so its entries must be"
    );
    assert_eq!(count(&store, "SELECT COUNT(*) FROM verdict").await, 0);
    let mut last = batch(&run, &all[2..]);
    last.extra = Some(ending(1, false));
    second.commit(last).await.unwrap();
    assert_eq!(second.load(&run).await.unwrap(), all);
    verify_chain(&run, &all).unwrap();
    assert_eq!(count(&store, "SELECT COUNT(*) FROM verdict").await, 1);
    assert_eq!(
        second.commit(batch(&run, &all)).await,
        Err(JournalError::Exists(run.clone()))
    );
    // The first, which does not know that others went on with its run, is told so.
    assert_eq!(first.commit(batch(&run, &all[2..])).await, conflict(2));
    assert_eq!(store.audit_verify().await.unwrap().links, 1);
}

#[tokio::test]
async fn a_bad_batch_does_not_fail_its_neighbours() {
    let (store, _held) = fresh().await;
    let journal = Store::journal(&store, Arc::new(Verdicts)).await.unwrap();
    let runs: Vec<_> = (0..300)
        .map(|number| (number, RunId::new(format!("run {number}"))))
        .collect();
    let all = runs.iter().map(|(number, run)| {
        let kinds = [Kind::Started, Kind::Delta, Kind::Finished];
        let mut batch = batch(run, &entries(run, &kinds));
        batch.extra = Some(ending(*number, *number == 7));
        journal.commit(batch)
    });
    let kept = futures_join(all).await;
    for ((number, run), kept) in runs.iter().zip(kept) {
        let refused = *number == 7;
        assert_eq!(kept.is_err(), refused, "{run}");
        assert_eq!(
            journal.load(run).await.unwrap().len(),
            if refused { 0 } else { 3 },
            "{run}"
        );
    }
    assert_eq!(count(&store, "SELECT COUNT(*) FROM input").await, 1);
    let report = store.audit_verify().await.unwrap();
    assert_eq!((report.links, report.first_bad), (299, None));
}

/// All at once, so that they meet in one group.
async fn futures_join<T>(waiting: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (one, done) in waiting.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
