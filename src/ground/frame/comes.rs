//! What cited sums come to where the claim alone tells it: "CGST, SGST and IGST add to ₹36,408.55", "net of TDS, ₹9,84,401.13
//! is payable on B89475", "IGST works out to 18% of the taxable value".

use std::collections::BTreeSet;

use domain::Decimal;

use super::{
    Frame,
    adds::{heads, is_named, spoken, told_heads},
};
use crate::{
    field::{Class, Field},
    lex::Token,
    mention::Mention,
    number::Number,
    read,
    vocabulary::{Tags, group},
};

const PLUS: [&str; 12] = [
    "add", "adds", "adding", "added", "sum", "sums", "together", "plus", "combined", "totals",
    "both", "between",
];
const LESS: [&str; 12] = [
    "less",
    "minus",
    "net",
    "after",
    "deducting",
    "deducted",
    "remains",
    "balance",
    "leaves",
    "brings",
    "reduces",
    "left",
];
/// What is taken away, by its name.
const TAKEN: [&str; 4] = ["head.tds", "head.advance", "head.discount", "head.tcs"];
const TAXES: [&str; 7] = [
    "head.cgst",
    "head.sgst",
    "head.igst",
    "head.gst",
    "head.cess",
    "head.tds",
    "head.tcs",
];
/// What is left of a total is called.
const LEFT: [&str; 4] = ["head.total", "head.paid", "head.due", "head.payable"];
/// Words of reckoning, and of where what is reckoned stands.
const WORDS: [&str; 55] = [
    "decimal", "decimals", "two", "one", "taken", "together", "bills", "invoices", "to", "up",
    "of", "out", "works", "work", "worked", "comes", "come", "coming", "is", "are", "makes",
    "make", "gives", "give", "giving", "being", "at", "its", "that", "line's", "line", "lines",
    "item", "items", "all", "total", "amount", "amounts", "values", "value", "sum", "down",
    "carry", "have", "pay", "payable", "paid", "rupees", "them", "rounded", "paisa", "charged",
    "on", "exactly", "nearest",
];
/// Half a paisa: how far a tax that is rounded to the paisa may lie from what is reckoned.
const HALF_A_PAISA: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// The sums that are said by their names; "bills" says of none that it is billed.
fn said_heads(tags: &Tags) -> impl Iterator<Item = &'static str> + '_ {
    told_heads(tags).filter(|t| group(t) == "head")
}

/// A figure of the claim and where it stands.
type Told = (usize, Number);

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let values: Vec<(usize, Decimal)> = (0..frame.cited.len())
        .filter_map(|n| Some((n, frame.value(n)?)))
        .collect();
    if !(2..=12).contains(&values.len()) {
        return None;
    }
    let told: Vec<Told> = frame
        .open_numbers()
        .into_iter()
        .filter(|(at, _)| {
            !is_ordinal(frame, *at) && !frame.is_word(at + 1, &["decimal", "decimals"])
        })
        .collect();
    let holds = share(frame, &values, &told)
        .or_else(|| left(frame, &values, &told))
        .or_else(|| sum(frame, &values, &told))?;
    if !frame.is_as_read(holds) {
        return None;
    }
    for (at, _) in frame.open_numbers() {
        if is_ordinal(frame, at)
            && !is_own_line(frame, &values, at)
            && !frame.is_word(at + 1, &["decimal", "decimals"])
        {
            return None;
        }
        frame.take(at);
    }
    frame.tell_where(|n, f| values.iter().any(|(v, _)| *v == n) || f.has("kind.unit"));
    one_supplier(frame);
    without_rounding(frame);
    frame.take_words(&WORDS);
    frame.take_words(&PLUS);
    frame.take_words(&LESS);
    Some(())
}

