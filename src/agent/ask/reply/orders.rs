//! Orders line by line, orders of a vendor, and what was received.

use domain::{
    Date, Decimal, EvidenceId,
    records::{
        Billed, LedgerEntry, Order, OrderLine, OrderSummary, Receipts, Registrations, VendorOrders,
    },
};

use super::{Desk, QUESTION, Reply, Seen, Show, Stop, Unknown, noun, party, whole};
use crate::{
    ask::{
        arithmetic::shown,
        lexicon,
        lookup::{Listed, Lookup},
        part::{CodeKind, Part, Subject},
        period::Period,
        wording::Wording,
    },
    claims::Draft,
};

/// Lines, orders and receipts that an answer tells one by one.
const TOLD_MAX: usize = 20;
/// Orders of a vendor whose receipts are looked up.
const ORDERS_MAX: usize = 8;

/// An order by its number, one line of it, or those of what is named. `billed`: what was billed is asked for.
pub(super) fn order(
    desk: &Desk<'_>,
    part: &Part,
    (line, goods): (Option<usize>, Option<usize>),
    billed: bool,
) -> Reply {
    let (evidence, order) = found(desk, part)?;
    of_its_vendor(desk, part, order)?;
    let reckoned = billed_by_line(desk, order)?;
    if billed && !reckoned {
        let why = format!(
            "no record says what was billed on the lines of order {}; \"invoices on {0}\" asks for its invoices",
            order.po_number
        );
        return Err(Unknown::Beyond(why).into());
    }
    if let Some(Subject::Name { wordings, .. }) = desk.subject(goods) {
        let named = wordings.first().map_or("", String::as_str);
        let lines = order.lines.iter().enumerate();
        let named: Vec<_> = lines.filter(|(_, line)| describes(line, named)).collect();
        if named.is_empty() {
            desk.keep(all(desk, evidence, order, reckoned)?);
            let told = desk.subject(goods).map_or_else(String::new, Subject::told);
            return Err(Unknown::Word(told).into());
        }
        return Ok(whole(named.into_iter().map(|(index, line)| {
            line_of(desk, evidence, index, line, order, reckoned)
        })));
    }
    let Some(line) = line else {
        return all(desk, evidence, order, reckoned);
    };
    let number = desk.inquiry.understanding.numbers.get(line).copied();
    let number = shown(number.unwrap_or_default());
    let lines = order.lines.iter().enumerate();
    let named: Vec<_> = lines
        .filter(|(_, line)| line.line.trim() == number)
        .collect();
    if named.is_empty() {
        let why = format!("order {} has no line {number}", order.po_number);
        return Err(Unknown::Absent(why).into());
    }
    let named = named.into_iter();
    Ok(whole(named.map(|(index, line)| {
        line_of(desk, evidence, index, line, order, reckoned)
    })))
}

/// Whether the goods of a line are what somebody calls them: "laptops" of "Laptop 14 inch".
fn describes(line: &OrderLine, called: &str) -> bool {
    let stems = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(lexicon::singular)
            .collect()
    };
    let (own, called) = (stems(&line.description), stems(called));
    !called.is_empty() && called.iter().all(|word| own.contains(word))
}

/// The ways in which an order's number may be kept that is written otherwise: "26-00350", "PO2600350". What is kept so is that
/// order, whatever it was called.
fn wordings(text: &str) -> Vec<String> {
    let mut out = vec![text.to_owned()];
    let upper = text.to_ascii_uppercase();
    let letters = upper.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (prefix, rest) = upper.split_at(letters);
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let plain = rest
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | ' '));
    if plain && (5..=12).contains(&digits.len()) {
        let prefix = if prefix.is_empty() { "PO" } else { prefix };
        let (year, counter) = digits.split_at(2);
        for other in [
            format!("{prefix}-{year}-{counter}"),
            format!("{prefix}-{digits}"),
            format!("{prefix}{digits}"),
        ] {
            if !out.contains(&other) {
                out.push(other);
            }
        }
    }
    out
}

