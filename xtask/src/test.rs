//! Everything that must hold before a change lands: `cargo xtask test`, and nothing else, is CI.

use anyhow::{Context as _, Result};

use crate::cargo::{Profile, binary, cargo, cargo_command, command, program, root, run};
use crate::{setup, tasks};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Runs every test, on a machine that has nothing but rustup's Rust.
pub(crate) fn all() -> Result<()> {
    // Missing programs are looked for first: better to hear of one now than in ten minutes.
    setup::end_to_end()?;
    checks()?;
    let mut end_to_end = cargo_command(&["test", "--package", "e2e", "--no-fail-fast", "--", "--nocapture"])?;
    end_to_end.arg(format!("--test-threads={}", scenarios_at_once()));
    run(end_to_end.env(tasks::BINARY, binary("lampfield", Profile::Dev)?))
}

/// Number of scenarios that run at once. A scenario mostly waits, and each has a network of its own; more than these
/// would wait for a processor instead, and then too long.
fn scenarios_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() + 1)
}

/// Runs the tests that need neither Asterisk nor browser.
pub(crate) fn quick() -> Result<()> {
    checks()
}

/// Runs the fault-injection tests with this number of seeds, and the test of concurrent writers for as many rounds.
pub(crate) fn storms(number: &str) -> Result<()> {
    let optimised = ["test", "--release", "--package", "lampfield"];
    let mut storms = cargo_command(&[&optimised[..], &["--test", "storms"]].concat())?;
    run(storms.env("LAMPFIELD_SEEDS", number))?;
    let mut writers = cargo_command(&[&optimised[..], &["--lib", "what_is_shown_is_what_is_kept"]].concat())?;
    run(writers.env("LAMPFIELD_ROUNDS", number))
}

/// Runs the chaos test (random faults) for this number of minutes, with each Asterisk for half of them.
pub(crate) fn chaos(minutes: &str) -> Result<()> {
    let minutes: u64 = minutes.parse().context("chaos lasts a number of minutes")?;
    setup::end_to_end()?;
    cargo(&["build", "--package", "lampfield"])?;
    let mut chaos = cargo_command(&["test", "--package", "e2e", "chaos", "--", "--nocapture"])?;
    chaos.env("LAMPFIELD_CHAOS_SECONDS", (minutes * 60 / 2).to_string());
    run(chaos.env(tasks::BINARY, binary("lampfield", Profile::Dev)?))
}

/// Fuzzes one reader for this number of seconds. Inputs that break it are kept in `fuzz/artifacts`.
pub(crate) fn fuzz(target: &str, seconds: &str) -> Result<()> {
    cargo(&["run", "--package", "hostile", "--", "fuzz/corpus"])?;
    // The fuzz targets are a workspace of their own; the versions are ours.
    std::fs::copy(root()?.join("Cargo.lock"), root()?.join("fuzz/Cargo.lock"))?;
    // This is rustup's own cargo: the cargo that started this program knows only its own toolchain.
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
    // Doc tests of the libraries are among them.
    cargo(&["test", "--workspace", "--exclude", "e2e", "--no-fail-fast"])
}

/// Lints the page for the browser, where it runs, and everything else for this machine.
fn lint() -> Result<()> {
    let native = ["clippy", "--workspace", "--exclude", "lampfield-frontend", "--all-targets"];
    cargo(&[&native[..], &DENY_WARNINGS].concat())?;
    let page = ["clippy", "--package", "lampfield-frontend"];
    cargo(&[&page[..], &WASM, &DENY_WARNINGS].concat())
}
