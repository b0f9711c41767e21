use super::entrance::open_to_all;
use super::services;
use crate::fix::Fix;
use crate::kube::{Teller, written};
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, File, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

const WHY: &str =
    "the cloud gives it a public address, and everybody gets to the sign-in page and what is behind it";
const FIX: &str = "use ClusterIP behind an ingress, an internal load balancer, or `loadBalancerSourceRanges`";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let in_values = values(cx, findings);
    let manifests = match cx.deployed() {
        Ok(manifests) => manifests,
        Err(_) if in_values => return Ok(()),
        Err(Skip(reason)) => return Err(Skip(reason)),
    };
    let mut tell = Teller::new(findings);
    for service in services(manifests) {
        let Some(spec) = service.root.get("spec") else { continue };
        let Some(open) = open_to_all(spec, service.root.at("metadata.annotations")) else { continue };
        let message = format!("{} is a load balancer that is open to every address", service.label());
        if let Some(report) = tell.at(service, written(open), Severity::High, message) {
            report.why(WHY).fix(Fix::manual(FIX));
        }
    }
    Ok(())
}

/// Values of charts that are not here, of what lets people in: an ingress controller, or the portal's own chart.
fn values(cx: &Context<'_>, findings: &mut Findings) -> bool {
    let charts = crate::helm::charts(&cx.repository().files);
    let mut looked = false;
    for file in cx.repository().files.iter().filter(|file| is_values(file)) {
        // Those of a chart that is here are seen in what it makes.
        if charts.iter().any(|chart| &*chart.folder == file.folder()) {
            continue;
        }
        let Some(tree) = file.tree().filter(|tree| tree.get("apiVersion").is_none()) else { continue };
        let mut services = tree.find("**.controller.service");
        services.extend(tree.find("**.backstage.service"));
        services.extend(tree.get("backstage").and(tree.get("service")).map(|item| (String::new(), item)));
        for (_, service) in services {
            looked = true;
            let Some(open) = open_to_all(service, service.get("annotations")) else { continue };
            findings
                .at(written(open), "the chart makes a load balancer that is open to every address")
                .confidence(Confidence::Medium)
                .why(WHY)
                .fix(Fix::manual(FIX));
        }
    }
    looked
}

fn is_values(file: &File) -> bool {
    let name = file.name().to_ascii_lowercase();
    let is_yaml = matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml")));
    let in_skeleton = file.path.split('/').any(|part| matches!(part, "skeleton" | "skeletons" | "content"));
    is_yaml && name.contains("values") && !in_skeleton
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Files;

    fn open(yaml: &str) -> Option<u32> {
        let files = Files::of_texts([("a.yaml", yaml)]);
        let tree = files.get("a.yaml").and_then(File::tree).expect("YAML");
        open_to_all(tree, tree.get("annotations")).map(|item| item.place.line)
    }

    #[test]
    fn open_is_told_from_inside() {
        assert_eq!(open("type: LoadBalancer"), Some(1));
        assert_eq!(open("type: ClusterIP"), None);
        assert_eq!(open("type: LoadBalancer\nloadBalancerSourceRanges: [10.0.0.0/8]"), None);
        assert_eq!(open("type: LoadBalancer\nloadBalancerSourceRanges: []"), Some(1));
        assert_eq!(open("type: LoadBalancer\nloadBalancerSourceRanges:\n  - 0.0.0.0/0"), Some(3));
        assert_eq!(open("type: LoadBalancer\nloadBalancerClass: tailscale"), None);
    }

    #[test]
    fn the_controller_of_aws_is_internal_unless_told() {
        let with = |lines: &str| open(&format!("type: LoadBalancer\nannotations:\n{lines}"));
        let name = "service.beta.kubernetes.io/aws-load-balancer";
        assert_eq!(with(&format!("  {name}-type: external\n")), None);
        assert_eq!(with(&format!("  {name}-type: external\n  {name}-scheme: internet-facing\n")), Some(4));
        assert_eq!(with(&format!("  {name}-type: nlb\n")), Some(1));
        assert_eq!(with(&format!("  {name}-internal: 'false'\n")), Some(1));
        assert_eq!(with(&format!("  {name}-internal: 0.0.0.0/0\n")), None);
    }

    #[test]
    fn values_are_told_by_their_name() {
        let files =
            Files::of_texts([("a/values.yaml", ""), ("values-eks.yml", ""), ("x/skeleton/values.yaml", "")]);
        let is = |path: &str| files.get(path).is_some_and(is_values);
        assert!(is("a/values.yaml") && is("values-eks.yml") && !is("x/skeleton/values.yaml"));
    }
}
