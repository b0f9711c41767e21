//! A finding with its place, and what of both may be shown.

use secrets::{Excerpt, Finding, Fingerprint, Scanner};

/// A secret that was found somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    pub(crate) excerpt: Excerpt,
    pub(crate) place: Place,
    /// Its fingerprint under the key before this one.
    pub(crate) previous: Option<Fingerprint>,
}

/// Where something was read from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The path, without secrets.
    pub(crate) path: String,
    pub(crate) commit: Option<String>,
    /// The file of leaves that it is under, and the path from that file's folder.
    pub(crate) under: Option<(usize, String)>,
}

/// A path as it may be shown: people put secrets into names, too.
pub(crate) fn shown(scanner: &Scanner, path: &str) -> String {
    scanner.redact(path).into_owned()
}

/// Text for a terminal: one line, nothing that moves the cursor, and no command to whoever reads logs.
pub(crate) fn plain(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|letter| {
            let is_turning = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
            if letter.is_control() || is_turning { char::REPLACEMENT_CHARACTER } else { letter }
        })
        .collect();
    if line.starts_with("::") || line.starts_with("##[") { format!("./{line}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_cannot_write_on_the_terminal_nor_command_a_runner() {
        assert_eq!(plain("a/b ü.yaml"), "a/b ü.yaml");
        assert_eq!(plain("a\u{1b}[2J\nb\u{202e}"), "a\u{fffd}[2J\u{fffd}b\u{fffd}");
        assert_eq!(plain("::add-mask::x"), "./::add-mask::x");
        assert_eq!(plain("##[command]x"), "./##[command]x");
    }
}
