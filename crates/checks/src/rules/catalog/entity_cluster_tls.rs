use crate::catalog_files::entities;
use crate::fix::{Edit, Fix};
use crate::rule::Skip;
use crate::rules::http::{host, is_loopback};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::ClusterTls, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut any = false;
    for entity in entities(&cx.repository().files) {
        any = true;
        if !entity.kind.eq_ignore_ascii_case("resource") || entity.of_type() != Some("kubernetes-cluster") {
            continue;
        }
        for (name, item) in entity.annotations() {
            let plain = item.as_str().is_some_and(|url| {
                url.to_ascii_lowercase().starts_with("http://")
                    && !host(url).is_some_and(|host| is_loopback(&host))
            });
            match name {
                "kubernetes.io/skip-tls-verify" if item.is_true() => {
                    findings
                        .at(item.key_place(), format!("the cluster `{}` is not to be verified", entity.name()))
                        .why("before 1.55 the plugin does what the entity says, and sends its token to whoever answers; since then it needs `dangerouslyAllowSkipTLSVerify`")
                        .fix(Fix::suggested(
                            "remove the annotation, and give the authority in `kubernetes.io/api-server-certificate-authority`",
                            vec![Edit::remove(item)],
                        ));
                }
                "kubernetes.io/api-server" if plain => {
                    findings
                        .at(&item.place, format!("the cluster `{}` is called over plain http", entity.name()))
                        .why("before 1.55 the plugin sends its token there in the clear; since then it refuses the cluster")
                        .fix(Fix::manual("write the https address of the API server"));
                }
                _ => {}
            }
        }
    }
    if any { Ok(()) } else { Err(Skip::because("no entity here")) }
}
