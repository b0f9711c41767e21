//! A comment on a pull request.

use std::fmt::Write as _;

use checks::Checklist;

use super::shown::{Shown, ShownFinding};
use super::text;

/// Bytes of a comment, below what GitHub takes.
const BYTES: usize = 60_000;

pub(crate) fn document(shown: &Shown) -> String {
    let counts = anstream::adapter::strip_str(&text::counts(shown)).to_string();
    let mut out = format!("## Production checklist\n\n{counts}.\n");
    let mut left = shown.findings.len();
    for item in Checklist::ALL {
        let found: Vec<&ShownFinding> =
            shown.findings.iter().filter(|finding| finding.entry.rule.checklist == item).collect();
        if found.is_empty() {
            continue;
        }
        let mut section = format!(
            "\n### {}\n\n| severity | where | what | do |\n| --- | --- | --- | --- |\n",
            item.title()
        );
        for finding in &found {
            writeln!(
                section,
                "| {} | {} | {} ({}). {} | {}{} |",
                finding.severity.name(),
                code(&finding.spot.to_string()),
                cell(&finding.message),
                code(finding.entry.id),
                cell(&finding.why),
                cell(&finding.fix.what),
                finding.commands().next().map(|command| format!(" {}", code(command))).unwrap_or_default(),
            )
            .expect("writing to a string does not fail");
        }
        if out.len() + section.len() > BYTES {
            break;
        }
        left -= found.len();
        out.push_str(&section);
    }
    if left > 0 {
        write!(out, "\n{left} more do not fit here.\n").expect("writing to a string does not fail");
    }
    let skipped = text::count(shown.skipped.len(), "rule was skipped", "rules were skipped");
    write!(out, "\n{skipped}. `stagedoor check explain RULE` tells more about a rule.\n")
        .expect("writing to a string does not fail");
    out
}

/// Text in a cell of a table: nothing in it is markup, a mention or a reference.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            ':' => out.push_str("&#58;"),
            '#' => out.push_str("&#35;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '!' | '~' | '$' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}

/// Text as code. Its own backticks and bars would end it.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "¦"))
}

#[cfg(test)]
mod tests {
    use super::{cell, code};

    #[test]
    fn text_of_a_repository_is_no_markup() {
        assert_eq!(cell("a|b <img> @team [x](y) `c`"), "a\\|b &lt;img&gt; &#64;team \\[x\\](y) \\`c\\`");
        assert_eq!(cell("https://x"), "https&#58;//x");
        assert_eq!(code("a`b|c"), "`a'b¦c`");
    }
}
