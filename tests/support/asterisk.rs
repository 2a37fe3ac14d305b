//! Two real Asterisks on loopback, by the script `lab/lab`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::{Config, Loopback, Peer, folder, loopback, wait};

/// Time in which an Asterisk has written its database: one second, and one in reserve.
const DATABASE_IS_WRITTEN: Duration = Duration::from_secs(2);

/// Release of Asterisk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Asterisk 22, from Debian forky.
    V22,
    /// Asterisk 16, from Debian bullseye.
    V16,
}

impl Version {
    const fn as_str(self) -> &'static str {
        match self {
            Self::V22 => "22",
            Self::V16 => "16",
        }
    }
}

/// A PBX of the lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pbx {
    /// The one at 127.0.0.4:5061, with the phones 1001 to 1005.
    FreePbx,
    /// The one at 127.0.0.5:5060, with the phones 2001 to 2005.
    PbxAct,
}

impl Pbx {
    /// Both PBXes.
    pub const ALL: [Self; 2] = [Self::FreePbx, Self::PbxAct];

    /// Name of the instance in the lab, and of the peer in lampfield's configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FreePbx => "freepbx",
            Self::PbxAct => "pbxact",
        }
    }

    /// Puts a changed file of the PBX's configuration into a folder for [`Lab::with`]; gives its path. The file is the
    /// lab's own, or that of a variant: `auth/pjsip_peers.conf`.
    pub fn overlay(self, folder: &Path, file: &str, change: impl FnOnce(String) -> String) -> PathBuf {
        let (variant, file) = file.split_once('/').unwrap_or(("", file));
        let own = crate::folder().join("lab/conf").join(variant).join(self.name()).join(file);
        let text = change(fs::read_to_string(own).expect("the lab is there"));
        let to = folder.join(self.name());
        fs::create_dir_all(&to).expect("there is room");
        let to = to.join(file);
        fs::write(&to, text).expect("there is room");
        to
    }

    /// SIP address.
    pub const fn address(self) -> &'static str {
        match self {
            Self::FreePbx => "127.0.0.4:5061",
            Self::PbxAct => "127.0.0.5:5060",
        }
    }

    /// Entity id, as set in its `asterisk.conf`.
    pub const fn eid(self) -> &'static str {
        match self {
            Self::FreePbx => "02:00:00:00:00:04",
            Self::PbxAct => "02:00:00:00:00:05",
        }
    }

    /// The PBX at which an extension's phone registers.
    pub fn of(exten: &str) -> Self {
        if exten.starts_with('1') { Self::FreePbx } else { Self::PbxAct }
    }

    /// The PBX as a peer of lampfield.
    pub fn peer(self) -> Peer {
        Peer::new(self.name(), self.address(), self.resource())
            .publish_to(&format!("sip:console@{}", self.address()))
            .eid(self.eid())
            .serves(&format!("_{}XXX", &self.extens()[0][..1]))
    }

    /// Extensions of its phones.
    pub const fn extens(self) -> [&'static str; 5] {
        match self {
            Self::FreePbx => ["1001", "1002", "1003", "1004", "1005"],
            Self::PbxAct => ["2001", "2002", "2003", "2004", "2005"],
        }
    }

    /// User part of the addresses that it publishes to.
    const fn resource(self) -> &'static str {
        match self {
            Self::FreePbx => "FreePBX",
            Self::PbxAct => "PBXact",
        }
    }
}

impl fmt::Display for Pbx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Running PBXes of one release; stopped when dropped.
#[derive(Debug)]
pub struct Lab {
    version: Version,
    /// Files that replace the lab's own, in a folder for each PBX.
    overlay: Option<PathBuf>,
    /// The loopback addresses, and the folder of the instances.
    loopback: Loopback,
}

impl Lab {
    /// Starts both PBXes.
    pub fn start(version: Version) -> Self {
        Self::begin(version, None, &Pbx::ALL)
    }

    /// Starts both PBXes with a variant of their peers: `tcp`, …
    pub fn variant(version: Version, name: &str) -> Self {
        Self::variant_of(version, name, &Pbx::ALL)
    }

