//! Laws for every page at every width, in both themes: nothing overflows, nothing is refused, everybody
//! can read it.

use serde_json::{Value, json};
use testkit::{Browser, Script};

use super::{Visit, WIDTHS, demo};

/// Looks at the page it runs in and lists what is wrong with it.
const EXAMINE: &str = include_str!("examine.js");

const PAGES: [&str; 9] = [
    "/catalog",
    "/catalog?tab=owned&kind=component",
    "/catalog?q=nothing-is-called-so",
    "/catalog/default/component/booking-service",
    "/catalog/default/group/freight-team",
    "/catalog/default/user/ada.lindqvist",
    "/catalog/default/domain/freight",
    "/access",
    "/nothing/here",
];

async fn examine(browser: &Browser, page: &str) {
    for (width, height) in WIDTHS {
        browser.size(width, height).await;
        for dark in [false, true] {
            browser.dark(dark).await;
            let found: Value = browser.run(EXAMINE).await;
            assert_eq!(found, json!([]), "{page} at {width}, dark: {dark}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_and_can_be_read_by_everybody() {
    for script in [Script::On, Script::Off] {
        let Some(browser) = Browser::start(script).await else { return };
        let visit = Visit { portal: demo("").await, browser };
        visit.open("/catalog").await;
        examine(&visit.browser, "sign-in").await;
        let _ = visit.browser.complaints().await;
        visit.browser.open(&visit.portal.link()).await;
        examine(&visit.browser, "link").await;
        visit.sign_in("user:default/ada.lindqvist").await;
        for page in PAGES {
            visit.open(page).await;
            visit
                .browser
                .run("document.querySelectorAll('details').forEach(details => details.open = true)")
                .await;
            examine(&visit.browser, page).await;
            let complaints = visit.browser.complaints().await;
            let expected = usize::from(page == "/nothing/here");
            let told = complaints.iter().filter(|line| line.contains("404")).count();
            assert_eq!((complaints.len(), told), (expected, expected), "{page}: {complaints:?}");
        }
    }
}

/// The examination itself can fail: each of these pages has one thing wrong.
#[tokio::test(flavor = "multi_thread")]
async fn the_examination_finds_what_is_wrong() {
    let Some(visit) = Visit::ada(Script::On).await else { return };
    for (harm, expected) in [
        ("document.documentElement.removeAttribute('lang')", "no language"),
        ("document.querySelector('main').append(document.createElement('h1'))", "2 first headings"),
        ("document.querySelector('main').append(document.createElement('h5'))", "h5 after h"),
        ("document.querySelector('label[for=q]').remove()", "no name: <input"),
        ("document.querySelector('tbody a').textContent = ''", "no name: <a"),
        ("document.querySelector('thead th').removeAttribute('scope')", "no scope"),
        ("document.querySelector('h1').id = 'q'", "id twice: q"),
        ("document.querySelector('main').setAttribute('aria-labelledby', 'gone')", "leads nowhere: gone"),
        ("document.querySelector('.bar svg').removeAttribute('aria-hidden')", "no name: <svg"),
        ("document.querySelector('.total').style.color = '#888'", "contrast"),
        ("document.querySelector('.total').style.width = '3000px'", "wider than the window"),
        ("document.querySelector('.total').tabIndex = 3", "jumps the order"),
        ("document.querySelector('main').outerHTML = '<div>no</div>'", "0 main parts"),
    ] {
        visit.open("/catalog?kind=api").await;
        visit.browser.run(harm).await;
        let found = visit.browser.run(EXAMINE).await;
        let found: Vec<&str> = found.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(found.iter().any(|problem| problem.contains(expected)), "{harm}: {found:?}");
    }
}
