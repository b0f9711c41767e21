//! Keys and certificates that are meant to be shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Kind, lines};
use crate::rng::{BASE62, BASE64URL, HEX, Rng};

pub(super) const ALL: &[Kind] = &[
    ("keys/public.pem", |rng| pem(rng, "PUBLIC KEY", 294)),
    ("keys/rsa-public.pem", |rng| pem(rng, "RSA PUBLIC KEY", 270)),
    ("certs/server.crt", |rng| pem(rng, "CERTIFICATE", 900)),
    ("certs/chain.pem", |rng| pem(rng, "CERTIFICATE", 910) + &pem(rng, "CERTIFICATE", 870)),
    ("certs/request.csr", |rng| pem(rng, "CERTIFICATE REQUEST", 620)),
    ("certs/revoked.crl", |rng| pem(rng, "X509 CRL", 400)),
    ("keys/dh.pem", |rng| pem(rng, "DH PARAMETERS", 268)),
    ("keys/release.asc", |rng| {
        let body = pem(rng, "PGP PUBLIC KEY BLOCK", 1100);
        body.replacen("-----\n", "-----\n\n", 1)
    }),
    ("release/artifact.asc", |rng| pem(rng, "PGP SIGNATURE", 410).replacen("-----\n", "-----\n\n", 1)),
    ("home/.ssh/authorized_keys", |rng| {
        lines(rng, |rng| format!("{} {}@corp.internal", ssh(rng), rng.word()))
    }),
    ("home/.ssh/known_hosts", |rng| {
        lines(rng, |rng| format!("|1|{}|{} {}", rng.base64(20), rng.base64(20), ssh(rng)))
    }),
    ("keys/jwks.json", |rng| {
        format!(
            "{{\n  \"keys\": [\n    {{\"kty\": \"RSA\", \"use\": \"sig\", \"alg\": \"RS256\", \"kid\": \"{}\", \"e\": \"AQAB\", \"n\": \"{}\"}},\n    {{\"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"{}\", \"x\": \"{}\", \"y\": \"{}\"}}\n  ]\n}}\n",
            rng.text(BASE64URL, 27),
            rng.base64url(256),
            rng.uuid(),
            rng.base64url(32),
            rng.base64url(32)
        )
    }),
    (".sops.yaml", |rng| {
        format!(
            "creation_rules:\n  - path_regex: secrets/.*\n    age: age1{}\n",
            rng.text("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58)
        )
    }),
    ("secrets/encrypted.yaml", |rng| {
        format!(
            "password: ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]\napi_token: ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]\n",
            rng.base64(18),
            rng.base64(32),
            rng.base64(16),
            rng.base64(30),
            rng.base64(32),
            rng.base64(16)
        )
    }),
    ("deploy/kubeconfig.yaml", |rng| {
        let certificate = STANDARD.encode(pem(rng, "CERTIFICATE", 780));
        format!(
            "apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n    server: https://{}:6443\n    certificate-authority-data: {certificate}\nusers:\n- name: prod\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: kubelogin\n      args: [get-token, --server-id, {}]\n",
            rng.host(),
            rng.uuid()
        )
    }),
    ("web/src/public-keys.ts", |rng| {
        format!(
            "export const stripePublishableKey = 'pk_live_{}';\nexport const sentryDsn = 'https://{}@o447951.ingest.sentry.io/45{}';\nexport const gaMeasurementId = 'G-{}';\n",
            rng.text(BASE62, 24),
            rng.text(HEX, 32),
            rng.text("0123456789", 14),
            rng.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 10)
        )
    }),
    ("config/vapid-public.env", |rng| {
        format!(
            "VAPID_PUBLIC_KEY=B{}\nMINISIGN_PUBLIC_KEY=RW{}\nSSH_HOST_FINGERPRINT=SHA256:{}\n",
            rng.text(BASE64URL, 86),
            rng.text(BASE62, 54),
            rng.text(BASE62, 43)
        )
    }),
];

fn pem(rng: &mut Rng, label: &str, bytes: usize) -> String {
    let mut der = vec![0x30, 0x82, 0x01, 0x22, 0x30, 0x0d];
    der.extend(rng.bytes(bytes));
    let encoded = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for start in (0..encoded.len()).step_by(64) {
        text.push_str(&encoded[start..encoded.len().min(start + 64)]);
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

fn ssh(rng: &mut Rng) -> String {
    let key = [b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec(), rng.bytes(32)].concat();
    format!("ssh-ed25519 {}", STANDARD.encode(key))
}
