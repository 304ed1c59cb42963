//! The files of `deploy/` hold together: they parse, name settings and metrics that exist, agree on ports, give a drain its
//! time, and pass the tools that will read them where those are installed.

mod figures;
mod tools;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;
use serde_json::Value;

use crate::command::{root, satyapan};

/// Settings that the contract promises to outside tools.
const BY_CONTRACT: &[&str] = &[
    "hooks.erpnext.secret",
    "nats.url",
    "queue.drain_s",
    "server.api_keys",
    "server.listen",
    "telemetry.listen",
];

/// Where the API listens, and where a worker tells of itself.
const PORT: i64 = 8080;
const WORKER_PORT: i64 = 9464;

fn deploy() -> PathBuf {
    root().join("deploy")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below a directory; what is kept out of git is not looked at.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("secrets") {
            out.extend(files(&path));
        } else if path.is_file() {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
}

/// The documents of a YAML file.
fn yaml(path: &Path) -> Vec<Value> {
    serde_saphyr::from_multiple(&read(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All objects of the Kubernetes directory.
fn objects() -> Vec<Value> {
    let directory = deploy().join("kubernetes");
    files(&directory)
        .iter()
        .flat_map(|path| yaml(path))
        .collect()
}

fn of_kind(kind: &str) -> Vec<Value> {
    objects()
        .into_iter()
        .filter(|object| object["kind"] == kind)
        .collect()
}

fn compose() -> Value {
    yaml(&deploy().join("compose.yaml")).remove(0)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
}

fn number(value: &Value, pointer: &str) -> i64 {
    let found = value.pointer(pointer).and_then(Value::as_i64);
    found.unwrap_or_else(|| panic!("no number at {pointer}: {value}"))
}

#[test]
fn every_file_parses() {
    let mut parsed = 0;
    for path in files(&deploy()) {
        let fault = match extension(&path) {
            "yaml" | "yml" => yaml(&path).is_empty().then(|| "nothing in it".to_owned()),
            "json" => serde_json::from_str::<Value>(&read(&path))
                .err()
                .map(|error| error.to_string()),
            "toml" => toml::from_str::<toml::Table>(&read(&path))
                .err()
                .map(|error| error.to_string()),
            _ => continue,
        };
        assert_eq!(fault, None, "{}", path.display());
        parsed += 1;
    }
    assert!(parsed >= 15, "{parsed}");
}

#[test]
fn health_checks_are_commands_of_this_program() {
    let image = read(&deploy().join("Dockerfile"));
    let image = Regex::new(r"HEALTHCHECK [^\[]*CMD (\[.*\])")
        .unwrap()
        .captures(&image)
        .map(|found| serde_json::from_str::<Vec<String>>(&found[1]).unwrap());
    let compose = compose();
    let services = compose["services"].as_object().unwrap().values();
    let checks = services.filter_map(|service| {
        let words = service["healthcheck"]["test"].as_array()?;
        // The first word says that no shell is to read the others.
        let words = words
            .iter()
            .skip(1)
            .map(|word| word.as_str().unwrap().to_owned());
        Some(words.collect::<Vec<_>>())
    });
    let ours: BTreeSet<_> = image
        .into_iter()
        .chain(checks)
        .filter(|words| words[0] == "/usr/local/bin/satyapan")
        .collect();
    assert_eq!(ours.len(), 3, "{ours:?}");
    for words in ours {
        assert!(words.iter().any(|word| word == "--probe"), "{words:?}");
        // Read, and not carried out.
        let read = satyapan(&root()).args(&words[1..]).arg("--help").output();
        assert!(read.unwrap().status.success(), "{words:?}");
    }
}

/// Keys of `config/default.toml`; those too that stand in a comment, because they have no default.
fn settings() -> BTreeSet<String> {
    let section = Regex::new(r"^(?:# )?\[([a-z_.]+)\]").unwrap();
    let key = Regex::new(r"^(?:# )?([a-z_]+)(?: = |: )").unwrap();
    let mut inside = String::new();
    let mut out: BTreeSet<String> = BY_CONTRACT.iter().map(|key| (*key).to_owned()).collect();
    for line in read(&root().join("config/default.toml")).lines() {
        if let Some(found) = section.captures(line) {
            inside = found[1].to_owned();
        } else if let Some(found) = key.captures(line) {
            out.insert(format!("{inside}.{}", &found[1]));
        }
    }
    out
}

#[test]
fn settings_that_are_named_exist() {
    let known = settings();
    assert!(
        known.contains("store.url") && known.contains("portal.base_url"),
        "{known:?}"
    );
    let variable = Regex::new(r"SATYAPAN__([A-Z_]+)").unwrap();
    let mut named = BTreeSet::new();
    let mut pages = files(&deploy());
    pages.push(root().join("docs/operations.md"));
    for path in pages {
        let text = read(&path);
        for found in variable.captures_iter(&text) {
            named.insert(found[1].to_lowercase().replace("__", "."));
        }
        if extension(&path) == "toml" {
            let table: toml::Table = toml::from_str(&text).unwrap();
            below("", &table, &mut named);
        }
    }
    assert!(named.len() >= 8, "{named:?}");
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "no such settings: {unknown:?}");
}

fn below(path: &str, table: &toml::Table, out: &mut BTreeSet<String>) {
    for (name, value) in table {
        let path = format!("{path}{}{name}", if path.is_empty() { "" } else { "." });
        match value {
            toml::Value::Table(inner) => below(&path, inner, out),
            _ => {
                out.insert(path);
            }
        }
    }
}

#[test]
fn ports_agree() {
    let image = read(&deploy().join("Dockerfile"));
    assert!(image.contains(&format!("EXPOSE {PORT}")));
    assert!(image.contains(&format!("SATYAPAN__SERVER__LISTEN=0.0.0.0:{PORT}")));
    // Asked where the settings say that it listens.
    assert!(image.contains(r#"CMD ["/usr/local/bin/satyapan", "doctor", "--probe"]"#));
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    let fronts: Vec<&String> = services
        .keys()
        .filter(|name| name.starts_with("serve-"))
        .collect();
    let nginx = read(&deploy().join("nginx.conf"));
    let scraped = yaml(&deploy().join("prometheus/prometheus.yml"))
        .remove(0)
        .to_string();
    assert_eq!(fronts.len(), 2);
    for front in fronts {
        let address = format!("{front}:{PORT}");
        assert!(nginx.contains(&format!("server {address} ")), "{address}");
        assert!(scraped.contains(&address), "{address}");
        let listen = text(&services[front], "/environment/SATYAPAN__SERVER__LISTEN");
        assert_eq!(listen, format!("0.0.0.0:{PORT}"));
    }
    assert!(
        scraped.contains(&format!("\"port\":{WORKER_PORT}")),
        "{scraped}"
    );
    let config = of_kind("ConfigMap").remove(0);
    assert_eq!(
        text(&config, "/data/SATYAPAN__SERVER__LISTEN"),
        format!("0.0.0.0:{PORT}")
    );
    for deployment in of_kind("Deployment") {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let port = number(container, "/ports/0/containerPort");
        let wanted = if container["name"] == "worker" {
            WORKER_PORT
        } else {
            PORT
        };
        assert_eq!(port, wanted);
        let annotated = text(
            &deployment,
            "/spec/template/metadata/annotations/prometheus.io~1port",
        );
        assert_eq!(annotated, wanted.to_string());
        for probe in ["livenessProbe", "readinessProbe"] {
            let named = &container[probe]["httpGet"]["port"];
            assert_eq!(*named, container["ports"][0]["name"], "{probe}");
        }
    }
    let service = of_kind("Service").remove(0);
    assert_eq!(text(&service, "/spec/ports/0/targetPort"), "http");
    let inward: Vec<i64> = of_kind("NetworkPolicy")
        .iter()
        .filter_map(|policy| policy.pointer("/spec/ingress/0/ports/0/port")?.as_i64())
        .collect();
    assert_eq!(inward, [PORT, WORKER_PORT]);
}

/// Seconds of `30`, `30s`.
fn seconds(text: &str) -> i64 {
    text.trim_end_matches('s')
        .parse()
        .unwrap_or_else(|_| panic!("no seconds: {text}"))
}

#[test]
fn a_drain_has_its_time() {
    let drain = Regex::new(r"SATYAPAN__QUEUE__DRAIN_S=(\d+)").unwrap();
    let stop = Regex::new(r"TimeoutStopSec=(\d+)").unwrap();
    let units: Vec<_> = files(&deploy().join("systemd"))
        .into_iter()
        .filter(|path| extension(path) == "service")
        .collect();
    assert_eq!(units.len(), 2);
    for unit in units {
        let unit = read(&unit);
        let of = |what: &Regex| seconds(&what.captures(&unit).unwrap()[1]);
        assert!(of(&stop) > of(&drain), "{unit}");
    }
    let compose = compose();
    for name in ["serve-1", "serve-2", "worker"] {
        let service = &compose["services"][name];
        let drain = seconds(text(service, "/environment/SATYAPAN__QUEUE__DRAIN_S"));
        assert!(
            seconds(text(service, "/stop_grace_period")) > drain,
            "{name}"
        );
    }
    let config = of_kind("ConfigMap").remove(0);
    let drain = seconds(text(&config, "/data/SATYAPAN__QUEUE__DRAIN_S"));
    for deployment in of_kind("Deployment") {
        let pod = &deployment["spec"]["template"]["spec"];
        let before = pod.pointer("/containers/0/lifecycle/preStop/sleep/seconds");
        let before = before.and_then(Value::as_i64).unwrap_or_default();
        assert!(
            number(pod, "/terminationGracePeriodSeconds") > before + drain,
            "{}",
            deployment["metadata"]["name"]
        );
    }
}

#[test]
fn pods_are_restricted_and_selected_by_their_own_labels() {
    let deployments = of_kind("Deployment");
    assert_eq!(deployments.len(), 2);
    for deployment in &deployments {
        let pod = &deployment["spec"]["template"]["spec"];
        let container = &pod["containers"][0];
        for (value, wanted) in [
            (&pod["securityContext"]["runAsNonRoot"], Value::from(true)),
            (
                &pod["securityContext"]["seccompProfile"]["type"],
                "RuntimeDefault".into(),
            ),
            (&pod["automountServiceAccountToken"], false.into()),
            (
                &container["securityContext"]["allowPrivilegeEscalation"],
                false.into(),
            ),
            (
                &container["securityContext"]["readOnlyRootFilesystem"],
                true.into(),
            ),
            (
                &container["securityContext"]["capabilities"]["drop"][0],
                "ALL".into(),
            ),
        ] {
            assert_eq!(*value, wanted, "{pod}");
        }
        for needed in [
            "/resources/requests/cpu",
            "/resources/requests/memory",
            "/resources/limits/memory",
        ] {
            assert!(container.pointer(needed).is_some(), "{needed}");
        }
        assert_eq!(
            deployment["spec"]["selector"]["matchLabels"],
            deployment["spec"]["template"]["metadata"]["labels"]
        );
    }
    let is_selected = |labels: &Value| {
        deployments.iter().any(|deployment| {
            let own = &deployment["spec"]["template"]["metadata"]["labels"];
            labels
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, value)| own[name] == *value)
        })
    };
    for (kind, pointer) in [
        ("Service", "/spec/selector"),
        ("PodDisruptionBudget", "/spec/selector/matchLabels"),
        ("NetworkPolicy", "/spec/podSelector/matchLabels"),
    ] {
        let objects = of_kind(kind);
        assert!(!objects.is_empty(), "{kind}");
        for object in objects {
            assert!(is_selected(object.pointer(pointer).unwrap()), "{object}");
        }
    }
    let scaled = text(
        &of_kind("HorizontalPodAutoscaler")[0],
        "/spec/scaleTargetRef/name",
    )
    .to_owned();
    assert!(
        deployments
            .iter()
            .any(|deployment| deployment["metadata"]["name"] == scaled.as_str())
    );
    // No secret stands in these files: they are referred to.
    assert!(of_kind("Secret").is_empty());
    let listed = of_kind("Kustomization").remove(0);
    let listed: BTreeSet<&str> = listed["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let there = files(&deploy().join("kubernetes"));
    let there: BTreeSet<&str> = there
        .iter()
        .filter_map(|path| path.file_name()?.to_str())
        .filter(|name| *name != "kustomization.yaml")
        .collect();
    assert_eq!(listed, there);
}
