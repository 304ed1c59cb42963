//! The registered names of INV-01 1.1 (132 members in 15 objects) and the folding of other spellings onto them.

use serde_json::{Map, Value};

use super::InvoiceError;

/// What a name leads to.
enum Shape {
    Leaf,
    Object(&'static [(&'static str, Shape)]),
    List(&'static [(&'static str, Shape)]),
}

use Shape::{Leaf, List, Object};

macro_rules! leaves {
    ($($name:literal),* $(,)?) => { &[$(($name, Leaf)),*] };
}

/// The schema as the registration portal publishes it, with the members of its response (`Irn`, `AckNo`, `AckDt`,
/// `SignedQRCode`, `SignedInvoice`).
const ROOT: &[(&str, Shape)] = &[
    ("Version", Leaf),
    ("Irn", Leaf),
    ("AckNo", Leaf),
    ("AckDt", Leaf),
    ("SignedQRCode", Leaf),
    ("SignedInvoice", Leaf),
    (
        "TranDtls",
        Object(leaves![
            "TaxSch",
            "SupTyp",
            "RegRev",
            "EcmGstin",
            "IgstOnIntra"
        ]),
    ),
    ("DocDtls", Object(leaves!["Typ", "No", "Dt"])),
    (
        "SellerDtls",
        Object(leaves![
            "Gstin", "LglNm", "TrdNm", "Addr1", "Addr2", "Loc", "Pin", "Stcd", "Ph", "Em"
        ]),
    ),
    (
        "BuyerDtls",
        Object(leaves![
            "Gstin", "LglNm", "TrdNm", "Pos", "Addr1", "Addr2", "Loc", "Pin", "Stcd", "Ph", "Em"
        ]),
    ),
    (
        "DispDtls",
        Object(leaves!["Nm", "Addr1", "Addr2", "Loc", "Pin", "Stcd"]),
    ),
    (
        "ShipDtls",
        Object(leaves![
            "Gstin", "LglNm", "TrdNm", "Addr1", "Addr2", "Loc", "Pin", "Stcd"
        ]),
    ),
    (
        "ItemList",
        List(&[
            ("SlNo", Leaf),
            ("PrdDesc", Leaf),
            ("IsServc", Leaf),
            ("HsnCd", Leaf),
            ("Barcde", Leaf),
            ("Qty", Leaf),
            ("FreeQty", Leaf),
            ("Unit", Leaf),
            ("UnitPrice", Leaf),
            ("TotAmt", Leaf),
            ("Discount", Leaf),
            ("PreTaxVal", Leaf),
            ("AssAmt", Leaf),
            ("GstRt", Leaf),
            ("IgstAmt", Leaf),
            ("CgstAmt", Leaf),
            ("SgstAmt", Leaf),
            ("CesRt", Leaf),
            ("CesAmt", Leaf),
            ("CesNonAdvlAmt", Leaf),
            ("StateCesRt", Leaf),
            ("StateCesAmt", Leaf),
            ("StateCesNonAdvlAmt", Leaf),
            ("OthChrg", Leaf),
            ("TotItemVal", Leaf),
            ("OrdLineRef", Leaf),
            ("OrgCntry", Leaf),
            ("PrdSlNo", Leaf),
            ("BchDtls", Object(leaves!["Nm", "ExpDt", "WrDt"])),
            ("AttribDtls", List(leaves!["Nm", "Val"])),
        ]),
    ),
    (
        "ValDtls",
        Object(leaves![
            "AssVal",
            "CgstVal",
            "SgstVal",
            "IgstVal",
            "CesVal",
            "StCesVal",
            "Discount",
            "OthChrg",
            "RndOffAmt",
            "TotInvVal",
            "TotInvValFc"
        ]),
    ),
    (
        "PayDtls",
        Object(leaves![
            "Nm", "AccDet", "Mode", "FinInsBr", "PayTerm", "PayInstr", "CrTrn", "DirDr", "CrDay",
            "PaidAmt", "PaymtDue"
        ]),
    ),
    (
        "RefDtls",
        Object(&[
            ("InvRm", Leaf),
            ("DocPerdDtls", Object(leaves!["InvStDt", "InvEndDt"])),
            ("PrecDocDtls", List(leaves!["InvNo", "InvDt", "OthRefNo"])),
            (
                "ContrDtls",
                List(leaves![
                    "RecAdvRefr",
                    "RecAdvDt",
                    "TendRefr",
                    "ContrRefr",
                    "ExtRefr",
                    "ProjRefr",
                    "PORefr",
                    "PORefDt"
                ]),
            ),
        ]),
    ),
    ("AddlDocDtls", List(leaves!["Url", "Docs", "Info"])),
    (
        "ExpDtls",
        Object(leaves![
            "ShipBNo", "ShipBDt", "Port", "RefClm", "ForCur", "CntCode", "ExpDuty"
        ]),
    ),
    (
        "EwbDtls",
        Object(leaves![
            "TransId",
            "TransName",
            "TransMode",
            "Distance",
            "TransDocNo",
            "TransDocDt",
            "VehNo",
            "VehType"
        ]),
    ),
];

