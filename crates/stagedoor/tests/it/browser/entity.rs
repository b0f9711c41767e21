//! Reading an entity.

use testkit::{Browser, Script, Setup};

use super::{Visit, WIDTHS};

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_is_read_whole() {
    for script in [Script::On, Script::Off] {
        let Some(visit) = Visit::ada(script).await else { return };
        for (width, height) in WIDTHS {
            visit.browser.size(width, height).await;
            visit.open("/catalog?q=booking-service").await;
            visit.browser.click("tbody th a").await;
            visit.browser.until("location.pathname === '/catalog/default/component/booking-service'").await;
            assert_eq!(visit.text("h1").await, "Booking service");
            assert_eq!(visit.text(".about").await, "Holds every booking and the rules that confirm it.");
            let facts = visit.text(".facts").await;
            for expected in [
                "freight-team",
                "booking",
                "production",
                "java",
                "Runbook",
                "freight/catalog-info.yaml",
                "Last read",
            ] {
                assert!(facts.contains(expected), "{expected}: {facts}");
            }
            let runbook =
                "return [...document.querySelectorAll('.facts a')].find(a => a.innerText === 'Runbook').href";
            assert_eq!(visit.browser.text(runbook).await, "https://runbooks.harbourline.example/booking");
            let read = "return document.querySelector('.facts time').title";
            assert!(visit.browser.text(read).await.ends_with(" UTC"));
            // Labels and annotations open without a script, too.
            visit.browser.click(".metadata summary").await;
            let metadata = visit.text(".metadata").await;
            for expected in
                ["harbourline.example/tier 1", "github.com/project-slug harbourline/booking-service"]
            {
                assert!(metadata.contains(expected), "{expected}: {metadata}");
            }
            assert_eq!(visit.count(".problems").await, 0);
        }
        visit.no_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn relations_are_drawn_and_lead_on() {
    let Some(visit) = Visit::ada(Script::Off).await else { return };
    visit.open("/catalog/default/component/booking-service").await;
    let named = "return ['title', 'desc'].map(part => document.querySelector('.graph > ' + part).textContent).join(': ')";
    let named = visit.browser.text(named).await;
    assert!(
        named.starts_with(
            "Relations: Booking service: Owned by freight-team; Part of system:booking; Depends on 2"
        ),
        "{named}"
    );
    let drawn =
        "return [...document.querySelectorAll('.graph a title')].map(t => t.textContent).sort().join(' ')";
    let listed = "return [...document.querySelectorAll('.groups a')].map(a => a.title).sort().join(' ')";
    let drawn = visit.browser.text(drawn).await;
    assert_eq!(drawn, visit.browser.text(listed).await, "the drawing and the lists say the same");
    for target in ["group:default/freight-team", "system:default/booking", "api:default/rates-api"] {
        assert!(drawn.contains(target), "{target}: {drawn}");
    }
    // No label is wider than its box.
    let wide = "return [...document.querySelectorAll('.graph text:not(.heading)')].filter(text => { \
        const box = text.closest('.node').querySelector('rect').getBoundingClientRect(); \
        return text.getBoundingClientRect().right > box.right; }).map(text => text.textContent)";
    assert_eq!(visit.browser.run(wide).await, serde_json::json!([]));
    visit.browser.click(".graph a[href$='/booking-db'] text").await;
    visit.browser.until("location.pathname === '/catalog/default/resource/booking-db'").await;
    assert!(visit.text(".groups").await.contains("component:booking-service"), "and back");
    visit.no_complaints().await;
}

const BROKEN: &str = "\
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: ada
spec:
  memberOf: []
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: lost
spec:
  targets: [./not-there.yaml]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: lonely
  description: It depends on something that nobody registered.
spec:
  type: service
  lifecycle: production
  owner: user:ada
  dependsOn: [resource:vanished]
";

const BROKEN_CONFIG: &str = "\
catalog:
  rules:
    - allow: [User, Component, Location]
  locations:
    - type: file
      target: ./catalog.yaml
";

#[tokio::test(flavor = "multi_thread")]
async fn problems_stand_on_top_with_what_to_do() {
    let Some(browser) = Browser::start(Script::Off).await else { return };
    let portal = Setup::new(crate::BINARY).config(BROKEN_CONFIG).file("catalog.yaml", BROKEN).start().await;
    portal
        .until("the catalog is read", async || {
            let form = portal.client().get(portal.link()).send().await.expect("the portal answers");
            form.text().await.is_ok_and(|form| form.contains("user:default/ada"))
        })
        .await;
    let visit = Visit { portal, browser };
    visit.sign_in("user:default/ada").await;
    for (path, state, told, advised) in [
        ("/catalog/default/location/lost", "Problem", "not-there.yaml", "Check that the file"),
        (
            "/catalog/default/component/lonely",
            "Note",
            "resource:default/vanished",
            "Correct the ref or register it",
        ),
    ] {
        for (width, height) in WIDTHS {
            visit.browser.size(width, height).await;
            visit.open(path).await;
            let problems = visit.text(".problems").await;
            for expected in [state, told, advised] {
                assert!(problems.contains(expected), "{expected}: {problems}");
            }
            let above = "return document.querySelector('.problems').getBoundingClientRect().bottom <= \
                document.querySelector('.columns').getBoundingClientRect().top";
            assert_eq!(visit.browser.run(above).await, true, "{path} at {width}");
        }
    }
    visit.no_complaints().await;
}
