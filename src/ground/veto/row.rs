//! Figures of another row or of another sort than the claim tells them as: a state and a month of two rows, the goods of one and
//! the count of the next, a rate as rupees, the largest as the median.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::Field,
    leftover::is_descriptive,
    lex,
    mention::is_line_number,
    number::Number,
    read,
    vocabulary::{folded_words, name_parts},
};

impl<'a> Borne<'a, '_> {
    /// The first figure that is of another row or sort.
    pub(super) fn of_another_row(&self) -> Option<Veto> {
        self.month_of_another_row()
            .or_else(|| self.goods_of_another_row())
            .or_else(|| self.header_told_as_line())
            .or_else(|| self.rate_told_as_rupees())
            .or_else(|| self.price_of_the_order())
            .or_else(|| self.statistic_of_another_sort())
            .or_else(|| self.more_shares_than_the_clause())
            .or_else(|| self.not_as_much())
            .or_else(|| self.sum_of_another_measure())
    }

    /// "The value of the order is ₹679.94" by the price of a unit, "a unit price of ₹4,03,438" by the value of all, "caps damages at
    /// 1.5%" by the share of a week.
    fn sum_of_another_measure(&self) -> Option<Veto> {
        let text = self.text();
        let says = |any: &[&str]| any.iter().any(|w| text.contains(w));
        let named = |f: &Field<'a>, any: &[&str]| {
            name_parts(f.leaf())
                .iter()
                .any(|p| any.contains(&p.as_str()))
        };
        let price = |f: &Field<'a>| {
            f.element().is_some()
                && named(f, &["price", "rate", "unitprice"])
                && !named(f, &["gst", "tax", "amount", "value"])
        };
        let whole = |f: &Field<'a>| {
            named(f, &["value", "total", "amount"]) && !named(f, &["price", "rate", "unit"])
        };
        let weekly = |f: &Field<'a>| named(f, &["week", "day", "month"]) && named(f, &["per"]);
        let lines = says(&[
            "line",
            "item",
            "unit price",
            "price",
            "rate",
            "each",
            "per ",
        ]);
        let value = says(&[
            "value of purchase order",
            "value of po ",
            "value of order",
            "total of",
            "order value",
        ]);
        let (is, number): (&dyn Fn(&Field<'a>) -> bool, _) = if value && !lines {
            (
                &price,
                self.numbers().map(|(_, n)| n).filter(|n| n.rupees).last(),
            )
        } else if says(&["has a unit price of"]) {
            (&whole, self.numbers().map(|(_, n)| n).find(|n| n.rupees))
        } else if says(&["caps ", "capped at"]) {
            (&weekly, self.numbers().map(|(_, n)| n).find(|n| n.percent))
        } else {
            return None;
        };
        let first = self.held_only(number?, is)?;
        let why = format!("{} measures something else", first.pointer());
        Some((Label::Contradicted, why))
    }

    /// The first cited field that holds a number, where each that does is of a kind.
    fn held_only(&self, number: &Number, is: impl Fn(&Field<'a>) -> bool) -> Option<&Field<'a>> {
        let mut holding = (self.cited.iter())
            .filter(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))
            .peekable();
        let first = *holding.peek()?;
        holding.all(is).then_some(first)
    }

    /// "The tax is ₹12.00" by a rate of 12 per cent.
    fn rate_told_as_rupees(&self) -> Option<Veto> {
        let is_rate = |f: &Field<'a>| {
            let parts = name_parts(f.leaf());
            let has = |any: &[&str]| parts.iter().any(|p| any.contains(&p.as_str()));
            f.leaf() == "GstRt"
                || has(&["pct", "percent", "percentage"])
                || has(&["gst", "tax", "igst", "cgst", "sgst"]) && has(&["rate", "rt"])
        };
        let (_, number) = self
            .numbers()
            .find(|(_, n)| n.rupees && self.held_only(n, is_rate).is_some())?;
        let why = format!("{} is a rate, and no sum", number.raw);
        Some((Label::Contradicted, why))
    }

    /// "Line 1 is worth as much as line 2" of two that are not.
    fn not_as_much(&self) -> Option<Veto> {
        let text = self.text();
        let alike = [
            "as much as",
            "as many as",
            "the same as",
            "equal to",
            "exactly that",
            "just that",
            "that much",
        ];
        if !alike.iter().any(|w| text.contains(w)) || self.items.iter().any(|i| i.class("not")) {
            return None;
        }
        let values: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| read::json_number(f.value).is_some() && !is_line_number(f.leaf()))
            .collect();
        let [one, other] = values[..] else {
            return None;
        };
        let twins = one.leaf() == other.leaf();
        let differ = read::json_number(one.value) != read::json_number(other.value);
        // Two figures that are both told say themselves how they are to each other.
        let told = |f: &Field<'a>| {
            let value = read::json_number(f.value);
            self.numbers()
                .any(|(_, n)| value.is_some_and(|v| n.is(v, false)))
        };
        (twins && differ && !(told(one) && told(other))).then(|| {
            let why = format!("{} and {} are not the same", one.pointer(), other.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "Line 1 bills 55 tonnes of bearings" by the goods of one row and the figure of another.
    fn goods_of_another_row(&self) -> Option<Veto> {
        let rows: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| f.element_path().is_some())
            .collect();
        let figures =
            |f: &Field<'a>| read::json_number(f.value).is_some() && !is_line_number(f.leaf());
        let goods =
            |f: &Field<'a>| f.value.is_string() && is_descriptive(f.leaf()) && !f.has("kind.unit");
        let named: Vec<&Field<'a>> = rows.iter().copied().filter(|f| goods(f)).collect();
        let counted: Vec<&Field<'a>> = rows.iter().copied().filter(|f| figures(f)).collect();
        let ([name], [figure]) = (&named[..], &counted[..]) else {
            return None;
        };
        let apart = name.doc == figure.doc && name.element_path() != figure.element_path();
        let lines = self.has(&["lines", "rows", "items", "both", "total", "all"]);
        let nested = name.element_path()?.split_last()?.1 == figure.element_path()?.split_last()?.1;
        (apart && nested && !lines).then(|| {
            let why = format!(
                "{} is of another row than {}",
                figure.pointer(),
                name.pointer()
            );
            (Label::Unsupported, why)
        })
    }

    /// "GSTR-3B of May is filed" by the state of one row and the month of another.
    fn month_of_another_row(&self) -> Option<Veto> {
        let month = |f: &Field<'a>| {
            f.has("kind.period")
                || matches!(
                    f.leaf(),
                    "ret_prd" | "rtnprd" | "return_period" | "tax_period" | "period"
                )
        };
        let rows = |f: &Field<'a>| Some((f.doc, f.element_path()?.to_vec()));
        let months: Vec<_> = (self.cited.iter())
            .filter(|f| month(f))
            .filter_map(rows)
            .collect();
        let [own] = &months[..] else { return None };
        let (list, row) = own.1.split_last().map(|(row, list)| (list, row))?;
        let state = self.cited.iter().find(|f| {
            let parts = name_parts(f.leaf());
            let says = f.leaf() == "dof"
                || parts
                    .iter()
                    .any(|p| matches!(p.as_str(), "status" | "filed" | "filing"));
            says && rows(f).is_some_and(|(doc, path)| {
                let other = path.split_last();
                doc == own.0 && other.is_some_and(|(at, of)| of == list && at != row)
            })
        })?;
        let why = format!("{} is of another row than the month", state.pointer());
        Some((Label::Unsupported, why))
    }

    /// "A median of ₹7,28,032" by the largest amount.
    fn statistic_of_another_sort(&self) -> Option<Veto> {
        const SORTS: [&[&str]; 5] = [
            &["median"],
            &["average", "mean", "avg"],
            &["largest", "highest", "max", "maximum", "biggest"],
            &["smallest", "lowest", "min", "minimum", "least"],
            &["mode"],
        ];
        let words = folded_words(self.claim);
        let said: Vec<usize> = (0..SORTS.len())
            .filter(|n| words.iter().any(|w| SORTS[*n].contains(&w.as_str())))
            .collect();
        let [said] = said[..] else { return None };
        let of = |f: &Field<'a>| {
            let parts = name_parts(f.leaf());
            (0..SORTS.len()).find(|n| parts.iter().any(|p| SORTS[*n].contains(&p.as_str())))
        };
        let other = self.cited.iter().find(|f| {
            let told = read::json_number(f.value)
                .is_some_and(|v| self.numbers().any(|(_, n)| n.is(v, false)));
            told && of(f).is_some_and(|own| own != said)
        })?;
        let own = self.cited.iter().any(|f| of(f) == Some(said));
        (!own).then(|| {
            let why = format!("{} is another figure of the list", other.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "5% a week, capped at 5%" of a clause of 0.5% a week: a share that is told more often than the clause has it.
    fn more_shares_than_the_clause(&self) -> Option<Veto> {
        let [clause] = (self.cited.iter())
            .filter(|f| {
                f.value
                    .as_str()
                    .is_some_and(|t| t.len() > 40 && t.contains('%'))
            })
            .collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let shares = |text: &str| -> Vec<Number> {
            let found = crate::clause::items(&lex::tokens(text));
            found
                .iter()
                .filter_map(Item::number)
                .filter(|n| n.percent)
                .cloned()
                .collect()
        };
        let mut held = shares(clause.value.as_str()?);
        let loose = self
            .numbers()
            .map(|(_, n)| n)
            .filter(|n| n.percent)
            .find(|n| match held.iter().position(|own| own.value == n.value) {
                Some(at) => {
                    held.remove(at);
                    false
                }
                None => true,
            })?;
        let elsewhere = (self.cited.iter())
            .filter_map(|f| read::json_number(f.value))
            .any(|v| v == loose.value);
        (!elsewhere).then(|| {
            let why = format!("{} does not say {}%", clause.pointer(), loose.value);
            (Label::Contradicted, why)
        })
    }

    pub(super) fn is_order(&self, field: &Field<'a>) -> bool {
        let named = |s: &String| matches!(s.as_str(), "order" | "purchase_order" | "po");
        self.index.kinds(field.doc).contains("doc.order") || field.path.first().is_some_and(named)
    }

    /// "Was billed at ₹63.00 per unit" by the price on the order.
    fn price_of_the_order(&self) -> Option<Veto> {
        let billed = self.has(&["billed", "charged", "invoiced"])
            && !self.has(&["order", "ordered", "po", "agreed"]);
        let order = |f: &Field<'a>| self.is_order(f);
        let price = |f: &&Field<'a>| {
            let parts = name_parts(f.leaf());
            parts.iter().any(|p| matches!(p.as_str(), "price" | "rate"))
                && read::json_number(f.value).is_some()
        };
        let field = self.cited.iter().find(price)?;
        (billed && self.cited.iter().all(order)).then(|| {
            let why = format!("{} is the price on the order", field.pointer());
            (Label::Unsupported, why)
        })
    }

    /// "The line for chairs is charged at ₹2,17,910" by what all lines come to.
    fn header_told_as_line(&self) -> Option<Veto> {
        let text = self.text();
        let line = text.contains("the line for ")
            && !["total", "all lines", "invoice value"]
                .iter()
                .any(|w| text.contains(w));
        let of_line = self
            .cited
            .iter()
            .any(|f| f.element().is_some() && f.value.is_string());
        let sums: Vec<&Number> = self
            .numbers()
            .map(|(_, n)| n)
            .filter(|n| n.rupees)
            .collect();
        let [sum] = sums[..] else { return None };
        let first = self.held_only(sum, |f| f.element().is_none())?;
        (line && of_line).then(|| {
            let why = format!("{} is no line's", first.pointer());
            (Label::Contradicted, why)
        })
    }
}
