//! Placeholders: templates, references, and what people type where a secret belongs.

/// Words that say so wherever they stand in a value: long enough that chance does not spell them.
const WORDS: &[&str] = &[
    "example",
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "redacted",
    "replaceme",
    "replace-me",
    "replace_me",
    "replace-with",
    "replace_with",
    "insert-",
    "insert_",
    "your-",
    "your_",
    "yourtoken",
    "yourapi",
    "yoursecret",
    "yourkey",
    "yourpass",
    "dummy-",
    "dummy_",
    "dummytoken",
    "dummykey",
    "sample-",
    "sample_",
    "not-a-real",
    "not_a_real",
    "notareal",
    "notasecret",
    "not-a-secret",
    "fake-",
    "fake_",
    "faketoken",
    "fakekey",
    "my-secret",
    "my_secret",
    "mysecret",
    "my-token",
    "my_token",
    "mytoken",
    "my-api",
    "my_api",
    "myapikey",
    "some-token",
    "some_token",
    "some-secret",
    "some_secret",
    "xxxxx",
    "***",
    ".....",
    "todo-",
    "todo_",
    "secretkeyref",
    "process.env",
    "os.environ",
    "supersecret",
    "super-secret",
    "super_secret",
];
/// Marks of a template or a reference.
const MARKS: &[&[u8]] =
    &[b"${", b"{{", b"#{", b"$(", b"%(", b"<%", b"$env:", b"$file:", b"$include:", "…".as_bytes()];
/// Characters that follow one another by more than chance.
const SEQUENCES: &[&[u8]] = &[
    b"0123456789012345678901234567890",
    b"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    b"9876543210987654321",
    b"1a2b3c4d5e6f7a8b9c0d",
    b"a1b2c3d4e5f6a7b8c9d0",
    b"deadbeefdeadbeef",
    b"qwertyuiop",
    b"00112233445566778899aabbccddeeff",
];
/// Bytes of a sequence that chance does not give.
const SEQUENCE: usize = 9;
/// Bytes beside a sequence that may be a secret by themselves.
const SECRET: usize = 20;
/// Bytes of a value beyond which it is looked at no more: no placeholder is that long.
const LONGEST: usize = 4096;

/// Whether a value is a placeholder.
pub(super) fn is_one(value: &[u8]) -> bool {
    if value.len() > LONGEST {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let has = |needle: &[u8]| memchr::memmem::find(&lower, needle).is_some();
    MARKS.iter().any(|mark| has(mark))
        || WORDS.iter().any(|word| has(word.as_bytes()))
        || enclosed(value)
        || said(&lower)
        || variable(value)
        || monotonous(&lower)
        || sequential(&lower)
        || ascending(&lower)
}

/// Words that make a sentence of a value, and those that it is about.
const FILLERS: &[&str] = &[
    "a", "an", "enter", "goes", "here", "is", "my", "our", "paste", "put", "some", "that", "the", "this",
    "your",
];
const SUBJECTS: &[&str] = &[
    "access", "api", "app", "auth", "client", "code", "github", "gitlab", "id", "in", "key", "password",
    "secret", "token", "value",
];

/// A sentence of such words alone: `this_is_a_secret`, `put-the-token-here`.
fn said(value: &[u8]) -> bool {
    let words = || {
        value
            .split(|byte| matches!(byte, b'_' | b'-' | b' ' | b'.'))
            .filter_map(|word| std::str::from_utf8(word).ok())
    };
    words().count() > 2
        && words().any(|word| FILLERS.contains(&word))
        && words().all(|word| FILLERS.contains(&word) || SUBJECTS.contains(&word))
}

/// `<token>`, `[token]`, `%TOKEN%`, `__TOKEN__`, `{token}`.
fn enclosed(value: &[u8]) -> bool {
    let pairs = [("<", ">"), ("[", "]"), ("%", "%"), ("__", "__"), ("{", "}"), ("@@", "@@")];
    pairs.iter().any(|(open, close)| {
        value.len() > open.len() + close.len()
            && value.starts_with(open.as_bytes())
            && value.ends_with(close.as_bytes())
            && value[open.len()..value.len() - close.len()]
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b" _-.:/".contains(byte))
    })
}

/// `$TOKEN`, `$env.TOKEN`.
fn variable(value: &[u8]) -> bool {
    value.split_first().is_some_and(|(first, rest)| {
        *first == b'$'
            && rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.:".contains(byte))
    })
}

