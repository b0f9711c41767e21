use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Reports, check };

/// Accounts that may do everything where they are.
const ACCOUNTS: &[&str] = &["admin", "administrator", "root", "superuser", "superadmin"];
/// Words of a variable's name that say the same.
const WORDS: &[&str] = &["ADMIN", "ADMINISTRATOR", "ROOT", "SUPERUSER"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut suspects = Vec::new();
    for setting in cx.settings("*")?.filter(|setting| !setting.is_for_development()) {
        setting.item.walk(&mut |below, item| {
            let path =
                if below.is_empty() { setting.path.clone() } else { format!("{}.{below}", setting.path) };
            suspects.extend(judged(&path, item));
        });
    }
    // An account's name and its password say the same.
    suspects.dedup_by(|later, first| {
        let of = |path: &str| path.rsplit_once('.').map(|(parent, _)| parent.to_owned());
        of(&later.0) == of(&first.0) && later.1.path == first.1.path
    });
    for (path, place, what) in suspects {
        for setting in cx.settings(&path)?.filter(|setting| setting.item.place == *place) {
            let severity = if path.starts_with("integrations.") { Severity::High } else { Severity::Medium };
            findings
                .at(setting.item.key_place(), format!("`{path}` is {what}"))
                .severity(setting.severity(severity))
                .confidence(Confidence::Medium)
                .why("the portal acts with everything that an administrator may do there, for whoever gets it to: a template, a proxied request, an entity")
                .fix(Fix::manual("make an account, or a token, that may do what the portal needs and no more"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}

/// A setting that makes the portal an administrator of something: its path and place, and what it is.
fn judged<'a>(path: &str, item: &'a Item) -> Option<(String, &'a Place, String)> {
    // The database has a rule of its own.
    if ["backend.database", "permission.", "auth."].iter().any(|start| path.starts_with(start)) {
        return None;
    }
    let name = path.rsplit('.').next()?;
    if ["token", "apiKey", "apiToken", "privateToken", "appPassword", "password"].contains(&name) {
        let variable = item.as_str()?.trim().strip_prefix("${")?.split(['}', ':']).next()?;
        return is_administrators(variable)
            .then(|| (path.to_owned(), &item.place, format!("an administrator's: `{variable}`")));
    }
    let account = item.entries().find_map(|(key, value)| {
        let is_name = matches!(&**key, "username" | "user" | "login" | "userName");
        let who = value.literal().filter(|_| is_name)?.trim().to_ascii_lowercase();
        ACCOUNTS.contains(&who.as_str()).then_some((key, value, who))
    });
    let (key, value, who) = account?;
    let has_secret = item.entries().any(|(key, _)| {
        let key = key.to_ascii_lowercase();
        ["password", "token", "apikey", "secret"].iter().any(|word| key.contains(word))
    });
    has_secret.then(|| (format!("{path}.{key}"), &value.place, format!("the account `{who}`")))
}

/// Whether the name of a variable calls the credential an administrator's: `GITLAB_ADMIN_TOKEN`, and not
/// `ADMIN_PORTAL_TOKEN`.
fn is_administrators(variable: &str) -> bool {
    let words: Vec<String> = variable.split('_').map(str::to_ascii_uppercase).collect();
    let [.., word, last] = &words[..] else { return false };
    WORDS.contains(&word.as_str()) && ["TOKEN", "PASSWORD", "KEY", "PAT", "SECRET"].contains(&last.as_str())
}
