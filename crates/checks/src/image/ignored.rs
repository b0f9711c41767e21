//! `.dockerignore`: what a build does not get to see.

use globset::{GlobBuilder, GlobMatcher};

/// The patterns of a `.dockerignore`, in order; the last one that matches decides.
#[derive(Debug, Default)]
pub struct Ignored {
    patterns: Vec<(bool, GlobMatcher)>,
}

impl Ignored {
    /// Reads one. Patterns that are none are left out.
    pub fn parse(text: &str) -> Self {
        let patterns = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .take(1000)
            .filter_map(|line| {
                let (back, pattern) = match line.strip_prefix('!') {
                    Some(pattern) => (true, pattern),
                    None => (false, line),
                };
                let pattern = pattern.trim().trim_start_matches("./").trim_matches('/');
                let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
                Some((back, glob.compile_matcher()))
            })
            .collect();
        Self { patterns }
    }

    /// Whether a path, relative to the build's folder, is left out. What is in a folder that is left out is too.
    pub fn has(&self, path: &str) -> bool {
        let mut ignored = false;
        for (back, glob) in &self.patterns {
            let parents = path.match_indices('/').map(|(at, _)| &path[..at]);
            if *back == ignored && parents.chain([path]).any(|path| glob.is_match(path)) {
                ignored = !back;
            }
        }
        ignored
    }
}

#[cfg(test)]
mod tests {
    use super::Ignored;

    #[test]
    fn the_last_pattern_decides() {
        let ignored = Ignored::parse("# c\n.git\n*.local.yaml\nplugins/*\n!plugins/a\n**/x.txt\n");
        for path in [".git", ".git/config", "app-config.local.yaml", "plugins/b/c", "a/b/x.txt"] {
            assert!(ignored.has(path), "{path}");
        }
        for path in ["a/.git", "a/app-config.local.yaml", "plugins/a/c", "x.yaml"] {
            assert!(!ignored.has(path), "{path}");
        }
    }
}
