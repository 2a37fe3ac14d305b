//! Programs that the tasks need on the machine: looked for first, installed where possible.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::cargo::{command, root, run};

const WASM: &str = "wasm32-unknown-unknown";

/// A program by its name, or a file by its path, and the Debian package that holds it.
type Program = (&'static str, &'static str);

/// The browser, and letters as wide as Arial's: the tests count the lamps and names that stand whole, and a machine
/// without them would draw with whatever it has.
const BROWSER: [Program; 3] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", "fonts-liberation"),
];
/// Kamailio, which publishes to lampfield, or takes its place for comparison.
const KAMAILIO: [Program; 2] =
    [("kamailio", "kamailio"), ("/usr/lib/x86_64-linux-gnu/kamailio/modules/presence.so", "kamailio-presence-modules")];
const NCHAN: [Program; 1] = [("/usr/lib/nginx/modules/ngx_nchan_module.so", "libnginx-mod-nchan")];
/// A simulated phone (sipp), and the programs that give a scenario its own network and a program its own clock.
const SCENARIOS: [Program; 3] = [
    ("sipp", "sip-tester"),
    ("ip", "iproute2"),
    ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "libfaketime"),
];

/// Asterisk releases that the tests run against.
const ASTERISKS: [&str; 2] = ["22", "16"];

/// Makes sure that Rust can compile for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    run(command("rustup")?.args(["target", "add", WASM])).with_context(|| {
        format!("the page needs Rust's target {WASM}: install it by rustup, or by your distribution's package")
    })
}

/// Whether the target's library is there; rustc names its folder in either case.
fn has_wasm_target() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer =
        command(rustc)?.args(["--print", "target-libdir", "--target", WASM]).output().context("cannot start rustc")?;
    Ok(answer.status.success() && Path::new(String::from_utf8_lossy(&answer.stdout).trim()).exists())
}

/// Makes sure that the code can be formatted and linted.
pub(crate) fn lint_tools() -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !answers(program) {
            run(command("rustup")?.args(["component", "add", component]))
                .with_context(|| format!("{component} is missing"))?;
        }
    }
    Ok(())
}

/// Whether a component of rustup works: rustup leaves a proxy under the name of a missing one, so only a start tells.
fn answers(program: &str) -> bool {
    let mut version = Command::new(program);
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// Makes sure that browser, sipp, Kamailio and both Asterisks are there.
pub(crate) fn end_to_end() -> Result<()> {
    browser()?;
    programs(&SCENARIOS)?;
    programs(&KAMAILIO)?;
    for version in ASTERISKS {
        run(command(root()?.join("tests/lab/lab"))?.args(["install", version]))
            .with_context(|| format!("Asterisk {version} cannot be installed (it needs Debian and root)"))?;
    }
    Ok(())
}

/// Makes sure that the programs of the comparison are there: Kamailio and nchan by their packages, Asterisk in the lab.
pub(crate) fn peers() -> Result<()> {
    programs(&KAMAILIO)?;
    programs(&NCHAN)?;
    run(command(root()?.join("tests/lab/lab"))?.args(["install", "22"]))
}

/// Makes sure that a browser can be driven.
pub(crate) fn browser() -> Result<()> {
    programs(&BROWSER)
}

fn programs(wanted: &[Program]) -> Result<()> {
    let packages = missing(wanted);
    if packages.is_empty() {
        return Ok(());
    }
    let advice = || format!("this needs `apt-get install {}` (Debian, as root)", packages.join(" "));
    run(command("apt-get")?.args(["-qq", "update"])).with_context(advice)?;
    let mut install = command("apt-get")?;
    install.env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "install", "-y", "--no-install-recommends"]);
    run(install.args(&packages)).with_context(advice)?;
    match missing(wanted).as_slice() {
        [] => Ok(()),
        packages => bail!("installed, but their programs are not found: {}", packages.join(" ")),
    }
}

/// Packages whose programs are not found.
fn missing(wanted: &[Program]) -> Vec<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    wanted.iter().filter(|(program, _)| !found(program)).map(|(_, package)| *package).collect()
}
