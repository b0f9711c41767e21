//! A password among the settings of a connection: `Server=db;User Id=u;Password=…`, and libpq's
//! `host=db user=u password=…`.

use super::{Seen, password};

/// Bytes on each side of the value in which the other settings stand.
const AROUND: usize = 400;

/// Whether settings of ADO.NET or ODBC stand beside the value seen.
pub(super) fn ado(seen: Seen<'_>) -> bool {
    beside(
        seen,
        b';',
        &["server", "data source", "addr", "host", "initial catalog", "database", "user id", "uid", "user"],
    ) && password::opens(&[], seen.secret, b"")
}

/// Whether settings of libpq stand beside the value seen.
pub(super) fn libpq(seen: Seen<'_>) -> bool {
    beside(seen, b' ', &["host", "hostaddr", "dbname", "port", "user", "sslmode"])
        && password::opens(&[], seen.secret, b"")
}

/// Whether settings of StackExchange.Redis stand beside the value seen.
pub(super) fn redis(seen: Seen<'_>) -> bool {
    beside(seen, b',', &["ssl", "abortconnect", "allowadmin", "defaultdatabase", "connecttimeout"])
        && password::opens(&[], seen.secret, b"")
}

/// Whether one of these settings stands on the same line, apart by `separator`.
fn beside(seen: Seen<'_>, separator: u8, settings: &[&str]) -> bool {
    let before = &seen.before[seen.before.len().saturating_sub(AROUND)..];
    let before = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
    let after = &seen.after[..seen.after.len().min(AROUND)];
    let after = memchr::memchr(b'\n', after).map_or(after, |at| &after[..at]);
    // The setting starts where one before it ends, or where the string does: no `--password=`, no variable.
    let name = before.trim_ascii_end();
    let name = name.strip_suffix(b"=").unwrap_or(name).trim_ascii_end();
    let own = name.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = &name[..name.len() - own];
    let bare = name.trim_ascii_end();
    let starts = match bare.last() {
        None | Some(b'"' | b'\'' | b'`' | b'=' | b'>') => true,
        Some(last) => *last == separator || separator == b' ' && bare.len() < name.len() && *last != b',',
    };
    if !starts {
        return false;
    }
    // The setting itself stands in a list: something is apart from it on one side at least.
    let apart = memchr::memchr(separator, before.trim_ascii()).is_some() || after.first() == Some(&separator);
    apart
        && [before, after].iter().flat_map(|part| part.split(|byte| *byte == separator)).any(|setting| {
            let Some(equals) = memchr::memchr(b'=', setting) else { return false };
            let name = setting[..equals].trim_ascii();
            settings.iter().any(|wanted| {
                name.len() >= wanted.len()
                    && name[name.len() - wanted.len()..].eq_ignore_ascii_case(wanted.as_bytes())
                    && !name[..name.len() - wanted.len()].last().is_some_and(u8::is_ascii_alphanumeric)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<'t>(before: &'t str, after: &'t str) -> Seen<'t> {
        Seen { secret: b"R7uT2mQx9LzK", before: before.as_bytes(), after: after.as_bytes() }
    }

    #[test]
    fn other_settings_stand_beside_the_password() {
        assert!(ado(seen("\"Server=db;User Id=u;Password=", ";\"")));
        assert!(ado(seen("Password=", ";Data Source=db")));
        assert!(!ado(seen("password=", "")) && !ado(seen("a=1;password=", ";b=2")));
        assert!(!ado(seen("username = f('u');\\n  const password = ", ";")));
        assert!(!libpq(seen("connect(host=h, user=u, password=", ")")));
        assert!(libpq(seen("host=db user=u password=", " dbname=x")));
        assert!(!libpq(seen("login(user, password=", ")")));
        assert!(redis(seen("cache:6380,password=", ",ssl=True")));
    }
}
