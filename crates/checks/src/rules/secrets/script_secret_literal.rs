use std::collections::HashSet;

use crate::fix::Fix;
use crate::image::{Command, Word};
use crate::rules::scripts::{self, Home};
use crate::secret_names::{is_placeholder, is_secret};
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const WORDS: &[&str] =
    &["assword", "ASSWORD", "ecret", "ECRET", "oken", "OKEN", "IDENTIFIED", "mysql", "PASS", "_PWD"];
/// Clients whose `-p` has the password right behind it.
const MYSQL: &[&str] = &["mysql", "mysqladmin", "mysqldump", "mariadb", "mysqlsh"];

/// A secret that a command has in it.
struct Written<'a> {
    name: &'a str,
    value: &'a str,
    place: &'a Place,
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut told = HashSet::new();
    for script in scripts::with(*cx, WORDS)? {
        // Images and compose files have rules of their own.
        if matches!(script.home, Home::Image | Home::Compose) {
            continue;
        }
        for command in &script.commands {
            for one in written(command) {
                if !is_real(one.value)
                    || !told.insert((one.place.path.clone(), one.name.to_owned(), one.value.to_owned()))
                {
                    continue;
                }
                let message = match command.name() {
                    "" | "export" | "declare" | "local" | "readonly" => {
                        format!("`{}` has its value in a script", one.name)
                    }
                    program => format!("{program} is given {} as it is", one.name),
                };
                findings
                    .at(one.place, message)
                    .severity(Severity::Medium.less(u8::from(script.is_local)))
                    .confidence(Confidence::Medium)
                    .why("whoever reads the repository knows it, and every installation that this script makes has the same")
                    .fix(Fix::manual("take it from the environment or a secret store, or have the script make one"));
            }
        }
    }
    Ok(())
}

fn written(command: &Command) -> Vec<Written<'_>> {
    let mut found = Vec::new();
    let words = command.program();
    let name = command.name();
    let assigns = words.is_empty() || matches!(name, "export" | "declare" | "local" | "readonly");
    for word in command.words.iter().filter(|_| assigns) {
        found.extend(pair(word, &word.text));
    }
    let mut before: Option<&str> = None;
    for word in words.iter().skip(1) {
        let text = word.text.as_str();
        match before {
            Some("--set" | "--set-string" | "--from-literal") => found.extend(pairs(word, text)),
            Some(flag) if is_flag(flag) && !text.starts_with('-') => {
                found.push(Written { name: flag.trim_start_matches('-'), value: text, place: &word.place });
            }
            _ => {}
        }
        if let Some((flag, value)) = text.split_once('=').filter(|_| text.starts_with("--")) {
            match flag {
                "--set" | "--set-string" | "--from-literal" => found.extend(pairs(word, value)),
                _ if is_flag(flag) => {
                    found.push(Written { name: flag.trim_start_matches('-'), value, place: &word.place });
                }
                _ => {}
            }
        }
        found.extend(in_sql(word));
        before = Some(text);
    }
    // `kubectl exec db-0 -- mysql -uroot -pSECRET` runs a program of its own.
    let client = words.iter().position(|word| MYSQL.contains(&word.text.as_str()));
    for word in client.map_or(&[][..], |at| words.get(at + 1..).unwrap_or_default()) {
        if let Some(value) = word.text.strip_prefix("-p").filter(|value| !value.is_empty()) {
            found.push(Written { name: "a password", value, place: &word.place });
        }
    }
    found
}

fn is_flag(flag: &str) -> bool {
    flag.starts_with("--") && is_secret(flag) && !flag.contains('=')
}

/// `a.password=x,b=y`: what is a secret by its name.
fn pairs<'a>(word: &'a Word, text: &'a str) -> Vec<Written<'a>> {
    text.split(',').filter_map(|part| pair(word, part)).collect()
}

fn pair<'a>(word: &'a Word, text: &'a str) -> Option<Written<'a>> {
    let (name, value) = text.split_once('=')?;
    let last = name.rsplit('.').next().unwrap_or(name);
    // In scripts `PASS` and `ADMIN_PWD` are written short.
    let short = last.rsplit('_').next().is_some_and(|word| matches!(word, "PASS" | "PWD")) && last != "PWD";
    (is_secret(last) || short).then_some(Written { name: last, value, place: &word.place })
}

/// `IDENTIFIED BY 'x'` and `PASSWORD 'x'` of a statement.
fn in_sql(word: &Word) -> Option<Written<'_>> {
    let text = word.text.as_str();
    let upper = text.to_ascii_uppercase();
    let (key, at) = ["IDENTIFIED BY ", "PASSWORD "].iter().find_map(|key| Some((*key, upper.find(key)?)))?;
    let value = text.get(at + key.len()..)?.trim_start().strip_prefix(['\'', '"'])?;
    let end = value.find(['\'', '"'])?;
    Some(Written { name: "a password in SQL", value: value.get(..end)?, place: &word.place })
}

/// Whether a value is one, not where to get it.
fn is_real(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    value.len() > 2
        && !is_placeholder(value)
        && !value.contains(['$', '`', '{', '<'])
        && !value.starts_with(['/', '-', '@'])
}
