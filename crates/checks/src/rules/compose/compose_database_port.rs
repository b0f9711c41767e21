use super::Service;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Names in images of what keeps data.
const STORES: &[&str] = &[
    "postgres",
    "mysql",
    "mariadb",
    "mongo",
    "redis",
    "valkey",
    "elasticsearch",
    "opensearch",
    "memcached",
    "timescale",
    "minio",
    "etcd",
];
/// Names in images of what shows data to whoever opens it in a browser.
const CONSOLES: &[&str] =
    &["adminer", "pgadmin", "phpmyadmin", "mongo-express", "redis-commander", "redisinsight", "cloudbeaver"];
/// Their ports.
const PORTS: &[&str] = &["5432", "3306", "27017", "6379", "9200", "11211", "2379"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for service in super::services(cx)? {
        let keeps = is_store(&service) || is_any_of(&service, CONSOLES);
        let ports = service.item.get("ports").map(Item::items).unwrap_or_default().iter();
        let open: Vec<(&Item, String)> = ports
            .filter_map(|port| Some((port, published(port)?)))
            .filter(|(_, (inner, _))| keeps || PORTS.contains(&inner.as_str()))
            .map(|(port, (_, how))| (port, how))
            .collect();
        let Some((first, _)) = open.first() else { continue };
        let all: Vec<&str> = open.iter().map(|(_, how)| how.as_str()).collect();
        let inside = |port: &&Item| {
            let text = port.as_str()?;
            Some(Edit::set(port, format!("127.0.0.1:{}", text.trim_start_matches("0.0.0.0:"))))
        };
        let edits: Option<Vec<Edit>> = open.iter().map(|(port, _)| inside(port)).collect();
        let what = "publish it on 127.0.0.1, or not at all: services of one file reach each other";
        findings
            .at(
                &first.place,
                format!("`{}` is published on every interface: {}", service.name, all.join(", ")),
            )
            .severity(service.severity(Severity::Medium))
            .why("everybody on the network of the machine reaches the data, often with a default password")
            .fix(match edits {
                Some(edits) => Fix::suggested(what, edits),
                None => Fix::manual(what),
            });
    }
    Ok(())
}

/// Whether a service keeps data, by the name of its image.
pub(super) fn is_store(service: &Service<'_>) -> bool {
    is_any_of(service, STORES)
}

fn is_any_of(service: &Service<'_>, names: &[&str]) -> bool {
    let image = service.image().and_then(Item::as_str);
    image.is_some_and(|image| names.iter().any(|name| image.contains(name)))
}

/// The container's port, and how it is published, where that is on every interface.
pub(super) fn published(port: &Item) -> Option<(String, String)> {
    if let Some(target) = port.get("target") {
        let inner = target.as_number().map(|number| number.to_string())?;
        let host = port.get("host_ip").and_then(Item::as_str);
        let outer = port.get("published")?;
        let everywhere = host.is_none_or(|host| matches!(host, "0.0.0.0" | "::"));
        let outer = outer.as_str().map_or_else(
            || outer.as_number().map(|number| number.to_string()).unwrap_or_default(),
            str::to_owned,
        );
        return everywhere.then(|| (inner.clone(), format!("{outer}:{inner}")));
    }
    let text = port.as_str()?;
    let text_of = text.split('/').next().unwrap_or(text);
    let parts: Vec<&str> = text_of.rsplitn(3, ':').collect();
    match parts[..] {
        // A variable's default may hold a colon: that is not read.
        [inner, outer] if !outer.contains('$') || outer.ends_with('}') => {
            Some((inner.to_owned(), text.to_owned()))
        }
        [inner, _, "0.0.0.0"] => Some((inner.to_owned(), text.to_owned())),
        _ => None,
    }
}
