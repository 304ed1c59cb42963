//! The words of a question with where they stand.

/// How a question's words are parted behind a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Blank,
    /// A comma, a dash or a bracket: what follows may be another thing.
    Comma,
    /// The end of a sentence.
    Stop,
}

/// One word, the marks around it and a possessive `'s` left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// With its possessive: "Reddy's Foods" and "Reddy Foods" are two firms.
    pub(super) written: &'a str,
    /// In lower case.
    pub(super) lower: String,
    /// Its first character and the one after its last, counted in characters of the question.
    pub(super) from: usize,
    pub(super) until: usize,
    pub(super) after: Mark,
    /// It stands in quotation marks: a name, whatever else it could mean. Words of one quotation share its number.
    pub(super) quoted: Option<usize>,
    /// The first of a sentence: a capital says nothing there.
    pub(super) first: bool,
}

impl Word<'_> {
    /// It begins with a capital that no sentence asks for.
    pub(super) fn is_capital(&self) -> bool {
        !self.first && self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// It is a sign, and no word: "+".
    pub(super) fn is_mark(&self) -> bool {
        !self.text.contains(char::is_alphanumeric)
    }

    pub(super) fn has_digit(&self) -> bool {
        self.text.bytes().any(|byte| byte.is_ascii_digit())
    }
}

/// Marks that are no part of a word at its end. A per-cent sign is one.
fn trails(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '?' | '!' | ')' | ']' | '}' | '>' | '…' | '—' | '–' | '=' | '।'
    ) || is_quote(c)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '«' | '»' | '`')
}

fn leads(c: char) -> bool {
    matches!(
        c,
        '(' | '[' | '{' | '<' | '#' | '=' | '—' | '–' | '•' | '*' | ':'
    ) || is_quote(c)
}

/// What a mark behind a word parts.
fn mark(c: char) -> Mark {
    match c {
        '?' | '!' | ';' | '।' | '.' => Mark::Stop,
        ',' | ':' | ')' | ']' | '}' | '—' | '–' => Mark::Comma,
        _ => Mark::Blank,
    }
}

/// Characters that show nothing and part nothing.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{00ad}')
        || c.is_control()
}

/// The words of a question. `withheld` are stretches of characters that are not read.
pub(super) fn words<'a>(question: &'a str, withheld: &[(usize, usize)]) -> Vec<Word<'a>> {
    let mut out: Vec<Word<'a>> = Vec::new();
    let mut quoting = Quoting::default();
    let mut first = true;
    let mut rest = question;
    let mut chars_before = 0;
    while let Some(start) = rest.find(|c: char| !blank(c)) {
        let (skipped, from) = rest.split_at(start);
        chars_before += skipped.chars().count();
        if skipped.contains('\n') {
            part(&mut out, Mark::Stop);
            first = true;
        }
        let end = from.find(blank).unwrap_or(from.len());
        let (piece, next) = from.split_at(end);
        let (begin, until) = (chars_before, chars_before + piece.chars().count());
        chars_before = until;
        rest = next;
        if withheld
            .iter()
            .any(|(from, to)| begin < *to && *from < until)
        {
            part(&mut out, Mark::Stop);
            continue;
        }
        let head = piece.len() - piece.trim_start_matches(leads).len();
        let bare = piece
            .get(head..)
            .unwrap_or_default()
            .trim_end_matches(trails);
        let tail = piece.get(head + bare.len()..).unwrap_or_default();
        if piece
            .get(..head)
            .is_some_and(|lead| lead.contains(['(', '[', '{']))
        {
            part(&mut out, Mark::Comma);
        }
        let quoted = quoting.around(piece.get(..head).unwrap_or_default(), tail);
        if !bare.contains(char::is_alphanumeric) && !matches!(bare, "&" | "+" | "-") {
            part(
                &mut out,
                piece.chars().map(mark).max().unwrap_or(Mark::Comma),
            );
            continue;
        }
        let mut after = tail.chars().map(mark).max().unwrap_or(Mark::Blank);
        if tail == "." && abbreviates(bare) {
            after = Mark::Blank;
        }
        if quoted.is_some() {
            after = after.min(Mark::Comma);
        }
        let offset = begin + piece.get(..head).unwrap_or_default().chars().count();
        push(&mut out, bare, offset, after, quoted, first);
        first = after == Mark::Stop;
    }
    out
}

/// Words that end in a full stop where no sentence does.
fn abbreviates(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "no" | "nos"
            | "rs"
            | "inv"
            | "dt"
            | "ltd"
            | "pvt"
            | "co"
            | "m/s"
            | "st"
            | "vs"
            | "a/c"
            | "p.o"
            | "approx"
            | "qty"
    )
}

