//! Inputs made to be slow: for each loop of the scanner one that makes it go round as often as can be. Their time
//! for a byte must not grow with their size.

use std::path::Path;
use std::time::Duration;

use secrets::Scanner;

use super::process::now;
use crate::say;

/// Megabytes of each input.
const SIZES: [usize; 4] = [1, 2, 4, 8];
/// The least of so many runs counts, for other programs run as well; of long ones there is one.
const RUNS: usize = 3;
const LONG: Duration = Duration::from_secs(1);
/// How much slower, for a byte, the largest input may be than the smallest.
const GROWTH: f64 = 2.0;
/// Nanoseconds a byte that no input may take: a megabyte a second.
const SLOWEST: f64 = 1000.0;

/// How an input is looked at.
enum Way {
    /// As text.
    Text,
    /// As a file of this name, which is read as a document as well.
    File(&'static str),
    /// As a stream, in chunks of so many bytes.
    Stream(usize),
}

/// What an input consists of, over and over; `{}` in it is a number that goes up.
struct Case {
    name: &'static str,
    way: Way,
    make: Make,
}

enum Make {
    Again(String),
    Counted(&'static str),
    Within(&'static str, &'static str),
}

/// Runs every case and prints the table; what it gives back are problems.
pub(super) fn measure(scanner: &Scanner) -> Result<Vec<String>, String> {
    let keywords = keywords()?;
    let mut problems = Vec::new();
    let sizes: Vec<String> = SIZES.iter().map(|size| format!("{size:>5} MB")).collect();
    say(&format!("\n{:<46} {}", "nanoseconds a byte", sizes.join(" | ")));
    for case in cases(&keywords) {
        let costs: Vec<f64> = SIZES.iter().map(|size| case.cost(scanner, size * 1_000_000)).collect();
        let cells: Vec<String> = costs.iter().map(|cost| format!("{cost:>8.2}")).collect();
        say(&format!("{:<46} {}", case.name, cells.join(" | ")));
        if let [first, .., last] = costs.as_slice() {
            if *last > first * GROWTH {
                problems.push(format!("`{}` grows from {first:.1} to {last:.1} ns a byte", case.name));
            }
            if *last > SLOWEST {
                problems.push(format!("`{}` takes {last:.0} ns a byte", case.name));
            }
        }
    }
    Ok(problems)
}

/// Every literal that some rule looks for, one after the other.
fn keywords() -> Result<String, String> {
    let folder = crate::root().join("crates/secrets/rules");
    let failed = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(|error: std::io::Error| failed(&folder, &error))?;
    files.sort();
    let mut words = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
        let document: toml_edit::DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| failed(&file, &error))?;
        let rules = document.get("rule").and_then(toml_edit::Item::as_array_of_tables);
        for rule in rules.into_iter().flatten() {
            let lists = ["keywords", "names"].into_iter().filter_map(|key| rule.get(key)?.as_array());
            for word in lists.flatten().filter_map(toml_edit::Value::as_str) {
                words.push_str(word);
            }
        }
    }
    if words.is_empty() { Err(format!("no rules in {}", folder.display())) } else { Ok(words) }
}

