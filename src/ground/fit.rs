//! Whether a field may bear what a clause says: right number, wrong field stops here.

use std::collections::BTreeSet;

use crate::{
    field::{Class, Field},
    number::Number,
    vocabulary::{Tag, Tags, group, of, stem},
};

/// How well a field answers to what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    No,
    /// Nothing speaks against it.
    Loose,
    /// Its name says what the clause says.
    Exact,
}

/// What is said of a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked<'a> {
    /// From the words next to the value.
    pub(crate) tags: Tags,
    /// From the whole clause.
    pub(crate) clause: Tags,
    /// From there, or else from the whole clause.
    pub(crate) docs: Tags,
    pub(crate) roles: Tags,
    /// Stems of all words of the claim.
    pub(crate) words: BTreeSet<String>,
    /// The claim's letters and digits in one run.
    pub(crate) run: String,
    pub(crate) number: Option<&'a Number>,
    /// The clause speaks of one line of a document.
    pub(crate) line: bool,
    /// Days follow the number.
    pub(crate) days: bool,
}

/// Papers, of which a value belongs to one; the others are registers, which hold values of papers.
pub(crate) const PAPERS: [Tag; 7] = [
    "doc.invoice",
    "doc.order",
    "doc.receipt",
    "doc.eway",
    "doc.irn",
    "doc.credit_note",
    "doc.debit_note",
];
pub(crate) const REGISTERS: [Tag; 7] = [
    "doc.registration",
    "doc.return",
    "doc.portal",
    "doc.vendor",
    "doc.ledger",
    "doc.gstr2b",
    "doc.contract",
];

fn among(tags: &Tags, list: &[Tag]) -> Tags {
    tags.iter().copied().filter(|t| list.contains(t)).collect()
}

fn disjoint(a: &Tags, b: &Tags) -> bool {
    !a.is_empty() && !b.is_empty() && a.is_disjoint(b)
}

/// Tags that mean the same where they stand for different words.
/// Tags with those of the papers that make them true: what stands on a receipt was received.
pub(crate) fn widened_public(tags: &Tags) -> Tags {
    let mut said = tags.clone();
    let filing = said.remove("event.filing");
    let mut out = widened(&said);
    if filing {
        out.insert("event.filing");
    }
    out
}

pub(crate) fn widened(tags: &Tags) -> Tags {
    let mut out = tags.clone();
    for tag in tags {
        let also: &[Tag] = match *tag {
            "head.payable" => &["head.total", "head.due"],
            "head.limit" => &["head.credit_limit"],
            "event.receipt" | "stage.received" => {
                &["doc.receipt", "stage.received", "event.receipt"]
            }
            "event.order" | "stage.ordered" => &["doc.order"],
            "stage.billed" | "event.billing" => &["doc.invoice"],
            "event.payment" => &["doc.payment"],
            "event.filing" => &["doc.return"],
            "event.ack" => &["doc.irn"],
            "event.dispatch" => &["stage.dispatched"],
            "event.delivery" => &["event.receipt", "stage.received", "doc.receipt"],
            "doc.udyam" => &["doc.registration"],
            "kind.holder" => &["kind.name"],
            "kind.address" => &["kind.place", "kind.pin"],
            _ => &[],
        };
        out.extend(also);
    }
    out
}

/// Whether records and parties agree.
pub(crate) fn same_record(asked: &Asked<'_>, field: &Field<'_>) -> bool {
    let (own, sources) = (of(&field.tags, "doc"), of(&field.sources, "doc"));
    let papers = among(&asked.docs, &PAPERS);
    let own_papers = among(&own, &PAPERS);
    let theirs = if own_papers.is_empty() {
        among(&sources, &PAPERS)
    } else {
        own_papers
    };
    // An e-invoice is the invoice that it registers.
    let registered =
        papers.contains("doc.irn") && (own.contains("doc.irn") || sources.contains("doc.irn"));
    if !registered && disjoint(&papers, &theirs) {
        return false;
    }
    let registers = among(&asked.docs, &REGISTERS);
    let of_a_paper = !theirs.is_empty();
    let mut theirs = among(&sources, &REGISTERS);
    theirs.extend(among(&own, &REGISTERS));
    if field.has("event.filing") {
        theirs.insert("doc.return");
    }
    if sources.contains("doc.udyam") || own.contains("doc.udyam") {
        theirs.insert("doc.registration");
    }
    // A register is asked for: what is of a paper, or of another register, is not of it.
    if !registers.is_empty()
        && (of_a_paper || !theirs.is_empty())
        && registers.is_disjoint(&theirs)
        && (papers.is_empty() || !theirs.is_empty())
    {
        return false;
    }
    !disjoint(&asked.roles, &field.roles())
}

