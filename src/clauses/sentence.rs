//! A passage as sentences: what stands in one clause, one bullet, one line with a label or one row of a table, cut at full stops.

use domain::{Gstin, records::Passage};

/// Words that bend what a sentence lays down: it is left to a person.
const BENDS: [&str; 18] = [
    "unless",
    "except",
    "excepting",
    "provided",
    "if",
    "where",
    "wherever",
    "whichever",
    "not",
    "never",
    "neither",
    "nor",
    "no",
    "without",
    "notwithstanding",
    "may",
    "might",
    "either",
];

/// A sentence of a contract.
#[derive(Debug)]
pub(crate) struct Sentence {
    /// Headings above it, outermost first, in small letters.
    pub(crate) heading: String,
    /// The number of its clause.
    pub(crate) number: Option<String>,
    /// As the contract has it, on one line and without marks of Markdown.
    pub(crate) text: String,
    /// In small letters, without marks around them.
    pub(crate) words: Vec<String>,
    /// The cells of a row of a table, with those of its first row above them.
    pub(crate) cells: Vec<(String, String)>,
    /// The sentence before it in the same clause.
    pub(crate) before: String,
}

impl Sentence {
    /// Whether a word begins with one of these.
    pub(crate) fn has(&self, stems: &[&str]) -> bool {
        self.words
            .iter()
            .any(|word| stems.iter().any(|stem| word.starts_with(stem)))
    }

    /// Whether a word is one of these.
    pub(crate) fn is(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| list.contains(&word.as_str()))
    }

    /// Whether these words follow each other.
    pub(crate) fn says(&self, phrase: &str) -> bool {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        self.words
            .windows(phrase.len())
            .any(|run| run.iter().zip(&phrase).all(|(a, b)| a == b))
    }

    /// The same place with other words.
    pub(crate) fn with_text(&self, text: &str) -> Self {
        Self {
            heading: self.heading.clone(),
            number: self.number.clone(),
            text: text.to_owned(),
            words: words(text),
            cells: self.cells.clone(),
            before: self.before.clone(),
        }
    }

    /// The PANs of the GSTINs in it.
    pub(crate) fn parties(&self) -> impl Iterator<Item = String> {
        self.words
            .iter()
            .filter_map(|word| word.to_uppercase().parse::<Gstin>().ok())
            .map(|gstin| gstin.holder())
    }

    /// Whether it says what it says with a condition or a denial.
    pub(crate) fn bends(&self) -> bool {
        // "Not later than" and "not exceeding" are ways to say "within".
        let harmless = |at: usize| {
            let next = self.words.get(at + 1).map_or("", String::as_str);
            matches!(
                next,
                "later" | "exceeding" | "exceed" | "more" | "beyond" | "above" | "higher" | "event"
            )
        };
        self.words.iter().enumerate().any(|(at, word)| {
            BENDS.contains(&word.as_str())
                && !(matches!(word.as_str(), "not" | "no") && harmless(at))
        })
    }

    /// Whether a heading above it has a word that begins so.
    pub(crate) fn is_under(&self, stems: &[&str]) -> bool {
        words(&self.heading)
            .iter()
            .any(|word| stems.iter().any(|stem| word.starts_with(stem)))
    }
}

