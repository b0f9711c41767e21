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

/// A duration in seconds: `30s`, `2 hours`, `PT30S` and an object of units are what is read; anything else is none.
fn seconds(item: &Item) -> Option<f64> {
    if let Some(map) = item.as_map() {
        return map.iter().map(|(unit, count)| Some(count.as_number()? * in_seconds(unit)?)).sum();
    }
    let text = item.literal()?.trim();
    if let Some(iso) = text.strip_prefix("PT") {
        let at = iso.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = iso.split_at(at);
        let unit = match unit {
            "H" => "hours",
            "M" => "minutes",
            "S" => "seconds",
            _ => return None,
        };
        return Some(number.parse::<f64>().ok()? * in_seconds(unit)?);
    }
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    Some(number.trim().parse::<f64>().ok()? * in_seconds(unit)?)
}

fn in_seconds(unit: &str) -> Option<f64> {
    Some(match unit.trim_end_matches('s') {
        "m" if unit == "ms" => 0.001,
        "millisecond" => 0.001,
        "" | "second" | "sec" => 1.0,
        "m" | "min" | "minute" => 60.0,
        "h" | "hour" | "hr" => 3_600.0,
        "d" | "day" => 86_400.0,
        "w" | "week" => 604_800.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds() {
        let of = |yaml: &str| {
            let node = untrusted::yaml::parse_one(yaml.as_bytes(), &untrusted::yaml::Limits::default());
            seconds(&Item::of(&"a".into(), &node.expect("YAML").expect("a value")))
        };
        assert_eq!(of("30s"), Some(30.0));
        assert_eq!(of("2 hours"), Some(7_200.0));
        assert_eq!(of("PT5M"), Some(300.0));
        assert_eq!(of("500ms"), Some(0.5));
        assert_eq!(of("{ days: 1, hours: 1 }"), Some(90_000.0));
        assert_eq!(of("soon"), None);
    }
}
