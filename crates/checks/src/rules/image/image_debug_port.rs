use crate::fix::{Edit, Fix};
use crate::image::{Command, Word};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let effective = image.effective();
        for start in [effective.entrypoint, effective.cmd].into_iter().flatten() {
            for (word, flag) in start.commands.iter().flat_map(inspecting) {
                inspector(&word.place, flag, findings);
            }
        }
        if let Some((value, env)) = effective.env.get("NODE_OPTIONS") {
            for flag in value.split_whitespace().filter(|flag| is_inspector(flag)) {
                inspector(&env.place, flag, findings);
            }
        }
        for expose in image.instructions().filter(|one| one.keyword == "EXPOSE") {
            for word in expose
                .words
                .iter()
                .filter(|word| matches!(word.text.split('/').next(), Some("9229" | "9222" | "22")))
            {
                let fix = if expose.words.len() == 1 {
                    let edit = Edit::RemoveLines { place: expose.place.clone() };
                    Fix::suggested("remove the line", vec![edit])
                } else {
                    Fix::manual("remove the port")
                };
                findings
                    .at(
                        &word.place,
                        format!("the image names port {}, which is for debuggers and logins", word.text),
                    )
                    .severity(Severity::Low)
                    .why(
                        "platforms that publish what an image names open it to whoever reaches the container",
                    )
                    .fix(fix);
            }
        }
    }
    Ok(())
}

fn inspector(place: &Place, flag: &str, findings: &mut Findings) {
    let open = flag
        .split_once('=')
        .is_some_and(|(_, address)| address.starts_with("0.0.0.0") || address.starts_with("[::]"));
    let (severity, who) = if open {
        (Severity::High, "whoever reaches the port")
    } else {
        (Severity::Medium, "whoever is in the pod")
    };
    findings
        .at(place, format!("production runs with {flag}"))
        .severity(severity)
        .why(format!("{who} runs code in the backend: the inspector asks for no password"))
        .fix(Fix::manual("start the backend without the inspector"));
}

fn inspecting(command: &Command) -> Vec<(&Word, &str)> {
    command
        .words
        .iter()
        .filter(|word| is_inspector(&word.text))
        .map(|word| (word, word.text.as_str()))
        .collect()
}

fn is_inspector(flag: &str) -> bool {
    matches!(flag.split('=').next(), Some("--inspect" | "--inspect-brk" | "--inspect-wait" | "--debug"))
}
