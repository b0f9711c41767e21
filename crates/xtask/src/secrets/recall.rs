//! Of the planted secrets, which are found: by our scanner, and by others on the same files.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use secrets::{Finding, Scanner};

use super::options::Options;
use super::plants::{Plant, PlantedFile, shape};
use super::report::Report;
use super::rivals::Reported;
use super::threads;
use crate::say;

/// Characters in a row of a secret that may show.
const RUN: usize = 8;
/// Share of the planted secrets that must be found.
const LEAST: f64 = 0.99;

/// How a plant fared with our scanner.
#[derive(Clone, Copy, Default)]
struct Fate {
    found: bool,
    /// Under a rule that is right.
    right: bool,
    /// Nothing of its random part is left outside what was found.
    whole: bool,
}

/// Counts of one rule or format.
#[derive(Clone, Default)]
struct Row {
    planted: usize,
    found: usize,
    right: usize,
    whole: usize,
    others: Vec<usize>,
}

/// What our scanner found in a planted file.
struct Looked {
    fates: Vec<Fate>,
    /// Findings that lie on no plant.
    beside: Vec<Finding>,
    /// Findings of the generic rules, and how many of them lie on a plant.
    generic: (usize, usize),
}

/// Another scanner's findings, by file.
pub(super) struct Other {
    pub(super) name: &'static str,
    found: HashMap<std::path::PathBuf, Vec<(usize, usize)>>,
}

impl Other {
    /// Its findings below `folder`.
    pub(super) fn new(name: &'static str, folder: &Path, findings: Vec<Reported>) -> Self {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for finding in findings {
            let path = finding.path.strip_prefix(folder).unwrap_or(&finding.path).to_owned();
            found.entry(path).or_default().push(finding.lines);
        }
        Self { name, found }
    }

    fn has(&self, file: &PlantedFile, plant: &Plant) -> bool {
        let (first, last) = plant.lines;
        let lines = self.found.get(&file.path);
        lines.is_some_and(|lines| lines.iter().any(|(from, to)| *from <= last && first <= *to))
    }
}

/// Prints the tables; what it gives back are problems.
pub(super) fn measure(
    options: &Options,
    scanner: &Scanner,
    files: &[PlantedFile],
    others: &[Other],
    report: &mut Report,
) -> Vec<String> {
    let looked = threads::each(options.threads, files, |file| look(scanner, file));
    let mut rules: BTreeMap<&str, Row> = BTreeMap::new();
    let mut formats: BTreeMap<&str, Row> = BTreeMap::new();
    let mut all = Row { others: vec![0; others.len()], ..Row::default() };
    for (file, looked) in files.iter().zip(&looked) {
        for (plant, fate) in file.plants.iter().zip(&looked.fates) {
            let others: Vec<bool> = others.iter().map(|other| other.has(file, plant)).collect();
            for row in
                [rules.entry(plant.rule).or_default(), formats.entry(file.format).or_default(), &mut all]
            {
                row.add(*fate, &others);
            }
            if !(fate.found && fate.right && fate.whole) {
                report.missed(plant.rule, &miss(file, plant, *fate));
            }
        }
        for finding in &looked.beside {
            report
                .beside(&finding.rule, &format!("{} line {}: {}", file.format, finding.line, finding.masked));
        }
    }
    let names: Vec<&str> = others.iter().map(|other| other.name).collect();
    table("rule", &names, &rules, &all);
    table("format", &names, &formats, &all);
    let beside: usize = looked.iter().map(|looked| looked.beside.len()).sum();
    let (generic, on_plants) =
        looked.iter().fold((0, 0), |(all, on), looked| (all + looked.generic.0, on + looked.generic.1));
    say(&format!(
        "findings that lie on no planted secret: {beside}; of {generic} findings by generic rules {on_plants} lie on one"
    ));
    let recall = share(all.found, all.planted);
    say(&format!("recall: {:.2}% of {} planted secrets", recall * 100.0, all.planted));
    without_generator(scanner);
    let low = format!("recall is {:.2}%; at least {:.0}% is asked", recall * 100.0, LEAST * 100.0);
    if recall < LEAST { vec![low] } else { Vec::new() }
}

