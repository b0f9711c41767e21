//! Databases, warehouses, queues and search as services.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::credential::{Draft, Generator};
use crate::generators::structure::jwt;
use crate::rng::{BASE62, BASE64, BASE64URL, HEX, LOWER, LOWER_DIGITS};

const PLANETSCALE: &str = "https://planetscale.com/docs/api/reference/service-tokens";
const SUPABASE: &str = "https://supabase.com/docs/guides/api/api-keys";

pub(super) const ALL: &[Generator] = &[
    Generator::new("databricks-pat", "https://docs.databricks.com/en/dev-tools/auth/pat.html", |rng| {
        let tail = rng.pick(&["", "-2", "-3"]);
        Draft::token("dapi", rng.text(HEX, 32)).tail(tail).called("DATABRICKS_TOKEN")
    }),
    Generator::new(
        "databricks-oauth-secret",
        "https://docs.databricks.com/en/dev-tools/auth/oauth-m2m.html",
        |rng| Draft::token("dose", rng.text(HEX, 32)).called("DATABRICKS_CLIENT_SECRET"),
    ),
    Generator::new(
        "snowflake-password",
        "https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-connect",
        |rng| Draft::named("SNOWFLAKE_PASSWORD", rng.password()),
    ),
    Generator::new(
        "snowflake-pat",
        "https://docs.snowflake.com/en/user-guide/programmatic-access-tokens",
        |rng| {
            let header = json!({"kid": rng.text(BASE62, 12), "alg": "ES256"});
            let payload = json!({"p": rng.text(HEX, 24), "iss": "SF:2001", "exp": 4_102_444_800_u64});
            let (token, start) = jwt(rng, &header, &payload, 64);
            Draft::part(token.as_str(), start..token.len()).called("SNOWFLAKE_PAT")
        },
    )
    .or(&["jwt"]),
    Generator::new(
        "mongodb-atlas-api-key",
        "https://www.mongodb.com/docs/atlas/configure-api-access/",
        |rng| {
            let name = rng.pick(&["MONGODB_ATLAS_PRIVATE_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY"]);
            Draft::named(name, rng.uuid())
        },
    ),
    Generator::new(
        "mongodb-atlas-service-account-secret",
        "https://www.mongodb.com/docs/atlas/api/service-accounts-overview/",
        |rng| Draft::token("mdb_sa_sk_", rng.text(BASE64URL, 40)).called("MONGODB_ATLAS_CLIENT_SECRET"),
    ),
    Generator::new("supabase-pat", "https://supabase.com/docs/guides/platform/access-control", |rng| {
        Draft::token("sbp_", rng.text(HEX, 40)).called("SUPABASE_ACCESS_TOKEN")
    }),
    Generator::new("supabase-secret-key", SUPABASE, |rng| {
        let random = format!("{}_{}", rng.text(BASE64URL, 22), rng.text(BASE64URL, 8));
        Draft::token("sb_secret_", random)
    }),
    Generator::new("supabase-service-role-jwt", SUPABASE, |rng| {
        let header = json!({"alg": "HS256", "typ": "JWT"});
        let payload = json!({
            "iss": "supabase",
            "ref": rng.text(LOWER, 20),
            "role": "service_role",
            "iat": 1_760_000_000_u64 + rng.number() % 10_000_000,
            "exp": 4_102_444_800_u64,
        });
        let (token, start) = jwt(rng, &header, &payload, 32);
        Draft::part(token.as_str(), start..token.len()).called("SUPABASE_SERVICE_ROLE_KEY")
    })
    .or(&["jwt"]),
    Generator::new(
        "planetscale-password",
        "https://planetscale.com/docs/concepts/connection-strings",
        |rng| Draft::token("pscale_pw_", rng.text(BASE62, 43)),
    ),
    Generator::new("planetscale-token", PLANETSCALE, |rng| {
        Draft::token("pscale_tkn_", rng.text(BASE64URL, 43))
    }),
    Generator::new("planetscale-oauth-token", PLANETSCALE, |rng| {
        Draft::token("pscale_oauth_", rng.text(BASE64URL, 43))
    }),
    Generator::new("neon-api-key", "https://neon.com/docs/manage/api-keys", |rng| {
        Draft::token("napi_", rng.text(LOWER_DIGITS, 64))
    }),
    Generator::new("upstash-token", "https://upstash.com/docs/redis/features/restapi", |rng| {
        Draft::named("UPSTASH_REDIS_REST_TOKEN", format!("AX{}=", rng.text(BASE62, 57)))
    }),
    Generator::new(
        "confluent-api-secret",
        "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html",
        |rng| {
            let name = rng.pick(&["CONFLUENT_CLOUD_API_SECRET", "CONFLUENT_API_SECRET"]);
            if rng.below(2) == 0 {
                return Draft::named(name, rng.text(BASE64, 64));
            }
            Draft::token("cflt", rng.text(BASE64, 60)).called(name)
        },
    ),
    Generator::new(
        "aiven-token",
        "https://aiven.io/docs/platform/howto/create_authentication_token",
        |rng| {
            let name = rng.pick(&["AIVEN_TOKEN", "AIVEN_API_TOKEN"]);
            Draft::named(name, rng.text(BASE64URL, 372))
        },
    ),
    Generator::new(
        "elastic-api-key",
        "https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-create-api-key",
        |rng| {
            let plain = format!("{}:{}", rng.text(BASE64URL, 20), rng.text(BASE64URL, 22));
            let name = rng.pick(&["ELASTIC_API_KEY", "ELASTICSEARCH_API_KEY"]);
            Draft::named(name, STANDARD.encode(plain))
        },
    ),
    Generator::new(
        "cockroach-cloud-key",
        "https://www.cockroachlabs.com/docs/cockroachcloud/managing-access",
        |rng| {
            let random = format!("{}_{}", rng.text(BASE62, 22), rng.text(BASE62, 40));
            Draft::token("CCDB1_", random).called("COCKROACH_API_KEY")
        },
    ),
    Generator::new("algolia-admin-key", "https://www.algolia.com/doc/guides/security/api-keys/", |rng| {
        let name = rng.pick(&["ALGOLIA_ADMIN_KEY", "ALGOLIA_ADMIN_API_KEY"]);
        Draft::named(name, rng.text(HEX, 32))
    }),
];
