//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A busy-lamp-field console for Asterisk and FreePBX sites.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do; without one: run.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What lampfield can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Join the mesh and serve the board.
    Run(Run),
    /// Show a board with two simulated PBXes and invented people.
    Demo(Demo),
    /// Read a configuration, say what is wrong with it, and stop.
    CheckConfig {
        /// The configuration file.
        #[arg(default_value = DEFAULT_CONFIG)]
        file: PathBuf,
    },
    /// Print lampfield's own entity id.
    ShowEid {
        /// The configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
    /// Give an account a new one-time password; works while the server runs.
    SetPassword {
        /// The account.
        name: String,
        /// The configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
    /// Copy the database; works while the server runs.
    Backup {
        /// The copy. It must not be there yet.
        file: PathBuf,
        /// The configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
    /// Put a backup in the place of the database, which is kept beside it. A server that runs begins again with it.
    Restore {
        /// The backup.
        file: PathBuf,
        /// The configuration file.
        #[arg(long, default_value = DEFAULT_CONFIG)]
        config: PathBuf,
    },
}

/// Where the configuration is looked for.
pub const DEFAULT_CONFIG: &str = "lampfield.toml";

/// `lampfield run`
#[derive(Debug, Args)]
pub struct Run {
    /// The configuration file.
    #[arg(long, default_value = DEFAULT_CONFIG)]
    pub config: PathBuf,
    /// Write the page's port into this file once it is served.
    #[arg(long, value_name = "FILE")]
    pub port_file: Option<PathBuf>,
}

/// `lampfield demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// The story to tell: the same number tells the same.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many people each of the two PBXes has.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub people: u32,
    /// Where the page is served.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Write the page's port into this file once it is served.
    #[arg(long, value_name = "FILE")]
    pub port_file: Option<PathBuf>,
}
