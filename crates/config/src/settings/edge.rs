//! `stagedoor.edge`: what is refused before anybody asks who it is.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use super::findings::{Findings, shown};
use super::table::Table;
use crate::{Config, Mode, ValueRef};

/// The edge's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeSettings {
    /// Whose `X-Forwarded-For` is believed. Always empty in development.
    pub trusted_proxies: Vec<IpNet>,
    /// Who may call which paths; a path that no rule names is open to every address.
    pub allowed_sources: Vec<SourceRule>,
    /// Methods let through, upper case.
    pub methods: Vec<String>,
    /// Bounds on size, time and number.
    pub limits: Limits,
    /// Requests per client address.
    pub rate_limits: RateLimits,
}

/// Who may call some paths. A request must satisfy every rule that names its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRule {
    /// Path prefixes at segment boundaries; empty for all paths.
    pub paths: Vec<String>,
    /// Client addresses.
    pub sources: Vec<IpNet>,
}

/// Bounds on what one client, and all of them, may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's head.
    pub header_bytes: usize,
    /// Header fields of a request.
    pub header_count: usize,
    /// Bytes of a request's target.
    pub target_bytes: usize,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Time for a whole head to arrive.
    pub header_timeout: Duration,
    /// Time for a request to be answered.
    pub request_timeout: Duration,
    /// Time a connection may stay silent.
    pub idle_timeout: Duration,
    /// Requests worked on at once.
    pub concurrency: usize,
    /// Requests that wait when all places are taken; more are answered 503.
    pub queue: usize,
    /// How long one waits before it is answered 503.
    pub queue_timeout: Duration,
    /// Open connections.
    pub connections: usize,
}

/// Requests per client address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Everything.
    pub general: Rate,
    /// `/api/auth/*` and sign-in, beside the general one.
    pub auth: Rate,
    /// Sign-ins and renewals of one account, from wherever they come.
    pub account: Rate,
}

/// So many in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least 1.
    pub requests: u32,
    /// In what time; more than zero.
    pub window: Duration,
}

/// Reads `stagedoor.edge` and `backend.trustProxy`.
pub(super) fn edge(config: &Config, table: &Table, mode: Mode, findings: &mut Findings) -> EdgeSettings {
    let mut rate = |path: &str| rate(table, path, findings);
    let rate_limits = RateLimits {
        general: rate("edge.rateLimits.general"),
        auth: rate("edge.rateLimits.auth"),
        account: rate("edge.rateLimits.account"),
    };
    EdgeSettings {
        trusted_proxies: trusted_proxies(config, table, mode, findings),
        allowed_sources: allowed_sources(config, &table.at("edge.allowedSources"), findings),
        methods: methods(&table.at("edge.methods"), findings),
        limits: limits(table, findings),
        rate_limits,
    }
}

pub(super) fn rate(table: &Table, path: &str, findings: &mut Findings) -> Rate {
    Rate {
        requests: u32::try_from(table.integer(&format!("{path}.requests"), findings)).unwrap_or(u32::MAX),
        window: table.duration(&format!("{path}.window"), findings),
    }
}

fn limits(table: &Table, findings: &mut Findings) -> Limits {
    Limits {
        header_bytes: table.size("edge.limits.headerBytes", findings),
        header_count: table.size("edge.limits.headerCount", findings),
        target_bytes: table.size("edge.limits.targetBytes", findings),
        body_bytes: table.size("edge.limits.bodyBytes", findings),
        header_timeout: table.duration("edge.limits.headerTimeout", findings),
        request_timeout: table.duration("edge.limits.requestTimeout", findings),
        idle_timeout: table.duration("edge.limits.idleTimeout", findings),
        concurrency: table.size("edge.limits.concurrency", findings),
        queue: table.size("edge.limits.queue", findings),
        queue_timeout: table.duration("edge.limits.queueTimeout", findings),
        connections: table.size("edge.limits.connections", findings),
    }
}

fn trusted_proxies(config: &Config, table: &Table, mode: Mode, findings: &mut Findings) -> Vec<IpNet> {
    let theirs = config.at("backend.trustProxy");
    let ours = config.at("stagedoor.edge.trustedProxies");
    let written = theirs.exists() && theirs.literal_bool() != Some(false);
    if written && ours.exists() {
        findings.push(
            theirs
                .problem("`backend.trustProxy` and `stagedoor.edge.trustedProxies` both say whom to trust")
                .fix("keep `stagedoor.edge.trustedProxies` and remove `backend.trustProxy`"),
        );
        return Vec::new();
    }
    let nets = if written {
        express_proxies(&theirs, findings)
    } else {
        cidrs(&table.at("edge.trustedProxies"), findings)
    };
    if let Some(wide) = nets.iter().find(|net| net.prefix_len() == 0) {
        let at = if written { &theirs } else { &ours };
        findings.push(at.problem(format!("`{wide}` trusts everybody's forwarding headers")).fix(CIDR_FORM));
        return Vec::new();
    }
    if mode == Mode::Development && !nets.is_empty() {
        let at = if written { &theirs } else { &ours };
        findings
            .push(at.warning("development trusts no proxy").fix("start without --dev to stand behind one"));
        return Vec::new();
    }
    nets
}

