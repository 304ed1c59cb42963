//! What a segment asks: rules over the concepts of its words, not over its wording.

mod billed;
mod classes;
mod documents;
mod dues;
mod ranked;
mod refused;
mod sums;

use std::collections::BTreeSet;

use super::{
    direction,
    lexicon::{self, Concept},
    part::{Billing, CodeKind, Column, Measure, Subject, Topic, Understanding},
    scan::{Segment, announces},
    token::Word,
};

/// What a segment was found to ask.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) topics: Vec<Topic>,
    /// Words of weight that no topic has a use for, by place.
    pub(super) puzzling: Vec<usize>,
    /// Numbers that no topic has a use for.
    pub(super) numbers: Vec<usize>,
}

/// Concepts that narrow nothing: a question is answered whether they stand in it or not.
const LIGHT: &[Concept] = &[
    Concept::All,
    Concept::Bill,
    Concept::Day,
    Concept::Gstin,
    Concept::Identity,
    Concept::Line,
    Concept::List,
    Concept::Name,
    Concept::Number,
    Concept::Oblige,
    Concept::Profile,
    Concept::Says,
    Concept::Seen,
    Concept::Series,
    Concept::Status,
    Concept::Term,
    Concept::Vendor,
    Concept::Verify,
    Concept::Which,
    Concept::Who,
];

/// Concepts that ask nothing.
const SILENT: &[Concept] = &[
    Concept::All,
    Concept::Line,
    Concept::Number,
    Concept::Profile,
    Concept::Vendor,
    Concept::Which,
    Concept::Who,
];

const STATUSES: &[Concept] = &[
    Concept::Paid,
    Concept::Approved,
    Concept::Held,
    Concept::Rejected,
    Concept::Unpaid,
];

/// Whether a topic says that something is left out of what is asked.
pub(super) fn narrows(topic: &Topic) -> bool {
    matches!(topic, Topic::Beyond(why) if [refused::DENIED, refused::LEFT_OUT].contains(why))
}

/// Whether a word is of a measure: the largest, the latest.
pub(super) fn measures(words: &[Word<'_>], at: usize) -> bool {
    let concept = lexicon::concept(words, at).map(|(concept, _)| concept);
    MEASURES
        .iter()
        .any(|(measure, _)| Some(*measure) == concept)
}

const MEASURES: &[(Concept, Measure)] = &[
    (Concept::Total, Measure::Total),
    (Concept::Count, Measure::Count),
    (Concept::Average, Measure::Average),
    (Concept::Largest, Measure::Largest(1)),
    (Concept::Smallest, Measure::Smallest(1)),
    (Concept::Latest, Measure::Latest),
    (Concept::Earliest, Measure::Earliest),
];

/// Reads a segment.
pub(super) fn read(segment: &Segment, words: &[Word<'_>], found: &Understanding) -> Asked {
    let mut reader = Reader {
        segment,
        words,
        found,
        used: BTreeSet::new(),
        numbers: BTreeSet::new(),
        topics: Vec::new(),
    };
    reader.all();
    let Reader {
        used,
        numbers,
        topics,
        ..
    } = reader;
    // Where nothing is asked that can be told, every word says what was not understood.
    let light = if topics.is_empty() { SILENT } else { LIGHT };
    let heavy = |concept: &Concept| !light.contains(concept) && !used.contains(concept);
    Asked {
        puzzling: segment
            .concepts
            .iter()
            .filter(|(concept, _)| heavy(concept))
            .map(|(_, at)| *at)
            .collect(),
        numbers: segment
            .amounts
            .iter()
            .chain(&segment.rates)
            .filter(|place| !numbers.contains(place))
            .copied()
            .collect(),
        topics,
    }
}

struct Reader<'a> {
    segment: &'a Segment,
    words: &'a [Word<'a>],
    found: &'a Understanding,
    used: BTreeSet<Concept>,
    numbers: BTreeSet<usize>,
    topics: Vec<Topic>,
}

