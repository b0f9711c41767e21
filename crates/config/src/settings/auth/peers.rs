//! `discovery.endpoints`: backends beside us, whose plugins call ours.

use url::Url;

use super::super::findings::{Findings, shown};
use crate::{Config, Place, ValueRef};

/// Most entries, and most plugins of one.
const MANY: usize = 100;

/// Where plugins of another backend are.
#[derive(Clone, Debug)]
pub struct PeerSettings {
    /// `target`, or `target.internal`: `{{pluginId}}` stands for the plugin.
    pub target: String,
    /// `plugins`
    pub plugins: Vec<String>,
    /// Where it was written.
    pub place: Place,
}

impl PeerSettings {
    /// Where a plugin publishes the keys of its tokens.
    pub fn keys(&self, plugin: &str) -> Option<Url> {
        Url::parse(&format!("{}/.backstage/auth/v1/jwks.json", filled(&self.target, plugin))).ok()
    }
}

/// Reads them. What is wrong with one is told; its plugins' tokens then count for nothing.
pub(super) fn peers(config: &Config, findings: &mut Findings) -> Vec<PeerSettings> {
    let entries = findings.take(config.at("discovery.endpoints").items()).unwrap_or_default();
    entries.iter().take(MANY).filter_map(|entry| peer(entry, findings)).collect()
}

fn peer(entry: &ValueRef<'_>, findings: &mut Findings) -> Option<PeerSettings> {
    let target = entry.at("target");
    let target = if target.is_object() { target.at("internal") } else { target };
    let text = findings.take(target.string())?;
    let plugins = findings.keep(entry.at("plugins").string_or_strings())?.unwrap_or_default();
    if plugins.iter().any(|plugin| plugin.contains('*')) {
        findings.push(
            entry
                .at("plugins")
                .warning("a pattern names no plugin: tokens of plugins that are not named count for nothing")
                .fix("name each plugin whose backend calls ours"),
        );
    }
    let is_plugin = |plugin: &&str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=128).contains(&plugin.len()) && plugin.bytes().all(letters)
    };
    let plugins: Vec<String> =
        plugins.iter().map(|plugin| &**plugin).filter(is_plugin).take(MANY).map(str::to_owned).collect();
    let url = Url::parse(&filled(text, "plugin")).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = url else {
        findings.push(
            target
                .problem(format!("`{}` is no http(s) URL", shown(text)))
                .fix("write `https://backstage.example.com/api/{{pluginId}}`"),
        );
        return None;
    };
    let local = url.host_str().is_some_and(super::super::listen::is_loopback);
    if url.scheme() == "http" && !local {
        findings.push(
            target
                .warning(format!(
                    "the keys of the plugins at `{}` would come in the clear, and whoever is on the way could be any of them: \
                     their tokens count for nothing",
                    shown(text)
                ))
                .fix("write an https URL, or run that backend on this machine"),
        );
    }
    Some(PeerSettings {
        target: text.trim_end_matches('/').to_owned(),
        plugins,
        place: entry.near_place().clone(),
    })
}

fn filled(target: &str, plugin: &str) -> String {
    target.replace("{{pluginId}}", plugin).replace("{{ pluginId }}", plugin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Mode};

    fn read(yaml: &str) -> (Vec<PeerSettings>, Vec<String>) {
        let config = Config::from_text("app-config.yaml", yaml, &Environment::default(), Mode::Production);
        let mut findings = Findings { problems: Vec::new() };
        let peers = peers(&config.expect("a config"), &mut findings);
        (peers, findings.problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn plugins_are_found_where_discovery_says() {
        let yaml = "discovery:\n  endpoints:\n    - { target: 'https://node.example.com/api/{{pluginId}}', plugins: [search, scaffolder] }\n    \
             - { target: { internal: 'http://127.0.0.1:7008/api/{{ pluginId }}/', external: 'https://x' }, plugins: [proxy] }\n";
        let (peers, problems) = read(yaml);
        assert_eq!(problems, [""; 0]);
        let keys = |at: usize, plugin: &str| peers[at].keys(plugin).map(String::from);
        assert_eq!(
            keys(0, "search").as_deref(),
            Some("https://node.example.com/api/search/.backstage/auth/v1/jwks.json")
        );
        assert_eq!(
            keys(1, "proxy").as_deref(),
            Some("http://127.0.0.1:7008/api/proxy/.backstage/auth/v1/jwks.json")
        );
        assert_eq!(peers[0].plugins, ["search", "scaffolder"]);
    }

    #[test]
    fn keys_do_not_come_in_the_clear() {
        let yaml = "discovery: { endpoints: [{ target: 'http://node:7007/api/{{pluginId}}', plugins: [search] }] }\n";
        assert_eq!(read(yaml).1.len(), 1);
        let (peers, problems) = read("discovery: { endpoints: [{ target: 'ftp://x', plugins: [a] }] }\n");
        assert!(peers.is_empty() && problems.len() == 1);
    }
}
