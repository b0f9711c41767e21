//! What could not be read, by the part of a repository that it is of: a rule that asked for a part is not content
//! while something of it is unread.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::Repository;
use crate::repo::Unread;

/// A part of a repository that is more than its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Part {
    /// TypeScript and JavaScript.
    Code = 1,
    /// Kubernetes objects, with those of charts.
    Manifests = 2,
    /// Terraform and `CloudFormation`.
    Terraform = 4,
}

const PARTS: [Part; 3] = [Part::Code, Part::Manifests, Part::Terraform];

/// The parts that a rule asked for.
#[derive(Debug, Default)]
pub(crate) struct Asked(AtomicU8);

impl Asked {
    pub(crate) fn note(&self, part: Part) {
        self.0.fetch_or(part as u8, Ordering::Relaxed);
    }

    /// Whether a part was asked for.
    pub(crate) fn has(&self, part: Part) -> bool {
        self.0.load(Ordering::Relaxed) & part as u8 != 0
    }

    /// Why a rule that asked for these cannot be content: what of them could not be read.
    pub(crate) fn unread(&self, repository: &Repository) -> Option<String> {
        let asked = self.0.load(Ordering::Relaxed);
        let mut all = PARTS
            .into_iter()
            .filter(|part| asked & *part as u8 != 0)
            .flat_map(|part| repository.unread_of(part));
        let first = all.next()?;
        Some(match all.count() {
            0 => format!("1 file could not be read: {}", first.path),
            more => format!("{} files could not be read, the first is {}", more + 1, first.path),
        })
    }
}

impl Repository {
    /// What was not read, or not whole, by path, each once.
    pub fn unread(&self) -> Vec<&Unread> {
        let parts = PARTS.into_iter().flat_map(|part| self.unread_of(part));
        let mut all: Vec<&Unread> = self.files.unread().iter().chain(parts).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all.dedup_by(|a, b| a.path == b.path);
        all
    }

    /// What of a part could not be read. What was not even opened is told by the files.
    fn unread_of(&self, part: Part) -> &[Unread] {
        match part {
            Part::Code => self.code().unread(),
            Part::Manifests => &self.manifests.unread,
            Part::Terraform => &self.terraform.unread,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::repo::Files;
    use crate::{Repository, registry, run};

    #[test]
    fn a_rule_over_what_could_not_be_read_is_not_content() {
        let package = r#"{"name": "backend", "backstage": {"role": "backend"}}"#;
        let noop = "const tokens = ServerTokenManager.noop();";
        let texts = |broken| {
            Files::of_texts([
                ("packages/backend/package.json", package),
                ("packages/backend/src/a.ts", noop),
                ("packages/backend/src/b.ts", broken),
            ])
        };
        let rule = || registry().filter(|entry| entry.id == "noop-token-manager");
        let whole = run(&Repository::of(texts("export const b = 1;")), rule());
        assert_eq!((whole.ran.len(), whole.skipped.len(), whole.findings.len()), (1, 0, 1));

        let repository = Repository::of(texts("export const = {;"));
        let unread: Vec<&str> = repository.unread().iter().map(|one| one.path.as_str()).collect();
        assert_eq!(unread, ["packages/backend/src/b.ts"]);
        let report = run(&repository, rule());
        assert_eq!((report.ran.len(), report.findings.len()), (0, 1));
        let reasons: Vec<&str> = report.skipped.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!(reasons, ["1 file could not be read: packages/backend/src/b.ts"]);

        // This one asks for packages.
        let other = run(&repository, registry().filter(|entry| entry.id == "lock-missing"));
        assert!(!other.skipped.iter().any(|one| one.reason.contains("could not be read")), "{other:?}");
    }
}
