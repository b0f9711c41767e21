use crate::fix::Fix;
use crate::repo::is_for_development;
use crate::{Checklist, Context, File, Findings, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Critical, serve: Serve::Inapplicable, check };

const NAME: &str = "NODE_TLS_REJECT_UNAUTHORIZED";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files = &cx.repository().files;
    if files.iter().next().is_none() {
        return Err(Skip::because("no files here"));
    }
    for file in files.iter().filter(|file| is_read_by_programs(file)) {
        for (place, line) in turned_off(file) {
            let local = is_for_development(&file.path) || is_local_line(file, line);
            let severity = if local { Severity::Medium } else { Severity::Critical };
            findings
                .at(&place, format!("{NAME} is 0: no certificate is checked by any connection"))
                .severity(severity)
                .why("whoever sits between the portal and its database, identity provider or source host can pretend to be it, and gets the credentials")
                .fix(Fix::manual("take it out; give Node.js the certificate of your authority with `NODE_EXTRA_CA_CERTS`"));
        }
    }
    Ok(())
}

/// Not documentation, and not what is vendored.
fn is_read_by_programs(file: &File) -> bool {
    let path = &*file.path;
    let ends = [".md", ".mdx", ".txt", ".rst", ".adoc", ".lock", ".snap", ".cjs.map", ".map"];
    let vendored = path.starts_with(".yarn/") || path.contains("/.yarn/") || path.contains("/dist/");
    !vendored && !ends.iter().any(|end| path.ends_with(end))
}

/// Where a file sets it to 0, with the text of the line.
fn turned_off(file: &File) -> Vec<(Place, &str)> {
    let text = file.text().unwrap_or_default();
    let finder = memchr::memmem::Finder::new(NAME);
    let mut found = Vec::new();
    for at in finder.find_iter(text.as_bytes()) {
        let line_start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let before = text[line_start..at].trim_start();
        let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let comment = before.starts_with('#')
            || before.starts_with("//")
            || before.starts_with('*')
            || before.contains(" #");
        let end = at + NAME.len();
        if !comment && is_zero(&text[end..], text[..at].ends_with("name: ") || before.contains("name")) {
            found.push((file.place(at, end), &text[line_start..line_end]));
        }
    }
    found
}

/// Whether what follows the name says 0: `=0`, `: "0"`, `", "value": "0"`, or a value on the next line.
fn is_zero(after: &str, is_named: bool) -> bool {
    let mut rest = after.trim_start_matches(['"', '\'', '`', ']', ')']);
    if is_named {
        // `- name: X` and `value: "0"`, on the next line or after a comma.
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let Some(value) = rest.trim_start_matches(['"', '\'']).strip_prefix("value") else { return false };
        rest = value.trim_start_matches(['"', '\'']);
    }
    let value = rest.trim_start_matches([' ', '\t']);
    let value = match value.strip_prefix(['=', ':']) {
        // A comparison.
        Some(value) if value.starts_with('=') => return false,
        Some(value) => value,
        // `ENV NAME 0` of a Dockerfile, `config set NAME 0`.
        None if value.len() < rest.len() => value,
        None => return false,
    };
    let value = value.trim_start_matches([' ', '\t', '"', '\'', '`']);
    let digits = value.strip_prefix('0');
    digits.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.'))
}

/// A script of a package.json that is for development, by its name.
fn is_local_line(file: &File, line: &str) -> bool {
    let name = line.trim().trim_start_matches('"').split('"').next().unwrap_or_default();
    file.name() == "package.json"
        && (is_for_development(&name.replace(':', ".")) || name.starts_with("start"))
}
