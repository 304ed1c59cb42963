//! What is left of a clause: each word, value and name has to be borne by what is cited, or to say nothing by itself.

use std::collections::BTreeSet;

use crate::{
    clause::Item,
    field::{Class, Field},
    fit::{PAPERS, REGISTERS, widened, widened_public},
    guard,
    lex::Token,
    mention::Mention,
    money,
    number::Number,
    read,
    vocabulary::{Meaning, Tag, Tags, VOCABULARY, folded_words, group, name_parts, of, stem},
    weigh::Weigher,
};

impl<'a> Weigher<'a, '_> {
    /// Whether a word stands in the records that are cited, as a name or in a text.
    pub(crate) fn on_record(&self, word: &str) -> bool {
        let wanted = stem(word);
        let holds = |text: &str| folded_words(text).iter().any(|w| stem(w) == wanted);
        self.cited.iter().any(|f| {
            f.path
                .iter()
                .any(|s| name_parts(s).iter().any(|p| stem(p) == wanted))
                || f.value.as_str().is_some_and(holds)
                || f.value.as_array().is_some_and(|list| {
                    list.iter().take(200).any(|v| match v {
                        serde_json::Value::String(s) => holds(s),
                        serde_json::Value::Object(map) => map
                            .iter()
                            .any(|(key, v)| is_description(key) && v.as_str().is_some_and(holds)),
                        _ => false,
                    })
                })
                || f.chain
                    .iter()
                    .filter_map(|h| h.as_object())
                    .flat_map(|m| m.keys().take(200))
                    .any(|key| name_parts(key).iter().any(|p| stem(p) == wanted))
                || f.scope().iter().any(|(key, value)| {
                    name_parts(key).iter().any(|p| stem(p) == wanted)
                        || (is_descriptive(key)
                            && value.as_str().is_some_and(|s| s.len() < 120 && holds(s)))
                })
        })
    }

    /// Whether a word stands in the name of what is cited, or in a name beside or above it.
    pub(crate) fn in_path(&self, word: &str) -> bool {
        let wanted = stem(word);
        let names = |name: &str| name_parts(name).iter().any(|p| stem(p) == wanted);
        self.cited.iter().any(|f| {
            f.path.iter().any(|s| names(s))
                || f.chain
                    .iter()
                    .filter_map(|h| h.as_object())
                    .flat_map(|m| m.keys().take(200))
                    .any(|k| names(k))
        })
    }

    /// Whether a word is in what the record says that it was made by: "validated" of an account validation.
    pub(crate) fn is_of_the_tool(&self, word: &str) -> bool {
        let wanted = stem(word);
        self.bearers().any(|f| {
            f.scope().iter().any(|(key, value)| {
                matches!(*key, "tool" | "request" | "service" | "check" | "source")
                    && value
                        .as_str()
                        .is_some_and(|s| folded_words(s).iter().any(|w| stem(w) == wanted))
            })
        })
    }

    /// Whether nothing else is: "IGST alone", "only on the nuts"; before a number or a date it adds nothing.
    fn only_is_so(&self, at: usize) -> bool {
        let figure = self
            .items
            .get(at + 1..(at + 4).min(self.items.len()))
            .unwrap_or_default()
            .iter()
            .any(|i| {
                matches!(
                    i,
                    Item::Value(Token::Number(_) | Token::Date(_) | Token::Part(_))
                ) || i.state() == Some("part_paid")
                    || matches!(
                        i.text(),
                        "half" | "quarter" | "third" | "part" | "partly" | "partially"
                    )
            });
        figure
            || self
                .bearing
                .iter()
                .filter_map(|n| self.cited.get(*n))
                .any(|f| {
                    let lone = self.index.root(f.doc).is_some_and(|root| {
                        let twins = f.twins(root);
                        !twins.is_empty()
                            && twins.iter().all(|t| {
                                read::empty(t.value)
                                    || read::json_number(t.value).is_some_and(|v| v.is_zero())
                            })
                    });
                    f.is_only_tax() || lone
                })
    }

    /// Whether words stand in the names of a document that bears something.
    pub(crate) fn in_document(&self, text: &str, wanted_tags: &Tags) -> bool {
        let wanted: Vec<String> = folded_words(text).iter().map(|w| stem(w)).collect();
        let docs: BTreeSet<usize> = self.bearers().map(|f| f.doc).collect();
        let names: BTreeSet<String> = docs
            .iter()
            .flat_map(|doc| self.index.leaves(*doc))
            .flat_map(|f| &f.path)
            .flat_map(|s| name_parts(s))
            .map(|p| stem(&p))
            .collect();
        let tagged = || {
            docs.iter()
                .flat_map(|doc| self.index.leaves(*doc))
                .any(|f| f.tags.iter().any(|t| wanted_tags.contains(t)))
        };
        (!wanted.is_empty() && wanted.iter().all(|w| names.contains(w))) || tagged()
    }

    /// The tags of all that stands beside and above what is cited.
    pub(crate) fn record_tags(&self) -> Tags {
        let mut out = Tags::new();
        for field in self.cited {
            out.extend(&field.tags);
            out.extend(&field.sources);
            for segment in &field.path {
                out.extend(VOCABULARY.member(segment).0);
            }
            out.extend(scope_tags(field, &["kind", "doc", "role", "variant"]));
        }
        out
    }

    /// What the fields that have borne something are about.
    fn borne(&self) -> Borne {
        let mut borne = Borne::default();
        for field in self.bearers() {
            borne.own.extend(widened(&field.tags));
            borne.own.extend(field.class_tags());
            borne.is_number |= read::json_number(field.value).is_some();
            borne.papers.extend(field.docs());
            borne.keys.extend(scope_tags(field, &["kind"]));
            borne.beside.extend(scope_tags(field, &["doc"]));
            for segment in &field.path {
                borne.keys.extend(of(&VOCABULARY.member(segment).0, "kind"));
            }
            if field.has("kind.rate") && of(&field.tags, "head").is_empty() {
                // A rate without a head is the rate of the sums beside it.
                borne.own.extend(scope_tags(field, &["head"]));
            }
        }
        // A total has the tax in it, and the only tax there is is the tax.
        if borne.own.contains("head.total") || self.bearers().any(Field::is_only_tax) {
            borne.own.insert("head.gst");
        }
        if borne.own.contains("head.tds") {
            borne.own.insert("event.deduction");
        }
        // "The rate of ₹1,140" is a price.
        let share = self
            .items
            .iter()
            .any(|i| i.number().is_some_and(|n| n.percent));
        if borne.own.contains("kind.price") && !share {
            borne.own.insert("kind.rate");
        }
        // What was accepted or rejected was inspected.
        if ["stage.accepted", "stage.rejected"]
            .iter()
            .any(|t| borne.own.contains(t))
        {
            borne.own.insert("event.inspection");
        }
        // What stands on a paper was done by it: what is on a receipt was received.
        let papers = borne.papers.clone();
        borne.own.extend(widened_public(&borne.own.clone()));
        borne.own.extend(papers);
        borne.papers.extend(of(&widened(&borne.own), "doc"));
        borne.is_a_paper = borne.papers.iter().any(|t| PAPERS.contains(t));
        borne.is_nowhere = !borne.is_a_paper && !borne.papers.iter().any(|t| REGISTERS.contains(t));
        borne
    }

    /// Whether the clause says something, and is not only where it is said: "As per the portal, …".
    fn makes_a_statement(&self) -> bool {
        self.earlier.is_empty()
            || self
                .items
                .iter()
                .any(|i| i.class("verb") || i.state().is_some() || matches!(i, Item::Value(_)))
    }

    /// Words quoted from a field.
    pub(crate) fn weigh_quotes(&mut self) {
        for at in 0..self.items.len() {
            let Some(Item::Value(Token::Quote(text))) = self.items.get(at) else {
                continue;
            };
            let found = self.cited.iter().position(|f| {
                f.value.as_str().is_some_and(|s| {
                    s.trim() == text.trim() || (text.len() > 8 && s.contains(text.trim()))
                })
            });
            if let Some(n) = found {
                self.good(at, n);
            }
        }
    }

    /// A phrase that is left: it is borne, says nothing, or is missing.
    fn weigh_left_phrase(&mut self, at: usize, text: &str, meaning: &Meaning, borne: &Borne) {
        let why = |what: &str| format!("\"{what}\" stands in nothing that is cited");
        let says = |class: &str| meaning.classes.contains(class);
        let planned = self.is_planned_so(text);
        // "45 days after the invoice date": from when the days run.
        let from_then = says("after")
            && at > 1
            && self
                .items
                .get(at - 1)
                .is_some_and(|i| crate::span::unit(i.text()).is_some())
            && self.bearers().any(|f| f.classes() == [Class::Days]);
        if from_then {
            return;
        }
        // "Has not been booked before": before now.
        let before_now = says("before") && at + 1 == self.items.len();
        if before_now {
            return;
        }
        if planned {
            return;
        }
        if says("opinion") || (says("cause") && !self.gives_reason(at)) {
            self.missing(
                at,
                format!("\"{text}\" is nothing that a value can bear out"),
            );
        } else if !self.phrase_is_borne(at, text, meaning, borne) {
            self.missing(at, why(text));
        }
    }

    /// What is left over must be words that say nothing by themselves or that the record bears.
    pub(crate) fn weigh_leftovers(&mut self) {
        let borne = self.borne();
        if !self
            .items
            .iter()
            .any(|i| !matches!(i, Item::Mark(_)) && !i.class("neutral"))
        {
            return;
        }
        for at in 0..self.items.len() {
            if self.is_used(at) {
                continue;
            }
            let Some(item) = self.items.get(at) else {
                continue;
            };
            let why = |what: &str| format!("\"{what}\" stands in nothing that is cited");
            match item {
                Item::Mark(_) => {}
                Item::Phrase(text, meaning) => self.weigh_left_phrase(at, text, meaning, &borne),
                Item::Unknown(word) => {
                    if !self.on_record(word)
                        && VOCABULARY.unit(word) != Some("piece")
                        && !self.is_goods(at, word)
                        && !self.is_trade(at, word)
                        && !self.is_in_an_id(word)
                        && !guard::names_currency(word, self.cited)
                        && !self
                            .bearers()
                            .any(|f| money::names_the_scale(word, &f.chain, f.leaf()))
                    {
                        self.missing(at, why(word));
                    }
                }
                Item::Name(_) | Item::Ordinal(_) | Item::Value(Token::Id(_) | Token::Part(_)) => {
                    let bound = Mention::of(item)
                        .is_some_and(|m| self.cited.iter().any(|f| self.is_about(&m, f)));
                    if !bound {
                        let shown = item.shown();
                        self.missing(at, why(&shown));
                    }
                }
                Item::Value(Token::Quote(text)) => self.missing(at, why(text)),
                Item::Value(Token::Number(n)) => {
                    let raw = n.raw.clone();
                    // "The same one", "one voucher".
                    let one = n.value == domain::Decimal::ONE && !n.rupees && !n.percent;
                    let measured = self.items.get(at + 1).is_some_and(|i| {
                        VOCABULARY.unit(i.text()).is_some()
                            || crate::span::unit(i.text()).is_some()
                            || i.text() == "of"
                    });
                    if (one && !measured)
                        || !self.on_record(&raw)
                        || n.rupees
                        || n.percent
                        || raw.len() < 5 && !self.names_an_element()
                    {
                        self.missing(at, why(&raw));
                    }
                }
                Item::Value(Token::Date(_)) => {
                    let shown = item.shown();
                    self.missing(at, why(&shown));
                }
                Item::Value(_) => self.missing(at, why("a value")),
            }
        }
        let says = |i: &Item| !matches!(i, Item::Mark(_)) && !i.class("neutral");
        let speaks = self.items.iter().any(says);
        if speaks
            && self.tally.good == 0
            && self.tally.bad.is_empty()
            && self.tally.missing.is_empty()
            && self.makes_a_statement()
        {
            self.tally
                .missing
                .push("nothing that is cited speaks of it".to_owned());
        }
    }

    /// Whether a number is an operand of the computation whose result is cited.
    pub(crate) fn in_formula(&self, number: &Number) -> bool {
        let results = self.cited.iter().filter(|f| {
            matches!(f.leaf(), "result" | "value" | "answer")
                && read::json_number(f.value) != Some(number.value)
        });
        results.into_iter().any(|f| {
            f.scope().iter().any(|(key, value)| {
                let formula = matches!(*key, "expression" | "formula" | "expr" | "calculation");
                formula
                    && value.as_str().is_some_and(|s| {
                        s.split(|c: char| !(c.is_ascii_digit() || c == '.'))
                            .filter_map(read::number)
                            .any(|v| v == number.value)
                    })
            })
        })
    }

    /// Words for what is to come, which a date set beforehand bears, or for what is allowed, which a ceiling does.
    fn is_planned_so(&self, text: &str) -> bool {
        let any = |wanted: &[Tag]| self.bearers().any(|f| wanted.iter().any(|t| f.has(t)));
        match text {
            "may" | "can" => any(&["head.limit", "head.credit_limit"]),
            "will" | "shall" | "must" | "should" | "would" | "expected" => {
                any(&["head.payable", "head.due", "head.limit"])
                    || self
                        .bearers()
                        .any(|f| f.is_planned() || f.classes() == [Class::Days])
            }
            _ => false,
        }
    }

    /// Whether what a "because" says is what the record gives as the reason, or is the very field that it explains.
    fn gives_reason(&self, at: usize) -> bool {
        let reason = self
            .bearing
            .iter()
            .filter_map(|n| self.cited.get(*n))
            .any(|f| {
                f.has("kind.reason")
                    || name_parts(f.leaf())
                        .iter()
                        .any(|p| p == "reason" || p == "remark")
            });
        let told = self.items.iter().skip(at + 1).any(|i| {
            !i.class("neutral")
                && folded_words(i.text())
                    .iter()
                    .any(|w| w.len() > 3 && self.on_record(w))
        });
        (reason && told)
            || self.items.iter().enumerate().any(|(n, i)| {
                n > at && self.is_used(n) && (matches!(i, Item::Value(_)) || i.state().is_some())
            })
    }

    /// Whether a word before "supplier" or the like says what he deals in, and his name says so too: "the chemical
    /// supplier" of a Chemtrade.
    fn is_trade(&self, at: usize, word: &str) -> bool {
        let party = self
            .items
            .get(at + 1)
            .and_then(Item::tags)
            .is_some_and(|t| t.iter().any(|t| group(t) == "role"));
        let wanted: String = word.to_lowercase().chars().take(4).collect();
        party
            && wanted.chars().count() == 4
            && self.cited.iter().any(|f| {
                f.scope().iter().any(|(key, value)| {
                    is_descriptive(key)
                        && value
                            .as_str()
                            .is_some_and(|s| folded_words(s).iter().any(|w| w.starts_with(&wanted)))
                })
            })
    }

    /// Whether an abbreviation is the letters of an identifier on record: "the MSA" for MSA-2026-07.
    fn is_in_an_id(&self, word: &str) -> bool {
        word.len() > 1
            && word.chars().all(char::is_uppercase)
            && self.cited.iter().any(|f| {
                f.scope().iter().any(|(_, value)| {
                    value.as_str().is_some_and(|s| {
                        s.len() < 40
                            && s.chars().any(|c| c.is_ascii_digit())
                            && s.split(|c: char| !c.is_alphanumeric()).any(|p| p == word)
                    })
                })
            })
    }

    /// Whether a word that nobody knows names the goods that a quantity or a price is of: it stands behind the number,
    /// or in the plural, and no record says that they are called otherwise.
    pub(crate) fn is_goods(&self, at: usize, word: &str) -> bool {
        const OF_GOODS: [Tag; 4] = ["doc.receipt", "doc.order", "doc.eway", "doc.credit_note"];
        let before = at.checked_sub(1).and_then(|n| self.items.get(n));
        let counted = before.is_some_and(|i| i.number().is_some() || i.text() == "per");
        if !(counted || word.ends_with('s')) {
            return false;
        }
        let measured: Vec<&Field<'a>> = self
            .bearers()
            .filter(|f| {
                let classes = f.classes();
                classes.contains(&Class::Quantity)
                    || classes.contains(&Class::Price)
                    || f.docs().iter().any(|t| OF_GOODS.contains(t))
            })
            .collect();
        let described = |f: &Field<'a>| {
            f.scope()
                .iter()
                .any(|(key, value)| is_description(key) && value.is_string())
        };
        if measured.is_empty() || measured.iter().any(|f| described(f)) {
            return false;
        }
        let wanted = stem(word);
        let mut called = (0..self.index.len())
            .flat_map(|doc| self.index.leaves(doc))
            .filter(|f| is_description(f.leaf()))
            .filter_map(|f| f.value.as_str())
            .peekable();
        called.peek().is_none()
            || called.any(|text| folded_words(text).iter().any(|w| stem(w) == wanted))
    }

    /// The fields that have borne something, here or before.
    pub(crate) fn bearers(&self) -> impl Iterator<Item = &Field<'a>> {
        self.bearing
            .union(&self.earlier)
            .filter_map(|n| self.cited.get(*n))
    }

    /// Whether a known phrase says nothing by itself, or what it says is what the bearing fields are about.
    fn phrase_is_borne(&self, at: usize, text: &str, meaning: &Meaning, borne: &Borne) -> bool {
        const SILENT: [&str; 9] = [
            "neutral", "split", "each", "all", "about", "between", "by", "not", "verb",
        ];
        let says = |class: &str| meaning.classes.contains(class);
        if says("light") || self.is_in_a_name(text) {
            return true;
        }
        // "Support hours of 312.5": the unit of what is measured.
        if let Some(unit) = VOCABULARY.unit(text)
            && self.bearers().any(|f| {
                f.scope().iter().any(|(key, value)| {
                    VOCABULARY.member(key).0.contains("kind.unit")
                        && value.as_str().and_then(|v| VOCABULARY.unit(v)) == Some(unit)
                })
            })
        {
            return true;
        }
        if meaning.tags.is_empty() {
            if says("topic") && !says("neutral") {
                return folded_words(text).iter().all(|w| self.on_record(w));
            }
            // "Net of the deduction": what is payable is that.
            if says("minus")
                || (says("after") && borne.own.contains("head.payable") && self.speaks_of_tds(at))
            {
                return borne.own.contains("head.payable");
            }
            if says("only") {
                return self.only_is_so(at);
            }
            // Else a state or a relation that nothing bore.
            // "62% of the work is done": the state stands in the name of what bears.
            if meaning.state.is_some() {
                let named =
                    |f: &Field<'_>| f.path.iter().flat_map(|s| name_parts(s)).any(|p| p == text);
                // A limit that was sanctioned.
                let limited = |f: &Field<'_>| f.has("head.limit") || f.has("head.credit_limit");
                if meaning.state == Some("approved") && self.bearers().any(limited) {
                    return true;
                }
                return self.bearers().any(named) || self.is_of_the_tool(text);
            }
            return SILENT.iter().any(|class| says(class));
        }
        let of_group = |wanted: &[&str]| -> Tags {
            meaning
                .tags
                .iter()
                .copied()
                .filter(|t| wanted.contains(&group(t)))
                .collect()
        };
        let specific = of_group(&["head", "event", "stage", "variant"]);
        if !widened_public(&specific).is_disjoint(&borne.own) {
            return true;
        }
        let kinds = of_group(&["kind"]);
        if kinds.iter().any(|t| {
            borne.own.contains(t)
                || (borne.keys.contains(t) && !(is_sort(t) && borne.is_number))
                || matches!(
                    *t,
                    "kind.amount" | "kind.number" | "kind.status" | "kind.date"
                )
        }) {
            return true;
        }
        let docs = of_group(&["doc"]);
        if !docs.is_disjoint(&borne.papers)
            || !docs.is_disjoint(&borne.beside)
            || (!docs.is_empty() && !borne.is_a_paper && self.in_document(text, &docs))
            || (docs.iter().all(|t| REGISTERS.contains(t))
                && !docs.is_empty()
                && borne.is_nowhere
                && self.could_be(&docs))
        {
            return true;
        }
        let roles = of_group(&["role"]);
        if !roles.is_empty() && self.party_is_borne(text, &roles) {
            return true;
        }
        let portal = meaning.tags.contains("doc.portal") || meaning.tags.contains("doc.contract");
        if portal && borne.papers.is_empty() && self.could_be(&docs) {
            return true;
        }
        if says("topic") && !says("neutral") {
            return folded_words(text).iter().all(|w| self.on_record(w));
        }
        let figures = self.items.iter().any(|i| i.number().is_some());
        if !figures && specific.iter().all(|t| *t == "head.gst") && !specific.is_empty() {
            return true;
        }
        if specific.is_empty() {
            return says("neutral") && roles.is_empty() && docs.is_empty();
        }
        specific
            .iter()
            .any(|t| matches!(*t, "event.issue" | "head.total"))
            || self.is_said_in_passing(at, text, &specific, borne, says("verb"))
    }

    /// Whose it is has to be so of a field that bears; where no record says whose it is, the supplier's is meant.
    fn party_is_borne(&self, text: &str, party: &Tags) -> bool {
        let owners: Tags = self.bearers().flat_map(|f| self.roles_of(f)).collect();
        // The supplier of a carriage is the carrier.
        let carries = || {
            (0..self.index.len())
                .flat_map(|doc| self.index.leaves(doc))
                .any(|f| {
                    f.value.as_str().is_some_and(|s| {
                        folded_words(s).iter().any(|w| {
                            matches!(
                                w.as_str(),
                                "freight"
                                    | "transport"
                                    | "transporters"
                                    | "logistics"
                                    | "roadlines"
                                    | "roadways"
                                    | "carriers"
                                    | "cargo"
                                    | "haulage"
                            )
                        })
                    })
                })
        };
        if owners.is_empty() {
            return party.contains("role.supplier")
                || (party.contains("role.transporter") && carries())
                || folded_words(text).iter().all(|w| self.on_record(w));
        }
        !party.is_disjoint(&owners)
            || (party.contains("role.transporter") && owners.contains("role.supplier") && carries())
    }

    /// Whose a field is: by its record, or by what identifies him in another.
    pub(crate) fn roles_of(&self, field: &Field<'a>) -> Tags {
        let own = field.roles();
        if own.is_empty() {
            self.index.linked_roles(field)
        } else {
            own
        }
    }
}

