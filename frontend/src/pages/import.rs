//! The import of names from a CSV file: a preview shows every change before it is made. The file goes to the server
//! byte for byte, since the server finds out its encoding.

use lampfield_shared::naming::{Field, ImportError, ImportReport, ImportTaken, Naming, NamingChange};
use lampfield_words::{Words, sentence};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlSelectElement, HtmlTextAreaElement, Node};

use super::names::Names;
use crate::notice::{cause_text, refusal_text};
use crate::plain::{button, labelled, node, text};
use crate::progress::{Asked, Progress};
use crate::{api, browser};

/// The encodings that spreadsheets and PBXes write, by the names that people know.
const ENCODINGS: [&str; 6] = ["UTF-8", "Windows-1251", "Windows-1252", "KOI8-R", "IBM866", "UTF-16LE"];

/// The most changes that the preview shows.
const SHOWN: usize = 200;

/// The file to import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Upload {
    bytes: Vec<u8>,
    /// The name of the encoding; empty lets the server guess.
    encoding: String,
}

/// The state of the import, as signals.
#[derive(Clone, Copy)]
pub(super) struct Import {
    names: Names,
    upload: RwSignal<Upload>,
    /// The bytes that were previewed are the ones that are imported, and only while the form still holds them.
    tried: RwSignal<Upload>,
    /// Whether the field for a pasted text is shown.
    pasting: RwSignal<bool>,
    report: Asked<ImportReport>,
}

impl Import {
    /// An import without a file.
    pub(super) fn new(names: Names) -> Self {
        Self {
            names,
            upload: RwSignal::new(Upload::default()),
            tried: RwSignal::new(Upload::default()),
            pasting: RwSignal::new(false),
            report: Asked::new(),
        }
    }

    fn preview(self) {
        if !untrack(|| self.report.is_pending()) {
            self.tried.set(self.upload.get_untracked());
            self.send(true);
        }
    }

    fn send(self, dry_run: bool) {
        let Upload { bytes, encoding } = self.tried.get_untracked();
        let question = async move { api::import_names(&bytes, &encoding, dry_run).await };
        self.report.start(question, move |answer| {
            if let Ok(report) = answer
                && !report.dry_run
            {
                let words = self.names.desk.choices.words_untracked().import();
                self.names.offer((words.done)(report.changes.len()), report.changes.clone());
                self.close();
            }
            self.names.load();
        });
    }

    /// Forgets the file.
    fn close(self) {
        self.pasting.set(false);
        self.upload.set(Upload::default());
    }

    fn is_open(self) -> bool {
        self.pasting.get() || self.upload.with(|upload| !upload.bytes.is_empty())
    }

    /// The answer about the file that the form holds now.
    fn shown(self) -> Progress<ImportReport> {
        let is_tried = self.upload.with(|upload| self.tried.with(|tried| upload == tried && !tried.bytes.is_empty()));
        if is_tried { self.report.get() } else { Progress::Idle }
    }
}

/// The names of the fields.
const FILE: &str = "csv-file";
const TEXT: &str = "csv";
const ENCODING: &str = "csv-encoding";

impl Import {
    /// Carries out the command of the button with that key, if it is one of the import.
    pub(super) fn press(self, key: &str) {
        match key {
            "try" => self.preview(),
            "go" => self.send(false),
            "cancel" => self.close(),
            "paste" => self.pasting.set(true),
            _ => {}
        }
    }

    /// Takes a file that was chosen, or the encoding.
    pub(super) fn change(self, event: &web_sys::Event) {
        let Some(field) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
        if field.get_attribute("name").as_deref() == Some(FILE) {
            browser::read_file(event, move |bytes| {
                self.close();
                self.upload.set(Upload { bytes, encoding: String::new() });
                self.preview();
            });
        } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>().filter(|it| it.name() == ENCODING) {
            self.upload.update(|upload| upload.encoding = select.value());
            if !self.upload.with_untracked(|upload| upload.bytes.is_empty()) {
                self.preview();
            }
        }
    }

