//! Annotations of GitHub Actions: commands that a runner reads from what is printed.

use std::fmt::Write as _;

use checks::Severity;

use super::shown::Shown;
use super::text;

pub(crate) fn document(shown: &Shown) -> String {
    let mut out = String::new();
    for finding in &shown.findings {
        let level = match finding.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low => "notice",
        };
        let (line, column) = (finding.spot.line.max(1), finding.spot.column.max(1));
        let title = format!("{} ({})", finding.entry.id, finding.severity.name());
        let parts = [&finding.message, &finding.why, &finding.fix.what];
        let said = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty());
        let said: Vec<&str> = said.chain(finding.commands()).collect();
        writeln!(
            out,
            "::{level} file={},line={line},col={column},title={}::{}",
            property(&finding.spot.path),
            property(&title),
            data(&said.join("\n")),
        )
        .expect("writing to a string does not fail");
    }
    out.push_str(&data(&anstream::adapter::strip_str(&text::counts(shown)).to_string()));
    out.push('\n');
    out
}

/// Text after the command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text between the command and its `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_text_ends_a_command_or_starts_one() {
        assert_eq!(property("a,b:c%\n::stop-commands::x"), "a%2Cb%3Ac%25%0A%3A%3Astop-commands%3A%3Ax");
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
    }
}
