//! Keepers of secrets and of infrastructure's state.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credential::{Draft, Generator};
use crate::rng::{ALPHANUMERIC_UPPER, BASE62, BASE64URL, HEX, Rng};

const VAULT: &str = "https://developer.hashicorp.com/vault/docs/concepts/tokens";
const ONE_PASSWORD: &str = "https://developer.1password.com/docs/service-accounts/security/";

pub(super) const ALL: &[Generator] = &[
    Generator::new(
        "terraform-cloud-token",
        "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
        |rng| {
            let length = rng.between(60, 67);
            let random = format!("{}.atlasv1.{}", rng.text(BASE62, 14), rng.text(BASE62, length));
            Draft::token("", random).called("TF_TOKEN_app_terraform_io")
        },
    ),
    Generator::new("vault-service-token", VAULT, |rng| {
        if rng.below(3) == 0 {
            return Draft::token("hvs.", rng.text(BASE62, 24)).called("VAULT_TOKEN");
        }
        Draft::token("hvs.CAES", rng.text(BASE64URL, 87)).called("VAULT_TOKEN")
    }),
    Generator::new("vault-batch-token", VAULT, |rng| {
        let length = rng.between(140, 210);
        Draft::token("hvb.AAAAAQ", rng.text(BASE64URL, length)).called("VAULT_TOKEN")
    }),
    Generator::new("vault-recovery-token", VAULT, |rng| {
        Draft::token("hvr.CAES", rng.text(BASE64URL, 87)).called("VAULT_TOKEN")
    }),
    Generator::new(
        "consul-token",
        "https://developer.hashicorp.com/consul/docs/security/acl/tokens",
        |rng| {
            let name = rng.pick(&["CONSUL_HTTP_TOKEN", "X-Consul-Token", "CONSUL_TOKEN"]);
            Draft::named(name, rng.uuid())
        },
    ),
    Generator::new("nomad-token", "https://developer.hashicorp.com/nomad/commands", |rng| {
        let name = rng.pick(&["NOMAD_TOKEN", "X-Nomad-Token"]);
        Draft::named(name, rng.uuid())
    }),
    Generator::new("doppler-token", "https://docs.doppler.com/docs/auth-token-formats", |rng| {
        let prefix = rng.pick(&["dp.pt.", "dp.st.prd.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."]);
        Draft::token(prefix, rng.text(BASE62, 43))
    }),
    Generator::new("infisical-token", "https://infisical.com/docs/documentation/platform/token", |rng| {
        let random = format!("{}.{}.{}", rng.text(HEX, 24), rng.text(HEX, 32), rng.text(HEX, 32));
        Draft::token("st.", random)
    }),
    Generator::new("onepassword-secret-key", "https://support.1password.com/secret-key/", |rng| {
        let key = secret_key(rng);
        Draft::token("A3-", &key[3..]).called("OP_SECRET_KEY")
    }),
    Generator::new("onepassword-service-account-token", ONE_PASSWORD, service_account),
    Generator::new("bitwarden-machine-token", "https://bitwarden.com/help/access-tokens/", |rng| {
        let random = format!("{}.{}:{}", rng.uuid(), rng.text(BASE62, 30), rng.base64(16));
        Draft::token("0.", random).called("BWS_ACCESS_TOKEN")
    }),
    Generator::new(
        "pulumi-access-token",
        "https://www.pulumi.com/docs/administration/access-identity/access-tokens/",
        |rng| Draft::token("pul-", rng.text(HEX, 40)),
    ),
];

/// An account's id, then groups of letters that cannot be mistaken for each other.
fn secret_key(rng: &mut Rng) -> String {
    let clear = "23456789ABCDEFGHJKLMNPQRSTVWXYZ";
    let mut key = format!("A3-{}-{}", rng.text(ALPHANUMERIC_UPPER, 6), rng.text(clear, 6));
    for _ in 0..4 {
        key.push('-');
        key.push_str(&rng.text(clear, 5));
    }
    key
}

/// JSON in base 64 with all that signing in takes.
fn service_account(rng: &mut Rng) -> Draft {
    let plain = format!(
        r#"{{"signInAddress":"my.1password.com","userAuth":{{"method":"SRPg-4096","alg":"PBES2g-HS256","iterations":650000,"salt":"{}"}},"email":"{}@1passwordserviceaccounts.com","srpX":"{}","muk":{{"alg":"A256GCM","ext":true,"k":"{}","key_ops":["encrypt","decrypt"],"kty":"oct","kid":"mp"}},"secretKey":"{}","throttleSecret":{{"seed":"{}","uuid":"{}"}},"deviceUuid":"{}"}}"#,
        rng.base64url(16),
        rng.text("abcdefghijklmnopqrstuvwxyz234567", 13),
        rng.text(HEX, 64),
        rng.base64url(32),
        secret_key(rng),
        rng.text(HEX, 64),
        rng.text(ALPHANUMERIC_UPPER, 26),
        rng.text("abcdefghijklmnopqrstuvwxyz234567", 26),
    );
    let encoded = STANDARD.encode(&plain);
    let known = plain.find("salt").expect("it was written above") / 3 * 4;
    Draft::token(&format!("ops_{}", &encoded[..known]), &encoded[known..]).called("OP_SERVICE_ACCOUNT_TOKEN")
}
