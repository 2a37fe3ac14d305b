//! The page: from Rust and CSS to the files in `server/site`, which the server embeds.

mod css;
mod index;
mod site;
mod words;

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo::{cargo, root, target};
use crate::setup;
use site::Site;

/// How carefully the page is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Finish {
    /// As small as it goes. It takes minutes.
    Small,
    /// In seconds, to look at while working on it: ten times the size, and slow.
    Draft,
}

/// Builds the page. Where nothing has changed no file is touched, and the server not built anew.
pub(crate) fn build(finish: Finish) -> Result<()> {
    setup::wasm_target()?;
    let (target, root) = (target()?, root()?);
    let (profile, folder) = match finish {
        Finish::Small => ("page", "page"),
        Finish::Draft => ("dev", "debug"),
    };
    cargo(&["build", "--package", "lampfield-frontend", "--target", "wasm32-unknown-unknown", "--profile", profile])?;
    let built = target.join("wasm32-unknown-unknown").join(folder);
    let sources = Sources::read(&root, &built)?;

    let folder = root.join("server/site");
    let stamp = target.join("page/stamp");
    let fingerprint = format!("{:016x} {}", sources.fingerprint()?, folder.display());
    if fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint) && folder.join("index.html").exists() {
        return Ok(());
    }
    let bind = |name: &str| bind(name, &built, &target.join("page/bindgen"));
    let site = sources.lay_out(bind)?;
    site.write(&folder)?;
    if let Finish::Small = finish {
        site::keep_small(&folder, LARGEST_PROGRAM)?;
    }
    fs::write(&stamp, fingerprint).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(())
}

/// The programs that the page is made of, each with the name under which a browser finds it. Nobody loads
/// what only admins see, or only a wall shows.
const PROGRAMS: [(&str, &str); 3] = [("desk", "index.html"), ("admin", "admin.html"), ("wall", "wall.html")];

/// No program is larger, in bytes as they are sent (brotli): a phone on a slow line waits for them.
const LARGEST_PROGRAM: u64 = 300_000;

/// What each program stands in; its `{{names}}` are filled in.
const INDEX: &str = "index.html";

/// What makes the page a program of its own; its `{{names}}` are filled in, too.
const MANIFEST: &str = "manifest.webmanifest";

/// What speaks when the server does not; its `{{names}}` are filled in.
const OFFLINE: &str = "sw.js";

/// All that the page is made of.
struct Sources {
    /// The programs, compiled, in the order of [`PROGRAMS`].
    wasm: Vec<Vec<u8>>,
    css: String,
    index: String,
    manifest: String,
    offline: String,
    /// `frontend/assets/*` with their file names: `icon.svg` is `{{icon}}` in the index.
    assets: Vec<(String, Vec<u8>)>,
}

impl Sources {
    fn read(root: &Path, built: &Path) -> Result<Self> {
        let bytes = |file: PathBuf| fs::read(&file).with_context(|| format!("cannot read {}", file.display()));
        let text = |name: &str| {
            let file = root.join("frontend").join(name);
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
        };
        let wasm = PROGRAMS.iter().map(|(name, _)| bytes(built.join(name).with_extension("wasm")));
        Ok(Self {
            wasm: wasm.collect::<Result<_>>()?,
            css: css::join(&root.join("style"))?,
            index: text(INDEX)?,
            manifest: text(MANIFEST)?,
            offline: text(OFFLINE)?,
            assets: read_assets(&root.join("frontend/assets"))?,
        })
    }

    /// Equal for equal sources and an equal build program.
    fn fingerprint(&self) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        fs::read(std::env::current_exe()?)?.hash(&mut hasher);
        (&self.wasm, &self.css, &self.index, &self.manifest, &self.offline, &self.assets).hash(&mut hasher);
        Ok(hasher.finish())
    }

    /// Names everything by its content and tells the index. The page may run no inline script
    /// (Content-Security-Policy), so the two lines that start it are a file as well. `bind` gives the
    /// JavaScript and the WebAssembly module of a program.
    fn lay_out(self, bind: impl Fn(&str) -> Result<(Vec<u8>, Vec<u8>)>) -> Result<Site> {
        let mut site = Site::default();
        let css = site.add("lampfield.css", self.css.into_bytes());
        let mut names = [("css", css), ("words", words::offline()), ("noscript", words::without_script())]
            .map(|(name, text)| (name.to_owned(), text))
            .to_vec();
        for (name, bytes) in self.assets {
            let path = site.add(&name, bytes);
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            names.push((stem.to_owned(), path));
        }
        for (program, file) in PROGRAMS {
            let (js, wasm) = bind(program)?;
            let js = site.add(&format!("{program}.js"), js);
            let wasm = site.add(&format!("{program}.wasm"), wasm);
            let boot = site.add(&format!("{program}-boot.js"), boot(&js, &wasm).into_bytes());
            let own = [("js".to_owned(), js), ("wasm".to_owned(), wasm), ("boot".to_owned(), boot)];
            let names = [names.clone(), own.into()].concat();
            site.add_stable(file, index::fill(file, &self.index, &names)?);
        }
        site.add_stable(MANIFEST, index::fill(MANIFEST, &self.manifest, &names)?);
        site.add_stable(OFFLINE, index::fill(OFFLINE, &self.offline, &names)?);
        Ok(site)
    }
}

/// The script that starts the page. It lies in the same folder as what it loads.
fn boot(js: &str, wasm: &str) -> String {
    let (js, wasm) = (site::file_name(js), site::file_name(wasm));
    format!("import init from \"./{js}\";\nawait init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n")
}

/// Runs wasm-bindgen on a program; gives its JavaScript and the WebAssembly module for it.
fn bind(program: &str, built: &Path, folder: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    Bindgen::new()
        .input_path(built.join(program).with_extension("wasm"))
        .out_name(program)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .context("wasm-bindgen failed")?;
    let snippets = folder.join("snippets");
    ensure!(
        !snippets.exists(),
        "a crate of the page brings its own JavaScript, which is not laid out: {}",
        snippets.display()
    );
    let read = |name: String| fs::read(folder.join(&name)).with_context(|| format!("wasm-bindgen wrote no {name}"));
    Ok((read(format!("{program}.js"))?, read(format!("{program}_bg.wasm"))?))
}

fn read_assets(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    files(folder)?
        .into_iter()
        .map(|path| {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
            Ok((name, bytes))
        })
        .collect()
}

/// The files of a folder and its subfolders, by name; none where there is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.append(&mut files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