impl Reader<'_> {
    /// Whether a concept stands in the segment and nothing has taken it yet.
    fn free(&self, concept: Concept) -> bool {
        self.segment.has(concept) && !self.used.contains(&concept)
    }

    fn free_any(&self, concepts: &[Concept]) -> bool {
        concepts.iter().any(|concept| self.free(*concept))
    }

    fn fire(&mut self, topic: Topic, uses: &[Concept]) {
        self.topics.push(topic);
        self.takes(uses);
    }

    fn takes(&mut self, uses: &[Concept]) {
        let used = uses.iter().filter(|concept| self.segment.has(**concept));
        self.used.extend(used);
    }

    /// All concepts of the segment, for a topic that answers whatever else it says.
    fn everything(&self) -> Vec<Concept> {
        let concepts = self.segment.concepts.iter();
        concepts.map(|(concept, _)| *concept).collect()
    }

    fn subjects(&self) -> impl Iterator<Item = &Subject> {
        let places = self.segment.subjects.iter();
        places.filter_map(|place| self.found.subjects.get(*place))
    }

    fn code(&self, kind: CodeKind) -> bool {
        self.subjects().any(
            |subject| matches!(subject, Subject::Code { kind: Some(known), .. } if *known == kind),
        )
    }

    /// Whether any part of the question names an invoice.
    fn names_an_invoice(&self) -> bool {
        let invoice = Some(CodeKind::Invoice);
        let named =
            |subject: &Subject| matches!(subject, Subject::Code { kind, .. } if *kind == invoice);
        self.found.subjects.iter().any(named)
    }

    /// A number of which is not said what it numbers.
    fn loose_code(&self) -> bool {
        self.subjects()
            .any(|subject| matches!(subject, Subject::Code { kind: None, .. }))
    }

    /// A number of which is not said what it numbers, and that is nobody's after "of" or "from".
    fn numbers_invoice(&self) -> bool {
        let (from, until) = self.segment.words;
        (from..until).any(|at| {
            let word = self.words.get(at);
            let loose = word.is_some_and(|word| {
                self.subjects().any(
                    |subject| matches!(subject, Subject::Code { text, kind: None } if text == word.text),
                )
            });
            let before = at.checked_sub(1).and_then(|at| self.words.get(at));
            loose && !before.is_some_and(|word| word.lower == "for" || announces(word))
        })
    }

    /// "What interest does Mutha Cartons charge": what a contract settles, of a vendor who is named, and no sum.
    fn terms_of_contract(&self) -> bool {
        use Concept as C;
        let bills = self.segment.concepts.iter().any(|(concept, at)| {
            let charges = |word: &Word<'_>| word.lower.starts_with("charg");
            *concept == C::Bill && !self.words.get(*at).is_some_and(charges)
        });
        self.segment.has(C::Interest)
            && !bills
            && !self.segment.has_any(&[C::Unpaid, C::Average])
            && self.segment.amounts.is_empty()
            && self.subjects().next().is_some()
    }

    fn gstin(&self) -> bool {
        self.subjects()
            .any(|subject| matches!(subject, Subject::Gstin { .. }))
    }

    fn vendor(&self) -> bool {
        self.subjects().any(|subject| {
            matches!(
                subject,
                Subject::Gstin { .. }
                    | Subject::Pan(_)
                    | Subject::Name { .. }
                    | Subject::Code {
                        kind: None | Some(CodeKind::Vendor),
                        ..
                    }
            )
        })
    }

    /// Whether one of the segment's words is one of these.
    fn says(&self, list: &[&str]) -> bool {
        let (from, until) = self.segment.words;
        let words = self.words.get(from..until).unwrap_or_default();
        words.iter().any(|word| list.contains(&word.lower.as_str()))
    }

    /// What no record answers, whatever else the segment says.
    fn beyond(&mut self, why: &'static str) {
        let everything = self.everything();
        self.fire(Topic::Beyond(why), &everything);
        let numbers = self.segment.amounts.iter().chain(&self.segment.rates);
        self.numbers.extend(numbers);
    }

    fn all(&mut self) {
        use Concept as C;
        if self.segment.no_day {
            self.beyond("the question names a day that no calendar has");
            return;
        }
        if self.segment.has(C::Contract) || self.terms_of_contract() {
            let everything = self.everything();
            let (words, clause) = (Vec::new(), None);
            self.fire(Topic::Contract { words, clause }, &everything);
            self.numbers
                .extend(self.segment.amounts.iter().chain(&self.segment.rates));
            return;
        }
        if self.free(C::Interest) && !self.segment.amounts.is_empty() {
            self.beyond("interest is not reckoned here: over what time a rate runs is for a contract to say");
            return;
        }
        if let Some(why) = self.refused() {
            self.beyond(why);
            return;
        }
        if self.commands() {
            self.beyond("nothing is done here, only answered");
            return;
        }
        let ordered = self.code(CodeKind::Order);
        if direction::is_outward(self.words, self.segment.words, ordered) {
            self.beyond(direction::OUTWARD);
            return;
        }
        let numbered = self.code(CodeKind::Invoice) || self.numbers_invoice();
        if self.says(&["duplicate", "duplicates"]) && !numbered && !self.names_an_invoice() {
            self.beyond("whether an invoice was billed twice is asked of one, by its number");
            return;
        }
        if self.code(CodeKind::Order) {
            self.used.insert(C::Order);
        }
        if !self.segment.has(C::Statement) {
            self.computations();
        }
        let documents = [CodeKind::Invoice, CodeKind::Order];
        let document = documents.iter().any(|kind| self.code(*kind));
        if self.asks_who() && STATUSES.iter().any(|status| self.free(*status)) {
            let why = "the records say what became of an invoice, not who did it";
            let uses = [STATUSES, &[C::Who, C::Bill]].concat();
            self.fire(Topic::Beyond(why), &uses);
            return;
        }
        let asked = [C::Total, C::Bill, C::Pay, C::Paid];
        if self.taxes() && self.topics.is_empty() && self.segment.has_any(&asked) {
            let why = "the ledger holds what an invoice comes to with its tax, not the tax in it";
            let uses = [STATUSES, &asked, &[C::Due, C::Gstin]].concat();
            self.fire(Topic::Beyond(why), &uses);
            return;
        }
        if self.topics.is_empty() && self.classes() {
            return;
        }
        if self.whose(document) {
            return;
        }
        if self.free(C::Why) {
            let why = "the records say what became of it, not why; of an invoice that was verified here, \
                       `satyapan explain` does";
            self.beyond(why);
            if self.loose_code() || document {
                self.topics.push(Topic::Profile);
            }
            return;
        }
        if self.segment.has(C::Ours) && !self.segment.subjects.is_empty() {
            // "Which of our GSTINs was billed on MC/26-27/0187": the invoice says so.
            self.used.insert(C::Ours);
        }
        if self.free(C::Ours) {
            self.fire(Topic::Ours, &[C::Ours, C::Which, C::List, C::All]);
            return;
        }
        if self.topics.is_empty() && self.dues() {
            return;
        }
        self.vendor_facts();
        self.portal();
        self.documents();
        self.billed();
        self.columns();
        if self.free(C::No) {
            // What is denied would be answered as if it were asked for.
            self.topics.clear();
            self.fire(Topic::Beyond(refused::DENIED), &[C::No]);
        }
    }

    /// What is asked of several vendors at once: who of them billed the most.
    fn whose(&mut self, document: bool) -> bool {
        use Concept as C;
        if self.free(C::Vendors) && (document || self.numbers_invoice() || self.bound().is_some()) {
            // "Which vendor is PO-26-0047 on?" asks for the document.
            self.used.insert(C::Vendors);
        }
        if self.topics.is_empty() && !document && self.ranked() {
            return true;
        }
        if self.free(C::Vendors) {
            let measures: Vec<Concept> = MEASURES.iter().map(|(concept, _)| *concept).collect();
            self.fire(
                Topic::Beyond(
                    "vendors are ranked by what they billed or by how many invoices, and by nothing else",
                ),
                &[
                    &measures[..],
                    &[
                        C::Vendors,
                        C::Bill,
                        C::Pay,
                        C::Paid,
                        C::Order,
                        C::Rank,
                        C::Beyond,
                    ],
                ]
                .concat(),
            );
            return true;
        }
        false
    }

    /// Of a person: "who" alone narrows nothing and is no concept.
    fn asks_who(&self) -> bool {
        let (from, until) = self.segment.words;
        let words = self.words.get(from..until).unwrap_or_default();
        words
            .iter()
            .any(|word| matches!(word.lower.as_str(), "who" | "whom" | "kaun"))
    }

    /// "Pay V001 now": a sentence that begins with something to be done.
    fn commands(&self) -> bool {
        let word = self
            .words
            .get(self.segment.words.0)
            .filter(|word| word.first);
        word.is_some_and(|word| {
            matches!(
                word.lower.as_str(),
                "approve"
                    | "block"
                    | "cancel"
                    | "change"
                    | "delete"
                    | "pay"
                    | "reject"
                    | "release"
                    | "remit"
                    | "remove"
                    | "send"
                    | "set"
                    | "transfer"
                    | "unblock"
                    | "update"
            )
        })
    }

    /// What the vendor master holds and means.
    fn vendor_facts(&mut self) {
        use Concept as C;
        let named = self.vendor() || self.code(CodeKind::Invoice) || self.code(CodeKind::Order);
        let when_paid = self.segment.has(C::When)
            && self.segment.has_any(&[C::Pay, C::Paid, C::Due])
            && !self.code(CodeKind::Invoice);
        let pay_days =
            self.segment.has(C::Pay) && self.segment.has_any(&[C::Day, C::Due, C::Credit]);
        let terms = self.segment.has_any(&[C::Terms, C::Credit])
            || self.segment.has(C::Term)
            || pay_days
            || (when_paid && named && !self.segment.has_any(&[C::Latest, C::Earliest]));
        if terms {
            let uses = &[
                C::Terms,
                C::Term,
                C::Pay,
                C::Day,
                C::Due,
                C::Credit,
                C::When,
            ];
            self.fire(Topic::Terms, uses);
            if when_paid {
                self.used.insert(C::Paid);
            }
        }
        if self.free(C::Msme) {
            self.fire(Topic::Msme, &[C::Msme, C::Register, C::Status]);
        }
        if self.free(C::Bank) {
            self.fire(Topic::Bank, &[C::Bank, C::Pay, C::Number, C::Verify]);
        }
    }

    /// What the portals know.
    fn portal(&mut self) {
        use Concept as C;
        if self.free(C::Address) && self.vendor() {
            self.fire(Topic::Address, &[C::Address, C::Register]);
        }
        if self.free(C::Einvoice) {
            self.fire(
                Topic::Einvoicing,
                &[
                    C::Einvoice,
                    C::Oblige,
                    C::Bill,
                    C::Register,
                    C::Status,
                    C::Total,
                ],
            );
        }
        let irn = self
            .subjects()
            .any(|subject| matches!(subject, Subject::Irn(_)));
        if irn || self.free(C::Irn) {
            self.fire(
                Topic::Irn,
                &[
                    C::Irn,
                    C::Active,
                    C::Cancel,
                    C::Register,
                    C::Status,
                    C::When,
                    C::Seen,
                ],
            );
        }
        if self.free(C::Statement) {
            self.fire(
                Topic::Statement,
                &[
                    C::Statement,
                    C::Seen,
                    C::Return,
                    C::File,
                    C::Split,
                    C::Inclusive,
                    C::Total,
                    C::When,
                ],
            );
        }
        if self.free_any(&[C::Return, C::File]) || !self.segment.kinds.is_empty() {
            let kinds = self.segment.kinds.clone();
            let uses = &[
                C::Return,
                C::File,
                C::Latest,
                C::When,
                C::Status,
                C::Seen,
                C::Missing,
            ];
            self.fire(Topic::Returns(kinds), uses);
        }
        let gst = self.gstin() || self.segment.has(C::Gstin);
        let asks = [C::Verify, C::Active, C::Status, C::Blocked];
        let registration = self.free_any(&[C::Register, C::Cancel, C::Composition])
            || (gst && self.free_any(&asks))
            || (self.gstin() && self.free(C::Name) && self.topics.is_empty())
            || (self.free(C::Verify)
                && self.vendor()
                && self.topics.is_empty()
                && !self.loose_code());
        if registration && (self.vendor() || gst) {
            let uses = &[
                C::Register,
                C::Cancel,
                C::Composition,
                C::Verify,
                C::Active,
                C::Status,
                C::Gstin,
                C::When,
                C::Name,
                C::Seen,
            ];
            self.fire(Topic::Registration, uses);
        }
    }

    /// What the vendor master holds in one column.
    fn columns(&mut self) {
        use Concept as C;
        if !(self.vendor() || self.topics.is_empty()) {
            return;
        }
        for (concept, column) in [(C::Pan, Column::Pan), (C::Email, Column::Email)] {
            if self.free(concept) {
                self.fire(Topic::Held(column), &[concept]);
            }
        }
        let idle = self.topics.is_empty();
        if idle && self.gstin() && self.free_any(&[C::Gstin, C::Vendor, C::Vendors]) {
            // "Whose GSTIN is it?": the portal and the vendor master say so.
            self.fire(Topic::Registration, &[C::Gstin, C::Vendors]);
        } else if idle && self.free(C::Gstin) && self.vendor() && !self.gstin() {
            self.fire(Topic::Held(Column::Gstin), &[C::Gstin]);
        } else if self.free_any(&[C::Active, C::Blocked]) && self.vendor() {
            self.fire(
                Topic::Held(Column::Status),
                &[C::Active, C::Blocked, C::Status],
            );
        } else if idle && self.free(C::Identity) && self.vendor() {
            self.fire(Topic::Held(Column::VendorId), &[C::Identity]);
        } else if idle && self.free(C::Name) && self.vendor() {
            self.fire(Topic::Held(Column::Name), &[C::Name, C::Register]);
        } else if idle
            && self.loose_code()
            && !self.segment.concepts.is_empty()
            && !self.segment.has(C::Bill)
        {
            if self.untaxed() && self.numbers_invoice() {
                self.fire(Topic::Untaxed, &[C::Inclusive, C::Total]);
                return;
            }
            // "Is MC/26-27/0187 paid?": whatever bears the number says so.
            let uses = [STATUSES, &[C::Status, C::Open, C::Closed, C::Profile]].concat();
            let topic = if self.dues_of_period() {
                Topic::Beyond(billed::NO_DUE_DATE)
            } else if STATUSES.iter().any(|status| self.free(*status)) {
                let measures = vec![Measure::Total];
                let statuses = self.statuses();
                Topic::Standing(Billing {
                    measures,
                    statuses,
                    bound: None,
                    orders: None,
                })
            } else {
                Topic::Profile
            };
            self.fire(topic, &uses);
        } else if idle
            && self.free_any(&[C::Profile, C::Status])
            && !self.segment.subjects.is_empty()
        {
            self.fire(Topic::Profile, &[C::Profile, C::Status]);
        }
    }
}

/// Whether a topic is about a vendor, so that an order or an invoice only says which one.
pub(super) fn of_vendor(topic: &Topic) -> bool {
    matches!(
        topic,
        Topic::Terms
            | Topic::Msme
            | Topic::Bank
            | Topic::Registration
            | Topic::Returns(_)
            | Topic::Einvoicing
            | Topic::Address
            | Topic::Missing(_)
            | Topic::Orders { .. }
            | Topic::Contract { .. }
            | Topic::Held(_)
    )
}
