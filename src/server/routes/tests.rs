use std::collections::BTreeSet;

use super::*;
use crate::openapi;

/// Neither can lack what the other has, because both are made of the table; what this holds is that the table is.
#[test]
fn the_document_has_every_route_and_no_other() {
    let routes: BTreeSet<(String, String)> = ROUTES
        .iter()
        .map(|route| (openapi::template(route.path), route.method.to_lowercase()))
        .collect();
    let document = openapi::document();
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(|method| (path.clone(), method.clone()))
        })
        .collect();
    assert_eq!(routes, documented);
    assert_eq!(routes.len(), ROUTES.len(), "a route stands there twice");
}

/// The contract's section 6, and the pages behind problems.
#[test]
fn the_table_is_the_contract() {
    let routes: Vec<String> = ROUTES
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(
        routes,
        [
            "POST /v1/verifications",
            "GET /v1/verifications",
            "GET /v1/verifications/{id}",
            "GET /v1/verifications/{id}/events",
            "POST /v1/verifications/{id}/review",
            "POST /v1/hooks/{source}",
            "POST /v1/ask",
            "GET /v1/report/{*path}",
            "GET /openapi.json",
            "GET /problems/{slug}",
            "GET /",
            "GET /healthz",
            "GET /readyz",
            "GET /metrics",
        ]
    );
}

#[test]
fn only_health_metrics_hooks_and_explanations_are_open() {
    let open: Vec<&str> = ROUTES
        .iter()
        .filter(|route| !matches!(route.access, Access::Role(_)))
        .map(|route| route.path)
        .collect();
    let want = [
        "/v1/hooks/{source}",
        "/problems/{slug}",
        "/healthz",
        "/readyz",
        "/metrics",
    ];
    assert_eq!(open, want);
}

#[test]
fn a_path_with_parts_names_each_in_the_document() {
    let document = openapi::document();
    for route in ROUTES {
        let path = openapi::template(route.path);
        let operation = &document["paths"][&path][route.method.to_lowercase()];
        let named: Vec<&str> = operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let parts: Vec<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        assert_eq!(named, parts, "{path}");
    }
}
