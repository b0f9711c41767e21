//! What others wrote, at its worst.

use model::EntityRef;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::samples;
use crate::pages::catalog::{CatalogQuery, Facet, Filter, Relaxation, Row};
use crate::pages::{ErrorPage, Page as _, Text};

const SCRIPT: &str = "\"'></title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}";

/// An entity every field of which is `text`.
fn entity_of(text: &str) -> Value {
    json!({
        "kind": text,
        "metadata": {
            "name": text,
            "title": text,
            "description": text,
            "tags": [text, text, text, text, text],
            "labels": {text: text},
            "annotations": {
                text: text,
                "backstage.io/managed-by-location": text,
                "backstage.io/view-url": text,
                "backstage.io/edit-url": text,
            },
            "links": [{"url": text, "title": text}, {"url": text}, {"title": text}, text, 7],
        },
        "spec": {"type": text, "lifecycle": text, "profile": {"displayName": text}},
        "relations": [
            {"type": text, "targetRef": format!("component:default/{text}")},
            {"type": "ownedBy", "targetRef": format!("{text}:{text}/{text}")},
            {"type": "partOf", "targetRef": text},
            {"type": 7}, null,
        ],
        "status": {"items": [{"level": text, "message": text, "error": {"name": text}}, text, {}]},
    })
}

/// Every page that shows what others wrote, showing `text` wherever it can.
fn pages_showing(text: &str) -> Vec<String> {
    let entity_ref = EntityRef::from_parts("component", "default", text)
        .unwrap_or_else(|_| EntityRef::new("component", "default", "too-long"));
    let mut query = CatalogQuery::default().with(Facet::Owner, text);
    let raw = crate::pages::paths::catalog().with_query([("q", text), ("tag", text), ("kind", text)]);
    query = raw.as_str().split_once('?').map_or(query, |(_, raw)| CatalogQuery::parse(raw));
    let mut list = samples::catalog(query.clone(), 0, 0);
    list.filters = Facet::ALL.map(|facet| Filter::new(facet, &query, vec![(text.to_owned(), 1)])).to_vec();
    list.relaxations.extend(Relaxation::without_facet(&query, Facet::Kind, 1));
    list.relaxations.extend(Relaxation::without_search(&query, 1));
    let mut rows = samples::catalog(query, 0, 50);
    rows.rows = (0..50).map(|_| Row::from_body(&entity_ref, &entity_of(text))).collect();
    let mut link = samples::link(2, Some(text));
    link.token = text.into();
    link.chosen = Some(text.into());
    let mut sign_in = samples::sign_in(true);
    sign_in.notice = Some(text.into());
    vec![
        list.html(),
        rows.html(),
        samples::entity(&entity_of(text)).html(),
        link.html(),
        sign_in.html(),
        ErrorPage::refused(samples::frame(), text, text).html(),
    ]
}

#[test]
fn markup_is_shown_and_not_run() {
    for html in pages_showing(SCRIPT) {
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(!html.contains("<img"), "{html}");
        assert!(!html.contains("49}") && !html.contains(" onerror=alert(1)>"), "{html}");
    }
}

#[test]
fn script_addresses_do_not_become_links() {
    for address in [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "\u{1}javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
    ] {
        for html in pages_showing(address) {
            let lower = html.to_lowercase();
            for start in ["href=\"javascript", "href=\"java", "href=\"data:", "action=\"java", "href=\"&#"] {
                assert!(!lower.contains(start), "{address:?} became a link");
            }
        }
    }
    let html = samples::entity(&samples::orders_service()).html();
    assert!(html.contains("<bdi>Runbook (javascript:alert(1))</bdi>"), "a refused link is shown as text");
}

#[test]
fn characters_that_deceive_are_gone() {
    for html in pages_showing("ab\u{202E}cd\u{2066}ef\u{200B}") {
        assert!(html.contains("abcdef"), "{html}");
        assert!(!html.contains(['\u{202E}', '\u{2066}', '\u{200B}']), "{html}");
    }
}

#[test]
fn long_text_does_not_fill_a_page() {
    let long = "x".repeat(10_000);
    for (at, html) in pages_showing(&long).into_iter().enumerate() {
        assert!(html.len() < 64_000, "page {at} weighs {} bytes", html.len());
    }
    let row = Row::from_body(&EntityRef::new("component", "default", "a"), &entity_of(&long));
    assert!(
        row.name.as_str().chars().count() <= 64 && row.description.as_str().chars().count() <= Text::SHORT
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The tags of a page are the template's: content changes how often they come, never which.
    #[test]
    fn no_content_makes_a_tag(text in "[<>\"'&=/!a-z\\-`{}%\u{202E} ]{1,40}") {
        let known = "!doctype html head meta title link script body a p strong div header svg path nav ul li \
            use form input button main dialog h1 h2 h3 dl dt dd kbd label select option section table thead tbody tr \
            th td bdi i span aside details summary caption code ol time desc g text rect datalist";
        let known: Vec<&str> = known.split_whitespace().collect();
        for html in pages_showing(&text) {
            for (at, _) in html.match_indices('<') {
                let name: String =
                    html[at + 1..].trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '!').collect();
                prop_assert!(known.contains(&name.as_str()), "<{name}");
            }
        }
    }

    #[test]
    fn any_body_is_answered_with_a_page(text in any::<String>()) {
        for html in pages_showing(&text) {
            prop_assert!(html.ends_with("</html>"));
        }
    }
}
