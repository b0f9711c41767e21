use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            let tag = match call.name() {
                Some("fromEcrRepository") => {
                    call.arg(1).filter(|tag| tag.text().as_deref() == Some("latest"))
                }
                Some("fromRegistry") => call.arg(0).filter(|image| {
                    image.text().is_some_and(|image| {
                        let name = image.rsplit('/').next().unwrap_or_default();
                        !image.contains('@') && (name.ends_with(":latest") || !name.contains(':'))
                    })
                }),
                _ => None,
            };
            if let Some(tag) = tag {
                findings
                    .at(&tag.place(), "the image is whatever was pushed last")
                    .why("a restart may bring another program, and nobody can say which one ran")
                    .fix(Fix::manual("deploy by version or digest"));
            }
        }
    }
    Ok(())
}
