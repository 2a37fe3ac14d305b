//! What one does with a browser beside looking at a page: tabs, sleep, the tools of a developer.

use std::path::Path;
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

    /// lampfield's page in the tab that is shown.
    pub fn board(&self) -> BoardPage<'_> {
        BoardPage { browser: self }
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

    /// Every process of the browser.
    pub fn processes(&self) -> Vec<u32> {
        descendants(self.driver.id())
    }

    /// One that has ended since it was listed needs no signal: helpers come and go.
    fn signal(&self, signal: &str) {
        let is_deaf = |process: &u32| {
            let told = Command::new("kill").args([signal, &process.to_string()]).status();
            !told.is_ok_and(|status| status.success()) && Path::new(&format!("/proc/{process}")).exists()
        };
        let deaf: Vec<u32> = self.processes().into_iter().filter(is_deaf).collect();
        assert!(deaf.is_empty(), "these processes of the browser cannot be signalled: {deaf:?}");
    }

    /// What the page holds, when nothing lies about any more that it could let go.
    pub fn weight(&self) -> Weight {
        self.devtools("HeapProfiler.collectGarbage", &json!({}));
        let counted = self.devtools("Memory.getDOMCounters", &json!({}));
        let heap = self.devtools("Runtime.getHeapUsage", &json!({}));
        let number = |value: &Value| value.as_f64().expect("the browser counts");
        Weight {
            nodes: number(&counted["nodes"]),
            listeners: number(&counted["jsEventListeners"]),
            heap: number(&heap["usedSize"]),
            wasm: number(&self.wasm_memory()),
        }
    }

    /// The bytes that WebAssembly has.
    fn wasm_memory(&self) -> Value {
        let kind = self.devtools("Runtime.evaluate", &json!({ "expression": "WebAssembly.Memory.prototype" }));
        let query = json!({ "prototypeObjectId": kind["result"]["objectId"] });
        let all = self.devtools("Runtime.queryObjects", &query);
        let sum = json!({
            "objectId": all["objects"]["objectId"],
            "functionDeclaration": "function() { return this.reduce((sum, it) => sum + it.buffer.byteLength, 0) }",
        });
        self.devtools("Runtime.callFunctionOn", &sum)["result"]["value"].take()
    }

    /// A command of Chrome's protocol for developers, by way of `chromedriver`.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.block_on(self.client.issue_cmd(DevTools(body)))
    }
}

impl Browser {
    /// Lets the page use the clipboard, as a reader does who clicks.
    pub fn allow_clipboard(&self) {
        let both = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.devtools("Browser.grantPermissions", &both);
    }

    /// What was copied last.
    pub fn clipboard(&self) -> String {
        let script = "const done = arguments[arguments.length - 1];
            navigator.clipboard.readText().then(done, (error) => done(String(error)))";
        self.script_async(script, vec![]).as_str().unwrap_or_default().to_owned()
    }
}

/// The links that the page follows to another program, noted in place of being followed.
#[derive(Debug)]
pub struct Calls<'a>(&'a Browser);

impl Browser {
    /// From now on the page's calls are noted, until it is loaded anew.
    pub fn note_calls(&self) -> Calls<'_> {
        let script = "window.calls = [];
            navigation.addEventListener('navigate', ({ destination }) => {
                if (!destination.url.startsWith('http')) { window.calls.push(destination.url); }
            })";
        self.script(script, vec![]);
        Calls(self)
    }
}

impl Calls<'_> {
    /// What was called so far.
    pub fn noted(&self) -> Vec<String> {
        serde_json::from_value(self.0.script("return window.calls", vec![])).expect("links")
    }

    /// Waits until just these were called.
    #[track_caller]
    pub fn wait_for(&self, wanted: &[&str]) {
        wait(&format!("{wanted:?} is called"), Duration::from_secs(5), || {
            let noted = self.noted();
            ensure(noted == wanted, || format!("{noted:?} was"))
        });
    }
}

/// What a page holds.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// Nodes of the document, and those that only scripts know.
    pub nodes: f64,
    /// Listeners to events.
    pub listeners: f64,
    /// Bytes that scripts have.
    pub heap: f64,
    /// Bytes that WebAssembly has.
    pub wasm: f64,
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