/// "IGST of ₹207.28 is 2.5% of the taxable value": whether a tax is that share of what it is on.
fn share(frame: &Frame<'_, '_>, values: &[(usize, Decimal)], told: &[Told]) -> Option<bool> {
    let [(at, rate)] = &told.iter().filter(|(_, n)| n.percent).collect::<Vec<_>>()[..] else {
        return None;
    };
    let field = |n: usize| frame.cited.get(n);
    let is_rate = |n: usize| field(n).is_some_and(|f| f.classes().contains(&Class::Rate));
    let sums: Vec<&(usize, Decimal)> = values.iter().filter(|(n, _)| !is_rate(*n)).collect();
    let tax_of = |n: usize| {
        field(n).is_some_and(|f| TAXES.iter().any(|t| f.has(t)) && !f.has("head.taxable"))
    };
    let taxes: Vec<&&(usize, Decimal)> = sums.iter().filter(|(n, _)| tax_of(*n)).collect();
    if taxes.len() == 2 {
        return share_of_two(frame, &sums, *at, rate, told);
    }
    let [tax] = taxes[..] else { return None };
    let [base] = sums.iter().filter(|(n, _)| !tax_of(*n)).collect::<Vec<_>>()[..] else {
        return None;
    };
    let (tax_field, base_field) = (field(tax.0)?, field(base.0)?);
    let beside = tax_field.doc == base_field.doc
        && tax_field.element_path() == base_field.element_path()
        && base_field.has("head.taxable");
    let of = (at + 1..at + 3).any(|n| frame.is_word(n, &["of"]));
    // The whole of the tax is not told by one of its heads.
    let before = frame.tags(0..*at);
    let whole = tax_field.has("head.igst") || tax_field.is_only_tax();
    let named = said_heads(&before).any(|t| tax_field.has(t))
        || before.contains("head.gst") && whole && said_heads(&before).next().is_none();
    let other = said_heads(&before).any(|t| TAXES.contains(&t) && !tax_field.has(t));
    let behind = frame.tags(*at..frame.tokens.len());
    let on_it = |(n, number): &&Told| *n > *at && number.is(base.1, false);
    let based = behind.contains("head.taxable") || told.iter().any(|t| on_it(&t));
    let figures = told
        .iter()
        .all(|(n, number)| n == at || number.is(if n < at { tax.1 } else { base.1 }, false));
    let rated = values.iter().all(|(n, v)| !is_rate(*n) || rate.value == *v);
    if !(beside && of && named && !other && based && figures && rated) || denies(frame) {
        return None;
    }
    let due = base
        .1
        .checked_mul(rate.value)?
        .checked_div(Decimal::ONE_HUNDRED)?;
    if frame.says(&["decimal", "decimals", "rounded"]) {
        return is_rounded_share(tax.1, base.1, rate);
    }
    Some((due.checked_sub(tax.1)?).abs() <= HALF_A_PAISA)
}

/// "CGST and SGST taken together are 18.00 per cent of the taxable value, rounded to two decimals."
fn share_of_two(
    frame: &Frame<'_, '_>,
    sums: &[&(usize, Decimal)],
    at: usize,
    rate: &Number,
    told: &[Told],
) -> Option<bool> {
    let field = |n: usize| frame.cited.get(n);
    let of = |head: &'static str| {
        sums.iter()
            .find(|(n, _)| field(*n).is_some_and(|f| f.has(head)))
    };
    let (cgst, sgst) = (of("head.cgst")?, of("head.sgst")?);
    let base = sums.iter().find(|s| s.0 != cgst.0 && s.0 != sgst.0)?;
    let base_field = field(base.0)?;
    let one = [cgst.0, sgst.0].iter().all(|n| {
        field(*n).is_some_and(|f| {
            f.doc == base_field.doc && f.element_path() == base_field.element_path()
        })
    });
    let (before, behind) = (frame.tags(0..at), frame.tags(at..frame.tokens.len()));
    let named = before.contains("head.cgst") && before.contains("head.sgst");
    let plain = told.len() == 1 && sums.len() == 3 && !denies(frame);
    (one && named && plain && base_field.has("head.taxable") && behind.contains("head.taxable"))
        .then(|| is_rounded_share(cgst.1.checked_add(sgst.1)?, base.1, rate))?
}

/// Whether a part is so many per cent of a whole, as exactly as they are told.
fn is_rounded_share(part: Decimal, whole: Decimal, rate: &Number) -> Option<bool> {
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    Some(rate.is(share.round_dp(rate.scale), false))
}

