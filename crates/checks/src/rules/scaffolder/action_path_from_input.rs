use crate::code::flow::{Sink, Source, called, flows};
use crate::code::{At, Def};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::High, serve: Serve::Inapplicable, check };

const INPUT: &[Source] = &[Source { param: 0, path: "input" }];
const FILES: &[Sink] = &[
    Sink { package: "fs", name: "*", arg: Some(0) },
    Sink { package: "fs-extra", name: "*", arg: Some(0) },
    Sink { package: "graceful-fs", name: "*", arg: Some(0) },
    Sink { package: "@backstage/plugin-scaffolder-node", name: "deserializeDirectoryContents", arg: Some(0) },
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for action in cx.actions()? {
        let Some(handler) = action.handler else { continue };
        for flow in flows(handler, INPUT, FILES) {
            let asks = matches!(
                flow.call.name(),
                Some("existsSync" | "pathExists" | "pathExistsSync" | "exists" | "access" | "accessSync")
            );
            // What is done with the text of a file: `readFileSync(path).split(search).join(replace)`.
            let is_of_result = !matches!(called(flow.call), Def::External { .. });
            if asks || is_of_result || !flow.checks.is_empty() || flow.key.is_some() {
                continue;
            }
            let place = flow.call.arg(flow.arg).map_or_else(|| flow.call.place(), At::place);
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
