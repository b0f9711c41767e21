//! Leave in a comment: on the secret's line, or alone on the line before it.

use time::Date;

use super::{AllowProblem, reason, until};

/// What such a comment begins with.
pub const ALLOW_MARK: &str = "stagedoor:allow-secret";
/// Bytes of a comment that are read.
const COMMENT_BYTES: usize = 4096;
/// Bytes before a mark that may be the start of a comment.
const LEADER_BYTES: usize = 200;
/// Comments of one file that are read.
const MOST: usize = 10_000;
/// How it is written.
const FORM: &str = "write `rule=<id or *> until=<day> reason=\"<why>\"`";

/// Leave in a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineAllowance {
    /// Where the comment stands, from 1.
    pub line: usize,
    /// The line that it is about.
    about: usize,
    /// The id of a rule, or `*`.
    rule: Box<str>,
}

/// The leaves in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InlineAllowances {
    /// Those that hold, by the line that they are about.
    pub allowances: Vec<InlineAllowance>,
    /// The others.
    pub problems: Vec<AllowProblem>,
}

impl InlineAllowances {
    /// Reads the comments in a text.
    pub fn read(text: &[u8], today: Date) -> Self {
        let mut read = Self::default();
        let (mut line, mut counted) = (1, 0);
        for (at, start) in memchr::memmem::find_iter(text, ALLOW_MARK).enumerate() {
            line += memchr::memchr_iter(b'\n', &text[counted..start]).count();
            counted = start;
            if at == MOST {
                let message = format!("more than {MOST} comments; the rest is not read");
                read.problems.push(AllowProblem { line, message });
                break;
            }
            let after = start + ALLOW_MARK.len();
            let most = text.len().min(after + COMMENT_BYTES);
            let end = memchr::memchr(b'\n', &text[after..most]).map_or(most, |length| after + length);
            let comment = String::from_utf8_lossy(&text[after..end]);
            // Followed by anything but a blank it is a word in prose or code.
            if !comment.is_empty() && !comment.starts_with([' ', '\t', '\r']) {
                continue;
            }
            let about = if is_alone(text, start) { line + 1 } else { line };
            match parse(&comment, today) {
                Ok(rule) => read.allowances.push(InlineAllowance { line, about, rule }),
                Err(message) => read.problems.push(AllowProblem { line, message }),
            }
        }
        read.allowances.sort_by_key(|one| one.about);
        read
    }

    /// The position of the leave for a finding of `rule` that starts on `line`, if there is one.
    #[must_use]
    pub fn allowing(&self, line: usize, rule: &str) -> Option<usize> {
        let first = self.allowances.partition_point(|one| one.about < line);
        let about = self.allowances[first..].iter().take_while(|one| one.about == line);
        about.zip(first..).find(|(one, _)| &*one.rule == "*" || &*one.rule == rule).map(|(_, at)| at)
    }
}

/// Whether nothing but the start of a comment stands before the mark on its line.
fn is_alone(text: &[u8], mark: usize) -> bool {
    let floor = mark.saturating_sub(LEADER_BYTES);
    let newline = memchr::memrchr(b'\n', &text[floor..mark]).map(|at| floor + at + 1);
    let is_whole = newline.is_some() || floor == 0;
    is_whole && text[newline.unwrap_or(floor)..mark].iter().all(|byte| b" \t#/*-<!;%".contains(byte))
}

/// The rule that a comment allows.
fn parse(comment: &str, today: Date) -> Result<Box<str>, String> {
    let (mut rule, mut day, mut why) = (None, None, None);
    let mut rest = comment.trim_start();
    while let Some((key, after)) = key(rest) {
        let slot = match key {
            "rule" => &mut rule,
            "until" => &mut day,
            "reason" => &mut why,
            _ => return Err(format!("there are no keys but `rule`, `until` and `reason`; {FORM}")),
        };
        let (value, next) = value(after).ok_or_else(|| format!("`{key}` has no closing quote"))?;
        if slot.replace(value).is_some() {
            return Err(format!("`{key}` stands twice"));
        }
        rest = next.trim_start();
    }
    let missing = |key: &str| format!("`{key}` is missing; {FORM}");
    let rule = rule.ok_or_else(|| missing("rule"))?;
    let day = day.ok_or_else(|| missing("until"))?;
    let why = why.ok_or_else(|| missing("reason"))?;
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if rule != "*" && (rule.is_empty() || !rule.bytes().all(is_id)) {
        return Err(format!("`rule` is no rule's id; {FORM}"));
    }
    reason(why)?;
    until(day, today)?;
    Ok(rule.into())
}

/// The key before `=`, and what follows.
fn key(text: &str) -> Option<(&str, &str)> {
    let (key, rest) = text.split_once('=')?;
    let is_word = !key.is_empty() && key.len() <= 20 && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word.then_some((key, rest))
}

