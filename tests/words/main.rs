//! Every text that people read, on one page for reading from end to end: `cargo xtask words`.
//!
//! ```text
//!  frontend/words/src ─► meanings, a column for each language ─┐
//!  server, shared ─────► log, errors, command line ────────────┴─► target/words.html
//! ```
//! The page is made from the source, not from the running program: so it holds each branch of each text, also of those
//! that appear once in a year.

mod literals;
mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use lampfield_words::Language;
use support::tree::rust;

use self::literals::{Text, meanings, said, texts};

/// Folder with the texts of the page.
const WORDS: &str = "frontend/words/src";
/// Folders with texts that the server says, in English alone.
const SERVER: [&str; 4] = ["server/src", "server/sip/src", "server/dialplan/src", "shared/src"];

/// A text of the page, in each language; empty where a language leaves it to another one.
struct Row {
    /// Part and field, such as `BOARD.favourites`.
    name: String,
    meaning: String,
    /// As many as languages.
    said: Vec<Vec<Text>>,
}

/// What a file of the server says.
struct Said {
    file: String,
    texts: Vec<Text>,
}

fn main() -> Result<()> {
    let file = std::env::args_os().nth(1).map(PathBuf::from).context("say into which file")?;
    let (rows, server) = (rows()?, server()?);
    fs::write(&file, page::html(&rows, &server)).with_context(|| format!("cannot write {}", file.display()))?;
    let lines: usize = server.iter().map(|said| said.texts.len()).sum();
    println!("{} texts of the page and {lines} of the server: {}", rows.len(), file.display());
    Ok(())
}

/// The texts of all languages side by side, in the order of the first language.
fn rows() -> Result<Vec<Row>> {
    let mut meaning = BTreeMap::new();
    let mut files = Vec::new();
    for (name, text) in rust(WORDS) {
        let file = parsed(&name, &text)?;
        meaning.extend(meanings(&file));
        files.push((name, file));
    }
    let mut rows: Vec<Row> = Vec::new();
    for (column, language) in Language::ALL.into_iter().enumerate() {
        let (own, folder) =
            (format!("{WORDS}/{0}.rs", language.words().tag), format!("{WORDS}/{}/", language.words().tag));
        // Its own file before those of the folder.
        let (first, parts): (Vec<_>, Vec<_>) = files
            .iter()
            .filter(|(name, _)| *name == own || name.starts_with(&folder))
            .partition(|(name, _)| *name == own);
        for (name, file) in first.into_iter().chain(parts) {
            let module = name.strip_prefix(&folder).and_then(|part| part.strip_suffix(".rs")).unwrap_or_default();
            for (name, text) in texts(module, file) {
                let place = rows.iter().position(|row| row.name == name.text).unwrap_or_else(|| {
                    let meaning = meaning.get(&name.meaning).cloned().unwrap_or_default();
                    let said = vec![Vec::new(); Language::ALL.len()];
                    rows.push(Row { name: name.text, meaning, said });
                    rows.len() - 1
                });
                rows[place].said[column].extend(text);
            }
        }
    }
    Ok(rows)
}

/// What each file of the server says, without those of tests.
fn server() -> Result<Vec<Said>> {
    let mut all = Vec::new();
    let files = SERVER.iter().flat_map(|folder| rust(folder));
    for (file, text) in files.filter(|(name, _)| !name.ends_with("tests.rs") && !name.contains("/tests/")) {
        let texts = said(&parsed(&file, &text)?);
        if !texts.is_empty() {
            all.push(Said { file, texts });
        }
    }
    Ok(all)
}

fn parsed(name: &str, text: &str) -> Result<syn::File> {
    syn::parse_file(text).with_context(|| format!("cannot parse {name}"))
}
