//! `stagedoor secrets scan`.

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use model::SystemClock;

use super::arguments::Scan;
use super::baseline::{self, Known};
use super::leave::Leaves;
use super::look::{Look, Seen, Text};
use super::notes::{Kind, Note};
use super::read::{self, Content};
use super::report::Report;
use super::walk::{self, Target};
use super::{git, key, progress, report, rules};
use crate::failure::{FOUND, Failure};

pub(crate) fn run(arguments: &Scan) -> Result<ExitCode, Failure> {
    let chosen = rules::choose(&arguments.choice)?;
    let (key, previous) = key::keys(&arguments.keys, chosen.settings.as_ref())?;
    let look = Look::new(&chosen.rules, key, previous, &SystemClock);
    let mut known = arguments.baseline.as_deref().map(|path| Known::read(path, &look)).transpose()?;
    if arguments.write_baseline.is_some() {
        // Before the work, not after it.
        baseline::of(&[], None, &look)?;
    }
    let mut leaves = Leaves::new(look.today);
    let mut seen = match (&arguments.git, arguments.staged) {
        (Some(range), _) => git::range(range, &look, &mut leaves, arguments.max_file_size)?,
        (None, true) => git::staged(&look, &mut leaves, arguments.max_file_size)?,
        (None, false) => files(arguments, &look, &mut leaves)?,
    };
    seen.notes.splice(0..0, chosen.notes);
    let is_whole = arguments.git.is_none()
        && !arguments.staged
        && arguments.choice.only.is_empty()
        && arguments.choice.without.is_empty();
    leaves.apply(&mut seen, &look.scanner, is_whole);

    let mut written = None;
    let known_count;
    if let Some(path) = &arguments.write_baseline {
        let all = baseline::of(&seen.found, known.as_mut(), &look)?;
        baseline::write(&all, path)?;
        written = Some((path.display().to_string(), all.iter().len()));
        known_count = seen.found.len();
        seen.found.clear();
    } else {
        known_count = known.as_mut().map_or(0, |known| known.apply(&mut seen.found));
    }
    let vanished = known.as_ref().filter(|_| is_whole).map(Known::vanished).unwrap_or_default();
    let vanished_count = vanished.len();
    seen.notes.extend(vanished);
    seen.notes.sort_by(|a, b| (a.kind, &a.place).cmp(&(b.kind, &b.place)));
    let is_clean = seen.found.is_empty();
    let report = Report {
        seen,
        rules: &chosen.rules,
        known: known_count,
        vanished: vanished_count,
        written,
        is_lasting: look.scanner.key().is_lasting(),
    };
    report::print(&report, arguments.format);
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// What was scanned so far.
#[derive(Default)]
struct Scanned {
    /// The numbers of files with nothing to tell.
    clean: Seen,
    /// The others, by path.
    rest: Vec<(String, Result<Seen, Failure>)>,
}

/// Files that are handed over at once.
const BATCH: usize = 64;

/// What is in files. They are scanned while the walk goes on; what is found is put in the order of paths.
fn files(arguments: &Scan, look: &Look, leaves: &mut Leaves) -> Result<Seen, Failure> {
    let (total, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let most = arguments.max_file_size;
    let all: Mutex<Scanned> = Mutex::default();
    let scan = |batch: Vec<Target>| {
        let mut scanned = Scanned::default();
        for target in batch {
            match file(&target, look, most) {
                Ok(seen) if seen.tells_nothing() => scanned.clean.add(seen),
                seen => scanned.rest.push((target.place.path, seen)),
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.clean.add(scanned.clean);
        all.rest.extend(scanned.rest);
    };
    let notes = progress::during(Some(&total), &done, || {
        rayon::in_place_scope(|scope| {
            let mut batch = Vec::with_capacity(BATCH);
            let mut found = |target| {
                batch.push(target);
                total.fetch_add(1, Ordering::Relaxed);
                if batch.len() == BATCH {
                    let batch = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                    scope.spawn(move |_| scan(batch));
                }
            };
            let notes = walk::walk(&arguments.paths, !arguments.no_ignore, &look.scanner, leaves, &mut found);
            scope.spawn(move |_| scan(batch));
            notes
        })
    })?;
    let Scanned { clean: mut seen, mut rest } = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.notes = notes;
    rest.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (_, one) in rest {
        seen.add(one?);
    }
    Ok(seen)
}

fn file(target: &Target, look: &Look, most: u64) -> Result<Seen, Failure> {
    let content = match &target.open {
        Some(path) => read::file(path, most),
        None => read::stream(std::io::stdin().lock(), most),
    };
    let place = &target.place.path;
    Ok(match content {
        Ok(Content::Text(bytes)) => {
            look.at(&Text { bytes: &bytes, name: &target.name, place: target.place.clone(), lines: None })
        }
        Ok(Content::Binary) => Seen { binaries: 1, ..Seen::default() },
        // Nothing else may have been asked for: passing over it would look like a clean scan.
        Ok(Content::Large) if target.open.is_none() => {
            return Err(Failure::Refused {
                message: format!("standard input has more than {most} bytes"),
                hint: Some("raise --max-file-size, or scan it in pieces".to_owned()),
            });
        }
        Ok(Content::Large) => Seen::note(Note::new(Kind::Large, place)),
        Ok(Content::Special) => Seen::note(Note::new(Kind::Special, place)),
        Err(error) => Seen::note(Note::with(Kind::Unreadable, place, error.to_string())),
    })
}
