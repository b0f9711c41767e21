use std::collections::BTreeSet;

use super::handlers::{REQUEST, all};
use crate::code::flow::{Sink, flows, flows_from};
use crate::code::{At, CallAt, FunctionAt};
use crate::fix::Fix;
use crate::secret_names::is_secret;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What reads a setting.
const GETTERS: &[&str] =
    &["get", "getOptional", "getString", "getOptionalString", "getConfig", "getOptionalConfig"];
/// What answers a request.
const ANSWERS: &[Sink] =
    &[Sink { package: "*", name: "json", arg: Some(0) }, Sink { package: "*", name: "send", arg: Some(0) }];

/// Settings that are followed in one handler.
const MAX_READS: usize = 20;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut seen = BTreeSet::new();
    for handler in all(*cx)? {
        let reads: Vec<CallAt<'_>> =
            handler.calls().into_iter().filter(reads_config).take(MAX_READS).collect();
        if reads.is_empty() {
            continue;
        }
        let named = named_by_caller(handler);
        for read in reads {
            let at = (&*read.at.module.path, read.at.span());
            let message = if named.contains(&at) {
                "a caller names the setting that is answered".to_owned()
            } else if read.arg(0).is_none() {
                "a whole part of the configuration is answered".to_owned()
            } else {
                match read.arg(0).and_then(At::text).filter(|key| is_secret(key)) {
                    Some(key) => format!("the setting `{key}` is answered"),
                    None => continue,
                }
            };
            if !seen.insert(at) || flows_from(handler, read, ANSWERS).is_empty() {
                continue;
            }
            findings
                .at(&read.place(), message)
                .confidence(Confidence::Medium)
                .why("the backend's configuration has all secrets of the portal; what the schema keeps from browsers, this answers")
                .fix(Fix::manual("answer the one setting that is needed, by a name written here"));
        }
    }
    Ok(())
}

/// Whether a call reads a setting: `config.getString(..)`, `this.config.get()`.
fn reads_config(call: &CallAt<'_>) -> bool {
    let of_config = call.receiver().is_some_and(|of| {
        let text = of.source().to_ascii_lowercase();
        text.ends_with("config")
            || text.contains("config.getconfig(")
            || text.contains("config.getoptionalconfig(")
    });
    of_config && call.name().is_some_and(|name| GETTERS.contains(&name))
}

/// The calls whose setting is named by something of the request.
fn named_by_caller(handler: FunctionAt<'_>) -> BTreeSet<(&str, crate::code::ast::Span)> {
    let sinks = GETTERS.iter().map(|name| Sink { package: "*", name, arg: Some(0) }).collect::<Vec<_>>();
    let found = flows(handler, REQUEST, &sinks).into_iter().filter(|flow| flow.checks.is_empty());
    found.map(|flow| (&*flow.call.at.module.path, flow.call.at.span())).collect()
}
