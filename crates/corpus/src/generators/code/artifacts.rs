//! Stores of images and other artefacts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::encoded::{jwt, lifetime};
use crate::credential::{Draft, Generator};
use crate::rng::{BASE58, BASE62, BASE64, BASE64URL, DIGITS, HEX, LOWER_DIGITS, Rng};

const DOCKER: &str = "https://docs.docker.com/security/access-tokens/";
const JFROG: &str = "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens";

pub(super) const ALL: &[Generator] = &[
    Generator::new("docker-hub-pat", DOCKER, |rng| {
        let name = rng.pick(&["DOCKERHUB_TOKEN", "DOCKER_PASSWORD", "DOCKER_HUB_TOKEN"]);
        Draft::token("dckr_pat_", rng.text(BASE64URL, 27)).called(name)
    }),
    Generator::new(
        "docker-hub-org-token",
        "https://docs.docker.com/enterprise/security/access-tokens/",
        |rng| Draft::token("dckr_oat_", rng.text(BASE64URL, 32)).called("DOCKERHUB_TOKEN"),
    ),
    Generator::new(
        "jfrog-api-key",
        "https://jfrog.com/help/r/jfrog-platform-administration-documentation/api-key",
        |rng| {
            let name = rng.pick(&["ARTIFACTORY_API_KEY", "JFROG_API_KEY", "X-JFrog-Art-Api"]);
            Draft::token("AKCp", rng.text(BASE58, 69)).called(name)
        },
    ),
    Generator::new("jfrog-identity-token", JFROG, identity).or(&["jwt", "jfrog-access-token"]),
    Generator::new("jfrog-reference-token", JFROG, |rng| {
        let expires = if rng.below(2) == 0 { "0000000000".to_owned() } else { rng.text(DIGITS, 10) };
        let token = STANDARD.encode(format!("reftkn:01:{expires}:{}", rng.text(BASE62, 27)));
        // Twelve bytes are the same in every token.
        let (prefix, random) = token.split_at(12);
        Draft::token(prefix, random).called("JFROG_ACCESS_TOKEN")
    })
    .or(&["jfrog-identity-token"]),
    Generator::new("cloudsmith-key", "https://docs.cloudsmith.com/accounts-and-teams/api-key", |rng| {
        Draft::named("CLOUDSMITH_API_KEY", rng.text(HEX, 40))
    }),
    Generator::new(
        "sonatype-user-token",
        "https://central.sonatype.org/publish/generate-portal-token/",
        |rng| {
            let name = rng.pick(&["SONATYPE_PASSWORD", "OSSRH_PASSWORD", "MAVEN_CENTRAL_PASSWORD"]);
            Draft::named(name, rng.text(BASE64, 44))
        },
    ),
];

/// A JSON web token that the platform's own access service signed.
fn identity(rng: &mut Rng) -> Draft {
    let (service, user) = (rng.text(LOWER_DIGITS, 26), rng.user());
    let header = format!(r#"{{"ver":"2","typ":"JWT","alg":"RS256","kid":"{}"}}"#, rng.base64url(32));
    let (issued, ends) = lifetime(rng);
    let claims = format!(
        r#"{{"ext":"{{\"revocable\":\"true\"}}","sub":"jfac@{service}\/users\/{user}","scp":"applied-permissions\/user","aud":"*@*","iss":"jfac@{service}","exp":{ends},"iat":{issued},"jti":"{}"}}"#,
        rng.uuid()
    );
    jwt(rng, "", &header, &claims, 256).called("JFROG_ACCESS_TOKEN")
}
