//! Vouchers of Tally that are nobody's bill. It is one rule for those who read vouchers and those who take them in, so
//! this file is a module of both crates: neither may depend on the other.

/// What a voucher says of itself, as far as it decides that; empty where it says nothing.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Said<'a> {
    /// `VCHTYPE` and `VOUCHERTYPENAME`.
    pub(crate) types: [&'a str; 2],
    /// `ACTION`, or "Delete" where `ISDELETED` says it.
    pub(crate) action: &'a str,
    pub(crate) cancelled: bool,
    pub(crate) optional: bool,
}

/// Why a voucher is nobody's bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nobodys {
    OtherType,
    Deleted,
    Cancelled,
    /// Not in the books, unless somebody makes it a regular one.
    Optional,
}

/// Words that say of what type a voucher is, wherever they stand: firms add words of their own, often without a space.
const OTHERS: [&str; 7] = [
    "sales",
    "payment",
    "receipt",
    "payroll",
    "attendance",
    "memorandum",
    "rejection",
];

/// The same of whole words: "Labour Contractor" and "Border" are no types.
const OTHERS_WHOLE: [&str; 5] = ["sale", "contra", "order", "memo", "reversing"];

/// The same, but of a purchase they say what was bought or how: "Stock Purchase".
const OTHERS_UNLESS_BOUGHT: [&str; 4] = ["stock", "physical", "manufacturing", "delivery"];

/// Whether a type's name is of another than purchases and notes.
fn is_other(name: &str) -> bool {
    let name = name.to_lowercase();
    if OTHERS.iter().any(|word| name.contains(word)) {
        return true;
    }
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphabetic())
        .map(|word| word.strip_suffix('s').unwrap_or(word))
        .collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let ordered = ["purchaseorder", "workorder"]
        .iter()
        .any(|o| name.contains(o));
    has(&OTHERS_WHOLE)
        || ordered
        || name.contains("delivery note")
        || (has(&OTHERS_UNLESS_BOUGHT) && !name.contains("purchase"))
}

impl Said<'_> {
    pub(crate) fn why_nobodys(&self) -> Option<Nobodys> {
        let action = |wanted: &str| self.action.eq_ignore_ascii_case(wanted);
        if self.types.iter().any(|name| is_other(name)) {
            Some(Nobodys::OtherType)
        } else if action("delete") {
            Some(Nobodys::Deleted)
        } else if self.cancelled || action("cancel") {
            Some(Nobodys::Cancelled)
        } else if self.optional {
            Some(Nobodys::Optional)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_vouchers_by_their_names() {
        for (name, other) in [
            ("Purchase", false),
            ("GST Purchase", false),
            ("Purchase - Import", false),
            ("Purchase (RCM)", false),
            ("Stock Purchase", false),
            ("Livestock Purchase", false),
            ("Purchase with Delivery", false),
            ("Wholesale Purchase", false),
            ("Labour Contractor Bill", false),
            ("Cross Border Purchase", false),
            ("Debit Note", false),
            ("Credit Note", false),
            ("Journal", false),
            ("", false),
            ("Sales", true),
            ("Sales GST", true),
            ("SalesGST", true),
            ("Tax Invoice - Sale", true),
            ("Payment", true),
            ("Bank Payment", true),
            ("BankPayment", true),
            ("Cash Receipt", true),
            ("Receipt Note", true),
            ("Contra", true),
            ("Purchase Order", true),
            ("PurchaseOrder", true),
            ("Job Work Out Orders", true),
            ("Delivery Note", true),
            ("Stock Journal", true),
            ("Physical Stock", true),
            ("Manufacturing Journal", true),
            ("Payroll", true),
            ("Attendance", true),
            ("Memorandum", true),
            ("Rejections Out", true),
            ("Reversing Journal", true),
        ] {
            assert_eq!(is_other(name), other, "{name}");
        }
    }

    #[test]
    fn what_a_voucher_says_of_itself() {
        let said = Said::default();
        for (said, want) in [
            (said, None),
            (
                Said {
                    types: ["Purchase", "Bank Payment"],
                    ..said
                },
                Some(Nobodys::OtherType),
            ),
            (
                Said {
                    action: "DELETE",
                    ..said
                },
                Some(Nobodys::Deleted),
            ),
            (
                Said {
                    action: "delete",
                    optional: true,
                    ..said
                },
                Some(Nobodys::Deleted),
            ),
            (
                Said {
                    action: "Cancel",
                    ..said
                },
                Some(Nobodys::Cancelled),
            ),
            (
                Said {
                    cancelled: true,
                    ..said
                },
                Some(Nobodys::Cancelled),
            ),
            (
                Said {
                    optional: true,
                    ..said
                },
                Some(Nobodys::Optional),
            ),
            (
                Said {
                    action: "Alter",
                    ..said
                },
                None,
            ),
        ] {
            assert_eq!(said.why_nobodys(), want, "{said:?}");
        }
    }
}