/// The order that a part names.
fn found<'a>(desk: &Desk<'a>, part: &Part) -> Result<(EvidenceId, &'a Order), Stop> {
    let Some(Subject::Code { text, .. }) = desk.subject(part.subject) else {
        return Err(
            Unknown::Incomplete("the question names no order by its number".to_owned()).into(),
        );
    };
    for wording in wordings(text) {
        if let Seen::Found(evidence, order) = desk.look::<Order>(Lookup::Order(wording))? {
            return Ok((evidence, order));
        }
    }
    Err(Unknown::Absent(format!("no order {text} is in the records")).into())
}

/// That an order is on the vendor who is named beside it, where one is.
fn of_its_vendor(desk: &Desk<'_>, part: &Part, order: &Order) -> Result<(), Stop> {
    if part.of.is_none() {
        return Ok(());
    }
    let party = party::of(desk, part.of)?;
    match party.id() {
        Some(id) if id.eq_ignore_ascii_case(order.vendor_id.trim()) => Ok(()),
        Some(id) => {
            let why = format!(
                "order {} is on vendor {}, not on {id}",
                order.po_number, order.vendor_id
            );
            Err(Unknown::Absent(why).into())
        }
        None => Ok(()),
    }
}

/// An order with each of its lines.
pub(super) fn told(desk: &Desk<'_>, evidence: EvidenceId, order: &Order) -> Reply {
    let reckoned = billed_by_line(desk, order)?;
    all(desk, evidence, order, reckoned)
}

fn all(desk: &Desk<'_>, evidence: EvidenceId, order: &Order, reckoned: bool) -> Reply {
    let mut head = desk.word().say("Order ").plain(evidence, "/po_number");
    if order.po_date.is_some() {
        head = head.say(" of ").day(evidence, "/po_date");
    }
    head = head.say(" on vendor ").plain(evidence, "/vendor_id");
    if let Some((master, _)) =
        desk.glance::<Registrations>(Lookup::Vendor(order.vendor_id.clone()))?
    {
        head = head
            .say(" (")
            .plain(master, "/registrations/0/legal_name")
            .say(")");
    }
    head = head.say(" has ");
    let count = u64::try_from(order.lines.len()).unwrap_or(u64::MAX);
    let lines = head.place(evidence, "/lines");
    head = head
        .computed(count.into(), format!("${lines}"), Show::Plain)
        .say(&noun(count, "line"));
    head = worth(desk, head, evidence, order).say(".");
    let lines = order.lines.iter().enumerate().take(TOLD_MAX);
    let mut drafts = whole([head]);
    drafts.extend(whole(lines.map(|(index, line)| {
        line_of(desk, evidence, index, line, order, reckoned)
    })));
    Ok(drafts)
}

/// ", ₹3,39,500.00 before tax": what the lines of an order come to.
fn worth<'a>(
    desk: &Desk<'a>,
    mut head: Wording<'a>,
    evidence: EvidenceId,
    order: &Order,
) -> Wording<'a> {
    let sum = order.lines.iter().try_fold(Decimal::ZERO, |sum, line| {
        sum.checked_add(line.quantity.checked_mul(line.unit_price)?)
    });
    let Some(sum) = sum.filter(|_| !desk.strict && (1..=TOLD_MAX).contains(&order.lines.len()))
    else {
        return head;
    };
    let products: Vec<String> = (0..order.lines.len())
        .map(|index| {
            let at = |member: &str| format!("/lines/{index}/{member}");
            let quantity = head.place(evidence, &at("quantity"));
            let price = head.place(evidence, &at("unit_price"));
            format!("${quantity} * ${price}")
        })
        .collect();
    head.say(", ")
        .computed(sum, format!("sum({})", products.join(", ")), Show::Money)
        .say(" before tax")
}

