//! Addresses with an `@`: where one begins and ends, and whether it is an e-mail address or a UPI id.

use std::sync::LazyLock;

use crate::{
    Kind,
    detector::{Found, Rank},
    page::Page,
    sight::Sight,
};

/// Sorted, as the file is.
static HANDLES: LazyLock<Vec<&str>> =
    LazyLock::new(|| crate::list(include_str!("data/upi_handles.txt")));

/// Ends of a domain that may stand alone on the next line.
const ENDS: [&str; 16] = [
    "com", "in", "org", "net", "co", "example", "gov", "edu", "info", "biz", "io", "ac", "nic",
    "co.in", "gov.in", "org.in",
];

/// The longest local part and domain (RFC 5321).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

fn local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

fn domain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

/// What follows the `@` of an e-mail address: labels with a dot between, the last of letters.
pub(crate) fn is_domain(text: &str) -> bool {
    let Some((head, last)) = text.rsplit_once('.') else {
        return false;
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    (2..=24).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && head.split('.').all(label)
}

/// A handle in the form of one: letters, then letters and digits.
pub(crate) fn is_handle(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

pub(crate) fn is_local(text: &str) -> bool {
    let outer = |c: char| c.is_ascii_alphanumeric();
    !text.is_empty()
        && text.len() <= LOCAL
        && text.bytes().all(local_byte)
        && text.starts_with(|c: char| outer(c) || c == '_')
        && text.ends_with(|c: char| outer(c) || matches!(c, '_' | '-' | '+'))
}

fn known(handle: &str) -> bool {
    let lower = handle.to_ascii_lowercase();
    HANDLES.binary_search(&lower.as_str()).is_ok()
}

/// Handles end as those of banks and payment apps do.
fn sounds_like_one(handle: &str) -> bool {
    let lower = handle.to_ascii_lowercase();
    lower.starts_with("ok")
        || ["bank", "pay", "upi", "axis", "sbi", "icici", "hdfc"]
            .iter()
            .any(|end| lower.ends_with(end))
}

/// The addresses of a folded text from this byte on.
pub(crate) fn find(page: &Page, from: usize, out: &mut Vec<Found>) {
    let stretch = page.bytes().get(from..).unwrap_or_default();
    for at in memchr::memchr3_iter(b'@', b'(', b'[', stretch) {
        let found = match stretch.get(at) {
            Some(b'@') => one(page, from + at),
            _ => spelt(page, from + at),
        };
        out.extend(found.filter(|found| found.start >= from));
    }
}

/// Where the local part begins and the domain is looked for, across one space or the end of one line.
struct Reach {
    start: usize,
    local_end: usize,
    domain: usize,
    loose: bool,
    newline: bool,
}

fn reach(bytes: &[u8], at: usize) -> Option<Reach> {
    let mut local_end = at;
    let mut loose = false;
    let mut newline = false;
    if let Some(before) = at.checked_sub(1).and_then(|index| bytes.get(index))
        && matches!(before, b' ' | b'\n')
    {
        local_end = at - 1;
        loose = true;
        newline = *before == b'\n';
    }
    let run = bytes
        .get(..local_end)?
        .iter()
        .rev()
        .take(LOCAL + 1)
        .take_while(|byte| local_byte(**byte))
        .count();
    let mut start = local_end - run;
    while start < local_end && !bytes[start].is_ascii_alphanumeric() && bytes[start] != b'_' {
        start += 1;
    }
    let mut domain = at + 1;
    if let Some(after) = bytes.get(domain)
        && matches!(after, b' ' | b'\n')
    {
        domain += 1;
        loose = true;
        newline |= *after == b'\n';
    }
    (start < local_end && run <= LOCAL).then_some(Reach {
        start,
        local_end,
        domain,
        loose,
        newline,
    })
}

fn one(page: &Page, at: usize) -> Option<Found> {
    let text = page.text;
    let bytes = text.as_bytes();
    let reach = reach(bytes, at)?;
    let local = text.get(reach.start..reach.local_end)?;
    let run = bytes
        .get(reach.domain..)?
        .iter()
        .take(DOMAIN)
        .take_while(|byte| domain_byte(**byte))
        .count();
    let mut end = reach.domain + run;
    while end > reach.domain && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let mut domain = text.get(reach.domain..end)?.to_owned();
    if domain.is_empty() || bytes.get(end) == Some(&b'@') {
        return None;
    }
    // A sentence that goes on without a space: a@firm.example.Please call.
    if let Some((head, last)) = domain.rsplit_once('.') {
        let sentence = last.starts_with(|c: char| c.is_ascii_uppercase())
            && last.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
            && is_domain(head)
            && head.bytes().all(|byte| !byte.is_ascii_uppercase());
        if sentence {
            end -= last.len() + 1;
            domain.truncate(head.len());
        }
    }
    if let Some(length) = before_label(&domain) {
        end -= domain.len() - length;
        domain.truncate(length);
    }
    let mut broken = false;
    if !known(&domain)
        && let Some((joined, to)) = next_line(
            text,
            reach.domain + run,
            text.get(reach.domain..reach.domain + run)?,
        )
    {
        domain = joined;
        end = to;
        broken = true;
    }
    if !known(&domain)
        && let Some((joined, more)) = mistyped(&domain, bytes.get(end..)?)
    {
        domain = joined;
        end += more;
        broken = true;
    }
    let sight = Sight::at(page, reach.start, end);
    let says = || sight.says(Kind::Email) || sight.says(Kind::Upi);
    if reach.loose {
        let telling = local
            .bytes()
            .any(|byte| matches!(byte, b'.' | b'_') || byte.is_ascii_digit());
        let end = domain.rsplit('.').next().unwrap_or_default();
        let telling = telling || ENDS.contains(&end) && !domain.contains(char::is_uppercase);
        let enough = !reach.newline && telling && local.len() >= 3 || says();
        if !enough || !(is_domain(&domain) || known(&domain)) {
            return None;
        }
    }
    let found = |kind, rule, rank| {
        Some(Found {
            kind,
            start: reach.start,
            end,
            rule,
            rank,
        })
    };
    if is_domain(&domain) {
        // git@host:path names a repository.
        let repository = local == "git" && bytes.get(end) == Some(&b':');
        let rule = if broken || reach.loose {
            "email.broken"
        } else {
            "email.form"
        };
        return (!repository).then_some(found(Kind::Email, rule, Rank::Checked)?);
    }
    if !is_handle(&domain) || local.len() < 2 {
        return None;
    }
    if known(&domain) {
        return found(Kind::Upi, "upi.handle", Rank::Checked);
    }
    if says() {
        return found(Kind::Upi, "upi.label", Rank::Formed);
    }
    let number = local.len() >= 10 && local.bytes().take(10).all(|byte| byte.is_ascii_digit());
    let path = matches!(bytes.get(end), Some(b':' | b'/'));
    (!path && (number || sounds_like_one(&domain))).then_some(found(
        Kind::Upi,
        "upi.form",
        Rank::Shape,
    )?)
}

/// How much of a domain or handle stands before the next label, glued to it: ravi@gmail.comMob, ravi@okiciciMob.
fn before_label(domain: &str) -> Option<usize> {
    let bytes = domain.as_bytes();
    let capital = bytes
        .windows(2)
        .position(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())?;
    let head = domain.get(..=capital)?;
    let whole = head
        .rsplit('.')
        .next()
        .is_some_and(|end| ENDS.contains(&end))
        && is_domain(head);
    ((whole || known(head)) && bytes.iter().skip(capital + 1).all(u8::is_ascii_alphabetic))
        .then_some(head.len())
}

/// What stands for an `@` or a dot in an address that no machine is to read: ravi(at)firm.example, ravi [at] firm [dot] example.
fn bracketed(text: &[u8], word: &[u8]) -> Option<usize> {
    let spaces = |text: &[u8]| usize::from(text.first() == Some(&b' '));
    let lead = spaces(text);
    let (open, rest) = text.get(lead..)?.split_first()?;
    let (inner, rest) = rest.split_at_checked(word.len())?;
    let closed = matches!(
        (open, rest.first()),
        (b'(', Some(b')')) | (b'[', Some(b']'))
    );
    let length = lead + word.len() + 2;
    (closed && inner.eq_ignore_ascii_case(word))
        .then(|| length + spaces(text.get(length..).unwrap_or_default()))
}

/// An e-mail address with a bracketed "at", where the bracket stands.
fn spelt(page: &Page, at: usize) -> Option<Found> {
    let text = page.text;
    let bytes = text.as_bytes();
    let mut end = at + bracketed(bytes.get(at..)?, b"at")?;
    let local_end = at - usize::from(at > 0 && bytes[at - 1] == b' ');
    let head = bytes.get(..local_end)?.iter().rev();
    let run = head
        .take(LOCAL + 1)
        .take_while(|byte| local_byte(**byte))
        .count();
    let start = local_end - run;
    let mut domain = String::new();
    let mut done = end;
    while let Some(rest) = bytes.get(end..) {
        let run = rest
            .iter()
            .take(DOMAIN)
            .take_while(|byte| domain_byte(**byte))
            .count();
        domain.push_str(text.get(end..end + run)?);
        done = end + run;
        let Some(dot) = bracketed(&bytes[done..], b"dot").filter(|_| run > 0) else {
            break;
        };
        domain.push('.');
        end = done + dot;
    }
    let whole = domain.trim_end_matches(['.', '-']);
    let end = done - (domain.len() - whole.len());
    (is_local(text.get(start..local_end)?) && is_domain(whole)).then_some(Found {
        kind: Kind::Email,
        start,
        end,
        rule: "email.spelt",
        rank: Rank::Formed,
    })
}

/// The end of a domain behind a comma, or a space, in place of its dot: ravi@gmail,com.
fn mistyped(domain: &str, rest: &[u8]) -> Option<(String, usize)> {
    let (lead, rest) = match rest {
        [b',', rest @ ..] => (1, rest),
        [b' ', b'.', rest @ ..] => (2, rest),
        _ => return None,
    };
    let run = rest.iter().take_while(|byte| domain_byte(**byte)).count();
    let end = std::str::from_utf8(&rest[..run])
        .ok()?
        .trim_end_matches(['.', '-']);
    let co = end == "co" && rest[run..].starts_with(b",in");
    let end = if co { "co.in" } else { end };
    // "…@firm,in all three cases".
    let goes_on =
        matches!(rest.get(end.len()..), Some([b' ', next, ..]) if next.is_ascii_lowercase());
    (!domain.contains('.') && ENDS.contains(&end) && !(end == "in" && goes_on))
        .then(|| (format!("{domain}.{end}"), lead + end.len()))
}

/// A domain that goes on in the next line: without a dot so far, or after one.
fn next_line(text: &str, end: usize, domain: &str) -> Option<(String, usize)> {
    let rest = text.get(end..)?;
    let rest = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?;
    let from = text.len() - rest.len();
    let cont: String = rest
        .chars()
        .take_while(|c| c.is_ascii() && u8::try_from(*c).is_ok_and(domain_byte))
        .take(DOMAIN)
        .collect();
    let cont = cont.trim_end_matches(['.', '-']);
    if cont.is_empty() {
        return None;
    }
    let joined = format!("{domain}{cont}");
    let good = if domain.contains('.') {
        domain.ends_with('.') && ENDS.contains(&cont)
            || cont.starts_with('.')
                && is_domain(&joined)
                && ENDS.contains(&cont.trim_start_matches('.'))
    } else {
        known(&joined) || is_domain(&joined) && ENDS.iter().any(|end| cont.ends_with(end))
    };
    good.then(|| (joined, from + cont.len()))
}
