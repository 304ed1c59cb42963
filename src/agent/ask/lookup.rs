//! What can be looked up for an answer: one question to one tool, in closed form. No word of the question reaches a tool but
//! identifiers that were parsed, words of a name, and words to be looked for in contracts.

use domain::{Date, Decimal, TaxPeriod, records::RankedBy};
use serde_json::{Value, json};

use super::{clause, part::VendorClass};
use crate::obligations::Call;

/// One question to one tool. Equal look-ups are asked once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lookup {
    /// Vendors that a name may mean.
    Named(String),
    /// Vendors that share a word with a name, for a hint.
    Resembling(String),
    Vendor(String),
    ByGstin(String),
    ByPan(String),
    /// Ourselves.
    Buyer,
    /// All vendors of a class.
    Vendors(VendorClass),
    Taxpayer(String),
    Returns {
        gstin: String,
        from: TaxPeriod,
        to: TaxPeriod,
    },
    Irn(String),
    Statement {
        buyer: String,
        supplier: String,
        number: String,
        from: TaxPeriod,
        to: TaxPeriod,
    },
    /// An empty GSTIN: all suppliers.
    Billed {
        gstin: String,
        from: Option<Date>,
        until: Date,
        statuses: Vec<&'static str>,
        /// What an invoice comes to, in rupees: the least and the most.
        within: (Option<Decimal>, Option<Decimal>),
        /// Whether an invoice names an order.
        orders: Option<bool>,
        listed: Listed,
    },
    Suppliers {
        from: Option<Date>,
        until: Date,
        statuses: Vec<&'static str>,
        by: RankedBy,
        least: bool,
    },
    Numbers {
        gstin: String,
        from: Option<Date>,
        until: Date,
        before: String,
    },
    Invoice(String),
    Order(String),
    OrdersOf(String),
    ReceiptsOf(String),
    Receipt(String),
    Clauses {
        /// Vendor id: only documents that name it.
        vendor: String,
        words: Vec<String>,
    },
    Computed {
        formula: String,
        numbers: Vec<Decimal>,
    },
}

/// Which invoices are listed, where not all are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    Latest,
    Largest,
    Smallest,
}

