//! What turns a value that is borne into another: the currency of a sum, the two ends of a way, rounding called exact.

use crate::{
    clause::Item,
    field::Field,
    lex::Token,
    read,
    vocabulary::{VOCABULARY, folded_words, name_parts, of},
};

/// How the reason ends where a number is told of a party that it does not belong to: it says nothing of his own.
pub(crate) const ANOTHER_PARTYS: &str = "is another party's";

/// The currency that a word or a code names.
fn currency(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "usd" | "dollar" | "dollars" | "us dollar" | "us dollars" => "USD",
        "eur" | "euro" | "euros" => "EUR",
        "gbp" | "pound" | "pounds" | "sterling" => "GBP",
        "jpy" | "yen" => "JPY",
        "aed" | "dirham" | "dirhams" => "AED",
        "inr" | "rs" | "rupee" | "rupees" => "INR",
        _ => return None,
    })
}

/// The currency that a record says its sums are in.
pub(crate) fn currency_of(field: &Field<'_>) -> Option<&'static str> {
    let mut found = field
        .scope()
        .into_iter()
        .filter(|(key, _)| VOCABULARY.member(key).0.contains("kind.currency"))
        .filter_map(|(_, v)| {
            let text = v.as_str()?;
            currency(text).or_else(|| folded_words(text).iter().find_map(|w| currency(w)))
        });
    found.next_back()
}

/// Whether a word is the name of the currency on record, so that it says nothing more.
pub(crate) fn names_currency(word: &str, cited: &[Field<'_>]) -> bool {
    currency(word).is_some_and(|c| cited.iter().any(|f| currency_of(f) == Some(c)))
}

/// What the claim makes of a cited value that the record does not bear out.
pub(crate) fn turned(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    currencies(items, cited)
        .or_else(|| ends(items, cited))
        .or_else(|| exactly(items, cited))
        .or_else(|| whose(items, cited))
        .or_else(|| every(items, cited))
        .or_else(|| taxed(items, cited))
        .or_else(|| ceiling(items, cited))
        .or_else(|| to_spare(items, cited))
}

/// "$6,750" of a record that keeps its sums in rupees, or does not say in what.
pub(crate) fn signs(claim: &str, cited: &[Field<'_>]) -> Option<String> {
    [('$', "USD"), ('€', "EUR"), ('£', "GBP"), ('¥', "JPY")]
        .into_iter()
        .find(|(sign, code)| {
            claim.contains(*sign) && !cited.iter().any(|f| currency_of(f) == Some(code))
        })
        .map(|(sign, _)| format!("no sum that is cited is in {sign}"))
}

/// "The place of supply is Kerala" of the State that the seller is in.
pub(crate) fn place_of_supply(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    let said = items.iter().any(|i| i.text() == "place of supply");
    let of_supply = |f: &Field<'_>| {
        name_parts(f.leaf())
            .iter()
            .any(|p| matches!(p.as_str(), "pos" | "supply"))
    };
    let elsewhere = cited.iter().find(|f| f.has("kind.place"))?;
    (said && !cited.iter().any(of_supply))
        .then(|| format!("{} is no place of supply", elsewhere.pointer()))
}

/// "Covers up to ₹8 crore" of a cover of five: a ceiling is told as it is.
fn ceiling(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    items.iter().enumerate().skip(1).find_map(|(at, item)| {
        let number = item.number()?;
        let upto = items
            .get(at.saturating_sub(2)..at)?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect::<Vec<_>>();
        // "Add up to" is a sum.
        let sums = upto
            .iter()
            .any(|w| w.starts_with("add") || w.starts_with("total"));
        let capped = matches!(&upto[..], [.., cap, of] if of == "of" && matches!(cap.as_str(), "cap" | "ceiling" | "maximum"));
        let upto = !sums
            && (capped || upto.ends_with(&["up".to_owned(), "to".to_owned()])
                || upto.last().is_some_and(|w| w == "upto"));
        let told = cited.iter().any(|f| {
            read::json_number(f.value).is_some_and(|v| number.is(v, false))
                || f.value.as_str().is_some_and(|s| s.contains(' '))
        });
        (upto && !told).then(|| format!("no cited value is {}", number.raw))
    })
}

/// "With three days to spare": which way is not for us to guess.
fn to_spare(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    items.iter().enumerate().find_map(|(at, item)| {
        let number = item.number()?;
        let span = crate::span::unit(items.get(at + 1)?.text())?;
        let behind: Vec<String> = items
            .get(at + 2..(at + 4).min(items.len()))?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        let loose = match behind.first()?.as_str() {
            "off" | "away" | "left" | "remaining" => true,
            "to" => behind.get(1).is_some_and(|w| w == "spare" || w == "go"),
            _ => false,
        };
        let told = cited
            .iter()
            .any(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)));
        (loose && !told).then(|| format!("which way {} {span:?} lie is not said", number.raw))
    })
}

