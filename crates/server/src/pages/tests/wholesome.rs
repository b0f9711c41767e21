//! Laws that hold for every page: weight, content security policy, structure.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::samples;
use crate::pages::catalog::CatalogQuery;
use crate::pages::{Page as _, assets};

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
                let found =
                    tag.find(forbidden).is_some_and(|at| forbidden != " on" || is_handler(&tag[at + 1..]));
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
        for needed in
            ["<main id=\"main\"", "<h1", "<html lang=\"en\"", "class=\"skip\" href=\"#main\"", "<title>"]
        {
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
            // Without it browsers send these forms with `Origin: null`.
            assert!(html.contains("<meta name=\"referrer\" content=\"same-origin\">"), "{name}");
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

/// The colours of one theme, by name.
fn theme(css: &str, start: &str) -> BTreeMap<String, [f64; 3]> {
    let block = &css[css.find(start).expect("a theme") + start.len()..];
    let block = &block[..block.find('}').expect("its end")];
    let declarations = block.split(';').filter_map(|line| line.split_once(':'));
    let colours = declarations.filter_map(|(name, value)| {
        let hex = value.trim().strip_prefix('#')?;
        let hex = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
        let channel =
            |at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a hexadecimal colour")) / 255.0;
        Some((name.trim().to_owned(), [channel(0), channel(2), channel(4)]))
    });
    colours.collect()
}

/// Contrast of two colours as WCAG 2 defines it, from 1 to 21.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| -> f64 {
        let linear = colour.map(|c| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn both_themes_can_be_read() {
    let css = std::str::from_utf8(assets::css().bytes).expect("the style sheet is text");
    let light = theme(css, ":root {");
    let dark = theme(css, ":root[data-theme=\"dark\"] {");
    assert_eq!(
        dark,
        theme(css, ":root:not([data-theme=\"light\"]) {"),
        "the dark theme is written twice, alike"
    );
    assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>());
    for (name, colours) in [("light", light), ("dark", dark)] {
        for back in ["--ground", "--surface", "--tint"] {
            for front in ["--text", "--quiet", "--accent", "--ok", "--note", "--warn", "--stop"] {
                let found = contrast(colours[front], colours[back]);
                assert!(found >= 4.5, "{name}: {front} on {back} is {found:.2}");
            }
            let edge = contrast(colours["--edge"], colours[back]);
            assert!(edge >= 3.0, "{name}: --edge on {back} is {edge:.2}");
        }
        assert!(contrast(colours["--on-accent"], colours["--accent"]) >= 4.5, "{name}");
    }
}
