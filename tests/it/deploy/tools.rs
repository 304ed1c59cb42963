//! The tools that read these files in earnest, where they are installed.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

use super::{deploy, figures::expressions, read};

/// Runs a tool that need not be there: `false` where it is not installed, and the test then has nothing to ask.
fn passes(program: &str, args: &[&str]) -> bool {
    let output = match Command::new(program).args(args).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("{program} is not installed: not checked");
            return false;
        }
        Err(error) => panic!("{program}: {error}"),
    };
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{program} {args:?}: {}",
        String::from_utf8_lossy(&said)
    );
    true
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn promtool_accepts_the_rules_and_their_tests_pass() {
    let directory = deploy().join("prometheus");
    if passes(
        "promtool",
        &["check", "rules", path(&directory.join("alerts.yml"))],
    ) {
        passes(
            "promtool",
            &["test", "rules", path(&directory.join("alerts_test.yml"))],
        );
        passes(
            "promtool",
            &["check", "config", path(&directory.join("prometheus.yml"))],
        );
    }
}

/// Grafana's variable is an interval; the rest is the same language as that of rules.
#[test]
fn promtool_reads_every_expression_of_the_board() {
    let rules: Vec<Value> = expressions()
        .iter()
        .enumerate()
        .map(|(index, expression)| {
            let expression = expression.replace("$__rate_interval", "5m");
            json!({"record": format!("board:{index}"), "expr": expression})
        })
        .collect();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("board.yml");
    // JSON is YAML.
    let rules = json!({"groups": [{"name": "board", "rules": rules}]});
    fs::write(&file, rules.to_string()).unwrap();
    passes("promtool", &["check", "rules", path(&file)]);
}

#[test]
fn nginx_accepts_its_configuration() {
    let directory = tempfile::tempdir().unwrap();
    // The names of the fleet are known inside it alone.
    let here = read(&deploy().join("nginx.conf"))
        .replace("serve-1:", "127.0.0.1:")
        .replace("serve-2:", "127.0.0.1:");
    let file = directory.path().join("nginx.conf");
    fs::write(
        &file,
        here.replace("/tmp/", &format!("{}/", path(directory.path()))),
    )
    .unwrap();
    passes(
        "nginx",
        &["-t", "-p", path(directory.path()), "-c", path(&file)],
    );
}

#[test]
fn systemd_accepts_the_units_and_finds_them_hardened() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["satyapan.service", "satyapan-worker@.service"] {
        // Whether a program is installed there is not the unit's matter.
        let unit = read(&deploy().join("systemd").join(name));
        let unit = unit.replace("/usr/local/bin/satyapan", env!("CARGO_BIN_EXE_satyapan"));
        let file = directory.path().join(name);
        fs::write(&file, unit).unwrap();
        if passes("systemd-analyze", &["verify", "--man=no", path(&file)]) {
            // Tenths: below 2.0 of 10 is what systemd calls OK.
            passes(
                "systemd-analyze",
                &[
                    "security",
                    "--offline=true",
                    "--threshold=20",
                    "--no-pager",
                    path(&file),
                ],
            );
        }
    }
}

/// `kubernetes-validate` (on `PyPI`) carries the schemas of every release.
#[test]
fn kubernetes_objects_fit_their_schemas() {
    let directory = tempfile::tempdir().unwrap();
    let output = Command::new("kubectl")
        .args(["kustomize", path(&deploy().join("kubernetes"))])
        .output();
    let Ok(output) = output else {
        eprintln!("kubectl is not installed: not checked");
        return;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let file = directory.path().join("all.yaml");
    fs::write(&file, output.stdout).unwrap();
    passes(
        "kubernetes-validate",
        &["-k", "1.30", "--strict", path(&file)],
    );
}

#[test]
fn hadolint_accepts_the_dockerfile() {
    passes("hadolint", &[path(&deploy().join("Dockerfile"))]);
}
