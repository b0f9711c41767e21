//! The one place where a request's target becomes a path.
//!
//! Routing, guards and file lookups all see the path that this module lets through: decoded once,
//! without dot segments, without empty segments, without anything that a second decoder, another
//! operating system or another reading of Unicode would turn into a step upwards. Everything else
//! is refused with a reason; nothing is repaired, because the next hop may repair differently.

mod confusable;

use crate::percent;

/// Bytes that the path of a target may have, still encoded.
pub const MAX_PATH_BYTES: usize = 8 << 10;

/// Segments that a path may have.
pub const MAX_SEGMENTS: usize = 64;

/// A request's path, decoded, and its query, as it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestPath {
    /// `/`, or `/a/b` without a slash at the end.
    path: String,
    has_trailing_slash: bool,
    raw_query: Option<String>,
}

/// Why a request target is refused. The texts may be shown to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PathRefused {
    /// Neither `/…` nor anything else that is known.
    #[error("request target must start with a slash")]
    NotOrigin,
    /// `http://host/path`: its host may disagree with the Host header.
    #[error("request target must be a path, not an absolute URL")]
    AbsoluteForm,
    /// `host:443`, which only CONNECT uses.
    #[error("request target must be a path, not a host")]
    AuthorityForm,
    /// `*`, which only OPTIONS to the server as a whole uses.
    #[error("request target must be a path, not an asterisk")]
    AsteriskForm,
    /// More than [`MAX_PATH_BYTES`].
    #[error("request path is longer than 8192 bytes")]
    TooLong,
    /// More than [`MAX_SEGMENTS`].
    #[error("request path has more than 64 segments")]
    TooManySegments,
    /// A control character or a space that is not encoded, or an encoded control character.
    #[error("request target holds a control character")]
    Control,
    /// `#`, which clients never send.
    #[error("request target holds a fragment")]
    Fragment,
    /// `%` without two hexadecimal digits after it.
    #[error("request path holds a malformed percent escape")]
    MalformedEscape,
    /// Not UTF-8 once decoded; overlong forms are among these.
    #[error("request path is not UTF-8")]
    NotUtf8,
    /// `\`, plain or encoded.
    #[error("request path holds a backslash")]
    Backslash,
    /// `%2f`.
    #[error("request path holds an encoded slash")]
    EncodedSlash,
    /// `%252e` and the like: decoding once leaves an escape.
    #[error("request path is percent-encoded more than once")]
    EncodedTwice,
    /// `//`, or only blanks between two slashes.
    #[error("request path holds an empty segment")]
    EmptySegment,
    /// `.` or `..`, in any dress.
    #[error("request path holds a dot segment")]
    DotSegment,
}

impl RequestPath {
    /// Reads the target of a request line: the path and, after the first `?`, the query.
    pub fn parse(target: &[u8]) -> Result<Self, PathRefused> {
        check_form(target)?;
        let mut halves = target.splitn(2, |byte| *byte == b'?');
        let path = halves.next().unwrap_or_default();
        let query = halves.next();
        if path.len() > MAX_PATH_BYTES {
            return Err(PathRefused::TooLong);
        }
        if target.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            return Err(PathRefused::Control);
        }
        if target.contains(&b'#') {
            return Err(PathRefused::Fragment);
        }
        let raw_query = match query {
            Some(query) => Some(String::from_utf8(query.to_vec()).map_err(|_| PathRefused::NotUtf8)?),
            None => None,
        };
        let inner = path.strip_prefix(b"/").unwrap_or(path);
        if inner.is_empty() {
            return Ok(Self { path: "/".to_owned(), has_trailing_slash: false, raw_query });
        }
        let trimmed = inner.strip_suffix(b"/");
        let mut canonical = String::with_capacity(path.len());
        for (index, raw) in trimmed.unwrap_or(inner).split(|byte| *byte == b'/').enumerate() {
            if index >= MAX_SEGMENTS {
                return Err(PathRefused::TooManySegments);
            }
            canonical.push('/');
            canonical.push_str(&segment(raw)?);
        }
        Ok(Self { path: canonical, has_trailing_slash: trimmed.is_some(), raw_query })
    }

    /// The decoded path: `/`, or `/a/b` without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// The decoded segments; none for `/`. None is empty, `.` or `..`, and none holds a slash.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.path.split('/').filter(|segment| !segment.is_empty())
    }

    /// Whether the target's path ended with a slash (other than the path `/` itself).
    pub fn has_trailing_slash(&self) -> bool {
        self.has_trailing_slash
    }

    /// What follows the first `?`, not decoded; for [`crate::query::parse`].
    pub fn raw_query(&self) -> Option<&str> {
        self.raw_query.as_deref()
    }

    /// The path encoded again, with the slash at the end that it came with; fit for a Location
    /// header. Parsing it gives this path.
    pub fn encoded(&self) -> String {
        let mut text = String::with_capacity(self.path.len());
        for segment in self.segments() {
            text.push('/');
            text.extend(percent_encoding::utf8_percent_encode(segment, SEGMENT));
        }
        if text.is_empty() || self.has_trailing_slash {
            text.push('/');
        }
        text
    }
}

/// What must be encoded within a segment: all but unreserved characters and those entity refs use.
const SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'@')
    .remove(b'+')
    .remove(b'=')
    .remove(b',');

fn check_form(target: &[u8]) -> Result<(), PathRefused> {
    if target.first() == Some(&b'/') {
        return Ok(());
    }
    if target == b"*" {
        return Err(PathRefused::AsteriskForm);
    }
    if target.windows(3).any(|part| part == b"://") {
        return Err(PathRefused::AbsoluteForm);
    }
    if target.contains(&b':') && !target.contains(&b'/') {
        return Err(PathRefused::AuthorityForm);
    }
    Err(PathRefused::NotOrigin)
}

fn segment(raw: &[u8]) -> Result<String, PathRefused> {
    if raw.is_empty() {
        return Err(PathRefused::EmptySegment);
    }
    let decoded = percent::decode_strictly(raw).map_err(|_| PathRefused::MalformedEscape)?;
    // A raw slash ends a segment, so one that is here was encoded.
    if decoded.contains(&b'/') {
        return Err(PathRefused::EncodedSlash);
    }
    if decoded.contains(&b'\\') {
        return Err(PathRefused::Backslash);
    }
    let text = String::from_utf8(decoded).map_err(|_| PathRefused::NotUtf8)?;
    if text.chars().any(char::is_control) {
        return Err(PathRefused::Control);
    }
    if holds_escape(&text) {
        return Err(PathRefused::EncodedTwice);
    }
    if confusable::is_blank(&text) {
        return Err(PathRefused::EmptySegment);
    }
    if confusable::has_dot_segment(&text) {
        return Err(PathRefused::DotSegment);
    }
    Ok(text)
}

/// Whether another round of decoding would change the text: `%41`, or `%u0041` as some servers
/// have it.
fn holds_escape(text: &str) -> bool {
    let hex = |bytes: &[u8], count: usize| {
        bytes.get(..count).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    text.split('%').skip(1).any(|after| match after.as_bytes() {
        [b'u' | b'U', digits @ ..] => hex(digits, 4),
        bytes => hex(bytes, 2),
    })
}

#[cfg(test)]
mod tests;
