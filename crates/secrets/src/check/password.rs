//! A password that may open something: not the one of every manual, nor that of a test.

use std::borrow::Cow;

use super::Seen;
use crate::quiet;
use crate::random;

/// Words that passwords of examples, defaults and tests are made of.
const WEAK: &[&str] = &[
    "password",
    "passwort",
    "passwd",
    "passwrd",
    "passphrase",
    "passcode",
    "pass",
    "pwd",
    "secret",
    "secure",
    "changeme",
    "change",
    "changeit",
    "admin",
    "administrator",
    "root",
    "guest",
    "user",
    "username",
    "usr",
    "test",
    "testing",
    "tester",
    "demo",
    "example",
    "sample",
    "dummy",
    "fake",
    "default",
    "foo",
    "bar",
    "baz",
    "qux",
    "foobar",
    "hello",
    "world",
    "letmein",
    "welcome",
    "qwerty",
    "abc",
    "abcd",
    "abcdef",
    "xyz",
    "postgres",
    "postgresql",
    "mysql",
    "maria",
    "mariadb",
    "redis",
    "mongo",
    "mongodb",
    "rabbit",
    "rabbitmq",
    "amqp",
    "kafka",
    "elastic",
    "elasticsearch",
    "opensearch",
    "minio",
    "oracle",
    "system",
    "manager",
    "scott",
    "tiger",
    "sys",
    "mssql",
    "sql",
    "sqlserver",
    "server",
    "db",
    "database",
    "data",
    "ldap",
    "smtp",
    "ftp",
    "mail",
    "http",
    "https",
    "proxy",
    "token",
    "key",
    "api",
    "apikey",
    "app",
    "application",
    "service",
    "svc",
    "client",
    "access",
    "auth",
    "login",
    "credential",
    "credentials",
    "creds",
    "cred",
    "my",
    "your",
    "the",
    "some",
    "any",
    "new",
    "old",
    "super",
    "strong",
    "very",
    "top",
    "real",
    "not",
    "insert",
    "here",
    "this",
    "that",
    "replace",
    "with",
    "value",
    "put",
    "enter",
    "of",
    "dev",
    "develop",
    "development",
    "local",
    "localhost",
    "prod",
    "production",
    "staging",
    "stage",
    "ci",
    "docker",
    "kube",
    "kubernetes",
    "airflow",
    "backstage",
    "grafana",
    "keycloak",
    "jenkins",
    "gitlab",
    "github",
    "git",
    "hub",
    "word",
    "mystery",
    "magic",
    "monkey",
    "dragon",
    "hunter",
    "open",
    "sesame",
    "trust",
    "no",
    "one",
    "two",
    "three",
    "iloveyou",
    "sunshine",
    "wrong",
    "bad",
    "good",
    "correct",
    "horse",
    "battery",
    "staple",
    "invalid",
    "valid",
    "random",
    "string",
    "text",
    "bot",
    "john",
    "joe",
    "jane",
    "doe",
    "bob",
    "alice",
    "carol",
    "dave",
    "eve",
    "user1",
    "myuser",
    "name",
    "email",
    "account",
    "host",
    "hostname",
    "port",
    "url",
    "uri",
    "path",
    "domain",
    "org",
    "com",
    "net",
    "www",
    "site",
    "set",
    "get",
    "env",
    "var",
    "xxx",
    "xxxx",
    "aaa",
    "bbb",
    "asdf",
    "asd",
    "zzz",
    "redacted",
    "hidden",
    "masked",
    "removed",
    "placeholder",
    "none",
    "null",
    "nil",
    "undefined",
    "empty",
    "blank",
    "todo",
    "fixme",
    "tbd",
];
/// Shortest password that counts, in bytes.
const SHORTEST: usize = 6;
/// Ends of hosts that are kept for documents and tests.
const NOWHERE: &[&str] =
    &["example.com", "example.org", "example.net", "localhost", ".example", ".test", ".invalid", "example"];

/// Whether the password seen, after `user:` and before `@host`, may open something.
pub(super) fn holds(seen: Seen<'_>) -> bool {
    let user = seen.before.strip_suffix(b":").map_or(&b""[..], |before| {
        let start = before.iter().rev().take(256).position(|byte| !is_name(*byte));
        &before[before.len() - start.unwrap_or(before.len().min(256))..]
    });
    let host = seen.after.strip_prefix(b"@").map_or(&b""[..], |after| {
        let end =
            after.iter().take(256).take_while(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(byte));
        &after[..end.count()]
    });
    opens(user, seen.secret, host)
}

