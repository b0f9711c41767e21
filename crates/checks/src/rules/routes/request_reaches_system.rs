use std::collections::BTreeSet;

use super::asking::hands_on;
use super::caller::TOKENS;
use super::handlers::{REQUEST, all};
use crate::code::flow::{Flow, Sink, flows};
use crate::code::{At, FunctionAt};
use crate::fix::Fix;
use crate::rules::in_code::{reached, source};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Something that a caller should not decide.
struct Thing {
    what: &'static str,
    severity: Severity,
    /// Only where what is given begins with what the caller sends.
    leads: bool,
    sinks: &'static [Sink],
}

const SECRET: &str = "which secret is read";

const fn sink(package: &'static str, name: &'static str) -> Sink {
    Sink { package, name, arg: None }
}

const fn first(package: &'static str, name: &'static str) -> Sink {
    Sink { package, name, arg: Some(0) }
}

const THINGS: &[Thing] = &[
    Thing {
        what: "which file is touched",
        severity: Severity::Critical,
        leads: false,
        sinks: &[
            first("fs", "*"),
            first("fs-extra", "*"),
            first("graceful-fs", "*"),
            first("*", "sendFile"),
            first("*", "download"),
        ],
    },
    Thing {
        what: "what is run",
        severity: Severity::Critical,
        leads: false,
        sinks: &[
            sink("child_process", "*"),
            sink("execa", "*"),
            sink("shelljs", "*"),
            sink("cross-spawn", "*"),
            sink("@backstage/plugin-scaffolder-node", "executeShellCommand"),
            sink("@backstage/plugin-scaffolder-backend", "executeShellCommand"),
            sink("@backstage/backend-common", "runDockerContainer"),
            first("vm", "*"),
            first("", "eval"),
        ],
    },
    Thing {
        what: "which address is called",
        severity: Severity::Medium,
        leads: true,
        sinks: &[
            first("", "fetch"),
            first("node-fetch", "*"),
            first("cross-fetch", "*"),
            first("isomorphic-fetch", "*"),
            first("axios", "*"),
            first("got", "*"),
            first("undici", "*"),
            first("needle", "*"),
            first("superagent", "*"),
            first("http", "*"),
            first("https", "*"),
        ],
    },
    Thing {
        what: "which address is read",
        severity: Severity::High,
        leads: true,
        sinks: &[first("*", "readUrl"), first("*", "readTree")],
    },
    Thing {
        what: SECRET,
        severity: Severity::Critical,
        leads: false,
        sinks: &[
            sink("*", "get*Secret*"),
            sink("*", "read*Secret*"),
            sink("*", "fetch*Secret*"),
            sink("*", "describe*Secret*"),
            sink("*", "access*Secret*"),
            sink("@aws-sdk/client-secrets-manager", "*Command"),
            sink("@aws-sdk/client-ssm", "GetParameter*"),
        ],
    },
    Thing {
        what: "which stored object is touched",
        severity: Severity::High,
        leads: false,
        sinks: &[
            sink("@aws-sdk/client-s3", "*Object*Command"),
            sink("*", "getObject"),
            sink("*", "putObject"),
            sink("*", "deleteObject"),
            first("*", "file"),
            first("*", "getBlobClient"),
            first("*", "getBlockBlobClient"),
            first("*", "getContainerClient"),
        ],
    },
];

/// A part of an address, which may have `../` in it.
const PART: Thing = Thing {
    what: "which part of another system is called",
    severity: Severity::Medium,
    leads: false,
    sinks: &[],
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let sinks: Vec<Sink> = THINGS.iter().flat_map(|thing| thing.sinks).copied().collect();
    let mut seen = BTreeSet::new();
    for handler in all(*cx)? {
        // The same value in the same handler is the same thing to mend.
        let mut told = BTreeSet::new();
        for flow in flows(handler, REQUEST, &sinks) {
            let Some(thing) = thing(&flow, handler).filter(|_| flow.checks.is_empty()) else { continue };
            // With the caller's own token, the service that is asked decides.
            let text = source(handler).to_ascii_lowercase();
            if thing.what == SECRET && TOKENS.iter().any(|token| text.contains(token)) {
                continue;
            }
            let given = match &flow.joined {
                Some(joined) if thing.what == PART.what => format!("{:?}", joined.place.start),
                _ => flow.call.arg(flow.arg).map_or("", At::source).to_owned(),
            };
            let place = place(&flow, thing, handler);
            if !seen.insert(place.clone()) || !told.insert((thing.what, given)) {
                continue;
            }
            findings
                .at(&place, format!("what a caller sends decides {}", thing.what))
                .severity(severity(thing, &flow))
                .why("the portal does it with its own rights and from its own place in the network")
                .fix(Fix::manual("take a name out of a list that is known, or check the value against one; use resolveSafeChildPath for files"))
                .because(flow.chain.first(), "this comes from the request");
        }
    }
    Ok(())
}

