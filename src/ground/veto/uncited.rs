//! What a claim says beside what it cites: of both lines by one of them, of neither by one that is so, of somebody who only
//! stands in the record, of what a letter says as if it were so.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation, tags_of},
    field::Field,
    lex::Token,
    mention::Mention,
    read,
    text::is_prose,
    vocabulary::{Tag, VOCABULARY, folded_words, group, name_parts, stem},
};

/// Words by which a writer speaks for himself.
const PLEAS: [&str; 8] = [
    "our", "we", "us", "kindly", "please", "dear", "regards", "my",
];

/// Papers that somebody sends, by what they are called beside their text.
const LETTERS: [&str; 8] = [
    "mail", "email", "letter", "message", "memo", "note", "whatsapp", "sms",
];

/// Beginnings of words that leave what is said to the one who says it.
const TELLING: [&str; 30] = [
    "note", "remark", "letter", "mail", "email", "message", "memo", "say", "said", "claim", "ask",
    "accord", "state", "writ", "wrote", "request", "narrat", "text", "mention", "declar", "tell",
    "told", "assert", "read", "comment", "urge", "footer", "demand", "inform", "intimat",
];

/// What two papers hold of one party, of which there is one.
const OWN: [Tag; 6] = [
    "kind.gstin",
    "kind.pan",
    "kind.account",
    "kind.ifsc",
    "kind.irn",
    "kind.udyam",
];

