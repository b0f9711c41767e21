use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::{Config, ConfigErrors, Environment, Mode, Request};

struct World {
    root: tempfile::TempDir,
    files: Vec<String>,
    environment: Environment,
    mode: Mode,
}

impl World {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Self { root, files: Vec::new(), environment: Environment::default(), mode: Mode::Production }
    }

    fn files(mut self, files: &[&str]) -> Self {
        self.files = files.iter().map(|file| (*file).to_owned()).collect();
        self
    }

    fn variables(mut self, variables: &[(&str, &str)]) -> Self {
        self.environment = variables.iter().copied().collect();
        self
    }

    fn development(mut self) -> Self {
        self.mode = Mode::Development;
        self
    }

    fn load(&self) -> Result<Config, ConfigErrors> {
        Config::load(&Request {
            files: self.files.clone(),
            root: self.root.path().to_owned(),
            environment: self.environment.clone(),
            mode: self.mode,
        })
    }

    fn json(&self) -> Json {
        self.load().expect("a config").masked_json()
    }

    /// The problems as text, without the folder's changing name.
    fn errors(&self) -> String {
        let errors = self.load().expect_err("errors");
        assert!(errors.problems().iter().all(|problem| problem.fix.is_some()), "{errors}");
        errors.to_string().replace(&self.root.path().display().to_string(), "ROOT")
    }
}

fn one(yaml: &str) -> World {
    World::new(&[("app-config.yaml", yaml)])
}

#[test]
fn default_files_in_their_order() {
    let world = World::new(&[
        ("app-config.yaml", "a: base\nb: base\nc: base\nd: base\ne: base"),
        ("app-config.stage.yaml", "b: stage\nc: stage\nd: stage\ne: stage"),
        ("app-config.eu.yaml", "c: eu\nd: eu\ne: eu"),
        ("app-config.local.yaml", "d: local\ne: local"),
        ("app-config.stage.local.yaml", "e: stage local"),
        ("app-config.other.yaml", "a: other"),
    ]);
    let names = world.variables(&[("BACKSTAGE_ENV", "stage, eu,missing"), ("APP_CONFIG_f", "env")]);
    assert_eq!(
        names.json(),
        json!({"a": "base", "b": "stage", "c": "eu", "d": "local", "e": "stage local", "f": "env"})
    );
}

