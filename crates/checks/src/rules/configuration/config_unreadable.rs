use crate::fix::Fix;
use crate::repo::Role;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = false;
    for file in cx
        .repository()
        .files
        .iter()
        .filter(|file| Role::of(file.name()).is_some() && !file.path.contains("skeleton"))
    {
        looked = true;
        let Some(text) = file.text() else {
            findings
                .at(&Place::whole(&file.path), "this configuration is not text that can be read")
                .why("Backstage cannot read it either, and nothing in it was checked")
                .fix(Fix::manual("write it as UTF-8 YAML"));
            continue;
        };
        let error = match file.documents() {
            Err(error) => Some(error),
            Ok(documents) => documents.iter().find_map(|document| document.as_ref().err()),
        };
        if let Some(error) = error {
            let at = error.mark.offset as usize;
            findings
                .at(
                    &Place::bytes(&file.path, text, at, at),
                    format!("this configuration cannot be read: {}", error.message),
                )
                .why("Backstage does not start with it, and nothing in it was checked")
                .fix(Fix::manual("mend the YAML; a key that stands twice is a mistake as well"));
        } else if file.trees().count() > 1 {
            findings
                .at(&Place::whole(&file.path), "this configuration holds several documents")
                .why("Backstage reads files of one document, and does not start with more")
                .fix(Fix::manual("make one document, or one file each"));
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no app-config here")) }
}