/// Heads of money as they are compared: a total is one only where nothing narrower is named.
pub(crate) fn heads(tags: &Tags) -> Tags {
    let mut heads = of(tags, "head");
    if heads.len() > 1 {
        heads.remove("head.total");
    }
    if heads.len() > 1 {
        // "CGST is tax", "net of tax": the narrower word counts.
        heads.remove("head.gst");
    }
    heads
}

fn amount_fits(asked: &Tags, field: &Field<'_>) -> Fit {
    let (mut a, mut f) = (heads(asked), heads(&field.tags));
    let silent = a.is_empty();
    if f.is_empty() {
        if field.sources.contains("doc.payment") && a.contains("head.paid") {
            return Fit::Exact;
        }
        if !field.has("kind.amount") && silent {
            return Fit::Loose;
        }
        f.insert("head.total");
    }
    // A ceiling is no amount of what it limits.
    let ceiling = |tags: &Tags| tags.contains("head.limit") || tags.contains("head.credit_limit");
    if ceiling(&f) && !ceiling(&a) && !silent {
        return Fit::No;
    }
    if silent {
        a.insert("head.total");
    }
    let net = crate::vocabulary::name_parts(field.leaf())
        .iter()
        .any(|p| p == "net");
    if a.contains("head.paid")
        && field.sources.contains("doc.payment")
        && (net || f.contains("head.total"))
    {
        return Fit::Exact;
    }
    let a = widened(&a);
    let f = widened(&f);
    if !a.is_disjoint(&f) {
        return if silent { Fit::Loose } else { Fit::Exact };
    }
    // The total of what is owed.
    let owed = [
        "statement",
        "outstanding",
        "ageing",
        "aging",
        "as_on",
        "as_of",
    ];
    if a.contains("head.due")
        && f.contains("head.total")
        && (field
            .path
            .iter()
            .any(|p| owed.iter().any(|o| p.to_lowercase().contains(o)))
            || field
                .scope()
                .iter()
                .any(|(k, _)| owed.contains(&k.to_lowercase().as_str())))
    {
        return Fit::Exact;
    }
    // What a line is billed at may be told before tax or after it.
    let of_line = field.element().is_some() && field.sources.contains("doc.line");
    if silent && of_line && f.contains("head.taxable") {
        return Fit::Loose;
    }
    // Where no other tax is charged, the one there is is the tax.
    if a.contains("head.gst") && field.is_only_tax() {
        return Fit::Exact;
    }
    Fit::No
}

fn date_fits(asked: &Asked<'_>, field: &Field<'_>) -> Fit {
    let strict = |tags: &Tags| {
        let mut events = of(tags, "event");
        // What was ordered, billed or received on a day was so by the paper of that day.
        for stage in of(tags, "stage") {
            events.extend(match stage {
                "stage.received" => Some("event.receipt"),
                "stage.ordered" => Some("event.order"),
                "stage.dispatched" => Some("event.dispatch"),
                "stage.billed" => Some("event.billing"),
                _ => None,
            });
        }
        events.remove("event.issue");
        events
    };
    let (a, f) = (strict(&asked.tags), strict(&field.tags));
    if a.is_empty() {
        // "dated", "on": the date of the paper itself.
        // The date that a paper is named by is its own: the receipt date of a receipt.
        let own = |event: &str, doc: &str| {
            f.len() == 1 && f.contains(event) && field.docs().contains(doc)
        };
        let named = own("event.receipt", "doc.receipt")
            || own("event.order", "doc.order")
            || own("event.payment", "doc.payment");
        return if f.is_empty() || named {
            Fit::Exact
        } else if !of(&asked.tags, "event").contains("event.issue")
            && !f.is_disjoint(&widened(&asked.clause))
        {
            // The clause speaks of the event elsewhere: "… ended (31-03-2026)".
            Fit::Loose
        } else {
            Fit::No
        };
    }
    let mut theirs = f.clone();
    // An order's delivery date is a promise; elsewhere it is when the goods came.
    if f.contains("event.delivery") && !field.docs().contains("doc.order") {
        theirs.insert("event.receipt");
    }
    if f.is_empty() {
        let own = of(&field.tags, "doc");
        theirs.extend(if own.is_empty() {
            of(&field.sources, "doc")
        } else {
            own
        });
        if of(&asked.tags, "event").contains("event.issue") || theirs.is_empty() {
            return Fit::Loose;
        }
    }
    let mut wide = if f.is_empty() { widened(&a) } else { a.clone() };
    // What is submitted to us is received.
    if wide.contains("event.filing") && f.contains("event.receipt") {
        wide.insert("event.receipt");
    }
    // What is due is a delivery, where no payment is spoken of.
    let paying = of(&asked.tags, "head").contains("head.payable") || a.contains("event.payment");
    if wide.contains("event.due") && !paying && !field.docs().contains("doc.invoice") {
        wide.insert("event.delivery");
        wide.insert("event.completion");
    }
    // A word that only says what happened before ("the registration was cancelled on") does not make it its date.
    let narrow: Tags = if wide.len() > 1 {
        wide.iter()
            .copied()
            .filter(|t| *t != "event.registration" || !wide.contains("event.cancellation"))
            .collect()
    } else {
        wide
    };
    if narrow.is_disjoint(&theirs) {
        Fit::No
    } else {
        Fit::Exact
    }
}

