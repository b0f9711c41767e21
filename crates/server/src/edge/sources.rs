//! Which client addresses may ask at all, for everything or for some paths.

use std::net::IpAddr;

use ipnet::IpNet;

/// Rules in the order of the configuration: each narrows the paths it names.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    /// Path prefixes, without a trailing slash, lower case; empty: every path.
    paths: Vec<String>,
    nets: Vec<IpNet>,
}

impl Sources {
    /// Adds a rule: requests to these paths (all, if none is named) come from these networks only.
    pub(crate) fn add(&mut self, paths: &[String], nets: &[IpNet]) {
        let paths = paths.iter().map(|path| path.trim_end_matches('/').to_lowercase()).collect();
        self.rules.push(Rule { paths, nets: nets.to_vec() });
    }

    /// Whether every rule that names this path names this client.
    ///
    /// Rules only narrow: a path in two rules needs both, so no rule can widen another.
    pub(crate) fn allows(&self, path: &str, client: IpAddr) -> bool {
        self.rules.iter().all(|rule| {
            !rule.covers(path) || rule.nets.iter().any(|net| net.contains(&client.to_canonical()))
        })
    }
}

impl Rule {
    /// Prefix match at segment boundaries, without regard to case: a rule errs on the side of
    /// covering too much.
    fn covers(&self, path: &str) -> bool {
        self.paths.is_empty()
            || self.paths.iter().any(|prefix| {
                path.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
                    && matches!(path.as_bytes().get(prefix.len()), None | Some(b'/'))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_rule_narrows_its_path_only() {
        let mut sources = Sources::default();
        sources.add(&["/api/catalog/entities/".into()], &["10.8.0.0/16".parse().expect("a net")]);
        let vpn = "10.8.1.2".parse().expect("an address");
        let world = "203.0.113.1".parse().expect("an address");
        assert!(sources.allows("/api/catalog/entities", vpn));
        for covered in ["/api/catalog/entities", "/api/catalog/entities/by-query", "/API/Catalog/Entities/"] {
            assert!(!sources.allows(covered, world), "{covered}");
        }
        for free in ["/", "/api/catalog/entities-x", "/api/catalog"] {
            assert!(sources.allows(free, world), "{free}");
        }
    }

    #[test]
    fn rules_only_narrow() {
        let mut sources = Sources::default();
        sources.add(&[], &["10.0.0.0/8".parse().expect("a net")]);
        sources.add(&["/a".into()], &["192.0.2.0/24".parse().expect("a net")]);
        assert!(!sources.allows("/a", "192.0.2.1".parse().expect("an address")));
        assert!(!sources.allows("/a", "10.0.0.1".parse().expect("an address")));
        assert!(sources.allows("/b", "::ffff:10.0.0.1".parse().expect("an address")));
    }
}
