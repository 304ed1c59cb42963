//! What people do to a queue.

use queue::{After, Change, Clock, Failure, Hold, Job, Listing, Once, QueueError, State, Which};

use super::{Open, World, claim, ids, jobs, settings};

pub(crate) async fn people_pause_and_change(open: &dyn Open) {
    let World {
        queue, clock, keep, ..
    } = open.world(settings()).await;
    queue.add(jobs("J", 5, |_, _| ())).await.unwrap();
    queue.pause(true).await.unwrap();
    assert!(queue.stats().await.unwrap().paused);
    assert!(claim(&queue, 9).await.is_empty());
    queue.pause(false).await.unwrap();

    let urgent = Change {
        priority: Some(5),
        not_before: None,
    };
    queue.set("J0003", urgent).await.unwrap();
    let tomorrow = clock
        .now()
        .checked_add(jiff::SignedDuration::from_hours(24))
        .unwrap();
    let later = Change {
        priority: None,
        not_before: Some(tomorrow),
    };
    queue.set("J0000", later).await.unwrap();
    let claimed = claim(&queue, 2).await;
    assert_eq!(ids(&claimed), ["J0003", "J0001"]);
    assert!(matches!(
        queue.set("J0001", urgent).await,
        Err(QueueError::Refused(_))
    ));
    assert!(matches!(
        queue.set("J9", urgent).await,
        Err(QueueError::Unknown(_))
    ));
    drop(keep);
}