/// "Less credit note CN/15036, the balance on BL002162 is ₹14,20,937.84": whether that is left of a total.
fn left(frame: &Frame<'_, '_>, values: &[(usize, Decimal)], told: &[Told]) -> Option<bool> {
    let [first, second] = values else { return None };
    if !frame.says(&LESS) || denies(frame) {
        return None;
    }
    let field = |n: usize| frame.cited.get(n);
    let said = frame.tags(0..frame.tokens.len());
    let taken = |n: usize| {
        field(n).is_some_and(|f| {
            TAKEN.iter().any(|t| f.has(t) && said.contains(t))
                || frame.kinds(f.doc).contains("doc.credit_note")
                    && said.contains("doc.credit_note")
        })
    };
    let (whole, part) = match (taken(first.0), taken(second.0)) {
        (false, true) => (first, second),
        (true, false) => (second, first),
        _ => return None,
    };
    let (of, off) = (field(whole.0)?, field(part.0)?);
    let total = of.has("head.total") && of.element().is_none();
    let one = of.doc == off.doc
        || (frame.keys.iter()).any(|(_, docs)| docs.contains(&of.doc) && docs.contains(&off.doc));
    let others = said_heads(&said).any(|t| !LEFT.contains(&t) && !of.has(t) && !off.has(t));
    if !total || !one || others {
        return None;
    }
    result(told, &[whole.1, part.1], whole.1.checked_sub(part.1)?)
}

/// "Lines 1 and 2 together carry a taxable value of ₹19,94,505": whether cited sums come to that.
fn sum(frame: &Frame<'_, '_>, values: &[(usize, Decimal)], told: &[Told]) -> Option<bool> {
    // "The total of CGST and SGST."
    let total = frame
        .find(&["total", "sum"])
        .is_some_and(|n| frame.is_word(n + 1, &["of"]) && frame.says(&["and"]));
    if !total && !frame.says(&PLUS) || frame.says(&LESS) || denies(frame) {
        return None;
    }
    let fields: Vec<&Field<'_>> = values
        .iter()
        .filter_map(|(n, _)| frame.cited.get(*n))
        .collect();
    let first = *fields.first()?;
    let amounts = fields.iter().all(|f| {
        f.classes().contains(&Class::Amount)
            && !f.classes().contains(&Class::Price)
            && !TAKEN.iter().any(|t| f.has(t))
    });
    let spoken = spoken(frame, 0..frame.tokens.len());
    let docs: BTreeSet<usize> = fields.iter().map(|f| f.doc).collect();
    // A bill that is told by its number is told by its total.
    let billed = fields
        .iter()
        .all(|f| heads(f) == Tags::from(["head.total"]));
    let named = fields.iter().all(|f| is_named(f, &spoken)) || billed && docs.len() == fields.len();
    let all: Tags = fields.iter().flat_map(|f| heads(f)).collect();
    let rounding = ["head.roundoff", "head.total"];
    let told_all = said_heads(&spoken.0).all(|t| all.contains(t) || rounding.contains(&t));
    // What is told before the rounding has none in it.
    let rounded = !all.contains("head.roundoff") || !frame.says(&["before"]);
    let one_leaf = fields.iter().all(|f| f.leaf() == first.leaf());
    let whole = match first.element() {
        // Lines of one list, each by its number or all of them.
        Some((_, list)) => {
            let numbered = (0..frame.tokens.len())
                .filter(|n| is_ordinal(frame, *n))
                .count();
            fields
                .iter()
                .all(|f| f.doc == first.doc && f.element().is_some())
                && one_leaf
                && (numbered == fields.len()
                    || numbered == 0
                        && frame.says(&["all", "lines"])
                        && list.as_array().is_some_and(|l| l.len() == fields.len()))
        }
        None if fields.iter().all(|f| f.doc == first.doc) => {
            !one_leaf && fields.iter().all(|f| f.element().is_none())
        }
        // Papers of one sort, each by its number.
        None => {
            docs.len() == fields.len()
                && fields.iter().all(|f| {
                    heads(f) == heads(first)
                        && f.element().is_none()
                        && frame.keys.iter().any(|(_, docs)| docs.contains(&f.doc))
                })
        }
    };
    if !(amounts && named && told_all && rounded && whole) {
        return None;
    }
    let total = values
        .iter()
        .try_fold(Decimal::ZERO, |sum, (_, v)| sum.checked_add(*v))?;
    let own: Vec<Decimal> = values.iter().map(|(_, v)| *v).collect();
    let counted: Vec<Told> = told
        .iter()
        .filter(|(at, n)| {
            !(n.value == Decimal::from(values.len())
                && !n.rupees
                && frame.is_word(at + 1, &["lines", "items", "invoices", "bills"]))
        })
        .cloned()
        .collect();
    result(&counted, &own, total)
}

