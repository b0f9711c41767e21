use std::collections::HashSet;
use std::sync::Arc;

use crate::fix::Fix;
use crate::image::shell::{self, Command, Word};
use crate::secret_names::is_secret;
use crate::{Checklist, Confidence, Context, File, Findings, Item, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = false;
    for file in cx.repository().files.iter() {
        let Some(text) = file.text().filter(|_| !is_aside(&file.path)) else { continue };
        if is_script(file, text) {
            looked = true;
            let commands = shell::of_text(&file.path, text);
            let mut told: HashSet<String> = HashSet::new();
            for print in prints(&commands, text) {
                if !told.insert(print.name.clone()) {
                    continue;
                }
                report(findings, &print.place.clone(), &print, text);
            }
        } else if is_pipeline(file) {
            looked = true;
            for script in scripts(file) {
                of_pipeline(file, text, script, findings);
            }
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no script and no pipeline here")) }
}

fn report(findings: &mut Findings, place: &Place, print: &Print, script: &str) {
    let made = is_made(script, &print.name);
    findings
        .at(place, format!("a script prints `${}`", print.name))
        .severity(if made { Severity::Low } else { Severity::Medium })
        .confidence(if made { Confidence::Medium } else { Confidence::High })
        .why("it stays in the log of whatever runs the script, for everyone who may read that")
        .fix(Fix::manual(
            "print that it is set, not what it is; hand it to the program that needs it by standard input",
        ));
}

/// Scripts that are not of the portal: of containers for development, of what templates make, of examples.
fn is_aside(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part,
            ".devcontainer" | "skeleton" | "node_modules" | "examples" | "fixtures" | ".yarn" | "testdata"
        )
    })
}

fn is_script(file: &File, text: &str) -> bool {
    let is_named = [".sh", ".bash"].iter().any(|end| file.name().ends_with(end));
    let first = text.lines().next().unwrap_or_default();
    is_named || (first.starts_with("#!") && (first.ends_with("sh") || first.contains("bash ")))
}

fn is_pipeline(file: &File) -> bool {
    file.path.starts_with(".github/workflows/")
        || matches!(
            file.name(),
            ".gitlab-ci.yml"
                | ".gitlab-ci.yaml"
                | "azure-pipelines.yml"
                | "azure-pipelines.yaml"
                | "bitbucket-pipelines.yml"
        )
}

/// The texts of a pipeline that a shell runs.
fn scripts(file: &File) -> Vec<&Item> {
    let mut found = Vec::new();
    for root in file.trees() {
        root.walk(&mut |path, item| {
            let mut parts = path.rsplit('.');
            let last = parts.next().unwrap_or_default();
            let name = if last.bytes().all(|byte| byte.is_ascii_digit()) {
                parts.next().unwrap_or_default()
            } else {
                last
            };
            let runs =
                matches!(name, "run" | "script" | "before_script" | "after_script" | "bash" | "inlineScript");
            if runs && item.as_str().is_some() {
                found.push(item);
            }
        });
    }
    found
}

/// A script of a pipeline. What the pipeline was given as a secret it masks itself.
fn of_pipeline(file: &File, text: &str, script: &Item, findings: &mut Findings) {
    let Some(body) = script.as_str() else { return };
    if body.contains("::add-mask::") {
        return;
    }
    for print in prints(&shell::of_text(&Arc::from(&*file.path), body), body) {
        if !is_made(body, &print.name) {
            continue;
        }
        // The script's own lines are somewhere in the file's.
        let line = body.lines().nth(print.place.line.saturating_sub(1) as usize).unwrap_or_default().trim();
        let from = script.place.start.min(text.len());
        let within = text.get(from..).and_then(|rest| rest.find(line)).map(|at| from + at);
        let place = match within {
            Some(at) if !line.is_empty() => file.place(at, at + line.len()),
            _ => script.place.clone(),
        };
        report(findings, &place, &print, body);
    }
}

/// A credential that a command prints.
struct Print {
    name: String,
    place: Place,
}

fn prints(commands: &[Command], text: &str) -> Vec<Print> {
    let mut found = Vec::new();
    for (at, command) in commands.iter().enumerate() {
        if !matches!(command.name(), "echo" | "printf") {
            continue;
        }
        let is_read = commands.get(at + 1).is_some_and(|next| next.piped);
        let words = &command.program()[1..];
        if is_read || is_redirected(words) || is_captured(command, text) {
            continue;
        }
        let alone = words.len() == 1;
        for word in words.iter().filter(|word| word.expands) {
            let written = text.get(word.place.start..word.place.end).unwrap_or(&word.text);
            let Some(name) = secret_in(written) else { continue };
            // What a function gives back.
            if alone && is_whole(written) && is_in_function(text, word.place.start) {
                continue;
            }
            found.push(Print { name, place: word.place.clone() });
            break;
        }
    }
    found
}

