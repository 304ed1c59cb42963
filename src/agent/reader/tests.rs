use super::*;

const TEXT: &str = "4.1 The buyer pays each invoice\nwithin 45 days (\"net\") of its date.\n4.2 Late sums bear 1,000.5%.";

#[test]
fn a_quote_stands_word_for_word_or_not_at_all() {
    for (quote, stands_as) in [
        (
            "pays each invoice within 45 days",
            Some("pays each invoice\nwithin 45 days"),
        ),
        ("  pays   each\tinvoice ", Some("pays each invoice")),
        ("\"The buyer pays\"", Some("The buyer pays")),
        ("of its date", Some("of its date.")),
        ("net", Some("(\"net\")")),
        (TEXT, Some(TEXT)),
        ("within 5 days", None),
        ("5 days", None),
        ("within 45 day", None),
        ("Within 45 days", None),
        ("within 54 days", None),
        ("000.5%", None),
        ("within days", None),
        ("within 45 days net", None),
        ("", None),
        (" \n ", None),
    ] {
        assert_eq!(stands(TEXT, quote), stands_as, "{quote}");
    }
    assert_eq!(stands("", "a"), None);
    assert_eq!(stands("a\u{2003}b", "a b"), Some("a\u{2003}b"));
}

#[test]
fn the_line_of_a_quote_is_told_whole() {
    assert_eq!(
        line_of(TEXT, "1,000.5%"),
        Some("4.2 Late sums bear 1,000.5%.")
    );
    let over_two = "4.1 The buyer pays each invoice\nwithin 45 days (\"net\") of its date.";
    assert_eq!(line_of(TEXT, "invoice\nwithin 45"), Some(over_two));
    assert_eq!(line_of(TEXT, "elsewhere"), None);
}

#[test]
fn a_field_is_found_by_the_words_of_the_search_and_its_quote_has_to_speak_of_it() {
    let of = |words: &str| Field::of(&words.split(' ').map(str::to_owned).collect::<Vec<_>>());
    for (words, field) in [
        ("payment terms due days", Field::PaymentDays),
        ("pays invoice days", Field::PaymentDays),
        ("interest late payment", Field::LateInterest),
        ("penalty deduction retention", Field::Retention),
        ("price rate revision", Field::Price),
        ("signed", Field::Date),
        ("arbitration seat", Field::Words),
    ] {
        assert_eq!(of(words), field, "{words}");
    }
    for (field, quote, read) in [
        (
            Field::PaymentDays,
            "Bills are settled on the 45th day",
            true,
        ),
        (Field::PaymentDays, "Defects are told within 45 days", false),
        (Field::LateInterest, "Overdue rent bears 1.5% a month", true),
        (Field::LateInterest, "A discount of 2% is allowed", false),
        (Field::LateInterest, "Overdue rent bears ₹500", false),
        (Field::Retention, "5% is retained for a year", true),
        (Field::Price, "The fee is Rs. 1,400 an hour", true),
        (Field::Date, "Signed on 1 April 2026", true),
        (Field::Words, "Payment within 30 days", false),
    ] {
        assert_eq!(
            field.read(quote, quote).is_some(),
            read,
            "{field:?} {quote}"
        );
    }
}

#[test]
fn a_line_speaks_for_its_quote() {
    let line = "Overdue rent bears 1.5% a month";
    assert!(Field::LateInterest.read("1.5%", line).is_some());
    assert_eq!(
        Field::PaymentDays.read("45 days", "Defects are told within 45 days"),
        None
    );
}

proptest::proptest! {
    #[test]
    fn what_stands_is_of_the_text_and_says_the_same(text in "[a-c0-9 .\n\u{2003}]{0,40}", quote in "[a-c0-9 .]{0,8}") {
        if let Some(found) = stands(&text, &quote) {
            proptest::prop_assert!(text.contains(found));
            let folded = |text: &str| text.split_whitespace().map(|w| w.trim_matches('.')).collect::<Vec<_>>().join(" ");
            proptest::prop_assert_eq!(folded(found), folded(&quote));
            proptest::prop_assert!(line_of(&text, found).is_some());
        }
    }
}
