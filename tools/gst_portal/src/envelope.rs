//! What an HTTP answer says: a record, the portal's "no", or no answer at all.
//!
//! Providers (GSPs) wrap the same records differently and put their refusals into HTTP 200. Codes as GSTN and NIC
//! publish them and as open clients of the portals handle them (india-compliance: `public.py`, `taxpayer_base.py`,
//! `taxpayer_returns.py`, `nic/e_invoice.py`; NIC's e-invoice error list).
//!
//! *Invariant:* only a code or text that is known to mean "no such record" is read as one. Everything else that is no
//! record leaves the question open.

use serde_json::{Map, Value};

use crate::question::Operation;

/// What an answer comes to. Texts hold codes and statuses, never what the portal wrote: that may name a taxpayer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reading {
    /// The record, out of its envelopes.
    Record(Value),
    /// The portal says that it has no such record; its code, where it gave one.
    Absent(String),
    /// The portal cannot say, now or later.
    Unknowable(String),
    /// The portal refuses to answer us; asking again at once is of no use.
    Refused(String),
    /// No answer now.
    Transient {
        detail: String,
        /// It asks for fewer requests, and is well otherwise.
        limited: bool,
    },
    /// An answer that cannot be read.
    Malformed(String),
    /// The portal finds the request itself wrong.
    BadRequest(String),
}

/// Members in which records are wrapped.
const ENVELOPES: [&str; 9] = [
    "taxpayerInfo",
    "data",
    "Data",
    "result",
    "Result",
    "results",
    "response",
    "payload",
    "message",
];
/// Envelopes within envelopes that are opened.
const DEPTH_MAX: usize = 6;

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> &'a str {
    object
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
}

/// Whether this object is the record itself.
fn is_record(operation: Operation, object: &Map<String, Value>) -> bool {
    let named = |key: &str| !text(object, key).is_empty();
    match operation {
        Operation::Taxpayer => named("gstin") && (named("sts") || named("lgnm")),
        Operation::Returns => object.get("EFiledlist").is_some_and(Value::is_array),
        Operation::Statement => {
            object.get("docdata").is_some_and(Value::is_object)
                || (named("gstin") && (named("rtnprd") || named("fp")))
        }
        // The envelope of the registration portals has a `Status` too, which is 1 or 0.
        Operation::IrnStatus => {
            let status = text(object, "Status").to_ascii_uppercase();
            matches!(status.as_str(), "ACT" | "CNL")
                || (!matches!(status.as_str(), "" | "0" | "1")
                    && ["AckNo", "AckDt", "Irn"]
                        .iter()
                        .any(|key| object.contains_key(*key)))
        }
        Operation::SigningKey => object.get("keys").is_some_and(Value::is_array),
    }
}

/// Takes the record out of its envelopes. A `compliance` member that stands beside the record and says how often the
/// taxpayer files goes with it.
fn open(operation: Operation, value: Value, depth: usize) -> Option<Value> {
    let Value::Object(mut object) = value else {
        return None;
    };
    if is_record(operation, &object) {
        return Some(Value::Object(object));
    }
    if depth == 0 {
        return None;
    }
    for key in ENVELOPES {
        let inner = match object.get_mut(key) {
            Some(inner @ Value::Object(_)) => inner.take(),
            // The registration portals put their answer as JSON into a string.
            Some(Value::String(inner)) if inner.trim_start().starts_with('{') => {
                match serde_json::from_str(inner) {
                    Ok(inner) => inner,
                    Err(_) => continue,
                }
            }
            _ => continue,
        };
        if let Some(mut record) = open(operation, inner, depth - 1) {
            let frequency = |c: &Value| c.get("filingFrequency").is_some_and(|f| !f.is_null());
            if let (Some(compliance), Some(record)) = (
                object.remove("compliance").filter(frequency),
                record
                    .as_object_mut()
                    .filter(|_| operation == Operation::Taxpayer),
            ) {
                record.entry("compliance").or_insert(compliance);
            }
            return Some(record);
        }
    }
    None
}

