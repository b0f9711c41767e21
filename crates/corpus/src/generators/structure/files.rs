//! Credentials that the files of tools hold at known places.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::keys::pkcs8_rsa;
use crate::credential::{Draft, Generator, Piece};
use crate::generators::cloud::azure_client_secret;
use crate::rng::{BASE62, BASE64URL, HEX, Rng};

const KUBECONFIG: &str = "https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/";
const NPMRC: &str = "https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration";
const DOCKER: &str = "https://docs.docker.com/reference/cli/docker/login/";
const SECRET: &str = "https://kubernetes.io/docs/concepts/configuration/secret/";

pub(super) const ALL: &[Generator] = &[
    Generator::new("kubeconfig-token", KUBECONFIG, |rng| {
        let token = rng.text(BASE62, 64);
        let text = kubeconfig(rng, &format!("    token: {token}\n"));
        Draft::token("", token).piece(Piece::Kubeconfig, text)
    }),
    Generator::new("kubeconfig-client-key", KUBECONFIG, |rng| {
        let (before, body) = pkcs8_rsa(rng);
        let begin = "-----BEGIN PRIVATE KEY-----\n";
        let key = STANDARD.encode(format!("{begin}{body}\n-----END PRIVATE KEY-----\n"));
        let text = kubeconfig(rng, &format!("    client-key-data: {key}\n"));
        let start = (begin.len() + before).div_ceil(3) * 4;
        let end = (begin.len() + body.len()) / 3 * 4;
        Draft::part(key, start..end).piece(Piece::Kubeconfig, text)
    })
    .or(&["private-key-pem"]),
    Generator::new("kubeconfig-password", KUBECONFIG, |rng| {
        let password = rng.password();
        let text = kubeconfig(rng, &format!("    username: admin\n    password: {password}\n"));
        Draft::token("", password).piece(Piece::Kubeconfig, text)
    }),
    Generator::new("npmrc-auth", NPMRC, |rng| {
        let (host, name) = (rng.host(), rng.word());
        let (key, value) = match rng.below(4) {
            0 => ("_authToken", rng.uuid()),
            1 => ("_authToken", rng.text(BASE64URL, 48)),
            2 => ("_auth", STANDARD.encode(format!("{}:{}", rng.user(), rng.password()))),
            _ => ("_password", STANDARD.encode(rng.password())),
        };
        Draft::token("", &value).piece(Piece::Npmrc, format!("//{host}/repository/{name}/:{key}={value}\n"))
    }),
    Generator::new(
        "pypirc-password",
        "https://packaging.python.org/en/latest/specifications/pypirc/",
        |rng| {
            let (password, host, user, name) = (rng.password(), rng.host(), rng.user(), rng.word());
            let text = format!(
                "[{name}]\nrepository = https://{host}/pypi/\nusername = {user}\npassword = {password}\n\n"
            );
            Draft::token("", password).piece(Piece::Pypirc, text)
        },
    ),
    Generator::new(
        "netrc-password",
        "https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html",
        |rng| {
            let (password, host, user) = (rng.password(), rng.host(), rng.user());
            let text = if rng.below(2) == 0 {
                format!("machine {host} login {user} password {password}\n")
            } else {
                format!("machine {host}\n  login {user}\n  password {password}\n")
            };
            Draft::token("", password).piece(Piece::Netrc, text)
        },
    ),
    Generator::new("docker-config-auth", DOCKER, |rng| {
        let auth = STANDARD.encode(format!("{}:{}", rng.user(), rng.password()));
        let host = rng.host();
        let text = format!("{{\n  \"auths\": {{\n    \"{host}\": {{\n      \"auth\": \"{auth}\"\n    }}\n  }}\n}}\n");
        Draft::token("", auth).piece(Piece::DockerConfig, text)
    }),
    Generator::new("kubernetes-secret-value", SECRET, |rng| {
        let (name, key) = (rng.word(), rng.pick(&["password", "db-password", "api-token", "client-secret"]));
        let plain = rng.password();
        let (field, value) =
            if rng.below(2) == 0 { ("stringData", plain) } else { ("data", STANDARD.encode(plain)) };
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: prod\ntype: Opaque\n\
             {field}:\n  {key}: {value}\n"
        );
        Draft::token("", value).piece(Piece::Manifest, text)
    }),
    Generator::new(
        "azure-credentials-json",
        "https://learn.microsoft.com/en-us/azure/developer/github/connect-from-azure-secret",
        |rng| {
            let secret = azure_client_secret(rng);
            let text = format!(
                "{{\n  \"clientId\": \"{}\",\n  \"clientSecret\": \"{secret}\",\n  \"subscriptionId\": \"{}\",\n  \
                 \"tenantId\": \"{}\",\n  \"resourceManagerEndpointUrl\": \"https://management.azure.com/\"\n}}\n",
                rng.uuid(),
                rng.uuid(),
                rng.uuid()
            );
            Draft::token("", secret).piece(Piece::Json, text)
        },
    )
    .or(&["azure-client-secret"]),
    Generator::new(
        "gcp-authorized-user-json",
        "https://cloud.google.com/docs/authentication/application-default-credentials",
        |rng| {
            let token = format!("1//0{}", rng.text(BASE64URL, 99));
            let text = format!(
                "{{\n  \"account\": \"\",\n  \"client_id\": \"7640{}.apps.googleusercontent.com\",\n  \
                 \"refresh_token\": \"{token}\",\n  \"type\": \"authorized_user\",\n  \
                 \"universe_domain\": \"googleapis.com\"\n}}\n",
                rng.text("0123456789", 8)
            );
            Draft::part(token.as_str(), 4..token.len()).piece(Piece::Json, text)
        },
    )
    .or(&["gcp-oauth-refresh-token"]),
];

fn kubeconfig(rng: &mut Rng, user: &str) -> String {
    let (host, name) = (rng.host(), rng.word());
    let id = rng.text(HEX, 6);
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: {name}-{id}\n  cluster:\n    server: https://{host}:6443\n\
         contexts:\n- name: {name}\n  context:\n    cluster: {name}-{id}\n    user: {name}-admin\n\
         current-context: {name}\nusers:\n- name: {name}-admin\n  user:\n{user}"
    )
}
