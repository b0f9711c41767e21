use super::compose_database_port::published;
use crate::fix::Fix;
use crate::kube::Pod;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Arguments that switch a login off, without what is after `=`: of which program, and what strangers get.
const FLAGS: &[(&str, &str, &str)] = &[
    ("--api.insecure", "traefik", "Traefik's dashboard and API"),
    ("--enable-skip-login", "dashboard", "the Kubernetes dashboard"),
    ("--disable-auth", "", "everything of it"),
    ("--auth-mode=server", "argo", "Argo Workflows with its own account"),
    ("--no-auth", "", "everything of it"),
    ("--read-only=false", "tekton", "what changes and starts pipelines"),
    ("--noauth", "", "everything of it"),
];

/// Variables that do.
const VARIABLES: &[(&str, &str, &str)] = &[
    ("TRAEFIK_API_INSECURE", "true", "Traefik's dashboard and API"),
    ("GF_AUTH_ANONYMOUS_ORG_ROLE", "Admin", "Grafana as administrators"),
    ("GF_AUTH_ANONYMOUS_ORG_ROLE", "Editor", "Grafana as editors"),
    ("PGADMIN_CONFIG_SERVER_MODE", "False", "pgAdmin"),
    ("DISABLE_SECURITY_PLUGIN", "true", "OpenSearch"),
    ("DISABLE_SECURITY_DASHBOARDS_PLUGIN", "true", "OpenSearch's dashboards"),
    ("xpack.security.enabled", "false", "Elasticsearch"),
    ("plugins.security.disabled", "true", "OpenSearch"),
    ("ME_CONFIG_BASICAUTH", "false", "mongo-express"),
    ("DISABLE_AUTH", "true", "everything of it"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let services = super::services(cx);
    let pods = cx.deployed();
    for service in services.iter().flatten() {
        let image = service.image_name().unwrap_or_default();
        let mut off: Option<&'static str> = None;
        let mut tell = |place: &Place, how: &str, whom: &'static str| {
            off = Some(whom);
            report(findings, place, service.name, how, whom, service.severity(Severity::Medium));
        };
        for (text, item) in
            ["command", "entrypoint"].iter().filter_map(|key| service.item.get(key)).flat_map(words)
        {
            if let Some((flag, whom)) = flag_of(text, &image) {
                tell(&item.place, flag, whom);
            }
        }
        for (name, value, item) in service.environment() {
            if let Some(whom) = variable_of(name, value) {
                tell(item.key_place(), name, whom);
            }
        }
        // Traefik's own port; those of databases have a rule of their own.
        let ports = service.item.get("ports").map(Item::items).unwrap_or_default();
        for port in ports.iter().filter(|_| off.is_some_and(|whom| whom.starts_with("Traefik"))) {
            if published(port).is_some_and(|(inner, _)| inner == "8080") {
                let whom = off.unwrap_or_default();
                report(
                    findings,
                    &port.place,
                    service.name,
                    "its port, on every interface",
                    whom,
                    service.severity(Severity::Medium),
                );
            }
        }
    }
    // Copies of what others publish too: these are seldom meant to be open.
    let objects = pods.iter().flat_map(|manifests| &manifests.objects);
    let pods_of = objects.filter(|object| object.belongs.is_deployed()).filter_map(Pod::of);
    for container in pods_of.flat_map(Pod::containers) {
        let image = container.image().map(|image| image.name).unwrap_or_default();
        let severity = container.severity(Severity::High);
        for (text, item) in
            ["command", "args"].iter().filter_map(|key| container.item.get(key)).flat_map(words)
        {
            if let Some((flag, whom)) = flag_of(text, &image) {
                report(findings, &item.place, container.name(), flag, whom, severity);
            }
        }
        for variable in container.item.get("env").map(Item::items).unwrap_or_default() {
            let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) else { continue };
            let (name, text) = (name.as_str().unwrap_or_default(), value.as_str().unwrap_or_default());
            if let Some(whom) = variable_of(name, text) {
                report(findings, &value.place, container.name(), name, whom, severity);
            }
        }
    }
    for given in cx.given() {
        let mut found = Vec::new();
        given.values.walk(&mut |path, map| {
            let is_on = map.get("enabled").is_some_and(Item::is_true);
            let role = map.get("org_role").filter(|_| is_on && path.ends_with("auth.anonymous"));
            found.extend(role.filter(|role| matches!(role.as_str(), Some("Admin" | "Editor"))));
        });
        for role in found {
            let whom = if role.as_str() == Some("Admin") {
                "Grafana as administrators"
            } else {
                "Grafana as editors"
            };
            report(
                findings,
                role.key_place(),
                "grafana",
                "auth.anonymous",
                whom,
                given.severity(Severity::High),
            );
        }
    }
    match (services, pods) {
        (Err(_), Err(_)) if !cx.given().is_empty() => Ok(()),
        (Err(_), Err(_)) => Err(Skip::because("no compose file or manifest here")),
        _ => Ok(()),
    }
}

fn report(findings: &mut Findings, place: &Place, who: &str, how: &str, whom: &str, severity: Severity) {
    findings
        .at(place, format!("`{who}` asks nobody to sign in: {how}"))
        .severity(severity)
        .why(format!("whoever reaches it has {whom}, and with it what stands behind"))
        .fix(Fix::manual("take it out and have it ask, or publish it on 127.0.0.1 only"));
}

/// The words of a command, be it a text or a list, each with where it is.
fn words(item: &Item) -> Vec<(&str, &Item)> {
    match item.as_str() {
        Some(text) => text.split_whitespace().map(|word| (word, item)).collect(),
        None => item.items().iter().filter_map(|item| Some((item.as_str()?, item))).collect(),
    }
}

fn flag_of(word: &str, image: &str) -> Option<(&'static str, &'static str)> {
    let word = word.trim_matches(['"', '\'']);
    FLAGS.iter().find_map(|(flag, of, whom)| {
        let rest = word.strip_prefix(flag)?;
        let is_on = rest.is_empty() || matches!(rest, "=true" | "=1");
        (is_on && image.contains(of)).then_some((*flag, *whom))
    })
}

fn variable_of(name: &str, value: &str) -> Option<&'static str> {
    let value = value.trim_matches(['"', '\'']);
    VARIABLES
        .iter()
        .find(|(known, off, _)| name == *known && value.eq_ignore_ascii_case(off))
        .map(|(_, _, whom)| *whom)
}
