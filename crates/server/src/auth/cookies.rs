//! The cookies of a provider, as the frontend's browser keeps them: names, paths and pieces are those of the contract.
//!
//! A page of a sibling domain can plant cookies of any name beside ours, with a sign-in of its own. So over https each
//! cookie that decides who somebody is has a twin, whose name `__Host-…` browsers take from this host alone (RFC 6265bis
//! §4.1.3.2); it holds a hash of the value, and a value without it does not count. The frontend reads neither.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use time::Duration;
use untrusted::percent;
use url::Url;

/// Longest value of one cookie; what is longer comes in pieces, `name-0`, `name-1`, and so on.
const PIECE: usize = 4000;
/// Most pieces that are read or written.
const MAX_PIECES: usize = 8;
/// Most cookies of one name that are looked at: more than any browser keeps of ours and of older Backstage's.
const MAX_SAME: usize = 4;

/// How the cookies of one provider are set.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    provider: String,
    /// Where browsers find `/api/auth/<provider>`.
    path: String,
    /// Our host, in whose whole domain older versions of Backstage set these cookies.
    host: Option<String>,
    /// Browsers reach us by https.
    secure: bool,
    /// The frontend is at another site, so that browsers send cookies only if they are told to.
    elsewhere: bool,
}

/// One of a provider's cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Ties a sign-in to the browser that began it.
    Nonce,
    /// Has user tokens renewed.
    RefreshToken,
    /// What the person has granted.
    GrantedScope,
}

impl Name {
    fn suffix(self) -> &'static str {
        match self {
            Self::Nonce => "nonce",
            Self::RefreshToken => "refresh-token",
            Self::GrantedScope => "granted-scope",
        }
    }

    /// Whether it decides who somebody is.
    fn has_twin(self) -> bool {
        match self {
            Self::Nonce | Self::RefreshToken => true,
            Self::GrantedScope => false,
        }
    }
}

impl Cookies {
    /// `base` is where browsers find the portal; `elsewhere` is whether the frontend's host is another than its.
    pub(crate) fn new(provider: &str, base: &Url, elsewhere: bool) -> Self {
        Self {
            provider: provider.to_owned(),
            path: format!("{}/api/auth/{provider}", base.path().trim_end_matches('/')),
            host: base.host_str().map(str::to_owned),
            secure: base.scheme() == "https",
            elsewhere,
        }
    }

    /// The value of a cookie, decoded: over https the one that its twin names. Where there is no twin, `None` if there is
    /// more than one of that name: somebody planted one beside ours.
    pub(crate) fn read(&self, headers: &HeaderMap, name: Name) -> Option<String> {
        let full = self.full(name);
        let whole = values(headers, &full);
        let Some(twin) = self.twin(name) else {
            return match *whole.as_slice() {
                [] => decoded(&pieces(headers, &full)?),
                [one] => decoded(one),
                _ => None,
            };
        };
        let [twin] = *values(headers, &twin).as_slice() else { return None };
        let agrees = |value: &String| bool::from(proof(value).as_bytes().ct_eq(twin.as_bytes()));
        let whole = whole.into_iter().take(MAX_SAME).filter_map(decoded).find(agrees);
        whole.or_else(|| decoded(&pieces(headers, &full)?).filter(agrees))
    }

    /// Sets a cookie, and takes away what the request shows of it in other forms. One that is too long for all pieces is
    /// taken away; then the browser is as if it had none.
    pub(crate) fn set(
        &self,
        request: &HeaderMap,
        answer: &mut HeaderMap,
        name: Name,
        value: &str,
        lifetime: Duration,
    ) {
        let encoded = percent::encode(value);
        let full = self.full(name);
        if encoded.len() > PIECE * MAX_PIECES {
            self.clear(request, answer, name);
            return;
        }
        let parts: Vec<(String, &str)> = if encoded.len() <= PIECE {
            vec![(full, &encoded)]
        } else {
            let starts = (0..encoded.len()).step_by(PIECE);
            let parts = starts.filter_map(|start| encoded.get(start..encoded.len().min(start + PIECE)));
            parts.enumerate().map(|(at, part)| (format!("{full}-{at}"), part)).collect()
        };
        for form in self.forms(request, name) {
            self.clear_of_domain(answer, name, &form);
            if !parts.iter().any(|(part, _)| *part == form) {
                self.write(answer, name, &form, "", Duration::ZERO);
            }
        }
        for (part, value) in parts {
            self.write(answer, name, &part, value, lifetime);
        }
        self.write_twin(answer, name, &proof(value), lifetime);
    }

