//! What the tasks need of the machine: looked for first, installed where that can be done.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::cargo::{command, root, run};

const WASM: &str = "wasm32-unknown-unknown";

/// A program by its name or a file by its path, and the Debian package that brings it.
type Program = (&'static str, &'static str);

const BROWSER: [Program; 2] = [("chromium", "chromium"), ("chromedriver", "chromium-driver")];
/// It publishes to lampfield, or takes what is published in place of it.
const KAMAILIO: [Program; 2] =
    [("kamailio", "kamailio"), ("/usr/lib/x86_64-linux-gnu/kamailio/modules/presence.so", "kamailio-presence-modules")];
const NCHAN: [Program; 1] = [("/usr/lib/nginx/modules/ngx_nchan_module.so", "libnginx-mod-nchan")];
/// A phone, what gives each scenario its network, and what gives one program a clock of its own.
const SCENARIOS: [Program; 3] = [
    ("sipp", "sip-tester"),
    ("ip", "iproute2"),
    ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "libfaketime"),
];

/// The Asterisk versions that the tests run against.
const ASTERISKS: [&str; 2] = ["22", "16"];

/// Sees to it that Rust can compile for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    run(command("rustup")?.args(["target", "add", WASM])).with_context(|| {
        format!("the page needs Rust's target {WASM}: install it by rustup, or by your distribution's package")
    })
}

/// rustc names the folder of a target's library whether it is there or not.
fn has_wasm_target() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer =
        command(rustc)?.args(["--print", "target-libdir", "--target", WASM]).output().context("cannot start rustc")?;
    Ok(answer.status.success() && Path::new(String::from_utf8_lossy(&answer.stdout).trim()).exists())
}

/// Sees to it that the code can be formatted and linted.
pub(crate) fn lint_tools() -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !answers(program) {
            run(command("rustup")?.args(["component", "add", component]))
                .with_context(|| format!("{component} is missing"))?;
        }
    }
    Ok(())
}

/// rustup leaves a proxy under the name of a component that is not installed: only starting it tells.
fn answers(program: &str) -> bool {
    let mut version = Command::new(program);
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// Sees to it that browser, sipp, Kamailio and both Asterisks are there.
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

/// Sees to it that the peers of the comparison are there: Kamailio and nchan by their packages, Asterisk in
/// the lab.
pub(crate) fn peers() -> Result<()> {
    programs(&KAMAILIO)?;
    programs(&NCHAN)?;
    run(command(root()?.join("tests/lab/lab"))?.args(["install", "22"]))
}

/// Sees to it that a browser can be driven.
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

/// The packages whose programs are not found.
fn missing(wanted: &[Program]) -> Vec<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    wanted.iter().filter(|(program, _)| !found(program)).map(|(_, package)| *package).collect()
}
