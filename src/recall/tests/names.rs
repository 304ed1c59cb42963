//! A word more, less or other beside a name, and a digit more, less or other anywhere, ask of somebody or something else.

use proptest::{prelude::*, sample::select};

use super::*;

fn read(question: &str) -> Option<Reading> {
    Reading::of(question, as_of())
}

/// Firms that only a word of the vocabulary tells apart.
const FIRMS: &[(&str, &str)] = &[
    ("Hi-Tech Engineers", "Tech Engineers"),
    ("Hi Tech Engineers", "Hitech Engineers"),
    ("On Time Logistics", "Time Logistics"),
    ("Plus Retail", "Retail"),
    ("Me Fashions", "Fashions"),
    ("IT Care", "Care"),
    ("The Care", "Care"),
    ("Max Foods", "Biggest Foods"),
    ("Ship Shape", "Dispatch Shape"),
    ("Sharma Firm", "Sharma Company"),
    ("Sharma Sales", "Sharma Firm"),
    ("Sharma and Company", "Sharma Company"),
    ("Sharma and Company", "Sharma and Firm"),
    ("Sharma & Sons", "Sharma and Sons"),
    ("Now Traders", "Here Traders"),
    ("Now Traders", "Traders"),
    ("ID Fresh", "Fresh"),
    ("Reddy Foods", "Reddy's Foods"),
    ("Reddys Foods", "Reddy's Foods"),
    ("House of Steel", "House Steel"),
    ("Bank of Baroda", "Baroda"),
    ("Bank of Baroda", "Bank Baroda"),
    ("Company of Heroes", "Firm of Heroes"),
    ("Company of Heroes", "Heroes"),
    ("Three Star", "3 Star"),
    ("Star 24", "24 Star"),
    ("2 Star", "Two Star"),
    ("Twenty Four Carat", "24 Carat"),
    ("Today Traders", "Aaj Traders"),
    ("Max Supply", "Biggest Supply"),
    ("Supply Company", "Supply Firm"),
    ("Plus", "And"),
    ("Nos Fashions", "Pcs Fashions"),
    ("A to Z Traders", "A by Z Traders"),
    ("Sharma, Traders", "Sharma Traders"),
    ("Sharma (Pune) Traders", "Sharma Pune Traders"),
    ("₹ Traders", "Traders"),
];

const ASKED: &[&str] = &[
    "payment terms of {}",
    "Payment terms for {}",
    "{} payment terms?",
    "bank account of {}",
    "{} bank account",
    "What are the payment terms for {}?",
    "What is the GSTIN of {}?",
    "Is {} blocked?",
    "How much did {} bill us in April 2026?",
    "total billed by {} in FY 2026-27",
    "unpaid invoices from {} above 5000",
    "{} ka payment term kya hai?",
    "bank account of V001 and {}",
];

#[test]
fn firms_that_a_word_of_the_vocabulary_tells_apart_share_nothing() {
    let mut cases: [fn(&str) -> String; 3] = [
        str::to_owned,
        |name| name.to_lowercase(),
        |name| name.to_uppercase(),
    ];
    for (one, other) in FIRMS {
        for asked in ASKED {
            for case in &mut cases {
                let (one, other) = (case(one), case(other));
                // Whether "supply" without a capital is a firm's name nobody can say, nor is it asked of one of V001.
                let hidden = one == one.to_lowercase()
                    && ["max supply", "supply company", "plus"].contains(&one.as_str())
                    && !(asked.contains("of {}") || asked.contains("terms"));
                if hidden || asked.contains("V001") && one.starts_with("plus") {
                    continue;
                }
                let one = asked.replace("{}", &one);
                let other = asked.replace("{}", &other);
                assert_ne!(
                    read(&one),
                    read(&other),
                    "{one} | {other}: {:?}",
                    read(&one)
                );
            }
        }
    }
}

#[test]
fn numbers_and_identifiers_are_as_they_are_written() {
    for (a, b) in [
        ("What does clause 3.1 say?", "What does clause 3.10 say?"),
        (
            "What is in 3.1 of the contract with V001?",
            "What is in 3.10 of the contract with V001?",
        ),
        ("status of A-12/B", "status of A-12B"),
        ("status of A-12/B", "status of A12/B"),
        ("status of AO/26-27/0466", "status of AO26/27-0466"),
        ("status of ML-0417", "status of ML0417"),
        ("status of INV/1-2", "status of INV-1/2"),
        ("who is V001", "who is V 001"),
        ("received on GRN-0912", "received on GRN 0912"),
        ("GST on 10² at 18%", "GST on 102 at 18%"),
        ("GST on (5000) at 18%", "GST on 5000 at 18%"),
        ("billed by V001 on 1st", "billed by V001 first"),
        ("GST on ½ at 18%", "GST on 12 at 18%"),
    ] {
        assert_ne!(read(a), read(b), "{a} | {b}: {:?}", read(a));
    }
    for (a, b) in [
        ("invoices above ₹1,18,000", "invoices above Rs 118000.00"),
        ("GST at 18.0% on V001", "GST at 18% on V001"),
        ("invoices above 1,18,000", "invoices above 118000"),
        ("status of ao/26-27/0466?", "Status of AO/26-27/0466"),
    ] {
        assert_eq!(read(a), read(b), "{a} | {b}");
    }
}