/// What the ledger lists of the vendor of an order; `None` where it does not say, or not all.
fn ledger<'a>(
    desk: &Desk<'a>,
    order: &Order,
) -> Result<Option<Vec<(EvidenceId, &'a Billed)>>, Stop> {
    let vendor = Lookup::Vendor(order.vendor_id.clone());
    let Some((_, known)) = desk.glance::<Registrations>(vendor)? else {
        return Ok(None);
    };
    let mut gstins: Vec<&String> = Vec::new();
    for vendor in &known.registrations {
        if !vendor.gstin.is_empty() && !gstins.contains(&&vendor.gstin) {
            gstins.push(&vendor.gstin);
        }
    }
    let looked: Vec<_> = gstins
        .into_iter()
        .map(|gstin| {
            desk.glance::<Billed>(Lookup::Billed {
                gstin: gstin.clone(),
                from: None,
                until: desk.inquiry.input.as_of,
                statuses: Vec::new(),
                within: (None, None),
                orders: None,
                listed: Listed::Latest,
            })
        })
        .collect();
    let mut found = Vec::new();
    for seen in looked {
        let Some((evidence, billed)) = seen? else {
            return Ok(None);
        };
        if u64::try_from(billed.invoices.len()).ok() != Some(billed.count) {
            return Ok(None);
        }
        found.push((evidence, billed));
    }
    Ok((!found.is_empty()).then_some(found))
}

/// Ledger rows that name an order.
fn naming<'a>(
    billed: &'a Billed,
    order: &'a Order,
) -> impl Iterator<Item = (usize, &'a LedgerEntry)> {
    let rows = billed.invoices.iter().enumerate();
    rows.filter(|(_, row)| {
        row.po_number
            .trim()
            .eq_ignore_ascii_case(order.po_number.trim())
    })
}

/// Whether the lines of an order say what was billed on them. Nothing on any of them is said of an order that was not billed, and
/// where no record has the lines of invoices: that invoices name the order tells the two apart.
fn billed_by_line(desk: &Desk<'_>, order: &Order) -> Result<bool, Stop> {
    if order.lines.iter().any(|line| !line.billed.is_zero()) {
        return Ok(true);
    }
    let Some(found) = ledger(desk, order)? else {
        return Ok(false);
    };
    Ok(found
        .iter()
        .all(|(_, billed)| naming(billed, order).next().is_none()))
}

/// The invoices that name an order, by the ledger.
pub(super) fn billed_on(desk: &Desk<'_>, part: &Part) -> Reply {
    let (_, order) = found(desk, part)?;
    of_its_vendor(desk, part, order)?;
    let Some(found) = ledger(desk, order)? else {
        let why = format!(
            "the ledger does not list all invoices that may name order {}",
            order.po_number
        );
        return Err(Unknown::Beyond(why).into());
    };
    let mut places = Vec::new();
    let mut sum = Decimal::ZERO;
    let within = desk.period(part);
    let mut total = desk.word().say("Invoices that name order ");
    let mut drafts = Vec::new();
    let mut at = None;
    for (evidence, billed) in found {
        let named = naming(billed, order);
        for (index, entry) in named.filter(|(_, entry)| holds(within, entry.invoice_date)) {
            let row = format!("/invoices/{index}");
            at = at.or(Some((evidence, format!("{row}/po_number"))));
            places.push(total.place(evidence, &format!("{row}/total_value")));
            sum += entry.total_value;
            drafts.extend(
                super::ledger::row(desk.word(), evidence, &row, entry, None)
                    .say(".")
                    .end(),
            );
        }
    }
    let Some((evidence, number)) = at else {
        let then = if within.is_some() {
            " in that period"
        } else {
            ""
        };
        let why = format!(
            "no invoice in the ledger names order {}{then}",
            order.po_number
        );
        return Err(Unknown::Absent(why).into());
    };
    if places.len() > 1 && !desk.strict {
        let places: Vec<String> = places.iter().map(|place| format!("${place}")).collect();
        let total = total.plain(evidence, &number);
        let total = match within {
            Some(period) => within_days(total, period),
            None => total,
        };
        let total = total
            .say(" come to ")
            .computed(sum, format!("sum({})", places.join(", ")), Show::Money)
            .say(" (rejected ones aside).");
        drafts.extend(total.end());
    }
    Ok(drafts)
}