impl Lookup {
    /// The tool that answers it.
    pub fn tool(&self) -> &'static str {
        match self {
            Self::Named(_)
            | Self::Resembling(_)
            | Self::Vendor(_)
            | Self::ByGstin(_)
            | Self::ByPan(_)
            | Self::Buyer
            | Self::Vendors(_) => "vendor_master",
            Self::Taxpayer(_) | Self::Returns { .. } | Self::Irn(_) | Self::Statement { .. } => {
                "gst_portal"
            }
            Self::Billed { .. }
            | Self::Suppliers { .. }
            | Self::Numbers { .. }
            | Self::Invoice(_) => "invoice_db",
            Self::Order(_) | Self::OrdersOf(_) | Self::ReceiptsOf(_) | Self::Receipt(_) => {
                "purchase_orders"
            }
            Self::Clauses { .. } => "document_search",
            Self::Computed { .. } => "calculator",
        }
    }

    /// The call of a wording: a fixed ladder, each rung distinct. `None` when the ladder ends.
    pub fn call(&self, attempt: u32) -> Option<Call> {
        let mut arguments = match self {
            Self::Named(name) => json!({"operation": "named", "name": name}),
            Self::Resembling(name) => json!({"operation": "named", "name": name, "loosely": "yes"}),
            Self::Vendor(id) => json!({"operation": "vendor", "vendor_id": id}),
            Self::ByGstin(gstin) => json!({"operation": "lookup", "gstin": gstin}),
            Self::ByPan(pan) => json!({"operation": "lookup", "gstin": "", "pan": pan}),
            Self::Buyer => json!({"operation": "buyer"}),
            Self::Vendors(class) => {
                let mut list = json!({"operation": "list"});
                if let Some(status) = class.status {
                    list["status"] = json!(status);
                }
                if let Some(msme) = class.msme {
                    list["msme"] = json!(msme);
                }
                if let Some(days) = &class.terms_days {
                    list["terms_days"] = json!(days);
                }
                if let Some(lacking) = class.lacking {
                    list["lacking"] = json!(lacking.written());
                }
                list
            }
            Self::Taxpayer(gstin) => json!({"operation": "taxpayer", "gstin": gstin}),
            Self::Returns { gstin, from, to } => {
                json!({"operation": "returns", "gstin": gstin, "from": from.to_string(), "to": to.to_string()})
            }
            Self::Irn(irn) => json!({"operation": "irn_status", "irn": irn}),
            Self::Statement {
                buyer,
                supplier,
                number,
                from,
                to,
            } => {
                json!({"operation": "statement", "gstin": buyer, "supplier": supplier, "number": number,
                    "from": from.to_string(), "to": to.to_string()})
            }
            Self::Billed { .. } => self.billed(),
            Self::Suppliers {
                from,
                until,
                statuses,
                by,
                least,
            } => {
                json!({"operation": "suppliers", "from": day(*from), "until": until.to_string(),
                    "statuses": statuses, "by": by, "least": least})
            }
            Self::Numbers {
                gstin,
                from,
                until,
                before,
            } => {
                json!({"operation": "numbers", "supplier_gstin": gstin, "from": day(*from),
                    "until": until.to_string(), "before": before})
            }
            Self::Invoice(number) => json!({"operation": "find", "number": number}),
            Self::Order(number) => json!({"operation": "order", "po_number": number}),
            Self::OrdersOf(vendor) => json!({"operation": "of_vendor", "vendor_id": vendor}),
            Self::ReceiptsOf(number) => json!({"operation": "receipts", "po_number": number}),
            Self::Receipt(number) => json!({"operation": "receipt", "grn_number": number}),
            Self::Clauses { vendor, words } => {
                json!({"operation": "search", "query": words.join(" "), "vendor": vendor})
            }
            Self::Computed { formula, numbers } => {
                let numbers: Vec<String> = numbers.iter().map(Decimal::to_string).collect();
                json!({"expression": formula, "arguments": numbers})
            }
        };
        match (attempt, self.tool()) {
            (1, _) => {}
            // Past the caches.
            (2, "gst_portal") => arguments["fresh"] = json!("yes"),
            (2, "document_search") => arguments["query"] = json!(self.otherwise()?),
            _ => return None,
        }
        Some(Call {
            tool: self.tool(),
            arguments,
        })
    }

    /// The question what was billed.
    fn billed(&self) -> Value {
        let Self::Billed {
            gstin,
            from,
            until,
            statuses,
            within: (least, most),
            orders,
            listed,
        } = self
        else {
            return Value::Null;
        };

        let mut billed = json!({"operation": "billed", "supplier_gstin": gstin, "from": day(*from),
                    "until": until.to_string(), "statuses": statuses});
        for (name, limit) in [("least", least), ("most", most)] {
            if let Some(limit) = limit {
                billed[name] = json!(limit.to_string());
            }
        }
        if let Some(orders) = orders {
            billed["named"] = json!(if *orders { "order" } else { "no_order" });
        }
        match listed {
            Listed::Latest => {}
            Listed::Largest => billed["order"] = json!("largest"),
            Listed::Smallest => billed["order"] = json!("smallest"),
        }
        billed
    }

    /// The words of a search with others of the same meaning, as contracts write them.
    fn otherwise(&self) -> Option<String> {
        let Self::Clauses { words, .. } = self else {
            return None;
        };
        let mut all = words.clone();
        for word in words {
            let others = alike(word).iter().chain(clause::written(word));
            all.extend(others.map(|other| (*other).to_owned()));
        }
        (all.len() > words.len()).then(|| all.join(" "))
    }
}

fn day(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

/// Words that contracts use for what people ask.
pub(super) fn alike(word: &str) -> &'static [&'static str] {
    match word {
        "penalty" | "penal" | "fine" => &["interest", "late"],
        "byaaj" | "byaj" | "ब्याज" => &["interest"],
        "overdue" | "delay" | "delayed" => &["late", "due"],
        "freight" | "shipping" | "transport" | "transportation" => &["freight", "transport"],
        "duration" | "validity" | "valid" | "expire" | "expiry" | "expires" | "tenure" => {
            &["signed", "years", "season", "term"]
        }
        "bank" | "account" => &["account", "money"],
        "quality" | "inspection" | "test" => &["accepted", "test", "quality"],
        "days" | "terms" | "credit" => &["pays", "days", "payment"],
        _ => &[],
    }
}
