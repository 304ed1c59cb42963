use proptest::prelude::*;

use super::*;

fn questions() -> Vec<String> {
    let groups = groups();
    let all = groups.into_iter().flat_map(|group| {
        let twins = group.twins.into_iter().map(|(_, twin)| twin);
        group.same.into_iter().chain(twins)
    });
    all.collect()
}

fn read(question: &str) -> Option<Reading> {
    Reading::of(question, as_of())
}

/// Words of the questions that are names of firms, places and goods.
const NAMES: &[&str] = &[
    "Sharma",
    "Traders",
    "Pune",
    "Nagpur",
    "Lakshmi",
    "Castings",
    "Mehta",
    "Chemicals",
    "steel",
    "Patel",
    "Engineering",
    "Bharat",
    "Forge",
    "Krishna",
    "Polymers",
    "Maharashtra",
    "Nova",
    "Packaging",
    "Textiles",
    "Ganga",
    "Agro",
];

#[test]
fn any_other_digit_is_another_question() {
    for question in questions() {
        let bytes = question.as_bytes();
        for (at, digit) in bytes.iter().enumerate().filter(|(_, b)| b.is_ascii_digit()) {
            for other in b'0'..=b'9' {
                let mut changed = bytes.to_vec();
                changed[at] = other;
                let changed = String::from_utf8(changed).unwrap();
                if other != *digit {
                    assert_ne!(read(&question), read(&changed), "{question} | {changed}");
                }
            }
        }
    }
}

#[test]
fn any_other_name_is_another_question() {
    for question in questions() {
        for name in NAMES.iter().filter(|name| question.contains(**name)) {
            for other in NAMES.iter().filter(|other| *other != name) {
                let changed = question.replacen(name, other, 1);
                if changed != question {
                    assert_ne!(read(&question), read(&changed), "{question} | {changed}");
                }
            }
        }
    }
}

#[test]
fn names_that_change_places_are_another_question() {
    for question in questions() {
        let words: Vec<&str> = question.split(' ').collect();
        let places: Vec<usize> = (0..words.len())
            .filter(|at| NAMES.contains(&words[*at]))
            .collect();
        for pair in places.windows(2) {
            let mut changed = words.clone();
            changed.swap(pair[0], pair[1]);
            let changed = changed.join(" ");
            if changed != question {
                assert_ne!(read(&question), read(&changed), "{question} | {changed}");
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_asked_is_read_and_is_itself(question in "\\PC{0,80}") {
        prop_assert_eq!(read(&question), read(&question));
    }

    #[test]
    fn a_misspelt_name_is_another_name(
        place in any::<prop::sample::Index>(),
        name in "[b-df-hj-np-tv-xz]{5,9}",
        letter in proptest::char::range('a', 'z'),
        at in any::<prop::sample::Index>(),
    ) {
        let templates = ["How much did {} bill us?", "Is {} blocked?", "payment terms of {} Traders", "total from {} in May 2026"];
        let template = templates[place.index(templates.len())];
        let mut other: Vec<char> = name.chars().collect();
        let at = at.index(other.len());
        prop_assume!(other[at] != letter);
        other[at] = letter;
        let other: String = other.into_iter().collect();
        prop_assert_ne!(
            read(&template.replace("{}", &name)),
            read(&template.replace("{}", &other))
        );
    }

    #[test]
    fn numbers_share_an_answer_when_they_are_one(a in 1_u32..100_000_000, b in 1_u32..100_000_000) {
        let asked = |n: u32| read(&format!("Which invoices are above Rs {n}?"));
        let grouped = |n: u32| {
            let digits = n.to_string();
            let (head, tail) = digits.split_at(digits.len().saturating_sub(3));
            let mut out = String::new();
            for (at, digit) in head.char_indices() {
                if at > 0 && (head.len() - at) % 2 == 0 {
                    out.push(',');
                }
                out.push(digit);
            }
            let comma = if head.is_empty() { "" } else { "," };
            read(&format!("Which invoices are above ₹{out}{comma}{tail}.00?"))
        };
        prop_assert_eq!(asked(a), grouped(a));
        prop_assert_eq!(asked(a) == asked(b), a == b);
    }
}

#[test]
fn what_belongs_to_what_is_part_of_the_question() {
    for (a, b) in [
        (
            "GSTIN of V001 and PAN of V002",
            "PAN of V001 and GSTIN of V002",
        ),
        (
            "GSTIN of V001 and PAN of Sharma",
            "PAN of V001 and GSTIN of Sharma",
        ),
        (
            "highest rate and lowest price",
            "highest price and lowest rate",
        ),
        (
            "number of invoices per vendor",
            "number of vendors per invoice",
        ),
        ("invoices paid or approved", "invoices paid and approved"),
        ("What is our GSTIN?", "What is the GSTIN?"),
        (
            "Did V001 bill in April 2026 and pay in May 2026?",
            "Did V001 pay in April 2026 and bill in May 2026?",
        ),
        (
            "average to Sharma and total from Patel",
            "average from Patel and total to Sharma",
        ),
        (
            "orders of vendors with unpaid invoices",
            "unpaid orders of vendors with invoices",
        ),
        ("45 days and 30 kg", "45 kg and 30 days"),
        ("not paid but approved", "paid but not approved"),
        ("How much did V001 pay us?", "How much did we pay V001?"),
        ("Has V001 paid?", "Has V001 been paid?"),
        ("Who billed V001?", "Who did V001 bill?"),
        ("are all invoices paid", "are any invoices paid"),
        ("invoices under 5000", "invoices of 5000"),
        ("do invoice dikhao", "invoice dikhao"),
        ("Sharma Payments GSTIN", "Sharma Pay GSTIN"),
        ("Is House Of Steel blocked?", "Is House In Steel blocked?"),
        (
            "invoices between V001 and V002 in May",
            "invoices between V002 and V001 in May",
        ),
        ("invoices != 5", "invoices = 5"),
        ("Is V001 blocked?", "Was V001 blocked?"),
        ("invoices in April 2026", "invoices until April 2026"),
        ("invoices for 5 lakh", "invoices for 5 lakh or more"),
        ("invoice 1-23", "invoice 12-3"),
    ] {
        assert_ne!(read(a), read(b), "{a} | {b}: {:?}", read(a));
    }
}
