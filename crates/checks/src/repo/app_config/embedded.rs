//! Configurations inside manifests: `ConfigMap`s and Secrets whose keys are named like app-config files, and what
//! charts make files of.

use std::sync::Arc;

use untrusted::yaml;

use super::{AppConfig, Role, is_for_development};
use crate::repo::files::Files;
use crate::tree::Value;
use crate::{File, Item};

/// The name under which the usual chart mounts `appConfig`.
const OF_CHART: &str = "app-config-from-configmap.yaml";
/// How deep in a manifest or values.
const DEPTH: usize = 12;
/// How many texts of values are read of one manifest.
const VALUES: usize = 20;
/// The most bytes of a manifest in which app-configs are looked for.
const BYTES: usize = 2 << 20;

/// Words one of which a file must hold to be looked at.
const NEEDLES: [&[u8]; 4] = [b"app-config", b"appConfig", b"baseUrl:", b"catalog:"];

/// All of them, by path.
pub(super) fn find(all: &Files) -> Vec<AppConfig> {
    let mut found = Vec::new();
    for file in all.iter().filter(|file| is_yaml(file)) {
        let Some(text) = file.text().filter(|text| text.len() <= BYTES) else { continue };
        if !NEEDLES.iter().any(|needle| memchr::memmem::find(text.as_bytes(), needle).is_some()) {
            continue;
        }
        let mut trees: Vec<Item> = file.trees().cloned().collect();
        if trees.is_empty() && text.contains("{{") {
            trees = documents(&file.path, &without_templates(&without_remarks(text)));
        }
        let before = found.len();
        for tree in &trees {
            of_texts(file, text, tree, DEPTH, &mut found);
            of_values(file, text, tree, &mut found);
            for values in helm_texts(file, tree) {
                of_values(file, text, &values, &mut found);
            }
        }
        if let Some(values) = values_of_chart(file, all) {
            for config in &mut found[before..] {
                fill_in(&mut config.root, values, DEPTH);
            }
        }
    }
    found
}

/// What the chart of a template comes with.
fn values_of_chart<'a>(file: &File, all: &'a Files) -> Option<&'a Item> {
    let chart = match file.path.strip_prefix("templates/") {
        Some(_) => "",
        None => file.path.rsplit_once("/templates/")?.0,
    };
    let slash = if chart.is_empty() { "" } else { "/" };
    all.get(&format!("{chart}{slash}values.yaml"))?.tree()
}

/// Puts the chart's own values where a template names them alone: what nobody sets otherwise.
fn fill_in(item: &mut Item, values: &Item, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &mut item.value {
        Value::Map(map) => map.values_mut().for_each(|value| fill_in(value, values, depth)),
        Value::Seq(items) => items.iter_mut().for_each(|value| fill_in(value, values, depth)),
        _ => {
            let value = item.as_str().and_then(named_value).and_then(|path| values.at(path));
            if let Some(value) = value.filter(|value| value.as_map().is_none() && !value.is_null()) {
                item.place.clone_from(&value.place);
                item.value = value.value.clone();
                item.key = value.key.clone();
            }
        }
    }
}

/// The path of `{{ .Values.a.b | quote }}`, as it is after [`without_templates`].
fn named_value(text: &str) -> Option<&str> {
    let inner = text.trim().trim_matches(['_', '\'']).strip_prefix("${")?.strip_suffix("}}")?;
    let inner = inner.trim_matches(['-', ' ']).strip_prefix(".Values.")?;
    let (path, rest) = inner.split_once([' ', '|']).unwrap_or((inner, ""));
    let is_path = path.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-'));
    let rest = rest.trim_matches(['|', ' ']);
    (is_path && matches!(rest, "" | "quote" | "squote" | "toString")).then_some(path)
}

