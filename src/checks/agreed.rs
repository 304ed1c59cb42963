//! The clauses that bind on an invoice: those of the contracts in force on its date.

use std::collections::BTreeMap;

use domain::{
    Answer, Cite, Date, Facts,
    agreement::{Agreement, Clause, Supply, Term},
};

/// What the contracts with the supplier lay down for an invoice.
pub(crate) struct Agreed<'a> {
    facts: &'a Facts,
    /// Clauses of contracts in force.
    binding: Vec<&'a Clause>,
    /// By document: since when it is in force, or when it was made.
    since: BTreeMap<&'a str, Date>,
    /// A clause by which a contract is not in force on the day.
    pub(crate) out_of_force: Option<&'a Clause>,
}

/// From when until when a document runs, and the clause that says so. Two clauses that differ are none: one may be of a part.
fn runs<'a>(clauses: &[&'a Clause]) -> Option<(&'a Clause, Option<Date>, Option<Date>)> {
    let mut found = clauses.iter().filter_map(|clause| match clause.term {
        Term::Runs { from, until } => Some((*clause, from, until)),
        _ => None,
    });
    let first = found.next()?;
    found
        .all(|(_, from, until)| (from, until) == (first.1, first.2))
        .then_some(first)
}

impl<'a> Agreed<'a> {
    pub(crate) fn of(facts: &'a Facts) -> Self {
        let day = facts.invoice.date.unwrap_or(facts.as_of);
        let mut papers: BTreeMap<&str, Vec<&Clause>> = BTreeMap::new();
        let found = facts.contracts.found().into_iter();
        for clause in found.flat_map(|found| &found.clauses) {
            papers.entry(&clause.document).or_default().push(clause);
        }
        let mut agreed = Self {
            facts,
            binding: Vec::new(),
            since: BTreeMap::new(),
            out_of_force: None,
        };
        let mut ended: Vec<(&str, &Clause)> = Vec::new();
        for (document, clauses) in &papers {
            let run = runs(clauses);
            let from = run.and_then(|(_, from, _)| from);
            let over = run.filter(|(_, from, until)| {
                from.is_some_and(|from| day < from) || until.is_some_and(|until| day > until)
            });
            if let Some((clause, ..)) = over {
                agreed.out_of_force = Some(clause);
                continue;
            }
            let of_kind = |pick: fn(&Term) -> Option<Date>| {
                clauses
                    .iter()
                    .find_map(|clause| Some((pick(&clause.term)?, *clause)))
            };
            let made = of_kind(|term| match term {
                Term::Made(day) => Some(*day),
                _ => None,
            });
            let end = of_kind(|term| match term {
                Term::Ended(day) => Some(*day),
                _ => None,
            });
            ended.extend(
                end.filter(|(end, _)| day > *end)
                    .map(|(_, clause)| (*document, clause)),
            );
            let since = from.or(made.map(|(day, _)| day));
            agreed.since.extend(since.map(|day| (*document, day)));
            let binds = |clause: &&&Clause| {
                clause.since.is_none_or(|since| day >= since)
                    && clause.until.is_none_or(|until| day <= until)
            };
            agreed.binding.extend(clauses.iter().filter(binds));
        }
        // What ends contracts ends those that were made before it.
        for (document, clause) in ended {
            let by = agreed.since.get(document).copied();
            let since = &agreed.since;
            agreed.binding.retain(|other| {
                other.document == document || since.get(other.document.as_str()).copied() > by
            });
            agreed.out_of_force = Some(clause);
        }
        agreed
    }

    /// The binding clauses of a kind, with what is picked of each. Where several contracts have one and all say when they are of,
    /// those of the latest: an amendment replaces what it speaks of, and leaves the rest.
    pub(crate) fn clauses<T>(&self, pick: impl Fn(&'a Term) -> Option<T>) -> Vec<(T, &'a Clause)> {
        let picked = self.binding.iter();
        let mut found: Vec<(T, &Clause)> = picked
            .filter_map(|clause| Some((pick(&clause.term)?, *clause)))
            .collect();
        let since = |clause: &Clause| self.since.get(clause.document.as_str()).copied();
        let days: Option<Vec<Date>> = found.iter().map(|(_, clause)| since(clause)).collect();
        if let Some(latest) = days.and_then(|days| days.into_iter().max()) {
            found.retain(|(_, clause)| since(clause) == Some(latest));
        }
        found
    }

    /// The words of a clause, the name of its contract and the headings above it.
    pub(crate) fn cites(&self, clause: &Clause) -> impl Iterator<Item = Cite> {
        let answer: &Answer<Agreement> = &self.facts.contracts;
        ["text", "document", "heading"]
            .into_iter()
            .filter_map(|member| answer.cite(format!("{}/{member}", clause.passage)))
    }

    /// The days of credit that binding clauses give for what is billed, the fewest first.
    pub(crate) fn credit(&self) -> Vec<(u32, &'a Clause)> {
        let items = &self.facts.invoice.items;
        let services = items.iter().filter(|item| item.is_of_service()).count();
        let billed = |supply: Supply| match supply {
            Supply::Goods => services < items.len(),
            Supply::Services => services > 0,
        };
        let mut found = self.clauses(|term| match term {
            Term::Credit { days, of } => of.is_none_or(billed).then_some(*days),
            _ => None,
        });
        found.sort_by_key(|(days, _)| *days);
        found
    }
}

/// `contracts/V0001.md, 4.1`: a clause as a message names it.
pub(crate) fn named(clause: &Clause) -> String {
    match &clause.number {
        Some(number) => format!("{}, {number}", clause.document),
        None => clause.document.clone(),
    }
}
