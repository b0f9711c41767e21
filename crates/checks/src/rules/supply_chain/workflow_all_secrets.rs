use crate::fix::Fix;
use crate::secret_names::is_secret;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

use super::workflow;

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// So many secrets in one environment are the portal's, not those of one tool.
const MANY: usize = 4;

/// The first secret among the variables of an environment, if there are many.
fn held(env: &Item) -> Option<(&Item, usize)> {
    let mut secrets = env
        .entries()
        .filter(|(name, value)| {
            is_secret(name) && value.as_str().is_some_and(|text| text.contains("secrets."))
        })
        .map(|(_, value)| value);
    let first = secrets.next()?;
    let count = secrets.count() + 1;
    (count >= MANY).then_some((first, count))
}

fn everywhere(first: &Item, count: usize, who: &str, findings: &mut Findings) {
    findings
        .at(first.key_place(), format!("{count} secrets are in the environment of {who}"))
        .why("what is installed and run there reads them too: a dependency's script, an action, a test")
        .fix(Fix::manual("set each in the `env` of the step that needs it"));
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        let mut places = Vec::new();
        workflow.root.walk(&mut |_, item| {
            let text = item.as_str().filter(|text| text.contains("${{")).map(str::to_ascii_lowercase);
            let bare: String = text.unwrap_or_default().split_whitespace().collect();
            if bare.contains("tojson(secrets)") {
                places.push(&item.place);
            }
        });
        for job in workflow.jobs() {
            if let Some(inherited) = job.get("secrets").filter(|secrets| secrets.as_str() == Some("inherit"))
            {
                findings
                    .at(inherited.key_place(), "all secrets of the repository are handed to another workflow")
                    .severity(Severity::Low)
                    .why("it gets every secret, also those that are added later for something else")
                    .fix(Fix::manual("name the secrets that it needs, one by one"));
            }
            let runs_several = job.get("steps").is_some_and(|steps| steps.items().len() > 1);
            if let Some((first, count)) = job.get("env").filter(|_| runs_several).and_then(held) {
                everywhere(first, count, "every step of the job", findings);
            }
        }
        if let Some((first, count)) = workflow.root.get("env").and_then(held) {
            everywhere(first, count, "every step of every job", findings);
        }
        for place in places {
            findings
                .at(place, "all secrets of the repository are handed over at once")
                .why("whatever runs there gets every secret, also those that are added later for something else")
                .fix(Fix::manual("name the secrets that it needs, one by one"));
        }
    }
    Ok(())
}