/// Whether what is printed goes elsewhere than to the log.
fn is_redirected(words: &[Word]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let text = &*word.text;
        let Some((stream, target)) = text.split_once('>') else { return false };
        if !stream.bytes().all(|byte| byte.is_ascii_digit() || byte == b'&') {
            return false;
        }
        let target = target.trim_start_matches('>');
        let target =
            if target.is_empty() { words.get(at + 1).map_or("", |next| &*next.text) } else { target };
        !matches!(target, "&1" | "&2" | "/dev/stdout" | "/dev/stderr" | "/dev/tty")
    })
}

/// Whether something takes what is printed: `$(echo ..)`, or `<<<`.
fn is_captured(command: &Command, text: &str) -> bool {
    let Some(first) = command.words.first() else { return false };
    let before = text.get(..first.place.start).unwrap_or_default().trim_end();
    before.ends_with("$(") || before.ends_with('`') || before.ends_with("<(")
}

/// The secret that a word, as written, puts in whole.
fn secret_in(written: &str) -> Option<String> {
    let mut rest = written;
    let mut single = false;
    while let Some(at) = rest.find(['$', '\\', '\'', '"']) {
        let after = &rest[at + 1..];
        match rest.as_bytes()[at] {
            b'\\' => rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
            // Quotes within double quotes are plain characters.
            b'\'' if written.starts_with('\'') => {
                single = !single;
                rest = after;
            }
            b'$' if !single => {
                let (name, behind) = variable(after);
                if is_whole_use(after, behind) && is_credential(name) {
                    return Some(name.to_owned());
                }
                rest = after;
            }
            _ => rest = after,
        }
    }
    None
}

/// The name behind a `$`, and what stands right behind it.
fn variable(after: &str) -> (&str, &str) {
    let inside = after.strip_prefix('{').unwrap_or(after);
    let length = inside
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_'))
        .unwrap_or(inside.len());
    inside.split_at(length)
}

/// Whether all of the variable is put in: not its length, a part of it, or whether it is set.
fn is_whole_use(after: &str, behind: &str) -> bool {
    !after.starts_with('{') || behind.starts_with('}') || behind.starts_with(":-") || behind.starts_with(":?")
}

fn is_credential(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let other = ["masked", "encrypted", "obfuscated", "hashed", "redacted", "has_", "use_", "next", "sha"];
    is_secret(name) && !other.iter().any(|start| lower.starts_with(start))
}

/// Whether a word is one variable and nothing else.
fn is_whole(written: &str) -> bool {
    let inside = written.trim_matches('"');
    inside.strip_prefix('$').is_some_and(|after| matches!(variable(after).1, "" | "}"))
}

/// Whether a shell's function stands around a byte: one is opened before it, and no line closes one since.
fn is_in_function(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    for line in before.lines().rev() {
        let line = line.trim_end();
        if line == "}" {
            return false;
        }
        if line.ends_with('{') && (line.contains("()") || line.starts_with("function ")) {
            return true;
        }
    }
    false
}

/// Whether a script itself makes or fetches the value: `TOKEN=$(..)`. Whoever runs it may have to see it.
fn is_made(script: &str, name: &str) -> bool {
    script.match_indices(name).any(|(at, _)| {
        let behind = script[at + name.len()..].strip_prefix('=').unwrap_or_default().trim_start_matches('"');
        let is_start =
            !script[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '{');
        is_start && (behind.starts_with("$(") || behind.starts_with('`'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_values_are_told_from_parts() {
        for word in
            ["\"$TOKEN\"", "$DB_PASSWORD", "\"a ${API_KEY} b\"", "\"${TOKEN:-none}\"", "\"it's $TOKEN\""]
        {
            assert!(secret_in(word).is_some(), "{word}");
        }
        for word in [
            "\"\\$TOKEN\"",
            "'$TOKEN'",
            "${#TOKEN}",
            "${TOKEN:0:4}",
            "${TOKEN:+set}",
            "$TOKEN_NAME",
            "$ENCRYPTED_PASSWORD",
            "$",
            "\\",
            "${",
        ] {
            assert_eq!(secret_in(word), None, "{word}");
        }
    }

    #[test]
    fn what_goes_elsewhere_is_not_printed() {
        let count = |text: &str| prints(&shell::of_text(&Arc::from("a.sh"), text), text).len();
        for text in [
            "echo $TOKEN",
            "echo \"token: $TOKEN\" >&2",
            "printf '%s' \"$TOKEN\"\nls | cat",
            "if true; then echo \"x $TOKEN\"; fi",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
        for text in [
            "echo $TOKEN | docker login --password-stdin",
            "echo $TOKEN > file",
            "echo $TOKEN >> ~/.npmrc",
            "X=$(echo $TOKEN)",
            "get() {\n  echo \"$TOKEN\"\n}",
            "# echo $TOKEN",
            "echo '$TOKEN'",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }
}
