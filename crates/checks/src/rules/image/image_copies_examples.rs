use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        for copy in image.instructions().filter(|one| matches!(one.keyword.as_str(), "COPY" | "ADD")) {
            let is_example = |text: &str| {
                let last = text.trim_end_matches(['/', '*']).rsplit('/').next().unwrap_or_default();
                matches!(last, "examples" | "example")
            };
            let Some(word) = copy.sources().iter().find(|word| is_example(&word.text)) else { continue };
            let what = "leave the examples out";
            let fix = if copy.sources().len() == 1 {
                Fix::suggested(what, vec![Edit::RemoveLines { place: copy.place.clone() }])
            } else {
                Fix::manual(what)
            };
            findings
                .at(&word.place, format!("the image has the examples: {}", word.text))
                .why("example users, groups and templates become real as soon as a catalog location names them")
                .fix(fix);
        }
    }
    Ok(())
}
