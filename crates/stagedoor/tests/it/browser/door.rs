//! Coming in, going out, and what stands at the door.

use testkit::{Browser, Script};

use super::{Visit, WIDTHS, demo};

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_link_signs_in_once() {
    for script in [Script::On, Script::Off] {
        let Some(browser) = Browser::start(script).await else { return };
        let visit = Visit { portal: demo("").await, browser };
        let browser = &visit.browser;
        // A stranger is shown the way in, whatever the address.
        for path in ["/", "/catalog", "/catalog/default/component/ledger", "/nothing/here"] {
            visit.open(path).await;
            assert_eq!(visit.text("h1").await, "Sign in", "{path}");
            assert_eq!(visit.count(".places").await, 0, "{path}");
        }
        let refused = browser.complaints().await;
        assert_eq!(refused.len(), 4, "{refused:?}");
        assert!(refused.iter().all(|line| line.contains("401")), "{refused:?}");

        // Opening it, as a chat's preview does, spends nothing.
        for _ in 0..2 {
            browser.open(&visit.portal.link()).await;
            assert_eq!(visit.text("h1").await, "Sign in with a one-time link");
        }
        assert!(visit.count("#user option").await >= 5, "one chooses among the catalog's users");
        browser.choose("#user", "user:default/bram.okafor").await;
        browser.click("main form button").await;
        browser.until("location.pathname === '/catalog'").await;
        assert_eq!(visit.text(".who").await, "bram.okafor");
        let cookies = browser.text("return document.cookie").await;
        assert_eq!(cookies, "", "no script can read the session");
        visit.no_complaints().await;

        // It is spent, and says so.
        browser.open(&visit.portal.link()).await;
        assert!(visit.text("[role=alert]").await.contains("used already"));
        assert_eq!(visit.count("main form").await, 0);
        let _ = browser.complaints().await;

        // Out again: the page behind it is closed, also by the way back.
        visit.open("/catalog").await;
        browser.click(".out button").await;
        browser.until("location.pathname === '/sign-in'").await;
        visit.open("/catalog").await;
        assert_eq!(visit.text("h1").await, "Sign in");
        browser.back().await;
        browser.back().await;
        browser.until("document.querySelector('h1')?.innerText === 'Sign in'").await;
        assert_eq!(visit.count("table").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_theme_is_kept_and_leads_back() {
    for script in [Script::On, Script::Off] {
        let Some(visit) = Visit::ada(script).await else { return };
        let ground = "return getComputedStyle(document.body).backgroundColor";
        visit.open("/catalog?kind=api").await;
        let light = visit.browser.text(ground).await;
        visit.browser.dark(true).await;
        let dark = visit.browser.text(ground).await;
        assert_ne!(light, dark, "the page follows the system");
        for (theme, expected) in [("light", &light), ("dark", &dark), ("system", &dark)] {
            visit.browser.click(&format!(".themes [value={theme}]")).await;
            visit.browser.until(&format!("document.documentElement.dataset.theme === '{theme}'")).await;
            assert_eq!(&visit.browser.text(ground).await, expected, "{theme}");
            assert_eq!(visit.browser.path().await, "/catalog?kind=api");
            assert_eq!(visit.count(&format!(".themes [value={theme}][aria-pressed=true]")).await, 1);
        }
        visit.no_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_pages() {
    let Some(visit) = Visit::ada(Script::Off).await else { return };
    for path in ["/catalog/default/component/nothing", "/nothing/here"] {
        visit.open(path).await;
        assert_eq!(visit.text("main .code").await, "Error 404");
        assert_eq!(visit.text("h1").await, "Nothing here");
        assert!(visit.count(".advice li").await > 0);
        assert!(visit.text("[data-copy]").await.len() >= 8, "it names the request");
        assert_eq!(visit.text(".who").await, "ada.lindqvist", "she is still signed in");
        visit.browser.click("main a.button").await;
        visit.browser.until("location.pathname === '/catalog'").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_i_may_do_is_told() {
    let Some(visit) = Visit::ada(Script::On).await else { return };
    for (width, height) in WIDTHS {
        visit.browser.size(width, height).await;
        visit.open("/catalog").await;
        visit.browser.click(".may").await;
        visit.browser.until("location.pathname === '/access'").await;
        let facts = visit.text(".facts").await;
        for expected in ["user:ada.lindqvist", "group:freight-team", "one-time link", "in 8 hours"] {
            assert!(facts.contains(expected), "{expected}: {facts}");
        }
        let row = |action: &str| {
            format!(
                "return [...document.querySelectorAll('.actions tbody tr')].find(row => row.querySelector('code').innerText === '{action}').innerText"
            )
        };
        let read = visit.browser.text(&row("catalog.entity.read")).await;
        assert!(read.contains("allowed") && read.contains("default.read-entities"), "{read}");
        let delete = visit.browser.text(&row("catalog.entity.delete")).await;
        assert!(delete.contains("refused") && delete.contains("no policy allows it"), "{delete}");
    }
    visit.browser.click(".who a").await;
    visit.browser.until("location.pathname === '/catalog/default/user/ada.lindqvist'").await;
    visit.no_complaints().await;
}
