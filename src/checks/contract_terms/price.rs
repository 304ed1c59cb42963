//! Unit prices.

use domain::{Decimal, Finding, Item, agreement::Term, inr};

use super::Held;
use crate::{
    Context,
    agreed::{Agreed, named},
};

/// How closely goods of a clause are those of a line, by the words that they share; `None` where they are others, or are measured
/// otherwise.
fn fit(item: &Item, term: &Term) -> Option<usize> {
    let Term::Price {
        goods, hsn, unit, ..
    } = term
    else {
        return None;
    };
    let own = clauses::words_of_goods(item.description.as_deref().unwrap_or_default());
    let said = clauses::words_of_goods(goods);
    let code = item.hsn.as_deref().unwrap_or_default();
    let coded = hsn
        .as_deref()
        .map(|hsn| code.starts_with(hsn) || !code.is_empty() && hsn.starts_with(code));
    // A figure is a size or a model: what has one is not what has none.
    let sizes = |words: &[String]| -> Vec<String> {
        words
            .iter()
            .filter(|w| w.bytes().any(|b| b.is_ascii_digit()))
            .cloned()
            .collect()
    };
    let named = !said.is_empty()
        && said.iter().all(|word| own.contains(word))
        && sizes(&own) == sizes(&said)
        && said.len().saturating_mul(2) >= own.len();
    let same = match coded {
        Some(false) => false,
        Some(true) => named || said.is_empty(),
        None => named,
    };
    let alike = |a: &str, b: &str| {
        let code = clauses::unit_code(a);
        code.is_some() && code == clauses::unit_code(b)
    };
    let units = unit
        .as_deref()
        .zip(item.unit.as_deref())
        .is_none_or(|(a, b)| alike(a, b));
    (same && units).then_some(said.len())
}

pub(super) fn compare(context: &Context, agreed: &Agreed<'_>) -> Vec<Held> {
    let invoice = &context.facts.invoice;
    let lines = invoice.items.iter().enumerate();
    lines
        .filter_map(|(index, item)| line(context, agreed, index, item.unit_price?, item))
        .collect()
}

fn line(
    context: &Context,
    agreed: &Agreed<'_>,
    index: usize,
    price: Decimal,
    item: &Item,
) -> Option<Held> {
    let mut fitting = agreed.clauses(|term| match term {
        Term::Price { rupees, .. } => Some((fit(item, term)?, *rupees)),
        _ => None,
    });
    let closest = fitting.iter().map(|((words, _), _)| *words).max()?;
    fitting.retain(|((words, _), _)| *words == closest);
    fitting.sort_by_key(|((_, rupees), _)| *rupees);
    let ((_, least), _) = fitting.first()?;
    let ((_, most), clause) = fitting.last()?;
    let number = index.checked_add(1)?;
    let finding = Finding::new(format!(
        "line {number}: unit price {}, the contract ({}) has {}",
        inr(price),
        named(clause),
        inr(*most)
    ))
    .cite(context.facts.invoice.cite_line(index, "UnitPrice"))
    .cites(agreed.cites(clause))
    .rule(number.to_string())
    .rule(inr(*most));
    Some(if price > *most {
        Held::Contradicts(finding)
    } else if price > *least {
        Held::Open(finding)
    } else {
        Held::Agrees(finding)
    })
}
