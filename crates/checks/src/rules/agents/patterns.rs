//! The patterns that say which clients are admitted, and where codes may be sent.

use crate::Item;
use crate::repo::Setting;

/// The effective list of patterns beside an `enabled` key, merged over the files of a production that has one.
pub(super) fn beside<'a>(enabled: &Setting<'a>, key: &str) -> Option<&'a Item> {
    let path = enabled.path.strip_suffix("enabled")?;
    let path = format!("{path}{key}");
    let merged = enabled.project.productions.iter().find_map(|production| production.at(&path));
    merged.or_else(|| {
        let configs = enabled.project.configs.iter();
        configs
            .filter(|config| config.path == enabled.item.place.path)
            .find_map(|config| config.root.at(&path))
    })
}

/// The first pattern that admits hosts which anybody can have.
pub(super) fn wide(patterns: &Item) -> Option<&str> {
    patterns.items().iter().filter_map(Item::literal).find(|pattern| is_wide(pattern))
}

fn is_wide(pattern: &str) -> bool {
    // Before 1.53 a pattern without a protocol, or with a star in the host, also matched across slashes.
    let rest = pattern.split_once("://").map_or(pattern, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    let name = host.split(':').next().unwrap_or(host);
    let loopback = ["localhost", "127.0.0.1", "[::1]", "["].iter().any(|local| host.starts_with(local));
    if loopback {
        return false;
    }
    name.trim_matches(['*', '.']).is_empty()
        || name.starts_with('*') && name.trim_start_matches(['*', '.']).split('.').count() < 2
}

#[cfg(test)]
mod tests {
    use super::is_wide;

    #[test]
    fn patterns_for_any_host_are_wide() {
        for wide in ["*", "**", "https://*", "http://*/*", "https://*.com/cb", "*://*", "https://**"] {
            assert!(is_wide(wide), "{wide}");
        }
        for narrow in [
            "https://claude.ai/*",
            "http://localhost:*",
            "http://127.0.0.1:*/*",
            "http://[::1]:*",
            "cursor://anysphere.cursor/*",
            "https://*.example.com/*",
        ] {
            assert!(!is_wide(narrow), "{narrow}");
        }
    }
}
