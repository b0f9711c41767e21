//! Laws that hold for any catalog.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// One version of a catalog: by file, the documents in it.
type Version = Vec<(u8, Vec<Doc>)>;

#[derive(Clone, Debug)]
enum Doc {
    /// A component, what it depends on, and which system it is in.
    Component(u8, Vec<u8>, Option<u8>),
    /// A Location that names a file.
    Location(u8, u8),
    Broken,
    Invalid(u8),
}

fn docs(broken: bool) -> impl Strategy<Value = Doc> {
    let component = (0..12_u8, prop::collection::vec(0..12_u8, 0..3), prop::option::of(0..3_u8))
        .prop_map(|(name, needs, system)| Doc::Component(name, needs, system));
    let location = (0..3_u8, 0..5_u8).prop_map(|(name, file)| Doc::Location(name, file));
    if broken {
        prop_oneof![6 => component, 2 => location, 1 => Just(Doc::Broken), 1 => (0..12_u8).prop_map(Doc::Invalid)]
            .boxed()
    } else {
        prop_oneof![6 => component, 2 => location].boxed()
    }
}

fn versions(broken: bool) -> impl Strategy<Value = Version> {
    prop::collection::vec((0..5_u8, prop::collection::vec(docs(broken), 0..5)), 1..5)
}

fn text(doc: &Doc) -> String {
    match doc {
        Doc::Component(name, needs, system) => {
            let mut spec = String::new();
            if !needs.is_empty() {
                let needs: Vec<String> = needs.iter().map(|need| format!("component:c{need}")).collect();
                writeln!(spec, "  dependsOn: {needs:?}").expect("strings take it");
            }
            if let Some(system) = system {
                writeln!(spec, "  system: s{system}").expect("strings take it");
            }
            component(&format!("c{name}"), &spec)
        }
        // Optional: a required file that is missing keeps what it held, which is history.
        Doc::Location(name, file) => {
            location(&format!("l{name}"), &[&format!("./{file}.yaml")]) + "  presence: optional\n"
        }
        Doc::Broken => "kind: [1\nb: {".to_owned(),
        Doc::Invalid(name) => component(&format!("c{name}"), "").replace("  type: service\n", ""),
    }
}

const ROOT: &str = "file:/c/*.yaml";

/// Makes the disk hold exactly this version.
fn write(world: &mut World, version: &Version) {
    world.disk.files.clear();
    // A file that is always there: a pattern that matches nothing is an error, which keeps things.
    world.write("file:/c/always.yaml", &component("always", ""));
    for (file, docs) in version {
        world.write(&format!("file:/c/{file}.yaml"), &documents(&docs.iter().map(text).collect::<Vec<_>>()));
    }
}

fn world_of(version: &Version) -> World {
    let mut world = World::open();
    write(&mut world, version);
    world.refresh(ROOT);
    world
}

/// Whether a ref occurs twice, so that history decides who has it.
fn contested(version: &Version) -> bool {
    let mut seen = std::collections::HashSet::new();
    let latest: BTreeMap<u8, &Vec<Doc>> = version.iter().map(|(file, docs)| (*file, docs)).collect();
    !latest.values().flat_map(|docs| docs.iter()).all(|doc| match doc {
        Doc::Component(name, ..) => seen.insert(format!("c{name}")),
        Doc::Location(name, _) => seen.insert(format!("l{name}")),
        Doc::Broken | Doc::Invalid(_) => true,
    })
}

