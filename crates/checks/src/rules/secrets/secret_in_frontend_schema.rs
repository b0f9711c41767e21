use crate::fix::Fix;
use crate::rule::Skip;
use crate::secret_names::is_secret;
use crate::{Checklist, Context, File, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = false;
    for file in cx.repository().files.iter() {
        if is_typed_schema(file) {
            looked = true;
            typed(file, findings);
        }
        if is_json_schema(file) {
            looked = true;
            let root = file.tree();
            let schema = if file.name() == "package.json" {
                root.and_then(|root| root.get("configSchema"))
            } else {
                root
            };
            if let Some(schema) = schema {
                json(schema, "", false, 0, findings);
            }
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no configuration schema of a plugin here")) }
}

const WHY: &str = "what a schema marks as frontend is written into index.html, which strangers can load";

fn fix() -> Fix {
    Fix::manual("mark it `@visibility secret`, and let the backend use it for the frontend")
}

fn is_typed_schema(file: &File) -> bool {
    file.name() == "config.d.ts" && file.text().is_some_and(|text| text.contains("isibility"))
}

fn is_json_schema(file: &File) -> bool {
    let Some(text) = file.text() else { return false };
    (file.name() == "package.json" && text.contains("\"configSchema\""))
        || (file.name().ends_with("schema.json") && text.contains("isibility"))
}

/// A property whose doc comment says `@visibility frontend`, or that stands in an object of which one says
/// `@deepVisibility frontend`.
fn typed(file: &File, findings: &mut Findings) {
    let text = file.text().unwrap_or_default();
    // Depth of braces at which something that is deeply visible was opened.
    let (mut depth, mut deep): (usize, Vec<usize>) = (0, Vec::new());
    let (mut comment, mut in_comment) = (String::new(), false);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        if trimmed.starts_with("/*") {
            in_comment = true;
            comment.clear();
        }
        if in_comment {
            comment.push_str(trimmed);
            comment.push(' ');
            in_comment = !trimmed.contains("*/");
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with("//") {
            continue;
        }
        let name: String = trimmed
            .trim_matches(['\'', '"'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let is_deep = comment.contains("@deepVisibility frontend");
        let is_visible = comment.contains("@visibility frontend") || is_deep || !deep.is_empty();
        let is_value = trimmed.contains(':') && !trimmed.contains("boolean");
        if is_visible && is_value && is_secret(&name) && !comment.contains("@visibility secret") {
            let from = start + line.find(&name).unwrap_or(0);
            findings
                .at(&file.place(from, from + name.len()), format!("`{name}` is sent to the browser"))
                .why(WHY)
                .fix(fix());
        }
        if is_deep && trimmed.ends_with('{') {
            deep.push(depth);
        }
        depth += trimmed.matches('{').count();
        depth = depth.saturating_sub(trimmed.matches('}').count());
        deep.retain(|opened| *opened < depth);
        comment.clear();
    }
}

/// A property of a JSON Schema with `visibility: frontend`, or below `deepVisibility: frontend`.
fn json(schema: &Item, name: &str, inherited: bool, depth: usize, findings: &mut Findings) {
    if depth > 32 {
        return;
    }
    let says = |key: &str| schema.get(key).and_then(Item::as_str);
    let is_deep = inherited || says("deepVisibility") == Some("frontend");
    let is_visible = is_deep || says("visibility") == Some("frontend");
    if is_visible
        && is_secret(name)
        && says("visibility") != Some("secret")
        && says("type") != Some("boolean")
    {
        findings.at(schema.key_place(), format!("`{name}` is sent to the browser")).why(WHY).fix(fix());
    }
    for (key, property) in schema.get("properties").into_iter().flat_map(Item::entries) {
        json(property, key, is_deep, depth + 1, findings);
    }
    if let Some(items) = schema.get("items") {
        json(items, "", is_deep, depth + 1, findings);
    }
}
