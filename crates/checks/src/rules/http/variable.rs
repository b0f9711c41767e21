//! What manifests and values of charts give to a variable.

use crate::repo::{Role, is_for_development};
use crate::{Context, File, Item};

/// The variable that a string begins with: `BASE_URL` of `${BASE_URL}:443`.
pub(in crate::rules) fn leading(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("${")?.split(['}', ':']).next()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(name)
}

/// Addresses of plain HTTP, among others, that YAML files give to a variable.
pub(super) fn given<'a>(cx: Context<'a>, name: &str) -> Vec<&'a Item> {
    given_in(cx, name, "http://")
}

/// Strings that YAML files which hold a text, other than app-configs and those for developers, give to a variable: a
/// key of that name, or a map with it as `name` and a `value`.
pub(in crate::rules) fn given_in<'a>(cx: Context<'a>, name: &str, text: &str) -> Vec<&'a Item> {
    let mut found = Vec::new();
    for file in cx.repository().files.iter().filter(|file| may_give(file, name, text)) {
        for tree in file.trees() {
            tree.walk(&mut |path, item| {
                let is_entry = path.rsplit('.').next() == Some(name);
                let is_pair = item.get("name").and_then(Item::as_str) == Some(name);
                if is_entry && item.as_str().is_some() {
                    found.push(item);
                } else if is_pair {
                    found.extend(item.get("value"));
                }
            });
        }
    }
    found
}

fn may_give(file: &File, name: &str, needle: &str) -> bool {
    [".yaml", ".yml"].iter().any(|end| file.name().ends_with(end))
        && Role::of(file.name()).is_none()
        && !is_for_development(&file.path)
        && !file.path.starts_with(".github/")
        && file.text().is_some_and(|text| text.contains(needle) && text.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Repository;
    use crate::repo::Files;
    use crate::unread::Asked;

    #[test]
    fn variables_are_given_by_entries_and_pairs() {
        let repository = Repository::of(Files::of_texts([
            ("chart/values.yaml", "env:\n  URL: http://a\n  OTHER: http://b\n"),
            ("k8s/deployment.yaml", "env:\n  - {name: URL, value: 'http://c'}\n  - {name: URL}\n"),
            ("compose.local.yaml", "URL: http://d\n"),
            ("app-config.yaml", "URL: http://e\n"),
        ]));
        let asked = Asked::default();
        let facts = crate::code::Facts::of(&repository);
        let cx = Context::new(&repository, &facts, &asked);
        let found: Vec<_> = given(cx, "URL").into_iter().filter_map(Item::as_str).collect();
        assert_eq!(found, ["http://a", "http://c"]);
        assert_eq!(leading("${URL}:443"), Some("URL"));
        assert_eq!((leading("${URL:-x}"), leading("x${URL}"), leading("${}")), (Some("URL"), None, None));
    }
}
