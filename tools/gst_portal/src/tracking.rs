//! Lists of filed returns, and what they say together of a span of months.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use domain::TaxPeriod;
use serde_json::{Map, Value};

/// Spans of which what was told is kept: a supplier's invoices are mostly of the last few months.
const SPANS: usize = 24;

/// The returns of a financial year, as they were listed.
pub(crate) struct Listed {
    entries: Vec<(TaxPeriod, Value)>,
    /// What was told of spans whose first list is this one. Each invoice of a supplier asks the same, and to put a record
    /// together anew for each costs more than anything else that the portal's answers from the cache do.
    told: Mutex<Vec<Told>>,
}

struct Told {
    span: (TaxPeriod, TaxPeriod),
    /// The lists after the first.
    others: Vec<Weak<Listed>>,
    record: Arc<Value>,
}

impl Listed {
    pub(crate) fn new(entries: Vec<(TaxPeriod, Value)>) -> Arc<Self> {
        Arc::new(Self {
            entries,
            told: Mutex::default(),
        })
    }
}

/// The returns of the months from one to another, both included, the newest first: the portal's record of a single list.
pub(crate) fn told(lists: &[Arc<Listed>], from: TaxPeriod, to: TaxPeriod) -> Arc<Value> {
    let Some((first, others)) = lists.split_first() else {
        return Arc::new(record(lists, from, to));
    };
    let mut told = first.told.lock().unwrap_or_else(PoisonError::into_inner);
    let is_same = |told: &&Told| {
        let same = |(weak, list): (&Weak<Listed>, &Arc<Listed>)| weak.as_ptr() == Arc::as_ptr(list);
        told.span == (from, to)
            && told.others.len() == others.len()
            && told.others.iter().zip(others).all(same)
    };
    if let Some(same) = told.iter().find(is_same) {
        return Arc::clone(&same.record);
    }
    let record = Arc::new(record(lists, from, to));
    if told.len() >= SPANS {
        told.remove(0);
    }
    told.push(Told {
        span: (from, to),
        others: others.iter().map(Arc::downgrade).collect(),
        record: Arc::clone(&record),
    });
    record
}

fn record(lists: &[Arc<Listed>], from: TaxPeriod, to: TaxPeriod) -> Value {
    let mut entries: Vec<&(TaxPeriod, Value)> = Vec::new();
    for list in lists {
        let earlier = entries.len();
        for entry in &list.entries {
            // Two years may list the same return; within one list nothing is left out.
            let is_new = || !entries.iter().take(earlier).any(|seen| *seen == entry);
            if (from..=to).contains(&entry.0) && is_new() {
                entries.push(entry);
            }
        }
    }
    entries.sort_by_key(|(period, _)| std::cmp::Reverse(*period));
    let entries = entries
        .into_iter()
        .map(|(_, entry)| entry.clone())
        .collect();
    Value::Object(Map::from_iter([(
        "EFiledlist".to_owned(),
        Value::Array(entries),
    )]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn month(text: &str) -> TaxPeriod {
        TaxPeriod::parse(text).unwrap()
    }

    fn list(periods: &[&str]) -> Arc<Listed> {
        let entry = |period: &&str| (month(period), json!({ "ret_prd": period }));
        Listed::new(periods.iter().map(entry).collect())
    }

    fn periods(record: &Value) -> Vec<&str> {
        let entries = record["EFiledlist"].as_array().unwrap();
        entries
            .iter()
            .map(|e| e["ret_prd"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn lists_are_told_together_the_newest_first_and_each_return_once() {
        let lists = [
            list(&["022026", "032026", "032026"]),
            list(&["032026", "042026", "052026"]),
        ];
        let record = told(&lists, month("032026"), month("042026"));
        assert_eq!(periods(&record), ["042026", "032026", "032026"]);
        assert_eq!(
            periods(&told(&[], month("032026"), month("042026"))),
            [""; 0]
        );
    }

    #[test]
    fn the_same_of_the_same_lists_is_put_together_once_and_of_others_anew() {
        let (one, two) = (list(&["032026"]), list(&["042026"]));
        let (from, to) = (month("032026"), month("042026"));
        let both = [Arc::clone(&one), two];
        let first = told(&both, from, to);
        assert!(Arc::ptr_eq(&first, &told(&both, from, to)));
        // The second year was asked for again, and lists more by now.
        let fresh = [Arc::clone(&one), list(&["042026", "032026"])];
        assert_eq!(periods(&told(&fresh, from, to)), ["042026", "032026"]);
        assert_eq!(periods(&told(&[Arc::clone(&one)], from, to)), ["032026"]);
        assert_eq!(periods(&told(&both, to, to)), ["042026"]);
        for year in 0..2 * SPANS {
            let to = month(&format!("12{}", 2030 + year));
            assert_eq!(periods(&told(&both, from, to)), ["042026", "032026"]);
        }
        assert!(one.told.lock().unwrap().len() <= SPANS);
    }
}
