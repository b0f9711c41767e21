//! Each rule of a refresh by itself.

use super::*;

const ROOT: &str = "file:/c/all.yaml";

#[test]
fn entities_know_where_they_come_from_and_where_it_began() {
    let mut world = World::open()
        .with(&[(ROOT, &location("top", &["./a.yaml"])), ("file:/c/a.yaml", &component("Shop", ""))]);
    let report = world.refresh(ROOT).report;
    assert_eq!((report.files, report.entities, report.problems), (2, 3, vec![]));
    let annotation = |name| world.annotation("component:default/shop", name);
    assert_eq!(annotation("backstage.io/managed-by-location").as_deref(), Some("file:/c/a.yaml"));
    assert_eq!(annotation("backstage.io/managed-by-origin-location").as_deref(), Some(ROOT));
    let parents = |entity: &str| world.stored.0[&entity.parse().expect("a ref")].parents.clone();
    assert_eq!(parents("component:default/shop"), ["location:default/top".parse().expect("a ref")]);
    assert_eq!(parents("location:default/top"), [root_ref(ROOT).parse().expect("a ref")]);
    assert_eq!(parents(&root_ref(ROOT)), []);
    assert_eq!(world.state.roots().collect::<Vec<_>>(), [ROOT]);
}

#[test]
fn relations_show_at_both_ends_whoever_comes_first() {
    let mut world = World::open().with(&[
        ("file:/a.yaml", &component("a", "  dependsOn: ['component:b']\n")),
        ("file:/b.yaml", &component("b", "  owner2: x\n")),
    ]);
    world.refresh("file:/a.yaml");
    let outcome = world.refresh("file:/b.yaml");
    assert_eq!(outcome.change.upserts.len(), 2, "the other end is found when it comes: {outcome:?}");
    assert_eq!(
        world.relations("component:default/a"),
        ["dependsOn component:default/b", "ownedBy group:default/team-a"]
    );
    assert_eq!(
        world.relations("component:default/b"),
        ["dependencyOf component:default/a", "ownedBy group:default/team-a"]
    );
    world.write("file:/a.yaml", &component("a", ""));
    world.refresh("file:/a.yaml");
    assert_eq!(world.relations("component:default/b"), ["ownedBy group:default/team-a"]);
}

#[test]
fn the_uid_is_kept_for_life() {
    let mut world = World::open().with(&[("file:/a.yaml", &component("a", ""))]);
    world.refresh("file:/a.yaml");
    let uid = world.get("component:default/a").expect("it is there")["metadata"]["uid"].clone();
    world.restart();
    world.write("file:/a.yaml", &component("a", "  system: s\n"));
    world.refresh("file:/a.yaml");
    assert_eq!(world.get("component:default/a").expect("it is there")["metadata"]["uid"], uid);
}

#[test]
fn a_broken_document_costs_only_itself() {
    let good = [component("a", ""), component("b", "")];
    let mut world = World::open().with(&[("file:/a.yaml", &documents(&good))]);
    world.refresh("file:/a.yaml");
    world.write("file:/a.yaml", &documents(&[component("a", "  system: s\n"), "kind: [1\nb: {".into()]));
    let report = world.refresh("file:/a.yaml").report;
    assert_eq!(world.refs(), ["component:default/a", "component:default/b"]);
    assert!(world.relations("component:default/a").contains(&"partOf system:default/s".to_owned()));
    assert_eq!(report.problems.len(), 1);
    for shown in [world.problems("component:default/b"), world.problems(&root_ref("file:/a.yaml"))] {
        assert_eq!(shown.len(), 1, "{shown:?}");
        assert!(shown[0].starts_with("Error: YAML error at file:/a.yaml, YAMLParseError: "), "{shown:?}");
        assert!(shown[0].contains("mend it at /a.yaml:"), "{shown:?}");
    }
    assert_eq!(world.problems("component:default/a"), [""; 0]);
    world.write("file:/a.yaml", &documents(&good));
    world.refresh("file:/a.yaml");
    assert_eq!(world.problems("component:default/b"), [""; 0]);
    assert_eq!(world.problems(&root_ref("file:/a.yaml")), [""; 0]);
}

