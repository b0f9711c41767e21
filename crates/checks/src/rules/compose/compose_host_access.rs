use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for service in super::services(cx)? {
        let name = service.name;
        let item = service.item;
        let mut tell = |at: &Item, message: String, severity: Severity, fix: Fix| {
            findings
                .at(at.key_place(), message)
                .severity(service.severity(severity))
                .why("who gets into the container gets the machine with it")
                .fix(fix);
        };
        if let Some(flag) = item.get("privileged").filter(|flag| flag.is_true()) {
            tell(
                flag,
                format!("`{name}` is privileged"),
                Severity::High,
                Fix::suggested("remove it", vec![Edit::remove(flag)]),
            );
        }
        for key in ["network_mode", "pid", "ipc", "userns_mode"] {
            if let Some(mode) = item.get(key).filter(|mode| mode.as_str() == Some("host")) {
                tell(
                    mode,
                    format!("`{name}` shares the machine's {}", key.trim_end_matches("_mode")),
                    Severity::Medium,
                    Fix::suggested("remove it", vec![Edit::remove(mode)]),
                );
            }
        }
        for volume in item.get("volumes").map(Item::items).unwrap_or_default() {
            let source = volume
                .as_str()
                .and_then(|text| text.split(':').next())
                .or_else(|| volume.get("source").and_then(Item::as_str));
            if source.is_some_and(|source| source.ends_with("docker.sock")) {
                tell(
                    volume,
                    format!("`{name}` has the Docker socket"),
                    Severity::High,
                    Fix::manual(
                        "build docs in CI (`techdocs.builder: external`), so that nothing here needs it",
                    ),
                );
            } else if source == Some("/") {
                tell(
                    volume,
                    format!("`{name}` has the machine's whole disk"),
                    Severity::High,
                    Fix::manual("mount the folder that is needed"),
                );
            }
        }
        for capability in item.get("cap_add").map(Item::items).unwrap_or_default() {
            if capability.as_str().is_some_and(|name| {
                matches!(
                    name.trim_start_matches("CAP_"),
                    "SYS_ADMIN" | "ALL" | "NET_ADMIN" | "SYS_PTRACE" | "SYS_MODULE"
                )
            }) {
                tell(
                    capability,
                    format!("`{name}` has the capability {}", capability.as_str().unwrap_or_default()),
                    Severity::Medium,
                    Fix::suggested("remove it", vec![Edit::remove(capability)]),
                );
            }
        }
    }
    Ok(())
}
