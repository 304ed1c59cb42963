//! Document numbers as suppliers, ledgers and returns spell them, folded so that one number compares equal to itself.

/// A document number with the forms under which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocNumber {
    /// As written.
    pub raw: String,
    /// Upper case, each run of digits without its leading zeros, separators dropped: `GST/26-00123` is `GST26123`.
    pub folded: String,
    /// What stands before the running counter, folded.
    pub before: String,
    /// The running counter: the last run of digits, without leading zeros. Empty when the number has no digit.
    pub counter: String,
    /// What stands after the running counter, folded.
    pub after: String,
}

fn fold(text: &str) -> String {
    if text.is_ascii() {
        let upper = text.bytes().map(|b| char::from(b.to_ascii_uppercase()));
        fold_chars(upper, text.len())
    } else {
        fold_chars(text.chars().flat_map(char::to_uppercase), text.len())
    }
}

fn fold_chars(upper: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut out = String::with_capacity(capacity);
    // A run of digits loses its zeros until its first other digit; a run of zeros alone keeps one.
    let mut zeros_pending = false;
    let mut in_run = false;
    for c in upper {
        if c.is_ascii_digit() {
            if !in_run {
                in_run = true;
                zeros_pending = true;
            }
            if c == '0' && zeros_pending {
                continue;
            }
            zeros_pending = false;
            out.push(c);
        } else {
            if in_run && zeros_pending {
                out.push('0');
            }
            in_run = false;
            zeros_pending = false;
            if c.is_alphanumeric() {
                out.push(c);
            }
        }
    }
    if in_run && zeros_pending {
        out.push('0');
    }
    out
}

fn look_alike(c: char) -> char {
    match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        'S' => '5',
        'B' => '8',
        'Z' => '2',
        other => other,
    }
}

/// A number in what stands before its running counter, the counter and what stands after, as they are written. The
/// counter is the last run of digits; without one, all of it stands before.
pub fn split(raw: &str) -> (&str, &str, &str) {
    let Some(end) = raw.rfind(|c: char| c.is_ascii_digit()).map(|at| at + 1) else {
        return (raw, "", "");
    };
    let (head, after) = raw.split_at(end);
    let before = head.trim_end_matches(|c: char| c.is_ascii_digit());
    (before, head.get(before.len()..).unwrap_or_default(), after)
}

impl DocNumber {
    pub fn new(raw: &str) -> Self {
        let raw = raw.trim();
        let (before, counter, after) = split(raw);
        let (before, counter, after) = (fold(before), fold(counter), fold(after));
        Self {
            // No run of digits reaches over the counter's ends, so the parts are folded as the whole is.
            folded: [before.as_str(), &counter, &after].concat(),
            before,
            counter,
            after,
            raw: raw.to_owned(),
        }
    }

    /// The folded form alone.
    pub fn fold(raw: &str) -> String {
        fold(raw.trim())
    }

    /// The folded form after look-alike letters became digits: O 0, I 1, L 1, S 5, B 8, Z 2.
    pub fn confusable(&self) -> String {
        let look_alikes: String = self.raw.chars().map(look_alike).collect();
        fold(&look_alikes)
    }
}

/// Edits between two texts, a swap of neighbours counting one (optimal string alignment), in characters.
pub fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    // What both begin and end with costs nothing.
    let begin = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[begin..], &b[begin..]);
    let backwards = a.iter().rev().zip(b.iter().rev());
    let end = backwards.take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    let width = b.len() + 1;
    let mut before_last: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row: Vec<usize> = vec![0; width];
    for (i, ca) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substitute = last[j] + usize::from(ca != cb);
            let mut best = substitute.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *ca == b[j - 1] && a[i - 1] == *cb {
                best = best.min(before_last[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_fold_as_the_whole(raw in "[0-9A-Za-z/ \\-.ßıé०]{0,24}") {
            prop_assert_eq!(DocNumber::new(&raw).folded, DocNumber::fold(&raw));
        }
    }

    #[test]
    fn one_number_however_written() {
        for (text, folded) in [
            ("GST/26-00123", "GST26123"),
            ("gst-26-123", "GST26123"),
            ("INV 0001", "INV1"),
            ("000", "0"),
            ("A-000-B", "A0B"),
            ("", ""),
            ("100", "100"),
        ] {
            assert_eq!(DocNumber::fold(text), folded, "{text}");
        }
        assert_eq!(
            DocNumber::new("INV-O0123").confusable(),
            DocNumber::new("INV-00123").confusable()
        );
    }

    #[test]
    fn the_counter_is_the_last_run_of_digits() {
        let n = DocNumber::new("GST/26-00123A");
        assert_eq!(
            (n.before.as_str(), n.counter.as_str(), n.after.as_str()),
            ("GST26", "123", "A")
        );
        let n = DocNumber::new("ÜBER");
        assert_eq!((n.before.as_str(), n.counter.as_str()), ("ÜBER", ""));
        let n = DocNumber::new("é12");
        assert_eq!((n.before.as_str(), n.counter.as_str()), ("É", "12"));
    }

    #[test]
    fn edits_count_swaps_once() {
        assert_eq!(edits("1234", "1243"), 1);
        assert_eq!(edits("1234", "1234"), 0);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
    }
}
