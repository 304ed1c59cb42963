//! A clean world for tests: an invoice that every check passes, and what each tool would answer about it. A test
//! changes one thing and looks at one check.

#![allow(dead_code, reason = "each check's tests use a part of it")]

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{
    Answer, Date, EvidenceId, Facts, FinancialYear, Finding, Invoice, Irn, Law, Need, Outcome,
    Policy, Screening,
    civil::parse_date,
    einvoice::SignedQr,
    facts::NamedOrder,
    portal::{IrnRecord, Returns, SigningKey, Statement, Taxpayer},
    records::Order,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Change, Context, Spec};

mod clean;
mod faults;
pub(crate) mod portal;

/// The evidence id of the decoded QR; needs have 1 to 11 in the order of `Need::ALL`.
pub(crate) const QR: EvidenceId = EvidenceId(12);
/// What the screen lists.
pub(crate) const SCREENED: EvidenceId = EvidenceId(13);

/// GSTINs of the clean supplier (Gujarat, Maharashtra) and buyer (Maharashtra, Gujarat).
pub(crate) const SUPPLIER: &str = "24AAKCS4821M1Z2";
pub(crate) const SUPPLIER_27: &str = "27AAKCS4821M1ZW";
pub(crate) const BUYER: &str = "27AAFCA7316Q1Z7";
pub(crate) const BUYER_24: &str = "24AAFCA7316Q1ZD";
/// Somebody else, in Karnataka.
pub(crate) const OTHER: &str = "29AAFCK2207H1ZO";

const KEY_ID: &str = "5A7E0C1B2D3F4A5B6C7D8E9F0A1B2C3D4E5F6A7B";
/// The modulus of the test key; no portal signs with it.
const KEY_MODULUS: &str = "sTPY8EdiK93KaS8YLQFbwsWGLRxYO89rPo32_iK4kHvewpy7TSaGf54ZW8H08A6K_8MhkdksXn1PzhZ-rUL6s3bgBiMpTxp00ihaCDS2kcbrYSAQARGP4HOLeGirEAqL_S6Ayq7AeZ4r8bF2zeuKSTCnBHL1GxkKl7Fswb2XtVPT8VfV2WriP_avrtAFIB4B1zQUTMdPb6tN08YQHVLG82MkwTFBOg0zd2nGNJrMyACHyzBM3bn4v3UrvfJvnzLkvMu2znbPVJ6xAMzawqgB_eEehH2xMTq4ikwOuyAoOSPaAvuHTzAnTEPCB7qa75Q4-QHIaCHd2QxTEMnldMN3uQ";
/// The private half as PKCS#8: made for these tests, trusted by nobody.
const KEY_PRIVATE: &str = include_str!("testing/test_key.b64");

static LAW: LazyLock<Law> = LazyLock::new(|| Law::builtin().unwrap());
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::builtin().unwrap());

/// The law that is compiled in.
pub(crate) fn law() -> &'static Law {
    &LAW
}

/// The policy that is compiled in.
pub(crate) fn policy() -> &'static Policy {
    &POLICY
}

/// Facts with the compiled-in law and policy.
pub(crate) fn context(facts: &Facts) -> Context<'_> {
    Context {
        facts,
        law: law(),
        policy: policy(),
    }
}

pub(crate) fn date(text: &str) -> Date {
    parse_date(text).unwrap()
}

/// The clean invoice with members replaced (`Null` removes one), not registered again.
pub(crate) fn invoice(overrides: &[(&str, Value)]) -> Invoice {
    let mut world = World::clean();
    for (pointer, value) in overrides {
        world = world.with(pointer, value.clone());
    }
    Invoice::read(world.invoice, 1000).unwrap()
}

/// The clean world's facts with members of the invoice replaced, not registered again.
pub(crate) fn facts(overrides: &[(&str, Value)]) -> Facts {
    let mut world = World::clean();
    for (pointer, value) in overrides {
        world = world.with(pointer, value.clone());
    }
    world.facts()
}

