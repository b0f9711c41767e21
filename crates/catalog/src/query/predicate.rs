//! Filter predicates in JSON, as bodies and cursors carry them.

use model::{Folded, Predicate, RowTest, ValueTest};
use serde_json::{Map, Value};

use super::error::QueryError;
use crate::index::number_text;

/// Predicates within predicates.
const MAX_DEPTH: usize = 32;
/// Predicates, fields and values in one question.
const MAX_NODES: usize = 1_000;
/// Values in all `$in` lists of one question.
const MAX_VALUES: usize = 10_000;

/// A predicate together with the JSON it was read from, which cursors repeat.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub(super) json: Value,
    pub(super) predicate: Predicate,
}

impl Question {
    /// Reads a filter predicate.
    pub(super) fn parse(json: Value) -> Result<Self, QueryError> {
        let mut reader = Reader::default();
        let predicate = reader.predicate(&json, 0)?.simplified();
        Ok(Self { json, predicate })
    }

    /// Reads the older form that cursors may carry: `{key, values}`, `allOf`, `anyOf`, `not`.
    pub(super) fn parse_legacy(json: Value) -> Result<Self, QueryError> {
        let mut reader = Reader::default();
        let predicate = reader.legacy(&json, 0)?.simplified();
        Ok(Self { json, predicate })
    }
}

#[derive(Default)]
struct Reader {
    nodes: usize,
    values: usize,
}

fn invalid(at: &str) -> QueryError {
    let at = if at.is_empty() { String::new() } else { format!(" at {at:?}") };
    QueryError::input(format!("Invalid query: Validation error: Invalid{at}"))
}

fn unsupported(key: &str, value: &Value) -> QueryError {
    QueryError::input(format!(
        "Invalid filter predicate value for field {key:?}: expected a primitive value, $exists, $in, $hasPrefix, or $contains operator, but got {value}"
    ))
}

