//! Everything by keyboard.

use testkit::Script;
use testkit::browser::key;

use super::Visit;

const FOCUSED: &str = "return document.activeElement.id || document.activeElement.className || \
    document.activeElement.tagName";

#[tokio::test(flavor = "multi_thread")]
async fn keys_lead_to_the_search_the_catalog_and_the_list_of_keys() {
    let Some(visit) = Visit::ada(Script::On).await else { return };
    let browser = &visit.browser;
    browser.press(&["/"]).await;
    assert_eq!(browser.text(FOCUSED).await, "q");
    // Within a field, keys are letters.
    browser.press(&["g", "c", "?", "/"]).await;
    assert_eq!(browser.text("return document.querySelector('#q').value").await, "gc?/");
    browser.press(&[key::ESCAPE]).await;
    assert_eq!(browser.text(FOCUSED).await, "BODY");

    visit.open("/access").await;
    browser.press(&["?"]).await;
    browser.until("document.querySelector('#keys').open").await;
    assert!(visit.text("#keys").await.contains("Search the catalog"));
    browser.press(&[key::ESCAPE]).await;
    browser.until("!document.querySelector('#keys').open").await;
    browser.press(&["g", "c"]).await;
    browser.until("location.pathname === '/catalog'").await;
    browser.press(&["g", "m"]).await;
    browser.until("location.pathname === '/access'").await;
    // From anywhere the search is one key away.
    browser.press(&["/"]).await;
    browser.until("location.pathname === '/catalog' && document.activeElement.id === 'q'").await;
    visit.no_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tabulator_goes_everywhere_in_order_and_is_seen() {
    for script in [Script::On, Script::Off] {
        let Some(visit) = Visit::ada(script).await else { return };
        for path in ["/catalog?kind=api", "/catalog/default/component/booking-service", "/access"] {
            visit.open(path).await;
            walk(&visit, path).await;
        }
        visit.open("/catalog").await;
        visit.browser.press(&[key::TAB]).await;
        assert_eq!(visit.text(":focus").await, "Skip to the content");
        visit.browser.press(&[key::ENTER]).await;
        visit.browser.until("document.activeElement.id === 'main'").await;
        visit.browser.press(&[key::TAB]).await;
        let first = "return document.activeElement.closest('main') && document.activeElement.innerText";
        assert!(visit.browser.text(first).await.starts_with("All"), "the bar is skipped");
        visit.no_complaints().await;
    }
}

/// Presses the tabulator until the page's end: every stop comes later in the document than the one
/// before, is inside the window, and looks different from when it has no focus.
async fn walk(visit: &Visit, path: &str) {
    const LOOK: &str = "const look = element => { const style = getComputedStyle(element); \
        const rect = element.querySelector('rect'); const inner = rect && getComputedStyle(rect); \
        return [style.outlineStyle, style.outlineWidth, style.top, inner?.stroke, inner?.strokeWidth].join(); };";
    let before = format!(
        "{LOOK} window.looks = new Map([...document.querySelectorAll('*')].map(e => [e, look(e)])); window.stops = []"
    );
    visit.browser.run(&before).await;
    let step = format!(
        "{LOOK} const now = document.activeElement; if (now === document.body) return 'end'; \
        if (window.stops.includes(now)) return 'end'; \
        const last = window.stops.at(-1); window.stops.push(now); \
        if (last && !(last.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING)) return 'out of order: ' + now.outerHTML; \
        if (window.looks.get(now) === look(now)) return 'not seen: ' + now.outerHTML; \
        const box = now.getBoundingClientRect(); \
        if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return 'outside: ' + now.outerHTML; \
        return ''"
    );
    let mut stops = 0;
    loop {
        visit.browser.press(&[key::TAB]).await;
        match visit.browser.text(&step).await.as_str() {
            "" => stops += 1,
            "end" => break,
            problem => panic!("{path}: {problem}"),
        }
        assert!(stops < 200, "{path}: no end");
    }
    let focusable = "return [...document.querySelectorAll('a[href], button, select, input:not([type=hidden]), summary, [tabindex=\"0\"]')] \
        .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled).length";
    let focusable = visit.browser.run(focusable).await.as_u64().expect("a number");
    assert_eq!(stops, focusable, "{path}: everything that can be used is reached");
}
