use crate::catalog_files::docs;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Keys that run code or read other files where docs are built.
const KEYS: &[(&str, &str)] = &[
    ("hooks", "runs Python files of the docs"),
    ("INHERIT", "takes settings, of any kind, from another file"),
    ("theme.custom_dir", "takes templates, which are programs, from the docs"),
    ("extra_templates", "runs templates of the docs"),
    ("extra_javascript", "puts scripts into the pages"),
];

/// Plugins that TechDocs lets through.
const PLUGINS: &[&str] =
    &["techdocs-core", "search", "material/search", "redirects", "group", "material/group"];

/// Functions that extensions may name.
const FUNCTIONS: &[&str] = &["materialx.emoji.twemoji", "materialx.emoji.to_svg", "pymdownx.slugs.slugify"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut any = false;
    for source in docs(&cx.repository().files) {
        any = true;
        let mut tell = |place: &Place, severity, message: String| {
            findings
                .at(place, message)
                .severity(severity)
                .why("before 1.55 some of it still works, beside the secrets of whatever builds; since then TechDocs removes it or refuses the build")
                .fix(Fix::manual("remove it: what docs need more than techdocs-core gives belongs into the image that builds"));
        };
        for (at, name) in python_tags(source.file.text().unwrap_or_default()) {
            let place = source.file.place(at, at + name.len());
            tell(&place, Severity::High, format!("the docs name a Python function, `{name}`"));
        }
        let Some(root) = source.root else { continue };
        for (key, what) in KEYS {
            if let Some(item) = root.at(key).filter(|item| !item.is_null()) {
                tell(item.key_place(), Severity::Medium, format!("`{key}` {what}"));
            }
        }
        for (name, place) in names(root.get("plugins")) {
            if !PLUGINS.contains(&name) {
                tell(place, Severity::Low, format!("the docs ask for the mkdocs plugin `{name}`"));
            }
        }
        for (name, place) in names(root.get("markdown_extensions")) {
            if name.contains(':') && name != "pymdownx.snippets:SnippetExtension" {
                tell(place, Severity::Medium, format!("the extension `{name}` is any Python class"));
            }
        }
    }
    if any { Ok(()) } else { Err(Skip::because("no TechDocs here (no mkdocs.yml with techdocs-core)")) }
}

/// The names of a list whose items are names, or maps of a name to its options; or of such a map.
fn names(list: Option<&Item>) -> Vec<(&str, &Place)> {
    let Some(list) = list else { return Vec::new() };
    let maps = std::iter::once(list).chain(list.items());
    let keys = maps.flat_map(Item::entries).map(|(name, item)| (&**name, item.key_place()));
    let plain = list.items().iter().filter_map(|item| Some((item.as_str()?, &item.place)));
    plain.chain(keys).collect()
}

/// Python objects that YAML tags name, with their places, but the few that TechDocs lets through.
fn python_tags(text: &str) -> Vec<(usize, &str)> {
    let found = text.match_indices("!!python/").filter_map(|(at, _)| {
        let before = text.get(..at)?;
        let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?;
        let rest = text.get(at..)?;
        let name = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']')).next()?;
        let function = name.rsplit(':').next()?;
        (!line.contains('#') && !FUNCTIONS.contains(&function)).then_some((at, name))
    });
    found.take(64).collect()
}
