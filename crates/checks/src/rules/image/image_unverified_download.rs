use crate::fix::Fix;
use crate::image::Instruction;
use crate::rules::downloads::{self, host, is_url};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images_and_beside()? {
        for one in image.stages.iter().flat_map(|stage| &stage.instructions) {
            match one.keyword.as_str() {
                "ADD" if one.flag("checksum").is_none() => added(one, findings),
                // What is beside the portal has its scripts looked at with all others.
                "RUN" if image.purpose.is_portal() => run(one, findings),
                _ => {}
            }
        }
    }
    Ok(())
}

fn added(add: &Instruction, findings: &mut Findings) {
    for word in add
        .sources()
        .iter()
        .filter(|word| is_url(&word.text) && word.text.rsplit_once('.').is_none_or(|(_, end)| end != "git"))
    {
        findings
            .at(&word.place, format!("ADD takes {} without a checksum", host(&word.text)))
            .why("whoever controls that host, or its next release, decides what is in the image")
            .fix(Fix::manual("write `ADD --checksum=sha256:..`"));
    }
}

fn run(run: &Instruction, findings: &mut Findings) {
    for download in downloads::unchecked(&run.commands) {
        let severity = if download.runs { Severity::Medium } else { Severity::Low };
        findings
            .at(download.place, download.message())
            .severity(severity)
            .why("whoever controls that host, or its next release, decides what is in the image")
            .fix(Fix::manual(
                "check it with `sha256sum -c` in the same step, or take it from a package or an image",
            ));
    }
}
