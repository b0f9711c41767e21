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
/// The most bytes of a manifest in which app-configs are looked for.
const BYTES: usize = 2 << 20;

/// All of them, by path.
pub(super) fn find(all: &Files) -> Vec<AppConfig> {
    let mut found = Vec::new();
    for file in all.iter().filter(|file| is_yaml(file)) {
        let Some(text) = file.text().filter(|text| text.len() <= BYTES) else { continue };
        if memchr::memmem::find(text.as_bytes(), b"app-config").is_none()
            && memchr::memmem::find(text.as_bytes(), b"appConfig").is_none()
        {
            continue;
        }
        let mut trees: Vec<Item> = file.trees().cloned().collect();
        if trees.is_empty() && text.contains("{{") {
            trees = documents(&file.path, &without_templates(text));
        }
        for tree in &trees {
            of_manifest(file, text, tree, &mut found);
            of_values(file, tree, &mut found);
        }
    }
    found
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

fn of_manifest(file: &File, text: &str, tree: &Item, found: &mut Vec<AppConfig>) {
    let kind = tree.get("kind").and_then(Item::as_str).unwrap_or_default();
    if !matches!(kind, "ConfigMap" | "Secret") {
        return;
    }
    for part in ["data", "stringData"] {
        if kind == "Secret" && part == "data" {
            continue;
        }
        for (key, value) in tree.get(part).into_iter().flat_map(Item::entries) {
            let Some(role) = Role::of(key) else { continue };
            let Some(root) = parsed(file, text, value) else { continue };
            found.push(AppConfig {
                path: file.path.clone(),
                name: key.clone(),
                embedded: true,
                role: placed(role, file),
                root,
            });
        }
    }
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
        } else {
            out.push_str(
                &line.replace("{{", "${").replace('"', if bare.contains("{{") { "_" } else { "\"" }),
            );
        }
    }
    out
}

/// `backstage.appConfig` of the usual chart, wherever a chart that contains it puts its values.
fn of_values(file: &File, tree: &Item, found: &mut Vec<AppConfig>) {
    for backstage in values(tree) {
        let Some(root) = backstage.get("appConfig").filter(|item| item.as_map().is_some()) else { continue };
        let role = placed(Role::Production, file);
        let name = Arc::from(OF_CHART);
        found.push(AppConfig { path: file.path.clone(), name, embedded: true, role, root: root.clone() });
    }
}

/// The `backstage` maps of a chart's values: at the top, below the names under which charts include the usual one,
/// and in what Argo CD and Flux hand to a chart.
pub(crate) fn values(tree: &Item) -> Vec<&Item> {
    let roots = [Some(tree), tree.at("spec.values"), tree.at("spec.source.helm.valuesObject")];
    roots
        .into_iter()
        .flatten()
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
    fn quoted_text_has_the_place_of_the_whole() {
        let found = embedded("dev/c.yaml", "kind: Secret\nstringData:\n  app-config.yaml: \"a: 1\\nb: 2\"\n");
        assert_eq!(found[0].role, Role::Development);
        assert_eq!(found[0].root.at("b").map(|item| item.place.line), Some(3));
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
