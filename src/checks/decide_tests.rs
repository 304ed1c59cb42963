//! The promises of `judge` and `decide`, for any answers.

use domain::Finding;
use proptest::{prelude::*, sample::Index};

use super::*;
use crate::testing::{World, context, policy};

fn outcome(kind: u8) -> Outcome {
    let finding = Finding::new("a message");
    match kind {
        0 => Outcome::Pass(finding),
        1 => Outcome::Fail(finding),
        2 => Outcome::Unverified(finding),
        _ => Outcome::NotApplicable(finding),
    }
}

type Answers = Vec<(Index, Outcome)>;

fn answer() -> impl Strategy<Value = (Index, Outcome)> {
    (any::<Index>(), (0_u8..4).prop_map(outcome))
}

fn decided(answers: &Answers, policy: &Policy) -> Decision {
    decide(
        answers
            .iter()
            .map(|(index, outcome)| (*index.get(ALL), outcome)),
        policy,
    )
}

/// A policy with some severities and required flags turned round.
fn any_policy() -> impl Strategy<Value = Policy> {
    let severity = prop::sample::select(vec![Severity::Info, Severity::Hold, Severity::Reject]);
    let severities = prop::collection::vec((any::<Index>(), severity), 0..6);
    let required = prop::collection::vec((any::<Index>(), any::<bool>()), 0..6);
    (severities, required).prop_map(|(severities, required)| {
        let mut policy = policy().clone();
        let id = |index: Index| index.get(ALL).id.to_owned();
        policy.severity = severities.into_iter().map(|(i, s)| (id(i), s)).collect();
        policy.required = required.into_iter().map(|(i, r)| (id(i), r)).collect();
        policy
    })
}

proptest! {
    #[test]
    fn the_order_of_answers_never_matters(
        (answers, shuffled) in prop::collection::vec(answer(), 0..60)
            .prop_flat_map(|a| (Just(a.clone()), Just(a).prop_shuffle())),
        policy in any_policy(),
    ) {
        prop_assert_eq!(decided(&answers, &policy), decided(&shuffled, &policy));
    }

    #[test]
    fn another_answer_never_moves_a_decision_towards_approve(
        answers in prop::collection::vec(answer(), 1..60), more in answer(), policy in any_policy(),
    ) {
        let before = decided(&answers, &policy);
        let mut answers = answers;
        answers.push(more);
        prop_assert!(decided(&answers, &policy) >= before);
    }

    #[test]
    fn doubt_in_place_of_a_pass_never_moves_a_decision_towards_approve(
        answers in prop::collection::vec(answer(), 1..60), at in any::<Index>(), doubt in 1_u8..3, policy in any_policy(),
    ) {
        let at = at.index(answers.len());
        let mut clear = answers.clone();
        clear[at].1 = outcome(0);
        let mut doubtful = answers;
        doubtful[at].1 = outcome(doubt);
        prop_assert!(decided(&doubtful, &policy) >= decided(&clear, &policy));
    }
}

#[test]
fn every_pair_of_outcome_and_severity() {
    use Decision::{Approve, Hold, Reject};
    let spec = ALL[0];
    for (severity, required, want) in [
        (Severity::Reject, true, [Approve, Reject, Hold, Approve]),
        (Severity::Reject, false, [Approve, Reject, Approve, Approve]),
        (Severity::Hold, true, [Approve, Hold, Hold, Approve]),
        (Severity::Hold, false, [Approve, Hold, Approve, Approve]),
        (Severity::Info, true, [Approve, Approve, Hold, Approve]),
        (Severity::Info, false, [Approve, Approve, Approve, Approve]),
    ] {
        let mut policy = policy().clone();
        policy.severity.insert(spec.id.to_owned(), severity);
        policy.required.insert(spec.id.to_owned(), required);
        let got = [0, 1, 2, 3].map(|kind| decide([(spec, &outcome(kind))], &policy));
        assert_eq!(got, want, "{severity:?}, required: {required}");
    }
}

#[test]
fn no_answers_at_all_is_a_hold() {
    assert_eq!(decide([], policy()), Decision::Hold);
}

fn judged(world: &World) -> (Vec<(&'static Spec, Outcome)>, Decision) {
    let facts = world.facts();
    let answers = judge(&context(&facts));
    let decision = decide(
        answers.iter().map(|(spec, outcome)| (*spec, outcome)),
        policy(),
    );
    (answers, decision)
}

#[test]
fn judge_answers_every_check_once_and_in_order() {
    let (answers, _) = judged(&World::clean());
    let ids: Vec<&str> = answers.iter().map(|(spec, _)| spec.id).collect();
    let all: Vec<&str> = ALL.iter().map(|spec| spec.id).collect();
    assert_eq!(ids, all);
}

#[test]
fn without_an_answer_a_clean_invoice_is_never_nearer_to_approve() {
    let (_, clean) = judged(&World::clean());
    // Every subset of the needs, opened.
    for subset in 0_u32..1 << Need::ALL.len() {
        let opened = Need::ALL
            .iter()
            .enumerate()
            .filter(|(bit, _)| subset & (1 << bit) != 0);
        let world = opened.fold(World::clean(), |world, (_, need)| world.open(*need));
        let (answers, decision) = judged(&world);
        assert!(decision >= clean, "{subset:b}: {decision:?}");
        let open = answers
            .iter()
            .any(|(spec, o)| spec.required && matches!(o, Outcome::Unverified(_)));
        assert!(
            !open || decision >= Decision::Hold,
            "{subset:b}: a required check is open"
        );
    }
}

#[test]
fn an_invalid_gstin_opens_the_checks_keyed_by_it_and_no_other() {
    let (before, _) = judged(&World::clean());
    let (after, _) = judged(&World::clean().with("/SellerDtls/Gstin", "24AAKCS4821M1Z3".into()));
    for ((spec, _), (_, outcome)) in before.iter().zip(&after) {
        if keyed_by_supplier(spec.id) {
            assert!(
                matches!(outcome, Outcome::Unverified(_)),
                "{}: {outcome:?}",
                spec.id
            );
        }
    }
    let keyed = ALL.iter().filter(|spec| keyed_by_supplier(spec.id)).count();
    // GSTIN-STATE, six GST-…, GSTR2B-MATCH, six EINV-… and seven VENDOR-….
    assert_eq!(keyed, 21);
}
