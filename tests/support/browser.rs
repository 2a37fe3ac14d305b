//! A real Chromium, driven by WebDriver, and the page of lampfield in it.

use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::screencast::Grey;
use crate::{Page, ensure, wait};

/// Size and language of the window.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Language: `en`, `ru`.
    pub language: &'static str,
}

impl Look {
    /// An English desktop.
    pub const DESKTOP: Self = Self { width: 1280, height: 900, language: "en" };
}

/// A headless Chromium; ends when dropped.
#[derive(Debug)]
pub struct Browser {
    runtime: Runtime,
    pub(crate) client: Client,
    pub(crate) driver: Child,
}

impl Browser {
    /// Starts chromedriver and Chromium.
    ///
    /// # Panics
    /// When one of them is not installed: `cargo xtask test` does that.
    pub fn start(look: Look) -> Self {
        let port = free_port();
        let mut driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts (Debian's package chromium-driver)");
        let said = BufReader::new(driver.stdout.take().expect("it was piped"));
        let ready = said.lines().map_while(Result::ok).any(|line| line.contains("started successfully"));
        assert!(ready, "chromedriver ended before it was ready");

        let runtime = Runtime::new().expect("a runtime starts");
        let address = format!("http://127.0.0.1:{port}");
        let capabilities = look.capabilities().as_object().expect("capabilities are an object").clone();
        let connecting =
            async { ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&address).await };
        let client = runtime.block_on(connecting).expect("Chromium starts (Debian's package chromium)");
        Self { runtime, client, driver }
    }

    /// Opens lampfield's page and waits until its lamps are live.
    #[track_caller]
    pub fn open_board(&self, url: &str) -> BoardPage<'_> {
        self.block_on(self.client.goto(url));
        let page = BoardPage { browser: self };
        page.wait_for_connection("live", Duration::from_secs(20));
        page
    }

    /// Opens lampfield's page in a theme (`light`, `dark`), whatever the system wants.
    pub fn open_board_in(&self, url: &str, theme: &str) -> BoardPage<'_> {
        self.block_on(self.client.goto(url));
        self.script("localStorage.setItem('lampfield.theme', arguments[0])", vec![json!(theme)]);
        self.open_board(url)
    }

    /// Opens an address of lampfield, and waits until something is drawn.
    #[track_caller]
    pub fn open(&self, url: &str) -> Page<'_> {
        self.block_on(self.client.goto(url));
        let page = Page::in_browser(self);
        page.wait_for(".page > *", "the page is drawn");
        page
    }

    /// The page that is open.
    pub fn page(&self) -> Page<'_> {
        Page::in_browser(self)
    }

    /// The address that the browser shows.
    pub fn address(&self) -> String {
        self.script("return location.href", vec![]).as_str().unwrap_or_default().to_owned()
    }

    /// Goes to a view of the page that is open: `#/accounts`.
    pub fn go(&self, place: &str) {
        self.script("location.hash = arguments[0]", vec![json!(place)]);
    }

    /// Leaves the page for an empty one.
    pub fn leave(&self) {
        self.block_on(self.client.goto("about:blank"));
    }

    /// Changes a value in the browser's storage as another tab of the page does: this tab is told by an event.
    pub fn change_in_another_tab(&self, key: &str, change: impl FnOnce(&str) -> String) {
        let kept = self.script("return localStorage.getItem(arguments[0]) ?? ''", vec![json!(key)]);
        let value = change(kept.as_str().unwrap_or_default());
        // A frame of the same origin is another document: the event goes to all documents but the one that writes.
        let script = "const frame = document.createElement('iframe');
            document.body.append(frame);
            frame.contentWindow.localStorage.setItem(arguments[0], arguments[1]);
            setTimeout(() => frame.remove(), 1000)";
        self.script(script, vec![json!(key), json!(value)]);
    }

    /// Reloads the page.
    pub fn reload(&self) {
        self.block_on(self.client.refresh());
    }

    /// Presses keys, one after the other, where the focus is.
    pub fn press(&self, keys: &[char]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for &value in keys {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.block_on(self.client.perform_actions(actions));
    }

    /// Presses keys while another one is held.
    pub fn press_with(&self, held: char, keys: &[char]) {
        let mut actions = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value: held });
        for &value in keys {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.block_on(self.client.perform_actions(actions.then(KeyAction::Up { value: held })));
    }

    /// Types a text where the focus is.
    pub fn type_text(&self, text: &str) {
        self.press(&text.chars().collect::<Vec<_>>());
    }

    /// Writes a screenshot of the window, as PNG.
    pub fn screenshot(&self, file: &Path) {
        let png = self.block_on(self.client.screenshot());
        std::fs::write(file, png).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// A screenshot of the window in shades of grey.
    pub fn grey(&self) -> Grey {
        Grey::read(&self.block_on(self.client.screenshot()))
    }

    /// What a script of the page returns.
    pub fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.block_on(self.client.execute(script, arguments))
    }

    /// Runs a script that answers by calling its last argument.
    pub fn script_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.block_on(self.client.execute_async(script, arguments))
    }

    #[track_caller]
    pub(crate) fn block_on<T, E: std::fmt::Debug>(&self, work: impl Future<Output = Result<T, E>>) -> T {
        self.runtime.block_on(work).expect("the browser does as told")
    }
}

