//! Log lines: what a machine can read, and nothing of a person in them.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::command::{AS_OF, Ran, book, invoice, satyapan};

/// Identifiers of people and firms in the inputs, long enough to be told from numbers that come by chance.
fn identifiers(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let spans = mask::find(text);
            out.extend(
                spans
                    .iter()
                    .map(|span| text[span.start..span.end].to_owned()),
            );
        }
        Value::Array(items) => items.iter().for_each(|item| identifiers(item, out)),
        Value::Object(members) => members.values().for_each(|member| identifiers(member, out)),
        _ => {}
    }
}

/// Invoices that hold what must not be logged, in every place where it can stand: fields, texts, keys, broken files.
fn write(directory: &Path) -> (Vec<String>, BTreeSet<String>) {
    let mut secrets = BTreeSet::new();
    let mut files = Vec::new();
    let mut save = |name: &str, bytes: &[u8]| {
        let path = directory.join(name);
        fs::write(&path, bytes).unwrap();
        files.push(path.to_str().unwrap().to_owned());
    };
    for entry in fs::read_dir(book().join("invoices")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        if let Ok(value) = serde_json::from_slice::<Value>(&bytes) {
            identifiers(&value, &mut secrets);
        }
        save(path.file_name().unwrap().to_str().unwrap(), &bytes);
    }
    let mut personal: Value = serde_json::from_slice(&fs::read(invoice("clean")).unwrap()).unwrap();
    let texts = [
        "pay to a/c 50100247719306 IFSC HDFC0000428",
        "PAN ABCPE1234F, Aadhaar 2345 6789 0124, phone +91 98765 43210",
        "mail asha.rao@example.in or UPI asha@okhdfcbank",
    ];
    personal["DocDtls"]["No"] = json!("ABCPE1234F");
    personal["Remarks"] = json!(texts.join("; "));
    personal["asha.rao@example.in"] = json!(texts);
    personal["ItemList"][0]["PrdDesc"] = json!(texts[1]);
    identifiers(&personal, &mut secrets);
    secrets.extend(
        [
            "50100247719306",
            "ABCPE1234F",
            "98765 43210",
            "asha.rao@example.in",
        ]
        .map(str::to_owned),
    );
    let bytes = serde_json::to_vec(&personal).unwrap();
    save("personal.json", &bytes);
    save("cut.json", &bytes[..bytes.len() / 2]);
    save(
        "wrong.json",
        &serde_json::to_vec(&json!({"Gstin": "27AAPFU0939F1ZV", "DocDtls": texts})).unwrap(),
    );
    (files, secrets)
}

/// The lines of a run, as JSON; what the command itself says to its user stands on lines of its own.
fn lines(ran: &Ran) -> Vec<Value> {
    let logged = ran.err.lines().filter(|line| line.starts_with('{'));
    logged
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn run(directory: &Path, log: Option<&str>, args: &[&str]) -> Ran {
    let mut command = satyapan(directory);
    command.env("SATYAPAN__LOG__FORMAT", "json").args(args);
    if let Some(log) = log {
        command.env("SATYAPAN_LOG", log);
    }
    command.output().unwrap().into()
}

#[test]
fn a_line_is_an_object_with_the_fields_that_collectors_read() {
    let directory = tempfile::tempdir().unwrap();
    let book = book();
    let file = invoice("clean");
    let args = ["load", book.to_str().unwrap(), "-vv"];
    let mut logged = lines(&run(directory.path(), None, &args));
    logged.extend(lines(&run(
        directory.path(),
        None,
        &["verify", "-vv", "--as-of", AS_OF, file.to_str().unwrap()],
    )));
    assert!(!logged.is_empty());
    for line in &logged {
        for (field, wanted) in [("timestamp", "2"), ("level", ""), ("target", "")] {
            assert!(
                line[field]
                    .as_str()
                    .is_some_and(|text| text.starts_with(wanted)),
                "{field}: {line}"
            );
        }
        assert!(
            line.get("message").is_some() || line.as_object().unwrap().len() > 3,
            "{line}"
        );
    }
    // Text is what people get unless they ask for this.
    let plain: Ran = satyapan(directory.path())
        .args(args)
        .output()
        .unwrap()
        .into();
    assert!(
        !plain.err.is_empty() && lines(&plain).is_empty(),
        "{plain:?}"
    );
}

#[test]
fn nothing_of_a_person_is_logged_however_much_is() {
    let directory = tempfile::tempdir().unwrap();
    let (files, secrets) = write(directory.path());
    assert!(secrets.len() > 10, "{secrets:?}");
    let book = book();
    let mut verify = vec!["verify", "-vv", "--as-of", AS_OF, "--format", "ndjson"];
    verify.extend(files.iter().map(String::as_str));
    let mut on_book = verify.clone();
    on_book.extend(["--book", book.to_str().unwrap()]);
    let mut logged = Vec::new();
    for log in [None, Some("trace")] {
        for args in [
            &["load", book.to_str().unwrap(), "-vv"][..],
            &verify,
            &on_book,
            &[
                "ask",
                "-vv",
                "what did 27AAPFU0939F1ZV bill, and is ABCPE1234F known?",
            ],
            &["explain", "-vv", "01"],
        ] {
            let ran = run(directory.path(), log, args);
            logged.extend(lines(&ran));
        }
    }
    assert!(logged.len() > 50, "{}", logged.len());
    for line in &logged {
        let text = line.to_string();
        for secret in &secrets {
            assert!(
                !text.contains(secret.as_str()),
                "{secret} is logged: {text}"
            );
        }
        // When it was logged is no number of anybody's.
        let mut line = line.clone();
        line["timestamp"] = Value::Null;
        let leaks = mask::leaks_json(&line);
        assert!(leaks.is_empty(), "{leaks:?}: {line}");
    }
}

#[test]
fn a_level_or_format_that_is_none_is_said() {
    let directory = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("SATYAPAN__LOG__FORMAT", "xml"),
        ("SATYAPAN__LOG__LEVEL", "loud"),
    ] {
        let ran: Ran = satyapan(directory.path())
            .env(name, value)
            .arg("checks")
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(value), "{ran:?}");
    }
}
