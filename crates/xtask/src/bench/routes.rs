//! The requests that are measured.

use serde_json::json;

use super::catalog;

/// One request.
pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) path: String,
    /// A JSON body makes it a POST.
    pub(super) body: Option<String>,
}

/// All of them, for a catalog of this size.
pub(super) fn all(entities: usize) -> Vec<Route> {
    let get = |name, path: &str| Route { name, path: format!("/api/catalog{path}"), body: None };
    let refs: Vec<String> = (0..100).map(|n| catalog::component_ref(n * entities / 200)).collect();
    vec![
        get("by-query, page of 20", "/entities/by-query?limit=20"),
        get("entities kind=component", "/entities?filter=kind=component"),
        get("by-name", &format!("/entities/by-name/component/default/{}", catalog::OWNED)),
        Route {
            name: "by-refs of 100",
            path: "/api/catalog/entities/by-refs".to_owned(),
            body: Some(json!({ "entityRefs": refs }).to_string()),
        },
        get("facets of kind", "/entity-facets?facet=kind"),
    ]
}
