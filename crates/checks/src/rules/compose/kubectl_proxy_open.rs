use super::compose_database_port::published;
use crate::fix::Fix;
use crate::image::{Command, Word};
use crate::kube::Pod;
use crate::rules::scripts::{self, Home};
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

const WHY: &str = "it asks nobody who they are and adds the credentials of its own kubeconfig or account to every request: who reaches the port is that account";
const FIX: &str = "leave `--address` and `--accept-hosts` away, and give the portal a service account with the rights it needs";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let scripts = scripts::with(*cx, &["kubectl"]);
    let pods = cx.deployed();
    let mut tell = |place: &Place, what: String, severity: Severity| {
        findings.at(place, what).severity(severity).why(WHY).fix(Fix::manual(FIX));
    };
    for script in scripts.iter().flatten() {
        for word in
            script.commands.iter().filter(|one| is_kubectl(one)).filter_map(|one| opens(one.program()))
        {
            let severity = if script.is_local && script.home != Home::Compose {
                Severity::Medium
            } else {
                Severity::High
            };
            tell(&word.place, format!("`kubectl proxy` answers everybody: `{}`", word.text), severity);
        }
    }
    for service in super::services(cx).unwrap_or_default() {
        // The port that such a service publishes.
        let of_image = service.image_name().is_some_and(|name| name.contains("kubectl"));
        let texts = [service.item.get("command"), service.item.get("entrypoint")];
        let all: Vec<Command> = texts.into_iter().flatten().flat_map(commands).collect();
        let mut is_proxy = false;
        for command in all.iter().filter(|command| of_image || is_kubectl(command)) {
            let Some(word) = opens(command.program()) else { continue };
            is_proxy = true;
            // What names the program is a script, which was looked at.
            if !is_kubectl(command) {
                tell(
                    &word.place,
                    format!("`kubectl proxy` answers everybody: `{}`", word.text),
                    Severity::High,
                );
            }
        }
        let ports = service.item.get("ports").map(Item::items).unwrap_or_default();
        for port in ports.iter().filter(|port| is_proxy && published(port).is_some()) {
            tell(
                &port.place,
                format!("`{}` publishes `kubectl proxy` on every interface", service.name),
                Severity::High,
            );
        }
    }
    for container in pods.iter().flat_map(|manifests| manifests.deployed_pods()).flat_map(Pod::containers) {
        let words: Vec<Word> = ["command", "args"]
            .iter()
            .filter_map(|key| container.item.get(key))
            .flat_map(Item::items)
            .filter_map(|item| {
                Some(Word { text: item.as_str()?.to_owned(), place: item.place.clone(), expands: false })
            })
            .collect();
        let of_image = container.image().is_some_and(|image| image.short().contains("kubectl"));
        let is_kubectl =
            of_image || words.iter().any(|word| word.text == "kubectl" || word.text.ends_with("/kubectl"));
        if let Some(word) = opens(&words).filter(|_| is_kubectl) {
            tell(
                &word.place,
                format!("{} answers everybody: `{}`", container.label(), word.text),
                container.severity(Severity::High),
            );
        }
    }
    match (scripts, pods) {
        (Err(_), Err(_)) => Err(Skip::because("no script, compose file or manifest here")),
        _ => Ok(()),
    }
}

/// The commands of a service's `command`, be it a text or a list.
fn commands(item: &Item) -> Vec<Command> {
    if item.as_str().is_some() {
        return crate::image::shell::of_item(item);
    }
    let words = item.items().iter().filter_map(|item| {
        Some(Word { text: item.as_str()?.to_owned(), place: item.place.clone(), expands: false })
    });
    let whole = Command { words: words.collect(), piped: false };
    let inside =
        item.items().iter().filter(|item| item.as_str().is_some_and(|text| text.contains("kubectl ")));
    [whole].into_iter().chain(inside.flat_map(crate::image::shell::of_item)).collect()
}

fn is_kubectl(command: &Command) -> bool {
    matches!(command.name(), "kubectl" | "oc")
}

/// The word of `kubectl proxy ..` that lets others in.
fn opens(words: &[Word]) -> Option<&Word> {
    let proxy = words.iter().position(|word| word.text == "proxy")?;
    let rest = words.get(proxy + 1..)?;
    let value = |at: usize, name: &str| {
        let word = rest.get(at)?;
        match word.text.strip_prefix(name)? {
            "" => rest.get(at + 1).map(|next| next.text.as_str()),
            with => with.strip_prefix('='),
        }
    };
    (0..rest.len()).find_map(|at| {
        let word = rest.get(at)?;
        let everywhere =
            value(at, "--address").is_some_and(|host| matches!(host, "0.0.0.0" | "::" | "[::]" | "0"));
        let all_hosts = value(at, "--accept-hosts").is_some_and(|hosts| {
            matches!(hosts.trim_matches(['\'', '"']), ".*" | "^.*$" | "^*$" | "*" | ".+" | "^.*" | ".")
        });
        (everywhere
            || all_hosts
            || matches!(word.text.as_str(), "--disable-filter" | "--disable-filter=true"))
        .then_some(word)
    })
}
