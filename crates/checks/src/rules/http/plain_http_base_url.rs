use super::variable::{given, leading};
use super::{host, is_loopback};
use crate::fix::{Edit, Fix};
use crate::repo::{Reach, Role, Setting};
use crate::rules::scripts::{self, Home};
use crate::{Checklist, Confidence, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // A portal has two addresses and one fault: of several in a file the first says it.
    let mut told: Vec<std::sync::Arc<str>> = Vec::new();
    for key in ["app.baseUrl", "backend.baseUrl"] {
        for setting in cx.settings(key)? {
            let Some(text) = setting.item.as_str() else { continue };
            if !text.trim().to_ascii_lowercase().starts_with("http://")
                || told.contains(&setting.item.place.path)
            {
                continue;
            }
            let is_local = host(text).is_some_and(|host| is_loopback(&host));
            let severity = match (&setting.reach, is_local) {
                // A base file's localhost is for development, and what production replaces is nobody's.
                (Reach::NotLoaded(Role::Development) | Reach::Overridden(_), _)
                | (Reach::NotLoaded(_), true) => continue,
                // Unless nothing else is loaded.
                (Reach::Production(production), true)
                    if is_base(&setting)
                        && (production.launch.configs.len() != 1
                            || is_set_elsewhere(*cx)
                            || !production.certain
                            || !production.missing().is_empty()) =>
                {
                    continue;
                }
                (Reach::Production(_), true) => Severity::Low,
                (_, false) => setting.severity(Severity::High),
            };
            let what = host(text)
                .filter(|host| !host.contains('$'))
                .map_or_else(|| "plain HTTP".to_owned(), |host| format!("plain HTTP at `{host}`"));
            told.push(setting.item.place.path.clone());
            findings
                .at(&setting.item.place, format!("`{key}` is {what}"))
                .severity(severity)
                .confidence(if is_local { Confidence::Medium } else { Confidence::High })
                .why(if is_local {
                    "a placeholder in what production loads: cookies lose their Secure flag unless something overrides it where it runs"
                } else {
                    "tokens and cookies pass in the clear, and cookies are made without their Secure flag"
                })
                .fix(https(setting.item, text))
                .evidence(setting.evidence());
        }
    }
    from_values(*cx, findings);
    from_scripts(*cx, findings);
    from_variables(*cx, findings)
}

/// Addresses that pipelines and scripts hand over: `BASE_URL=http://backstage.$IP.nip.io`, `--set ..app.baseUrl=http://..`.
fn from_scripts(cx: Context<'_>, findings: &mut Findings) {
    let mut told: Vec<Place> = Vec::new();
    for script in scripts::with(cx, &["URL=\"http://", "URL=http://", "Url=http://", "URL='http://"])
        .unwrap_or_default()
    {
        if script.is_local || !matches!(script.home, Home::Pipeline | Home::Tool) {
            continue;
        }
        for word in script.commands.iter().flat_map(|command| &command.words) {
            let Some((name, url)) = word.text.split_once('=').filter(|(_, url)| url.starts_with("http://"))
            else {
                continue;
            };
            let is_address = name.ends_with("BASE_URL")
                || name.ends_with("app.baseUrl")
                || name.ends_with("backend.baseUrl");
            let is_of_portal = ["backstage", "portal", "baseurl"]
                .iter()
                .any(|part| word.text.to_ascii_lowercase().contains(part));
            if !is_address
                || !is_of_portal
                || host(url).is_none_or(|host| is_loopback(&host))
                || told.contains(&word.place)
            {
                continue;
            }
            told.push(word.place.clone());
            findings
                .at(&word.place, format!("a script gives the portal an address of plain HTTP, by `{name}`"))
                .severity(Severity::Medium)
                .confidence(Confidence::Medium)
                .why("tokens and cookies pass in the clear, and cookies are made without their Secure flag")
                .fix(Fix::manual("give it an https address, and end TLS before it"));
        }
    }
}

