use contract::AnyTool;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn vendor(id: &str, legal: &str, gstin: &str) -> Vendor {
    Vendor {
        vendor_id: id.to_owned(),
        legal_name: legal.to_owned(),
        trade_name: legal.split(' ').take(2).collect::<Vec<_>>().join(" "),
        gstin: gstin.to_owned(),
        pan: gstin.get(2..12).unwrap_or_default().to_owned(),
        bank_account: String::new(),
        ifsc: String::new(),
        payment_terms_days: None,
        msme: String::new(),
        status: "active".to_owned(),
        email: String::new(),
    }
}

struct Table(Option<Vec<Vendor>>);

impl Table {
    fn rows(&self) -> Result<&[Vendor], ToolError> {
        self.0.as_deref().ok_or_else(|| ToolError::NoSource {
            tool: NAME,
            detail: "vendors.csv is not in the book".to_owned(),
        })
    }
}

#[async_trait]
impl Vendors for Table {
    async fn by_gstin(&self, gstin: &str) -> Result<Vec<Vendor>, ToolError> {
        Ok(self
            .rows()?
            .iter()
            .filter(|v| v.gstin == gstin)
            .cloned()
            .collect())
    }
    async fn by_pan(&self, pan: &str) -> Result<Vec<Vendor>, ToolError> {
        Ok(self
            .rows()?
            .iter()
            .filter(|v| pan_of(v) == pan)
            .cloned()
            .collect())
    }
    async fn similar(&self, name: &str, pan: &str) -> Result<Vec<SimilarVendor>, ToolError> {
        Ok(NameIndex::new(self.rows()?).similar(name, pan))
    }
    async fn by_id(&self, vendor_id: &str) -> Result<Vec<Vendor>, ToolError> {
        let ids = NameIndex::new(self.rows()?).ids(vendor_id);
        Ok(self
            .rows()?
            .iter()
            .filter(|v| ids.contains(&v.vendor_id))
            .cloned()
            .collect())
    }
    async fn named(
        &self,
        name: &str,
        loosely: bool,
    ) -> Result<(Vec<NamedVendor>, usize), ToolError> {
        Ok(NameIndex::new(self.rows()?).named(name, loosely))
    }
    async fn of_class(&self, class: Class) -> Result<(Vec<ListedVendor>, usize), ToolError> {
        Ok(class.list(self.rows()?.iter()))
    }
    async fn buyer(&self) -> Result<Buyer, ToolError> {
        self.rows()?;
        Ok(Buyer {
            legal_name: "Meridian".to_owned(),
            gstins: Vec::new(),
            approval_limits: Vec::new(),
        })
    }
}

fn table() -> VendorMaster {
    VendorMaster::new(Arc::new(Table(Some(vec![
        vendor("V1", "Konkan Bearings Private Limited", "27AAACR5055K1Z7"),
        vendor("V1", "Konkan Bearings Private Limited", "24AAACR5055K2ZC"),
        vendor("V2", "Malabar Office Systems LLP", "32AABCF8078M1C8"),
    ]))))
}

#[tokio::test]
async fn gstin_then_pan_then_name() {
    let tool = table();
    for (gstin, name, want) in [
        ("27aaacr5055k1z7", "", (1, 1, 0)),
        ("29AAACR5055K1Z3", "Konkan Bearings", (0, 2, 0)),
        ("29ZZZCR5055K1Z3", "Konkan Bearing Pvt Ltd", (0, 0, 1)),
        ("29ZZZCR5055K1Z3", "Narmada Tyres", (0, 0, 0)),
        ("", "", (0, 0, 0)),
    ] {
        let seen = tool
            .call(&json!({"operation": "lookup", "gstin": gstin, "pan": "", "name": name}))
            .await
            .unwrap();
        let count = |list: &str| seen.value[list].as_array().unwrap().len();
        assert!(seen.found);
        assert_eq!(
            (count("by_gstin"), count("by_pan"), count("similar")),
            want,
            "{gstin} {name}"
        );
    }
}

