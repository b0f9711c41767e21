//! The first minute: start, sign in, look.

use testkit::Setup;

const CATALOG: &str = "\
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: ada
spec:
  memberOf: [team-a]
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: team-a
spec:
  type: team
  children: []
";

const CONFIG: &str = "\
catalog:
  rules:
    - allow: [User, Group, Location]
  locations:
    - type: file
      target: ./catalog.yaml
";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_signs_in_by_the_printed_link_and_reads() {
    let portal = Setup::new(crate::BINARY).config(CONFIG).file("catalog.yaml", CATALOG).start().await;
    let token = portal.token("ada").await;
    portal.holds(&token, 3).await;
    let (status, ada) = portal.get("/api/catalog/entities/by-name/user/default/ada", &token).await;
    assert_eq!(status, 200);
    assert_eq!(ada["relations"][0]["targetRef"], "group:default/team-a");
    let (status, _) = portal.get("/api/catalog/entities/by-name/user/default/bob", &token).await;
    assert_eq!(status, 404);
    // Who came in is on record.
    let is_sign_in = |record: &serde_json::Value| record["action"] == "stagedoor.sign-in";
    portal.until("signing in is recorded", async || portal.audit().iter().any(is_sign_in)).await;
}
