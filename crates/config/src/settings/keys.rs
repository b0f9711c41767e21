//! Every key under `stagedoor:`, declared once. The table gives the defaults, finds unknown keys and
//! writes the reference page.

/// One key.
pub(crate) struct Key {
    /// Dot path below `stagedoor`; `[]` is any element of a list.
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    /// In force where no source writes the key, as YAML.
    pub(crate) default: Option<&'static str>,
    /// Whether a running server takes a new value.
    pub(crate) reloads: bool,
    pub(crate) doc: &'static str,
}

/// What may stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number, least and most.
    Integer(u64, u64),
    /// A duration, least and most in milliseconds.
    Duration(u64, u64),
    /// `true` or `false`.
    Boolean,
    /// Text.
    Text,
    /// Text that is masked when printed.
    Secret,
    /// An address to listen on.
    Address,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of CIDRs, addresses, `loopback`, `linklocal`, `uniquelocal`.
    Cidrs,
    /// A list of CIDRs, or of objects.
    SourceRules,
    /// A list of text.
    Texts,
    /// A list of text that is masked when printed.
    Secrets,
    /// A list of objects.
    Objects,
}

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

const fn key(
    path: &'static str,
    kind: Kind,
    default: Option<&'static str>,
    reloads: bool,
    doc: &'static str,
) -> Key {
    Key { path, kind, default, reloads, doc }
}