    /// Takes a cookie away, with the pieces that the request shows of it.
    pub(crate) fn clear(&self, request: &HeaderMap, answer: &mut HeaderMap, name: Name) {
        for form in self.forms(request, name) {
            self.clear_of_domain(answer, name, &form);
            self.write(answer, name, &form, "", Duration::ZERO);
        }
        self.write_twin(answer, name, "", Duration::ZERO);
    }

    /// Its whole name, and the names of the pieces that the request shows.
    fn forms(&self, request: &HeaderMap, name: Name) -> Vec<String> {
        let full = self.full(name);
        let pieces = (0..MAX_PIECES).map(|at| format!("{full}-{at}"));
        let mut forms: Vec<String> = pieces.filter(|piece| !values(request, piece).is_empty()).collect();
        forms.insert(0, full);
        forms
    }

    /// Older versions of Backstage named the domain, which makes another cookie of the same name.
    fn clear_of_domain(&self, answer: &mut HeaderMap, name: Name, form: &str) {
        if let Some(host) = &self.host {
            let at = format!("; Domain={host}; Path={}", self.path_of(name));
            self.put(answer, form, "", Duration::ZERO, &at);
        }
    }

    fn write(&self, answer: &mut HeaderMap, name: Name, form: &str, value: &str, lifetime: Duration) {
        self.put(answer, form, value, lifetime, &format!("; Path={}", self.path_of(name)));
    }

    fn write_twin(&self, answer: &mut HeaderMap, name: Name, value: &str, lifetime: Duration) {
        if let Some(twin) = self.twin(name) {
            self.put(answer, &twin, value, lifetime, "; Path=/");
        }
    }

    fn put(&self, answer: &mut HeaderMap, full: &str, value: &str, lifetime: Duration, at: &str) {
        let same_site = if self.elsewhere && self.secure { "None" } else { "Lax" };
        let secure = if self.secure { "; Secure" } else { "" };
        let seconds = lifetime.whole_seconds();
        let cookie = format!("{full}={value}; Max-Age={seconds}{at}; HttpOnly{secure}; SameSite={same_site}");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            answer.append(header::SET_COOKIE, value);
        }
    }

    fn path_of(&self, name: Name) -> String {
        let below = if name == Name::Nonce { "/handler" } else { "" };
        format!("{}{below}", self.path)
    }

    fn full(&self, name: Name) -> String {
        format!("{}-{}", self.provider, name.suffix())
    }

    fn twin(&self, name: Name) -> Option<String> {
        (self.secure && name.has_twin()).then(|| format!("__Host-{}", self.full(name)))
    }
}

/// What a twin holds. It goes with every request to this host, so it gives nothing away.
pub(crate) fn proof(value: &str) -> String {
    let hash = Sha256::new().chain_update("stagedoor cookie\0").chain_update(value).finalize();
    URL_SAFE_NO_PAD.encode(hash)
}

fn decoded(value: &str) -> Option<String> {
    percent::decode(value).filter(|value| !value.is_empty())
}

/// A value from its pieces; `None` where one of them is there twice.
fn pieces(headers: &HeaderMap, full: &str) -> Option<String> {
    let mut whole = String::new();
    for at in 0..MAX_PIECES {
        match *values(headers, &format!("{full}-{at}")).as_slice() {
            [] => break,
            [piece] => whole.push_str(piece),
            _ => return None,
        }
    }
    Some(whole)
}

/// The values of the cookies of exactly this name.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.filter_map(|(key, value)| (key == name).then_some(value.trim_matches('"'))).collect()
}

#[cfg(test)]
mod tests;