/// What is known about a need.
#[derive(Debug, Clone)]
enum Said {
    Found(Value),
    Absent,
    Open,
    NotNeeded,
}

/// An invoice and what each tool would answer.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) invoice: Value,
    pub(crate) as_of: Date,
    records: BTreeMap<Need, Said>,
    pub(crate) screening: Option<Screening>,
}

impl World {
    /// An inter-State B2B invoice of two lines of goods, registered, against an order fully received; every check
    /// passes or does not apply.
    pub(crate) fn clean() -> Self {
        Self {
            invoice: clean::invoice(),
            as_of: date("2026-11-21"),
            records: clean::records(),
            screening: Some(Screening::default()),
        }
        .registered()
    }

    /// The same within Gujarat: CGST and SGST in equal halves.
    pub(crate) fn intra() -> Self {
        let mut world = Self::clean()
            .with("/BuyerDtls/Gstin", json!(BUYER_24))
            .with("/BuyerDtls/Stcd", json!("24"))
            .with("/BuyerDtls/Pos", json!("24"))
            .with("/BuyerDtls/Pin", json!(382_445))
            .with("/BuyerDtls/Loc", json!("Ahmedabad"));
        for (line, half) in [(0, json!(15300)), (1, json!(12813.75))] {
            for (member, value) in [
                ("IgstAmt", json!(0)),
                ("CgstAmt", half.clone()),
                ("SgstAmt", half.clone()),
            ] {
                world = world.with(&format!("/ItemList/{line}/{member}"), value);
            }
        }
        world
            .with("/ValDtls/IgstVal", json!(0))
            .with("/ValDtls/CgstVal", json!(28113.75))
            .with("/ValDtls/SgstVal", json!(28113.75))
            .record(Need::Statement, "/gstin", json!(BUYER_24))
            .record(
                Need::Statement,
                "/documents/0/document/items/0/igst",
                json!(0),
            )
            .record(
                Need::Statement,
                "/documents/0/document/items/0/cgst",
                json!(28113.75),
            )
            .record(
                Need::Statement,
                "/documents/0/document/items/0/sgst",
                json!(28113.75),
            )
            .registered()
    }

    /// Replaces (or adds) a member of the invoice; `Null` removes it.
    pub(crate) fn with(mut self, pointer: &str, value: Value) -> Self {
        put(&mut self.invoice, pointer, value);
        self
    }

