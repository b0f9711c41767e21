//! Version ranges as npm reads them.

use crate::Release;

/// A range: alternatives, each a list of comparisons that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    alternatives: Vec<Vec<Comparison>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Comparison {
    sign: Sign,
    than: Release,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Less,
    AtMost,
    Equal,
    AtLeast,
    Greater,
}

/// More than a range needs.
const MAX_ALTERNATIVES: usize = 64;
const MAX_BYTES: usize = 1024;

impl Range {
    /// Reads a range. Nothing for what is none, such as a tag, or for one that is too long.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let alternatives: Vec<_> = text.split("||").map(alternative).collect::<Option<_>>()?;
        (alternatives.len() <= MAX_ALTERNATIVES).then_some(Self { alternatives })
    }

    /// Whether a version is in it. As npm has it, a pre-release is only in an alternative that names a pre-release of
    /// the same `major.minor.patch`.
    pub fn holds(&self, version: &Release) -> bool {
        self.alternatives.iter().any(|all| {
            let named = |comparison: &Comparison| {
                let than = &comparison.than;
                !than.pre.is_empty()
                    && (than.major, than.minor, than.patch) == (version.major, version.minor, version.patch)
            };
            all.iter().all(|comparison| comparison.holds(version))
                && (version.pre.is_empty() || all.iter().any(named))
        })
    }

    /// Whether a version lies between its bounds; pre-releases too. What advisories mean.
    pub fn contains(&self, version: &Release) -> bool {
        self.alternatives.iter().any(|all| all.iter().all(|comparison| comparison.holds(version)))
    }

    /// The lowest version that it names as a bound; `0.0.0` where nothing bounds it from below.
    pub fn lower(&self) -> Release {
        let lower = |all: &Vec<Comparison>| {
            all.iter()
                .filter(|comparison| !matches!(comparison.sign, Sign::Less | Sign::AtMost))
                .map(|comparison| comparison.than.clone())
                .max()
                .unwrap_or(Release::new(0, 0, 0))
        };
        self.alternatives.iter().map(lower).min().unwrap_or(Release::new(0, 0, 0))
    }

    /// Whether just one version is in it.
    pub fn is_exact(&self) -> bool {
        matches!(&self.alternatives[..], [all] if matches!(&all[..], [Comparison { sign: Sign::Equal, .. }]))
    }

    /// Whether it takes every version from some one on.
    pub fn is_open_above(&self) -> bool {
        self.alternatives
            .iter()
            .any(|all| all.iter().all(|comparison| matches!(comparison.sign, Sign::AtLeast | Sign::Greater)))
    }

    /// Whether some version of a major is in it.
    pub fn reaches_major(&self, major: u64) -> bool {
        let (from, until) = (Release::new(major, 0, 0), Release::new(major, u64::MAX, u64::MAX));
        self.alternatives.iter().any(|all| {
            all.iter().all(|comparison| match comparison.sign {
                Sign::Less => comparison.than > from,
                Sign::AtMost => comparison.than >= from,
                Sign::Equal => comparison.than.major == major,
                Sign::AtLeast | Sign::Greater => comparison.than <= until,
            })
        })
    }
}

impl Comparison {
    fn holds(&self, version: &Release) -> bool {
        match self.sign {
            Sign::Less => version < &self.than,
            Sign::AtMost => version <= &self.than,
            Sign::Equal => version == &self.than,
            Sign::AtLeast => version >= &self.than,
            Sign::Greater => version > &self.than,
        }
    }
}

/// A version of which the end may be left open: `1`, `1.2.x`, `*`.
struct Partial {
    major: Option<u64>,
    minor: Option<u64>,
    patch: Option<u64>,
    pre: Vec<String>,
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['v', '=']);
        let text = text.split('+').next()?;
        let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let mut parts = core.split('.');
        let mut open = false;
        let mut next = || -> Option<Option<u64>> {
            let part = parts.next().unwrap_or("x");
            if open || matches!(part, "x" | "X" | "*" | "") {
                open = true;
                return Some(None);
            }
            part.parse().ok().map(Some)
        };
        let (major, minor, patch) = (next()?, next()?, next()?);
        let pre = pre.filter(|_| patch.is_some()).map(|pre| pre.split('.').map(str::to_owned).collect());
        parts.next().is_none().then_some(Self { major, minor, patch, pre: pre.unwrap_or_default() })
    }

    /// The lowest version it stands for.
    fn lowest(&self) -> Release {
        Release {
            major: self.major.unwrap_or(0),
            minor: self.minor.unwrap_or(0),
            patch: self.patch.unwrap_or(0),
            pre: self.pre.clone(),
        }
    }

    /// The lowest version above all that it stands for; nothing above `*`. Pre-releases of it count as above.
    fn above(&self) -> Option<Release> {
        let major = self.major?;
        Some(match (self.minor, self.patch) {
            (None, _) => before(major.saturating_add(1), 0, 0),
            (Some(minor), None) => before(major, minor.saturating_add(1), 0),
            (Some(minor), Some(patch)) => before(major, minor, patch.saturating_add(1)),
        })
    }
}

/// The very first pre-release of a version.
fn before(major: u64, minor: u64, patch: u64) -> Release {
    Release { pre: vec!["0".to_owned()], ..Release::new(major, minor, patch) }
}

fn at_least(than: Release) -> Comparison {
    Comparison { sign: Sign::AtLeast, than }
}

