use crate::fix::Fix;
use crate::image::packages;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        for one in image.instructions() {
            for word in one.commands.iter().flat_map(packages::of_system) {
                let Some(what) = meaning(&word.text) else { continue };
                findings
                    .at(&word.place, format!("the image that runs has {}, {what}", word.text))
                    .why("from a user without rights in the container, it is a step to root, or out of it")
                    .fix(Fix::manual(
                        "leave it out, and do what it was for while the image is built, or outside",
                    ));
            }
            if let Some(flag) = one.flag_word("security").filter(|flag| flag.text.ends_with("=insecure")) {
                findings
                    .at(&flag.place, "a build step runs with the host's rights")
                    .why("what the step runs is not confined to the build: it can change the machine that builds")
                    .fix(Fix::manual("do without `--security=insecure`"));
            }
            let socket =
                one.words.iter().find(|word| one.keyword == "VOLUME" && word.text.contains("docker.sock"));
            if let Some(word) = socket {
                findings
                    .at(&word.place, "the image asks for the socket of Docker")
                    .why("whoever may speak to it starts containers with the host's file system, as root")
                    .fix(Fix::manual("build docs and images outside the portal, and remove the volume"));
            }
        }
    }
    Ok(())
}

/// What a package is to an intruder.
fn meaning(package: &str) -> Option<&'static str> {
    match package.split('=').next().unwrap_or_default() {
        "sudo" | "doas" => Some("by which a user becomes root"),
        "openssh-server" | "dropbear" | "telnetd" => Some("by which people log in"),
        "docker" | "docker.io" | "docker-ce" | "docker-ce-cli" | "docker-cli" | "podman" | "containerd" => {
            Some("which is of use only with the rights of the host's Docker")
        }
        "nmap" | "netcat" | "netcat-openbsd" | "netcat-traditional" | "ncat" | "socat" | "tcpdump"
        | "nmap-ncat" => Some("a tool to look around the network"),
        _ => None,
    }
}