/// Whether the one figure that is none of the values is what they come to.
fn result(told: &[Told], values: &[Decimal], comes_to: Decimal) -> Option<bool> {
    let own = |n: &Number| told.len() > 1 && values.iter().any(|v| n.is(*v, false));
    let open: Vec<&Told> = told.iter().filter(|(_, n)| !own(n)).collect();
    let [(_, number)] = open[..] else { return None };
    (!number.percent).then(|| number.is(comes_to, false))
}

fn denies(frame: &Frame<'_, '_>) -> bool {
    frame.says(&[
        "not",
        "never",
        "nor",
        "neither",
        "without",
        "except",
        "excluding",
    ])
}

/// "Of the same supplier": both papers are, by what is cited of each.
fn one_supplier(frame: &mut Frame<'_, '_>) {
    let theirs: Vec<usize> = (0..frame.cited.len())
        .filter(|n| {
            frame
                .cited
                .get(*n)
                .is_some_and(|f| f.roles().contains("role.supplier") && f.value.is_string())
        })
        .collect();
    let [one, other] = theirs[..] else { return };
    let (Some(a), Some(b)) = (frame.cited.get(one), frame.cited.get(other)) else {
        return;
    };
    let same = a.doc != b.doc
        && a.value.as_str().map(read::identifier) == b.value.as_str().map(read::identifier);
    let said = (0..frame.words.len()).find(|n| {
        frame.is_word(*n, &["same", "one"]) && frame.is_word(n + 1, &["supplier", "vendor"])
    });
    if let (true, Some(at)) = (same, said) {
        frame.tell(one);
        frame.tell(other);
        frame.take(at);
        frame.take(at + 1);
    }
}

/// "Before round-off": what is reckoned has no rounding in it.
fn without_rounding(frame: &mut Frame<'_, '_>) {
    for at in 0..frame.words.len() {
        if frame.is_word(at, &["before"]) {
            for n in at..(at + 4).min(frame.words.len()) {
                if frame.is_word(n, &["before", "round", "off", "rounding", "roundoff"])
                    || frame.tokens.get(n) == Some(&Token::Mark('-'))
                {
                    frame.take(n);
                }
            }
        }
    }
}

/// The 2 of "line 2", the 1 and the 2 of "lines 1 and 2".
fn is_ordinal(frame: &Frame<'_, '_>, at: usize) -> bool {
    let back = |n: usize| at.checked_sub(n);
    let lines = ["line", "lines", "item", "items"];
    frame
        .number(at)
        .is_some_and(|n| !n.rupees && !n.percent && n.scale == 0)
        && (back(1).is_some_and(|n| frame.is_word(n, &lines))
            || back(3).is_some_and(|n| frame.is_word(n, &lines))
                && back(1).is_some_and(|n| frame.is_word(n, &["and"]))
                && back(2).is_some_and(|n| frame.number(n).is_some()))
}

fn is_own_line(frame: &Frame<'_, '_>, values: &[(usize, Decimal)], at: usize) -> bool {
    let Some(nth) = frame.number(at).and_then(|n| n.raw.parse().ok()) else {
        return false;
    };
    let mention = Mention::Ordinal(nth);
    values
        .iter()
        .any(|(n, _)| frame.cited.get(*n).is_some_and(|f| mention.binds(f, "")))
}