#[test]
fn an_invalid_entity_keeps_its_last_good_version_with_the_reason() {
    let mut world =
        World::open().with(&[("file:/a.yaml", &documents(&[component("a", ""), component("b", "")]))]);
    world.refresh("file:/a.yaml");
    let bad = component("a", "").replace("  lifecycle: production\n", "");
    world.write("file:/a.yaml", &documents(&[bad]));
    world.refresh("file:/a.yaml");
    assert_eq!(world.refs(), ["component:default/a"], "b is gone: only a is broken");
    let problems = world.problems("component:default/a");
    assert!(problems[0].contains("must have required property 'lifecycle'"), "{problems:?}");
    assert!(problems[0].ends_with("(mend it at /a.yaml:6:3)"), "{problems:?}");
    assert_eq!(world.problems(&root_ref("file:/a.yaml")), [""; 0]);
    world.restart();
    assert!(world.refresh("file:/a.yaml").change.is_empty(), "a problem that stays writes nothing");
}

#[test]
fn an_entity_that_was_never_good_is_told_of_at_its_location() {
    let text = component("bad name!", "");
    let mut world = World::open().with(&[("file:/a.yaml", &text)]);
    world.refresh("file:/a.yaml");
    let problems = world.problems(&root_ref("file:/a.yaml"));
    assert!(
        problems[0].starts_with("InputError: Policy check failed for component:default/bad name!; caused by"),
        "{problems:?}"
    );
    assert!(problems[0].ends_with("(mend it at /a.yaml:4:9)"), "{problems:?}");
}

#[test]
fn what_cannot_be_read_leaves_everything_as_it_was() {
    let mut world = World::open().with(&[
        (ROOT, &location("top", &["./a.yaml", "./b.yaml"])),
        ("file:/c/a.yaml", &component("a", "")),
        ("file:/c/b.yaml", &component("b", "")),
    ]);
    assert_eq!(world.refresh(ROOT).report.read, FilesRead::All);
    world.fail("file:/c/a.yaml");
    world.write(ROOT, &location("top", &["./a.yaml"]));
    let outcome = world.refresh(ROOT);
    assert_eq!(outcome.report.read, FilesRead::Only(vec![ROOT.into()]));
    assert_eq!(outcome.change.deletes.len(), 1, "b is no target any more");
    assert!(world.has("component:default/a"));
    assert_eq!(world.problems("component:default/a"), [""; 0], "a failing network rewrites nothing");
    assert_eq!(
        world.problems("location:default/top"),
        ["Error: file /c/a.yaml could not be read, the network is down"]
    );
    world.fail(ROOT);
    world.refresh(ROOT);
    assert_eq!(world.refs(), ["component:default/a", "location:default/top"]);
}

#[test]
fn a_missing_file_is_an_error_unless_it_is_optional() {
    let mut world = World::open()
        .with(&[(ROOT, &location("top", &["./a.yaml"])), ("file:/c/a.yaml", &component("a", ""))]);
    world.refresh(ROOT);
    world.remove("file:/c/a.yaml");
    world.refresh(ROOT);
    assert!(world.has("component:default/a"));
    assert_eq!(world.problems("location:default/top"), ["NotFoundError: file /c/a.yaml does not exist"]);
    world.write(ROOT, &(location("top", &["./a.yaml"]) + "  presence: optional\n"));
    world.refresh(ROOT);
    assert_eq!(world.refs(), ["location:default/top"]);
    assert_eq!(world.problems("location:default/top"), [""; 0]);
}

