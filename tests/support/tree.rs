//! The files of this tree, for the rules about them and for what is made of them.

use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, Lit, Meta};

/// What was built, found by fuzzing, or is kept by git.
const NOT_OURS: [&str; 6] = [".git", "target", "server/site", "fuzz/target", "fuzz/corpus", "fuzz/artifacts"];

/// The top of the tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in a workspace").to_owned()
}

/// Every file below a folder with its path from the root, but for [`NOT_OURS`].
pub fn files(folder: &str) -> Vec<(String, PathBuf)> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("its entries, too").path();
            let name = path.strip_prefix(root()).expect("it is below").to_string_lossy().into_owned();
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { found.push((name, path)) }
        }
    }
    found.sort();
    found
}

/// The Rust files below a folder with their text.
pub fn rust(folder: &str) -> Vec<(String, String)> {
    let rust = files(folder).into_iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|it| it == "rs"));
    rust.map(|(name, path)| (name, fs::read_to_string(path).expect("Rust is UTF-8"))).collect()
}

/// The doc comment in one line.
pub fn comment(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|it| it.path().is_ident("doc")).filter_map(|it| match &it.meta {
        Meta::NameValue(it) => match &it.value {
            Expr::Lit(it) => match &it.lit {
                Lit::Str(line) => Some(line.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}
