use super::{Reach, flagged, published, reach, resources};
use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

/// A kind of cluster, as resource or module.
struct Kind {
    /// The type of a resource, or what a module's source ends with.
    name: &'static str,
    /// The flag, what it is where the endpoint has a public address, and what it is unless said.
    flag: (&'static str, bool, bool),
    /// What names the addresses that may come.
    addresses: &'static [&'static str],
    /// Whether an empty list of them lets everybody in.
    of_none: bool,
}

const RESOURCES: &[Kind] = &[
    Kind {
        name: "aws_eks_cluster",
        flag: ("vpc_config.endpoint_public_access", true, true),
        addresses: &["vpc_config.public_access_cidrs"],
        of_none: true,
    },
    Kind {
        name: "azurerm_kubernetes_cluster",
        flag: ("private_cluster_enabled", false, false),
        addresses: &["api_server_access_profile.authorized_ip_ranges", "api_server_authorized_ip_ranges"],
        of_none: true,
    },
    Kind {
        name: "google_container_cluster",
        flag: ("private_cluster_config.enable_private_endpoint", false, false),
        addresses: &[
            "master_authorized_networks_config.cidr_blocks.cidr_block",
            "master_authorized_networks_config",
        ],
        of_none: false,
    },
];

const MODULES: &[Kind] = &[
    Kind {
        name: "terraform-aws-modules/eks/aws",
        flag: ("cluster_endpoint_public_access", true, false),
        addresses: &["cluster_endpoint_public_access_cidrs"],
        of_none: true,
    },
    // Since its version 21.
    Kind {
        name: "terraform-aws-modules/eks/aws",
        flag: ("endpoint_public_access", true, false),
        addresses: &["endpoint_public_access_cidrs"],
        of_none: true,
    },
    Kind {
        name: "Azure/aks/azurerm",
        flag: ("private_cluster_enabled", false, false),
        addresses: &["api_server_authorized_ip_ranges"],
        of_none: true,
    },
    Kind {
        name: "terraform-google-modules/kubernetes-engine/google",
        flag: ("enable_private_endpoint", false, false),
        addresses: &["master_authorized_networks"],
        of_none: true,
    },
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for kind in RESOURCES {
        for cluster in resources(cx, &[kind.name])? {
            judge(cx, cluster, kind, findings);
        }
    }
    for kind in MODULES {
        for cluster in published(cx, kind.name)? {
            judge(cx, cluster, kind, findings);
        }
    }
    Ok(())
}

fn judge<'a>(cx: &Context<'a>, cluster: &'a Block, kind: &Kind, findings: &mut Findings) {
    let (flag, wanted, by_default) = kind.flag;
    let public = flagged(cx, cluster, flag, wanted, by_default);
    if public.is_empty() {
        return;
    }
    let addresses = kind.addresses.iter().find_map(|path| cluster.at(path));
    let everybody = match reach(cx, addresses, kind.of_none) {
        Reach::Unsaid => None,
        Reach::Everybody(item) => Some(item),
        Reach::Some | Reach::Unknown => return,
    };
    for place in public {
        report(findings, place, format!("the API of `{}` answers the whole internet", cluster.label()));
    }
    if let Some(item) = everybody {
        report(
            findings,
            item.key_place(),
            format!("the API of `{}` names no addresses that may reach it", cluster.label()),
        );
    }
}

fn report(findings: &mut Findings, place: &Place, message: String) {
    findings
        .at(place, message)
        .why("a stolen token or a hole in the API is enough from anywhere; nothing of the network is in front of what runs the portal")
        .fix(Fix::manual("make the endpoint private, or name the addresses that may reach it"));
}
