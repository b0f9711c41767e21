//! Texts within bounds: names, addresses, lengths of time.

use std::time::Duration;

use url::Url;

use super::super::findings::{Findings, shown};
use crate::{Mode, Place, Problem, Severity, ValueRef};

/// Most bytes of an address.
const URL_BYTES: usize = 2_048;
/// Longest life of a sign-in: the reference's, which is also its default.
const LONGEST_SESSION: Duration = Duration::from_hours(24 * 1_000);

/// An error in production; in development, where nobody else comes in, a warning.
pub(super) fn strict(mode: Mode, problem: Problem) -> Problem {
    match mode {
        Mode::Production => problem,
        Mode::Development => Problem { severity: Severity::Warning, ..problem },
    }
}

/// Visible text without white space, of at most `most` bytes; `None` if it is not there, or was noted to be wrong.
pub(super) fn word(value: &ValueRef<'_>, most: usize, findings: &mut Findings) -> Option<String> {
    let text = findings.take(value.string())?;
    checked(value, text, most, findings)
}

/// As [`word`], noted where it is not there.
pub(super) fn required_word(value: &ValueRef<'_>, most: usize, findings: &mut Findings) -> Option<String> {
    let text = findings.keep(value.required_string())?;
    checked(value, text, most, findings)
}

fn checked(value: &ValueRef<'_>, text: &str, most: usize, findings: &mut Findings) -> Option<String> {
    if text.len() > most || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        findings.push(
            value
                .problem(format!("`{}` is longer than {most} bytes, or has white space in it", value.key()))
                .fix("write it as the identity provider shows it"),
        );
        return None;
    }
    Some(text.to_owned())
}

/// An http(s) address without credentials, query and fragment; https in production, on this machine too: what answers
/// there decides who comes in.
pub(super) fn address(value: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<Url> {
    let text = findings.take(value.string())?;
    let wrong = match Url::parse(text) {
        _ if text.len() > URL_BYTES => format!("it is longer than {URL_BYTES} bytes"),
        Err(error) => format!("it is no URL ({error})"),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => "it is no http(s) URL".to_owned(),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "it holds credentials".to_owned()
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "it has a query or a fragment".to_owned()
        }
        Ok(url) if mode == Mode::Production && url.scheme() != "https" => {
            "plain http can be read and changed by anybody on the way, and it decides who comes in".to_owned()
        }
        Ok(url) => return Some(url),
    };
    let hide = "write an https URL without credentials, query and fragment; what is for development alone belongs to a \
                file that production does not load, or is hidden there with `null`";
    findings.push(value.problem(format!("`{}` is refused: {wrong}", value.key())).fix(hide));
    None
}

/// As [`address`], noted where it is not there.
pub(super) fn required_address(value: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<Url> {
    findings.keep(value.required_string())?;
    address(value, mode, findings)
}

/// `sessionDuration`: from a minute to a thousand days.
pub(super) fn session(block: &ValueRef<'_>, findings: &mut Findings) -> Option<Duration> {
    let value = block.at("sessionDuration");
    let found = findings.take(value.duration())?;
    if found < Duration::from_mins(1) || found > LONGEST_SESSION {
        findings.push(
            value
                .problem("a sign-in lives from a minute to a thousand days")
                .fix("write for example `{ hours: 24 }`"),
        );
    }
    Some(found)
}

/// Warns of keys that nobody reads: what they were written for does not happen.
pub(super) fn unused(block: &ValueRef<'_>, known: &[&str], findings: &mut Findings) {
    for (name, child) in findings.keep(block.entries()).unwrap_or_default() {
        if !known.contains(&name) {
            let place: &Place = child.key_place();
            findings.push(
                child
                    .warning(format!("`{}` is not used here", shown(name)))
                    .at(Some(place))
                    .fix(format!("the keys here are {}", known.join(", "))),
            );
        }
    }
}