/// Text of the same length without a chart's remarks, which may go over lines.
fn without_remarks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = ["{{/*", "{{- /*"].iter().filter_map(|open| rest.find(open)).min() {
        let Some(end) = rest[start..].find("}}").and_then(|_| rest[start..].find("*/")) else { break };
        let end = start + end;
        let end = rest[end..].find("}}").map_or(rest.len(), |close| end + close + 2);
        out.push_str(&rest[..start]);
        out.extend(rest[start..end].chars().map(|c| match c {
            '\n' => "\n".into(),
            c => " ".repeat(c.len_utf8()),
        }));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn is_yaml(file: &File) -> bool {
    let name = file.name();
    matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml"))) && Role::of(name).is_none()
}

fn documents(path: &Arc<str>, text: &str) -> Vec<Item> {
    let Ok(documents) = yaml::documents(text.as_bytes(), &yaml::Limits::default()) else { return Vec::new() };
    documents
        .filter_map(|document| document.content.ok().flatten())
        .map(|node| Item::of(path, &node))
        .collect()
}

/// Texts whose keys are named like app-configs, wherever a manifest or values hold them; and those of a `ConfigMap` or
/// Secret that say what an app-config says, whatever they are called.
fn of_texts(file: &File, text: &str, tree: &Item, depth: usize, found: &mut Vec<AppConfig>) {
    let kind = tree.get("kind").and_then(Item::as_str).unwrap_or_default();
    let holds_files = matches!(kind, "ConfigMap" | "Secret");
    for (name, part) in tree.entries() {
        if kind == "Secret" && &**name == "data" {
            continue;
        }
        if holds_files && matches!(&**name, "data" | "stringData") {
            for (key, value) in part.entries() {
                let is_file = [".yaml", ".yml", ".json"].iter().any(|end| key.ends_with(end));
                if Role::of(key).is_some() || is_file {
                    found.extend(of_text(file, text, key, value));
                }
            }
        } else if part.as_str().is_some_and(|part| part.contains('\n')) {
            if Role::of(name).is_some() {
                found.extend(of_text(file, text, name, part));
            }
        } else if depth > 0 && Role::of(name).is_none() {
            of_texts(file, text, part, depth - 1, found);
        }
    }
    for item in tree.items().iter().filter(|_| depth > 0) {
        of_texts(file, text, item, depth - 1, found);
    }
}

fn of_text(file: &File, text: &str, key: &Arc<str>, value: &Item) -> Option<AppConfig> {
    let root = parsed(file, text, value)?;
    let role = match Role::of(key) {
        Some(role) => role,
        None => is_backstage(&root).then_some(Role::Other)?,
    };
    Some(AppConfig {
        path: file.path.clone(),
        name: key.clone(),
        embedded: true,
        role: placed(role, file),
        root,
    })
}

/// Whether a tree says what an app-config says, and hardly anything else would.
pub(super) fn is_backstage(root: &Item) -> bool {
    let has = |path: &&str| root.at(path).is_some();
    let sections =
        ["app", "auth", "backend", "catalog", "integrations", "organization", "permission", "techdocs"];
    let settings = [
        "app.baseUrl",
        "auth.providers",
        "backend.baseUrl",
        "catalog.locations",
        "catalog.providers",
        "catalog.rules",
        "permission.enabled",
        "techdocs.builder",
    ];
    sections.iter().filter(|path| has(path)).count() > 1 && settings.iter().any(has)
}

/// What is inside a manifest is for production, unless the manifest is not.
fn placed(role: Role, file: &File) -> Role {
    match role {
        Role::Development => Role::Development,
        _ if is_for_development(&file.path) => Role::Development,
        _ => Role::Production,
    }
}

/// The configuration that is the text of a value.
fn parsed(file: &File, text: &str, value: &Item) -> Option<Item> {
    let inner = value.as_str()?;
    let (start, end) = (value.place.start, value.place.end.min(text.len()));
    let written = text.get(start..end)?;
    let body = if written.starts_with(['|', '>']) { start + written.find('\n')? + 1 } else { start };
    if !written.starts_with(['"', '\'']) {
        // A block keeps its lines: the rest of the file becomes blanks, so that places stay those of the file.
        let blank = |text: &str| {
            text.chars()
                .map(|c| if c == '\n' { "\n".into() } else { " ".repeat(c.len_utf8()) })
                .collect::<String>()
        };
        let alone =
            format!("{}{}{}", blank(&text[..body]), without_templates(&text[body..end]), blank(&text[end..]));
        if let Some(root) = documents(&file.path, &alone).into_iter().next() {
            return Some(root);
        }
    }
    let mut root = documents(&file.path, &without_templates(inner)).into_iter().next()?;
    move_to(&mut root, value);
    Some(root)
}

/// Gives everything in a tree one place.
fn move_to(item: &mut Item, to: &Item) {
    item.place.clone_from(&to.place);
    item.key = item.key.take().map(|_| to.place.clone());
    match &mut item.value {
        Value::Map(map) => map.values_mut().for_each(|value| move_to(value, to)),
        Value::Seq(items) => items.iter_mut().for_each(|value| move_to(value, to)),
        _ => {}
    }
}

/// Text of the same length in which a chart's actions are variables, and lines of nothing else are blank.
fn without_templates(text: &str) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if bare.starts_with("{{") && bare.ends_with("}}") {
            out.extend(line.chars().map(|c| if c == '\n' { "\n".into() } else { " ".repeat(c.len_utf8()) }));
        } else if in_list(line) {
            out.push_str(&without_actions(line));
        } else {
            out.push_str(
                &line.replace("{{", "${").replace('"', if bare.contains("{{") { "_" } else { "\"" }),
            );
        }
    }
    out
}

