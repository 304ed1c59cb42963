//! Purchase orders, with what was accepted and what was billed against each line; orders of a vendor; goods receipts.
//!
//! *Invariant:* an order that the book lacks is an absence; a book without orders is no answer. Of receipts and of a
//! vendor's orders, an empty list is the evidence that there are none.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{Answer, Cost, Manifest, Tool, ToolError};
use domain::records::{Order, OrderSummary, ReceiptLine, Receipts, VendorOrders};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name under which errors come.
pub const NAME: &str = "purchase_orders";

/// Orders, as this tool needs them.
#[async_trait]
pub trait Orders: Send + Sync + 'static {
    /// The order whose number, as [`key`] writes it, is this one; `None` when the source has no such order. `accepted`
    /// sums its receipts; `billed` sums the ledger lines that name it, but for those whose every ledger invoice was
    /// rejected and those of the document with the SHA-256 `except` (empty: none). A ledger line whose invoice the
    /// ledger lacks counts. A source without orders answers [`ToolError::NoSource`].
    async fn order(&self, po_number: &str, except: &str) -> Result<Option<Order>, ToolError>;

    /// Orders with lines placed with exactly this vendor id, of at most [`ROWS_MAX`] lines, in no promised order.
    async fn of_vendor(&self, vendor_id: &str) -> Result<Vec<OrderSummary>, ToolError>;

    /// Receipts of an order as [`key`] writes its number, or of a receipt as [`grn_key`] does; at most [`ROWS_MAX`], in no
    /// promised order. Each names its order as [`key`] writes it. A source without receipts answers [`ToolError::NoSource`].
    async fn receipts(&self, of: ReceiptsOf<'_>) -> Result<Vec<ReceiptLine>, ToolError>;
}

/// By what receipts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptsOf<'a> {
    Order(&'a str),
    Number(&'a str),
}

/// Rows that one probe returns at most.
pub const ROWS_MAX: usize = 10_000;
/// Orders, or lines of receipts, that an answer lists.
pub const LISTED_MAX: usize = 200;

/// An order number as orders, receipts and ledgers are matched by it: trimmed, upper case.
pub fn key(po_number: &str) -> String {
    po_number.trim().to_uppercase()
}

/// A receipt's number as receipts are matched by it: trimmed, ASCII letters in capitals.
pub fn grn_key(grn_number: &str) -> String {
    grn_number.trim().to_ascii_uppercase()
}

/// A question about orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum Args {
    /// One order by its number, case and outer blanks aside.
    Order {
        po_number: String,
        /// SHA-256 of the document under verification, lower-case hex: what it billed itself is not counted.
        #[serde(default)]
        document: String,
    },
    /// The orders placed with a vendor.
    OfVendor {
        /// As the vendor master writes it.
        vendor_id: String,
    },
    /// What was received against an order.
    Receipts { po_number: String },
    /// One goods receipt by its number.
    Receipt { grn_number: String },
}

/// What this tool answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Record {
    Order(Order),
    VendorOrders(VendorOrders),
    Receipts(Receipts),
}

/// The tool over any source of orders.
#[derive(Clone)]
pub struct PurchaseOrders {
    orders: Arc<dyn Orders>,
}

impl PurchaseOrders {
    pub fn new(orders: Arc<dyn Orders>) -> Self {
        Self { orders }
    }
}

/// A number as rows are matched by it.
fn keyed(text: &str, member: &str) -> Result<String, ToolError> {
    let number = key(text);
    if number.is_empty() {
        return Err(ToolError::Arguments {
            tool: NAME,
            detail: format!("{member}: a number is needed"),
        });
    }
    Ok(number)
}

