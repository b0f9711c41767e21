use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for key in ["backend.listen", "backend.listen.host"] {
        for setting in cx.settings(key)? {
            let Some(text) = setting.item.literal() else { continue };
            let is_all =
                text.starts_with("0.0.0.0") || text.starts_with("[::]") || matches!(text, "::" | "*");
            // Of what production replaces, machines of developers are left, with guests let in.
            let is_written_out = key == "backend.listen.host" && !setting.is_for_development();
            if !is_all || !(setting.is_effective() || is_written_out) {
                continue;
            }
            let local = match text.rsplit_once(':').filter(|_| key == "backend.listen") {
                Some((_, port)) => format!("127.0.0.1:{port}"),
                None => "127.0.0.1".to_owned(),
            };
            findings
                .at(&setting.item.place, "the backend listens on every interface of its machine")
                .confidence(Confidence::Medium)
                .why("beside a proxy on the same machine, everybody else on the network reaches it past that proxy; in a container it is what is needed")
                .fix(Fix::suggested("listen on loopback where a proxy stands on the same machine", vec![Edit::set(setting.item, local)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