pub(crate) const KEYS: &[Key] = &[
    key(
        "edge.trustedProxies",
        Kind::Cidrs,
        Some("[]"),
        true,
        "Proxies whose X-Forwarded-For is believed. Nobody else's forwarding headers are read. Cannot stand \
         beside `backend.trustProxy`; development believes nobody.",
    ),
    key(
        "edge.allowedSources",
        Kind::SourceRules,
        Some("[]"),
        true,
        "Client addresses that are let in: a list of CIDRs for every path, or of `{ paths, sources }`. A request \
         must satisfy every rule that names its path; a path without a rule is open.",
    ),
    key(
        "edge.allowedSources[].paths",
        Kind::Texts,
        None,
        true,
        "Path prefixes, ending at segment boundaries; every path when left out.",
    ),
    key(
        "edge.allowedSources[].sources",
        Kind::Cidrs,
        None,
        true,
        "Client addresses that may call these paths.",
    ),
    key(
        "edge.methods",
        Kind::Texts,
        Some("[GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS]"),
        true,
        "Methods that are let through; others are answered 405.",
    ),
    key(
        "edge.limits.headerBytes",
        Kind::Integer(1_024, 1 << 20),
        Some("32768"),
        false,
        "Bytes of a request's head.",
    ),
    key(
        "edge.limits.headerCount",
        Kind::Integer(8, 1_000),
        Some("100"),
        false,
        "Header fields of a request.",
    ),
    key(
        "edge.limits.targetBytes",
        Kind::Integer(256, 1 << 20),
        Some("16384"),
        true,
        "Bytes of a request's path and query.",
    ),
    key(
        "edge.limits.bodyBytes",
        Kind::Integer(1_024, 1 << 30),
        Some("1048576"),
        false,
        "Bytes of a request's body.",
    ),
    key(
        "edge.limits.headerTimeout",
        Kind::Duration(100, 10 * MINUTE),
        Some("10s"),
        false,
        "Time for a whole head to arrive.",
    ),
    key(
        "edge.limits.requestTimeout",
        Kind::Duration(100, HOUR),
        Some("30s"),
        false,
        "Time for a request to be answered.",
    ),
    key(
        "edge.limits.idleTimeout",
        Kind::Duration(100, HOUR),
        Some("60s"),
        false,
        "Time a connection may stay silent.",
    ),
    key(
        "edge.limits.concurrency",
        Kind::Integer(1, 65_536),
        Some("256"),
        false,
        "Requests worked on at once.",
    ),
    key(
        "edge.limits.queue",
        Kind::Integer(0, 65_536),
        Some("512"),
        false,
        "Requests that wait when all places are taken; more are answered 503.",
    ),
    key(
        "edge.limits.queueTimeout",
        Kind::Duration(1, MINUTE),
        Some("2s"),
        false,
        "How long a request waits before it is answered 503.",
    ),
    key("edge.limits.connections", Kind::Integer(1, 1 << 20), Some("4096"), false, "Open connections."),
    key(
        "edge.rateLimits.general.requests",
        Kind::Integer(1, 1 << 31),
        Some("6000"),
        true,
        "Requests of one client address in a window; more are answered 429.",
    ),
    key("edge.rateLimits.general.window", Kind::Duration(SECOND, DAY), Some("60s"), true, "The window."),
    key(
        "edge.rateLimits.auth.requests",
        Kind::Integer(1, 1 << 31),
        Some("30"),
        true,
        "Sign-ins that one client address begins, and credentials beneath `/api/auth/` that it is refused with, in a window.",
    ),
    key("edge.rateLimits.auth.window", Kind::Duration(SECOND, DAY), Some("60s"), true, "The window."),
    key(
        "edge.rateLimits.account.requests",
        Kind::Integer(1, 1 << 31),
        Some("30"),
        false,
        "Sign-ins and renewals of one account in a window, from whatever addresses.",
    ),
    key("edge.rateLimits.account.window", Kind::Duration(SECOND, DAY), Some("60s"), false, "The window."),
    key(
        "policy.path",
        Kind::Text,
        None,
        true,
        "A Cedar file, or a folder of them, in place of the built-in policy. Relative to the working directory.",
    ),
    key(
        "metrics.listen",
        Kind::Address,
        None,
        false,
        "Where Prometheus metrics are served, for example `127.0.0.1:9464`. No listener when left out; beyond \
         loopback only with a token.",
    ),
    key(
        "metrics.token",
        Kind::Secret,
        None,
        false,
        "Bearer token that a scraper must show; at least 16 characters.",
    ),
    key(
        "log.level",
        Kind::OneOf(&["error", "warn", "info", "debug", "trace"]),
        None,
        false,
        "Least severe level written. The variable LOG_LEVEL wins; `backend.logger.level` counts when this is left \
         out; else `info`.",
    ),
    key(
        "log.format",
        Kind::OneOf(&["json", "text"]),
        None,
        false,
        "How lines look: `json` in production, `text` in development, unless given.",
    ),
    key(
        "audit.stdout",
        Kind::Boolean,
        Some("true"),
        false,
        "Whether audit records are also JSON lines on standard output.",
    ),
    key(
        "audit.refusals.requests",
        Kind::Integer(1, 1 << 20),
        Some("60"),
        false,
        "Refusals of strangers that are recorded one by one in a window; more are counted together.",
    ),
    key("audit.refusals.window", Kind::Duration(SECOND, DAY), Some("60s"), false, "The window."),
    key(
        "session.lifetime",
        Kind::Duration(MINUTE, 7 * DAY),
        Some("8h"),
        false,
        "Longest life of a page session.",
    ),
    key(
        "session.idleTimeout",
        Kind::Duration(MINUTE, 7 * DAY),
        Some("1h"),
        false,
        "Longest time a page session lives without a request.",
    ),
    key(
        "sealingKey",
        Kind::Secret,
        None,
        true,
        "Seals what is kept or given out and only we may read: private keys, states of sign-ins, refresh tokens. 32 \
         random bytes or more, in hexadecimal or base64 (`stagedoor secrets new`); from a variable, a file or a mounted \
         secret, never from the database. Required in production; development makes one at each start.",
    ),
    key(
        "previousSealingKeys",
        Kind::Secrets,
        Some("[]"),
        true,
        "Sealing keys from before it was changed, at most 10: they open what they sealed, and seal nothing.",
    ),
    key(
        "signIn.help",
        Kind::Text,
        None,
        true,
        "Whom a person asks who is refused: one line, shown on the page that says so.",
    ),
    key(
        "signIn.unverifiedEmail",
        Kind::Texts,
        Some("[]"),
        true,
        "Ids of providers whose e-mail addresses count though they do not say that they are verified. In production \
         this takes an acceptance.",
    ),
    key(
        "signIn.oauth2Proxy.metadataUrl",
        Kind::Text,
        None,
        true,
        "Issuer, or discovery document, of the identity provider behind oauth2-proxy. The ID token that the proxy \
         hands on is verified against it; its other headers are not believed.",
    ),
    key(
        "signIn.oauth2Proxy.clientId",
        Kind::Text,
        None,
        true,
        "The proxy's own client id: whom the ID token has to be made for.",
    ),
    key(
        "secrets.onIngest",
        Kind::OneOf(&["mask", "quarantine", "reject"]),
        Some("mask"),
        true,
        "What becomes of a catalog entity that holds a secret: `mask` puts a mask in place of the value; \
         `quarantine` keeps the last clean version and shows the new one, masked, to its owners alone; `reject` \
         refuses the new version. In none of them is the value kept.",
    ),
    key(
        "secrets.rules",
        Kind::Texts,
        Some("[]"),
        true,
        "Files with more rules, in Stagedoor's own TOML or gitleaks': relative to the folder of the file that \
         names them. A rule with the id of a built-in one replaces it.",
    ),
    key(
        "secrets.fingerprintKey",
        Kind::Secret,
        None,
        true,
        "Key of the fingerprints by which findings are known again; at least 16 bytes. Without it they hold for \
         one run.",
    ),
    key(
        "secrets.allow",
        Kind::Objects,
        Some("[]"),
        true,
        "Findings in catalog entities that are no secrets, as `{ rule, entity, reason, until }`. One that has \
         expired is ignored, with a warning.",
    ),
    key("secrets.allow[].rule", Kind::Text, None, true, "Id of the rule."),
    key(
        "secrets.allow[].entity",
        Kind::Text,
        None,
        true,
        "Full ref of the entity, as `api:default/orders`; any entity when left out.",
    ),
    key("secrets.allow[].reason", Kind::Text, None, true, "Why it is no secret. Required."),
    key(
        "secrets.allow[].until",
        Kind::Text,
        None,
        true,
        "Last day on which it counts (UTC), as `2027-01-31`. Required.",
    ),
    key(
        "secrets.age.warn",
        Kind::Duration(DAY, YEAR),
        Some("75d"),
        true,
        "Age from which a secret of the configuration is warned about, counted from the day it was first seen.",
    ),
    key(
        "secrets.age.refuse",
        Kind::Duration(DAY, YEAR),
        Some("90d"),
        true,
        "Age from which production does not start with it. More than 90 days take an acceptance.",
    ),
    key(
        "secrets.age.restart",
        Kind::Duration(0, 14 * DAY),
        Some("14d"),
        true,
        "How much longer a server starts again with a secret that it ran with already, so that a crash does not become \
         an outage.",
    ),
    key(
        "accept",
        Kind::Objects,
        Some("[]"),
        true,
        "Findings of the production checklist that are accepted, as `{ rule, where, reason, until }`. One that has \
         expired accepts nothing.",
    ),
    key("accept[].rule", Kind::Text, None, true, "Id of the rule, as `stagedoor check` names it."),
    key(
        "accept[].where",
        Kind::Text,
        None,
        true,
        "What it is about: a path with `*` and `**`, `path:line`, or a key. Required.",
    ),
    key("accept[].reason", Kind::Text, None, true, "Why it is right that it stays. Required."),
    key(
        "accept[].until",
        Kind::Text,
        None,
        true,
        "Last day on which it counts (UTC), as `2027-01-31`, at most a year ahead. Required.",
    ),
    key(
        "shutdown.grace",
        Kind::Duration(0, 10 * MINUTE),
        Some("10s"),
        false,
        "How long running requests may take to end when the server stops.",
    ),
];

/// The key at a path below `stagedoor`.
pub(crate) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

impl Kind {
    /// For people.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Integer(least, most) => format!("whole number, {least} to {most}"),
            Self::Duration(least, most) => format!("duration, {} to {}", length(least), length(most)),
            Self::Boolean => "true or false".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Secret => "text, secret".to_owned(),
            Self::Address => "`host:port`".to_owned(),
            Self::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
            Self::Cidrs => "list of CIDRs, addresses, `loopback`, `linklocal`, `uniquelocal`".to_owned(),
            Self::SourceRules => "list of CIDRs, or of objects".to_owned(),
            Self::Texts => "list of text".to_owned(),
            Self::Secrets => "list of text, secret".to_owned(),
            Self::Objects => "list of objects".to_owned(),
        }
    }
}

/// Milliseconds in the largest unit that holds them whole.
pub(crate) fn length(milliseconds: u64) -> String {
    for (unit, letter) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")] {
        if milliseconds >= unit && milliseconds.is_multiple_of(unit) {
            return format!("{}{letter}", milliseconds / unit);
        }
    }
    format!("{milliseconds}ms")
}