impl Reader {
    fn enter(&mut self, depth: usize) -> Result<(), QueryError> {
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return Err(QueryError::input(format!("Invalid query: nested deeper than {MAX_DEPTH} levels")));
        }
        if self.nodes > MAX_NODES {
            return Err(QueryError::input(format!("Invalid query: more than {MAX_NODES} conditions")));
        }
        Ok(())
    }

    fn predicate(&mut self, json: &Value, depth: usize) -> Result<Predicate, QueryError> {
        self.enter(depth)?;
        let map = match json {
            Value::Object(map) => map,
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {
                return Err(QueryError::input(format!(
                    "Invalid filter predicate: top-level primitive values are not supported. Wrap the value in a field expression, e.g. {{ \"kind\": {json} }}"
                )));
            }
            Value::Null | Value::Array(_) => return Err(invalid("")),
        };
        let Some(operator) = map.keys().find(|key| key.starts_with('$')) else {
            let fields = map.iter().map(|(key, value)| self.field(key, value, depth + 1));
            return Ok(Predicate::All(fields.collect::<Result<_, _>>()?));
        };
        if map.len() > 1 {
            return Err(invalid(operator));
        }
        let operand = &map[operator];
        match (operator.as_str(), operand) {
            ("$all", Value::Array(parts)) => Ok(Predicate::All(self.list(parts, depth)?)),
            ("$any", Value::Array(parts)) => Ok(Predicate::Any(self.list(parts, depth)?)),
            ("$not", operand) => Ok(Predicate::Not(Box::new(self.predicate(operand, depth + 1)?))),
            _ => Err(invalid(operator)),
        }
    }

    fn list(&mut self, parts: &[Value], depth: usize) -> Result<Vec<Predicate>, QueryError> {
        parts.iter().map(|part| self.predicate(part, depth + 1)).collect()
    }

    fn field(&mut self, key: &str, value: &Value, depth: usize) -> Result<Predicate, QueryError> {
        self.enter(depth)?;
        let row = |test| Ok(Predicate::row(key, test));
        let Value::Object(map) = value else {
            return match text_of(value) {
                Some(text) => row(ValueTest::In(vec![Folded::new(&text)])),
                None => Err(invalid(key)),
            };
        };
        let mut entries = map.iter();
        let (Some((operator, operand)), None) = (entries.next(), entries.next()) else {
            return Err(invalid(key));
        };
        match (operator.as_str(), operand) {
            ("$exists", Value::Bool(true)) => row(ValueTest::Exists),
            ("$exists", Value::Bool(false)) => {
                Ok(Predicate::Not(Box::new(Predicate::row(key, ValueTest::Exists))))
            }
            ("$in", Value::Array(values)) => row(ValueTest::In(self.values(key, values)?)),
            ("$hasPrefix", Value::String(prefix)) => row(ValueTest::Prefix(Folded::new(prefix))),
            ("$contains", Value::Object(relation)) if key == "relations" => self.relation(value, relation),
            ("$contains", Value::Object(_)) => Err(unsupported(key, value)),
            ("$contains", operand) => match text_of(operand) {
                Some(text) => row(ValueTest::In(vec![Folded::new(&text)])),
                None => Err(invalid(key)),
            },
            _ => Err(invalid(key)),
        }
    }

    fn values(&mut self, key: &str, values: &[Value]) -> Result<Vec<Folded>, QueryError> {
        self.values += values.len();
        if self.values > MAX_VALUES {
            return Err(QueryError::input(format!("Invalid query: more than {MAX_VALUES} values")));
        }
        let fold = |value: &Value| text_of(value).map(|text| Folded::new(&text)).ok_or_else(|| invalid(key));
        values.iter().map(fold).collect()
    }

    /// `{"relations": {"$contains": {"type": "ownedBy", "targetRef": …}}}`: one relation meets both.
    fn relation(&mut self, whole: &Value, relation: &Map<String, Value>) -> Result<Predicate, QueryError> {
        let known = relation.keys().all(|key| key == "type" || key == "targetRef");
        let (true, Some(Value::String(kind))) = (known, relation.get("type")) else {
            return Err(unsupported("relations", whole));
        };
        let key = format!("relations.{kind}");
        let test = match relation.get("targetRef") {
            None => ValueTest::Exists,
            Some(Value::Object(map)) if map.len() == 1 => match (map.get("$in"), map.get("$hasPrefix")) {
                (Some(Value::Array(values)), _) => ValueTest::In(self.values("relations", values)?),
                (_, Some(Value::String(prefix))) => ValueTest::Prefix(Folded::new(prefix)),
                _ => return Err(unsupported("relations", whole)),
            },
            Some(target) => {
                let text = text_of(target).ok_or_else(|| unsupported("relations", whole))?;
                ValueTest::In(vec![Folded::new(&text)])
            }
        };
        Ok(Predicate::row(&key, test))
    }

    fn legacy(&mut self, json: &Value, depth: usize) -> Result<Predicate, QueryError> {
        self.enter(depth)?;
        let wrong = || QueryError::input("Malformed cursor: Invalid filter");
        let map = json.as_object().ok_or_else(wrong)?;
        if let Some(key) = map.get("key").and_then(Value::as_str) {
            let test = match map.get("values") {
                None => ValueTest::Exists,
                Some(Value::Array(values)) => ValueTest::In(self.values(key, values)?),
                Some(_) => return Err(wrong()),
            };
            return Ok(Predicate::Row(RowTest { keys: vec![Folded::new(key)], test }));
        }
        if let Some(part) = map.get("not") {
            return Ok(Predicate::Not(Box::new(self.legacy(part, depth + 1)?)));
        }
        let (parts, list): (_, fn(Vec<Predicate>) -> Predicate) = match (map.get("anyOf"), map.get("allOf")) {
            (Some(Value::Array(parts)), _) => (parts, Predicate::Any),
            (_, Some(Value::Array(parts))) => (parts, Predicate::All),
            _ => return Err(wrong()),
        };
        let parts = parts.iter().map(|part| self.legacy(part, depth + 1));
        Ok(list(parts.collect::<Result<_, _>>()?))
    }
}

