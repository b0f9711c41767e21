//! `catalog.rules`: which kinds a location may bring in. Rules only ever add.

use model::LocationRef;
use serde_json::Value;
use untrusted::glob::{GlobError, TextGlob};

/// One rule: kinds, and the locations they are allowed from.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The kinds it allows.
    pub allow: Vec<AllowedKind>,
    /// Where from; `None` is anywhere, an empty list nowhere.
    pub locations: Option<Vec<LocationTest>>,
}

/// A kind, perhaps narrowed to one `spec.type`. Compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedKind {
    /// The kind.
    pub kind: String,
    /// The type it is narrowed to.
    pub spec_type: Option<String>,
}

impl AllowedKind {
    /// A kind of any type.
    pub fn of_any_type(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), spec_type: None }
    }

    fn covers(&self, kind: &str, spec_type: Option<&str>) -> bool {
        same(&self.kind, kind)
            && self
                .spec_type
                .as_deref()
                .is_none_or(|wanted| spec_type.is_some_and(|found| same(wanted, found)))
    }
}

/// A test of an origin location.
#[derive(Clone, Debug)]
pub struct LocationTest {
    /// Location type it must have: `file`, `url`, …
    pub kind: String,
    /// What its target must be.
    pub target: TargetTest,
}

/// A test of a location's target.
#[derive(Clone, Debug)]
pub enum TargetTest {
    /// Any target of that type.
    Any,
    /// This text, case included.
    Exact(String),
    /// A pattern, case ignored, in which `*` also matches names that begin with a dot.
    Pattern(TextGlob),
}

impl TargetTest {
    /// Reads a pattern: `*` stays within one path segment, `**` does not.
    pub fn pattern(text: &str) -> Result<Self, GlobError> {
        TextGlob::parse(text).map(Self::Pattern)
    }
}

/// All rules of one configuration.
#[derive(Clone, Debug)]
pub struct Rules {
    rules: Vec<Rule>,
}

impl Default for Rules {
    /// What holds where `catalog.rules` is not set.
    fn default() -> Self {
        let allow = ["Component", "API", "Location"].map(AllowedKind::of_any_type).to_vec();
        Self { rules: vec![Rule { allow, locations: None }] }
    }
}

impl Rules {
    /// Rules as configured, in any order: they are joined by "or".
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { rules }
    }

    /// Adds the rules written beside one configured location.
    #[must_use]
    pub fn with_location(mut self, location: &LocationRef, allow: Vec<AllowedKind>) -> Self {
        let test = LocationTest {
            kind: location.kind().to_owned(),
            target: TargetTest::Exact(location.target().to_owned()),
        };
        self.rules.push(Rule { allow, locations: Some(vec![test]) });
        self
    }

    /// Whether an entity may come from a tree that starts at `origin`.
    pub fn allow(&self, entity: &Value, origin: &LocationRef) -> bool {
        let kind = entity.get("kind").and_then(Value::as_str).unwrap_or_default();
        let spec_type = entity.pointer("/spec/type").and_then(Value::as_str);
        self.rules.iter().any(|rule| {
            rule.locations.as_ref().is_none_or(|tests| tests.iter().any(|test| test.matches(origin)))
                && rule.allow.iter().any(|allowed| allowed.covers(kind, spec_type))
        })
    }
}

impl LocationTest {
    fn matches(&self, origin: &LocationRef) -> bool {
        self.kind == origin.kind()
            && match &self.target {
                TargetTest::Any => true,
                TargetTest::Exact(wanted) => wanted == origin.target(),
                TargetTest::Pattern(pattern) => pattern.matches(origin.target()),
            }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(text: &str) -> LocationRef {
        LocationRef::parse(text).expect("a location")
    }

    fn kinds(names: &[&str]) -> Vec<AllowedKind> {
        names.iter().copied().map(AllowedKind::of_any_type).collect()
    }

    #[test]
    fn defaults_leave_out_users_and_groups() {
        let rules = Rules::default();
        assert!(rules.allow(&json!({"kind": "component"}), &at("file:/a")));
        assert!(!rules.allow(&json!({"kind": "User"}), &at("file:/a")));
    }

    #[test]
    fn rules_of_a_location_add_to_the_rest() {
        let rules = Rules::default().with_location(&at("file:/org.yaml"), kinds(&["User"]));
        assert!(rules.allow(&json!({"kind": "User"}), &at("file:/org.yaml")));
        assert!(rules.allow(&json!({"kind": "API"}), &at("file:/org.yaml")));
        assert!(!rules.allow(&json!({"kind": "User"}), &at("file:/Org.yaml")), "exact means exact");
        assert!(!rules.allow(&json!({"kind": "User"}), &at("url:/org.yaml")));
    }

    #[test]
    fn a_kind_may_be_narrowed_to_a_type() {
        let database = AllowedKind { kind: "resource".into(), spec_type: Some("Database".into()) };
        let rules = Rules::new(vec![Rule { allow: vec![database], locations: None }]);
        assert!(rules.allow(&json!({"kind": "Resource", "spec": {"type": "database"}}), &at("file:/a")));
        assert!(!rules.allow(&json!({"kind": "Resource", "spec": {"type": "queue"}}), &at("file:/a")));
        assert!(!rules.allow(&json!({"kind": "Resource", "spec": {"type": 1}}), &at("file:/a")));
    }

    #[test]
    fn patterns_ignore_case_and_stay_within_a_segment() {
        let target = TargetTest::pattern("https://h/org/*/blob/main/**").expect("a pattern");
        let locations = Some(vec![LocationTest { kind: "url".into(), target }]);
        let rules = Rules::new(vec![Rule { allow: kinds(&["Template"]), locations }]);
        let template = json!({"kind": "Template"});
        assert!(rules.allow(&template, &at("url:https://h/ORG/.repo/blob/main/a/b.yaml")));
        assert!(!rules.allow(&template, &at("url:https://h/org/a/b/blob/main/x.yaml")));
    }

    #[test]
    fn an_empty_list_of_locations_is_nowhere() {
        let rules = Rules::new(vec![Rule { allow: kinds(&["API"]), locations: Some(vec![]) }]);
        assert!(!rules.allow(&json!({"kind": "API"}), &at("file:/a")));
    }
}
