//! `auth.providers.guest`: development alone.

use model::{EntityRef, RefContext};

use super::super::findings::{Findings, shown};
use super::GuestSettings;
use crate::ValueRef;

/// Who a guest is unless something is written.
const GUEST: &str = "user:development/guest";
/// Most groups of a guest.
const OWNERSHIP: usize = 100;

/// Reads `auth.providers.guest`. Refs are printed in full.
pub(super) fn guest(value: &ValueRef<'_>, findings: &mut Findings) -> Option<GuestSettings> {
    let written = value.at("userEntityRef");
    let text = findings.take(written.string()).unwrap_or(GUEST);
    let user = entity(&written, text, findings).filter(|found| {
        let is_user = found.kind() == "user";
        if !is_user {
            findings.push(
                written
                    .problem(format!("`{}` is no user", shown(text)))
                    .fix("write for example `user:default/guest`"),
            );
        }
        is_user
    })?;
    let written = value.at("ownershipEntityRefs");
    let texts = findings.take(written.strings());
    if texts.as_ref().is_some_and(|texts| texts.len() > OWNERSHIP) {
        findings.push(
            written.problem(format!("a guest owns as at most {OWNERSHIP} entities")).fix("name fewer groups"),
        );
        return None;
    }
    let ownership = match texts {
        None => vec![user.as_str().to_owned()],
        Some(texts) => texts
            .into_iter()
            .filter_map(|text| entity(&written, text, findings))
            .map(|found| found.as_str().to_owned())
            .collect(),
    };
    Some(GuestSettings { user: user.as_str().to_owned(), ownership })
}

fn entity(value: &ValueRef<'_>, text: &str, findings: &mut Findings) -> Option<EntityRef> {
    let found = EntityRef::parse(text, RefContext::default()).map_err(|error| {
        value
            .problem(format!("`{}` is no entity ref: {error}", shown(text)))
            .fix("write `kind:namespace/name`")
    });
    findings.keep(found)
}
