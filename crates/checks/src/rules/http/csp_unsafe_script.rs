use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::High, serve: Serve::Refuses, check };

const DIRECTIVES: &[&str] = &[
    "script-src",
    "scriptSrc",
    "script-src-elem",
    "scriptSrcElem",
    "script-src-attr",
    "scriptSrcAttr",
    "default-src",
    "defaultSrc",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for directive in DIRECTIVES {
        for setting in cx.settings(&format!("backend.csp.{directive}"))? {
            for source in setting.item.one_or_many() {
                let Some(text) = source.literal().map(|text| text.trim().to_ascii_lowercase()) else {
                    continue;
                };
                let inline = text.contains("'unsafe-inline'") || text == "unsafe-inline";
                let eval = text.contains("'unsafe-eval'") || text == "unsafe-eval";
                let (severity, why) = match (inline, eval) {
                    (true, _) => {
                        (Severity::High, "an injected script runs: this takes away what the policy is for")
                    }
                    // The default has it for scripts: said again it widens nothing, but it is there to be looked at.
                    (false, true) if directive.starts_with("script") => (
                        Severity::Low,
                        "text can become code; the reference's own default has it, so that it has to be tried whether the app's plugins work without",
                    ),
                    (false, true) => {
                        (Severity::High, "text can become code for everything that this directive bounds")
                    }
                    (false, false) => continue,
                };
                findings
                    .at(
                        &source.place,
                        format!("`{directive}` allows {}", if inline { "inline scripts" } else { "`eval`" }),
                    )
                    .severity(setting.severity(severity))
                    .why(why)
                    .fix(if inline {
                        Fix::suggested(
                            "take it off the list; allow single scripts by their hash",
                            vec![Edit::remove(source)],
                        )
                    } else {
                        // Forms of the scaffolder, and pages of APIs, may need it: nothing to take off unseen.
                        Fix::manual("take it off the list, and try the app's pages without it")
                    })
                    .evidence(setting.evidence());
            }
        }
    }
    Ok(())
}
