//! Relations between two figures that the claim itself tells, and that do not hold: more than a limit called within it,
//! parts that do not come to the whole.

use domain::Decimal;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation},
    lex::Token,
    number::Number,
    read,
    vocabulary::folded_words,
};

/// Words between what something is taken from and what is taken; and before what is left.
const TAKES: [&str; 2] = ["less", "minus"];
const GIVES: [&str; 8] = [
    "gives", "giving", "leaves", "leaving", "makes", "is", "equals", "comes",
];

impl Borne<'_, '_> {
    /// Sums of money that are told, with where they stand.
    fn told_money(&self) -> Vec<(usize, &Number)> {
        self.items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| i.number().filter(|n| n.rupees).map(|n| (at, n)))
            .collect()
    }

    fn says(&self, any: &[&str]) -> bool {
        folded_words(self.claim)
            .iter()
            .any(|w| any.contains(&w.as_str()))
    }

    /// "At ₹1,30,685, it is within the limit of ₹1,00,000."
    pub(super) fn bound_broken(&self) -> Option<Veto> {
        let ops: Vec<(usize, &str)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| Some((at, relation(i)?)))
            .filter(|(_, op)| matches!(*op, "above" | "below" | "at_most" | "at_least"))
            .collect();
        let ([(at, op)], [(left, a), (right, b)]) = (&ops[..], &self.told_money()[..]) else {
            return None;
        };
        let denied = self
            .items
            .iter()
            .enumerate()
            .any(|(n, i)| n != *at && i.class("not"));
        // A gap stands right before the word or behind "by"; what is above by a gap is told in one sum.
        let gap = left + 1 == *at
            || self.says(&[
                "by",
                "difference",
                "gap",
                "over",
                "short",
                "less",
                "minus",
                "after",
                "net",
            ]);
        if !(left < at && at < right) || denied || gap {
            return None;
        }
        let held = |n: &Number| {
            self.cited
                .iter()
                .any(|f| read::json_number(f.value).is_some_and(|v| n.is(v, false)))
        };
        let so = match *op {
            "above" => a.value > b.value,
            "below" => a.value < b.value,
            "at_most" => a.value <= b.value,
            _ => a.value >= b.value,
        };
        (!so && held(a) && held(b))
            .then(|| (Label::Contradicted, format!("{} against {}", a.raw, b.raw)))
    }

    /// "Taxable value ₹59,500 plus CGST ₹5,355 makes the total of ₹70,210."
    pub(super) fn parts_not_the_whole(&self) -> Option<Veto> {
        let adds = self
            .items
            .iter()
            .any(|i| matches!(i.text(), "plus") || matches!(i, Item::Mark('+')));
        let comes = self.says(&[
            "makes", "make", "making", "gives", "give", "giving", "is", "equals", "totals",
            "comes", "come",
        ]);
        let takes = self.says(&[
            "each", "less", "minus", "after", "discount", "rounded", "round", "rounding",
        ]);
        let told = self.told_money();
        if !adds
            || !comes
            || takes
            || told.len() < 3
            || told.iter().any(|(_, n)| n.slack > Decimal::ZERO)
        {
            return None;
        }
        let all = told
            .iter()
            .try_fold(Decimal::ZERO, |sum, (_, n)| sum.checked_add(n.value))?;
        let most = told.iter().map(|(_, n)| n.value).max()?;
        let rest = all.checked_sub(most)?;
        // A rupee may be lost in rounding off.
        (rest.checked_sub(most)?.abs() > Decimal::ONE).then(|| {
            (
                Label::Contradicted,
                format!("the parts come to {rest}, and not to {most}"),
            )
        })
    }

    /// "Freight of ₹2,500 less detention of ₹500 gives ₹3,000": what is left is what is left.
    pub(super) fn left_otherwise(&self) -> Option<Veto> {
        let numbers: Vec<(usize, &Number)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| Some((at, i.number()?)))
            .collect();
        let [(one, x), (two, y), (three, z)] = numbers[..] else {
            return None;
        };
        let word = |from: usize, to: usize, any: &[&str]| {
            let between = self.items.get(from..to).unwrap_or_default();
            between
                .iter()
                .flat_map(|i| folded_words(i.text()))
                .any(|w| any.contains(&w.as_str()))
        };
        let shares = [x, y, z]
            .iter()
            .any(|n| n.percent || n.slack > Decimal::ZERO);
        let than = self.says(&["than", "plus", "days"]);
        let (from, taken, left) = if word(one, two, &TAKES) && word(two, three, &GIVES) {
            (x, y, z)
        } else if word(two, three, &TAKES) && word(one, two, &GIVES) {
            (y, z, x)
        } else {
            return None;
        };
        let rest = from.value.checked_sub(taken.value)?;
        (!shares && !than && rest.checked_sub(left.value)?.abs() > Decimal::ONE).then(|| {
            (
                Label::Contradicted,
                format!("{} less {} is {rest}", from.raw, taken.raw),
            )
        })
    }

    /// "Dated 3 September, due 30 days earlier on 3 October."
    pub(super) fn runs_backwards(&self) -> Option<Veto> {
        let dates: Vec<(usize, domain::Date)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| match i {
                Item::Value(Token::Date(d)) => Some((at, *d)),
                _ => None,
            })
            .collect();
        let [(a, first), (b, second)] = dates[..] else {
            return None;
        };
        let mut words: Vec<String> = self
            .items
            .get(a..b)?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .collect();
        words.push(String::new());
        let spans = words.windows(3).find_map(|three| match three {
            [days, way, next]
                if days.starts_with("day")
                    && matches!(way.as_str(), "earlier" | "later")
                    && next != "than" =>
            {
                Some(way == "later")
            }
            _ => None,
        })?;
        let so = if spans {
            second > first
        } else {
            second < first
        };
        (!so).then(|| {
            (
                Label::Contradicted,
                format!("{second} is on the other side of {first}"),
            )
        })
    }

    /// "The two receipts together bring 8 units" of four and two.
    pub(super) fn together_otherwise(&self) -> Option<Veto> {
        if !self.says(&["together", "combined", "altogether", "jointly"])
            || self.says(&["each", "at", "per", "times"])
        {
            return None;
        }
        let counted = |f: &&&crate::field::Field<'_>| f.value.is_number() && !f.has("doc.line");
        let numbers: Vec<_> = self.cited.iter().filter(|f| counted(&f)).collect();
        let [one, rest @ ..] = &numbers[..] else {
            return None;
        };
        let alike = !rest.is_empty()
            && rest
                .iter()
                .all(|f| f.leaf() == one.leaf() && (f.doc != one.doc || f.path != one.path));
        let values: Option<Vec<Decimal>> =
            numbers.iter().map(|f| read::json_number(f.value)).collect();
        let values = values.filter(|_| alike)?;
        let sum = values
            .iter()
            .try_fold(Decimal::ZERO, |sum, v| sum.checked_add(*v))?;
        let mut told = self.items.iter().filter_map(Item::number);
        let (number, None) = (told.next()?, told.next()) else {
            return None;
        };
        (!number.is(sum, true) && !values.iter().any(|v| number.is(*v, true)))
            .then(|| (Label::Contradicted, format!("together they come to {sum}")))
    }
}