/// Whether a password may open something of this user at this host.
pub(super) fn opens(user: &[u8], password: &[u8], host: &[u8]) -> bool {
    if password.len() < SHORTEST || quiet::harmless(password) || quiet::harmless_at_place(password) {
        return false;
    }
    let password = &*percent_decoded(password);
    if password.len() < SHORTEST {
        return false;
    }
    let bare: Vec<u8> = password.iter().filter_map(|byte| letter(*byte)).collect();
    let user: Vec<u8> = user.iter().filter_map(|byte| letter(*byte)).collect();
    let host_name = host.to_ascii_lowercase();
    let is_nowhere = NOWHERE.iter().any(|end| host_name.ends_with(end.as_bytes()));
    // Digits at the end are what a person adds, and no letters.
    let end = password.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    let stem: Vec<u8> = password[..end].iter().filter_map(|byte| letter(*byte)).collect();
    let is_weak = [&bare, &stem].into_iter().any(|bare| bare == &user || is_made_of_weak(bare, &user));
    if is_weak || is_variable(password) {
        return false;
    }
    // At a host that does not exist, and in words that a person would write, it is an example.
    let is_wordy = !random::is_random(password) && random::wordiness(password) > -20;
    !(is_nowhere && is_wordy
        || is_wordy && password.iter().all(u8::is_ascii_lowercase) && password.len() < 12)
}

/// Letters in lower case, digits that stand for letters as those; nothing of anything else.
fn letter(byte: u8) -> Option<u8> {
    match byte {
        b'0' => Some(b'o'),
        b'1' => Some(b'i'),
        b'3' => Some(b'e'),
        b'4' | b'@' => Some(b'a'),
        b'5' | b'$' => Some(b's'),
        b'A'..=b'Z' | b'a'..=b'z' => Some(byte.to_ascii_lowercase()),
        _ => None,
    }
}

/// Whether it is nothing but such words and the user's name, and at most a few letters more.
fn is_made_of_weak(bare: &[u8], user: &[u8]) -> bool {
    // Nobody writes that many words, and looking for them costs.
    if bare.len() > 40 {
        return false;
    }
    // The fewest letters that are in no word, up to each place.
    let mut left = vec![0_usize; bare.len() + 1];
    for at in 1..=bare.len() {
        left[at] = left[at - 1] + 1;
        for word in WEAK.iter().map(|word| word.as_bytes()).chain([user]) {
            if !word.is_empty() && bare[..at].ends_with(word) {
                left[at] = left[at].min(left[at - word.len()]);
            }
        }
    }
    let loose = left.last().copied().unwrap_or(0);
    loose * 5 <= bare.len()
}

/// As a URL writes it.
fn percent_decoded(password: &[u8]) -> Cow<'_, [u8]> {
    if !password.contains(&b'%') {
        return Cow::Borrowed(password);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(password.len());
    let mut rest = password;
    while let [first, tail @ ..] = rest {
        let escape = match rest {
            [b'%', high, low, ..] => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        out.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &rest[3..] } else { tail };
    }
    Cow::Owned(out)
}

/// `DB_PASSWORD`, `%s`, `self.password`: what stands for a value.
fn is_variable(password: &[u8]) -> bool {
    let is_path = password.iter().all(|byte| byte.is_ascii_alphabetic() || b"_.".contains(byte))
        && password.iter().any(|byte| b"_.".contains(byte))
        && random::wordiness(password) > 0;
    is_path
        || password.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
        || password.contains(&b'%') && password.len() < 8
        || password.first() == Some(&b'%') && password.last() == Some(&b'%')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.%+~$!*".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_url(url: &str) -> bool {
        let (before, rest) = url.rsplit_once(':').expect("the URL has a password");
        let (secret, host) = rest.split_once('@').expect("the URL has a host");
        let (before, after) = (format!("{before}:"), format!("@{host}"));
        holds(Seen { secret: secret.as_bytes(), before: before.as_bytes(), after: after.as_bytes() })
    }

    #[test]
    fn passwords_of_manuals_open_nothing() {
        for url in [
            "http://user:password@example.com",
            "postgres://postgres:postgres@localhost",
            "amqp://guest:guest@rabbit",
            "http://user:pass@host",
            "http://ada:ada@host.internal",
            "redis://:changeme@redis",
            "mysql://root:my-secret-pw@db",
            "postgres://u:mysecretpassword@db",
            "https://x:p4ssw0rd@db.internal",
            "https://x:test1234@db.internal",
            "https://x:DB_PASSWORD@db.internal",
            "https://x:%s@db.internal",
            "https://x:s3cr3t@db.internal",
            "https://joe:sunflower@example.com",
            "mongodb://analytics:analyticspass@db.internal",
            "smtp://ada:p%3A%40ss@db.internal",
            "http://foo:%F0%9F%92%A9@bar",
            "https://user:pass%5B%7F@foo",
            "postgres://app:self.password@db",
        ] {
            assert!(!in_url(url), "{url}");
        }
    }

    #[test]
    fn other_passwords_do() {
        for url in [
            "https://deploy:R7uT2mQx9LzK@git.corp.internal",
            "postgres://orders_rw:kq3v9xz7wplm@db",
            "redis://:hV8-wq2_ZpLx@cache",
            "https://joe:Vq7pLw2Kd9@example.com",
            "mongodb://svc:Autumn-Rain-2291-kettle@db.corp",
        ] {
            assert!(in_url(url), "{url}");
        }
    }
}
