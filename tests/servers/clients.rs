//! Other people's webhook libraries, in Python, and schemathesis, which `tests/servers/clients` installs.

use std::{
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
