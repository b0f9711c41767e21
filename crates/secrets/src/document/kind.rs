//! What kind of file a file is, by its name or by its look.

/// Files that programs write, whose random-looking values are digests.
const LOCKS: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "cargo.lock",
    "go.sum",
    "go.work.sum",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pipfile.lock",
    "gemfile.lock",
    "composer.lock",
    "packages.lock.json",
    "flake.lock",
    "mix.lock",
    "pubspec.lock",
    "podfile.lock",
    "deno.lock",
    "gradle.lockfile",
    "cargo.toml.orig",
    ".cargo-checksum.json",
    ".cargo_vcs_info.json",
    "chart.lock",
    ".terraform.lock.hcl",
    "package.resolved",
    "conan.lock",
    "module.bazel.lock",
];
/// Ends of names of files that programs write.
const GENERATED: &[&str] = &[
    ".min.js",
    ".min.mjs",
    ".min.css",
    ".js.map",
    ".mjs.map",
    ".cjs.map",
    ".css.map",
    ".d.ts.map",
    ".ts.map",
];
/// Ends of names of files that hold JSON.
const JSON: &[&str] =
    &[".json", ".json5", ".jsonc", ".ndjson", ".jsonl", ".dockercfg", ".webmanifest", ".ipynb"];
/// Bytes of a file's beginning that its look is judged by.
const LOOK: usize = 4096;
/// Least bytes of a string that may be a document.
const DOCUMENT: usize = 24;

/// How the structure of a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// YAML, or what looks like it.
    Yaml,
    /// JSON, with comments or without; also several values after one another.
    Json,
}

impl Kind {
    /// Of a file.
    pub(crate) fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        let name = base(name);
        if JSON.iter().any(|end| name.ends_with(end)) {
            return Some(Self::Json);
        }
        if [".yaml", ".yml"].iter().any(|end| name.ends_with(end)) {
            return Some(if first(bytes) == Some(b'{') { Self::Json } else { Self::Yaml });
        }
        // Only names without an ending, or with one that says nothing, leave it to the look.
        let says_nothing = !name.trim_start_matches('.').contains('.')
            || [".conf", ".config", ".cfg", ".txt", ".bak", ".orig", ".local"]
                .iter()
                .any(|end| name.ends_with(end));
        if says_nothing { Self::by_look(bytes) } else { None }
    }

    /// Of a string in a document.
    pub(crate) fn within(text: &str) -> Option<Self> {
        if text.len() < DOCUMENT {
            return None;
        }
        match Self::by_look(text.as_bytes())? {
            Self::Yaml if !text.trim_end().contains('\n') => None,
            kind => Some(kind),
        }
    }

    fn by_look(bytes: &[u8]) -> Option<Self> {
        match first(bytes)? {
            b'{' | b'[' => return Some(Self::Json),
            _ => {}
        }
        let start = &bytes[..bytes.len().min(LOOK)];
        let mut lines = start
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii_end)
            .filter(|line| !line.is_empty() && !line.trim_ascii_start().starts_with(b"#"));
        let mut line = lines.next()?;
        if line.starts_with(b"---") {
            line = lines.next()?;
        }
        let line = line.strip_prefix(b"- ").unwrap_or(line);
        let key = line.iter().take_while(|byte| is_key(**byte)).count();
        let is_pair =
            key > 0 && line.get(key) == Some(&b':') && line.get(key + 1).is_none_or(|after| *after == b' ');
        is_pair.then_some(Self::Yaml)
    }
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./\"'".contains(&byte)
}

/// The first byte that is no white space.
fn first(bytes: &[u8]) -> Option<u8> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().take(LOOK).find(|byte| !byte.is_ascii_whitespace()).copied()
}

/// The file's own name, in lower case.
fn base(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase()
}

/// Whether a program wrote the file, so that what looks random in it is a digest or squeezed code.
pub(crate) fn is_generated(name: &str) -> bool {
    let name = base(name);
    LOCKS.contains(&name.as_str()) || GENERATED.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_name_and_else_by_look() {
        for (name, text, kind) in [
            ("a/b.yaml", "x", Some(Kind::Yaml)),
            ("b.YML", "x", Some(Kind::Yaml)),
            ("b.yaml", " {\"a\": 1}", Some(Kind::Json)),
            ("c.json", "", Some(Kind::Json)),
            ("d.rs", "{\"a\": 1}", None),
            ("config", "apiVersion: v1\nkind: Config", Some(Kind::Yaml)),
            ("config", "# a\n---\n- name: x", Some(Kind::Yaml)),
            ("", "{\"a\": 1}", Some(Kind::Json)),
            ("", "\u{feff}{\"a\": 1}", Some(Kind::Json)),
            ("README", "Hello, this: is prose", None),
            (".npmrc", "//registry/:_authToken=x", None),
            (".dockercfg", "{}", Some(Kind::Json)),
        ] {
            assert_eq!(Kind::of(name, text.as_bytes()), kind, "{name} {text}");
        }
    }

    #[test]
    fn files_that_programs_write_are_known() {
        for name in ["x/package-lock.json", "Cargo.lock", "dist/app.min.js", "dist/app.js.map", "go.sum"] {
            assert!(is_generated(name), "{name}");
        }
        for name in ["package.json", "app.js", "lock", "site.map"] {
            assert!(!is_generated(name), "{name}");
        }
    }
}
