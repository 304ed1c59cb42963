//! Clauses of contracts, and whether one speaks of what was asked: each word of weight stands in the clause or in the heading of
//! its section, as itself, inflected, or as a word that contracts use for it. A penalty for late payment is none for late delivery.

use domain::records::Passage;

use super::lexicon::singular;

/// Words of a question about a contract that say nothing of what is looked for in it.
const LIGHT: &[&str] = &[
    "allow",
    "allowed",
    "allows",
    "applies",
    "apply",
    "charge",
    "charged",
    "charges",
    "clearly",
    "condition",
    "conditions",
    "gets",
    "gives",
    "happen",
    "happens",
    "how",
    "include",
    "includes",
    "many",
    "much",
    "must",
    "offer",
    "offers",
    "permit",
    "permitted",
    "policy",
    "provided",
    "provision",
    "provisions",
    "specified",
    "specify",
    "stated",
    "states",
    "still",
    "term's",
    "written",
];

/// Whether a word of a question has to stand in a clause.
fn has_weight(word: &str) -> bool {
    !LIGHT.contains(&word)
}

/// A clause of a passage.
pub(super) struct Clause<'p> {
    /// The lines that it fills.
    pub(super) lines: Vec<&'p str>,
    /// What it says, with the heading of its section, as words in small letters; plurals as singulars.
    words: Vec<String>,
    /// A rate in per cent stands in it.
    percent: bool,
}

/// The clauses of a passage: a line with a number or a bullet begins one, and where none does the passage is one. The line that
/// names the vendor says nothing of what was agreed.
pub(super) fn clauses(passage: &Passage) -> Vec<Clause<'_>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    for line in passage.text.lines().map(str::trim) {
        let names = ["vendor:", "supplier:", "seller:"];
        let lower = line.to_lowercase();
        if line.is_empty() || names.iter().any(|name| lower.starts_with(name)) {
            continue;
        }
        match found.last_mut() {
            Some(open) if !begins(line) => open.push(line),
            _ => found.push(vec![line]),
        }
    }
    let section = section(&passage.heading);
    let clause = |lines: Vec<&'_ str>| {
        let text = format!("{section} {}", lines.join(" "));
        (words(&text), text.contains('%'))
    };
    found
        .into_iter()
        .map(|lines| {
            let (words, percent) = clause(lines.clone());
            Clause {
                lines,
                words,
                percent,
            }
        })
        .collect()
}

/// Whether a clause of a passage has all the words.
pub(super) fn speaks(passage: &Passage, asked: &[String]) -> bool {
    let mut clauses = clauses(passage).into_iter();
    clauses.any(|clause| clause.has_all(asked))
}

impl<'p> Clause<'p> {
    pub(super) fn has_all(&self, asked: &[String]) -> bool {
        let weighty: Vec<String> = asked
            .iter()
            .filter(|word| has_weight(word))
            .cloned()
            .collect();
        !weighty.is_empty() && weighty.iter().all(|word| self.has(word, &weighty))
    }

    /// The line of the clause that has most of the words.
    pub(super) fn line(&self, asked: &[String]) -> &'p str {
        let most = |line: &&&str| {
            let own = Clause {
                lines: Vec::new(),
                words: words(line),
                percent: line.contains('%'),
            };
            asked.iter().filter(|word| own.has(word, asked)).count()
        };
        // The first of equals: `max_by_key` gives the last.
        let best = self.lines.iter().rev().max_by_key(most);
        best.copied().unwrap_or_default()
    }

    fn has(&self, word: &str, asked: &[String]) -> bool {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return self.words.iter().any(|known| known == word);
        }
        let alone = asked.len() == 1;
        match word {
            "long" | "period" if alone => self.is_of_term(),
            "long" | "period" => self.lasts(&[]),
            "duration" | "end" | "ends" | "expire" | "expired" | "expires" | "expiry"
            | "expiration" | "tenure" | "term" | "until" | "valid" | "validity" => {
                self.says(word) || self.is_of_term()
            }
            "percent" | "percentage" => self.percent,
            _ => self.says(word) || alike(word).iter().any(|other| self.says(other)),
        }
    }

    fn says(&self, word: &str) -> bool {
        let word = singular(word);
        let same = |known: &String| *known == word || inflected(known, &word);
        self.words.iter().any(same)
    }

    fn holds_any(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| list.contains(&word.as_str()))
    }

    /// Of how long the contract itself runs: "a year" of interest is no term.
    fn is_of_term(&self) -> bool {
        let contract = [
            "agreement",
            "commence",
            "commences",
            "contract",
            "effective",
            "run",
            "runs",
            "signed",
            "term",
        ];
        self.holds_any(&["expire", "expires", "expiry", "valid", "validity"])
            || (self.holds_any(&contract)
                && (self.holds_any(&["until", "till", "run", "runs"])
                    || self.lasts(&["for", "of", "is"])))
    }

    /// "Two years", "15 days"; behind one of these words, where there are any.
    fn lasts(&self, behind: &[&str]) -> bool {
        let unit = |word: &str| {
            matches!(
                word,
                "day" | "week" | "month" | "quarter" | "year" | "season"
            )
        };
        let number = |word: &str| {
            let said = [
                "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
                "twelve", "fifteen", "thirty", "sixty", "ninety",
            ];
            said.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
        };
        (1..self.words.len()).any(|at| {
            let [before, own] =
                [at - 1, at].map(|at| self.words.get(at).map_or("", String::as_str));
            let ahead = at.checked_sub(2).and_then(|at| self.words.get(at));
            let led =
                behind.is_empty() || ahead.is_some_and(|word| behind.contains(&word.as_str()));
            unit(own) && number(before) && led
        })
    }
}

