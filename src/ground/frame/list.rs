//! What is said of the lines of a list: of all, of none, of so many, of one alone.

mod count;

use domain::{Decimal, TaxPeriod};
use serde_json::Value;

use super::Frame;
use crate::{
    field::Field,
    lex::Token,
    read,
    vocabulary::{VOCABULARY, group, name_parts, of, stem},
};

/// One member of every line of a list.
struct Column<'a> {
    /// The list's own path.
    list: Vec<String>,
    doc: usize,
    leaf: String,
    values: Vec<&'a Value>,
    cited: Vec<usize>,
}

impl Column<'_> {
    fn numbers(&self) -> Option<Vec<Decimal>> {
        self.values.iter().map(|v| read::json_number(v)).collect()
    }

    fn states(&self) -> Option<Vec<&'static str>> {
        self.values
            .iter()
            .map(|v| VOCABULARY.state(v.as_str()?))
            .collect()
    }

    fn periods(&self) -> Option<Vec<TaxPeriod>> {
        self.values
            .iter()
            .map(|v| read::period(v.as_str()?))
            .collect()
    }
}

/// What a part of the claim says that a line is.
type Holds = Vec<bool>;

const LINES: [&str; 12] = [
    "line",
    "lines",
    "item",
    "items",
    "row",
    "rows",
    "entry",
    "entries",
    "one",
    "ones",
    "position",
    "positions",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    verdict(frame)?.then_some(())
}

/// Whether the claim says how many lines are so, and that many are not.
pub(super) fn denies(frame: &mut Frame<'_, '_>) -> Option<()> {
    // Of states the words are many, and one that is misread would take away what is so.
    let figures = frame
        .cited
        .iter()
        .all(|f| read::json_number(f.value).is_some());
    (figures && !verdict(frame)?).then_some(())
}

/// Whether as many lines are so as the claim says. `None` where it is not read.
fn verdict(frame: &mut Frame<'_, '_>) -> Option<bool> {
    let columns = columns(frame)?;
    let many = columns.first()?.values.len();
    if many < 2 || columns.iter().any(|c| c.values.len() != many) {
        return None;
    }
    // The lines of one paper are no papers.
    let papers = [
        "invoices",
        "bills",
        "orders",
        "contracts",
        "vouchers",
        "suppliers",
        "vendors",
    ];
    if frame.says(&papers) {
        return None;
    }
    window(frame, &columns)?;
    // "The other two are complete": what is said of those that are left.
    let split = (1..frame.tokens.len()).find(|n| {
        frame.is_word(*n, &["other", "others", "rest", "remaining"])
            && frame.is_word(n - 1, &["the"])
            && !frame.is_word(n + 1, &["than"])
    });
    let end = split.unwrap_or(frame.tokens.len());
    let holds = predicate(frame, &columns, 0..end)?;
    let so = count::quantified(frame, &holds, 0..end)?;
    if let Some(at) = split.filter(|_| so) {
        frame.take(at);
        let last = frame.tokens.len();
        let others = predicate(frame, &columns, at..last)?;
        let left: Vec<bool> = others
            .iter()
            .zip(&holds)
            .filter(|(_, h)| !**h)
            .map(|(o, _)| *o)
            .collect();
        for (n, number) in frame.open_numbers() {
            if n > at && Decimal::from(u32::try_from(left.len()).ok()?) == number.value {
                frame.take(n);
            }
        }
        if left.is_empty() || left.contains(&false) || left.len() == holds.len() {
            return None;
        }
    }
    frame.take_words(&LINES);
    // What the list holds: approvals, receipts, months.
    let named: Vec<String> = columns
        .iter()
        .flat_map(|c| &c.list)
        .flat_map(|s| name_parts(s))
        .map(|p| stem(&p))
        .collect();
    for at in 0..frame.tokens.len() {
        let word = stem(frame.word(at));
        if word.len() > 2 && named.contains(&word) {
            frame.take(at);
        }
    }
    for column in &columns {
        column.cited.iter().for_each(|n| frame.tell(*n));
    }
    Some(so)
}

