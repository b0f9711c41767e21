use serde_json::json;

use super::{Confinement, confinement, deployed, severity};
use crate::fix::Edit;
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in deployed(cx.deployed()?) {
        let Confinement::Absent(place) = confinement(container) else { continue };
        let object = container.pod.object;
        // Of what is not the portal's, what its pod says is enough.
        if !object.belongs.is_near() && container.is_confined() {
            continue;
        }
        // Whom it runs as, and where it writes, is the image's: `USER node` with `runAsNonRoot` alone does not start.
        let context = json!({
            "allowPrivilegeEscalation": false,
            "capabilities": { "drop": ["ALL"] },
            "seccompProfile": { "type": "RuntimeDefault" },
        });
        let edit = match container.context() {
            Some(empty) => Edit::set(empty, context),
            None => Edit::add(container.item, "securityContext", context),
        };
        let message = format!("{} has no security context", container.label());
        if let Some(report) = tell.at(object, place, severity(container, Severity::High), message) {
            report
                .why("it keeps default capabilities, a writable root and the right to gain more")
                .fix(object.fix("confine it; then say `runAsNonRoot` with the image's user as a number, and a read-only root with an `emptyDir` at /tmp", vec![edit]));
        }
    }
    Ok(())
}
