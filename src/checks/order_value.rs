//! What was billed on an order by invoices whose lines nobody knows: set against the order by value, since there is no quantity.

use domain::{Decimal, Facts, inr, money::to_paise_half_up, records::OrderLine};

use crate::order_lines::{OrderLines, Sentence, found};

/// What of an order line bounds what may be billed on it.
pub(crate) type Limit = (&'static str, fn(&OrderLine) -> Decimal);

/// Products and their sum, with the formula of it.
struct Sum {
    value: Decimal,
    terms: Vec<String>,
}

impl Sum {
    fn add(&mut self, value: Option<Decimal>, term: String) -> Option<()> {
        self.value = self.value.checked_add(value?)?;
        self.terms.push(term);
        Some(())
    }

    fn told(&self, sentence: &mut Sentence) -> String {
        let value = to_paise_half_up(self.value);
        sentence.compute(value, format!("round(sum({}), 2)", self.terms.join(", ")));
        inr(value)
    }
}

/// `order PO-26-0041 was billed ₹1,00,000.00 by 1 invoice whose lines are not known, together ₹1,80,000.00 with this one, and what is
/// ordered on it comes to ₹1,50,000.00`, for each order of which that is more than its price may rise (per cent). Rupees before tax.
pub(crate) fn excesses(
    facts: &Facts,
    lines: &OrderLines<'_>,
    (member, limit): Limit,
    bound: &str,
    percent: Decimal,
    sentence: &mut Sentence,
) -> Vec<String> {
    let orders = found(facts).filter(|(_, _, order)| order.unsplit.is_some());
    let texts = orders.filter_map(|(at, named, order)| {
        let unsplit = order.unsplit.as_ref()?;
        let own = |place: &crate::order_lines::Place| place.order == at;
        let mut billed = unsplit.taxable_value;
        let mut most = Decimal::ZERO;
        for line in &order.lines {
            billed = billed.checked_add(line.billed.checked_mul(line.unit_price)?)?;
            most = most.checked_add(limit(line).checked_mul(line.unit_price)?)?;
        }
        let items = facts.invoice.items.iter().zip(&lines.places).enumerate();
        let here: Vec<(usize, Decimal)> = items
            .filter(|(_, (_, place))| place.as_ref().is_some_and(own))
            .filter_map(|(index, (item, _))| Some((index, item.taxable?)))
            .collect();
        for (_, taxable) in &here {
            billed = billed.checked_add(*taxable)?;
        }
        let more = most.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
        if here.is_empty() || billed <= most.checked_add(more)?.checked_add(Decimal::ONE)? {
            return None;
        }
        let told = &mut *sentence;
        let cite = |told: &mut Sentence, pointer: String| told.cite(named.answer.cite(pointer));
        let before = cite(told, "/unsplit/taxable_value".to_owned());
        let count = cite(told, "/unsplit/count".to_owned());
        told.compute(unsplit.taxable_value, before.clone());
        told.compute(unsplit.count.into(), count);
        let mut all = Sum {
            value: unsplit.taxable_value,
            terms: vec![before],
        };
        let mut bounds = Sum {
            value: Decimal::ZERO,
            terms: Vec::new(),
        };
        for (index, line) in order.lines.iter().enumerate() {
            let price = cite(told, format!("/lines/{index}/unit_price"));
            if !line.billed.is_zero() {
                let quantity = cite(told, format!("/lines/{index}/billed"));
                all.add(
                    line.billed.checked_mul(line.unit_price),
                    format!("{quantity} * {price}"),
                )?;
            }
            let quantity = cite(told, format!("/lines/{index}/{member}"));
            bounds.add(
                limit(line).checked_mul(line.unit_price),
                format!("{quantity} * {price}"),
            )?;
        }
        for (index, taxable) in here {
            let term = told.cite(Some(facts.invoice.cite_line(index, "AssAmt")));
            all.add(Some(taxable), term)?;
        }
        told.cite(named.answer.cite("/po_number"));
        let (together, most) = (all.told(told), bounds.told(told));
        let noun = if unsplit.count == 1 { "invoice" } else { "invoices" };
        Some(format!(
            "order {} was billed {} by {} {noun} whose lines are not known, together {together} with this one, and what {bound} on it \
             comes to {most}",
            order.po_number,
            inr(unsplit.taxable_value),
            unsplit.count,
        ))
    });
    texts.collect()
}
