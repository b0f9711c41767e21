//! A Backstage release or an npm version: `major.minor.patch`, with what may follow.

use std::fmt;

/// A version that can be compared. A pre-release (`-next.1`) comes before its release; build data is left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    /// Major.
    pub major: u64,
    /// Minor.
    pub minor: u64,
    /// Patch.
    pub patch: u64,
    /// The pre-release's parts.
    pub pre: Vec<String>,
}

impl Release {
    /// A release without a pre-release part.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { major, minor, patch, pre: Vec::new() }
    }

    /// Reads `1.2.3`, `v1.2.3`, `1.2.3-next.0+build`; nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split('+').next()?;
        let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let mut parts = core.split('.').map(|part| part.parse::<u64>().ok());
        let release = Self {
            major: parts.next()??,
            minor: parts.next()??,
            patch: parts.next()??,
            pre: pre.map(|pre| pre.split('.').map(str::to_owned).collect()).unwrap_or_default(),
        };
        parts.next().is_none().then_some(release)
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let core = (self.major, self.minor, self.patch).cmp(&(other.major, other.minor, other.patch));
        core.then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Equal,
            (true, false) => Greater,
            (false, true) => Less,
            (false, false) => {
                let parts = self.pre.iter().zip(&other.pre).map(|(a, b)| {
                    match (a.parse::<u64>(), b.parse::<u64>()) {
                        (Ok(a), Ok(b)) => a.cmp(&b),
                        (Ok(_), Err(_)) => Less,
                        (Err(_), Ok(_)) => Greater,
                        (Err(_), Err(_)) => a.cmp(b),
                    }
                });
                parts.fold(Equal, std::cmp::Ordering::then).then(self.pre.len().cmp(&other.pre.len()))
            }
        })
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre.join("."))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn versions_are_in_order() {
        let order =
            ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.0.1", "1.10.0"];
        let parsed: Vec<Release> =
            order.iter().map(|text| Release::parse(text).expect("a version")).collect();
        assert!(parsed.is_sorted());
        assert_eq!(parsed[3].to_string(), order[3]);
        assert_eq!(Release::parse("1.2"), None);
        assert_eq!(Release::parse("1.2.3.4"), None);
        assert_eq!(Release::parse("v1.2.3+x"), Some(Release::new(1, 2, 3)));
    }
}
