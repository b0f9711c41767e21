//! One entity in the list.

use model::{EntityRef, RefContext};
use serde_json::Value;

use crate::pages::entity::display_name;
use crate::pages::{Href, Icon, RefLink, Text};

/// Most tags shown in a row.
const MOST_TAGS: usize = 2;

/// One row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Title, display name, or else name.
    pub name: Text,
    /// Its page.
    pub href: Href,
    /// Kind as it is written, for example `Component`.
    pub kind: Text,
    /// `spec.type`; may be empty.
    pub type_: Text,
    /// Its first owner.
    pub owner: Option<RefLink>,
    /// `spec.lifecycle`; may be empty.
    pub lifecycle: Text,
    /// The system it is part of.
    pub system: Option<RefLink>,
    /// Its first tags, and how many more there are.
    pub tags: Text,
    /// What it is; gives way when there is no room.
    pub description: Text,
    icon: Icon,
}

impl Row {
    /// Reads a row from an entity as it is served.
    pub fn from_body(entity_ref: &EntityRef, body: &Value) -> Self {
        let metadata = &body["metadata"];
        let spec = &body["spec"];
        let text = |value: &Value| Text::short(value.as_str().unwrap_or_default());
        let name = display_name(body).unwrap_or(entity_ref.name());
        Self {
            name: Text::clipped(name, 64),
            href: Href::entity(entity_ref),
            kind: text(&body["kind"]),
            type_: text(&spec["type"]),
            owner: relation(body, "ownedBy", "group"),
            lifecycle: text(&spec["lifecycle"]),
            system: relation(body, "partOf", "system"),
            tags: tags(metadata),
            description: Text::short(metadata["description"].as_str().unwrap_or_default()),
            icon: Icon::of_kind(entity_ref.kind()),
        }
    }

    pub(crate) fn icon(&self) -> Icon {
        self.icon
    }
}

fn tags(metadata: &Value) -> Text {
    let all = metadata["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let shown: Vec<&str> = all.iter().filter_map(Value::as_str).take(MOST_TAGS).collect();
    let more = all.len() - shown.len();
    let more = if more == 0 { String::new() } else { format!(" +{more}") };
    Text::clipped(&format!("{}{more}", shown.join(", ")), 48)
}

/// The first target of a relation that is of the kind expected, or else (for owners) any.
fn relation(body: &Value, relation: &str, expected: &str) -> Option<RefLink> {
    let relations = body["relations"].as_array()?;
    let mut targets = relations
        .iter()
        .filter(|found| found["type"].as_str() == Some(relation))
        .filter_map(|found| EntityRef::parse(found["targetRef"].as_str()?, RefContext::default()).ok());
    let target = if expected == "group" {
        targets.next()?
    } else {
        targets.find(|target| target.kind() == expected)?
    };
    Some(RefLink::to(&target, Some(expected)))
}