/// Every relation has its other end, as long as that exists, and nothing else is there.
fn relations_are_whole(world: &World) {
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entity in world.stored.0.values() {
        for edge in &entity.edges {
            let source = entity.entity_ref.to_string();
            expected.entry(source.clone()).or_default().push(format!("{} {}", edge.forward, edge.target));
            expected.entry(edge.target.to_string()).or_default().push(format!("{} {source}", edge.reverse));
        }
    }
    for entity in world.stored.0.keys() {
        let mut wanted = expected.remove(entity.as_str()).unwrap_or_default();
        wanted.sort();
        wanted.dedup();
        assert_eq!(world.relations(entity.as_str()), wanted, "{entity}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn a_second_refresh_changes_nothing(version in versions(true)) {
        let mut world = world_of(&version);
        relations_are_whole(&world);
        let outcome = world.refresh(ROOT);
        prop_assert!(outcome.change.is_empty(), "{:?}", outcome.change);
        world.restart();
        let outcome = world.refresh(ROOT);
        prop_assert!(outcome.change.is_empty(), "after a restart: {:?}", outcome.change);
    }

    #[test]
    fn going_there_and_back_is_like_never_having_gone(a in versions(false), b in versions(false)) {
        prop_assume!(!contested(&a) && !contested(&b));
        let mut world = world_of(&a);
        write(&mut world, &b);
        world.refresh(ROOT);
        relations_are_whole(&world);
        write(&mut world, &a);
        world.refresh(ROOT);
        prop_assert_eq!(world.bodies(), world_of(&a).bodies());
    }

    #[test]
    fn the_order_of_roots_does_not_matter_for_relations(version in versions(false)) {
        prop_assume!(!contested(&version));
        let mut roots: Vec<String> =
            version.iter().map(|(file, _)| format!("file:/c/{file}.yaml")).collect();
        roots.sort();
        roots.dedup();
        let mut one = World::open();
        write(&mut one, &version);
        let mut other = World::open();
        write(&mut other, &version);
        for root in &roots {
            one.refresh(root);
        }
        for root in roots.iter().rev() {
            other.refresh(root);
        }
        prop_assert_eq!(one.refs(), other.refs());
        for entity in one.refs() {
            prop_assert_eq!(one.relations(&entity), other.relations(&entity));
        }
        relations_are_whole(&one);
    }

    #[test]
    fn a_broken_document_removes_no_neighbour(
        version in versions(false), file in 0..5_u8, at in 0..5_usize, junk in "[ -~\n]{0,40}",
    ) {
        let mut world = world_of(&version);
        let before = world.refs();
        let mut spoiled = version.clone();
        let mut texts: Vec<String> = Vec::new();
        for (number, docs) in &mut spoiled {
            if *number == file {
                texts = docs.iter().map(text).collect();
            }
        }
        // The junk stands between others and cannot itself be a separator.
        texts.insert(at.min(texts.len()), format!("x: [{}", junk.replace("---", "").replace("...", "")));
        world.write(&format!("file:/c/{file}.yaml"), &documents(&texts));
        world.refresh(ROOT);
        prop_assert_eq!(world.refs(), before);
    }

    #[test]
    fn nothing_stays_without_a_root(version in versions(true)) {
        let mut world = world_of(&version);
        world.retire(&[]);
        prop_assert!(world.stored.0.is_empty(), "{:?}", world.refs());
    }

    #[test]
    fn pieces_of_any_size_come_to_the_same(a in versions(true), b in versions(true), size in 1..4_usize) {
        let mut whole = world_of(&a);
        let mut pieces = World::in_pieces(size);
        write(&mut pieces, &a);
        pieces.refresh(ROOT);
        prop_assert_eq!(whole.bodies(), pieces.bodies());
        for world in [&mut whole, &mut pieces] {
            write(world, &b);
            world.refresh(ROOT);
        }
        prop_assert_eq!(whole.bodies(), pieces.bodies());
        relations_are_whole(&pieces);
        let outcome = pieces.refresh(ROOT);
        prop_assert!(outcome.change.is_empty(), "{:?}", outcome.change);
        pieces.retire(&[]);
        prop_assert!(pieces.stored.0.is_empty(), "{:?}", pieces.refs());
    }

    #[test]
    fn a_refresh_cut_short_is_completed_by_the_next(
        a in versions(false), b in versions(false), c in versions(false),
        size in 1..4_usize, most in 0..6_usize, restarts: bool, unchanged: bool,
    ) {
        let mut world = World::in_pieces(size);
        write(&mut world, &a);
        world.refresh(ROOT);
        write(&mut world, &b);
        let finished = world.refresh_until(ROOT, most).finished;
        let root = root_ref(ROOT).parse().expect("a ref");
        prop_assert!(finished || most == 0 || world.state.is_unfinished(&root));
        if restarts {
            world.restart();
        }
        // By then the files may have changed again, or be back to what they were.
        let c = if unchanged { a } else { c };
        write(&mut world, &c);
        world.refresh(ROOT);
        relations_are_whole(&world);
        if !contested(&b) && !contested(&c) {
            prop_assert_eq!(world.bodies(), world_of(&c).bodies());
        }
        let outcome = world.refresh(ROOT);
        prop_assert!(outcome.change.is_empty(), "{:?}", outcome.change);
    }

    #[test]
    fn a_retirement_cut_short_is_completed_or_taken_back(
        a in versions(false), size in 1..4_usize, most in 0..6_usize, back: bool,
    ) {
        prop_assume!(!contested(&a));
        let other = "file:/other.yaml";
        let mut world = World::in_pieces(size);
        write(&mut world, &a);
        world.write(other, &component("other", "  dependsOn: ['component:c0', 'component:c1']\n"));
        world.refresh(ROOT);
        world.refresh(other);
        let before = world.bodies();
        let without = world_of(&a).bodies();
        world.retire_until(&[ROOT], most);
        if back {
            world.refresh(ROOT);
            world.refresh(other);
            prop_assert_eq!(world.bodies(), before);
        } else {
            world.retire(&[ROOT]);
            prop_assert_eq!(world.bodies(), without);
        }
        relations_are_whole(&world);
    }
}
