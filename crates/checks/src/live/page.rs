//! The first page, and the configuration in it.

use serde_json::Value as Json;

use super::Answer;

/// What the first page tells strangers.
#[derive(Clone, Debug, Default)]
pub(crate) struct FirstPage {
    /// The parts of the configuration; later ones win.
    layers: Vec<Json>,
    /// Where the main script is.
    pub(crate) script: Option<String>,
    /// Whether it is a page of Backstage, as far as it shows.
    pub(crate) is_known: bool,
}

impl FirstPage {
    pub(crate) fn of(answer: &Answer) -> Self {
        let text = answer.text();
        let layers = injected(&text).and_then(|config| config.as_array().cloned()).unwrap_or_default();
        let layers: Vec<Json> =
            layers.into_iter().filter_map(|mut layer| Some(layer.get_mut("data")?.take())).collect();
        let is_known = !layers.is_empty()
            || text.contains("name=\"backstage-app-mode\"")
            || text.contains("<meta name=\"backstage-");
        Self { layers, script: script(&text), is_known }
    }

    /// Whether it holds any configuration.
    pub(crate) fn has_config(&self) -> bool {
        !self.layers.is_empty()
    }

    /// The parts, the first one first.
    pub(crate) fn layers(&self) -> &[Json] {
        &self.layers
    }

    /// What the configuration says at a JSON pointer.
    pub(crate) fn get(&self, pointer: &str) -> Option<&Json> {
        self.layers.iter().rev().find_map(|layer| layer.pointer(pointer))
    }

    /// Sign-in providers by name.
    pub(crate) fn providers(&self) -> Vec<&str> {
        let providers = self.get("/auth/providers").and_then(Json::as_object);
        providers
            .into_iter()
            .flat_map(|map| map.keys())
            .map(String::as_str)
            .filter(|name| is_word(name))
            .collect()
    }

    /// Which of a provider's environments is asked for.
    pub(crate) fn environment(&self) -> &str {
        let environment = self.get("/auth/environment").and_then(Json::as_str);
        environment.filter(|name| is_word(name)).unwrap_or("development")
    }
}

/// Whether it can stand in a path as it is.
pub(crate) fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The configuration in a page.
fn injected(page: &str) -> Option<Json> {
    let (_, rest) = page.split_once("<script type=\"backstage.io/config\">")?;
    let (body, _) = rest.split_once("</script>")?;
    serde_json::from_str(body.trim()).ok()
}

/// The path of the main script, on the same host.
fn script(page: &str) -> Option<String> {
    let sources = page.split("<script").skip(1).filter_map(|part| {
        let tag = part.split('>').next()?;
        let (_, source) = tag.split_once("src=\"")?;
        source.split('"').next()
    });
    let own = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.rsplit('.').next() == Some("js")
            && path.len() <= 256
            && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
    };
    let mut sources: Vec<&str> = sources.filter(own).collect();
    // The one with the portal's own code.
    sources.sort_by_key(|path| !path.contains("/main."));
    sources.first().map(|path| (*path).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_its_configuration_and_its_script() {
        let page = r#"<html><meta name="backstage-app-mode" content="public">
<script defer src="/static/vendor.1.js"></script><script src="/static/main.2.js"></script>
<script src="https://cdn.example.com/main.3.js"></script>
<script type="backstage.io/config">
[{"context":"a","data":{"auth":{"environment":"old","providers":{"github":{},"x/y":{}}}}},
 {"context":"b","data":{"auth":{"environment":"production"}}}]
</script>"#;
        let page = FirstPage::of(&Answer { status: 200, body: page.into(), ..Answer::default() });
        assert!(page.is_known && page.has_config());
        assert_eq!((page.environment(), page.providers()), ("production", vec!["github"]));
        assert_eq!(page.script.as_deref(), Some("/static/main.2.js"));
    }

    #[test]
    fn any_other_page_tells_nothing() {
        for body in ["", "<script type=\"backstage.io/config\">[{", "<script src=\"//evil/x.js\">"] {
            let page = FirstPage::of(&Answer { status: 200, body: body.into(), ..Answer::default() });
            assert!(!page.is_known && !page.has_config() && page.script.is_none(), "{body}");
            assert_eq!(page.environment(), "development");
        }
    }
}
