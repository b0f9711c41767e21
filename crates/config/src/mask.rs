//! The tree without its secrets: as JSON, and as the list of what must be struck from output.

use model::Secret;
use serde_json::{Map, Value as Json};

use crate::secret_keys::{Step, is_secret};
use crate::value::{Data, Origin, Value};
use crate::{Config, Problem};

/// What stands in a secret's place.
pub(crate) const MASK: &str = "<secret>";

/// Most characters of a value that a message quotes.
pub(crate) const QUOTED: usize = 80;

/// Shorter secrets are not struck from output: they would tear holes everywhere.
const SHORTEST: usize = 6;

impl Config {
    /// The effective configuration as JSON, secrets replaced by `<secret>`, hidden keys left out.
    pub fn masked_json(&self) -> Json {
        masked(&self.root, &mut Vec::new())
    }

    /// Every secret value of at least six bytes, for striking them from logs and answers: those that
    /// [`Config::masked_json`] replaces, and the passwords of URLs.
    pub fn secret_values(&self) -> Vec<Secret<String>> {
        let mut found = Vec::new();
        collect(&self.root, &mut Vec::new(), &mut found);
        found.sort();
        found.dedup();
        found.into_iter().map(Secret::new).collect()
    }
}

/// A subtree at `path`, masked.
pub(crate) fn masked(value: &Value, path: &mut Vec<Step>) -> Json {
    match &value.data {
        Data::Null => Json::Null,
        Data::Bool(flag) => Json::Bool(*flag),
        Data::Seq(items) => {
            items.iter().map(|item| stepped(path, Step::Index, |path| masked(item, path))).collect()
        }
        Data::Map(map) => map
            .iter()
            .filter(|(_, child)| !child.is_null())
            .map(|(key, child)| {
                (key.clone(), stepped(path, Step::Key(key.clone()), |path| masked(child, path)))
            })
            .collect::<Map<_, _>>()
            .into(),
        data @ (Data::Number(_) | Data::String(_)) => masked_leaf(data, &value.origin, path),
    }
}

fn masked_leaf(data: &Data, origin: &Origin, path: &[Step]) -> Json {
    if is_secret(path, data, origin) {
        return Json::from(MASK);
    }
    match data {
        Data::Number(number) => Json::Number(number.clone()),
        Data::String(text) => Json::from(mask_urls(text)),
        _ => Json::Null,
    }
}

pub(crate) fn stepped<T>(path: &mut Vec<Step>, step: Step, visit: impl FnOnce(&mut Vec<Step>) -> T) -> T {
    path.push(step);
    let result = visit(path);
    path.pop();
    result
}

fn collect(value: &Value, path: &mut Vec<Step>, found: &mut Vec<String>) {
    match &value.data {
        Data::Seq(items) => {
            for item in items {
                stepped(path, Step::Index, |path| collect(item, path, found));
            }
        }
        Data::Map(map) => {
            for (key, child) in map {
                stepped(path, Step::Key(key.clone()), |path| collect(child, path, found));
            }
        }
        Data::String(text) => {
            let mut keep = |text: &str| {
                if text.len() >= SHORTEST {
                    found.push(text.to_owned());
                }
            };
            if is_secret(path, &value.data, &value.origin) {
                keep(text);
            }
            for (start, end) in user_infos(text) {
                if let Some((_, password)) = text.get(start..end).and_then(|info| info.split_once(':')) {
                    keep(password);
                }
            }
        }
        _ => {}
    }
}

/// Strikes the secrets of a tree from what is told about it: a message may quote the value at fault.
pub(crate) fn strike(problems: &mut [Problem], root: &Value) {
    let mut secrets = Vec::new();
    if !problems.is_empty() {
        collect(root, &mut Vec::new(), &mut secrets);
    }
    // Messages show the start of a long value.
    let starts: Vec<String> = secrets.iter().map(|secret| secret.chars().take(QUOTED).collect()).collect();
    secrets.extend(starts);
    // The longest first, for one may hold another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for problem in problems {
        let texts = [Some(&mut problem.message), problem.fix.as_mut()];
        for text in texts.into_iter().flatten() {
            for secret in &secrets {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), MASK);
                }
            }
        }
    }
}

/// Masks the user information of every URL in a text.
pub(crate) fn mask_urls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in user_infos(text) {
        out.push_str(text.get(from..start).unwrap_or_default());
        out.push_str(MASK);
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Where the text between `://` and `@` is, for each URL in a text.
pub(crate) fn user_infos(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("://")) {
        let start = from + at + 3;
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.find(|c: char| c.is_whitespace() || "/?#\"'`<>".contains(c)).unwrap_or(rest.len());
        // A password may hold an `@` that nobody encoded: the last one counts.
        if let Some(end) = rest.get(..length).and_then(|authority| authority.rfind('@')) {
            found.push((start, start + end));
        }
        from = start + length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_information_is_masked_wherever_a_url_stands() {
        for (text, wanted) in [
            ("https://h/p", "https://h/p"),
            ("https://bob@h/p", "https://<secret>@h/p"),
            ("https://bob:pw@h:1/p?x=a@b", "https://<secret>@h:1/p?x=a@b"),
            ("postgres://u:p@ss@h/db", "postgres://<secret>@h/db"),
            ("see redis://:pw@a and http://u@b.", "see redis://<secret>@a and http://<secret>@b."),
            ("mail me@h", "mail me@h"),
            ("://", "://"),
        ] {
            assert_eq!(mask_urls(text), wanted);
        }
    }
}
