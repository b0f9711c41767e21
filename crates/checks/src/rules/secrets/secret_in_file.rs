use super::is_literal_secret;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let repository = cx.repository();
    if repository.files.iter().next().is_none() {
        return Err(Skip::because("no files here"));
    }
    for leak in repository.leaks() {
        if is_told_as_a_setting(cx, &leak.place) {
            continue;
        }
        let is_key = leak.rule.contains("private-key");
        let severity = match (is_test(&leak.place), is_key) {
            (true, _) => Severity::Medium,
            (false, false) if is_of_badge(cx, leak) => Severity::Low,
            (false, true) => Severity::Critical,
            (false, false) => Severity::High,
        };
        findings
            .at(&leak.place, format!("a secret is in the repository: {}", leak.name))
            .severity(severity)
            .why("whoever can read the repository, or an old clone of it, can use it; deleting the line does not take it back")
            .fix(Fix::manual(
                "revoke it where it was issued, then keep its successor in a secrets manager and refer to it by a variable",
            ));
    }
    Ok(())
}

/// Whether it is the value of a setting, of which another rule tells more.
fn is_told_as_a_setting(cx: &Context<'_>, place: &Place) -> bool {
    let projects = cx.projects().unwrap_or_default();
    let mut configs =
        projects.iter().flat_map(|project| &project.configs).filter(|config| config.path == place.path);
    configs.any(|config| {
        let mut told = false;
        config.root.walk(&mut |path, item| {
            let within = item.place.start <= place.start && place.end <= item.place.end;
            told |= within && is_literal_secret(path, item);
        });
        told
    })
}

/// Whether it is in the address of a picture that shows how a build went: what it opens is that picture.
fn is_of_badge(cx: &Context<'_>, leak: &crate::Leak) -> bool {
    let text = cx.repository().files.get(&leak.place.path).and_then(crate::File::text);
    let before = text.and_then(|text| text.get(..leak.place.start)).unwrap_or_default();
    let address = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '<')).next();
    address.is_some_and(|address| address.starts_with("http") && address.contains("badge"))
}

/// Whether a file is there to test something.
fn is_test(place: &Place) -> bool {
    let lower = place.path.to_ascii_lowercase();
    let folders = [
        "test",
        "tests",
        "__tests__",
        "__fixtures__",
        "fixtures",
        "testdata",
        "__mocks__",
        "mocks",
        "e2e-tests",
    ];
    lower.split('/').any(|part| folders.contains(&part))
        || lower.contains(".test.")
        || lower.contains(".spec.")
}
