use crate::fix::Fix;
use crate::packages::{Kind, Wanted};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for package in cx.packages()?.iter() {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.kind != Kind::Peer) {
            let (severity, what, why) = match dependency.wanted() {
                Wanted::Git(text) if is_commit(text) => (
                    Severity::Low,
                    "a commit of a Git repository",
                    "no registry has checked or kept it: it is gone with the repository, and its install runs the repository's scripts",
                ),
                Wanted::Git(_) => (
                    Severity::Medium,
                    "a Git repository, without a commit",
                    "whoever can push there decides what the next update installs, and its install runs the repository's scripts",
                ),
                Wanted::Archive(text) if text.starts_with("http:") => (
                    Severity::High,
                    "an archive over plain http",
                    "whoever sits on the network decides what is installed",
                ),
                Wanted::Archive(_) => (
                    Severity::Medium,
                    "an archive at a URL",
                    "what is at that URL can be replaced, and no registry has checked or kept it",
                ),
                _ => continue,
            };
            // What is only for development is not in what runs.
            let severity = match dependency.kind {
                Kind::Dev => severity.less(1),
                _ => severity,
            };
            findings
                .at(&dependency.place, format!("{} comes from {what}", dependency.name))
                .severity(severity)
                .why(why)
                .fix(Fix::manual(
                    "publish it to a registry, and ask for a version; until then, name the full commit",
                ));
        }
    }
    Ok(())
}

/// Whether a Git URL names a commit in full.
fn is_commit(text: &str) -> bool {
    let reference = text.rsplit_once('#').map_or("", |(_, reference)| reference);
    let reference = reference.strip_prefix("commit=").unwrap_or(reference);
    reference.len() >= 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}
