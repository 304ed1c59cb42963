//! Which record a value is of, where the claim says so: its paper, its register, its number, its place in the paper.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, tags_of},
    field::Field,
    fit::{heads, is_identity, widened},
    lex::Token,
    mention::Mention,
    read,
    vocabulary::{Tag, Tags, VOCABULARY, folded_words, group, name_parts, stem},
};

/// Papers of which a value is of one.
const PAPERS: [Tag; 3] = ["doc.invoice", "doc.order", "doc.receipt"];

/// Registers that somebody else keeps than he who wrote the paper.
const REGISTERS: [Tag; 3] = ["doc.vendor", "doc.portal", "doc.bank"];

impl<'a> Borne<'a, '_> {
    /// What a document is by its id, by what it says and by the number that it begins with.
    pub(super) fn papers(&self, doc: usize) -> Tags {
        let kinds = self.index.kinds(doc);
        PAPERS
            .iter()
            .copied()
            .filter(|t| kinds.contains(t))
            .collect()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Field<'a>> {
        self.cited
            .iter()
            .filter(|f| !f.tags.iter().any(|t| is_identity(t) && *t != "kind.hsn"))
            .filter(|f| !f.has("kind.unit") && !f.has("kind.currency"))
            .filter(|f| !is_number_of_a_paper(f))
    }

    /// "The PO quantity is 450" by the receipt, "the order carries SAC 998313" by the invoice.
    pub(super) fn value_of_another_paper(&self) -> Option<Veto> {
        let tags = tags_of(self.items);
        // A paper is named by its number as well.
        let numbered = self.items.iter().filter_map(Mention::of).flat_map(|m| {
            let held = self.cited.iter().find(|f| m.is(f.value, self.claim));
            held.map(|f| f.tags.clone()).unwrap_or_default()
        });
        let said: Tags = widened(&tags)
            .into_iter()
            .chain(numbered)
            .filter(|t| PAPERS.contains(t))
            .collect();
        let elsewhere = tags.iter().any(|t| {
            matches!(
                *t,
                "doc.irn"
                    | "doc.ledger"
                    | "doc.eway"
                    | "doc.search"
                    | "doc.payment"
                    | "doc.gstr2b"
                    | "doc.contract"
                    | "doc.calculation"
            )
        });
        if said.is_empty() || elsewhere {
            return None;
        }
        let values: Vec<&Field<'a>> = self.values().collect();
        let other = |f: &&&Field<'a>| {
            let named: Tags = f
                .path
                .iter()
                .flat_map(|s| VOCABULARY.member(s).0)
                .chain(widened(&f.tags))
                .filter(|t| PAPERS.contains(t))
                .collect();
            let own = if named.is_empty() {
                self.papers(f.doc)
            } else {
                named
            };
            !own.is_empty() && own.is_disjoint(&said)
        };
        let all = !values.is_empty() && values.iter().all(|f| other(&f));
        all.then(|| {
            let why = values.first().map_or(String::new(), |f| f.pointer());
            (Label::Unsupported, format!("{why} is of another paper"))
        })
    }

    /// "PO-26-00655 has 2 lines" by the invoice that names the order, where the order is at hand.
    pub(super) fn record_that_only_refers(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let mut ids = self.items.iter().filter_map(|i| match i {
            Item::Value(Token::Id(id)) => Some(Mention::Id(id.clone())),
            _ => None,
        });
        let id = ids.next().filter(|_| ids.next().is_none())?;
        let first = |doc: usize| -> Option<&Field<'a>> { self.index.leaves(doc).first() };
        // By its first member, or by the number of the bill that it is.
        let own = |doc: usize| {
            first(doc).is_some_and(|f| id.is(f.value, self.claim))
                || self.index.leaves(doc).iter().any(|f| {
                    let parts = name_parts(f.leaf());
                    let bill = f.leaf().eq_ignore_ascii_case("no")
                        || parts
                            .iter()
                            .any(|p| matches!(p.as_str(), "invoice" | "bill" | "inum"));
                    f.element().is_none() && bill && id.is(f.value, self.claim)
                })
        };
        let home = (0..self.index.len())
            .find(|doc| first(*doc).is_some_and(|f| id.is(f.value, self.claim)))?;
        let kinds = self.papers(home);
        let field = self.values().next()?;
        let away = self.values().all(|f| f.doc != home && !own(f.doc));
        let spoken = widened(&said).iter().any(|t| {
            group(t) == "doc" && self.index.kinds(field.doc).contains(t) && !kinds.contains(t)
        });
        let plain = !self
            .items
            .iter()
            .any(|i| crate::clause::relation(i).is_some());
        (away && !spoken && plain && !kinds.is_empty() && !self.papers(field.doc).is_empty()).then(
            || {
                (
                    Label::Unsupported,
                    format!("{} is no value of {}", field.pointer(), id.shown()),
                )
            },
        )
    }

    /// "The GSTIN in the vendor master is …" by the invoice.
    pub(super) fn not_of_the_register(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let mut asked = REGISTERS.iter().filter(|t| said.contains(**t));
        let (register, None) = (asked.next()?, asked.next()) else {
            return None;
        };
        let by_name = folded_words(self.claim).windows(2).any(|two| {
            let is = |wanted: [&str; 2]| two == wanted;
            is(["vendor", "master"])
                || is(["our", "master"])
                || is(["the", "master"])
                || is(["gst", "portal"])
        });
        let compared = self
            .items
            .iter()
            .any(|i| crate::clause::relation(i).is_some() || i.class("not"));
        if !by_name || compared {
            return None;
        }
        let is_of = |f: &Field<'a>| {
            self.index.kinds(f.doc).contains(register) || f.docs().contains(register)
        };
        let there = self.cited.iter().any(is_of);
        let told: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| {
                self.items.iter().enumerate().any(|(at, i)| {
                    let named = at > 0
                        && Mention::of(i).is_some_and(|m| {
                            matches!(m, Mention::Id(_) | Mention::Name(_))
                                && m.is(f.value, self.claim)
                        });
                    let counted = i.number().is_some_and(|n| {
                        read::json_number(f.value).is_some_and(|v| n.is(v, false))
                    });
                    let state = i.state().is_some_and(|said| {
                        let held = f.value.as_str().and_then(|v| VOCABULARY.state(v));
                        held.is_some_and(|held| VOCABULARY.alike(held, said))
                    });
                    named || counted || state
                })
            })
            .collect();
        let last = told.last()?;
        // Two registers are named: each value may be of either.
        let kinds = self.index.kinds(last.doc);
        let elsewhere = said
            .iter()
            .any(|t| group(t) == "doc" && t != register && kinds.contains(t));
        (there && !elsewhere && !is_of(last)).then(|| {
            (
                Label::Unsupported,
                format!("{} is not of the register that is named", last.pointer()),
            )
        })
    }

    /// "The GST registration is active" by the status that the vendor master gives.
    pub(super) fn state_of_another_register(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let state = self.items.iter().find_map(Item::state)?;
        let public = said.contains("doc.registration") || said.contains("doc.portal");
        if !public || said.contains("doc.vendor") {
            return None;
        }
        let held: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| {
                f.value
                    .as_str()
                    .and_then(|v| VOCABULARY.state(v))
                    .is_some_and(|s| VOCABULARY.alike(s, state))
            })
            .collect();
        let public = |f: &&Field<'a>| {
            let mut docs = f.docs();
            docs.extend(self.index.kinds(f.doc));
            [
                "doc.registration",
                "doc.portal",
                "doc.return",
                "doc.irn",
                "doc.eway",
                "doc.gstr2b",
            ]
            .iter()
            .any(|t| docs.contains(t))
        };
        let field = held.first()?;
        let master = self.index.kinds(field.doc).contains("doc.vendor")
            || field.docs().contains("doc.vendor");
        (master && !held.iter().any(public)).then(|| {
            (
                Label::Unsupported,
                format!("{} is of another register", field.pointer()),
            )
        })
    }

    /// "Invoice A was paid on 2 November" by the payment of invoice B.
    pub(super) fn record_of_another_number(&self) -> Option<Veto> {
        let paper = |f: &Field<'a>| -> Option<Tag> {
            let doc = PAPERS.iter().copied().find(|t| f.has(t))?;
            (f.has("kind.number") || f.leaf().to_lowercase().ends_with("no")).then_some(doc)
        };
        let keys: Vec<(&Field<'a>, Tag, String)> = self
            .cited
            .iter()
            .filter_map(|f| {
                let doc = paper(f).or_else(|| {
                    (f.leaf() == "No" && f.path.iter().any(|p| p == "DocDtls"))
                        .then_some("doc.invoice")
                })?;
                let text = read::json_text(f.value)?;
                let spoken = self
                    .items
                    .iter()
                    .filter_map(Mention::of)
                    .any(|m| m.is(f.value, self.claim));
                spoken.then(|| (f, doc, read::identifier(&text)))
            })
            .collect();
        let [(key, doc, number)] = &keys[..] else {
            return None;
        };
        self.values().filter(|f| f.doc != key.doc).find_map(|f| {
            let theirs: Vec<String> = self
                .index
                .leaves(f.doc)
                .iter()
                .filter(|l| l.element().is_none_or(|_| l.same_element(f)))
                .filter(|l| paper(l) == Some(doc))
                .filter_map(|l| read::json_text(l.value))
                .map(|t| read::identifier(&t))
                .filter(|t| t.len() > 2)
                .collect();
            let other = !theirs.is_empty()
                && !theirs
                    .iter()
                    .any(|t| t.ends_with(number.as_str()) || number.ends_with(t.as_str()));
            let named = theirs
                .iter()
                .any(|t| read::identifier(self.claim).contains(t.as_str()));
            (other && !named).then(|| {
                (
                    Label::Unsupported,
                    format!("{} is of another number", f.pointer()),
                )
            })
        })
    }

    /// "The taxable value of the invoice is ₹43,400" by one of its lines; "the net payable" by the total, where the record
    /// tells what is payable.
    pub(super) fn better_told(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        // A bound is held against what it bounds.
        let mut bounded = said.clone();
        bounded.retain(|t| !matches!(*t, "head.limit" | "head.tolerance" | "head.credit_limit"));
        let asked = heads(&bounded);
        if asked.len() != 1
            || asked.contains("head.roundoff")
            || self
                .items
                .iter()
                .any(|i| crate::clause::relation(i) == Some("equal"))
        {
            return None;
        }
        let lined = said.contains("doc.line")
            || said.contains("kind.hsn")
            || self
                .items
                .iter()
                .any(|i| matches!(i, Item::Ordinal(_) | Item::Unknown(_)));
        let numbers: Vec<_> = self.items.iter().filter_map(Item::number).collect();
        let values: Vec<&Field<'a>> = self
            .values()
            .filter(|f| read::json_number(f.value).is_some())
            .collect();
        // Of several values only a line's that is called the whole's.
        let of_line = |f: &&&Field<'a>| {
            f.element().is_some()
                && heads(&f.tags) == asked
                && values.iter().filter(|o| o.element().is_some()).count() == 1
        };
        let field = match values[..] {
            [field] => field,
            _ => *values.iter().find(of_line)?,
        };
        let own = heads(&field.tags);
        let rate = |f: &Field<'a>| f.has("kind.rate");
        let percent = numbers.iter().any(|n| n.percent);
        let other = self.index.leaves(field.doc).iter().find(|g| {
            let direct = heads(&g.tags) == asked && rate(g) == rate(field) && !percent;
            let apart = g.path != field.path
                && read::json_number(g.value).is_some()
                && !read::same(g.value, field.value)
                && crate::field::Field::roles(g) == field.roles();
            let of_whole = field.element().is_some() && g.element().is_none() && !lined;
            let narrower = g.element().is_some() == field.element().is_some() && own != asked;
            direct && apart && (of_whole || narrower)
        })?;
        Some((
            Label::Unsupported,
            format!("{} is what the claim speaks of", other.pointer()),
        ))
    }

    /// "GRN-3390 is dated 14 October, against PO-1177": a number that is no key of the record, and is not cited.
    pub(super) fn reference_uncited(&self) -> Option<Veto> {
        let ids: Vec<Mention> = self
            .items
            .iter()
            .filter_map(Mention::of)
            .filter(|m| matches!(m, Mention::Id(_)))
            .collect();
        let cited = |m: &Mention| {
            self.cited
                .iter()
                .any(|f| m.is(f.value, self.claim) || m.tells(f.value))
        };
        let said = tags_of(self.items);
        ids.iter().filter(|m| !cited(m)).find_map(|m| {
            // A note is not known by the number of a job that stands beside it.
            let noted = self.cited.iter().all(crate::text::is_prose);
            let loose = |f: &&Field<'a>| {
                f.path.len() == 1
                    && f.has("kind.number")
                    && !f.tags.iter().any(|t| matches!(group(t), "doc" | "role"))
                    && m.is(f.value, self.claim)
            };
            if let Some(field) = self
                .index
                .leaves_of(self.cited)
                .find(loose)
                .filter(|_| noted)
            {
                return Some((Label::Partial, format!("{} is not cited", field.pointer())));
            }
            let field = self.index.leaves_of(self.cited).find(|f| {
                f.element().is_none() && is_number_of_a_paper(f) && m.is(f.value, self.claim)
            })?;
            let own = self.papers(field.doc);
            let paper = PAPERS.iter().find(|t| field.has(t))?;
            // The paper itself is cited, by its own number.
            let itself = self.cited.iter().any(|c| {
                self.papers(c.doc).contains(paper)
                    && self.index.leaves(c.doc).iter().any(|f| {
                        f.element().is_none()
                            && is_number_of_a_paper(f)
                            && m.is(f.value, self.claim)
                    })
            });
            if itself {
                return None;
            }
            let numbered = said.contains("kind.number") && said.contains(paper);
            let other = !own.contains(paper) && (!own.is_empty() || numbered);
            // The sentence is about the record itself, by its name.
            let about = numbered
                || own.iter().any(|t| said.contains(t))
                || ids.iter().any(|id| {
                    let first = self.index.leaves(field.doc).first();
                    id != m && first.is_some_and(|f| id.is(f.value, self.claim))
                });
            (other && about).then(|| (Label::Partial, format!("{} is not cited", field.pointer())))
        })
    }

    /// "The PO number on the receipt is the PO number on the invoice" of two.
    pub(super) fn two_numbers_called_one(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let apart = self
            .items
            .iter()
            .any(|i| i.class("not") || crate::clause::relation(i) == Some("differ"));
        if apart {
            return None;
        }
        let run = format!(" {} ", words.join(" "));
        let named = [
            ("doc.order", [" po number ", " order number "]),
            ("doc.invoice", [" invoice number ", " bill number "]),
        ];
        named.iter().find_map(|(paper, phrases)| {
            let times: usize = phrases.iter().map(|p| run.matches(p).count()).sum();
            let held: Vec<(&Field<'a>, String)> = self
                .cited
                .iter()
                .filter(|f| {
                    f.has(paper) && f.value.is_string() && read::json_date(f.value).is_none()
                })
                .filter_map(|f| Some((f, read::identifier(f.value.as_str()?))))
                .collect();
            let [(a, x), (b, y)] = &held[..] else {
                return None;
            };
            (times > 1 && a.doc != b.doc && x != y)
                .then(|| (Label::Contradicted, format!("{x} is not {y}")))
        })
    }

    /// "No earlier invoice was found" by a search for one number.
    pub(super) fn searched_for_one(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let order = |w: &str| matches!(w, "order" | "receipt" | "grn");
        let paper = |w: &str| matches!(w, "invoice" | "bill" | "entry" | "voucher") || order(w);
        let of_any = words.windows(2).any(|two| {
            matches!(two, [a, b] if matches!(a.as_str(), "earlier" | "previous" | "prior" | "other" | "no") && paper(b.trim_end_matches('s')))
        });
        // "The invoice": the one that was searched for.
        let general = !words.windows(2).any(
            |two| matches!(two, [a, b] if matches!(a.as_str(), "the" | "that" | "its") && paper(b)),
        );
        let same = words.iter().any(|w| {
            matches!(
                w.as_str(),
                "duplicate"
                    | "duplicates"
                    | "this"
                    | "same"
                    | "such"
                    | "number"
                    | "copy"
                    | "match"
                    | "matching"
                    | "matches"
                    | "twice"
                    | "it"
                    | "again"
            )
        });
        let named = self.items.iter().filter_map(Mention::of).any(|m| {
            matches!(m, Mention::Id(_))
                && self.index.leaves_of(self.cited).any(|f| {
                    (f.has("doc.invoice") || f.has("doc.order")) && m.is(f.value, self.claim)
                })
        });
        if !general
            || same
            || named
            || !words
                .iter()
                .any(|w| matches!(w.as_str(), "no" | "not" | "never" | "without"))
        {
            return None;
        }
        let field = self.index.leaves_of(self.cited).find(|f| {
            let asked = f.path.iter().any(|p| {
                matches!(
                    p.as_str(),
                    "query" | "searched" | "criteria" | "scope" | "filters" | "params" | "search"
                )
            });
            let number = name_parts(f.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "number" | "no" | "inum"))
                && (f.has("doc.invoice") || f.has("doc.order"));
            let cited = self.cited.iter().any(|c| c.is_at(f));
            asked && number && (!cited || of_any) && f.value.is_string()
        })?;
        Some((
            Label::Unsupported,
            format!("{} narrows what was searched", field.pointer()),
        ))
    }

    /// "Was approved by S. Iyer" of who made it.
    pub(super) fn done_by_another(&self) -> Option<Veto> {
        let words: Vec<String> = folded_words(self.claim).iter().map(|w| stem(w)).collect();
        let by = |f: &Field<'a>| -> Option<String> {
            let parts = name_parts(f.leaf());
            match &parts[..] {
                [deed, last] if last == "by" || last == "on" || last == "at" => Some(deed.clone()),
                _ => None,
            }
        };
        let person = |f: &Field<'a>| f.leaf().to_lowercase().ends_with("by") && f.value.is_string();
        self.cited.iter().filter(|f| person(f)).find_map(|f| {
            let deed = by(f)?;
            let (tags, _) = VOCABULARY.member(&deed);
            let said = tags_of(self.items);
            let spoken = words.contains(&stem(&deed)) || tags.iter().any(|t| said.contains(t));
            let others = self
                .index
                .leaves(f.doc)
                .iter()
                .filter(|g| g.path != f.path && g.leaf().to_lowercase().ends_with("by"))
                .filter_map(by)
                .any(|d| words.contains(&stem(&d)));
            (others && !spoken).then(|| {
                (
                    Label::Unsupported,
                    format!("{} is who did something else", f.pointer()),
                )
            })
        })
    }
}

/// Whether a field is what a paper is numbered by.
fn is_number_of_a_paper(field: &Field<'_>) -> bool {
    let numbered = field.value.as_str().is_some_and(|v| {
        v.len() < 40
            && v.bytes().any(|b| b.is_ascii_digit())
            && read::json_date(field.value).is_none()
            && read::json_number(field.value).is_none()
    });
    numbered && field.tags.iter().any(|t| group(t) == "doc")
}
