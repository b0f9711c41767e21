use std::collections::BTreeSet;
use std::sync::Arc;

use crate::file::is_yaml;
use crate::fix::Fix;
use crate::kube;
use crate::repo::{Files, Role, is_for_development};
use crate::{Checklist, Context, File, Findings, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Settings, in small letters without separators, that switch the check of certificates off when they are true.
const OFF_IF_TRUE: &[&str] = &[
    "insecureskipverify",
    "insecureskiptlsverify",
    "tlsinsecureskipverify",
    "tlsskipverifyinsecure",
    "insecuretlsskipverify",
    "skiptlsverify",
    "tlsskipverify",
    "skipsslvalidation",
    "skipsslverify",
    "sslinsecureskipverify",
    "allowinsecuretls",
];
/// Those that do when they are false.
const OFF_IF_FALSE: &[&str] = &["tlsverify", "sslverify", "verifyssl", "verifytls", "sslverification"];
/// The most bytes of a file that is looked at.
const BYTES: usize = 1 << 20;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files = &cx.repository().files;
    // What an app-config says, or includes, has rules of its own, wherever it is written.
    let mut configs: BTreeSet<&str> = BTreeSet::new();
    for config in cx.repository().projects.iter().flat_map(|project| &project.configs) {
        configs.insert(&config.path);
        config.root.walk(&mut |_, item| {
            configs.insert(&item.place.path);
        });
    }
    let mut looked = false;
    for file in files.iter().filter(|file| is_sent(file, files) && !configs.contains(&*file.path)) {
        let Some(text) = file.text().filter(|text| text.len() <= BYTES && !text.contains("${{")) else {
            continue;
        };
        looked = true;
        for (place, key, value) in settings(&file.path, text) {
            findings
                .at(&place, format!("`{key}: {value}`: nobody checks whose certificate it is"))
                .severity(Severity::Medium.less(u8::from(is_for_development(&file.path))))
                .why("whoever sits on the network answers in the place of the server, and gets the credentials that are sent")
                .fix(Fix::manual("give it the certificate of your authority, and take the setting away"));
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no YAML here but app-configs and workflows")) }
}

/// Whether a file may be sent to a cluster, or tell a program there what to do; those of templates are not.
fn is_sent(file: &File, files: &Files) -> bool {
    let is_other = file.path.starts_with('.') || Role::of(file.name()).is_some();
    // Templates of a chart are sent, those of the portal are not.
    let folder = match file.folder().rsplit_once("/templates") {
        Some((chart, rest))
            if (rest.is_empty() || rest.starts_with('/'))
                && files.get(&format!("{chart}/Chart.yaml")).is_some() =>
        {
            chart
        }
        _ => file.folder(),
    };
    is_yaml(file.name()) && !is_other && !kube::is_aside(folder)
}

/// Lines that switch the check off: where, which setting, and its value.
fn settings<'a>(path: &Arc<str>, text: &'a str) -> Vec<(Place, &'a str, &'a str)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (line, content) in (1..).zip(text.split_inclusive('\n')) {
        let from = start;
        start += content.len();
        let bare = content.trim_start();
        let before = content.len() - bare.len();
        let (bare, before) = bare.strip_prefix("- ").map_or((bare, before), |rest| (rest, before + 2));
        let Some((key, value)) = bare.split_once(':') else { continue };
        let value = value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']);
        if is_off(key, value) {
            let (start, end) = (from + before, from + before + key.len());
            let column = u32::try_from(before + 1).unwrap_or(u32::MAX);
            found.push((Place { path: Arc::clone(path), line, column, start, end }, key, value));
        }
    }
    found
}

fn is_off(key: &str, value: &str) -> bool {
    let off = match value {
        "true" => OFF_IF_TRUE,
        "false" => OFF_IF_FALSE,
        _ => return false,
    };
    let is_key = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '"' | '\''));
    if key.len() > 40 || !is_key {
        return false;
    }
    let plain: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    off.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_where_they_are() {
        let text = "a:\n  # insecureSkipVerify: true\n  - tls_skip_verify_insecure: \"true\" # why\n  ssl-verify: false\nskipTLSVerify: false\n";
        let found = settings(&Arc::from("a.yaml"), text);
        let at: Vec<_> = found.iter().map(|(place, key, _)| (place.line, place.column, *key)).collect();
        assert_eq!(at, [(3, 5, "tls_skip_verify_insecure"), (4, 3, "ssl-verify")]);
        assert!(found.iter().all(|(place, key, _)| text.get(place.start..place.end) == Some(*key)));
    }
}
