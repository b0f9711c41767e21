use crate::fix::Fix;
use crate::rule::Skip;
use crate::rules::env_file::assignments;
use crate::secret_names::{is_placeholder, is_secret};
use crate::{Checklist, Confidence, Context, File, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Ends of names of what sessions and tokens are signed with.
const SIGNS: &[&str] = &["SESSION_SECRET", "BACKEND_SECRET", "AUTH_SECRET", "JWT_SECRET", "COOKIE_SECRET"];
/// Parts of values that ask for another.
const ASKS: &[&str] = &["change", "replace", "generate", "your", "random-", "goes-here", "here"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = false;
    for file in cx.repository().files.iter().filter(|file| !in_skeleton(file)) {
        match kind(file.name()) {
            Some(Kind::Environment) => {
                looked = true;
                for one in assignments(file) {
                    let name = one.name.to_ascii_uppercase();
                    if SIGNS.iter().any(|end| name.ends_with(end)) && is_real(one.value) {
                        tell(findings, &one.place, one.name);
                    }
                }
            }
            Some(Kind::Configuration) => {
                looked = true;
                for tree in file.trees() {
                    tree.walk(&mut |path, item| {
                        let key = path.rsplit('.').next().unwrap_or(path);
                        if is_secret(key) && item.literal().is_some_and(is_real) {
                            tell(findings, item.key_place(), key);
                        }
                    });
                }
            }
            None => {}
        }
    }
    if looked {
        Ok(())
    } else {
        Err(Skip::because("no example of an environment file or an app-config here"))
    }
}

enum Kind {
    Environment,
    Configuration,
}

/// What a file is an example of, by its name.
fn kind(name: &str) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    let is_example = |name: &str| {
        ["example", "sample", "template", "dist"]
            .iter()
            .any(|word| name.split(['.', '-', '_']).any(|part| part == *word))
    };
    // `app-config.example.yaml` is read as an app-config.
    let is_config = name.starts_with("app-config") && !crate::file::is_yaml(&name);
    match () {
        () if !is_example(&name) => None,
        () if name.starts_with(".env") => Some(Kind::Environment),
        () if is_config => Some(Kind::Configuration),
        () => None,
    }
}

fn in_skeleton(file: &File) -> bool {
    file.folder()
        .split('/')
        .any(|part| matches!(part, "skeleton" | "skeletons" | "content" | "templates" | "node_modules"))
}

/// Whether it is a value that runs as it is, not one that asks for another.
fn is_real(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    !is_placeholder(value) && !value.contains(' ') && !ASKS.iter().any(|word| lower.contains(word))
}

fn tell(findings: &mut Findings, place: &Place, name: &str) {
    findings
        .at(place, format!("the example has a value for `{name}` that runs as it is"))
        .confidence(Confidence::Medium)
        .why("whoever copies the example has a secret that everybody can read, and nothing says that it is to be changed")
        .fix(Fix::manual("leave it empty in the example, and say how to make one (`openssl rand -base64 32`)"));
}
