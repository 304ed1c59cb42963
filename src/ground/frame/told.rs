//! What a record holds, stated as it is: sums and quantities with their currency, days by the form that they are written
//! in, two records side by side.

use domain::Date;
use serde_json::Value;

use super::Frame;
use crate::{
    field::Class,
    lex::Token,
    number::Number,
    read,
    vocabulary::{Tags, VOCABULARY, folded_words, group, of},
};

/// How papers of each sort come to hold a sum: words that say no more than that they do.
const HELD: [(&str, &[&str]); 6] = [
    (
        "doc.order",
        &[
            "released", "placed", "raised", "issued", "cut", "worth", "valued", "given", "drawn",
            "allows", "covers",
        ],
    ),
    (
        "doc.invoice",
        &[
            "billed", "bills", "raised", "issued", "drawn", "charges", "charged", "totals",
            "final", "worth", "claims", "invoiced",
        ],
    ),
    (
        "doc.contract",
        &[
            "fixes", "fixed", "agreed", "pegged", "valued", "worth", "business", "yearly",
            "provides", "sets",
        ],
    ),
    (
        "doc.receipt",
        &[
            "received", "records", "took", "stores", "turned", "down", "out",
        ],
    ),
    (
        "doc.payment",
        &[
            "released",
            "made",
            "went",
            "transferred",
            "remitted",
            "sent",
        ],
    ),
    ("doc.note", &["worth", "issued", "raised"]),
];
/// Words of stating that say nothing of their own beside a figure.
const STATING: [&str; 24] = [
    "amounts",
    "amounting",
    "totals",
    "total",
    "comes",
    "works",
    "out",
    "reads",
    "gives",
    "stated",
    "put",
    "figure",
    "element",
    "component",
    "portion",
    "part",
    "sum",
    "exactly",
    "precisely",
    "while",
    "whereas",
    "carries",
    "names",
    "holds",
];
const ABOUT: [&str; 9] = [
    "about",
    "roughly",
    "approximately",
    "around",
    "nearly",
    "approx",
    "almost",
    "some",
    "circa",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    if frame.tokens.len() > 60 || frame.cited.len() > 8 {
        return None;
    }
    currency(frame)?;
    dated(frame)?;
    flags(frame)?;
    let numbers = frame.open_numbers();
    if numbers.is_empty() && !frame.told.contains(&true) {
        return None;
    }
    for (at, number) in &numbers {
        let found = fields_of(frame, *at, number)?;
        frame.take(*at);
        for n in found {
            frame.tell(n);
            let unit = frame
                .cited
                .get(n)
                .and_then(|f| in_unit_of(frame, *at, number, f));
            (0..unit.unwrap_or(0)).for_each(|w| frame.take(at + 1 + w));
            // "₹5.30 crore, rounded" of what is not so exactly.
            let exact = frame.value(n) == Some(number.value);
            if number.scale > 0 && !number.slack.is_zero() && !exact {
                frame.take_words(&["rounded", "off"]);
            }
        }
    }
    // "To the paisa" of what has paise or has none.
    weighed(frame);
    let precise = numbers.iter().any(|(_, n)| n.slack.is_zero());
    for at in 0..frame.tokens.len() {
        if precise
            && frame.is_word(at, &["paisa", "rupee", "paise"])
            && frame.is_word(at.saturating_sub(2), &["to", "down"])
        {
            frame.take(at);
        }
    }
    frame.take_words(&ABOUT);
    frame.take_words(&STATING);
    let docs = frame.docs();
    for (doc, words) in HELD {
        if docs.contains(doc) {
            frame.take_words(words);
        }
    }
    Some(())
}

/// The words that go with a figure: those of its part of the sentence, nearest first.
fn part(frame: &Frame<'_, '_>, at: usize) -> std::ops::Range<usize> {
    let ends = |n: usize| {
        matches!(
            frame.tokens.get(n),
            Some(Token::Mark(';' | ',' | '.' | ':'))
        ) || frame.is_word(n, &["while", "but", "whereas", "and", "against"])
            || (n != at && frame.number(n).is_some())
    };
    let from = (0..at).rev().find(|n| ends(*n)).map_or(0, |n| n + 1);
    let to = (at + 1..frame.tokens.len())
        .find(|n| ends(*n))
        .unwrap_or(frame.tokens.len());
    from..to
}

