use std::collections::BTreeSet;
use std::sync::Arc;

use crate::fix::Fix;
use crate::rules::in_code;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const PACKAGE: &str = "@backstage/plugin-auth-backend-module-guest-provider";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut told = BTreeSet::new();
    let added = cx.backends()?.iter().flat_map(|backend| backend.adding(PACKAGE));
    for one in added {
        told.insert(one.place.path.clone());
        if one.is_for_development() {
            continue;
        }
        // A variable that somebody has to set keeps it out until then.
        let module = one.call.at.module;
        let by_variable = one.guards.iter().any(|guard| {
            guard.holds && guard.test.is_some_and(|test| module.source(test.span).contains("process.env."))
        });
        findings
            .at(&one.place, "the backend has the guest provider")
            .severity(if by_variable { Severity::Low } else { Severity::Medium })
            .why("one key of the configuration, or an image without NODE_ENV=production, is then enough for guests to come in")
            .fix(Fix::manual("remove the module, or add it only where NODE_ENV is not production"));
    }
    loaded(cx, &told, findings)
}

/// Where code of a backend loads it in a way that is not followed: from a list of imports, by a loader of features.
fn loaded(cx: &Context<'_>, told: &BTreeSet<Arc<str>>, findings: &mut Findings) -> Ran {
    for module in cx.code()?.modules().filter(|module| in_code::is_of_backend(&module.path)) {
        let path = &*module.path;
        if told.iter().any(|known| **known == *path)
            || in_code::is_for_development(path)
            || path.contains(".test.")
        {
            continue;
        }
        let Some(file) = cx.repository().files.get(path) else { continue };
        let mut start = 0;
        for line in module.text().split_inclusive('\n') {
            let code = line.trim_start();
            let imports = line.find(PACKAGE).filter(|at| line[..*at].contains("import("));
            let at = imports
                .filter(|_| !code.starts_with("//") && !code.starts_with('*') && !line.contains("NODE_ENV"));
            if let Some(at) = at {
                findings
                    .at(&file.place(start + at, start + at + PACKAGE.len()), "the backend loads the guest provider")
                    .confidence(Confidence::Medium)
                    .why("one key of the configuration, or an image without NODE_ENV=production, is then enough for guests to come in")
                    .fix(Fix::manual("remove the module, or load it only where NODE_ENV is not production"));
                break;
            }
            start += line.len();
        }
    }
    Ok(())
}