/// Words that contracts use for what people ask, each of the same meaning.
fn alike(word: &str) -> &'static [&'static str] {
    match word {
        "penalty" | "penal" | "fine" => &["interest", "damages", "penalty", "penal"],
        "late" | "overdue" | "delay" | "delayed" => &["late", "delay", "overdue", "due"],
        "delivery" | "deliver" | "delivered" | "delivering" => &["delivery", "deliver"],
        "freight" | "shipping" | "transport" | "transportation" => {
            &["freight", "transport", "shipping"]
        }
        "bear" | "bears" => &["borne", "bear", "pay", "included"],
        "bank" | "account" => &["account", "money"],
        "quality" | "inspection" | "test" => &["accepted", "test", "quality", "inspect"],
        "days" | "terms" | "credit" => &["pay", "days"],
        "rate" | "rates" | "price" | "prices" | "cost" => &["price", "each", "rate", "interest"],
        "terminate" | "terminated" | "termination" => &["terminate", "termination"],
        "renew" | "renewed" | "renewal" => &["renew", "renewal"],
        "insurance" | "insure" | "insured" => &["insurance", "insure"],
        "start" | "starts" | "begin" | "begins" | "commence" => {
            &["start", "begin", "commence", "effective", "runs"]
        }
        "dispute" | "disputes" | "arbitration" => &["dispute", "arbitration"],
        "byaaj" | "byaj" | "ब्याज" => &["interest"],
        "require" | "requires" | "required" => &["need", "require", "must"],
        _ => &[],
    }
}

/// Words by which a clause with a word is searched for besides.
pub(super) fn written(word: &str) -> &'static [&'static str] {
    match word {
        "duration" | "end" | "ends" | "expire" | "expires" | "expiry" | "long" | "period"
        | "term" | "valid" | "validity" => &["valid", "until", "runs", "days", "months"],
        "bear" | "bears" => &["borne", "included"],
        "delivery" | "deliver" => &["delivered", "delivery"],
        "penalty" => &["damages"],
        "price" | "rate" | "cost" => &["price", "prices", "each"],
        "renew" | "renewal" => &["renew", "renewed", "renewal"],
        "terminate" | "termination" => &["terminate", "termination"],
        _ => &[],
    }
}

/// "pay" and "payment", "sign" and "signed": one the beginning of the other by a common ending.
fn inflected(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 3
        && long.strip_prefix(short).is_some_and(|rest| {
            matches!(
                rest,
                "ment" | "ed" | "ing" | "able" | "er" | "al" | "d" | "es"
            )
        })
}

/// Words and numbers, as they are compared.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != ',')
        .map(|word| word.trim_matches(|c: char| c == '.' || c == ','))
        .filter(|word| !word.is_empty())
        .flat_map(|word| {
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                let plain = word.replace(',', "");
                let number = plain
                    .contains('.')
                    .then(|| plain.trim_end_matches('0').trim_end_matches('.'));
                vec![number.unwrap_or(&plain).to_owned()]
            } else {
                word.split(['.', ',']).map(singular).collect()
            }
        })
        .collect()
}

/// The headings of a passage without the document's title, which names the parties: "Malabar Cement Agencies" says nothing of cement.
fn section(heading: &str) -> String {
    let mut parts: Vec<&str> = heading.split(" > ").collect();
    let titled = parts.first().is_some_and(|first| {
        let lower = first.to_lowercase();
        let names = lower.contains("agreement") || lower.contains("contract") || parts.len() > 1;
        names && !first.starts_with(|c: char| c.is_ascii_digit())
    });
    if titled {
        parts.remove(0);
    }
    parts.join(" ")
}

