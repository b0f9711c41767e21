//! Comments that accept: `# stagedoor: accept RULE until 2027-01-31: reason`, on the line of the finding or above it.

use std::sync::Arc;

use super::scope::Scope;
use super::{Acceptances, Draft};
use crate::{File, Repository};

/// In two pieces, so that this line is no comment that accepts.
const MARK: &str = concat!("stagedoor:", " accept ");
/// What a comment starts with.
const STARTS: &[&str] = &["#", "//", ";", "/*", "<!--", "{{/*", "{{- /*", "--"];
/// What one may end with.
const ENDS: &[&str] = &["*/ -}}", "*/}}", "*/", "-->"];
/// Kinds of files whose comments are read. Prose and programs' own sources tell about such comments.
const KINDS: &[&str] = &[
    "yaml", "yml", "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "tf", "tfvars", "hcl", "ini",
    "conf", "cfg", "toml", "sh", "tpl", "csv", "env", "jsonc",
];
/// Names of files, or beginnings of them, whose comments are read.
const NAMES: &[&str] =
    &["Dockerfile", "Containerfile", ".env", ".npmrc", ".dockerignore", ".gitignore", "Makefile"];

pub(super) fn read(repository: &Repository, all: &mut Acceptances) {
    for file in repository.files.iter().filter(|file| has_comments(file.name())) {
        let Some(text) = file.text() else { continue };
        if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_some() {
            in_file(file, text, repository, all);
        }
    }
}

fn has_comments(name: &str) -> bool {
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    KINDS.contains(&kind) || NAMES.iter().any(|known| name.starts_with(known)) || kind == "Dockerfile"
}

fn in_file(file: &File, text: &str, repository: &Repository, all: &mut Acceptances) {
    let mut start = 0;
    // Those on lines of their own wait for the next line that is none.
    let mut waiting: Vec<(usize, &str)> = Vec::new();
    for (number, line) in (1_u32..).zip(text.split_inclusive('\n')) {
        match comment(line) {
            Some((true, said)) => waiting.push((start, said)),
            here => {
                let here = here.map(|(_, said)| (start, said));
                for (at, said) in waiting.drain(..).chain(here) {
                    draft(file, at, number, said, repository, all);
                }
            }
        }
        start += line.len();
    }
    for (at, said) in waiting {
        draft(file, at, u32::MAX, said, repository, all);
    }
}

/// What follows the mark in a comment of a line, and whether the comment is all of the line.
fn comment(line: &str) -> Option<(bool, &str)> {
    let at = line.find(MARK)?;
    let before = line[..at].trim_end();
    let start = STARTS.iter().find(|start| before.ends_with(**start))?;
    let mut said = line[at + MARK.len()..].trim();
    for end in ENDS {
        said = said.strip_suffix(end).unwrap_or(said).trim_end();
    }
    Some((before.len() == start.len() || before.trim_start().len() == start.len(), said))
}

/// `RULE until DAY: reason`.
fn draft(file: &File, start: usize, line: u32, said: &str, repository: &Repository, all: &mut Acceptances) {
    let (rule, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let rest = rest.trim_start().strip_prefix("until").unwrap_or_default();
    let (until, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let text = file.text().unwrap_or_default();
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    let mark = text[start..end].find(MARK).map_or(start, |at| start + at);
    let scope = Scope::Line(Arc::clone(&file.path), line);
    let place = file.place(mark, end);
    all.add(Draft { rule, reason, until, place, scope: Ok(scope), is_inline: true }, repository.today.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Files;

    #[test]
    fn comments_of_many_kinds_are_read_and_nothing_else() {
        let said = format!("{MARK}x until 2027-01-31: y");
        for line in [
            format!("# {said}"),
            format!("\t// {said}\r\n"),
            format!("<!-- {said} -->"),
            format!("/* {said} */"),
        ] {
            assert_eq!(comment(&line), Some((true, "x until 2027-01-31: y")), "{line}");
        }
        assert_eq!(comment(&format!("a: b  # {said}")).map(|found| found.0), Some(false));
        assert_eq!(comment(&format!("a: '{said}'")), None);
    }

    #[test]
    fn a_comment_is_about_its_line_or_the_next() {
        let accept = format!("# {MARK}guest-outside-development until 2027-01-31: a demo");
        let guest = "auth:\n  providers:\n    guest:\n";
        let key = "dangerouslyAllowOutsideDevelopment: true";
        for (text, is_accepted) in [
            (format!("{guest}      {key} {accept}\n"), true),
            (format!("{guest}      {accept}\n      {key}\n"), true),
            (format!("{guest}      {accept}\n      {accept}\n      {key}\n"), true),
            (format!("{accept}\n{guest}      {key}\n"), false),
            (format!("{guest}      {accept}\n\n      {key}\n"), false),
            (format!("{guest}      {key}\n{accept}\n"), false),
        ] {
            let repository = Repository::of(Files::of_texts([("app-config.yaml", text.as_str())]));
            let entry = crate::registry().find(|entry| entry.id == "guest-outside-development");
            let mut report = crate::run(&repository, entry);
            report.accept(&Acceptances::of(&repository), &repository);
            assert_eq!(report.findings.is_empty(), is_accepted, "{text}");
        }
    }
}
