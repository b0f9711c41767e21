use super::policies;
use crate::code::ast::ExprKind;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Whom the guest provider signs in, unless it is told.
const GUEST: &str = "user:development/guest";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let policies = policies::all(cx.code()?);
    if policies.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    let guests: Vec<String> = cx
        .settings("auth.providers.guest")?
        .filter(|setting| !setting.item.is_null())
        .map(|setting| match setting.item.get("userEntityRef") {
            None => GUEST.to_owned(),
            Some(written) => written.as_str().unwrap_or_default().to_lowercase(),
        })
        .collect();
    if guests.is_empty() {
        return Err(Skip::because("no guest provider is configured here"));
    }
    let mut seen = Vec::new();
    for module in policies.iter().map(|policy| policy.module) {
        if seen.contains(&&*module.path) {
            continue;
        }
        seen.push(&module.path);
        let mut first = None;
        let mut is_known = false;
        module.walk(&mut |expr| {
            if let ExprKind::String(text) = &expr.kind {
                let text = text.to_lowercase();
                is_known |= guests.contains(&text);
                if matches!(&*text, "user:default/guest" | "user:guest") {
                    first.get_or_insert((expr.span, text));
                }
            }
        });
        if let Some((span, text)) = first
            && !is_known
            && guests.iter().all(|guest| !guest.is_empty())
        {
            findings
                .at(
                    &module.place(span),
                    format!(
                        "the policy knows the guest as `{text}`, the guest provider signs in `{}`",
                        guests[0]
                    ),
                )
                .confidence(Confidence::Medium)
                .why("what is meant for guests is never applied to them: they are taken for anybody else")
                .fix(Fix::manual(format!(
                    "compare with `{}`, or set `auth.providers.guest.userEntityRef`",
                    guests[0]
                )));
        }
    }
    Ok(())
}
