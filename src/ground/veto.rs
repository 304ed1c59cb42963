//! What keeps a claim that seems borne from being supported: one list of reasons, each a rule of its own.
//!
//! *Invariant:* nothing is supported for a veto: it takes that away, or says that what is unsupported is contradicted.

mod astray;
mod belongs;
mod borrowed;
mod called;
mod compared;
mod counts;
mod crosswise;
mod differs;
mod heads;
mod idle;
mod likened;
mod limits;
mod measured;
mod missorted;
mod ordered;
mod owner;
mod papers;
mod parted;
mod plain;
mod reckoned;
mod row;
mod shapes;
mod strangers;
mod sums;
mod swapped;
#[cfg(test)]
mod tests;
mod told_as;
mod uncited;
mod unspoken;
mod untrue;
mod vouched;

use domain::Date;

use crate::{
    Label,
    clause::{Item, tags_of},
    field::Field,
    index::Index,
    leftover::is_descriptive,
    lex::Token,
    mention::Mention,
    number::Number,
    read,
    vocabulary::{Tag, VOCABULARY, folded_words, group, name_parts, of},
};

/// Why a claim that seems borne is not, and what it is then.
pub(crate) type Veto = (Label, String);

/// The first reason not to support a claim.
pub(crate) fn of_claim<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    items: &[Item],
    claim: &str,
) -> Option<Veto> {
    let case = Borne {
        cited,
        index,
        items,
        claim,
    };
    case.another_paper()
        .or_else(|| case.uncited_mention())
        .or_else(|| case.no_money())
        .or_else(|| case.only_so_many())
        .or_else(|| case.each_is_another())
        .or_else(|| case.part_called_the_total())
        .or_else(|| case.another_number())
        .or_else(|| case.nothing_links())
        .or_else(|| case.search_for_another_paper())
        .or_else(|| case.rate_of_another_head())
        .or_else(|| case.register_of_no_terms())
        .or_else(|| case.state_without_a_state())
        .or_else(|| case.place_of_another_sort())
        .or_else(|| case.paper_before_this())
        .or_else(|| case.search_cut_off())
        .or_else(|| case.counted_otherwise())
        .or_else(|| case.another_line())
        .or_else(|| case.agreed_by_nobody())
        .or_else(|| case.compared_with_another())
        .or_else(|| case.beyond_the_bound())
        .or_else(|| case.strangers())
        .or_else(|| case.head_of_nothing())
        .or_else(|| case.called_as_its_neighbour())
        .or_else(|| case.adds_up())
        .or_else(|| case.is_as_many())
        .or_else(|| case.covers())
        .or_else(|| case.taken_the_other_way())
        .or_else(|| case.stated_gap())
        .or_else(|| case.likened())
        .or_else(|| case.month_of_another_state())
        .or_else(|| case.sought_otherwise())
        .or_else(|| case.both_by_one())
        .or_else(|| case.neither_is_so())
        .or_else(|| case.only_said())
        .or_else(|| case.person_uncited())
        .or_else(|| case.said_last_uncited())
        .or_else(|| case.day_of_another_paper())
        .or_else(|| case.not_the_same())
        .or_else(|| case.in_two_units())
        .or_else(|| case.rounded_the_other_way())
        .or_else(|| case.day_of_its_neighbour())
        .or_else(|| case.another_of_the_sort())
        .or_else(|| case.other_part())
        .or_else(|| case.in_time())
        .or_else(|| case.state_of_old())
        .or_else(|| case.booked_that_day())
        .or_else(|| case.after_tds())
        .or_else(|| case.weighed_otherwise())
        .or_else(|| case.only_noted())
        .or_else(|| case.line_of_another())
        .or_else(|| case.rate_of_another_term())
        .or_else(|| case.nothing_there())
        .or_else(|| case.another_name())
        .or_else(|| case.another_element())
        .or_else(|| case.another_party())
        .or_else(|| case.another_unit())
        .or_else(|| case.bank_not_asked())
        .or_else(|| case.value_of_another_paper())
        .or_else(|| case.record_that_only_refers())
        .or_else(|| case.not_of_the_register())
        .or_else(|| case.state_of_another_register())
        .or_else(|| case.share_of_the_other())
        .or_else(|| case.one_side_of_two())
        .or_else(|| case.counted_from_another_day())
        .or_else(|| case.record_of_another_number())
        .or_else(|| case.better_told())
        .or_else(|| case.half_a_legal_name())
        .or_else(|| case.days_the_other_way())
        .or_else(|| case.counts_of_another())
        .or_else(|| case.another_day_than_the_acks())
        .or_else(|| case.outside_the_tolerance())
        .or_else(|| case.compared_in_two_units())
        .or_else(|| case.tolerance_of_another())
        .or_else(|| case.two_numbers_called_one())
        .or_else(|| case.reference_uncited())
        .or_else(|| case.searched_for_one())
        .or_else(|| case.done_by_another())
        .or_else(|| case.not_all_of_them())
        .or_else(|| case.apposed())
        .or_else(|| case.denied_afterwards())
        .or_else(|| case.not_what_is_written())
        .or_else(|| case.differs_otherwise())
        .or_else(|| case.plainly_otherwise())
        .or_else(|| case.of_another_record())
        .or_else(|| case.told_otherwise())
        .or_else(|| case.told_as_another())
        .or_else(|| case.of_one_another())
        .or_else(|| case.sums_otherwise())
        .or_else(|| case.vouched_by_nothing())
        .or_else(|| case.ordered_otherwise())
        .or_else(|| case.two_of_one_shape())
        .or_else(|| case.idle_or_bare())
        .or_else(|| case.counted_in_another_state())
        .or_else(|| case.astray())
}