/// Whether the words name the parts of a field's name that mean nothing to us.
pub(crate) fn is_named(asked: &Asked<'_>, field: &Field<'_>) -> bool {
    let named = |word: &String| {
        let digits = word.bytes().any(|b| b.is_ascii_digit());
        let yearly = matches!(word.as_str(), "annual" | "yearly" | "pa")
            && ["year", "annual", "annum"]
                .iter()
                .any(|w| asked.words.contains(&stem(w)));
        // What the words say by comparing.
        let apart = matches!(
            word.as_str(),
            "variance" | "deviation" | "diff" | "difference" | "gap" | "excess"
        ) && [
            "above", "below", "over", "under", "higher", "lower", "more", "less", "beyond",
            "exceed",
        ]
        .iter()
        .any(|w| asked.words.contains(&stem(w)));
        let monthly = matches!(word.as_str(), "monthly") && asked.words.contains(&stem("month"));
        yearly
            || apart
            || monthly
            || (digits
                && (word.bytes().all(|b| b.is_ascii_digit())
                    || asked.run.contains(&word.to_uppercase())))
            || asked.words.contains(&stem(word))
    };
    field.unknown.iter().all(named)
}

/// Whether a field is of the sort that the clause speaks of.
pub(crate) fn fits(asked: &Asked<'_>, field: &Field<'_>) -> Fit {
    if !same_record(asked, field)
        || disjoint(&of(&asked.tags, "variant"), &of(&field.tags, "variant"))
    {
        return Fit::No;
    }
    if !is_named(asked, field) {
        return Fit::No;
    }
    let classes = field.classes();
    let is = |class: Class| classes.contains(&class);
    if is(Class::Date) {
        return date_fits(asked, field);
    }
    let numeric = crate::read::json_number(field.value).is_some();
    if !numeric || field.tags.iter().any(|t| is_identity(t)) {
        return text_fits(&asked.tags, field);
    }
    let fit = number_fits(asked, field);
    // A line's value is not the document's: it takes a word that speaks of lines.
    let line = field.element().is_some() && field.sources.contains("doc.line");
    if fit == Fit::Exact && line && !asked.line {
        return Fit::Loose;
    }
    fit
}

/// Numbers: what the words and the signs make of one has to be what the field holds.
fn number_fits(asked: &Asked<'_>, field: &Field<'_>) -> Fit {
    let classes = field.classes();
    let is = |class: Class| classes.contains(&class);
    let tags = &asked.tags;
    let number = asked.number;
    // "The rate of ₹1,140" is a price.
    let percentage = number.is_some_and(|n| n.percent);
    let wants_price = tags.contains("kind.price")
        || (tags.contains("kind.rate")
            && !percentage
            && is(Class::Price)
            && heads(tags).is_empty());
    let wants_quantity = tags.contains("kind.quantity");
    let rupees = number.is_some_and(|n| n.rupees || n.scale >= 5);
    let percent = number.is_some_and(|n| n.percent);
    if percent {
        let bare = classes == [Class::Plain] && field.tags.is_empty();
        if bare {
            return Fit::Loose;
        }
        if !is(Class::Rate) || (tags.contains("kind.amount") && !tags.contains("kind.rate")) {
            return Fit::No;
        }
        rate_fits(tags, field)
    } else if is(Class::Price) && (!is(Class::Rate) || rupees || wants_price) {
        let other = heads(tags)
            .iter()
            .any(|h| *h != "head.total" || !(wants_price || tags.contains("kind.unit")));
        let amount =
            tags.contains("kind.amount") && !wants_price && (rupees || tags.contains("head.total"));
        if other || amount || asked.days || wants_quantity {
            return Fit::No;
        }
        if wants_price { Fit::Exact } else { Fit::Loose }
    } else if is(Class::Rate) {
        // A rate without a head may be a price.
        if rupees && heads(&field.tags).is_empty() && heads(tags).is_empty() && !asked.days {
            return Fit::Loose;
        }
        if rupees || wants_price || asked.days {
            return Fit::No;
        }
        rate_fits(tags, field)
    } else if is(Class::Quantity) && !(rupees && is(Class::Amount)) {
        if rupees || wants_price || asked.days || !heads(tags).is_empty() {
            return Fit::No;
        }
        quantity_fits(tags, field)
    } else if is(Class::Days) {
        if rupees || wants_price || !(asked.days || tags.contains("kind.days")) {
            return Fit::No;
        }
        if tags.contains("kind.days") {
            Fit::Exact
        } else {
            Fit::Loose
        }
    } else if is(Class::Amount) {
        if wants_price
            || wants_quantity
            || asked.days
            || (!of(tags, "stage").is_empty()
                && heads(tags).is_empty()
                && !rupees
                && number.is_some())
        {
            return Fit::No;
        }
        amount_fits(tags, field)
    } else {
        if wants_price
            || (rupees && field.has("kind.count"))
            || (asked.days && !field.unknown.iter().any(|u| u.contains("day")))
        {
            return Fit::No;
        }
        if field.unknown.is_empty() && of(&field.tags, "kind").is_disjoint(tags) {
            Fit::Loose
        } else {
            Fit::Exact
        }
    }
}

