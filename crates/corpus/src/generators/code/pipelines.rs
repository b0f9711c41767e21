//! Build servers.

use super::encoded::{jwt, lifetime};
use crate::credential::{Draft, Generator};
use crate::rng::{BASE58, BASE62, BASE64URL, HEX, Rng};

const CIRCLECI: &str = "https://circleci.com/docs/managing-api-tokens/";
const BUILDKITE: &str = "https://buildkite.com/docs/platform/security/tokens";

pub(super) const ALL: &[Generator] = &[
    Generator::new(
        "jenkins-api-token",
        "https://www.jenkins.io/doc/book/system-administration/authenticating-scripted-clients/",
        |rng| {
            let name = rng.pick(&["JENKINS_API_TOKEN", "JENKINS_TOKEN", "JENKINS_USER_TOKEN"]);
            Draft::named(name, format!("11{}", rng.text(HEX, 32)))
        },
    ),
    Generator::new("circleci-pat", CIRCLECI, |rng| {
        let name = rng.pick(&["CIRCLE_TOKEN", "CIRCLECI_TOKEN", "CIRCLECI_CLI_TOKEN", "Circle-Token"]);
        let random = format!("{}_{}", rng.text(BASE58, 22), rng.text(HEX, 40));
        Draft::token("CCIPAT_", random).called(name)
    }),
    Generator::new("circleci-pat", CIRCLECI, |rng| {
        let name = rng.pick(&["CIRCLE_TOKEN", "CIRCLECI_TOKEN", "CIRCLECI_CLI_TOKEN"]);
        Draft::named(name, rng.text(HEX, 40))
    })
    .or(&["circleci-legacy-token", "circleci-token", "circleci-project-token"]),
    Generator::new("circleci-project-token", CIRCLECI, |rng| {
        let random = format!("{}_{}", rng.text(BASE58, 22), rng.text(HEX, 40));
        Draft::token("CCIPRJ_", random).called("CIRCLECI_TOKEN")
    }),
    Generator::new("buildkite-user-token", BUILDKITE, |rng| {
        let name = rng.pick(&["BUILDKITE_API_TOKEN", "BUILDKITE_API_ACCESS_TOKEN", "BUILDKITE_TOKEN"]);
        // Forty digits at first, fifty-three letters in the examples of today.
        let random = if rng.below(2) == 0 { rng.text(HEX, 40) } else { rng.text(BASE62, 53) };
        Draft::token("bkua_", random).called(name)
    }),
    Generator::new("buildkite-agent-token", BUILDKITE, |rng| match rng.below(3) {
        0 => Draft::token("bkaa_", rng.text(BASE62, 75)).called("BUILDKITE_AGENT_ACCESS_TOKEN"),
        1 => Draft::token("bkar_", rng.text(BASE62, 73)).called("BUILDKITE_AGENT_TOKEN"),
        _ => job(rng),
    }),
    Generator::new(
        "buildkite-agent-token",
        "https://buildkite.com/docs/agent/v3/unclustered-tokens",
        |rng| Draft::named("BUILDKITE_AGENT_TOKEN", rng.text(HEX, 50)),
    ),
    Generator::new("buildkite-cluster-token", BUILDKITE, |rng| {
        Draft::token("bkct_", rng.text(BASE62, 73)).called("BUILDKITE_AGENT_TOKEN")
    }),
    Generator::new("travis-token", "https://docs.travis-ci.com/user/triggering-builds/", |rng| {
        let name = rng.pick(&["TRAVIS_TOKEN", "TRAVIS_API_TOKEN", "TRAVIS_ACCESS_TOKEN"]);
        Draft::named(name, rng.text(BASE64URL, 22))
    }),
    Generator::new("drone-token", "https://docs.drone.io/cli/configure/", |rng| {
        Draft::named("DRONE_TOKEN", rng.text(BASE62, 32))
    }),
    Generator::new(
        "prefect-key",
        "https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys",
        |rng| Draft::token(rng.pick(&["pnu_", "pnb_"]), rng.text(BASE62, 36)).called("PREFECT_API_KEY"),
    ),
];

/// What a job is given: a JSON web token.
fn job(rng: &mut Rng) -> Draft {
    let (issued, ends) = lifetime(rng);
    let claims = format!(r#"{{"jti":"{}","sub":"{}","iat":{issued},"exp":{ends}}}"#, rng.uuid(), rng.uuid());
    jwt(rng, "bkaj_", r#"{"alg":"ES256","typ":"JWT"}"#, &claims, 64).called("BUILDKITE_AGENT_ACCESS_TOKEN")
}
