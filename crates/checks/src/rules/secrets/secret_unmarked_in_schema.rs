use std::collections::BTreeSet;

use super::schema::{self, Key, Written};
use crate::code::{At, Code};
use crate::fix::{Edit, Fix};
use crate::rule::Skip;
use crate::secret_names::is_secret;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What packages of the reference mark as secret already, so that an application that writes the key again need not.
const MARKED: &[&str] = &[
    "backend.",
    "auth.",
    "integrations.azure.",
    "integrations.awsS3.",
    "integrations.awsCodeCommit.",
    "integrations.bitbucket.",
    "integrations.bitbucketCloud.",
    "integrations.bitbucketServer.",
    "integrations.gerrit.",
    "integrations.gitea.",
    "integrations.github.",
    "integrations.gitlab.",
    "integrations.googleGcs.",
    "integrations.harness.",
    "aws.",
    "kubernetes.",
    "techdocs.",
    "catalog.processors.",
    "catalog.providers.azureDevOps.",
    "catalog.providers.keycloakOrg.",
    "catalog.providers.ldapOrg.",
    "catalog.providers.microsoftGraphOrg.",
    "proxy.",
    "events.",
];

const WHY: &str =
    "the backend masks in its logs what a schema marks as secret, and nothing else of the configuration";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files = &cx.repository().files;
    let keys = schema::keys(files);
    let code = cx.code();
    if keys.is_none() && code.is_err() {
        return Err(Skip::because("no configuration schema of a plugin, and no code, here"));
    }
    let keys = keys.unwrap_or_default();
    // Marked once, wherever, is marked.
    let is_marked = |path: &str| {
        MARKED.iter().any(|start| path.starts_with(start))
            || keys.iter().any(|key| key.path == path && key.is("secret"))
    };
    let mut seen = BTreeSet::new();
    for key in &keys {
        // What is sent to the browser is another rule's.
        if is_secret(key.name())
            && key.is_text
            && !key.is("frontend")
            && !key.is("secret")
            && !is_marked(&key.path)
            // A union may say a key in each of its parts.
            && seen.insert((&key.place.path, &key.path))
        {
            findings
                .at(&key.place, format!("the schema does not say that `{}` is a secret", key.path))
                .why(WHY)
                .fix(mended(key, files));
        }
    }
    // Where the schema is told, what reads the key need not be.
    let mut told: Vec<String> = keys
        .iter()
        .filter(|key| is_secret(key.name()) && key.is_text && !key.is("frontend"))
        .map(|key| key.path.clone())
        .collect();
    for (path, at) in code.into_iter().flat_map(read) {
        if is_marked(&path) || told.contains(&path) || may_be_marked_elsewhere(*cx, &path) {
            continue;
        }
        findings
            .at(&at.place(), format!("no schema says that `{path}` is a secret"))
            .confidence(Confidence::Medium)
            .why(WHY)
            .fix(Fix::manual("write a `config.d.ts` for the plugin, with `@visibility secret` on the key, and name it in `configSchema` of its package.json"));
        told.push(path);
    }
    Ok(())
}

/// The secrets that a backend reads from its configuration, by their whole path.
fn read(code: &Code) -> Vec<(String, At<'_>)> {
    let mut found = Vec::new();
    for call in ["getString", "getOptionalString"].into_iter().flat_map(|name| code.calls(name)) {
        let in_backend = call.at.module.path.split('/').any(|part| part.contains("backend"));
        let (Some(arg), Some(receiver)) = (call.arg(0), call.receiver()) else { continue };
        let Some(key) = arg.text().filter(|_| in_backend) else { continue };
        if !is_secret(key.rsplit('.').next().unwrap_or(&key)) {
            continue;
        }
        match section(receiver) {
            Some(section) => found.push((format!("{section}.{key}"), arg)),
            // Of the whole configuration, as far as can be told: nobody has secrets at its root.
            None if key.contains('.') => found.push((key, arg)),
            None => {}
        }
    }
    found
}

/// The section of the configuration that something is: `config.getConfig('weather')`.
fn section(at: At<'_>) -> Option<String> {
    let call = at.call()?;
    let is_section = matches!(call.name(), Some("getConfig" | "getOptionalConfig"));
    let own = call.arg(0).filter(|_| is_section)?.text()?;
    let above = call.receiver().and_then(section);
    Some(above.map_or_else(|| own.clone(), |above| format!("{above}.{own}")))
}

/// Whether a plugin that is installed from elsewhere is called like the section: its own schema says what is a secret.
fn may_be_marked_elsewhere(cx: Context<'_>, path: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let root = plain(path.split('.').next().unwrap_or(path));
    let packages = &cx.repository().packages;
    packages.iter().flat_map(crate::packages::Package::runtime).any(|dependency| {
        let name = dependency.package();
        !packages.is_own(name) && name.contains("plugin") && plain(name).contains(&root)
    })
}

fn mended(key: &Key<'_>, files: &crate::repo::Files) -> Fix {
    let what = "mark it `@visibility secret`";
    let text = files.iter().find(|file| file.path == key.place.path).and_then(|file| file.text());
    let indent = |at: usize| -> Option<&str> {
        let line = text?.get(..at)?.rsplit('\n').next()?;
        line.trim_start().is_empty().then_some(line)
    };
    match &key.written {
        Written::Json(schema) if key.visibility.is_none() => {
            Fix::suggested("mark it `visibility: secret`", vec![Edit::add(schema, "visibility", "secret")])
        }
        Written::Json(schema) => match schema.get("visibility") {
            Some(own) => Fix::suggested("mark it `visibility: secret`", vec![Edit::set(own, "secret")]),
            None => Fix::manual(what),
        },
        Written::NoComment => match indent(key.place.start) {
            Some(indent) => {
                let text = format!("{indent}/** @visibility secret */");
                Fix::suggested(what, vec![Edit::InsertBefore { place: key.place.clone(), text }])
            }
            None => Fix::manual(what),
        },
        Written::Comment(comment) if key.visibility.is_none() => {
            let close = comment.end.saturating_sub(2);
            // Nothing is left behind a word at the end of a line.
            let end = match indent(close) {
                Some(_) => close,
                None => text.and_then(|text| text.get(..close)).map_or(close, |text| text.trim_end().len()),
            };
            let place = text.map(|text| crate::Place::bytes(&comment.path, text, end, comment.end));
            let line =
                text.and_then(|text| text.get(..comment.start)?.rsplit('\n').next()).unwrap_or_default();
            let blank: String = line.chars().take_while(|c| c.is_whitespace()).collect();
            let marked = match indent(close) {
                Some(indent) => format!("* @visibility secret\n{indent}*/"),
                // A tag counts where a line begins.
                None => format!("\n{blank} * @visibility secret\n{blank} */"),
            };
            place.map_or_else(
                || Fix::manual(what),
                |place| Fix::suggested(what, vec![Edit::Replace { place, text: marked }]),
            )
        }
        Written::Comment(_) => Fix::manual(what),
    }
}