/// Whether an action is inside `[..]` or `{..}`, where its braces would be those of a map.
fn in_list(line: &str) -> bool {
    line.find("{{").is_some_and(|at| {
        let value = line[..at].split_once(": ").map_or(line[..at].trim_start(), |(_, value)| value);
        value.trim_start_matches("- ").starts_with(['[', '{'])
    })
}

/// A line of the same length in which actions, and quotes around them, are one word.
fn without_actions(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((action, next)) = after.split_once("}}") else { break };
        let quote = before.chars().next_back().filter(|c| matches!(c, '"' | '\'') && next.starts_with(*c));
        out.push_str(before);
        if quote.is_none() {
            out.push_str("$_");
        } else {
            out.push_str("${");
        }
        out.extend(action.chars().map(|c| "_".repeat(c.len_utf8())));
        out.push_str(if quote.is_none() { "__" } else { "_}" });
        rest = next;
    }
    out.push_str(rest);
    out
}

/// `backstage.appConfig` of the usual chart, wherever a chart that contains it puts its values; and that of charts of
/// one's own, at the top.
fn of_values(file: &File, text: &str, tree: &Item, found: &mut Vec<AppConfig>) {
    let own = ["appConfig", "app.appConfig"].iter().filter_map(|path| tree.at(path)).filter(|item| {
        item.as_map().is_some_and(|_| is_backstage(item))
            || item.as_str().is_some_and(|text| text.contains('\n'))
    });
    let usual = values(tree).into_iter().filter_map(|backstage| backstage.get("appConfig"));
    for written in usual.chain(own) {
        let root = match &written.value {
            Value::Map(_) => written.clone(),
            Value::String(_) => match parsed(file, text, written).filter(is_backstage) {
                Some(root) => root,
                None => continue,
            },
            _ => continue,
        };
        let role = placed(Role::Production, file);
        let name = Arc::from(OF_CHART);
        found.push(AppConfig { path: file.path.clone(), name, embedded: true, role, root });
    }
}

/// Values that Argo CD hands to a chart as text.
pub(crate) fn helm_texts(file: &File, tree: &Item) -> Vec<Item> {
    let Some(text) = file.text().filter(|text| text.len() <= BYTES) else { return Vec::new() };
    let specs = [tree.at("spec"), tree.at("spec.template.spec")].into_iter().flatten();
    let sources = specs.flat_map(|spec| {
        spec.get("source").into_iter().chain(spec.get("sources").map(Item::items).unwrap_or_default())
    });
    sources
        .filter_map(|source| source.at("helm.values"))
        .filter(|values| values.as_str().is_some())
        .take(VALUES)
        .filter_map(|values| parsed(file, text, values))
        .collect()
}

