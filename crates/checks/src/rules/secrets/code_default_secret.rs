use crate::code::Module;
use crate::code::ast::{ExprKind, Property};
use crate::fix::Fix;
use crate::rules::in_code::{is_for_development, is_of_backend};
use crate::secret_names::{is_placeholder, is_secret};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// The most characters of a value that somebody would write there.
const VALUE: usize = 200;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.code()?.modules() {
        let path = &*module.path;
        if is_for_development(path) || is_test(path) {
            continue;
        }
        let Some(file) = cx.repository().files.get(path) else { continue };
        let severity = Severity::Medium.less(u8::from(!is_of_backend(path)));
        let mut start = 0;
        for line in module.text().split_inclusive('\n') {
            // The line before may hold the name, where the value has a line of its own.
            for operator in ["??", "||"] {
                for (at, _) in line.match_indices(operator) {
                    let at = start + at;
                    let Some(found) = default(module.text(), at, operator.len()) else { continue };
                    let place = file.place(found.start, found.end);
                    findings
                        .at(&place, format!("where `{}` is not set, a value from the code is used", found.name))
                        .severity(severity)
                        .confidence(Confidence::Medium)
                        .why("a start without the secret should fail; so it runs with one that everybody can read here")
                        .fix(Fix::manual("take the default away: `config.getString(..)` fails where nothing is set"));
                }
            }
            start += line.len();
        }
        if is_of_backend(path) {
            connections(module, findings);
        }
    }
    Ok(())
}

/// Passwords of connections: `{ host: 'db', user: 'app', password: 'x' }`.
fn connections(module: &Module, findings: &mut Findings) {
    module.walk(&mut |expr| {
        let ExprKind::Object(properties) = &expr.kind else { return };
        let key = |property: &Property| property.key.as_deref().unwrap_or_default().to_ascii_lowercase();
        let is_connection = properties
            .iter()
            .any(|property| matches!(key(property).as_str(), "user" | "username" | "host" | "database"));
        let password =
            properties.iter().find(|property| matches!(key(property).as_str(), "password" | "passwd"));
        let Some(password) = password.filter(|_| is_connection) else { return };
        let ExprKind::String(text) = &password.value.kind else { return };
        if text.len() < 3 || is_placeholder(text) || text.contains(' ') {
            return;
        }
        findings
            .at(&module.place(password.key_span), "the password of a connection is written into the code")
            .confidence(Confidence::Medium)
            .why(
                "everybody who reads the repository or the image has it, and it changes with a release alone",
            )
            .fix(Fix::manual("read it from the configuration, as a secret that comes from the environment"));
    });
}

fn is_test(path: &str) -> bool {
    path.contains(".test.") || path.contains("__") || path.contains("/e2e") || path.contains("/mocks/")
}

/// A secret's name, and where the value is that stands in for it.
struct Default<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

/// `process.env.DB_PASSWORD || 'x'`, `config.getOptionalString('a.password') ?? 'x'`, `options.token ?? 'x'`.
fn default(text: &str, at: usize, width: usize) -> Option<Default<'_>> {
    let after = text.get(at + width..)?;
    let blank = after.len() - after.trim_start().len();
    let value = after.get(blank..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
    let end = value.get(1..)?.find([quote, '\n']).filter(|end| *end <= VALUE)?;
    let written = value.get(1..=end)?;
    let behind = value.get(end + 2..).unwrap_or_default().trim_start();
    let is_value = written.len() > 2
        && !written.contains(' ')
        && !is_placeholder(written)
        && !written.starts_with(['/', '.', '#'])
        && !written.contains("://")
        // A name, not a value: `headers[options.token ?? 'x-token']`.
        && !behind.starts_with([']', '+']);
    let name = name_before(text.get(..at)?)?;
    let start = at + width + blank;
    (is_value && is_secret(name)).then_some(Default { name, start, end: start + end + 2 })
}

/// The last part of what stands before an operator: of a path, or of the key that is asked for.
fn name_before(before: &str) -> Option<&str> {
    let before = before.trim_end();
    let line = before.rsplit('\n').next()?.trim_start();
    if line.starts_with("//") || line.starts_with('*') {
        return None;
    }
    if let Some(call) = before.strip_suffix(')') {
        let key = call.trim_end().trim_end_matches(',').strip_suffix(['\'', '"', '`'])?;
        let start = key.rfind(['\'', '"', '`'])?;
        let asks = key[..start].trim_end().strip_suffix('(')?;
        let is_config =
            ["getOptionalString", "getOptional", "getString", "get"].iter().any(|way| asks.ends_with(way));
        let key = &key[start + 1..];
        return is_config.then(|| key.rsplit('.').next().unwrap_or(key));
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let name = before.rsplit(|c: char| !is_part(c)).next()?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_for_a_secret() {
        let name = |text: &str| {
            let (at, operator) =
                text.find("??").map(|at| (at, 2)).or_else(|| text.find("||").map(|at| (at, 2)))?;
            default(text, at, operator)
                .map(|found| (found.name.to_owned(), text[found.start..found.end].to_owned()))
        };
        for (text, expected) in [
            ("process.env.DB_PASSWORD || 'hunter2'", Some(("DB_PASSWORD", "'hunter2'"))),
            ("config.getOptionalString('argocd.password') ??\n  'argo'", Some(("password", "'argo'"))),
            ("const t = options.token ?? \"abc-def\"", Some(("token", "\"abc-def\""))),
            ("options.token ?? ''", None),
            ("options.token ?? other", None),
            ("options.tokenUrl ?? 'abcdef'", None),
            ("// options.token ?? 'abcdef'", None),
            ("headers[options.token ?? 'x-token']", None),
            ("translate('password') || 'Password!'", None),
        ] {
            let found = name(text);
            let found = found.as_ref().map(|(name, value)| (name.as_str(), value.as_str()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
