//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A busy-lamp-field console for Asterisk and FreePBX sites.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// Command; without one, `run`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Join the mesh and serve the board.
    Run(Run),
    /// Show a board with two simulated PBXes and invented people.
    Demo(Demo),
    /// Check a configuration, print its first error, and stop.
    CheckConfig {
        /// Configuration file.
        #[arg(default_value = DEFAULT_CONFIG)]
        file: PathBuf,
        /// Configuration file, as the other commands take it.
        #[arg(long, value_name = "FILE", conflicts_with = "file")]
        config: Option<PathBuf>,
    },
    /// Print lampfield's own entity id.
    ShowEid {
        /// Configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
    /// Give an account a new one-time password; works while the server runs.
    SetPassword {
        /// Name of the account.
        name: String,
        /// Configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
    /// Copy the database; works while the server runs.
    Backup {
        /// File of the copy. It must not exist yet.
        file: PathBuf,
        /// Configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
    /// Replace the database by a backup. The old database is kept beside it; a running server restarts with the backup.
    Restore {
        /// File of the backup.
        file: PathBuf,
        /// Configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
}

/// Default path of the configuration.
pub const DEFAULT_CONFIG: &str = "lampfield.toml";

/// Arguments of `lampfield run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Configuration file.
    #[arg(long, default_value = DEFAULT_CONFIG)]
    pub config: PathBuf,
    /// Write the port of the page into this file once the page is served.
    #[arg(long, value_name = "FILE")]
    pub port_file: Option<PathBuf>,
}

/// Arguments of `lampfield demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Seed of the story: the same number tells the same story.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Number of people at each of the two PBXes.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub people: u32,
    /// Address and port of the page.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Write the port of the page into this file once the page is served.
    #[arg(long, value_name = "FILE")]
    pub port_file: Option<PathBuf>,
}
