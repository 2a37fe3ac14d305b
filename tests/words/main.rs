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
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use lampfield_words::Language;

use self::literals::{Text, meanings, said, texts};

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (rows, server) = (rows(&root.join("frontend/words/src"))?, server(&root)?);
    fs::write(&file, page::html(&rows, &server)).with_context(|| format!("cannot write {}", file.display()))?;
    let lines: usize = server.iter().map(|said| said.texts.len()).sum();
    println!("{} texts of the page and {lines} of the server: {}", rows.len(), file.display());
    Ok(())
}

/// The texts of all languages side by side, in the order of the first language.
fn rows(folder: &Path) -> Result<Vec<Row>> {
    let mut meaning = BTreeMap::new();
    for path in files(folder)? {
        meaning.extend(meanings(&parsed(&path)?));
    }
    let mut rows: Vec<Row> = Vec::new();
    for (column, language) in Language::ALL.into_iter().enumerate() {
        let tag = language.words().tag;
        for path in [vec![folder.join(tag).with_extension("rs")], files(&folder.join(tag))?].concat() {
            let module = path.file_stem().unwrap_or_default().to_string_lossy();
            let module = if module == tag { "" } else { &module };
            for (name, text) in texts(module, &parsed(&path)?) {
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

/// What each file of the server says.
fn server(root: &Path) -> Result<Vec<Said>> {
    let mut all = Vec::new();
    for folder in SERVER {
        for path in below(&root.join(folder))? {
            let texts = said(&parsed(&path)?);
            if !texts.is_empty() {
                let file = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                all.push(Said { file, texts });
            }
        }
    }
    Ok(all)
}

fn parsed(path: &Path) -> Result<syn::File> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    syn::parse_file(&text).with_context(|| format!("cannot parse {}", path.display()))
}

/// The Rust files of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|it| it == "rs"));
    paths.sort();
    Ok(paths)
}

/// The Rust files of a folder and of the folders in it, without those of tests.
fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = files(folder)?;
    found.retain(|path| !path.file_stem().is_some_and(|it| it.to_string_lossy().ends_with("tests")));
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    folders.retain(|path| path.is_dir() && !path.ends_with("tests"));
    folders.sort();
    for folder in folders {
        found.extend(below(&folder)?);
    }
    Ok(found)
}
