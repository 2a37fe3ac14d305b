//! A real Kamailio: a registrar and proxy that publishes registrations and calls (`kamailio/`).

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::{Config, Handset, Peer, ensure, folder, wait};

/// A running Kamailio; ended when dropped. The log of a failed test is printed.
#[derive(Debug)]
pub struct Kamailio {
    folder: TempDir,
    child: Child,
}

/// The database tables that Debian brings, as text.
const TABLES: &str = "/usr/share/kamailio/dbtext/kamailio";

impl Kamailio {
    /// Address of its SIP, at port 5060.
    pub const ADDRESS: &str = "127.0.0.9";

    /// Starts it, and waits until it answers.
    pub fn start() -> Self {
        let room = tempfile::tempdir().expect("there is room for a folder");
        let tables = room.path().join("tables");
        fs::create_dir(&tables).expect("there is room");
        for table in ["version", "pua"] {
            fs::copy(Path::new(TABLES).join(table), tables.join(table))
                .expect("Kamailio is installed, with its tables");
        }
        let text = fs::read_to_string(folder().join("kamailio/kamailio.cfg")).expect("the configuration is there");
        let filled = [
            ("@MODULES@", modules().display().to_string()),
            ("@DATA@", tables.display().to_string()),
            ("@ADDRESS@", Self::ADDRESS.into()),
            ("@LAMPFIELD@", Config::SIP.into()),
        ];
        let text = filled.iter().fold(text, |text, (name, value)| text.replace(name, value));
        let file = room.path().join("kamailio.cfg");
        fs::write(&file, text).expect("there is room");
        let log = File::create(room.path().join("log")).expect("there is room");
        let mut command = Command::new("kamailio");
        command.args(["-DD", "-E", "-f"]).arg(&file).arg("-w").arg(room.path()).arg("-Y").arg(room.path());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("kamailio starts");
        let mut kamailio = Self { folder: room, child };
        kamailio.await_start();
        kamailio
    }

    /// Kamailio as a peer of lampfield.
    pub fn peer() -> Peer {
        Peer::new("kamailio", &format!("{}:5060", Self::ADDRESS), "nothing")
    }

    /// Registers a phone.
    pub fn phone(&self, exten: &str, address: &str) -> Handset {
        Handset::register(exten, address, Self::ADDRESS)
    }

    fn await_start(&mut self) {
        let socket = std::net::UdpSocket::bind("127.0.0.20:5060").expect("the address is free");
        socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout can be set");
        let options = format!(
            "OPTIONS sip:{0} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.20:5060;branch=z9hG4bKs\r\nMax-Forwards: 70\r\n\
             From: <sip:test@{0}>;tag=s\r\nTo: <sip:{0}>\r\nCall-ID: start\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
            Self::ADDRESS
        );
        wait("Kamailio answers", Duration::from_secs(20), || {
            let ended = self.child.try_wait().expect("its state can be asked");
            assert!(ended.is_none(), "Kamailio ended at once ({ended:?}):\n{}", self.log());
            let _refused_before_it_listens = socket.send_to(options.as_bytes(), (Self::ADDRESS, 5060));
            let answer = socket.recv(&mut [0; 2_048]);
            ensure(answer.is_ok(), || format!("{answer:?}"))
        });
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

/// Folder of the modules: Debian has a folder of libraries for each kind of machine.
fn modules() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("there are libraries").flatten().map(|it| it.path());
    let mut modules = folders.map(|it| it.join("kamailio/modules"));
    modules.find(|it| it.join("pua_dialoginfo.so").is_file()).expect("Kamailio's presence modules are installed")
}

impl Drop for Kamailio {
    fn drop(&mut self) {
        // The first process ends the others.
        let _it_may_have_ended = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("Kamailio said:\n{}", self.log());
        }
    }
}
