//! The baseline: what is known is not reported, what is gone is said, and a new one is written whole.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use secrets::{BASELINE_BYTES, Baseline, Fingerprint, KnownSecret};

use super::found::Found;
use super::key;
use super::look::Look;
use super::notes::{Kind, Note};
use super::read::{self, Content};
use crate::failure::Failure;

/// A baseline that was read.
pub(crate) struct Known {
    baseline: Baseline,
    /// Whether its fingerprints are under the key before this one.
    is_previous: bool,
    met: BTreeSet<Fingerprint>,
}

impl Known {
    /// Reads a baseline. Without a key that lasts it would say nothing.
    pub(crate) fn read(path: &Path, look: &Look) -> Result<Self, Failure> {
        needs_key("--baseline", look)?;
        let refused = |why: String, hint: Option<String>| Failure::Refused {
            message: format!("cannot use the baseline `{}`: {why}", path.display()),
            hint,
        };
        let bytes = match read::file(path, BASELINE_BYTES as u64) {
            Ok(Content::Text(bytes)) => bytes,
            Ok(Content::Large) => {
                return Err(refused(format!("it has more than {BASELINE_BYTES} bytes"), None));
            }
            Ok(Content::Binary | Content::Special) => return Err(refused("it is no text".to_owned(), None)),
            Err(error) => {
                return Err(refused(error.to_string(), Some("make one with --write-baseline".to_owned())));
            }
        };
        let baseline = Baseline::parse(&bytes)
            .map_err(|error| refused(error.to_string(), Some("make one with --write-baseline".to_owned())))?;
        let keys: Vec<_> = std::iter::once(look.scanner.key()).chain(look.previous_key()).collect();
        let written_with = baseline.key_among(&keys).map_err(|error| {
            let hint =
                "give the key it was written with: --key-file, or --previous-key-file beside the new one";
            refused(error.to_string(), Some(hint.to_owned()))
        })?;
        Ok(Self { baseline, is_previous: written_with == 1, met: BTreeSet::new() })
    }

    /// What is known of a finding.
    fn meet(&mut self, found: &Found) -> Option<&KnownSecret> {
        let print = if self.is_previous { found.previous? } else { found.finding.fingerprint };
        let known = self.baseline.find(print)?;
        self.met.insert(print);
        Some(known)
    }

    /// Takes away what is known, and counts it.
    pub(crate) fn apply(&mut self, found: &mut Vec<Found>) -> usize {
        let before = found.len();
        found.retain(|one| self.meet(one).is_none());
        before - found.len()
    }

    /// What was not met.
    pub(crate) fn vanished(&self) -> Vec<Note> {
        let gone = self.baseline.iter().filter(|(print, _)| !self.met.contains(print));
        gone.map(|(print, known)| {
            Note::with(Kind::Vanished, print.to_string(), super::found::plain(&known.rule))
        })
        .collect()
    }
}

/// The baseline of all that was found; reasons that were given are kept.
pub(crate) fn of(found: &[Found], known: Option<&mut Known>, look: &Look) -> Result<Baseline, Failure> {
    needs_key("--write-baseline", look)?;
    let mut baseline = Baseline::new(look.scanner.key());
    let mut known = known;
    for one in found {
        let reason = known.as_mut().and_then(|known| known.meet(one)).and_then(|known| known.reason.clone());
        let entry = KnownSecret { rule: one.finding.rule.to_string(), reason };
        baseline.insert(one.finding.fingerprint, entry);
    }
    Ok(baseline)
}

/// Writes it beside its place first, so that a reader sees the old one or the new one.
pub(crate) fn write(baseline: &Baseline, path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written =
        tempfile::Builder::new().prefix(".stagedoor-baseline-").tempfile_in(folder).and_then(|mut file| {
            file.write_all(baseline.to_json().as_bytes())?;
            file.as_file().sync_all()?;
            readable(file.as_file())?;
            file.persist(path).map_err(|error| error.error)
        });
    written.map(drop).map_err(|error| Failure::Unavailable {
        message: format!("cannot write the baseline `{}`", path.display()),
        causes: vec![error.to_string()],
        hint: None,
    })
}

/// It holds no secret, and belongs into a repository: everybody may read it.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

fn needs_key(option: &str, look: &Look) -> Result<(), Failure> {
    if look.scanner.key().is_lasting() {
        return Ok(());
    }
    Err(Failure::Refused {
        message: format!(
            "{option} needs a fingerprint key: without one each run makes its own, and no fingerprint means \
             anything in another run"
        ),
        hint: Some(key::MAKE.to_owned()),
    })
}
