use crate::code::ast::ExprKind;
use crate::fix::Fix;
use crate::rules::in_code::{is_for_development, is_of_backend};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Low, serve: Serve::Reports, check };

/// Accounts that a database is made with, and that may do everything.
const ALL_POWERFUL: &[&str] = &["postgres", "root", "sa", "admin", "psqladmin", "rdsadmin"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.database.connection.user")? {
        let Some(user) = setting.item.literal().filter(|user| ALL_POWERFUL.contains(&user.trim())) else {
            continue;
        };
        if !setting.is_effective() {
            continue;
        }
        findings
            .at(setting.item.key_place(), format!("the backend connects as `{user}`, which may do everything"))
            .why("an injection or a stolen password reaches every database of the server, and files of its machine")
            .fix(Fix::manual("make an account that owns the portal's databases alone"))
            .evidence(setting.evidence());
    }
    in_code(*cx, findings)
}

/// Connections that a backend's own code makes: `{ host: 'db', user: 'root', password }`.
fn in_code(cx: Context<'_>, findings: &mut Findings) -> Ran {
    let Ok(code) = cx.code() else { return Ok(()) };
    for module in code.modules().filter(|module| is_of_backend(&module.path) && !is_aside(&module.path)) {
        module.walk(&mut |expr| {
            let ExprKind::Object(properties) = &expr.kind else { return };
            let named = |names: &[&str]| {
                properties.iter().find(|property| property.key.as_deref().is_some_and(|key| names.contains(&key)))
            };
            let Some(user) = named(&["user", "username"]).filter(|_| named(&["password"]).is_some()) else { return };
            let ExprKind::String(text) = &user.value.kind else { return };
            if named(&["host", "database", "port"]).is_none() || !ALL_POWERFUL.contains(&&**text) {
                return;
            }
            findings
                .at(&module.place(user.key_span), format!("the backend connects as `{text}`, which may do everything"))
                .severity(Severity::Medium)
                .confidence(Confidence::Medium)
                .why("an injection or a stolen password reaches every database of the server, and files of its machine")
                .fix(Fix::manual("make an account for what is read here, and take it from the configuration"));
        });
    }
    Ok(())
}

fn is_aside(path: &str) -> bool {
    is_for_development(path) || path.contains(".test.") || path.contains("__")
}
