use std::sync::Mutex;

use async_trait::async_trait;
use contract::AnyTool;
use domain::records::{StatusTally, SupplierTally};
use serde_json::json;

use super::*;

/// A ledger that remembers what it was asked and answers from lists.
#[derive(Default)]
struct Scripted {
    numbers: Vec<Past>,
    amounts: Vec<Past>,
    dates: Vec<Past>,
    series: Vec<Past>,
    asked: Mutex<Vec<String>>,
    fails: Option<ToolError>,
}

impl Scripted {
    fn note(&self, what: String) -> Result<(), ToolError> {
        self.asked.lock().unwrap().push(what);
        self.fails.clone().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl PastInvoices for Scripted {
    async fn by_number(
        &self,
        gstin: &str,
        year: FinancialYear,
        folded: &str,
        except: &str,
    ) -> Result<Vec<Past>, ToolError> {
        self.note(format!("number {gstin} {year} {folded} {except}"))?;
        Ok(self.numbers.clone())
    }
    async fn by_amount(
        &self,
        holder: &str,
        least: Paise,
        most: Paise,
        window: Window,
        _: &str,
    ) -> Result<Vec<Past>, ToolError> {
        self.note(format!(
            "amount {holder} {} {} {} {}",
            least.0, most.0, window.from, window.until
        ))?;
        Ok(self.amounts.clone())
    }
    async fn by_date(&self, _: &str, window: Window, _: &str) -> Result<Vec<Past>, ToolError> {
        self.note(format!("date {} {}", window.from, window.until))?;
        Ok(self.dates.clone())
    }
    async fn totals(&self, _: &str, _: &str) -> Result<Vec<Paise>, ToolError> {
        Ok(vec![Paise(12345)])
    }
    async fn series(
        &self,
        _: &str,
        before: &str,
        after: &str,
        counter: i64,
        _: &str,
    ) -> Result<Vec<Past>, ToolError> {
        self.note(format!("series {before}|{counter}|{after}"))?;
        Ok(self.series.clone())
    }
    async fn tallies(&self, asked: Asked<'_>) -> Result<Vec<StatusTally>, ToolError> {
        let (gstin, window) = (asked.gstin, asked.window);
        self.note(format!("tallies {gstin} {} {}", window.from, window.until))?;
        if asked.totals != Totals::ALL {
            let (least, most) = (asked.totals.least.0, asked.totals.most.0);
            self.note(format!("totals {least} {most}"))?;
        }
        let mut tallies: Vec<StatusTally> = Vec::new();
        for past in &self.dates {
            let at = tallies.iter().position(|t| t.status == past.entry.status);
            let at = at.unwrap_or_else(|| {
                tallies.push(StatusTally {
                    status: past.entry.status.clone(),
                    count: 0,
                    taxable_value: Decimal::ZERO,
                    total_value: Decimal::ZERO,
                });
                tallies.len() - 1
            });
            tallies[at].count += 1;
            tallies[at].taxable_value += past.entry.taxable_value;
            tallies[at].total_value += past.entry.total_value;
        }
        Ok(tallies)
    }
    async fn listed(
        &self,
        asked: Asked<'_>,
        _: Order,
        most: usize,
    ) -> Result<Vec<Past>, ToolError> {
        let counts = |p: &&Past| asked.status.is_none_or(|s| s == p.entry.status);
        // In no order: the tool settles it. Only what a source must cut is cut.
        Ok(self
            .dates
            .iter()
            .filter(counts)
            .take(most.max(2))
            .cloned()
            .collect())
    }
    async fn suppliers(
        &self,
        ranked: Ranked<'_>,
        most: usize,
    ) -> Result<(u64, Vec<SupplierTally>), ToolError> {
        let Ranked {
            statuses,
            by,
            least,
            ..
        } = ranked;
        self.note(format!("suppliers {statuses:?} {by:?} {least} {most}"))?;
        Ok((0, Vec::new()))
    }
    async fn numbered(&self, folded: &str) -> Result<Vec<Past>, ToolError> {
        self.note(format!("numbered {folded}"))?;
        Ok(self.numbers.clone())
    }
}

fn past(id: i64, number: &str, day: &str) -> Past {
    Past {
        id,
        entry: LedgerEntry {
            invoice_number: number.to_owned(),
            invoice_date: parse_date(day).unwrap(),
            supplier_gstin: "27AAACR5055K1Z7".to_owned(),
            buyer_gstin: String::new(),
            taxable_value: Decimal::ONE,
            total_value: Decimal::ONE,
            po_number: String::new(),
            status: "paid".to_owned(),
        },
    }
}

fn numbers(value: &serde_json::Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["invoice_number"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn duplicates_ask_by_folded_number_and_by_whole_paise() {
    let ledger = Arc::new(Scripted {
        numbers: vec![past(7, "A-1", "2026-10-02")],
        amounts: vec![
            past(9, "ZZZ", "2026-10-01"),
            past(7, "A-1", "2026-10-02"),
            past(8, "A-O1", "2026-10-03"),
        ],
        ..Scripted::default()
    });
    let observation = InvoiceDb::new(ledger.clone())
        .call(&json!({"operation": "duplicates", "supplier_gstin": " 27aaacr5055k1z7 ", "number": "A/001",
            "date": "2026-04-01", "total": "100.005", "document": "AB"}))
        .await
        .unwrap();
    assert_eq!(
        *ledger.asked.lock().unwrap(),
        [
            "number 27AAACR5055K1Z7 2026-27 A1 ab",
            "amount AAACR5055K 9901 10100 2026-03-25 2026-04-08"
        ]
    );
    assert_eq!(numbers(&observation.value["same_number"]), ["A-1"]);
    assert_eq!(numbers(&observation.value["same_amount"]), ["A-O1", "ZZZ"]);
}

#[tokio::test]
async fn history_is_sorted_whatever_the_source_gives() {
    let ledger = Arc::new(Scripted {
        dates: vec![past(1, "B", "2026-10-09"), past(2, "A", "2026-10-01")],
        series: vec![
            past(3, "INV-10", "2026-10-01"),
            past(4, "INV-9", "2026-10-01"),
        ],
        ..Scripted::default()
    });
    let observation = InvoiceDb::new(ledger.clone())
        .call(&json!({"operation": "history", "supplier_gstin": "27AAACR5055K1Z7", "number": "INV-0011",
            "date": "05/10/2026"}))
        .await
        .unwrap();
    assert_eq!(
        *ledger.asked.lock().unwrap(),
        ["date 2026-09-28 2026-10-12", "series INV|11|"]
    );
    assert_eq!(numbers(&observation.value["nearby"]), ["A", "B"]);
    assert_eq!(numbers(&observation.value["series"]), ["INV-9", "INV-10"]);
    assert_eq!(observation.value["totals"], json!([123.45]));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_is_asked() {
    let ledger = Arc::new(Scripted::default());
    let tool = InvoiceDb::new(ledger.clone());
    let good = json!({"operation": "duplicates", "supplier_gstin": "X", "number": "1",
        "date": "2026-10-01", "total": "1"});
    for (member, value) in [
        ("date", "31/02/2026"),
        ("date", ""),
        ("total", "many"),
        ("amount", "1e99"),
        ("days", "-1"),
        ("days", "367"),
        ("operation", "guess"),
        ("colour", "blue"),
    ] {
        let mut args = good.clone();
        args[member] = json!(value);
        assert!(
            matches!(tool.call(&args).await, Err(ToolError::Arguments { .. })),
            "{member} {value}"
        );
    }
    assert!(ledger.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_number_of_separators_is_nobody_s_duplicate_and_a_missing_ledger_is_no_answer() {
    let ledger = Arc::new(Scripted::default());
    let args = json!({"operation": "duplicates", "supplier_gstin": "X", "number": "-/-",
        "date": "2026-10-01", "total": ""});
    InvoiceDb::new(ledger.clone()).call(&args).await.unwrap();
    assert!(ledger.asked.lock().unwrap().is_empty());
    let missing = ToolError::NoSource {
        tool: NAME,
        detail: "ledger.csv is not in the book".to_owned(),
    };
    let ledger = Arc::new(Scripted {
        fails: Some(missing.clone()),
        ..Scripted::default()
    });
    let mut args = args;
    args["number"] = json!("1");
    assert_eq!(
        InvoiceDb::new(ledger).call(&args).await.unwrap_err(),
        missing
    );
}

fn priced(id: i64, day: &str, total: i64, status: &str) -> Past {
    let mut past = past(id, &format!("N{id}"), day);
    past.entry.total_value = Decimal::new(total, 2);
    past.entry.status = status.to_owned();
    past
}

#[tokio::test]
async fn what_was_billed_counts_the_statuses_asked_for() {
    let ledger = Arc::new(Scripted {
        dates: vec![
            priced(1, "2026-10-01", 10_000, "paid"),
            priced(2, "2026-10-09", 30_050, "paid"),
            priced(3, "2026-10-05", 20_000, "held"),
            priced(4, "2026-10-07", 90_000, "rejected"),
        ],
        ..Scripted::default()
    });
    let tool = InvoiceDb::new(ledger.clone());
    for (statuses, count, total, largest, latest) in [
        (json!([]), 3, "600.50", "N2", "N2"),
        (json!(["Held "]), 1, "200.00", "N3", "N3"),
        (json!(["rejected", "held"]), 2, "1100.00", "N4", "N4"),
        (json!(["approved"]), 0, "0", "", ""),
    ] {
        let seen = tool
            .call(
                &json!({"operation": "billed", "supplier_gstin": "27aaacr5055k1z7",
                "from": "2026-10-01", "until": "", "statuses": statuses}),
            )
            .await
            .unwrap();
        assert!(seen.found);
        let value = seen.value;
        assert_eq!(value["count"], count, "{statuses}");
        assert_eq!(value["total_value"].to_string(), total, "{statuses}");
        let number = |which: &str| value[which]["invoice_number"].as_str().unwrap_or_default();
        assert_eq!((number("largest"), number("latest")), (largest, latest));
        assert_eq!(
            (value["from"].as_str(), value["until"].as_str()),
            (Some("2026-10-01"), Some(""))
        );
    }
    assert_eq!(
        ledger.asked.lock().unwrap()[0],
        format!("tallies 27AAACR5055K1Z7 2026-10-01 {}", Date::MAX)
    );
    for bad in [
        json!({"operation": "billed", "from": "2026-10-02", "until": "2026-10-01"}),
        json!({"operation": "billed", "from": "soon"}),
        json!({"operation": "billed", "statuses": "paid"}),
        json!({"operation": "billed", "statuses": ["paid,held"]}),
        json!({"operation": "billed", "least": "much"}),
        json!({"operation": "billed", "most": "9e30"}),
        json!({"operation": "billed", "order": "by name"}),
        json!({"operation": "suppliers"}),
        json!({"operation": "suppliers", "by": "name"}),
        json!({"operation": "billed", "statuses": ["1", "2", "3", "4", "5", "6", "7", "8", "9"]}),
        json!({"operation": "numbers", "supplier_gstin": ""}),
        json!({"operation": "find", "number": "-/-"}),
    ] {
        let answer = tool.call(&bad).await;
        assert!(matches!(answer, Err(ToolError::Arguments { .. })), "{bad}");
    }
}

#[tokio::test]
async fn limits_are_whole_paise_and_suppliers_are_ranked_by_the_source() {
    let ledger = Arc::new(Scripted::default());
    let tool = InvoiceDb::new(ledger.clone());
    let limited = json!({"operation": "billed", "least": "99.991", "most": "200.019"});
    let billed = tool.call(&limited).await.unwrap();
    assert_eq!(billed.value["least"].to_string(), "99.991");
    assert_eq!(billed.value["most"].to_string(), "200.019");
    let ranked =
        json!({"operation": "suppliers", "by": "count", "least": true, "statuses": ["Paid"]});
    let suppliers = tool.call(&ranked).await.unwrap();
    assert_eq!(suppliers.value["by"], "count");
    assert_eq!(suppliers.value["statuses"], json!(["paid"]));
    assert_eq!(
        *ledger.asked.lock().unwrap(),
        [
            format!("tallies  {} {}", Date::MIN, Date::MAX),
            "totals 10000 20001".to_owned(),
            format!(r#"suppliers ["paid"] Count true {SUPPLIERS_MAX}"#),
        ]
    );
}

#[tokio::test]
async fn numbers_are_found_whoever_billed_them_and_missing_ones_are_named() {
    let ledger = Arc::new(Scripted {
        dates: vec![
            past(1, "MC/0021", "2026-10-01"),
            past(2, "MC/0023", "2026-10-02"),
            past(3, "X-5", "2026-10-02"),
        ],
        numbers: vec![
            past(4, "MC/0023", "2026-10-02"),
            past(5, "mc-23", "2025-10-02"),
        ],
        ..Scripted::default()
    });
    let tool = InvoiceDb::new(ledger.clone());
    let seen = tool
        .call(
            &json!({"operation": "numbers", "supplier_gstin": "27AAACR5055K1Z7", "before": "MC/"}),
        )
        .await
        .unwrap();
    assert_eq!(seen.value["series"].as_array().unwrap().len(), 1);
    assert_eq!(
        seen.value["series"][0]["gaps"],
        json!([{"from": "MC/0022", "until": "MC/0022", "count": 1}])
    );
    let seen = tool
        .call(&json!({"operation": "find", "number": " mc/00023 "}))
        .await
        .unwrap();
    assert_eq!(ledger.asked.lock().unwrap()[0], "numbered MC23");
    assert_eq!(numbers(&seen.value["invoices"]), ["mc-23", "MC/0023"]);
    assert_eq!(seen.value["number"], "mc/00023");
}

#[test]
fn a_holder_is_the_pan_inside() {
    for (gstin, want) in [
        ("27AAACR5055K1Z7", "AAACR5055K"),
        ("27AAACR5055K1Z", "27AAACR5055K1Z"),
        ("", ""),
        ("₹₹₹₹₹₹₹₹₹₹₹₹₹₹₹", "₹₹₹₹₹₹₹₹₹₹₹₹₹₹₹"),
    ] {
        assert_eq!(holder(gstin), want);
    }
}