#[tokio::test]
async fn by_id_and_by_a_name_as_somebody_wrote_it() {
    let tool = VendorMaster::new(Arc::new(Table(Some(vec![
        vendor(
            "V1",
            "Sahyadri Steel Traders Private Limited",
            "27AAACR5055K1Z7",
        ),
        vendor(
            "V1",
            "Sahyadri Steel Traders Private Limited",
            "24AAACR5055K2ZC",
        ),
        vendor("V2", "Sahyadri Office Systems LLP", "32AABCF8078M1C8"),
        vendor("v3", "Malabar Steel Traders", "29AAACV9999K1Z1"),
    ]))));
    for (id, want) in [
        ("v1", Some(("V1", 2))),
        (" V3", Some(("v3", 1))),
        ("V9", None),
    ] {
        let seen = tool
            .call(&json!({"operation": "vendor", "vendor_id": id}))
            .await
            .unwrap();
        let got = seen.found.then(|| {
            let list = seen.value["registrations"].as_array().unwrap();
            (seen.value["vendor_id"].as_str().unwrap(), list.len())
        });
        assert_eq!(got, want, "{id}");
    }
    for (name, loosely, want) in [
        ("Sahyadri Steel", "no", &["V1"][..]),
        ("sahyadri stel traders", "no", &["V1"]),
        ("Sahyadri", "no", &["V1", "V2"]),
        ("Steel Traders", "no", &["v3", "V1"]),
        ("Sahyadri Steel Traders", "no", &["V1"]),
        ("Office", "no", &[]),
        ("Office", "yes", &["V2"]),
        ("Sahyadri Cement", "no", &[]),
        ("Sahyadri Cement", "yes", &["V1", "V2"]),
        ("prime minister", "yes", &[]),
    ] {
        let args = json!({"operation": "named", "name": name, "loosely": loosely});
        let seen = tool.call(&args).await.unwrap();
        assert_eq!(seen.found, !want.is_empty(), "{name}");
        let got: Vec<&str> = seen.value["candidates"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|c| c["vendor_id"].as_str().unwrap())
            .collect();
        assert_eq!(got, want, "{name} {loosely}");
    }
    for bad in [
        json!({"operation": "vendor", "vendor_id": " "}),
        json!({"operation": "named", "name": "--"}),
        json!({"operation": "named", "name": "x", "loosely": "maybe"}),
    ] {
        assert!(matches!(
            tool.call(&bad).await,
            Err(ToolError::Arguments { .. })
        ));
    }
}

#[tokio::test]
async fn a_list_names_whom_a_registration_makes_of_the_class() {
    let mut rows = vec![
        vendor("V2", "Sahyadri Office Systems LLP", "32AABCF8078M1C8"),
        vendor("V1", "Konkan Bearings Private Limited", "27AAACR5055K1Z7"),
        vendor("V1", "Konkan Bearings Private Limited", "24AAACR5055K2ZC"),
        vendor("V3", "Malabar Steel Traders", "29AAACV9999K1Z1"),
    ];
    rows[0].msme = "micro".to_owned();
    rows[0].payment_terms_days = Some(60);
    rows[0].bank_account = "1".to_owned();
    rows[1].payment_terms_days = Some(45);
    rows[2].status = "blocked".to_owned();
    rows[2].pan = "ZZZZZ9999Z".to_owned();
    rows[3].msme = "small".to_owned();
    rows[3].gstin = String::new();
    rows[3].pan = String::new();
    rows[3].email = "a@b.example".to_owned();
    let tool = VendorMaster::new(Arc::new(Table(Some(rows))));
    for (args, want) in [
        (json!({}), &["V1", "V2", "V3"][..]),
        (json!({"status": "active"}), &["V1", "V2", "V3"]),
        (json!({"status": "blocked"}), &["V1"]),
        (json!({"msme": "any"}), &["V2", "V3"]),
        (json!({"msme": "micro"}), &["V2"]),
        (json!({"msme": "medium"}), &[]),
        (json!({"terms_days": "60"}), &["V2"]),
        (json!({"terms_days": "6"}), &[]),
        (json!({"terms_days": "060"}), &["V2"]),
        (json!({"lacking": "payment_terms"}), &["V1", "V3"]),
        (json!({"lacking": "bank_account"}), &["V1", "V3"]),
        (json!({"lacking": "email"}), &["V1", "V2"]),
        (json!({"lacking": "gstin"}), &["V3"]),
        (json!({"lacking": "pan"}), &["V3"]),
        (json!({"lacking": "agreeing_pan"}), &["V1"]),
        // One registration has to meet all of it.
        (json!({"status": "blocked", "terms_days": "45"}), &[]),
        (json!({"status": "active", "terms_days": "45"}), &["V1"]),
        (
            json!({"status": "active", "msme": "small", "lacking": "gstin"}),
            &["V3"],
        ),
    ] {
        let mut args = args;
        args["operation"] = json!("list");
        let seen = tool.call(&args).await.unwrap();
        let got: Vec<&str> = seen.value["vendors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|listed| listed["vendor_id"].as_str().unwrap())
            .collect();
        assert!(seen.found, "{args}: nobody is an answer");
        assert_eq!(got, want, "{args}");
        assert_eq!(seen.value["count"], want.len(), "{args}");
        for member in ["status", "msme", "lacking"] {
            let asked = args[member].as_str().unwrap_or_default();
            assert_eq!(seen.value[member], asked, "{args}");
        }
    }
    for bad in [
        json!({"operation": "list", "status": "held"}),
        json!({"operation": "list", "msme": "large"}),
        json!({"operation": "list", "terms_days": "-1"}),
        json!({"operation": "list", "terms_days": "sixty"}),
        json!({"operation": "list", "terms_days": "99999"}),
        json!({"operation": "list", "lacking": "name"}),
        json!({"operation": "list", "state": "27"}),
    ] {
        let refused = tool.call(&bad).await;
        assert!(matches!(refused, Err(ToolError::Arguments { .. })), "{bad}");
    }
}

#[test]
fn a_long_list_is_cut_and_counted_in_whole() {
    let rows: Vec<Vendor> = (0..=LISTED_MAX)
        .map(|n| vendor(&format!("V{n:04}"), "Konkan Bearings", ""))
        .collect();
    let (listed, count) = Class::default().list(rows.iter().rev());
    assert_eq!((listed.len(), count), (LISTED_MAX, LISTED_MAX + 1));
    assert_eq!(listed[0].vendor_id, "V0000");
}

#[tokio::test]
async fn unavailable_and_malformed() {
    let tool = VendorMaster::new(Arc::new(Table(None)));
    for args in [
        json!({"operation": "vendor", "vendor_id": "V1"}),
        json!({"operation": "named", "name": "X"}),
        json!({"operation": "lookup", "gstin": "X"}),
        json!({"operation": "list"}),
        json!({"operation": "buyer"}),
    ] {
        assert!(matches!(
            tool.call(&args).await,
            Err(ToolError::NoSource { .. })
        ));
    }
    for args in [
        json!({"operation": "lookup"}),
        json!({"gstin": "X"}),
        json!([]),
    ] {
        assert!(matches!(
            tool.call(&args).await,
            Err(ToolError::Arguments { .. })
        ));
    }
    let buyer = table().call(&json!({"operation": "buyer"})).await.unwrap();
    assert_eq!(buyer.value["legal_name"], "Meridian");
}

#[test]
fn both_sides_of_the_least_similarity() {
    // Ten characters: two edits are 0.80, three are 0.70.
    let index = NameIndex::new(&[vendor("V1", "ABCDEFGHIJ", "27AAACR5055K1Z7")]);
    assert_eq!(index.similar("ABCDEFGHXY", "P").len(), 1);
    assert_eq!(index.similar("ABCDEFGXYZ", "P").len(), 0);
    assert_eq!(index.similar("ABCDEFGHIJ", "AAACR5055K").len(), 0);
}

/// The index must find what comparing all would, for any names: short, monotonous, reordered, misspelt.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ABC]{1,12}",
        "[A-D]{1,6} [A-D]{1,6}( PVT LTD| LLP|)",
        "(SRI |)(KONKAN|KONKNA|KOKAN) (BEARING|BEARINGS|BERAINGS)( LTD|)",
        ".{0,8}",
    ]
}

