//! The places where Backstage's own files hold credentials: app-config.yaml, and entities.

use crate::credential::{Draft, Generator, Piece};
use crate::rng::{BASE62, BASE64, BASE64URL, HEX, Rng};

const SERVICE: &str = "https://backstage.io/docs/auth/service-to-service-auth";
const PROVIDERS: &str = "https://backstage.io/docs/auth/";
const INTEGRATIONS: &str = "https://backstage.io/docs/integrations/";
const TECHDOCS: &str = "https://backstage.io/docs/features/techdocs/configuration";
const DESCRIPTOR: &str = "https://backstage.io/docs/features/software-catalog/descriptor-format";
const TEMPLATES: &str = "https://backstage.io/docs/features/software-templates/writing-templates";

/// A secret in a part of app-config.yaml.
fn config(secret: String, text: String) -> Draft {
    Draft::token("", secret).piece(Piece::AppConfig, text)
}

/// A secret in an entity.
fn entity(secret: String, text: String) -> Draft {
    Draft::token("", secret).piece(Piece::Entity, text)
}

pub(super) const ALL: &[Generator] = &[
    Generator::new("backstage-backend-key", SERVICE, |rng| {
        let secret = rng.base64(24);
        let text = format!("backend:\n  auth:\n    keys:\n      - secret: {secret}\n");
        config(secret, text)
    }),
    Generator::new("backstage-external-access-token", SERVICE, |rng| {
        let token = opaque(rng);
        let (kind, field) = if rng.below(2) == 0 { ("static", "token") } else { ("legacy", "secret") };
        let subject = rng.word();
        let text = format!(
            "backend:\n  auth:\n    externalAccess:\n      - type: {kind}\n        options:\n          \
             {field}: {token}\n          subject: {subject}-ci\n"
        );
        config(token, text)
    }),
    Generator::new("backstage-session-secret", PROVIDERS, |rng| {
        let secret = rng.password();
        let text = format!("auth:\n  environment: production\n  session:\n    secret: {secret}\n");
        config(secret, text)
    }),
    Generator::new("backstage-oauth-client-secret", PROVIDERS, |rng| {
        let provider = rng.pick(&["okta", "auth0", "oidc", "oauth2", "onelogin", "github"]);
        let (id, secret) = (rng.text(HEX, 20), rng.text(BASE64URL, 40));
        let text = format!(
            "auth:\n  environment: production\n  providers:\n    {provider}:\n      production:\n        \
             clientId: {id}\n        clientSecret: '{secret}'\n"
        );
        config(secret, text)
    })
    .or(&["okta-client-secret", "auth0-client-secret", "onelogin-secret", "github-app-client-secret"]),
    Generator::new("backstage-integration-token", INTEGRATIONS, |rng| {
        let host = rng.host();
        let (kind, rest, secret) = match rng.below(7) {
            0 => ("github", "      token: ", rng.text(HEX, 40)),
            1 => ("gitlab", "      token: ", rng.text(BASE64URL, 20)),
            2 => ("bitbucketServer", "      username: portal\n      password: ", rng.password()),
            3 => ("gerrit", "      username: portal\n      password: ", rng.base64(32)),
            4 => ("gitea", "      username: portal\n      password: ", rng.password()),
            5 => ("awsCodeCommit", "      region: eu-west-1\n      secretAccessKey: ", rng.text(BASE64, 40)),
            _ => (
                "azure",
                "      credentials:\n        - personalAccessToken: ",
                rng.text("abcdefghijklmnopqrstuvwxyz234567", 52),
            ),
        };
        let text = format!("integrations:\n  {kind}:\n    - host: {host}\n{rest}{secret}\n");
        config(secret, text)
    })
    .or(&["github-oauth-token", "gitlab-pat", "azure-devops-pat", "aws-secret-access-key", "gitea-token"]),
    Generator::new("backstage-proxy-header", "https://backstage.io/docs/plugins/proxying", |rng| {
        let (secret, host, name) = (opaque(rng), rng.host(), rng.word());
        let header = rng.pick(&["Authorization: Bearer ", "X-Api-Key: ", "Authorization: Token ", "PRIVATE-TOKEN: "]);
        let text = format!(
            "proxy:\n  endpoints:\n    '/{name}':\n      target: https://{host}/api\n      headers:\n        \
             {header}{secret}\n"
        );
        config(secret, text)
    })
    .or(&["bearer-auth-header"]),
    Generator::new(
        "backstage-database-password",
        "https://backstage.io/docs/getting-started/config/database",
        |rng| {
            let (password, host, user) = (rng.password(), rng.host(), rng.user());
            let text = format!(
                "backend:\n  database:\n    client: pg\n    connection:\n      host: {host}\n      port: 5432\n      \
                 user: {user}\n      password: {password}\n"
            );
            config(password, text)
        },
    ),
    Generator::new(
        "backstage-kubernetes-token",
        "https://backstage.io/docs/features/kubernetes/configuration",
        |rng| {
            let (token, host, name) = (rng.text(BASE62, 64), rng.host(), rng.word());
            let text = format!(
                "kubernetes:\n  serviceLocatorMethod:\n    type: multiTenant\n  clusterLocatorMethods:\n    \
                 - type: config\n      clusters:\n        - url: https://{host}:6443\n          name: {name}\n          \
                 authProvider: serviceAccount\n          serviceAccountToken: {token}\n"
            );
            config(token, text)
        },
    ),
    Generator::new("backstage-techdocs-credential", TECHDOCS, |rng| {
        let (kind, before, secret) = if rng.below(2) == 0 {
            ("awsS3", "bucketName: docs\n      region: eu-west-1\n      credentials:\n        \
              accessKeyId: ${AWS_ACCESS_KEY_ID}\n        secretAccessKey: ", rng.text(BASE64, 40))
        } else {
            ("azureBlobStorage", "containerName: docs\n      credentials:\n        \
              accountName: portaldocs\n        accountKey: ", rng.base64(64))
        };
        let text = format!("techdocs:\n  builder: external\n  publisher:\n    type: {kind}\n    {kind}:\n      {before}{secret}\n");
        config(secret, text)
    })
    .or(&["aws-secret-access-key", "azure-storage-account-key"]),
    Generator::new("backstage-annotation-secret", DESCRIPTOR, |rng| {
        let (secret, name) = (opaque(rng), rng.word());
        let key = rng.pick(&["api-token", "webhook-secret", "access-key", "password", "client-secret"]);
        let text = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}-{}\n  annotations:\n    \
             backstage.io/techdocs-ref: dir:.\n    {name}.corp.internal/{key}: {secret}\nspec:\n  type: service\n  \
             lifecycle: production\n  owner: group:default/{name}\n",
            rng.text(HEX, 4)
        );
        entity(secret, text)
    }),
    Generator::new("backstage-template-secret", TEMPLATES, template_default),
    Generator::new("backstage-template-secret", TEMPLATES, template_step),
];