/// A few characters over and over: nothing random has fewer than a sixth of its length in different
/// ones, up to six.
fn monotonous(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in value {
        seen[usize::from(*byte)] = true;
    }
    let different = seen.iter().filter(|seen| **seen).count();
    let repeated = value.len() >= 8
        && (1..=4).any(|period| value[value.len() / 4..].windows(period + 1).all(|w| w[0] == w[period]));
    // The same piece again and again: `abcd1234abcd1234`.
    let pieces = value.len() >= 16
        && (5..=value.len() / 2)
            .take(64)
            .any(|period| value.len() - period >= 8 && value[..value.len() - period] == value[period..]);
    // A word over and over before whatever comes last: `TokenTokenTokenMine`.
    let words = value.len() <= 80
        && (4..=value.len() / 3).any(|period| {
            let (word, rest) = value.split_at(period);
            word.iter().all(u8::is_ascii_lowercase)
                && rest.starts_with(word)
                && rest[period..].starts_with(word)
        });
    words || different <= (value.len() / 6).min(5) || repeated || pieces
}

/// Characters that follow one another: `abcd1234efgh5678`, `aB3dE5fG7hJ9kL2mN4pQ`.
fn ascending(value: &[u8]) -> bool {
    let follows = |at: usize| {
        value
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() && *byte == value[at - 1].wrapping_add(1))
    };
    let (mut start, mut runs) = (0, 0);
    for at in (1..=value.len()).filter(|at| !follows(*at)) {
        if at - start >= 4 {
            runs += at - start;
        }
        start = at;
    }
    // Letters that only ever go on in the alphabet, whatever stands between them.
    let (mut last, mut row, mut longest) = (0, 0, 0);
    for letter in value.iter().filter(|byte| byte.is_ascii_lowercase()) {
        row = if *letter > last { row + 1 } else { 1 };
        longest = longest.max(row);
        last = *letter;
    }
    value.len() >= 12 && (runs * 4 >= value.len() * 3 || longest >= 13)
}

/// A run of a well-known sequence, and beside it nothing as long as a secret: an account's number may well count up
/// before one.
fn sequential(value: &[u8]) -> bool {
    let is_sequence = |window: &[u8]| {
        SEQUENCES.iter().any(|sequence| sequence.windows(SEQUENCE).any(|part| part == window))
    };
    let (mut covered, mut longest, mut any) = (0, 0, false);
    for (at, window) in value.windows(SEQUENCE).enumerate() {
        if is_sequence(window) {
            longest = longest.max(at.saturating_sub(covered));
            covered = at + SEQUENCE;
            any = true;
        }
    }
    any && longest.max(value.len().saturating_sub(covered)) < SECRET
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn what_people_write_in_place_of_a_secret_is_a_placeholder() {
        for text in [
            "${GITHUB_TOKEN}",
            "{{ .Values.token }}",
            "<your-token>",
            "<token>",
            "$TOKEN",
            "$env:TOKEN",
            "%TOKEN%",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_XXXXXXXXXXXXXXXXXXXX",
            "****************",
            "AKIAIOSFODNN7EXAMPLE",
            "changeme",
            "your-api-key-here",
            "ghp_1234567890abcdefghij1234567890abcdefg",
            "00000000000000000000000000000000",
            "abcdefghijklmnopqrstuvwxyz012345",
            "ghp_…4f2a",
            "$(cat token)",
            "abababababababab",
            "#{secret}",
            "demo_abcd1234efgh5678",
            "abcd1234abcd1234abcd1234abcd1234",
            "aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xY",
            "***",
            "Bearer ***",
            "TokenTokenTokenMalkovich",
            "this_is_a_secret",
            "Put the client secret here",
        ] {
            assert!(is_one(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_looks_random_is_none() {
        for text in [
            "ghp_R7uT2mQx9LzKcV4bN8sWpYd3FhJ6gA1eBk0o",
            "9f86d081884c7d659a2feaa0c55ad015",
            "hunter2-Kq9",
            "p4ssw0rd!Zk",
            "this_is_hunter2",
            "the_secret",
            "AKIAQ3XJ7LWN5TYR2ZPM",
            "$2a$Kx9pQ",
            "a%b%c",
            // A workspace, an app, and then the secret.
            "xoxb-123456789012-1234567890123-R7uT2mQx9LzKcV4bN8sWpYd3",
        ] {
            assert!(!is_one(text.as_bytes()), "{text}");
        }
    }
}
