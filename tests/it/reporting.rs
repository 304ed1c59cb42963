//! Reports over the example book: the figures were added up by hand from `ledger.csv`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{
    command::{AS_OF, Ran, book, invoice, run, satyapan},
    serving::Daemon,
};

/// `report` over the example book.
fn report(args: &[&str]) -> Ran {
    let dir = tempdir().unwrap();
    let book = book();
    let all = [&["report"][..], args, &["--book", book.to_str().unwrap()]].concat();
    run(dir.path(), &all)
}

fn text(args: &[&str]) -> String {
    let ran = report(args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    ran.out
}

/// Some members of each row, as JSON writes them.
fn column(table: &Value, names: &[&str]) -> Vec<String> {
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let cells: Vec<String> = names.iter().map(|name| row[*name].to_string()).collect();
        cells.join(" ")
    })
    .collect()
}

#[test]
fn spend_as_people_read_it() {
    assert_snapshot!(text(&["spend"]), @r"
    spend by vendor; in rupees
    rank  supplier                     invoices         total  share %       running
       1  Mutha Cartons Private Limi…         9  10,74,143.00    40.45  10,74,143.00
       2  Byrasandra Computers Priva…         4   6,85,580.00    25.82  17,59,723.00
       3  Anjar Sunflower Oils Priva…         3   6,51,368.00    24.53  24,11,091.00
       4  Velhe Spice Growers                 4   1,51,494.00     5.70  25,62,585.00
       5  Mulshi Label Printers               3     70,399.00     2.65  26,32,984.00
       6  Mandovi Scales LLP                  2     22,656.00     0.85  26,55,640.00
          all                                25  26,55,640.00
    note: 1 rejected invoice is not counted.
    note: Not shown for want of room: taxable, vendor, running %; --format json has
          all.
    ");
    assert_snapshot!(text(&["spend", "--by", "quarter", "--to", "2026-09-30"]), @r"
    spend by quarter, to 30 Sep 2026; in rupees
    rank  quarter     invoices         total  share %       running  running %
       1  2026-27 Q1        12  14,41,975.00    57.20  14,41,975.00      57.20
       2  2026-27 Q2        10  10,79,037.00    42.80  25,21,012.00     100.00
          all               22  25,21,012.00
    note: 1 rejected invoice is not counted.
    note: Not shown for want of room: taxable; --format json has all.
    ");
    let narrow: Ran = satyapan(tempdir().unwrap().path())
        .args([
            "report",
            "spend",
            "--top",
            "2",
            "--book",
            book().to_str().unwrap(),
        ])
        .env("COLUMNS", "48")
        .output()
        .unwrap()
        .into();
    assert_snapshot!(narrow.out, @r"
    spend by vendor, top 2; in rupees
    rank  supplier                             total
       1  Mutha Cartons Private Limit…  10,74,143.00
       2  Byrasandra Computers Privat…   6,85,580.00
          all                           26,55,640.00
    note: 4 rows more are left out (--top).
    note: 1 rejected invoice is not counted.
    note: Not shown for want of room: taxable,
          vendor, running %, invoices, running,
          share %; --format json has all.
    ");
    assert!(narrow.out.lines().all(|line| line.chars().count() <= 48));
}

#[test]
fn growth_and_gaps_as_people_read_them() {
    assert_snapshot!(text(&["growth", "--by", "month", "--vendor", "V003"]), @r"
    growth by month, of V003; in rupees
    month    invoices      total      change  change %  year earlier  over year %
    2026-05         1  28,728.00           -         -             -            -
    2026-06         1  33,516.00    4,788.00     16.67             -            -
    2026-07         0       0.00  -33,516.00   -100.00             -            -
    2026-08         1  49,770.00   49,770.00         -             -            -
    2026-09         0       0.00  -49,770.00   -100.00             -            -
    2026-10         1  39,480.00   39,480.00         -             -            -
    note: Rejected invoices are not counted; a period is told as it stands, also one
          under way.
    note: Not shown for want of room: over year; --format json has all.
    ");
    assert_snapshot!(text(&["gaps", "--vendor", "V001"]), @r"
    gaps, of V001
    supplier                    year     first          last           seen  missing
    Mutha Cartons Private Lim…  2026-27  MC/26-27/0021  MC/26-27/0209     9      180
          missing: MC/26-27/0022 to MC/26-27/0047 (26), MC/26-27/0049 to
            MC/26-27/0066 (18), MC/26-27/0068 to MC/26-27/0092 (25), MC/26-27/0094
            to MC/26-27/0117 (24), MC/26-27/0119 to MC/26-27/0138 (20),
            MC/26-27/0140 to MC/26-27/0161 (22), MC/26-27/0163 to MC/26-27/0186
            (24), MC/26-27/0188 to MC/26-27/0208 (21)
    note: Missing is what this ledger lacks; a supplier numbers its other customers'
          invoices too.
    note: Not shown for want of room: GSTIN, vendor; --format json has all.
    ");
}

#[test]
fn figures_are_those_of_the_ledger() {
    let table = report(&["spend", "--format", "json"]).json();
    assert_eq!(
        column(
            &table,
            &[
                "rank",
                "vendor",
                "invoices",
                "taxable",
                "total",
                "share",
                "running_total",
                "running_share"
            ]
        ),
        [
            r#"1 "V001" 9 1021940.00 1074143.00 40.45 1074143.00 40.45"#,
            r#"2 "V002" 4 581000.00 685580.00 25.82 1759723.00 66.26"#,
            r#"3 "V005" 3 620350.00 651368.00 24.53 2411091.00 90.79"#,
            r#"4 "V003" 4 144280.00 151494.00 5.70 2562585.00 96.50"#,
            r#"5 "V006" 3 59660.00 70399.00 2.65 2632984.00 99.15"#,
            r#"6 "V004" 2 19200.00 22656.00 0.85 2655640.00 100.00"#,
        ]
    );
    assert_eq!(table["totals"]["total"].to_string(), "2655640.00");
    let table = report(&["spend", "--by", "month", "--format", "json"]).json();
    let months = [
        "111300.00",
        "465882.00",
        "864793.00",
        "117390.00",
        "405783.00",
        "555864.00",
        "134628.00",
    ];
    assert_eq!(column(&table, &["total"]), months);
    let table = report(&["growth", "--by", "quarter", "--format", "json"]).json();
    assert_eq!(
        column(&table, &["quarter", "total", "change", "change_percent"]),
        [
            r#""2026-27 Q1" 1441975.00 null null"#,
            r#""2026-27 Q2" 1079037.00 -362938.00 -25.17"#,
            r#""2026-27 Q3" 134628.00 -944409.00 -87.52"#,
        ]
    );
    // One GSTIN is the same vendor as its id.
    let by_id = report(&["spend", "--vendor", "v003", "--format", "ndjson"]);
    let by_gstin = report(&["spend", "--vendor", "27zzqpv3390l1zo", "--format", "ndjson"]);
    assert_eq!((by_id.out.lines().count(), &by_id.out), (1, &by_gstin.out));
    let rows: Vec<String> = report(&["spend", "--by", "status", "--format", "ndjson"])
        .out
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(rows.len(), 4);
    assert!(
        rows[3].contains(r#""status":"held","invoices":1,"taxable":10800.00,"total":12744.00"#),
        "{rows:?}"
    );
}

#[test]
fn what_is_asked_amiss_is_refused_with_what_there_is() {
    for (args, holds) in [
        (
            &["spend", "--by", "week"][..],
            "possible values: vendor, month, quarter, year, buyer, status",
        ),
        (&["spent"], "similar subcommand"),
        (
            &["spend", "--from", "soon"],
            "a day is written YYYY-MM-DD, as in 2026-11-21",
        ),
        (
            &["spend", "--from", "2026-05-02", "--to", "2026-05-01"],
            "from (2026-05-02) lies after to (2026-05-01): turn them round",
        ),
        (&["spend", "--top", "0"], "--top"),
        (
            &["spend", "--vendor", "V999"],
            r#"vendor is "V999": that is no id of the vendor master and no GSTIN"#,
        ),
        (
            &["drift"],
            "drift reads stored verdicts, and a book in memory has none",
        ),
    ] {
        let ran = report(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(holds), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_store_reports_as_its_book_does_and_drift_reads_its_verdicts() {
    let dir = tempdir().unwrap();
    let at = |args: &[&str]| {
        let ran = run(dir.path(), &[args, &["--store", "sqlite:s.db"]].concat());
        assert!(ran.code < 2, "{args:?}: {}", ran.err);
        ran
    };
    at(&["load", book().to_str().unwrap()]);
    for args in [
        &["spend", "--by", "vendor"][..],
        &["spend", "--by", "buyer"],
        &["growth"],
        &["gaps"],
    ] {
        let stored = at(&[&["report"][..], args, &["--format", "json"]].concat()).json();
        assert_eq!(
            stored,
            report(&[args, &["--format", "json"]].concat()).json(),
            "{args:?}"
        );
    }
    let held = invoice("held-bank-account");
    at(&["verify", "--as-of", AS_OF, held.to_str().unwrap()]);
    let drift = at(&["report", "drift", "--format", "json"]).json();
    assert_eq!(drift["rows"], json!([]));
    assert_eq!(
        drift["note"],
        "1 stored verdicts were looked at. No check fails or is left unverified more often than before."
    );
    // What was verified is in the ledger from then on.
    let spend = at(&["report", "spend", "--vendor", "V002", "--format", "json"]).json();
    assert_eq!(spend["totals"]["total"].to_string(), "1099052.00");
}

/// Sixty invoices of one supplier; the last fifteen, verified a day later, ask for payment to another account.
#[test]
fn drift_names_supplier_check_day_and_invoices() {
    let dir = tempdir().unwrap();
    let at = |args: &[&str]| {
        let ran = run(dir.path(), &[args, &["--store", "sqlite:s.db"]].concat());
        assert!(ran.code < 2, "{args:?}: {}", ran.err);
        ran
    };
    at(&["load", book().to_str().unwrap()]);
    let clean = std::fs::read_to_string(invoice("clean")).unwrap();
    let clean: Value = serde_json::from_str(&clean).unwrap();
    for (day, numbers, account) in [
        ("2026-11-20", 0..45, "920020048811276"),
        ("2026-11-21", 45..60, "50200071430487"),
    ] {
        let invoices: Vec<String> = numbers
            .map(|number| {
                let mut invoice = clean.clone();
                invoice["DocDtls"]["No"] = format!("DR/26-27/{number:04}").into();
                invoice["PayDtls"]["AccDet"] = account.into();
                invoice.to_string()
            })
            .collect();
        std::fs::write(dir.path().join("invoices.ndjson"), invoices.join("\n")).unwrap();
        at(&[
            "verify",
            "--as-of",
            day,
            "--format",
            "ndjson",
            "invoices.ndjson",
        ]);
    }
    assert_snapshot!(at(&["report", "drift"]).out, @r"
    drift
    supplier                    check        outcome  since        before %  after %
    Mutha Cartons Private Lim…  VENDOR-BANK  fails    21 Nov 2026      0.00   100.00
          invoices: DR/26-27/0045, DR/26-27/0046, DR/26-27/0047, DR/26-27/0048,
            DR/26-27/0049, DR/26-27/0050, DR/26-27/0051, DR/26-27/0052,
            DR/26-27/0053, DR/26-27/0054, DR/26-27/0055, DR/26-27/0056,
            DR/26-27/0057, DR/26-27/0058, DR/26-27/0059
    note: 60 stored verdicts were looked at.
    note: Chance alone brings a change as marked once in so many series as `one_in`
          says.
    note: Not shown for want of room: one in, vendor, severity, before, of, after,
          of; --format json has all.
    ");
    let rows = |more: &[&str]| {
        let told = at(&[&["report", "drift", "--format", "json"][..], more].concat()).json();
        told["rows"].as_array().unwrap().clone()
    };
    assert_eq!(rows(&["--vendor", "V001"]).len(), 1);
    assert_eq!(rows(&["--vendor", "V002"]).len(), 0);
    assert_eq!(rows(&["--to", "2026-11-20"]).len(), 0);
    assert_eq!(rows(&["--tenant", "acme"]).len(), 0);
    let row = &rows(&[])[0];
    assert_eq!(
        (&row["check"], &row["since"]),
        (&json!("VENDOR-BANK"), &json!("2026-11-21"))
    );
    // Its verdicts can be looked up.
    let verdict = row["invoices"][14]["verdict"].as_str().unwrap();
    let explained = at(&["explain", verdict, "--format", "json"]).json();
    assert_eq!(
        explained["invoice"]["number"],
        row["invoices"][14]["number"]
    );
}

#[test]
fn reports_over_http() {
    let daemon = Daemon::start(&[]);
    let get = |path: &str| daemon.get(&format!("/v1/report/{path}"));
    let spend = get("spend/by-vendor?top=2&from=2026-04-01&to=&vendor=").json();
    assert_eq!(
        spend["of"],
        json!({"by": "vendor", "from": "2026-04-01", "top": 2})
    );
    assert_eq!(
        column(&spend, &["vendor", "total", "running_share"]),
        [r#""V001" 1074143.00 40.45"#, r#""V002" 685580.00 66.26"#]
    );
    assert_eq!(
        (&spend["left_out"], spend["totals"]["invoices"].as_u64()),
        (&json!(4), Some(25))
    );
    for (path, rows) in [
        ("spend/by-month", 7),
        ("spend/by-status", 4),
        ("growth/by-year", 1),
        ("growth/by-month?vendor=V003", 6),
        ("gaps", 6),
        ("drift", 0),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let told = answer.json();
        assert_eq!(told["rows"].as_array().unwrap().len(), rows, "{path}");
        assert!(path.starts_with(told["report"].as_str().unwrap()), "{path}");
    }
    for (path, status, holds) in [
        ("spend", 404, "there are spend/by-vendor, spend/by-month"),
        (
            "spend/by-week",
            404,
            "there are spend/by-vendor, spend/by-month",
        ),
        ("gaps?by=month", 422, "there are from, to, vendor and top"),
        ("gaps?from=soon", 422, "a day is written YYYY-MM-DD"),
        ("gaps?top=5000", 422, "write a whole number from 1 to 1000"),
        ("gaps?top=5&top=6", 422, "top stands there twice"),
        (
            "gaps?vendor=V999",
            422,
            "no id of the vendor master and no GSTIN",
        ),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(holds), "{path}: {detail}");
    }
}