fn opaque(rng: &mut Rng) -> String {
    match rng.below(3) {
        0 => rng.text(BASE62, 40),
        1 => rng.text(HEX, 48),
        _ => rng.text(BASE62, 32),
    }
}

fn template_default(rng: &mut Rng) -> Draft {
    let (secret, name) = (opaque(rng), rng.word());
    let field = rng.pick(&["registryToken", "deployToken", "apiSecret", "dbPassword"]);
    let text = format!(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: {name}-service\n  \
         title: New {name} service\nspec:\n  owner: group:default/platform\n  type: service\n  parameters:\n    \
         - title: Registry\n      properties:\n        {field}:\n          type: string\n          \
         title: Where images are pushed\n          ui:field: Secret\n          default: {secret}\n  steps:\n    \
         - id: fetch\n      name: Fetch\n      action: fetch:template\n      input:\n        url: ./skeleton\n"
    );
    entity(secret, text)
}

fn template_step(rng: &mut Rng) -> Draft {
    let (secret, name, host) = (opaque(rng), rng.word(), rng.host());
    let field = rng.pick(&["token", "password", "apiKey", "secret"]);
    let text = format!(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: {name}-library\nspec:\n  \
         owner: group:default/platform\n  type: library\n  parameters: []\n  steps:\n    - id: publish\n      \
         name: Publish\n      action: publish:gitlab\n      input:\n        \
         repoUrl: {host}?owner=platform&repo={name}\n        {field}: {secret}\n"
    );
    entity(secret, text)
}
