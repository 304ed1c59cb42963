//! A claim turned around: the same words with one of them in the place of its opposite.

use domain::{Date, Decimal};

use crate::{
    clause,
    field::Field,
    lex::{self, Token},
    read, span,
    vocabulary::{VOCABULARY, folded_words, group, name_parts, stem},
};

/// A claim that says the opposite of another in one place.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) claim: String,
}

/// A claim that can be turned in more ways is not weighed.
const TURNS_MAX: usize = 64;

/// Phrases of which each turns a claim into another where it stands for one beside it.
const OPPOSITES: [&[&str]; 37] = [
    &["we have to bear", "the supplier has to bear"],
    &["we must bear", "the supplier must bear"],
    &["we bear", "the supplier bears"],
    &["borne by us", "borne by the supplier"],
    &["before", "after"],
    &["earlier", "later"],
    &["early", "late"],
    &["ahead of", "behind"],
    &["prior to", "subsequent to"],
    &["more", "less"],
    &["above", "below"],
    &["over", "under"],
    &["higher", "lower"],
    &["dearer", "cheaper"],
    &["at least", "at most"],
    &["exceeds", "falls short of"],
    &["exceeded", "fell short of"],
    &["excess", "shortfall"],
    &["highest", "lowest"],
    &["first", "last"],
    &["monthly", "quarterly", "yearly", "weekly", "daily"],
    &["a month", "a quarter", "a year", "a week", "a day"],
    &[
        "per month",
        "per quarter",
        "per year",
        "per week",
        "per day",
    ],
    &["each month", "each quarter", "each year"],
    &["every month", "every quarter", "every year"],
    &["days", "weeks", "months"],
    &["months", "years"],
    &["all", "none"],
    &["paid", "unpaid"],
    &["supplier", "buyer"],
    &["vendor", "buyer"],
    &["seller", "buyer"],
    &["consignor", "consignee"],
    &["supplied", "bought"],
    &["sold by", "sold to"],
    &["billed by", "billed to"],
    &["shipped by", "shipped to"],
];

/// Denials that are dropped: a claim that is supported with and without one has not been weighed by it.
const DENIALS: [(&str, &str); 17] = [
    ("no more than", "more than"),
    ("no less than", "less than"),
    ("no higher than", "higher than"),
    ("is not", "is"),
    ("was not", "was"),
    ("are not", "are"),
    ("were not", "were"),
    ("has not", "has"),
    ("have not", "have"),
    ("not been", "been"),
    ("does not", "does"),
    ("did not", "did"),
    ("isn't", "is"),
    ("wasn't", "was"),
    ("hasn't", "has"),
    ("without", "with"),
    ("not", ""),
];

