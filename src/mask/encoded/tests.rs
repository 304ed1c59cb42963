//! No identifier is left readable in base64, and what is masked for one comes back.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use proptest::prelude::*;

use super::*;
use crate::{Kind, Masker, find};

/// As the portal signs it: the fields are a string of JSON inside JSON.
fn qr(seller: &str, buyer: &str) -> String {
    let data = serde_json::json!({
        "SellerGstin": seller, "BuyerGstin": buyer, "DocNo": "NE/26-27/0042", "DocTyp": "INV",
        "DocDt": "12/11/2026", "TotInvVal": 133_288.00, "ItemCnt": 6, "MainHsnCode": "48191010",
        "Irn": "ee72a3fd6a501a6f53948e89a4989a1ee4abfd0b2ed52bf54793ececd527e620",
    });
    let head = r#"{"alg":"RS256","kid":"B8D63ECB58EA5E6F4AAC3D524543B2246669B0F8","typ":"JWT"}"#;
    let payload = serde_json::json!({"data": data.to_string(), "iss": "NIC"}).to_string();
    let signature: Vec<u8> = (0..=255).collect();
    let parts = [head.as_bytes(), payload.as_bytes(), &signature];
    parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}

fn wrapped(text: &str, width: usize) -> String {
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join("\n")
}

#[test]
fn a_signed_token_is_masked_whole() {
    let token = qr("27AAACR5055K1Z7", "24AAACR5055K2ZC");
    let json = format!("{{\"Irn\":\"ee72a3fd6a501a6f\",\"SignedQRCode\":\"{token}\",\"Qty\":4}}");
    for (name, text) in [
        ("alone", token.clone()),
        ("in JSON", json),
        (
            "in a sentence",
            format!("The code says {token}. Please pay."),
        ),
        ("behind a label", format!("QR={token}&x=1")),
        (
            "in a path",
            format!("https://portal.example/qr/{token}/view"),
        ),
        ("glued", format!("qr{token}")),
        ("beside an identifier", format!("AAACR5055K/{token}")),
    ] {
        let found: Vec<_> = find(&text)
            .into_iter()
            .filter(|span| span.rule == RULE)
            .map(|span| (span.kind, &text[span.start..span.end]))
            .collect();
        assert_eq!(found, [(Kind::Gstin, token.as_str())], "{name}");
    }
    let lines = format!("Signed QR code:\n{}\nTotal 12,500.00", wrapped(&token, 64));
    let found = find(&lines);
    let span = &lines[found[0].start..found[0].end];
    assert!(
        found.len() == 1 && span.contains(&wrapped(&token, 64)[130..500]),
        "{span}"
    );
    assert!(!span.contains("Total"), "{span}");
}

#[test]
fn only_text_with_an_identifier_in_it_is_masked() {
    let letter = r#"{"to":"ap@nila.example","note":"पैन AAACR5055K है"}"#;
    for (name, text, want) in [
        (
            "a GSTIN",
            STANDARD.encode("27AAACR5055K1Z7"),
            Some(Kind::Gstin),
        ),
        ("a letter", STANDARD.encode(letter), Some(Kind::Email)),
        (
            "twice",
            STANDARD.encode(STANDARD.encode(letter)),
            Some(Kind::Email),
        ),
        (
            "a data URL",
            format!("data:text/plain;base64,{}", STANDARD.encode(letter)),
            Some(Kind::Email),
        ),
        (
            "behind a hash",
            format!(
                "ee72a3fd6a501a6f53948e89-{}",
                URL_SAFE_NO_PAD.encode(letter)
            ),
            Some(Kind::Email),
        ),
        (
            "no identifier",
            STANDARD.encode("Thank you for the order of 12-11-2026."),
            None,
        ),
        (
            "a picture",
            format!(
                "data:image/png;base64,{}",
                STANDARD.encode([0x89, b'P', 0, 1, 2, 3].repeat(40))
            ),
            None,
        ),
        (
            "an IRN",
            "ee72a3fd6a501a6f53948e89a4989a1ee4abfd0b2ed52bf54793ececd527e620".to_owned(),
            None,
        ),
        ("a long word", "internationalisation".repeat(3), None),
    ] {
        let found = find(&text);
        let kinds: Vec<_> = found
            .iter()
            .filter(|one| one.rule == RULE)
            .map(|one| one.kind)
            .collect();
        assert_eq!(kinds, want.into_iter().collect::<Vec<_>>(), "{name} {text}");
    }
}

#[test]
fn the_token_of_an_invoice_comes_back_from_json() {
    let token = qr("27AAACR5055K1Z7", "24AAACR5055K2ZC");
    let value = serde_json::json!({"SignedQRCode": token, "SignedInvoice": token.repeat(9), "AckNo": 112_010_054_654_654_u64});
    let masker = Masker::new(b"a key for tests").unwrap();
    let mut tokens = crate::Tokens::default();
    let masked = masker.mask_json(&value, &mut tokens);
    assert!(crate::leaks_json(&masked).is_empty());
    assert!(!masked.to_string().contains("eyJ"), "{masked}");
    assert_eq!(masker.unmask_json(&tokens, &masked), value);
}

proptest! {
    #[test]
    fn whatever_surrounds_it_nothing_is_left_to_read(before in "[ -~\n]{0,30}", after in "[ -~\n]{0,30}", standard: bool) {
        let plain = "payment to 27AAACR5055K1Z7 and no other";
        let code = if standard { STANDARD.encode(plain) } else { URL_SAFE_NO_PAD.encode(plain) };
        let text = format!("{before} {code} {after}");
        let masker = Masker::new(b"a key for tests").unwrap();
        let masked = masker.mask(&text);
        prop_assert!(!masked.text.contains(&code[..24]), "{}", masked.text);
        prop_assert!(crate::leaks(&masked.text).is_empty());
        prop_assert_eq!(masker.unmask(&masked.tokens, &masked.text).text, text);
    }

    #[test]
    fn any_bytes_are_looked_into(text in "[A-Za-z0-9+/_=.\n-]{0,400}") {
        let found = find(&text);
        prop_assert!(found.iter().all(|span| text.get(span.start..span.end).is_some()));
    }
}