/// A file behind a folder, or before an ending, is not any file.
fn severity(thing: &Thing, flow: &Flow<'_>) -> Severity {
    let is_bound = thing.what == "which file is touched" && flow.joined.is_some() && !flow.leads;
    if is_bound { Severity::High } else { thing.severity }
}

/// What a flow lets its sender decide; nothing, where it only fills in a part that is fine.
fn thing(flow: &Flow<'_>, handler: FunctionAt<'_>) -> Option<&'static Thing> {
    let thing = THINGS.iter().find(|thing| {
        thing.sinks.iter().any(|sink| (sink.package, sink.name) == (flow.sink.package, flow.sink.name))
    })?;
    let name = flow.call.name().unwrap_or_default();
    let key = flow.key.as_deref();
    let is_one = match (thing.what, flow.sink.name) {
        // With a root, express keeps to it.
        (_, "sendFile" | "download") => {
            flow.call.arg(1).is_none_or(|options| options.property("root").is_none()) && key.is_none()
        }
        ("which file is touched", _) => {
            key.is_none()
                && !matches!(
                    name,
                    "existsSync" | "pathExists" | "pathExistsSync" | "exists" | "access" | "accessSync"
                )
        }
        ("which address is called", _) => {
            key.is_none_or(|key| matches!(key, "url" | "uri" | "baseURL" | "host" | "hostname"))
                && !matches!(name, "Agent" | "createServer" | "create" | "extend")
        }
        (_, "file") => flow.call.receiver().is_some_and(|of| of.source().contains("bucket")),
        _ => true,
    };
    if !is_one {
        return None;
    }
    if thing.leads && !flow.leads {
        let is_part =
            thing.what == "which address is called" && fills_path(flow) && !takes_rest(flow, handler);
        return (is_part && !reached(handler).into_iter().any(|function| hands_on(function, true)))
            .then_some(&PART);
    }
    Some(thing)
}

/// Whether it is the rest of the route's own path, which is to be handed on as it is: `req.params[0]`.
fn takes_rest(flow: &Flow<'_>, handler: FunctionAt<'_>) -> bool {
    flow.chain.first().is_some_and(|place| {
        let text = handler.module.text().get(place.start..place.end).unwrap_or_default();
        place.path == handler.module.path
            && ["]", ".path", ".originalUrl"].iter().any(|end| text.ends_with(end))
    })
}

/// Whether a value is a part of the path of an address that is called with credentials. What leads out of the part is
/// taken off by the client before it sends anything.
fn fills_path(flow: &Flow<'_>) -> bool {
    let sent = flow.call.args().map(|arg| arg.value().source().to_ascii_lowercase());
    flow.joined.as_ref().is_some_and(|joined| joined.in_path)
        && sent.into_iter().any(|text| ["auth", "token", "headers"].iter().any(|word| text.contains(word)))
}

/// Where it is to be mended: what fills in a part, where that is put together; what a library of its own is given, where
/// the route gives it; else what gets it.
fn place(flow: &Flow<'_>, thing: &Thing, handler: FunctionAt<'_>) -> Place {
    if thing.what == PART.what
        && let Some(joined) = &flow.joined
    {
        return joined.place.clone();
    }
    let code = handler.code;
    let is_library = code.package_folder(flow.call.at.module) != code.package_folder(handler.module);
    let given = flow.chain.iter().rev().find(|place| place.path == handler.module.path);
    given.filter(|_| is_library).cloned().unwrap_or_else(|| flow.call.place())
}
