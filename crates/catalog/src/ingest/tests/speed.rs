//! Size and speed at scale. The times are printed, not asserted: a test machine has other work.

use super::*;

/// A catalog of `count` components in files of 200, owned and grouped.
fn many(count: usize) -> World {
    let mut world = World::open();
    let files: Vec<String> = (0..count.div_ceil(200)).map(|file| format!("./part-{file}.yaml")).collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    world.write("file:/c/all.yaml", &location("all", &names));
    for (index, file) in files.iter().enumerate() {
        let one = |number: usize| {
            component(
                &format!("component-{number:06}"),
                &format!(
                    "  system: system-{}\n  providesApis: [api-{}]\n  dependsOn: ['component:component-{:06}']\n",
                    number % 800,
                    number % 1500,
                    (number * 7 + 1) % count,
                ),
            )
            .replace("spec:", "  description: The alpha beta gamma component number of a long row\n  annotations:\n    example.com/rank: \"12345\"\n    github.com/project-slug: example/some-component\n  labels:\n    tier: \"1\"\n  tags: [java, go]\nspec:")
        };
        let text = documents(&(index * 200..(index + 1) * 200).map(one).collect::<Vec<_>>());
        world.write(&format!("file:/c/{}", &file[2..]), &text);
    }
    world
}

#[test]
#[expect(clippy::disallowed_methods, reason = "this measures")]
fn a_large_catalog_is_read_once_and_then_known() {
    let count = if cfg!(debug_assertions) { 2_000 } else { 10_000 };
    let mut world = many(count);
    let time = |what: &str, world: &mut World| {
        let start = std::time::Instant::now();
        let outcome = world.refresh("file:/c/all.yaml");
        println!("{what} of {count}: {:?}", start.elapsed());
        outcome
    };
    let outcome = time("first refresh", &mut world);
    // The root is written first and last.
    assert_eq!(outcome.change.upserts.len(), count + 3);
    let outcome = time("refresh, nothing changed", &mut world);
    assert!(outcome.change.is_empty());
    assert_eq!(outcome.report.unchanged_files, count / 200 + 1);
    world.restart();
    let outcome = time("refresh after a restart", &mut world);
    assert!(outcome.change.is_empty());
    assert_eq!(outcome.report.unchanged_files, 0);
    world.write("file:/c/part-0.yaml", &component("component-000000", "").replace("team-a", "team-b"));
    let outcome = time("refresh, one file changed", &mut world);
    assert_eq!(outcome.change.deletes.len(), 199);
    assert!(outcome.change.upserts.len() < 500, "{}", outcome.change.upserts.len());
}

#[test]
#[ignore = "it measures"]
#[expect(clippy::disallowed_methods, reason = "this measures")]
fn speed_of_screening() {
    let count = if cfg!(debug_assertions) { 2_000 } else { 10_000 };
    let mut world = many(count);
    // The first one compiles patterns.
    world.ingest.suspects("{}");
    let start = std::time::Instant::now();
    world.refresh("file:/c/all.yaml");
    let whole = start.elapsed();
    let bodies: Vec<Arc<str>> = world.stored.0.values().map(|entity| entity.body.clone()).collect();
    let start = std::time::Instant::now();
    let suspects = bodies.iter().filter(|body| world.ingest.suspects(body)).count();
    let looked = start.elapsed();
    let bytes: usize = bodies.iter().map(|body| body.len()).sum();
    println!(
        "refresh of {count}: {whole:?}; a look at their {bytes} bytes: {looked:?}, {suspects} to look at closely"
    );
}
