//! Purchase orders, with what was accepted and what was billed against each line.
//!
//! *Invariant:* an order that the book lacks is an absence; a book without orders is no answer.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{Answer, Cost, Manifest, Tool, ToolError};
use domain::records::Order;
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
}

/// An order number as orders, receipts and ledgers are matched by it: trimmed, upper case.
pub fn key(po_number: &str) -> String {
    po_number.trim().to_uppercase()
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

impl Tool for PurchaseOrders {
    const MANIFEST: Manifest = Manifest {
        name: NAME,
        description: "Looks up a purchase order with quantities ordered, accepted and billed so far for each line.",
        when: "Use it once for each order that the invoice names; it cannot search orders by vendor or goods.",
        cost: Cost::Local,
    };
    type Args = Args;
    type Record = Order;

    async fn ask(&self, args: Args) -> Result<Answer<Order>, ToolError> {
        let Args::Order {
            po_number,
            document,
        } = args;
        let number = key(&po_number);
        if number.is_empty() {
            return Err(ToolError::Arguments {
                tool: NAME,
                detail: "po_number: an order number is needed".to_owned(),
            });
        }
        let document = document.trim().to_ascii_lowercase();
        Ok(match self.orders.order(&number, &document).await? {
            Some(order) => Answer::Found(order),
            None => Answer::Absent(format!("no order {} is in the book", shown(&po_number))),
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
            }))
        }
    }

    async fn ask(source: One, args: Value) -> Result<contract::Observation, ToolError> {
        PurchaseOrders::new(Arc::new(source)).call(args).await
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
        ] {
            assert!(matches!(
                ask(One(Ok("1")), bad).await,
                Err(ToolError::Arguments { .. })
            ));
        }
    }
}