#[test]
fn files_of_a_pattern_come_and_go() {
    let mut world = World::open()
        .with(&[("file:/c/a.yaml", &component("a", "")), ("file:/c/b.yaml", &component("b", ""))]);
    world.refresh("file:/c/*.yaml");
    assert_eq!(world.refs(), ["component:default/a", "component:default/b"]);
    world.remove("file:/c/a.yaml");
    world.refresh("file:/c/*.yaml");
    assert_eq!(world.refs(), ["component:default/b"]);
    world.remove("file:/c/b.yaml");
    let outcome = world.refresh("file:/c/*.yaml");
    assert_eq!(world.refs(), ["component:default/b"], "a pattern that matches nothing may be a mistake");
    assert_eq!(outcome.report.problems[0].item.message, "file /c/*.yaml does not exist");
}

#[test]
fn the_first_writer_keeps_a_ref() {
    let mut world = World::open().with(&[
        ("file:/a.yaml", &component("x", "  system: first\n")),
        ("file:/b.yaml", &component("X", "  system: second\n")),
    ]);
    world.refresh("file:/a.yaml");
    let report = world.refresh("file:/b.yaml").report;
    assert_eq!(report.conflicts.len(), 1);
    assert_eq!(&*report.conflicts[0].holder, "file:/a.yaml");
    assert_eq!(&*report.conflicts[0].claimant, "file:/b.yaml");
    assert!(world.relations("component:default/x").contains(&"partOf system:default/first".to_owned()));
    let problems = world.problems(&root_ref("file:/b.yaml"));
    assert!(
        problems[0].starts_with(
            "ConflictError: Entity component:default/x at file:/b.yaml is already defined by file:/a.yaml"
        ),
        "{problems:?}"
    );
    world.retire(&["file:/b.yaml"]);
    assert!(!world.has("component:default/x"));
    world.refresh("file:/b.yaml");
    assert!(world.relations("component:default/x").contains(&"partOf system:default/second".to_owned()));
    assert_eq!(world.problems(&root_ref("file:/b.yaml")), [""; 0]);
}

#[test]
fn a_root_cannot_be_taken_over() {
    let name = root_ref("file:/b.yaml").replace("location:default/", "");
    let mut world = World::open().with(&[
        ("file:/a.yaml", &location(&name, &["/elsewhere.yaml"])),
        ("file:/b.yaml", &documents(&[location(&name, &["/x.yaml"]), component("b", "")])),
    ]);
    world.refresh("file:/a.yaml");
    world.refresh("file:/b.yaml");
    assert!(world.has("component:default/b"));
    let body = world.get(&root_ref("file:/b.yaml")).expect("the root is there");
    assert_eq!(body["spec"]["target"], "/b.yaml");
    assert_eq!(world.refresh("file:/a.yaml").report.conflicts.len(), 1);
    assert_eq!(world.get(&root_ref("file:/b.yaml")).expect("the root is there")["spec"]["target"], "/b.yaml");
}

#[test]
fn the_same_ref_twice_in_a_file_counts_once() {
    let both = documents(&[component("x", "  system: one\n"), component("x", "  system: two\n")]);
    let mut world = World::open().with(&[("file:/a.yaml", &both)]);
    world.refresh("file:/a.yaml");
    assert!(world.relations("component:default/x").contains(&"partOf system:default/one".to_owned()));
    let problems = world.problems(&root_ref("file:/a.yaml"));
    assert!(problems[0].contains("stands in file:/a.yaml more than once"), "{problems:?}");
    assert!(problems[0].contains("/a.yaml:11:1"), "{problems:?}");
    assert!(world.refresh("file:/a.yaml").change.is_empty());
}

#[test]
fn an_entity_may_move_to_another_file_of_its_root() {
    let mut world = World::open().with(&[
        ("file:/c/a.yaml", &documents(&[component("x", ""), component("y", "")])),
        ("file:/c/b.yaml", &component("z", "")),
    ]);
    world.refresh("file:/c/*.yaml");
    let uid = world.get("component:default/x").expect("it is there")["metadata"]["uid"].clone();
    world.write("file:/c/a.yaml", &component("y", ""));
    world.write("file:/c/b.yaml", &documents(&[component("z", ""), component("x", "")]));
    let report = world.refresh("file:/c/*.yaml").report;
    assert_eq!(report.conflicts, []);
    let x = world.get("component:default/x").expect("it is there");
    assert_eq!(x["metadata"]["uid"], uid);
    assert_eq!(x["metadata"]["annotations"]["backstage.io/managed-by-location"], "file:/c/b.yaml");
}

