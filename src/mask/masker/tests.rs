//! Masking comes back, leaves nothing, and is the same in pieces.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{MaskStream, UnmaskStream, leaks_json};

fn masker() -> Masker {
    Masker::new(b"a key for tests").unwrap()
}

/// Pieces that identifiers, labels, tokens and what is like them are made of.
fn text() -> impl Strategy<Value = String> {
    let sealed = masker().mask("PAN AAACR5055K").text[4..].to_owned();
    let half = sealed[..20].to_owned();
    let piece = prop_oneof![
        "\\PC{0,6}",
        "[0-9]{1,14}",
        "[A-Z]{1,5}[0-9]{1,7}",
        "[a-z.]{1,6}@[a-z]{1,6}(\\.[a-z]{1,3})?",
        Just(sealed.to_lowercase()),
        Just(format!("{} {}", &sealed[..9], &sealed[9..])),
        Just(sealed),
        Just(half),
        prop::sample::select(vec![
            "27AAACR5055K1Z7",
            "AAACR5055K",
            "2345 6789 0124",
            "+91 98765 43210",
            "9876543210",
            "HDFC0001234",
            "50100123456789",
            "a.k@firm.example",
            "priya@okhdfcbank",
            "MH 12 AB 1234",
            "A/c No: ",
            "PAN ",
            "Order no ",
            "Mobile: ",
            "खाता ",
            "\n",
            "\n\n",
            " ",
            "-",
            ", ",
            "/",
            "@",
            "X",
            "XPAN",
            "\u{200b}",
            "２７",
            "९८७६५",
            "A1234567",
            "passport ",
            "ABC1234567",
            "Voter ID ",
            "|",
            "\t",
            "\n      ",
            "   ",
            "Number: ",
            "A/c Details\n",
            "Bank: SBI\n",
            "022 27784412",
            "contact ",
            "Invoice No   Challan No   Docket\n",
            "KL 1B WT G831",
            "vehicle no ",
            "P A N ",
            " and ",
            "KA/05/L/1177",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn cut(text: &str, at: usize) -> (&str, &str) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.split_at(at)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_text_comes_back(text in text()) {
        let masker = masker();
        let masked = masker.mask(&text);
        prop_assert_eq!(&masker.unmask(&masked.tokens, &masked.text).text, &text);
        prop_assert_eq!(&masker.unmask(&masker.tokens(&masked.text), &masked.text).text, &text);
        prop_assert!(masked.spans.is_sorted_by(|a, b| a.end <= b.start));
        prop_assert!(masked.spans.iter().all(|s| s.start < s.end && text.get(s.start..s.end).is_some()));
    }

    #[test]
    fn mask_then_scan_finds_nothing(text in text()) {
        let masked = masker().mask(&text);
        prop_assert!(leaks(&masked.text).is_empty(), "{:?} {}", leaks(&masked.text), masked.text);
    }

    /// Wherever a line of the text that is masked begins in one that is read for its labels.
    #[test]
    fn where_the_second_look_finds_nothing_a_whole_one_does_not(text in text(), head in text()) {
        let masker = masker();
        let whole = format!("{head}\n{text}");
        for (text, from) in [(&text, 0), (&whole, head.len() + 1)] {
            let folded = Folded::new(text);
            let Scan { found, asked, torn } = scan(folded.as_str(), folded.folded_at(from));
            let spans = spans(&folded, &found, from);
            let (masked, _, changes) = masker.write(text, from, &spans, &[], Was::Text);
            let nothing = !torn && holds_nothing(&masked, &folded, from, &changes, &asked);
            prop_assert!(!nothing || spans.is_empty() || find(&masked).is_empty(), "{}", masked);
        }
    }

    #[test]
    fn pieces_give_what_the_whole_gives(text in text(), first in 0..200_usize, second in 0..200_usize) {
        let masker = masker();
        let whole = masker.mask(&text);
        let (head, rest) = cut(&text, first);
        let (middle, tail) = cut(rest, second);
        let mut stream = MaskStream::new(&masker);
        let mut masked = stream.push(head) + &stream.push(middle) + &stream.push(tail);
        let (last, tokens) = stream.finish();
        masked += &last;
        prop_assert_eq!(&masked, &whole.text);
        prop_assert_eq!(&tokens, &whole.tokens);
        let (head, rest) = cut(&masked, first);
        let (middle, tail) = cut(rest, second);
        let mut stream = UnmaskStream::new(&masker, &tokens);
        let mut back = stream.push(head) + &stream.push(middle) + &stream.push(tail);
        back += &stream.finish();
        prop_assert_eq!(back, text);
    }

    #[test]
    fn a_reply_brings_back_no_more_than_was_masked(text in text(), reply in text()) {
        let masker = masker();
        let masked = masker.mask(&text);
        let back = masker.unmask(&masked.tokens, &reply);
        if masked.tokens.is_empty() {
            prop_assert_eq!(back.text, reply);
        }
    }

    #[test]
    fn json_comes_back(text in text(), number in 0..u64::MAX, name in text()) {
        let value = json!({"AccDet": number, "list": [text, number, null, true], name: {"pan": "AAACR5055K"}});
        let masker = masker();
        let mut tokens = Tokens::default();
        let masked = masker.mask_json(&value, &mut tokens);
        prop_assert_eq!(masker.unmask_json(&tokens, &masked), value);
    }
}

#[test]
fn json_is_masked_under_its_names() {
    let value: Value = json!({
        "SellerDtls": {"Gstin": "27AAACR5055K1Z7", "Ph": 9_876_543_210_u64},
        "PayDtls": {"AccDet": 50_100_123_456_789_u64, "FinInsBr": "HDFC0001234"},
        "AckNo": 112_010_054_654_654_u64,
        "HsnCd": "84713010",
        "27AAACR5055K1Z7": [],
    });
    assert_eq!(leaks_json(&value).len(), 5);
    let masker = masker();
    let mut tokens = Tokens::default();
    let masked = masker.mask_json(&value, &mut tokens);
    assert!(leaks_json(&masked).is_empty(), "{masked}");
    assert_eq!(masked["AckNo"], value["AckNo"]);
    assert!(masked["PayDtls"]["AccDet"].is_string());
    assert_eq!(masker.unmask_json(&tokens, &masked), value);
}

#[test]
fn nothing_that_is_masked_is_debugged() {
    let masked = masker().mask("PAN AAACR5055K");
    let back = masker().unmask(&masked.tokens, &masked.text);
    assert!(!format!("{masked:?}{back:?}{:?}", masker()).contains("5055"));
}
