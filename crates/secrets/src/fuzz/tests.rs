//! The fuzz bodies over mutated seeds, the same ones on every run.

use corpus::Rng;

/// What mutations put in: whatever begins, ends, names or escapes something.
const TOKENS: &[&str] = &[
    "-----BEGIN ",
    "PRIVATE KEY-----\n",
    "-----END ",
    "\n",
    " ",
    "\"",
    "'",
    "`",
    "\\n",
    "\\u002d",
    "%2F",
    "%",
    "://",
    "@",
    ":",
    "=",
    ": |\n  ",
    "password",
    "token",
    "\"value\": \"",
    "name: ",
    "Bearer ",
    "{{",
    "${",
    "}",
    "[",
    "]",
    "{",
    ",",
    "<",
    ">",
    "ghp_",
    "eyJ",
    "AKIA",
    "==",
    "\u{feff}",
    "\0",
    "…",
    "---\n",
    "- ",
    "[[rule]]\n",
    "[[rules]]\n",
    "regex = '",
    "pattern = '",
    "keywords = [\"abc\"]\n",
];

/// Runs `body` over seeds that tokens were put into, cut from, and swapped in.
fn drive(body: fn(&[u8]), rounds: usize, seeds: &[Vec<u8>]) {
    let mut rng = Rng::new(0x5EED);
    for seed in seeds {
        body(seed);
    }
    for _ in 0..rounds {
        let mut data = seeds[rng.below(seeds.len())].clone();
        for _ in 0..=rng.below(6) {
            let at = rng.below(data.len() + 1);
            match rng.below(6) {
                0 | 1 => drop(data.splice(at..at, rng.pick(TOKENS).bytes())),
                2 => data.truncate(at),
                3 => {
                    let end = (at + rng.below(40)).min(data.len());
                    data.drain(at..end);
                }
                4 => {
                    let other = &seeds[rng.below(seeds.len())];
                    let from = rng.below(other.len() + 1);
                    data.splice(at..at, other[from..].iter().copied());
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

/// A few files of every format.
fn files() -> Vec<Vec<u8>> {
    corpus::corpus(3, 1).into_iter().step_by(7).map(|file| file.text.into_bytes()).collect()
}

#[test]
fn text() {
    drive(super::text, 600, &files());
}

#[test]
fn file() {
    drive(super::file, 600, &files());
}

#[test]
fn tree() {
    let seeds: Vec<Vec<u8>> = corpus::corpus(4, 1)
        .into_iter()
        .filter(|file| std::path::Path::new(&file.file_name).extension().is_some_and(|end| end == "json"))
        .map(|file| file.text.into_bytes())
        .chain([br#"{"kind":"Component","metadata":{"annotations":{"a/token":"x"}},"data":["a",{"b":1.5}]}"#
            .to_vec()])
        .collect();
    drive(super::tree, 2000, &seeds);
}

#[test]
fn rules() {
    let own = include_str!("../../rules/private_keys.toml").as_bytes().to_vec();
    let theirs = b"[[rules]]\nid = \"acme\"\nregex = '''(?i)acme\\s*=\\s*([a-z0-9]{8})'''\nkeywords = [\"acme\"]\n[[rules.allowlists]]\nstopwords = [\"test\"]\n".to_vec();
    drive(super::rules, 600, &[own, theirs]);
}