fn alternative(text: &str) -> Option<Vec<Comparison>> {
    if let Some((low, high)) = text.split_once(" - ") {
        let (low, high) = (Partial::parse(low)?, Partial::parse(high)?);
        let mut all = vec![at_least(low.lowest())];
        match high.patch {
            Some(_) => all.push(Comparison { sign: Sign::AtMost, than: high.lowest() }),
            None => all.extend(high.above().map(|than| Comparison { sign: Sign::Less, than })),
        }
        return Some(all);
    }
    let mut all = Vec::new();
    let spaced = text.replace(',', " ");
    let mut words = spaced.split_whitespace();
    while let Some(word) = words.next() {
        let sign_end = word.find(|c: char| !"<>=^~".contains(c)).unwrap_or(word.len());
        let (sign, mut rest) = word.split_at(sign_end);
        if rest.is_empty() {
            rest = words.next()?;
        }
        compare(sign, &Partial::parse(rest)?, &mut all)?;
    }
    if all.is_empty() {
        all.push(at_least(Release::new(0, 0, 0)));
    }
    Some(all)
}

fn compare(sign: &str, version: &Partial, all: &mut Vec<Comparison>) -> Option<()> {
    let lowest = version.lowest();
    let less = |than| Comparison { sign: Sign::Less, than };
    match sign {
        "" | "=" | "==" if version.patch.is_some() => {
            all.push(Comparison { sign: Sign::Equal, than: lowest });
        }
        "" | "=" | "==" => {
            all.push(at_least(lowest));
            all.extend(version.above().map(less));
        }
        ">=" => all.push(at_least(lowest)),
        ">" if version.patch.is_some() => all.push(Comparison { sign: Sign::Greater, than: lowest }),
        ">" => all.push(version.above().map_or_else(|| less(Release::new(0, 0, 0)), at_least)),
        "<" => all.push(less(lowest)),
        "<=" if version.patch.is_some() => all.push(Comparison { sign: Sign::AtMost, than: lowest }),
        "<=" => all.push(version.above().map_or_else(|| at_least(Release::new(0, 0, 0)), less)),
        "~" | "~>" => {
            let (major, minor) = (version.major, version.minor);
            let stop = Partial { major, minor, patch: None, pre: Vec::new() };
            all.push(at_least(lowest));
            all.extend(stop.above().map(less));
        }
        "^" => {
            let stop = match (version.major, version.minor, version.patch) {
                (None, ..) => None,
                (Some(0), Some(0), Some(patch)) => Some(before(0, 0, patch.saturating_add(1))),
                (Some(0), Some(minor), _) => Some(before(0, minor.saturating_add(1), 0)),
                (Some(major), ..) => Some(before(major.saturating_add(1), 0, 0)),
            };
            all.push(at_least(lowest));
            all.extend(stop.map(less));
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(range: &str, version: &str) -> bool {
        Range::parse(range).expect(range).holds(&Release::parse(version).expect(version))
    }

    #[test]
    fn ranges_hold_what_npm_says() {
        for (range, inside, outside) in [
            ("^1.2.3", "1.9.0", "2.0.0"),
            ("^0.2.3", "0.2.9", "0.3.0"),
            ("^0.0.3", "0.0.3", "0.0.4"),
            ("^0.1", "0.1.7", "0.2.0"),
            ("^1.2.3", "1.2.3", "1.2.2"),
            ("~1.2.3", "1.2.9", "1.3.0"),
            ("~1", "1.9.9", "2.0.0"),
            ("1.x", "1.4.0", "2.0.0"),
            ("1.2.*", "1.2.0", "1.3.0"),
            ("1.2.3 - 2.3", "2.3.9", "2.4.0"),
            (">=1.2 <2", "1.2.0", "2.0.0"),
            (">= 1.2.0 < 2.0.0", "1.5.0", "2.0.0"),
            ("18 || 20", "20.3.1", "19.0.0"),
            ("=1.2.3", "1.2.3", "1.2.4"),
            (">1.2", "1.3.0", "1.2.9"),
            ("<=1.2", "1.2.9", "1.3.0"),
            ("^1.0.0-next.1", "1.0.0-next.2", "1.1.0-next.0"),
            ("*", "9.9.9", "1.0.0-rc.1"),
        ] {
            assert!(holds(range, inside), "{inside} is in {range}");
            assert!(!holds(range, outside), "{outside} is not in {range}");
        }
        assert!(Range::parse("latest").is_none());
        assert!(Range::parse("workspace:^").is_none());
    }

    #[test]
    fn bounds_are_known() {
        let range = |text| Range::parse(text).expect(text);
        assert_eq!(range("^1.2.3").lower(), Release::new(1, 2, 3));
        assert_eq!(range("20 || 18").lower(), Release::new(18, 0, 0));
        assert!(range("1.2.3").is_exact() && !range("1.2").is_exact() && !range("^1.2.3").is_exact());
        assert!(range(">=18").is_open_above() && range("*").is_open_above() && !range("^18").is_open_above());
        assert!(range("18 || 20").reaches_major(20) && !range("18 || 20").reaches_major(19));
        assert!(range("<0.27.1").contains(&Release::parse("0.27.0-next.1").expect("a version")));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ -~]{0,40}", version in "[0-9]{1,20}\\.[0-9]{1,3}\\.[0-9]{1,3}") {
            if let (Some(range), Some(version)) = (Range::parse(&text), Release::parse(&version)) {
                let _ = (range.holds(&version), range.lower(), range.reaches_major(version.major));
                prop_assert!(!range.holds(&version) || range.contains(&version));
            }
        }
    }
}
