//! Signed tokens, and secrets that only a telling name gives away.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, HEX, Rng};

const JWT: &str = "https://www.rfc-editor.org/rfc/rfc7519";
const KUBERNETES: &str = "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/";

/// The first second of the year 2100: what expires then has not expired.
const LATE: u64 = 4_102_444_800;

pub(super) const ALL: &[Generator] = &[
    Generator::new("jwt", JWT, |rng| {
        let (algorithm, signature) =
            [("HS256", 32), ("ES256", 64), ("RS256", 256), ("HS512", 64)][rng.below(4)];
        let mut header = json!({"alg": algorithm, "typ": "JWT"});
        if rng.below(2) == 0 {
            header["kid"] = json!(rng.uuid());
        }
        let payload = json!({
            "sub": rng.uuid(),
            "iss": format!("https://login.{}.internal", rng.word()),
            "aud": rng.word(),
            "iat": 1_760_000_000_u64 + rng.number() % 1_000_000,
            "exp": LATE,
        });
        let (token, start) = jwt(rng, &header, &payload, signature);
        Draft::part(token.as_str(), start..token.len()).called("ACCESS_TOKEN")
    }),
    Generator::new("kubernetes-service-account-token", KUBERNETES, |rng| {
        let header = json!({"alg": "RS256", "kid": rng.text(BASE64URL, 43)});
        let (namespace, account) = (rng.word(), format!("{}-deployer", rng.word()));
        let payload = json!({
            "iss": "kubernetes/serviceaccount",
            "kubernetes.io/serviceaccount/namespace": namespace,
            "kubernetes.io/serviceaccount/secret.name": format!("{account}-token-{}", rng.text(HEX, 5)),
            "kubernetes.io/serviceaccount/service-account.name": account,
            "kubernetes.io/serviceaccount/service-account.uid": rng.uuid(),
            "sub": format!("system:serviceaccount:{namespace}:{account}"),
        });
        let (token, start) = jwt(rng, &header, &payload, 256);
        Draft::part(token.as_str(), start..token.len()).called("KUBE_TOKEN")
    })
    .or(&["jwt"]),
    Generator::new("kubernetes-service-account-token", KUBERNETES, |rng| {
        let header = json!({"alg": "RS256", "kid": rng.text(BASE64URL, 43)});
        let (namespace, account) = (rng.word(), format!("{}-runner", rng.word()));
        let payload = json!({
            "aud": ["https://kubernetes.default.svc.cluster.local"],
            "exp": LATE,
            "iat": 1_760_000_000_u64 + rng.number() % 1_000_000,
            "iss": "https://kubernetes.default.svc.cluster.local",
            "jti": rng.uuid(),
            "kubernetes.io": {
                "namespace": namespace,
                "serviceaccount": {"name": account, "uid": rng.uuid()},
            },
            "sub": format!("system:serviceaccount:{namespace}:{account}"),
        });
        let (token, start) = jwt(rng, &header, &payload, 256);
        Draft::part(token.as_str(), start..token.len()).called("SERVICE_ACCOUNT_TOKEN")
    })
    .or(&["jwt"]),
    Generator::new("generic-secret", "observed: assignments to names that tell of a secret", |rng| {
        let name = rng.pick(&[
            "SESSION_SIGNING_SECRET",
            "INTERNAL_API_TOKEN",
            "APP_SECRET_KEY",
            "WEBHOOK_SECRET",
            "ENCRYPTION_KEY",
            "LEDGER_API_KEY",
            "ADMIN_PASSWORD",
            "REPORTS_CLIENT_SECRET",
        ]);
        let value = match rng.below(4) {
            0 => rng.text(BASE62, 40),
            1 => rng.text(HEX, 64),
            2 => rng.base64(32),
            _ => rng.password(),
        };
        Draft::named(name, value)
    }),
];

/// A JSON Web Token with a signature of so many bytes, and where its random part begins: behind the header.
pub(in crate::generators) fn jwt(
    rng: &mut Rng,
    header: &Value,
    payload: &Value,
    signature: usize,
) -> (String, usize) {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}.", encode(header), encode(payload));
    let start = signed.len();
    (format!("{signed}{}", rng.base64url(signature)), start)
}
