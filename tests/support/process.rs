//! The kernel's figures of a running lampfield.

use std::fmt;
use std::fs;

use crate::Server;

/// Memory and files at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    /// Resident memory.
    pub mebibytes: u64,
    /// Open files, sockets among them.
    pub files: usize,
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB and {} files", self.mebibytes, self.files)
    }
}

impl Server {
    /// Memory and files at present.
    pub fn process(&self) -> Process {
        let folder = format!("/proc/{}", self.id());
        let status = fs::read_to_string(format!("{folder}/status")).expect("the server runs");
        let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        let kibibytes: u64 = kibibytes.and_then(|number| number.parse().ok()).expect("a number of kB");
        let files = fs::read_dir(format!("{folder}/fd")).expect("the server runs").count();
        Process { mebibytes: kibibytes / 1024, files }
    }
}