/// Codes and texts of an error body, and whether it is one in the portals' form.
#[derive(Debug, Default)]
struct Said {
    codes: Vec<String>,
    texts: Vec<String>,
    refusal: bool,
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Said {
    fn code(&mut self, value: &Value) {
        let code = scalar(value).unwrap_or_default().to_ascii_uppercase();
        // A repeated HTTP status is no code of the portal.
        let is_http = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        if !code.is_empty() && !is_http {
            self.codes.push(code);
        }
    }

    fn text(&mut self, text: &str, depth: usize) {
        // A list of errors inside a string, as one provider sends it.
        if text.trim_start().starts_with(['[', '{'])
            && let Ok(inner) = serde_json::from_str(text)
        {
            self.walk(&inner, true, depth);
            return;
        }
        // `2154: IRN details are not found`.
        if let Some((code, _)) = text.split_once(':')
            && code.len() == 4
            && code.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.codes.push(code.to_owned());
        }
        self.texts.push(text.to_ascii_lowercase());
    }

    fn walk(&mut self, value: &Value, in_error: bool, depth: usize) {
        if depth == 0 {
            return;
        }
        match value {
            Value::Array(list) => {
                for entry in list.iter().take(16) {
                    self.walk(entry, in_error, depth - 1);
                }
            }
            Value::Object(object) => {
                for (key, member) in object {
                    self.member(&key.to_ascii_lowercase(), member, in_error, depth);
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, key: &str, member: &Value, in_error: bool, depth: usize) {
        match (key, member) {
            ("error_cd" | "errorcode" | "error_code", code) => self.code(code),
            ("code", code @ Value::String(_)) if in_error => self.code(code),
            (
                "message" | "msg" | "error_message" | "errormessage" | "errordesc" | "error_desc"
                | "status_desc" | "error",
                Value::String(text),
            ) => self.text(text, depth - 1),
            ("status_cd" | "status", flag) => {
                self.refusal |= scalar(flag).is_some_and(|flag| flag == "0");
            }
            ("success", Value::Bool(false)) | ("error", Value::Bool(true)) => self.refusal = true,
            ("error" | "errors" | "errordetails", inner) => self.walk(inner, true, depth - 1),
            (_, inner) => self.walk(inner, in_error, depth - 1),
        }
    }

    fn has(&self, codes: &[&str]) -> Option<&str> {
        self.codes
            .iter()
            .map(String::as_str)
            .find(|code| codes.contains(code))
    }

    /// The code for a message: the first, if it looks like one.
    fn shown(&self) -> String {
        let code = self.codes.iter().find(|code| {
            code.len() <= 24
                && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
                // Fifteen characters could be a GSTIN and ten a PAN, whatever the member was called.
                && !matches!(code.len(), 10 | 15)
        });
        code.map_or_else(
            || "error without a code".to_owned(),
            |code| format!("error {code}"),
        )
    }
}

/// Credentials, sessions, encryption: the portal did not look at the question.
fn refuses_us(code: &str) -> bool {
    [
        "AUTH",
        "GSP",
        "TEC",
        "SWEB_9000",
        "RATE",
        "RTN_24",
        "RETINPROGRESS",
    ]
    .iter()
    .any(|prefix| code.starts_with(prefix))
        || code.contains("OTP")
        || code.contains("EVCREQUEST")
}

/// Codes by which the portals say that there is no such record.
fn absent_codes(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::Taxpayer => &["FO8000", "NOGSTIN"],
        // RET13508, RET13509, RET13510: no details, no invoices, no record found for the provided inputs.
        Operation::Returns => &["RET13510", "RET13509", "RET13508", "FO8000"],
        // RET2B1018: asked for before the day on which the statement is generated. RET2B1023, GTR2B-002: not generated.
        Operation::Statement => &[
            "RET2B1016",
            "RET2B1018",
            "RET2B1023",
            "GTR2B-002",
            "RET13508",
            "RET13509",
            "RET13510",
        ],
        // 2145: the IRN is not valid. 2154: the details of the IRN are not found.
        Operation::IrnStatus => &["2145", "2154"],
        Operation::SigningKey => &["NO_KEYS"],
    }
}

/// 2283: registered more than two days ago. 2148: not available here, which is also said of an IRN of another portal.
/// 2295: registered at another portal. None of them says that the IRN does not exist.
const UNKNOWABLE: [&str; 3] = ["2283", "2148", "2295"];

fn says_absent(operation: Operation, status: u16, said: &Said) -> bool {
    if said.codes.iter().any(|code| refuses_us(code)) {
        return false;
    }
    if said.has(absent_codes(operation)).is_some() {
        return true;
    }
    let text = |part: &str| said.texts.iter().any(|text| text.contains(part));
    // The code stands for a locked account too; its text tells.
    if operation == Operation::Taxpayer
        && said.has(&["SWEB_9035"]).is_some()
        && text("invalid gstin")
    {
        return true;
    }
    if said.codes.is_empty()
        && (status == 404 || status < 300)
        && operation != Operation::IrnStatus
        && (text("no record") || text("no data found"))
    {
        return true;
    }
    // A 404 with an error body in the portal's own form. A proxy's or a wrong route's has no such code.
    status == 404 && !said.codes.is_empty()
}

/// Reads an answer.
pub(crate) fn read(operation: Operation, status: u16, body: &[u8]) -> Reading {
    let success = (200..300).contains(&status);
    let transient = matches!(status, 408 | 425 | 429 | 500..);
    let limited = status == 429;
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return if success {
            Reading::Malformed(if body.is_empty() {
                format!("HTTP {status} with an empty body")
            } else {
                format!("HTTP {status} with a body that is no JSON")
            })
        } else if transient {
            Reading::Transient {
                detail: format!("HTTP {status}"),
                limited,
            }
        } else {
            Reading::Refused(format!("HTTP {status} without the portal's own answer"))
        };
    };
    let mut said = Said::default();
    if success {
        // Errors are read before the record is taken out of its envelope, and heard only when there is none.
        if !is_bare_record(operation, &value) {
            said.walk(&value, false, DEPTH_MAX);
        }
        if let Some(record) = open(operation, value, DEPTH_MAX) {
            return Reading::Record(record);
        }
    } else {
        said.walk(&value, false, DEPTH_MAX);
    }
    if said.has(&["NOT_LOADED"]).is_some() {
        return Reading::Unknowable("the portal has no such source loaded".to_owned());
    }
    if said.has(&["RATE"]).is_some() {
        return Reading::Transient {
            detail: "error RATE".to_owned(),
            limited: true,
        };
    }
    if said.has(&["RTN_24", "RETINPROGRESS"]).is_some() {
        return Reading::Transient {
            detail: said.shown(),
            limited: false,
        };
    }
    if transient {
        return Reading::Transient {
            detail: format!("HTTP {status}, {}", said.shown()),
            limited,
        };
    }
    if operation == Operation::IrnStatus
        && let Some(code) = said.has(&UNKNOWABLE)
    {
        return Reading::Unknowable(format!(
            "the registration portal does not give the status of this IRN (error {code}): it is too old to be asked \
             for, or registered at another portal"
        ));
    }
    if says_absent(operation, status, &said) {
        return Reading::Absent(said.shown());
    }
    match status {
        400 | 422 => Reading::BadRequest(format!("HTTP {status}, {}", said.shown())),
        _ if !success => Reading::Refused(format!("HTTP {status}, {}", said.shown())),
        _ if said.refusal || !said.codes.is_empty() => {
            Reading::Refused(format!("HTTP {status}, {}", said.shown()))
        }
        _ => Reading::Malformed(format!(
            "HTTP {status} with JSON that is no {}",
            operation.name()
        )),
    }
}

/// The common case, in which nothing has to be looked through for errors.
fn is_bare_record(operation: Operation, value: &Value) -> bool {
    let record = |value: &Value| {
        value
            .as_object()
            .is_some_and(|object| is_record(operation, object))
    };
    record(value)
        || value
            .get("data")
            .or_else(|| value.get("Data"))
            .is_some_and(record)
}

#[cfg(test)]
mod tests;