#[test]
fn a_location_may_move_out_of_a_circle() {
    let root = "file:/c/*.yaml";
    let mut world = World::open().with(&[
        ("file:/c/0.yaml", &location("l", &["./2.yaml"])),
        ("file:/c/2.yaml", &location("m", &["./0.yaml"])),
    ]);
    world.refresh(root);
    assert!(world.has("location:l") && world.has("location:m"));
    world.remove("file:/c/0.yaml");
    world.remove("file:/c/2.yaml");
    world.write("file:/c/1.yaml", &(location("l", &["./0.yaml"]) + "  presence: optional\n"));
    assert_eq!(world.refresh(root).report.conflicts, []);
    assert_eq!(world.refs(), ["location:default/l"]);
    // And both at once.
    world.write("file:/c/2.yaml", &location("m", &["./1.yaml"]));
    world.write("file:/c/1.yaml", &location("l", &["./2.yaml"]));
    world.refresh(root);
    world.remove("file:/c/1.yaml");
    world.remove("file:/c/2.yaml");
    world.write("file:/c/3.yaml", &documents(&[location("l", &["./3.yaml"]), location("m", &["./3.yaml"])]));
    assert_eq!(world.refresh(root).report.conflicts, []);
    assert_eq!(world.refs(), ["location:default/l", "location:default/m"]);
}

#[test]
fn two_roots_may_share_a_file() {
    let mut world = World::open().with(&[
        ("file:/c/one.yaml", &location("one", &["./a.yaml"])),
        ("file:/c/two.yaml", &location("two", &["./a.yaml"])),
        ("file:/c/a.yaml", &component("a", "")),
    ]);
    world.refresh("file:/c/one.yaml");
    let report = world.refresh("file:/c/two.yaml").report;
    assert_eq!((report.conflicts, report.problems), (vec![], vec![]));
    let parents = |world: &World| world.stored.0[&"component:a".parse().expect("a ref")].parents.len();
    assert_eq!(parents(&world), 2);
    for root in ["file:/c/one.yaml", "file:/c/two.yaml"] {
        assert!(world.refresh(root).change.is_empty(), "{root}");
    }
    let origin = |world: &World| world.annotation("component:a", "backstage.io/managed-by-origin-location");
    assert_eq!(origin(&world).as_deref(), Some("file:/c/one.yaml"));
    world.retire(&["file:/c/two.yaml"]);
    assert_eq!(parents(&world), 1);
    assert_eq!(origin(&world).as_deref(), Some("file:/c/two.yaml"));
    assert!(world.refresh("file:/c/two.yaml").change.is_empty());
    world.retire(&[]);
    assert!(world.stored.0.is_empty() && world.state.is_empty());
}