/// A value, quoted or up to the next blank, and what follows.
fn value(text: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"');
    }
    let end = text.find(|letter: char| letter.is_whitespace()).unwrap_or(text.len());
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::today;
    use super::*;

    fn read(text: &str) -> InlineAllowances {
        InlineAllowances::read(text.as_bytes(), today())
    }

    /// In pieces, so that it is no leave here.
    const GOOD: &str =
        concat!("stagedoor:", "allow-secret rule=github-pat until=2027-01-31 reason=\"made for a test\"");

    #[test]
    fn beside_a_secret_it_is_about_its_line_and_alone_about_the_next() {
        let beside = read(&format!("a\ntoken: x  # {GOOD}\n"));
        assert_eq!(beside.allowing(2, "github-pat"), Some(0));
        assert_eq!(beside.allowing(3, "github-pat"), None);
        assert_eq!(beside.allowing(2, "gitlab-pat"), None);
        for leader in ["# ", "  // ", "<!-- ", "/* ", " * ", "-- ", "; ", ""] {
            let alone = read(&format!("{leader}{GOOD} -->\nx\n"));
            assert_eq!(alone.allowing(2, "github-pat"), Some(0), "{leader}");
            assert_eq!(alone.allowing(1, "github-pat"), None, "{leader}");
        }
        let any = read(&format!("# {}\r\n", GOOD.replace("github-pat", "*")));
        assert_eq!((any.allowing(2, "x"), any.problems.len()), (Some(0), 0));
    }

    #[test]
    fn what_is_not_whole_allows_nothing_and_says_why() {
        for (change, with, why) in [
            ("rule=github-pat ", "", "`rule` is missing"),
            ("until=2027-01-31 ", "", "`until` is missing"),
            (" reason=\"made for a test\"", "", "`reason` is missing"),
            ("made for a test", " ", "empty"),
            ("test\"", "test", "closing quote"),
            ("2027-01-31", "2026-11-30", "ended"),
            ("2027-01-31", "2029-01-31", "a year at most"),
            ("github-pat", "git*", "no rule's id"),
            ("rule", "rules", "no keys but"),
            ("until=2027-01-31", "until=2027-01-31 until=2027-01-31", "twice"),
            (" rule=github-pat until=2027-01-31 reason=\"made for a test\"", "", "missing"),
        ] {
            let found = read(&format!("x\n# {}\n", GOOD.replace(change, with)));
            assert!(found.allowances.is_empty(), "{change} -> {with}");
            assert_eq!(found.problems.len(), 1, "{change} -> {with}");
            assert_eq!(found.problems[0].line, 2);
            assert!(found.problems[0].message.contains(why), "{}", found.problems[0]);
        }
    }

    #[test]
    fn the_word_in_prose_is_no_leave() {
        assert_eq!(read("write `stagedoor:allow-secret` there\n"), InlineAllowances::default());
        assert_eq!(read("stagedoor:allow-secrets"), InlineAllowances::default());
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_allows_only_what_it_says(
            before in "[ -~\n]{0,40}", rule in "[a-z-]{1,12}|\\*", more in "[ -~]{0,60}", after in "[ -~\n]{0,40}",
        ) {
            let text = format!("{before}{ALLOW_MARK} rule={rule} {more}\n{after}");
            let found = read(&text);
            prop_assert!(found.allowances.len() + found.problems.len() <= 1);
            for one in &found.allowances {
                prop_assert!(more.contains("until=2") && more.contains("reason="));
                let line = before.matches('\n').count() + 1;
                prop_assert_eq!(one.line, line);
                prop_assert!(found.allowing(line, "zzz-no-such").is_none() || rule == "*");
                prop_assert!(found.allowing(line + 2, &rule).is_none());
            }
        }

        #[test]
        fn whatever_is_around_whole_leave_it_is_found_where_it_stands(
            before in "[a-z \n]{0,40}", after in "[a-z \n]{0,40}", reason in "[a-z0-9 =#-]{0,30}[a-z]",
        ) {
            let text = format!(
                "{before}\nx = y # {ALLOW_MARK} reason=\"{reason}\" rule=some-rule until=2027-01-31\n{after}"
            );
            let found = read(&text);
            let line = before.matches('\n').count() + 2;
            prop_assert_eq!(found.allowing(line, "some-rule"), Some(0), "{:?}", found);
            prop_assert_eq!(found.allowing(line + 1, "some-rule"), None);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(mut bytes in proptest::collection::vec(0_u8.., 0..300), at in 0_usize..300) {
            let at = at.min(bytes.len());
            bytes.splice(at..at, ALLOW_MARK.bytes());
            InlineAllowances::read(&bytes, today());
        }
    }
}