/// What the fields that have borne something are about.
#[derive(Debug, Default)]
pub(crate) struct Borne {
    /// By their names.
    pub(crate) own: Tags,
    /// The papers and registers that they stand in.
    pub(crate) papers: Tags,
    /// Whether one of these is a paper, of which a value belongs to one.
    pub(crate) is_a_paper: bool,
    /// Whether one of the fields holds a number that counts or measures.
    pub(crate) is_number: bool,
    /// Whether none of these is a paper or a register.
    pub(crate) is_nowhere: bool,
    /// Papers that are named beside and above them.
    pub(crate) beside: Tags,
    /// Kinds of what stands beside and above them.
    pub(crate) keys: Tags,
}

/// Tags of some groups of what stands beside and above a field.
pub(crate) fn scope_tags(field: &Field<'_>, groups: &[&str]) -> Tags {
    field
        .scope()
        .iter()
        .flat_map(|(key, _)| VOCABULARY.member(key).0)
        .filter(|t| groups.contains(&group(t)))
        .collect()
}

/// Kinds of number, which a value is one of.
fn is_sort(tag: Tag) -> bool {
    matches!(
        tag,
        "kind.price" | "kind.quantity" | "kind.rate" | "kind.days" | "kind.distance" | "kind.score"
    )
}

