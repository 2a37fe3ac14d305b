//! Use of the browser itself: tabs, sleep, tools for developers.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use serde_json::{Value, json};

use crate::browser::{BoardPage, Browser};
use crate::{SOON, ensure, wait};

impl Browser {
    /// Goes to an address.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.block_on(self.client.goto(url));
    }

    /// lampfield's page in the current tab.
    pub fn board(&self) -> BoardPage<'_> {
        BoardPage { browser: self }
    }

    /// The current tab.
    pub fn tab(&self) -> WindowHandle {
        self.block_on(self.client.window())
    }

    /// Opens an empty tab behind the current one.
    pub fn open_tab(&self) -> WindowHandle {
        self.block_on(self.client.new_window(true)).handle
    }

    /// Shows a tab.
    pub fn show_tab(&self, tab: &WindowHandle) {
        self.block_on(self.client.switch_to_window(tab.clone()));
    }

    /// Closes the current tab.
    pub fn close_tab(&self) {
        self.block_on(self.client.close_window());
    }

    /// Waits until the browser would show its own offline page.
    #[track_caller]
    pub fn wait_for_offline_page(&self) {
        wait("a service worker stands beside the page", Duration::from_secs(10), || {
            let stands = self.script("return navigator.serviceWorker.controller !== null", vec![]);
            ensure(stands == json!(true), || stands.to_string())
        });
    }

    /// Stops every process of the browser, as if the machine slept.
    pub fn sleep(&self) {
        self.signal("-STOP");
    }

    /// Continues the processes.
    pub fn wake(&self) {
        self.signal("-CONT");
    }

    /// Every process of the browser.
    pub fn processes(&self) -> Vec<u32> {
        descendants(self.driver.id())
    }

    /// Signals the processes. One that has ended since it was listed needs no signal: helpers come and go.
    fn signal(&self, signal: &str) {
        let is_deaf = |process: &u32| {
            let told = Command::new("kill").args([signal, &process.to_string()]).status();
            !told.is_ok_and(|status| status.success()) && Path::new(&format!("/proc/{process}")).exists()
        };
        let deaf: Vec<u32> = self.processes().into_iter().filter(is_deaf).collect();
        assert!(deaf.is_empty(), "these processes of the browser cannot be signalled: {deaf:?}");
    }

    /// Memory of the page after garbage collection.
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

    /// Bytes of WebAssembly's memory.
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

    /// Sends a command of Chrome's protocol for developers, by way of `chromedriver`.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.block_on(self.client.issue_cmd(DevTools(body)))
    }
}

impl Browser {
    /// Permits the use of the clipboard, as a click of a reader does.
    pub fn allow_clipboard(&self) {
        let both = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.devtools("Browser.grantPermissions", &both);
    }

    /// Text that was copied last.
    pub fn clipboard(&self) -> String {
        let script = "const done = arguments[arguments.length - 1];
            navigator.clipboard.readText().then(done, (error) => done(String(error)))";
        self.script_async(script, vec![]).as_str().unwrap_or_default().to_owned()
    }
}

/// Links to other programs (`tel:`), noted instead of followed.
#[derive(Debug)]
pub struct Calls<'a>(&'a Browser);

impl Browser {
    /// Notes such links from now on, until the page is loaded again.
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
    /// Links that were noted so far.
    pub fn noted(&self) -> Vec<String> {
        serde_json::from_value(self.0.script("return window.calls", vec![])).expect("links")
    }

    /// Waits until just these links were noted.
    #[track_caller]
    pub fn wait_for(&self, wanted: &[&str]) {
        wait(&format!("{wanted:?} is called"), SOON, || {
            let noted = self.noted();
            ensure(noted == wanted, || format!("{noted:?} was"))
        });
    }
}

/// Memory of a page.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// Number of the nodes of the document, and of those that only scripts hold.
    pub nodes: f64,
    /// Number of event listeners.
    pub listeners: f64,
    /// Bytes of the scripts.
    pub heap: f64,
    /// Bytes of WebAssembly's memory.
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

/// Processes below this one, without it; whichever of its threads started them.
fn descendants(of: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<u32> =
        children.flat_map(|ids| ids.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect();
    children.into_iter().flat_map(|child| std::iter::once(child).chain(descendants(child))).collect()
}