    /// Starts these PBXes with a variant of their peers.
    pub fn variant_of(version: Version, name: &str, pbxes: &[Pbx]) -> Self {
        Self::begin(version, Some(folder().join("lab/conf").join(name)), pbxes)
    }

    /// Starts these PBXes with the files of a folder, which has a subfolder for each PBX to change.
    pub fn with(version: Version, overlay: &Path, pbxes: &[Pbx]) -> Self {
        Self::begin(version, Some(overlay.to_owned()), pbxes)
    }

    fn begin(version: Version, overlay: Option<PathBuf>, pbxes: &[Pbx]) -> Self {
        assert!(overlay.as_ref().is_none_or(|it| it.is_dir()), "no such folder: {overlay:?}");
        let lab = Self { version, overlay, loopback: loopback() };
        // An aborted test run may have left PBXes running.
        lab.run(&["down", "--all", "--kill"]);
        for pbx in pbxes {
            lab.boot(*pbx, &[]);
        }
        lab
    }

    /// Starts only freepbx, its peers configured by the files in `overlay` instead of the lab's own.
    pub fn freepbx_with(version: Version, overlay: &Path) -> Self {
        let lab = Self { version, overlay: None, loopback: loopback() };
        lab.run(&["down", "--all", "--kill"]);
        lab.boot(Pbx::FreePbx, &["--conf", overlay.to_str().expect("the folder has an ordinary name")]);
        lab
    }

    /// lampfield's configuration as the third peer of this mesh.
    pub fn config(&self) -> Config {
        self.config_with(&Pbx::ALL.map(Pbx::peer))
    }

    /// lampfield's configuration with these peers.
    pub fn config_with(&self, peers: &[Peer]) -> Config {
        let dialplan = folder().join("lab/conf/freepbx/extensions.conf");
        Config::new().dialplan(&dialplan).peers(peers).people(&Pbx::ALL.map(Pbx::extens).concat())
    }

    /// Starts a PBX that is down; it has the states of `Custom:` devices that it had before.
    pub fn up(&self, pbx: Pbx) {
        self.boot(pbx, &["--keep"]);
    }

    fn boot(&self, pbx: Pbx, options: &[&str]) {
        let own = folder().join("lab/conf").join(pbx.name());
        let changed = self.overlay.iter().map(|it| it.join(pbx.name())).filter(|it| it.is_dir());
        let folders: Vec<PathBuf> = [own].into_iter().chain(changed).collect();
        let folders = folders.iter().map(|it| it.to_str().expect("the folder has an ordinary name"));
        let layers: Vec<&str> = folders.flat_map(|it| ["--conf", it]).collect();
        let arguments = ["up", pbx.name(), "--version", self.version.as_str()];
        self.run(&[&arguments, &layers[..], options].concat());
    }

    /// Stops a PBX politely (`core stop now`).
    pub fn down(&self, pbx: Pbx) {
        self.run(&["down", pbx.name()]);
    }

    /// Kills a PBX, as a crash does, after all earlier changes are on its disk.
    ///
    /// An Asterisk writes its database up to a second after a change (`db_sync_thread`): a crash before that loses the
    /// change, and lampfield could not know.
    pub fn kill(&self, pbx: Pbx) {
        thread::sleep(DATABASE_IS_WRITTEN);
        self.run(&["down", pbx.name(), "--kill"]);
    }

    /// Stops the process of a PBX: it keeps its sockets, and is silent.
    pub fn freeze(&self, pbx: Pbx) {
        self.signal(pbx, "-STOP");
    }

    /// Continues a frozen PBX.
    pub fn thaw(&self, pbx: Pbx) {
        self.signal(pbx, "-CONT");
    }

    /// Process id.
    pub fn process(&self, pbx: Pbx) -> u32 {
        self.running(pbx).parse().expect("the lab tells a number")
    }