/// Whether a member describes goods or services.
pub(crate) fn is_description(key: &str) -> bool {
    !VOCABULARY.member(key).0.contains("kind.quantity")
        && !VOCABULARY.member(key).0.contains("kind.unit")
        && is_called(key)
}

fn is_called(key: &str) -> bool {
    VOCABULARY.member(key).0.contains("kind.description")
        || name_parts(key).iter().any(|p| {
            matches!(
                p.as_str(),
                "item" | "product" | "goods" | "material" | "desc" | "description"
            )
        })
}

/// Whether a member says what a thing is called: its words may be used to speak of it.
pub(crate) fn is_descriptive(key: &str) -> bool {
    let (tags, _) = VOCABULARY.member(key);
    let called = tags.iter().any(|t| {
        matches!(group(t), "role" | "variant")
            || matches!(
                *t,
                "kind.description"
                    | "kind.name"
                    | "kind.form"
                    | "kind.doctype"
                    | "kind.holder"
                    | "kind.unit"
            )
    });
    called
        || name_parts(key).iter().any(|p| {
            matches!(
                p.as_str(),
                "item"
                    | "product"
                    | "goods"
                    | "material"
                    | "title"
                    | "heading"
                    | "customer"
                    | "company"
                    | "table"
                    | "register"
                    | "source"
                    | "role"
                    | "designation"
                    | "document"
                    | "tool"
                    | "policy"
            )
        })
}
