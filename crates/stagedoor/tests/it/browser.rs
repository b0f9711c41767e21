//! The pages, in a real browser: as a person comes in, looks for something and reads it, with JavaScript
//! and without.

mod door;
mod entity;
mod keys;
mod list;
mod wholesome;

use std::path::Path;

use testkit::{Browser, Portal, Script, Setup};

/// Window widths the pages are made for: a desk, a tablet, a phone.
const WIDTHS: [(u32, u32); 3] = [(1400, 900), (800, 1000), (390, 844)];

/// A file or folder of the repository.
fn repository(path: &str) -> String {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    found.canonicalize().expect("it is in the repository").to_str().expect("a path in UTF-8").to_owned()
}

/// The demo's catalog behind a portal of the test's own, its configuration completed by `more`; once it
/// has been read.
async fn demo(more: &str) -> Portal {
    let setup = Setup::new(crate::BINARY).file("more.yaml", more).working_directory(repository("demo"));
    let [base, more] =
        ["app-config.yaml", "more.yaml"].map(|file| setup.folder().join(file).display().to_string());
    let files = [repository("demo/app-config.yaml"), base, more];
    let arguments: Vec<&str> = files.iter().flat_map(|file| ["--config", file]).collect();
    let portal = setup.arguments(&arguments).start().await;
    // Opening the link spends nothing, and offers the users that are known.
    portal
        .until("the demo is read", async || {
            let form = portal.client().get(portal.link()).send().await.expect("the portal answers");
            form.text().await.is_ok_and(|form| form.contains("user:default/ada.lindqvist"))
        })
        .await;
    portal
}

/// A portal and a browser in which a user is signed in.
struct Visit {
    portal: Portal,
    browser: Browser,
}

impl Visit {
    /// Ada of the freight team at the demo; `None` where there is no browser.
    async fn ada(script: Script) -> Option<Self> {
        let browser = Browser::start(script).await?;
        let visit = Self { portal: demo("").await, browser };
        visit.sign_in("user:default/ada.lindqvist").await;
        Some(visit)
    }

    async fn sign_in(&self, user: &str) {
        self.browser.open(&self.portal.link()).await;
        self.browser.choose("#user", user).await;
        self.browser.click("main form button").await;
        self.browser.until("document.title.startsWith('Catalog')").await;
    }

    async fn open(&self, path: &str) {
        self.browser.open(&self.portal.url(path)).await;
    }

    /// Text of the first element that a selector finds, with single spaces.
    async fn text(&self, selector: &str) -> String {
        let script =
            format!("return document.querySelector({selector:?}).innerText.replace(/\\s+/g, ' ').trim()");
        self.browser.text(&script).await
    }

    /// Number of elements that a selector finds.
    async fn count(&self, selector: &str) -> u64 {
        let script = format!("return document.querySelectorAll({selector:?}).length");
        self.browser.run(&script).await.as_u64().expect("a number")
    }

    /// Neither a script's error, nor something the content security policy refused, nor an answer that
    /// was an error.
    async fn no_complaints(&self) {
        assert_eq!(self.browser.complaints().await, [""; 0]);
    }
}