/// The one cited figure that a stated one is, by its worth and by what the words around it speak of.
fn fields_of(frame: &Frame<'_, '_>, at: usize, number: &Number) -> Option<Vec<usize>> {
    let about = (1..=2).any(|b| at.checked_sub(b).is_some_and(|n| frame.is_word(n, &ABOUT)));
    let range = part(frame, at);
    let tags = frame.tags(range.clone());
    let fits = |n: usize| {
        let Some(field) = frame.cited.get(n) else {
            return false;
        };
        let is = frame.value(n).is_some_and(|v| number.is(v, about))
            || in_unit_of(frame, at, number, field).is_some();
        // Another record named in the same part of the sentence.
        let other = frame
            .keys
            .iter()
            .any(|(k, docs)| range.contains(k) && !docs.contains(&field.doc));
        let own = {
            let mut own: Tags = crate::fit::widened(&field.tags);
            own.extend(frame.kinds(field.doc));
            own.extend(field.docs());
            own.extend(field.class_tags());
            own.extend(
                frame
                    .kinds(field.doc)
                    .contains("doc.invoice")
                    .then_some("stage.billed"),
            );
            own
        };
        let spoken = tags
            .iter()
            .filter(|t| matches!(group(t), "head" | "stage" | "doc"))
            .all(|t| own.contains(t));
        // "500 bags" are no rate, and rupees no bags.
        let counted = VOCABULARY.unit(frame.word(at + 1)).is_some();
        let quantity = field.classes().contains(&Class::Quantity);
        let sort = (!number.rupees || !quantity) && (!counted || quantity);
        // A tax, a discount, an advance is called so; a price is one of what is named, or is called one.
        let heads = of(&own, "head");
        let called = heads.is_empty()
            || heads.contains("head.total")
            || heads.iter().any(|t| tags.contains(t));
        let thing = frame
            .keys
            .iter()
            .any(|(k, _)| matches!(frame.tokens.get(*k), Some(Token::Word(_))));
        let price = field.classes().contains(&Class::Price) || field.has("kind.price");
        let priced = !price || thing || tags.contains("kind.price") || tags.contains("kind.rate");
        // A line's own is a line's, and a price stands beside prices.
        let line = field.element().is_none() || thing || tags.contains("doc.line");
        let prices = frame
            .cited
            .iter()
            .filter(|f| read::json_number(f.value).is_some())
            .filter(|f| f.classes().contains(&Class::Price) || f.has("kind.price"))
            .count();
        let of_prices = prices == 0 || price || !number.rupees;
        let percent = !number.percent || field.has("kind.rate");
        // What a weighing found is called by what was weighed.
        let weighing = in_unit_of(frame, at, number, field).is_some()
            && crate::vocabulary::name_parts(field.leaf())
                .iter()
                .any(|p| p == "net");
        let (spoken, called, sort) = (spoken || weighing, called || weighing, sort || weighing);
        is && !other
            && spoken
            && called
            && priced
            && line
            && of_prices
            && sort
            && percent
            && frame.told.get(n) != Some(&true)
    };
    let found: Vec<usize> = (0..frame.cited.len()).filter(|n| fits(*n)).collect();
    // "₹570.60 under each of CGST and SGST": each of them by its name.
    let each = (at.saturating_sub(3)..at + 5).any(|n| frame.is_word(n, &["each", "apiece"]));
    let said = frame.tags(0..frame.tokens.len());
    let named = |n: &usize| {
        frame
            .cited
            .get(*n)
            .is_some_and(|f| of(&f.tags, "head").iter().any(|t| said.contains(t)))
    };
    let several = each && found.len() > 1 && found.iter().all(named);
    (found.len() == 1 || several).then_some(found)
}

/// "203.5 quintals" of 20,350 kg: how many words the unit takes, where a figure in it is the cited one.
fn in_unit_of(
    frame: &Frame<'_, '_>,
    at: usize,
    number: &Number,
    field: &crate::field::Field<'_>,
) -> Option<usize> {
    let two = format!("{} {}", frame.word(at + 1), frame.word(at + 2));
    let (said, many) = VOCABULARY
        .unit(&two)
        .map(|u| (u, 2))
        .or_else(|| Some((VOCABULARY.unit(frame.word(at + 1))?, 1)))?;
    let held = crate::measure::unit_of(field)?;
    let (of, to) = VOCABULARY.ratio(said, held)?;
    let priced = field
        .classes()
        .iter()
        .any(|c| matches!(c, Class::Price | Class::Rate));
    let plain = !number.rupees && !number.percent && !priced;
    let value = number
        .value
        .checked_mul(domain::Decimal::from(of))?
        .checked_div(domain::Decimal::from(to))?;
    (plain && read::json_number(field.value) == Some(value)).then_some(many)
}

