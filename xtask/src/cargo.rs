//! The workspace and its cargo: paths, and how programs are started.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// Profile by which a program is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Fast to build.
    Dev,
    /// Fast to run.
    Release,
    /// For installation: as fast as possible, and minutes to build.
    Dist,
}

impl Profile {
    /// Name of the profile's folder below `target/`.
    const fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
            Self::Dist => "dist",
        }
    }

    /// Arguments of cargo for this profile.
    pub(crate) const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Dev => &[],
            Self::Release => &["--release"],
            Self::Dist => &["--profile", "dist"],
        }
    }
}

/// The folder of the workspace.
///
/// # Errors
/// When this program was not started by `cargo xtask`, which tells the folder.
pub(crate) fn root() -> Result<PathBuf> {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").context("start this program as `cargo xtask`")?;
    let root = Path::new(&own).parent().context("xtask lies in no workspace")?;
    Ok(root.to_owned())
}

/// The folder of cargo's output. This program itself is at `target/debug/xtask`.
pub(crate) fn target() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let target = own.ancestors().nth(2).context("this program lies in no target folder")?;
    Ok(target.to_owned())
}

/// The path of a built program.
pub(crate) fn binary(name: &str, profile: Profile) -> Result<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(target()?.join(profile.folder()).join(file))
}

/// A command that runs in the workspace's folder.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(root()?);
    Ok(command)
}

/// The cargo that started this program.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// Runs cargo to its end. Cargo.lock holds every version by now (starting this program saw to it), so cargo may not
/// change the file.
pub(crate) fn cargo(arguments: &[&str]) -> Result<()> {
    run(&mut cargo_command(arguments)?)
}

/// As [`cargo`], but returns the `Command` for further arguments.
pub(crate) fn cargo_command(arguments: &[&str]) -> Result<Command> {
    let (own, others) = split_at_dashes(arguments);
    let mut command = command(program())?;
    command.args(own).arg("--locked").args(others);
    Ok(command)
}

/// Splits at `--`, which ends cargo's own arguments: `--locked` has to stand before it.
fn split_at_dashes<'a, 'b>(arguments: &'a [&'b str]) -> (&'a [&'b str], &'a [&'b str]) {
    let dashes = arguments.iter().position(|argument| *argument == "--").unwrap_or(arguments.len());
    arguments.split_at(dashes)
}

/// Prints the command and runs it; any failure is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("+ {line}");
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// The command line as one would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy()];
    words.extend(command.get_args().map(OsStr::to_string_lossy));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_told_locked_before_the_arguments_of_others() {
        assert_eq!(split_at_dashes(&["clippy", "--", "-D"]), (&["clippy"][..], &["--", "-D"][..]));
        assert_eq!(split_at_dashes(&["build"]), (&["build"][..], &[][..]));
    }
}
