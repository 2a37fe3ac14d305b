//! The import of names from a CSV file: a preview shows every change before it is made. The file goes to the server
//! byte for byte, since the server finds out its encoding.

use lampfield_shared::naming::{Field, ImportError, ImportReport, ImportTaken, Naming, NamingChange};
use lampfield_words::Words;
use leptos::prelude::*;
use web_sys::{MouseEvent, Node};

use super::list::ROWS;
use crate::components::choice_field;
use crate::notice::{cause_text, refusal_text};
use crate::plain::{KEY, button, node, plain, text};
use crate::progress::{Asked, Progress};
use crate::state::Desk;
use crate::{api, browser};

/// The encodings that spreadsheets and PBXes write, by the names that people know.
const ENCODINGS: [&str; 6] = ["UTF-8", "windows-1251", "windows-1252", "KOI8-R", "IBM866", "UTF-16LE"];

/// The file to import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Upload {
    bytes: Vec<u8>,
    /// The name of the encoding; empty lets the server guess.
    encoding: String,
}

/// The form of the import, with its preview. `load` is called after an import.
pub(super) fn import_part(desk: Desk, load: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let (pasted, upload) = (RwSignal::new(String::new()), RwSignal::new(Upload::default()));
    let report: Asked<ImportReport> = Asked::new();
    // The bytes that were previewed are the ones that are imported, and only while the form still holds them.
    let tried = RwSignal::new(Upload::default());
    let send = move |dry_run: bool| {
        let Upload { bytes, encoding } = tried.get_untracked();
        let question = async move { api::import_names(&bytes, &encoding, dry_run).await };
        report.start(question, move |_| load());
    };
    let preview = move || {
        if !untrack(|| report.is_pending()) {
            tried.set(upload.get_untracked());
            send(true);
        }
    };
    let press = move |event: MouseEvent| match browser::attribute_at(&event, KEY).as_deref() {
        Some("try") => preview(),
        Some("go") => send(false),
        _ => {}
    };
    let is_tried = move || upload.with(|upload| tried.with(|tried| upload == tried));
    let shown = move || if is_tried() { report.get() } else { Progress::Idle };
    let chosen = move |event: web_sys::Event| {
        browser::read_file(&event, move |bytes| {
            pasted.set(String::new());
            upload.update(|upload| upload.bytes = bytes);
            preview();
        });
    };
    let paste = move |typed: String| {
        upload.update(|upload| upload.bytes = typed.clone().into_bytes());
        pasted.set(typed);
    };
    let choose = move |encoding: String| {
        upload.update(|upload| upload.encoding = encoding);
        if !upload.with_untracked(|upload| upload.bytes.is_empty()) {
            preview();
        }
    };
    let words = move || desk.choices.words();
    let encodings = move || {
        let known = ENCODINGS.map(|encoding| view! { <option value=encoding>{encoding}</option> });
        view! {
            <option value="">{words().import().find_out}</option>
            {known.into_iter().collect_view()}
        }
        .into_any()
    };
    view! {
        <section class="peer" on:click=press>
            <label class="field">
                <span class="field__label">{move || words().import().title}</span>
                <input type="file" name="csv-file" accept=".csv,.tsv,.txt,text/csv" on:change=chosen />
            </label>
            <label class="field">
                <span class="field__label">{move || words().import().paste}</span>
                <textarea
                    class="field__input"
                    name="csv"
                    rows="4"
                    prop:value=pasted
                    on:input:target=move |event| paste(event.target().value())
                ></textarea>
            </label>
            {choice_field(desk, "csv-encoding", |words| words.import().encoding, choose, encodings)}
            {move || plain(outcome(&shown(), desk.choices.words()))}
        </section>
    }
}

