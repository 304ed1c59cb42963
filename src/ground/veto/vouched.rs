//! What lies outside an invoice, told by the invoice alone: that its IRN is registered, that it is paid, what GSTR-2B holds;
//! and what a list is told to be that it is not.

use serde_json::{Map, Value};

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::{Class, Field},
    lex::{self, Token},
    number::Number,
    read, text,
    vocabulary::{VOCABULARY, folded_words, name_parts, stem},
};

/// Members by which a record is a paper that a supplier writes.
const NUMBERED: [&str; 5] = [
    "invoice_no",
    "invoice_number",
    "bill_no",
    "bill_number",
    "number",
];

/// Whether a record is what a supplier writes, as it stands or in an object of its own.
pub(super) fn is_written(root: &Value) -> bool {
    let Some(map) = root.as_object() else {
        return false;
    };
    let inner = ["invoice", "bill", "document", "header"]
        .iter()
        .find_map(|k| map.get(*k)?.as_object());
    let any = |is: &dyn Fn(&str) -> bool| {
        map.keys()
            .chain(inner.into_iter().flat_map(Map::keys))
            .take(200)
            .any(|k| is(k))
    };
    // Who sells, or what.
    let sold = |k: &str| {
        let parts = name_parts(k);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        matches!(
            parts[..],
            ["supplier" | "seller" | "lines" | "items" | "line", ..] | ["vendor"]
        )
    };
    map.contains_key("SellerDtls") || any(&|k| NUMBERED.contains(&k)) && any(&sold)
}