fn look(scanner: &Scanner, file: &PlantedFile) -> Looked {
    let findings = scanner.scan_file(&file.name, file.text.as_bytes());
    let on = |finding: &Finding, plant: &Plant| {
        finding.span.start < plant.span.end && plant.span.start < finding.span.end
    };
    let fates = file
        .plants
        .iter()
        .map(|plant| {
            let here: Vec<&Finding> = findings.iter().filter(|finding| on(finding, plant)).collect();
            Fate {
                found: !here.is_empty(),
                right: here.iter().any(|one| *one.rule == *plant.rule || plant.or.contains(&&*one.rule)),
                whole: !here.is_empty() && is_hidden(&file.text, plant, &here),
            }
        })
        .collect();
    let is_planted = |finding: &Finding| file.plants.iter().any(|plant| on(finding, plant));
    let generic: Vec<&Finding> = findings.iter().filter(|finding| is_generic(&finding.rule)).collect();
    let generic = (generic.len(), generic.iter().filter(|finding| is_planted(finding)).count());
    let beside = findings.iter().filter(|finding| !is_planted(finding)).cloned().collect();
    Looked { fates, beside, generic }
}

/// The rules that take any assignment which looks like one of a secret.
pub(super) fn is_generic(rule: &str) -> bool {
    rule.starts_with("generic-")
}

/// Whether no run of the random part stands outside what was found. A part that is written otherwise (as base64,
/// say) shows nothing.
fn is_hidden(text: &str, plant: &Plant, findings: &[&Finding]) -> bool {
    let start = plant.span.start.saturating_sub(RUN);
    let seen = &text.as_bytes()[start..plant.span.end];
    let is_found = |at: usize| findings.iter().any(|finding| finding.span.contains(&at));
    let variable = plant.variable.as_bytes();
    seen.windows(RUN).enumerate().all(|(at, window)| {
        let place = start + at;
        (place..place + RUN).any(is_found) || !variable.windows(RUN).any(|part| part == window)
    })
}

fn miss(file: &PlantedFile, plant: &Plant, fate: Fate) -> String {
    let how = match (fate.found, fate.whole) {
        (false, _) => "missed",
        (true, false) => "found in part",
        (true, true) => "found under another rule",
    };
    let line_start = file.text[..plant.span.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &file.text[line_start..plant.span.start];
    let from = before.char_indices().rev().nth(70).map_or(0, |(at, _)| at);
    let mut form = plant.shape(&file.text);
    form.truncate(form.char_indices().nth(100).map_or(form.len(), |(at, _)| at));
    let before = &before[from..];
    // What stands before may be another secret.
    let before = if before.len() > 40 && !before.contains(' ') { shape(before) } else { before.to_owned() };
    format!("{how} | {} line {} | `{before}` + `{form}`", file.format, plant.lines.0)
}

impl Row {
    fn add(&mut self, fate: Fate, others: &[bool]) {
        self.planted += 1;
        self.found += usize::from(fate.found);
        self.right += usize::from(fate.right);
        self.whole += usize::from(fate.whole);
        self.others.resize(others.len(), 0);
        for (count, found) in self.others.iter_mut().zip(others) {
            *count += usize::from(*found);
        }
    }

    fn cells(&self) -> String {
        let others = columns(self.others.iter().map(ToString::to_string));
        format!("{:>7} | {:>5} | {:>5} | {:>5}{others}", self.planted, self.found, self.right, self.whole)
    }
}

fn table(what: &str, names: &[&str], rows: &BTreeMap<&str, Row>, all: &Row) {
    let others = columns(names.iter().map(ToString::to_string));
    say(&format!("\n{what:<44} planted | found | right | whole{others}"));
    for (name, row) in rows {
        say(&format!("{name:<44} {}", row.cells()));
    }
    say(&format!("{:<44} {}", "all", all.cells()));
    let shares = |count: usize| format!("{:.1}%", share(count, all.planted) * 100.0);
    let others = columns(all.others.iter().map(|count| shares(*count)));
    say(&format!(
        "{:<44} {:>7} | {:>5} | {:>5} | {:>5}{others}",
        "",
        "",
        shares(all.found),
        shares(all.right),
        shares(all.whole)
    ));
}

/// The cells of the other scanners.
fn columns(cells: impl Iterator<Item = String>) -> String {
    cells.fold(String::new(), |row, cell| row + &format!(" | {cell:>16}"))
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Says which rules nothing was planted for, and which generators have no rule.
fn without_generator(scanner: &Scanner) {
    let generators = corpus::generators();
    let rules: Vec<&str> = scanner.rules().iter().map(secrets::Rule::id).collect();
    let bare: Vec<&str> =
        rules.iter().filter(|rule| generators.iter().all(|made| made.rule != **rule)).copied().collect();
    say(&format!("{} rules, of which {} have no generator: {}", rules.len(), bare.len(), bare.join(" ")));
    let lost: Vec<&str> =
        generators.iter().map(|made| made.rule).filter(|rule| !rules.contains(rule)).collect();
    if !lost.is_empty() {
        say(&format!("generators without a rule: {}", lost.join(" ")));
    }
}
