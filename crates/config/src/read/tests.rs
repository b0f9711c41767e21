use super::*;
use crate::{Config, Environment, Mode};

fn config(yaml: &str) -> Config {
    Config::from_text("app-config.yaml", yaml, &Environment::default(), Mode::Development).expect("a config")
}

fn message<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    let problem = result.expect_err("an error");
    format!("{} @ {}", problem.message, problem.place.map(|place| place.to_string()).unwrap_or_default())
}

#[test]
fn numbers() {
    let config = config("a: 7\nb: ' 7.5 '\nc: seven\nd: ''\ne: true\nf: '0x1f'\ng: NaN\nh: -1e3\ni: '1e999'");
    for (key, wanted) in [("a", 7.0), ("b", 7.5), ("f", 31.0), ("h", -1_000.0)] {
        assert_eq!(config.at(key).number(), Ok(Some(wanted)), "{key}");
    }
    assert_eq!(config.at("nope").number(), Ok(None));
    for key in ["c", "d", "g", "i"] {
        let wanted =
            format!("Unable to convert config value for key '{key}' in 'app-config.yaml' to a number @ ");
        assert!(message(config.at(key).number()).starts_with(&wanted), "{key}");
    }
    assert_eq!(
        message(config.at("e").number()),
        "Invalid type in config for key 'e' in 'app-config.yaml', got boolean, wanted number @ app-config.yaml:5:4"
    );
}

#[test]
fn integers_have_bounds() {
    let config = config("a: 7007\nb: 7.5\nc: 70000\nd: -1");
    assert_eq!(config.at("a").integer(0, 65_535), Ok(Some(7_007)));
    for key in ["b", "c", "d"] {
        assert!(config.at(key).integer(0, 65_535).is_err(), "{key}");
    }
}

#[test]
fn booleans() {
    for (text, wanted) in [
        ("true", true),
        ("'YES'", true),
        ("y", true),
        ("'On'", true),
        ("1", true),
        ("'1'", true),
        ("false", false),
        ("'No'", false),
        ("n", false),
        ("off", false),
        ("0", false),
        ("'0'", false),
    ] {
        assert_eq!(config(&format!("a: {text}")).at("a").boolean(), Ok(Some(wanted)), "{text}");
    }
    for text in ["maybe", "2", "''"] {
        assert_eq!(
            message(config(&format!("a: {text}")).at("a").boolean()),
            "Unable to convert config value for key 'a' in 'app-config.yaml' to a boolean @ app-config.yaml:1:4"
        );
    }
}

#[test]
fn strings() {
    let config = config("a: text\nb: 7\nc: ''\nd: [x, y]\ne: [x, '']\nf: [x, 1]\ng: {}\nh:\n  i: 1");
    assert_eq!(config.at("a").string(), Ok(Some("text")));
    assert_eq!(
        message(config.at("b").string()),
        "Invalid type in config for key 'b' in 'app-config.yaml', got number, wanted string @ app-config.yaml:2:4"
    );
    assert!(message(config.at("c").string()).contains("got empty-string, wanted string"));
    assert_eq!(config.at("d").strings(), Ok(Some(vec!["x", "y"])));
    assert_eq!(config.at("a").string_or_strings(), Ok(Some(vec!["text"])));
    assert!(message(config.at("e").strings()).contains("key 'e[1]' in 'app-config.yaml', got empty-string"));
    assert!(message(config.at("f").strings()).contains("key 'f[1]' in 'app-config.yaml', got number"));
    assert!(message(config.at("g").strings()).contains("got object, wanted string-array"));
    assert_eq!(
        message(config.at("h.j").required_string()),
        "Missing required config value at 'h.j' in 'app-config.yaml' @ app-config.yaml:9:3"
    );
}

#[test]
fn a_scalar_has_no_children() {
    let config = config("k: text");
    assert_eq!(
        message(config.at("k.sub.deeper").string()),
        "Invalid type in config for key 'k' in 'app-config.yaml', got string, wanted object @ app-config.yaml:1:4"
    );
}

#[test]
fn keys_with_slashes_are_reached_through_entries() {
    let config = config("proxy:\n  /my-proxy: { target: 'https://h' }\n  dotted.key: 1\n  gone: null");
    let entries = config.at("proxy").entries().expect("an object");
    let names: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["/my-proxy", "dotted.key"]);
    assert_eq!(entries[0].1.at("target").string(), Ok(Some("https://h")));
    assert!(!config.at("proxy.dotted.key").exists());
    assert!(!config.at("proxy.gone").exists());
}

#[test]
fn durations() {
    let config =
        config("a: { minutes: 1, seconds: '30' }\nb: 90s\nc: PT1M30S\nd: 90\ne: { minute: 1 }\nf: soon");
    for key in ["a", "b", "c"] {
        assert_eq!(config.at(key).duration(), Ok(Some(Duration::from_secs(90))), "{key}");
    }
    assert!(message(config.at("d").duration()).contains("got number, wanted duration"));
    assert!(
        message(config.at("e").duration()).contains("at 'e': it has an unknown unit @ app-config.yaml:5:4")
    );
    assert!(message(config.at("f").duration()).contains("at 'f': it is no duration"));
}

#[test]
fn scalars_know_whether_they_were_written() {
    let environment: Environment = [("V", "text"), ("APP_CONFIG_d", "7")].into_iter().collect();
    let yaml = "a: ${V}\nb: true\nc: [x]\n";
    let config =
        Config::from_text("app-config.yaml", yaml, &environment, Mode::Development).expect("a config");
    let scalar = |key: &str| config.at(key).scalar().map(|scalar| format!("{scalar:?}"));
    assert_eq!(scalar("a").as_deref(), Some("String(\"text\")"));
    assert_eq!(scalar("b").as_deref(), Some("Bool(true)"));
    assert_eq!((scalar("c"), scalar("nope")), (None, None));
    let outside = ["a", "b", "c", "d"].map(|key| config.at(key).is_from_outside());
    assert_eq!(outside, [true, false, false, true]);
    assert_eq!(config.at("b").written_key().map(|place| place.line), Some(2));
    assert_eq!(config.at("d").written_key(), None);
}
