//! One source over another.

use indexmap::map::Entry;

use crate::value::{Data, Value};

/// Lays `over` on `under`: maps merge key by key, anything else replaces what is beneath, `null`
/// included, which hides it.
///
/// The law: merging is associative. A map that replaced a scalar or a `null` therefore goes on hiding
/// what is beneath, which its history tells.
pub(crate) fn merge(mut under: Value, mut over: Value) -> Value {
    if let (Data::Map(below), Data::Map(_), true) = (&mut under.data, &over.data, over.overrode.is_empty()) {
        let mut merged = std::mem::take(below);
        if let Data::Map(above) = over.data {
            for (key, value) in above {
                match merged.entry(key) {
                    Entry::Vacant(slot) => {
                        slot.insert(value);
                    }
                    Entry::Occupied(mut slot) => {
                        // A cheap stand-in while the two are merged.
                        let stand_in = Value::new(Data::Null, value.origin.clone());
                        let beneath = std::mem::replace(slot.get_mut(), stand_in);
                        *slot.get_mut() = merge(beneath, value);
                    }
                }
            }
        }
        under.losses.append(&mut over.losses);
        // What one source dropped and another gives is not lost.
        under.losses.retain(|loss| !merged.contains_key(&loss.name));
        return Value {
            data: Data::Map(merged),
            origin: over.origin,
            key_place: over.key_place,
            overrode: under.overrode,
            losses: under.losses,
        };
    }
    let mut history = std::mem::take(&mut under.overrode);
    over.overrode.push(under);
    over.overrode.append(&mut history);
    over
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::Place;
    use crate::value::Origin;

    fn value(json: Json) -> Value {
        Value::from_json(json, &Origin { place: Place::whole("test"), via: Vec::new() })
    }

    /// What a reader sees: hidden keys are gone, order does not count.
    fn seen(value: &Value) -> Json {
        match &value.data {
            Data::Null => Json::Null,
            Data::Bool(flag) => json!(flag),
            Data::Number(number) => json!(number),
            Data::String(text) => json!(text),
            Data::Seq(items) => items.iter().map(seen).collect(),
            Data::Map(map) => map
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), seen(value)))
                .collect(),
        }
    }

    #[test]
    fn the_contract_table() {
        let cases = [
            (json!({"a": {"x": 1, "y": 2}}), json!({"a": {"y": 3}}), json!({"a": {"x": 1, "y": 3}})),
            (json!({"a": [1, 2, 3]}), json!({"a": [4]}), json!({"a": [4]})),
            (json!({"a": 1}), json!({"a": "two"}), json!({"a": "two"})),
            (json!({"a": {"x": 1, "y": 2}}), json!({"a": {"x": null}}), json!({"a": {"y": 2}})),
            (json!({"a": {"x": 1}, "b": 1}), json!({"a": null}), json!({"b": 1})),
            (json!({"a": {"x": 1}}), json!({"a": "flat"}), json!({"a": "flat"})),
            (json!({"a": "flat"}), json!({"a": {"x": 1}}), json!({"a": {"x": 1}})),
            (json!({"a": [1]}), json!({"a": {"x": 1}}), json!({"a": {"x": 1}})),
        ];
        for (under, over, wanted) in cases {
            assert_eq!(
                seen(&merge(value(under.clone()), value(over.clone()))),
                wanted,
                "{over} over {under}"
            );
        }
    }

    #[test]
    fn a_null_hides_older_sources_even_from_newer_maps() {
        let older = value(json!({"a": {"x": 1}}));
        let hidden = merge(older, value(json!({"a": null})));
        assert_eq!(seen(&merge(hidden, value(json!({"a": {"y": 2}})))), json!({"a": {"y": 2}}));
    }

    fn arbitrary() -> impl Strategy<Value = Json> {
        let leaf =
            prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), (0..3).prop_map(Json::from)];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
                prop::collection::hash_map("[a-c]", inner, 0..4)
                    .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn merging_is_associative(a in arbitrary(), b in arbitrary(), c in arbitrary(), d in arbitrary()) {
            let [a, b, c, d] = [a, b, c, d].map(value);
            let left = merge(merge(a.clone(), b.clone()), c.clone());
            let right = merge(a, merge(b, c));
            prop_assert_eq!(seen(&left), seen(&right));
            // Equal as seen is not enough: they must also take a fourth source alike.
            prop_assert_eq!(seen(&merge(left, d.clone())), seen(&merge(right, d)));
        }
    }
}
