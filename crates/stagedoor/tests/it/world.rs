//! The small company that these tests are about.

use testkit::Setup;

/// The token of the service `ci`.
pub(crate) const TOKEN: &str = "ci-0123456789abcdef0123456789abcdef";

/// What production seals with.
pub(crate) const SEALING_KEY: &str = "a3d1c5b79f8e6d4c2b0a1f3e5d7c9bab8e6f4d2c0b1a3f5e7d9cbeaf80716253";

/// Lets `ci` in, and reads the catalog.
pub(crate) const CONFIG: &str = "\
backend:
  auth:
    externalAccess:
      - type: static
        options:
          token: ci-0123456789abcdef0123456789abcdef
          subject: ci
catalog:
  rules:
    - allow: [Component, Location]
  locations:
    - type: file
      target: ./catalog.yaml
      rules: [{ allow: [User, Group] }]
";

/// Ada of team-a, Bob of nothing, and a component of team-a's.
pub(crate) const CATALOG: &str = "\
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada }
spec: { memberOf: [team-a] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: bob }
spec: { memberOf: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-a }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: shop }
spec: { type: service, lifecycle: production, owner: team-a }
";

/// Entities served once the catalog is read, its location among them.
pub(crate) const ENTITIES: u64 = 5;

/// Our public name in production.
pub(crate) const HOST: &str = "portal.example.com";

/// A portal with this company; `more` is YAML that is put below the common configuration.
pub(crate) fn company(more: &str) -> Setup {
    Setup::new(crate::BINARY).config(&format!("{CONFIG}{more}")).file("catalog.yaml", CATALOG)
}

/// The same in production, behind https on another machine.
pub(crate) fn production(more: &str) -> Setup {
    let setup = company(more);
    let port = setup.port();
    let base = format!(
        "app:\n  baseUrl: https://{HOST}\nbackend:\n  baseUrl: https://{HOST}\n  listen: 127.0.0.1:{port}\n  \
         database:\n    client: better-sqlite3\n    connection: {{ directory: ./data }}\n\
         stagedoor:\n  sealingKey: {SEALING_KEY}\n"
    );
    setup.file("app-config.yaml", &base).production()
}