const CIDR_FORM: &str =
    "write the proxies' addresses: `stagedoor: { edge: { trustedProxies: [10.0.0.0/8] } }`";

/// `backend.trustProxy`: a string with commas, or a list. The other forms of Express count hops or
/// trust anybody, and a client chooses its own hops.
fn express_proxies(value: &ValueRef<'_>, findings: &mut Findings) -> Vec<IpNet> {
    if !value.is_string() && !value.is_list() {
        findings.push(value.problem("`backend.trustProxy` must name the proxies").fix(CIDR_FORM));
        return Vec::new();
    }
    let texts = findings.take(value.string_or_strings()).unwrap_or_default();
    let mut nets = Vec::new();
    for text in texts.iter().flat_map(|text| text.split(',')).map(str::trim) {
        match named_nets(text) {
            Some(found) => nets.extend(found),
            None => findings
                .push(value.problem(format!("`{text}` is no CIDR", text = shown(text))).fix(CIDR_FORM)),
        }
    }
    nets
}

/// A list of CIDRs.
fn cidrs(value: &ValueRef<'_>, findings: &mut Findings) -> Vec<IpNet> {
    let mut nets = Vec::new();
    for item in findings.take(value.items()).unwrap_or_default() {
        nets.extend(cidr(&item, findings));
    }
    nets
}

fn cidr(item: &ValueRef<'_>, findings: &mut Findings) -> Vec<IpNet> {
    let Some(text) = findings.keep(item.required_string()) else { return Vec::new() };
    named_nets(text.trim()).unwrap_or_else(|| {
        findings.push(item.problem(format!("`{text}` is no CIDR", text = shown(text))).fix(
            "write for example 10.0.0.0/8, 192.0.2.7, 2001:db8::/32, loopback, linklocal or uniquelocal",
        ));
        Vec::new()
    })
}

/// Express's names, a CIDR, or one address.
fn named_nets(text: &str) -> Option<Vec<IpNet>> {
    let nets: &[&str] = match text {
        "loopback" => &["127.0.0.0/8", "::1/128"],
        "linklocal" => &["169.254.0.0/16", "fe80::/10"],
        "uniquelocal" => &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
        _ => {
            let one = text.parse::<IpAddr>().map(IpNet::from);
            return one.or_else(|_| text.parse::<IpNet>()).ok().map(|net| vec![net.trunc()]);
        }
    };
    nets.iter().map(|net| net.parse().ok()).collect()
}

/// CIDRs for every path, objects for some. What cannot be read is an error: a rule less is a door more.
fn allowed_sources(config: &Config, value: &ValueRef<'_>, findings: &mut Findings) -> Vec<SourceRule> {
    findings.not_blank(&[config.at("stagedoor.edge.allowedSources")]);
    // The list itself may have been dropped, which its parent knows.
    let lost = config.at("stagedoor.edge").losses();
    if let Some(loss) = lost.iter().find(|loss| loss.key.contains("allowedSources")) {
        findings.push(
            value
                .problem(format!("`{}` has no value, so fewer addresses would be kept out", loss.key))
                .at(Some(&loss.place))
                .fix("set the variable it needs"),
        );
    }
    let (mut rules, mut everywhere) = (Vec::new(), Vec::new());
    for item in findings.take(value.items()).unwrap_or_default() {
        if !item.is_object() {
            everywhere.extend(cidr(&item, findings));
            continue;
        }
        let (paths, sources) = (item.at("paths"), item.at("sources"));
        findings.not_blank(&[paths.clone(), sources.clone()]);
        if !sources.exists() && !sources.is_blank() {
            findings.push(sources.missing().fix("write `sources: [10.0.0.0/8]`"));
        }
        let texts = findings.take(paths.strings());
        for path in texts.iter().flatten().filter(|path| !path.starts_with('/')) {
            findings.push(
                paths
                    .problem(format!("path `{path}` does not begin with `/`", path = shown(path)))
                    .fix("write for example `/api/catalog`"),
            );
        }
        rules.push(SourceRule {
            paths: texts.unwrap_or_default().into_iter().map(str::to_owned).collect(),
            sources: cidrs(&sources, findings),
        });
    }
    if !everywhere.is_empty() {
        rules.insert(0, SourceRule { paths: Vec::new(), sources: everywhere });
    }
    rules
}

fn methods(value: &ValueRef<'_>, findings: &mut Findings) -> Vec<String> {
    const KNOWN: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let Some(texts) = findings.keep(value.strings()) else { return Vec::new() };
    let mut found = Vec::new();
    for text in texts.unwrap_or_default() {
        let method = text.to_ascii_uppercase();
        if KNOWN.contains(&method.as_str()) {
            found.push(method);
        } else {
            findings.push(
                value
                    .problem(format!("method `{text}` is never let through", text = shown(text)))
                    .fix(format!("the methods are {}", KNOWN.join(", "))),
            );
        }
    }
    if found.is_empty() {
        findings.push(value.problem("no method would be let through").fix("write for example `[GET, HEAD]`"));
    }
    found
}

#[cfg(test)]
mod tests;
