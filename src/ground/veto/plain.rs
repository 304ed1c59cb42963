//! Plain facts of what is cited that the claim tells otherwise: how long a number is, that there is none, how many are missing,
//! which vendor an order is for; a day that nobody cites.

use domain::{Date, Decimal};

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::Field,
    mention::Mention,
    read,
    vocabulary::{folded_words, name_parts},
};

impl<'a> Borne<'a, '_> {
    /// The first plain fact that is told otherwise.
    pub(super) fn plainly_otherwise(&self) -> Option<Veto> {
        self.of_another_length()
            .or_else(|| self.bears_one())
            .or_else(|| self.as_many_missing())
            .or_else(|| self.of_another_vendor())
            .or_else(|| self.day_that_nobody_cites())
            .or_else(|| self.another_address())
            .or_else(|| self.found_where_nothing_is())
            .or_else(|| self.wider_than_asked())
            .or_else(|| self.day_of_the_statement())
            .or_else(|| self.only_the_suppliers_word())
    }

    fn is_told(&self, field: &Field<'a>) -> bool {
        self.ids().iter().any(|m| m.is(field.value, self.claim))
    }

    /// "The GSTIN has 16 characters" of one of fifteen.
    fn of_another_length(&self) -> Option<Veto> {
        let (at, number) = self.numbers().find(|(at, n)| {
            !n.rupees
                && matches!(
                    self.items.get(at + 1).map_or("", Item::text),
                    "characters" | "digits" | "character"
                )
        })?;
        // "Its first two digits": not how many it has.
        let part = at
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .is_some_and(|i| {
                folded_words(i.text())
                    .iter()
                    .any(|w| matches!(w.as_str(), "first" | "last" | "leading" | "final"))
            });
        if part {
            return None;
        }
        // The identifier that stands nearest before it; "with 12 characters, A/1 is …" has it behind.
        let is_id = |m: &Mention| matches!(m, Mention::Id(_));
        let before = self.items.get(..at)?.iter().rev().filter_map(Mention::of);
        let behind = self.items.get(at..)?.iter().filter_map(Mention::of);
        let with = at
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .is_some_and(|i| i.text() == "with");
        let id = before
            .clone()
            .find(is_id)
            .or_else(|| behind.clone().find(is_id).filter(|_| with))?;
        let field = self
            .cited
            .iter()
            .find(|f| f.value.is_string() && id.is(f.value, self.claim))?;
        let long = field.value.as_str()?.chars().count();
        (number.value != Decimal::from(long)).then(|| {
            (
                Label::Contradicted,
                format!("{} is {long} characters long", field.pointer()),
            )
        })
    }

    /// "Bears no IRN" of an invoice whose IRN is cited.
    fn bears_one(&self) -> Option<Veto> {
        let text = self.text();
        let none = [
            "bears no irn",
            "has no irn",
            "carries no irn",
            "without an irn",
            "shows no irn",
        ]
        .iter()
        .any(|w| text.contains(w));
        let field = self.cited.iter().find(|f| {
            f.has("kind.irn") && f.value.as_str().is_some_and(|t| !t.trim().is_empty())
        })?;
        none.then(|| {
            (
                Label::Contradicted,
                format!("{} holds one", field.pointer()),
            )
        })
    }

    /// "1 number is missing" where none is.
    fn as_many_missing(&self) -> Option<Veto> {
        let field = self
            .cited
            .iter()
            .find(|f| name_parts(f.leaf()).iter().any(|p| p == "missing"))?;
        let held = read::json_number(field.value)?;
        let words = folded_words(self.claim);
        let missing = words.iter().position(|w| w == "missing")?;
        let number = words
            .iter()
            .take(missing)
            .rev()
            .take(4)
            .find_map(|w| w.parse::<u32>().ok())?;
        (Decimal::from(number) != held).then(|| {
            (
                Label::Contradicted,
                format!("{} holds {held}", field.pointer()),
            )
        })
    }

    /// "Order PO-7 was placed with vendor V2717" of an order for V4919.
    fn of_another_vendor(&self) -> Option<Veto> {
        let vendors: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| {
                let parts = name_parts(f.leaf());
                f.value.is_string()
                    && matches!(&parts[..], [a, b] if matches!(a.as_str(), "vendor" | "supplier")
                        && matches!(b.as_str(), "id" | "code" | "no"))
            })
            .collect();
        let [a, b] = vendors[..] else { return None };
        let differ = read::identifier(a.value.as_str()?) != read::identifier(b.value.as_str()?);
        let text = self.text();
        let apart = [
            "differ",
            "other than",
            "another",
            "is not ",
            "was not ",
            "unlike",
        ]
        .iter()
        .any(|w| text.contains(w));
        (a.doc != b.doc && differ && !apart && self.is_told(a) != self.is_told(b)).then(|| {
            (
                Label::Contradicted,
                format!("{} and {} are two vendors", a.pointer(), b.pointer()),
            )
        })
    }

    /// "Dated after order PO-7 of 24-08-2026" where the order's day is not cited.
    fn day_that_nobody_cites(&self) -> Option<Veto> {
        if !self.has(&[
            "after",
            "before",
            "later",
            "earlier",
            "later than",
            "earlier than",
        ]) {
            return None;
        }
        let cited: Vec<Date> = self
            .cited
            .iter()
            .filter_map(|f| read::json_date(f.value))
            .collect();
        let told = self.told_days();
        let [_, _] = told[..] else { return None };
        let (known, loose): (Vec<_>, Vec<_>) = told.iter().partition(|(_, d)| cited.contains(d));
        let ([_], [(at, day)]) = (&known[..], &loose[..]) else {
            return None;
        };
        let before = at
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .map_or("", Item::text);
        let led = ["of", "day", "date", "dated"]
            .iter()
            .any(|w| before.ends_with(w));
        led.then(|| (Label::Partial, format!("{day} is not cited")))
    }

    /// "The e-mail address is account@a.example" of accounts@a.example.
    fn another_address(&self) -> Option<Veto> {
        let told: Vec<&str> = self
            .claim
            .split(|c: char| {
                c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"' | '\'' | '<' | '>')
            })
            .map(|w| w.trim_end_matches(['.', ':']))
            .filter(|w| {
                w.split_once('@')
                    .is_some_and(|(a, b)| !a.is_empty() && b.contains('.'))
            })
            .collect();
        let [told] = told[..] else { return None };
        let addresses: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| {
                f.value
                    .as_str()
                    .is_some_and(|v| v.contains('@') && !v.contains(' '))
            })
            .collect();
        let [held] = addresses[..] else { return None };
        let same = held.value.as_str()?.trim().eq_ignore_ascii_case(told);
        let differ = self.items.iter().any(|i| i.class("not")) || self.has(&["differs", "differ"]);
        (!same && !differ).then(|| {
            let why = format!("{} holds another address", held.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "A vendor with PAN X is in the master" by a search that found none.
    fn found_where_nothing_is(&self) -> Option<Veto> {
        const FOUND: [&str; 7] = [
            "hits", "matches", "results", "rows", "entries", "records", "found",
        ];
        const DENYING: [&str; 34] = [
            "no",
            "not",
            "none",
            "never",
            "nothing",
            "neither",
            "nor",
            "without",
            "nobody",
            "nowhere",
            "zero",
            "0",
            "nil",
            "empty",
            "absent",
            "missing",
            "lacks",
            "lack",
            "lacking",
            "unknown",
            "unique",
            "first",
            "new",
            "fails",
            "failed",
            "fail",
            "cannot",
            "free",
            "clear",
            "yet",
            "alone",
            "only",
            "elsewhere",
            "blank",
        ];
        let words = folded_words(self.claim);
        let denied = self.items.iter().any(|i| i.class("not"))
            || words
                .iter()
                .any(|w| DENYING.contains(&w.as_str()) || w.starts_with("un"));
        let empty = self.cited.iter().find(|f| {
            let parts = name_parts(f.leaf());
            f.value.as_array().is_some_and(Vec::is_empty)
                && parts.iter().any(|p| FOUND.contains(&p.as_str()))
        })?;
        (!denied).then(|| (Label::Contradicted, format!("{} is empty", empty.pointer())))
    }

    /// "No invoice of the supplier at all" by a search for one number.
    fn wider_than_asked(&self) -> Option<Veto> {
        let text = self.text();
        let says = |any: &[&str]| {
            any.iter()
                .any(|w| text.ends_with(w) || text.contains(&format!(" {w} ")))
        };
        let wide = says(&["at all", "either", "whatsoever", "of any kind"]);
        let ever = says(&[
            "of any date",
            "on any date",
            "of any day",
            "at any time",
            "in any year",
            "ever",
            "whatever its date",
            "whatever the date",
        ]);
        let denied = self.has(&["no", "not", "none", "nothing", "never"]);
        if ever && denied {
            let bounded = self.index.leaves_of(self.cited).find(|f| {
                let scope = f.path.iter().any(|p| p == "scope" || p == "query");
                scope && read::json_date(f.value).is_some()
            })?;
            let why = format!("{} bounds the search", bounded.pointer());
            return Some((Label::Unsupported, why));
        }
        let asked = self.cited.iter().find(|f| {
            f.has("kind.number")
                && ["doc.invoice", "doc.order"]
                    .iter()
                    .any(|t| f.tags.contains(t))
                && self.is_told(f)
                && f.chain.iter().any(|h| {
                    h.as_object().into_iter().flatten().any(|(key, _)| {
                        matches!(
                            key.as_str(),
                            "complete" | "count" | "is_complete" | "date_to" | "to"
                        )
                    })
                })
        })?;
        (wide && denied && !text.contains("nor ")).then(|| {
            let why = format!("the search was for {} alone", asked.pointer());
            (Label::Unsupported, why)
        })
    }

    /// "The GSTR-2B gives the invoice's date as 14 August" by the day on which the statement was made.
    fn day_of_the_statement(&self) -> Option<Veto> {
        let text = self.text();
        let of_invoice = [
            "invoice date",
            "date of this invoice",
            "date of the invoice",
            "date of invoice",
            "invoice is dated",
            "invoice s date",
        ]
        .iter()
        .any(|w| text.contains(w));
        let days: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| read::json_date(f.value).is_some())
            .collect();
        let [day] = days[..] else { return None };
        let made = name_parts(day.leaf()).concat();
        let generated = [
            "gendt",
            "generatedon",
            "generatedat",
            "gendate",
            "supfildt",
            "filingdate",
        ]
        .contains(&made.as_str());
        let statement = self.index.kinds(day.doc).contains("doc.gstr2b") || text.contains("2b");
        (of_invoice && generated && statement).then(|| {
            let why = format!("{} is the day of the statement", day.pointer());
            (Label::Unsupported, why)
        })
    }

    /// "Stores accepted 710 nos." by the terms of payment, in which the supplier says so.
    fn only_the_suppliers_word(&self) -> Option<Veto> {
        const WRITTEN: [&str; 6] = ["payterm", "payinstr", "invrm", "info", "rem", "crtrn"];
        let mut values = self.values();
        let (only, None) = (values.next()?, values.next()) else {
            return None;
        };
        let written = WRITTEN.contains(&only.leaf().to_lowercase().as_str())
            && only.value.as_str().is_some_and(|t| t.trim().contains(' '));
        let of_terms = self.has(&[
            "term", "terms", "payment", "pay", "paid", "payable", "credit", "due", "days", "net",
        ]);
        let quoted = self.claim.contains('"');
        (written && !of_terms && !quoted && !self.tells_who_says_so()).then(|| {
            let why = format!("{} is only what somebody writes", only.pointer());
            (Label::Unsupported, why)
        })
    }
}
