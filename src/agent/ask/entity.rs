//! Identifiers, numbers and amounts in the words of a question.

use domain::{Decimal, Gstin, Irn, Pan, civil::parse_date};
use ground::read;

use super::{
    lexicon::{Concept, concept},
    part::{CodeKind, Subject},
    token::{Mark, Word},
};

/// What one or more words are, where they are no words of the vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entity {
    Subject(Subject),
    /// In rupees, or a bare number.
    Amount(Decimal),
    /// In per cent.
    Rate(Decimal),
    /// `GSTR3B`, as return tracking writes it.
    ReturnKind(String),
    /// The buyer's statement, GSTR-2B.
    Statement,
    /// Written as a day, and there is none: 31/6/2026.
    NoDay,
}

/// Longest code that is one: a text without end is no number of anything.
const CODE_MAX: usize = 40;

/// The entity that begins at a word, and how many words it takes. `hint` is what the words before it announce.
pub(super) fn parse(words: &[Word<'_>], at: usize, hint: Option<Hint>) -> Option<(Entity, usize)> {
    let word = words.get(at)?;
    if word.quoted.is_some() && hint.is_none() {
        return None;
    }
    if let Some((kind, taken)) = return_kind(words, at) {
        return Some((kind, taken));
    }
    if let Some(subject) = identifier(word.text, hint) {
        return Some((Entity::Subject(subject), 1));
    }
    if let Some(found) = amount(words, at, hint) {
        return Some(found);
    }
    if hint.is_none() && is_no_day(word.text) {
        return Some((Entity::NoDay, 1));
    }
    code(word.text, hint).map(|subject| (Entity::Subject(subject), 1))
}

/// Pieces that an identifier is written in at most.
const PIECES_MAX: usize = 6;

/// An identifier that is written with blanks in it, and how many words it takes: `09 TPHFA 4414P 1ZS`, whose check character tells
/// that it is one; `TI 01579`, `PO 26-00352`. An order's number after "PO" is a number of its own (`PO 4500012345`), unless it
/// is in pieces as well.
pub(super) fn spaced(words: &[Word<'_>], at: usize) -> Option<(Subject, usize)> {
    let first = words.get(at)?;
    let joins = |word: &Word<'_>| word.quoted.is_none() && word.after == Mark::Blank;
    let mut whole = String::new();
    for (taken, word) in (1..=PIECES_MAX).zip(words.get(at..)?) {
        whole.push_str(&word.text.to_ascii_uppercase());
        if taken > 1
            && whole.len() == 15
            && let Ok(gstin) = whole.parse::<Gstin>()
        {
            let valid = Ok(gstin);
            return Some((Subject::Gstin { text: whole, valid }, taken));
        }
        if !joins(word) || whole.len() >= 15 {
            break;
        }
    }
    let letters = first.text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let kind = prefixed(first.text).filter(|_| letters && first.lower != "bill")?;
    let number = |word: &&Word<'_>| {
        let digit = word.text.starts_with(|c: char| c.is_ascii_digit());
        let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'/');
        digit && word.quoted.is_none() && word.text.bytes().all(plain)
    };
    let mut text = first.text.to_ascii_uppercase();
    let mut taken = 1;
    while taken <= 2
        && words.get(at + taken - 1).is_some_and(joins)
        && let Some(word) = words.get(at + taken).filter(number)
    {
        text = format!("{text}-{}", word.text);
        taken += 1;
        // A year comes before a counter, and nothing behind it.
        if word.text.len() > 2 {
            break;
        }
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let pieces = text.matches(['-', '/']).count();
    let enough = pieces >= if kind == CodeKind::Order { 2 } else { 1 };
    let kind = Some(kind);
    (enough && digits >= 4).then_some((Subject::Code { text, kind }, taken))
}

/// `31/6/2026`, `2026-02-30`: a day, a month and a year in four digits, and no calendar has it.
fn is_no_day(text: &str) -> bool {
    let Some(mark) = text.chars().find(|c| !c.is_ascii_digit()) else {
        return false;
    };
    let parts: Vec<&str> = text.split(mark).collect();
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    let written = match parts.as_slice() {
        [a, b, c] => {
            (year(c) && a.len() <= 2 && b.len() <= 2) || (year(a) && b.len() <= 2 && c.len() <= 2)
        }
        _ => false,
    };
    matches!(mark, '/' | '-' | '.')
        && written
        && parts.iter().all(plain)
        && parse_date(text).is_none()
        && read::date(text).is_none()
}

/// What a word before an identifier announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    Code(CodeKind),
    Gstin,
    /// "number", "no.": of what is not said.
    Number,
}