/// The columns that are cited, each of them whole. `None` where anything else is cited.
fn columns<'a>(frame: &Frame<'a, '_>) -> Option<Vec<Column<'a>>> {
    let mut out: Vec<Column<'a>> = Vec::new();
    for (n, field) in frame.cited.iter().enumerate() {
        if let Some(list) = field.value.as_array() {
            let leaf = rate_of(list)?;
            out.push(Column {
                list: field.path.clone(),
                doc: field.doc,
                values: list.iter().map(|e| e.get(&leaf)).collect::<Option<_>>()?,
                leaf,
                cited: vec![n],
            });
            continue;
        }
        let (_, list) = field.element()?;
        let path = list_path(field)?;
        let same =
            |c: &&mut Column<'a>| c.doc == field.doc && c.leaf == field.leaf() && c.list == path;
        match out.iter_mut().find(same) {
            Some(column) => column.cited.push(n),
            None => out.push(Column {
                list: path,
                doc: field.doc,
                leaf: field.leaf().to_owned(),
                values: list
                    .as_array()?
                    .iter()
                    .map(|e| e.get(field.leaf()))
                    .collect::<Option<_>>()?,
                cited: vec![n],
            }),
        }
    }
    // A line is told by its place only where its own number says the same.
    let in_place = frame.cited.iter().all(|f| {
        let list = f.value.as_array().or_else(|| f.element()?.1.as_array());
        list.into_iter().flatten().enumerate().all(|(at, e)| {
            let own = e.as_object().into_iter().flatten().find(|(key, _)| {
                matches!(
                    key.to_lowercase().as_str(),
                    "slno" | "sl_no" | "line" | "line_no" | "lineno"
                )
            });
            own.and_then(|(_, v)| read::json_text(v))
                .is_none_or(|t| t == (at + 1).to_string())
        })
    });
    let whole = |c: &Column<'_>| c.cited.len() == c.values.len() || c.cited.len() == 1;
    let listed = frame.cited.iter().any(|f| f.value.is_array());
    (in_place
        && out
            .iter()
            .all(|c| whole(c) && (listed || c.cited.len() == c.values.len())))
    .then_some(out)
}

fn list_path(field: &Field<'_>) -> Option<Vec<String>> {
    let (_, path) = field.element_path()?.split_last()?;
    Some(path.to_vec())
}

/// The member of a list's lines that is a rate of tax, where there is one.
fn rate_of(list: &[Value]) -> Option<String> {
    let first = list.first()?.as_object()?;
    let mut rates = first.keys().filter(|key| {
        let (tags, _) = VOCABULARY.member(key);
        tags.contains("kind.rate") && !tags.contains("kind.price")
    });
    let rate = rates.next()?.clone();
    rates.next().is_none().then_some(rate)
}