fn line_of<'a>(
    desk: &Desk<'a>,
    evidence: EvidenceId,
    index: usize,
    line: &OrderLine,
    order: &Order,
    reckoned: bool,
) -> Wording<'a> {
    let at = |member: &str| format!("/lines/{index}/{member}");
    let mut wording = desk
        .word()
        .cite(evidence, "/po_number")
        .say("Line ")
        .plain(evidence, &at("line"))
        .say(" (")
        .plain(evidence, &at("description"))
        .say(") is ")
        .plain(evidence, &at("status"))
        .say(": ")
        .plain(evidence, &at("quantity"))
        .say(" ")
        .plain(evidence, &at("unit"))
        .say(" ordered at ")
        .money(evidence, &at("unit_price"))
        .say(", GST ")
        .plain(evidence, &at("gst_rate"))
        .say("%");
    if !line.hsn.is_empty() {
        wording = wording.say(", HSN ").plain(evidence, &at("hsn"));
    }
    if order.receipts_known {
        wording = wording
            .say(", ")
            .plain(evidence, &at("accepted"))
            .say(" accepted");
        let awaited = line.quantity.saturating_sub(line.accepted);
        if awaited > Decimal::ZERO && !line.accepted.is_zero() && !desk.strict {
            let (ordered, accepted) = (
                wording.place(evidence, &at("quantity")),
                wording.place(evidence, &at("accepted")),
            );
            wording = wording
                .say(" and ")
                .computed(awaited, format!("${ordered} - ${accepted}"), Show::Plain)
                .say(" still to come");
        }
    } else {
        wording = wording.say(", receipts not known");
    }
    if !reckoned {
        return wording.say(", what was billed on it not known.");
    }
    wording = wording
        .say(", ")
        .plain(evidence, &at("billed"))
        .say(" billed");
    if desk.strict {
        return wording.say(".");
    }
    let (ordered, billed) = (
        wording.place(evidence, &at("quantity")),
        wording.place(evidence, &at("billed")),
    );
    let left = line.quantity.saturating_sub(line.billed);
    if left.is_sign_negative() && !left.is_zero() {
        wording
            .say(", ")
            .computed(-left, format!("${billed} - ${ordered}"), Show::Plain)
            .say(" more than ordered.")
    } else {
        wording
            .say(", ")
            .computed(left, format!("${ordered} - ${billed}"), Show::Plain)
            .say(" left to bill.")
    }
}

pub(super) fn of_vendor(desk: &Desk<'_>, part: &Part, open: bool) -> Reply {
    let party = party::of(desk, part.subject)?;
    let Some(id) = party.id() else {
        return Err(Unknown::Absent(
            "orders are kept by vendor id, and the vendor master has none of it".to_owned(),
        )
        .into());
    };
    let Seen::Found(evidence, found) =
        desk.look::<VendorOrders>(Lookup::OrdersOf(id.to_owned()))?
    else {
        return Err(Unknown::Absent(format!("no orders of vendor {id} are in the records")).into());
    };
    if let Some((place, period)) = desk.period(part) {
        return placed(desk, &party, (evidence, found), (place, period), open);
    }
    let count = u64::try_from(found.count).unwrap_or(u64::MAX);
    let mut head = party
        .title(desk.word().cite(evidence, "/vendor_id"))
        .say(" has ");
    head = if count == 0 {
        head.say("no order in the records").cite(evidence, "/count")
    } else {
        head.plain(evidence, "/count")
            .say(&noun(count, "order"))
            .say(", ")
            .plain(evidence, "/open_count")
            .say(" open")
    };
    let mut drafts = whole([head.say(".")]);
    let orders = found.orders.iter().enumerate();
    let told = orders
        .filter(|(_, order)| !open || order.open_lines > 0)
        .take(TOLD_MAX);
    drafts.extend(whole(
        told.map(|(index, order)| summary(desk, evidence, index, order)),
    ));
    Ok(drafts)
}

