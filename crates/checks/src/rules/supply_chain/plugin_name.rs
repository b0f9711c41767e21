//! Packages that are plugins of others.

use crate::packages::{Dependency, Packages, Wanted};

/// Whether a dependency is a plugin that neither Backstage nor this repository publishes, as far as its name tells.
pub(super) fn is_third_party(packages: &Packages, dependency: &Dependency) -> bool {
    let name = dependency.package();
    let outside =
        !matches!(dependency.wanted(), Wanted::Workspace | Wanted::Local(_) | Wanted::BackstageRelease);
    let ours = name.starts_with("@backstage/") || name.starts_with("@internal/");
    outside
        && !ours
        && !packages.is_own(name)
        && !packages.is_own(&dependency.name)
        && looks_like_plugin(name)
}

fn looks_like_plugin(name: &str) -> bool {
    let (scope, last) = name.rsplit_once('/').unwrap_or(("", name));
    let backstage = scope.contains("backstage") && !matches!(scope, "@backstage");
    last.contains("backstage")
        || last.contains("-backend-module")
        || (!scope.is_empty() && (last.starts_with("plugin-") && last.contains("backend")))
        || (backstage && last.contains("plugin"))
        || (!scope.is_empty() && last.ends_with("-backend"))
}

#[cfg(test)]
mod tests {
    use super::looks_like_plugin;

    #[test]
    fn plugins_are_told_by_their_names() {
        for name in [
            "@roadiehq/scaffolder-backend-module-utils",
            "@backstage-community/plugin-badges-backend",
            "backstage-plugin-x",
            "@acme/opa-backend",
        ] {
            assert!(looks_like_plugin(name), "{name}");
        }
        for name in
            ["i18next-http-backend", "express", "@opentelemetry/api", "@babel/plugin-transform-runtime"]
        {
            assert!(!looks_like_plugin(name), "{name}");
        }
    }
}
