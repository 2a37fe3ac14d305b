//! Runs a command of the command line: the server, the demo, or maintenance.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use crate::cli::{Command, Run};
use crate::config::{Config, LogFormat};
use crate::demo;
use crate::maintenance;
use crate::server::{Audience, Server};
use crate::store::Asked;
use crate::tls::Certificate;

/// Runs a command; returns when it is done, or when the server was told to stop.
///
/// # Errors
/// What keeps the command from starting, in words for the admin.
pub fn start(command: Command) -> anyhow::Result<()> {
    match command {
        Command::CheckConfig { file, config } => check_config(&config.unwrap_or(file)),
        Command::Run(settings) => run(&settings),
        Command::ShowEid { config } => maintenance::show_eid(&config),
        Command::SetPassword { name, config } => maintenance::set_password(&runtime()?, &config, &name),
        Command::Backup { file, config } => maintenance::backup(&config, &file),
        Command::Restore { file, config } => maintenance::restore(&config, &file),
        Command::Demo(settings) => {
            log_to_stderr(LogFormat::Human, "info")?;
            runtime()?.block_on(demo::run(settings))
        }
    }
}

/// Time limit of the tasks, and then of the database, when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the server, and runs it again after each restored backup.
fn run(settings: &Run) -> anyhow::Result<()> {
    let mut config = Config::load(&settings.config)?;
    log_to_stderr(config.log_format, &config.log_level)?;
    loop {
        let asked = Asked::of(&config.store_file);
        let runtime = runtime()?;
        let server = runtime.block_on(Server::bind(config, Audience::People))?;
        let ended = server.store_ended();
        let ran = runtime.block_on(server.run(settings.port_file.as_deref(), asked.clone().wait()));
        // Tasks that still hold the database end with their runtime; then the database takes in its journal.
        runtime.shutdown_timeout(PATIENCE);
        if !ended.wait(PATIENCE) {
            tracing::warn!(
                "the database was not closed in time: its journal stays beside it and is read at the next start"
            );
        }
        ran?;
        if !asked.was_heard() {
            return Ok(());
        }
        tracing::info!("restarting with the restored backup");
        config = Config::load(&settings.config)?;
    }
}

fn check_config(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    if let Some(tls) = &config.web.tls {
        Certificate::load(tls.files.clone())?;
    }
    for warning in &config.warnings {
        println!("warning: {warning}");
    }
    let peers = config.mesh.peers.len();
    let extensions = config.board.extensions.len();
    let verdict = match config.warnings.len() {
        0 => "good".to_owned(),
        1 => "it can be used, but see the warning above".to_owned(),
        warnings => format!("it can be used, but see the {warnings} warnings above"),
    };
    println!("{}: {verdict}. Peers: {peers}, named extensions: {extensions}.", file.display());
    Ok(())
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")
}

fn log_to_stderr(format: LogFormat, level: &str) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().or_else(|_| level.parse())?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    match format {
        LogFormat::Human => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}
