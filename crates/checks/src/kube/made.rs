//! Manifests that are filled in by something else first: what templates of the portal make, charts in their skeletons,
//! files that Terraform fills in.
//!
//! Whatever is put in is taken as a word of the same length, so that places stay what they are; lines that only say
//! what happens are blank. What is no YAML even then is not looked at.

use std::sync::Arc;

use crate::File;
use crate::file::{Content, is_yaml};
use crate::kube::{Object, Source, objects};
use crate::repo::Files;

/// The most files that are read, and the most bytes of one.
const FILES: usize = 2_000;
const BYTES: usize = 256 << 10;
/// The longest expression: what has no end is not looked for to the end of its line again and again.
const EXPRESSION: usize = 512;

/// The objects of all such manifests.
pub(crate) fn find(files: &Files) -> Vec<Object> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| is_yaml(file.name())).filter(|file| is_filled_in(file)).take(FILES)
    {
        let unit: Arc<str> = Arc::from(file.folder());
        let filled = filled(file);
        found.extend(filled.trees().flat_map(|root| objects(root, Source::Plain, &unit)));
    }
    found
}

/// The file as if something was filled in.
pub(crate) fn filled(file: &File) -> File {
    let text = fill(file.text().unwrap_or_default());
    File::new(&file.path, Content::Text(Arc::from(text)))
}

/// Whether a path is in the skeleton of a template.
pub(crate) fn is_in_skeleton(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "skeleton" | "skeletons" | "content"))
}

fn is_filled_in(file: &File) -> bool {
    let Some(text) = file.text().filter(|text| text.len() <= BYTES) else { return false };
    // A document of the catalog has what its steps are given in it, and is nothing that is made.
    let is_manifest =
        text.contains("apiVersion:") && text.contains("kind:") && !text.contains(".backstage.io/v1");
    is_manifest
        && !file.path.contains(".github/")
        && (is_in_skeleton(&file.path) || text.contains("${{") || text.contains("\n%{ "))
}

/// What begins something that is filled in, what ends it, and whether it stands for a word.
const MARKS: &[(&str, &str, bool)] = &[
    ("${{", "}}", true),
    ("{{", "}}", true),
    ("{%", "%}", false),
    ("{#", "#}", false),
    ("%{", "}", false),
    ("${", "}", true),
];

/// A text of the same length and lines in which nothing is filled in any more.
fn fill(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('#') {
            filled.push_str(line);
            continue;
        }
        let start = filled.len();
        fill_line(line, &mut filled);
        // A line of nothing else makes lines that are not known: `{{- toYaml .Values.securityContext | nindent 12 }}`.
        if line.trim_start().starts_with("{{") && filled[start..].trim().bytes().all(|byte| byte == b'x') {
            let blank = filled[start..].replace('x', " ");
            filled.truncate(start);
            filled.push_str(&blank);
        }
    }
    filled
}

fn fill_line(line: &str, filled: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['{', '$', '%']) {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let marked = MARKS.iter().find_map(|(begin, end, is_word)| {
            let inside = from.strip_prefix(begin)?;
            let inside = &inside[..inside.floor_char_boundary(inside.len().min(EXPRESSION))];
            let length = begin.len() + inside.find(end)? + end.len();
            Some((length, *is_word))
        });
        let length = marked.map_or(1, |(length, _)| length);
        match marked {
            Some((_, is_word)) => filled.extend(std::iter::repeat_n(if is_word { 'x' } else { ' ' }, length)),
            None => filled.push_str(&from[..length]),
        }
        rest = &from[length..];
    }
    filled.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_as_long_as_before() {
        let words = |before: &str, count: usize, after: &str| format!("{before}{}{after}", "x".repeat(count));
        let blank = |count: usize, after: &str| format!("{}{after}", " ".repeat(count));
        assert_eq!(fill("name: ${{ values.a }}-b\n"), words("name: ", 15, "-b\n"));
        assert_eq!(fill("{%- if values.a %}\na: 1\n"), blank(18, "\na: 1\n"));
        assert_eq!(fill("  {{- toYaml .Values.a | nindent 4 }}\n"), blank(37, "\n"));
        assert_eq!(fill("a: {b: 1, c: {{ .x }}}\n"), words("a: {b: 1, c: ", 8, "}\n"));
        assert_eq!(fill("%{ for a in b ~}\n${a}: c\n"), blank(16, "\nxxxx: c\n"));
        assert_eq!(fill("# {{ left }}\na: $b {\n"), "# {{ left }}\na: $b {\n");
    }

    #[test]
    fn skeletons_are_read() {
        let files = Files::of_texts([(
            "t/skeleton/k8s/deployment.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${{ values.name }}\nspec:\n  template: {}\n",
        )]);
        assert_eq!(find(&files).iter().map(|object| &*object.kind).collect::<Vec<_>>(), ["Deployment"]);
    }
}