/// A text, number or truth as JavaScript's `String()` writes it.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => number_text(number.as_f64()).map(Into::into),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: &Value) -> Predicate {
        Question::parse(json.clone()).expect("a sound predicate").predicate
    }

    fn refusal(json: &Value) -> String {
        Question::parse(json.clone()).expect_err("no predicate").to_string()
    }

    #[test]
    fn operators_and_values_are_read() {
        assert_eq!(read(&json!({})), Predicate::TRUE);
        assert_eq!(read(&json!({ "$all": [] })), Predicate::TRUE);
        assert_eq!(read(&json!({ "$any": [] })), Predicate::FALSE);
        assert_eq!(read(&json!({ "a": 1.0 })), Predicate::equals("a", "1"));
        assert_eq!(
            read(&json!({ "a": { "$in": ["X", true] } })),
            Predicate::row("a", ValueTest::In(vec![Folded::new("x"), Folded::new("true")]))
        );
        assert_eq!(
            read(&json!({ "a": { "$hasPrefix": "X" } })),
            Predicate::row("a", ValueTest::Prefix(Folded::new("x")))
        );
        assert_eq!(
            read(&json!({ "$not": { "a": { "$exists": false } } })),
            Predicate::row("a", ValueTest::Exists)
        );
        assert_eq!(
            read(&json!({ "metadata.tags": { "$contains": "java" } })),
            Predicate::equals("metadata.tags", "java")
        );
    }

    #[test]
    fn one_relation_meets_type_and_target() {
        let relation = |target: Value| json!({ "relations": { "$contains": { "type": "ownedBy", "targetRef": target } } });
        assert_eq!(
            read(&relation(json!("group:default/A"))),
            Predicate::equals("relations.ownedBy", "group:default/a")
        );
        assert_eq!(
            read(&relation(json!({ "$in": ["a", "b"] }))),
            Predicate::row("relations.ownedby", ValueTest::In(vec![Folded::new("a"), Folded::new("b")]))
        );
        let any = json!({ "relations": { "$contains": { "type": "ownedBy" } } });
        assert_eq!(read(&any), Predicate::row("relations.ownedby", ValueTest::Exists));
        for wrong in [json!({ "targetRef": "a" }), json!({ "type": "a", "other": 1 }), json!({ "type": 1 })] {
            assert!(
                refusal(&json!({ "relations": { "$contains": wrong } }))
                    .starts_with("Invalid filter predicate value")
            );
        }
    }

    #[test]
    fn what_is_no_predicate_is_named() {
        assert_eq!(refusal(&json!({ "$nope": 1 })), "Invalid query: Validation error: Invalid at \"$nope\"");
        assert_eq!(
            refusal(&json!({ "$all": [], "a": 1 })),
            "Invalid query: Validation error: Invalid at \"$all\""
        );
        assert!(refusal(&json!({ "$not": 1 })).contains("top-level primitive values are not supported"));
        for wrong in [json!(null), json!([1]), json!({}), json!({ "$in": [[]] }), json!({ "$exists": 1 })] {
            assert_eq!(refusal(&json!({ "a": wrong })), "Invalid query: Validation error: Invalid at \"a\"");
        }
    }

    #[test]
    fn questions_are_bounded() {
        let deep = (0..=MAX_DEPTH).fold(json!({}), |inner, _| json!({ "$not": inner }));
        assert!(refusal(&deep).contains("nested deeper"));
        let wide: Vec<Value> = (0..MAX_NODES).map(|_| json!({})).collect();
        assert!(refusal(&json!({ "$any": wide })).contains("conditions"));
        let long: Vec<Value> = (0..=MAX_VALUES).map(Value::from).collect();
        assert!(refusal(&json!({ "a": { "$in": long } })).contains("values"));
    }
}