#[test]
fn the_base_file_must_exist_when_no_file_is_named() {
    insta::assert_snapshot!(World::new(&[("app-config.local.yaml", "a: 1")]).errors(), @"
    error: no `app-config.yaml` in ROOT
      fix: pass the files with --config, or start where app-config.yaml is
    ");
}

#[test]
fn named_files_replace_the_default_ones() {
    let world = World::new(&[
        ("app-config.yaml", "a: base"),
        ("app-config.local.yaml", "a: local"),
        ("one.yaml", "b: [1, 2]\nc: { d: 1 }"),
        ("sub/two.json", r#"{"b": [3], "c": {"e": 2}}"#),
    ]);
    assert_eq!(world.files(&["one.yaml", "sub/two.json"]).json(), json!({"b": [3], "c": {"d": 1, "e": 2}}));
}

#[test]
fn urls_and_missing_files_are_refused_together() {
    let world = World::new(&[]).files(&["https://bob:pw@h/app-config.yaml", "missing.yaml"]);
    insta::assert_snapshot!(world.errors(), @"
    error: configuration is not read from URLs: `https://***@h/app-config.yaml`
      fix: download the file and pass its path to --config
    error: `missing.yaml` cannot be read: No such file or directory (os error 2)
      --> missing.yaml
      fix: check the path and its permissions
    ");
}

#[test]
fn empty_files_hold_nothing_and_others_hold_keys() {
    for empty in ["", "# only a comment\n", "---\n", "null"] {
        assert_eq!(one(empty).json(), json!({}), "{empty:?}");
    }
    assert!(one("- a list").errors().contains("holds keys and values, got array"));
    assert!(one("text").errors().contains("got string"));
    assert!(one("a: 1\n---\nb: 2").errors().contains("multiple documents"));
}

#[test]
fn broken_yaml_has_its_place() {
    insta::assert_snapshot!(one("a: 1\nb: 2\na: 3\n").errors(), @"
    error: Map keys must be unique
      --> app-config.yaml:3:1
      fix: correct the YAML at this place
    ");
}

#[test]
fn variables_are_substituted_and_drop_their_keys() {
    let world =
        one("a: ${A}\nb: pre-${NOPE}\nc: ['${NOPE}', x]\nd: ${NOPE:-}\ne: $${A}\nx${A}: key\nf: ${EMPTY}")
            .variables(&[("A", " 7 "), ("EMPTY", "")]);
    let config = world.development().load().expect("a config");
    assert_eq!(config.masked_json(), json!({"a": "7", "c": ["x"], "e": "${A}", "x${A}": "key", "f": ""}));
    assert_eq!(config.at("a").number(), Ok(Some(7.0)));
    let warnings: Vec<String> = config.warnings().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(warnings.join("\n"), @"
    warning: environment variable `NOPE` is not set, so `b` is left out
      --> app-config.yaml:2:4
      key: b
      fix: set NOPE; in production this is an error
    warning: environment variable `NOPE` is not set, so `c[0]` is left out
      --> app-config.yaml:3:5
      key: c[0]
      fix: set NOPE; in production this is an error
    ");
}

#[test]
fn production_wants_its_variables() {
    let world = one("a: ${A}\nb:\n  - c: { $env: B }\n  - ${D:-default}\n  - ${E:-}\n");
    insta::assert_snapshot!(world.errors(), @"
    error: environment variable `A` is not set
      --> app-config.yaml:1:4
      key: a
      fix: set A, give it a default with ${A:-default}, or write ${A:-} if the key may be left out
    error: environment variable `B` is not set
      --> app-config.yaml:3:8
      key: b[0].c
      fix: set B, give it a default with ${B:-default}, or write ${B:-} if the key may be left out
    ");
}

#[test]
fn includes_of_every_form() {
    let world = World::new(&[
        (
            "app-config.yaml",
            "env: { $env: NAME }\nfile: { $file: 'sub/${NAME}.txt' }\nall: { $include: sub/all.yaml }\n\
             part: { $include: 'sub/all.yaml#deep.list' }\njson: { $include: sub/x.json }\n\
             text: { $include: 'sub/all.yaml#text' }\n",
        ),
        ("sub/n.txt", "  two\nlines ${NAME}\n\n"),
        (
            "sub/all.yaml",
            "deep: { list: [1, '${NAME}'] }\ntext: is ${NAME}\nnested: { $include: deeper/y.yml }\n",
        ),
        ("sub/deeper/y.yml", "file: { $file: ../n.txt }\n"),
        ("sub/x.json", r#"{"a": {"$env": "NAME"}}"#),
    ])
    .variables(&[("NAME", " n ")]);
    let file = "  two\nlines ${NAME}";
    assert_eq!(
        world.json(),
        json!({
            "env": "n",
            "file": file,
            "all": {"deep": {"list": [1, "n"]}, "text": "is n", "nested": {"file": file}},
            "part": [1, "n"],
            "json": {"a": "n"},
            "text": "is n",
        })
    );
    let files = world.load().expect("a config").files().to_vec();
    let names = |name: &str| files.iter().any(|file| file.ends_with(Path::new(name)));
    assert!(["app-config.yaml", "sub/n.txt", "sub/all.yaml", "sub/x.json"].into_iter().all(names));
    assert!(files.iter().any(|file| file.to_string_lossy().contains("y.yml")));
}

#[test]
fn wrong_includes_show_their_place() {
    let world = World::new(&[
        (
            "app-config.yaml",
            "a: { $env: A, b: 1 }\nb: { $nope: x }\nc: { $file: gone.txt }\nd: { $include: x.txt }\n\
             e: { $include: 'x.yaml#a.b.c' }\nf: { $include: 'x.yaml#a.z' }\ng: { $file: [1] }\nh: { $include: bad.yaml }\n",
        ),
        ("x.yaml", "a: { b: 1 }\n"),
        ("bad.yaml", "a: [\n"),
    ]);
    insta::assert_snapshot!(world.errors());
}

#[test]
fn a_missing_part_of_an_include_is_dropped_in_development() {
    let world = World::new(&[("app-config.yaml", "a: { $include: 'x.yaml#b' }\nc: 1"), ("x.yaml", "a: 1")]);
    let config = world.development().load().expect("a config");
    assert_eq!(config.masked_json(), json!({"c": 1}));
    assert_eq!(config.warnings().len(), 1);
}

#[test]
fn includes_that_go_round_or_multiply_end() {
    let circle =
        World::new(&[("app-config.yaml", "a: { $include: b.yaml }"), ("b.yaml", "c: { $include: b.yaml }")]);
    insta::assert_snapshot!(circle.errors(), @"
    error: include of `b.yaml` goes round in a circle
      --> b.yaml:1:16
      key: a.c
      fix: remove one of the includes
    ");
    let twice = "a: { $include: NEXT }\nb: { $include: NEXT }\n";
    let mut files: Vec<(String, String)> = (0..30)
        .map(|index| (format!("f{index}.yaml"), twice.replace("NEXT", &format!("f{}.yaml", index + 1))))
        .collect();
    files.push(("f30.yaml".to_owned(), "x: 1".to_owned()));
    files.push(("app-config.yaml".to_owned(), "a: { $include: f0.yaml }".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert!(World::new(&files).errors().contains("more than 1000 includes"));
}

#[test]
fn a_part_of_the_same_file_may_be_included() {
    let world = one("a: { b: 1 }\nc: { $include: 'app-config.yaml#a' }");
    assert_eq!(world.json(), json!({"a": {"b": 1}, "c": {"b": 1}}));
}

#[test]
fn files_that_are_none_are_refused() {
    let world =
        World::new(&[("app-config.yaml", "a: { $file: folder }\nb: { $file: bytes }\nc: { $file: big }")]);
    fs::create_dir(world.root.path().join("folder")).expect("a folder");
    fs::write(world.root.path().join("bytes"), [0xff, 0xfe]).expect("a file");
    fs::write(world.root.path().join("big"), vec![b'x'; (1 << 20) + 1]).expect("a file");
    let errors = world.errors();
    assert!(errors.contains("`folder` cannot be read: is a directory"), "{errors}");
    assert!(errors.contains("`bytes` cannot be read: is not UTF-8 text"), "{errors}");
    assert!(errors.contains("`big` cannot be read: is larger than 1048576 bytes"), "{errors}");
}

#[test]
fn the_environment_wins_and_is_not_substituted() {
    let world = one("a: { b: 1, c: 2 }")
        .variables(&[("APP_CONFIG_a_b", "\"${X}\""), ("APP_CONFIG_d", "{\"e\": [1]}")]);
    assert_eq!(world.json(), json!({"a": {"b": "${X}", "c": 2}, "d": {"e": [1]}}));
    let wrong = one("a: 1").variables(&[("APP_CONFIG_a__b", "1")]);
    insta::assert_snapshot!(wrong.errors(), @"
    error: Invalid env config key 'a__b'
      --> env APP_CONFIG_a__b
      key: a..b
      fix: each part between underscores is a letter, then letters and digits, joined by - or :
    ");
}

#[test]
fn a_broken_file_in_every_line_stops_complaining() {
    let text: String = (0..2_000).fold(String::new(), |text, index| text + &format!("k{index}: ${{NOPE}}\n"));
    assert_eq!(one(&text).load().expect_err("errors").problems().len(), 200);
}

/// The fuzz body: loading and everything that reads a tree, on arbitrary bytes.
fn digest(bytes: &[u8]) {
    let environment: Environment = [("A", "a"), ("APP_CONFIG_a_b", "1")].into_iter().collect();
    let text = String::from_utf8_lossy(bytes);
    for mode in [Mode::Production, Mode::Development] {
        let Ok(config) = Config::from_text("fuzz.yaml", &text, &environment, mode) else { continue };
        let _ = config.print_masked();
        let _ = config.secret_values();
        let _ = config.explain("backend.listen");
        if let Err(errors) = crate::Settings::from_config(&config, mode) {
            assert!(errors.problems().iter().all(|problem| problem.fix.is_some()), "{errors}");
        }
    }
}

/// A small generator, so that the run is the same everywhere.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }
}

#[test]
fn arbitrary_bytes_never_panic() {
    let words = [
        "backend",
        "listen",
        "stagedoor",
        "edge",
        "limits",
        "catalog",
        "rules",
        "allow",
        "locations",
        ": ",
        ":\n",
        "\n",
        "  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "${A}",
        "${B}",
        "${C:-}",
        "$env",
        "$include",
        "$file",
        "&a",
        "*a",
        "'",
        "\"",
        "null",
        "true",
        "1e999",
        "-1",
        "0x",
        "PT5S",
        "5m",
        "https://u:p@h",
        "*.x",
        "::1",
        "10.0.0.0/8",
        "auth",
        "cors",
        "origin",
        "csp",
        "externalAccess",
        "options",
        "token",
        "accessRestrictions",
        "plugin",
        "database",
        "pg",
        "connection",
        "postgres://",
        "\u{0}",
        "é",
        "|",
        ">",
        "#",
        "%",
        "---\n",
    ];
    let mut random = Lcg(7);
    for _ in 0..1_500 {
        let length = random.below(40);
        let text: String = (0..length).map(|_| words[random.below(words.len())]).collect();
        digest(text.as_bytes());
    }
    let seed = include_str!("../../tests/fixtures/app-config.yaml").as_bytes();
    for _ in 0..300 {
        let mut bytes = seed.to_vec();
        for _ in 0..=random.below(6) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = u8::try_from(random.below(256)).unwrap_or_default(),
                1 => {
                    bytes.remove(at);
                }
                _ => {
                    let word = words[random.below(words.len())];
                    bytes.splice(at..at, word.bytes());
                }
            }
        }
        digest(&bytes);
    }
}
