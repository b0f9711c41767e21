use crate::fix::{Edit, Fix};
use crate::image::{Dockerfile, Purpose, User};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images_and_made()? {
        let effective = image.effective();
        if effective.user != User::Root || !(image.purpose.is_portal() || image.is_started()) {
            continue;
        }
        let severity = match image.purpose {
            Purpose::Backend => Severity::High,
            Purpose::Frontend => Severity::Medium,
            _ => Severity::Low,
        };
        let why = match image.purpose {
            Purpose::Backend => {
                "whoever makes the backend run something is root in the container, and can change what it runs"
            }
            Purpose::Made => "so does every service that is made of the template",
            _ => "whoever gets into the server is root in the container, and can change what it serves",
        };
        let (place, message) = match (effective.user_word, image.base()) {
            (Some(word), _) => (&word.place, format!("the image runs as `{}`, which is root", word.text)),
            (None, Some((base, _))) => (
                &base.place,
                format!("the image runs as root: {} leaves it so, and no USER follows", base.written),
            ),
            (None, None) => (&image.last().from.place, "the image runs as root: no USER is set".to_owned()),
        };
        findings.at(place, message).severity(severity).why(why).fix(fix(image));
    }
    Ok(())
}

fn fix(image: &Dockerfile) -> Fix {
    let effective = image.effective();
    let node = image.base().filter(|(_, reference)| reference.is_library("node"));
    if let Some(word) = effective.user_word.filter(|_| node.is_some()) {
        return Fix::suggested(
            "run as the user node",
            vec![Edit::Replace { place: word.place.clone(), text: "node".into() }],
        );
    }
    if let Some((base, reference)) =
        image.base().filter(|(_, reference)| reference.name.contains("distroless/"))
    {
        if reference.digest.is_none() && effective.user_word.is_none() && !base.written.contains('$') {
            let text = format!("{}:nonroot", reference.name);
            return Fix::suggested(
                "take the nonroot variant",
                vec![Edit::Replace { place: base.place.clone(), text }],
            );
        }
        return Fix::manual("add `USER 65532`, or take the digest of the `:nonroot` variant");
    }
    match (node, effective.cmd.or(effective.entrypoint)) {
        (Some(_), Some(last)) if image.last().instructions.iter().any(|one| std::ptr::eq(one, last)) => {
            Fix::suggested(
                "run as the user node",
                vec![Edit::InsertBefore { place: last.place.clone(), text: "USER node".to_owned() }],
            )
        }
        _ => Fix::manual("end the last stage with `USER` and a user without rights"),
    }
}