/// "PO-26-0041 of 24 Aug 2026: 2 lines, 2 open, ₹3,39,500.00 before tax."
fn summary<'a>(
    desk: &Desk<'a>,
    evidence: EvidenceId,
    index: usize,
    order: &OrderSummary,
) -> Wording<'a> {
    let at = |member: &str| format!("/orders/{index}/{member}");
    let mut wording = desk.word().plain(evidence, &at("po_number"));
    if order.po_date.is_some() {
        wording = wording.say(" of ").day(evidence, &at("po_date"));
    }
    let lines = u64::try_from(order.lines).unwrap_or(u64::MAX);
    wording
        .say(": ")
        .plain(evidence, &at("lines"))
        .say(&noun(lines, "line"))
        .say(", ")
        .plain(evidence, &at("open_lines"))
        .say(" open, ")
        .money(evidence, &at("value"))
        .say(" before tax.")
}

/// " from 1 Apr 2026 to 30 Apr 2026", " up to 30 Apr 2026": the days that are asked about.
fn within_days<'a>(wording: Wording<'a>, (place, period): (usize, &Period)) -> Wording<'a> {
    let day = |end: &str| format!("/periods/{place}/{end}");
    let wording = if period.from.is_some() {
        wording
            .say(" from ")
            .day(QUESTION, &day("from"))
            .say(" to ")
    } else {
        wording.say(" up to ")
    };
    wording.day(QUESTION, &day("until"))
}

/// Whether a day is one of a period; each is, where no period is asked about.
fn holds(period: Option<(usize, &Period)>, day: Date) -> bool {
    period
        .is_none_or(|(_, period)| period.from.is_none_or(|from| from <= day) && day <= period.until)
}

/// The orders of a vendor that bear a day of a period.
fn placed(
    desk: &Desk<'_>,
    party: &party::Party<'_>,
    (evidence, found): (EvidenceId, &VendorOrders),
    (place, period): (usize, &Period),
    open: bool,
) -> Reply {
    if found.orders.len() < found.count || found.orders.iter().any(|order| order.po_date.is_none())
    {
        let why = "not all orders of this vendor are listed with their dates".to_owned();
        return Err(Unknown::Beyond(why).into());
    }
    let within = |order: &OrderSummary| {
        order
            .po_date
            .is_some_and(|day| holds(Some((place, period)), day))
    };
    let orders = found.orders.iter().enumerate();
    let kept: Vec<_> = orders
        .filter(|(_, order)| within(order) && (!open || order.open_lines > 0))
        .collect();
    let mut head = party
        .title(
            desk.word()
                .cite(evidence, "/vendor_id")
                .cite(evidence, "/orders"),
        )
        .say(if open { ": open orders" } else { ": orders" });
    head = within_days(head, (place, period)).say(": ");
    // One for each, by what it cites; an order without lines counts as well, and is then not numbered.
    let countable = kept.iter().all(|(_, order)| order.lines > 0);
    head = if kept.is_empty() {
        head.say("none")
    } else if countable && !desk.strict {
        let ones: Vec<String> = kept
            .iter()
            .map(|(index, _)| {
                let lines = head.place(evidence, &format!("/orders/{index}/lines"));
                format!("${lines} / ${lines}")
            })
            .collect();
        let count = u64::try_from(kept.len()).unwrap_or(u64::MAX);
        head.computed(
            count.into(),
            format!("sum({})", ones.join(", ")),
            Show::Plain,
        )
    } else {
        head.say("as follows")
    };
    let mut drafts = whole([head.say(".")]);
    let told = kept.into_iter().take(TOLD_MAX);
    drafts.extend(whole(
        told.map(|(index, order)| summary(desk, evidence, index, order)),
    ));
    Ok(drafts)
}

