use crate::packages::Packages;
use crate::repo::Files;

fn versions(lock: &str, text: &str, range: &str) -> (String, u32) {
    let manifest = format!("{{\"name\":\"b\",\"dependencies\":{{\"@backstage/config\":\"{range}\"}}}}");
    let files = Files::of_texts([("packages/b/package.json", manifest.as_str()), (lock, text)]);
    let packages = Packages::find(&files);
    let package = packages.at("packages/b/package.json").expect("it is there");
    let locked = packages.locked(package, &package.dependencies[0]).expect("it is locked");
    (locked.version.as_ref().expect("a version").to_string(), locked.place.line)
}

#[test]
fn every_manager_is_read() {
    let classic = "# yarn lockfile v1\n\n\n\"@backstage/config@^1.0.0\", \"@backstage/config@^1.2.0\":\n  version \"1.3.2\"\n  resolved \"https://registry.yarnpkg.com/x.tgz#0\"\n  dependencies:\n    version \"9\"\n";
    assert_eq!(versions("yarn.lock", classic, "^1.2.0"), ("1.3.2".to_owned(), 4));
    let berry = "__metadata:\n  version: 8\n\n\"@backstage/config@npm:^1.0.0, @backstage/config@npm:^1.2.0\":\n  version: 1.3.2\n  resolution: \"@backstage/config@npm:1.3.2\"\n";
    assert_eq!(versions("yarn.lock", berry, "^1.2.0"), ("1.3.2".to_owned(), 4));
    let release = berry.replace(
        "@backstage/config@npm:^1.0.0, @",
        "@backstage/config@backstage:^::backstage=1.54.0&npm=1.3.2, @",
    );
    assert_eq!(versions("yarn.lock", &release, "backstage:^"), ("1.3.2".to_owned(), 4));
    let npm = "{\n \"packages\": {\n  \"\": {},\n  \"node_modules/@backstage/config\": {\n   \"version\": \"1.0.0\"},\n  \"packages/b/node_modules/@backstage/config\": {\"version\": \"1.3.2\"}\n }}";
    assert_eq!(versions("package-lock.json", npm, "^1.2.0"), ("1.3.2".to_owned(), 6));
    let old = "{\"dependencies\": {\n \"@backstage/config\": {\"version\": \"1.3.2\"}}}";
    assert_eq!(versions("package-lock.json", old, "^1.2.0"), ("1.3.2".to_owned(), 2));
    for key in
        ["'@backstage/config@1.3.2':", "/@backstage/config@1.3.2(react@18.0.0):", "/@backstage/config/1.3.2:"]
    {
        let pnpm =
            format!("lockfileVersion: '9.0'\n\npackages:\n\n  {key}\n    resolution: {{integrity: x}}\n");
        assert_eq!(versions("pnpm-lock.yaml", &pnpm, "^1.2.0"), ("1.3.2".to_owned(), 5));
    }
    let bun = "{\n  \"lockfileVersion\": 1,\n  \"packages\": {\n    \"@backstage/config\": [\"@backstage/config@1.3.2\", \"\", {}, \"sha512-x\"],\n  }\n}";
    assert_eq!(versions("bun.lock", bun, "^1.2.0"), ("1.3.2".to_owned(), 4));
}

#[test]
fn broken_files_say_so_or_are_read_as_far_as_they_go() {
    let files = Files::of_texts([
        ("package-lock.json", "{\"packages\": {"),
        ("a/yarn.lock", "<<<<<<< HEAD\n\"a@^1\":\n  version \"1.0.0\"\n"),
        ("b/pnpm-lock.yaml", "packages:\n  x\n  '@':\n   y"),
        ("c/bun.lock", "{ \"packages\": { \"\": [\"@\""),
    ]);
    let packages = Packages::find(&files);
    let incomplete: Vec<bool> = packages.locks().iter().map(|lock| lock.incomplete.is_some()).collect();
    assert_eq!(incomplete, [true, false, false, true]);
    assert_eq!(packages.lock_for("a").expect("it is there").entries.len(), 1);
}