/// "The total contains GST" of a bill on which there is none.
fn taxed(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    const HEADS: [&str; 4] = ["head.gst", "head.igst", "head.cgst", "head.sgst"];
    let mut taxes = cited
        .iter()
        .filter(|f| HEADS.iter().any(|h| f.has(h)) && f.value.is_number())
        .peekable();
    let first = taxes.peek()?.pointer();
    if !taxes.all(|f| read::json_number(f.value).is_some_and(|v| v.is_zero())) {
        return None;
    }
    let said = items.iter().enumerate().any(|(at, item)| {
        let holds = ["contain", "includ", "carr", "attract", "bear"]
            .iter()
            .any(|v| item.text().starts_with(v));
        let behind = items.get(at + 1..).unwrap_or_default();
        let tax = behind.iter().take(3).position(|i| {
            i.tags()
                .is_some_and(|t| HEADS.iter().any(|h| t.contains(h)))
        });
        let denied = |until: usize| {
            let no = |i: &Item| i.class("not");
            let head = items.get(at.saturating_sub(3)..at).unwrap_or_default();
            head.iter().any(no)
                || behind
                    .iter()
                    .take(until)
                    .any(|i| no(i) || i.number().is_some())
        };
        holds && tax.is_some_and(|n| !denied(n))
    });
    said.then(|| format!("{first} holds 0"))
}

/// "₹3.85 lakh a year" of a monthly fee.
fn every(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    let term = |words: &[String]| {
        words.iter().find_map(|w| match w.as_str() {
            "month" | "monthly" | "pm" => Some("month"),
            "quarter" | "quarterly" => Some("quarter"),
            "year" | "annual" | "annum" | "yearly" | "pa" => Some("year"),
            "week" | "weekly" => Some("week"),
            "day" | "daily" => Some("day"),
            _ => None,
        })
    };
    items.iter().enumerate().find_map(|(at, item)| {
        let number = item.number()?;
        let behind: Vec<String> = items
            .get(at + 1..(at + 4).min(items.len()))?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        let each = behind
            .first()
            .is_some_and(|w| matches!(w.as_str(), "a" | "per" | "each" | "every" | "p"))
            || matches!(&behind[..], [a, b, ..] if a == "for" && matches!(b.as_str(), "the" | "a" | "each" | "one"));
        let said = term(&behind).filter(|_| each)?;
        let field = cited
            .iter()
            .find(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))?;
        let held = term(&name_parts(field.leaf()))?;
        (held != said).then(|| format!("{} is by the {held}, not by the {said}", field.pointer()))
    })
}

/// "Supplier's GSTIN is X" where X is the buyer's.
fn whose(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    for (at, item) in items.iter().enumerate() {
        let Item::Value(Token::Id(id)) = item else {
            continue;
        };
        let before = items.get(at.saturating_sub(6)..at).unwrap_or_default();
        let near = before
            .iter()
            .rposition(|i| matches!(i, Item::Value(_) | Item::Mark(',' | ';' | '.' | '(')));
        let before = before.get(near.map_or(0, |n| n + 1)..).unwrap_or_default();
        let tags = crate::clause::tags_of(before);
        let said = of(&tags, "role");
        let holds: Vec<&Field<'_>> = cited
            .iter()
            .filter(|f| {
                f.tags
                    .iter()
                    .any(|t| tags.contains(t) && crate::fit::is_identity(t))
            })
            .filter(|f| {
                f.value
                    .as_str()
                    .is_some_and(|v| read::identifier(v) == read::identifier(id))
            })
            .collect();
        let other = holds
            .iter()
            .all(|f| !f.roles().is_empty() && f.roles().is_disjoint(&said));
        if !said.is_empty() && !holds.is_empty() && other {
            return Some(format!("{id} {ANOTHER_PARTYS}"));
        }
    }
    None
}

