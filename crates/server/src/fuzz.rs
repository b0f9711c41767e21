//! Bodies of fuzz targets: plain functions that take any bytes and assert what must always hold.
//!
//! `fuzz/` runs them under cargo-fuzz; the test below runs them over mutated seeds on every build.

use http::{HeaderMap, HeaderValue, header};
use identity::{Sealed, Sealer};
use model::{Entropy, Secret, Timestamp};
use time::Duration;
use url::Url;

use crate::auth::cookies::{Cookies, Name, proof};
use crate::auth::state::{LIFETIME, State};

/// A moment within the time of the seeds' states.
const NOW: i64 = 1_300_819_000;

/// The same salt each time, so that a run can be run again.
struct Still;

impl Entropy for Still {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn sealer() -> Sealer {
    let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    Sealer::new(&Secret::new(key.to_owned()), &[]).expect("a key")
}

/// States: what we did not seal does not open, and what we sealed only for its cookie and in its time. The first line is the
/// cookie, the rest what the sealed text holds.
pub fn state(data: &[u8]) {
    let sealer = sealer();
    let now = Timestamp::from_unix_timestamp(NOW).expect("a moment of this age");
    let text = String::from_utf8_lossy(data);
    assert!(State::open(&text, "github", Some("n"), &sealer, now).is_err(), "nobody else can seal");
    let (cookie, plain) = text.split_once('\n').unwrap_or(("", &text));
    let Ok(ours) = sealer.seal(Sealed::State, "github", plain.as_bytes(), &Still) else { return };
    assert!(State::open(&ours, "okta", Some(cookie), &sealer, now).is_err(), "it is another's");
    let Ok(state) = State::open(&ours, "github", Some(cookie), &sealer, now) else { return };
    assert_eq!(state.nonce, cookie);
    let age = now.unix_timestamp() - state.began;
    assert!(age < LIFETIME.whole_seconds() && age >= -60, "{age}");
    assert!(State::open(&ours, "github", None, &sealer, now).is_err() || cookie.is_empty());
    let again = state.seal("github", &sealer, &Still).expect("it was no longer");
    assert_eq!(State::open(&again, "github", Some(cookie), &sealer, now), Ok(state));
}

/// Cookies: each line is a header. Over https nothing counts without its twin, and whatever counts was there; setting and
/// clearing stay within bounds.
pub fn cookies(data: &[u8]) {
    let mut request = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(8) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            request.append(header::COOKIE, value);
        }
    }
    let text = String::from_utf8_lossy(data);
    for base in ["https://portal.example.com", "http://localhost:7007"] {
        let cookies = Cookies::new("github", &Url::parse(base).expect("a URL"), false);
        for name in [Name::Nonce, Name::RefreshToken, Name::GrantedScope] {
            let value = cookies.read(&request, name);
            if let Some(value) = &value {
                assert!(!value.is_empty() && value.len() <= data.len());
                let is_bare = base.starts_with("http:") || name == Name::GrantedScope;
                assert!(is_bare || text.contains(&proof(value)), "it has no twin: {value:?}");
            }
            let mut answer = HeaderMap::new();
            cookies.set(&request, &mut answer, name, value.as_deref().unwrap_or("x"), Duration::MINUTE);
            cookies.clear(&request, &mut answer, name);
            // The whole and eight pieces, each of our host and of its domain, twice; and twins.
            assert!(answer.get_all(header::SET_COOKIE).iter().count() <= 2 * (9 * 2 + 9 + 1));
        }
    }
}

#[cfg(test)]
mod tests;
