//! Pages that are made from the code: the rules, the configuration reference and the table of routes.

use std::fmt::Write as _;

use crate::rules;

/// Writes the pages, or, when only checking, says which are out of date.
pub(crate) fn run(check: bool) -> Vec<String> {
    let mut problems = Vec::new();
    let pages = [
        ("docs/checks.md", rules::reference()),
        ("docs/configuration.md", configuration()),
        ("docs/routes.md", routes()),
    ];
    for (path, text) in pages {
        let file = crate::root().join(path);
        if check {
            if std::fs::read_to_string(&file).ok().as_deref() != Some(&text) {
                problems
                    .push(format!("{path} is out of date: run `cargo xtask gen` and look at the difference"));
            }
        } else if let Err(error) = std::fs::write(&file, text) {
            problems.push(format!("{path}: {error}"));
        }
    }
    problems
}

/// What is written by hand: how files are read, and Backstage's own keys. Ours follow, from the table.
const BY_HAND: &str = include_str!("configuration.md");

fn configuration() -> String {
    format!("{BY_HAND}\n{}", config::reference_markdown().replacen("# ", "## ", 1))
}

fn routes() -> String {
    let mut text = String::from(
        "# Routes\n\nEvery route, its guard, and why open ones are open. Made from the one route table\n\
         (`cargo xtask gen`); `stagedoor routes` prints the same. What a guard is: [ARCHITECTURE.md](../ARCHITECTURE.md).\n\n| method | path | guard | reason |\n| --- | --- | --- | --- |\n",
    );
    for row in server::routes() {
        writeln!(text, "| {} | `{}` | {} | {} |", row.method, row.path, row.guard, row.reason)
            .expect("writing to a string does not fail");
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn generated_pages_are_up_to_date() {
        assert_eq!(super::run(true), Vec::<String>::new());
    }
}
