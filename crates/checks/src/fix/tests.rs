use super::*;
use crate::repo::Files;

/// The text of `a.yaml` (or another file) after one edit of the value at a dot path.
fn after(path: &str, text: &str, at: &str, edit: impl Fn(&Item) -> Edit) -> Result<String, &'static str> {
    let files = Files::of_texts([(path, text)]);
    let root = files.get(path).and_then(|file| file.tree()).expect("it can be read");
    let item = if at.is_empty() { root } else { root.at(at).expect("it is there") };
    let fix = Fix::safe("do", vec![edit(item)]);
    let plan = plan(&files, [&fix], Kind::Safe);
    match plan.refused.first() {
        Some((_, refusal)) => Err(refusal.0),
        None => Ok(plan.changes.values().next().expect("a change").1.clone()),
    }
}

#[test]
fn values_are_set_as_they_were_written() {
    let set =
        |text: &str, at: &str, value: Json| after("a.yaml", text, at, |item| Edit::set(item, value.clone()));
    assert_eq!(set("a: true # why\nb: 1\n", "a", false.into()).as_deref(), Ok("a: false # why\nb: 1\n"));
    assert_eq!(set("a: 'x'\n", "a", "it's".into()).as_deref(), Ok("a: 'it''s'\n"));
    assert_eq!(set("a: \"x\"\n", "a", "y".into()).as_deref(), Ok("a: \"y\"\n"));
    assert_eq!(set("a:\nb: 1\n", "a", "z".into()).as_deref(), Ok("a: z\nb: 1\n"));
    assert_eq!(set("a: [1, '*']\n", "a.1", "x".into()).as_deref(), Ok("a: [1, 'x']\n"));
    assert_eq!(set("a:\n  - 1\n  - 2\nb: 1\n", "a", Json::Array(vec![])).as_deref(), Ok("a: []\nb: 1\n"));
    assert_eq!(
        set("a: |\n  x\nb: 1\n", "a", "y".into()),
        Err("its layout is one that this program does not edit")
    );
    let json = after("a.json", "{\n  \"a\": [1, 2]\n}\n", "a.0", |item| Edit::set(item, "x"));
    assert_eq!(json.as_deref(), Ok("{\n  \"a\": [\"x\", 2]\n}\n"));
}

