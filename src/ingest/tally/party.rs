//! Whose voucher it is: the supplier's entry among its ledgers, and on which side it stands.

use domain::Decimal;

use super::{Element, Row, quantity, row};

/// Members that name the supplier, the ledger's own name first.
const NAMES: [&str; 4] = [
    "PARTYLEDGERNAME",
    "PARTYNAME",
    "BASICBASEPARTYNAME",
    "PARTYMAILINGNAME",
];

/// How amounts of a voucher become amounts of a bill.
pub(super) struct Signs {
    /// Whether `ISDEEMEDPOSITIVE` says debit or credit, and amounts have no signs: some exporters write it so.
    by_flag: bool,
    /// One where the supplier is credited, minus one where it is debited.
    pub(super) side: Decimal,
}

impl Signs {
    /// As booked: debits negative.
    pub(super) fn booked(&self, entry: &Element) -> Option<Decimal> {
        let amount = entry.text_of("AMOUNT").and_then(quantity::amount)?;
        if !self.by_flag {
            return Some(amount);
        }
        let debit = entry.says_yes("ISDEEMEDPOSITIVE");
        Some(if debit { -amount.abs() } else { amount.abs() })
    }

    /// What an entry adds to the bill.
    pub(super) fn value(&self, entry: &Element) -> Option<Decimal> {
        Some(-self.booked(entry)? * self.side)
    }

    fn sum(&self, entries: &[&Element]) -> Decimal {
        entries.iter().filter_map(|e| self.booked(e)).sum()
    }

    /// `debited` is what the voucher's type says, for one that does not show its supplier.
    pub(super) fn of(entries: &[&Element], party: Option<&Element>, debited: bool) -> Self {
        let mut signs = Self {
            by_flag: false,
            side: Decimal::ONE,
        };
        if !signs.sum(entries).is_zero() {
            signs.by_flag = true;
            signs.by_flag = signs.sum(entries).is_zero();
        }
        let credited = match party.and_then(|p| signs.booked(p)) {
            Some(amount) => amount,
            None => -signs.sum(entries),
        };
        let unknown = credited.is_zero() && party.is_none();
        if (credited.is_sign_negative() && !credited.is_zero()) || (unknown && debited) {
            signs.side = Decimal::NEGATIVE_ONE;
        }
        signs
    }
}

/// Whether a type of voucher debits the supplier.
pub(super) fn is_debited(type_name: &str) -> bool {
    type_name.to_lowercase().contains("debit note")
}

/// The supplier's entry.
#[derive(Clone, Copy)]
pub(super) struct Supplier<'a> {
    pub(super) entry: &'a Element,
    /// Whether it is called the supplier's, and not only found by arithmetic.
    is_called_so: bool,
}

impl<'a> Supplier<'a> {
    /// Its name, unless the entry may be the cash that paid for the goods.
    pub(super) fn name(self) -> Option<&'a str> {
        self.entry
            .text_of("LEDGERNAME")
            .filter(|_| self.is_called_so)
    }
}

/// Finds the supplier's entry: by its name, by its flag, by its bills, and failing all by its amount. `entries` are all
/// that balance: the ledgers, and the stock that is not in their amounts.
pub(super) fn find<'a>(
    voucher: &Element,
    type_name: &str,
    ledgers: &[&'a Element],
    entries: &[&Element],
) -> Option<Supplier<'a>> {
    let by_name = || {
        let names = NAMES.iter().filter_map(|member| voucher.text_of(member));
        let mut found = names.filter_map(|name| {
            ledgers
                .iter()
                .find(|entry| entry.text_of("LEDGERNAME") == Some(name))
        });
        found.next()
    };
    let by_flag = || ledgers.iter().find(|entry| entry.says_yes("ISPARTYLEDGER"));
    let called = by_name().or_else(by_flag).copied();
    if let Some(entry) = called.or_else(|| by_bills(ledgers)) {
        return Some(Supplier {
            entry,
            is_called_so: true,
        });
    }
    let entry = by_amount(type_name, ledgers, entries)?;
    Some(Supplier {
        entry,
        is_called_so: false,
    })
}

/// Only what is owed to somebody is kept bill by bill.
fn by_bills<'a>(ledgers: &[&'a Element]) -> Option<&'a Element> {
    let has_bills = |entry: &&&Element| {
        row(entry) == Row::Other
            && entry
                .children("BILLALLOCATIONS.LIST")
                .any(|bill| bill.text_of("NAME").is_some())
    };
    let mut found = ledgers.iter().filter(has_bills);
    let first = found.next()?;
    found.next().is_none().then_some(*first)
}

/// The one entry on the supplier's side that is neither tax nor rounding, where none is larger: entries balance, so what
/// the others come to is owed to it. A second one may be a discount, and then nothing tells the two apart.
fn by_amount<'a>(
    type_name: &str,
    ledgers: &[&'a Element],
    entries: &[&Element],
) -> Option<&'a Element> {
    let debited = is_debited(type_name);
    let signs = Signs::of(entries, None, debited);
    if !signs.sum(entries).is_zero() {
        return None;
    }
    let on_its_side = |entry: &&&Element| {
        row(entry) == Row::Other
            && signs
                .booked(entry)
                .is_some_and(|a| !a.is_zero() && a.is_sign_negative() == debited)
    };
    let mut found = ledgers.iter().filter(on_its_side);
    let alone = found.next().filter(|_| found.next().is_none())?;
    let largest = entries
        .iter()
        .filter_map(|e| signs.booked(e))
        .map(|a| a.abs())
        .max();
    let amount = signs.booked(alone)?.abs();
    (largest == Some(amount)).then_some(*alone)
}