/// The months of a list of returns, where the claim says from when to when they run.
fn window(frame: &mut Frame<'_, '_>, columns: &[Column<'_>]) -> Option<()> {
    let said: Vec<(usize, read::Part)> = (0..frame.tokens.len())
        .filter_map(|n| match frame.tokens.get(n) {
            Some(Token::Part(p)) if frame.is_open(n) => Some((n, *p)),
            _ => None,
        })
        .collect();
    let column = columns.iter().find(|c| c.periods().is_some());
    let Some(column) = column else {
        return said.is_empty().then_some(());
    };
    let mut periods = column.periods()?;
    periods.sort_by_key(|p| (p.year, p.month));
    periods.dedup();
    let unbroken = periods
        .windows(2)
        .all(|two| matches!(two, [a, b] if a.next() == *b));
    let (first, last) = (periods.first()?, periods.last()?);
    let joined = |a: usize, b: usize| {
        (a..b).any(|n| frame.is_word(n, &["to", "and", "through", "till", "until", "up"]))
    };
    let listed = said.len() == periods.len()
        && said
            .iter()
            .all(|(_, part)| periods.iter().any(|p| part.is_period(*p)));
    let spanned = match said[..] {
        [(a, from), (b, to)] => {
            unbroken && joined(a, b) && from.is_period(*first) && to.is_period(*last)
        }
        _ => false,
    };
    if !(spanned || (listed && said.len() != 2)) {
        return None;
    }
    for (n, _) in &said {
        frame.take(*n);
    }
    frame.take_words(&["between", "through", "till", "until"]);
    frame.take_words(&["month", "months", "period", "periods"]);
    Some(())
}

/// Which lines are what a part of the claim says, by a figure, a state or a shortage.
fn predicate(
    frame: &mut Frame<'_, '_>,
    columns: &[Column<'_>],
    range: std::ops::Range<usize>,
) -> Option<Holds> {
    by_figure(frame, columns, range.clone())
        .or_else(|| by_state(frame, columns, range.clone()))
        .or_else(|| by_shortage(frame, columns, range))
}

fn by_figure(
    frame: &mut Frame<'_, '_>,
    columns: &[Column<'_>],
    range: std::ops::Range<usize>,
) -> Option<Holds> {
    let [column] = columns else { return None };
    let numbers = column.numbers()?;
    let (tags, _) = VOCABULARY.member(&column.leaf);
    let rated = tags.contains("kind.rate") && !tags.contains("kind.price");
    let mut said = frame.open_numbers().into_iter().filter(|(n, number)| {
        range.contains(n) && (number.percent == rated) && (rated || number.rupees)
    });
    let (at, number) = said.next()?;
    if said.next().is_some() {
        return None;
    }
    // Another tax than the one of the rate, or a share of it.
    let heads = of(&frame.tags(range.clone()), "head");
    if rated && heads.iter().any(|h| *h != "head.gst") {
        return None;
    }
    if !rated
        && !frame
            .tags(range.clone())
            .iter()
            .any(|t| group(t) != "doc" && tags.contains(t))
    {
        return None;
    }
    frame.take(at);
    if rated {
        for n in range {
            if frame.is_word(
                n,
                &[
                    "gst", "tax", "taxed", "rate", "charged", "carry", "carries", "attract",
                    "attracts", "slab", "bear", "bears", "taxable", "levied",
                ],
            ) {
                frame.take(n);
            }
        }
    }
    Some(numbers.iter().map(|v| number.is(*v, false)).collect())
}

fn by_state(
    frame: &mut Frame<'_, '_>,
    columns: &[Column<'_>],
    range: std::ops::Range<usize>,
) -> Option<Holds> {
    let mut stated = columns.iter().filter(|c| c.states().is_some());
    let column = stated.next()?;
    let others = columns
        .iter()
        .all(|c| c.states().is_some() || c.periods().is_some());
    if stated.next().is_some() || !others {
        return None;
    }
    let mut found = None;
    let mut at = range.start;
    while at < range.end {
        let phrase = frame.phrase(at).filter(|_| frame.is_open(at));
        if let Some((many, meaning)) = phrase {
            if let Some(state) = meaning.state {
                if found.is_some() {
                    return None;
                }
                found = Some(state);
                (at..at + many).for_each(|n| frame.take(n));
            }
            at += many;
        } else {
            at += 1;
        }
    }
    let state = found?;
    column
        .states()?
        .into_iter()
        .map(|held| {
            let is = VOCABULARY.alike(held, state);
            (is || VOCABULARY.exclusive(held, state)).then_some(is)
        })
        .collect()
}

/// Lines of which less came than was billed or ordered.
fn by_shortage(
    frame: &mut Frame<'_, '_>,
    columns: &[Column<'_>],
    range: std::ops::Range<usize>,
) -> Option<Holds> {
    let [a, b] = columns else { return None };
    let came = |c: &Column<'_>| {
        name_parts(&c.leaf)
            .iter()
            .any(|p| matches!(p.as_str(), "received" | "recd" | "rcvd" | "delivered"))
    };
    let (received, other) = match (came(a), came(b)) {
        (true, false) => (a, b),
        (false, true) => (b, a),
        _ => return None,
    };
    let quantity = |c: &Column<'_>| {
        VOCABULARY.member(&c.leaf).0.contains("kind.quantity")
            || c.leaf.eq_ignore_ascii_case("qty")
            || name_parts(&c.leaf)
                .iter()
                .any(|p| matches!(p.as_str(), "ordered" | "billed" | "invoiced"))
    };
    if !quantity(other) {
        return None;
    }
    let words: Vec<usize> = range.filter(|n| frame.is_open(*n)).collect();
    let find = |any: &[&str]| words.iter().copied().find(|n| frame.is_word(*n, any));
    let short = find(&[
        "short",
        "shortage",
        "shortfall",
        "shortages",
        "under-delivered",
        "less",
        "fewer",
    ]);
    let full = find(&[
        "complete", "full", "fully", "match", "matches", "agree", "agrees", "tally", "tallies",
    ]);
    let more = find(&["excess", "over", "more"]);
    let (at, pick): (usize, fn(Decimal, Decimal) -> bool) = match (short, full, more) {
        (Some(at), None, None) => (at, |r, o| r < o),
        (None, Some(at), None) => (at, |r, o| r == o),
        _ => return None,
    };
    // "Short-billed" is another thing.
    let billed = words
        .iter()
        .any(|n| frame.is_word(*n, &["billed", "invoiced", "charged", "billing"]));
    if billed {
        return None;
    }
    let holds = received
        .numbers()?
        .into_iter()
        .zip(other.numbers()?)
        .map(|(r, o)| pick(r, o))
        .collect();
    frame.take(at);
    for n in words {
        if frame.is_word(
            n,
            &[
                "received",
                "delivered",
                "supplied",
                "came",
                "arrived",
                "receipt",
                "delivery",
                "in",
                "was",
                "were",
                "quantity",
            ],
        ) {
            frame.take(n);
        }
    }
    Some(holds)
}