pub(crate) async fn people_look_retry_and_purge(open: &dyn Open) {
    let World {
        queue, clock, keep, ..
    } = open.world(settings()).await;
    queue.add(jobs("J", 5, |_, _| ())).await.unwrap();
    let urgent = Change {
        priority: Some(5),
        not_before: None,
    };
    queue.set("J0003", urgent).await.unwrap();
    let claimed = claim(&queue, 2).await;
    assert_eq!(ids(&claimed), ["J0003", "J0000"]);

    let gone = Failure::Final("no invoice".to_owned());
    for claimed in &claimed {
        assert_eq!(
            queue.fail(&claimed.lease, &gone).await.unwrap(),
            After::Dead
        );
    }
    let page = |after: Option<&str>, most| Listing {
        after: after.map(Into::into),
        most,
        ..Listing::default()
    };
    let list = async |listing: Listing| {
        queue
            .list(&listing)
            .await
            .unwrap()
            .into_iter()
            .map(|r| r.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(page(None, 2)).await, ["J0000", "J0001"]);
    assert_eq!(
        list(page(Some("J0001"), 9)).await,
        ["J0002", "J0003", "J0004"]
    );
    let dead = Listing {
        state: Some(State::Dead),
        ..page(None, 9)
    };
    assert_eq!(list(dead.clone()).await, ["J0000", "J0003"]);
    let others = Listing {
        tenant: Some("zeta".to_owned()),
        ..page(None, 9)
    };
    assert!(list(others).await.is_empty());

    assert!(matches!(
        queue.retry(Which::One("J0002")).await,
        Err(QueueError::Refused(_))
    ));
    assert!(matches!(
        queue.retry(Which::One("J9")).await,
        Err(QueueError::Unknown(_))
    ));
    assert_eq!(queue.retry(Which::One("J0003")).await.unwrap(), 1);
    assert_eq!(queue.retry(Which::All).await.unwrap(), 1);
    let again = claim(&queue, 1).await.remove(0);
    assert_eq!((again.job.id.as_str(), again.lease.attempt), ("J0003", 1));
    queue.fail(&again.lease, &gone).await.unwrap();

    assert!(matches!(
        queue.purge(State::Ready, clock.now()).await,
        Err(QueueError::Refused(_))
    ));
    assert_eq!(
        queue.purge(State::Dead, clock.now()).await.unwrap(),
        0,
        "it died just now"
    );
    clock.forward(1);
    assert_eq!(queue.purge(State::Dead, clock.now()).await.unwrap(), 1);
    assert_eq!(queue.show("J0003").await.unwrap(), None);
    assert!(
        queue.document(&again.job).await.is_err(),
        "its document went with it"
    );
    let stats = queue.stats().await.unwrap();
    assert_eq!(
        (stats.waiting, stats.leased, stats.done, stats.dead),
        (4, 0, 0, 0)
    );
    drop(keep);
}

pub(crate) async fn versions_of_a_document_are_found(open: &dyn Open) {
    let World { queue, keep, .. } = open.world(settings()).await;
    let identified = |tenant: &'static str, scope: &'static str, keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        jobs(&format!("{tenant}{scope}"), keys.len(), move |job, n| {
            job.tenant = tenant.to_owned();
            job.once = Some(Once {
                scope: scope.to_owned(),
                key: keys[n].clone(),
                digest: String::new(),
                hold: Hold::Kept,
            });
        })
    };
    let keys = [
        r#"["A","1"]"#,
        r#"["A","2"]"#,
        r#"["A2","1"]"#,
        r#"["Ä","1"]"#,
    ];
    queue.add(identified("acme", "hook", &keys)).await.unwrap();
    queue
        .add(identified("other", "hook", &[r#"["B","1"]"#]))
        .await
        .unwrap();
    queue
        .add(identified("acme", "api", &[r#"["C","1"]"#]))
        .await
        .unwrap();
    for (begins, want) in [
        (r#"["A","#, Some("acmehook0001")),
        (r#"["A2","#, Some("acmehook0002")),
        (r#"["Ä","#, Some("acmehook0003")),
        (r#"["B","#, None),
        (r#"["C","#, None),
        (r#"["a","#, None),
        (r#"["A","3"#, None),
    ] {
        let found = queue.newest("acme", "hook", begins).await.unwrap();
        assert_eq!(found.map(|record| record.id).as_deref(), want, "{begins}");
    }
    drop(keep);
}

pub(crate) async fn the_version_before_is_the_newest_that_is_done(open: &dyn Open) {
    let World { queue, keep, .. } = open.world(settings()).await;
    let keys = [
        (r#"["A","1"]"#, "acme"),
        (r#"["A","2"]"#, "acme"),
        (r#"["A","3"]"#, "other"),
        (r#"["B","3"]"#, "acme"),
        (r#"["A","4"]"#, "acme"),
        (r#"["A","5"]"#, "acme"),
    ];
    let versions = jobs("v", keys.len(), |job, n| {
        let (key, tenant) = keys[n];
        job.tenant = tenant.to_owned();
        job.once = Some(Once {
            scope: "hook".to_owned(),
            key: key.to_owned(),
            digest: String::new(),
            hold: Hold::Kept,
        });
    });
    queue.add(versions).await.unwrap();
    let document = |key: &str| Some(format!("{},", key.rsplit_once(',')?.0));
    let before = async |id: &str| {
        let record = queue.show(id).await.unwrap().unwrap();
        let job = Job {
            id: record.id,
            tenant: record.tenant,
            vendor: record.vendor,
            priority: record.priority,
            source: record.source,
            document: record.document,
            as_of: None,
            traceparent: None,
            added: record.added,
        };
        let found = queue.before(&job, document).await.unwrap();
        assert_eq!(queue.before(&job, |_| None).await.unwrap(), None);
        found.map(|record| record.id)
    };
    assert_eq!(before("v0005").await, None);
    let mut done = Vec::new();
    while let Some(claimed) = queue.claim(1).await.unwrap().pop() {
        if claimed.job.id == "v0004" {
            continue;
        }
        queue.finish(&claimed.lease, "verdict").await.unwrap();
        done.push(claimed.job.id);
    }
    assert_eq!(done.len(), 5);
    for (id, want) in [
        ("v0000", None),
        ("v0001", Some("v0000")),
        ("v0002", None),
        ("v0003", None),
        ("v0004", Some("v0001")),
        ("v0005", Some("v0001")),
    ] {
        assert_eq!(before(id).await.as_deref(), want, "{id}");
    }
    drop(keep);
}
