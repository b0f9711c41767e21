//! Laws that hold for every page: weight, content security policy, structure.

use std::fs;
use std::path::Path;

use super::samples;
use crate::pages::Page as _;
use crate::pages::catalog::CatalogQuery;

/// The promise: one answer under 40 kB.
const MAX_BYTES: usize = 40_000;

#[test]
fn no_page_is_heavy() {
    for (name, html) in samples::all() {
        assert!(html.len() < MAX_BYTES, "{name} weighs {} bytes", html.len());
    }
    let full = samples::catalog(CatalogQuery::parse("kind=component&q=orders"), 50, 4_000).html();
    assert!(full.len() < MAX_BYTES, "a full list weighs {} bytes", full.len());
}

#[test]
fn pages_need_nothing_that_the_content_security_policy_forbids() {
    for (name, html) in samples::all() {
        let mut rest = html.as_str();
        while let Some(at) = rest.find('<') {
            let tag = &rest[at..at + rest[at..].find('>').expect("tags end")];
            for forbidden in [" style=", " on", " srcdoc=", " xlink:href="] {
                let found = tag.find(forbidden).is_some_and(|at| forbidden != " on" || is_handler(&tag[at + 1..]));
                assert!(!found, "{name}: {forbidden} in {tag}");
            }
            assert!(!tag.starts_with("<style") && !tag.starts_with("<iframe"), "{name}: {tag}");
            assert!(!tag.starts_with("<script") || tag.contains(r#" src="/assets/"#), "{name}: {tag}");
            rest = &rest[at + tag.len()..];
        }
    }
}

/// Whether `text` starts with an attribute such as `onclick=`.
fn is_handler(text: &str) -> bool {
    let name: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    name.starts_with("on") && text[name.len()..].starts_with('=')
}

#[test]
fn every_page_has_its_landmarks_and_its_headings_in_order() {
    for (name, html) in samples::all() {
        for needed in ["<main id=\"main\"", "<h1", "<html lang=\"en\"", "class=\"skip\" href=\"#main\"", "<title>"] {
            assert!(html.contains(needed), "{name} lacks {needed}");
        }
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        let mut level = 0;
        let content = &html[html.find("<main").expect("a main part")..html.find("</main>").expect("its end")];
        for (at, _) in content.match_indices("<h") {
            let Some(found) = content[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
            assert!(found <= level + 1, "{name}: h{found} after h{level}");
            level = found;
        }
    }
}

#[test]
fn every_control_has_a_label_and_every_id_is_unique() {
    for (name, html) in samples::all() {
        let mut ids: Vec<&str> = attributes(&html, " id=\"").collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name} has an id twice");
        for control in ["<select", "<input"] {
            for (at, _) in html.match_indices(control) {
                let tag = &html[at..at + html[at..].find('>').expect("tags end")];
                if tag.contains("type=\"hidden\"") {
                    continue;
                }
                let id = attributes(tag, " id=\"").next().expect("a control has an id");
                assert!(html.contains(&format!("<label for=\"{id}\"")), "{name}: no label for {id}");
            }
        }
        for reference in ["aria-labelledby=\"", "aria-describedby=\"", "aria-controls=\"", "href=\"#"] {
            for target in attributes(&html, reference).flat_map(|value| value.split(' ')) {
                assert!(ids.contains(&target), "{name}: {reference}{target} leads nowhere");
            }
        }
    }
}

fn attributes<'a>(html: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    html.match_indices(start).map(move |(at, _)| {
        let value = &html[at + start.len()..];
        &value[..value.find('"').expect("attribute values end")]
    })
}

#[test]
fn forms_that_change_something_carry_the_form_token() {
    for (name, html) in samples::all() {
        for form in html.split("<form").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let form = &form[..form.find("</form>").expect("forms end")];
            let guarded = form.contains("name=\"form_token\"") || form.contains("name=\"token\"");
            assert!(guarded, "{name}: {form}");
        }
    }
}

/// The types hold this already for links; this holds that nobody writes around them.
#[test]
fn templates_write_addresses_through_the_one_filter_and_never_raw() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut seen = 0;
    for file in fs::read_dir(folder).expect("the templates").map(|file| file.expect("a template").path()) {
        let template = fs::read_to_string(&file).expect("templates are text");
        for attribute in ["href=\"{{", "src=\"{{", "action=\"{{", "href={{", "src={{", "action={{"] {
            for (at, _) in template.match_indices(attribute) {
                let value = &template[at..at + template[at..].find("}}").expect("expressions end")];
                assert!(value.ends_with("|url "), "{}: {value}", file.display());
                seen += 1;
            }
        }
        for raw in ["|safe", "| safe", "<style", "style=", "{% filter", "escape"] {
            assert!(!template.contains(raw), "{}: {raw}", file.display());
        }
    }
    assert!(seen > 20, "only {seen} addresses were found");
}
