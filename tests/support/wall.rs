//! The wall display in a browser: what can be seen of it without touching it; and a company whose lamps hang there.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::element::Request;
use crate::{Config, Element, Loopback, Peer, Server, ensure, loopback, wait};

/// Invented surnames and given names of lengths that are met, in Latin letters and in Cyrillic ones.
const PEOPLE: [(&[&str], &[&str]); 2] = [
    (
        &[
            "Alder",
            "Birkdale",
            "Carraway",
            "Delacroix",
            "Ek",
            "Fenwick",
            "Haldane",
            "Ivens",
            "Jorgensen",
            "Kuznetsov",
            "Lindqvist",
            "Marchetti",
            "Novotny",
            "O’Sullivan",
            "Petersen",
            "Quist",
            "Rasmussen",
            "Soboleva",
            "Tanaka",
            "Ulmer",
            "Vance",
            "Weber",
            "Yilmaz",
            "Zakharova",
            "Featherstonehaugh",
            "Smith-Jones",
            "Hale",
        ],
        &[
            "Anna",
            "Boris",
            "Christopher",
            "Daniel",
            "Elena",
            "Grigory",
            "Henry",
            "Irina",
            "Jonas",
            "Maria",
            "Nikolai",
            "Rosa",
            "Sofia",
            "Tikhon",
            "Vera",
            "Wolfgang",
            "Xenia",
        ],
    ),
    (
        &[
            "Адамец",
            "Белозёров",
            "Виноградов",
            "Гайдай",
            "Дымов",
            "Ермак",
            "Жук",
            "Золотарёва",
            "Иволгин",
            "Калашникова",
            "Ким",
            "Кузнецова",
            "Морозова",
            "Нагель",
            "Орлов",
            "Прохоров",
            "Румянцева",
            "Степанова",
            "Тонких",
            "Усик",
            "Франк",
            "Черепанов",
            "Шмель",
            "Щукина",
            "Юсуф",
            "Петрова-Водкина",
            "Хан",
        ],
        &[
            "Алина",
            "Богдан",
            "Владимир Сергеевич",
            "Глеб",
            "Дарья",
            "Екатерина",
            "Жанна",
            "Захар",
            "Константин",
            "Лидия",
            "Марат",
            "Нина",
            "Олег",
            "Полина Игоревна",
            "Ринат",
            "Ульяна",
            "Фёдор",
            "Юлия",
        ],
    ),
];

/// lampfield with several PBXes, which the test plays, and an extension for each of many people.
#[derive(Debug)]
pub struct Company {
    /// The running lampfield.
    pub server: Server,
    sites: Vec<Site>,
    names: BTreeMap<String, String>,
    _addresses: Loopback,
}

#[derive(Debug)]
struct Site {
    name: String,
    eid: String,
    peer: Element,
    tag: RefCell<Option<String>>,
    extens: Vec<String>,
}

impl Company {
    /// So many people at so many sites, with names in `alphabet`: 0 is Latin, 1 Cyrillic. All sites but the first
    /// `silent` tell that all phones are free.
    pub fn start(sites: usize, people: usize, alphabet: usize, silent: usize) -> Self {
        let addresses = loopback();
        let (surnames, given) = PEOPLE[alphabet];
        let digits = if people > 99 * sites { 4 } else { 2 };
        let mut config = Config::new().patient().min_expires_seconds(60).hint("_XXXX.,hint,PJSIP/${EXTEN}");
        let (mut known, mut peers, mut names, mut at) = (Vec::new(), Vec::new(), BTreeMap::new(), 0);
        for site in 0..sites {
            let (name, eid) = (format!("site{site}"), format!("02:00:00:00:01:{site:02x}"));
            let address = format!("127.0.0.{}:5060", 40 + site);
            let count = people * (site + 1) / sites - people * site / sites;
            let extens: Vec<String> = (1..=count).map(|one| format!("{}{one:0digits$}", 10 + site)).collect();
            for exten in &extens {
                let (surname, first) = (surnames[at * 7 % surnames.len()], given[at * 5 % given.len()]);
                let name = format!("{surname} {first}");
                config = config.named(exten, &name);
                names.insert(exten.clone(), name);
                at += 1;
            }
            let serves = format!("_{}{}", 10 + site, "X".repeat(digits));
            let title = TITLES[alphabet][site % TITLES[alphabet].len()];
            peers.push(
                Peer::new(&name, &address, &name).eid(&eid).serves(&serves).line(&format!("title = \"{title}\"")),
            );
            known.push((name, eid, address, extens));
        }
        let bind = |(name, eid, address, extens): (String, String, String, Vec<String>)| {
            let (peer, tag) = (Element::bind(&address), RefCell::default());
            Site { name, eid, peer, tag, extens }
        };
        let sites: Vec<Site> = known.into_iter().map(bind).collect();
        let server = Server::start(config.peers(&peers));
        let company = Self { server, sites, names, _addresses: addresses };
        for site in company.sites.iter().skip(silent) {
            site.extens.iter().for_each(|exten| site.publish(exten, "NOT_INUSE"));
        }
        company
    }

    /// The name of an extension.
    pub fn name(&self, exten: &str) -> &str {
        &self.names[exten]
    }

    /// All extensions, site by site.
    pub fn extens(&self) -> Vec<&str> {
        self.sites.iter().flat_map(|site| &site.extens).map(String::as_str).collect()
    }

    /// Publishes a phone's state, in the name of its site.
    #[track_caller]
    pub fn publish(&self, exten: &str, state: &str) {
        let site = self.sites.iter().find(|site| site.extens.iter().any(|known| known == exten));
        site.expect("it belongs to a site").publish(exten, state);
    }
}

