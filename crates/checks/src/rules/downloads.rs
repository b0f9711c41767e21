//! Downloads that nobody checks, in commands of a shell.

use crate::Place;
use crate::image::Command;

/// Programs that check what was downloaded. Those of MD5 and SHA-1 are not among them: their sums can be met.
const CHECKERS: [&str; 12] = [
    "sha256sum",
    "sha512sum",
    "sha384sum",
    "shasum",
    "b2sum",
    "b3sum",
    "gpg",
    "gpgv",
    "cosign",
    "minisign",
    "openssl",
    "apt-key",
];
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "zsh", "python3", "node"];

/// Programs that only look at what they read.
const READERS: [&str; 14] =
    ["jq", "yq", "grep", "egrep", "sed", "awk", "cut", "head", "tail", "tr", "sort", "wc", "cat", "xmllint"];

/// A download whose content is used, and was not checked.
pub(super) struct Download<'a> {
    /// Where the program is written.
    pub(super) place: &'a Place,
    /// The host; words that say so where that is built in place.
    pub(super) host: String,
    /// Whether it is run at once, as a script.
    pub(super) runs: bool,
    /// Whether a checksum is met by what somebody else makes: MD5, SHA-1.
    weak: bool,
}

impl Download<'_> {
    pub(super) fn message(&self) -> String {
        let host = &self.host;
        match (self.runs, self.weak) {
            (true, _) => format!("a script of {host} is run without being checked"),
            (false, true) => format!("what {host} sends is checked with a broken checksum only"),
            (false, false) => format!("what {host} sends is used without being checked"),
        }
    }
}

/// The downloads among the commands of one script that none of them checks.
pub(super) fn unchecked(commands: &[Command]) -> Vec<Download<'_>> {
    let checked = commands.iter().enumerate().any(|(at, command)| {
        let name = command.name();
        // `shasum` without `-a 256` is SHA-1.
        let weak =
            name == "shasum" && !command.words.iter().any(|word| matches!(word.text.as_str(), "256" | "512"));
        CHECKERS.contains(&name) && !weak && is_of_file(commands, at)
    });
    let weak = commands.iter().enumerate().any(|(at, command)| {
        matches!(command.name(), "sha1sum" | "md5sum" | "shasum") && is_of_file(commands, at)
    });
    // `bash <(curl ..)` and `sh -c "$(curl ..)"`.
    let inside = commands.iter().any(|outer| {
        SHELLS.contains(&outer.name())
            && outer.words.iter().any(|word| word.text.contains("curl ") || word.text.contains("wget "))
    });
    let mut found = Vec::new();
    for (at, command) in commands.iter().enumerate() {
        let Some(host) = downloads(command) else { continue };
        let after = commands.get(at + 1).filter(|next| next.piped);
        let runs = inside || after.is_some_and(runs_input);
        let kept = runs || after.is_some_and(|next| !only_reads(next)) || (after.is_none() && keeps(command));
        if !kept || (checked && !runs) {
            continue;
        }
        let Some(word) = command.program().first() else { continue };
        found.push(Download { place: &word.place, host, runs, weak });
    }
    found
}

/// Whether a checksum is of a file, or is compared with one: `echo "$RANDOM" | shasum` only makes letters up.
fn is_of_file(commands: &[Command], at: usize) -> bool {
    let Some(command) = commands.get(at) else { return false };
    let before = at.checked_sub(1).and_then(|before| commands.get(before));
    let of_text = command.piped && before.is_some_and(|before| matches!(before.name(), "echo" | "printf"));
    !command.name().ends_with("sum") || !of_text || command.words.iter().any(|word| is_check(&word.text))
}

/// `-c`, alone or among others, and its long name.
fn is_check(word: &str) -> bool {
    word == "--check" || (word.starts_with('-') && !word.starts_with("--") && word.contains('c'))
}

/// Whether a command runs what it reads: a shell without a script of its own.
fn runs_input(command: &Command) -> bool {
    SHELLS.contains(&command.name()) && !has_own_script(command)
}

fn has_own_script(command: &Command) -> bool {
    ["-c", "-m", "-e", "-p", "--eval"].iter().any(|flag| command.has(flag))
}

fn only_reads(command: &Command) -> bool {
    READERS.contains(&command.name()) || (SHELLS.contains(&command.name()) && has_own_script(command))
}

/// The host that a command downloads from; none for what is only asked whether it is there.
fn downloads(command: &Command) -> Option<String> {
    if !matches!(command.name(), "curl" | "wget" | "aria2c") {
        return None;
    }
    let words = command.program();
    let sends = words
        .iter()
        .any(|word| matches!(word.text.as_str(), "-X" | "--request" | "-d" | "--data" | "-I" | "--head"));
    let url = words
        .iter()
        .skip(1)
        .find(|word| is_url(&word.text) || (word.expands && !word.text.starts_with('-')))?;
    let host = host(&url.text);
    let local = host.starts_with("localhost") || host.starts_with("127.");
    (!sends && !local).then_some(host)
}

/// Whether what a command downloads is written to a file.
fn keeps(command: &Command) -> bool {
    let words = command.program();
    command.name() != "curl"
        || words.iter().any(|word| {
            let text = word.text.as_str();
            let short = text.starts_with('-') && !text.starts_with("--") && text.contains(['o', 'O']);
            short || text.starts_with("--output") || text.starts_with("--remote-name") || text.contains('>')
        })
}

pub(super) fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://") || text.starts_with("ftp://")
}

/// The host of a URL, without credentials; the text itself if it is none.
pub(super) fn host(url: &str) -> String {
    let Some((_, rest)) = url.split_once("://") else {
        return "an address that is built in place".to_owned();
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority).to_owned()
}
