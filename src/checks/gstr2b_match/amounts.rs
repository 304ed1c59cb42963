//! The amounts that document and statement are compared by, each with the places whose sum it is.

use domain::{
    Cite, Decimal, Finding, Invoice, Item, inr, money::to_paise_half_up, portal::StatementDocument,
};

use crate::Context;

/// Taxable value and the tax heads: name, member of the totals.
pub(super) const HEADS: [(&str, &str); 5] = [
    ("taxable value", "AssVal"),
    ("IGST", "IgstVal"),
    ("CGST", "CgstVal"),
    ("SGST", "SgstVal"),
    ("cess", "CesVal"),
];

/// The members of a statement's item, in the order of [`HEADS`].
pub(super) const ITEM_MEMBERS: [&str; 5] = ["txval", "igst", "cgst", "sgst", "cess"];

/// A line's amounts in the order of [`HEADS`], with the members that make them up.
fn of_line(item: &Item) -> [Vec<(&'static str, Option<Decimal>)>; 5] {
    [
        vec![("AssAmt", item.taxable)],
        vec![("IgstAmt", item.igst)],
        vec![("CgstAmt", item.cgst)],
        vec![("SgstAmt", item.sgst)],
        vec![("CesAmt", item.cess), ("CesNonAdvlAmt", item.cess_fixed)],
    ]
}

fn of_totals(invoice: &Invoice) -> [Option<Decimal>; 5] {
    let t = &invoice.totals;
    [t.taxable, t.igst, t.cgst, t.sgst, t.cess]
}

/// An amount with the places whose sum it is.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub(super) value: Decimal,
    places: Vec<Cite>,
}

impl Stated {
    /// Rounded to paise for readers: some providers send binary fractions.
    pub(super) fn shown(&self) -> String {
        inr(to_paise_half_up(self.value))
    }

    /// Adds the places, and the sum over them as a computed value.
    pub(super) fn cited(&self, finding: Finding) -> Finding {
        let first = finding.cites.len() + 1;
        let terms: Vec<String> = (first..first + self.places.len())
            .map(|place| format!("${place}"))
            .collect();
        let sum = if terms.is_empty() {
            "0".to_owned()
        } else {
            terms.join(" + ")
        };
        finding
            .cites(self.places.iter().cloned())
            .computed(to_paise_half_up(self.value), format!("round({sum}, 2)"))
    }
}

/// What the invoice states of each head: the total, and the sum of its lines. Whether the two agree is the matter of
/// TAX-TOTAL, so that the statement may agree with either.
pub(super) fn stated(invoice: &Invoice) -> [[Stated; 2]; 5] {
    let mut lines: [Stated; 5] = std::array::from_fn(|_| Stated {
        value: Decimal::ZERO,
        places: Vec::new(),
    });
    for (index, item) in invoice.items.iter().enumerate() {
        for (sum, parts) in lines.iter_mut().zip(of_line(item)) {
            for (member, amount) in parts {
                let Some(amount) = amount.filter(|a| !a.is_zero()) else {
                    continue;
                };
                sum.value += amount;
                sum.places.push(invoice.cite_line(index, member));
            }
        }
    }
    let mut totals = of_totals(invoice).into_iter().zip(HEADS);
    lines.map(|lines| {
        let total = totals.next().and_then(|(amount, (_, member))| {
            Some(Stated {
                value: amount?,
                places: vec![invoice.cite(&format!("/ValDtls/{member}"))],
            })
        });
        [total.unwrap_or_else(|| lines.clone()), lines]
    })
}

/// What the statement says of each head.
pub(super) fn listed(context: &Context, document: &StatementDocument) -> [Stated; 5] {
    let values = [
        document.taxable,
        document.igst,
        document.cgst,
        document.sgst,
        document.cess,
    ];
    let mut parts = document.parts.iter();
    values.map(|value| Stated {
        value,
        places: parts
            .next()
            .into_iter()
            .flatten()
            .filter_map(|place| context.facts.statement.cite(place.as_str()))
            .collect(),
    })
}
