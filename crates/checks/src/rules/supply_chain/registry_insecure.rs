use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, File, Findings, Item, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::High, serve: Serve::Inapplicable, check };

const HTTP: &str = "whoever sits on the network decides what is installed, and reads the token that is sent";
const TLS: &str =
    "whoever sits on the network can pretend to be the registry, and reads the token that is sent";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut judged = false;
    for file in cx.repository().files.iter() {
        match file.name() {
            ".npmrc" | ".yarnrc" => ini(file, findings),
            ".yarnrc.yml" => yarn(file, findings),
            _ => continue,
        }
        judged = true;
    }
    if judged { Ok(()) } else { Err(Skip::because("no .npmrc, .yarnrc or .yarnrc.yml here")) }
}

/// `.npmrc` (`key=value`) and the `.yarnrc` of Yarn 1 (`key "value"`).
fn ini(file: &File, findings: &mut Findings) {
    let mut start = 0;
    for line in file.text().unwrap_or_default().split_inclusive('\n') {
        let place = file.place(start, start + line.trim_end().len());
        start += line.len();
        let line = line.trim();
        let separator = if file.name() == ".npmrc" { '=' } else { ' ' };
        let Some((key, value)) = line.split_once(separator) else { continue };
        if line.starts_with(['#', ';']) {
            continue;
        }
        let (key, value) = (key.trim().trim_matches('"'), value.trim().trim_matches('"'));
        match key.rsplit(':').next().unwrap_or(key) {
            "registry" => plain(&place, value, findings),
            "strict-ssl" if value == "false" => {
                findings
                    .at(&place, "the registry's certificate is not checked")
                    .why(TLS)
                    .fix(Fix::suggested("remove the line", vec![Edit::RemoveLines { place: place.clone() }]));
            }
            _ => {}
        }
    }
}

fn yarn(file: &File, findings: &mut Findings) {
    let Some(root) = file.tree() else { return };
    root.walk(&mut |path, item| {
        let value = item.as_str().unwrap_or_default();
        match path.rsplit('.').next().unwrap_or(path) {
            "npmRegistryServer" | "npmPublishRegistry" => plain(item.key_place(), value, findings),
            _ => {}
        }
    });
    if let Some(off) = root.get("enableStrictSsl").filter(|flag| flag.as_bool() == Some(false)) {
        findings
            .at(off.key_place(), "the registry's certificate is not checked")
            .why(TLS)
            .fix(Fix::suggested("remove the line", vec![Edit::remove(off)]));
    }
    let lax = |item: &&Item| matches!(item.as_str(), Some("ignore" | "update"));
    if let Some(checksums) = root.get("checksumBehavior").filter(lax) {
        findings
            .at(
                checksums.key_place(),
                format!(
                    "packages that do not have the lock file's hash are taken (checksumBehavior: {})",
                    checksums.as_str().unwrap_or_default()
                ),
            )
            .severity(Severity::Medium)
            .why("the hash is what makes sure that what is installed is what was reviewed")
            .fix(Fix::suggested("remove the line", vec![Edit::remove(checksums)]));
    }
    for host in root.get("unsafeHttpWhitelist").map(Item::one_or_many).unwrap_or_default() {
        if host.as_str().is_some_and(|host| !is_local(host)) {
            findings
                .at(&host.place, "packages may come from this host over plain http")
                .why(HTTP)
                .fix(Fix::suggested("remove it, and use https", vec![Edit::remove(host)]));
        }
    }
}

fn plain(place: &Place, value: &str, findings: &mut Findings) {
    let Some(rest) = value.strip_prefix("http://").filter(|rest| !is_local(rest)) else { return };
    let host = rest.split(['/', ':']).next().unwrap_or(rest);
    findings
        .at(place, format!("packages come from {host} over plain http"))
        .why(HTTP)
        .fix(Fix::manual("use https"));
}

fn is_local(host: &str) -> bool {
    let name = host.split(['/', ':']).next().unwrap_or(host);
    matches!(name, "localhost" | "127.0.0.1" | "[" | "host.docker.internal" | "verdaccio")
}
