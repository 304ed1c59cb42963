//! Every dependency comes under a licence that lets us ship it, from the one registry. `deny.toml` says the same to
//! `cargo deny`.

use serde_json::Value;

use crate::metadata::{host, metadata};

/// Permissive licences only. CDLA-Permissive-2.0 covers data: the root certificates.
const ALLOWED: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Whether an SPDX expression can be met with allowed licences; AND binds closer than OR, `/` is an old OR.
fn allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let met = either(&mut words);
    met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words) -> bool {
    let mut met = both(words);
    while words.next_if_eq(&"OR").is_some() {
        met |= both(words);
    }
    met
}

fn both(words: &mut Words) -> bool {
    let mut met = one(words);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words);
    }
    met
}

fn one(words: &mut Words) -> bool {
    let Some(word) = words.next() else {
        return false;
    };
    if word == "(" {
        let met = either(words);
        return met && words.next() == Some(")");
    }
    match words.next_if_eq(&"WITH").and_then(|_| words.next()) {
        Some(exception) => ALLOWED.contains(&format!("{word} WITH {exception}").as_str()),
        None => ALLOWED.contains(&word),
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    for (expression, want) in [
        ("MIT", true),
        ("MIT OR GPL-3.0-only", true),
        ("GPL-3.0-only OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("MIT OR Apache-2.0 AND GPL-3.0-only", true),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
        ("(MIT OR GPL-2.0-only) AND Unicode-3.0", true),
        ("MIT/Apache-2.0", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-2.0-only WITH Classpath-exception-2.0", false),
        ("MIT WITH Invented-exception", false),
        ("(MIT", false),
        ("MIT)", false),
        ("MIT MIT", false),
        ("", false),
    ] {
        assert_eq!(allowed(expression), want, "{expression}");
    }
}

#[test]
fn every_dependency_may_be_shipped() {
    // What this platform builds is what cargo has at hand without the network.
    let metadata = metadata(&["--filter-platform", &host()]);
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "only {} packages", packages.len());
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str();
        assert!(
            licence.is_some_and(allowed),
            "{name}: licence {licence:?} is not among those allowed"
        );
        match &package["source"] {
            Value::Null => {}
            source => assert_eq!(source, REGISTRY, "{name} comes from elsewhere"),
        }
    }
}
