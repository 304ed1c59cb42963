//! What README, ARCHITECTURE and the example book say is what the binary does.

use std::{path::Path, process::Command};

use serde_json::Value;

struct Said {
    code: Option<i32>,
    out: String,
}

/// Runs the binary in the repository, as a reader of the README would: 80 columns, no colour, default settings.
fn satyapan(arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satyapan"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SATYAPAN") {
            command.env_remove(name);
        }
    }
    let output = command
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "80")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the binary runs");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
    }
}

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).expect(name)
}

/// The first fenced block of a page with this info string that follows the marker.
fn block(page: &str, marker: &str, info: &str) -> String {
    let (_, after) = page.split_once(marker).expect(marker);
    let (_, block) = after.split_once(&format!("```{info}\n")).expect(info);
    block
        .split_once("```")
        .expect("a closed block")
        .0
        .to_owned()
}

/// A verdict without its last line, which holds an id and a duration.
fn steady(verdict: &str) -> Vec<&str> {
    let lines = verdict.trim_end().lines();
    lines
        .filter(|line| !line.starts_with("case "))
        .map(str::trim_end)
        .collect()
}

#[test]
fn every_label_of_the_example_book_holds() {
    let said = satyapan(&["eval", "examples/book", "--format", "json"]);
    let figures: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(figures["invoices"], 6);
    assert_eq!(figures["mismatches"], Value::Array(Vec::new()));
    assert_eq!(said.code, Some(0));
}

#[test]
fn the_readme_shows_a_verdict_as_it_is() {
    let said = satyapan(&[
        "verify",
        "--book",
        "examples/book",
        "--as-of",
        "2026-11-21",
        "examples/book/invoices/held-bank-account.json",
    ]);
    let shown = block(&page("README.md"), "## A verdict", "text");
    assert_eq!(
        steady(&shown),
        steady(&said.out),
        "paste this:\n{}",
        said.out
    );
    assert_eq!(said.code, Some(1));
}

#[test]
fn the_architecture_page_draws_the_machine_as_it_is() {
    let said = satyapan(&["graph", "--format", "mermaid"]);
    let drawn = block(&page("ARCHITECTURE.md"), "## One flow", "mermaid");
    assert_eq!(drawn, said.out, "paste this:\n{}", said.out);
}

#[test]
fn the_readme_lists_the_commands_that_there_are() {
    let help = satyapan(&["--help"]).out;
    let readme = page("README.md");
    let (_, commands) = help.split_once("Commands:").expect("a list of commands");
    let named: Vec<&str> = commands
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(named.len() > 5, "{help}");
    for name in named {
        let listed = ["`", " "]
            .iter()
            .any(|end| readme.contains(&format!("`{name}{end}")));
        assert!(listed, "README.md does not list `{name}`");
    }
}
