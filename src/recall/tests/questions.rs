use std::collections::HashMap;

use super::*;

/// The half on which the guard was not tuned, by a hash of the group's name.
fn unseen(group: &Group) -> bool {
    let hash = group
        .name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (hash >> 32) % 2 == 1
}

#[derive(Default)]
struct Counts {
    questions: usize,
    pairs: usize,
    hits: usize,
    wrong: Vec<String>,
    misses: Vec<String>,
}

/// Asks every question after every other one.
fn measured(half: bool) -> Counts {
    let groups = groups();
    let mut all: Vec<(String, &str)> = Vec::new();
    let mut out = Counts::default();
    for group in &groups {
        let same = group.same.iter().map(|q| (group.name.clone(), q.as_str()));
        let twins = group.twins.iter().enumerate();
        let twins = twins.map(|(n, (_, q))| (format!("{} {n}", group.name), q.as_str()));
        if unseen(group) == half {
            out.questions += group.same.len() + group.twins.len();
            all.extend(same.chain(twins));
        }
    }
    for (meant, question) in &all {
        let cache = cache(Limits::default());
        cache.put(&scope(), question, "a", Answered::Yes);
        for (other, asked) in all.iter().filter(|(_, asked)| asked != question) {
            let hit = block(cache.get(&scope(), asked)).unwrap().is_some();
            if meant == other {
                out.pairs += 1;
                out.hits += usize::from(hit);
                if !hit {
                    out.misses.push(format!("{question} | {asked}"));
                }
            } else if hit {
                out.wrong.push(format!("{question} | {asked}"));
            }
        }
    }
    out
}

#[test]
fn paraphrases_share_an_answer_and_twins_never_do() {
    for (half, name, floor) in [(false, "tuned", 60), (true, "unseen", 60)] {
        let got = measured(half);
        let percent = got.hits * 100 / got.pairs;
        let sum = format!(
            "{name}: {} questions, {} of {} pairs hit, {} wrong",
            got.questions,
            got.hits,
            got.pairs,
            got.wrong.len()
        );
        assert!(got.questions >= 100, "{sum}");
        assert!(got.wrong.is_empty(), "{sum}: {:#?}", got.wrong);
        assert!(percent >= floor, "{sum}: {:#?}", got.misses);
        // With `--nocapture`, for who wants the figures.
        println!("{sum}");
    }
}

#[test]
fn no_two_meanings_of_both_halves_read_the_same() {
    let mut seen: HashMap<Reading, (String, String)> = HashMap::new();
    for group in groups() {
        let same = group.same.iter().map(|q| (q, group.name.clone()));
        let twins = group.twins.iter().enumerate();
        let twins = twins.map(|(n, (_, q))| (q, format!("{} {n}", group.name)));
        for (question, meaning) in same.chain(twins) {
            let reading = Reading::of(question, as_of()).unwrap();
            let known = seen
                .entry(reading)
                .or_insert_with(|| (meaning.clone(), question.clone()));
            assert_eq!(known.0, meaning, "{} | {question}", known.1);
        }
    }
}
