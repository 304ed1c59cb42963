//! The texts of a document, as the screen reads them.

use std::fmt;

use domain::{Evidence, EvidenceId, Screening, Suspect};
use screen::{Field, Screener};
use serde_json::Value;

/// Suspects that are told of one document.
const SUSPECTS_MAX: usize = 16;
/// A key of more letters than any registered one has is a text of its own.
const KEY_MAX: usize = 16;
/// No typed value is longer.
const TYPED_MAX: usize = 24;

/// Members that are codes, dates or numbers: a value without blanks says nothing in them. In alphabetical order.
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
    // A field is known by its position; where it stands is written only for what is told of.
    let mut texts: Vec<Field<'_>> = Vec::with_capacity(64);
    each(evidence, &mut |_, _, text| {
        texts.push(Field { pointer: "", text });
    });
    let screened = screener.screen(&texts);
    let mut suspects: Vec<Suspect> = Vec::new();
    if screened.flagged {
        let mut places: Vec<(EvidenceId, String)> = Vec::with_capacity(texts.len());
        each(evidence, &mut |id, place, _| {
            places.push((id, place.to_string()));
        });
        for hit in screened.hits {
            let Some((evidence, pointer)) = places.get(hit.field) else {
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
    below(part, &Place::Part(pointer), "", &mut |place, text| {
        take(&place.to_string(), text);
    });
}

/// Whether a value says more than a code does.
pub(crate) fn speaks(name: &str, text: &str) -> bool {
    if !text.chars().any(char::is_alphabetic) {
        return false;
    }
    if SIGNED.contains(&name) {
        return !token(text);
    }
    let bare = || !text.contains(char::is_whitespace) && text.chars().count() <= TYPED_MAX;
    !(TYPED.binary_search(&name).is_ok() && bare())
}

/// A hash, or a signed token: three parts of base64 for URLs.
fn token(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'='))
        && (text.len() == 64 || text.matches('.').count() == 2)
}

/// Where a text stands; shown as an RFC 6901 pointer.
enum Place<'a> {
    /// A document, or a part of it at this pointer.
    Part(&'a str),
    Member(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(pointer) => f.write_str(pointer),
            Self::Member(within, name) if name.contains(['~', '/']) => {
                let name = name.replace('~', "~0").replace('/', "~1");
                write!(f, "{within}/{name}")
            }
            Self::Member(within, name) => write!(f, "{within}/{name}"),
            Self::Index(within, index) => write!(f, "{within}/{index}"),
        }
    }
}

/// Takes every text of what the document itself says.
fn each<'a>(evidence: &'a [Evidence], take: &mut impl FnMut(EvidenceId, &Place<'_>, &'a str)) {
    for source in evidence.iter().filter(|e| e.is_document()) {
        let mut take = |place: &Place<'_>, text| take(source.id, place, text);
        below(&source.observation, &Place::Part(""), "", &mut take);
    }
}

/// Takes every text below a value; `name` is the member that holds it.
fn below<'a>(
    value: &'a Value,
    place: &Place<'_>,
    name: &str,
    take: &mut impl FnMut(&Place<'_>, &'a str),
) {
    match value {
        Value::String(text) if speaks(name, text) => take(place, text),
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                below(inner, &Place::Index(place, index), name, take);
            }
        }
        Value::Object(members) => {
            for (member, inner) in members {
                let place = Place::Member(place, member);
                let long = member.len() > KEY_MAX && member.chars().count() > KEY_MAX;
                if long || member.contains(char::is_whitespace) {
                    take(&place, member);
                }
                below(inner, &place, member, take);
            }
        }
        _ => {}
    }
}
