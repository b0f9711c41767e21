//! A ref where it appears on a page: short to read, whole on hover, a link where it leads somewhere.

use model::{EntityRef, RefContext};

use super::{Href, Icon, Text};

/// A reference to an entity, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefLink {
    /// What to read: the name, with its namespace and kind where they are not to be expected.
    pub label: Text,
    /// The canonical ref, or the text that is none.
    pub whole: Text,
    /// Kind, lower case; empty when the text is no ref.
    pub kind: Text,
    /// The entity's page; `None` when it is not there (for this viewer).
    pub href: Option<Href>,
}

impl RefLink {
    /// A link to `target`, leaving out the kind if it is `expected` and the namespace if it is the
    /// default one.
    pub fn to(target: &EntityRef, expected: Option<&str>) -> Self {
        Self { href: Some(Href::entity(target)), ..Self::unlinked(target, expected) }
    }

    /// The same without a link: the target is not in the catalog, or not for this viewer.
    pub fn unlinked(target: &EntityRef, expected: Option<&str>) -> Self {
        let mut label = String::new();
        if expected != Some(target.kind()) {
            label.push_str(target.kind());
            label.push(':');
        }
        if target.namespace() != "default" {
            label.push_str(target.namespace());
            label.push('/');
        }
        label.push_str(target.name());
        Self {
            label: Text::short(&label),
            whole: Text::new(target.as_str()),
            kind: Text::short(target.kind()),
            href: None,
        }
    }

    /// A link for a ref as it is written in a field, `expected` being the kind it leaves out; text
    /// that is no ref is shown as it is.
    pub fn written(raw: &str, context: RefContext<'_>) -> Self {
        let expected = context.kind.map(str::to_lowercase);
        match EntityRef::parse(raw, context) {
            Ok(target) => Self::to(&target, expected.as_deref()),
            Err(_) => {
                Self { label: Text::short(raw), whole: Text::short(raw), kind: Text::default(), href: None }
            }
        }
    }

    pub(crate) fn icon(&self) -> Icon {
        Icon::of_kind(self.kind.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_is_as_short_as_it_can_be() {
        let label = |text: &str, expected| {
            RefLink::to(&text.parse().expect("a ref"), expected).label.as_str().to_owned()
        };
        assert_eq!(label("group:default/team-a", Some("group")), "team-a");
        assert_eq!(label("group:ops/team-a", Some("group")), "ops/team-a");
        assert_eq!(label("user:default/ada", Some("group")), "user:ada");
        assert_eq!(label("user:default/ada", None), "user:ada");
    }

    #[test]
    fn what_is_no_ref_is_shown_and_not_linked() {
        let link = RefLink::written("::", RefContext { kind: Some("Group"), namespace: None });
        assert_eq!((link.label.as_str(), link.href), ("::", None));
        let link = RefLink::written("Team-A", RefContext { kind: Some("Group"), namespace: Some("ops") });
        assert_eq!(link.label.as_str(), "ops/team-a");
    }
}
