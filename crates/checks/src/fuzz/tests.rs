//! The fuzz bodies over mutated seeds, the same ones on every run.

use corpus::Rng;

use super::NAMES;
use crate::{File, registry};

/// What mutations put in: whatever begins, ends, names or escapes something.
const TOKENS: &[&str] = &[
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "\"",
    "'",
    "`",
    "\\",
    "\\\n",
    ":",
    ": ",
    "- ",
    "---\n",
    "...\n",
    "|",
    ">-\n",
    "&a ",
    "*a",
    "<<: *a",
    "!!map ",
    "#",
    "${A}",
    "${A:-b}",
    "$$",
    "$(",
    "{{",
    "}}",
    "{{- if .Values.a }}",
    "{{ end }}",
    "${{",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "=>",
    "=",
    ",",
    "FROM a AS b\n",
    "RUN <<EOF\n",
    "EOF\n",
    "COPY --from=b ",
    "ENV A=",
    "p, role:default/a, b, c, allow\n",
    "permit(principal, action, resource);",
    "^1.2.3",
    " - 2",
    "||",
    "1.x",
    "999999999999999999999",
    "-1",
    "\u{feff}",
    "\u{2028}",
    "ä",
    "😀",
    "\0",
    "stagedoor: accept x until ",
    "2027-01-31: ",
    "$include: a",
    "https://",
    "@",
    "%2F",
    "node_modules/",
    "../../",
    "import ",
    "export ",
    "async ",
    "resource \"a\" \"b\" {\n",
];

/// Runs `body` over seeds that tokens were put into, cut from, and swapped in. The first `kept` bytes stay.
fn drive(body: fn(&[u8]), rounds: usize, kept: usize, seeds: &[Vec<u8>]) {
    let mut rng = Rng::new(0x5EED);
    for seed in seeds {
        body(seed);
    }
    for _ in 0..rounds {
        let mut data = seeds[rng.below(seeds.len())].clone();
        for _ in 0..=rng.below(6) {
            let at = kept.min(data.len()) + rng.below((data.len() + 1).saturating_sub(kept).max(1));
            match rng.below(6) {
                0 | 1 => drop(data.splice(at..at, rng.pick(TOKENS).bytes())),
                2 => data.truncate(at),
                3 => {
                    let end = (at + rng.below(40)).min(data.len());
                    data.drain(at..end);
                }
                4 => {
                    let other = &seeds[rng.below(seeds.len())];
                    let from =
                        kept.min(other.len()) + rng.below((other.len() + 1).saturating_sub(kept).max(1));
                    data.splice(at..at, other.get(from..).unwrap_or_default().iter().copied());
                }
                _ if at < data.len() => data[at] = u8::try_from(rng.below(256)).expect("a byte"),
                _ => {}
            }
            data.truncate(8192);
        }
        let case = data.clone();
        let outcome = std::panic::catch_unwind(move || body(&data));
        assert!(outcome.is_ok(), "failed on {:?}", String::from_utf8_lossy(&case));
    }
}

/// The files of the samples on rules' pages, each under the name of its kind.
fn samples() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for entry in registry() {
        let page = entry.page();
        for (path, text, _) in page.bad.iter().chain(&page.good).flat_map(|sample| &sample.files) {
            let name = File::new(path, crate::Content::Binary);
            let kind = |known: &&&str| known.rsplit('/').next() == Some(name.name());
            let by_end = |known: &&&str| known.rsplit('.').next() == path.rsplit('.').next();
            let Some(known) = NAMES.iter().find(kind).or_else(|| NAMES.iter().find(by_end)) else { continue };
            let at = NAMES.iter().position(|name| name == known).expect("it is from there");
            all.push([&[u8::try_from(at).expect("few")], text.as_bytes()].concat());
        }
    }
    all
}

#[test]
fn file() {
    let seeds: Vec<_> = samples().into_iter().step_by(5).collect();
    assert!(seeds.len() > 20);
    drive(super::file, 300, 1, &seeds);
}

#[test]
fn every_kind_of_file() {
    // Text of one kind under the names of all others.
    let samples = samples();
    let seeds: Vec<_> = (0_u8..)
        .zip(NAMES)
        .zip(samples.iter().step_by(7).cycle())
        .map(|((at, _), sample)| [&[at], &sample[1..]].concat())
        .collect();
    drive(super::file, 200, 1, &seeds);
}

#[test]
fn index() {
    let index = crate::repo::written(&["a/b.yaml", "a/c.ts", "packages/backend/Dockerfile"]);
    let mut fourth = index.clone();
    fourth[7] = 4;
    drive(super::index, 3000, 8, &[index, fourth]);
}

#[test]
fn range() {
    let seeds = [
        "^1.2.3\n1.2.3\n1.4.0",
        ">=1.0.0 <2 || 3.x\n3.1.0",
        "1.2.3 - 2.0\n2.0.5",
        "~0.4\n0.4.9-rc.1",
        "*\n0.0.0",
    ];
    drive(super::range, 3000, 0, &seeds.map(|seed| seed.as_bytes().to_vec()));
}

#[test]
fn transcript() {
    let seeds: Vec<Vec<u8>> = registry()
        .flat_map(|entry| entry.page().bad)
        .flat_map(|sample| sample.files)
        .filter(|(_, text, _)| text.lines().any(|line| line.starts_with("> ")))
        .map(|(_, text, _)| text.into_bytes())
        .take(20)
        .collect();
    assert!(!seeds.is_empty());
    drive(super::transcript, 500, 0, &seeds);
}