/// What the words right before a place announce: `order no. 4711`, `GSTIN: 27…`.
pub(super) fn hint(words: &[Word<'_>], at: usize) -> Option<Hint> {
    let mut found = None;
    for back in 1..=3 {
        let before = at.checked_sub(back);
        let Some((before, word)) = before.and_then(|at| Some((at, words.get(at)?))) else {
            break;
        };
        // Only a colon stands between the two.
        if word.after == Mark::Stop || (word.after == Mark::Comma && back > 1) {
            break;
        }
        let Some((concept, _)) = concept(words, before).filter(|(_, taken)| *taken <= back) else {
            break;
        };
        match (concept, word.lower.as_str()) {
            (Concept::Number, _) => found = found.or(Some(Hint::Number)),
            (Concept::Skip, "is" | "are") => {}
            (Concept::Order | Concept::Ordered, _) => return Some(Hint::Code(CodeKind::Order)),
            (Concept::Bill, "invoice" | "invoices" | "bill" | "bills") if !bills(words, before) => {
                return Some(Hint::Code(CodeKind::Invoice));
            }
            (Concept::Seen, _) => return Some(Hint::Code(CodeKind::Invoice)),
            (Concept::Receipt, _) => return Some(Hint::Code(CodeKind::Receipt)),
            (Concept::Vendor | Concept::Identity, _) => return Some(Hint::Code(CodeKind::Vendor)),
            (Concept::Gstin, _) => return Some(Hint::Gstin),
            _ => break,
        }
    }
    found
}

/// "Did we bill V001": who bills somebody names no bill.
fn bills(words: &[Word<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    before.is_some_and(|word| matches!(word.lower.as_str(), "we" | "i" | "they"))
}

/// A GSTIN, a PAN or an IRN.
fn identifier(text: &str, hint: Option<Hint>) -> Option<Subject> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    if !plain {
        return None;
    }
    if let Ok(irn) = text.to_ascii_lowercase().parse::<Irn>() {
        return Some(Subject::Irn(irn.as_str().to_owned()));
    }
    let upper = text.to_ascii_uppercase();
    let begins = text.bytes().take(2).all(|byte| byte.is_ascii_digit());
    // One character too few or too many makes no other number of it, where a PAN stands in its place.
    let pan = |at: std::ops::Range<usize>| {
        text.get(at)
            .is_some_and(|pan| pan.to_ascii_uppercase().parse::<Pan>().is_ok())
    };
    let near = matches!(text.len(), 14 | 16) && pan(2..12);
    let looks = begins && (near || (text.len() == 15 && digits >= 4 && letters >= 4));
    let announced =
        hint == Some(Hint::Gstin) && (10..=20).contains(&text.len()) && digits > 0 && letters > 0;
    if looks || (announced && upper.parse::<Pan>().is_err()) {
        let valid = upper.parse::<Gstin>().map_err(|error| error.to_string());
        return Some(Subject::Gstin { text: upper, valid });
    }
    upper
        .parse::<Pan>()
        .ok()
        .map(|pan| Subject::Pan(pan.as_str().to_owned()))
}

/// `GSTR-3B`, `gstr 1`, `GSTR9C`, `CMP-08`; `GSTR-2B` is the statement.
fn return_kind(words: &[Word<'_>], at: usize) -> Option<(Entity, usize)> {
    let fold = |at: usize| words.get(at).map(|word| read::identifier(word.text));
    let first = fold(at)?;
    let (kind, taken) = if first == "GSTR" {
        (format!("GSTR{}", fold(at + 1)?), 2)
    } else if matches!(first.as_str(), "3B" | "2B") {
        (format!("GSTR{first}"), 1)
    } else {
        (first, 1)
    };
    match kind.as_str() {
        "GSTR2B" => Some((Entity::Statement, taken)),
        "GSTR1" | "GSTR3B" | "GSTR4" | "GSTR5" | "GSTR6" | "GSTR7" | "GSTR8" | "GSTR9"
        | "GSTR9C" | "CMP08" | "IFF" => Some((Entity::ReturnKind(kind), taken)),
        _ => None,
    }
}

/// `₹1,18,000`, `Rs. 500`, `1.5 lakh`, `18%`, `12 per cent`. A bare number that a word announces is a code.
fn amount(words: &[Word<'_>], at: usize, hint: Option<Hint>) -> Option<(Entity, usize)> {
    let word = words.get(at)?;
    let lower = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    if matches!(lower(at), "rs" | "inr" | "₹") {
        let (found, taken) = amount(words, at + 1, None)?;
        return Some((found, taken + 1));
    }
    let (digits, scale) = suffixed(word.text);
    let number = read::number(digits)?;
    if word.text.ends_with('%') {
        return Some((Entity::Rate(number), 1));
    }
    match (lower(at + 1), lower(at + 2)) {
        ("percent", _) => return Some((Entity::Rate(number), 2)),
        ("per", "cent") => return Some((Entity::Rate(number), 3)),
        _ => {}
    }
    let next = scale_of(lower(at + 1));
    let scaled = number.checked_mul(scale.or(next).unwrap_or(Decimal::ONE))?;
    let plain = scale.is_none() && next.is_none() && word.text.bytes().all(|b| b.is_ascii_digit());
    if plain && hint.is_some_and(|hint| hint != Hint::Gstin) {
        return None;
    }
    Some((
        Entity::Amount(scaled.normalize()),
        1 + usize::from(scale.is_none() && next.is_some()),
    ))
}

fn scale_of(word: &str) -> Option<Decimal> {
    Some(match word {
        "lakh" | "lakhs" | "lac" | "lacs" | "l" => Decimal::from(100_000),
        "crore" | "crores" | "cr" => Decimal::from(10_000_000),
        "thousand" | "k" => Decimal::ONE_THOUSAND,
        _ => return None,
    })
}

/// `1.5L`, `2cr`, `50k`.
fn suffixed(text: &str) -> (&str, Option<Decimal>) {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale = text.get(digits.len()..).unwrap_or_default().to_lowercase();
    match scale_of(&scale) {
        Some(scale) if digits.ends_with(|c: char| c.is_ascii_digit()) => (digits, Some(scale)),
        _ => (text, None),
    }
}

/// A number of an order, an invoice or a receipt, or the id of a vendor: it has a digit, and a letter or a mark.
fn code(text: &str, hint: Option<Hint>) -> Option<Subject> {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let other = text
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'-' | b'_'));
    let clean = text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'#' | b'\\')
    });
    if !digit || !clean || text.len() > CODE_MAX || !(other || hint.is_some()) {
        return None;
    }
    // "30-day", "5-ply", "14inch": a number with a word.
    let tail = text
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches('-');
    if hint.is_none()
        && tail.len() > 2
        && tail.len() < text.len()
        && tail.bytes().all(|b| b.is_ascii_lowercase())
    {
        return None;
    }
    let kind = match hint {
        // "We received INV/00660": what came is a bill.
        Some(Hint::Code(CodeKind::Receipt)) if prefixed(text) == Some(CodeKind::Invoice) => {
            Some(CodeKind::Invoice)
        }
        Some(Hint::Code(kind)) => Some(kind),
        _ => prefixed(text),
    };
    Some(Subject::Code {
        text: text.trim_start_matches('#').to_owned(),
        kind,
    })
}

