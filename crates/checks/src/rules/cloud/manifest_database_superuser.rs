use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::kube::{Object, Pod};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    of_images(cx, findings)?;
    for object in cx.manifests()?.objects.iter().filter(|object| object.belongs.is_near()) {
        for (place, user) in superusers(object) {
            findings
                .at(place.key_place(), format!("{} makes the account `{user}` a superuser", object.label()))
                .severity(RULE.severity.less(u8::from(object.is_development())))
                .confidence(object.confidence())
                .why("an injection or a stolen password reaches every database of the server, and files of its machine")
                .fix(Fix::manual("let the account own the portal's databases, or make databases, and nothing else"))
                .evidence(object.evidence());
        }
    }
    Ok(())
}

/// The account that the image of PostgreSQL makes, which is a superuser, where the portal connects with it.
fn of_images(cx: &Context<'_>, findings: &mut Findings) -> Result<(), Skip> {
    let manifests = cx.manifests()?;
    let pods = manifests.pods();
    let variables = |pod: &Pod<'_>| -> Vec<(String, Item)> {
        let containers = pod.containers().into_iter();
        let all = containers.flat_map(|one| one.item.get("env").map(Item::items).unwrap_or_default());
        all.filter_map(|one| Some((one.get("name")?.as_str()?.to_owned(), one.get("value")?.clone())))
            .collect()
    };
    let of_portal = pods.iter().filter(|pod| pod.object.belongs.is_portal());
    let users: BTreeSet<String> = of_portal
        .flat_map(variables)
        .filter(|(name, _)| name.to_ascii_uppercase().contains("USER"))
        .filter_map(|(_, value)| value.as_str().map(str::to_owned))
        .collect();
    for container in pods.iter().flat_map(|pod| pod.containers()) {
        let object = container.pod.object;
        if object.belongs.is_portal() || container.image().is_none_or(|image| image.short() != "postgres") {
            continue;
        }
        for variable in container.item.get("env").map(Item::items).unwrap_or_default() {
            let is_user = variable.get("name").and_then(Item::as_str) == Some("POSTGRES_USER");
            let value = variable.get("value").filter(|_| is_user);
            let Some(user) = value.and_then(Item::as_str).filter(|user| users.contains(*user)) else {
                continue;
            };
            findings
                .at(&variable.place, format!("the portal connects as `{user}`, which the image makes a superuser"))
                .severity(Severity::Low)
                .confidence(object.confidence())
                .why("an injection or a stolen password reaches every database of the server, and runs programs in its pod")
                .fix(Fix::manual("have a script in `/docker-entrypoint-initdb.d` make an account with CREATEDB alone, and connect as that"));
        }
    }
    Ok(())
}

/// The accounts that operators of PostgreSQL are told to make superusers, and where.
fn superusers(object: &Object) -> Vec<(&Item, String)> {
    let users = || object.root.at("spec.users");
    match (object.group(), &*object.kind) {
        ("postgres-operator.crunchydata.com", "PostgresCluster") => {
            let all = users().map(Item::items).unwrap_or_default().iter();
            all.filter_map(|user| {
                let options = user.get("options")?;
                let words = options.as_str()?;
                let is = words.split_whitespace().any(|word| word.eq_ignore_ascii_case("SUPERUSER"));
                is.then(|| (options, user.get("name").and_then(Item::as_str).unwrap_or_default().to_owned()))
            })
            .collect()
        }
        ("acid.zalan.do", "postgresql") => {
            let all = users().into_iter().flat_map(Item::entries);
            all.filter_map(|(name, flags)| {
                let flag = flags.items().iter().find(|flag| flag.as_str() == Some("superuser"))?;
                Some((flag, name.to_string()))
            })
            .collect()
        }
        _ => Vec::new(),
    }
}
