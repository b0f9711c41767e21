//! What is found in real source that nothing was planted in, after people have looked at it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use secrets::{Fingerprint, Scanner};

use super::labels::{Labels, Verdict};
use super::options::Options;
use super::recall::is_generic;
use super::report::Report;
use super::rivals::Reported;
use super::source::{Source, megabytes};
use super::threads;
use crate::say;

/// False alarms for 100 MB that are allowed.
const MOST: f64 = 1.0;

/// A finding in real source.
struct Alarm {
    path: PathBuf,
    line: usize,
    rule: String,
    masked: String,
    fingerprint: Fingerprint,
    verdict: Option<Verdict>,
}

/// Counts by verdict.
#[derive(Clone, Copy, Default)]
struct Count {
    real: usize,
    wrong: usize,
    unseen: usize,
}

impl Count {
    fn add(&mut self, verdict: Option<Verdict>) {
        match verdict {
            Some(Verdict::RealTestCredential) => self.real += 1,
            Some(Verdict::FalseAlarm) => self.wrong += 1,
            None => self.unseen += 1,
        }
    }

    /// What nobody has looked at counts as false.
    fn wrong_for_100_mb(self, bytes: u64) -> f64 {
        for_100_mb(self.wrong + self.unseen, bytes)
    }

    fn precision(self) -> String {
        match self.real + self.wrong + self.unseen {
            0 => "no findings".to_owned(),
            all => format!("{:.1}%", percent(self.real, all)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn for_100_mb(count: usize, bytes: u64) -> f64 {
    count as f64 / (bytes.max(1) as f64 / 1e8)
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

/// Another scanner's findings in the source.
pub(super) struct Other {
    pub(super) name: &'static str,
    pub(super) findings: Vec<Reported>,
}

/// Prints the findings and the rows; what it gives back are problems.
pub(super) fn measure(
    options: &Options,
    scanner: &Scanner,
    source: &Source,
    others: &[Other],
    report: &mut Report,
) -> Result<Vec<String>, String> {
    let labels = Labels::kept()?;
    let found =
        threads::each(options.threads, &source.files, |(path, _)| alarms(scanner, source, path, &labels));
    let found: Vec<Vec<Alarm>> = found.into_iter().collect::<Result<_, _>>()?;
    let alarms: Vec<Alarm> = found.into_iter().flatten().collect();
    let mut all = Count::default();
    let mut generic = Count::default();
    let mut rules: BTreeMap<&str, Count> = BTreeMap::new();
    for alarm in &alarms {
        all.add(alarm.verdict);
        rules.entry(&alarm.rule).or_default().add(alarm.verdict);
        if is_generic(&alarm.rule) {
            generic.add(alarm.verdict);
        }
        let row = format!("{}\t{}\t{}", alarm.path.display(), alarm.rule, alarm.fingerprint);
        if alarm.verdict.is_none() {
            report.alarm(format!("{row}\t?\tline {}: {}", alarm.line, alarm.masked));
        }
        if alarm.verdict != Some(Verdict::RealTestCredential) {
            say(&format!("{}:{}: {} {}", alarm.path.display(), alarm.line, alarm.rule, alarm.masked));
        }
    }
    say(&format!("\n{:<44} {:>5} | {:>5} | {:>5}", "rule, in real source", "real", "false", "unseen"));
    for (rule, count) in &rules {
        say(&format!("{rule:<44} {:>5} | {:>5} | {:>5}", count.real, count.wrong, count.unseen));
    }
    let header = "real source, nothing planted";
    say(&format!(
        "\n{header:<30} {:>8} | {:>5} | {:>5} | {:>6} | false and unseen for 100 MB | precision",
        "findings", "real", "false", "unseen"
    ));
    print_row("stagedoor", alarms.len(), all, source.bytes);
    print_row("  its generic rules", generic.real + generic.wrong + generic.unseen, generic, source.bytes);
    for other in others {
        let count = theirs(scanner, source, &labels, &alarms, &other.findings);
        print_row(other.name, other.findings.len(), count, source.bytes);
    }
    let rate = all.wrong_for_100_mb(source.bytes);
    Ok(if rate > MOST {
        vec![format!("{rate:.2} false alarms for 100 MB; at most {MOST} are allowed")]
    } else {
        Vec::new()
    })
}

fn print_row(name: &str, findings: usize, count: Count, bytes: u64) {
    say(&format!(
        "{name:<30} {findings:>8} | {:>5} | {:>5} | {:>6} | {:>27.2} | {}",
        count.real,
        count.wrong,
        count.unseen,
        count.wrong_for_100_mb(bytes),
        count.precision(),
    ));
}

fn alarms(scanner: &Scanner, source: &Source, path: &Path, labels: &Labels) -> Result<Vec<Alarm>, String> {
    let file = source.folder.join(path);
    let text = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let findings = scanner.scan_file(&path.to_string_lossy(), &text).into_iter();
    Ok(findings
        .map(|finding| Alarm {
            path: path.to_owned(),
            line: finding.line,
            rule: finding.rule.to_string(),
            masked: finding.masked.to_string(),
            verdict: labels.verdict(path, finding.fingerprint),
            fingerprint: finding.fingerprint,
        })
        .collect())
}

/// The verdicts on another scanner's findings: by the secret, or by the line where ours has one.
fn theirs(
    scanner: &Scanner,
    source: &Source,
    labels: &Labels,
    alarms: &[Alarm],
    findings: &[Reported],
) -> Count {
    let ours: HashMap<(&Path, usize), Verdict> = alarms
        .iter()
        .filter_map(|alarm| Some(((alarm.path.as_path(), alarm.line), alarm.verdict?)))
        .collect();
    let mut count = Count::default();
    for finding in findings {
        let path = finding.path.strip_prefix(&source.folder).unwrap_or(&finding.path);
        let by_secret = finding
            .secret
            .as_ref()
            .and_then(|secret| labels.verdict(path, scanner.key().fingerprint(secret.as_bytes())));
        let by_line = (finding.lines.0..=finding.lines.1).find_map(|line| ours.get(&(path, line)).copied());
        count.add(by_secret.or(by_line));
    }
    count
}

/// Harmless files that look as if they held secrets: nothing may be found in them.
pub(super) fn lookalikes(scanner: &Scanner, seed: u64, report: &mut Report) -> Vec<String> {
    let mut problems = Vec::new();
    let files = corpus::negatives(seed);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    for (name, text) in &files {
        for finding in scanner.scan_file(name, text.as_bytes()) {
            let place = format!("{name}:{}: {} {}", finding.line, finding.rule, finding.masked);
            report.beside(&finding.rule, &format!("harmless {place}"));
            problems.push(format!("found in a harmless file: {place}"));
        }
    }
    say(&format!(
        "{} findings in {} generated files ({}) that only look as if they held secrets",
        problems.len(),
        files.len(),
        megabytes(u64::try_from(bytes).unwrap_or(u64::MAX))
    ));
    problems
}
