use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::image::Reference;
use crate::image::engines::{self, Engine};
use crate::image::lifetime::Ended;
use crate::kube::{Object, Source, written};
use crate::rules::compose;
use crate::{Checklist, Context, File, Findings, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = in_compose(cx, findings);
    let told = in_values(cx, findings, &mut looked);
    looked |= in_manifests(cx, findings, &told);
    if looked { Ok(()) } else { Err(Skip::because("no compose file or manifest here")) }
}

fn tell(findings: &mut Findings, place: &Place, severity: Severity, who: &str, ended: &Ended) {
    findings
        .at(place, format!("{who} is {}, which got its last fixes on {}", ended.what, ended.on))
        .severity(severity)
        .why("holes that were found since stay open in what holds sessions, keys and the whole catalog")
        .fix(Fix::manual(
            "move to a version that is maintained; take a dump first, majors read no older files",
        ));
}

fn in_compose(cx: &Context<'_>, findings: &mut Findings) -> bool {
    let Ok(services) = compose::services(cx) else { return false };
    for service in services {
        let (Some(image), Some(name)) = (service.image(), service.image_name()) else { continue };
        let Some(ended) = engines::ended_image(&Reference::parse(&name), cx.repository().today.0) else {
            continue;
        };
        let severity = service.severity(Severity::Medium);
        tell(findings, &image.place, severity, &format!("`{}`", service.name), &ended);
    }
    true
}

/// Images of databases among values of charts that are not here. What was told, as `name:tag`.
fn in_values(cx: &Context<'_>, findings: &mut Findings, looked: &mut bool) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    let is_values = |file: &&File| {
        let name = file.name();
        crate::file::is_yaml(name) && name.contains("values") && !file.path.contains("skeleton")
    };
    for file in cx.repository().files.iter().filter(is_values) {
        let Some(tree) = file.tree() else { continue };
        *looked = true;
        tree.walk(&mut |path, item| {
            let Some(tag) = item.get("tag") else { return };
            let Some(version) =
                tag.as_str().map(str::to_owned).or_else(|| Some(tag.as_number()?.to_string()))
            else {
                return;
            };
            // `postgresql.image.tag`: the chart that is meant names the image.
            let of_chart = path.split('.').rev().find(|part| Engine::of_word(part).is_some());
            let named = ["repository", "name"].iter().find_map(|key| item.get(key)?.as_str());
            let Some(name) = named.or(of_chart) else { return };
            let image = Reference { name: name.to_owned(), tag: Some(version), digest: None };
            let Some(ended) = engines::ended_image(&image, cx.repository().today.0) else { return };
            told.insert(key_of(&image));
            tell(findings, tag.key_place(), Severity::Medium, &format!("`{name}`"), &ended);
        });
    }
    told
}

fn key_of(image: &Reference) -> String {
    format!("{}:{}", image.short(), image.tag.as_deref().unwrap_or_default())
}

/// How bad a database is that gets no fixes: less in development, and where it is not the portal's.
fn severity(object: &Object) -> Severity {
    Severity::Medium.less(u8::from(!object.belongs.is_near()) + u8::from(object.is_development()))
}

fn in_manifests(cx: &Context<'_>, findings: &mut Findings, told: &BTreeSet<String>) -> bool {
    let Ok(manifests) = cx.deployed() else { return false };
    let today = cx.repository().today.0;
    let mut places = BTreeSet::new();
    for container in manifests.deployed_pods().into_iter().flat_map(crate::kube::Pod::containers) {
        let (Some(image), Some(item)) = (container.image(), container.item.get("image")) else { continue };
        let object = container.pod.object;
        if object.source == Source::Helm && told.contains(&key_of(&image)) {
            continue;
        }
        let Some(ended) = engines::ended_image(&image, today) else { continue };
        if places.insert(written(item).clone()) {
            tell(findings, written(item), severity(object), &container.label(), &ended);
        }
    }
    // What operators make databases of.
    for (kind, path) in [
        ("Cluster", "spec.imageName"),
        ("postgresql", "spec.postgresql.version"),
        ("PostgresCluster", "spec.postgresVersion"),
    ] {
        let own = manifests.objects.iter().filter(|object| object.belongs.is_own());
        for object in own.filter(|object| &*object.kind == kind) {
            let Some(item) = object.root.at(path) else { continue };
            let ended = match (item.as_str(), item.as_number()) {
                (Some(text), _) if kind == "Cluster" => engines::ended_image(&Reference::parse(text), today),
                (Some(text), _) => engines::ended(Engine::Postgres, text, today),
                (None, Some(number)) => engines::ended(Engine::Postgres, &number.to_string(), today),
                _ => None,
            };
            if let Some(ended) = ended.filter(|_| places.insert(written(item).clone())) {
                tell(findings, written(item), severity(object), &object.label(), &ended);
            }
        }
    }
    true
}