/// The first reason not to support a sentence of which each of two parts is borne by itself: what the one says of the other.
pub(crate) fn of_two_statements<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    items: &[Item],
    claim: &str,
) -> Option<Veto> {
    let case = Borne {
        cited,
        index,
        items,
        claim,
    };
    case.ordered_otherwise()
        .or_else(|| case.differs_otherwise())
}

struct Borne<'a, 'c> {
    cited: &'c [Field<'a>],
    index: &'c Index<'a>,
    items: &'c [Item],
    claim: &'c str,
}

/// What a code says that a paper is.
pub(crate) fn paper_of(code: &str) -> Option<Tag> {
    Some(match code.to_uppercase().as_str() {
        "INV" | "TAX INVOICE" => "doc.invoice",
        "CRN" | "CDN" | "CREDIT NOTE" => "doc.credit_note",
        "DBN" | "DEBIT NOTE" => "doc.debit_note",
        _ => return None,
    })
}

const PAPERS: [Tag; 3] = ["doc.invoice", "doc.credit_note", "doc.debit_note"];

impl<'a> Borne<'a, '_> {
    /// Values of a record that the claim does not speak of, or of none.
    fn of_another_record(&self) -> Option<Veto> {
        self.parted_record()
            .or_else(|| self.number_of_another())
            .or_else(|| self.searched_elsewhere())
            .or_else(|| self.return_of_another_period())
            .or_else(|| self.registered_by_nothing())
            .or_else(|| self.unknown_denied())
            .or_else(|| self.clause_of_nothing())
    }

    /// Figures and names of the right record, told of one another as they are not.
    fn told_otherwise(&self) -> Option<Veto> {
        self.dated_otherwise()
            .or_else(|| self.runs_backwards())
            .or_else(|| self.bound_broken())
            .or_else(|| self.figure_of_nothing())
            .or_else(|| self.parts_not_the_whole())
            .or_else(|| self.product_otherwise())
            .or_else(|| self.signed_otherwise())
            .or_else(|| self.due_otherwise())
            .or_else(|| self.left_otherwise())
            .or_else(|| self.together_otherwise())
            .or_else(|| self.told_crosswise())
            .or_else(|| self.days_crosswise())
            .or_else(|| self.named_crosswise())
            .or_else(|| self.members_crosswise())
    }

    /// Whether the claim has one of these words.
    fn has(&self, any: &[&str]) -> bool {
        folded_words(self.claim)
            .iter()
            .any(|w| any.contains(&w.as_str()))
    }

    /// The days that the claim tells, and where.
    fn told_days(&self) -> Vec<(usize, Date)> {
        self.items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| match i {
                Item::Value(Token::Date(day)) => Some((at, *day)),
                _ => None,
            })
            .collect()
    }

    /// The words of the claim, as they are compared.
    fn text(&self) -> String {
        folded_words(self.claim).join(" ")
    }

    /// The identifiers that the claim tells.
    fn ids(&self) -> Vec<Mention> {
        self.items
            .iter()
            .filter_map(Mention::of)
            .filter(|m| matches!(m, Mention::Id(_)))
            .collect()
    }

    fn is_cited(&self, mention: &Mention) -> bool {
        let code = match mention {
            Mention::Name(name) if self.claim.contains("code") || self.claim.contains("digits") => {
                VOCABULARY.place(name)
            }
            _ => None,
        };
        self.cited.iter().any(|f| {
            // The State that a GSTIN begins with.
            let begins = code.is_some_and(|c| {
                f.has("kind.gstin") && f.value.as_str().is_some_and(|v| v.starts_with(c))
            });
            begins
                || mention.is(f.value, self.claim)
                || mention.tells(f.value)
                || f.path
                    .iter()
                    .any(|s| mention.is(&serde_json::Value::from(s.as_str()), self.claim))
                || f.value.as_array().is_some_and(|list| {
                    list.iter().take(200).any(|v| mention.is(v, self.claim))
                })
                || matches!((mention, f.value.as_str()), (Mention::Id(id) | Mention::Name(id), Some(text))
                    if text.to_lowercase().contains(&id.to_lowercase())
                        || read::identifier(text).ends_with(&read::identifier(id)))
        })
    }

    /// Leaves of the cited records that hold a mention.
    fn holding(&self, mention: &Mention) -> Vec<&Field<'a>> {
        self.index
            .leaves_of(self.cited)
            .filter(|f| mention.is(f.value, self.claim) || mention.tells(f.value))
            .collect()
    }

    /// A section, a bank's reference or an account that stands in the record and is not cited is nothing that the record is
    /// known by; nor is an invoice known by who raised it.
    fn uncited_mention(&self) -> Option<Veto> {
        const KEYLESS: [Tag; 12] = [
            "kind.section",
            "kind.utr",
            "kind.arn",
            "kind.ifsc",
            "kind.irn",
            "kind.ack",
            "kind.vehicle",
            "kind.udyam",
            "kind.place",
            "kind.status",
            "kind.pin",
            "kind.hsn",
        ];
        let known = self
            .items
            .iter()
            .filter_map(Mention::of)
            .any(|m| matches!(m, Mention::Id(_)));
        self.items
            .iter()
            .filter_map(Mention::of)
            .filter(|m| matches!(m, Mention::Id(_) | Mention::Name(_)) && !self.is_cited(m))
            .find_map(|m| {
                let holding = self.holding(&m);
                let keyless = |f: &&Field<'a>| {
                    // A table of rates is known by its HSN, a line of an invoice is not.
                    // An answer of the invoice registration portal is known by the IRN that it is about.
                    let about = f.has("kind.irn")
                        && f.path.len() <= 2
                        && !self.index.kinds(f.doc).contains("doc.invoice");
                    if about {
                        return false;
                    }
                    let line = !f.has("kind.hsn") || f.element().is_some();
                    (line && KEYLESS.iter().any(|t| f.has(t)))
                        || name_parts(f.leaf()).iter().any(|p| {
                            matches!(
                                p.as_str(),
                                "section" | "utr" | "clause" | "against" | "expected"
                            )
                        })
                };
                let beside = |f: &Field<'a>| {
                    f.chain.last().is_some_and(|own| {
                        self.cited
                            .iter()
                            .flat_map(|c| &c.chain)
                            .any(|holder| std::ptr::eq(*holder, *own))
                    })
                };
                let raised = |f: &&Field<'a>| {
                    (f.has("kind.name") || f.leaf_is_party())
                        && ["doc.invoice", "doc.payment", "doc.receipt", "doc.eway"]
                            .iter()
                            .any(|t| f.docs().contains(t))
                        && ![
                            "doc.vendor",
                            "doc.registration",
                            "doc.return",
                            "doc.contract",
                        ]
                        .iter()
                        .any(|t| f.docs().contains(t))
                        && !(beside(f) && f.chain.len() > 1)
                };
                let further = self.is_further(&m, &holding);
                let named = matches!(&m, Mention::Name(name) if !self.is_his_paper(name))
                    && !known
                    && holding.iter().all(raised);
                (!holding.is_empty() && (holding.iter().all(keyless) || named || further)).then(
                    || {
                        (
                            Label::Partial,
                            format!("\"{}\" stands in the record, but is not cited", m.shown()),
                        )
                    },
                )
            })
    }

    /// Whether a number or a name, of records that the claim cites by what they are known by, is one that is cited as well
    /// where it is told: a carrier, a permit.
    fn is_further(&self, told: &Mention, holding: &[&Field<'a>]) -> bool {
        // What a record is known by says which paper's, or whose, it is.
        const WHOSE: [&str; 14] = [
            "invoice",
            "bill",
            "doc",
            "document",
            "po",
            "order",
            "grn",
            "vendor",
            "supplier",
            "contract",
            "agreement",
            "voucher",
            "seller",
            "buyer",
        ];
        const KEYS: [Tag; 9] = [
            "kind.gstin",
            "role.supplier",
            "variant.legal",
            "variant.trade",
            "doc.contract",
            "doc.return",
            "doc.invoice",
            "doc.order",
            "doc.receipt",
        ];
        let key = |f: &&Field<'a>| {
            let first = self.index.leaves(f.doc).first();
            let numbered = f.has("kind.number") && f.tags.iter().any(|t| group(t) == "doc");
            let form = |text: &str| text.to_uppercase().starts_with("GSTR");
            let named = f
                .path
                .iter()
                .flat_map(|s| name_parts(s))
                .any(|p| WHOSE.contains(&p.as_str()));
            named
                || numbered
                || f.path.len() == 1 && first.is_some_and(|l| l.is_at(f))
                || KEYS.iter().any(|t| f.has(t))
                || f.leaf_is_party()
                || f.has("kind.name") && f.roles().contains("role.supplier")
                || f.value.as_str().is_some_and(form)
                || is_descriptive(f.leaf())
        };
        let cited_there = |other: &Mention| {
            holding.iter().all(|h| {
                (self.cited.iter()).any(|c| c.doc == h.doc && other.is(c.value, self.claim))
            })
        };
        !holding.iter().any(key)
            && !matches!(told, Mention::Name(name) if self.is_his_paper(name))
            && (self.items.iter().filter_map(Mention::of))
                .filter(|m| matches!(m, Mention::Id(_) | Mention::Name(_)) && m != told)
                .any(|m| cited_there(&m))
    }

    /// "Kovai billed", "Aravali's bill", "the Kaveri Stationers invoice": whose paper it is, told in passing, and no statement
    /// of his name.
    fn is_his_paper(&self, name: &str) -> bool {
        let behind = self
            .claim
            .find(name)
            .and_then(|at| self.claim.get(at + name.len()..))
            .unwrap_or_default();
        let genitive = ["'s ", "’s ", "' ", "’ "]
            .iter()
            .any(|s| behind.starts_with(s));
        let paper = [
            " invoice",
            " bill ",
            " bill.",
            " bill,",
            " credit note",
            " order",
            " receipt",
        ]
        .iter()
        .any(|s| behind.starts_with(s));
        let raised = [
            " billed",
            " bills",
            " invoiced",
            " charged",
            " charges",
            " raised",
            " issued",
            " has billed",
            " has invoiced",
            " has charged",
            " has raised",
            " has issued",
        ]
        .iter()
        .any(|s| behind.starts_with(s));
        let of = ["invoice of ", "bill of "].iter().any(|s| {
            self.claim
                .find(name)
                .and_then(|at| self.claim.get(..at))
                .is_some_and(|before| before.to_lowercase().ends_with(s))
        });
        genitive || paper || ((raised || of) && !name.contains(' '))
    }

    fn numbers(&self) -> impl Iterator<Item = (usize, &Number)> {
        self.items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| Some((at, i.number()?)))
    }

    /// "Rs 411,014" of a PIN, "₹2,880" of minutes.
    fn no_money(&self) -> Option<Veto> {
        let no_sum = |f: &&Field<'a>| {
            f.has("kind.pin")
                || name_parts(f.leaf()).iter().any(|p| {
                    matches!(
                        p.as_str(),
                        "minutes"
                            | "hours"
                            | "km"
                            | "kms"
                            | "kg"
                            | "pin"
                            | "pincode"
                            | "distance"
                            | "seconds"
                            | "weight"
                    )
                }) && !name_parts(f.leaf()).iter().any(|p| {
                    matches!(
                        p.as_str(),
                        "rate"
                            | "price"
                            | "per"
                            | "amount"
                            | "cost"
                            | "charge"
                            | "charges"
                            | "value"
                            | "amt"
                    )
                })
        };
        self.numbers().filter(|(_, n)| n.rupees).find_map(|(_, n)| {
            let holding: Vec<&Field<'a>> = self
                .cited
                .iter()
                .filter(|f| read::json_number(f.value).is_some_and(|v| n.is(v, false)))
                .collect();
            (!holding.is_empty() && holding.iter().all(no_sum))
                .then(|| (Label::Unsupported, format!("{} is no sum of money", n.raw)))
        })
    }

    /// The cited elements of one list under one name, where there are several.
    fn groups(&self) -> Vec<Vec<&Field<'a>>> {
        let mut out: Vec<Vec<&Field<'a>>> = Vec::new();
        for field in self.cited.iter().filter(|f| f.element().is_some()) {
            let same = |g: &&mut Vec<&Field<'a>>| {
                g.first()
                    .is_some_and(|f| f.doc == field.doc && f.leaf() == field.leaf())
            };
            match out.iter_mut().find(same) {
                Some(group) => group.push(field),
                None => out.push(vec![field]),
            }
        }
        out.retain(|g| g.len() > 1);
        out
    }

    /// "Only one of the two is on hold" where both are.
    fn only_so_many(&self) -> Option<Veto> {
        self.items.iter().enumerate().find_map(|(at, item)| {
            let before = self.items.get(at.saturating_sub(2)..at)?;
            let only = item.text() == "only one"
                || before.iter().any(|i| {
                    matches!(
                        i.text(),
                        "just" | "exactly" | "precisely" | "only" | "alone"
                    )
                });
            let of = self.items.get(at + 1..(at + 3).min(self.items.len()))?;
            let part = of
                .iter()
                .any(|i| matches!(i.text(), "of" | "of the" | "out of"));
            let number = match item.number() {
                Some(n) if n.rupees || n.percent => return None,
                Some(n) => n.value,
                None if item.text() == "only one" => domain::Decimal::ONE,
                None => return None,
            };
            if !only || !part {
                return None;
            }
            self.groups().iter().find_map(|g| {
                let first = g.first()?;
                let alike = g.iter().all(|f| f.value == first.value);
                let many = domain::Decimal::from(u32::try_from(g.len()).ok()?);
                (alike && first.value.is_string() && number < many).then(|| {
                    (
                        Label::Contradicted,
                        format!("all {} that are cited say the same", g.len()),
                    )
                })
            })
        })
    }

    /// "Each of the two lines carries ₹9,720" of lines that carry less.
    fn each_is_another(&self) -> Option<Veto> {
        let each = self
            .items
            .iter()
            .position(|i| i.class("each") || matches!(i.text(), "each" | "every" | "each of"))?;
        self.numbers()
            .filter(|(at, _)| *at > each)
            .find_map(|(_, n)| {
                let is = |f: &Field<'a>| read::json_number(f.value).is_some_and(|v| n.is(v, false));
                let whole = self.cited.iter().find(|f| is(f) && f.element().is_none())?;
                let lines = self.groups().into_iter().any(|g| {
                    g.iter()
                        .all(|f| f.leaf() == whole.leaf() && f.doc == whole.doc && !is(f))
                });
                lines.then(|| {
                    (
                        Label::Contradicted,
                        format!("{} is no line's", whole.pointer()),
                    )
                })
            })
    }

    /// "The total taxable value" of one line of several.
    fn part_called_the_total(&self) -> Option<Veto> {
        let total = self.items.iter().any(|i| {
            let text = i.text();
            text.starts_with("total ") || matches!(text, "total" | "grand total" | "in all")
        });
        let lines = self.items.iter().any(|i| {
            matches!(i, Item::Ordinal(_))
                || i.tags().is_some_and(|t| t.contains("doc.line"))
                || matches!(i, Item::Unknown(_) | Item::Name(_))
        });
        if !total || lines {
            return None;
        }
        self.numbers().filter(|(_, n)| n.rupees).find_map(|(_, n)| {
            let is = |f: &&Field<'a>| read::json_number(f.value).is_some_and(|v| n.is(v, false));
            let mut holding = self.cited.iter().filter(is).peekable();
            let first = holding.peek()?.pointer();
            let line = |f: &Field<'a>| {
                f.element().is_some_and(|(_, list)| {
                    list.as_array().is_some_and(|l| l.len() > 1)
                        && f.path.first().is_some_and(|p| {
                            name_parts(p)
                                .iter()
                                .any(|w| w.starts_with("item") || w.starts_with("line"))
                        })
                })
            };
            holding.all(line).then(|| {
                (
                    Label::Unsupported,
                    format!("{first} is one line's, and no total"),
                )
            })
        })
    }

    /// "The GST rate is 5%" of the rate at which tax was deducted.
    fn rate_of_another_head(&self) -> Option<Veto> {
        let said = of(&tags_of(self.items), "head");
        let gst = said.contains("head.gst")
            && !said.contains("head.tds")
            && self.items.iter().any(|i| i.text().contains("gst"));
        self.numbers()
            .filter(|(_, n)| n.percent)
            .find_map(|(_, n)| {
                let mut holding = self
                    .cited
                    .iter()
                    .filter(|f| read::json_number(f.value).is_some_and(|v| n.is(v, false)))
                    .peekable();
                holding.peek()?;
                let deducted = |f: &Field<'a>| {
                    of(&f.tags, "head").is_empty()
                        && f.scope()
                            .iter()
                            .any(|(key, _)| VOCABULARY.member(key).0.contains("head.tds"))
                        && !f
                            .scope()
                            .iter()
                            .any(|(key, _)| VOCABULARY.member(key).0.contains("head.gst"))
                };
                (gst && holding.all(deducted)).then(|| {
                    (
                        Label::Unsupported,
                        "the rate is that of a deduction".to_owned(),
                    )
                })
            })
    }

    /// "Is marked available", "was cancelled suo-moto" where nothing that is cited says a state.
    fn state_without_a_state(&self) -> Option<Veto> {
        let could = |f: &Field<'a>| match f.value {
            serde_json::Value::String(s) => {
                let identity = f.tags.iter().any(|t| crate::fit::is_identity(t));
                let silent = (identity && !f.has("kind.place")
                    || read::json_date(f.value).is_some()
                    || read::json_number(f.value).is_some())
                    && !s.contains(' ');
                !silent
            }
            serde_json::Value::Number(_) => false,
            _ => true,
        };
        let said = self.items.iter().find(|i| {
            matches!(
                i.text(),
                "available" | "eligible" | "marked as available" | "suo moto" | "suo-moto"
            )
        })?;
        let own = |f: &Field<'a>| group_of(f, said);
        (!self.cited.iter().any(|f| could(f) || own(f))).then(|| {
            (
                Label::Partial,
                format!("nothing that is cited says \"{}\"", said.text()),
            )
        })
    }
}

/// Whether a field's name says what a word says.
fn group_of(field: &Field<'_>, item: &Item) -> bool {
    let words = folded_words(item.text());
    name_parts(field.leaf()).iter().any(|p| {
        words
            .iter()
            .any(|w| p.len() > 2 && w.starts_with(p.as_str()))
    }) || item
        .tags()
        .is_some_and(|t| t.iter().any(|t| group(t) != "kind" && field.has(t)))
}
