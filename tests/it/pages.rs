//! What README and ARCHITECTURE show is what the binary does.

use std::fs;

use crate::command::{AS_OF, root, run};

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect(name)
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
fn the_readme_shows_a_verdict_as_it_is() {
    let said = run(
        &root(),
        &[
            "verify",
            "--book",
            "examples/book",
            "--as-of",
            AS_OF,
            "examples/book/invoices/held-bank-account.json",
        ],
    );
    let shown = block(&page("README.md"), "## A verdict", "text");
    assert_eq!(
        steady(&shown),
        steady(&said.out),
        "paste this:\n{}",
        said.out
    );
    assert_eq!(said.code, 1);
}

#[test]
fn the_architecture_page_draws_the_machine_as_it_is() {
    let said = run(&root(), &["graph", "--format", "mermaid"]);
    let drawn = block(&page("ARCHITECTURE.md"), "## One flow", "mermaid");
    assert_eq!(drawn, said.out, "paste this:\n{}", said.out);
}

#[test]
fn the_architecture_page_draws_the_asking_machine_as_it_is() {
    let said = run(&root(), &["graph", "--of", "ask", "--format", "mermaid"]);
    let drawn = block(&page("ARCHITECTURE.md"), "## Asking", "mermaid");
    assert_eq!(drawn, said.out, "paste this:\n{}", said.out);
}

#[test]
fn the_architecture_page_draws_the_reviewing_machine_as_it_is() {
    let said = run(&root(), &["graph", "--of", "review", "--format", "mermaid"]);
    let drawn = block(&page("ARCHITECTURE.md"), "## Reviewing", "mermaid");
    assert_eq!(drawn, said.out, "paste this:\n{}", said.out);
}

#[test]
fn the_readme_shows_an_answer_as_it_is() {
    let page = page("README.md");
    let (_, after) = page.split_once("## Questions").expect("a section");
    let command = after
        .lines()
        .find(|line| line.contains("satyapan ask"))
        .expect("a command");
    let question = command.split('"').nth(1).expect("a question");
    let said = run(
        &root(),
        &["ask", "--book", "examples/book", "--as-of", AS_OF, question],
    );
    let steady = |text: &str| -> Vec<String> {
        let lines = text.trim_end().lines();
        let kept = lines.filter(|line| !line.starts_with("answer "));
        kept.map(|line| line.trim_end().to_owned()).collect()
    };
    let shown = block(&page, "## Questions", "text");
    assert_eq!(
        steady(&shown),
        steady(&said.out),
        "paste this:\n{}",
        said.out
    );
    assert_eq!(said.code, 0);
}

#[test]
fn the_readme_shows_a_report_as_it_is() {
    let page = page("README.md");
    let (_, after) = page.split_once("## Reports").expect("a section");
    let command = after.lines().find(|line| line.contains("satyapan report"));
    let args = command.expect("a command").split_whitespace().skip(1);
    let said = run(&root(), &args.collect::<Vec<_>>());
    let shown = block(&page, "## Reports", "text");
    assert_eq!(shown, said.out, "paste this:\n{}", said.out);
}

#[test]
fn the_readme_lists_the_commands_that_there_are() {
    let help = run(&root(), &["--help"]).out;
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
