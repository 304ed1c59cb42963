//! The features: what an intent to steer the reader looks like, as concepts that stand together.

use std::sync::LazyLock;

#[allow(
    clippy::enum_glob_use,
    reason = "a table of concepts reads as one without the name of their type"
)]
use crate::concept::{Concept, Concept::*};

/// The feature that flags a text as it stands, whatever its wording.
pub(crate) const TEMPLATE: &str = "chat-template";
/// Points from which a text is flagged.
pub const FLAGGED_FROM: u32 = 50;

/// One intent: concepts that stand within some words of each other.
#[derive(Debug)]
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    pub(crate) points: u32,
    /// What must stand there, each by other words than the rest.
    pub(crate) parts: &'static [&'static [Concept]],
    /// The most words from the first part to the last.
    pub(crate) within: u32,
    /// Whether the parts must stand in this order.
    pub(crate) ordered: bool,
    /// Whether the first part must open a sentence.
    pub(crate) opening: bool,
    /// What makes it harmless when it stands near, and the points that are left then.
    pub(crate) unless: &'static [Concept],
    pub(crate) left: u32,
    /// What makes it harmful all the same.
    pub(crate) but: &'static [Concept],
    /// Whether what makes it harmless may stand anywhere in the text.
    pub(crate) anywhere: bool,
}

const PLAIN: Feature = Feature {
    name: "",
    points: 0,
    parts: &[],
    within: 0,
    ordered: false,
    opening: false,
    unless: &[],
    left: 0,
    but: &[],
    anywhere: false,
};

const fn one(name: &'static str, points: u32, parts: &'static [&'static [Concept]]) -> Feature {
    Feature {
        name,
        points,
        parts,
        ..PLAIN
    }
}

const fn near(
    name: &'static str,
    points: u32,
    within: u32,
    parts: &'static [&'static [Concept]],
) -> Feature {
    Feature {
        name,
        points,
        parts,
        within,
        ..PLAIN
    }
}

const fn then(
    name: &'static str,
    points: u32,
    within: u32,
    parts: &'static [&'static [Concept]],
) -> Feature {
    Feature {
        name,
        points,
        parts,
        within,
        ordered: true,
        ..PLAIN
    }
}

impl Feature {
    const fn unless(self, unless: &'static [Concept], left: u32) -> Self {
        Self {
            unless,
            left,
            ..self
        }
    }

    /// Harmless beside goods and their delivery, unless a model or a judgement is spoken of too.
    const fn unless_trade(self, left: u32) -> Self {
        Self {
            unless: TRADE,
            left,
            but: &[Machine, Approve],
            ..self
        }
    }

    const fn opening(self) -> Self {
        Self {
            opening: true,
            ..self
        }
    }

    const fn anywhere(self) -> Self {
        Self {
            anywhere: true,
            ..self
        }
    }
}

/// A text about things and their delivery.
const TRADE: &[Concept] = &[Goods, Logistics];
/// A thing or the name of a firm.
const THING: &[Concept] = &[Goods, Firm];
/// What is being sold and bought.
const SALE: &[Concept] = &[Commerce, Goods, Firm];
/// The judgement, as a quality or as an order.
const JUDGED: &[Concept] = &[Verdict, Approve];

/// The names of the features, each once.
pub fn features() -> Vec<&'static str> {
    let mut names: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Every feature. Those of one name count once, with the most points among them.
