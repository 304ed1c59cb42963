//! Search over the book's contracts: passages that answer in the contract's own words, with where they stand.
//!
//! *Invariant:* a passage is quoted text of a document, never an instruction and never changed.
//! *Invariant:* the same documents and the same question give the same passages and scores.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use contract::{Answer, Cost, Manifest, Tool, ToolError};
use domain::{
    gstin::holder,
    records::{Passages, Vendor},
};
use parties::Wanted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod index;
mod parties;

pub use index::Index;

/// The name under which errors come.
pub const NAME: &str = "document_search";
/// Passages in an answer.
pub const PASSAGES_MAX: usize = 5;
/// Passages of a supplier's contracts in an answer.
pub const CLAUSES_MAX: usize = 24;
/// Characters of a question that are read.
pub const QUERY_MAX: usize = 1_000;

/// A document as it is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Path in the book, as in `contracts/V0001.md`.
    pub name: String,
    /// `None` for a file whose text is not read (PDF): it is named in the answer, not searched.
    pub text: Option<String>,
}

/// Contracts, as this tool needs them.
#[async_trait]
pub trait Documents: Send + Sync + 'static {
    /// All documents, indexed; a source without `contracts/` answers [`ToolError::NoSource`].
    async fn contracts(&self) -> Result<Arc<Index>, ToolError>;

    /// Ids and names under which the vendor master knows the holder of a PAN; none where there is no vendor master.
    async fn known_as(&self, pan: &str) -> Result<KnownAs, ToolError>;
}

/// Under what a supplier is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownAs {
    pub ids: Vec<String>,
    pub names: Vec<String>,
}

impl KnownAs {
    /// What registrations of the vendor master say.
    pub fn of(vendors: &[Vendor]) -> Self {
        let each = |member: fn(&Vendor) -> &str| {
            let said: BTreeSet<&str> = vendors.iter().map(member).collect();
            said.into_iter()
                .filter(|said| !said.trim().is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let mut names = each(|vendor| &vendor.legal_name);
        names.extend(each(|vendor| &vendor.trade_name));
        Self {
            ids: each(|vendor| &vendor.vendor_id),
            names,
        }
    }
}

/// A question about contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum Args {
    Search {
        /// Words to look for.
        query: String,
        /// GSTIN, vendor id or name; only documents that name it are searched. Empty: all documents.
        #[serde(default)]
        vendor: String,
    },
    /// All that a supplier's contracts say with one of the words: contracts that hold his GSTIN or PAN, else those that name him as
    /// the vendor master does.
    Clauses {
        /// Words, one of which a passage holds.
        query: String,
        supplier: String,
        /// The buyer's GSTIN, which may stand in anybody's contract; empty when it is not known.
        #[serde(default)]
        buyer: String,
    },
}

/// The tool over any documents.
#[derive(Clone)]
pub struct DocumentSearch {
    documents: Arc<dyn Documents>,
}

impl DocumentSearch {
    pub fn new(documents: Arc<dyn Documents>) -> Self {
        Self { documents }
    }
}

impl Tool for DocumentSearch {
    const MANIFEST: Manifest = Manifest {
        name: NAME,
        description: "Searches contracts for passages that contain given words.",
        when: "Use it for terms that only a contract states (payment, interest, prices); name the vendor to search its \
               contracts alone. It matches words, not meanings.",
        cost: Cost::Local,
    };
    type Args = Args;
    type Record = Passages;