fn currencies(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    let converted = |f: &Field<'_>| {
        name_parts(f.leaf())
            .iter()
            .any(|p| matches!(p.as_str(), "inr" | "fx" | "rupees"))
    };
    for (at, item) in items.iter().enumerate() {
        let Some(number) = item.number().filter(|n| !n.percent) else {
            continue;
        };
        let beside = [at.wrapping_sub(1), at + 1]
            .iter()
            .filter_map(|n| items.get(*n))
            .find_map(|i| currency(i.text()));
        let Some(said) = beside.or(number.rupees.then_some("INR")) else {
            continue;
        };
        let mut holding = cited
            .iter()
            .filter(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))
            .filter_map(|f| {
                let rate = f
                    .path
                    .iter()
                    .flat_map(|s| name_parts(s))
                    .any(|p| matches!(p.as_str(), "fx" | "exchange" | "conversion"));
                if rate {
                    None
                } else if converted(f) {
                    Some("INR")
                } else {
                    currency_of(f)
                }
            })
            .peekable();
        if let Some(held) = holding.peek().copied()
            && holding.all(|held| held != said)
        {
            return Some(format!("the amount is in {held}, not {said}"));
        }
    }
    let converted = cited.iter().any(converted);
    let denied = items.iter().any(|i| i.class("not"));
    let held = cited
        .iter()
        .find(|f| f.has("kind.currency"))
        .and_then(|f| currency_of(f))?;
    let said = items.iter().find_map(|i| currency(i.text()))?;
    (said != held && !denied && !converted).then(|| format!("the currency is {held}, not {said}"))
}

/// "From Salem to Tirupati" of a way from Tirupati to Salem.
fn ends(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    let end = |words: &[String]| {
        words.iter().find_map(|w| match w.as_str() {
            "from" | "source" | "origin" | "dispatch" | "pickup" => Some("from"),
            "to" | "destination" | "dest" | "delivery" | "drop" => Some("to"),
            _ => None,
        })
    };
    for (at, item) in items.iter().enumerate().skip(1) {
        let Some(said) = items
            .get(at - 1)
            .map(Item::text)
            .filter(|t| matches!(*t, "from" | "to"))
        else {
            continue;
        };
        let name = item.text();
        if !name.starts_with(char::is_uppercase) {
            continue;
        }
        let turned = cited.iter().find(|f| {
            let path: Vec<String> = f.path.iter().flat_map(|s| name_parts(s)).collect();
            let same = f
                .value
                .as_str()
                .is_some_and(|v| folded_words(v) == folded_words(name));
            same && end(&path).is_some_and(|e| e != said)
        });
        if let Some(field) = turned {
            return Some(format!("{name} is {}, not {said}", field.pointer()));
        }
    }
    None
}

/// "Exactly ₹4.2 lakh" of a sum that only rounds to it.
fn exactly(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    items.iter().enumerate().skip(1).find_map(|(at, item)| {
        let number = item.number()?;
        let exact = items
            .get(at.saturating_sub(2)..at)?
            .iter()
            .any(|i| matches!(i.text(), "exactly" | "precisely" | "exact"));
        let is = |f: &Field<'_>, slack: bool| {
            read::json_number(f.value).is_some_and(|v| {
                if slack {
                    number.is(v, false)
                } else {
                    v == number.value
                }
            })
        };
        let rounded = exact
            && matches!(item, Item::Value(Token::Number(_)))
            && cited.iter().any(|f| is(f, true));
        (rounded && !cited.iter().any(|f| is(f, false)))
            .then(|| format!("no cited value is exactly {}", number.raw))
    })
}