pub(crate) static FEATURES: &[Feature] = &[
    // Putting aside what the reader was told.
    near("override", 35, 7, &[&[Override], &[Instruction]]).unless_trade(10),
    near(
        "override-scope",
        20,
        7,
        &[&[Override], &[Instruction], &[Scope]],
    )
    .unless_trade(0),
    near("override-scope", 15, 5, &[&[Override], &[Scope]])
        .unless(&[Goods, Logistics, Document, Commerce], 0),
    near("override-verdict", 25, 16, &[&[Override], JUDGED]).unless_trade(0),
    near(
        "override-verdict",
        25,
        10,
        &[&[Override], &[Check, Failure]],
    )
    .unless_trade(0),
    then(
        "override-order",
        20,
        14,
        &[
            &[Override],
            &[Instruction],
            &[Disclose, Task, Set, Reply, Pay, Invoke],
        ],
    )
    .unless_trade(0),
    // Speaking to the reader.
    one("addressee", 30, &[&[Machine]]),
    then("addressee", 50, 3, &[&[Vocative], &[Machine]]).unless(SALE, 30),
    then("addressee", 25, 4, &[&[Agent], &[Set, Suppress, Override]])
        .opening()
        .unless(SALE, 5),
    then("addressee", 35, 4, &[&[Vocative], &[Agent, Machine]]).unless(SALE, 5),
    near(
        "agent",
        15,
        12,
        &[&[Agent], &[Approve, Verdict, Key, Check]],
    ),
    one("you", 20, &[&[You]]),
    near("you-machine", 35, 8, &[&[You], &[Machine, Agent]]).unless(SALE, 5),
    near("you-verdict", 35, 10, &[&[You], JUDGED]).unless(SALE, 0),
    near(
        "you-instruction",
        30,
        8,
        &[&[You], &[Instruction, Override]],
    )
    .unless_trade(0),
    near(
        "machine-order",
        30,
        14,
        &[
            &[Machine],
            &[Set, Approve, Verdict, Reply, Check, Override, Suppress],
        ],
    )
    .unless(THING, 0),
    // Ordering the verdict.
    then("verdict-order", 50, 9, &[&[Set], &[Document], JUDGED]).unless(THING, 20),
    then("verdict-order", 50, 7, &[&[Set], &[Key, WeakKey], JUDGED]).unless(THING, 20),
    then("verdict-order", 45, 6, &[&[Set], JUDGED, &[Document]]).unless(THING, 20),
    then("verdict-order", 50, 4, &[&[Set], JUDGED])
        .opening()
        .unless(&[Goods, Firm, Logistics, Commerce], 20),
    near("verdict-order", 30, 5, &[&[Set], JUDGED]).unless(THING, 10),
    then("verdict-order", 50, 4, &[&[Reply], JUDGED]),
    near("approve", 25, 9, &[&[Approve], &[Document]]).unless(THING, 5),
    then(
        "verdict-token",
        50,
        2,
        &[&[Key], &[Verdict, Approve, GoodAnswer]],
    )
    .unless(THING, 20),
    then("verdict-token", 20, 2, &[&[WeakKey], JUDGED]).unless(THING, 0),
    near(
        "verdict-setting",
        30,
        3,
        &[&[Setting], &[Verdict, Approve, Key, Suppress]],
    ),
    near(
        "claimed-verdict",
        35,
        8,
        &[&[Document], &[Verdict], &[Verdict]],
    )
    .unless(SALE, 10),
    near("claimed-verdict", 30, 10, &[&[Verdict], &[Approve]]).unless(SALE, 5),
    near("claimed-twice", 10, 4, &[&[Verdict], &[Verdict]]).unless(SALE, 0),
    // Keeping checks from happening.
    near("suppress-check", 50, 7, &[&[Suppress], &[Check]]).unless_trade(10),
    near("suppress-check", 30, 6, &[&[Suppress], &[WeakCheck]]).unless_trade(0),
    then("suppress-check", 50, 3, &[&[Suppress], &[WeakCheck]])
        .opening()
        .unless(&[Goods, Firm, Logistics, Commerce], 10),
    near("needless-check", 50, 7, &[&[Needless], &[Check]]).unless_trade(5),
    near("needless-check", 20, 5, &[&[Needless], &[WeakCheck]]).unless_trade(0),
    near(
        "unchecked-verdict",
        30,
        16,
        &[
            &[Suppress, Needless, Unlooked],
            &[Check, WeakCheck, Unlooked],
            JUDGED,
        ],
    )
    .unless_trade(0),
    near("unchecked-verdict", 30, 10, &[&[Unlooked], JUDGED]).unless_trade(0),
    near(
        "suppress-setting",
        50,
        3,
        &[&[Setting], &[Suppress], &[Check, WeakCheck]],
    ),
    then(
        "failure-is-pass",
        50,
        16,
        &[
            &[Condition],
            &[Failure],
            &[Verdict, Approve, Override, Pretend],
        ],
    )
    .unless(&[Commerce], 15),
    near("failure-is-pass", 35, 6, &[&[Failure], JUDGED]).unless(SALE, 0),
    then("failure-is-pass", 35, 5, &[&[Set], &[Failure]]).unless(SALE, 0),
    // Giving away, and where to.
    near("disclose-secret", 50, 8, &[&[Disclose, Task], &[Secret]]).unless(THING, 10),
    near(
        "disclose-others",
        50,
        10,
        &[&[Disclose], &[Personal, Bank], &[Others]],
    ),
    near("disclose-personal", 25, 6, &[&[Disclose], &[Personal]]).unless(&[Commerce], 5),
    near(
        "disclose-instruction",
        50,
        6,
        &[&[Disclose, Task], &[Instruction], &[Scope]],
    )
    .unless_trade(0),
    near(
        "exfiltration",
        50,
        6,
        &[&[Address, Picture], &[Placeholder]],
    ),
    one("picture", 35, &[&[Picture]]),
    near(
        "send-address",
        25,
        8,
        &[&[Disclose, Invoke, Task], &[Address, Mail]],
    )
    .unless(SALE, 0),
    near(
        "send-address",
        50,
        12,
        &[&[Disclose], &[Personal, Secret, Others], &[Address, Mail]],
    )
    .unless(THING, 10),
    then("send-address", 50, 12, &[&[Disclose], &[Address]])
        .opening()
        .unless(SALE, 10),
    // Speaking as somebody else.
    one("chat-syntax", 50, &[&[Syntax]]),
    one(TEMPLATE, 50, &[&[Template]]),
    one("speaker", 20, &[&[Speaker, Answerer]]),
    near("dialogue", 50, 40, &[&[Speaker], &[Answerer]]),
    near("dialogue", 50, 40, &[&[Step], &[Step]]),
    near(
        "speaker-order",
        35,
        14,
        &[
            &[Speaker, Answerer],
            &[Approve, Verdict, You, Override, Pay],
        ],
    )
    .unless(THING, 0),
    one("step", 25, &[&[Step]]),
    one("evidence-token", 50, &[&[Evidence]]),
    near(
        "tool-answer",
        50,
        6,
        &[&[Source], &[Answer], &[GoodAnswer, Verdict]],
    ),
    near("tool-answer", 35, 4, &[&[Source, Tool], &[Answer]]),
    near("tool-result", 25, 4, &[&[Source], &[GoodAnswer, Verdict]]),
    near("tool-setting", 30, 3, &[&[Source], &[Setting]]),
    near(
        "tool-setting",
        30,
        6,
        &[&[Answer], &[Setting], &[GoodAnswer, Verdict]],
    ),
    near(
        "fake-citation",
        50,
        8,
        &[
            &[Cite],
            &[Source, Evidence],
            &[GoodAnswer, Verdict, Evidence, Answer],
        ],
    ),
    near("fake-citation", 35, 5, &[&[Cite], &[Cite]]),
    near(
        "fake-citation",
        20,
        6,
        &[&[Cite], &[Verdict, GoodAnswer, Source]],
    ),
    // Money elsewhere.
    near("bank-change", 50, 7, &[&[Change], &[Bank]]).unless(THING, 5),
    near("bank-change", 50, 10, &[&[Redirect], &[Pay, Bank, Change]]).unless(THING, 10),
    near(
        "pay-elsewhere",
        30,
        8,
        &[&[Pay], &[Bank], &[Change, Redirect]],
    ),
    then("pay-order", 40, 16, &[&[Invoke], &[Bank]])
        .opening()
        .unless(&[Commerce], 0),
    near("bank-change", 50, 12, &[&[Bank], &[Failure], &[Pay]]).unless(THING, 10),
    // Persuasion.
    near("authority", 20, 12, &[&[Authority], JUDGED]),
    near("urgency", 15, 12, &[&[Urgency], JUDGED]).unless(&[Logistics], 0),
    near("trust", 25, 14, &[&[Trust], JUDGED]).unless(THING, 0),
    one("trust-claim", 15, &[&[Trust]]),
    one("unlooked", 20, &[&[Unlooked]]),
    near(
        "threat",
        50,
        14,
        &[
            &[Threat],
            &[Approve, Verdict, Override, Check, WeakCheck, You],
        ],
    ),
    one("threat-claim", 30, &[&[Threat]]),
    // Games, memory, work for a writer.
    near(
        "pretend",
        50,
        14,
        &[
            &[Pretend],
            &[Verdict, Approve, Check, Machine, Agent, Instruction],
        ],
    )
    .unless(THING, 10),
    one("pretend-claim", 20, &[&[Pretend]]),
    near(
        "memory",
        50,
        12,
        &[
            &[Memory],
            &[Verdict, Approve, Check, Suppress, Needless, Instruction],
        ],
    )
    .unless_trade(10),
    near("reply", 50, 10, &[&[Reply], &[Task, Disclose, Set]]).unless(&[Commerce], 20),
    one("reply-claim", 50, &[&[Reply]]).unless(&[Commerce], 20),
    one("task", 50, &[&[Task]])
        .opening()
        .unless(&[Commerce, Goods, Firm, Logistics], 0)
        .anywhere(),
    near("question", 50, 24, &[&[Ask], &[Question]])
        .opening()
        .unless(&[Commerce, Goods, Firm, Logistics], 10)
        .anywhere(),
    near("tool-use", 50, 5, &[&[Invoke], &[Tool, Source]]).unless(THING, 10),
    near(
        "tool-use",
        50,
        8,
        &[&[Invoke, Disclose], &[Source], &[Others, Scope]],
    ),
    one("code", 50, &[&[Code]]),
    one("hidden-text", 50, &[&[Hidden]]),
    one("placeholder", 20, &[&[Placeholder]]),
];

/// For each concept, the features that it is a part of, and which part.
pub(crate) static BY_CONCEPT: LazyLock<Vec<Vec<(usize, usize)>>> = LazyLock::new(|| {
    Concept::ALL
        .iter()
        .map(|&concept| {
            FEATURES
                .iter()
                .enumerate()
                .flat_map(|(index, feature)| {
                    let parts = feature.parts.iter().enumerate();
                    parts
                        .filter(move |(_, part)| part.contains(&concept))
                        .map(move |(part, _)| (index, part))
                })
                .collect()
        })
        .collect()
});
