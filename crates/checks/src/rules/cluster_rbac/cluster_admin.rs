use crate::fix::Fix;
use crate::kube::{Object, Teller, written};
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Critical,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = &cx.repository().manifests;
    if manifests.objects.is_empty() {
        return Err(Skip::because("no Kubernetes manifest here"));
    }
    let accounts = manifests.accounts();
    let mut tell = Teller::new(findings);
    let kinds = ["ClusterRoleBinding", "RoleBinding"];
    for binding in manifests.objects.iter().filter(|object| kinds.contains(&object.kind.as_ref())) {
        let Some(role) = binding.root.at("roleRef.name") else { continue };
        let Some(who) = subject(binding) else { continue };
        let is_portal = binding.belongs.is_portal() || accounts.contains(who.name);
        let in_namespace = &*binding.kind == "RoleBinding";
        if let Some(name) = role.as_str().filter(|name| matches!(*name, "admin" | "edit")) {
            if !in_namespace && is_portal {
                of_all_namespaces(&mut tell, binding, role, name, &who);
            }
            continue;
        }
        if role.as_str() != Some("cluster-admin") {
            continue;
        }
        if in_namespace && !is_portal {
            continue;
        }
        let message = format!("{} makes {} cluster-admin", binding.label(), who.label());
        let Some(report) = tell.at(binding, written(role), Severity::Critical, message) else { continue };
        // What shares the portal's cluster and is everything there is the portal's concern, whoever it belongs to.
        let severity = if in_namespace { Severity::High } else { Severity::Critical };
        let severity = severity.less(u8::from(binding.is_development()));
        let why = if is_portal {
            "who gets the portal to run a request gets the whole cluster, its secrets and nodes"
        } else if who.is_wide {
            "every pod that runs with this account, which need only be started, has the whole cluster"
        } else {
            "who gets into it has the whole cluster, the portal in it and its secrets"
        };
        report.severity(severity).why(why).fix(Fix::manual("bind a role that holds just what it does"));
    }
    Ok(())
}

/// Reports one of the roles of Kubernetes that are meant for one namespace, bound in all.
fn of_all_namespaces(tell: &mut Teller<'_>, binding: &Object, role: &Item, name: &str, who: &Who<'_>) {
    let message = format!("{} makes {} `{name}` of every namespace", binding.label(), who.label());
    if let Some(report) = tell.at(binding, written(role), Severity::Critical, message) {
        report
            .severity(Severity::Critical.less(u8::from(name == "edit") + u8::from(binding.is_development())))
            .why("it reads the Secrets of every namespace and changes what runs there, as every account of them")
            .fix(Fix::manual("bind a role that holds just what the portal's plugins read"));
    }
}

/// Whom a binding is for.
struct Who<'a> {
    name: &'a str,
    kind: &'a str,
    /// Whether many are meant: a namespace's default account, all accounts, everybody.
    is_wide: bool,
}

impl Who<'_> {
    fn label(&self) -> String {
        match self.kind {
            "ServiceAccount" => format!("the service account `{}`", self.name),
            _ => format!("the group `{}`", self.name),
        }
    }
}

/// The first subject that is a program, or a group that programs or strangers are in. People are somebody else's matter.
fn subject(binding: &Object) -> Option<Who<'_>> {
    binding.root.get("subjects").map(Item::items).unwrap_or_default().iter().find_map(|subject| {
        let kind = subject.get("kind")?.as_str()?;
        let name = subject.get("name")?.as_str()?;
        let is_group = kind == "Group"
            && (name.starts_with("system:serviceaccounts")
                || matches!(name, "system:authenticated" | "system:unauthenticated"));
        let is_account = kind == "ServiceAccount";
        (is_group || is_account).then_some(Who { name, kind, is_wide: is_group || name == "default" })
    })
}
