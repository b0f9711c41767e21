//! The list: filters, search, pages, and counts within what the viewer may see.

use testkit::{Browser, Script};

use super::{Visit, WIDTHS, demo, repository};

/// Names and what is counted, in one line.
const SHOWN: &str = "return [...document.querySelectorAll('tbody th a')].map(a => a.innerText).join('|')";

/// Waits for the list to be about `expected` entities.
async fn total(visit: &Visit, expected: &str) {
    let line = format!(
        "document.querySelector('.total').innerText === {expected:?} && !document.querySelector('[aria-busy]')"
    );
    visit.browser.until(&line).await;
}

/// Entities in the first tab; the demo grows now and then, and is two pages long.
async fn all(visit: &Visit) -> u64 {
    let all = visit.text("#tabs .count").await.parse().expect("a number");
    assert!((51..100).contains(&all), "the demo is two pages long: {all}");
    all
}

/// Chooses a filter's value, and sends the form where no script does.
async fn filter(visit: &Visit, script: Script, name: &str, value: &str) {
    visit.browser.choose(&format!("#f-{name}"), value).await;
    if script == Script::Off {
        visit.browser.click(".apply").await;
    }
    let chosen = format!("new URLSearchParams(location.search).get('{name}') === '{value}'");
    visit.browser.until(&format!("{chosen} && document.querySelector('.facet.set #f-{name}')")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_the_list_one_by_one() {
    for script in [Script::On, Script::Off] {
        let Some(visit) = Visit::ada(script).await else { return };
        for (width, height) in WIDTHS {
            visit.browser.size(width, height).await;
            visit.open("/catalog").await;
            assert_eq!(visit.count("tbody tr").await, 50);
            let steps = [
                ("kind", "Component"),
                ("type", "service"),
                ("owner", "group:default/payments-team"),
                ("lifecycle", "production"),
                ("tag", "rust"),
            ];
            let all = all(&visit).await;
            let (mut before, mut counts) = (all, Vec::new());
            for (name, value) in steps {
                // What a filter promises is what one gets.
                let option =
                    format!("return document.querySelector('#f-{name} option[value={value:?}]').innerText");
                let promised = visit.browser.text(&option).await;
                filter(&visit, script, name, value).await;
                let line = visit.text(".total").await;
                let count: u64 = line.split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
                assert!(promised.ends_with(&format!("({count})")), "{promised}: {line}");
                assert!(count < before, "{name} narrows: {line}");
                before = count;
                counts.push(count);
            }
            assert_eq!(visit.browser.text(SHOWN).await, "Ledger");
            // Each filter is a step back in the history, and one click clears them all.
            visit.browser.back().await;
            visit.browser.until("!new URLSearchParams(location.search).get('tag')").await;
            assert_eq!(visit.text("#tabs .count").await, counts[3].to_string());
            visit.browser.click(".clear").await;
            total(&visit, &format!("1–50 of {all} entities")).await;
            assert_eq!(visit.browser.path().await, "/catalog");
        }
        visit.no_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_answers_while_one_types() {
    let Some(visit) = Visit::ada(Script::On).await else { return };
    for (width, height) in WIDTHS {
        visit.browser.size(width, height).await;
        visit.open("/catalog").await;
        let all = all(&visit).await;
        visit.browser.run("window.isTheSamePage = true").await;
        visit.browser.write("#q", "led").await;
        visit.browser.until("location.search === '?q=led'").await;
        assert!(visit.count("tbody tr").await < 10);
        visit.browser.write("#q", "ger a").await;
        total(&visit, "1 entity").await;
        assert_eq!(visit.browser.text(SHOWN).await, "Ledger API");
        assert_eq!(visit.browser.path().await, "/catalog?q=ledger+a");
        assert_eq!(visit.browser.text("return document.activeElement.id").await, "q", "typing goes on");
        // One search is one step of the history.
        assert_eq!(visit.browser.run("return window.isTheSamePage").await, true, "nothing was reloaded");
        visit.browser.back().await;
        total(&visit, &format!("1–50 of {all} entities")).await;
        assert_eq!(visit.browser.path().await, "/catalog");
        assert_eq!(visit.browser.text("return document.querySelector('#q').value").await, "");
    }
    visit.no_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_works_without_script() {
    let Some(visit) = Visit::ada(Script::Off).await else { return };
    for (width, height) in WIDTHS {
        visit.browser.size(width, height).await;
        visit.open("/catalog?kind=api").await;
        visit.browser.write("#q", "ledger").await;
        visit.browser.click(".apply").await;
        visit.browser.until("location.search.includes('q=ledger')").await;
        assert_eq!(visit.browser.text(SHOWN).await, "Ledger API", "the filter stays");
        // An empty result says which part emptied it, and how to go on.
        visit.open("/catalog?kind=api&q=nothing-is-called-so").await;
        total(&visit, "No entities").await;
        let offer = visit.text(".empty li").await;
        let count = offer
            .strip_prefix("Without the search for “nothing-is-called-so” ")
            .expect("the search emptied it");
        visit.browser.click(".empty li a").await;
        total(&visit, &format!("{count} entities")).await;
    }
    visit.no_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_loss() {
    for script in [Script::On, Script::Off] {
        let Some(visit) = Visit::ada(script).await else { return };
        let all = all(&visit).await;
        let mut names = visit.browser.text(SHOWN).await;
        assert_eq!(visit.count("[rel=prev]").await, 0);
        visit.browser.click("[rel=next]").await;
        total(&visit, &format!("51–{all} of {all} entities")).await;
        assert_eq!(visit.count("[rel=next]").await, 0);
        names = format!("{names}|{}", visit.browser.text(SHOWN).await);
        assert_eq!(u64::try_from(names.split('|').count()).expect("a count"), all);
        visit.browser.click("[rel=prev]").await;
        total(&visit, &format!("1–50 of {all} entities")).await;
        // Past the end there is a way back.
        visit.open("/catalog?page=9").await;
        total(&visit, &format!("{all} entities, none on this page")).await;
        visit.browser.click("[rel=prev]").await;
        total(&visit, &format!("51–{all} of {all} entities")).await;
        // Changing a filter begins at its first page.
        filter(&visit, script, "kind", "User").await;
        assert!(!visit.browser.path().await.contains("page="));
        visit.no_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_hold_nothing_the_viewer_may_not_see() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let policy = repository("crates/testkit/policies/owner.cedar");
    let visit =
        Visit { portal: demo(&format!("stagedoor: {{ policy: {{ path: {policy:?} }} }}\n")).await, browser };
    visit.sign_in("user:default/ada.lindqvist").await;
    // What her team owns, and nothing else, in every number on the page.
    let hers = visit.count("tbody tr").await;
    assert!((5..50).contains(&hers), "some of the demo is hers: {hers}");
    let others = "return [...document.querySelectorAll('tbody td:nth-child(3)')].filter(o => o.innerText !== 'freight-team').length";
    assert_eq!(visit.browser.run(others).await, 0);
    total(&visit, &format!("{hers} entities")).await;
    assert_eq!(visit.text("#tabs").await, format!("All {hers} Owned {hers}"));
    let owners = "return [...document.querySelectorAll('#f-owner option')].map(o => o.innerText).join('|')";
    assert_eq!(visit.browser.text(owners).await, format!("any|freight-team ({hers})"));
    for filter in ["kind", "type", "lifecycle"] {
        let sum = format!(
            "return [...document.querySelectorAll('#f-{filter} option')].reduce((sum, o) => sum + Number(/\\((\\d+)\\)/.exec(o.innerText)?.[1] ?? 0), 0)"
        );
        assert!(
            visit.browser.run(&sum).await.as_u64().is_some_and(|sum| (1..=hers).contains(&sum)),
            "{filter}"
        );
    }
    // The search finds nothing behind the policy, and says so as of what is not there.
    for path in ["/catalog?q=ledger", "/catalog?owner=group:default/payments-team"] {
        visit.open(path).await;
        total(&visit, "No entities").await;
    }
    let _ = visit.browser.complaints().await;
    visit.open("/catalog/default/component/ledger").await;
    let hidden = visit.text("main").await;
    visit.open("/catalog/default/component/no-such-thing").await;
    let request = |text: &str| text.split("Request id").next().unwrap_or_default().to_owned();
    assert_eq!(request(&hidden), request(&visit.text("main").await));
    // Her own entity is not hers to see, so nothing leads there.
    for page in ["/catalog", "/access"] {
        visit.open(page).await;
        assert_eq!(visit.text(".who").await, "ada.lindqvist");
        assert_eq!(visit.count("a[href*='/user/']").await, 0, "{page}");
    }
    // What she owns leads to what she may not open: named, and no link.
    visit.open("/catalog/default/component/booking-service").await;
    assert_eq!(visit.count("a[href='/catalog/default/api/invoice-api']").await, 0);
    assert!(visit.text(".problems").await.contains("api:default/invoice-api"));
}
