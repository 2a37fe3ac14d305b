//! The look of a page: how it is drawn, what moves and jumps in it, and which media features it sees.

use serde_json::json;

use crate::Browser;

impl Browser {
    /// Emulates the system's preference for `light` or `dark`.
    pub fn prefer(&self, theme: &str) {
        self.emulate("prefers-color-scheme", theme);
    }

    /// Emulates a media feature from now on, and only this one.
    pub fn emulate(&self, feature: &str, value: &str) {
        let features = json!([{ "name": feature, "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Elements that have changed their place on the screen since the page was loaded, without a key press: the entries
    /// of the browser's "cumulative layout shift". Some do not count: the age behind a state's word, which is a new
    /// sentence of another length; the word of the connection; the rows of the ringing list, which make room for one
    /// more; and the counts above a wall, from which zeros are left out.
    pub fn jumps(&self) -> Vec<String> {
        let script = "const done = arguments[arguments.length - 1];
            const name = ({ node }) => node?.outerHTML?.slice(0, 100) ?? node?.nodeName ?? 'what is gone';
            new PerformanceObserver((list) => {
                const there = (it) => it.sources.filter(({ node }) => node);
                const isMeant = ({ node }) => (node.closest ? node : node.parentElement)?.closest('.health')
                    || node.parentElement?.closest('.lamp__what, .hung__what, .wall__totals, [data-testid=\"ringing-now\"]');
                const shifts = list.getEntries().filter((it) => !it.hadRecentInput && !there(it).every(isMeant));
                done(shifts.map((it) => `${it.value}: ${it.sources.map(name).join(' | ')}`));
            }).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done([]), 500)";
        serde_json::from_value(self.script_async(script, vec![])).expect("texts")
    }

    /// Names of the animations that move something now.
    pub fn motions(&self) -> Vec<String> {
        let script = "return document.getAnimations()
            .filter((it) => it.effect.getComputedTiming().activeDuration > 0)
            .map((it) => it.animationName ?? 'a transition')";
        serde_json::from_value(self.script(script, vec![])).expect("names")
    }

    /// A property of an element as the browser draws it.
    pub fn style(&self, selector: &str, property: &str) -> String {
        let script = "const [selector, pseudo] = arguments[0].split('::');
            const style = getComputedStyle(document.querySelector(selector), pseudo && `::${pseudo}`);
            return style.getPropertyValue(arguments[1])";
        self.script(script, vec![json!(selector), json!(property)]).as_str().unwrap_or_default().to_owned()
    }

    /// Elements that make the page wider than its window.
    pub fn wider_than_the_window(&self) -> Vec<String> {
        let script = "const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) { return []; }
            return [...document.body.querySelectorAll('*')]
                .filter((it) => it.getBoundingClientRect().right > root.clientWidth + 1)
                .map((it) => it.outerHTML.slice(0, 100))";
        serde_json::from_value(self.script(script, vec![])).expect("texts")
    }
}