/// What the first letters of a code say.
fn prefixed(text: &str) -> Option<CodeKind> {
    let letters: String = text
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .flat_map(char::to_uppercase)
        .collect();
    match letters.as_str() {
        "PO" | "WO" => Some(CodeKind::Order),
        "GRN" | "MRN" => Some(CodeKind::Receipt),
        "INV" | "BILL" | "TI" | "SI" => Some(CodeKind::Invoice),
        // Orders and vendors are hardly ever numbered with a stroke, invoices most of the time.
        _ if text.contains('/') => Some(CodeKind::Invoice),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::token::words, *};

    fn last(text: &str) -> Option<Entity> {
        let words = words(text, &[]);
        let at = words.len() - 1;
        parse(&words, at, hint(&words, at)).map(|(entity, _)| entity)
    }

    fn code(text: &str, kind: Option<CodeKind>) -> Entity {
        let text = text.to_owned();
        Entity::Subject(Subject::Code { text, kind })
    }

    #[test]
    fn codes_are_what_the_words_before_them_say() {
        for (text, want) in [
            (
                "order PO-26-0041",
                Some(code("PO-26-0041", Some(CodeKind::Order))),
            ),
            (
                "is PO-26-0041",
                Some(code("PO-26-0041", Some(CodeKind::Order))),
            ),
            (
                "order no. 4500012345",
                Some(code("4500012345", Some(CodeKind::Order))),
            ),
            (
                "invoice number 17",
                Some(code("17", Some(CodeKind::Invoice))),
            ),
            (
                "bill MC/26-27/0187",
                Some(code("MC/26-27/0187", Some(CodeKind::Invoice))),
            ),
            (
                "of MC/26-27/0187",
                Some(code("MC/26-27/0187", Some(CodeKind::Invoice))),
            ),
            (
                "order 45/2026",
                Some(code("45/2026", Some(CodeKind::Order))),
            ),
            ("invoices of V001", Some(code("V001", None))),
            ("vendor 00231", Some(code("00231", Some(CodeKind::Vendor)))),
            ("GRN-0951", Some(code("GRN-0951", Some(CodeKind::Receipt)))),
            ("SUP-00231", Some(code("SUP-00231", None))),
            ("number 17", Some(code("17", None))),
            ("30-day", None),
            ("Mutha", None),
            ("x'; DROP TABLE ledger;--1", None),
        ] {
            assert_eq!(last(text), want, "{text}");
        }
    }

    #[test]
    fn identifiers_are_read_with_blanks_in_them() {
        let order = Some(CodeKind::Order);
        let invoice = Some(CodeKind::Invoice);
        for (text, want) in [
            ("po 26 0041 ordered", Some(("PO-26-0041", order, 3))),
            ("PO 26-0041", Some(("PO-26-0041", order, 2))),
            // A number of its own, as the word before it says.
            ("PO 4500012345", None),
            ("ti 01579", Some(("TI-01579", invoice, 2))),
            ("INV 00726 is", Some(("INV-00726", invoice, 2))),
            (
                "GRN 26 0951",
                Some(("GRN-26-0951", Some(CodeKind::Receipt), 3)),
            ),
            ("ti, 01579", None),
            ("INV 12", None),
            ("bill 01579", None),
            ("\"TI 01579\"", None),
        ] {
            let words = words(text, &[]);
            let found = spaced(&words, 0);
            let want = want.map(|(text, kind, taken)| {
                let text = text.to_owned();
                (Subject::Code { text, kind }, taken)
            });
            assert_eq!(found, want, "{text}");
        }
        let gstin = |text: &str| spaced(&words(text, &[]), 0).map(|(_, taken)| taken);
        assert_eq!(gstin("27 zzqcm 1107r 1zt check"), Some(4));
        // The check character is another.
        assert_eq!(gstin("27 ZZQCM 1107R 1ZX"), None);
    }

    #[test]
    fn identifiers_and_amounts() {
        let gstin = |text: &str, valid: bool| match last(text) {
            Some(Entity::Subject(Subject::Gstin { valid: found, .. })) => {
                assert_eq!(found.is_ok(), valid, "{text}");
            }
            other => panic!("{text}: {other:?}"),
        };
        gstin("27ZZQCM1107R1ZT", true);
        gstin("27zzqcm1107r1zt", true);
        gstin("27ZZQCM1107R1ZX", false);
        gstin("GSTIN 27ZZQCM1107R1Z", false);
        gstin("27ZZQCM1107R1Z", false);
        assert_eq!(
            last("AAACR5055K"),
            Some(Entity::Subject(Subject::Pan("AAACR5055K".to_owned())))
        );
        for (text, want) in [
            ("₹1,18,000", Entity::Amount(Decimal::from(118_000))),
            ("1.5L", Entity::Amount(Decimal::from(150_000))),
            ("18%", Entity::Rate(Decimal::from(18))),
            ("2500", Entity::Amount(Decimal::from(2_500))),
            ("GSTR-3B", Entity::ReturnKind("GSTR3B".to_owned())),
            ("gstr2b", Entity::Statement),
        ] {
            assert_eq!(last(text), Some(want), "{text}");
        }
        let words = words("2.5 crore rupees", &[]);
        assert_eq!(
            parse(&words, 0, None),
            Some((Entity::Amount(Decimal::from(25_000_000)), 2))
        );
    }
}
