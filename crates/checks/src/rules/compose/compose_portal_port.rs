use super::Service;
use super::compose_database_port::published;
use crate::fix::{Edit, Fix};
use crate::image::{Dockerfile, join};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Names that portals go by.
const NAMES: &[&str] = &["backstage", "developer-hub", "rhdh", "dev-portal", "devportal", "developer-portal"];
/// Ports on which portals, and what serves their frontends, speak plain HTTP.
const PORTS: &[&str] = &["7007", "7000", "3000", "80", "8080"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for service in super::services(cx)? {
        if service.is_local || is_for_work(&service) || !is_portal(cx, &service) {
            continue;
        }
        let ports = service.item.get("ports").map(Item::items).unwrap_or_default();
        let open = ports.iter().filter_map(|port| Some((port, published(port)?)));
        // One is the portal's; others are what the image once had.
        let best = open
            .filter_map(|(port, (inner, text))| {
                Some((PORTS.iter().position(|known| *known == inner)?, port, inner, text))
            })
            .min_by_key(|(rank, ..)| *rank);
        if let Some((_, port, inner, text)) = best {
            let what = "publish it on 127.0.0.1 and put a proxy with TLS before it";
            let fix = match port.as_str() {
                Some(written) if !written.starts_with("0.0.0.0") => {
                    Fix::suggested(what, vec![Edit::set(port, format!("127.0.0.1:{written}"))])
                }
                _ => Fix::manual(what),
            };
            findings
                .at(&port.place, format!("`{}` publishes the portal on every interface without TLS: {text}", service.name))
                .severity(if says_localhost(&service) { Severity::Low } else { Severity::Medium })
                .confidence(if inner == "7007" { Confidence::High } else { Confidence::Medium })
                .why("tokens and cookies of everybody who signs in cross the network as plain text, past a proxy that may stand beside it")
                .fix(fix);
        }
    }
    Ok(())
}

/// Whether a service runs a portal: by its image's name, or by the Dockerfile that it is built from.
fn is_portal(cx: &Context<'_>, service: &Service<'_>) -> bool {
    let named = service.image_name().is_some_and(|name| {
        let short = name.rsplit('/').next().unwrap_or(&name).to_ascii_lowercase();
        let short = short.split(':').next().unwrap_or_default();
        NAMES.iter().any(|name| short.contains(name))
            && !["postgres", "-db", "redis"].iter().any(|other| short.contains(other))
    });
    named || dockerfile(cx, service).is_some()
}

/// The portal's Dockerfile that a service is built from.
fn dockerfile<'a>(cx: &Context<'a>, service: &Service<'_>) -> Option<&'a Dockerfile> {
    let build = service.item.get("build")?;
    let context = build.as_str().or_else(|| build.get("context")?.as_str()).unwrap_or(".");
    let name = build.get("dockerfile").and_then(Item::as_str).unwrap_or("Dockerfile");
    let folder = build.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = join(&join(&format!("/{folder}"), context), name);
    let path = path.trim_start_matches('/');
    cx.repository().images.iter().find(|image| &*image.path == path && image.purpose.is_portal())
}

/// Whether it runs for people who work on the application: from mounted sources, or in development mode.
fn is_for_work(service: &Service<'_>) -> bool {
    let mounts_sources =
        service.item.get("volumes").map(Item::items).unwrap_or_default().iter().any(|volume| {
            let source = volume.as_str().and_then(|text| text.split(':').next());
            let source = source.or_else(|| volume.get("source").and_then(Item::as_str)).unwrap_or_default();
            matches!(
                source.trim_end_matches('/'),
                "." | ".." | "./packages" | "./plugins" | "${PWD}" | "../.."
            )
        });
    let in_development =
        service.environment().iter().any(|(name, value, _)| *name == "NODE_ENV" && *value == "development");
    let words = |key: &str| {
        let item = service.item.get(key);
        let texts = item.into_iter().flat_map(Item::one_or_many).filter_map(Item::as_str);
        texts.collect::<Vec<_>>().join(" ")
    };
    let command = words("command");
    mounts_sources
        || in_development
        || ["yarn dev", "yarn start", "npm run dev"].iter().any(|start| command.contains(start))
}

/// Whether it says that people reach it on the machine itself.
fn says_localhost(service: &Service<'_>) -> bool {
    let mut found = false;
    service.item.walk(&mut |path, item| {
        let is_address = path.starts_with("environment") || path.starts_with("labels");
        found |= is_address
            && item.as_str().is_some_and(|text| text.contains("//localhost") || text.contains(".localhost"));
    });
    found
}
