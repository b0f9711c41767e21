//! GitLab.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::encoded::{digits, jwt, lifetime};
use crate::credential::{Draft, Generator};
use crate::rng::{HEX, LOWER, LOWER_DIGITS, Rng};

const PREFIXES: &str = "https://docs.gitlab.com/security/tokens/#token-prefixes";
const ROUTABLE: &str =
    "https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/";

/// Base 64 for URLs, without what is easily taken for another letter (`l`, `I`, `O` and `0`).
const FRIENDLY: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789-_";
/// Digits before letters, as base 36 numbers are written.
const BASE36: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

pub(super) const ALL: &[Generator] = &[
    Generator::new("gitlab-pat", PREFIXES, |rng| {
        let name = rng.pick(&["GITLAB_TOKEN", "PRIVATE-TOKEN", "GITLAB_PRIVATE_TOKEN", "GL_TOKEN"]);
        Draft::token("glpat-", rng.text(FRIENDLY, 20)).called(name)
    }),
    Generator::new("gitlab-routable-pat", ROUTABLE, |rng| {
        let name = rng.pick(&["GITLAB_TOKEN", "PRIVATE-TOKEN"]);
        let payload = format!("o:{}\nu:{}", rng.text(LOWER, 1), rng.text(LOWER_DIGITS, 5));
        Draft::token("glpat-", routable(rng, "glpat-", &payload)).called(name)
    }),
    Generator::new("gitlab-routable-pat", ROUTABLE, |rng| {
        let payload = format!("c:1\no:1\np:{}\nu:{}", rng.text(LOWER, 5), rng.text(LOWER_DIGITS, 5));
        Draft::token("glpat-", routable(rng, "glpat-", &payload)).called("GITLAB_TOKEN")
    }),
    Generator::new("gitlab-deploy-token", PREFIXES, |rng| {
        Draft::token("gldt-", rng.text(FRIENDLY, 20)).called("CI_DEPLOY_PASSWORD")
    }),
    Generator::new("gitlab-runner-token", PREFIXES, |rng| {
        Draft::token("glrt-", rng.text(FRIENDLY, 20)).called("CI_SERVER_TOKEN")
    }),
    Generator::new("gitlab-runner-token", ROUTABLE, |rng| {
        let prefix = rng.pick(&["glrt-t1_", "glrt-t2_", "glrt-t3_"]);
        let payload = format!("g:{}\no:1\nu:{}", rng.text(LOWER, 4), rng.text(LOWER_DIGITS, 4));
        Draft::token(prefix, routable(rng, prefix, &payload)).called("RUNNER_TOKEN")
    }),
    Generator::new(
        "gitlab-runner-registration-token",
        "https://docs.gitlab.com/ci/runners/new_creation_workflow/",
        |rng| Draft::token("GR1348941", rng.text(FRIENDLY, 20)).called("REGISTRATION_TOKEN"),
    ),
    Generator::new("gitlab-ci-job-token", PREFIXES, |rng| {
        let prefix = format!("glcbt-{}_", rng.text("123456", 2));
        Draft::token(&prefix, rng.text(FRIENDLY, 20)).called("CI_JOB_TOKEN")
    }),
    Generator::new("gitlab-ci-job-token", "https://docs.gitlab.com/ci/jobs/ci_job_token/", |rng| {
        let header = format!(r#"{{"kid":"{}","typ":"JWT","alg":"RS256"}}"#, rng.text(HEX, 64));
        let (issued, ends) = lifetime(rng);
        let claims = format!(
            r#"{{"c":"1","o":"1","u":"{}","version":"0.1.0","jti":"{}","iat":{issued},"exp":{ends},"iss":"gitlab.example.net"}}"#,
            rng.text(LOWER_DIGITS, 5),
            rng.uuid()
        );
        jwt(rng, "glcbt-", &header, &claims, 256).called("CI_JOB_TOKEN")
    }),
    Generator::new("gitlab-trigger-token", PREFIXES, |rng| {
        Draft::token("glptt-", rng.text(HEX, 40)).called("TRIGGER_TOKEN")
    }),
    Generator::new("gitlab-feed-token", PREFIXES, |rng| {
        Draft::token("glft-", rng.text(FRIENDLY, 20)).called("FEED_TOKEN")
    }),
    Generator::new("gitlab-incoming-mail-token", PREFIXES, |rng| {
        Draft::token("glimt-", rng.text(LOWER_DIGITS, 25)).called("INCOMING_MAIL_TOKEN")
    }),
    Generator::new("gitlab-agent-token", PREFIXES, |rng| {
        Draft::token("glagent-", rng.text(FRIENDLY, 50)).called("AGENT_TOKEN")
    }),
    Generator::new("gitlab-oauth-secret", PREFIXES, |rng| {
        let name = rng.pick(&["GITLAB_CLIENT_SECRET", "AUTH_GITLAB_CLIENT_SECRET"]);
        Draft::token("gloas-", rng.text(HEX, 64)).called(name)
    }),
    Generator::new("gitlab-scim-token", PREFIXES, |rng| Draft::token("glsoat-", rng.text(FRIENDLY, 20))),
    Generator::new("gitlab-feature-flag-token", PREFIXES, |rng| {
        Draft::token("glffct-", rng.text(FRIENDLY, 20)).called("UNLEASH-INSTANCEID")
    }),
    Generator::new("gitlab-session-cookie", PREFIXES, |rng| {
        let session = rng.text(HEX, 32);
        Draft::token("", &session)
            .within("Cookie", format!("_gitlab_session={session}; preferred_language=en"))
    }),
];

/// A routable token without its prefix: random bytes and a payload, a version, their length and a CRC-32 over all
/// that precedes it.
fn routable(rng: &mut Rng, prefix: &str, payload: &str) -> String {
    let mut bytes = rng.bytes(16);
    bytes.extend_from_slice(payload.as_bytes());
    bytes.push(u8::try_from(payload.len()).expect("a payload is short"));
    let encoded = URL_SAFE_NO_PAD.encode(bytes);
    let length = digits(u32::try_from(encoded.len()).expect("a token is short"), BASE36, 2);
    let token = format!("{encoded}.01.{length}");
    let checksum = crc32fast::hash(format!("{prefix}{token}").as_bytes());
    format!("{token}{}", digits(checksum, BASE36, 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_routable_token_holds_its_payload_length_and_checksum() {
        let token = routable(&mut Rng::new(4), "glpat-", "o:1\nu:2c");
        let (checked, checksum) = token.split_at(token.len() - 7);
        let expected = crc32fast::hash(format!("glpat-{checked}").as_bytes());
        assert_eq!(u32::from_str_radix(checksum, 36), Ok(expected));
        let parts: Vec<&str> = checked.split('.').collect();
        assert_eq!(parts[1], "01");
        assert_eq!(usize::from_str_radix(parts[2], 36), Ok(parts[0].len()));
        let bytes = URL_SAFE_NO_PAD.decode(parts[0]).expect("it is base 64");
        assert_eq!(&bytes[16..], b"o:1\nu:2c\x08");
    }
}
