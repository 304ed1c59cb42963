//! Who reviews and why, as it is taken in: bounded, without what hides or disguises text, and told apart by person.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::ReviewError;

/// Longest name of a reviewer, in characters.
const NAME_CHARS: usize = 128;

/// A reviewer's name, trimmed.
///
/// # Errors
/// No name, one too long, or one with characters that no name or account is written with.
pub(super) fn name(text: &str) -> Result<String, ReviewError> {
    let name = text.trim();
    let written = |c: char| {
        c.is_alphanumeric() || is_combining_mark(c) || joins(c) || " .,@_-+'’/()&:".contains(c)
    };
    if !name.chars().any(char::is_alphanumeric) {
        return Err(ReviewError::By(
            "a review needs the name of who decides".to_owned(),
        ));
    }
    if name.chars().count() > NAME_CHARS {
        return Err(ReviewError::By(format!(
            "a name has at most {NAME_CHARS} characters"
        )));
    }
    if !name.chars().all(written) {
        return Err(ReviewError::By(
            "a name is letters, digits, spaces and .,@_-+'/()&: only".to_owned(),
        ));
    }
    Ok(name.to_owned())
}

/// A reason, trimmed.
///
/// # Errors
/// None, one too long, or one with control characters or with characters that turn or hide text.
pub(super) fn reason(text: &str, chars: usize) -> Result<String, ReviewError> {
    let reason = text.trim();
    if !reason.chars().any(char::is_alphanumeric) {
        return Err(ReviewError::Reason(
            "a review needs a reason, in words".to_owned(),
        ));
    }
    let count = reason.chars().count();
    if count > chars {
        return Err(ReviewError::Reason(format!(
            "the reason has {count} characters and may have {chars}"
        )));
    }
    if reason.chars().any(|c| c.is_control() || disguises(c)) {
        return Err(ReviewError::Reason(
            "the reason holds control characters, or characters that turn or hide text; write it in one line of plain text"
                .to_owned(),
        ));
    }
    Ok(reason.to_owned())
}

/// Indian scripts are spelt with joiners.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn disguises(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether two names may be one person's: however they are spaced, in capitals, composed, or spelt with letters that only
/// look alike. To take two people for one asks for a third; to take one for two would let him confirm himself.
pub(super) fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

fn folded(name: &str) -> String {
    let plain: String = name
        .nfkc()
        .filter(|c| !c.is_whitespace() && !joins(*c))
        .collect();
    let lower = plain.to_lowercase();
    unicode_security::skeleton(&lower)
        .collect::<String>()
        .to_lowercase()
}

/// A text as a log may have it: each identifier replaced by its type.
pub(super) fn for_logs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after = 0;
    for span in mask::find(text) {
        out.push_str(text.get(after..span.start).unwrap_or_default());
        out.push('[');
        out.push_str(span.kind.as_str());
        out.push(']');
        after = span.end;
    }
    out.push_str(text.get(after..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_person() {
        for (one, other, want) in [
            ("asha@ap", "Asha@AP", true),
            ("Asha Rao", "asha  rao", true),
            ("Asha", "Аsha", true),
            ("Ａｓｈａ", "asha", true),
            ("Jose\u{301}", "José", true),
            ("क्\u{200d}ष", "क्ष", true),
            ("asha", "asha2", false),
            ("Asha Rao", "Asha Roy", false),
        ] {
            assert_eq!(same(one, other), want, "{one} and {other}");
            assert_eq!(same(other, one), want, "{other} and {one}");
        }
    }

    #[test]
    fn names_and_reasons_are_bounded_and_plain() {
        for (text, want) in [
            (" Asha Rao ", true),
            ("मीरा देशपांडे", true),
            ("o'neil@ap.example", true),
            ("", false),
            (" . ", false),
            ("Asha\nRao", false),
            ("Asha\u{202e}oaR", false),
            ("<b>Asha</b>", false),
        ] {
            assert_eq!(name(text).is_ok(), want, "{text:?}");
        }
        assert!(name(&"a".repeat(128)).is_ok() && name(&"a".repeat(129)).is_err());
        for (text, want) in [
            ("called back on 0832-2412345, account confirmed", true),
            ("ठीक है", true),
            ("क्\u{200d}ष", true),
            ("   ", false),
            ("…", false),
            ("two\nlines", false),
            ("a tab\there", false),
            ("bell\u{7}", false),
            ("turned \u{202e}round", false),
            ("hidden\u{200b}word", false),
        ] {
            assert_eq!(reason(text, 60).is_ok(), want, "{text:?}");
        }
        assert!(reason(&"क".repeat(60), 60).is_ok() && reason(&"क".repeat(61), 60).is_err());
    }

    #[test]
    fn a_log_has_no_identifier() {
        let said = for_logs("PAN AAACR5055K was called back on 9822012345, all well");
        assert!(said.starts_with("PAN [pan] was called back"), "{said}");
        assert!(
            !said.contains("9822012345") && said.ends_with("all well"),
            "{said}"
        );
    }
}
