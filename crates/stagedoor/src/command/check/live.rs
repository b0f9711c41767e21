//! `stagedoor check --live URL`: a running instance, asked from here.

use std::io::{BufRead as _, IsTerminal as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use checks::Repository;
use checks::live::{self, Answer, Credential, Options, Purpose, Request, Transport};
use config::Environment;
use model::{Clock as _, Secret, SystemClock, Timestamp};
use server::Probe;
use url::Url;

use super::arguments::Live;
use super::quoting::HIDDEN;
use crate::failure::Failure;
use crate::output::{self, plain};
use crate::progress;

/// Longest time that is spent waiting for answers.
const WHOLE: Duration = Duration::from_mins(5);

/// Asks the instance, and gives what it answered as something that rules look at.
pub(crate) fn ask(arguments: &Live) -> Result<Option<Repository>, Failure> {
    let Some(address) = &arguments.url else { return Ok(None) };
    let url: Url = address.parse().map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            refused(address, "it does not start with https:// or http://")
        }
        error => refused(address, &error.to_string()),
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(
            "the URL",
            "it holds credentials; put a token into the variable TOKEN, and say `--token`",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused(address, "a query or a fragment is of one page; the portal's address has none"));
    }
    let token = token(arguments)?;
    let probe = Probe::new(&url).map_err(|error| refused(address, &error.to_string()))?;
    let base = url[..url::Position::AfterPath].trim_end_matches('/').to_owned();
    if token.is_some() && (live::Live { base: base.clone(), ..live::Live::default() }).is_plain() {
        let why = "the token would go over plain HTTP, for anybody on the way to read";
        return Err(Failure::Refused {
            message: format!("cannot ask {address} with a token: {why}"),
            hint: Some("give its https:// address, or leave out --token; nothing was asked".to_owned()),
        });
    }
    let options = Options {
        token: token.is_some(),
        beyond_reading: arguments.beyond_reading || may_go_beyond(&url),
        proxies: arguments.proxy.clone(),
    };
    let count = AtomicUsize::new(0);
    let prefix = url.path().trim_end_matches('/').to_owned();
    let mut sender = Sender { probe, prefix, token, guest: None, started: SystemClock.now(), count: &count };
    let doing = || format!("asking {base}: {} requests", count.load(Ordering::Relaxed));
    let answered = progress::during(doing, || live::ask(&base, &mut sender, &options));
    let live = answered.map_err(|error| Failure::Unavailable {
        message: format!("{base} does not answer"),
        causes: vec![error],
        hint: Some("only the first page was asked for, and nothing was checked".to_owned()),
    })?;
    if let Some(reason) = &live.cut_short {
        output::error_line(&format!("{}: not all was asked: {}", output::warn("note"), plain(reason)));
    }
    let is_starting = live.answered(Purpose::Health).any(|(_, answer)| answer.status == 503);
    if is_starting {
        let what = "it says that it is not ready; ask again when it is";
        output::error_line(&format!("{}: {what}", output::warn("note")));
    }
    Ok(Some(Repository::default().with_live(live).on(SystemClock.now().date())))
}

fn refused(what: &str, why: &str) -> Failure {
    Failure::Refused {
        message: format!("cannot ask {what}: {why}"),
        hint: Some("give an address such as https://portal.example.com; nothing was asked".to_owned()),
    }
}

/// The token, from where no process list and no shell history shows it.
fn token(arguments: &Live) -> Result<Option<Secret<String>>, Failure> {
    if !arguments.token {
        return Ok(None);
    }
    match Environment::from_process().value("TOKEN").filter(|token| !token.is_empty()) {
        Some(token) => Ok(Some(Secret::new(token.to_owned()))),
        None => Err(Failure::Refused {
            message: "`--token` was said, and the variable TOKEN is not set".to_owned(),
            hint: Some("set it to a token of the user whose reach is to be looked at".to_owned()),
        }),
    }
}

/// Asks the person at the terminal. Nobody there is a no.
fn may_go_beyond(url: &Url) -> bool {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return false;
    }
    let host = url.host_str().unwrap_or_default();
    output::error_line(&format!("Send one TRACE request to {host} as well? It changes nothing. [y/N]"));
    let mut line = String::new();
    // An answer that cannot be read is a no.
    std::io::stdin().lock().read_line(&mut line).is_ok_and(|_| matches!(line.trim(), "y" | "Y" | "yes"))
}

/// Takes a token out of an answer.
fn hide(answer: &mut Answer, token: &str) {
    for (_, value) in &mut answer.headers {
        if value.contains(token) {
            *value = value.replace(token, HIDDEN);
        }
    }
    if answer.text().contains(token) {
        answer.body = answer.text().replace(token, HIDDEN).into_bytes();
    }
}

struct Sender<'a> {
    probe: Probe,
    /// The path that the portal is below, without a slash at its end.
    prefix: String,
    token: Option<Secret<String>>,
    guest: Option<Secret<String>>,
    started: Timestamp,
    count: &'a AtomicUsize,
}

impl Transport for Sender<'_> {
    fn send(&mut self, request: &Request) -> Result<Answer, String> {
        let spent = SystemClock.now() - self.started;
        if spent > WHOLE {
            return Err(format!("{} minutes were spent, and no more are", WHOLE.as_secs() / 60));
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        let token = match request.credential {
            Credential::None => None,
            Credential::Token => self.token.as_ref(),
            Credential::Guest => self.guest.as_ref(),
        };
        let target = format!("{}{}", self.prefix, request.target);
        let answer = self.probe.send(request.method, &target, &request.headers, token)?;
        let mut answer = Answer { status: answer.status, headers: answer.headers, body: answer.body };
        // A finding may quote an answer, and an answer what it was asked with.
        if let Some(token) = &self.token {
            hide(&mut answer, token.expose());
        }
        Ok(answer)
    }

    fn take(&mut self, guest: String) {
        self.guest = Some(Secret::new(guest));
    }
}