    /// Takes the text that is pasted.
    pub(super) fn input(self, event: &web_sys::Event) {
        let field = event.target().and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
        if let Some(field) = field.filter(|it| it.name() == TEXT) {
            self.upload.update(|upload| upload.bytes = field.value().into_bytes());
        }
    }

    /// The file and its preview, while there is one. Reactive.
    pub(super) fn draw(self, words: &'static Words) -> Vec<Node> {
        if !self.is_open() {
            return Vec::new();
        }
        let own = words.import();
        let mut parts = Vec::new();
        if self.pasting.get() {
            let about = [("class", "field__input"), ("name", TEXT), ("rows", "4")];
            parts.push(labelled(own.pasted, node("textarea", &about, Vec::new())));
        }
        let chosen = self.upload.with(|upload| upload.encoding.clone());
        let encodings = [("", own.find_out)].into_iter().chain(ENCODINGS.map(|it| (it, it)));
        let option = |(value, word): (&str, &str)| {
            let mut about = vec![("value", value)];
            about.extend((value == chosen).then_some(("selected", "")));
            text("option", &about, word)
        };
        let encodings = encodings.map(option).collect();
        let about = [("class", "field__input"), ("name", ENCODING)];
        parts.push(labelled(own.encoding, node("select", &about, encodings)));
        parts.extend(outcome(&self.shown(), words));
        vec![node("section", &[("class", "peer import"), ("data-testid", "import")], parts)]
    }
}

/// The buttons that begin an import.
pub(super) fn import_acts(words: &Words) -> [Node; 2] {
    let own = words.import();
    let file = [("class", "unseen"), ("type", "file"), ("name", FILE), ("accept", ".csv,.tsv,.txt,text/csv")];
    let parts = vec![text("span", &[], own.choose), node("input", &file, Vec::new())];
    [
        button("paste", &[("data-testid", "csv-paste")], own.paste),
        node("label", &[("class", "button button--first")], parts),
    ]
}

/// What the import would change, and the buttons.
fn outcome(report: &Progress<ImportReport>, words: &Words) -> Vec<Node> {
    let own = words.import();
    let cancel = || button("cancel", &[("data-testid", "csv-cancel")], words.common().cancel);
    let again = || button("try", &[("data-testid", "csv-try")], own.preview);
    let acts = |acts| node("div", &[("class", "form__row")], acts);
    match report {
        Progress::Idle => vec![acts(vec![again(), cancel()])],
        Progress::Pending => vec![text("p", &[("class", "side__note")], words.common().asking), acts(vec![cancel()])],
        Progress::Failed(refusal) => {
            vec![text("p", &ERROR, &refusal_text(refusal, words)), acts(vec![again(), cancel()])]
        }
        Progress::Done(report) => {
            let mut all = difference(report, words);
            let mut row = Vec::new();
            if report.errors.is_empty() && !report.changes.is_empty() {
                let go = [("data-testid", "csv-go"), ("class", "button button--first")];
                row.push(button("go", &go, &(own.go)(report.changes.len())));
            }
            row.push(cancel());
            all.push(acts(row));
            all
        }
    }
}

/// The preview in words: how the file was read, the changes, and the lines that are corrected or skipped.
fn difference(report: &ImportReport, words: &Words) -> Vec<Node> {
    let own = words.import();
    let mut nodes = read_text(report, words);
    if !report.errors.is_empty() {
        let errors = report.errors.iter().map(|error| text("li", &[], &error_text(error, words))).collect();
        let said = vec![text("p", &[], own.unclear), node("ul", &[("data-testid", "csv-errors")], errors)];
        nodes.push(node("div", &ERROR, said));
        return nodes;
    }
    let sum = [("class", "import__sum"), ("data-testid", "csv-sum")];
    nodes.push(text("p", &sum, &(own.sum)(report.changes.len(), report.unchanged)));
    if report.passed_count > 0 {
        let passed = (own.passed)(report.passed_count);
        let lines = report.passed.iter().map(|error| text("li", &[], &error_text(error, words))).collect();
        nodes.push(node("div", &ERROR[..1], vec![text("p", &[], &passed), list("csv-passed", lines)]));
    }
    if !report.taken.is_empty() {
        let taken = |ImportTaken { line, written, exten }: &ImportTaken| {
            text("li", &[], &(own.taken)(*line, written, exten.as_str()))
        };
        nodes.push(list("csv-taken", report.taken.iter().map(taken).collect()));
    }
    if !report.changes.is_empty() {
        nodes.push(changes(&report.changes, words));
        let more = report.changes.len().saturating_sub(SHOWN);
        nodes.extend((more > 0).then(|| text("p", &[("class", "side__note")], &(own.more)(more))));
        nodes.push(text("p", &[("class", "side__note")], own.none_removed));
    }
    nodes
}

