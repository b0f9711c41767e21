use std::collections::BTreeSet;

use super::caller::TOKENS;
use super::handlers::{REQUEST, all};
use crate::code::At;
use crate::code::flow::{Flow, Sink, flows};
use crate::fix::Fix;
use crate::rules::in_code::source;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

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
            first("*", "getBlobClient"),
            first("*", "getBlockBlobClient"),
            first("*", "getContainerClient"),
        ],
    },
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let sinks: Vec<Sink> = THINGS.iter().flat_map(|thing| thing.sinks).copied().collect();
    let mut seen = BTreeSet::new();
    for handler in all(*cx)? {
        // The same value in the same handler is the same thing to mend.
        let mut told = BTreeSet::new();
        for flow in flows(handler, REQUEST, &sinks) {
            let Some(thing) = thing(&flow).filter(|_| flow.checks.is_empty()) else { continue };
            // With the caller's own token, the service that is asked decides.
            let text = source(handler).to_ascii_lowercase();
            if thing.what == SECRET && TOKENS.iter().any(|token| text.contains(token)) {
                continue;
            }
            let given = flow.call.arg(flow.arg).map_or("", At::source);
            let is_new = seen.insert((flow.call.at.module.path.clone(), flow.call.at.span()));
            if !is_new || !told.insert((thing.what, given)) {
                continue;
            }
            findings
                .at(&flow.call.place(), format!("what a caller sends decides {}", thing.what))
                .severity(thing.severity)
                .why("the portal does it with its own rights and from its own place in the network")
                .fix(Fix::manual("take a name out of a list that is known, or check the value against one; use resolveSafeChildPath for files"))
                .because(flow.chain.first(), "this comes from the request");
        }
    }
    Ok(())
}

/// What a flow lets its sender decide; nothing, where it only fills in a part that is fine.
fn thing(flow: &Flow<'_>) -> Option<&'static Thing> {
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
        _ => true,
    };
    (is_one && (!thing.leads || flow.leads)).then_some(thing)
}
