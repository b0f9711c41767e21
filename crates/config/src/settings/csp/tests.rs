use super::super::tests::{good, refused};

fn policy(yaml: &str) -> (String, String) {
    let (settings, warnings) = good(yaml);
    (settings.csp.iter().map(ToString::to_string).collect::<Vec<_>>().join(";"), warnings)
}

const DEFAULT: &str = "default-src 'self';base-uri 'self';font-src 'self' https: data:;frame-ancestors 'self';\
     img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';\
     style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests";

#[test]
fn the_default_is_the_references_without_eval() {
    assert_eq!(policy(""), (DEFAULT.to_owned(), String::new()));
}

#[test]
fn create_apps_wide_connect_src_is_narrowed() {
    let (csp, warnings) = policy("backend:\n  csp:\n    connect-src: [\"'self'\", 'http:', 'https:']\n");
    assert_eq!(csp, format!("{DEFAULT};connect-src 'self'"));
    insta::assert_snapshot!(warnings, @"
    warning: `http:` and `https:` left out of `connect-src`: pages could send data anywhere
      --> app-config.yaml:3:18
      key: backend.csp.connect-src
      fix: name the origins that pages may call
    ");
    assert!(policy("backend: { csp: { connectSrc: ['https:'] } }").0.ends_with(";connect-src 'self'"));
    assert!(
        policy("backend: { csp: { connect-src: [https://a.b, '*'] } }")
            .0
            .ends_with(";connect-src https://a.b")
    );
}

#[test]
fn directives_are_replaced_added_and_removed() {
    let (csp, _) = policy(
        "backend: { csp: { imgSrc: [\"'self'\", 'https:'], upgrade-insecure-requests: false, \
         form-action: [\"'none'\"], script-src: [\"'self'\", https://cdn.example.com] } }",
    );
    assert!(csp.contains("img-src 'self' https:;"), "{csp}");
    assert!(csp.contains("script-src 'self' https://cdn.example.com;"), "{csp}");
    assert!(csp.ends_with(";form-action 'none'") && !csp.contains("upgrade"), "{csp}");
}

#[test]
fn what_would_let_content_run_is_refused() {
    let csp = |text: &str| format!("backend: {{ csp: {{ {text} }} }}");
    for (text, wanted) in [
        ("script-src: [\"'unsafe-inline'\"]", "`'unsafe-inline'` in `script-src` is refused"),
        ("scriptSrc: [\"'self'\", \"'unsafe-eval'\"]", "`'unsafe-eval'` in `script-src` is refused"),
        ("script-src: ['*']", "`*` in `script-src` is refused"),
        ("script-src-elem: ['https:']", "`https:` in `script-src-elem` is refused"),
        ("default-src: ['data:']", "`data:` in `default-src` is refused"),
        ("frame-ancestors: ['*']", "`*` in `frame-ancestors` is refused"),
        ("object-src: false", "`object-src` cannot be removed"),
        ("scriptSrc: false", "`script-src` cannot be removed"),
        ("img-src: ['a;script-src *']", "a source holds one word"),
        ("img-src: ['a b']", "a source holds one word"),
        ("'img src': [a]", "is no directive"),
        ("img-src: 5", "wanted string-array"),
    ] {
        refused(&[(&csp(text), wanted)]);
    }
    refused(&[("backend: { csp: false }", "cannot be switched off")]);
}

#[test]
fn referrer_policies() {
    assert_eq!(good("").0.referrer_policy, "no-referrer");
    let two = "backend: { referrer: { policy: [no-referrer, same-origin] } }";
    assert_eq!(good(two).0.referrer_policy, "no-referrer,same-origin");
    refused(&[
        ("backend: { referrer: { policy: [unsafe-url] } }", "sends whole addresses"),
        ("backend: { referrer: { policy: nonsense } }", "is unknown"),
    ]);
}
