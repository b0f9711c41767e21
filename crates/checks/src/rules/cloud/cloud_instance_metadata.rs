use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const WHY: &str = "a plugin or a proxy that is made to fetch an address fetches the machine's credentials: the first version of the service asks for no token";
const FIX: &str = "set `http_tokens = \"required\"` in `metadata_options`";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for machine in super::resources(cx, &["aws_instance", "aws_launch_template"])? {
        let said = super::decided(cx, machine, "metadata_options.http_tokens");
        for item in said.iter().filter(|item| item.as_str() == Some("optional")) {
            findings
                .at(
                    item.key_place(),
                    format!("`{}` hands out its credentials without a token", machine.label()),
                )
                .why(WHY)
                .fix(Fix::manual(FIX));
        }
        // What is not said is decided by the image.
        let is_off = machine.at("metadata_options.http_endpoint").is_some();
        if said.is_empty() && !is_off && machine.at("launch_template").is_none() && machine.at("?").is_none()
        {
            findings
                .at(
                    &machine.kind_place,
                    format!(
                        "nothing says that `{}` asks for a token before it hands out its credentials",
                        machine.label()
                    ),
                )
                .severity(Severity::Low)
                .confidence(Confidence::Medium)
                .why(WHY)
                .fix(Fix::manual(FIX));
        }
    }
    Ok(())
}
