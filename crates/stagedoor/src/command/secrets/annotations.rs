//! Annotations of GitHub Actions: commands that a runner reads from what is printed.

use super::notes;
use super::report::Report;
use crate::output;

pub(crate) fn print(report: &Report<'_>) {
    for found in &report.seen.found {
        let finding = &found.finding;
        let name = report.name(found);
        let commit =
            found.place.commit.as_deref().map(|id| format!(", added in commit {id}")).unwrap_or_default();
        output::line(&format!(
            "::error file={},line={},col={},title={}::{}",
            property(&found.place.path),
            finding.line,
            finding.column,
            property(&format!("{name} ({})", finding.rule)),
            data(&format!(
                "{}{commit}. Revoke it, and give it in another way. Fingerprint {}",
                finding.masked, finding.fingerprint
            )),
        ));
    }
    for line in notes::lines(&report.seen.notes) {
        output::line(&format!("::warning title=secrets scan::{}", data(&line)));
    }
    output::line(&data(&report.summary()));
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
