//! Sums, by the calculator.

use domain::Decimal;

use super::{Desk, QUESTION, Reply, Seen, Show, Unknown};
use crate::ask::{lookup::Lookup, part::Computation, record::Computed, wording::Wording};

/// Decimals of a result that people read.
const PLACES_MAX: u32 = 4;

pub(super) fn compute(desk: &Desk<'_>, computation: &Computation) -> Reply {
    match computation {
        Computation::RateNeeded => {
            let why =
                "the question names no rate, as in \"GST split of 1,00,000 at 18%\"".to_owned();
            Err(Unknown::Incomplete(why).into())
        }
        Computation::RateOfWhat => {
            let why = "CGST and SGST are each half of a rate of GST, and the rate may be either; say \"GST at 18%\", or \"CGST at 9%\""
                .to_owned();
            Err(Unknown::Beyond(why).into())
        }
        Computation::Expression { formula, written } => {
            let (wording, values) = numbers(desk);
            let (evidence, value) = look(desk, formula, &values)?;
            let wording = wording
                .say(&format!("{written} = "))
                .cite(evidence, "/result");
            let short = value.round_dp_with_strategy(
                PLACES_MAX,
                rust_decimal::RoundingStrategy::MidpointAwayFromZero,
            );
            let wording = if short == value {
                wording.computed(value, formula.clone(), Show::Plain)
            } else {
                let rounded = format!("round({formula}, {PLACES_MAX})");
                wording
                    .computed(short, rounded, Show::Plain)
                    .say(", rounded")
            };
            Ok(wording.say(".").end().into_iter().collect())
        }
        Computation::Split {
            amount,
            rate,
            within,
            inclusive,
            each,
        } => split(desk, (*amount, *rate), *within, *inclusive, *each),
    }
}

/// A sentence that cites the numbers of the question, in their order: `$1` is the first.
fn numbers<'a>(desk: &Desk<'a>) -> (Wording<'a>, Vec<Decimal>) {
    let numbers = &desk.inquiry.understanding.numbers;
    // Equal numbers are cited at their own places all the same, so that places and `$n` agree.
    let wording = (0..numbers.len()).fold(desk.word().of_the_question(), |wording, at| {
        wording.cite(QUESTION, &format!("/numbers/{at}"))
    });
    (wording, numbers.clone())
}

fn look(
    desk: &Desk<'_>,
    formula: &str,
    numbers: &[Decimal],
) -> Result<(domain::EvidenceId, Decimal), super::Stop> {
    let lookup = Lookup::Computed {
        formula: formula.to_owned(),
        numbers: numbers.to_vec(),
    };
    match desk.look::<Computed>(lookup)? {
        Seen::Found(evidence, found) => Ok((evidence, found.result)),
        Seen::Absent(_) => Err(Unknown::Absent("the calculator gave no result".to_owned()).into()),
    }
}

/// GST on an amount, or inside it, in paise; `each`: at the rate of CGST, which SGST has too.
fn split(
    desk: &Desk<'_>,
    of: (usize, usize),
    within: Option<bool>,
    inclusive: bool,
    each: bool,
) -> Reply {
    let (amount, rate) = (format!("${}", of.0 + 1), format!("${}", of.1 + 1));
    let rate = if each {
        format!("{rate} + {rate}")
    } else {
        rate
    };
    let base = if inclusive {
        format!("inclusive({amount}, {rate})")
    } else {
        amount.clone()
    };
    let heads: &[(&str, &[&str])] = match within {
        Some(true) => &[("Within one State", &["cgst", "sgst"])],
        Some(false) => &[("Between States", &["igst"])],
        None => &[
            ("Within one State", &["cgst", "sgst"]),
            ("Between States", &["igst"]),
        ],
    };
    // All are wanted at once.
    let (_, values) = numbers(desk);
    let formula = |head: &str| format!("{head}({base}, {rate})");
    let mut wanted: Vec<String> = heads
        .iter()
        .flat_map(|(_, heads)| heads.iter().map(|head| formula(head)))
        .collect();
    if inclusive {
        wanted.push(base.clone());
    }
    let looked: Vec<_> = wanted
        .iter()
        .map(|formula| look(desk, formula, &values))
        .collect();
    let mut results = Vec::new();
    for result in looked {
        results.push(result?);
    }
    let mut results = results.into_iter();
    let taxable = if inclusive { results.next_back() } else { None };
    let mut drafts = Vec::new();
    for (place, heads) in heads {
        let (mut wording, values) = numbers(desk);
        let value = |at: usize| values.get(at).copied().unwrap_or_default();
        let shown = crate::ask::arithmetic::shown(value(of.1));
        let lead = format!(
            "{place}, {} {} {}: ",
            if each {
                format!("CGST and SGST at {shown}% each")
            } else {
                format!("{shown}% GST")
            },
            if inclusive { "inside" } else { "on" },
            domain::inr(value(of.0)),
        );
        wording = wording.say(&lead);
        if let Some((evidence, value)) = taxable {
            wording = wording
                .say("taxable value ")
                .cite(evidence, "/result")
                .computed(value, base.clone(), Show::Money)
                .say(", ");
        }
        let mut whole = base.clone();
        let mut total = taxable.map_or_else(|| value(of.0), |(_, value)| value);
        for (at, head) in heads.iter().enumerate() {
            let Some((evidence, value)) = results.next() else {
                break;
            };
            let and = if at == 0 { "" } else { " and " };
            wording = wording
                .say(&format!("{and}{} ", head.to_uppercase()))
                .cite(evidence, "/result")
                .computed(value, formula(head), Show::Money);
            whole = format!("{whole} + {}", formula(head));
            total += value;
        }
        if !inclusive {
            wording = wording
                .say(", with tax ")
                .computed(total, whole, Show::Money);
        }
        drafts.extend(wording.say(".").end());
    }
    Ok(drafts)
}