impl Look {
    fn capabilities(self) -> Value {
        let Self { width, height, language } = self;
        json!({
            "goog:chromeOptions": {
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--hide-scrollbars", format!("--lang={language}"), format!("--accept-lang={language}"),
                ],
                "prefs": { "intl.accept_languages": language },
                // A window has a smallest width; a telephone's screen is smaller.
                "mobileEmulation": {
                    "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1.0, "touch": false },
                },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium ends with its session; chromedriver does not.
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A port that is free now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("a listener has an address").port()
}

/// The board's page: what a reader sees, by the attributes for tests and styles.
#[derive(Debug)]
pub struct BoardPage<'a> {
    pub(crate) browser: &'a Browser,
}

/// A tile of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// State, from `data-state`: `free`, `on_call`, …
    pub state: String,
    /// Freshness, from `data-freshness`: `live`, `last_known`, `never`.
    pub freshness: String,
    /// Whether "do not disturb" is on, from `data-dnd`.
    pub dnd: bool,
    /// Text of the tile.
    pub text: String,
}

impl BoardPage<'_> {
    /// State of the connection, from `data-connection`: `connecting`, `live`, `reconnecting`, `lost`.
    pub fn connection(&self) -> String {
        let script = "return document.querySelector('[data-connection]')?.dataset.connection ?? 'no page yet'";
        self.browser.script(script, vec![]).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the connection is in this state.
    #[track_caller]
    pub fn wait_for_connection(&self, wanted: &str, within: Duration) {
        wait(&format!("the page is {wanted}"), within, || {
            let connection = self.connection();
            ensure(connection == wanted, || format!("it is {connection}, and reads: {:.300}", self.text()))
        });
    }

    /// Number of the tiles.
    pub fn tiles(&self) -> u64 {
        let count = self.browser.script("return document.querySelectorAll('[data-exten]').length", vec![]);
        count.as_u64().unwrap_or_default()
    }

    /// The tile of an extension, if there is one.
    pub fn tile(&self, exten: &str) -> Option<Tile> {
        let script = "const tile = document.querySelector(`[data-exten='${arguments[0]}']`);
            return tile && { ...tile.dataset, text: tile.textContent }";
        let tile = self.browser.script(script, vec![json!(exten)]);
        let word = |name: &str| tile[name].as_str().unwrap_or_default().to_owned();
        let seen = || Tile {
            state: word("state"),
            freshness: word("freshness"),
            dnd: tile["dnd"] == "true",
            text: word("text"),
        };
        (!tile.is_null()).then(seen)
    }

    /// Waits until a tile is as wanted, and gives it.
    #[track_caller]
    pub fn wait_for_tile(&self, exten: &str, what: &str, within: Duration, wanted: impl Fn(&Tile) -> bool) -> Tile {
        wait(&format!("the tile {exten} shows {what}"), within, || {
            let tile = self.tile(exten).ok_or("there is no such tile")?;
            ensure(wanted(&tile), || format!("it is {tile:?}")).map(|()| tile)
        })
    }

    /// Notes from now on when this tile first shows `state`.
    pub fn note_when(&self, exten: &str, state: &str) {
        let script = "const [exten, state] = arguments;
            window.noted = null;
            const look = () => {
                const tile = document.querySelector(`[data-exten='${exten}']`);
                if (window.noted === null && tile?.dataset.state === state) { window.noted = Date.now(); }
            };
            new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });";
        self.browser.script(script, vec![json!(exten), json!(state)]);
    }

    /// The noted time, in milliseconds since 1970.
    #[track_caller]
    pub fn noted(&self, within: Duration) -> u128 {
        wait("the tile changes", within, || {
            let noted = self.browser.script("return window.noted", vec![]).as_u64();
            noted.map(u128::from).ok_or("it has not yet")
        })
    }

    /// Notes from now on each state of this tile, and when it was drawn.
    pub fn note_drawings(&self, exten: &str) {
        // The tile changes within a frame; a message to the page itself arrives after that frame is drawn.
        let script = "const selector = `[data-exten='${arguments[0]}']`;
            window.drawings = [];
            const { port1, port2 } = new MessageChannel();
            port2.onmessage = ({ data }) => window.drawings.push([data, performance.timeOrigin + performance.now()]);
            let last = document.querySelector(selector)?.dataset.state;
            const look = () => {
                const state = document.querySelector(selector)?.dataset.state;
                if (state !== last) { last = state; port1.postMessage(state); }
            };
            new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });";
        self.browser.script(script, vec![json!(exten)]);
    }

    /// States that were noted since the last call, with their times in milliseconds since 1970.
    pub fn drawings(&self) -> Vec<(String, f64)> {
        let noted = self.browser.script("return window.drawings.splice(0)", vec![]);
        serde_json::from_value(noted).expect("states and times")
    }

    /// Notes from now on each attribute of this tile that is written, and whether the tile loses the focus.
    pub fn note_writes(&self, exten: &str) {
        let script = "const tile = document.querySelector(`[data-exten='${arguments[0]}']`);
            window.writes = new Set();
            tile.addEventListener('blur', () => window.writes.add('blur'));
            const note = (writes) => writes.forEach(({ attributeName }) => window.writes.add(attributeName));
            new MutationObserver(note).observe(tile, { attributes: true });";
        self.browser.script(script, vec![json!(exten)]);
    }

    /// Writes that were noted, in alphabetical order.
    pub fn writes(&self) -> Vec<String> {
        let noted = self.browser.script("return [...window.writes].sort()", vec![]);
        serde_json::from_value(noted).expect("names")
    }

    /// Visible text of the page.
    pub fn text(&self) -> String {
        let text = self.browser.script("return document.body?.innerText ?? ''", vec![]);
        text.as_str().unwrap_or_default().to_owned()
    }
}
