//! Other people's webhook libraries, in Python, and schemathesis, which `tests/servers/clients` installs.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Where this is set, a missing program fails the test that wants it; elsewhere the test does without.
const REQUIRED: &str = "SATYAPAN_TEST_CLIENTS";

/// A program of the environment that was installed, beside what cargo builds. `None` where it is not installed.
///
/// # Panics
/// Where it is required and missing.
pub fn program(name: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    // <target>/debug/deps/<test>
    let program = test.ancestors().nth(3)?.join("clients/bin").join(name);
    if program.exists() {
        return Some(program);
    }
    assert!(
        std::env::var_os(REQUIRED).is_none(),
        "{REQUIRED} is set and {name} is not there: run tests/servers/clients"
    );
    None
}

/// Has the libraries do tasks, as `clients.py` describes them: JSON in, JSON out. `None` where they are not installed.
///
/// # Panics
/// When they fail, and where they are required and missing.
#[expect(
    clippy::expect_used,
    reason = "it runs in tests: what fails here fails the test"
)]
pub fn ask(tasks: &str) -> Option<String> {
    let mut child = Command::new(program("python")?)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/clients.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    // Taken, so that it is closed behind the last task.
    let mut stdin = child.stdin.take().expect("it was piped");
    stdin.write_all(tasks.as_bytes()).expect("python reads");
    drop(stdin);
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success(), "clients.py failed: {output:?}");
    Some(String::from_utf8(output.stdout).expect("JSON is UTF-8"))
}

/// Has schemathesis make up requests from a server's `OpenAPI` document, with these headers, and judge the answers by it. `parameters`
/// are values by place and name, as its configuration has them (`path.id`): those that it could only guess. Does nothing where
/// it is not installed. One check is left out: that what fits the schema is accepted. A document that is JSON may still be no
/// invoice, and days may be turned round.
///
/// # Panics
/// When it finds something, and where it is required and missing.
#[expect(
    clippy::expect_used,
    reason = "it runs in tests: what fails here fails the test"
)]
pub fn schemathesis(document: &str, headers: &[(&str, &str)], parameters: &[(&str, &str)]) {
    let Some(program) = program("schemathesis") else {
        return;
    };
    let directory = tempfile::tempdir().expect("there is room");
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name:?} = {value:?}"))
        .collect();
    let settings = format!("[parameters]\n{}\n", parameters.join("\n"));
    fs::write(directory.path().join("schemathesis.toml"), settings).expect("it is ours");
    let headers = headers
        .iter()
        .flat_map(|(name, value)| ["-H".to_owned(), format!("{name}: {value}")]);
    let run = Command::new("timeout")
        .arg("120")
        .arg(program)
        .current_dir(directory.path())
        .args(["run", document])
        .args(headers)
        .args(include_str!("schemathesis.args").split_whitespace())
        .output()
        .expect("schemathesis starts");
    assert!(
        run.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
}