/// The claims that a claim must not be supported beside.
pub(crate) fn of(claim: &str, cited: &[Field<'_>]) -> Vec<Turn> {
    let lower = claim.to_ascii_lowercase();
    let mut out = Vec::new();
    for group in OPPOSITES {
        for from in group {
            for at in places(&lower, from) {
                if !turns(&lower, at, from, cited) || lies_so(claim, at, from, cited) {
                    continue;
                }
                for to in group.iter().filter(|to| *to != from) {
                    out.extend(turn(claim, at, from, to));
                }
            }
        }
    }
    for (from, to) in DENIALS {
        for at in places(&lower, from) {
            out.extend(turn(claim, at, from, to));
        }
    }
    // Too many to weigh: the claim stands beside itself, and is not supported.
    if out.len() > TURNS_MAX {
        return turn(claim, 0, "", "").into_iter().collect();
    }
    out
}

/// Where a phrase stands in a text as words of its own.
fn places(text: &str, phrase: &str) -> Vec<usize> {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
    text.match_indices(phrase)
        .filter(|(at, found)| {
            edge(text.get(..*at).and_then(|s| s.chars().next_back()))
                && edge(text.get(at + found.len()..).and_then(|s| s.chars().next()))
        })
        .map(|(at, _)| at)
        .collect()
}

fn turn(claim: &str, at: usize, from: &'static str, to: &'static str) -> Option<Turn> {
    let (head, tail) = (claim.get(..at)?, claim.get(at + from.len()..)?);
    Some(Turn {
        from,
        to,
        claim: format!("{head}{to}{tail}"),
    })
}

/// Whether a phrase says which way a thing lies where it stands, and what is cited does not say so itself.
fn turns(lower: &str, at: usize, phrase: &str, cited: &[Field<'_>]) -> bool {
    let before: Vec<String> = folded_words(lower.get(..at).unwrap_or_default());
    let behind: Vec<String> = folded_words(lower.get(at + phrase.len()..).unwrap_or_default());
    let last = before.last().map_or("", String::as_str);
    let next = behind.first().map_or("", String::as_str);
    match phrase {
        // "Under clause 3", "over the year": no bound.
        "over" | "under" => {
            let key = cited.iter().any(|f| {
                f.value
                    .as_str()
                    .is_some_and(|s| s.eq_ignore_ascii_case(next))
            });
            (next.starts_with(|c: char| c.is_ascii_digit()) || next == "rs") && !key
        }
        // "Billed to the buyer": nobody bills himself.
        "billed to" | "shipped to"
            if behind
                .iter()
                .take(2)
                .any(|w| matches!(w.as_str(), "buyer" | "us" | "our" | "consignee" | "its")) =>
        {
            false
        }
        // "No earlier booking", "not booked before": of all that there is.
        "earlier" | "later" if matches!(last, "no" | "any" | "other" | "an" | "not" | "or") => {
            false
        }
        "before" if behind.is_empty() => false,
        // "No more than": what it says the opposite of is "more than".
        "more" | "less" | "higher" | "lower" if last == "no" && next == "than" => false,
        "before" | "after" if matches!(next, "tax" | "taxes" | "gst") => {
            let head = if phrase == "before" {
                "head.taxable"
            } else {
                "head.total"
            };
            !cited.iter().any(|f| f.has(head))
        }
        // "After TDS", "before tax": what a sum is of, and no order of days.
        "before" | "after"
            if matches!(
                next,
                "tax"
                    | "taxes"
                    | "gst"
                    | "tds"
                    | "discount"
                    | "deducting"
                    | "deduction"
                    | "taking"
                    | "adding"
                    | "round"
                    | "retention"
                    | "knocking"
                    | "five"
                    | "the"
                    | "a"
            ) && !dated(cited) =>
        {
            false
        }
        // "At least 5" of what is 5 is both.
        "at least" | "at most" => !folded_figures(lower, at, cited),
        // "The vendor master".
        "vendor" | "supplier" if matches!(next, "master" | "code" | "file" | "record") => false,
        // "The first two digits" of a GSTIN that begins so: the end of it is read by nobody.
        "first"
            if behind
                .iter()
                .take(2)
                .any(|w| w == "digits" || w == "characters") =>
        {
            false
        }
        "first" | "last" => !is_said(phrase, cited) && !at_the_end(phrase, &behind, cited),
        // "Days are counted from": no measure.
        "days" if matches!(last, "" | "the" | "credit") => false,
        // "31 to 60 days" of an ageing.
        "days" if ages(cited) => false,
        "unpaid" if matches!(last, "remains" | "remain" | "remained" | "still" | "left") => false,
        "none"
            if cited.iter().any(|f| {
                read::empty(f.value) || read::json_number(f.value).is_some_and(|v| v.is_zero())
            }) =>
        {
            false
        }
        // "Higher by ₹3,500, hence an excess".
        "excess" => !["higher", "more", "above", "exceeds"]
            .iter()
            .any(|w| before.iter().any(|b| b == w)),
        "shortfall" => !["lower", "less", "below", "short"]
            .iter()
            .any(|w| before.iter().any(|b| b == w)),
        // "A quarter of the sum".
        "a quarter" | "a month" | "a year" | "a week" | "a day" if next == "of" => false,
        _ => !phrase.split(' ').any(|w| is_said(w, cited)),
    }
}

/// Whether two dates are cited, of which one can lie before the other.
fn dated(cited: &[Field<'_>]) -> bool {
    let dates = cited.iter().filter(|f| read::json_date(f.value).is_some());
    dates.count() > 1
}

/// Whether the figure behind a bound is a cited value.
fn folded_figures(lower: &str, at: usize, cited: &[Field<'_>]) -> bool {
    let tail = lower.get(at..).unwrap_or_default();
    lex::tokens(tail)
        .iter()
        .find_map(|t| match t {
            Token::Number(n) => Some(n.clone()),
            _ => None,
        })
        .is_some_and(|n| {
            cited
                .iter()
                .any(|f| read::json_number(f.value).is_some_and(|v| n.is(v, false)))
        })
}

/// Whether a cited field says a word itself: in its name, in its text, or by whose it is.
fn is_said(word: &str, cited: &[Field<'_>]) -> bool {
    if word == "a" || word == "per" || word == "each" || word == "every" || word == "of" {
        return false;
    }
    let unit = |w: &str| match w {
        "monthly" => "month".to_owned(),
        "quarterly" => "quarter".to_owned(),
        "yearly" | "annual" | "annum" | "annually" => "year".to_owned(),
        "weekly" => "week".to_owned(),
        "daily" => "day".to_owned(),
        other => stem(other),
    };
    let wanted = unit(word);
    let meaning = VOCABULARY.phrase(&[word]).map(|(_, m)| m.tags.clone());
    let role = |f: &Field<'_>| {
        meaning.as_ref().is_some_and(|tags| {
            f.roles().iter().any(|r| tags.contains(r))
                || f.tags
                    .iter()
                    .any(|t| tags.contains(t) && matches!(group(t), "head" | "event"))
        })
    };
    cited.iter().any(|f| {
        f.path
            .iter()
            .flat_map(|s| name_parts(s))
            .any(|p| unit(&p) == wanted)
            || f.value
                .as_str()
                .is_some_and(|s| folded_words(s).iter().any(|w| unit(w) == wanted))
            || role(f)
    })
}

/// Whether what is cited is told by its age in days.
fn ages(cited: &[Field<'_>]) -> bool {
    let says = |p: &String| {
        matches!(
            p.as_str(),
            "ageing" | "aging" | "buckets" | "overdue" | "age"
        )
    };
    cited
        .iter()
        .any(|f| f.path.iter().flat_map(|s| name_parts(s)).any(|p| says(&p)))
}

/// Whether "first" or "last" is so of what is cited: of a list, a month, a quarter, a year.
fn at_the_end(phrase: &str, behind: &[String], cited: &[Field<'_>]) -> bool {
    let first = phrase == "first";
    let dates = || cited.iter().filter_map(|f| read::json_date(f.value));
    let last_day = |d: Date| d.tomorrow().is_ok_and(|t| t.day() == 1);
    let day = |d: Date| if first { d.day() == 1 } else { last_day(d) };
    let month = if first { 4 } else { 3 };
    match behind.first().map_or("", String::as_str) {
        "day" => dates().any(|d| {
            let of_year = behind
                .iter()
                .take(5)
                .any(|w| matches!(w.as_str(), "fy" | "financial" | "fiscal" | "year"));
            let of_quarter = behind.iter().take(5).any(|w| w == "quarter");
            let months = i8::from(!first);
            day(d)
                && (!of_year || d.month() == month)
                && (!of_quarter || (d.month() - 1 - 2 * months) % 3 == 0)
        }),
        "quarter" => first || dates().any(|d| d.month() <= 3),
        "item" | "line" | "entry" | "row" | "instalment" | "lot" | "receipt" | "payment" => {
            cited.iter().filter_map(Field::element).any(|(at, list)| {
                let len = list.as_array().map_or(0, Vec::len);
                if first { at == 0 } else { at + 1 == len }
            })
        }
        _ => false,
    }
}

/// Whether one cited date lies as long before or after another as the claim says, and on the side that it says: "three
/// days after the due date", "dated the 28th, i.e. 13 days later".
fn lies_so(claim: &str, at: usize, phrase: &str, cited: &[Field<'_>]) -> bool {
    let after = matches!(
        phrase,
        "after" | "later" | "late" | "behind" | "subsequent to"
    );
    if !after
        && !matches!(
            phrase,
            "before" | "earlier" | "early" | "ahead of" | "prior to"
        )
    {
        return false;
    }
    let head = lex::tokens(claim.get(..at).unwrap_or_default());
    let [.., Token::Number(many), Token::Word(unit)] = &head[..] else {
        return false;
    };
    let Some(unit) = span::unit(unit) else {
        return false;
    };
    let dates: Vec<(&Field<'_>, Date)> = cited
        .iter()
        .filter_map(|f| Some((f, read::json_date(f.value)?)))
        .collect();
    let apart =
        |from: Date, to: Date| from != to && unit.parts(from, to, many.value.max(Decimal::ONE));
    // What it is held against stands behind, else what is spoken of stands before.
    let tail: Vec<Token> = lex::tokens(claim.get(at + phrase.len()..).unwrap_or_default())
        .into_iter()
        .take_while(|t| !matches!(t, Token::Mark(_)))
        .take(8)
        .collect();
    let events = clause::tags_of(&clause::items(&tail));
    let is_meant = |f: &Field<'_>| {
        f.tags
            .iter()
            .any(|t| group(t) == "event" && events.contains(t))
    };
    let told = |tokens: &[Token], d: Date| {
        tokens.iter().any(|t| match t {
            Token::Date(said) => *said == d,
            Token::Part(part) => part.holds(d),
            _ => false,
        })
    };
    let spoken = head
        .iter()
        .rposition(|t| matches!(t, Token::Date(_) | Token::Part(_)));
    let spoken = spoken.and_then(|n| head.get(n..=n)).unwrap_or_default();
    dates.iter().any(|(of, d)| {
        dates.iter().any(|(with, e)| {
            let right = if after { apart(*e, *d) } else { apart(*d, *e) };
            let behind = (is_meant(with) && !is_meant(of)) || told(&tail, *e);
            let before = tail.is_empty() && told(spoken, *d);
            right && (behind || before)
        })
    })
}
