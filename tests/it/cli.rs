//! The command line on the example book: verdicts, exit codes, bad input, what-if.

use std::{fs, process::Stdio};

use serde_json::{Value, json};
use tempfile::tempdir;

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/book");

use crate::command::{AS_OF, Ran, book, invoice, root, run, run_with_input, satyapan, verify};

fn failing(verdict: &Value) -> Vec<&str> {
    verdict["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["outcome"] == "fail" && f["severity"] != "info")
        .map(|f| f["check"].as_str().unwrap())
        .collect()
}

#[test]
fn the_example_book_is_judged_as_labelled() {
    let dir = tempdir().unwrap();
    let figures = run(
        dir.path(),
        &["eval", book().to_str().unwrap(), "--format", "json"],
    );
    let figures_json = figures.json();
    assert_eq!(figures_json["mismatches"], json!([]), "{}", figures.out);
    assert_eq!(figures.code, 0);
    assert_eq!(figures_json["llm_calls"], 0);
}

#[test]
fn exit_codes_tell_approved_from_stopped_from_unreadable() {
    let dir = tempdir().unwrap();
    for (more, names, want) in [
        (&[][..], &["clean"][..], 0),
        (&[], &["held-bank-account"], 1),
        (&[], &["rejected-duplicate"], 1),
        (&["--fail-on", "reject"], &["held-bank-account"], 0),
        (&["--fail-on", "reject"], &["rejected-duplicate"], 1),
        (&["--exit-zero"], &["rejected-duplicate"], 0),
        (&[], &["clean", "no-such-file"], 2),
        (&["--exit-zero"], &["no-such-file"], 2),
        (&["--as-of", "2026-13-45"], &["clean"], 2),
        (&["--policy", "nowhere.toml"], &["clean"], 2),
        (&["--set", "nonsense"], &["clean"], 2),
    ] {
        let ran = verify(dir.path(), more, names);
        assert_eq!(ran.code, want, "{more:?} {names:?} {}", ran.err);
    }
    assert_eq!(run(dir.path(), &["frobnicate"]).code, 2);
    assert_eq!(
        run(dir.path(), &["verify", "--book", "nobook", "x.json"]).code,
        2
    );
}

#[test]
fn a_verdict_proves_every_word_of_it() {
    let dir = tempdir().unwrap();
    for (name, decision, checks) in [
        ("clean", "approve", &[][..]),
        ("held-bank-account", "hold", &["VENDOR-BANK"]),
        ("rejected-arithmetic", "reject", &["TAX-LINE"]),
    ] {
        let verdicts = verify(dir.path(), &["--format", "json"], &[name]).json();
        let verdict = &verdicts[0];
        assert_eq!(verdict["decision"], decision);
        assert_eq!(failing(verdict), checks);
        let evidence = verdict["evidence"].as_array().unwrap();
        let mut cited = 0;
        let statements = ["findings", "claims"];
        for statement in statements
            .iter()
            .flat_map(|s| verdict[s].as_array().unwrap())
        {
            for citation in statement["citations"].as_array().unwrap() {
                let observed = evidence
                    .iter()
                    .find(|e| e["id"] == citation["evidence"])
                    .and_then(|e| e["observation"].pointer(citation["pointer"].as_str().unwrap()));
                assert_eq!(observed, Some(&citation["value"]), "{citation}");
                cited += 1;
            }
        }
        assert!(cited > 20, "{cited} citations");
        assert!(
            verdict["claims"]
                .as_array()
                .unwrap()
                .iter()
                .all(|c| c["support"] == "full")
        );
    }
}

fn schemas() -> [(&'static str, Value); 3] {
    [
        (
            "verdict",
            schemars::schema_for!(domain::verdict::Verdict).to_value(),
        ),
        (
            "answer",
            schemars::schema_for!(domain::answer::Answer).to_value(),
        ),
        (
            "review",
            schemars::schema_for!(domain::review::Review).to_value(),
        ),
    ]
}

#[test]
fn what_is_printed_fits_its_schema() {
    for (name, generated) in schemas() {
        let path = root().join(format!("schemas/{name}.schema.json"));
        let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert_eq!(
            schema, generated,
            "regenerate: UPDATE_SCHEMAS=1 cargo test the_schemas_are_written"
        );
    }
}

#[test]
fn the_schemas_are_written() {
    if std::env::var_os("UPDATE_SCHEMAS").is_none() {
        return;
    }
    for (name, generated) in schemas() {
        let text = format!("{}\n", serde_json::to_string_pretty(&generated).unwrap());
        fs::write(root().join(format!("schemas/{name}.schema.json")), text).unwrap();
    }
}

#[test]
fn what_cannot_be_read_never_stops_the_others() {
    let dir = tempdir().unwrap();
    let good = fs::read_to_string(invoice("clean")).unwrap();
    for (name, bytes) in [
        ("empty.json", String::new()),
        ("not.json", "{".to_owned()),
        ("list.json", "[1,2]".to_owned()),
        ("deep.json", "[".repeat(100_000)),
        ("nul.json", "\0\0".to_owned()),
        ("other.json", "{\"hello\": \"world\"}".to_owned()),
        (
            "neg.json",
            "{\"Version\":\"1.1\",\"ItemList\":[]}".to_owned(),
        ),
        (
            "number.json",
            good.replacen("\"Qty\": ", "\"Qty\": 1e999999, \"x\": ", 1),
        ),
    ] {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        let ran = verify(dir.path(), &["--format", "json", name], &["clean"]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.err);
        assert!(
            ran.err.contains(name) && !ran.err.contains("panicked"),
            "{name}: {}",
            ran.err
        );
        assert_eq!(ran.json().as_array().unwrap().len(), 1, "{name}");
    }
}

#[test]
fn verdicts_come_in_the_order_of_the_input_one_a_line() {
    let dir = tempdir().unwrap();
    let names = [
        "rejected-duplicate",
        "clean",
        "held-bank-account",
        "clean-small-supplier",
    ];
    let ran = verify(dir.path(), &["--format", "ndjson"], &names);
    let numbers: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["invoice"]["number"].clone())
        .collect();
    let want: Vec<Value> = names
        .iter()
        .map(|n| {
            let json: Value = serde_json::from_slice(&fs::read(invoice(n)).unwrap()).unwrap();
            json["DocDtls"]["No"].clone()
        })
        .collect();
    assert_eq!(numbers, want);
}

#[test]
fn the_same_bytes_are_the_same_case_and_a_copy_is_a_duplicate() {
    let dir = tempdir().unwrap();
    let ran = verify(dir.path(), &["--format", "json"], &["clean", "clean"]);
    let verdicts = ran.json();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(verdicts[0], verdicts[1]);
    let copy = fs::read_to_string(invoice("clean")).unwrap() + "\n";
    fs::write(dir.path().join("copy.json"), copy).unwrap();
    let ran = run(
        dir.path(),
        &[
            "verify",
            "--book",
            book().to_str().unwrap(),
            "--as-of",
            AS_OF,
            "--format",
            "json",
            invoice("clean").to_str().unwrap(),
            "copy.json",
        ],
    );
    let verdicts = ran.json();
    assert_eq!(verdicts[0]["decision"], "approve");
    assert_eq!(verdicts[1]["decision"], "reject");
    assert!(
        failing(&verdicts[1]).contains(&"DUPLICATE-EXACT"),
        "{:?}",
        failing(&verdicts[1])
    );
}

#[test]
fn standard_input_is_read() {
    let dir = tempdir().unwrap();
    let bytes = fs::read(invoice("clean")).unwrap();
    let ran = run_with_input(
        dir.path(),
        &[
            "verify",
            "--book",
            book().to_str().unwrap(),
            "--as-of",
            AS_OF,
            "--format",
            "json",
            "-",
        ],
        &bytes,
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.json()[0]["invoice"]["source"], "stdin");
}

#[test]
fn a_held_invoice_says_why_and_what_would_approve_it() {
    let dir = tempdir().unwrap();
    let ran = verify(dir.path(), &[], &["held-bank-account"]);
    assert!(ran.out.starts_with("HOLD"), "{}", ran.out);
    for needed in ["fail[VENDOR-BANK]", "= help:", "To approve"] {
        assert!(ran.out.contains(needed), "{needed}: {}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'));
    let json: Value =
        serde_json::from_slice(&fs::read(invoice("held-bank-account")).unwrap()).unwrap();
    let account = json["PayDtls"]["AccDet"].as_str().unwrap();
    assert!(
        !ran.out.contains(account),
        "account numbers are cut to their last four"
    );
    let revealed = verify(dir.path(), &["--reveal"], &["held-bank-account"]);
    assert!(revealed.out.contains(account), "{}", revealed.out);
    let approved = verify(dir.path(), &[], &["clean"]);
    assert_eq!(approved.out.lines().count(), 1, "{}", approved.out);
}

/// The changes that the text names, each as `--set` takes it, approve together and not without any one of them.
#[test]
fn what_would_approve_is_enough_and_nothing_of_it_is_spare() {
    let dir = tempdir().unwrap();
    let clean = fs::read_to_string(invoice("clean-small-supplier")).unwrap();
    let parsed: Value = serde_json::from_str(&clean).unwrap();
    let gstin = parsed["SellerDtls"]["Gstin"].as_str().unwrap();
    let total = parsed["ValDtls"]["TotInvVal"].to_string();
    let slip = format!(
        "{}{}",
        &gstin[..14],
        if gstin.ends_with('A') { 'B' } else { 'A' }
    );
    for (name, text) in [
        ("gstin", clean.replacen(gstin, &slip, 1)),
        (
            "total",
            clean.replace(&format!("\"TotInvVal\": {total}"), "\"TotInvVal\": 1"),
        ),
        (
            "account",
            fs::read_to_string(invoice("held-bank-account")).unwrap(),
        ),
        (
            "arithmetic",
            fs::read_to_string(invoice("rejected-arithmetic")).unwrap(),
        ),
        (
            "statement",
            fs::read_to_string(invoice("held-2b-missing")).unwrap(),
        ),
        (
            "duplicate",
            fs::read_to_string(invoice("rejected-duplicate")).unwrap(),
        ),
    ] {
        fs::write(dir.path().join("x.json"), text).unwrap();
        let verify = |sets: &[&str]| {
            let mut args = vec![
                "verify",
                "--book",
                BOOK,
                "--as-of",
                AS_OF,
                "--reveal",
                "--show-sets",
            ];
            args.extend(sets.iter().flat_map(|set| ["--set", set]));
            args.push("x.json");
            run(dir.path(), &args)
        };
        let judged = verify(&[]);
        assert_eq!(judged.code, 1, "{name}: {}", judged.err);
        let sets: Vec<&str> = judged
            .out
            .lines()
            .filter_map(|l| l.trim().strip_prefix("--set '")?.strip_suffix('\''))
            .collect();
        assert!(!sets.is_empty(), "{name}: {}", judged.out);
        assert_eq!(
            verify(&sets).code,
            0,
            "{name}: {sets:?} {}",
            verify(&sets).out
        );
        for left_out in 0..sets.len() {
            let mut fewer = sets.clone();
            fewer.remove(left_out);
            if !fewer.is_empty() {
                assert_eq!(verify(&fewer).code, 1, "{name}: {fewer:?} is enough");
            }
        }
    }
}

#[test]
fn one_change_can_be_tried() {
    let dir = tempdir().unwrap();
    let vendor: Value = verify(dir.path(), &["--format", "json"], &["held-bank-account"]).json();
    let master = vendor[0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|e| e["observation"].pointer("/by_gstin/0"))
        .unwrap()
        .clone();
    let account = format!(
        "PayDtls.AccDet={}",
        master["bank_account"].as_str().unwrap()
    );
    let ifsc = format!("PayDtls.FinInsBr={}", master["ifsc"].as_str().unwrap());
    let ran = verify(
        dir.path(),
        &["--set", &account, "--set", &ifsc],
        &["held-bank-account"],
    );
    assert_eq!(ran.code, 0, "{}", ran.out);
    let ran = verify(
        dir.path(),
        &[
            "--set",
            "@taxpayer/sts=Cancelled",
            "--set",
            "@taxpayer/cxdt=01/11/2026",
            "--format",
            "json",
        ],
        &["clean-small-supplier"],
    );
    assert_eq!(ran.json()[0]["decision"], "reject");
}

/// Every place that `--set` reaches: the invoice in each way of writing it, what each source says, and registration.
#[test]
fn each_kind_of_place_can_be_set() {
    let dir = tempdir().unwrap();
    let no_irn = format!("Irn={}", "0".repeat(64));
    let twin = r#"@duplicates/same_number/-={"invoice_number":"MC/26-27/231","invoice_date":"2026-10-28",
        "supplier_gstin":"27ZZQCM1107R1ZT","buyer_gstin":"27ZZQCT4821K1ZP","taxable_value":1,"total_value":1,
        "po_number":"","status":"paid"}"#;
    for (sets, decision, checks) in [
        (
            &["DocDtls.Dt=22/11/2026"][..],
            "reject",
            &["DOC-DATE", "EINV-QR-MATCH"][..],
        ),
        (&["/ItemList/0/Qty=1"], "reject", &["TAX-LINE"]),
        (&["ItemList[0].Qty=1"], "reject", &["TAX-LINE"]),
        (&["PayDtls.AccDet=null"], "approve", &[]),
        (
            &[r#"@buyer/gstins=["29AAFCK2207H1ZO"]"#],
            "hold",
            &["BUYER-GSTIN"],
        ),
        (
            &["@vendor/by_gstin/0/status=blocked"],
            "reject",
            &["VENDOR-BLOCKED"],
        ),
        (&["@vendor=null"], "hold", &["VENDOR-KNOWN"]),
        (&["@taxpayer/sts=Suspended"], "hold", &["GST-ACTIVE-NOW"]),
        (
            &[
                r#"@returns/EFiledlist=[{"rtntype":"GSTR3B","ret_prd":"042026","dof":"20-05-2026","status":"Filed"}]"#,
            ],
            "hold",
            &["GST-FILING"],
        ),
        (&["@statement/documents=[]"], "hold", &["GSTR2B-MATCH"]),
        (&["@irn_status/Status=CNL"], "reject", &["EINV-IRN-STATUS"]),
        (&["@signing_key/n=AQAB"], "reject", &["EINV-QR-SIGNATURE"]),
        (&[twin], "reject", &["DUPLICATE-EXACT"]),
        (
            &["@history/totals=[1,1,1,1,1,1,1,1]"],
            "hold",
            &["AMOUNT-OUTLIER"],
        ),
        (&["@orders/0/lines/0/status=closed"], "hold", &["PO-OPEN"]),
        (
            &[&no_irn],
            "reject",
            &["EINV-IRN-HASH", "EINV-IRN-STATUS", "EINV-QR-MATCH"],
        ),
        // The registration is of the invoice as all other changes leave it, whichever comes first.
        (&["registration=renewed", &no_irn], "approve", &[]),
        (
            &["SignedQRCode=null", "registration=renewed"],
            "approve",
            &[],
        ),
    ] {
        let mut more = vec!["--format", "json"];
        more.extend(sets.iter().flat_map(|set| ["--set", set]));
        let verdicts = verify(dir.path(), &more, &["clean"]).json();
        let mut failed = failing(&verdicts[0]);
        failed.sort_unstable();
        assert_eq!(
            (verdicts[0]["decision"].as_str(), failed.as_slice()),
            (Some(decision), checks),
            "{sets:?}"
        );
    }
}

#[test]
fn where_no_change_approves_the_text_says_why() {
    let dir = tempdir().unwrap();
    let book = book();
    let file = invoice("clean");
    let args = [
        "verify",
        "--book",
        book.to_str().unwrap(),
        "--as-of",
        "2027-12-01",
        file.to_str().unwrap(),
    ];
    let ran = run(dir.path(), &args);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("To approve: no change"), "{}", ran.out);
    assert!(
        said.contains("ITC-TIME-BAR: Time-barred since 30 Nov 2027: no change"),
        "{}",
        ran.out
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = tempdir().unwrap();
    let mut child = satyapan(dir.path())
        .args([
            "verify",
            "--book",
            book().to_str().unwrap(),
            "--as-of",
            AS_OF,
            "--format",
            "ndjson",
        ])
        .args((0..20).map(|_| invoice("held-bank-account")))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        !errors.contains("panicked") && errors.is_empty(),
        "{errors}"
    );
}

#[test]
fn what_there_is_can_be_listed() {
    let dir = tempdir().unwrap();
    let checks = run(dir.path(), &["checks", "--format", "json"]).json();
    assert_eq!(checks.as_array().unwrap().len(), checks::ALL.len());
    for check in checks.as_array().unwrap() {
        for member in ["id", "title", "law", "remedy"] {
            assert!(
                check[member].as_str().is_some_and(|t| !t.is_empty()),
                "{check}"
            );
        }
    }
    let tools = run(dir.path(), &["tools", "--format", "json"]).json();
    assert!(tools.as_array().unwrap().len() >= 6, "{tools}");
    for tool in tools.as_array().unwrap() {
        assert!(
            tool["description"].is_string() && tool["arguments"].is_object(),
            "{tool}"
        );
    }
    for (format, mark) in [("dot", "digraph"), ("mermaid", "-->"), ("svg", "<svg")] {
        let drawn = run(dir.path(), &["graph", "--format", format]);
        assert!(drawn.code == 0 && drawn.out.contains(mark) && drawn.out.contains("route"));
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            run(dir.path(), &["completions", shell])
                .out
                .contains("satyapan")
        );
    }
}

#[test]
fn a_misspelt_setting_is_named() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("s.toml"), "[limits]\nitmes = 3\n").unwrap();
    let ran = run(dir.path(), &["checks", "--config", "s.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("itmes"), "{}", ran.err);
    let ran: Ran = satyapan(dir.path())
        .args(["checks"])
        .env("SATYAPAN__LIMITS__ITEMS", "many")
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn ground_labels_lines_in_order_and_reports_bad_ones_by_number() {
    let dir = tempdir().unwrap();
    let line = |id: &str, claim: &str| {
        json!({"id": id, "evidence": [{"id": "ev_1", "json": {"sts": "Active", "total": 118_000}}], "claim": claim,
            "citations": [{"evidence": "ev_1", "pointer": "/total", "value": 118_000}]})
        .to_string()
    };
    let input = [
        line("a", "The total is ₹1,18,000."),
        "{\"id\": 1".to_owned(),
        line("b", "The total is ₹1,81,000."),
        String::new(),
        line("c", "The total is ₹1,18,000 and the supplier is reliable."),
        "{\"id\":\"d\",\"claim\":\"x\"}".to_owned(),
    ]
    .join("\n");
    let ran = run_with_input(dir.path(), &["ground"], input.as_bytes());
    let labels: Vec<(String, String)> = ran
        .out
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap())
        .map(|l| {
            (
                l["id"].as_str().unwrap().to_owned(),
                l["label"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let want = [("a", "supported"), ("b", "contradicted"), ("c", "partial")];
    assert_eq!(
        labels,
        want.map(|(id, label)| (id.to_owned(), label.to_owned()))
    );
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("stdin:2:") && ran.err.contains("stdin:6:"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("stdin:1:"), "{}", ran.err);
}
