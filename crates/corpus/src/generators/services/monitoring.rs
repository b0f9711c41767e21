//! Metrics, logs and traces.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credential::{Draft, Generator};
use crate::rng::{ALPHANUMERIC_UPPER, BASE32, BASE62, BASE64URL, HEX, LOWER_DIGITS};

const DATADOG: &str = "https://docs.datadoghq.com/account_management/api-app-keys/";
const GRAFANA_CLOUD: &str = "https://grafana.com/docs/grafana-cloud/account-management/authentication-and-permissions/access-policies/";
const NEW_RELIC: &str = "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/";
const SPLUNK_HEC: &str = "https://docs.splunk.com/Documentation/Splunk/latest/Data/UsetheHTTPEventCollector";
const HONEYCOMB: &str = "https://docs.honeycomb.io/api/authentication";

pub(super) const ALL: &[Generator] = &[
    Generator::new("datadog-api-key", DATADOG, |rng| {
        let name = rng.pick(&["DD_API_KEY", "DATADOG_API_KEY", "DD-API-KEY"]);
        Draft::named(name, rng.text(HEX, 32))
    }),
    Generator::new("datadog-app-key", DATADOG, |rng| {
        let name = rng.pick(&["DD_APP_KEY", "DD_APPLICATION_KEY", "DATADOG_APP_KEY", "DD-APPLICATION-KEY"]);
        Draft::named(name, rng.text(HEX, 40))
    }),
    Generator::new("grafana-cloud-token", GRAFANA_CLOUD, |rng| {
        let plain = format!(
            r#"{{"o":"{}","n":"{}-write","k":"{}","m":{{"r":"prod-us-east-0"}}}}"#,
            rng.text("123456789", 7),
            rng.word(),
            rng.text(BASE62, 24)
        );
        encoded("glc_", &plain).called(rng.pick(&["GRAFANA_CLOUD_TOKEN", "GRAFANA_CLOUD_API_KEY"]))
    }),
    Generator::new(
        "grafana-service-account-token",
        "https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go",
        |rng| {
            let secret = rng.text(BASE62, 32);
            // Least significant byte first.
            let checksum = crc32fast::hash(format!("glsa_{secret}").as_bytes()).swap_bytes();
            Draft::token("glsa_", format!("{secret}_{checksum:08x}"))
                .called(rng.pick(&["GRAFANA_TOKEN", "GRAFANA_AUTH"]))
        },
    ),
    Generator::new(
        "grafana-api-key",
        "https://grafana.com/docs/grafana/latest/developers/http_api/auth/",
        |rng| {
            let plain = format!(r#"{{"k":"{}","n":"{}-ci","id":1}}"#, rng.text(BASE62, 32), rng.word());
            encoded("", &plain).called("GRAFANA_API_KEY")
        },
    ),
    Generator::new("newrelic-user-key", NEW_RELIC, |rng| {
        let name = rng.pick(&["NEW_RELIC_API_KEY", "NEW_RELIC_USER_KEY", "NEWRELIC_API_KEY"]);
        Draft::token("NRAK-", rng.text(ALPHANUMERIC_UPPER, 27)).called(name)
    }),
    Generator::new("newrelic-license-key", NEW_RELIC, |rng| {
        let name = rng.pick(&["NEW_RELIC_LICENSE_KEY", "NEWRELIC_LICENSE_KEY", "NRIA_LICENSE_KEY"]);
        match rng.below(3) {
            0 => Draft::named(name, rng.text(HEX, 40)),
            1 => Draft::token("", rng.text(HEX, 32)).tail("FFFFNRAL").called(name),
            _ => Draft::token("eu01xx", rng.text(HEX, 26)).tail("FFFFNRAL").called(name),
        }
    }),
    Generator::new("newrelic-insert-key", NEW_RELIC, |rng| {
        Draft::token("NRII-", rng.text(BASE64URL, 32)).called("NEW_RELIC_INSERT_KEY")
    }),
    Generator::new("newrelic-browser-key", NEW_RELIC, |rng| {
        Draft::token("NRJS-", rng.text(HEX, 19)).called("NEW_RELIC_BROWSER_KEY")
    }),
    Generator::new(
        "dynatrace-token",
        "https://docs.dynatrace.com/docs/dynatrace-api/basics/dynatrace-api-authentication",
        |rng| {
            let prefix = rng.pick(&["dt0c01.", "dt0s01.", "dt0s02.", "dt0s16."]);
            let name = rng.pick(&["DT_API_TOKEN", "DYNATRACE_API_TOKEN", "DYNATRACE_TOKEN"]);
            let random = format!("{}.{}", rng.text(BASE32, 24), rng.text(BASE32, 64));
            Draft::token(prefix, random).called(name)
        },
    ),
    Generator::new("splunk-hec-token", SPLUNK_HEC, |rng| {
        Draft::named(rng.pick(&["SPLUNK_HEC_TOKEN", "SPLUNK_TOKEN"]), rng.uuid())
    }),
    Generator::new("splunk-hec-token", SPLUNK_HEC, |rng| {
        let token = rng.uuid();
        Draft::token("", &token).within("Authorization", format!("Splunk {token}"))
    }),
    Generator::new(
        "splunk-observability-token",
        "https://docs.splunk.com/observability/en/admin/authentication/authentication-tokens/org-tokens.html",
        |rng| {
            let name =
                rng.pick(&["SPLUNK_ACCESS_TOKEN", "SPLUNK_OBSERVABILITY_TOKEN", "SIGNALFX_ACCESS_TOKEN"]);
            Draft::named(name, rng.text(BASE64URL, 22))
        },
    ),
    Generator::new("sumologic-key", "https://help.sumologic.com/docs/manage/security/access-keys/", |rng| {
        let name = rng.pick(&["SUMOLOGIC_ACCESSKEY", "SUMOLOGIC_ACCESS_KEY", "SUMO_LOGIC_ACCESS_KEY"]);
        Draft::named(name, rng.text(BASE62, 64))
    }),
    Generator::new("honeycomb-key", HONEYCOMB, |rng| {
        let name = rng.pick(&["HONEYCOMB_API_KEY", "HONEYCOMB_INGEST_KEY"]);
        let prefix = format!("hc{}ik_", rng.text("abcxz", 1));
        Draft::token(&prefix, rng.text(LOWER_DIGITS, 58)).called(name)
    }),
    Generator::new("honeycomb-key", HONEYCOMB, |rng| {
        let name = rng.pick(&["HONEYCOMB_API_KEY", "X-Honeycomb-Team", "HONEYCOMB_TEAM"]);
        let key = if rng.below(2) == 0 { rng.text(HEX, 32) } else { rng.text(BASE62, 22) };
        Draft::named(name, key)
    }),
    Generator::new(
        "logzio-token",
        "https://docs.logz.io/docs/user-guide/admin/authentication-tokens/shipping-tokens/",
        |rng| {
            let name = rng.pick(&["LOGZIO_TOKEN", "LOGZIO_LOGS_TOKEN", "LOGZIO_SHIPPING_TOKEN"]);
            Draft::named(name, rng.text(BASE62, 32))
        },
    ),
    Generator::new(
        "betterstack-token",
        "https://betterstack.com/docs/uptime/api/getting-started-with-uptime-api/",
        |rng| {
            let name = rng.pick(&[
                "BETTERSTACK_API_TOKEN",
                "BETTER_STACK_API_TOKEN",
                "BETTERUPTIME_API_TOKEN",
                "LOGTAIL_SOURCE_TOKEN",
            ]);
            Draft::named(name, rng.text(BASE62, 24))
        },
    ),
];

fn encoded(prefix: &str, plain: &str) -> Draft {
    let encoded = STANDARD.encode(plain);
    // Six bytes, the first name and what surrounds it, are always the same.
    let (known, random) = encoded.split_at(8);
    Draft::token(&format!("{prefix}{known}"), random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn checksums_of_grafana_are_written_with_the_least_byte_first() {
        let generator = ALL.iter().find(|found| found.rule == "grafana-service-account-token");
        let made = generator.expect("it is above").make(&mut Rng::new(3));
        let (checked, checksum) = made.text.rsplit_once('_').expect("it has two parts");
        let bytes = crc32fast::hash(checked.as_bytes()).to_le_bytes();
        let expected: String = bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| char::from_digit(u32::from(digit), 16).expect("a half byte is a digit"))
            .collect();
        assert_eq!(checksum, expected);
    }
}
