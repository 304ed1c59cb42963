//! Agreed unit prices: "Radial tyre 185/65 R15: Rs 5,900 each, excluding GST", "MS angle is supplied at Rs 62 per kg", and the
//! rows of a schedule of rates.

use domain::agreement::Term;

use crate::{
    sentence::{Sentence, words},
    value::{Kind, Typed},
};

/// Words of a sentence about a price that do not name what it is for.
const PLAIN: [&str; 76] = [
    "rent",
    "most",
    "more",
    "than",
    "less",
    "only",
    "the",
    "a",
    "an",
    "of",
    "for",
    "is",
    "are",
    "at",
    "be",
    "shall",
    "will",
    "supplied",
    "supply",
    "supplies",
    "sold",
    "sells",
    "sell",
    "price",
    "priced",
    "prices",
    "rate",
    "rates",
    "unit",
    "units",
    "cost",
    "costs",
    "charged",
    "charges",
    "charge",
    "fixed",
    "firm",
    "agreed",
    "vendor",
    "supplier",
    "seller",
    "contractor",
    "buyer",
    "purchaser",
    "customer",
    "pays",
    "pay",
    "paid",
    "billed",
    "bills",
    "bill",
    "to",
    "item",
    "material",
    "goods",
    "service",
    "services",
    "following",
    "and",
    "in",
    "as",
    "contract",
    "basic",
    "we",
    "not",
    "exceed",
    "exceeding",
    "above",
    "ceiling",
    "maximum",
    "max",
    "up",
    "upto",
    "per",
    "before",
    "with",
];

pub(crate) fn read(sentence: &Sentence) -> Vec<Term> {
    let term = if sentence.cells.is_empty() {
        told(sentence)
    } else {
        listed(sentence)
    };
    term.into_iter().collect()
}

/// A price in a sentence: what is in front of it, and the unit behind it.
fn told(sentence: &Sentence) -> Option<Term> {
    let lower = sentence.text.to_lowercase();
    let Typed::Rupees(rupees) = Kind::Rupees.only(&lower)? else {
        return None;
    };
    let other = sentence.has(&[
        "penal",
        "deposit",
        "insur",
        "damage",
        "threshold",
        "minimum",
        "advance",
        "freight",
        "liab",
        "guarantee",
        "stamp",
        "annual",
        "total",
        "aggregate",
        "order",
        "back",
        "turnover",
        "value",
        "fine",
        "fee",
        "late",
    ]) || sentence.bends()
        || sentence.text.contains('%');
    if other {
        return None;
    }
    let at = ["₹", "rs.", "rs ", "inr", "rupees"]
        .iter()
        .filter_map(|sign| lower.find(sign))
        .min()?;
    let (before, behind) = (sentence.text.get(..at)?, sentence.text.get(at..)?);
    let mut unit = unit_of(behind);
    let (mut goods, hsn) = goods_of(before);
    // "Rs 34,000 per split air conditioner 1.5 ton": what is behind is no unit.
    if goods.is_empty()
        && hsn.is_none()
        && unit.as_deref().is_none_or(|unit| unit_code(unit).is_none())
    {
        let (_, named) = behind.split_once(" per ")?;
        let (named, _) = goods_of(named);
        if words_of_goods(&named).len() > 1 {
            goods = named;
            unit = None;
        }
    }
    // Without a unit it is a price only of what is named by more than a word.
    let named = hsn.is_some() || words_of_goods(&goods).len() >= if unit.is_some() { 1 } else { 2 };
    named.then_some(Term::Price {
        goods,
        hsn,
        unit,
        rupees,
    })
}

/// A row of a schedule: a column of what it is, a column of its price.
fn listed(sentence: &Sentence) -> Option<Term> {
    let column = |names: &[&str], but: &[&str]| {
        let mut fits = sentence.cells.iter().filter(|(head, _)| {
            let head = words(head);
            let is = |list: &[&str]| head.iter().any(|word| list.contains(&word.as_str()));
            is(names) && !is(but)
        });
        let first = fits.next()?;
        fits.next().is_none().then_some(first)
    };
    let (head, price) = column(&["rate", "price", "rates", "prices"], &["gst", "%", "tax"])?;
    let goods = column(
        &[
            "item",
            "description",
            "goods",
            "material",
            "product",
            "particulars",
            "service",
            "services",
            "items",
        ],
        &["code", "no", "no."],
    );
    let hsn = column(&["hsn", "sac", "hsn/sac"], &[]).map(|(_, code)| {
        code.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    });
    let unit = column(&["unit", "uom", "uqc", "units"], &["price", "rate"])
        .map(|(_, unit)| unit.to_lowercase());
    let bare = price
        .trim_start_matches(['₹', ' '])
        .trim_start_matches("Rs.")
        .trim_start_matches("Rs")
        .trim_start_matches("INR")
        .trim();
    let amount = bare.split(|c: char| c.is_whitespace() || c == '/').next()?;
    let rupees = domain::read::number(amount)?;
    let unit = unit.or_else(|| unit_of(price)).or_else(|| unit_of(head));
    let goods = goods
        .map(|(_, goods)| goods.trim().to_owned())
        .unwrap_or_default();
    let hsn = hsn.filter(|code| code.len() >= 4);
    (!goods.is_empty() || hsn.is_some()).then_some(Term::Price {
        goods,
        hsn,
        unit,
        rupees,
    })
}