fn cases(keywords: &str) -> Vec<Case> {
    let again = |name, way, text: &str| Case { name, way, make: Make::Again(text.to_owned()) };
    let counted = |name, way, text| Case { name, way, make: Make::Counted(text) };
    let spaced: String = keywords
        .chars()
        .collect::<Vec<_>>()
        .chunks(9)
        .map(|few| few.iter().collect::<String>() + "=")
        .collect();
    vec![
        again("keywords back to back", Way::Text, keywords),
        again("keywords with signs of assignment", Way::Text, &spaced),
        again("password= back to back", Way::Text, "password="),
        again("token: blanks", Way::Text, &format!("token:{}", " ".repeat(190))),
        again("beginnings of keys", Way::Text, &["-----BEGIN ", "PRIVATE KEY-----\n"].concat()),
        again("beginnings of keys on one line", Way::Text, &["-----BEGIN ", "PRIVATE KEY-----"].concat()),
        again("dashes", Way::Text, "-----"),
        again("://", Way::Text, "://"),
        again("a://b:c", Way::Text, "a://b:c"),
        again("http://u:", Way::Text, "http://u:"),
        again("@ after ://", Way::Text, "x://@"),
        again("one letter", Way::Text, "a"),
        again("base64 that is text", Way::Text, "VGhpcyBpcyBhIGxpbmUgb2YgdGV4dC4g"),
        again("base64 that is keywords", Way::Text, "cGFzc3dvcmQ9dG9rZW49c2VjcmV0PWtleT0g"),
        again("base64 that is no text", Way::Text, "/+7d3c29ra2djX19bW1dXU1NPT0tLR0d"),
        again("words of 28 letters", Way::Text, "VGhpcyBpcyBhIGxpbmUgb2YgdGV4 "),
        again("%41", Way::Text, "%41"),
        again("%41 between blanks", Way::Text, "%41 "),
        again("one %41 in long words", Way::Text, &format!("%41{}", "a".repeat(8000))),
        again("quotes", Way::Text, "\""),
        again("backslashes and quotes", Way::Text, "\\\""),
        again("name: lines", Way::Text, "name: password\n"),
        again("name: password, commas", Way::Text, "name: password,\n,\n,\n,\n"),
        counted("secrets on every line", Way::Text, "password = \"kJ8sd72hSDk3jsd{}\"\n"),
        counted("one line of secrets", Way::Text, "password=kJ8sd72hSDk3jsd{} "),
        again("eyJ", Way::Text, "eyJ"),
        again("eyJ and points", Way::Text, "eyJhbGciOiJub25lIn0."),
        again("new lines", Way::Text, "\n"),
        again("zeros", Way::Text, "\0"),
        again("bytes that are no text", Way::Text, "ÿþé"),
        Case { name: "deep JSON", way: Way::File("a.json"), make: Make::Within("{\"password\":[", "]}") },
        Case { name: "deep YAML", way: Way::File("a.yaml"), make: Make::Within("{password: [", "]}") },
        counted("JSON of many strings", Way::File("a.json"), "{\"token{}\":\"a\\u0062c\"}\n"),
        counted("YAML of many pairs", Way::File("a.yaml"), "password{}: \"a\\tb\"\n"),
        again("YAML of many documents", Way::File("a.yaml"), "---\npassword: \"a\\tb\"\n"),
        again("YAML of one block", Way::File("a.yaml"), "  password: a\\tb\n"),
        again("JSON within JSON", Way::File("a.json"), "\\\"{\\\\\\\"password\\\\\\\":\\\"x\\\"}"),
        again("YAML of anchors", Way::File("a.yaml"), "- &a [*a, *a, \"\\t\"]\n"),
        again("1 byte at a time: text", Way::Stream(1), "a few words, and password=x then\n"),
        again("1 byte at a time: one word", Way::Stream(1), "password="),
        again(
            "1 byte at a time: a key",
            Way::Stream(1),
            &["-----BEGIN ", "PRIVATE KEY-----\n", "MIIEvQIBADANBgkq\n"].concat(),
        ),
        again("16 bytes at a time: text", Way::Stream(16), "a few words, and password=x then\n"),
        again("16 bytes at a time: one word", Way::Stream(16), "password="),
        again("16 bytes at a time: %41", Way::Stream(16), "%41"),
        again(
            "16 bytes at a time: a key",
            Way::Stream(16),
            &["-----BEGIN ", "PRIVATE KEY-----\n", "MIIEvQIBADANBgkq\n"].concat(),
        ),
        again("1 KiB at a time: text", Way::Stream(1024), "a few words, and password=x then\n"),
        again("1 KiB at a time: one word", Way::Stream(1024), "password="),
        again("1 KiB at a time: keywords", Way::Stream(1024), keywords),
        again("1 KiB at a time: base64", Way::Stream(1024), "VGhpcyBpcyBhIGxpbmUgb2YgdGV4dC4g"),
        again(
            "1 KiB at a time: a key",
            Way::Stream(1024),
            &["-----BEGIN ", "PRIVATE KEY-----\n", "MIIEvQIBADANBgkq\n"].concat(),
        ),
    ]
}

impl Case {
    /// Nanoseconds a byte.
    #[expect(clippy::cast_precision_loss, reason = "for people to read")]
    fn cost(&self, scanner: &Scanner, size: usize) -> f64 {
        let input = self.make.input(size);
        let mut least = self.time(scanner, &input);
        for _ in 1..RUNS {
            if least < LONG {
                least = least.min(self.time(scanner, &input));
            }
        }
        least.as_nanos() as f64 / input.len() as f64
    }

    fn time(&self, scanner: &Scanner, input: &[u8]) -> Duration {
        let started = now();
        match self.way {
            Way::Text => {
                std::hint::black_box(scanner.scan(input));
            }
            Way::File(name) => {
                std::hint::black_box(scanner.scan_file(name, input));
            }
            Way::Stream(chunk) => {
                let mut redactor = scanner.redactor();
                for piece in input.chunks(chunk) {
                    std::hint::black_box(redactor.push(piece));
                }
                std::hint::black_box(redactor.finish());
            }
        }
        started.elapsed()
    }
}

impl Make {
    fn input(&self, size: usize) -> Vec<u8> {
        let mut text = match self {
            Self::Again(piece) => piece.repeat(size / piece.len() + 1),
            Self::Counted(piece) => {
                let mut text = String::with_capacity(size + piece.len());
                let mut number = 100_000_usize;
                while text.len() < size {
                    text.push_str(&piece.replace("{}", &number.to_string()));
                    number += 7919;
                }
                text
            }
            Self::Within(open, close) => {
                let depth = size / (open.len() + close.len());
                return (open.repeat(depth) + &close.repeat(depth)).into_bytes();
            }
        }
        .into_bytes();
        text.truncate(size);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_have_their_size() {
        let keywords = keywords().expect("there are rules");
        for case in cases(&keywords) {
            let length = case.make.input(10_000).len();
            assert!((9_900..=10_000).contains(&length), "{}: {length}", case.name);
        }
    }
}
