use std::collections::{BTreeMap, BTreeSet};

use super::asking::{Middleware, is_router};
use super::handlers::all;
use crate::code::flow::{Sink, flows_from};
use crate::code::{At, CallAt, Code, Module};
use crate::fix::Fix;
use crate::rules::in_code::{handled, source};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::High, serve: Serve::Inapplicable, check };

const CALLS: &[Sink] = &[
    Sink { package: "", name: "fetch", arg: Some(0) },
    Sink { package: "node-fetch", name: "*", arg: Some(0) },
    Sink { package: "cross-fetch", name: "*", arg: Some(0) },
    Sink { package: "axios", name: "*", arg: Some(0) },
    Sink { package: "got", name: "*", arg: Some(0) },
    Sink { package: "undici", name: "*", arg: Some(0) },
];

/// Rows that are followed in one handler.
const MAX_ROWS: usize = 20;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut seen = BTreeSet::new();
    let mut writers: BTreeMap<&str, Option<CallAt<'_>>> = BTreeMap::new();
    for handler in all(*cx)? {
        for row in handler.calls().into_iter().filter(is_row).take(MAX_ROWS) {
            let writer =
                writers.entry(&handler.module.path).or_insert_with(|| writer(handler.code, handler.module));
            let Some(writer) = *writer else { break };
            for flow in flows_from(handler, row, CALLS) {
                let is_address = flow.leads && flow.checks.is_empty() && flow.key.is_none();
                if !is_address || !seen.insert((flow.call.at.module.path.clone(), flow.call.at.span())) {
                    continue;
                }
                findings
                    .at(&flow.call.place(), "the address that is called is out of the database, and every user may write it there")
                    .confidence(Confidence::Medium)
                    .why("the portal calls it from its own place in the network, most often with credentials that are kept beside it")
                    .fix(Fix::manual("ask for a permission where it is written, and take its host out of a list in the configuration"))
                    .because(Some(&row.place()), "it is read here")
                    .because(Some(&writer.place()), "it is written here, without a permission");
            }
        }
    }
    Ok(())
}

/// Whether a call reads a row of the database: `await db('urls').where({ id }).first()`.
fn is_row(call: &CallAt<'_>) -> bool {
    let root = call.at.source().trim_start();
    let of_database = ["db(", "knex(", "database(", "this.db(", "this.knex(", "this.database(", "tx("]
        .iter()
        .any(|start| root.starts_with(start));
    of_database && matches!(call.name(), Some("first" | "select" | "where"))
}

/// A route of the module that stores something for whoever calls it.
fn writer<'a>(code: &'a Code, module: &'a Module) -> Option<CallAt<'a>> {
    let mut middleware = Middleware::default();
    code.calls_in(module).into_iter().find(|call| {
        let writes = |handler: At<'a>| {
            handled(handler).into_iter().any(|function| {
                let text = source(function);
                text.contains(".insert(") || text.contains(".update(")
            })
        };
        matches!(call.name(), Some("post" | "put" | "patch"))
            && is_router(call)
            && call.args().skip(1).any(writes)
            && !middleware.or_handler_asks(call)
    })
}