impl<'a> Borne<'a, '_> {
    /// The first statement that its paper cannot vouch for.
    pub(super) fn vouched_by_nothing(&self) -> Option<Veto> {
        self.invoice_for_the_world()
            .or_else(|| self.not_a_single_line())
            .or_else(|| self.filed_otherwise())
            .or_else(|| self.on_the_sellers_gstin())
            .or_else(|| self.no_distance())
            .or_else(|| self.in_another_unit())
            .or_else(|| self.clause_otherwise())
            .or_else(|| self.by_its_unit())
            .or_else(|| self.order_of_no_days())
    }

    /// "The 44 days in clause 4.1" of a clause of 45.
    fn clause_otherwise(&self) -> Option<Veto> {
        if !self.has(&["clause", "contract", "agreement"]) {
            return None;
        }
        let days = |text: &str| -> Vec<Number> {
            lex::tokens(text)
                .windows(2)
                .filter_map(|two| match two {
                    [Token::Number(n), Token::Word(w)] if w.to_lowercase().starts_with("day") => {
                        Some(n.clone())
                    }
                    _ => None,
                })
                .collect()
        };
        let clauses: Vec<(&Field<'a>, Vec<Number>)> = self
            .cited
            .iter()
            .filter(|f| text::is_prose(f) && !f.is_note())
            .filter_map(|f| Some((f, days(f.value.as_str()?))))
            .filter(|(_, held)| held.len() == 1)
            .collect();
        let [(clause, held)] = &clauses[..] else {
            return None;
        };
        let told = days(self.claim);
        let borne = |n: &Number| {
            held.iter().any(|h| h.value == n.value)
                || self
                    .cited
                    .iter()
                    .any(|f| read::json_number(f.value).is_some_and(|v| n.is(v, false)))
        };
        let untold = held
            .iter()
            .all(|h| !told.iter().any(|t| t.value == h.value));
        (untold && told.iter().any(|t| !borne(t))).then(|| {
            (
                Label::Contradicted,
                format!("{} says otherwise", clause.pointer()),
            )
        })
    }

    /// "Line 2 is for gate valves" by the unit in which they are counted.
    fn by_its_unit(&self) -> Option<Veto> {
        let tokens = lex::tokens(self.claim);
        let says = |f: &Field<'a>| {
            tokens.iter().any(|t| match t {
                Token::Word(w) | Token::Id(w) => f.value.as_str().is_some_and(|v| {
                    w.eq_ignore_ascii_case(v)
                        || VOCABULARY
                            .unit(w)
                            .is_some_and(|u| VOCABULARY.unit(v) == Some(u))
                }),
                _ => false,
            })
        };
        let unit = !self.cited.is_empty()
            && self
                .cited
                .iter()
                .all(|f| f.has("kind.unit") && f.value.is_string() && !says(f));
        unit.then(|| (Label::Unsupported, "a unit says nothing of it".to_owned()))
    }

    /// "By ledger date, A/1 comes after A/2" of two rows of which no day is cited.
    fn order_of_no_days(&self) -> Option<Veto> {
        let text = self.text();
        let ordered = [
            "comes after",
            "comes before",
            "is dated after",
            "is dated before",
            "falls after",
            "falls before",
        ]
        .iter()
        .any(|w| text.contains(w));
        let days = self.cited.iter().any(|f| {
            read::json_date(f.value).is_some()
                || read::json_text(f.value).is_some_and(|t| read::period(&t).is_some())
        });
        (ordered && !days).then(|| (Label::Partial, "no day is cited".to_owned()))
    }

    fn invoice_for_the_world(&self) -> Option<Veto> {
        let text = self.text();
        let says = |any: &[&str]| any.iter().any(|w| text.contains(w));
        let quoted = self.has(&[
            "remark",
            "remarks",
            "note",
            "notes",
            "says",
            "reads",
            "writes",
            "states",
            "printed",
            "quoted",
            "according",
        ]);
        let registered = self.has(&["irn"])
            && says(&[
                "registration portal",
                "portal holds",
                "registered with",
                "irp ",
            ])
            && !self.has(&["ack", "acknowledged", "acknowledgement"]);
        let paid = says(&[
            "went out",
            "has been paid",
            "was paid",
            "were paid",
            "has been settled",
            "was settled",
            "has been remitted",
            "was remitted",
        ]) && !says(&["not been paid", "paid by the"])
            && !self.cited.iter().any(|f| {
                name_parts(f.leaf())
                    .iter()
                    .any(|p| p.starts_with("paid") || p == "status" || p == "balance" || p == "due")
            });
        let by_the_portal = says(&["according to the portal", "according to the gst portal"]);
        let itc = says(&[
            "gstr 2b carries",
            "gstr 2b lists",
            "gstr 2b shows",
            "gstr 2b holds",
            "gstr 2b has",
        ]);
        let written = self
            .cited
            .iter()
            .all(|f| self.index.root(f.doc).is_some_and(is_written));
        // "As per the portal" of what the invoice writes.
        let portal = says(&[
            "as per the portal",
            "on the portal",
            "on the gst portal",
            "as per the gst portal",
        ]) || folded_words(self.claim).windows(2).any(|two| {
            two[0] == "portal"
                && matches!(
                    two[1].as_str(),
                    "holds"
                        | "has"
                        | "gives"
                        | "shows"
                        | "lists"
                        | "records"
                        | "carries"
                        | "reports"
                        | "marks"
                        | "names"
                )
        });
        let told = (registered || paid || itc || portal) && !quoted || by_the_portal;
        (told && written).then(|| {
            (
                Label::Unsupported,
                "an invoice does not vouch for what lies outside it".to_owned(),
            )
        })
    }

    /// "Has a single line" of a list of three.
    fn not_a_single_line(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let single = words.windows(2).any(|two| {
            matches!(two[0].as_str(), "single" | "only" | "one")
                && matches!(two[1].as_str(), "line" | "item")
        }) && self.has(&["has", "have", "contains", "carries", "consists", "is"])
            && self.has(&["single"]);
        let list = self.cited.iter().find_map(|f| f.value.as_array())?;
        (single && self.cited.len() == 1 && list.len() != 1)
            .then(|| (Label::Contradicted, format!("{} are listed", list.len())))
    }

    /// "Of the 3 returns, 2 are marked Filed" where all three are.
    fn filed_otherwise(&self) -> Option<Veto> {
        let states: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| f.element().is_some() && f.leaf().eq_ignore_ascii_case("status"))
            .collect();
        let mut counts = self.items.windows(3).filter_map(|three| {
            let number = three[0].number().filter(|n| !n.rupees && !n.percent)?;
            let is = matches!(three[1].text(), "are" | "is" | "were" | "was");
            is.then_some(number)
        });
        let (number, None) = (counts.next()?, counts.next()) else {
            return None;
        };
        let words: Vec<String> = folded_words(self.claim).iter().map(|w| stem(w)).collect();
        let said = words.windows(4).find_map(|four| {
            let verb = matches!(four[0].as_str(), "are" | "is" | "were" | "was");
            verb.then(|| four.to_vec())
        });
        let denied = self.items.iter().any(|i| i.class("not"));
        // "Two are filed": of all that are cited, that many.
        let filed = stem("filed");
        let about = words.contains(&filed) && said.is_none_or(|s| s.contains(&filed)) && !denied;
        let so = states
            .iter()
            .filter(|f| {
                f.value
                    .as_str()
                    .is_some_and(|t| stem(&t.to_lowercase()) == filed)
            })
            .count();
        (about && states.len() > 1 && number.value != domain::Decimal::from(so))
            .then(|| (Label::Contradicted, format!("{so} are so")))
    }

    /// "Raised on our GSTIN …" of the seller's.
    fn on_the_sellers_gstin(&self) -> Option<Veto> {
        let on = [
            "raised on",
            "billed to",
            "addressed to",
            "made out to",
            "issued to",
        ]
        .iter()
        .any(|w| self.claim.contains(w));
        let ours = self.has(&["our", "us", "buyer", "buyer's"]);
        let field = self.cited.iter().find(|f| {
            f.has("kind.gstin")
                && f.roles().contains("role.supplier")
                && f.value.as_str().is_some_and(|t| self.claim.contains(t))
        })?;
        let own = |f: &&Field<'a>| f.roles().contains("role.buyer");
        (on && ours && !self.cited.iter().any(|f| own(&f))).then(|| {
            (
                Label::Contradicted,
                format!("{} is the seller's", field.pointer()),
            )
        })
    }

    /// "The distance is 764302 km" of what goods are worth.
    fn no_distance(&self) -> Option<Veto> {
        let (_, number) = self.numbers().find(|(at, n)| {
            !n.rupees
                && matches!(
                    self.items.get(at + 1).map_or("", Item::text),
                    "km" | "kms" | "kilometres"
                )
        })?;
        let holding: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))
            .collect();
        let money = |f: &&Field<'a>| f.classes().contains(&Class::Amount);
        (!holding.is_empty() && holding.iter().all(money)).then(|| {
            (
                Label::Contradicted,
                "a sum of money is no distance".to_owned(),
            )
        })
    }

    /// "175 BOX of gate valves" of what is counted in numbers.
    fn in_another_unit(&self) -> Option<Veto> {
        let tokens = lex::tokens(self.claim);
        (0..tokens.len()).find_map(|at| {
            let [Token::Number(number), Token::Word(word), rest @ ..] = tokens.get(at..)? else {
                return None;
            };
            // "55 metric tonnes".
            let two = match rest.first() {
                Some(Token::Word(next)) => VOCABULARY.unit(&format!("{word} {next}")),
                _ => None,
            };
            let said = two
                .or_else(|| VOCABULARY.unit(word))
                .filter(|_| !number.rupees)?;
            let field = self.cited.iter().find(|f| {
                f.classes().contains(&Class::Quantity)
                    && read::json_number(f.value).is_some_and(|v| number.is(v, false))
            })?;
            // Beside it, and cited.
            let unit = self.cited.iter().find(|f| {
                f.doc == field.doc && f.has("kind.unit") && f.element_path() == field.element_path()
            })?;
            let held = VOCABULARY.unit(unit.value.as_str()?)?;
            (said != held).then(|| {
                (
                    Label::Contradicted,
                    format!("{} holds {}", unit.pointer(), unit.value),
                )
            })
        })
    }
}
