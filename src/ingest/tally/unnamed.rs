//! Tax that no ledger's name tells. Firms call ledgers as they like, "Duties 18" among them; then the rates of the lines
//! tell: what is booked beside them and comes to the tax of those rates is that tax.

use domain::Decimal;

use super::{Element, lines::is_taxed};
use crate::{
    draft::{Draft, Heads, Party},
    head::{Head, is_charge},
    number::percent,
    states,
};

/// A ledger entry beside the lines, and what it adds to the bill.
pub(super) type Beside<'a> = (&'a Element, Decimal);

/// What lines come to and are taxed with.
#[derive(Default)]
pub(super) struct Due {
    value: Decimal,
    full: Decimal,
    half: Decimal,
    /// Tax may be rounded line by line, or once.
    slack: Decimal,
}

impl Due {
    pub(super) fn add(&mut self, value: Decimal, rate: Option<Decimal>) {
        self.value += value;
        let rate = rate.unwrap_or_default();
        self.full += percent(value, rate).unwrap_or_default();
        self.half += percent(value, rate / Decimal::TWO).unwrap_or_default();
        self.slack += Decimal::new(1, 2);
    }

    fn is(&self, amount: Decimal, due: Decimal) -> bool {
        (amount - due).abs() <= self.slack
    }
}

/// What is known of the tax.
#[derive(Default)]
pub(super) struct Tax {
    /// By the ledgers' names.
    pub(super) heads: Heads,
    /// Whether any ledger is called IGST, CGST or SGST.
    pub(super) is_named: bool,
    /// By the lines' rates.
    pub(super) due: Due,
}

/// Takes the entries that are tax out of `beside`. `None` where some of them may be tax, and which or under which head
/// is not told: then no head is known.
pub(super) fn heads(tax: &Tax, beside: &mut Vec<Beside>, draft: &Draft) -> Option<Heads> {
    let (due, mut heads) = (&tax.due, tax.heads);
    // The half that is missing is as large as the one that is there.
    let other_half = match (heads.cgst.is_zero(), heads.sgst.is_zero()) {
        (false, true) => Some((heads.cgst, Head::Sgst)),
        (true, false) => Some((heads.sgst, Head::Cgst)),
        _ => None,
    };
    if let Some((half, head)) = other_half {
        if let [at] = fits(beside, |amount| amount == half).as_slice() {
            heads.add(head, beside.remove(*at).1);
        }
        return Some(heads);
    }
    // Under reverse charge the supplier charges none, and a ledger that is called a tax says how much there is.
    if tax.is_named || draft.reverse_charge {
        return Some(heads);
    }
    if due.full.is_zero() {
        // The goods are lines already: what is called by them and by a tax, and is less, is the tax on them.
        for at in fits(beside, |amount| amount < due.value).into_iter().rev() {
            if let Some(head) = beside.get(at).and_then(named) {
                heads.add(head, beside.remove(at).1);
            }
        }
        return Some(heads);
    }
    let full = fits(beside, |amount| due.is(amount, due.full));
    let halves = fits(beside, |amount| due.is(amount, due.half));
    match (full.as_slice(), halves.as_slice()) {
        ([at], []) => one(heads, beside.remove(*at), draft),
        ([], [first, second]) => {
            let (second, first) = (beside.remove(*second).1, beside.remove(*first).1);
            heads.add(Head::Cgst, first);
            heads.add(Head::Sgst, second);
            Some(heads)
        }
        // Rates alone charge nothing: a supplier that is not registered has none of it in its entries.
        _ if fits(beside, |_| true).is_empty() => Some(heads),
        _ => None,
    }
}

fn named((entry, _): &Beside) -> Option<Head> {
    Head::of(entry.text_of("LEDGERNAME")?)
}

/// Where those entries stand that may be tax and have such an amount.
fn fits(beside: &[Beside], is_wanted: impl Fn(Decimal) -> bool) -> Vec<usize> {
    let may_be_tax = |(entry, amount): &Beside| {
        let name = entry.text_of("LEDGERNAME").unwrap_or_default();
        *amount > Decimal::ZERO && !is_charge(name) && !is_taxed(entry) && is_wanted(*amount)
    };
    let places = beside.iter().enumerate();
    places
        .filter(|(_, one)| may_be_tax(one))
        .map(|(at, _)| at)
        .collect()
}

/// One entry with all of the tax: its head by its name, else by the States, as the law has it.
fn one(mut heads: Heads, entry: Beside, draft: &Draft) -> Option<Heads> {
    let amount = entry.1;
    if let Some(head) = named(&entry) {
        heads.add(head, amount);
    } else if is_within_state(draft)? {
        let half = amount / Decimal::TWO;
        // Two heads cannot be the same where a paisa is over.
        if half.round_dp(2) != half {
            return None;
        }
        heads.cgst = half.normalize();
        heads.sgst = heads.cgst;
    } else {
        heads.igst = amount;
    }
    Some(heads)
}

fn is_within_state(draft: &Draft) -> Option<bool> {
    if matches!(draft.supply_type, Some(kind) if kind != "DEXP") {
        return Some(false);
    }
    let of = |party: &Party| {
        let by_gstin = || states::of_gstin(party.gstin.as_deref()?);
        party.state.clone().or_else(by_gstin)
    };
    let place = draft.place_of_supply.clone();
    Some(of(&draft.seller)? == place.or_else(|| of(&draft.buyer))?)
}
