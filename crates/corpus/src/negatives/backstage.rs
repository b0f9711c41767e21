//! Backstage's files, as they should be.

use super::Kind;
use crate::rng::{HEX, Rng};

pub(super) const ALL: &[Kind] = &[
    ("portal/app-config.yaml", config),
    ("portal/catalog-info.yaml", component),
    ("portal/template.yaml", template),
    ("portal/api.yaml", api),
];

fn config(rng: &mut Rng) -> String {
    let host = rng.host();
    format!(
        "app:\n  baseUrl: https://{host}\nbackend:\n  auth:\n    keys:\n      - secret: ${{BACKEND_SECRET}}\n    externalAccess:\n      - type: static\n        options:\n          token: ${{CI_TOKEN}}\n          subject: ci\n  database:\n    client: pg\n    connection:\n      host: {host}\n      user: ${{POSTGRES_USER}}\n      password:\n        $env: POSTGRES_PASSWORD\nauth:\n  session:\n    secret:\n      $file: /run/secrets/session\n  providers:\n    okta:\n      production:\n        clientId: 0oa{}\n        clientSecret: ${{OKTA_CLIENT_SECRET}}\nintegrations:\n  github:\n    - host: {host}\n      token: ${{GITHUB_TOKEN}}\nproxy:\n  endpoints:\n    /orders:\n      target: https://{host}\n      headers:\n        Authorization: Bearer ${{ORDERS_TOKEN}}\n        X-Api-Key: ${{ORDERS_KEY}}\ntechdocs:\n  publisher:\n    type: awsS3\n    awsS3:\n      bucketName: docs\n      credentials:\n        secretAccessKey:\n          $include: secrets.yaml#aws\n",
        rng.text(HEX, 17)
    )
}

fn component(rng: &mut Rng) -> String {
    let name = rng.word();
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  uid: {}\n  etag: {}\n  annotations:\n    github.com/project-slug: orders/{name}\n    sonarqube.org/project-key: orders_{name}\n    backstage.io/kubernetes-label-selector: app={name},token-broker=yes\n    backstage.io/techdocs-ref: dir:.\n    vault.io/secrets-path: teams/{name}/tokens\n    jira/project-key: ORD\n    backstage.io/source-location: url:https://git.corp.internal/orders/{name}/tree/{}/\n  links:\n    - url: https://wiki.corp.internal/rotate-the-api-token\n      title: How to rotate the token\nspec:\n  type: service\n  lifecycle: production\n  owner: group:default/{name}\n",
        rng.uuid(),
        rng.text(HEX, 40),
        rng.text(HEX, 40)
    )
}

fn template(rng: &mut Rng) -> String {
    let name = rng.word();
    format!(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: new-{name}\nspec:\n  owner: group:default/platform\n  type: service\n  parameters:\n    - title: Access\n      properties:\n        token:\n          type: string\n          title: Token\n          ui:field: Secret\n          ui:placeholder: ghp_xxxxxxxxxxxxxxxx\n          description: A token with the scope `repo`\n        password:\n          type: string\n          ui:widget: password\n          default: ''\n  steps:\n    - id: publish\n      action: publish:github\n      input:\n        repoUrl: ${{{{ parameters.repoUrl }}}}\n        token: ${{{{ secrets.USER_OAUTH_TOKEN }}}}\n        password: ${{{{ parameters.password }}}}\n"
    )
}

fn api(rng: &mut Rng) -> String {
    let name = rng.word();
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: {name}\nspec:\n  type: openapi\n  lifecycle: production\n  owner: group:default/{name}\n  definition: |\n    openapi: 3.0.3\n    info: {{title: {name}, version: 1.0.0}}\n    paths:\n      /token:\n        post:\n          description: |\n            curl -H \"Authorization: Bearer $TOKEN\" https://{name}.corp.internal/token\n          requestBody:\n            content:\n              application/json:\n                example: {{password: '<password>', api_key: YOUR_API_KEY}}\n          responses: {{}}\n"
    )
}
