//! The systems over a book: each answers by the keys of the question.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{AnyTool, Cost, Description, Manifest, Observation, ToolError};
use domain::{Date, Decimal, DocNumber, FinancialYear, civil::days_between, records::LedgerEntry};
use serde_json::{Value, json};

use super::book::{Book, KEY_ID, KEY_MODULUS, SUPPLIER, decimal, number};
use crate::{
    Agent, Loops, Toolbox,
    engine::{Budget, NoJournal},
};

impl Book {
    pub(super) fn agent(&self) -> Agent {
        let book = Arc::new(self.clone());
        let tools = MANIFESTS
            .iter()
            .fold(Toolbox::default(), |tools, manifest| {
                tools.with(Arc::new(Source {
                    manifest,
                    book: Arc::clone(&book),
                }))
            });
        Agent::new(
            tools,
            Arc::new(NoJournal),
            Loops::default(),
            Budget::default(),
        )
        .unwrap()
    }

    fn answer(&self, arguments: &Value) -> Option<Value> {
        let said = |key: &str| arguments[key].as_str().unwrap_or_default();
        let is = |row: &Value, key: &str, value: &str| row[key].as_str() == Some(value);
        match said("operation") {
            "buyer" => Some(self.buyer.clone()),
            "taxpayer" => self.taxpayer.clone().filter(|t| is(t, "gstin", said("gstin"))),
            "returns" => Some(json!({"EFiledlist": self.filed.iter().map(|period| json!({"rtntype": "GSTR3B",
                "ret_prd": period, "dof": "20-11-2026", "status": "Filed"})).collect::<Vec<_>>()})),
            "lookup" => {
                let (own, rest): (Vec<&Value>, Vec<&Value>) =
                    self.vendors.iter().partition(|v| is(v, "gstin", said("gstin")));
                let of_pan: Vec<&Value> =
                    rest.into_iter().filter(|v| is(v, "pan", said("pan"))).collect();
                let unknown = own.is_empty() && of_pan.is_empty();
                Some(json!({"gstin": said("gstin"), "by_gstin": own, "by_pan": of_pan,
                    "similar": if unknown { self.similar.as_slice() } else { &[] }}))
            }
            "statement" => {
                let folded = DocNumber::fold(said("number"));
                let listed: Vec<&Value> = self
                    .documents
                    .iter()
                    .filter(|d| {
                        let document = &d["document"];
                        let number = document["inum"].as_str().or(document["ntnum"].as_str());
                        DocNumber::fold(number.unwrap_or_default()) == folded
                    })
                    .filter(|_| said("supplier") == SUPPLIER)
                    .collect();
                Some(json!({"gstin": said("gstin"), "supplier": said("supplier"), "periods": ["102026"],
                    "documents": listed}))
            }
            "irn_status" => self.irns.get(said("irn")).cloned(),
            "signing_key" => (said("kid") == KEY_ID)
                .then(|| json!({"kid": KEY_ID, "kty": "RSA", "alg": "RS256", "n": KEY_MODULUS, "e": "AQAB"})),
            "duplicates" => {
                let (same_number, rest): (Vec<&LedgerEntry>, Vec<&LedgerEntry>) =
                    self.rows(arguments).partition(|row| {
                        row.supplier_gstin == said("supplier_gstin")
                            && DocNumber::fold(&row.invoice_number)
                                == DocNumber::fold(said("number"))
                            && FinancialYear::of(row.invoice_date) == FinancialYear::of(day(arguments))
                    });
                let same_amount: Vec<&LedgerEntry> = rest
                    .into_iter()
                    .filter(|row| {
                        (row.total_value - decimal(&arguments["total"])).abs() <= Decimal::ONE
                            && days_between(row.invoice_date, day(arguments)).abs() <= 7
                    })
                    .collect();
                Some(json!({"supplier_gstin": said("supplier_gstin"), "invoice_number": said("number"),
                    "same_number": same_number, "same_amount": same_amount}))
            }
            "history" => {
                let totals: Vec<Value> =
                    self.rows(arguments).map(|row| number(row.total_value)).collect();
                let nearby: Vec<&LedgerEntry> = self
                    .rows(arguments)
                    .filter(|row| days_between(row.invoice_date, day(arguments)).abs() <= 7)
                    .collect();
                Some(json!({"supplier_gstin": said("supplier_gstin"), "totals": totals, "nearby": nearby,
                    "series": []}))
            }
            "order" => self.orders.get(said("po_number")).cloned(),
            "clauses" if self.contract.is_empty() => None,
            "clauses" => {
                let passage = |text: &&str| {
                    json!({"document": "contracts/V0007.md", "heading": "", "line_start": 1, "text": text, "score": 1})
                };
                let passages: Vec<Value> = self.contract.iter().map(passage).collect();
                Some(json!({"passages": passages, "searched": 1, "notes": [], "supplier": said("supplier")}))
            }
            other => panic!("no source for {other}"),
        }
    }

    /// What the ledger has of the PAN.
    fn rows(&self, arguments: &Value) -> impl Iterator<Item = &LedgerEntry> {
        let gstin = arguments["supplier_gstin"].as_str().unwrap_or_default();
        let pan = gstin.get(2..12).unwrap_or_default().to_owned();
        self.ledger
            .iter()
            .filter(move |row| row.supplier_gstin.get(2..12) == Some(pan.as_str()))
    }
}

fn day(arguments: &Value) -> Date {
    arguments["date"].as_str().unwrap().parse().unwrap()
}

const fn manifest(name: &'static str, cost: Cost) -> Manifest {
    Manifest {
        name,
        description: "",
        when: "",
        cost,
    }
}

static MANIFESTS: [Manifest; 4] = [
    manifest("gst_portal", Cost::Outward),
    manifest("vendor_master", Cost::Local),
    manifest("invoice_db", Cost::Local),
    manifest("purchase_orders", Cost::Local),
];

struct Source {
    manifest: &'static Manifest,
    book: Arc<Book>,
}

#[async_trait]
impl AnyTool for Source {
    fn manifest(&self) -> &'static Manifest {
        self.manifest
    }

    fn describe(&self) -> Description {
        unreachable!("the machine does not describe tools")
    }

    async fn call(&self, arguments: &Value) -> Result<Observation, ToolError> {
        if self
            .book
            .down
            .contains(arguments["operation"].as_str().unwrap())
        {
            return Err(ToolError::Unreachable {
                tool: self.manifest.name,
                detail: "planted".to_owned(),
            });
        }
        Ok(match self.book.answer(arguments) {
            Some(value) => Observation {
                found: true,
                value: Arc::new(value),
            },
            None => Observation {
                found: false,
                value: Arc::new(json!({"found": false, "reason": "no such record"})),
            },
        })
    }
}
