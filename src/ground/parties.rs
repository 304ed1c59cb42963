//! Who does what to whom: the part that a sentence gives a party has to be the one that the record gives him.

use crate::{
    clause::Item,
    field::Field,
    mention::{Mention, is_gstin},
    vocabulary::{Tags, folded_words, name_parts},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// He parts with the goods and gets the money.
    Gives,
    /// He gets the goods and pays.
    Takes,
}

impl Part {
    fn other(self) -> Self {
        match self {
            Self::Gives => Self::Takes,
            Self::Takes => Self::Gives,
        }
    }

    /// By the part that the record gives him, or by what the member is called: `issued_by`, `licensee`, `remitter`.
    fn of_field(field: &Field<'_>) -> Option<Self> {
        let parts: Vec<String> = field.path.iter().flat_map(|s| name_parts(s)).collect();
        let by = |doing: &str| {
            matches!(
                doing,
                "issued" | "raised" | "billed" | "sold" | "supplied" | "drawn"
            )
        };
        let to = |doing: &str| {
            matches!(
                doing,
                "issued" | "raised" | "billed" | "bill" | "sold" | "ship" | "shipped"
            )
        };
        let two = parts.windows(2).find_map(|two| match two {
            [paid, side] if paid == "paid" || paid == "payment" => match side.as_str() {
                "from" | "by" => Some(Self::Takes),
                "to" => Some(Self::Gives),
                _ => None,
            },
            [doing, side] if side == "by" && by(doing) => Some(Self::Gives),
            [doing, side] if side == "to" && to(doing) => Some(Self::Takes),
            _ => None,
        });
        let one = || {
            parts.iter().rev().find_map(|p| match p.as_str() {
                "issuer" | "licensor" | "lessor" | "landlord" | "payee" | "beneficiary"
                | "issuedby" => Some(Self::Gives),
                "licensee" | "lessee" | "tenant" | "payer" | "remitter" | "issuedto"
                | "billedto" | "billto" => Some(Self::Takes),
                _ => None,
            })
        };
        two.or_else(one).or_else(|| Self::of(&field.roles()))
    }

    fn of(roles: &Tags) -> Option<Self> {
        let gives = ["role.supplier", "role.consignor", "role.dispatcher"]
            .iter()
            .any(|r| roles.contains(r));
        let takes = ["role.buyer", "role.consignee"]
            .iter()
            .any(|r| roles.contains(r));
        match (gives, takes) {
            (true, false) => Some(Self::Gives),
            (false, true) => Some(Self::Takes),
            _ => None,
        }
    }
}

/// What the one who does it is: a seller sells, a buyer orders.
fn doer(word: &str) -> Option<Part> {
    Some(match word {
        "sell" | "sells" | "sold" | "selling" | "sale" | "sales" | "supply" | "supplies"
        | "supplied" | "supplying" | "bill" | "bills" | "billed" | "billing" | "invoice"
        | "invoices" | "invoiced" | "invoicing" | "charge" | "charges" | "charged" | "dispatch"
        | "dispatches" | "dispatched" | "despatched" | "ship" | "ships" | "shipped" | "consign"
        | "consigns" | "consigned" | "deliver" | "delivers" | "delivered" | "consignment"
        | "delivery" | "shipment" | "license" | "licenses" | "licence" | "licences"
        | "licensed" | "licenced" | "lease" | "leases" | "leased" | "rents" | "lets" => Part::Gives,
        "buy" | "buys" | "bought" | "buying" | "purchase" | "purchases" | "purchased"
        | "purchasing" | "procure" | "procures" | "procured" | "order" | "orders" | "ordered"
        | "ordering" | "pay" | "pays" | "paid" | "paying" | "payment" | "payments" | "owes"
        | "remitted" | "remits" => Part::Takes,
        _ => return None,
    })
}

fn passive(word: &str) -> bool {
    matches!(
        word,
        "sold"
            | "supplied"
            | "billed"
            | "invoiced"
            | "charged"
            | "dispatched"
            | "despatched"
            | "shipped"
            | "consigned"
            | "delivered"
            | "bought"
            | "purchased"
            | "procured"
            | "ordered"
            | "paid"
            | "remitted"
    )
}

/// A bill is raised by the one who gives, an order by the one who takes.
fn drawn(word: &str, items: &[Item]) -> Option<Part> {
    let ordered = items.iter().any(|i| {
        i.tags().is_some_and(|t| t.contains("doc.order"))
            || i.text().to_lowercase().starts_with("po")
    });
    let draws = matches!(
        word,
        "raised" | "raises" | "issued" | "issues" | "drew" | "draws" | "drawn"
    );
    (draws && !ordered).then_some(Part::Gives)
}

/// What goes, goes from the one who gives.
fn bills(word: &str, items: &[Item]) -> Option<Part> {
    let goes = matches!(word, "went" | "goes" | "sent" | "moved" | "came" | "comes");
    drawn(word, items).or(goes.then_some(Part::Gives))
}

