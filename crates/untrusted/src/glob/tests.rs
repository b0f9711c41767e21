use proptest::prelude::*;

use super::*;

fn glob(pattern: &str) -> Glob {
    Glob::parse(pattern).expect(pattern)
}

#[test]
fn files_match_as_in_minimatch() {
    for (pattern, good, bad) in [
        ("*.yaml", &["a.yaml", "a.b.yaml"][..], &["a.yml", "b/a.yaml", ".a.yaml", "a.yaml/b"][..]),
        (
            "**/catalog-info.yaml",
            &["catalog-info.yaml", "a/b/catalog-info.yaml"],
            &[".a/catalog-info.yaml", "x-catalog-info.yaml"],
        ),
        ("a/**", &["b", "b/c"], &[".b", "b/.c"]),
        ("**", &["a", "a/b"], &[".a", "a/.b"]),
        ("*/x.yaml", &["a/x.yaml"], &["x.yaml", "a/b/x.yaml", ".a/x.yaml"]),
        (
            "**/.github/*.yaml",
            &[".github/a.yaml", "a/.github/b.yaml"],
            &[".github/.a.yaml", ".x/.github/a.yaml"],
        ),
        (".*", &[".a", ".ab"], &[".", "..", "a"]),
        ("?.yaml", &["a.yaml", "é.yaml"], &["ab.yaml", "..yaml", ".yaml"]),
        ("[a-c]x[!0-9]", &["axb", "cx-"], &["dxb", "ax1", "ax"]),
        ("[]a]", &["]", "a"], &["b"]),
        ("[^a].y", &["b.y"], &["a.y", "..y"]),
        ("a[", &["a["], &["a"]),
        ("{a,b/c}.yaml", &["a.yaml", "b/c.yaml"], &["b.yaml", "c.yaml"]),
        ("{a,b{1,2}}", &["a", "b1", "b2"], &["b"]),
        ("x{1..3}", &["x1", "x2", "x3"], &["x4", "x{1..3}"]),
        ("x{01..03}", &["x01", "x03"], &["x1"]),
        ("{c..a}", &["a", "b", "c"], &["d"]),
        ("{a}", &["{a}"], &["a"]),
        ("${a,b}", &["${a,b}"], &["$a"]),
        ("\\*", &["*"], &["a"]),
        ("a**b", &["ab", "axxb"], &["a/b"]),
        ("A.yaml", &["A.yaml"], &["a.yaml"]),
        ("*a*a*a*a*a*a*a*a*b", &["aaaaaaaab"], &["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
    ] {
        let found = glob(pattern);
        for path in good {
            assert!(found.matches(path), "{pattern} should match {path}");
        }
        for path in bad {
            assert!(!found.matches(path), "{pattern} should not match {path}");
        }
    }
}

#[test]
fn base_is_the_longest_folder_without_wildcards() {
    for (pattern, base, wild) in [
        ("a/b/*.yaml", "a/b", true),
        ("./a/b.yaml", "a", false),
        ("b.yaml", "", false),
        ("*.yaml", "", true),
        ("/srv/catalog/**/x.yaml", "/srv/catalog", true),
        ("/*.yaml", "/", true),
        ("../up/*.yaml", "../up", true),
        ("a/{b,c}/d.yaml", "a", true),
        ("a/{b,b}/d.yaml", "a/b", true),
        ("a//b/./*.yaml", "a/b", true),
        ("a/**", "a", true),
    ] {
        let found = glob(pattern);
        assert_eq!((found.base(), found.has_wildcards()), (base, wild), "{pattern}");
    }
}

#[test]
fn folders_that_cannot_hold_a_match_are_skipped() {
    let found = glob("a/*/c/*.yaml");
    assert!(["", "x", "x/c"].iter().all(|folder| found.may_descend(folder)));
    assert!(["x/d", "x/c/e", ".x"].iter().all(|folder| !found.may_descend(folder)));
    let deep = glob("**/c.yaml");
    assert!(deep.may_descend("a/b/c") && !deep.may_descend("node/.git"));
}

#[test]
fn rules_match_urls_without_regard_to_case() {
    let rule = TextGlob::parse("https://github.com/my-org/**").expect("a pattern");
    assert!(rule.matches("https://GitHub.com/My-Org/repo/blob/main/.backstage/x.yaml"));
    for text in
        ["https://github.com/my-org", "https://github.com/other/x", "https://github.com/my-org/../x/y"]
    {
        assert!(!rule.matches(text), "{text}");
    }
    let negated = TextGlob::parse("!https://github.com/**").expect("a pattern");
    assert!(negated.matches("https://gitlab.com/x") && !negated.matches("https://github.com/x"));
    assert!(!TextGlob::parse("#x").expect("a pattern").matches("#x"));
    let origin = TextGlob::parse_origin("https://*.example.com").expect("a pattern");
    assert!(origin.matches("https://a.example.com") && origin.matches("HTTPS://A.B.Example.com"));
    for text in ["https://example.com", "https://a.example.com.evil.test", "https://evil.test/a.example.com"]
    {
        assert!(!origin.matches(text), "{text}");
    }
}

#[test]
fn patterns_that_cannot_be_kept_are_refused() {
    let refused = |pattern: &str| Glob::parse(pattern).expect_err(pattern).to_string();
    assert_eq!(refused(""), "pattern is empty");
    assert_eq!(refused("//"), "pattern is empty");
    assert_eq!(
        refused("a/@(b|c)"),
        "pattern `a/@(b|c)` uses `@(`, which is not supported; write `{a,b}` or several patterns"
    );
    assert!(refused("[[:alpha:]]").contains("write a range like `[a-z]`"));
    assert!(refused("*/../x").contains("steps upwards"));
    assert!(refused("{1..1000000000}").contains("at most 32 braces and 100 alternatives"));
    assert!(refused(&"{a,b}".repeat(20)).contains("at most 32 braces"));
    assert!(refused(&"{".repeat(33)).contains("at most 32 braces"));
    assert!(refused(&"a".repeat(1025)).contains("too long"));
    assert!(refused(&"a/".repeat(70)).contains("too long"));
}

proptest! {
    #[test]
    fn a_path_matches_itself(path in "[a-z.-]{1,8}(/[a-z.-]{1,8}){0,4}") {
        prop_assume!(path.split('/').all(|name| !name.chars().all(|c| c == '.')));
        let found = glob(&path);
        let relative = path.strip_prefix(found.base()).expect("the base").trim_start_matches('/');
        prop_assert!(found.matches(relative) && !found.has_wildcards());
    }

    #[test]
    fn every_folder_of_a_match_may_be_descended(
        pattern in "[ab*?/{},.]{1,12}",
        path in "[ab.]{1,3}(/[ab.]{1,3}){0,4}",
    ) {
        let Ok(found) = Glob::parse(&pattern) else { return Ok(()) };
        if found.matches(&path) {
            let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
            prop_assert!(folders.into_iter().all(|folder| found.may_descend(folder)));
        }
    }
}
