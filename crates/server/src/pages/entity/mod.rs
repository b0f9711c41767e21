//! The page of one entity.

mod problem;
mod read;
mod relations;

use askama::Template;

pub use problem::Problem;
pub use read::Known;
pub(crate) use read::display_name;
pub use relations::{RelationGroup, group_relations};

use super::graph::Graph;
use super::{Frame, Href, Icon, RefLink, Text, Theme, When, assets, filters, paths};

/// One entity.
#[derive(Debug, Template)]
#[template(path = "entity.html")]
pub struct EntityPage {
    /// Surroundings.
    pub frame: Frame,
    /// Title, or else name.
    pub name: Text,
    /// Its canonical ref.
    pub entity_ref: Text,
    /// Kind as it is written, for example `Component`.
    pub kind: Text,
    /// The list of everything of that kind.
    pub kind_href: Href,
    /// `spec.type`; may be empty.
    pub type_: Text,
    /// `spec.lifecycle`; may be empty.
    pub lifecycle: Text,
    /// Who owns it.
    pub owners: Vec<RefLink>,
    /// The system or domain it is part of.
    pub parts_of: Vec<RefLink>,
    /// What it is.
    pub description: Text,
    /// What is wrong with it, and what to do.
    pub problems: Vec<Problem>,
    /// Its links.
    pub links: Vec<OutsideLink>,
    /// Its tags, each with the list of all that have it.
    pub tags: Vec<(Text, Href)>,
    /// Its labels.
    pub labels: Pairs,
    /// Its annotations.
    pub annotations: Pairs,
    /// Its relations, drawn; `None` if it has none.
    pub graph: Option<Graph>,
    /// Its relations, listed.
    pub relations: Vec<RelationGroup>,
    /// Where it came from.
    pub origin: Option<OutsideLink>,
    /// When that was last read.
    pub read: Option<When>,
    /// Where its source can be looked at.
    pub view_source: Option<Href>,
    /// Where its source can be changed.
    pub edit_source: Option<Href>,
    /// The entity as JSON.
    pub json: Href,
}

/// Something that its author meant as a link. It is one only if its address is harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideLink {
    /// What to read.
    pub text: Text,
    /// Where it leads; `None` shows the text alone.
    pub href: Option<Href>,
}

impl OutsideLink {
    /// A link titled `title` (the address itself, if that is empty) to `address`.
    pub fn new(title: &str, address: &str) -> Self {
        let href = Href::outside(address);
        let text = match (&href, title.trim().is_empty()) {
            (Some(_), false) => Text::short(title),
            (_, true) => Text::short(address),
            // What is refused as a link is shown whole, so that one sees why.
            (None, false) => Text::short(&format!("{title} ({address})")),
        };
        Self { text, href }
    }
}

/// Keys and values; a value that is an address is a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// What is shown.
    pub rows: Vec<(Text, OutsideLink)>,
    /// How many are only in the JSON, since they would fill the page.
    pub left_out: usize,
}

impl EntityPage {
    pub(crate) fn icon(&self) -> Icon {
        Icon::of_kind(&self.kind.as_str().to_lowercase())
    }

    pub(crate) fn metadata_count(&self) -> usize {
        self.labels.rows.len()
            + self.labels.left_out
            + self.annotations.rows.len()
            + self.annotations.left_out
    }

    /// Whether anything stands below its description.
    pub(crate) fn has_more(&self) -> bool {
        self.graph.is_some() || self.metadata_count() > 0
    }

    pub(crate) fn is_part(&self) -> bool {
        !self.parts_of.is_empty()
    }
}