/// "Sold by the buyer to the seller".
pub(crate) fn turned(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    for (at, item) in items.iter().enumerate() {
        let Some(mention) =
            Mention::of(item).filter(|m| is_party(m) || matches!(item, Item::Unknown(_)))
        else {
            continue;
        };
        // Money goes from the one who takes the goods.
        let money = cited.iter().any(|f| {
            f.docs().contains("doc.payment") && f.value.is_string() && mention.is(f.value, "")
        });
        let holders: Vec<Part> = cited
            .iter()
            .filter(|f| f.value.is_string() && mention.is(f.value, ""))
            .filter_map(Part::of_field)
            .collect();
        let Some(held) = holders
            .first()
            .copied()
            .filter(|h| holders.iter().all(|o| o == h))
        else {
            continue;
        };
        if let Some(said) = said(items, at, money)
            && said != held
        {
            return Some(format!("{} plays the other part", item.text()));
        }
    }
    None
}

/// Somebody by his name, or by his GSTIN.
fn is_party(mention: &Mention) -> bool {
    match mention {
        Mention::Name(_) => true,
        Mention::Id(id) => is_gstin(id),
        _ => false,
    }
}

/// The part that the words about a name give him.
fn said(items: &[Item], at: usize, money: bool) -> Option<Part> {
    let text = |n: usize| items.get(n).map_or("", Item::text);
    let words_before: Vec<String> = items
        .get(at.saturating_sub(8)..at)
        .unwrap_or_default()
        .iter()
        .rev()
        .take_while(|i| !matches!(i, Item::Mark(';' | '.')))
        .flat_map(|i| folded_words(i.text()).into_iter().rev().collect::<Vec<_>>())
        .filter(|w| {
            !matches!(
                w.as_str(),
                "the" | "a" | "m" | "s" | "messrs" | "our" | "own"
            )
        })
        .collect();
    let near = words_before.first().map_or("", String::as_str);
    // "By X", "to X", "from X": by the nearest word of doing before it.
    if matches!(near, "by" | "from" | "to" | "on") {
        let behind = words_before.get(1..).unwrap_or_default();
        // "Due to X", "owed by X".
        let owed = behind.first().is_some_and(|w| {
            matches!(
                w.as_str(),
                "due" | "owed" | "owing" | "payable" | "outstanding"
            )
        });
        if owed {
            return Some(if near == "to" {
                Part::Gives
            } else {
                Part::Takes
            });
        }
        // "The PO went to X".
        let went = |w: &String| {
            matches!(
                w.as_str(),
                "went" | "placed" | "raised" | "issued" | "given"
            )
        };
        let done = behind.iter().find(|w| passive(w));
        let ordered = behind.iter().any(|w| w == "po") && behind.first().is_some_and(went);
        if done.is_none() && ordered {
            return Some(if matches!(near, "to" | "on") {
                Part::Gives
            } else {
                Part::Takes
            });
        }
        let part = done.and_then(|w| doer(w)).or_else(|| {
            behind
                .iter()
                .find_map(|w| doer(w).or_else(|| bills(w, items).filter(|_| !money)))
        })?;
        return Some(match (near, part) {
            ("by", part) => part,
            ("to", Part::Gives) => Part::Takes,
            ("from", _) | (_, Part::Takes) => Part::Gives,
            ("on", Part::Gives) if behind.iter().any(|w| drawn(w, items).is_some()) => Part::Takes,
            _ => return None,
        });
    }
    // "The seller X", "buyer X".
    match near {
        "seller" | "supplier" | "vendor" | "consignor" => return Some(Part::Gives),
        "buyer" | "customer" | "purchaser" | "recipient" | "consignee" => return Some(Part::Takes),
        _ => {}
    }
    // "X, the seller", "X is the seller", "X has sold", "X was billed".
    let apposed = matches!(items.get(at + 1), Some(Item::Mark(',')));
    let mut auxiliary = apposed;
    let from = at + 1 + usize::from(apposed);
    for n in from..(from + 5).min(items.len()) {
        if matches!(items.get(n), Some(Item::Mark(_) | Item::Name(_))) {
            break;
        }
        for word in folded_words(text(n)) {
            match word.as_str() {
                "is" | "was" | "are" | "were" | "been" | "being" | "gets" | "got" => {
                    auxiliary = true;
                }
                "seller" | "supplier" | "vendor" | "consignor" if auxiliary => {
                    return Some(Part::Gives);
                }
                "buyer" | "customer" | "purchaser" | "recipient" | "consignee" if auxiliary => {
                    return Some(Part::Takes);
                }
                "not" | "has" | "have" | "had" | "the" | "a" | "also" | "duly" | "itself" => {}
                other => {
                    let part = doer(other).or_else(|| drawn(other, items))?;
                    // A noun that is his: "X invoice 12".
                    let done = passive(other) || matches!(other, "issued" | "raised" | "drawn");
                    if !done && !other.ends_with('s') {
                        return None;
                    }
                    return Some(if auxiliary && done {
                        part.other()
                    } else {
                        part
                    });
                }
            }
        }
    }
    None
}