/// A weighing: the gross and the tare that are cited beside the net bear it.
fn weighed(frame: &mut Frame<'_, '_>) {
    let find = |name: &str| {
        (0..frame.cited.len()).find(|n| {
            frame.cited.get(*n).is_some_and(|f| {
                crate::vocabulary::name_parts(f.leaf())
                    .iter()
                    .any(|p| p == name)
            })
        })
    };
    let Some(net) = find("net") else { return };
    let slip = frame
        .cited
        .get(net)
        .and_then(|f| frame.index.root(f.doc))
        .and_then(Value::as_object)
        .is_some_and(|m| m.keys().any(|k| k.contains("slip") || k.contains("tare")));
    let other = frame.says(&[
        "gross", "loaded", "laden", "tare", "empty", "unladen", "billed",
    ]);
    if frame.told.get(net) != Some(&true) || !slip || other {
        return;
    }
    frame.take_words(&[
        "net",
        "load",
        "material",
        "goods",
        "weighbridge",
        "slip",
        "weight",
        "weighs",
        "weighed",
        "found",
        "puts",
        "put",
        "received",
        "vehicle",
        "truck",
        "lorry",
    ]);
    if let (Some(gross), Some(tare)) = (find("gross"), find("tare")) {
        let less = frame
            .value(gross)
            .zip(frame.value(tare))
            .and_then(|(g, t)| g.checked_sub(t));
        if less.is_some() && less == frame.value(net) {
            frame.tell(gross);
            frame.tell(tare);
        }
    }
}

/// What a record answers with yes or no, said so or denied.
fn flags(frame: &mut Frame<'_, '_>) -> Option<()> {
    let cited: Vec<usize> = (0..frame.cited.len())
        .filter(|n| {
            frame.cited.get(*n).is_some_and(|f| {
                read::truth(f.value).is_some()
                    && !f.value.is_number()
                    && VOCABULARY.flag(f.leaf()).is_some()
            })
        })
        .collect();
    let [n] = cited[..] else {
        return cited.is_empty().then_some(());
    };
    let field = frame.cited.get(n)?;
    let so = read::truth(field.value)?;
    let credit = field.leaf().to_lowercase().starts_with("itc");
    let denied = (0..frame.tokens.len())
        .filter(|n| {
            frame.is_word(
                *n,
                &["not", "no", "never", "without", "nor", "neither", "un"],
            )
        })
        .count();
    if denied != usize::from(!so) || (!so && frame.cited.len() > 1) {
        return None;
    }
    // What it is asked about: "reverse charge", and of a credit that it is to be had.
    let spoken: String = (0..frame.tokens.len())
        .flat_map(|at| match frame.tokens.get(at) {
            Some(Token::Word(w) | Token::Id(w)) => folded_words(w),
            _ => Vec::new(),
        })
        .collect::<Vec<_>>()
        .join(" ");
    let asked = VOCABULARY
        .flag(field.leaf())?
        .iter()
        .any(|p| spoken.contains(p));
    let had = frame.says(&["available", "eligible", "availability", "eligibility"]);
    if if credit { !had } else { !asked } {
        return None;
    }
    for at in 0..frame.tokens.len() {
        let told = match frame.tokens.get(at) {
            Some(Token::Word(w) | Token::Id(w)) => {
                let own: Vec<String> = folded_words(w);
                VOCABULARY.flag(field.leaf())?.iter().any(|p| {
                    let phrase = folded_words(p);
                    own.iter().all(|w| phrase.contains(w))
                })
            }
            _ => false,
        };
        if told {
            frame.take(at);
        }
    }
    frame.take_words(&[
        "not",
        "no",
        "flag",
        "flagged",
        "set",
        "marked",
        "declared",
        "declare",
        "applicable",
        "applies",
        "apply",
        "reflected",
        "own",
        "under",
    ]);
    if credit {
        frame.take_words(&[
            "available",
            "eligible",
            "availability",
            "eligibility",
            "input",
            "credit",
            "lists",
            "listed",
            "claim",
            "claimable",
        ]);
    }
    frame.tell(n);
    Some(())
}

/// Currencies by their names and signs.
const NAMES: [(&str, &[&str], Option<char>); 10] = [
    ("USD", &["usd", "dollar", "dollars"], Some('$')),
    ("EUR", &["eur", "euro", "euros"], Some('€')),
    ("GBP", &["gbp", "pound", "pounds", "sterling"], Some('£')),
    ("JPY", &["jpy", "yen"], Some('¥')),
    ("AED", &["aed", "dirham", "dirhams"], None),
    ("SGD", &["sgd"], None),
    ("CNY", &["cny", "yuan", "renminbi"], None),
    ("CHF", &["chf", "francs"], None),
    ("AUD", &["aud"], None),
    ("SAR", &["sar", "riyal", "riyals"], None),
];