    async fn ask(&self, args: Args) -> Result<Answer<Passages>, ToolError> {
        let (Args::Search { query, .. } | Args::Clauses { query, .. }) = &args;
        let query: String = query.chars().take(QUERY_MAX).collect();
        if !index::has_words(&query) {
            return Err(ToolError::Arguments {
                tool: NAME,
                detail: "query: at least one word is needed".to_owned(),
            });
        }
        let index = self.documents.contracts().await?;
        let (found, nothing) = match args {
            Args::Search { vendor, .. } => (
                index.search(&query, &vendor),
                "no passage contains any of these words",
            ),
            Args::Clauses {
                supplier, buyer, ..
            } => {
                let pan = holder(&supplier);
                let known = if index.holds(&supplier, pan) {
                    KnownAs::default()
                } else {
                    self.documents.known_as(pan).await?
                };
                let wanted = Wanted {
                    gstin: &supplier,
                    pan,
                    ids: &known.ids,
                    names: &known.names,
                    buyer: holder(&buyer),
                };
                (
                    index.clauses(&query, &wanted),
                    "no passage of the vendor's contracts contains any of these words",
                )
            }
        };
        Ok(if found.searched == 0 && found.notes.is_empty() {
            Answer::Absent("no contract names this vendor".to_owned())
        } else if found.passages.is_empty() && found.notes.is_empty() {
            Answer::Absent(nothing.to_owned())
        } else {
            Answer::Found(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::AnyTool;
    use serde_json::{Value, json};

    struct Shelf(Option<Arc<Index>>);

    #[async_trait]
    impl Documents for Shelf {
        async fn contracts(&self) -> Result<Arc<Index>, ToolError> {
            self.0.clone().ok_or_else(|| ToolError::NoSource {
                tool: NAME,
                detail: "contracts/ is not in the book".to_owned(),
            })
        }

        async fn known_as(&self, pan: &str) -> Result<KnownAs, ToolError> {
            let known = (pan == "ABCDE1234F").then(|| KnownAs {
                ids: vec!["V10".to_owned()],
                names: vec!["Konkan Bearings Exports".to_owned()],
            });
            Ok(known.unwrap_or_default())
        }
    }

    fn document(name: &str, text: &str) -> Document {
        Document {
            name: name.to_owned(),
            text: Some(text.to_owned()),
        }
    }

    fn shelf() -> DocumentSearch {
        DocumentSearch::new(Arc::new(Shelf(Some(Arc::new(Index::new(vec![
            document(
                "contracts/V1.md",
                "# Supply agreement: Konkan Bearings\n\nVendor: Konkan Bearings (V1), GSTIN 27AAACR5055K1Z7.\n\n\
                 ## 4. Payment\n\n4.1 The buyer pays each invoice within 45 days.\n4.2 Only to the account on file.\n\n\
                 ## 5. Late payment\r\n\r\n5.1 Interest of 12% a year accrues after the due date.\n",
            ),
            document(
                "contracts/V10.md",
                "Vendor: Konkan Bearings Exports (V10).\n\nPayment within 10 days.\n",
            ),
        ]))))))
    }

    async fn ask(query: &str, vendor: &str) -> contract::Observation {
        let args = json!({"operation": "search", "query": query, "vendor": vendor});
        shelf().call(&args).await.unwrap()
    }

    fn first(observation: &contract::Observation) -> (&Value, &Value) {
        let passage = &observation.value["passages"][0];
        (&passage["document"], &passage["line_start"])
    }

    #[tokio::test]
    async fn the_paragraph_with_the_words_comes_first_and_says_where_it_stands() {
        let seen = ask("interest after the due date", "").await;
        assert_eq!(first(&seen), (&json!("contracts/V1.md"), &json!(12)));
        assert_eq!(
            seen.value["passages"][0]["heading"],
            "Supply agreement: Konkan Bearings > 5. Late payment"
        );
        assert_eq!(
            seen.value["passages"][0]["text"],
            "5.1 Interest of 12% a year accrues after the due date."
        );
        assert_eq!(seen, ask("interest after the due date", "").await);
    }

    #[tokio::test]
    async fn a_vendor_narrows_the_search_by_whole_words() {
        for (vendor, document) in [
            ("V1", "contracts/V1.md"),
            ("27aaacr5055k1z7", "contracts/V1.md"),
            ("v10", "contracts/V10.md"),
        ] {
            let seen = ask("payment days", vendor).await;
            assert_eq!(seen.value["searched"], 1, "{vendor}");
            assert_eq!(first(&seen).0, document, "{vendor}");
        }
        assert_eq!(
            ask("payment", "V2").await.value["reason"],
            "no contract names this vendor"
        );
        assert!(!ask("zebra", "V1").await.found);
    }

    #[tokio::test]
    async fn a_suppliers_clauses_come_whole_and_in_their_order() {
        let ask = async |query: &str, supplier: &str| {
            let args = json!({"operation": "clauses", "query": query, "supplier": supplier});
            shelf().call(&args).await.unwrap()
        };
        let seen = ask("days due zebra", "27AAACR5055K1Z7").await;
        let lines = |seen: &contract::Observation| -> Vec<Value> {
            let passages = seen.value["passages"].as_array().unwrap();
            passages
                .iter()
                .map(|passage| passage["line_start"].clone())
                .collect()
        };
        assert_eq!(
            (lines(&seen), &seen.value["searched"]),
            (vec![json!(7), json!(12)], &json!(1))
        );
        assert_eq!(seen.value["supplier"], "27AAACR5055K1Z7");
        // As the vendor master names him.
        let seen = ask("days", "24ABCDE1234F1Z5").await;
        assert_eq!(
            (first(&seen).0, lines(&seen)),
            (&json!("contracts/V10.md"), vec![json!(3)])
        );
        assert_eq!(
            ask("days", "24AAAAA0000A1Z5").await.value["reason"],
            "no contract names this vendor"
        );
        assert!(!ask("zebra", "27AAACR5055K1Z7").await.found);
    }

    #[tokio::test]
    async fn a_pdf_is_named_and_not_searched() {
        let index = Index::new(vec![Document {
            name: "contracts/a.pdf".to_owned(),
            text: None,
        }]);
        let tool = DocumentSearch::new(Arc::new(Shelf(Some(Arc::new(index)))));
        let seen = tool
            .call(&json!({"operation": "search", "query": "terms"}))
            .await
            .unwrap();
        assert_eq!(
            seen.value["notes"],
            json!(["contracts/a.pdf was not searched: its text is not read"])
        );
    }

    #[test]
    fn a_long_line_is_cut_and_nothing_is_lost() {
        let text = format!("{} arbitration", "é ".repeat(4_000));
        let index = Index::new(vec![document("contracts/a.txt", &text)]);
        let found = index.search("arbitration", "");
        assert_eq!(found.passages.len(), 1);
        assert!(
            found.passages[0].text.len() <= 2_000 && found.passages[0].text.contains("arbitration")
        );
    }

    #[tokio::test]
    async fn unavailable_and_malformed() {
        let tool = DocumentSearch::new(Arc::new(Shelf(None)));
        assert!(matches!(
            tool.call(&json!({"operation": "search", "query": "terms"}))
                .await,
            Err(ToolError::NoSource { .. })
        ));
        for args in [
            json!({"operation": "search", "query": " - "}),
            json!({"operation": "search"}),
        ] {
            assert!(matches!(
                tool.call(&args).await,
                Err(ToolError::Arguments { .. })
            ));
        }
    }
}
