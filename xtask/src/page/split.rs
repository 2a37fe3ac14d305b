//! Cuts out of a program what it loads later: all that only its functions marked `#[wasm_split(later)]` lead to.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use walrus::ModuleConfig;
use wasm_split_cli_support::{Options, transform};

/// Name by which the script of a program loads what was cut out of it.
pub(crate) const LATER: &str = "split_later.wasm";

/// Name by which the program asks for its loader.
const LOADER: &str = "./later.js";

/// A program cut in two.
pub(crate) struct Split {
    /// The part that comes first, for wasm-bindgen.
    pub(crate) first: PathBuf,
    /// What is loaded later.
    pub(crate) later: Vec<u8>,
    /// Script that loads it; reaches the first part through the script of wasm-bindgen.
    loader: String,
}

impl Split {
    /// Cuts the program into files of an empty folder.
    pub(crate) fn cut(program: &Path, folder: &Path) -> Result<Self> {
        let whole = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
        let first = folder.join("first.wasm");
        let mut options = Options::new(&whole);
        options.output_dir = folder;
        options.main_out_path = &first;
        options.link_name = LOADER;
        let cut = transform(options).map_err(|error| anyhow!("{error:#}")).context("the program cannot be cut")?;
        let later = folder.join(LATER);
        ensure!(cut.split_modules == [later.as_path()], "what is loaded later is one file: {:?}", cut.split_modules);
        let read = |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
        Ok(Self {
            later: without_names(&read(&later)?)?,
            loader: String::from_utf8(read(&folder.join(LOADER))?).context("scripts are UTF-8")?,
            first,
        })
    }

    /// Puts the loader into the script of wasm-bindgen, in place of its import: one file less to wait for.
    pub(crate) fn join(&self, script: &str) -> Result<String> {
        let end = format!(" from \"{LOADER}\"");
        let import = script.lines().find(|line| line.trim_end_matches(';').ends_with(&end));
        let import = import.context("the script does not import the loader")?;
        let name = import.strip_prefix("import * as ").and_then(|rest| rest.split(' ').next());
        let name = name.with_context(|| format!("the script imports the loader otherwise: {import}"))?;
        let (own, exported) = self.loader_parts()?;
        let script = script.replacen(import, "", 1);
        Ok(format!("{script}\nconst {name} = (() => {{\n{own}\nreturn {{ {exported} }};\n}})();\n"))
    }

    /// The loader without import and export, and the name of what it exports.
    fn loader_parts(&self) -> Result<(String, &str)> {
        const EXPORT: &str = "export const ";
        let (import, own) = self.loader.split_once('\n').unwrap_or_default();
        ensure!(import.starts_with("import { initSync } from "), "the loader imports something else: {import}");
        ensure!(own.matches("export").count() == 1, "the loader exports one function");
        let exported = own.split_once(EXPORT).and_then(|(_, after)| after.split(' ').next());
        Ok((own.replacen(EXPORT, "const ", 1), exported.context("the loader exports no function")?))
    }
}

/// A WebAssembly module without the names of its functions, written anew: the linker leaves room in every number.
fn without_names(module: &[u8]) -> Result<Vec<u8>> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    Ok(config.parse(module).context("what was cut out cannot be read")?.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(loader: &str) -> Split {
        Split { first: PathBuf::new(), later: Vec::new(), loader: loader.into() }
    }

    #[test]
    fn the_loader_becomes_a_part_of_the_script() {
        let loader = "import { initSync } from \"./main.js\";\nlet shared;\nexport const load = () => initSync();\n";
        let script = "import * as import1 from \"./later.js\"\nconst imports = () => ({ \"./later.js\": import1 });\n";
        let joined = split(loader).join(script).unwrap();
        assert_eq!(
            joined,
            "\nconst imports = () => ({ \"./later.js\": import1 });\n\n\
             const import1 = (() => {\nlet shared;\nconst load = () => initSync();\n\nreturn { load };\n})();\n"
        );
    }

    #[test]
    fn another_form_of_the_scripts_is_an_error() {
        let (loader, script) = ("import { initSync } from \"./a.js\";\n", "import * as a from \"./later.js\"\n");
        let error = |loader: &str, script: &str| split(loader).join(script).unwrap_err().to_string();
        assert_eq!(error(loader, "let a;"), "the script does not import the loader");
        assert_eq!(error(loader, script), "the loader exports one function");
        assert_eq!(error("let b;\n", script), "the loader imports something else: let b;");
    }
}
