use crate::fix::Fix;
use crate::image::{Dockerfile, lifetime};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images_and_beside()? {
        let ended = |reference| lifetime::ended(reference, cx.repository().today.0);
        for (base, ended) in
            image.bases().into_iter().filter_map(|(base, reference)| Some((base, ended(reference)?)))
        {
            findings
                .at(
                    &base.place,
                    format!(
                        "the base {} is {}, which got its last fixes on {}",
                        base.written, ended.what, ended.on
                    ),
                )
                .severity(Severity::Medium.less(u8::from(!image.purpose.is_portal())))
                .why("advisories that were published since are not mended in it, and will not be")
                .fix(Fix::manual("move to a base that is maintained: Node.js 24 on Debian 13, for example"));
        }
        installed(*cx, image, findings);
    }
    Ok(())
}

/// Node.js that is installed on another base: by a variable that names its version, by `nvm`, from `NodeSource`.
fn installed(cx: Context<'_>, image: &Dockerfile, findings: &mut Findings) {
    let is_of_node = image.base().is_none_or(|(_, base)| base.short().starts_with("node"));
    if is_of_node || !image.purpose.is_portal() {
        return;
    }
    let found = image.instructions().find_map(|one| {
        let words = one.commands.iter().flat_map(|command| &command.words);
        let written = words.filter_map(|word| Some((&word.place, nodesource(&word.text)?)));
        let by_nvm = one.commands.iter().filter_map(|command| {
            let is_nvm = command.name() == "nvm" && command.has("install");
            command.operands().nth(1).filter(|_| is_nvm).map(|word| (&word.place, word.text.as_str()))
        });
        let named = one.pairs().into_iter().filter(|_| matches!(one.keyword.as_str(), "ENV" | "ARG"));
        let named = named.filter_map(|(name, value, word)| {
            let is_node =
                matches!(name, "NODE_VERSION" | "NODE_MAJOR" | "NODEJS_VERSION" | "NODE_MAJOR_VERSION");
            is_node.then_some((&word.place, value?))
        });
        let mut all = named.chain(by_nvm).chain(written);
        all.find_map(|(place, version)| {
            Some((place, lifetime::ended_node(version, cx.repository().today.0)?))
        })
    });
    if let Some((place, ended)) = found {
        findings
            .at(place, format!("the image gets {}, which got its last fixes on {}", ended.what, ended.on))
            .severity(Severity::Medium)
            .why("advisories that were published since are not mended in it, and will not be")
            .fix(Fix::manual("install a version that is maintained: Node.js 24, for example"));
    }
}

/// The version in an address of `NodeSource`: `https://deb.nodesource.com/setup_18.x`, `.. nodesource.com/node_18.x ..`.
fn nodesource(text: &str) -> Option<&str> {
    let rest = text.split_once("nodesource.com/")?.1;
    let rest = rest.split_once("setup_").or_else(|| rest.split_once("node_"))?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)
}
