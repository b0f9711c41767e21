//! A real browser: Debian's Chromium, driven through its own driver, headless, with a fresh profile,
//! ended with the test however that ends.

mod driver;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::program;
use crate::skip::skipped;
use driver::Driver;

/// Longest wait for a page to become what a test expects.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keys that have no letter, as the `WebDriver` protocol names them.
pub mod key {
    /// Tabulator.
    pub const TAB: &str = "\u{e004}";
    /// Enter.
    pub const ENTER: &str = "\u{e007}";
    /// Escape.
    pub const ESCAPE: &str = "\u{e00c}";
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// As browsers are shipped.
    On,
    /// Blocked by the browser's own setting, as a careful person has it.
    Off,
}

/// A browser; it begins with one window.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
}

impl Browser {
    /// Starts one; `None`, with a line that says so, where Chromium or its driver is not installed.
    ///
    /// # Panics
    /// If both are installed and do not start: that is no reason to skip.
    pub async fn start(script: Script) -> Option<Self> {
        for name in ["chromium", "chromedriver"] {
            if !program::runs(name, &["--version"]) {
                skipped(&format!("no {name} here (install chromium and chromium-driver)"));
                return None;
            }
        }
        // On a busy machine one may die of another's port.
        let driver = Driver::start()
            .or_else(|_| Driver::start())
            .or_else(|_| Driver::start())
            .unwrap_or_else(|error| panic!("chromedriver does not start: {error}"));
        let mut browser = Self { driver };
        let session = browser
            .driver
            .post("/session", json!({ "capabilities": { "alwaysMatch": browser.wanted(script) } }));
        let session = session.await["sessionId"].as_str().expect("a session has an id").to_owned();
        browser.driver.enter(&session);
        browser.size(1400, 900).await;
        Some(browser)
    }

    fn wanted(&self, script: Script) -> Value {
        let profile = format!("--user-data-dir={}", self.driver.profile().display());
        let arguments = [
            "--headless=new",
            // Chromium's sandbox refuses root, which containers run as; the pages are our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            // Nothing of the browser's own leaves the machine.
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            &profile,
        ];
        let preferences = match script {
            Script::On => json!({}),
            Script::Off => json!({ "profile.managed_default_content_settings.javascript": 2 }),
        };
        json!({
            "goog:chromeOptions": { "args": arguments, "prefs": preferences },
            "goog:loggingPrefs": { "browser": "ALL" },
        })
    }

    /// Opens an address and waits until it is loaded.
    pub async fn open(&self, url: &str) {
        self.driver.session_post("/url", json!({ "url": url })).await;
    }

    /// Goes back in the history.
    pub async fn back(&self) {
        self.driver.session_post("/back", json!({})).await;
    }

    /// Gives the window a size in CSS pixels, as small as any.
    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Lets the system be in its light or its dark mode.
    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let command = json!({ "cmd": command, "params": parameters });
        self.driver.session_post("/goog/cdp/execute", command).await
    }

    /// The value of a cookie that would be sent to an address, also of one that scripts cannot read; `None` if there is
    /// none.
    pub async fn cookie(&self, url: &str, name: &str) -> Option<String> {
        let found = self.devtools("Network.getCookies", json!({ "urls": [url] })).await;
        let cookies = found["cookies"].as_array().cloned().unwrap_or_default();
        let cookie = cookies.into_iter().find(|cookie| cookie["name"] == name)?;
        Some(cookie["value"].as_str()?.to_owned())
    }

    /// The windows that are open, by the names that the driver gives them.
    pub async fn windows(&self) -> Vec<String> {
        let handles = self.driver.session_get("/window/handles").await;
        let handles = handles.as_array().cloned().unwrap_or_default();
        handles.iter().filter_map(|handle| Some(handle.as_str()?.to_owned())).collect()
    }

    /// Goes on in another window.
    pub async fn enter(&self, window: &str) {
        self.driver.session_post("/window", json!({ "handle": window })).await;
    }

    /// As [`Browser::enter`]; whether the window is still there.
    pub async fn try_enter(&self, window: &str) -> bool {
        self.driver.session_try("/window", json!({ "handle": window })).await
    }

    /// Whether an expression is true in the page at this moment; not where there is no page to ask.
    pub async fn holds(&self, expression: &str) -> bool {
        self.driver.try_run(&format!("return !!({expression})")).await == Some(Value::Bool(true))
    }

    /// Waits until so many windows are open; which.
    pub async fn windows_are(&self, count: usize) -> Vec<String> {
        let started = Instant::now();
        loop {
            let windows = self.windows().await;
            if windows.len() == count {
                return windows;
            }
            assert!(started.elapsed() < PATIENCE, "{} windows are open, not {count}", windows.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs a function's body in the page and gives what it returns. The page's own policy, and the
    /// setting [`Script::Off`], concern the page's scripts and not this.
    pub async fn run(&self, body: &str) -> Value {
        self.driver.session_post("/execute/sync", json!({ "script": body, "args": [] })).await
    }

    /// As [`Browser::run`], as text.
    pub async fn text(&self, body: &str) -> String {
        self.run(body).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an expression is true in the page.
    ///
    /// # Panics
    /// If it does not become true in time; with the page's address and text.
    pub async fn until(&self, expression: &str) {
        let started = Instant::now();
        // While one page gives way to another there is none to ask.
        while !self.holds(expression).await {
            if started.elapsed() > PATIENCE {
                let page = self.text("return location.href + '\\n' + document.body.innerText").await;
                panic!("waited in vain: {expression}\n{page}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Clicks the first element that a CSS selector finds, as a person does: it must be there to see.
    pub async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        self.driver.session_post(&format!("/element/{element}/click"), json!({})).await;
    }

    /// Chooses a value in a select, by keyboard semantics: the change is the page's to notice.
    pub async fn choose(&self, selector: &str, value: &str) {
        let option = format!("{selector} option[value={}]", json!(value));
        self.click(&option).await;
    }

    /// Types into the first element that a CSS selector finds.
    pub async fn write(&self, selector: &str, text: &str) {
        let element = self.element(selector).await;
        self.driver.session_post(&format!("/element/{element}/value"), json!({ "text": text })).await;
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub async fn press(&self, keys: &[&str]) {
        let presses: Vec<Value> = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let keyboard = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": presses }] });
        self.driver.session_post("/actions", keyboard).await;
    }

    async fn element(&self, selector: &str) -> String {
        let found = json!({ "using": "css selector", "value": selector });
        let found = self.driver.session_post("/element", found).await;
        let id = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str);
        id.expect("an element has an id").to_owned()
    }

    /// Path and query of the page's address.
    pub async fn path(&self) -> String {
        self.text("return location.pathname + location.search").await
    }

    /// What the browser complained about since last asked: script errors, refused content, and answers
    /// that are errors.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.driver.session_post("/se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