/// The buttons, and what the import would change or has changed.
fn outcome(report: &Progress<ImportReport>, words: &Words) -> Vec<Node> {
    let href = [("class", "button"), ("href", "api/v1/extensions.csv"), ("download", "extensions.csv")];
    let mut row = vec![button("try", &[("data-testid", "csv-try")], words.dnd().preview)];
    let mut below = Vec::new();
    match report {
        Progress::Idle | Progress::Pending => {}
        Progress::Failed(refusal) => below.push(text("p", &ERROR, &refusal_text(refusal, words))),
        Progress::Done(report) => {
            if report.dry_run && report.errors.is_empty() && !report.changes.is_empty() {
                row.push(button("go", &[("data-testid", "csv-go")], &(words.dnd().do_it)(report.changes.len())));
            }
            below = difference(report, words);
        }
    }
    row.push(text("a", &href, words.admin().export));
    below.insert(0, node("div", &[("class", "form__row")], row));
    below
}

/// The preview in words: how the file was read, the changes, and the lines that are corrected or skipped.
fn difference(report: &ImportReport, words: &Words) -> Vec<Node> {
    let note = |name: &str, said: &str| text("p", &[("class", "side__note"), ("data-testid", name)], said);
    let mut nodes = Vec::new();
    if !report.errors.is_empty() {
        let errors = report.errors.iter().map(|error| text("li", &[], &error_text(error, words))).collect();
        let said = vec![text("p", &[], words.import().unclear), node("ul", &[("data-testid", "csv-errors")], errors)];
        nodes.push(node("div", &ERROR, said));
    }
    let sum = (words.admin().diff)(report.changes.len(), report.unchanged);
    nodes.push(text("p", &[("data-testid", "csv-sum")], &sum));
    nodes.extend(read_text(report, words).into_iter().map(|said| note("csv-read", &said)));
    if report.passed_count > 0 {
        let passed = (words.import().passed)(report.passed_count);
        let lines = report.passed.iter().map(|error| text("li", &[], &error_text(error, words))).collect();
        nodes.push(node("div", &ERROR[..1], vec![text("p", &[], &passed), list("csv-passed", lines)]));
    }
    let taken = |ImportTaken { line, written, exten }: &ImportTaken| {
        text("li", &[], &(words.import().taken)(*line, written, exten.as_str()))
    };
    nodes.push(list("csv-taken", report.taken.iter().map(taken).collect()));
    nodes.push(list("csv-diff", report.changes.iter().take(ROWS).map(line).collect()));
    nodes
}

/// The encoding and the columns of a file, if it could be read at all.
fn read_text(report: &ImportReport, words: &Words) -> Vec<String> {
    let (read, words) = (&report.read, words.import());
    if read.encoding.is_empty() {
        return Vec::new();
    }
    let encoding = if read.guessed { (words.guessed)(&read.encoding) } else { (words.read_as)(&read.encoding) };
    let taken: Vec<(&str, Field)> =
        read.columns.iter().filter_map(|column| Some((column.title.as_str(), column.field?))).collect();
    let unknown: Vec<&str> =
        read.columns.iter().filter(|column| column.field.is_none()).map(|column| column.title.as_str()).collect();
    let mut said = vec![encoding];
    if !taken.is_empty() {
        said.push((words.columns)(&taken));
    } else if report.errors.is_empty() {
        said.push(words.no_head.into());
    }
    if !unknown.is_empty() {
        said.push((words.unknown)(&unknown));
    }
    said
}

fn list(name: &str, lines: Vec<Node>) -> Node {
    node("ul", &[("class", "lines"), ("data-testid", name)], lines)
}

const ERROR: [(&str, &str); 2] = [("class", "form__error"), ("role", "alert")];

fn line(change: &NamingChange) -> Node {
    let say = |it: &Naming| [it.name.as_str(), &it.group, &it.site].join(" / ");
    text("li", &[], &format!("{}: {} → {}", change.exten, say(&change.before), say(&change.after)))
}

/// An error of the file, with its line.
fn error_text(ImportError { line, text, why }: &ImportError, words: &Words) -> String {
    let text = cause_text(why.as_ref(), words).unwrap_or_else(|| text.clone());
    line.map_or_else(|| text.clone(), |line| (words.admin().in_line)(line, &text))
}