/// Every single word of the vocabulary, and a few that are in none.
fn words() -> Vec<String> {
    let lines = include_str!("../vocabulary.txt").lines();
    let phrases = lines.filter_map(|line| Some(line.split_once(": ")?.1));
    let mut words: Vec<String> = phrases
        .flat_map(|phrases| phrases.split(", "))
        .filter(|word| !word.contains(' '))
        .map(str::to_owned)
        .collect();
    words.extend(["kumar", "lal", "24", "7", "A1", "may", "today", "three"].map(str::to_owned));
    words
}

/// Words that say nothing, and may differ where they are no part of a name.
fn fillers() -> Vec<String> {
    let lines = include_str!("../vocabulary.txt").lines();
    let fillers = lines.filter_map(|line| line.strip_prefix("filler: "));
    let words = fillers.flat_map(|words| words.split(", "));
    words
        .map(|word| word.trim_end_matches(',').to_owned())
        .collect()
}

/// Words that lead from what is asked to the name.
const LEADS: [&str; 7] = ["of", "for", "from", "to", "by", "with", "against"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// With `near` already beside the name, at either end of it: one is put in, or taken away, or another stands there.
    #[test]
    fn a_word_beside_a_name_is_part_of_it(
        asked in select(ASKED),
        name in "[b-df-hj-np-tv-xz]{5,9}( [b-df-hj-np-tv-xz]{4,7})?",
        near in prop::collection::vec(select(words()), 0..3),
        one in select(words()),
        other in prop::option::of(select(words())),
        before in any::<bool>(),
        far in any::<bool>(),
        loud in 0..3_usize,
    ) {
        let fillers = fillers();
        let case = |text: String| match loud {
            0 => text,
            1 => text.to_uppercase(),
            _ => text.split(' ').map(|word| {
                let mut letters = word.chars();
                letters.next().map_or_else(String::new, |first| {
                    first.to_uppercase().chain(letters).collect()
                })
            }).collect::<Vec<_>>().join(" "),
        };
        let with = |word: Option<&String>| {
            let mut parts = vec![name.as_str()];
            let mut run: Vec<&str> = near.iter().map(String::as_str).collect();
            run.splice(if far && !before { run.len()..run.len() } else { 0..0 }, word.map(String::as_str));
            if before {
                parts.splice(0..0, run);
            } else {
                parts.extend(run);
            }
            asked.replace("{}", &case(parts.join(" ")))
        };
        // In front of what leads to the name it is no part of it: "is a vendor from X blocked?".
        let leads = before && near.iter().any(|word| LEADS.contains(&word.as_str()));
        let fills = |word: &String| fillers.contains(word);
        prop_assume!(!(leads && fills(&one) && other.as_ref().is_none_or(fills)));
        let (one, other) = (with(Some(&one)), with(other.as_ref()));
        prop_assume!(one.to_lowercase() != other.to_lowercase());
        prop_assert_ne!(read(&one), read(&other), "{} | {}", one, other);
    }

    #[test]
    fn a_digit_more_or_less_is_another_number(
        asked in select(&[
            "invoices above {}", "status of INV-{}", "clause {} of the contract", "payment terms of V{}",
            "{} of it", "total of Sharma {}", "invoices of {} days", "{}% of V001", "PO {} open?", "What is {}?",
        ][..]),
        number in "[1-9][0-9]{0,7}(\\.[0-9]{1,3})?",
        at in any::<prop::sample::Index>(),
        digit in proptest::char::range('0', '9'),
    ) {
        let at = at.index(number.len() + 1);
        let mut more = number.clone();
        more.insert(at, digit);
        // 12 and 120 per cent differ, 1.2 and 1.20 per cent do not.
        let same = |text: &str| text.parse::<f64>().ok();
        prop_assume!(!asked.contains('%') || same(&number) != same(&more));
        let (one, other) = (asked.replace("{}", &number), asked.replace("{}", &more));
        prop_assert_ne!(read(&one), read(&other), "{} | {}", one, other);
    }
}
