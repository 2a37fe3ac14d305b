//! Everything that must hold before a change lands: `cargo xtask test`, and nothing else, is CI.

use anyhow::{Context as _, Result};

use crate::cargo::{Profile, binary, cargo, cargo_command, command, program, root, run};
use crate::{setup, tasks};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// All there is, on a machine with no more than rustup's Rust.
pub(crate) fn all() -> Result<()> {
    // First what may be missing: better to hear of it now than in ten minutes.
    setup::end_to_end()?;
    checks()?;
    let mut end_to_end = cargo_command(&["test", "--package", "e2e", "--no-fail-fast", "--", "--nocapture"])?;
    end_to_end.arg(format!("--test-threads={}", scenarios_at_once()));
    run(end_to_end.env(tasks::BINARY, binary("lampfield", Profile::Dev)?))
}

/// Most of a scenario is waiting, and each has a network of its own. More than these would wait for a processor instead, and
/// then too long.
fn scenarios_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() + 1)
}

/// What needs neither Asterisk nor browser.
pub(crate) fn quick() -> Result<()> {
    checks()
}

/// As many storms as are asked for, and as many rounds in which many write at once.
pub(crate) fn storms(number: &str) -> Result<()> {
    let optimised = ["test", "--release", "--package", "lampfield"];
    let mut storms = cargo_command(&[&optimised[..], &["--test", "storms"]].concat())?;
    run(storms.env("LAMPFIELD_SEEDS", number))?;
    let mut writers = cargo_command(&[&optimised[..], &["--lib", "what_is_shown_is_what_is_kept"]].concat())?;
    run(writers.env("LAMPFIELD_ROUNDS", number))
}

/// Lets everything go wrong for so many minutes, with each Asterisk for its share.
pub(crate) fn chaos(minutes: &str) -> Result<()> {
    let minutes: u64 = minutes.parse().context("chaos lasts a number of minutes")?;
    setup::end_to_end()?;
    cargo(&["build", "--package", "lampfield"])?;
    let mut chaos = cargo_command(&["test", "--package", "e2e", "chaos", "--", "--nocapture"])?;
    chaos.env("LAMPFIELD_CHAOS_SECONDS", (minutes * 60 / 2).to_string());
    run(chaos.env(tasks::BINARY, binary("lampfield", Profile::Dev)?))
}

/// Feeds one reader what nobody thought of, for so many seconds. What breaks it is kept in `fuzz/artifacts`.
pub(crate) fn fuzz(target: &str, seconds: &str) -> Result<()> {
    cargo(&["run", "--package", "hostile", "--", "fuzz/corpus"])?;
    // Its workspace is its own; the versions are ours.
    std::fs::copy(root()?.join("Cargo.lock"), root()?.join("fuzz/Cargo.lock"))?;
    // rustup's own cargo: the one that started this program knows no toolchain but its own.
    let mut fuzz = command("cargo")?;
    fuzz.args(["+nightly", "fuzz", "run", target, "--", "-timeout=5", "-rss_limit_mb=1024"]);
    run(fuzz.arg(format!("-max_total_time={seconds}")).env_remove("CARGO_TARGET_DIR"))
        .context("this needs `rustup toolchain install nightly` and `cargo install cargo-fuzz`")
}

fn checks() -> Result<()> {
    setup::lint_tools()?;
    setup::wasm_target()?;
    run(command(program())?.args(["fmt", "--all", "--check"]))?;
    lint()?;
    tasks::build(Profile::Dev)?;
    // The doc tests of the libraries are among them.
    cargo(&["test", "--workspace", "--exclude", "e2e", "--no-fail-fast"])
}

/// The page is linted for the browser, where it runs; everything else for this machine.
fn lint() -> Result<()> {
    let native = ["clippy", "--workspace", "--exclude", "lampfield-frontend", "--all-targets"];
    cargo(&[&native[..], &DENY_WARNINGS].concat())?;
    let page = ["clippy", "--package", "lampfield-frontend"];
    cargo(&[&page[..], &WASM, &DENY_WARNINGS].concat())
}
