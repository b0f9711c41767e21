//! The reference of the rules, made from their pages.

use std::fmt::Write as _;

use checks::{Checklist, Entry, Serve, registry};

/// Where the page is. It speaks of files of other repositories, so the check of our documents leaves it out.
pub(crate) const PAGE: &str = "checks.md";

/// Every rule's page, by line of the checklist. A rule's anchor is its id.
pub(crate) fn reference() -> String {
    let mut out = format!(
        "# Rules\n\nThe {} rules of [`stagedoor check`](check.md), by line of the checklist, each as `stagedoor check explain RULE`\n\
         prints it. Made from the pages beside the rules (`cargo xtask gen`).\n",
        registry().count()
    );
    for item in Checklist::ALL {
        let mut rules: Vec<&Entry> = registry().filter(|entry| entry.rule.checklist == item).collect();
        if rules.is_empty() {
            continue;
        }
        rules.sort_by_key(|entry| entry.id);
        put(&mut out, &format!("\n## {}\n\n", item.title()));
        for entry in &rules {
            put(&mut out, &format!("- [{}](#{}): {}\n", entry.id, entry.id, entry.page().title));
        }
        for entry in rules {
            page(entry, &mut out);
        }
    }
    out
}

fn page(entry: &Entry, out: &mut String) {
    let page = entry.page();
    let serve = match entry.rule.serve {
        Serve::Refuses => "a production `serve` does not start with it",
        Serve::Reports => "`serve` shows it on the posture page",
        Serve::Inapplicable => "`serve` has nothing to look at",
    };
    let severity = entry.rule.severity.name();
    put(out, &format!("\n### {}\n\n**{}.** Severity {severity}; {serve}.\n", entry.id, page.title));
    let mut fenced = false;
    for line in page.text.lines().skip(1) {
        fenced ^= line.starts_with("```");
        // Headings go below the rule's own.
        let deeper = if !fenced && line.starts_with("##") { "##" } else { "" };
        put(out, &format!("{deeper}{line}\n"));
    }
}

fn put(out: &mut String, text: &str) {
    out.write_str(text).expect("writing to a string does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_one_anchor() {
        let text = reference();
        for entry in registry() {
            let heading = format!("\n### {}\n", entry.id);
            assert_eq!(text.matches(&heading).count(), 1, "{}", entry.id);
        }
        let mut fenced = false;
        let headings = text.lines().filter(|line| {
            fenced ^= line.starts_with("```");
            !fenced && line.starts_with("### ")
        });
        assert_eq!(headings.count(), registry().count());
    }
}