    fn signal(&self, pbx: Pbx, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.running(pbx)]).status().expect("kill starts").success());
    }

    fn running(&self, pbx: Pbx) -> String {
        let status = self.run(&["status"]);
        let line = status.lines().map(|line| line.split(' ').collect::<Vec<_>>()).find(|it| it[0] == pbx.name());
        let line = line.expect("the instance is known to the lab");
        assert_eq!(line[3], "up", "{pbx} runs");
        line[2].to_owned()
    }

    /// Runs a command of Asterisk's command line.
    pub fn cli(&self, pbx: Pbx, command: &str) -> String {
        self.run(&["cli", pbx.name(), command])
    }

    /// Sets the state of a `Custom:` device.
    pub fn set_device(&self, pbx: Pbx, device: &str, state: &str) {
        self.cli(pbx, &format!("devstate change {device} {state}"));
    }

    /// State of a `Custom:` device in a PBX's database: `BUSY`, …; `None`: it knows no such device.
    pub fn device(&self, pbx: Pbx, device: &str) -> Option<String> {
        let (list, name) = (self.cli(pbx, "devstate list"), format!("Name: '{device}'"));
        let line = list.lines().find(|line| line.contains(&name))?;
        line.split('\'').nth(3).map(str::to_owned)
    }

    /// Sets the message counts of a mailbox in the context `default`.
    pub fn set_mailbox(&self, pbx: Pbx, mailbox: &str, new: u32, old: u32) {
        self.run(&["mwi", pbx.name(), mailbox, &new.to_string(), &old.to_string()]);
    }

    /// State of the extension at its own Asterisk: `Idle`, `InUse&Ringing`, …
    pub fn extension_state(&self, exten: &str) -> String {
        self.extension_state_at(Pbx::of(exten), exten)
    }

    /// State of an extension at one of the two PBXes, wherever its phone is.
    pub fn extension_state_at(&self, pbx: Pbx, exten: &str) -> String {
        let exten_header = format!("Exten: {exten}");
        let answer = self.run(&["ami", pbx.name(), "ExtensionState", &exten_header, "Context: from-internal-custom"]);
        let text = answer.lines().find_map(|line| line.strip_prefix("StatusText: "));
        text.unwrap_or_else(|| panic!("{pbx} gives no state of {exten}: {answer}")).trim().to_owned()
    }

    /// Waits until the extension's own Asterisk reports this state.
    #[track_caller]
    pub fn wait_for_extension(&self, exten: &str, state: &str) {
        wait(&format!("{} says {state} of {exten}", Pbx::of(exten)), Duration::from_secs(20), || {
            let said = self.extension_state(exten);
            crate::ensure(said == state, || format!("it says {said}"))
        });
    }

    /// Waits until one of the two PBXes reports this state, wherever the phone is; `core show hints` must agree.
    #[track_caller]
    pub fn wait_for_hint(&self, pbx: Pbx, exten: &str, state: &str) {
        wait(&format!("{pbx} says {state} of {exten}"), Duration::from_secs(20), || {
            let said = self.extension_state_at(pbx, exten);
            crate::ensure(said == state, || format!("it says {said}"))?;
            let (start, hints) = (format!("{exten}@"), self.cli(pbx, "core show hints"));
            let line = hints.lines().find(|line| line.trim_start().starts_with(&start)).unwrap_or_default();
            crate::ensure(line.contains(&format!("State:{state} ")), || format!("it shows {line}"))
        });
    }

    /// A value in a PBX's database; `None`: no such entry.
    pub fn database(&self, pbx: Pbx, family: &str, key: &str) -> Option<String> {
        let said = self.cli(pbx, &format!("database get {family} {key}"));
        // On a machine without a network card a complaint about that comes first.
        said.lines().find_map(|line| line.strip_prefix("Value: ")).map(|value| value.trim().to_owned())
    }

    fn run(&self, arguments: &[&str]) -> String {
        let answer = self.command().args(arguments).output().expect("lab/lab starts (it needs Debian and root)");
        let said = String::from_utf8_lossy(&answer.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "lab {} failed: {said}{complaint}", arguments.join(" "));
        said
    }

    fn command(&self) -> Command {
        let mut command = Command::new(folder().join("lab/lab"));
        command.env("ASTERISK_LAB_PLACE", self.loopback.place());
        command
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // This does not use `run`: a failure here must not hide the test's own.
        let ended = self.command().args(["down", "--all", "--kill"]).output();
        if !ended.is_ok_and(|answer| answer.status.success()) {
            eprintln!("the lab did not stop; `lab/lab status` tells more");
        }
    }
}
