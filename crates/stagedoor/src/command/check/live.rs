//! `stagedoor check --live URL`: a running instance, asked from here.

use std::io::{BufRead as _, IsTerminal as _};
use std::sync::atomic::{AtomicUsize, Ordering};

use checks::Repository;
use checks::live::{self, Answer, Credential, Options, Request, Transport};
use config::Environment;
use model::{Clock as _, Secret, SystemClock};
use server::Probe;
use url::Url;

use super::arguments::Live;
use crate::failure::Failure;
use crate::{output, progress};

/// Asks the instance, and gives what it answered as something that rules look at.
pub(crate) fn ask(arguments: &Live) -> Result<Option<Repository>, Failure> {
    let Some(address) = &arguments.url else { return Ok(None) };
    let url: Url = address.parse().map_err(|error| refused(address, &format!("{error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(
            "the URL",
            "it holds credentials; put a token into the variable TOKEN, and say `--token`",
        ));
    }
    let token = token(arguments)?;
    let options = Options {
        token: token.is_some(),
        beyond_reading: arguments.beyond_reading || may_go_beyond(&url),
        proxies: arguments.proxy.clone(),
    };
    let probe = Probe::new(&url, token).map_err(|error| refused(address, &error.to_string()))?;
    let base = url[..url::Position::BeforePath].to_owned();
    let count = AtomicUsize::new(0);
    let mut sender = Sender { probe, count: &count };
    let doing = || format!("asking {base}: {} requests", count.load(Ordering::Relaxed));
    let answered = progress::during(doing, || live::ask(&base, &mut sender, &options));
    let live = answered.map_err(|error| Failure::Unavailable {
        message: format!("{base} does not answer"),
        causes: vec![error],
        hint: Some("only the first page was asked for, and nothing was checked".to_owned()),
    })?;
    for reason in &live.unasked {
        output::error_line(&format!("{}: not asked: {reason}", output::hint("note")));
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

struct Sender<'a> {
    probe: Probe,
    count: &'a AtomicUsize,
}

impl Transport for Sender<'_> {
    fn send(&mut self, request: &Request) -> Result<Answer, String> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let with_token = request.credential == Credential::Token;
        let answer = self.probe.send(request.method, &request.target, &request.headers, with_token)?;
        Ok(Answer { status: answer.status, headers: answer.headers, body: answer.body })
    }
}