#[test]
fn entries_are_removed_with_their_lines() {
    let remove = |text: &str, at: &str| after("a.yaml", text, at, Edit::remove);
    assert_eq!(remove("a:\n  b: 1 # c\n  # kept\n  d: 2\n", "a.b").as_deref(), Ok("a:\n  # kept\n  d: 2\n"));
    assert_eq!(
        remove("a:\n  b:\n    - 1\n    - x: |\n        y\n\n  d: 2\n", "a.b").as_deref(),
        Ok("a:\n\n  d: 2\n")
    );
    assert_eq!(remove("a:\n  b: 1\nc: 2\n", "a.b").as_deref(), Ok("a: {}\nc: 2\n"));
    assert_eq!(remove("- a: 1\n  b: 2\n", "0.a").as_deref(), Ok("- b: 2\n"));
    assert_eq!(remove("- a: 1\n  b: 2\n", "0.b").as_deref(), Ok("- a: 1\n"));
    assert_eq!(remove("a:\n  - 1\n  - b: 2\n    c: 3\n  - 4\n", "a.1").as_deref(), Ok("a:\n  - 1\n  - 4\n"));
    assert_eq!(remove("a:\n- 1\n- 2\n", "a.0").as_deref(), Ok("a:\n- 2\n"));
    assert_eq!(remove("a: {b: 1, c: 2}\n", "a.b").as_deref(), Ok("a: {c: 2}\n"));
    assert_eq!(remove("a: {b: 1, c: 2}\n", "a.c").as_deref(), Ok("a: {b: 1}\n"));
    assert_eq!(remove("a: [x]\n", "a.0").as_deref(), Ok("a: []\n"));
    let json = after("a.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "b", Edit::remove);
    assert_eq!(json.as_deref(), Ok("{\n  \"a\": 1\n}\n"));
}

#[test]
fn entries_are_added_at_the_end_of_their_map() {
    let add = |text: &str, at: &str, value: Json| {
        after("a.yaml", text, at, |item| Edit::add(item, "k", value.clone()))
    };
    assert_eq!(add("a:\n  b: 1\nc: 2\n", "a", true.into()).as_deref(), Ok("a:\n  b: 1\n  k: true\nc: 2\n"));
    assert_eq!(add("a:\n  b: 1", "a", true.into()).as_deref(), Ok("a:\n  b: 1\n  k: true\n"));
    // A comment that is deeper is about what is before it.
    assert_eq!(
        add("a:\n  b:\n    c: 1\n    # d: 2\n  # e\n", "a", true.into()).as_deref(),
        Ok("a:\n  b:\n    c: 1\n    # d: 2\n  k: true\n  # e\n")
    );
    assert_eq!(add("a:\nc: 2\n", "a", true.into()).as_deref(), Ok("a:\n  k: true\nc: 2\n"));
    assert_eq!(add("a: {}\n", "a", "*".into()).as_deref(), Ok("a: { k: '*' }\n"));
    assert_eq!(add("a: {b: 1}\n", "a", 2.into()).as_deref(), Ok("a: {b: 1, k: 2}\n"));
    let nested = serde_json::json!({"x": ["y"]});
    assert_eq!(add("- b: 1\n", "0", nested).as_deref(), Ok("- b: 1\n  k:\n    x:\n      - 'y'\n"));
    let json = after("a.json", "{\n  \"a\": 1\n}\n", "", |item| Edit::add(item, "k", "v"));
    assert_eq!(json.as_deref(), Ok("{\n  \"a\": 1,\n  \"k\": \"v\"\n}\n"));
}

#[test]
fn what_would_break_a_file_is_refused() {
    let text = "a: [1, 2]\n";
    let broken =
        after("a.yaml", text, "a", |item| Edit::Replace { place: item.place.clone(), text: "[".to_owned() });
    assert_eq!(broken, Err("the file could not be read afterwards"));
}

#[test]
fn fixes_that_overlap_wait_for_the_next_time() {
    let files = Files::of_texts([("a.yaml", "a:\n  b: 1\n  c: 2\nd: 3\n")]);
    let root = files.get("a.yaml").and_then(|file| file.tree()).expect("YAML");
    let item = |at: &str| root.at(at).expect("it is there");
    let wanted = [
        Fix::safe("x", vec![Edit::set(item("a.b"), 9)]),
        Fix::safe("y", vec![Edit::remove(item("a"))]),
        Fix::suggested("z", vec![Edit::set(item("d"), 9)]),
        Fix::safe("w", vec![Edit::set(item("a.b"), 9), Edit::set(item("a.c"), 9)]),
    ];
    let first = plan(&files, &wanted, Kind::Safe);
    assert_eq!(first.applied, [0, 3]);
    assert_eq!(first.refused, [(1, Refusal("it overlaps with another fix"))]);
    insta::assert_snapshot!(first.diff(), @r"
    --- a/a.yaml
    +++ b/a.yaml
    @@ -1,4 +1,4 @@
     a:
    -  b: 1
    -  c: 2
    +  b: 9
    +  c: 9
     d: 3
    ");
}

#[test]
fn the_last_item_waits_until_it_is_alone() {
    let removed = |text: &str| {
        let files = Files::of_texts([("a.yaml", text)]);
        let root = files.get("a.yaml").and_then(|file| file.tree()).expect("YAML");
        let items = root.at("a").expect("it is there").items();
        let wanted: Vec<Fix> = items.iter().map(|item| Fix::safe("x", vec![Edit::remove(item)])).collect();
        let plan = plan(&files, &wanted, Kind::Safe);
        let after = plan.changes.values().next().map(|(_, after)| after.clone()).unwrap_or_default();
        (after, plan.refused.len())
    };
    let (first, waits) = removed("a:\n  - x: 1\n  - y: 2\nb: 1\n");
    assert_eq!((&*first, waits), ("a:\n  - y: 2\nb: 1\n", 1));
    assert_eq!(removed(&first), ("a: []\nb: 1\n".to_owned(), 0));
}

#[test]
fn a_file_that_changed_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a"), "x").expect("a file");
    assert!(write(folder.path(), "a", "y", "z").is_err());
    write(folder.path(), "a", "x", "z").expect("written");
    assert_eq!(std::fs::read_to_string(folder.path().join("a")).expect("a file"), "z");
}
