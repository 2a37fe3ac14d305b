//! Any view of lampfield's page: elements are found by their test attributes, and used as a reader uses them.

use std::time::Duration;

use fantoccini::Locator;
use serde_json::{Value, json};

use crate::{Browser, ensure, folder, wait};

/// Keys that are no letters, in the code of WebDriver.
pub mod key {
    /// Tab
    pub const TAB: char = '\u{e004}';
    /// Backspace
    pub const BACKSPACE: char = '\u{e003}';
    /// Enter
    pub const ENTER: char = '\u{e007}';
    /// Shift
    pub const SHIFT: char = '\u{e008}';
    /// Control
    pub const CONTROL: char = '\u{e009}';
    /// Alt
    pub const ALT: char = '\u{e00a}';
    /// Esc
    pub const ESCAPE: char = '\u{e00c}';
    /// End
    pub const END: char = '\u{e010}';
    /// Home
    pub const HOME: char = '\u{e011}';
    /// Arrow left
    pub const LEFT: char = '\u{e012}';
    /// Arrow up
    pub const UP: char = '\u{e013}';
    /// Arrow right
    pub const RIGHT: char = '\u{e014}';
    /// Arrow down
    pub const DOWN: char = '\u{e015}';
    /// Page up
    pub const PAGE_UP: char = '\u{e00e}';
    /// Page down
    pub const PAGE_DOWN: char = '\u{e00f}';
    /// Space
    pub const SPACE: char = ' ';
}

/// Time limit of a change within the page, on a busy machine too.
const SOON: Duration = Duration::from_secs(10);

/// The page that is open in the current tab.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    browser: &'a Browser,
}

impl<'a> Page<'a> {
    pub(crate) const fn in_browser(browser: &'a Browser) -> Self {
        Self { browser }
    }

    /// Selector of the element with this `data-testid`.
    pub fn by_id(name: &str) -> String {
        format!("[data-testid='{name}']")
    }

    /// Whether there is such an element.
    pub fn has(self, selector: &str) -> bool {
        self.ask("return document.querySelector(arguments[0]) !== null", selector) == true
    }

    /// Waits for such an element.
    #[track_caller]
    pub fn wait_for(self, selector: &str, what: &str) {
        wait(what, SOON, || {
            ensure(self.has(selector), || format!("there is no {selector}; it reads: {}", self.read()))
        });
    }

    /// Waits until there is no such element any more.
    #[track_caller]
    pub fn wait_gone(self, selector: &str, what: &str) {
        wait(what, SOON, || ensure(!self.has(selector), || format!("{selector} is there")));
    }

    /// Clicks as soon as the element is there.
    #[track_caller]
    pub fn click(self, selector: &str) {
        self.wait_for(selector, "there is something to click");
        self.ask("document.querySelector(arguments[0]).click()", selector);
    }

    /// Clicks with the mouse, which the browser takes for a person's wish: only then may a page copy.
    #[track_caller]
    pub fn click_by_mouse(self, selector: &str) {
        self.wait_for(selector, "there is something to click");
        self.browser.block_on(async { self.browser.client.find(Locator::Css(selector)).await?.click().await });
    }

    /// Clicks where the element is visible; nothing may cover it.
    #[track_caller]
    pub fn tap(self, selector: &str) {
        let script = "const element = document.querySelector(arguments[0]);
            if (!element) { return 'it is not there'; }
            element.scrollIntoView({ block: 'nearest' });
            const { left, top, width, height } = element.getBoundingClientRect();
            const hit = document.elementFromPoint(left + width / 2, top + height / 2);
            if (!element.contains(hit)) { return `over it lies ${hit?.outerHTML.slice(0, 200)}`; }
            hit.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
            return ''";
        wait(&format!("{selector} can be tapped"), SOON, || {
            let why = self.ask(script, selector);
            ensure(why == "", || why.to_string())
        });
    }

