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
            || self.has(&[
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
        // "Within 2% of ₹54,000": how far it may lie off.
        let bound = self
            .items
            .get(*at..*right)
            .is_some_and(|part| part.iter().any(|i| i.number().is_some()));
        if !(left < at && at < right) || denied || gap || bound {
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
        let summed = self.items.iter().any(|i| i.class("sum"))
            && self.has(&["sum", "sums", "add", "adds", "added", "adding", "together"])
            && !self.denies();
        let comes = summed
            || self.has(&[
                "makes", "make", "making", "gives", "give", "giving", "is", "equals", "totals",
                "comes", "come",
            ]);
        // What is rounded off goes in as it is, and then the sum is exact.
        let rounded = |n: &Number| -> Option<Decimal> {
            let field = self.cited.iter().find(|f| {
                f.has("head.roundoff")
                    && read::json_number(f.value).is_some_and(|v| v.abs() == n.value.abs())
            })?;
            read::json_number(field.value)
        };
        let told = self.told_money();
        let exact = told.iter().any(|(_, n)| rounded(n).is_some());
        let takes = self.has(&["each", "less", "minus", "after", "discount"])
            || !exact && self.has(&["rounded", "round", "rounding"]);
        if !(adds || summed)
            || !comes
            || takes
            || told.len() < 3
            || told.iter().any(|(_, n)| n.slack > Decimal::ZERO)
        {
            return None;
        }
        let all = told.iter().try_fold(Decimal::ZERO, |sum, (_, n)| {
            sum.checked_add(rounded(n).unwrap_or(n.value))
        })?;
        let most = told.iter().map(|(_, n)| n.value).max()?;
        let rest = all.checked_sub(most)?;
        // A rupee may be lost in rounding off.
        let lost = if exact { Decimal::ZERO } else { Decimal::ONE };
        (rest.checked_sub(most)?.abs() > lost).then(|| {
            (
                Label::Contradicted,
                format!("the parts come to {rest}, and not to {most}"),
            )
        })
    }

    /// "Lines 1 and 2, at ₹26,299.50 and ₹66,692.08, come to its total of ₹94,131.95", "brought 22 and 31, that is 42 in all": two
    /// parts and their whole, by what is told of them.
    pub(super) fn whole_of_other_parts(&self) -> Option<Veto> {
        let text = self.text();
        let has = |any: &[&str]| any.iter().any(|w| text.contains(w));
        let all = has(&[" in all", " altogether", " in total"]);
        let short = has(&["fall short of", "falls short of"]);
        let over = has(&["go beyond", "goes beyond", "overshoot"]);
        let comes = has(&["come to its", "come to the", "comes to its", "come to a"]);
        let taken = self.has(&[
            "less", "minus", "after", "discount", "rounded", "round", "plus", "each", "tax",
            "cgst", "sgst", "igst",
        ]);
        if !(all || short || over || comes) || taken || self.denies() {
            return None;
        }
        let money: Vec<&Number> = self.told_money().into_iter().map(|(_, n)| n).collect();
        let counts: Vec<&Number> = (self.numbers())
            .map(|(_, n)| n)
            .filter(|n| !n.percent)
            .collect();
        let told = if all && money.is_empty() {
            counts
        } else {
            money
        };
        let [one, other, whole] = told[..] else {
            return None;
        };
        let exact = [one, other, whole].iter().all(|n| n.slack.is_zero());
        let sum = one.value.checked_add(other.value)?;
        let lost = if whole.rupees {
            Decimal::ONE
        } else {
            Decimal::ZERO
        };
        let equal = sum.checked_sub(whole.value)?.abs() <= lost;
        let so = if short {
            sum < whole.value && !equal
        } else if over {
            sum > whole.value && !equal
        } else {
            equal
        };
        (exact && !so).then(|| {
            (
                Label::Contradicted,
                format!("the parts come to {sum}, and the whole is {}", whole.value),
            )
        })
    }

    /// "No more than the ₹8,830.37 on PO-7", "exceeds the ₹243.03 of PO-7": a sum that is told to stand in a record, and does not.
    pub(super) fn sum_of_no_record(&self) -> Option<Veto> {
        let bare = |text: &str| -> String {
            let text = text.trim_end_matches(['₹', ' ']);
            let text = text
                .strip_suffix("INR")
                .or_else(|| text.strip_suffix("Rs"))
                .unwrap_or(text);
            text.strip_suffix("Rs.")
                .unwrap_or(text)
                .trim_end()
                .to_lowercase()
        };
        let claim = self.claim.replace(',', "");
        let loose = self.told_money().into_iter().map(|(_, n)| n).find(|n| {
            let Some((before, behind)) = claim.split_once(&*n.raw) else {
                return false;
            };
            let article = bare(before);
            let of = [" on ", " of ", " in ", " per "]
                .iter()
                .any(|w| behind.starts_with(w));
            let id = (behind.split_whitespace().nth(1))
                .is_some_and(|w| w.bytes().any(|b| b.is_ascii_digit()));
            (article == "the" || article.ends_with(" the")) && of && id && n.slack.is_zero()
        })?;
        let held = (self.cited.iter())
            .filter_map(|f| read::json_number(f.value))
            .any(|v| loose.is(v.abs(), false));
        (!held).then(|| {
            let why = format!("nothing that is cited holds {}", loose.raw);
            (Label::Contradicted, why)
        })
    }

    fn denies(&self) -> bool {
        self.items.iter().any(|i| i.class("not"))
    }

    /// "200 litres at ₹1,646.50 each come to ₹3,30,050."
    pub(super) fn product_otherwise(&self) -> Option<Veto> {
        let numbers: Vec<(usize, &Number)> = (self.items.iter().enumerate())
            .filter_map(|(at, i)| Some((at, i.number()?)))
            .collect();
        let [(_, many), (_, each), (last, total)] = numbers[..] else {
            return None;
        };
        let plain = !many.rupees && !many.percent && each.rupees && total.rupees;
        let exact = [many, each, total].iter().all(|n| n.slack.is_zero());
        let priced = self.has(&[
            "each", "per", "price", "rate", "apiece", "times", "unit", "at",
        ]);
        let comes = self.items.get(..last).is_some_and(|before| {
            (before.iter().rev().take(6))
                .take_while(|i| i.number().is_none())
                .flat_map(|i| folded_words(i.text()))
                .any(|w| {
                    matches!(
                        w.as_str(),
                        "comes"
                            | "come"
                            | "gives"
                            | "give"
                            | "makes"
                            | "make"
                            | "equals"
                            | "amounts"
                            | "total"
                            | "totals"
                    )
                })
        });
        let less = self.has(&[
            "discount", "less", "minus", "after", "plus", "rounded", "tax", "gst", "about",
        ]);
        if !plain || !exact || !priced || !comes || less || self.denies() {
            return None;
        }
        let product = many.value.checked_mul(each.value)?;
        (product.checked_sub(total.value)?.abs() > Decimal::ONE).then(|| {
            let why = format!(
                "{} at {} come to {product}, and not to {}",
                many.raw, each.raw, total.raw
            );
            (Label::Contradicted, why)
        })
    }

    /// "Falls due 30 days after its date" of a bill whose two days lie 35 apart.
    pub(super) fn due_otherwise(&self) -> Option<Veto> {
        let mut days = self.items.windows(2).filter_map(|two| match two {
            [number, unit] if unit.text().starts_with("day") => number.number(),
            _ => None,
        });
        let (days, None) = (days.next()?, days.next()) else {
            return None;
        };
        let date = |is: &dyn Fn(&crate::field::Field<'_>) -> bool| {
            let mut found = self
                .cited
                .iter()
                .filter(|f| is(f))
                .filter_map(|f| Some((f.doc, read::json_date(f.value)?)));
            found.next().filter(|_| found.next().is_none())
        };
        let due = date(&|f| f.has("event.due"))?;
        let from = date(&|f| !f.has("event.due") && read::json_date(f.value).is_some())?;
        let words = folded_words(self.claim).join(" ");
        let of_the_bill = [
            "its date",
            "the invoice date",
            "invoice date",
            "date of the invoice",
            "the bill date",
        ]
        .iter()
        .any(|own| {
            ["after", "from", "of"]
                .iter()
                .any(|w| words.contains(&format!("{w} {own}")))
        });
        let counted =
            (of_the_bill || words.contains("its date plus")) && self.has(&["due", "payable"]);
        let apart = domain::civil::days_between(from.1, due.1);
        (counted && due.0 == from.0 && !self.denies() && days.value != Decimal::from(apart)).then(
            || {
                (
                    Label::Contradicted,
                    format!("the cited days lie {apart} days apart"),
                )
            },
        )
    }

    /// "The round-off is +₹0.20" of what is taken away.
    pub(super) fn signed_otherwise(&self) -> Option<Veto> {
        let plus = |at: usize| {
            at.checked_sub(1)
                .is_some_and(|n| matches!(self.items.get(n), Some(Item::Mark('+'))))
        };
        let signed = (self.items.iter().enumerate())
            .filter(|(at, _)| plus(*at))
            .filter_map(|(_, i)| i.number());
        let mut turned = signed.filter_map(|n| {
            let own = |f: &&crate::field::Field<'_>| {
                read::json_number(f.value).is_some_and(|v| v == Decimal::ZERO - n.value)
            };
            self.cited.iter().find(own)
        });
        let field = turned.next().filter(|_| self.told_money().len() < 2)?;
        Some((
            Label::Contradicted,
            format!("{} is taken away", field.pointer()),
        ))
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
        let than = self.has(&["than", "plus", "days"]);
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
        if !self.has(&["together", "combined", "altogether", "jointly"])
            || self.has(&["each", "at", "per", "times"])
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
