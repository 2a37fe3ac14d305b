//! The kernel's figures of a program: a process and those that it has started.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A process and its workers.
#[derive(Debug, Clone)]
pub(crate) struct Program(Vec<u32>);

impl Program {
    /// The process, its present children, and theirs.
    pub(crate) fn of(process: u32) -> Self {
        let mut family = vec![process];
        let mut at = 0;
        while at < family.len() {
            family.extend(children(family[at]));
            at += 1;
        }
        Self(family)
    }

    /// The program of these processes.
    pub(crate) fn these(processes: Vec<u32>) -> Self {
        Self(processes)
    }

    /// Kills all processes.
    pub(crate) fn kill(&self) {
        let processes = self.0.iter().map(u32::to_string);
        let _some_may_be_gone = Command::new("kill").arg("-KILL").args(processes).stderr(Stdio::null()).status();
    }

    /// CPU time so far.
    pub(crate) fn cpu(&self) -> Duration {
        self.0.iter().map(|process| cpu(*process)).sum()
    }

    /// CPU time so far of the threads that still run, to the nanosecond.
    pub(crate) fn exact_cpu(&self) -> Duration {
        self.0.iter().map(|process| exact_cpu(*process)).sum()
    }

    /// Share of one core since `self` was at this CPU time, over this time.
    pub(crate) fn share(&self, time: Duration) -> f64 {
        let (cpu, start) = (self.cpu(), Instant::now());
        thread::sleep(time);
        self.cpu().saturating_sub(cpu).as_secs_f64() / start.elapsed().as_secs_f64()
    }

    /// Open files, sockets among them.
    pub(crate) fn files(&self) -> usize {
        let count = |process: &u32| fs::read_dir(format!("/proc/{process}/fd")).expect("the server runs").count();
        self.0.iter().map(count).sum()
    }

    /// Memory in bytes; memory that workers share counts once.
    pub(crate) fn memory(&self) -> u64 {
        self.0.iter().map(|process| memory(*process)).sum()
    }
}

fn cpu(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the server runs");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a stat line has a name").split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().expect("utime") + fields[12].parse::<u64>().expect("stime");
    // Linux gives user space 100 ticks a second whatever the kernel's own rate is.
    Duration::from_millis(ticks * 10)
}

fn exact_cpu(process: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the server runs");
    let nanoseconds = threads.filter_map(|thread| {
        let schedstat = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        schedstat.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

fn memory(process: u32) -> u64 {
    let rollup =
        fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("the server runs, and is ours to look at");
    let line = rollup.lines().find(|line| line.starts_with("Pss:")).expect("Pss");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number of kB") * 1024
}

fn children(of: u32) -> Vec<u32> {
    let file = format!("/proc/{of}/task/{of}/children");
    let children = fs::read_to_string(file).expect("Linux tells a process's children");
    children.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}