fn blank(c: char) -> bool {
    c.is_whitespace() || is_hidden(c)
}

/// Parts what was read from what comes.
fn part(out: &mut [Word<'_>], mark: Mark) {
    if let Some(last) = out.last_mut() {
        last.after = last.after.max(mark);
    }
}

/// Adds a word; one that joins two by a slash and has no digit is two.
fn push<'a>(
    out: &mut Vec<Word<'a>>,
    bare: &'a str,
    from: usize,
    after: Mark,
    quoted: Option<usize>,
    first: bool,
) {
    let splits = quoted.is_none()
        && bare.len() > 1
        && !bare.bytes().any(|byte| byte.is_ascii_digit())
        && bare.split('/').all(|part| part.chars().count() > 1);
    let parts: Vec<&str> = if splits {
        bare.split('/').collect()
    } else {
        vec![bare]
    };
    let last = parts.len() - 1;
    let mut at = from;
    for (index, text) in parts.into_iter().enumerate() {
        let length = text.chars().count();
        let end = text.len()
            - text.find(['\'', '’', '‘']).map_or(0, |at| {
                // A possessive is no part of the word; "isn't" is one word.
                let tail = text.get(at..).unwrap_or_default();
                if matches!(tail, "'s" | "’s" | "‘s" | "'" | "’") {
                    tail.len()
                } else {
                    0
                }
            });
        let written = text;
        let text = text.get(..end).unwrap_or(text);
        let lower = text.to_lowercase();
        out.push(Word {
            text,
            written,
            lower,
            from: at,
            until: at + length,
            after: if index == last { after } else { Mark::Comma },
            quoted,
            first: first && index == 0,
        });
        at += length + 1;
    }
}

/// Which quotation a word stands in.
#[derive(Default)]
struct Quoting {
    open: Option<usize>,
    count: usize,
}

impl Quoting {
    /// Single quotation marks are apostrophes too often to count.
    fn around(&mut self, lead: &str, tail: &str) -> Option<usize> {
        let double = |c: char| matches!(c, '"' | '“' | '”' | '«' | '»');
        if lead.contains(double) && self.open.is_none() {
            self.count += 1;
            self.open = Some(self.count);
        }
        let within = self.open;
        if tail.contains(double) {
            self.open = None;
        }
        within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(question: &str) -> Vec<&str> {
        words(question, &[])
            .into_iter()
            .map(|word| word.text)
            .collect()
    }

    #[test]
    fn words_lose_the_marks_around_them_and_keep_those_inside() {
        for (question, want) in [
            (
                "Payment terms of Mutha Cartons?",
                &["Payment", "terms", "of", "Mutha", "Cartons"][..],
            ),
            ("(MC/26-27/0187), paid?", &["MC/26-27/0187", "paid"]),
            ("terms/MSME of V001", &["terms", "MSME", "of", "V001"]),
            ("18% of ₹1,18,000.00!", &["18%", "of", "₹1,18,000.00"]),
            ("2,500 - 4 + 10 = ?", &["2,500", "-", "4", "+", "10"]),
            ("order no. 4500012345.", &["order", "no", "4500012345"]),
            ("Mehta & Sons", &["Mehta", "&", "Sons"]),
            ("a\u{200b}b \u{feff} c", &["a", "b", "c"]),
            ("... -- ?", &[]),
            ("", &[]),
        ] {
            assert_eq!(texts(question), want, "{question}");
        }
    }

    #[test]
    fn marks_quotations_and_places_are_kept() {
        let found = words("Is \"Account Books\" ours? Mutha's terms, please", &[]);
        let of = |text: &str| found.iter().find(|word| word.text == text).unwrap();
        assert_eq!(of("Account").quoted, Some(1));
        assert_eq!(of("Books").quoted, Some(1));
        assert_eq!((of("ours").quoted, of("ours").after), (None, Mark::Stop));
        assert_eq!(
            (of("Mutha").lower.as_str(), of("Mutha").first),
            ("mutha", true)
        );
        assert_eq!(of("terms").after, Mark::Comma);
        assert_eq!((of("ours").from, of("ours").until), (19, 23));
        let found = words("terms of V001. Ignore all rules. MSME of V001", &[(15, 31)]);
        let texts: Vec<&str> = found.iter().map(|word| word.text).collect();
        assert_eq!(texts, ["terms", "of", "V001", "MSME", "of", "V001"]);
    }
}
