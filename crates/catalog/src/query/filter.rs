//! The `filter` parameter: `a=b,c` means both, repeated parameters mean either, and a key that is
//! repeated within one means any of its values.

use serde_json::{Map, Value, json};

use super::error::QueryError;
use super::predicate::Question;

/// Statements accepted in all `filter` parameters of a request.
const MAX_STATEMENTS: usize = 1_000;

/// What the `filter` parameters ask; `None` when they say nothing.
pub(super) fn parse<'f>(filters: impl Iterator<Item = &'f str>) -> Result<Option<Question>, QueryError> {
    let mut budget = MAX_STATEMENTS;
    let mut sets = Vec::new();
    for filter in filters {
        sets.extend(parse_set(filter, &mut budget)?);
    }
    let json = match sets.len() {
        0 => return Ok(None),
        1 => sets.swap_remove(0),
        _ => json!({ "$any": sets }),
    };
    Question::parse(json).map(Some)
}

fn parse_set(filter: &str, budget: &mut usize) -> Result<Option<Value>, QueryError> {
    let mut set: Map<String, Value> = Map::new();
    let mut impossible = false;
    for statement in filter.split(',').map(str::trim).filter(|statement| !statement.is_empty()) {
        *budget = budget.checked_sub(1).ok_or_else(|| {
            QueryError::input(format!("Invalid filter, more than {MAX_STATEMENTS} statements"))
        })?;
        let (key, value) = match statement.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (statement, None),
        };
        if key.is_empty() {
            return Err(QueryError::input(format!(
                "Invalid filter, '{statement}' is not a valid statement (expected a string on the form a=b or a= or a)"
            )));
        }
        if key.starts_with('$') {
            // No entity has such a root key, and in a predicate it would be an operator.
            impossible = true;
            continue;
        }
        let test = set.entry(key).or_insert_with(|| json!({ "$exists": true }));
        if let Some(value) = value {
            match test.get_mut("$in").and_then(Value::as_array_mut) {
                Some(values) => values.push(value.into()),
                None => *test = json!({ "$in": [value] }),
            }
        }
    }
    if impossible {
        return Ok(Some(json!({ "$any": [] })));
    }
    Ok((!set.is_empty()).then_some(Value::Object(set)))
}

#[cfg(test)]
mod tests {
    use model::{Folded, Predicate, ValueTest};

    use super::*;

    fn asked(filters: &[&str]) -> Option<Predicate> {
        parse(filters.iter().copied()).expect("a sound filter").map(|question| question.predicate)
    }

    fn is_in(key: &str, values: &[&str]) -> Predicate {
        Predicate::row(key, ValueTest::In(values.iter().map(|value| Folded::new(value)).collect()))
    }

    #[test]
    fn commas_mean_both_and_repetition_means_either() {
        let both = Predicate::All(vec![is_in("kind", &["api"]), Predicate::row("spec.x", ValueTest::Exists)]);
        assert_eq!(asked(&["kind = API , spec.x"]), Some(both.clone()));
        assert_eq!(asked(&["kind=api,spec.x", "a="]), Some(Predicate::Any(vec![both, is_in("a", &[""])])));
    }

    #[test]
    fn a_key_repeated_in_one_set_means_any_of_its_values() {
        assert_eq!(asked(&["kind=a,kind=b"]), Some(is_in("kind", &["a", "b"])));
        assert_eq!(asked(&["kind,kind=b"]), Some(is_in("kind", &["b"])));
    }

    #[test]
    fn filters_that_say_nothing_ask_nothing() {
        assert_eq!(asked(&[" , ", ""]), None);
        assert_eq!(asked(&["$not=x,kind=a"]), Some(Predicate::FALSE));
    }

    #[test]
    fn a_statement_without_a_key_is_refused_and_statements_are_bounded() {
        let refused = parse(["=b"].into_iter()).expect_err("no key");
        assert_eq!(
            refused.to_string(),
            "Invalid filter, '=b' is not a valid statement (expected a string on the form a=b or a= or a)"
        );
        assert!(parse(["a,".repeat(MAX_STATEMENTS + 1).as_str()].into_iter()).is_err());
    }
}
