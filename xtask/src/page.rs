//! Builds the page: from Rust and CSS to the files in `server/site`, which the server embeds.

mod css;
mod index;
mod site;
mod skeleton;
mod split;
mod words;

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo::{cargo, root, target};
use crate::setup;
use site::Site;
use split::Split;

/// How carefully the page is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Finish {
    /// As small as possible; takes minutes.
    Small,
    /// For development: takes seconds, and gives ten times the size and a slow page.
    Draft,
}

/// Builds the page. Where nothing has changed no file is touched, and the server is not built again.
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
        site::keep_small(&folder, largest)?;
    }
    fs::write(&stamp, fingerprint).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(())
}

/// The programs of the page, each with the file that loads it. Nobody loads code that only admins see or only a wall
/// shows.
const PROGRAMS: [(&str, &str); 3] = [("desk", "index.html"), ("admin", "admin.html"), ("wall", "wall.html")];

/// The program that loads a part of itself later: see `Parts` in `frontend`.
const IN_TWO: &str = "desk";

/// The most bytes of a part of a program as they are sent (brotli). A phone on a slow line waits for the desk and the
/// wall; an admin's pages are opened seldom, and at a desk.
fn largest(name: &str) -> u64 {
    if name.starts_with("admin-") { 320_000 } else { 300_000 }
}

/// Template of each program's HTML file, with `{{names}}` to fill in.
const INDEX: &str = "index.html";

/// Manifest that lets browsers install the page as an app, with `{{names}}` to fill in.
const MANIFEST: &str = "manifest.webmanifest";

/// Service worker with the offline page, with `{{names}}` to fill in.
const OFFLINE: &str = "sw.js";

/// Everything that goes into the page.
struct Sources {
    /// Compiled programs, in the order of [`PROGRAMS`].
    wasm: Vec<Vec<u8>>,
    css: String,
    index: String,
    manifest: String,
    offline: String,
    /// Files of `frontend/assets` by name: `icon.svg` is `{{icon}}` in the index.
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

    /// Fingerprint of the sources and of this build program.
    fn fingerprint(&self) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        fs::read(std::env::current_exe()?)?.hash(&mut hasher);
        (&self.wasm, &self.css, &self.index, &self.manifest, &self.offline, &self.assets).hash(&mut hasher);
        Ok(hasher.finish())
    }

    /// Names every file by its content and fills in the templates. The page may run no inline script
    /// (Content-Security-Policy), so the two lines that start it are a file as well. `bind` gives the files of
    /// a program.
    fn lay_out(self, bind: impl Fn(&str) -> Result<Bound>) -> Result<Site> {
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
            let Bound { mut js, wasm, later } = bind(program)?;
            if let Some(later) = later {
                let later = site.add(&format!("{program}-later.wasm"), later);
                js = js.replace(split::LATER, site::file_name(&later));
            }
            let js = site.add(&format!("{program}.js"), js.into_bytes());
            let wasm = site.add(&format!("{program}.wasm"), wasm);
            let boot = site.add(&format!("{program}-boot.js"), boot(&js, &wasm).into_bytes());
            let (skeleton, ahead) = (skeleton::skeleton(program), ahead(program).to_owned());
            let own = [("js", js), ("wasm", wasm), ("boot", boot), ("skeleton", skeleton), ("ahead", ahead)];
            let names = [names.clone(), own.map(|(name, text)| (name.to_owned(), text)).into()].concat();
            site.add_stable(file, index::fill(file, &self.index, &names)?);
        }
        site.add_stable(MANIFEST, index::fill(MANIFEST, &self.manifest, &names)?);
        site.add_stable(OFFLINE, index::fill(OFFLINE, &self.offline, &names)?);
        Ok(site)
    }
}

/// What the browser asks for while the program is still on its way: who reads, without which no lamp is drawn. A screen
/// has its board from its address.
fn ahead(program: &str) -> &'static str {
    match program {
        "wall" => "",
        _ => "<link rel=\"preload\" href=\"api/v1/me\" as=\"fetch\" crossorigin />",
    }
}

/// The script that starts the page, in the same folder as the files that it loads. The stream begins while the program is
/// still on its way: on a slow line that takes as long as all lamps.
fn boot(js: &str, wasm: &str) -> String {
    let (js, wasm) = (site::file_name(js), site::file_name(wasm));
    format!(
        "import init from \"./{js}\";\n\
         try {{ new SharedWorker(document.documentElement.dataset.stream).port.postMessage({{ early: true }}); }} catch {{}}\n\
         await init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n"
    )
}

/// What wasm-bindgen makes of a program.
struct Bound {
    js: String,
    wasm: Vec<u8>,
    /// The WebAssembly module that its JavaScript loads later, as [`split::LATER`].
    later: Option<Vec<u8>>,
}

/// Runs wasm-bindgen on a program, or on the first part of it.
fn bind(program: &str, built: &Path, folder: &Path) -> Result<Bound> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let whole = built.join(program).with_extension("wasm");
    let split = (program == IN_TWO).then(|| Split::cut(&whole, &folder.join("split"))).transpose()?;
    Bindgen::new()
        .input_path(split.as_ref().map_or(&whole, |split| &split.first))
        // The part that comes later finds the first by them.
        .keep_lld_exports(split.is_some())
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
    let js = String::from_utf8(read(format!("{program}.js"))?).context("scripts are UTF-8")?;
    Ok(Bound {
        js: split.as_ref().map_or(Ok(js.clone()), |split| split.join(&js))?,
        wasm: read(format!("{program}_bg.wasm"))?,
        later: split.map(|split| split.later),
    })
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

/// Files of a folder and its subfolders, by name; none where there is no folder.
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