/// Whether a line begins a clause: "3.1 Goods …", "(b) …", "- …".
fn begins(line: &str) -> bool {
    let bare = line.trim_start_matches(['(', '*', '#']);
    let numbered = bare
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .is_some_and(|end| {
            let number = bare.get(..end).unwrap_or_default();
            let rest = bare.get(end..).unwrap_or_default();
            number.starts_with(|c: char| c.is_ascii_digit())
                && (number.contains('.') || rest.starts_with(')'))
                && rest.starts_with([' ', ')', '\t'])
        });
    let lettered = line.starts_with('(') && line.chars().nth(2) == Some(')');
    let bulleted = ["- ", "* ", "• "]
        .iter()
        .any(|bullet| line.starts_with(bullet));
    numbered || lettered || bulleted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(heading: &str, text: &str) -> Passage {
        Passage {
            document: "contracts/V1.md".to_owned(),
            heading: heading.to_owned(),
            line_start: 1,
            text: text.to_owned(),
            score: domain::Decimal::ONE,
        }
    }

    const TITLE: &str = "Supply agreement: Malabar Cement Agencies";

    #[test]
    fn every_word_of_weight_stands_in_one_clause_or_its_heading() {
        let late = (
            "5. Late payment",
            "5.1 Interest of 12% a year accrues after the due date.",
        );
        let delivery = (
            "3. Delivery",
            "3.1 Goods are delivered within 15 days of the purchase order.\n3.2 For late delivery the vendor pays \
             liquidated damages of 0.5% of the value\nof the delayed goods a week, at most 5%.\n3.3 Goods carry a \
             warranty of 24 months.",
        );
        let payment = (
            "4. Payment",
            "4.1 The buyer pays each undisputed invoice within 45 days of its date.",
        );
        let signed = (
            "",
            "Vendor: Malabar Cement (V1).\nBuyer: Meridian. Signed on 15 April 2026, for one season.",
        );
        let prices = (
            "2. Prices",
            "2.1 Radial tyre 185/65 R15: Rs 5,900 each, excluding GST.",
        );
        for ((heading, text), asked, want) in [
            (late, "penalty", Some("5.1")),
            (late, "late payment interest", Some("5.1")),
            (late, "penalty late delivery", None),
            (late, "late payment interest 12", Some("5.1")),
            (late, "late payment interest 18", None),
            (late, "late payment interest 2", None),
            (late, "long valid", None),
            (late, "valid", None),
            (late, "expire", None),
            (late, "rate cement", None),
            (late, "interest percentage", Some("5.1")),
            (payment, "send invoice", None),
            (payment, "long", None),
            (payment, "period", None),
            (payment, "valid", None),
            (payment, "payment period", Some("4.1")),
            (delivery, "delivery period", Some("3.1")),
            (delivery, "penalty late delivery", Some("3.2")),
            (delivery, "delayed goods damages", Some("3.2")),
            (delivery, "long warranty", Some("3.3")),
            (delivery, "late delivery 0.5", Some("3.2")),
            (delivery, "late delivery 0.05", None),
            // Of two clauses no word makes one.
            (delivery, "warranty damages", None),
            (signed, "long signed", Some("Buyer")),
            (signed, "valid", Some("Buyer")),
            (signed, "cement", None),
            (prices, "rate radial tyre", Some("2.1")),
            (prices, "price 5900", Some("2.1")),
            (prices, "rate cement", None),
            (late, "", None),
        ] {
            let passage = passage(&format!("{TITLE} > {heading}"), text);
            let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
            let found = clauses(&passage)
                .into_iter()
                .find(|clause| clause.has_all(&asked));
            let line = found.map(|clause| {
                clause.lines[0]
                    .split(' ')
                    .next()
                    .unwrap()
                    .trim_end_matches(':')
                    .to_owned()
            });
            assert_eq!(line.as_deref(), want, "{text} of {asked:?}");
            assert_eq!(speaks(&passage, &asked), want.is_some());
        }
    }

    #[test]
    fn the_line_with_most_words_is_quoted_and_a_title_is_no_heading() {
        let passage = passage(
            TITLE,
            "3.2 For late delivery the vendor pays\nliquidated damages of 0.5% a week.",
        );
        let asked = ["damages".to_owned()];
        let clauses = clauses(&passage);
        assert_eq!(
            clauses[0].line(&asked),
            "liquidated damages of 0.5% a week."
        );
        assert!(!speaks(&passage, &["cement".to_owned()]));
        assert_eq!(section("4. Payment"), "4. Payment");
        assert_eq!(section("Terms"), "Terms");
        assert_eq!(section("Supply agreement: X > 4. Payment"), "4. Payment");
    }
}