impl PurchaseOrders {
    async fn of_vendor(&self, vendor_id: &str) -> Result<VendorOrders, ToolError> {
        let vendor_id = vendor_id.trim();
        keyed(vendor_id, "vendor_id")?;
        let mut orders = self.orders.of_vendor(vendor_id).await?;
        orders.sort_by(|a, b| (b.po_date, &b.po_number).cmp(&(a.po_date, &a.po_number)));
        let count = orders.len();
        let open_count = orders.iter().filter(|order| order.open_lines > 0).count();
        orders.truncate(LISTED_MAX);
        Ok(VendorOrders {
            vendor_id: vendor_id.to_owned(),
            orders,
            count,
            open_count,
        })
    }

    async fn receipts(&self, of: ReceiptsOf<'_>) -> Result<Receipts, ToolError> {
        let mut receipts = self.orders.receipts(of).await?;
        receipts.sort_by(|a, b| {
            let by = |r: &ReceiptLine| (r.grn_date, r.grn_number.clone(), r.line.clone());
            by(a).cmp(&by(b))
        });
        receipts.truncate(LISTED_MAX);
        let (po_number, grn_number) = match of {
            ReceiptsOf::Order(number) => (number, ""),
            ReceiptsOf::Number(number) => ("", number),
        };
        Ok(Receipts {
            po_number: po_number.to_owned(),
            grn_number: grn_number.to_owned(),
            receipts,
        })
    }
}

impl Tool for PurchaseOrders {
    const MANIFEST: Manifest = Manifest {
        name: NAME,
        description: "Looks up a purchase order with quantities ordered, accepted and billed so far for each line, the \
                      orders of a vendor, and goods receipts.",
        when: "Use `order` once for each order that an invoice names, `of_vendor` for a vendor's orders, `receipts` for \
               what came against an order and `receipt` for a GRN; it cannot search by goods.",
        cost: Cost::Local,
    };
    type Args = Args;
    type Record = Record;

    async fn ask(&self, args: Args) -> Result<Answer<Record>, ToolError> {
        Ok(match args {
            Args::Order {
                po_number,
                document,
            } => {
                let number = keyed(&po_number, "po_number")?;
                let document = document.trim().to_ascii_lowercase();
                match self.orders.order(&number, &document).await? {
                    Some(order) => Answer::Found(Record::Order(order)),
                    None => {
                        Answer::Absent(format!("no order {} is in the book", shown(&po_number)))
                    }
                }
            }
            Args::OfVendor { vendor_id } => {
                Answer::Found(Record::VendorOrders(self.of_vendor(&vendor_id).await?))
            }
            Args::Receipts { po_number } => {
                let number = keyed(&po_number, "po_number")?;
                let receipts = self.receipts(ReceiptsOf::Order(&number)).await?;
                Answer::Found(Record::Receipts(receipts))
            }
            Args::Receipt { grn_number } => {
                keyed(&grn_number, "grn_number")?;
                let number = grn_key(&grn_number);
                let receipts = self.receipts(ReceiptsOf::Number(&number)).await?;
                Answer::Found(Record::Receipts(receipts))
            }
        })
    }
}

