//! Stagedoor's own settings.

use crate::repo::Production;
use crate::rule::Skip;
use crate::{Context, Item};

super::topic! {
    stagedoor_trusted_proxies "stagedoor-trusted-proxies",
    stagedoor_sources_open "stagedoor-sources-open",
    stagedoor_policy_permits_all "stagedoor-policy-permits-all",
    stagedoor_audit_not_shipped "stagedoor-audit-not-shipped",
    stagedoor_session_long "stagedoor-session-long",
    stagedoor_rate_limit_loose "stagedoor-rate-limit-loose",
    stagedoor_unverified_email "stagedoor-unverified-email",
    stagedoor_secrets_old "stagedoor-secrets-old",
}

/// What Stagedoor runs with: a server's own configuration, or what a repository has under `stagedoor:`.
fn productions<'a>(cx: &Context<'a>) -> Result<Vec<&'a Production>, Skip> {
    let mut all = cx.productions()?;
    all.retain(|production| production.launch.configs.is_empty() || production.at("stagedoor").is_some());
    if all.is_empty() {
        Err(Skip::because("nothing here is configured for Stagedoor (no `stagedoor:`)"))
    } else {
        Ok(all)
    }
}

/// A duration in seconds, as a server reads it: `30s`, `2 hours`, `P1DT12H` and an object of units; anything else is none.
fn seconds(item: &Item) -> Option<f64> {
    if let Some(map) = item.as_map() {
        return map.iter().map(|(unit, count)| Some(count.as_number()? * in_seconds(unit)?)).sum();
    }
    let text = item.literal()?.trim();
    if let Some(iso) = text.strip_prefix('P') {
        let (date, time) = iso.split_once('T').unwrap_or((iso, ""));
        let date = of_iso(date, &[('Y', "years"), ('M', "months"), ('W', "weeks"), ('D', "days")])?;
        return Some(date + of_iso(time, &[('H', "hours"), ('M', "minutes"), ('S', "seconds")])?);
    }
    let text = text.to_ascii_lowercase();
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    // A number alone is milliseconds.
    Some(number.trim().parse::<f64>().ok()? * in_seconds(if unit.is_empty() { "ms" } else { unit })?)
}

/// Numbers, each with the letter of its unit.
fn of_iso(mut text: &str, units: &[(char, &str)]) -> Option<f64> {
    let mut sum = 0.0;
    while let Some(at) = text.find(|c: char| c.is_ascii_alphabetic()) {
        let (number, rest) = text.split_at(at);
        let (_, unit) = units.iter().find(|(letter, _)| rest.starts_with(*letter))?;
        sum += number.replace(',', ".").parse::<f64>().ok()? * in_seconds(unit)?;
        text = &rest[1..];
    }
    text.is_empty().then_some(sum)
}

fn in_seconds(unit: &str) -> Option<f64> {
    Some(match unit.strip_suffix('s').unwrap_or(unit) {
        "m" if unit == "ms" => 0.001,
        "millisecond" | "msec" => 0.001,
        "" | "second" | "sec" => 1.0,
        "m" | "min" | "minute" => 60.0,
        "h" | "hour" | "hr" => 3_600.0,
        "d" | "day" => 86_400.0,
        "w" | "week" => 604_800.0,
        "mo" | "month" => 30.0 * 86_400.0,
        "y" | "yr" | "year" => 365.0 * 86_400.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use config::{Config, Environment, Mode};

    use super::*;
    use crate::{Repository, registry, run};

    /// How often a rule finds something in what a server runs with.
    fn found(rule: &str, yaml: &str) -> usize {
        let environment: Environment = [("SECRET_AGE", "120d"), ("AGE", "120d")].into_iter().collect();
        let config =
            Config::from_text("app-config.yaml", yaml, &environment, Mode::Production).expect("a config");
        run(&Repository::of_config(&config), registry().filter(|entry| entry.id == rule)).findings.len()
    }

    #[test]
    fn a_server_is_judged_by_what_it_does() {
        let age = |age: &str| format!("stagedoor: {{ secrets: {{ age: {{ refuse: {age} }} }} }}");
        for (written, count) in
            [("90d", 0), ("P3M", 0), ("91d", 1), ("P2M31D", 1), ("'${AGE}'", 1), ("'${SECRET_AGE}'", 1)]
        {
            assert_eq!(found("stagedoor-secrets-old", &age(written)), count, "{written}");
        }
        let unverified = "stagedoor: { signIn: { unverifiedEmail: [github, okta] } }";
        assert_eq!(found("stagedoor-unverified-email", unverified), 2);
        let oidc = |more: &str| {
            format!("auth: {{ providers: {{ oidc: {{ production: {{ clientId: a{more} }} }} }} }}")
        };
        assert_eq!(found("oidc-prompt", &oidc("")), 0, "ours is `auto`");
        assert_eq!(found("oidc-prompt", &oidc(", prompt: none")), 1);
        let domains = "signIn: { resolvers: [{ resolver: emailMatchingUserEntityProfileEmail, allowedDomains: [a.example] }] }";
        assert_eq!(
            found("resolver-domains-ignored", &oidc(&format!(", {domains}"))),
            0,
            "ours looks at them"
        );
        let anybody =
            domains.replace("allowedDomains: [a.example]", "dangerouslyAllowSignInWithoutUserInCatalog: yes");
        assert_eq!(found("resolver-without-catalog", &oidc(&format!(", {anybody}"))), 1);
        let local = domains.replace(
            "ProfileEmail, allowedDomains: [a.example]",
            "ProfileEmail }, { resolver: emailLocalPartMatchingUserEntityName",
        );
        assert_eq!(found("resolver-local-part", &oidc(&format!(", {local}"))), 1);
    }

    #[test]
    fn durations_are_seconds() {
        let of = |yaml: &str| {
            let node = untrusted::yaml::parse_one(yaml.as_bytes(), &untrusted::yaml::Limits::default());
            seconds(&Item::of(&"a".into(), &node.expect("YAML").expect("a value")))
        };
        assert_eq!(of("30s"), Some(30.0));
        assert_eq!(of("2 hours"), Some(7_200.0));
        assert_eq!(of("PT5M"), Some(300.0));
        assert_eq!(of("P90D"), Some(7_776_000.0));
        assert_eq!(of("P6M"), of("180d"));
        assert_eq!(of("1 year"), of("P1Y"));
        assert_eq!(of("P1DT12H30M"), of("{ hours: '36', minutes: 30 }"));
        assert_eq!(of("90D"), of("P90D"));
        assert_eq!(of("'5000'"), Some(5.0));
        assert_eq!((of("P5S"), of("PT5"), of("P5D5")), (None, None, None));
        assert_eq!(of("500ms"), Some(0.5));
        assert_eq!(of("{ days: 1, hours: 1 }"), Some(90_000.0));
        assert_eq!(of("soon"), None);
    }
}
