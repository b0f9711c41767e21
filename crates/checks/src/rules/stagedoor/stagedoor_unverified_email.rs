use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in super::productions(cx)? {
        for (_, item) in production.root.find("stagedoor.signIn.unverifiedEmail.*") {
            let provider = item.literal().unwrap_or("a provider");
            findings
                .at(&item.place, format!("e-mail addresses of `{provider}` count though nobody verified them"))
                .why("who may write an address into a profile there, a colleague's for example, signs in here as that colleague")
                .fix(mended(item))
                .evidence([production.how.clone()]);
        }
    }
    Ok(())
}

fn mended(item: &Item) -> Fix {
    Fix::suggested(
        "have the provider say `email_verified`, or find people by an id (`userIdMatchingUserEntityAnnotation`), and remove this",
        vec![Edit::remove(item)],
    )
}