impl Site {
    #[track_caller]
    fn publish(&self, exten: &str, state: &str) {
        let request = Request::device(&self.name, &self.eid, &format!("PJSIP/{exten}"), state);
        let tagged = match self.tag.take() {
            Some(tag) => request.with("SIP-If-Match", &tag),
            None => request,
        };
        let answer = self.peer.ask(&tagged);
        assert_eq!(answer.code(), 200, "{}", answer.text);
        self.tag.replace(answer.header("SIP-ETag").map(str::to_owned));
    }
}

/// Titles of sites.
const TITLES: [[&str; 12]; 2] = [
    ["Perm", "Lyon", "Head office", "Riga", "Moscow", "Omsk", "Samara", "Ufa", "Berlin", "Tyumen", "Kazan", "Tver"],
    [
        "Пермь",
        "Казань",
        "Нижний Новгород",
        "Омск",
        "Москва",
        "Рига",
        "Самара",
        "Уфа",
        "Берлин",
        "Тюмень",
        "Тверь",
        "Орёл",
    ],
];

/// The fields of a [`Hung`], in order.
type Drawn = (String, [String; 3], [bool; 3], bool, f64);

/// A tile as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Hung {
    /// Extension.
    pub exten: String,
    /// Texts of the lines: the name, the rest of the name and the number, the state.
    pub lines: [String; 3],
    /// Whether a letter of a line is cut.
    pub cut: [bool; 3],
    /// Whether all of the tile is on the screen.
    pub seen: bool,
    /// Size of the letters of the name, in CSS pixels.
    pub letters: f64,
}

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

    /// Elements outside the screen, and tiles that hold no lamp.
    pub fn outside(&self) -> Vec<String> {
        let script = "const root = document.documentElement, stage = document.querySelector('.wall__stage');
            const end = stage.getBoundingClientRect().bottom + 1;
            const isWrong = (cell) => cell.matches('.wall__site')
                ? cell.matches('[data-exten]') || cell.querySelectorAll('h2').length !== 1
                : cell.querySelectorAll('.hung__exten').length !== 1;
            const cells = [...stage.querySelectorAll('[data-exten], .hung, .wall__site')].filter((cell) =>
                cell.getBoundingClientRect().bottom > end || isWrong(cell));
            const isWider = root.scrollHeight > root.clientHeight || root.scrollWidth > root.clientWidth;
            return [...cells.map((cell) => `${cell.outerHTML.slice(0, 300)}: ${cell.getBoundingClientRect().bottom} of ${end}`),
                ...isWider ? [`${root.scrollWidth} x ${root.scrollHeight}`] : []]";
        serde_json::from_value(self.browser.script(script, vec![])).expect("texts")
    }

    /// Tiles that are drawn now, those of ringing lamps above a page among them.
    pub fn tiles(&self) -> Vec<Hung> {
        let script = "const isCut = (it) => it.scrollWidth > it.clientWidth;
            return [...document.querySelectorAll('.hung')].map((tile) => {
                const [name, rest, what] = ['name', 'rest', 'what'].map((part) => tile.querySelector(`.hung__${part}`));
                const parts = [[name], [rest, ...rest.children], [what, ...what.querySelectorAll('span')]];
                const { top, left, right, bottom } = tile.getBoundingClientRect();
                const text = (it) => it.innerText.replace(/\\s+/g, ' ').trim();
                return [
                    tile.dataset.exten,
                    [name, rest, what].map(text),
                    parts.map((parts) => parts.some(isCut) || parts[0].getBoundingClientRect().bottom > bottom + 1),
                    top >= 0 && left >= 0 && right <= innerWidth && bottom <= innerHeight,
                    parseFloat(getComputedStyle(tile).fontSize),
                ];
            })";
        let drawn: Vec<Drawn> = serde_json::from_value(self.browser.script(script, vec![])).expect("tiles");
        let hung = |(exten, lines, cut, seen, letters)| Hung { exten, lines, cut, seen, letters };
        drawn.into_iter().map(hung).collect()
    }

    /// Counts above the lamps: the category, the number, and whether that is seen whole.
    pub fn totals(&self) -> Vec<(String, u32, bool)> {
        let script = "const line = document.querySelector('.wall__totals').getBoundingClientRect();
            return [...document.querySelectorAll('[data-total]')].map((total) => {
                const { left, right, top, bottom } = total.querySelector('.wall__total-key').getBoundingClientRect();
                const box = total.getBoundingClientRect();
                const isSeen = left >= line.left - 1 && right <= line.right + 1 && right <= box.right + 1
                    && top >= line.top - 1 && bottom <= line.bottom + 1;
                return [total.dataset.total, Number(total.querySelector('b').textContent), isSeen];
            })";
        serde_json::from_value(self.browser.script(script, vec![])).expect("counts")
    }

    /// Heads of sites that are drawn now: their classes and texts.
    pub fn heads(&self) -> Vec<(String, String)> {
        let script = "return [...document.querySelectorAll('.wall__site')]
            .map((head) => [head.className, head.innerText.replace(/\\s+/g, ' ').trim()])";
        serde_json::from_value(self.browser.script(script, vec![])).expect("heads")
    }

    /// Size of the smallest text of a tile, in CSS pixels.
    pub fn smallest_text(&self) -> f64 {
        let script = "return Math.min(...[...document.querySelectorAll('.hung span, .hung b')]
            .map((text) => parseFloat(getComputedStyle(text).fontSize)))";
        self.browser.script(script, vec![]).as_f64().unwrap_or_default()
    }

    /// Extensions of the lamps on the current page, without the pinned ones.
    pub fn shown(&self) -> Vec<String> {
        self.strings(".wall__cells:not(.wall__pinned) [data-exten]")
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
