//! What stands around a secret says whose it is.

use super::{Seen, generic, password};

/// Bytes on each side that are looked at.
const AROUND: usize = 1500;

/// Whether a command of curl is what the pair seen is given to.
pub(super) fn curl(seen: Seen<'_>) -> bool {
    let before = &seen.before[seen.before.len().saturating_sub(AROUND)..];
    let command = memchr::memmem::rfind(before, b"\n\n").map_or(before, |at| &before[at..]);
    memchr::memmem::rfind(command, b"curl").is_some() && password::holds(seen)
}

/// Whether the fields of Azure's credentials stand beside the value seen.
pub(super) fn azure(seen: Seen<'_>) -> bool {
    around(seen, &[b"subscriptionId", b"tenantId"]) && generic::is_credential(seen.secret, false)
}

/// Whether the fields of Google's user credentials stand beside the value seen.
pub(super) fn google_user(seen: Seen<'_>) -> bool {
    around(seen, &[b"authorized_user"])
}

fn around(seen: Seen<'_>, marks: &[&[u8]]) -> bool {
    let before = &seen.before[seen.before.len().saturating_sub(AROUND)..];
    let after = &seen.after[..seen.after.len().min(AROUND)];
    marks.iter().any(|mark| [before, after].iter().any(|part| memchr::memmem::find(part, mark).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<'t>(before: &'t str, after: &'t str) -> Seen<'t> {
        Seen { secret: b"R7uT2mQx9LzKcV4b", before: before.as_bytes(), after: after.as_bytes() }
    }

    #[test]
    fn what_stands_around_decides() {
        assert!(curl(seen("curl -s \\\n  -u ada:", " https://x")));
        assert!(!curl(seen("curl x\n\nsudo -u ada:", "")));
        assert!(azure(seen("{\"clientSecret\": \"", "\", \"tenantId\": \"x\"}")) && !azure(seen("", "")));
        assert!(google_user(seen("\"type\": \"authorized_user\", \"refresh_token\": \"", "")));
    }
}
