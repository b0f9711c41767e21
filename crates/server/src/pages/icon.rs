//! The icons of the sprite.

use std::fmt;

use askama::FastWritable;
use askama::filters::HtmlSafe;

use super::{Asset, Href, assets};

/// An icon of the sprite, drawn where it stands; always beside text that says the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Icon(&'static str);

impl Icon {
    /// The icon with this name in the sprite.
    pub(crate) fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Its address in the sprite, for use within another drawing.
    pub(crate) fn href(self) -> Href {
        assets::icons().href().at(self.0)
    }

    /// The icon for a kind of entity.
    pub(crate) fn of_kind(kind: &str) -> Self {
        Self(match kind {
            "component" => "component",
            "api" => "api",
            "resource" => "resource",
            "system" => "kind-system",
            "domain" => "domain",
            "group" => "group",
            "user" => "user",
            "template" => "template",
            "location" => "location",
            _ => "other",
        })
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Asset { path, .. } = assets::icons();
        write!(f, r#"<svg class="i" aria-hidden="true"><use href="{path}#{}"/></svg>"#, self.0)
    }
}

impl FastWritable for Icon {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(write!(to, "{self}")?)
    }
}

// The sprite's path is ours and the name is a literal of this crate: there is nothing to escape.
impl HtmlSafe for Icon {}