impl<'a> Borne<'a, '_> {
    fn words(&self) -> Vec<String> {
        folded_words(self.claim)
    }

    /// "…, and the lot passed its whiteness test": a statement of its own that nothing which is cited speaks of.
    pub(super) fn clause_of_nothing(&self) -> Option<Veto> {
        let at = self.items.windows(2).rposition(|two| {
            matches!(&two[0], Item::Mark(','))
                && matches!(two[1].text(), "and" | "but" | "while" | "so")
        })?;
        let (head, tail) = (self.items.get(..at)?, self.items.get(at + 2..)?);
        let says = |i: &Item| matches!(i, Item::Value(_) | Item::Name(_) | Item::Ordinal(_));
        let unknown = tail
            .iter()
            .filter(|i| matches!(i, Item::Unknown(_)))
            .count();
        if tail.iter().any(says)
            || unknown == 0
            || !tail
                .iter()
                .any(|i| i.class("verb") || i.state().is_some() || i.text() == "was")
        {
            return None;
        }
        // All that is cited is told before it.
        let told = |f: &Field<'a>| {
            head.iter().any(|i| match i {
                Item::Value(Token::Number(n)) => {
                    read::json_number(f.value).is_some_and(|v| n.is(v, true))
                }
                Item::Value(Token::Date(d)) => read::json_date(f.value) == Some(*d),
                _ => Mention::of(i).is_some_and(|m| m.is(f.value, self.claim)),
            })
        };
        let words: Vec<String> = tail
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .map(|w| stem(&w))
            .collect();
        let known = self
            .cited
            .iter()
            .flat_map(|f| f.path.iter().flat_map(|s| crate::vocabulary::name_parts(s)))
            .any(|p| words.contains(&stem(&p)));
        (self.cited.iter().all(told) && !known).then(|| {
            (
                Label::Partial,
                "what is said last rests on nothing that is cited".to_owned(),
            )
        })
    }

    /// "An IRN was generated on 29 June" by the day of the invoice.
    pub(super) fn registered_by_nothing(&self) -> Option<Veto> {
        let words = self.words();
        let is = |any: &[&str]| words.iter().any(|w| any.contains(&w.as_str()));
        let irn = is(&["irn", "irns"])
            && is(&[
                "generated",
                "registered",
                "acknowledged",
                "issued",
                "obtained",
                "created",
            ]);
        let field = self
            .cited
            .iter()
            .find(|f| read::json_date(f.value).is_some())?;
        let of_it = self.cited.iter().any(|f| {
            f.has("kind.irn")
                || f.has("kind.ack")
                || f.has("event.ack")
                || f.docs().contains("doc.irn") && !self.index.kinds(f.doc).contains("doc.invoice")
        });
        let dates = self
            .cited
            .iter()
            .filter(|f| read::json_date(f.value).is_some())
            .count();
        (irn && !of_it && dates == 1 && field.path.iter().any(|s| s == "DocDtls")).then(|| {
            (
                Label::Unsupported,
                format!("{} is the day of the invoice", field.pointer()),
            )
        })
    }

    /// "Both lines are at 18%" by one of them; "both lines fall under HSN 39033000" where the other does not.
    pub(super) fn both_by_one(&self) -> Option<Veto> {
        let words = self.words();
        let both = words.windows(3).any(|w| {
            let element = |w: &str| super::counts::ELEMENTS.contains(&w) && w.ends_with('s');
            let [a, b, c] = w else { return false };
            let one = |w: &str| matches!(w, "line" | "lines" | "item" | "items");
            (a == "both" && (element(b) || element(c)))
                || (matches!(a.as_str(), "neither" | "no") && one(b))
                || (a == "each" && b == "of" && c == "the")
                || (a == "all" && b == "the" && element(c))
        });
        if !both {
            return None;
        }
        let elements: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| {
                f.element().is_some()
                    && (f.value.is_number() || f.value.is_boolean() || !f.has("kind.number"))
                    && !crate::leftover::is_description(f.leaf())
            })
            .collect();
        if let [one] = elements[..]
            && let Some((_, list)) = one.element()
            && list.as_array().is_some_and(|l| l.len() > 1)
        {
            let why = format!("{} is one of a list", one.pointer());
            return Some((Label::Partial, why));
        }
        self.items.iter().find_map(|i| {
            let Item::Value(Token::Id(id)) = i else {
                return None;
            };
            let own = read::identifier(id);
            let is = |f: &Field<'a>| (f.value.as_str()).is_some_and(|v| read::identifier(v) == own);
            let held = elements.iter().find(|f| is(f))?;
            let other = elements
                .iter()
                .find(|f| f.doc == held.doc && f.leaf() == held.leaf() && !is(f))?;
            // "Both returns, GSTR-1 before 3B": each is named.
            let named = (self.items.iter().filter_map(Mention::of))
                .any(|m| m.is(other.value, self.claim) || m.tells(other.value));
            if named {
                return None;
            }
            let why = format!("{} is another than {id}", other.pointer());
            Some((Label::Contradicted, why))
        })
    }

    /// "Neither blocked nor on payment hold" of what is on hold.
    pub(super) fn neither_is_so(&self) -> Option<Veto> {
        let words = self.words();
        let neither = words.iter().position(|w| w == "neither")?;
        let denials = self.items.iter().filter(|i| i.class("not")).count();
        let nor = words.iter().filter(|w| *w == "nor").count();
        // A denial of the denial is another matter.
        if denials > 1 + nor {
            return None;
        }
        let spoken: Vec<String> = words.iter().skip(neither).map(|w| stem(w)).collect();
        // "Neither is active" of two that are.
        let states: Vec<&str> = (self.items.iter())
            .skip_while(|i| i.text() != "neither")
            .filter_map(Item::state)
            .collect();
        let so = self.cited.iter().find(|f| {
            let state = f.value.as_str().and_then(|v| VOCABULARY.state(v));
            if state.is_some_and(|s| states.contains(&s)) {
                return true;
            }
            let truth = !f.value.is_number() && read::truth(f.value) == Some(true);
            let named = name_parts(f.leaf())
                .iter()
                .filter(|p| p.len() > 3)
                .any(|p| spoken.contains(&stem(p)));
            let phrased = VOCABULARY.flag(f.leaf()).is_some_and(|phrases| {
                phrases
                    .iter()
                    .any(|p| folded_words(p).iter().all(|w| spoken.contains(&stem(w))))
            });
            truth && (named || phrased)
        })?;
        Some((
            Label::Contradicted,
            format!("{} says that it is so", so.pointer()),
        ))
    }

    /// Whether a claim leaves what it says to the one who says it: "the note asks for".
    pub(super) fn tells_who_says_so(&self) -> bool {
        let words = self.words();
        words
            .iter()
            .any(|w| TELLING.iter().any(|t| w.starts_with(t)))
    }

    /// "The registration is restored" by a letter that says so of itself.
    pub(super) fn only_said(&self) -> Option<Veto> {
        let words = self.words();
        // What follows from what a letter says, it does not say.
        let follows = self.cited.iter().find(|f| f.is_note()).filter(|_| {
            words.iter().any(|w| {
                matches!(
                    w.as_str(),
                    "so" | "hence" | "therefore" | "thus" | "consequently" | "accordingly"
                )
            })
        });
        if let Some(field) = follows {
            let why = format!("{} does not say what follows", field.pointer());
            return Some((Label::Unsupported, why));
        }
        if self.tells_who_says_so() {
            return None;
        }
        let field = self.cited.iter().find(|f| {
            let Some(text) = f.value.as_str().filter(|_| is_prose(f)) else {
                return false;
            };
            let agreed = f.docs().contains("doc.contract");
            let sent = f.chain.last().and_then(|h| h.as_object()).is_some_and(|m| {
                m.iter()
                    .filter(|(_, v)| !std::ptr::eq(*v, f.value))
                    .filter_map(|(_, v)| v.as_str())
                    .filter(|v| v.len() < 120)
                    .flat_map(folded_words)
                    .any(|w| LETTERS.contains(&w.as_str()))
            });
            let pleads = folded_words(text)
                .iter()
                .any(|w| PLEAS.contains(&w.as_str()));
            !agreed && sent && pleads
        })?;
        let why = format!("{} is what somebody says of himself", field.pointer());
        Some((Label::Unsupported, why))
    }

    /// "Inspected by K. Lakshmi" of a name that stands in the record under what it is, and is not cited.
    pub(super) fn person_uncited(&self) -> Option<Veto> {
        self.items.iter().filter_map(Mention::of).find_map(|m| {
            let name = matches!(m, Mention::Name(_)) && !self.is_cited(&m);
            let holding = if name { self.holding(&m) } else { Vec::new() };
            let person = |f: &&Field<'a>| {
                name_parts(f.leaf()).last().is_some_and(|p| {
                    matches!(p.as_str(), "by" | "inspector" | "approver" | "driver")
                })
            };
            (!holding.is_empty() && holding.iter().all(person)).then(|| {
                let why = format!("\"{}\" stands in the record, but is not cited", m.shown());
                (Label::Partial, why)
            })
        })
    }

    /// "Kovai was billed" of what Kovai billed, where its name stands in the record and is not cited.
    pub(super) fn other_part(&self) -> Option<Veto> {
        const TAKES: [&str; 10] = [
            " was billed",
            " is billed",
            " was charged",
            " is charged",
            " was invoiced",
            " has been billed",
            " has been charged",
            " owes",
            " paid ",
            " pays ",
        ];
        self.items.iter().filter_map(Mention::of).find_map(|m| {
            let Mention::Name(name) = &m else {
                return None;
            };
            let behind = self
                .claim
                .find(name)
                .and_then(|at| self.claim.get(at + name.len()..))?;
            let takes = TAKES.iter().any(|t| behind.starts_with(t)) && !self.is_cited(&m);
            let holding = if takes { self.holding(&m) } else { Vec::new() };
            let gives = |f: &&Field<'a>| {
                let roles = f.roles();
                roles.contains("role.supplier") && !roles.contains("role.buyer")
            };
            (!holding.is_empty() && holding.iter().all(gives)).then(|| {
                let why = format!("{name} plays the other part");
                (Label::Contradicted, why)
            })
        })
    }

    /// "Came under LR KCT/9914", "is with vendor V-1044": what is said last, of a record that is known by another number.
    pub(super) fn said_last_uncited(&self) -> Option<Veto> {
        let last = self
            .items
            .iter()
            .rposition(|i| !matches!(i, Item::Mark(_)))?;
        let mention = self.items.get(last).and_then(Mention::of)?;
        let Mention::Id(id) = &mention else {
            return None;
        };
        let noun = last.checked_sub(1).and_then(|n| self.items.get(n))?;
        let lead = last.checked_sub(2).and_then(|n| self.items.get(n))?;
        let led = matches!(
            lead.text(),
            "under" | "with" | "vide" | "via" | "by" | "through" | "to"
        );
        let named = match noun {
            Item::Unknown(_) => true,
            Item::Phrase(_, m) => m.tags.iter().any(|t| group(t) == "role") && m.classes.is_empty(),
            _ => false,
        };
        if !led || !named || self.is_cited(&mention) {
            return None;
        }
        let own = read::identifier(id);
        let known = self.cited.iter().any(|f| {
            f.chain.iter().filter_map(|h| h.as_object()).any(|m| {
                m.iter()
                    .take(1)
                    .any(|(_, v)| v.as_str().is_some_and(|v| read::identifier(v) == own))
            })
        });
        (!known && !self.holding(&mention).is_empty()).then(|| {
            let why = format!("\"{id}\" stands in the record, but is not cited");
            (Label::Partial, why)
        })
    }

    /// "The e-way bill was generated on" the day of the bill that it goes with.
    pub(super) fn day_of_another_paper(&self) -> Option<Veto> {
        let tags = tags_of(self.items);
        let made = tags.contains("doc.eway")
            && tags.contains("event.issue")
            && !tags.contains("doc.invoice")
            && !self.words().iter().any(|w| w.starts_with("doc"));
        let field = self.cited.iter().find(|f| {
            f.docs().contains("doc.eway")
                && name_parts(f.leaf()).first().is_some_and(|p| p == "doc")
                && read::json_date(f.value).is_some()
        })?;
        let other = self
            .cited
            .iter()
            .any(|f| f.path != field.path && read::json_date(f.value).is_some());
        (made && !other).then(|| {
            let why = format!("{} is the day of another paper", field.pointer());
            (Label::Unsupported, why)
        })
    }

    /// "The buyer's GSTIN is that of our works" of two that differ, where the claim tells at most one of them.
    pub(super) fn not_the_same(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let apart = self
            .items
            .iter()
            .any(|i| i.class("not") || relation(i) == Some("differ"))
            || self.words().iter().any(|w| {
                super::likened::APART.contains(&w.as_str())
                    || w.starts_with("mismatch")
                    || w.starts_with("differ")
                    || w.starts_with("chang")
            });
        if apart {
            return None;
        }
        OWN.iter().find_map(|kind| {
            let held: Vec<(&Field<'a>, String)> = (self.cited.iter())
                .filter(|f| f.has(kind))
                .filter_map(|f| Some((f, read::identifier(f.value.as_str()?))))
                .collect();
            let [(a, x), (b, y)] = &held[..] else {
                return None;
            };
            let told = |f: &Field<'a>| {
                (self.items.iter().filter_map(Mention::of)).any(|m| m.is(f.value, self.claim))
            };
            let within = x.contains(y.as_str()) || y.contains(x.as_str());
            // Said by its kind, or by one of the two where both are of one party.
            let spoken = said.contains(kind)
                || (told(a) || told(b))
                    && a.roles().contains("role.supplier")
                    && b.roles().contains("role.supplier");
            (spoken && a.doc != b.doc && !within && !(told(a) && told(b))).then(|| {
                let why = format!("{x} is not {y}");
                (Label::Contradicted, why)
            })
        })
    }
}
