//! `TallyPrime`'s vouchers, by XML over HTTP: it sends nothing by itself, and answers while the program runs.
//!
//! The voucher register keeps to the dates it is asked for; the day book shows whatever day is open on Tally's screen.
//! It is asked a day and a voucher type at a time: while Tally answers, nobody can work in it.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::civil::Date;
use reqwest13::Url;
use serde::Deserialize;

use super::{Line, ReadBackError, base};
use crate::{
    SettingsError,
    pull::{Found, Listed, Lists, Span, ist},
};

pub(super) const NAME: &str = "tally";

/// As `[read_back.tally]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TallySettings {
    /// Where Tally listens, as in `http://10.1.2.3:9000`. It asks for no password: let nobody else reach it.
    pub base_url: String,
    /// The company's name as Tally shows it; empty is the one that is open.
    pub company: String,
    /// Names of the types whose vouchers are bills, as Tally shows them; types of your own among them.
    pub voucher_types: Vec<String>,
    /// How often `serve` and `worker` ask, in seconds; 0 is never.
    pub every_s: u64,
    /// Of how many days, today included, the vouchers are asked for each time.
    pub days: u16,
}

impl Default for TallySettings {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            company: String::new(),
            voucher_types: vec!["Purchase".to_owned(), "Debit Note".to_owned()],
            every_s: 300,
            days: 3,
        }
    }
}

pub(super) struct Tally {
    line: Line,
    base: Url,
    settings: TallySettings,
}

impl Tally {
    pub(super) fn new(line: Line, settings: &TallySettings) -> Result<Self, SettingsError> {
        if settings.voucher_types.is_empty() {
            return Err(SettingsError::Missing("read_back.tally.voucher_types"));
        }
        Ok(Self {
            line,
            base: base("read_back.tally.base_url", &settings.base_url)?,
            settings: settings.clone(),
        })
    }

    fn request(&self, day: Date, voucher_type: &str) -> String {
        let day = day.strftime("%Y%m%d");
        let company = match escaped(&self.settings.company) {
            name if name.is_empty() => name,
            name => format!("<SVCURRENTCOMPANY>{name}</SVCURRENTCOMPANY>"),
        };
        format!(
            "<ENVELOPE><HEADER><VERSION>1</VERSION><TALLYREQUEST>Export</TALLYREQUEST><TYPE>Data</TYPE>\
             <ID>Voucher Register</ID></HEADER><BODY><DESC><STATICVARIABLES>{company}\
             <SVEXPORTFORMAT>$$SysName:XML</SVEXPORTFORMAT><EXPLODEFLAG>Yes</EXPLODEFLAG>\
             <SVFROMDATE TYPE=\"Date\">{day}</SVFROMDATE><SVTODATE TYPE=\"Date\">{day}</SVTODATE>\
             <VOUCHERTYPENAME>{}</VOUCHERTYPENAME></STATICVARIABLES></DESC></BODY></ENVELOPE>",
            escaped(voucher_type)
        )
    }
}

/// Text in an element, or in an attribute between double quotes.
fn escaped(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control());
    kept.fold(String::new(), |mut text, c| {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            other => text.push(other),
        }
        text
    })
}

/// Whether an answer says that Tally could not do what it was asked: it says so with a success of HTTP.
fn is_refusal(answer: &[u8]) -> bool {
    // In UTF-16 a letter is followed, or led, by a nought.
    let letters: Vec<u8> = answer.iter().copied().filter(|byte| *byte != 0).collect();
    let has = |word: &[u8]| letters.windows(word.len()).any(|window| window == word);
    !has(b"<VOUCHER") && (has(b"<LINEERROR>") || has(b"<RESPONSE>") || has(b"<STATUS>0<"))
}

#[async_trait]
impl Lists for Tally {
    fn name(&self) -> &'static str {
        NAME
    }

    /// One a voucher type.
    fn lists(&self) -> usize {
        self.settings.voucher_types.len()
    }

    /// A page is a day, and one finding: all its vouchers, as Tally writes them.
    async fn list(&self, span: &Span) -> Result<Listed, ReadBackError> {
        let none = Listed {
            found: Vec::new(),
            more: false,
        };
        let Some(voucher_type) = self.settings.voucher_types.get(span.list) else {
            return Ok(none);
        };
        let first = ist().to_datetime(span.window.since).date();
        let last = ist().to_datetime(span.window.until).date();
        let day = first.checked_add(jiff::Span::new().days(span.page));
        let Some(day) = day.ok().filter(|day| *day <= last) else {
            return Ok(none);
        };
        let asked = format!("{voucher_type} of {day}");
        let request = self
            .line
            .client
            .post(self.base.clone())
            .header("Content-Type", "text/xml; charset=utf-8")
            .body(self.request(day, voucher_type));
        let answer = self.line.send(request, &asked).await?;
        if !answer.status.is_success() {
            let detail = format!("it answered {}", answer.status.as_u16());
            return Err(self.line.unreachable(&asked, detail));
        }
        if is_refusal(&answer.body) {
            let detail = "Tally cannot; is the company open there, and the voucher type known?";
            return Err(self.line.refused(&asked, detail.to_owned()));
        }
        Ok(Listed {
            found: vec![Found {
                name: asked.clone(),
                number: String::new(),
                changed: None,
                head: answer.body.into(),
                whole: true,
                list: span.list,
                id: asked,
            }],
            more: day < last,
        })
    }

    async fn message(&self, found: &Found) -> Result<Bytes, ReadBackError> {
        // Its list tells all.
        Err(self.line.absent(&found.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tally_refuses_is_seen_whatever_its_letters() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        for (answer, refused) in [
            (
                "<ENVELOPE><BODY><DATA><LINEERROR>No company</LINEERROR></DATA></BODY></ENVELOPE>",
                true,
            ),
            (
                "<RESPONSE>Unknown Request, cannot be processed</RESPONSE>",
                true,
            ),
            (
                "<ENVELOPE><HEADER><STATUS>0</STATUS></HEADER></ENVELOPE>",
                true,
            ),
            (
                "<ENVELOPE><HEADER><STATUS>1</STATUS></HEADER></ENVELOPE>",
                false,
            ),
            ("<ENVELOPE></ENVELOPE>", false),
            (
                "<A><VOUCHER><NARRATION>&lt;LINEERROR> <RESPONSE></NARRATION></VOUCHER></A>",
                false,
            ),
        ] {
            assert_eq!(is_refusal(answer.as_bytes()), refused, "{answer}");
            assert_eq!(is_refusal(&wide(answer)), refused, "{answer}");
        }
        assert_eq!(
            escaped("A & B <\"x\">\u{4}"),
            "A &amp; B &lt;&quot;x&quot;&gt;"
        );
    }
}
