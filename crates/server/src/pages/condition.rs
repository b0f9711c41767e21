//! A policy's condition in words.

use model::{AttrTest, EntityRef, Predicate, RowTest, ValueTest};

use super::Text;

/// Longest condition shown, in characters.
const LONGEST: usize = 600;
/// Most values named in one list.
const MOST_NAMED: usize = 6;

/// What a predicate asks, for people: `kind is component or api, and owner is team-a`.
pub fn in_words(predicate: &Predicate) -> Text {
    Text::clipped(&words(predicate, false), LONGEST)
}

/// `nested` says that the words stand within others and need brackets where they are a list.
fn words(predicate: &Predicate, nested: bool) -> String {
    match predicate {
        Predicate::All(parts) if parts.is_empty() => "always".to_owned(),
        Predicate::Any(parts) if parts.is_empty() => "never".to_owned(),
        Predicate::All(parts) => list(parts, ", and ", nested),
        Predicate::Any(parts) => list(parts, ", or ", nested),
        Predicate::Not(part) => match &**part {
            Predicate::Attr(test) => attribute(test, true),
            Predicate::Row(test) => row(test, true),
            part => format!("not ({})", words(part, false)),
        },
        Predicate::Attr(test) => attribute(test, false),
        Predicate::Row(test) => row(test, false),
    }
}

fn list(parts: &[Predicate], between: &str, nested: bool) -> String {
    let parts: Vec<String> = parts.iter().map(|part| words(part, true)).collect();
    let joined = parts.join(between);
    if nested && parts.len() > 1 { format!("({joined})") } else { joined }
}

fn attribute(test: &AttrTest, negated: bool) -> String {
    let is = if negated { "is not" } else { "is" };
    let has = if negated { "it has no" } else { "it has the" };
    let there = if negated { "is not set" } else { "is set" };
    match test {
        AttrTest::Ref(refs) => format!("it {is} {}", refs_named(refs)),
        AttrTest::Kind(kinds) => format!("kind {is} {}", named(kinds)),
        AttrTest::Namespace(namespaces) => format!("namespace {is} {}", named(namespaces)),
        AttrTest::Name(names) => format!("name {is} {}", named(names)),
        AttrTest::Owner(owners) => format!("owner {is} {}", refs_named(owners)),
        AttrTest::Label(key, value) => pair(has, "label", key, value.as_deref()),
        AttrTest::Annotation(key, value) => pair(has, "annotation", key, value.as_deref()),
        AttrTest::Tag(tag) => format!("{has} tag {tag}"),
        AttrTest::Type(types) if types.is_empty() => format!("type {there}"),
        AttrTest::Type(types) => format!("type {is} {}", named(types)),
        AttrTest::Lifecycle(stages) if stages.is_empty() => format!("lifecycle {there}"),
        AttrTest::Lifecycle(stages) => format!("lifecycle {is} {}", named(stages)),
        AttrTest::System(systems) if systems.is_empty() => format!("system {there}"),
        AttrTest::System(systems) => format!("system {is} {}", refs_named(systems)),
    }
}

fn row(test: &RowTest, negated: bool) -> String {
    let keys: Vec<&str> = test.keys.iter().map(model::Folded::as_str).collect();
    let keys = named(&keys);
    let not = if negated { "not " } else { "" };
    match &test.test {
        ValueTest::Exists => format!("{keys} is {not}set"),
        ValueTest::In(values) => {
            let values: Vec<&str> = values.iter().map(model::Folded::as_str).collect();
            format!("{keys} is {not}{}", named(&values))
        }
        ValueTest::Prefix(start) if negated => format!("{keys} does not start with {}", start.as_str()),
        ValueTest::Prefix(start) => format!("{keys} starts with {}", start.as_str()),
        ValueTest::Contains(part) if negated => format!("{keys} does not contain {}", part.as_str()),
        ValueTest::Contains(part) => format!("{keys} contains {}", part.as_str()),
    }
}

fn pair(has: &str, what: &str, key: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{has} {what} {key} = {value}"),
        None => format!("{has} {what} {key}"),
    }
}

fn refs_named(refs: &[EntityRef]) -> String {
    named(&refs.iter().map(EntityRef::as_str).collect::<Vec<_>>())
}

/// `a`, `a or b`, `a, b or c`, and no more than a few of many.
fn named<S: AsRef<str>>(values: &[S]) -> String {
    let mut shown: Vec<String> =
        values.iter().take(MOST_NAMED).map(|value| value.as_ref().to_owned()).collect();
    if values.len() > shown.len() {
        shown.push(format!("{} others", values.len() - shown.len()));
    }
    match shown.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs(texts: &[&str]) -> Vec<EntityRef> {
        texts.iter().map(|text| text.parse().expect("a ref")).collect()
    }

    #[test]
    fn conditions_read_as_sentences() {
        let kind = |kind: &str| Predicate::Attr(AttrTest::Kind(vec![kind.to_owned()]));
        let owner = Predicate::Attr(AttrTest::Owner(refs(&["group:default/a", "user:default/ada"])));
        let words = |predicate: Predicate| in_words(&predicate).as_str().to_owned();
        assert_eq!(words(Predicate::TRUE), "always");
        assert_eq!(words(Predicate::FALSE), "never");
        assert_eq!(
            words(Predicate::Any(vec![
                Predicate::Not(Box::new(kind("resource"))),
                Predicate::All(vec![kind("resource"), owner]),
            ])),
            "kind is not resource, or (kind is resource, and owner is group:default/a or user:default/ada)"
        );
        assert_eq!(
            words(Predicate::Not(Box::new(Predicate::Any(vec![kind("a"), kind("b")])))),
            "not (kind is a, or kind is b)"
        );
        assert_eq!(words(Predicate::equals("spec.type", "Service")), "spec.type is service");
        assert_eq!(words(Predicate::Attr(AttrTest::System(Vec::new()))), "system is set");
        assert_eq!(
            words(Predicate::Not(Box::new(Predicate::Attr(AttrTest::Label(
                "tier".to_owned(),
                Some("1".to_owned())
            ))))),
            "it has no label tier = 1"
        );
    }

    #[test]
    fn long_lists_are_cut() {
        let kinds: Vec<String> = (0..9).map(|n| format!("k{n}")).collect();
        let text = in_words(&Predicate::Attr(AttrTest::Kind(kinds)));
        assert_eq!(text.as_str(), "kind is k0, k1, k2, k3, k4, k5 or 3 others");
    }
}