/// Where the claim names a currency other than the rupee.
pub(super) fn currencies(frame: &Frame<'_, '_>) -> Vec<(usize, &'static str)> {
    (0..frame.tokens.len())
        .filter_map(|at| {
            let found = NAMES.iter().find(|(_, words, sign)| {
                frame.is_word(at, words)
                    || matches!((frame.tokens.get(at), sign), (Some(Token::Mark(m)), Some(s)) if m == s)
            })?;
            Some((at, found.0))
        })
        .collect()
}

/// The currency that is cited is the one that the figures are in, and takes its name.
fn currency(frame: &mut Frame<'_, '_>) -> Option<()> {
    let cited: Vec<usize> = (0..frame.cited.len())
        .filter(|n| frame.cited.get(*n).is_some_and(|f| f.has("kind.currency")))
        .collect();
    let said = currencies(frame);
    if cited.is_empty() && said.is_empty() {
        return Some(());
    }
    let held = cited
        .first()
        .and_then(|n| frame.cited.get(*n))?
        .value
        .as_str()?
        .to_uppercase();
    let rupees = frame.open_numbers().iter().any(|(_, n)| n.rupees);
    let one = cited.len() == 1
        && !rupees
        && !said.is_empty()
        && said.iter().all(|(_, code)| *code == held);
    if !one {
        return None;
    }
    for (at, code) in said {
        frame.take(at);
        // "US dollars", and no others.
        if code == "USD" && at > 0 && frame.is_word(at - 1, &["us"]) {
            frame.take(at - 1);
        }
    }
    for n in cited {
        frame.tell(n);
    }
    frame.take_words(&["import"]);
    Some(())
}

/// Days that are cited, read by the form that is cited beside them where there is one.
fn dated(frame: &mut Frame<'_, '_>) -> Option<()> {
    let format = (0..frame.cited.len()).find(|n| {
        frame.cited.get(*n).is_some_and(|f| {
            f.leaf()
                .to_lowercase()
                .replace(['_', '-'], "")
                .contains("dateformat")
        })
    });
    let Some(format) = format else {
        let any = frame
            .tokens
            .iter()
            .any(|t| matches!(t, Token::Date(_) | Token::Part(_)));
        return if any { plain_day(frame) } else { Some(()) };
    };
    let form = frame.cited.get(format)?;
    let said: Vec<(usize, Date)> = (0..frame.tokens.len())
        .filter_map(|n| match frame.tokens.get(n) {
            Some(Token::Date(d)) => Some((n, *d)),
            _ => None,
        })
        .collect();
    let [(at, stated)] = said[..] else {
        return None;
    };
    let mut days = (0..frame.cited.len()).filter(|n| *n != format);
    let (n, none) = (days.next()?, days.next().is_none());
    let field = frame.cited.get(n)?;
    if !none || field.doc != form.doc || by_form(field.value, form.value.as_str()?)? != stated {
        return None;
    }
    frame.take(at);
    frame.tell(n);
    frame.tell(format);
    // From when something is, of the day on which it began.
    let begun = ["event.registration", "event.start", "event.issue"]
        .iter()
        .any(|t| field.has(t));
    if begun {
        frame.take_words(&["dates", "since", "effect", "dated", "gives"]);
    }
    frame.take_words(&["gives", "records", "portal"]);
    Some(())
}

/// "Bears the date 6 December 2025" of the day of a paper.
fn plain_day(frame: &mut Frame<'_, '_>) -> Option<()> {
    let [field] = frame.cited else { return None };
    let day = read::json_date(field.value)?;
    let said: Vec<usize> = (0..frame.tokens.len())
        .filter(|n| matches!(frame.tokens.get(*n), Some(Token::Date(_) | Token::Part(_))))
        .collect();
    let [at] = said[..] else { return None };
    let right = matches!(frame.tokens.get(at), Some(Token::Date(d)) if *d == day);
    let named = |tags: &Tags| of(tags, "event").iter().all(|t| *t == "event.issue");
    let issued = named(&field.tags) && named(&frame.tags(0..frame.tokens.len()));
    if !right || !issued || !frame.says(&["date", "dated"]) {
        return None;
    }
    frame.take(at);
    frame.tell(0);
    frame.take_words(&["date", "dated", "bears", "carries"]);
    Some(())
}

/// A day by the form that it is written in: `DD/MM/YYYY`.
fn by_form(value: &Value, form: &str) -> Option<Date> {
    let letters: String = form
        .to_uppercase()
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    let parts: Vec<&str> = value
        .as_str()?
        .split(|c: char| !c.is_ascii_digit())
        .collect();
    let [a, b, c] = parts[..] else { return None };
    let (year, month, day) = match letters.as_str() {
        "DDMMYYYY" => (c, b, a),
        "MMDDYYYY" => (c, a, b),
        "YYYYMMDD" => (a, b, c),
        _ => return None,
    };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