    #[expect(
        clippy::wrong_self_convention,
        reason = "read as a sentence: the world as of a day"
    )]
    pub(crate) fn as_of(mut self, day: &str) -> Self {
        self.as_of = date(day);
        self
    }

    /// Replaces (or adds) a member of what a tool answers; `Null` removes it, the empty pointer replaces all.
    pub(crate) fn record(mut self, need: Need, pointer: &str, value: Value) -> Self {
        if let Some(Said::Found(record)) = self.records.get_mut(&need) {
            put(record, pointer, value);
        } else if pointer.is_empty() {
            self.records.insert(need, Said::Found(value));
        } else {
            panic!("{} has no record to change", need.name());
        }
        self
    }

    /// The source has no such record.
    pub(crate) fn absent(mut self, need: Need) -> Self {
        self.records.insert(need, Said::Absent);
        self
    }

    /// There is no usable answer.
    pub(crate) fn open(mut self, need: Need) -> Self {
        self.records.insert(need, Said::Open);
        self
    }

    /// The invoice does not call for it.
    pub(crate) fn not_needed(mut self, need: Need) -> Self {
        self.records.insert(need, Said::NotNeeded);
        self
    }

    /// Registers the invoice as it now is: IRN, acknowledgement and signed QR all fit.
    pub(crate) fn registered(mut self) -> Self {
        register(&mut self.invoice);
        self
    }

    /// Takes IRN, acknowledgement and QR off.
    pub(crate) fn unregistered(self) -> Self {
        ["/Irn", "/AckNo", "/AckDt", "/SignedQRCode"]
            .iter()
            .fold(self, |w, p| w.with(p, Value::Null))
    }

    /// What a tool observed: what citations point into.
    pub(crate) fn observation(&self, id: EvidenceId) -> Option<Value> {
        if id == EvidenceId::INVOICE {
            return Some(Value::clone(&self.facts().invoice.raw));
        }
        if id == QR {
            return self.facts().qr.map(|(_, qr)| qr.observation());
        }
        if id == SCREENED {
            return Some(json!({"suspects": self.screening.as_ref()?.suspects}));
        }
        let need = Need::ALL.get(usize::from(id.0).checked_sub(1)?)?;
        match self.records.get(need)? {
            Said::Found(value) => Some(value.clone()),
            Said::Absent => Some(json!({"found": false, "reason": "no such record"})),
            Said::Open | Said::NotNeeded => None,
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        let invoice = Invoice::read(self.invoice.clone(), 1000).unwrap();
        let qr = invoice
            .signed_qr
            .as_deref()
            .and_then(|token| SignedQr::decode(token).ok())
            .map(|decoded| (QR, Arc::new(decoded)));
        let orders = invoice
            .orders
            .iter()
            .map(|named| NamedOrder {
                po_number: named.number.clone(),
                pointer: named.pointer.clone(),
                answer: self.answer(Need::Orders, parsed::<Order>),
            })
            .collect();
        Facts {
            as_of: self.as_of,
            qr,
            screening: self.screening.clone(),
            buyer: self.answer(Need::Buyer, parsed),
            vendor: self.answer(Need::Vendor, parsed),
            taxpayer: self.answer(Need::Taxpayer, |v| Taxpayer::read(v).unwrap()),
            returns: self.answer(Need::Returns, |v| Returns::read(v).unwrap()),
            statement: self.answer(Need::Statement, |v| Statement::read(v).unwrap()),
            irn_status: self.answer(Need::IrnStatus, |v| IrnRecord::read(v).unwrap()),
            signing_key: self.answer(Need::SigningKey, |v| SigningKey::read(v).unwrap()),
            duplicates: self.answer(Need::Duplicates, parsed),
            history: self.answer(Need::History, parsed),
            orders,
            contracts: self.answer(Need::Contracts, |v| clauses::read(&parsed(v))),
            invoice: Arc::new(invoice),
        }
    }

    fn answer<T>(&self, need: Need, read: impl Fn(&Value) -> T) -> Answer<T> {
        let position = Need::ALL.iter().position(|n| *n == need).unwrap();
        let id = EvidenceId(u16::try_from(position + 1).unwrap());
        match &self.records[&need] {
            Said::Found(value) => Answer::Found(id, Arc::new(read(value))),
            Said::Absent => Answer::Absent(id, "no such record".to_owned()),
            Said::Open => Answer::Open("no answer".to_owned()),
            Said::NotNeeded => Answer::NotNeeded("not called for".to_owned()),
        }
    }

    /// Runs one check, and sees to it that every citation of its finding resolves.
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let facts = self.facts();
        let outcome = (spec.run)(&context(&facts));
        self.resolve(outcome.finding());
        outcome
    }

    pub(crate) fn mend(&self, spec: &Spec) -> Vec<Change> {
        spec.mend.changes(&context(&self.facts()))
    }

    /// The values that a finding cites, in order. Panics on a pointer that leads nowhere.
    pub(crate) fn resolve(&self, finding: &Finding) -> Vec<Value> {
        let cited = finding.cites.iter().map(|cite| {
            self.observation(cite.evidence)
                .and_then(|o| o.pointer(&cite.pointer).cloned())
                .unwrap_or_else(|| {
                    panic!(
                        "{} {} leads nowhere: {}",
                        cite.evidence, cite.pointer, finding.message
                    )
                })
        });
        cited.collect()
    }
}

fn parsed<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

