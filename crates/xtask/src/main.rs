//! Development tasks: `cargo xtask check` (walls, documents, comments, generated pages), `cargo xtask
//! gen` (writes those pages), `cargo xtask bench` (the table of speed and memory), `cargo xtask bench secrets`
//! (speed and quality of the scanner for secrets), `cargo xtask bench check` (speed and memory of the checker),
//! `cargo xtask check-truth` (the checker against labelled
//! repositories).

mod bench;
mod check_bench;
mod check_truth;
mod comments;
mod documents;
mod generate;
mod layout;
mod metadata;
mod rules;
mod secrets;
mod walls;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask check | gen [--check] | bench [--entities N] [--reference URL] | \
    bench secrets [PART]... | bench check [--source DIR]... [--against NAME=PATH]... | check-truth --repos DIR --truth FILE [--beyond FILE] [--json FILE]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let problems = match words.as_slice() {
        ["check"] => {
            let mut problems = walls::check();
            problems.extend(documents::check());
            problems.extend(comments::check());
            problems.extend(layout::check());
            problems.extend(generate::run(true));
            problems
        }
        ["gen"] => generate::run(false),
        ["gen", "--check"] => generate::run(true),
        ["bench", "secrets", rest @ ..] => secrets::run(rest),
        ["bench", "check", rest @ ..] => check_bench::run(rest),
        ["check-truth", rest @ ..] => check_truth::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        _ => vec![USAGE.to_owned()],
    };
    for problem in &problems {
        say(problem);
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints a line. These are programs for people at a terminal.
#[expect(clippy::print_stdout, reason = "a development task answers on stdout")]
fn say(line: &str) {
    println!("{line}");
}

/// The workspace's root.
fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the root is there")
}
