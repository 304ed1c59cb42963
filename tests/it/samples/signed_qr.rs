//! Signed QRs as the registration portals issue them: decoded, verified, forged.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{FinancialYear, Irn, civil::parse_date, einvoice::SignedQr};
use serde_json::json;

use super::{QRS, REGISTERED, WITHOUT_KEY, keys, sample};

/// Tokens and what is known of them: the four of the QR files, and those of the registered invoices.
fn tokens() -> Vec<(&'static str, String)> {
    let qrs = QRS.map(|name| (name, sample(name)["token"].as_str().unwrap().to_owned()));
    let answered = REGISTERED.map(|name| {
        let said = sample(name)["response_data"]["result"]["SignedQRCode"].take();
        (name, said.as_str().unwrap().to_owned())
    });
    qrs.into_iter().chain(answered).collect()
}

#[test]
fn a_signed_qr_decodes_to_what_its_sample_says() {
    for name in QRS {
        let sample = sample(name);
        let qr = SignedQr::decode(sample["token"].as_str().unwrap()).unwrap();
        assert_eq!(qr.data, sample["qr"], "{name}");
        assert_eq!(qr.issuer, sample["iss"], "{name}");
        assert_eq!(qr.algorithm, sample["header"]["alg"], "{name}");
        assert_eq!(qr.key_id, sample["header"]["kid"], "{name}");
        assert_eq!(
            qr.number("TotInvVal").map(|total| total.to_string()),
            Some(sample["qr"]["TotInvVal"].to_string())
        );
    }
}

#[test]
fn a_signed_qr_verifies_under_its_own_key_only() {
    let keys = keys();
    assert_eq!(keys.len(), 3);
    for (name, token) in tokens() {
        let qr = SignedQr::decode(&token).unwrap();
        assert_eq!(keys.contains_key(&qr.key_id), name != WITHOUT_KEY, "{name}");
        for (kid, key) in &keys {
            assert_eq!(qr.verify(key), *kid == qr.key_id, "{name} under {kid}");
        }
    }
}

#[test]
fn the_irn_of_a_signed_qr_is_computed_from_it() {
    for (name, token) in tokens() {
        let qr = SignedQr::decode(&token).unwrap();
        let year = FinancialYear::of(parse_date(&qr.text("DocDt")).unwrap());
        let irn = Irn::compute(
            &qr.text("SellerGstin"),
            year,
            &qr.text("DocTyp"),
            &qr.text("DocNo"),
        );
        assert_eq!(irn.as_str(), qr.text("Irn"), "{name}");
    }
}

#[test]
fn one_flipped_bit_is_enough_to_fail() {
    let keys = keys();
    for (name, token) in tokens()
        .into_iter()
        .filter(|(name, _)| *name != WITHOUT_KEY)
    {
        let key = &keys[&SignedQr::decode(&token).unwrap().key_id];
        let parts: Vec<&str> = token.split('.').collect();
        for at in [1, 2] {
            let part = URL_SAFE_NO_PAD.decode(parts[at]).unwrap();
            for byte in 0..part.len() {
                let mut flipped = part.clone();
                flipped[byte] ^= 1;
                let flipped = URL_SAFE_NO_PAD.encode(flipped);
                let mut forged = parts.clone();
                forged[at] = &flipped;
                // A payload that is no JSON any more is refused before its signature is looked at.
                let holds = SignedQr::decode(&forged.join(".")).is_ok_and(|qr| qr.verify(key));
                assert!(!holds, "{name}: part {at} byte {byte}");
            }
        }
    }
}

#[test]
fn no_other_algorithm_ever_verifies() {
    let keys = keys();
    for (name, token) in tokens()
        .into_iter()
        .filter(|(name, _)| *name != WITHOUT_KEY)
    {
        let kid = SignedQr::decode(&token).unwrap().key_id;
        let key = &keys[&kid];
        let parts: Vec<&str> = token.split('.').collect();
        for algorithm in ["none", "None", "HS256", "RS512", "rs256", ""] {
            let header = json!({"alg": algorithm, "kid": kid, "typ": "JWT"}).to_string();
            let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), parts[1]);
            // The known forgery: the public key, which everybody has, as the secret of a keyed hash.
            let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key.modulus);
            let keyed = URL_SAFE_NO_PAD.encode(ring::hmac::sign(&secret, signed.as_bytes()));
            for signature in ["", parts[2], &keyed] {
                let qr = SignedQr::decode(&format!("{signed}.{signature}")).unwrap();
                assert!(!qr.verify(key), "{name}: {algorithm:?}");
            }
        }
    }
}
