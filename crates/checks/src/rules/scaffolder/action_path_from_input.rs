use std::collections::BTreeSet;

use crate::Place;
use crate::code::flow::{Flow, Sink, Source, called, flows};
use crate::code::{At, Def, FunctionAt};
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::High, serve: Serve::Inapplicable, check };

const INPUT: &[Source] = &[Source { param: 0, path: "input" }];
const FILES: &[Sink] = &[
    Sink { package: "fs", name: "*", arg: None },
    Sink { package: "fs-extra", name: "*", arg: None },
    Sink { package: "graceful-fs", name: "*", arg: None },
    Sink { package: "@backstage/plugin-scaffolder-node", name: "deserializeDirectoryContents", arg: Some(0) },
];

/// What runs programs, in a folder: `spawn(program, args, { cwd })`.
const PROGRAMS: &[Sink] = &[
    Sink { package: "child_process", name: "*", arg: None },
    Sink { package: "execa", name: "*", arg: None },
];
const ADDRESSES: &[Sink] = &[
    Sink { package: "", name: "fetch", arg: Some(0) },
    Sink { package: "node-fetch", name: "*", arg: Some(0) },
    Sink { package: "axios", name: "*", arg: Some(0) },
    Sink { package: "got", name: "*", arg: Some(0) },
    Sink { package: "http", name: "request", arg: Some(0) },
    Sink { package: "https", name: "request", arg: Some(0) },
];
/// What takes another path behind the first.
const TWO: &[&str] = &[
    "copy",
    "copySync",
    "move",
    "moveSync",
    "rename",
    "renameSync",
    "copyFile",
    "copyFileSync",
    "cp",
    "cpSync",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for action in cx.actions()? {
        let Some(handler) = action.handler else { continue };
        let mut told = BTreeSet::new();
        for flow in flows(handler, INPUT, PROGRAMS) {
            let joined = flow.joined.as_ref().filter(|joined| is_inside(&joined.place, handler));
            let Some(joined) = joined.filter(|_| flow.key.as_deref() == Some("cwd")) else { continue };
            if !flow.checks.is_empty() || !told.insert(joined.place.clone()) {
                continue;
            }
            findings
                .at(&joined.place, "an action runs a program in a folder that its input names, unchecked")
                .severity(Severity::Medium)
                .why("`../` in it leads out of the workspace: to the portal's own files, and to those of other tasks")
                .fix(Fix::manual("use `resolveSafeChildPath(ctx.workspacePath, path)`"))
                .because(flow.chain.first(), "this is of the input")
                .because(Some(&action.call.place()), "the action is made here");
        }
        for flow in flows(handler, INPUT, ADDRESSES) {
            let Some(joined) = flow.joined.as_ref().filter(|joined| joined.in_path && !flow.leads) else {
                continue;
            };
            if !flow.checks.is_empty() || !is_with_credentials(&flow) || !told.insert(joined.place.clone()) {
                continue;
            }
            findings
                .at(&joined.place, "an action puts its input into the path of an address as it is")
                .severity(Severity::Medium)
                .confidence(Confidence::Medium)
                .why(
                    "`../` in it calls another part of that system, with the credentials that are sent along",
                )
                .fix(Fix::manual("put it through `encodeURIComponent`"))
                .because(flow.chain.first(), "this is of the input")
                .because(Some(&action.call.place()), "the action is made here");
        }
        for flow in flows(handler, INPUT, FILES) {
            let asks = matches!(
                flow.call.name(),
                Some("existsSync" | "pathExists" | "pathExistsSync" | "exists" | "access" | "accessSync")
            );
            // What is done with the text of a file: `readFileSync(path).split(search).join(replace)`.
            let is_of_result = !matches!(called(flow.call), Def::External { .. });
            let is_path =
                flow.arg == 0 || flow.arg == 1 && flow.call.name().is_some_and(|name| TWO.contains(&name));
            if asks || is_of_result || !is_path || !flow.checks.is_empty() || flow.key.is_some() {
                continue;
            }
            let place = composed(&flow, handler);
            if !told.insert(place.clone()) {
                continue;
            }
            findings
                .at(&place, "an action takes a file's path from its input, unchecked")
                .why("`../` in it leads out of the workspace: to the portal's own files, and to those of other tasks")
                .fix(Fix::manual("use `resolveSafeChildPath(ctx.workspacePath, path)`"))
                .because(flow.chain.first(), "this is of the input")
                .because(Some(&action.call.place()), "the action is made here");
        }
    }
    Ok(())
}

/// Where the path is put together in the action itself; or where it leaves the action; else where the file is touched.
fn composed(flow: &Flow<'_>, handler: FunctionAt<'_>) -> Place {
    let is_inside = |place: &Place| is_inside(place, handler);
    if let Some(joined) = flow.joined.as_ref().filter(|joined| is_inside(&joined.place)) {
        return joined.place.clone();
    }
    let sink = flow.call.arg(flow.arg).map_or_else(|| flow.call.place(), At::place);
    if is_inside(&sink) {
        return sink;
    }
    flow.chain.iter().rev().find(|place| is_inside(place)).cloned().unwrap_or(sink)
}

/// Whether something is sent along that opens the other system.
fn is_with_credentials(flow: &Flow<'_>) -> bool {
    flow.call.args().any(|arg| {
        let text = arg.value().source().to_ascii_lowercase();
        ["auth", "token", "api-key", "apikey"].iter().any(|word| text.contains(word))
    })
}

fn is_inside(place: &Place, handler: FunctionAt<'_>) -> bool {
    let own = handler.place();
    place.path == own.path && own.start <= place.start && place.end <= own.end
}
