use std::sync::Mutex;

use contract::AnyTool;
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
        .call(json!({"operation": "duplicates", "supplier_gstin": " 27aaacr5055k1z7 ", "number": "A/001",
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
        .call(json!({"operation": "history", "supplier_gstin": "27AAACR5055K1Z7", "number": "INV-0011",
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
            matches!(tool.call(args).await, Err(ToolError::Arguments { .. })),
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
    InvoiceDb::new(ledger.clone())
        .call(args.clone())
        .await
        .unwrap();
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
        InvoiceDb::new(ledger).call(args).await.unwrap_err(),
        missing
    );
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
