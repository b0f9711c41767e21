//! What people said of findings in real source, each looked at by hand: `bench/secrets/labels.tsv`.
//!
//! A label is bound to the end of a path and to the fingerprint of what was found there, so it holds for every
//! version of a package that has the same bytes in the same file, on whatever line.

use std::path::Path;

use secrets::Fingerprint;

/// What a finding in real source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A credential, made for tests, examples or documents, that a scanner is right to find.
    RealTestCredential,
    /// No credential.
    FalseAlarm,
}

#[derive(Debug)]
struct Label {
    path: String,
    fingerprint: Fingerprint,
    verdict: Verdict,
}

/// All labels.
#[derive(Debug)]
pub(super) struct Labels(Vec<Label>);

impl Labels {
    /// Those that are kept in the repository.
    pub(super) fn kept() -> Result<Self, String> {
        let path = crate::root().join("bench/secrets/labels.tsv");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::read(&text).map_err(|problem| format!("{}: {problem}", path.display()))
    }

    /// Lines of `path end, rule, fingerprint, verdict, why`; `#` begins a comment.
    fn read(text: &str) -> Result<Self, String> {
        let rows = (1..).zip(text.lines()).filter(|(_, row)| !row.is_empty() && !row.starts_with('#'));
        rows.map(|(number, row)| label(row).map_err(|problem| format!("line {number}: {problem}")))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The verdict on a finding.
    pub(super) fn verdict(&self, path: &Path, fingerprint: Fingerprint) -> Option<Verdict> {
        let label = |label: &&Label| label.fingerprint == fingerprint && path.ends_with(&label.path);
        self.0.iter().find(label).map(|label| label.verdict)
    }
}

fn label(row: &str) -> Result<Label, String> {
    let fields: Vec<&str> = row.split('\t').collect();
    let [path, _, fingerprint, verdict, why] = fields[..] else {
        return Err(format!("{} fields; five are needed, with tabs between", fields.len()));
    };
    let verdict = match verdict {
        "real-test-credential" => Verdict::RealTestCredential,
        "false-alarm" => Verdict::FalseAlarm,
        other => {
            return Err(format!("the verdict `{other}` is neither real-test-credential nor false-alarm"));
        }
    };
    if why.trim().is_empty() {
        return Err("it does not say why".to_owned());
    }
    let fingerprint =
        Fingerprint::parse(fingerprint).ok_or_else(|| format!("`{fingerprint}` is no fingerprint"))?;
    Ok(Label { path: path.to_owned(), fingerprint, verdict })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_label_holds_for_the_same_bytes_in_the_same_file_of_any_version() {
        let labels = Labels::read(&format!("# why\n\ntests/key.pem\tx\t{PRINT}\tfalse-alarm\ta reason\n"));
        let labels = labels.expect("it can be read");
        let print = Fingerprint::parse(PRINT).expect("it is one");
        let other = Fingerprint::parse(&PRINT.replace('0', "1")).expect("it is one");
        let path = Path::new("0/tls-1.2.3/tests/key.pem");
        assert_eq!(labels.verdict(path, print), Some(Verdict::FalseAlarm));
        assert_eq!(labels.verdict(path, other), None);
        assert_eq!(labels.verdict(Path::new("0/tls-1.2.3/mytests/key.pem"), print), None);
    }

    #[test]
    fn what_is_no_label_is_said() {
        for row in ["a\tb\tc", "a\tb\tzz\tfalse-alarm\tx", "a\tb\t\tno\tx"] {
            assert!(Labels::read(row).expect_err("it is wrong").starts_with("line 1: "), "{row}");
        }
        assert!(Labels::read(&format!("a\tb\t{PRINT}\tfalse-alarm\t ")).is_err());
    }

    #[test]
    fn the_labels_that_are_kept_can_be_read() {
        assert!(Labels::kept().is_ok(), "{:?}", Labels::kept());
    }
}