/// A JSON type in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The document inside an envelope of the registration portal's clients, with the response's members beside it.
pub(super) fn open_envelope(value: Value) -> Value {
    let Value::Object(mut envelope) = value else {
        return value;
    };
    let wraps = envelope
        .get("request_data")
        .and_then(|d| d.get("DocDtls"))
        .is_some();
    if !wraps {
        return Value::Object(envelope);
    }
    let Some(Value::Object(mut invoice)) = envelope.remove("request_data") else {
        return Value::Object(envelope);
    };
    if let Some(Value::Object(result)) = envelope
        .get_mut("response_data")
        .and_then(|r| r.get_mut("result"))
        .map(Value::take)
    {
        for name in ["Irn", "AckNo", "AckDt", "SignedQRCode", "SignedInvoice"] {
            if let Some(member) = result.get(name)
                && !member.is_null()
            {
                invoice.entry(name).or_insert_with(|| member.clone());
            }
        }
    }
    Value::Object(invoice)
}

/// Puts registered members under their registered names, at every level; others stay as they are.
pub(super) fn canonical(members: Map<String, Value>) -> Result<Map<String, Value>, InvoiceError> {
    fold(members, ROOT, "")
}

/// Whether a member is a registered one in another case, or with characters in it that a reader takes no notice of: `PayDtls `,
/// `Pay_Dtls`, and what has no width.
fn reads_as(registered: &str, name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let mut own = registered.chars();
    letters.clone().count() == registered.len()
        && letters
            .into_iter()
            .all(|c| own.next().is_some_and(|own| own.eq_ignore_ascii_case(&c)))
}

fn fold(
    mut members: Map<String, Value>,
    shapes: &[(&'static str, Shape)],
    at: &str,
) -> Result<Map<String, Value>, InvoiceError> {
    // Most senders keep to the schema's order, so the search goes on from where the last one ended.
    let mut last = 0;
    let known: Vec<Option<usize>> = members
        .keys()
        .map(|name| {
            let mut places = (last..shapes.len()).chain(0..last);
            let place = places
                .clone()
                .find(|place| shapes[*place].0 == name)
                .or_else(|| places.find(|place| reads_as(shapes[*place].0, name)))?;
            last = place;
            Some(place)
        })
        .collect();
    let is_registered = |(name, place): (&String, &Option<usize>)| {
        place.is_none_or(|place| shapes[place].0 == name.as_str())
    };
    if members.keys().zip(&known).all(is_registered) {
        // Nothing to rename: most documents stay where they are.
        for (value, place) in members.values_mut().zip(known) {
            if let Some(place) = place {
                *value = shaped(value.take(), &shapes[place], at)?;
            }
        }
        return Ok(members);
    }
    let mut out = Map::with_capacity(members.len());
    for ((name, value), place) in members.into_iter().zip(known) {
        let Some(place) = place else {
            out.insert(name, value);
            continue;
        };
        let registered = shapes[place].0;
        if out.contains_key(registered) {
            return Err(InvoiceError::Twice {
                pointer: format!("{at}/{registered}"),
                first: registered.to_owned(),
                second: name,
            });
        }
        out.insert(registered.to_owned(), shaped(value, &shapes[place], at)?);
    }
    Ok(out)
}

/// The value of a registered member, with the members below it.
fn shaped(
    value: Value,
    (registered, shape): &(&'static str, Shape),
    at: &str,
) -> Result<Value, InvoiceError> {
    let pointer = || format!("{at}/{registered}");
    Ok(match (shape, value) {
        (_, Value::Null) => Value::Null,
        (Object(inner), Value::Object(map)) => Value::Object(fold(map, inner, &pointer())?),
        (List(inner), Value::Array(list)) => Value::Array(fold_list(list, inner, &pointer())?),
        // A list of one is written as its only entry by some senders.
        (List(inner), Value::Object(map)) if *registered != "ItemList" => {
            Value::Array(vec![Value::Object(fold(map, inner, &pointer())?)])
        }
        (Leaf, leaf @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => leaf,
        (shape, other) => {
            return Err(InvoiceError::Type {
                pointer: pointer(),
                found: kind(&other).to_owned(),
                wanted: match shape {
                    Leaf => "a text or a number",
                    Object(_) => "an object",
                    List(_) => "a list",
                },
            });
        }
    })
}

fn fold_list(
    list: Vec<Value>,
    inner: &[(&'static str, Shape)],
    at: &str,
) -> Result<Vec<Value>, InvoiceError> {
    list.into_iter()
        .enumerate()
        .map(|(index, entry)| match entry {
            Value::Object(map) => fold(map, inner, &format!("{at}/{index}")).map(Value::Object),
            other => Ok(other),
        })
        .collect()
}