/// The same address with TLS, where something before the portal may serve it.
fn https(item: &Item, text: &str) -> Fix {
    if is_public(text) {
        let secure = text.trim().replacen("http://", "https://", 1);
        Fix::suggested("write https", vec![Edit::set(item, secure)])
    } else {
        Fix::manual("write the https address that people open")
    }
}

/// Whether an address is one that something before the portal may serve with TLS: a name of the internet, without a port
/// of the portal's own.
fn is_public(text: &str) -> bool {
    let Some(host) = host(text) else { return false };
    let inside = [".local", ".svc", ".internal", ".lan", ".cluster"].iter().any(|end| host.ends_with(end));
    let port = text.trim().split_once("://").and_then(|(_, rest)| rest.split('/').next()?.rsplit_once(':'));
    host.contains('.')
        && !inside
        && !is_loopback(&host)
        && port.is_none()
        && host.parse::<std::net::IpAddr>().is_err()
}

/// Addresses that a chart of one's own takes from its values. Those of whole configurations among values are settings.
fn from_values(cx: Context<'_>, findings: &mut Findings) {
    let configs = cx.repository().projects.iter().flat_map(|project| &project.configs);
    let configs: std::collections::BTreeSet<&str> = configs.map(|config| &*config.path).collect();
    for given in cx.given().iter().filter(|given| given.is_of_portal()) {
        for key in ["app.baseUrl", "backend.baseUrl"] {
            for (_, item) in given.values.find(&format!("**.{key}")) {
                let url = item.as_str().filter(|url| url.starts_with("http://"));
                let Some(host) = url.and_then(host).filter(|_| !configs.contains(&*item.place.path)) else {
                    continue;
                };
                let is_local = is_loopback(&host);
                let severity = if is_local { Severity::Low } else { given.severity(Severity::High) };
                findings
                    .at(&item.place, format!("`{key}` is plain HTTP at `{host}`, unless whoever installs it says otherwise"))
                    .severity(severity)
                    .confidence(Confidence::Medium)
                    .why("tokens and cookies pass in the clear, and cookies are made without their Secure flag")
                    .fix(Fix::manual("write https, or have the chart refuse to be installed without an address"));
            }
        }
    }
}

/// Addresses that production takes from a variable, which a manifest or a chart sets.
fn from_variables(cx: Context<'_>, findings: &mut Findings) -> Ran {
    let mut told: Vec<&Place> = Vec::new();
    for key in ["app.baseUrl", "backend.baseUrl"] {
        for setting in cx.settings(key)?.filter(Setting::is_effective) {
            let Some(name) = setting.item.as_str().and_then(leading) else { continue };
            for item in given(cx, name) {
                let Some(url) = item.as_str().filter(|url| url.starts_with("http://")) else { continue };
                if host(url).is_none_or(|host| is_loopback(&host)) || told.contains(&&item.place) {
                    continue;
                }
                told.push(&item.place);
                findings
                    .at(&item.place, format!("`{key}` is given plain HTTP, by `{name}`"))
                    .severity(Severity::Medium)
                    .confidence(Confidence::Medium)
                    .why("unless whoever installs it sets another, tokens and cookies pass in the clear")
                    .fix(https(item, url))
                    .because(Some(&setting.item.place), format!("`{key}` is `${{{name}}}`"))
                    .evidence(setting.evidence());
            }
        }
    }
    Ok(())
}

/// Whether a file that deploys sets the address by a variable, in whatever way.
fn is_set_elsewhere(cx: Context<'_>) -> bool {
    let mut files = cx.repository().files.iter().filter(|file| {
        [".yaml", ".yml", ".tf", ".env", ".tpl", ".json", ".sh"].iter().any(|end| file.name().ends_with(end))
    });
    files.any(|file| {
        file.text().is_some_and(|text| text.contains("APP_CONFIG_app") || text.contains("APP_CONFIG_backend"))
    })
}

/// Whether a value comes from the base file of an application, whose addresses are those of development.
fn is_base(setting: &Setting<'_>) -> bool {
    let config = setting.project.configs.iter().find(|config| config.path == setting.item.place.path);
    config.is_some_and(|config| config.role == Role::Base)
}