/// `each`, `per kg`, `a month`, `/MT`: the unit behind a price.
fn unit_of(text: &str) -> Option<String> {
    let spaced = text.to_lowercase().replace("/-", " ").replace('/', " per ");
    let said = words(&spaced);
    said.iter()
        .enumerate()
        .find_map(|(at, word)| match word.as_str() {
            "each" | "apiece" => Some("each".to_owned()),
            "per"
                if said
                    .get(at + 1)
                    .is_some_and(|next| next == "unit" || next == "job") =>
            {
                None
            }
            "per" | "a" | "an" => said
                .get(at + 1)
                .filter(|unit| unit.chars().all(char::is_alphabetic))
                .cloned(),
            _ => None,
        })
}

/// What stands in front of a price: its words, and a code that is named.
fn goods_of(before: &str) -> (String, Option<String>) {
    let said: Vec<&str> = before.split_whitespace().collect();
    let mut hsn = None;
    let mut kept: Vec<&str> = Vec::new();
    let mut skip = false;
    for (at, word) in said.iter().enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let lower = bare.to_lowercase();
        if skip {
            skip = false;
            continue;
        }
        if matches!(lower.as_str(), "hsn" | "sac") {
            let code = said
                .get(at + 1)
                .map(|next| next.trim_matches(|c: char| !c.is_ascii_digit()).to_owned());
            hsn = code.filter(|code| (4..=8).contains(&code.len()));
            skip = hsn.is_some();
            continue;
        }
        let listed = word.ends_with(')')
            && bare.len() < 4
            && bare.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
        if !bare.is_empty() && !listed && !PLAIN.contains(&lower.as_str()) {
            kept.push(word);
        }
    }
    (
        kept.join(" ")
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_owned(),
        hsn,
    )
}

/// The words of a description by which goods are told from others: small letters, plurals as singulars, without marks.
pub fn words_of_goods(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .map(|word| word.trim_matches('.').to_lowercase())
        .filter(|word| !word.is_empty() && !PLAIN.contains(&word.as_str()))
        .map(|word| match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with('s') && word.is_ascii() => {
                stem.to_owned()
            }
            _ => word,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Spellings of units, by the unit's code. What is counted one by one is one unit, and a metric ton a tonne.
const UNITS: [(&str, &[&str]); 17] = [
    (
        "NOS",
        &[
            "nos", "no", "number", "numbers", "each", "apiece", "piece", "pieces", "pc", "pcs",
            "unit", "units", "unt", "ea", "item",
        ],
    ),
    (
        "KGS",
        &["kg", "kgs", "kilogram", "kilograms", "kilo", "kilos"],
    ),
    (
        "TON",
        &["mt", "mts", "ton", "tons", "tonne", "tonnes", "metric"],
    ),
    ("QTL", &["qtl", "quintal", "quintals"]),
    ("GMS", &["g", "gm", "gms", "gram", "grams"]),
    (
        "LTR",
        &["l", "ltr", "ltrs", "litre", "litres", "liter", "liters"],
    ),
    (
        "MTR",
        &["m", "mtr", "mtrs", "metre", "metres", "meter", "meters"],
    ),
    ("SQM", &["sqm", "sq.m", "sqmt"]),
    ("SQF", &["sqf", "sqft", "sq.ft"]),
    ("BAG", &["bag", "bags"]),
    ("BOX", &["box", "boxes"]),
    ("CTN", &["ctn", "carton", "cartons"]),
    ("ROL", &["rol", "roll", "rolls"]),
    ("SET", &["set", "sets"]),
    ("PRS", &["prs", "pair", "pairs"]),
    ("PAC", &["pac", "pack", "packs", "packet", "packets"]),
    ("DOZ", &["doz", "dozen", "dozens"]),
];

/// The code of a unit, however it is spelled; `None` for one that is not known.
pub fn unit_code(text: &str) -> Option<&'static str> {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let known = UNITS
        .iter()
        .find(|(_, spelled)| spelled.contains(&lower.as_str()));
    known.map(|(code, _)| *code)
}
