//! What one does with a browser beside looking at a page: tabs, sleep, the tools of a developer.

use std::process::Command;
use std::time::Duration;

use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use serde_json::{Value, json};

use crate::browser::{BoardPage, Browser};
use crate::{ensure, wait};

impl Browser {
    /// Goes to an address.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.block_on(self.client.goto(url));
    }

    /// Loads anew what is shown.
    pub fn visit_again(&self) {
        self.block_on(self.client.refresh());
    }

    /// lampfield's page in the tab that is shown.
    pub fn board(&self) -> BoardPage<'_> {
        BoardPage { browser: self }
    }

    /// How many elements there are.
    pub fn count(&self, selector: &str) -> u64 {
        let script = "return document.querySelectorAll(arguments[0]).length";
        self.script(script, vec![json!(selector)]).as_u64().unwrap_or_default()
    }

    /// The text of the first element that the selector finds.
    pub fn text_of(&self, selector: &str) -> String {
        let text = self.script("return document.querySelector(arguments[0])?.textContent", vec![json!(selector)]);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The tab that is shown.
    pub fn tab(&self) -> WindowHandle {
        self.block_on(self.client.window())
    }

    /// Opens an empty tab behind the one that is shown.
    pub fn open_tab(&self) -> WindowHandle {
        self.block_on(self.client.new_window(true)).handle
    }

    /// Shows a tab.
    pub fn show_tab(&self, tab: &WindowHandle) {
        self.block_on(self.client.switch_to_window(tab.clone()));
    }

    /// Closes the tab that is shown.
    pub fn close_tab(&self) {
        self.block_on(self.client.close_window());
    }

    /// Waits until the browser would say itself that the page is offline.
    #[track_caller]
    pub fn wait_for_offline_page(&self) {
        wait("a service worker stands beside the page", Duration::from_secs(10), || {
            let stands = self.script("return navigator.serviceWorker.controller !== null", vec![]);
            ensure(stands == json!(true), || stands.to_string())
        });
    }

    /// Stops every process of the browser, as a machine does that is put to sleep.
    pub fn sleep(&self) {
        self.signal("-STOP");
    }

    /// Lets them go on.
    pub fn wake(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let processes = descendants(self.driver.id());
        let told = Command::new("kill").arg(signal).args(processes.iter().map(u32::to_string)).status();
        assert!(told.is_ok_and(|status| status.success()), "the browser's processes can be signalled");
    }

    /// A command of Chrome's protocol for developers, by way of `chromedriver`.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.block_on(self.client.issue_cmd(DevTools(body)))
    }
}

#[derive(Debug)]
struct DevTools(Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}

/// The processes below one, without it; whichever of its threads started them.
fn descendants(of: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<u32> =
        children.flat_map(|ids| ids.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect();
    children.into_iter().flat_map(|child| std::iter::once(child).chain(descendants(child))).collect()
}
