//! Analysis of code: quality, coverage and vulnerable dependencies.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, HEX};

const SONARQUBE: &str = "https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens/";
const SONARQUBE_FORMAT: &str = "https://github.com/SonarSource/sonarqube/blob/master/server/sonar-webserver-auth/src/main/java/org/sonar/server/usertoken/TokenGeneratorImpl.java";
const SNYK: &str = "https://docs.snyk.io/developer-tools/snyk-api/authentication-for-api";

pub(super) const ALL: &[Generator] = &[
    Generator::new("sonarqube-token", SONARQUBE, |rng| {
        let name = rng.pick(&["SONAR_TOKEN", "SONARQUBE_TOKEN", "SONAR_LOGIN"]);
        Draft::named(name, rng.text(HEX, 40))
    }),
    Generator::new("sonarqube-token", SONARQUBE_FORMAT, |rng| {
        Draft::token("sqp_", rng.text(HEX, 40)).called("SONAR_TOKEN")
    })
    .or(&["sonarqube-project-token", "sonarqube-analysis-token"]),
    Generator::new("sonarqube-user-token", SONARQUBE_FORMAT, |rng| {
        Draft::token("squ_", rng.text(HEX, 40)).called("SONAR_TOKEN")
    })
    .or(&["sonarqube-token"]),
    Generator::new("sonarqube-analysis-token", SONARQUBE_FORMAT, |rng| {
        Draft::token("sqa_", rng.text(HEX, 40)).called("SONAR_TOKEN")
    })
    .or(&["sonarqube-token"]),
    Generator::new("snyk-token", SNYK, |rng| {
        let name = rng.pick(&["SNYK_TOKEN", "SNYK_API_TOKEN", "SNYK_CFG_API"]);
        Draft::named(name, rng.uuid())
    }),
    Generator::new(
        "snyk-token",
        "https://github.com/snyk/go-application-framework/tree/main/pkg/auth",
        |rng| {
            let prefix = rng.pick(&["snyk_uat.", "snyk_sat."]);
            let claims = format!(r#"{{"j":"{}","h":"api.snyk.io"}}"#, rng.uuid());
            let random =
                format!("{}.{}.{}", rng.text(HEX, 8), URL_SAFE_NO_PAD.encode(claims), rng.base64url(64));
            Draft::token(prefix, random).called("SNYK_TOKEN")
        },
    ),
    Generator::new("codecov-token", "https://docs.codecov.com/docs/codecov-tokens", |rng| {
        Draft::named("CODECOV_TOKEN", rng.uuid())
    }),
    Generator::new("codacy-token", "https://docs.codacy.com/codacy-api/api-tokens/", |rng| {
        if rng.below(2) == 0 {
            return Draft::named("CODACY_PROJECT_TOKEN", rng.text(HEX, 32));
        }
        Draft::named("CODACY_API_TOKEN", rng.text(BASE62, 20))
    }),
    Generator::new("coveralls-token", "https://docs.coveralls.io/api-introduction", |rng| {
        Draft::named("COVERALLS_REPO_TOKEN", rng.text(BASE62, 33))
    }),
];