fn rate_fits(tags: &Tags, field: &Field<'_>) -> Fit {
    let (a, f) = (heads(tags), heads(&field.tags));
    if a.is_empty() || f.is_empty() {
        let specific = a.iter().any(|h| !matches!(*h, "head.gst" | "head.igst"));
        return if a.is_empty()
            || !specific
            || f.is_empty()
            || field.sources.iter().any(|s| a.contains(s))
        {
            Fit::Loose
        } else {
            Fit::No
        };
    }
    let gst: Tags = ["head.gst", "head.igst"].into();
    if !a.is_disjoint(&f) || (!a.is_disjoint(&gst) && !f.is_disjoint(&gst)) {
        Fit::Exact
    } else {
        Fit::No
    }
}

fn quantity_fits(tags: &Tags, field: &Field<'_>) -> Fit {
    let (a, mut f) = (of(tags, "stage"), of(&field.tags, "stage"));
    if f.is_empty() {
        f = field.docs();
        if a.is_empty() {
            return Fit::Loose;
        }
        // A receipt that tells what was rejected counts what was accepted.
        if a.contains("stage.accepted") && f.contains("doc.receipt") {
            return Fit::Loose;
        }
        let staged = ["doc.order", "doc.invoice", "doc.receipt"];
        return if widened(&a).is_disjoint(&f) && staged.iter().any(|t| f.contains(t)) {
            Fit::No
        } else if widened(&a).is_disjoint(&f) {
            Fit::Loose
        } else {
            Fit::Exact
        };
    }
    if a.is_empty() {
        let docs = widened(&f);
        let named = of(tags, "doc");
        return if !named.is_empty() && named.is_disjoint(&docs) {
            Fit::No
        } else {
            Fit::Loose
        };
    }
    if a.is_disjoint(&f) {
        Fit::No
    } else {
        Fit::Exact
    }
}

/// Kinds whose values are names and identifiers, even when written in digits alone.
pub(crate) fn is_identity(tag: Tag) -> bool {
    matches!(
        tag,
        "kind.gstin"
            | "kind.pan"
            | "kind.account"
            | "kind.ifsc"
            | "kind.holder"
            | "kind.name"
            | "kind.number"
            | "kind.vehicle"
            | "kind.arn"
            | "kind.utr"
            | "kind.udyam"
            | "kind.irn"
            | "kind.ack"
            | "kind.pin"
            | "kind.place"
            | "kind.address"
            | "kind.phone"
            | "kind.email"
            | "kind.hsn"
            | "kind.section"
            | "kind.period"
            | "kind.bank_name"
            | "kind.branch"
    )
}

/// Texts: the kinds named must agree, where both sides name one.
pub(crate) fn text_fits(tags: &Tags, field: &Field<'_>) -> Fit {
    let kinds = |tags: &Tags| -> Tags {
        tags.iter()
            .copied()
            .filter(|t| {
                group(t) == "kind"
                    && !matches!(
                        *t,
                        "kind.number"
                            | "kind.amount"
                            | "kind.count"
                            | "kind.days"
                            | "kind.date"
                            | "kind.business"
                            | "kind.status"
                            | "kind.rate"
                    )
            })
            .collect()
    };
    let (a, f) = (widened(&kinds(tags)), widened(&kinds(&field.tags)));
    if disjoint(&a, &f) {
        return Fit::No;
    }
    let mut theirs = widened(&field.tags);
    theirs.extend(of(&field.sources, "role"));
    let shared = tags
        .iter()
        .any(|t| theirs.contains(t) && matches!(group(t), "kind" | "role" | "doc" | "variant"));
    if shared { Fit::Exact } else { Fit::Loose }
}
