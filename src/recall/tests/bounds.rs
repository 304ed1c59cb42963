use async_trait::async_trait;

use super::*;
use crate::{EmbedError, Embedder, Likeness, Vector};

const Q: &str = "What are the payment terms of V001?";
const SAME: &str = "payment terms for V001 please";

fn get(cache: &Cache, scope: &Scope, question: &str) -> Option<String> {
    let hit = block(cache.get(scope, question)).unwrap();
    hit.map(|hit| hit.answer.to_string())
}

#[test]
fn a_hit_says_what_it_answers() {
    let cache = cache(Limits::default());
    cache.put(&scope(), Q, "45 days", Answered::Yes);
    let hit = block(cache.get(&scope(), SAME)).unwrap().unwrap();
    assert_eq!((&*hit.answer, &*hit.question_it_answers), ("45 days", Q));
    assert!(hit.likeness >= Limits::default().likeness_min);
    let same = block(cache.get(&scope(), Q)).unwrap().unwrap();
    assert_eq!(same.likeness, Likeness::thousandths(1_000));
}

#[test]
fn each_part_of_the_scope_parts() {
    let cache = cache(Limits::default());
    cache.put(&scope(), Q, "a", Answered::Yes);
    let other = |change: fn(&mut Scope)| {
        let mut scope = scope();
        change(&mut scope);
        scope
    };
    for other in [
        other(|s| s.tenant.push('x')),
        other(|s| s.as_of = Date::new(2026, 11, 21).unwrap()),
        other(|s| s.state.push('x')),
        other(|s| s.reasoner.push('x')),
        other(|s| {
            s.tenant = "ts".to_owned();
            s.state.clear();
        }),
    ] {
        assert_eq!(get(&cache, &other, Q), None, "{other:?}");
    }
    assert_eq!(get(&cache, &scope(), Q).as_deref(), Some("a"));
}

#[test]
fn not_knowing_is_not_kept_and_neither_is_what_cannot_be_read() {
    let cache = cache(Limits::default());
    cache.put(&scope(), Q, "I do not know", Answered::No);
    let long = format!("{Q}{}", " x".repeat(crate::QUESTION_BYTES_MAX));
    for question in ["", " ?! ", "please", long.as_str()] {
        cache.put(&scope(), question, "a", Answered::Yes);
        assert_eq!(get(&cache, &scope(), question), None);
    }
    assert!(cache.is_empty());
    assert_eq!(cache.bytes(), 0);
}

#[test]
fn the_least_recently_used_goes_first() {
    let limits = Limits {
        entries_max: 2,
        ..Limits::default()
    };
    let cache = cache(limits);
    let terms = |n: u8| format!("payment terms of V00{n}");
    for n in [1, 2] {
        cache.put(&scope(), &terms(n), "a", Answered::Yes);
    }
    assert!(get(&cache, &scope(), &terms(1)).is_some());
    cache.put(&scope(), &terms(3), "a", Answered::Yes);
    let kept: Vec<bool> = [1, 2, 3]
        .map(|n| get(&cache, &scope(), &terms(n)).is_some())
        .to_vec();
    assert_eq!(kept, [true, false, true]);
    // The same meaning takes the same place.
    cache.put(&scope(), "V003 payment terms?", "b", Answered::Yes);
    assert_eq!(cache.len(), 2);
    assert_eq!(get(&cache, &scope(), &terms(3)).as_deref(), Some("b"));
}

#[test]
fn bytes_are_bounded_and_come_back() {
    let limits = Limits {
        bytes_max: 4_000,
        ..Limits::default()
    };
    let cache = cache(limits);
    for n in 0..200 {
        let question = format!("payment terms of V{n:03}");
        cache.put(&scope(), &question, &"a".repeat(n), Answered::Yes);
        get(&cache, &scope(), &format!("V{n:03} payment terms"));
        assert!(cache.bytes() <= 4_000);
    }
    assert!(!cache.is_empty());
    let before = cache.len();
    cache.put(&scope(), Q, &"a".repeat(4_000), Answered::Yes);
    assert_eq!(cache.len(), before, "it would empty the cache and not fit");
    let none = Cache::new(
        Arc::new(Local),
        Limits {
            entries_max: 0,
            ..Limits::default()
        },
    );
    none.put(&scope(), Q, "a", Answered::Yes);
    assert_eq!((none.len(), none.bytes()), (0, 0));
}

/// Says what it is told to.
struct Scripted(Result<Vec<Vec<i16>>, EmbedError>);

#[async_trait]
impl Embedder for Scripted {
    async fn embed(&self, _: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        let vectors = self.0.clone()?;
        vectors
            .into_iter()
            .map(|vector| Ok(Vector::new(vector)?))
            .collect()
    }
}

#[test]
fn an_embedder_only_refuses() {
    let down = EmbedError::Unavailable("down".to_owned());
    let malformed = |n: u8| EmbedError::Malformed(format!("{n} vectors for 2 texts"));
    for (says, want) in [
        (Ok(vec![vec![1, 0], vec![1, 0]]), Ok(true)),
        (Ok(vec![vec![1, 0], vec![0, 1]]), Ok(false)),
        (Ok(vec![vec![1, 0], vec![1]]), Ok(false)),
        (Ok(vec![vec![1]]), Err(malformed(1))),
        (Ok(Vec::new()), Err(malformed(0))),
        (Err(down.clone()), Err(down.clone())),
    ] {
        let cache = Cache::new(Arc::new(Scripted(says)), Limits::default());
        cache.put(&scope(), Q, "a", Answered::Yes);
        let got = block(cache.get(&scope(), SAME)).map(|hit| hit.is_some());
        assert_eq!(got, want);
        let twin = block(cache.get(&scope(), "What are the payment terms of V002?"));
        assert_eq!(
            twin,
            Ok(None),
            "the guard alone decides, and nobody is asked"
        );
    }
}

#[test]
fn threads_share_it() {
    let cache = cache(Limits {
        entries_max: 8,
        ..Limits::default()
    });
    std::thread::scope(|threads| {
        for thread in 0..4 {
            let cache = &cache;
            threads.spawn(move || {
                for n in 0..50 {
                    let question = format!("payment terms of V{thread}{n:02}");
                    cache.put(&scope(), &question, &question, Answered::Yes);
                    let got = get(cache, &scope(), &question);
                    assert!(got.is_none_or(|answer| answer == question));
                }
            });
        }
    });
    assert_eq!(cache.len(), 8);
}
