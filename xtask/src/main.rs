//! The build program of lampfield: `cargo xtask` and one of the tasks below.
//!
//! ```text
//!  frontend ─► wasm ─► wasm-bindgen ─┐   (the desk's wasm is cut in two before)
//!  style/*.css ─► one sheet ─────────┼─► server/site (hashed, br, gz) ─► lampfield with its page
//!  frontend/index.html ──────────────┘
//! ```
//! This program needs nothing but cargo: a task fetches other programs by itself, or says what is missing.

mod cargo;
mod page;
mod setup;
mod tasks;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::cargo::Profile;

const USAGE: &str = "\
cargo xtask build [--release]     the page, and the server with the page in it
cargo xtask page [--draft]        the page alone; --draft takes seconds, not minutes, and is large and slow
cargo xtask run [-- ARGUMENT...]  build for release and start; without lampfield.toml it starts the demo
cargo xtask test [--quick]        everything that CI runs; --quick leaves out Asterisk and the browser
cargo xtask test --seeds NUMBER   so many storms over the simulated mesh, and rounds of many writers, optimised
cargo xtask fuzz TARGET [SECONDS] cargo-fuzz on one reader (nightly), by what CI gives it and what it finds itself
cargo xtask bench                 the measurements
cargo xtask bench --peers [WORD]  the whole process beside Asterisk, Kamailio and nchan: docs/performance.md
cargo xtask soak [MINUTES]        memory under steady work (10 minutes)
cargo xtask chaos [MINUTES]       real Asterisks, where everything goes wrong at random (10 minutes)
cargo xtask screenshots [FOLDER]  pictures of the demo, into target/screenshots or FOLDER
cargo xtask words                 every text that people read, on one page: target/words.html
cargo xtask dist                  one file to install: target/dist/lampfield";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match start(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["build"] => tasks::build(Profile::Dev),
        ["build", "--release"] => tasks::build(Profile::Release),
        ["page"] => page::build(page::Finish::Small),
        ["page", "--draft"] => page::build(page::Finish::Draft),
        ["run", "--", rest @ ..] | ["run", rest @ ..] => tasks::run(rest),
        ["test"] => test::all(),
        ["test", "--quick"] => test::quick(),
        ["test", "--seeds", number] => test::storms(number),
        ["fuzz", target] => test::fuzz(target, "60"),
        ["fuzz", target, seconds] => test::fuzz(target, seconds),
        ["bench"] => tasks::bench(),
        ["bench", "--peers", words @ ..] => tasks::bench_peers(words),
        ["soak"] => tasks::soak("10"),
        ["soak", minutes] => tasks::soak(minutes),
        ["chaos"] => test::chaos("10"),
        ["chaos", minutes] => test::chaos(minutes),
        ["screenshots"] => tasks::screenshots(None),
        ["screenshots", folder] if !folder.starts_with('-') => tasks::screenshots(Some(folder)),
        ["words"] => tasks::words(),
        ["dist"] => tasks::dist(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [] => bail!("say what to do\n{USAGE}"),
        _ => bail!("`{}` is not among what this program does\n{USAGE}", words.join(" ")),
    }
}