pub(super) fn receipts(desk: &Desk<'_>, part: &Part, line: Option<usize>) -> Reply {
    let lookups = match desk.subject(part.subject) {
        Some(Subject::Code {
            text,
            kind: Some(CodeKind::Receipt),
        }) => vec![Lookup::Receipt(text.clone())],
        Some(Subject::Code {
            text,
            kind: Some(CodeKind::Order),
        }) => vec![Lookup::ReceiptsOf(kept_as(desk, text)?)],
        _ => {
            let party = party::of(desk, part.subject)?;
            let id = party.id().unwrap_or_default().to_owned();
            let Seen::Found(_, found) = desk.look::<VendorOrders>(Lookup::OrdersOf(id))? else {
                return Err(Unknown::Absent(
                    "no orders of this vendor are in the records".to_owned(),
                )
                .into());
            };
            let orders = found.orders.iter().take(ORDERS_MAX);
            orders
                .map(|order| Lookup::ReceiptsOf(order.po_number.clone()))
                .collect()
        }
    };
    if lookups.is_empty() {
        return Err(Unknown::Absent("no order of this vendor is in the records".to_owned()).into());
    }
    let looked: Vec<_> = lookups
        .into_iter()
        .map(|lookup| desk.look::<Receipts>(lookup))
        .collect();
    let within = desk.period(part).map(|(_, period)| period);
    let numbers = &desk.inquiry.understanding.numbers;
    let number = line
        .and_then(|line| numbers.get(line))
        .map(|line| shown(*line));
    let mut drafts = Vec::new();
    for seen in looked {
        let Seen::Found(evidence, found) = seen? else {
            return Err(Unknown::Absent("no such receipt is in the records".to_owned()).into());
        };
        if found.receipts.is_empty() {
            if !found.grn_number.is_empty() {
                let why = format!("no receipt {} is in the records", found.grn_number);
                return Err(Unknown::Absent(why).into());
            }
            // Against an order that does not exist nothing is received either.
            if let Some(Subject::Code { text, .. }) = desk.subject(part.subject)
                && let Seen::Absent(_) = desk.look::<Order>(Lookup::Order(text.clone()))?
            {
                let why = format!("no order {text} is in the records");
                return Err(Unknown::Absent(why).into());
            }
            drafts.extend(nothing(desk, evidence));
        }
        let rows = found.receipts.iter().enumerate().filter(|(_, row)| {
            let own = number
                .as_deref()
                .is_none_or(|number| row.line.trim() == number);
            own && within.is_none_or(|period| {
                row.grn_date.is_some_and(|day| {
                    period.from.is_none_or(|from| from <= day) && day <= period.until
                })
            })
        });
        drafts.extend(whole(rows.take(TOLD_MAX).map(|(index, line)| {
            let at = |member: &str| format!("/receipts/{index}/{member}");
            let mut wording = desk.word().plain(evidence, &at("grn_number"));
            if line.grn_date.is_some() {
                wording = wording.say(" of ").day(evidence, &at("grn_date"));
            }
            wording
                .say(": ")
                .plain(evidence, &at("quantity_accepted"))
                .say(" accepted on line ")
                .plain(evidence, &at("line"))
                .say(" of order ")
                .plain(evidence, &at("po_number"))
                .say(".")
        })));
    }
    if drafts.is_empty() {
        let why = match &number {
            Some(number) => format!("nothing was received on line {number}"),
            None => "nothing was received in that period".to_owned(),
        };
        return Err(Unknown::Absent(why).into());
    }
    Ok(drafts)
}

/// An order's number as the records keep it; as it is written where they have no such order.
fn kept_as(desk: &Desk<'_>, text: &str) -> Result<String, Stop> {
    for wording in wordings(text) {
        if let Some((_, order)) = desk.glance::<Order>(Lookup::Order(wording))? {
            return Ok(order.po_number.clone());
        }
    }
    Ok(text.to_owned())
}

/// That nothing was received against an order, by the empty list.
fn nothing(desk: &Desk<'_>, evidence: EvidenceId) -> Option<Draft> {
    desk.word()
        .cite(evidence, "/receipts")
        .say("Nothing was received against order ")
        .plain(evidence, "/po_number")
        .say(".")
        .end()
}
