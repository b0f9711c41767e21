//! Where the server listens, and its certificate.

use std::net::IpAddr;
use std::path::PathBuf;

use model::Secret;

use super::findings::{Findings, shown};
use crate::value::Via;
use crate::{Config, Mode, Problem, ValueRef};

/// `backend.listen`: a host name or address (`0.0.0.0` for every interface) and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// A host name or an IP address without brackets.
    pub host: String,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

/// `backend.https.certificate`.
#[derive(Clone, Debug)]
pub struct Https {
    /// The certificate chain.
    pub certificate: Pem,
    /// Its private key.
    pub key: Pem,
}

/// PEM text, or the file it came from, so that it can be read again when it changes.
#[derive(Clone, Debug)]
pub enum Pem {
    /// Written in the configuration or given by a variable.
    Inline(Secret<String>),
    /// Came by `$file`.
    File(PathBuf),
}

impl Pem {
    /// The PEM bytes, read from the file when there is one (at most 1 MiB).
    pub fn read(&self) -> std::io::Result<Secret<Vec<u8>>> {
        match self {
            Self::Inline(text) => Ok(Secret::new(text.expose().clone().into_bytes())),
            Self::File(path) => crate::load::read_bounded(path, crate::load::FILE_BYTES).map(Secret::new),
        }
    }
}

/// The port Backstage listens on.
const PORT: u16 = 7007;

/// Reads `backend.listen`.
pub(super) fn listen(config: &Config, mode: Mode, findings: &mut Findings) -> Option<Listen> {
    let value = config.at("backend.listen");
    let (host, port) = findings.keep(host_and_port(&value))?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    if host.contains(|c: char| c.is_whitespace() || "/@#?".contains(c)) {
        findings.push(value.problem("the host to listen on is not a host").fix("write `host: 127.0.0.1`"));
        return None;
    }
    let everywhere = matches!(host.as_str(), "" | "0.0.0.0" | "::" | "*");
    match mode {
        Mode::Production => {
            Some(Listen { host: if matches!(host.as_str(), "" | "*") { ANY.into() } else { host }, port })
        }
        Mode::Development if everywhere => {
            findings.push(
                value
                    .warning("development listens on 127.0.0.1 only")
                    .fix("start without --dev to listen elsewhere"),
            );
            Some(Listen { host: LOOPBACK.into(), port })
        }
        Mode::Development if is_loopback(&host) => Some(Listen { host, port }),
        Mode::Development => {
            findings.push(
                value
                    .problem(format!(
                        "development listens on loopback only, not on `{host}`",
                        host = shown(&host)
                    ))
                    .fix("write `host: 127.0.0.1`, or start without --dev"),
            );
            None
        }
    }
}

const ANY: &str = "0.0.0.0";
const LOOPBACK: &str = "127.0.0.1";

/// Whether a host is this machine: an address, or `localhost`.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `7007`, `:7007`, `host:7007`, `[::1]:7007`, or an object; host empty where none is given.
fn host_and_port(value: &ValueRef<'_>) -> Result<(String, u16), Problem> {
    if !value.exists() {
        return Ok((String::new(), PORT));
    }
    if value.is_object() {
        let host = value.at("host").string()?.unwrap_or_default().to_owned();
        return Ok((host, port(&value.at("port"))?.unwrap_or(PORT)));
    }
    if !value.is_string() {
        return Ok((String::new(), port(value)?.unwrap_or(PORT)));
    }
    let text = value.string()?.unwrap_or_default();
    let (host, digits) = text.rsplit_once(':').unwrap_or(("", text));
    let bare_v6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    match digits.parse() {
        Ok(port) if !bare_v6 => Ok((host.to_owned(), port)),
        _ => Err(value
            .problem("`backend.listen` is no address")
            .fix("write `:7007`, `host:7007`, `[::1]:7007`, or an object with host and port")),
    }
}

fn port(value: &ValueRef<'_>) -> Result<Option<u16>, Problem> {
    Ok(value.integer(0, u64::from(u16::MAX))?.and_then(|port| u16::try_from(port).ok()))
}

/// Reads `backend.https`.
pub(super) fn https(config: &Config, findings: &mut Findings) -> Option<Https> {
    let value = config.at("backend.https");
    if !value.exists() || value.literal_bool() == Some(false) {
        return None;
    }
    let fix = "write `certificate: { cert: { $file: tls.crt }, key: { $file: tls.key } }`, or leave out \
               `backend.https` when a proxy ends TLS";
    if !value.is_object() {
        findings.push(value.problem("a self-signed certificate is not made up").fix(fix));
        return None;
    }
    let certificate = findings.keep(pem(&value.at("certificate.cert"), "CERTIFICATE"));
    let key = findings.keep(pem(&value.at("certificate.key"), "PRIVATE KEY"));
    Some(Https { certificate: certificate?, key: key? })
}

/// PEM text of a kind; a value that came by `$file` keeps its path.
pub(super) fn pem(value: &ValueRef<'_>, label: &str) -> Result<Pem, Problem> {
    let text = value.required_string()?;
    if !text.contains("-----BEGIN ") || !text.contains(&format!("{label}-----")) {
        let key = value.key().rsplit('.').next().unwrap_or_default();
        return Err(value
            .problem(format!("`{}` is not PEM text of a {}", value.key(), label.to_lowercase()))
            .fix(format!("write `{key}: {{ $file: path/to/the.pem }}`")));
    }
    let file = value.node().and_then(|value| match value.origin.via.last() {
        Some(Via::File { path }) => Some(path.clone()),
        _ => None,
    });
    Ok(file.map_or_else(|| Pem::Inline(Secret::new(text.to_owned())), Pem::File))
}

#[cfg(test)]
mod tests;
