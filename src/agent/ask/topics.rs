//! What a segment asks: rules over the concepts of its words, not over its wording.

use std::collections::BTreeSet;

use domain::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{
    lexicon::{self, Concept},
    part::{Billing, CodeKind, Column, Computation, Measure, Subject, Topic, Understanding},
    scan::Segment,
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

const MEASURES: &[(Concept, Measure)] = &[
    (Concept::Total, Measure::Total),
    (Concept::Count, Measure::Count),
    (Concept::Average, Measure::Average),
    (Concept::Largest, Measure::Largest),
    (Concept::Smallest, Measure::Smallest),
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
        self.used.extend(
            uses.iter()
                .copied()
                .filter(|concept| self.segment.has(*concept)),
        );
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

    /// A number of which is not said what it numbers.
    fn loose_code(&self) -> bool {
        self.subjects()
            .any(|subject| matches!(subject, Subject::Code { kind: None, .. }))
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

    fn all(&mut self) {
        use Concept as C;
        if self.segment.has(C::Contract)
            || (self.segment.has(C::Interest) && !self.segment.has(C::Bill))
        {
            let everything = self.everything();
            self.fire(Topic::Contract(Vec::new()), &everything);
            self.numbers
                .extend(self.segment.amounts.iter().chain(&self.segment.rates));
            return;
        }
        if self.segment.has(C::Except) {
            let everything = self.everything();
            let why = "the question leaves something out or sets a limit, and that is not understood; ask for what is \
                       to be counted";
            self.fire(Topic::Beyond(why), &everything);
            return;
        }
        if self.commands() {
            let everything = self.everything();
            self.fire(
                Topic::Beyond("nothing is done here, only answered"),
                &everything,
            );
            return;
        }
        if self.code(CodeKind::Order) {
            self.used.insert(C::Order);
        }
        self.computations();
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
        if self.free(C::Vendors) && document {
            // "Which vendor is PO-26-0047 on?" asks for the document.
            self.used.insert(C::Vendors);
        }
        if self.free(C::Vendors) {
            let measures: Vec<Concept> = MEASURES.iter().map(|(concept, _)| *concept).collect();
            self.fire(
                Topic::Beyond(
                    "no question ranks vendors; the totals of one, or of all, can be asked for",
                ),
                &[
                    &measures[..],
                    &[C::Vendors, C::Bill, C::Pay, C::Paid, C::Order, C::Beyond],
                ]
                .concat(),
            );
            return;
        }
        if self.free(C::Why) {
            let why = "the records say what became of it, not why; of an invoice that was verified here, \
                       `satyapan explain` does";
            let everything = self.everything();
            self.fire(Topic::Beyond(why), &everything);
            if self.loose_code() || document {
                self.topics.push(Topic::Profile);
            }
            return;
        }
        self.vendor_facts();
        self.portal();
        self.documents();
        self.billed();
        self.columns();
        if self.free(C::No) {
            // What is denied would be answered as if it were asked for.
            let why =
                "what is denied in the question is not understood; ask for what is to be counted";
            self.topics.clear();
            self.fire(Topic::Beyond(why), &[C::No]);
        }
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

    /// "18% of 1,18,000", "GST split of 1,00,000 at 18% within the State".
    fn computations(&mut self) {
        use Concept as C;
        let (amounts, rates) = (&self.segment.amounts, &self.segment.rates);
        let asks_split = self.segment.has_any(&[C::Split, C::Inclusive])
            || (self.segment.has(C::Gstin)
                && !rates.is_empty()
                && self.subjects().next().is_none());
        // Which heads are named says as much.
        let heads = |names: &[&str]| {
            let words = self.words.get(self.segment.words.0..self.segment.words.1);
            words
                .unwrap_or_default()
                .iter()
                .any(|word| names.contains(&word.lower.as_str()))
        };
        let intra = self.segment.has(C::Intra) || heads(&["cgst", "sgst", "utgst"]);
        let inter = self.segment.has(C::Inter) || heads(&["igst"]);
        let within = match (intra, inter) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        let split = &[
            C::Split,
            C::Inclusive,
            C::Intra,
            C::Inter,
            C::Gstin,
            C::Total,
        ];
        match (amounts.as_slice(), rates.as_slice()) {
            ([amount], [rate]) if asks_split => {
                let (amount, rate) = (*amount, *rate);
                self.numbers.extend([amount, rate]);
                let inclusive = self.segment.has(C::Inclusive);
                let split_of = Computation::Split {
                    amount,
                    rate,
                    within,
                    inclusive,
                };
                self.fire(Topic::Compute(split_of), split);
            }
            ([amount], [])
                if self.segment.has_any(&[C::Split, C::Inclusive])
                    && self.subjects().next().is_none() =>
            {
                self.numbers.insert(*amount);
                self.fire(Topic::Compute(Computation::RateNeeded), split);
            }
            ([amount], [rate]) if self.subjects().next().is_none() => {
                let (amount, rate) = (*amount, *rate);
                self.numbers.extend([amount, rate]);
                let number = |place: usize| {
                    let value = self.found.numbers.get(place).copied().unwrap_or_default();
                    super::arithmetic::shown(value)
                };
                let expression = Computation::Expression {
                    formula: format!("pct(${}, ${})", amount + 1, rate + 1),
                    written: format!("{}% of {}", number(rate), number(amount)),
                };
                self.fire(Topic::Compute(expression), &[C::Total]);
            }
            _ => {}
        }
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
                &[C::Statement, C::Seen, C::Return, C::File],
            );
        }
        if self.free_any(&[C::Return, C::File]) || !self.segment.kinds.is_empty() {
            let kinds = self.segment.kinds.clone();
            let uses = &[C::Return, C::File, C::Latest, C::When, C::Status, C::Seen];
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

    /// Orders, receipts, and invoices by number.
    fn documents(&mut self) {
        use Concept as C;
        if self.free(C::Missing) {
            let prefix = self.prefix();
            self.fire(
                Topic::Missing(prefix),
                &[C::Missing, C::Number, C::Series, C::Bill, C::Count],
            );
        }
        let order = self.code(CodeKind::Order);
        let ordered = order && self.segment.has_any(&[C::Ordered, C::Remain, C::Bill]);
        let receipts = self.code(CodeKind::Receipt)
            || (self.free(C::Receipt)
                && !ordered
                && (order || !self.plural())
                && (order || self.vendor() || self.segment.has(C::Order)));
        if receipts {
            let uses = &[
                C::Receipt,
                C::Order,
                C::Ordered,
                C::When,
                C::Latest,
                C::Count,
                C::Total,
            ];
            self.fire(Topic::Receipts, uses);
        } else if order && !self.topics.iter().any(of_vendor) {
            let uses = &[
                C::Order,
                C::Open,
                C::Closed,
                C::Ordered,
                C::Remain,
                C::Total,
                C::Count,
                C::Bill,
                C::Unpaid,
                C::Active,
                C::When,
                C::Receipt,
            ];
            self.fire(Topic::Order, uses);
        } else if self.free(C::Order) && !self.code(CodeKind::Invoice) {
            let open = self.segment.has(C::Open);
            let uses = &[
                C::Order,
                C::Open,
                C::Ordered,
                C::Count,
                C::Total,
                C::Bill,
                C::Remain,
            ];
            self.fire(Topic::Orders { open }, uses);
        }
        let invoice = self.code(CodeKind::Invoice) || (self.loose_code() && self.free(C::Seen));
        if invoice
            && !self
                .topics
                .iter()
                .any(|topic| of_vendor(topic) || *topic == Topic::Statement)
        {
            if self.segment.has(C::When) && self.segment.has_any(&[C::Paid, C::Pay]) {
                let why = "the ledger says that an invoice is paid, not on which day";
                self.fire(Topic::Beyond(why), &[C::When]);
            }
            if self.segment.has_any(&[C::Due, C::Overdue]) {
                let why = "no record holds a due date; it follows from the invoice's date and the vendor's payment terms";
                self.fire(Topic::Beyond(why), &[C::Due, C::Overdue, C::When]);
            }
            let uses = [
                STATUSES,
                &[
                    C::Seen,
                    C::Total,
                    C::Pay,
                    C::Status,
                    C::Receipt,
                    C::When,
                    C::Order,
                ],
            ]
            .concat();
            self.fire(Topic::Seen, &uses);
        }
    }

    /// A number beside "series" is what its numbers begin with.
    fn prefix(&self) -> Option<String> {
        let vendors = self.subjects().count();
        self.subjects().find_map(|subject| match subject {
            Subject::Code {
                text,
                kind: None | Some(CodeKind::Invoice),
            } if vendors > 1 || text.contains('/') => Some(text.clone()),
            _ => None,
        })
    }

    /// What was billed, how much of it, and which.
    fn billed(&mut self) {
        use Concept as C;
        let asked = STATUSES.iter().any(|status| self.free(*status))
            || self.free_any(&[C::Bill, C::Pay, C::Total, C::Due]);
        let single = self.code(CodeKind::Invoice) || self.code(CodeKind::Order);
        let elsewhere = self.topics.iter().any(|topic| {
            matches!(
                topic,
                Topic::Seen
                    | Topic::Order
                    | Topic::Missing(_)
                    | Topic::Statement
                    | Topic::Irn
                    | Topic::Compute(_)
                    | Topic::Terms
                    | Topic::Einvoicing
            )
        });
        let measured = MEASURES.iter().any(|(concept, _)| self.free(*concept));
        let only_bill = !measured
            && !STATUSES.iter().any(|status| self.free(*status))
            && !self.free_any(&[C::Pay, C::Due]);
        // Without a measure "invoice" alone belongs to what else is asked; a number without more to the invoice of it.
        let numbered = self.loose_code() && !self.plural() && !self.bills();
        let idle = only_bill && (!self.topics.is_empty() || numbered);
        let owed = self.free_any(&[C::Unpaid, C::Due]);
        let lone = numbered && !owed && !measured && !self.segment.has(C::Pay);
        if !asked || single || elsewhere || idle || lone {
            return;
        }
        let mut measures: Vec<Measure> = MEASURES
            .iter()
            .filter(|(concept, _)| self.free(*concept))
            .map(|(_, measure)| *measure)
            .collect();
        let many = self.plural() || self.segment.has_any(&[C::Which, C::List]);
        if measures == [Measure::Latest]
            && self.plural()
            && let [place] = self.segment.amounts.as_slice()
            && let Some(count) = self.found.numbers.get(*place).and_then(Decimal::to_usize)
        {
            measures = vec![Measure::List(count.min(100))];
            self.numbers.insert(*place);
        }
        if measures.is_empty() {
            measures.push(if many && !self.free(C::Pay) {
                Measure::List(0)
            } else {
                Measure::Total
            });
        }
        let statuses = self.statuses();
        let used: Vec<Concept> = MEASURES.iter().map(|(concept, _)| *concept).collect();
        let dated = self.segment.has_any(&[C::Latest, C::Earliest]);
        let uses = [
            &used[..],
            STATUSES,
            &[C::Bill, C::Pay, C::Due, C::List, C::Seen, C::Which, C::All],
            if self.plural() { &[C::Receipt] } else { &[] },
            if dated { &[C::When] } else { &[] },
        ]
        .concat();
        self.fire(Topic::Billed(Billing { measures, statuses }), &uses);
    }

    /// Invoices or bills, more than one.
    fn plural(&self) -> bool {
        self.segment.concepts.iter().any(|(concept, at)| {
            let word = self.words.get(*at).map(|word| word.lower.as_str());
            *concept == Concept::Bill && matches!(word, Some("invoices" | "bills" | "purchases"))
        })
    }

    /// "V002 billed", "did V002 bill": of an invoice the number comes after.
    fn bills(&self) -> bool {
        let before = |at: usize| self.words.get(at.checked_sub(1)?);
        self.segment.concepts.iter().any(|(concept, at)| {
            let does = before(*at).is_some_and(|word| {
                self.subjects().any(
                    |subject| matches!(subject, Subject::Code { text, kind: None } if text == word.text),
                )
            });
            *concept == Concept::Bill && does
        })
    }

    /// "How much GST": the tax itself, and no number of a registration.
    fn taxes(&self) -> bool {
        let mut concepts = self.segment.concepts.iter();
        !self.gstin()
            && concepts.any(|(concept, at)| {
                *concept == Concept::Gstin
                    && self.words.get(*at).is_some_and(|word| word.lower == "gst")
                    && lexicon::concept(self.words, *at).is_some_and(|(_, taken)| taken == 1)
            })
    }

    fn statuses(&mut self) -> Vec<&'static str> {
        use Concept as C;
        let unpaid = ["approved", "held"];
        let denied = self.free(C::No) && self.free(C::Paid);
        let mut statuses = BTreeSet::new();
        for (concept, named) in [
            (C::Paid, "paid"),
            (C::Approved, "approved"),
            (C::Held, "held"),
            (C::Rejected, "rejected"),
        ] {
            if self.free(concept) && !(denied && concept == C::Paid) {
                statuses.insert(named);
            }
        }
        if denied {
            self.used.insert(C::No);
        }
        // "Approved but not yet paid": what is approved or held is not paid, so that the one narrows the other.
        let narrowed = unpaid.iter().any(|status| statuses.contains(status));
        if (denied || self.free_any(&[C::Unpaid, C::Due])) && !narrowed {
            statuses.extend(unpaid);
        }
        if statuses.is_empty() && self.free(C::Pay) {
            statuses.insert("paid");
        }
        statuses.into_iter().collect()
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
        if idle && self.free(C::Gstin) && self.vendor() && !self.gstin() {
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
            // "Is MC/26-27/0187 paid?": whatever bears the number says so.
            self.fire(
                Topic::Profile,
                &[STATUSES, &[C::Status, C::Open, C::Closed, C::Profile]].concat(),
            );
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
            | Topic::Missing(_)
            | Topic::Orders { .. }
            | Topic::Contract(_)
            | Topic::Held(_)
    )
}
