//! Small promises of the read routes, over the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{ENTITIES, TOKEN, company};

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_a_route_does_not_know_are_refused() {
    let portal = company("").start().await;
    portal.holds(TOKEN, ENTITIES).await;
    let name = "/api/catalog/entities/by-name/user/default/ada";
    let paths = [name.to_owned(), format!("{name}/ancestry"), "/api/catalog/entities/by-uid/x".to_owned()];
    for path in paths {
        let (status, body) = portal.get(&format!("{path}?colour=red"), TOKEN).await;
        assert_eq!(status, 400, "{path}");
        assert_eq!(body["error"]["message"], "Unknown query parameter 'colour'");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_repeats_the_url_as_it_was_sent() {
    let portal = company("").start().await;
    for url in ["/entities/by-name/user/default/not%20there", "/entities/by-uid/%61/", "/entities/?limit=x"] {
        let (status, body) = portal.get(&format!("/api/catalog{url}"), TOKEN).await;
        assert!(status >= 400);
        assert_eq!(body["request"], json!({ "method": "GET", "url": url }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_goes_on_from_the_cursor_of_another_database() {
    let portal = company("").start().await;
    portal.holds(TOKEN, ENTITIES).await;
    let page = async |cursor: &str| {
        let path = "/api/catalog/entities/by-query?fields=metadata.name&limit=1&cursor=";
        let (status, body) = portal.get(&format!("{path}{}", cursor.replace('=', "%3D")), TOKEN).await;
        assert_eq!(status, 200, "{body}");
        body
    };
    // Whichever way our uids compare with theirs, `bob` was on the last page.
    for uid in ["00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"] {
        for (previous, neighbour) in [(false, "shop"), (true, "ada")] {
            let cursor = json!({
                "orderFields": [{ "field": "metadata.name", "order": "asc" }],
                "isPrevious": previous,
                "query": { "kind": { "$in": ["user", "component"] } },
                "orderFieldValues": ["bob", uid],
                "firstSortFieldValues": ["ada", uid],
                "totalItems": 3,
            });
            let body: Value = page(&STANDARD.encode(cursor.to_string())).await;
            assert_eq!(body["items"], json!([{ "metadata": { "name": neighbour } }]), "{uid}");
            assert_eq!(body["totalItems"], 3);
        }
    }
}