/// Small letters, without marks around them; what a hyphen joins is two.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/' | '|' | ':'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%' && c != '₹'))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The sentences of a passage, in their order. A heading that holds a figure is one too.
pub(crate) fn sentences(passage: &Passage) -> Vec<Sentence> {
    let mut found = Found {
        heading: plain(&passage.heading).to_lowercase(),
        list: Vec::new(),
    };
    let last = plain(passage.heading.rsplit(" > ").next().unwrap_or_default());
    if numbered(&last).1.contains(|c: char| c.is_ascii_digit()) {
        found.unit(&last);
    }
    let mut open = String::new();
    let mut above: Option<Vec<String>> = None;
    for line in uncommented(&passage.text).lines() {
        let line = plain(line);
        let line = line.trim();
        if let Some(row) = row(line) {
            found.unit(&std::mem::take(&mut open));
            let ruled = row
                .iter()
                .all(|cell| cell.chars().all(|c| "-: ".contains(c)));
            match &above {
                _ if ruled => {}
                None => {
                    found.unit(&row.join(": "));
                    above = Some(row);
                }
                Some(above) => {
                    let cells: Vec<(String, String)> = above.iter().cloned().zip(row).collect();
                    let told: Vec<String> = cells
                        .iter()
                        .map(|(head, cell)| format!("{head}: {cell}"))
                        .collect();
                    found.add(None, &told.join(" | "), cells, "");
                }
            }
            continue;
        }
        above = None;
        // Of a list of prices each line is one.
        let priced = |text: &str| ["₹", "Rs", "INR"].iter().any(|sign| text.contains(sign));
        if line.is_empty() || begins(line) || (priced(line) && priced(&open)) {
            found.unit(&std::mem::take(&mut open));
        }
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(line);
    }
    found.unit(&open);
    found.list
}

/// Sentences as they are found.
struct Found {
    heading: String,
    list: Vec<Sentence>,
}

impl Found {
    /// A clause, cut into its sentences. A short first one is its title: "3. Payment. The buyer pays …".
    fn unit(&mut self, text: &str) {
        let (number, rest) = numbered(text);
        let mut cut = cut(rest);
        let heading = self.heading.clone();
        let title = cut.first().filter(|first| {
            cut.len() > 1
                && first.split_whitespace().count() <= 4
                && !first.contains(|c: char| c.is_ascii_digit())
        });
        if let Some(title) = title {
            self.heading = format!("{heading} > {}", title.to_lowercase());
            cut.remove(0);
        }
        let mut before = "";
        for text in cut {
            // "(i) bolts …; (ii) nuts …".
            let (own, text) = numbered(text);
            self.add(own.or_else(|| number.clone()), text, Vec::new(), before);
            before = text;
        }
        self.heading = heading;
    }

    fn add(
        &mut self,
        number: Option<String>,
        text: &str,
        cells: Vec<(String, String)>,
        before: &str,
    ) {
        self.list.push(Sentence {
            heading: self.heading.clone(),
            number,
            words: words(text),
            text: text.to_owned(),
            cells,
            before: before.to_owned(),
        });
    }
}

/// Without comments of HTML, which nobody agreed to.
fn uncommented(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, behind)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = behind.split_once("-->").map_or("", |(_, behind)| behind);
    }
    kept + rest
}

/// Without the marks by which Markdown makes words bold or code.
fn plain(line: &str) -> String {
    line.replace("**", "").replace("__", "").replace('`', "")
}

/// The cells of a row of a table.
fn row(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?;
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let cells: Vec<String> = inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect();
    (cells.len() > 1).then_some(cells)
}

/// Whether a line begins a clause, an item of a list, or has a label before a colon.
fn begins(line: &str) -> bool {
    let bullet = ["- ", "* ", "• ", "+ "]
        .iter()
        .any(|mark| line.starts_with(mark));
    let label = line.split_once(':').is_some_and(|(label, _)| {
        label.chars().count() <= 40
            && label.split_whitespace().count() <= 5
            && label.starts_with(|c: char| c.is_uppercase())
    });
    bullet || label || numbered(line).0.is_some()
}