#[test]
fn kinds_are_allowed_by_origin_and_a_refused_one_costs_only_itself() {
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: g\nspec:\n  type: team\n  children: []\n";
    let files = [
        (ROOT, location("top", &["./org.yaml"])),
        ("file:/c/org.yaml", documents(&[group.to_owned(), component("a", "")])),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut world = World::new(settings()).with(&files);
    world.refresh(ROOT);
    assert_eq!(world.refs(), ["component:default/a", "location:default/top"]);
    let problems = world.problems("location:default/top");
    assert!(
        problems[0].starts_with("NotAllowedError: Entity group:default/g at file:/c/org.yaml, originated at file:/c/all.yaml, is not of an allowed kind for that location"),
        "{problems:?}"
    );
    let rules =
        Rules::default().with_location(root_at(ROOT).location(), vec![AllowedKind::of_any_type("Group")]);
    world.ingest = Ingest::new(Settings { rules, ..settings() });
    world.refresh(ROOT);
    assert!(world.has("group:default/g"));
    world.ingest = Ingest::new(settings());
    world.refresh(ROOT);
    assert!(!world.has("group:default/g"), "a rule that is taken away takes its entities");
}

#[test]
fn circles_are_broken_and_told() {
    let mut world = World::open().with(&[
        ("file:/c/a.yaml", &documents(&[location("a", &["./b.yaml"]), component("x", "")])),
        ("file:/c/b.yaml", &documents(&[location("b", &["./a.yaml", "./c.yaml"]), component("y", "")])),
        ("file:/c/c.yaml", &component("z", "")),
    ]);
    world.refresh("file:/c/a.yaml");
    assert!(world.has("component:x") && world.has("component:y") && world.has("component:z"));
    let problems = world.problems("location:b");
    assert!(problems[0].contains("Location targets file:/c/a.yaml, which leads back to it"), "{problems:?}");
    assert_eq!(world.problems("location:a"), [""; 0]);
    world.write("file:/c/a.yaml", &component("x", ""));
    world.refresh("file:/c/a.yaml");
    assert_eq!(world.refs(), ["component:default/x"], "a circle does not hold itself up");
}

#[test]
fn a_pattern_may_match_the_file_it_stands_in() {
    let mut world = World::open().with(&[
        ("file:/c/all.yaml", &location("all", &["./*.yaml"])),
        ("file:/c/x.yaml", &component("x", "")),
    ]);
    assert_eq!(world.refresh("file:/c/all.yaml").report.problems, []);
    assert!(world.has("component:x"));
}

#[test]
fn depth_is_bounded() {
    let mut world = World::open();
    for n in 0..40 {
        let next = format!("./{}.yaml", n + 1);
        world.write(&format!("file:/c/{n}.yaml"), &location(&format!("l{n}"), &[&next]));
    }
    let report = world.refresh("file:/c/0.yaml").report;
    assert_eq!(report.files, 32);
    assert!(report.problems[0].item.message.starts_with("More than 32 Locations lead to this one"));
}

#[test]
fn files_and_entities_are_bounded() {
    let limits = Limits { files: 2, ..Limits::default() };
    let mut world = World::new(Settings { rules: everything(), limits, ..settings() });
    for name in ["a", "b", "c", "d"] {
        world.write(&format!("file:/c/{name}.yaml"), &component(name, ""));
    }
    let report = world.refresh("file:/c/*.yaml").report;
    assert_eq!((report.files, report.problems.len()), (2, 1));
    assert_eq!(world.refs(), ["component:default/a", "component:default/b"]);
}

#[test]
fn locations_stay_within_their_type_and_folder() {
    let mut world = World::open().with(&[
        ("file:/c/a.yaml", &location("a", &["/etc/passwd", "../../x.yaml"])),
        ("url:http://h/b.yaml", &(location("b", &["/etc/passwd"]) + "  type: file\n")),
    ]);
    let settings = Settings { rules: everything(), working_directory: "/work".into(), ..settings() };
    world.ingest = Ingest::new(settings);
    world.refresh("file:/c/a.yaml");
    let problems = world.problems("location:a");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("NotAllowedError: file /etc/passwd lies outside of"), "{problems:?}");
    world.refresh("url:http://h/b.yaml");
    assert_eq!(
        world.problems("location:b"),
        [r#"InputError: Registered locations must be of an allowed type ["url"]"#]
    );
}

#[test]
fn placeholders_are_filled_in() {
    let api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: a\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team\n  definition:\n    $text: ./api.txt\n  more:\n    - $json: ./more.json\n    - $yaml: ./more.yaml\n";
    let mut world = World::open().with(&[
        ("file:/c/a.yaml", api),
        ("file:/c/api.txt", "openapi: 3\n"),
        ("file:/c/more.json", r#"{"x": [1]}"#),
        ("file:/c/more.yaml", "y: yes"),
    ]);
    assert_eq!(world.refresh("file:/c/a.yaml").report.problems, []);
    let spec = world.get("api:a").expect("it is there")["spec"].clone();
    assert_eq!(spec["definition"], "openapi: 3\n");
    assert_eq!(spec["more"].to_string(), r#"[{"x":[1]},{"y":"yes"}]"#);
    world.write("file:/c/api.txt", "openapi: 4\n");
    world.refresh("file:/c/a.yaml");
    assert_eq!(world.get("api:a").expect("it is there")["spec"]["definition"], "openapi: 4\n");
    world.remove("file:/c/more.json");
    world.refresh("file:/c/a.yaml");
    let problems = world.problems("api:a");
    assert!(problems[0].contains("Placeholder $json could not read location ./more.json"), "{problems:?}");
}

#[test]
fn keys_that_differ_in_case_only_keep_the_last_good() {
    let mut world = World::open().with(&[("file:/a.yaml", &component("a", ""))]);
    world.refresh("file:/a.yaml");
    world.write("file:/a.yaml", &component("a", "  Extra: 1\n  extra: 2\n"));
    world.refresh("file:/a.yaml");
    let problems = world.problems("component:a");
    assert!(
        problems[0].contains("Entity has duplicate keys that vary only in casing, 'spec."),
        "{problems:?}"
    );
}

#[test]
fn orphans_go_or_are_marked() {
    for (orphans, stays) in [(OrphanStrategy::Delete, false), (OrphanStrategy::Keep, true)] {
        let mut world = World::new(Settings { orphans, rules: everything(), ..settings() }).with(&[
            (ROOT, &documents(&[location("top", &["./a.yaml"]), component("x", "")])),
            ("file:/c/a.yaml", &component("a", "")),
        ]);
        world.refresh(ROOT);
        world.write(ROOT, &component("x", ""));
        world.refresh(ROOT);
        assert_eq!(world.has("location:top"), stays);
        assert_eq!(world.has("component:a"), stays);
        if stays {
            let orphan = |world: &World, entity| world.annotation(entity, "backstage.io/orphan");
            assert_eq!(orphan(&world, "location:top").as_deref(), Some("true"));
            assert_eq!(orphan(&world, "component:a"), None, "its Location still emits it");
            world.write(ROOT, &documents(&[location("top", &["./a.yaml"]), component("x", "")]));
            world.refresh(ROOT);
            assert_eq!(orphan(&world, "location:top"), None);
        }
    }
}

#[test]
fn an_unchanged_url_is_not_read_again() {
    let mut world = World::open().with(&[
        ("url:http://h/all.yaml", &location("top", &["./a.yaml"])),
        ("url:http://h/a.yaml", &component("a", "")),
    ]);
    world.refresh("url:http://h/all.yaml");
    assert_eq!(world.annotation("component:a", "backstage.io/view-url").as_deref(), Some("http://h/a.yaml"));
    let outcome = world.refresh("url:http://h/all.yaml");
    assert!(outcome.change.is_empty());
    assert_eq!((outcome.report.files, outcome.report.unchanged_files), (2, 2));
    world.write("url:http://h/a.yaml", &component("a", "  system: s\n"));
    let outcome = world.refresh("url:http://h/all.yaml");
    assert_eq!(outcome.report.unchanged_files, 1);
    assert_eq!(outcome.change.upserts.len(), 1);
}

#[test]
fn a_deleted_entity_comes_back_while_its_file_has_it() {
    let mut world = World::open().with(&[("file:/a.yaml", &component("a", ""))]);
    world.refresh("file:/a.yaml");
    let change = Change { deletes: vec!["component:a".parse().expect("a ref")], ..Change::default() };
    world.apply(&change);
    world.refresh("file:/a.yaml");
    assert!(world.has("component:a"));
}
