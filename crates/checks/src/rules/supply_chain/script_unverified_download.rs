use crate::fix::Fix;
use crate::rules::downloads;
use crate::rules::scripts::{self, Home};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Programs that take apart or install what was downloaded.
const OPENERS: &[&str] = &["unzip", "tar", "chmod", "dpkg", "rpm", "install", "apk", "installer"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for script in scripts::with(*cx, &["curl", "wget"])? {
        // Images have a rule of their own.
        if script.home == Home::Image || script.home == Home::Compose {
            continue;
        }
        let installs = script.commands.iter().any(|command| OPENERS.contains(&command.name()));
        for download in downloads::unchecked(&script.commands) {
            // What is only read, or kept as data, is nobody's program.
            if !download.runs && (!installs || script.is_local) {
                continue;
            }
            let severity =
                if download.runs && script.home == Home::Pipeline { Severity::Medium } else { Severity::Low };
            findings
                .at(download.place, download.message())
                .severity(severity.less(u8::from(script.is_local)))
                .why("whoever controls that host, or its next release, runs code here, with the credentials that the script has")
                .fix(Fix::manual("name a version and check its sum (`sha256sum -c`), or install it by a package manager"));
        }
    }
    Ok(())
}