/// Sets a member or a place in a list; `Null` removes it. What stands above is made where it is missing.
pub(crate) fn put(root: &mut Value, pointer: &str, value: Value) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        *root = value;
        return;
    };
    if root.pointer(parent).is_none() {
        put(root, parent, json!({}));
    }
    match root.pointer_mut(parent).unwrap() {
        Value::Object(members) if value.is_null() => drop(members.shift_remove(key)),
        Value::Object(members) => drop(members.insert(key.to_owned(), value)),
        Value::Array(list) => match key.parse::<usize>() {
            Ok(index) if value.is_null() => drop(list.remove(index)),
            Ok(index) if index < list.len() => list[index] = value,
            _ => list.push(value),
        },
        _ => panic!("{parent} holds no members"),
    }
}

/// Registers an invoice as the portal would: IRN, acknowledgement and signed QR.
pub(crate) fn register(invoice: &mut Value) {
    let said = |pointer: &str| {
        invoice
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (supplier, number, kind) = (
        said("/SellerDtls/Gstin"),
        said("/DocDtls/No"),
        said("/DocDtls/Typ"),
    );
    let day = parse_date(&said("/DocDtls/Dt")).unwrap();
    let hashed = if law().irn_upper_case(day) {
        number.to_uppercase()
    } else {
        number.clone()
    };
    let irn = Irn::compute(&supplier, FinancialYear::of(day), &kind, &hashed).to_string();
    let at = format!("{day} 16:20:05");
    let lines = invoice["ItemList"].as_array().unwrap();
    let value = |line: &&Value| {
        line["AssAmt"]
            .to_string()
            .parse::<rust_decimal::Decimal>()
            .unwrap_or_default()
    };
    // Of several with the same value the last is taken; a check must accept any of them.
    let main = lines
        .iter()
        .max_by_key(value)
        .map(|l| l["HsnCd"].clone())
        .unwrap_or_default();
    let data = json!({"SellerGstin": supplier, "BuyerGstin": said("/BuyerDtls/Gstin"), "DocNo": number,
        "DocTyp": kind, "DocDt": day.strftime("%d/%m/%Y").to_string(),
        "TotInvVal": invoice.pointer("/ValDtls/TotInvVal"), "ItemCnt": lines.len(), "MainHsnCode": main,
        "Irn": irn, "IrnDt": at});
    let token = sign(&json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}), &data);
    for (member, value) in [
        ("Irn", json!(irn)),
        ("AckNo", json!("112610000415")),
        ("AckDt", json!(at)),
        ("SignedQRCode", json!(token)),
    ] {
        invoice[member] = value;
    }
}

/// A compact JWS over the QR's data, signed RS256 with the test key whatever the header says.
pub(crate) fn sign(header: &Value, data: &Value) -> String {
    static PAIR: LazyLock<ring::rsa::KeyPair> = LazyLock::new(|| {
        let text: String = KEY_PRIVATE.split_whitespace().collect();
        ring::rsa::KeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap()
    });
    let payload = json!({"data": data.to_string(), "iss": "NIC"});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(&payload));
    let mut signature = vec![0; PAIR.public().modulus_len()];
    PAIR.sign(
        &ring::signature::RSA_PKCS1_SHA256,
        &ring::rand::SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

mod tests {
    use super::*;

    /// Guards every check against the clean worlds: none fails, none that is required stays open, and every citation
    /// resolves.
    #[test]
    fn clean_worlds_pass_every_check() {
        for (name, world) in [
            ("inter-State", World::clean()),
            ("intra-State", World::intra()),
        ] {
            let facts = world.facts();
            for (spec, outcome) in crate::judge(&context(&facts)) {
                world.resolve(outcome.finding());
                let open = matches!(outcome, Outcome::Unverified(_)) && spec.required;
                assert!(
                    !outcome.is_fail() && !open,
                    "{name}: {} {outcome:?}",
                    spec.id
                );
            }
        }
    }

    #[test]
    fn the_signed_qr_holds_under_the_test_key() {
        let facts = World::clean().facts();
        let (_, qr) = facts.qr.as_ref().unwrap();
        assert!(qr.verify(facts.signing_key.found().unwrap()));
        assert_eq!(qr.text("Irn"), facts.invoice.irn.clone().unwrap());
        assert_eq!(qr.text("MainHsnCode"), "73181500");
    }
}
