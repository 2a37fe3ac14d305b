//! The program `lampfield`.

use std::process::ExitCode;

use clap::Parser;
use lampfield::app;
use lampfield::cli::{Cli, Command, DEFAULT_CONFIG, Run};

fn main() -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Run(Run { config: DEFAULT_CONFIG.into(), port_file: None }));
    match app::start(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lampfield: {error:#}");
            ExitCode::FAILURE
        }
    }
}
