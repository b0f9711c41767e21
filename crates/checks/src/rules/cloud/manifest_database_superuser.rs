use crate::fix::Fix;
use crate::kube::Object;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
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
