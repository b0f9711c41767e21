//! What the name of an app-config says.

/// What a file's name says it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `app-config.yaml`.
    Base,
    /// `production`, `prod`, and other names that production goes by; and what is inside manifests.
    Production,
    /// `local`, `dev`, `development`, `test`, `ci`, `e2e`, `example`, `docker` and the like.
    Development,
    /// Any other name.
    Other,
}

const DEVELOPMENT: [&str; 20] = [
    "local",
    "dev",
    "development",
    "develop",
    "test",
    "tests",
    "testing",
    "ci",
    "e2e",
    "example",
    "examples",
    "sample",
    "samples",
    "docker",
    "compose",
    "demo",
    "minikube",
    "kind",
    "k3d",
    "sandbox",
];
const PRODUCTION: [&str; 4] = ["production", "prod", "prd", "live"];

impl Role {
    /// By the name of a file such as `app-config.production.yaml` or `app-config-local.yaml`; none if it is no
    /// app-config.
    pub fn of(name: &str) -> Option<Self> {
        let stem = [".yaml", ".yml", ".json"].iter().find_map(|end| name.strip_suffix(end))?;
        let rest = stem.strip_prefix("app-config")?;
        if rest.is_empty() {
            return Some(Self::Base);
        }
        Some(Self::by_words(rest.strip_prefix(['.', '-', '_'])?).unwrap_or(Self::Other))
    }

    /// By a path below the application's folder: `environments/prod/app-config.yaml`.
    pub fn at(path: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match Self::of(name)? {
            role @ (Self::Base | Self::Other) => {
                Some(folder.rsplit('/').find_map(Self::by_words).unwrap_or(role))
            }
            role => Some(role),
        }
    }

    /// By the words of any name.
    pub(super) fn by_words(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let any = |names: &[&str]| lower.split(['.', '-', '_']).any(|word| names.contains(&word));
        match () {
            () if any(&DEVELOPMENT) => Some(Self::Development),
            () if any(&PRODUCTION) => Some(Self::Production),
            () => None,
        }
    }
}

/// Words of a path that hold for everything there, not only for configurations.
const FOR_WORK: [&str; 13] = [
    "local",
    "dev",
    "development",
    "develop",
    "test",
    "tests",
    "testing",
    "ci",
    "e2e",
    "examples",
    "samples",
    "minikube",
    "sandbox",
];

/// Whether a path says that what is there is for people who work on something, or for trying it out.
pub(crate) fn is_for_development(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.split(['/', '.', '-', '_']).any(|word| FOR_WORK.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_files_are_for() {
        for (path, role) in [
            ("app-config.yaml", Some(Role::Base)),
            ("config/app-config.yml", Some(Role::Base)),
            ("app-config.production.yaml", Some(Role::Production)),
            ("app-config-local.yaml", Some(Role::Development)),
            ("app-config.production.local.yaml", Some(Role::Development)),
            ("environments/prod/app-config.yaml", Some(Role::Production)),
            ("overlays/dev/app-config.eu.yaml", Some(Role::Development)),
            ("app-config.heroku.yaml", Some(Role::Other)),
            ("app-configuration.yaml", None),
            ("app-config.d.ts", None),
        ] {
            assert_eq!(Role::at(path), role, "{path}");
        }
        assert!(is_for_development("docker-compose.local.yaml") && !is_for_development("compose.prod.yaml"));
    }
}
