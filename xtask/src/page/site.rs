//! Files as the server delivers them: named by their content, compressed once.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::files;

/// Files by their path below the site's folder. Beside `name` there are `name.br` and `name.gz`, where these are
/// smaller.
#[derive(Default)]
pub(crate) struct Site(BTreeMap<String, Vec<u8>>);

impl Site {
    /// Adds a file that may be cached for ever, since its name depends on its content. Gives its path.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let path = format!("assets/{stem}-{:016x}.{extension}", hasher.finish());
        self.0.insert(path.clone(), bytes);
        path
    }

    /// Adds a file under a fixed name.
    pub(crate) fn add_stable(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text.into_bytes());
    }

    /// Writes files that differ, removes files of an older site, and prints how large each is.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let mut all = BTreeMap::new();
        for (path, bytes) in &self.0 {
            let (br, gz) = (brotli(bytes)?, gzip(bytes)?);
            println!("{path}: {} bytes, gzip {}, brotli {}", bytes.len(), gz.len(), br.len());
            let packed = [(format!("{path}.br"), br), (format!("{path}.gz"), gz)];
            all.extend(packed.into_iter().filter(|(_, packed)| packed.len() < bytes.len()));
            all.insert(path.clone(), bytes.clone());
        }
        for file in files(folder)? {
            let path = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            if !all.contains_key(&path) {
                fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
            }
        }
        all.iter().try_for_each(|(path, bytes)| write_changed(&folder.join(path), bytes))
    }
}

/// Fails if a program is larger than what `largest` gives for its name, in bytes as they are sent.
pub(crate) fn keep_small(folder: &Path, largest: impl Fn(&str) -> u64) -> Result<()> {
    for file in files(folder)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::metadata(&file).with_context(|| format!("cannot read {}", file.display()))?.len();
        let most = largest(&name);
        ensure!(!name.ends_with(".wasm.br") || bytes <= most, "{name} has {bytes} bytes: at most {most} are sent");
    }
    Ok(())
}

/// The last part of a path with slashes.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Writes a file unless it has these bytes already: its time stays, and cargo sees that nothing changed.
fn write_changed(file: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_grew_too_large_is_refused() {
        let folder = std::env::temp_dir().join(format!("xtask-small-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("desk-1.wasm.br"), [0; 11]).unwrap();
        fs::write(folder.join("desk-1.wasm"), [0; 99]).unwrap();
        assert!(keep_small(&folder, |_| 11).is_ok());
        let refused = keep_small(&folder, |_| 10).unwrap_err().to_string();
        assert_eq!(refused, "desk-1.wasm.br has 11 bytes: at most 10 are sent");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_name_tells_its_content() {
        let mut site = Site::default();
        let one = site.add("a.css", b"x".to_vec());
        assert_eq!(one, site.add("a.css", b"x".to_vec()));
        assert_ne!(one, site.add("a.css", b"y".to_vec()));
        assert!(one.starts_with("assets/a-") && Path::new(&one).extension().is_some_and(|it| it == "css"));
    }

    #[test]
    fn leaves_what_is_the_same_and_removes_what_is_old() {
        let folder = std::env::temp_dir().join(format!("xtask-site-{}", std::process::id()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("assets/old.js"), "old").unwrap();
        let mut site = Site::default();
        site.add_stable("index.html", "a".repeat(1000));
        site.write(&folder).unwrap();
        let time = || fs::metadata(folder.join("index.html")).unwrap().modified().unwrap();
        let first = time();
        site.write(&folder).unwrap();
        assert_eq!(time(), first);
        let names: Vec<_> = files(&folder).unwrap().iter().map(|it| it.file_name().unwrap().to_owned()).collect();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, ["index.html", "index.html.br", "index.html.gz"]);
    }
}