    /// The element that hides the focused one; empty where nothing does.
    pub fn hides_focus(self) -> String {
        let script = "const focused = document.activeElement;
            if (focused === document.body) { return ''; }
            const { left, top, width, height } = focused.getBoundingClientRect();
            const at = [[0.5, 0.5], [0.5, 0.05], [0.5, 0.95]].map(([x, y]) => [left + width * x, top + height * y]);
            const hits = at.map(([x, y]) => document.elementFromPoint(x, y));
            const over = hits.find((hit) => !focused.contains(hit));
            return over === undefined ? '' : `${over?.outerHTML.slice(0, 120)} over ${focused.outerHTML.slice(0, 120)}`";
        self.ask(script, "").as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the element with this `data-testid`.
    #[track_caller]
    pub fn press_button(self, name: &str) {
        self.click(&Self::by_id(name));
    }

    /// Chooses a part of the board in the rail, which may be in a list that opens.
    #[track_caller]
    pub fn choose_tab(self, tab: &str) {
        let tab = format!("[data-tab='{tab}']");
        self.wait_for(&tab, "there is such a part");
        let opens = "const list = document.querySelector(arguments[0]).closest('[popover]');
            return list && getComputedStyle(list).display === 'none' ? list.id : null";
        if let Some(list) = self.ask(opens, &tab).as_str() {
            self.click(&format!("[popovertarget='{list}']"));
        }
        self.click(&tab);
        self.wait_for(&format!("{tab}[aria-selected='true']"), "it is chosen");
    }

    /// Chooses lines of the View menu, and closes it.
    #[track_caller]
    pub fn choose_view(self, lines: &[&str]) {
        self.press_button("view");
        self.wait_for("[data-testid='view-menu']:popover-open", "the menu is open");
        for line in lines {
            self.press_button(line);
            self.wait_for(&format!("[data-testid='{line}'][aria-pressed='true']"), "the line is chosen");
        }
        self.press_button("view");
        self.wait_gone("[data-testid='view-menu']:popover-open", "the menu is closed");
    }

    /// Focuses the element as soon as it is there.
    #[track_caller]
    pub fn focus(self, selector: &str) {
        self.wait_for(selector, "there is something to give the focus");
        self.ask("document.querySelector(arguments[0]).focus()", selector);
        self.wait_for(&format!("{selector}:focus"), "it takes the focus");
    }

    /// Replaces the text in the field of that name.
    #[track_caller]
    pub fn fill(self, name: &str, text: &str) {
        let selector = format!("[name='{name}']");
        self.wait_for(&selector, "there is a field to fill");
        let script = "const field = document.querySelector(arguments[0]);
            field.focus(); field.value = arguments[1];
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true }))";
        self.browser.script(script, vec![json!(selector), json!(text)]);
    }

    /// Replaces the text in a cell of the table of extensions.
    #[track_caller]
    pub fn fill_cell(self, field: &str, exten: &str, text: &str) {
        let selector = format!("[data-key='cell {field} {exten}']");
        self.wait_for(&selector, "there is a cell to fill");
        let script = "const field = document.querySelector(arguments[0]);
            field.focus(); field.value = arguments[1];
            field.dispatchEvent(new Event('change', { bubbles: true }))";
        self.browser.script(script, vec![json!(selector), json!(text)]);
    }

    /// Text in a cell of the table of extensions.
    pub fn cell(self, field: &str, exten: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.value ?? ''";
        let selector = format!("[data-key='cell {field} {exten}']");
        self.ask(script, &selector).as_str().unwrap_or_default().to_owned()
    }

    /// Chooses a file with these bytes in the field of that name.
    #[track_caller]
    pub fn choose_file(self, name: &str, bytes: &[u8]) {
        let selector = format!("[name='{name}']");
        self.wait_for(&selector, "there is a field for a file");
        let script = "const field = document.querySelector(arguments[0]), list = new DataTransfer();
            list.items.add(new File([new Uint8Array(arguments[1])], 'list.csv'));
            field.files = list.files;
            field.dispatchEvent(new Event('change', { bubbles: true }))";
        self.browser.script(script, vec![json!(selector), json!(bytes)]);
    }

    /// Chooses an option in the element with this `data-testid`.
    #[track_caller]
    pub fn fill_select(self, name: &str, value: &str) {
        let script = "const choice = document.querySelector(`[data-testid='${arguments[0]}']`);
            choice.value = arguments[1]; choice.dispatchEvent(new Event('change', { bubbles: true }))";
        self.browser.script(script, vec![json!(name), json!(value)]);
    }

    /// Extensions of the tiles, in the order of the page.
    pub fn lamps(self) -> Vec<String> {
        let lamps = self.ask("return [...document.querySelectorAll('[data-exten]')].map((it) => it.dataset.exten)", "");
        lamps.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    }

    /// Waits until the page has just these tiles, in order.
    #[track_caller]
    pub fn wait_for_lamps(self, wanted: &[&str]) {
        wait(&format!("the lamps are {wanted:?}"), SOON, || {
            let lamps = self.lamps();
            ensure(lamps == wanted, || format!("they are {lamps:?}"))
        });
    }

    /// Elements, among these and the window itself, whose content is wider than they are and covers its neighbours.
    pub fn overflows(self, selector: &str) -> Vec<String> {
        let script = "const root = document.documentElement;
            const all = [root, ...document.querySelectorAll(arguments[0])];
            return all.filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.outerHTML.slice(0, 120))";
        let found = self.ask(script, selector);
        found.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    }

    /// Result of a script.
    pub fn run(self, script: &str) -> Value {
        self.ask(script, "")
    }

    /// Text of an element; empty where there is none.
    pub fn text(self, selector: &str) -> String {
        let text = self.ask("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Texts of all such elements, in the order of the page.
    pub fn texts(self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((it) => it.textContent)";
        let texts = self.ask(script, selector);
        texts.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    }

    /// Drags an element onto the upper half of another, as a mouse does.
    #[track_caller]
    pub fn drag(self, from: &str, to: &str) {
        self.wait_for(to, "there is a place to drop");
        let script = "const [from, to] = [...arguments].map((it) => document.querySelector(it));
            const { left, top, height } = to.getBoundingClientRect();
            const place = { clientX: left + 5, clientY: top + height / 4 };
            const event = (kind) => new DragEvent(kind,
                { bubbles: true, cancelable: true, dataTransfer: new DataTransfer(), ...place });
            from.dispatchEvent(event('dragstart'));
            if (to.dispatchEvent(event('dragover'))) { throw new Error('nothing may be dropped there'); }
            to.dispatchEvent(event('drop'))";
        self.browser.script(script, vec![json!(from), json!(to)]);
    }

    /// Text in the field of that name.
    pub fn value(self, name: &str) -> String {
        let value = self.ask("return document.querySelector(`[name='${arguments[0]}']`)?.value ?? ''", name);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// An attribute of an element.
    pub fn attribute(self, selector: &str, name: &str) -> Option<String> {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1])";
        self.browser.script(script, vec![json!(selector), json!(name)]).as_str().map(str::to_owned)
    }

    /// Number of such elements.
    pub fn count(self, selector: &str) -> u64 {
        self.ask("return document.querySelectorAll(arguments[0]).length", selector).as_u64().unwrap_or_default()
    }

    /// Takes the clipboard from the page, as without TLS; notes what is copied by other means.
    pub fn lose_the_clipboard(self) {
        let script = "Object.defineProperty(navigator, 'clipboard', { value: undefined });
            document.addEventListener('copy', () => {
                const { value, selectionStart, selectionEnd } = document.activeElement;
                window.copied = value?.slice(selectionStart, selectionEnd) ?? String(getSelection());
            }, true)";
        self.ask(script, "");
    }

    /// Text that was copied by other means.
    pub fn copied(self) -> String {
        self.ask("return window.copied ?? ''", "").as_str().unwrap_or_default().to_owned()
    }

    /// Notifications of the page that the system shows, and their links.
    pub fn notifications(self) -> Vec<String> {
        let script = "return navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
            .then((all) => all.map(({ title, data }) => `${title} (${data})`))";
        let told = self.ask(script, "");
        told.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    }

    /// A number that a script has stored under that name.
    pub fn number(self, name: &str) -> Option<f64> {
        self.ask("return window[arguments[0]]", name).as_f64()
    }

    /// Waits until such an element contains the text.
    #[track_caller]
    pub fn wait_for_text(self, selector: &str, wanted: &str) {
        wait(&format!("{selector} reads `{wanted}`"), SOON, || {
            let text = self.text(selector);
            ensure(text.contains(wanted), || format!("it reads `{text}`; the page: {}", self.read()))
        });
    }

    /// Waits until an attribute has this value.
    #[track_caller]
    pub fn wait_for_attribute(self, selector: &str, name: &str, wanted: &str, within: Duration) {
        wait(&format!("{selector} has {name}={wanted}"), within, || {
            let value = self.attribute(selector, name);
            ensure(value.as_deref() == Some(wanted), || format!("it has {value:?}; the page: {}", self.read()))
        });
    }

    /// Extensions of the hits of a search, best first.
    pub fn hits(self) -> Vec<String> {
        let hits = self.ask("return [...document.querySelectorAll('[data-hit]')].map((it) => it.dataset.hit)", "");
        hits.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    }

    /// Waits until a search has just these hits, in order.
    #[track_caller]
    pub fn wait_for_hits(self, wanted: &[&str]) {
        wait(&format!("the hits are {wanted:?}"), SOON, || {
            let hits = self.hits();
            ensure(hits == wanted, || format!("they are {hits:?}"))
        });
    }

    /// Extension of the hit that is chosen, which the search field points to.
    pub fn chosen_hit(self) -> Option<String> {
        let script = "const id = document.querySelector('.search').getAttribute('aria-activedescendant');
            const row = document.getElementById(id);
            return row?.ariaSelected === 'true' ? row.dataset.hit : null";
        self.ask(script, "").as_str().map(str::to_owned)
    }

    /// Extension of the tile that has the focus.
    pub fn focused_lamp(self) -> Option<String> {
        self.ask("return document.activeElement?.dataset.exten", "").as_str().map(str::to_owned)
    }

    /// Waits until the tile of that extension has the focus.
    #[track_caller]
    pub fn wait_for_focus_on(self, exten: &str) {
        wait(&format!("{exten} has the focus"), SOON, || {
            let focused = self.focused_lamp();
            ensure(focused.as_deref() == Some(exten), || format!("{focused:?} has it"))
        });
    }

    /// Selects the text of an element.
    pub fn select(self, selector: &str) {
        self.ask("getSelection().selectAllChildren(document.querySelector(arguments[0]))", selector);
    }

    /// Text that is selected.
    pub fn selected(self) -> String {
        self.ask("return getSelection().toString()", "").as_str().unwrap_or_default().to_owned()
    }

    /// Source of the whole document as it is now.
    pub fn source(self) -> String {
        self.ask("return document.documentElement.outerHTML", "").as_str().unwrap_or_default().to_owned()
    }

    /// All visible text.
    pub fn read(self) -> String {
        let text = self.ask("return document.body?.innerText ?? ''", "");
        text.as_str().unwrap_or_default().chars().take(600).collect()
    }

    /// Logs in on the login page.
    #[track_caller]
    pub fn log_in(self, name: &str, password: &str) {
        self.fill("name", name);
        self.fill("password", password);
        self.press_button("log-in");
    }

    /// Replaces the account's password on its page.
    #[track_caller]
    pub fn change_password(self, old: &str, new: &str) {
        self.fill("old", old);
        self.fill("new", new);
        self.fill("again", new);
        self.press_button("save");
    }

    /// Lays a legend over the page: the first tile again and again, each time with other classes and another drawing of
    /// the sprite. Gives the place of each: left, top, width, height. Nothing moves in the legend.
    pub fn lay_legend(self, looks: &[(String, String)]) -> Vec<[usize; 4]> {
        let script = "const tile = document.querySelector('[data-exten]');
            document.querySelector('#legend')?.remove();
            const legend = document.createElement('div');
            legend.id = 'legend';
            legend.style = `position: fixed; inset: 0; z-index: 9; display: grid; gap: 8px; align-content: start;
                grid-template-columns: repeat(6, 9rem); grid-auto-rows: minmax(2rem, auto); padding: 8px; background: var(--page)`;
            for (const [look, drawing] of arguments[0]) {
                const copy = tile.cloneNode(true);
                copy.className = `${tile.classList[0]} ${look}`;
                copy.querySelector('use').setAttribute('href', `#${drawing}`);
                legend.append(copy);
            }
            document.querySelector('.board, .wall').append(legend);
            return [...legend.children].map((copy) => {
                const { left, top, width, height } = copy.getBoundingClientRect();
                return [left, top, width, height].map(Math.round);
            })";
        let places = self.browser.script(script, vec![json!(looks)]);
        serde_json::from_value(places).expect("four numbers for each tile")
    }

    /// Takes the legend away.
    pub fn clear_legend(self) {
        self.ask("document.querySelector('#legend')?.remove()", "");
    }

    /// Findings of axe-core about the present view: each rule with the elements that break it.
    pub fn axe(self) -> Vec<String> {
        let axe = std::fs::read_to_string(folder().join("axe/axe.min.js")).expect("axe-core lies in the tests");
        // The script runs as a function's body and not as a script element, which the page's Content-Security-Policy
        // forbids.
        self.browser.script(&format!("{axe}; window.axe = axe;"), vec![]);
        // This rule is experimental: a name must contain the visible words as they are. A tile shows short ones, and
        // its label says the same in whole sentences.
        let script = "const done = arguments[arguments.length - 1];
            const rules = { 'label-content-name-mismatch': { enabled: false } };
            axe.run(document, { resultTypes: ['violations'], rules }).then((found) => done(found.violations.map((it) =>
                `${it.id}: ${it.help}: ${it.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`)),
                (error) => done([String(error)]))";
        let found = self.browser.script_async(script, vec![]);
        found.as_array().into_iter().flatten().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
    }

    fn ask(self, script: &str, argument: &str) -> Value {
        self.browser.script(script, vec![json!(argument)])
    }
}
