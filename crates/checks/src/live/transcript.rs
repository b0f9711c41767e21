//! Exchanges as text, for the samples on rules' pages.
//!
//! `> PURPOSE METHOD TARGET`, header fields of the request as `> Name: value`, `> token` if it has one; then
//! `< STATUS`, header fields as `< name: value`; then the body's lines, until the next `>` line that names a purpose.

use super::{Answer, Exchange, Live, Purpose, Request};

const PURPOSES: &[(&str, Purpose)] = &[
    ("index", Purpose::Index),
    ("control", Purpose::Control),
    ("route", Purpose::Route),
    ("guest", Purpose::Guest),
    ("guest-route", Purpose::GuestRoute),
    ("origin", Purpose::Origin),
    ("trick", Purpose::Trick),
    ("proxy", Purpose::Proxy),
    ("burst", Purpose::Burst),
    ("sign-in", Purpose::SignIn),
    ("start", Purpose::Start),
    ("signals", Purpose::Signals),
    ("metadata", Purpose::Metadata),
    ("source-map", Purpose::SourceMap),
    ("cluster", Purpose::Cluster),
    ("method", Purpose::Method),
];

/// Reads a sample; the first line is the base address.
pub(crate) fn read(text: &str) -> Live {
    let mut lines = text.lines();
    let mut live = Live { base: lines.next().unwrap_or_default().to_owned(), ..Live::default() };
    for line in lines {
        if let Some(sent) = line.strip_prefix("> ") {
            let mut words = sent.split(' ');
            let first = words.next().unwrap_or_default();
            if let Some((_, purpose)) = PURPOSES.iter().find(|(name, _)| *name == first) {
                let method = ["GET", "HEAD", "OPTIONS", "TRACE"]
                    .into_iter()
                    .find(|known| sent.contains(known))
                    .unwrap_or("GET");
                let request = Request::get(words.nth(1).unwrap_or("/")).method(method);
                live.exchanges.push(Exchange { purpose: *purpose, request, answer: Ok(Answer::default()) });
                continue;
            }
            let Some(last) = live.exchanges.last_mut() else { continue };
            match first {
                "token" => last.request.credential = super::Credential::Token,
                "guest-token" => last.request.credential = super::Credential::Guest,
                _ => last.request.headers.extend(header(sent)),
            }
            continue;
        }
        let Some(Exchange { answer: Ok(answer), .. }) = live.exchanges.last_mut() else { continue };
        match line.strip_prefix("< ").map(|got| (got, got.split_once(": "))) {
            Some((_, Some((name, value)))) => {
                answer.headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
            Some((status, None)) => answer.status = status.trim().parse().unwrap_or_default(),
            None => {
                answer.body.extend(line.as_bytes());
                answer.body.push(b'\n');
            }
        }
    }
    live
}

/// A header field that is sent. Only those that rules look at are known.
fn header(sent: &str) -> Option<(&'static str, String)> {
    let (name, value) = sent.split_once(": ")?;
    let name = ["Origin", "Backstage-Kubernetes-Cluster"].into_iter().find(|known| *known == name)?;
    Some((name, value.to_owned()))
}