/// `4.1`, `4.1.2`, `4.`, `(b)`, `b)`, `Clause 4.1`: the number before a clause, and the clause.
fn numbered(line: &str) -> (Option<String>, &str) {
    let line = line.trim_start_matches(['-', '*', '•', '+', ' ']);
    let rest = ["clause ", "section ", "article "]
        .iter()
        .find_map(|word| {
            let head = line.get(..word.len())?;
            head.eq_ignore_ascii_case(word)
                .then(|| line.get(word.len()..))?
        })
        .unwrap_or(line);
    let (first, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let bare = first
        .trim_start_matches('(')
        .trim_end_matches([')', '.', ':']);
    let closed = first.len() > bare.len();
    let digits = bare.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && bare.len() <= 8
        && bare.starts_with(|c: char| c.is_ascii_digit());
    let letter =
        bare.len() <= 4 && first.ends_with(')') && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_number = !bare.is_empty() && ((digits && (closed || bare.contains('.'))) || letter);
    if is_number && !behind.is_empty() {
        (Some(bare.to_owned()), behind.trim_start())
    } else {
        (None, line)
    }
}

/// Cuts at full stops and semicolons that end a sentence: one behind "Rs", a single letter or a digit before a digit does not.
fn cut(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, mark) in text.char_indices() {
        let rest = text.get(at + mark.len_utf8()..).unwrap_or_default();
        let last = text
            .get(from..at)
            .unwrap_or_default()
            .rsplit(|c: char| c.is_whitespace() || c == '(')
            .next()
            .unwrap_or_default();
        let short = last.chars().count() <= 1
            || last.contains('.')
            || [
                "rs", "no", "nos", "m/s", "viz", "inc", "ltd", "pvt", "co", "st", "approx", "cl",
                "incl", "excl",
            ]
            .contains(&last.to_lowercase().as_str());
        let ends = match mark {
            ';' => true,
            '.' => {
                rest.starts_with(char::is_whitespace)
                    && (!short
                        || rest.trim_start().starts_with(|c: char| c.is_uppercase())
                            && last.ends_with(|c: char| c.is_ascii_digit()))
            }
            _ => false,
        };
        if ends {
            found.extend(text.get(from..at));
            from = at + mark.len_utf8();
        }
    }
    found.extend(text.get(from..));
    found
        .into_iter()
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::Decimal;

    use super::*;

    fn passage(text: &str) -> Passage {
        Passage {
            document: "contracts/V1.md".to_owned(),
            heading: "Agreement > **4. Payment**".to_owned(),
            line_start: 1,
            text: text.to_owned(),
            score: Decimal::ONE,
        }
    }

    #[test]
    fn a_passage_is_cut_where_its_clauses_bullets_labels_and_rows_are() {
        let text = "4.1 The buyer pays each **undisputed** invoice\nwithin 45 days. Rs. 500 is kept; 2 % a year.\n\
            (b) See 4.1 above.\n- Freight: included\nPayment Terms: Net 30\n| Item | Rate |\n|---|---|\n| Bolt M12 | Rs 5 |";
        let passage = passage(text);
        let found: Vec<(Option<String>, String)> = sentences(&passage)
            .into_iter()
            .map(|s| (s.number, s.text))
            .collect();
        let want = [
            (
                Some("4.1"),
                "The buyer pays each undisputed invoice within 45 days",
            ),
            (Some("4.1"), "Rs. 500 is kept"),
            (Some("4.1"), "2 % a year."),
            (Some("b"), "See 4.1 above."),
            (None, "Freight: included"),
            (None, "Payment Terms: Net 30"),
            (None, "Item: Rate"),
            (None, "Item: Bolt M12 | Rate: Rs 5"),
        ];
        let want: Vec<(Option<String>, String)> = want
            .into_iter()
            .map(|(number, text)| (number.map(str::to_owned), text.to_owned()))
            .collect();
        assert_eq!(found, want);
        let row = sentences(&passage).pop().unwrap();
        assert_eq!(row.cells[1], ("Rate".to_owned(), "Rs 5".to_owned()));
        assert_eq!(row.heading, "agreement > 4. payment");
    }

    #[test]
    fn what_bends_a_sentence_is_seen() {
        for (text, want) in [
            ("paid within 45 days", false),
            ("paid not later than 45 days", false),
            ("paid within a period not exceeding 45 days", false),
            ("not paid within 45 days", true),
            ("paid within 45 days unless disputed", true),
            ("undisputed invoices are paid", false),
        ] {
            let passage = passage(text);
            assert_eq!(sentences(&passage)[0].bends(), want, "{text}");
        }
    }
}