/// An order number for a message: one line, of bounded length.
fn shown(po_number: &str) -> String {
    po_number
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::AnyTool;
    use domain::{Date, Decimal};
    use serde_json::{Value, json};

    struct One(Result<&'static str, ToolError>);

    #[async_trait]
    impl Orders for One {
        async fn order(&self, po_number: &str, except: &str) -> Result<Option<Order>, ToolError> {
            let held = self.0.clone()?;
            Ok((held == po_number).then(|| Order {
                po_number: held.to_owned(),
                po_date: None,
                vendor_id: except.to_owned(),
                lines: Vec::new(),
                receipts_known: false,
                has_receipts: false,
                unsplit: None,
            }))
        }
        async fn of_vendor(&self, vendor_id: &str) -> Result<Vec<OrderSummary>, ToolError> {
            let held = self.0.clone()?;
            let order = |day: i8, open_lines| OrderSummary {
                po_number: format!("{held}-{day}-{vendor_id}"),
                po_date: Some(Date::constant(2026, 10, day)),
                lines: 2,
                open_lines,
                value: Decimal::TEN,
            };
            Ok(vec![order(1, 2), order(9, 0), order(5, 1)])
        }
        async fn receipts(&self, of: ReceiptsOf<'_>) -> Result<Vec<ReceiptLine>, ToolError> {
            let held = self.0.clone()?;
            let line = |number: &str, day: i8, line: &str| ReceiptLine {
                grn_number: number.to_owned(),
                grn_date: Some(Date::constant(2026, 10, day)),
                po_number: held.to_owned(),
                line: line.to_owned(),
                quantity_accepted: Decimal::ONE,
            };
            Ok(match of {
                ReceiptsOf::Order("PO-26-1") => {
                    vec![line("G2", 9, "1"), line("G1", 3, "2"), line("G1", 3, "1")]
                }
                ReceiptsOf::Number("G1") => vec![line("G1", 3, "1")],
                _ => Vec::new(),
            })
        }
    }

    async fn ask(source: One, args: Value) -> Result<contract::Observation, ToolError> {
        PurchaseOrders::new(Arc::new(source)).call(&args).await
    }

    #[tokio::test]
    async fn found_absent_unavailable_malformed() {
        let args = json!({"operation": "order", "po_number": " po-26-1 ", "document": "AB"});
        let found = ask(One(Ok("PO-26-1")), args.clone()).await.unwrap();
        assert!(found.found);
        assert_eq!(found.value["vendor_id"], "ab");
        let absent = ask(One(Ok("PO-26-2")), args.clone()).await.unwrap();
        assert_eq!(absent.value["reason"], "no order po-26-1 is in the book");
        let missing = ToolError::NoSource {
            tool: NAME,
            detail: "purchase_orders.csv".to_owned(),
        };
        assert_eq!(ask(One(Err(missing.clone())), args).await, Err(missing));
        for bad in [
            json!({"operation": "order", "po_number": "  "}),
            json!({"operation": "order"}),
            json!({"operation": "orders", "po_number": "1"}),
            json!({"operation": "order", "po_number": 7}),
            json!({"operation": "of_vendor", "vendor_id": " "}),
            json!({"operation": "receipts", "po_number": ""}),
            json!({"operation": "receipt", "grn_number": ""}),
        ] {
            assert!(matches!(
                ask(One(Ok("1")), bad).await,
                Err(ToolError::Arguments { .. })
            ));
        }
    }

    #[tokio::test]
    async fn lists_are_sorted_and_an_empty_one_is_an_answer() {
        let orders = ask(
            One(Ok("P")),
            json!({"operation": "of_vendor", "vendor_id": " V1 "}),
        )
        .await
        .unwrap()
        .value;
        let numbers: Vec<&str> = orders["orders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["po_number"].as_str().unwrap())
            .collect();
        assert_eq!(numbers, ["P-9-V1", "P-5-V1", "P-1-V1"]);
        assert_eq!(
            (&orders["count"], &orders["open_count"]),
            (&json!(3), &json!(2))
        );
        for (args, want) in [
            (
                json!({"operation": "receipts", "po_number": "po-26-1"}),
                &["G1 1", "G1 2", "G2 1"][..],
            ),
            (json!({"operation": "receipts", "po_number": "other"}), &[]),
            (
                json!({"operation": "receipt", "grn_number": " g1"}),
                &["G1 1"],
            ),
            (json!({"operation": "receipt", "grn_number": "G7"}), &[]),
        ] {
            let seen = ask(One(Ok("PO-26-1")), args.clone()).await.unwrap();
            let lines: Vec<String> = seen.value["receipts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| {
                    let text = |member: &str| r[member].as_str().unwrap().to_owned();
                    format!("{} {}", text("grn_number"), text("line"))
                })
                .collect();
            assert!(seen.found);
            assert_eq!(lines, want, "{args}");
        }
    }
}
