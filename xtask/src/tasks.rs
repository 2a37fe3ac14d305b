//! Tasks of a developer or an admin: build, run, bench, screenshots, dist.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cargo::{Profile, binary, cargo, cargo_command, root, run as run_command, target};
use crate::{page, setup};

/// Environment variable that tells the programs of `tests/` which lampfield to start.
pub(crate) const BINARY: &str = "LAMPFIELD_BIN";

/// Builds the page, and the server with the page in it.
pub(crate) fn build(profile: Profile) -> Result<()> {
    page::build(page::Finish::Small)?;
    cargo(&[&["build", "--package", "lampfield"], profile.arguments()].concat())
}

/// Builds for release and starts lampfield in the current folder.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    build(Profile::Release)?;
    let unconfigured = !std::path::Path::new("lampfield.toml").exists();
    let arguments = if arguments.is_empty() && unconfigured { &["demo"] } else { arguments };
    become_program(Command::new(binary("lampfield", Profile::Release)?).args(arguments))
}

/// Replaces this process by the program, so that signals reach the program itself.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("cannot start lampfield")
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    run_command(command)
}

/// Runs the measurements: of the parts, then of the whole process.
pub(crate) fn bench() -> Result<()> {
    setup::browser()?;
    cargo(&["bench", "--package", "lampfield", "--benches"])?;
    build(Profile::Dist)?;
    whole(&[])
}

/// Measures the whole process beside comparable programs, in one run; all of the measurements, or the named ones.
pub(crate) fn bench_peers(words: &[&str]) -> Result<()> {
    setup::peers()?;
    build(Profile::Dist)?;
    whole(&[&["--", "--peers"], words].concat())
}

/// Runs lampfield under steady work for this number of minutes, and prints the curve of its memory.
pub(crate) fn soak(minutes: &str) -> Result<()> {
    build(Profile::Dist)?;
    whole(&["--", "--soak", minutes])
}

fn whole(arguments: &[&str]) -> Result<()> {
    let mut whole = cargo_command(&[&["bench", "--package", "e2e", "--bench", "whole"], arguments].concat())?;
    run_command(whole.env(BINARY, binary("lampfield", Profile::Dist)?))
}

/// Takes pictures of the demo by a real browser.
pub(crate) fn screenshots(folder: Option<&str>) -> Result<()> {
    setup::browser()?;
    build(Profile::Release)?;
    let folder = match folder {
        Some(folder) => std::path::absolute(folder)?,
        None => target()?.join("screenshots"),
    };
    let mut pictures = cargo_command(&["run", "--package", "e2e", "--bin", "screenshots", "--"])?;
    run_command(pictures.arg(folder).env(BINARY, binary("lampfield", Profile::Release)?))
}

/// Writes every text that people read on one page, for reading from end to end.
pub(crate) fn words() -> Result<()> {
    let page = target()?.join("words.html");
    run_command(cargo_command(&["run", "--package", "e2e", "--bin", "words", "--"])?.arg(page))
}

/// Builds the one file to install, in `target/dist`.
pub(crate) fn dist() -> Result<()> {
    build(Profile::Dist)?;
    let file = binary("lampfield", Profile::Dist)?;
    println!("{}", file.strip_prefix(root()?).unwrap_or(&file).display());
    Ok(())
}