proptest! {
    #[test]
    fn nothing_alike_is_missed(names in prop::collection::vec(name(), 1..30), asked in name()) {
        let vendors: Vec<Vendor> = names.iter().enumerate().map(|(n, name)| {
            let mut v = vendor(&format!("V{n:03}"), name, "");
            v.pan = format!("P{n}");
            v
        }).collect();
        let mut want: Vec<(std::cmp::Reverse<domain::Decimal>, String)> = vendors.iter().filter_map(|v| {
            let alike = domain::names::similarity(&asked, &v.legal_name)
                .max(domain::names::similarity(&asked, &v.trade_name));
            (alike >= domain::Decimal::new(80, 2)).then(|| (std::cmp::Reverse(alike), v.vendor_id.clone()))
        }).collect();
        want.sort();
        want.truncate(SIMILAR_MAX);
        let got: Vec<String> = NameIndex::new(&vendors).similar(&asked, "").into_iter().map(|s| s.vendor_id).collect();
        prop_assert_eq!(got, want.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    }
}

/// `cargo test --release -p vendor_master -- --ignored --nocapture measure`
#[test]
#[ignore = "a measurement, not a test"]
fn measure() {
    let words = [
        "Konkan",
        "Sahyadri",
        "Malabar",
        "Deccan",
        "Narmada",
        "Kaveri",
        "Steel",
        "Tyres",
        "Bearings",
        "Cement",
        "Logistics",
        "Engineering",
        "Office",
        "Traders",
        "Agencies",
        "Works",
    ];
    let vendors: Vec<Vendor> = (0..100_000_usize)
        .map(|n| {
            let legal = format!(
                "{}{} {} {} Private Limited",
                words[n % 16],
                n / 4096,
                words[(n / 16) % 16],
                words[(n / 256) % 16]
            );
            let mut v = vendor(&format!("V{n}"), &legal, "");
            v.pan = format!("P{n}");
            v
        })
        .collect();
    let start = std::time::Instant::now();
    let index = NameIndex::new(&vendors);
    println!("index of {} vendors: {:?}", vendors.len(), start.elapsed());
    for asked in [
        "Konkan Steel Works Pvt Ltd",
        "Zephyr Quixotic Holdings LLP",
        "AB",
    ] {
        let start = std::time::Instant::now();
        let found = (0..20)
            .map(|_| index.similar(asked, "").len())
            .sum::<usize>()
            / 20;
        println!("{asked}: {found} found, {:?} each", start.elapsed() / 20);
    }
}
