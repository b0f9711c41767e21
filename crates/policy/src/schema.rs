//! The Cedar schema: what policy files can speak of. Actions come from the action table.

use std::fmt::Write as _;

use cedar_policy::Schema;

use crate::action::ACTIONS;

/// Types of principals and resources.
///
/// `ref`s are canonical (`kind:namespace/name`, lower case), and so are `kind`, `namespace`, `name`,
/// `owners`, `system` and `ownership`; everything else is exactly what the entity says. Labels and
/// annotations are tags: `resource.labels.hasTag("x") && resource.labels.getTag("x") == "y"`.
const TYPES: &str = r#"
entity Group in [Group];
entity User in [Group] { "ref": String, "ownership": Set<String> };
entity Service { "subject": String };
entity Labels tags String;
entity Annotations tags String;
entity Entity {
  "ref": String, "kind": String, "namespace": String, "name": String,
  "owners": Set<String>, "tags": Set<String>,
  "type"?: String, "lifecycle"?: String, "system"?: String,
  "labels": Labels, "annotations": Annotations,
};
entity Portal;
"#;

/// The schema as text, for documentation and editors.
pub fn schema_text() -> String {
    let mut text = TYPES.trim_start().to_owned();
    for action in ACTIONS {
        let (name, resource, summary) = (action.name(), action.cedar_resource, action.summary.trim());
        write!(
            text,
            "\n// {summary}\naction \"{name}\" appliesTo {{ principal: [User, Service], resource: [{resource}] }};\n"
        )
        .expect("writing to a string does not fail");
    }
    text
}

pub(crate) fn schema() -> Schema {
    let (schema, _) =
        Schema::from_cedarschema_str(&schema_text()).expect("the built-in schema is tested to be valid");
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_valid_and_knows_every_action() {
        let known: Vec<String> = schema().actions().map(|uid| uid.id().unescaped().to_owned()).collect();
        assert_eq!(known.len(), ACTIONS.len());
        for action in ACTIONS {
            assert!(known.iter().any(|name| name == action.name()), "{}", action.name());
        }
    }
}