/// The encoding, what separates the columns, and what each column is taken as.
fn read_text(report: &ImportReport, words: &Words) -> Vec<Node> {
    let (read, own) = (&report.read, words.import());
    if read.encoding.is_empty() {
        return Vec::new();
    }
    let called = ENCODINGS.into_iter().find(|known| known.eq_ignore_ascii_case(&read.encoding));
    let called = called.unwrap_or(&read.encoding);
    let mut said = if read.guessed { (own.guessed)(called) } else { (own.read_as)(called) };
    if !read.delimiter.is_empty() {
        said = format!("{said} {}", (own.separated)(&read.delimiter));
    }
    if read.columns.is_empty() && report.errors.is_empty() {
        said = format!("{said} {}", own.no_head);
    }
    let mut nodes = vec![text("p", &[("class", "side__note"), ("data-testid", "csv-read")], &said)];
    if !read.columns.is_empty() {
        let column = |title: &str, field: Option<Field>| {
            let taken = field.map_or(own.not_used, own.field);
            let class = if field.is_some() { "import__column" } else { "import__column import__column--unused" };
            let parts = vec![text("span", &[], &format!("{title} → ")), text("b", &[], taken)];
            node("li", &[("class", class)], parts)
        };
        let columns = read.columns.iter().map(|it| column(&it.title, it.field)).collect();
        let about = [("class", "import__columns"), ("data-testid", "csv-columns"), ("aria-label", own.columns)];
        nodes.push(node("ul", &about, columns));
    }
    nodes
}

/// The changes as a table: what goes is struck out, what comes is bold.
fn changes(changes: &[NamingChange], words: &Words) -> Node {
    let labels = [words.naming().number, words.admin().name, words.naming().group, words.admin().peer];
    let heads = labels.map(|label| text("th", &[("scope", "col")], label)).into();
    let rows = changes.iter().take(SHOWN).map(|it| change(it, labels)).collect();
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], rows)];
    let table = node("table", &[("class", "table"), ("data-testid", "csv-diff")], parts);
    node(
        "div",
        &[("class", "import__diff"), ("tabindex", "0"), ("role", "group"), ("aria-label", labels[1])],
        vec![table],
    )
}

fn change(NamingChange { exten, before, after }: &NamingChange, labels: [&str; 4]) -> Node {
    let cell = |label: &str, part: fn(&Naming) -> &str| {
        let (old, new) = (part(before), part(after));
        let mut parts = Vec::new();
        if old == new {
            parts.push(text("span", &[], new));
        } else {
            if !old.is_empty() {
                parts.push(text("del", &[], old));
                parts.push(text("span", &[], " "));
            }
            parts.push(text("ins", &[], if new.is_empty() { "–" } else { new }));
        }
        node("td", &[("data-label", label)], parts)
    };
    let cells = vec![
        text("th", &[("scope", "row")], exten.as_str()),
        cell(labels[1], |it| &it.name),
        cell(labels[2], |it| &it.group),
        cell(labels[3], |it| &it.site),
    ];
    node("tr", &[("data-changes", exten.as_str())], cells)
}

fn list(name: &str, lines: Vec<Node>) -> Node {
    node("ul", &[("class", "lines"), ("data-testid", name)], lines)
}

const ERROR: [(&str, &str); 2] = [("class", "form__error"), ("role", "alert")];

/// An error of the file, with its line.
fn error_text(ImportError { line, text, why }: &ImportError, words: &Words) -> String {
    let text = cause_text(why.as_ref(), words).unwrap_or_else(|| sentence(text));
    line.map_or_else(|| text.clone(), |line| (words.admin().in_line)(line, &text))
}
