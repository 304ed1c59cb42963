//! What two values of a line come to: "quantity times unit price equals the gross amount", "IGST at 5% on the taxable value of
//! line 2 comes to ₹5,073.59".

use domain::Decimal;

use super::{Frame, adds::take_figures};
use crate::{
    field::{Class, Field},
    vocabulary::Tags,
};

const COMES: [&str; 10] = [
    "equals", "equal", "gives", "give", "makes", "make", "comes", "come", "is", "amounts",
];
const WORDS: [&str; 25] = [
    "times",
    "goods",
    "multiplied",
    "by",
    "quantity",
    "price",
    "unit",
    "gross",
    "line",
    "item",
    "amount",
    "value",
    "at",
    "on",
    "of",
    "to",
    "rate",
    "tax",
    "charged",
    "its",
    "does",
    "do",
    "which",
    "charges",
    "total",
];
const DENY: [&str; 2] = ["not", "never"];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let values: Vec<(usize, Decimal)> = (0..frame.cited.len())
        .filter_map(|n| Some((n, frame.value(n)?)))
        .collect();
    let [_, _, _] = values[..] else { return None };
    let field = |n: usize| frame.cited.get(n);
    let one = field(values.first()?.0)?;
    let beside = |f: &Field<'_>| f.doc == one.doc && f.element_path() == one.element_path();
    if !values.iter().all(|(n, _)| field(*n).is_some_and(beside)) {
        return None;
    }
    let of = |class: Class| {
        values
            .iter()
            .find(|(n, _)| field(*n).is_some_and(|f| f.classes().contains(&class)))
    };
    let head = |heads: &[&'static str]| {
        values.iter().find(|(n, _)| {
            field(*n).is_some_and(|f| {
                heads.iter().any(|h| f.has(h)) && !f.classes().contains(&Class::Rate)
            })
        })
    };
    let said: Tags = frame.tags(0..frame.tokens.len());
    let says = |any: &[&str]| frame.words.iter().any(|w| any.contains(&w.as_str()));
    let priced = || -> Option<(Decimal, Decimal)> {
        let (many, each) = (of(Class::Quantity)?, of(Class::Price)?);
        let total = values.iter().find(|v| v.0 != many.0 && v.0 != each.0)?;
        let named =
            says(&["quantity"]) && says(&["price", "rate"]) && says(&["times", "multiplied"]);
        // What stands behind discount is another sum.
        let gross = field(total.0)
            .is_some_and(|f| f.classes().contains(&Class::Amount) && !f.has("head.discount"));
        let told = says(&["gross", "amount", "value", "total"]);
        (named && gross && told).then_some((many.1.checked_mul(each.1)?, total.1))
    };
    let taxed = || -> Option<(Decimal, Decimal)> {
        let rate = of(Class::Rate)?;
        let (tax, base) = (head(&["head.igst"])?, head(&["head.taxable"])?);
        let named = said.contains("head.igst")
            && said.contains("head.taxable")
            && rate.0 != tax.0
            && rate.0 != base.0;
        let shown = frame
            .open_numbers()
            .iter()
            .any(|(_, n)| n.percent && n.value == rate.1);
        (named && shown).then_some((
            base.1
                .checked_mul(rate.1)?
                .checked_div(Decimal::ONE_HUNDRED)?,
            tax.1,
        ))
    };
    let (product, total) = priced().or_else(taxed)?;
    let denied = (0..frame.words.len())
        .filter(|n| frame.is_word(*n, &DENY))
        .count();
    let holds = (product.checked_sub(total)?).abs() <= Decimal::new(5, 3);
    if denied > 1 || !frame.says(&COMES) || !frame.is_as_read(holds == (denied == 0)) {
        return None;
    }
    take_figures(frame, &values)?;
    frame.tell_where(|n, f| values.iter().any(|(v, _)| *v == n) || f.has("kind.unit"));
    frame.take_words(&WORDS);
    frame.take_words(&COMES);
    frame.take_words(&DENY);
    Some(())
}
