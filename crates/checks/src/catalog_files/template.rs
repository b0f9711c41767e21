//! Templates of the scaffolder: what they ask for, and what their steps do with it.

use crate::Item;
use crate::catalog_files::{Entity, entities};
use crate::repo::Files;

/// A template.
#[derive(Clone, Debug)]
pub(crate) struct Template<'a> {
    /// The entity.
    pub(crate) entity: Entity<'a>,
    /// What it asks for: the name, and the schema. On all pages, and in all branches of them.
    pub(crate) parameters: Vec<(&'a str, &'a Item)>,
}

/// A step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    /// What it calls.
    pub(crate) action: &'a str,
    /// All of it.
    pub(crate) item: &'a Item,
}

/// How deep branches of a form are followed.
const DEPTH: usize = 8;

/// The templates of a repository.
pub(crate) fn templates(files: &Files) -> impl Iterator<Item = Template<'_>> {
    entities(files).filter(|entity| entity.kind.eq_ignore_ascii_case("template")).map(|entity| {
        let mut parameters = Vec::new();
        for page in entity.item.at("spec.parameters").map(Item::one_or_many).unwrap_or_default() {
            properties(page, DEPTH, &mut parameters);
        }
        Template { entity, parameters }
    })
}

/// The properties of a schema, with those of its branches.
fn properties<'a>(schema: &'a Item, depth: usize, found: &mut Vec<(&'a str, &'a Item)>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (name, property) in schema.get("properties").into_iter().flat_map(Item::entries) {
        found.push((name, property));
        properties(property, depth, found);
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        for branch in schema.get(key).map(Item::items).unwrap_or_default() {
            properties(branch, depth, found);
        }
    }
    for key in ["then", "else", "if"] {
        if let Some(branch) = schema.get(key) {
            properties(branch, depth, found);
        }
    }
    for (_, branch) in schema.get("dependencies").into_iter().flat_map(Item::entries) {
        properties(branch, depth, found);
    }
}

impl<'a> Template<'a> {
    /// Its steps.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step<'a>> + use<'a> {
        let steps = self.entity.item.at("spec.steps").map(Item::items).unwrap_or_default();
        steps.iter().filter_map(|item| Some(Step { action: item.get("action")?.as_str()?, item }))
    }

    /// The schemas of a parameter; a form may ask for one in several branches.
    pub(crate) fn parameter<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'a Item> + use<'a, 't> {
        self.parameters.iter().filter(move |(other, _)| *other == name).map(|(_, schema)| *schema)
    }

    /// Those of the parameters that an expression uses whose values the user chooses freely.
    pub(crate) fn free_in(&self, text: &str) -> Vec<String> {
        let mut names = used(text, "parameters");
        names.retain(|name| {
            let mut schemas = self.parameter(name).peekable();
            schemas.peek().is_none() || schemas.any(is_free)
        });
        names
    }
}

/// Whether a schema leaves the value to the user. A choice, a pattern, a number, or one of the catalog's entities
/// does not; neither does a picker of repositories that is bound to owners.
fn is_free(schema: &Item) -> bool {
    let kind = schema.get("type").and_then(Item::as_str);
    let field = schema.get("ui:field").and_then(Item::as_str);
    let options = schema.get("ui:options");
    let bound = |key: &str| {
        options.and_then(|options| options.get(key)).is_some_and(|list| !list.one_or_many().is_empty())
    };
    let is_choice = schema.get("enum").is_some()
        || schema.get("const").is_some()
        || schema.get("pattern").is_some()
        || matches!(kind, Some("boolean" | "integer" | "number"));
    match field {
        _ if is_choice => false,
        Some("RepoUrlPicker") => !bound("allowedOwners") && !bound("allowedProjects"),
        Some(
            "EntityPicker" | "OwnerPicker" | "OwnedEntityPicker" | "MyGroupsPicker" | "MultiEntityPicker"
            | "EntityNamePicker" | "EntityTagsPicker",
        ) => false,
        _ => true,
    }
}

/// The names that expressions of a text read from an object: `parameters.name`, `parameters['name']`.
pub(crate) fn used(text: &str, object: &str) -> Vec<String> {
    let mut names = Vec::new();
    for expression in expressions(text) {
        for (at, _) in expression.match_indices(object) {
            let before = expression.get(..at).and_then(|text| text.chars().next_back());
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$')) {
                continue;
            }
            let rest = expression.get(at + object.len()..).unwrap_or_default();
            let quoted = rest.strip_prefix("['").or_else(|| rest.strip_prefix("[\""));
            let name: &str = match (rest.strip_prefix('.'), quoted) {
                (Some(rest), _) => {
                    let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'));
                    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
                }
                (None, Some(rest)) => rest.split(['\'', '"']).next().unwrap_or_default(),
                (None, None) => continue,
            };
            if !name.is_empty() && !names.iter().any(|other| other == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

/// What stands between `${{` and `}}`.
fn expressions(text: &str) -> impl Iterator<Item = &str> {
    text.split("${{").skip(1).map(|rest| rest.split("}}").next().unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_on_all_pages_and_in_branches() {
        let files = Files::of_texts([(
            "t.yaml",
            "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nspec:\n  parameters:\n    - properties:\n        a: {type: string}\n        b: {type: string, enum: [x]}\n      dependencies:\n        b: {oneOf: [{properties: {c: {type: string, ui:field: RepoUrlPicker, ui:options: {allowedOwners: [me]}}}}]}\n  steps:\n    - {action: debug:log}\n    - {id: none}\n",
        )]);
        let template = templates(&files).next().expect("a template");
        let names: Vec<&str> = template.parameters.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(template.steps().map(|step| step.action).collect::<Vec<_>>(), ["debug:log"]);
        let text = "https://${{ parameters.a }}/${{ (parameters['b'] | lower) }}/${{parameters.c}}/${{ parameters.unknown }}";
        assert_eq!(template.free_in(text), ["a", "unknown"]);
    }

    #[test]
    fn only_expressions_are_read() {
        assert!(used("parameters.a {{ parameters.b }}", "parameters").is_empty());
        assert_eq!(used("${{ my.parameters.a or parameters.b_c | x }}", "parameters"), ["b_c"]);
        assert_eq!(used("${{ secrets.token", "secrets"), ["token"]);
    }
}
