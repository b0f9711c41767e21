use std::collections::BTreeSet;

use super::*;
use crate::Repository;
use crate::repo::Files;

fn version(text: &str) -> Release {
    Release::parse(text).expect("a version")
}

#[test]
fn every_line_of_the_table_is_read() {
    let lines = DATA.lines().filter(|line| !line.starts_with('#'));
    let unread: Vec<&str> = lines.clone().filter(|text| table::line(text).is_none()).collect();
    assert!(unread.is_empty(), "{unread:#?}");
    let ids: BTreeSet<&str> =
        Advisories::built_in().list.iter().map(|advisory| advisory.id.as_str()).collect();
    assert_eq!((ids.len(), ids.len() > 60), (lines.count(), true));
}

#[test]
fn ranges_with_gaps_are_kept() {
    let find = |version: &str| {
        let version = self::version(version);
        Advisories::built_in()
            .of("@backstage/plugin-scaffolder-backend")
            .any(|(advisory, affected)| advisory.id == "CVE-2026-106501" && affected.has(&version))
    };
    assert_eq!(
        ["3.3.0", "3.3.1", "3.4.0", "4.0.3", "4.0.4", "4.1.0"].map(find),
        [true, false, true, false, true, false]
    );
}

#[test]
fn conditions_are_asked_of_what_production_runs_with() {
    let used = |condition: &str, yaml: &str| {
        let repository = Repository::of(Files::of_texts([("app-config.yaml", yaml)]));
        let productions = repository.projects.iter().flat_map(|project| &project.productions);
        match Condition::parse(condition)
            .used(productions, condition.contains("named") && yaml.contains("app"))
        {
            Used::Yes(place) => format!("line {}", place.map_or(0, |place| place.line)),
            Used::No => "no".to_owned(),
            Used::Unknown => "unknown".to_owned(),
        }
    };
    let local = "techdocs.generator.runIn=local";
    assert_eq!(used(local, "techdocs:\n  generator:\n    runIn: local\n"), "line 3");
    assert_eq!(used(local, "techdocs:\n  generator:\n    runIn: docker\n"), "no");
    assert_eq!(used(local, "techdocs:\n  generator:\n    runIn: ${RUN_IN}\n"), "unknown");
    assert_eq!(used(local, "app:\n  title: x\n"), "no");
    assert_eq!(used("techdocs.publisher.type=local|", "app:\n  title: x\n"), "line 0");
    assert_eq!(used("a=true or proxy", "proxy:\n  endpoints: {}\n"), "line 1");
    assert_eq!(used("auth.providers.oidc or named", "app:\n  title: x\n"), "line 0");
    assert_eq!(used("auth.providers.oidc or named", "backend: {}\n"), "no");
    assert_eq!(used("", "app: {}\n"), "line 0");
}

const OSV: &str = r#"{"id":"GHSA-1","aliases":["CVE-2027-1"],"summary":"Bad.","affected":[
  {"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[
    {"introduced":"0"},{"fixed":"1.2.0"},{"introduced":"2.0.0"},{"last_affected":"2.3.0"}]}]},
  {"package":{"ecosystem":"PyPI","name":"left"},"ranges":[]}],
  "database_specific":{"severity":"HIGH"}}"#;

#[test]
fn osv_is_read_in_its_shapes() {
    let texts =
        [OSV.to_owned(), format!("[{OSV}]"), format!("{OSV}\n{OSV}"), format!("{{\"vulns\":[{OSV}]}}")];
    for text in texts {
        let advisories = parse_osv(text.as_bytes()).expect("OSV");
        let (advisory, affected) = advisories.of("left").next().expect("an advisory");
        assert_eq!(
            (advisory.id.as_str(), advisory.severity, advisory.summary.as_str()),
            ("CVE-2027-1", Severity::High, "Bad")
        );
        let has = |text: &str| affected.has(&version(text));
        assert_eq!(["0.0.1", "1.2.0", "2.0.0", "2.3.0", "2.3.1"].map(has), [true, false, true, true, false]);
    }
}

#[test]
fn osv_without_npm_withdrawn_or_broken_is_told() {
    assert!(matches!(parse_osv(b"[]"), Err(OsvError::Empty)));
    assert!(matches!(parse_osv(b"{"), Err(OsvError::Json(_))));
    assert!(matches!(parse_osv(b"not json"), Err(OsvError::Json(_))));
    let withdrawn = OSV.replacen('{', r#"{"withdrawn":"2027-01-01T00:00:00Z","#, 1);
    assert!(matches!(parse_osv(withdrawn.as_bytes()), Err(OsvError::Empty)));
    let deep = "[".repeat(100_000);
    assert!(matches!(parse_osv(deep.as_bytes()), Err(OsvError::Json(_))));
}

#[test]
fn an_export_keeps_what_the_table_knows_about_settings() {
    let text = OSV.replace("CVE-2027-1", "CVE-2026-29186");
    let all = Advisories::built_in().and(&parse_osv(text.as_bytes()).expect("OSV"));
    let found: Vec<&Advisory> = all.list.iter().filter(|advisory| advisory.id == "CVE-2026-29186").collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].source, found[0].when.is_empty()), (Source::Osv, false));
}
