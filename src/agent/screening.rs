//! The texts of a document, as the screen reads them.

use domain::{Evidence, EvidenceId, Screening, Suspect};
use screen::{Field, Screener};
use serde_json::Value;

/// Suspects that are told of one document.
const SUSPECTS_MAX: usize = 16;
/// A key of more letters than any registered one has is a text of its own.
const KEY_MAX: usize = 16;
/// No typed value is longer.
const TYPED_MAX: usize = 24;

/// Members that are codes, dates or numbers: a value without blanks says nothing in them.
const TYPED: &[&str] = &[
    "AckDt",
    "AckNo",
    "CntCode",
    "Dt",
    "EcmGstin",
    "ForCur",
    "Gstin",
    "HsnCd",
    "IgstOnIntra",
    "IsServc",
    "Mode",
    "OrgCntry",
    "Ph",
    "Pin",
    "Pos",
    "RegRev",
    "SlNo",
    "Stcd",
    "SupTyp",
    "TaxSch",
    "Typ",
    "Unit",
    "VehType",
    "Version",
];

/// Members that hold what the registration portal signed; what they say is read as evidence of its own.
const SIGNED: &[&str] = &["Irn", "SignedQRCode", "SignedInvoice"];

/// Screens every text of the document: all strings that are more than codes, and names of members that are sentences.
pub fn screen(screener: &Screener, evidence: &[Evidence]) -> Screening {
    let mut texts: Vec<(EvidenceId, String, &str)> = Vec::new();
    let mut path = String::new();
    for source in evidence.iter().filter(|e| e.is_document()) {
        collect(&source.observation, &mut path, "", &mut |pointer, text| {
            texts.push((source.id, pointer.to_owned(), text));
        });
    }
    let fields: Vec<Field<'_>> = texts
        .iter()
        .map(|(_, pointer, text)| Field { pointer, text })
        .collect();
    let screened = screener.screen(&fields);
    let mut suspects: Vec<Suspect> = Vec::new();
    if screened.flagged {
        for hit in screened.hits {
            let Some((evidence, pointer, _)) = texts.get(hit.field) else {
                continue;
            };
            let known = suspects
                .iter()
                .position(|s| s.evidence == *evidence && s.pointer == *pointer);
            if let Some(suspect) = known.and_then(|at| suspects.get_mut(at)) {
                suspect.from = suspect.from.min(hit.span.0);
                suspect.until = suspect.until.max(hit.span.1);
                if !suspect
                    .features
                    .iter()
                    .any(|feature| feature == hit.feature)
                {
                    suspect.features.push(hit.feature.to_owned());
                }
            } else if suspects.len() < SUSPECTS_MAX {
                suspects.push(Suspect {
                    evidence: *evidence,
                    pointer: pointer.clone(),
                    from: hit.span.0,
                    until: hit.span.1,
                    view: hit.view.name().to_owned(),
                    features: vec![hit.feature.to_owned()],
                });
            }
        }
    }
    Screening {
        texts: texts.len(),
        suspects,
        evidence: None,
    }
}

/// Takes every text below a part of a document, by its pointer.
pub(crate) fn texts_below<'a>(
    part: &'a Value,
    pointer: &str,
    take: &mut impl FnMut(&str, &'a str),
) {
    collect(part, &mut pointer.to_owned(), "", take);
}

/// Whether a value says more than a code does.
fn speaks(name: &str, text: &str) -> bool {
    if !text.chars().any(char::is_alphabetic) {
        return false;
    }
    if SIGNED.contains(&name) {
        return !token(text);
    }
    let bare = !text.contains(char::is_whitespace) && text.chars().count() <= TYPED_MAX;
    !(TYPED.contains(&name) && bare)
}

/// A hash, or a signed token: three parts of base64 for URLs.
fn token(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'='))
        && (text.len() == 64 || text.matches('.').count() == 2)
}

/// Takes every text below a value; `path` is where the value stands, and is left as it was.
fn collect<'a>(
    value: &'a Value,
    path: &mut String,
    name: &str,
    take: &mut impl FnMut(&str, &'a str),
) {
    let length = path.len();
    match value {
        Value::String(text) if speaks(name, text) => take(path, text),
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                path.push('/');
                path.push_str(&index.to_string());
                collect(inner, path, name, take);
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            for (member, inner) in members {
                path.push('/');
                if member.contains(['~', '/']) {
                    path.push_str(&member.replace('~', "~0").replace('/', "~1"));
                } else {
                    path.push_str(member);
                }
                if member.chars().count() > KEY_MAX || member.contains(char::is_whitespace) {
                    take(path, member);
                }
                collect(inner, path, member, take);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
