//! The wall display in a browser: what can be seen of it without touching it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{ensure, wait};

/// A wall display.
#[derive(Debug)]
pub struct WallPage<'a> {
    browser: &'a Browser,
}

impl Browser {
    /// Opens a wall display by its address and waits until it is live.
    #[track_caller]
    pub fn open_wall(&self, url: &str) -> WallPage<'_> {
        self.visit(url);
        let page = WallPage { browser: self };
        wait("the wall is live", Duration::from_secs(20), || {
            let connection = page.attribute(".wall", "data-connection");
            ensure(connection == "live", || format!("it is `{connection}`: {:.300}", page.text()))
        });
        // This is done while the server answers: the browser loads the style sheets once more for it.
        self.devtools("DOM.getDocument", &json!({ "depth": 0 }));
        self.devtools("CSS.enable", &json!({}));
        page
    }

    /// Halts the page's scripts, as on a machine whose script hangs, or lets them go on.
    pub fn halt_scripts(&self, halted: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": halted }));
    }

    /// A CSS property of an element, read by the browser's tools: works while scripts are halted.
    fn computed(&self, selector: &str, property: &str) -> String {
        let document = self.devtools("DOM.getDocument", &json!({ "depth": 0 }));
        let node = json!({ "nodeId": document["root"]["nodeId"], "selector": selector });
        let node = self.devtools("DOM.querySelector", &node);
        let style = self.devtools("CSS.getComputedStyleForNode", &json!({ "nodeId": node["nodeId"] }));
        let known = style["computedStyle"].as_array().into_iter().flatten();
        let value = known.into_iter().find(|it| it["name"] == property).map(|it| it["value"].clone());
        value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

impl WallPage<'_> {
    /// Opacity of the curtain: `0` hidden, `1` opaque.
    pub fn curtain(&self) -> f64 {
        self.browser.computed(".curtain", "opacity").parse().unwrap_or(-1.0)
    }

    /// Waits until the curtain has this opacity.
    #[track_caller]
    pub fn wait_for_curtain(&self, wanted: f64, within: Duration) {
        wait(&format!("the curtain is {wanted}"), within, || {
            let curtain = self.curtain();
            ensure((curtain - wanted).abs() < 0.01, || format!("it is {curtain}"))
        });
    }

    /// Runs a script for that long, during which the page's other scripts hang.
    pub fn hang_script(&self, during: Duration) {
        let script = "const end = Date.now() + arguments[0] + 200;
            setTimeout(() => { while (Date.now() < end); }, 200)";
        self.browser.script(script, vec![json!(u64::try_from(during.as_millis()).unwrap_or(u64::MAX))]);
    }

    /// Text of the curtain, visible or not.
    pub fn curtain_text(&self) -> String {
        self.string("return document.querySelector('.curtain').textContent")
    }

    /// Whether any element lies outside the screen, or a tile holds no lamp.
    pub fn overflows(&self) -> bool {
        let script = "const root = document.documentElement, stage = document.querySelector('.wall__stage');
            const outside = [...stage.querySelectorAll('[data-exten]')].filter((tile) =>
                tile.getBoundingClientRect().bottom > stage.getBoundingClientRect().bottom + 1
                || tile.querySelectorAll('.hung__exten').length !== 1);
            return root.scrollHeight > root.clientHeight || root.scrollWidth > root.clientWidth || outside.length > 0";
        self.browser.script(script, vec![]) != json!(false)
    }

    /// Size of the smallest text of a tile, in CSS pixels.
    pub fn smallest_text(&self) -> f64 {
        let script = "return Math.min(...[...document.querySelectorAll('.hung span, .hung b')]
            .map((text) => parseFloat(getComputedStyle(text).fontSize)))";
        self.browser.script(script, vec![]).as_f64().unwrap_or_default()
    }

    /// Extensions of the lamps on the current page, without the pinned ones.
    pub fn shown(&self) -> Vec<String> {
        self.strings(".wall__band [data-exten]")
    }

    /// Extensions of the pinned lamps.
    pub fn pinned(&self) -> Vec<String> {
        self.strings(".wall__pinned [data-exten]")
    }

    /// Page number, as `2/5`; empty where one page holds all lamps.
    pub fn page(&self) -> String {
        self.string("return document.querySelector('.wall__turns b')?.textContent ?? ''")
    }

    /// State and freshness of a lamp on the current page.
    pub fn lamp(&self, exten: &str) -> Option<(String, String)> {
        let script = "const tile = document.querySelector(`[data-exten='${arguments[0]}']`);
            return tile && [tile.dataset.state, tile.dataset.freshness]";
        let found = self.browser.script(script, vec![json!(exten)]);
        Some((found[0].as_str()?.to_owned(), found[1].as_str()?.to_owned()))
    }

    /// An attribute of the first element that the selector finds.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? ''";
        let value = self.browser.script(script, vec![json!(selector), json!(name)]);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Address in the address bar.
    pub fn address(&self) -> String {
        self.string("return location.href")
    }

    /// Visible text.
    pub fn text(&self) -> String {
        self.string("return document.body?.innerText ?? ''")
    }

    fn string(&self, script: &str) -> String {
        self.browser.script(script, vec![]).as_str().unwrap_or_default().to_owned()
    }

    fn strings(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((tile) => tile.dataset.exten)";
        let found = self.browser.script(script, vec![json!(selector)]);
        found.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    }
}