/// The `backstage` maps of a chart's values: at the top, below the names under which charts include the usual one,
/// and in what Argo CD and Flux hand to a chart.
pub(crate) fn values(tree: &Item) -> Vec<&Item> {
    let mut roots = vec![tree];
    roots.extend(tree.at("spec.values"));
    for spec in [tree.at("spec"), tree.at("spec.template.spec")].into_iter().flatten() {
        roots.extend(spec.at("source.helm.valuesObject"));
        let sources = spec.get("sources").map(Item::items).unwrap_or_default();
        roots.extend(sources.iter().filter_map(|source| source.at("helm.valuesObject")));
    }
    roots
        .into_iter()
        .flat_map(|root| {
            ["backstage", "backstage.backstage", "upstream.backstage", "backstage.upstream.backstage"]
                .map(|path| root.at(path))
        })
        .flatten()
        .filter(|item| {
            ["appConfig", "extraAppConfig", "args", "command", "image"]
                .iter()
                .any(|key| item.get(key).is_some())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedded(path: &str, text: &str) -> Vec<AppConfig> {
        find(&Files::of_texts([(path, text)]))
    }

    #[test]
    fn blocks_keep_their_places() {
        let text = "kind: ConfigMap\ndata:\n  other: x\n  app-config.extra.yaml: |\n    a:\n      # ä\n      b: {{ .Values.b }}\n      c: 'd'\n  z: 1\n";
        let found = embedded("k8s/c.yaml", text);
        let root = &found[0].root;
        assert_eq!((found[0].role, &*found[0].name), (Role::Production, "app-config.extra.yaml"));
        let c = root.at("a.c").expect("c");
        assert_eq!((c.place.line, &text[c.place.start..c.place.end]), (8, "'d'"));
        assert_eq!(root.at("a.b").and_then(Item::literal), None);
    }

    #[test]
    fn templates_of_charts_are_read_with_the_values_of_the_chart() {
        let template = "{{/*\nWhat: it is: for\n*/}}\nkind: ConfigMap\nmetadata:\n  name: {{ include \"a\" . }}-x\ndata:\n  app-config.production.yaml: |\n    app:\n      baseUrl: {{ .Values.url | quote }}\n      title: {{ .Values.title | default \"x\" }}\n      list: [\"a\", {{ . | quote }}, \"{{ .b }}\"]\n    proxy:\n      endpoints:\n        {{ .Values.path }}:\n          target: https://a\n";
        let found = find(&Files::of_texts([
            ("chart/templates/c.yaml", template),
            ("chart/values.yaml", "path: /a\nurl: http://portal\ntitle: b\n"),
        ]));
        let root = &found.first().expect("one").root;
        let url = root.at("app.baseUrl").expect("an address");
        assert_eq!((url.literal(), &*url.place.path), (Some("http://portal"), "chart/values.yaml"));
        assert_eq!(root.at("app.title").and_then(Item::literal), None);
        let list: Vec<_> = root.at("app.list").expect("a list").items().iter().map(Item::literal).collect();
        assert_eq!((list[0], list.len(), list[2]), (Some("a"), 3, None));
        let (_, endpoint) = root.at("proxy.endpoints").expect("endpoints").entries().next().expect("one");
        assert_eq!(endpoint.at("target").map(|item| item.place.line), Some(16));
    }

    #[test]
    fn quoted_text_has_the_place_of_the_whole() {
        let found = embedded("dev/c.yaml", "kind: Secret\nstringData:\n  app-config.yaml: \"a: 1\\nb: 2\"\n");
        assert_eq!(found[0].role, Role::Development);
        assert_eq!(found[0].root.at("b").map(|item| item.place.line), Some(3));
    }

    #[test]
    fn what_says_the_same_by_another_name_is_one() {
        let config = "    backend:\n      baseUrl: http://x\n    catalog:\n      rules: []\n";
        let text = format!(
            "kind: ConfigMap\ndata:\n  portal.yaml: |\n{config}  other.yaml: |\n    backend: {{a: 1}}\n"
        );
        let found = embedded("k8s/c.yaml", &text);
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!(
            (&*one.name, one.root.at("backend.baseUrl").map(|item| item.place.line)),
            ("portal.yaml", Some(5))
        );
        assert!(embedded("k8s/c.yaml", &text.replace("ConfigMap", "Secret")).is_empty());
        let values = "files:\n  - app-config.extra.yaml: |\n      app:\n        title: x\n";
        assert_eq!(
            embedded("values.yaml", values)[0].root.at("app.title").map(|item| item.place.line),
            Some(4)
        );
    }

    #[test]
    fn argo_hands_values_over_as_text_and_as_objects() {
        let text = "kind: Application\nspec:\n  source:\n    helm:\n      values: |\n        backstage:\n          appConfig:\n            app: {title: x}\n";
        let title = |text: &str| {
            let found = embedded("apps/a.yaml", text);
            found.first().and_then(|one| Some(one.root.at("app.title")?.place.line))
        };
        assert_eq!(title(text), Some(8));
        assert_eq!(title(&text.replace("values: |", "valuesObject:")), Some(8));
        let many = text.replace("  source:\n    helm:", "  sources:\n  - helm:");
        assert_eq!(title(&many), Some(8));
    }

    #[test]
    fn charts_embed_too() {
        let found =
            embedded("values.yaml", "upstream:\n  backstage:\n    appConfig:\n      app: {title: x}\n");
        assert_eq!(found[0].root.at("app.title").map(|item| item.place.line), Some(4));
        assert!(
            embedded(
                "t.yaml",
                "{{- if .x }}\nkind: ConfigMap\ndata:\n  app-config.yaml: |\n    a: {{ .y }}\n{{- end }}\n"
            )
            .len()
                == 1
        );
    }
}
