//! Comparable servers for PUBLISH, from Debian's packages, set up to be as fast as possible.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Lab, Pbx, Version};

use crate::crowd::PUBLISHERS;
use crate::phone;
use crate::process::Program;
use crate::publisher::Publisher;
use crate::servers::{Dialect, Runs, Server, folder, free_address};

/// A real Asterisk 22 that accepts the publishers as its peer `console`.
pub(crate) fn asterisk() -> Server {
    // The lab's second PBX would only be told everything, too.
    let none = folder();
    std::fs::create_dir(none.path().join(Pbx::FreePbx.name())).expect("there is room for a folder");
    let lab = Lab::with(Version::V22, none.path(), &[Pbx::FreePbx]);
    Server {
        program: Program::of(lab.process(Pbx::FreePbx)),
        sip: Pbx::FreePbx.address().parse().expect("an address"),
        web: None,
        told: None,
        dialect: Dialect::DeviceState,
        from: "127.0.0.6",
        resource: Some("console"),
        runs: Runs::Lab(lab),
    }
}

/// Kamailio with its presence module, one worker, and publications in memory only.
pub(crate) fn kamailio() -> Server {
    let (folder, sip) = (folder(), free_address());
    let tables = folder.path().join("db");
    std::fs::create_dir_all(&tables).expect("a folder for the configuration");
    for table in std::fs::read_dir("/usr/share/kamailio/dbtext/kamailio").expect("kamailio's tables are installed") {
        let table = table.expect("a file").path();
        std::fs::copy(&table, tables.join(table.file_name().expect("a name"))).expect("there is room");
    }
    let file = folder.path().join("kamailio.cfg");
    std::fs::write(&file, configuration(sip, &tables.display().to_string())).expect("there is room");
    let mut command = Command::new("kamailio");
    command
        .args(["-DD", "-E", "-m", "4096", "-f"])
        .arg(&file)
        .arg("-w")
        .arg(folder.path())
        .arg("-Y")
        .arg(folder.path());
    let process = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("kamailio is installed");
    let first = process.id();
    let mut server = Server::ours(process, folder, sip, Dialect::DialogInfo);
    await_answer(&server);
    server.program = Program::of(first);
    server
}

/// Kamailio as above, with a subscriber that is told of every change by NOTIFY.
pub(crate) fn kamailio_watched() -> Server {
    let mut server = kamailio();
    let users = (0..PUBLISHERS).map(|index| format!("p{index}"));
    server.told = Some(phone::watch(server.sip, server.from, users));
    server
}

fn configuration(sip: SocketAddr, tables: &str) -> String {
    let modules = ["tm", "sl", "pv", "db_text", "presence", "presence_xml", "presence_dialoginfo"];
    let modules = modules.map(|module| format!("loadmodule \"{module}.so\"\n")).concat();
    let settings = [
        ("presence", "db_url", format!("\"text://{tables}\"")),
        // Publications are kept in memory only.
        ("presence", "publ_cache", "2".into()),
        ("presence", "subs_db_mode", "0".into()),
        ("presence", "server_address", format!("\"sip:{sip}\"")),
        ("presence_xml", "db_url", format!("\"text://{tables}\"")),
        ("presence_xml", "force_active", "1".into()),
        ("presence", "force_delete", "1".into()),
    ]
    .map(|(module, key, value)| format!("modparam(\"{module}\", \"{key}\", {value})\n"))
    .concat();
    format!(
        "#!KAMAILIO\ndebug=0\nlog_stderror=yes\nfork=yes\nchildren=1\nauto_aliases=no\ndisable_tcp=yes\nlisten=udp:{sip}\n\
         {modules}{settings}request_route {{\n  if (method == \"PUBLISH\") {{\n    handle_publish();\n    exit;\n  }}\n  \
         if (method == \"SUBSCRIBE\") {{\n    handle_subscribe();\n    exit;\n  }}\n  \
         sl_send_reply(\"405\", \"Method Not Allowed\");\n}}\n"
    )
}

fn await_answer(server: &Server) {
    let end = Instant::now() + Duration::from_secs(10);
    let mut publisher = Publisher::new(99, server);
    publisher.socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout");
    while Instant::now() < end {
        publisher.forget();
        // The kernel refuses datagrams before the server listens.
        let asked = publisher.socket.send(b"OPTIONS sip:x SIP/2.0\r\n\r\n");
        std::thread::sleep(Duration::from_millis(100));
        if asked.is_ok() && publisher.socket.take_error().is_ok_and(|error| error.is_none()) {
            publisher.send("PJSIP/1", "INUSE");
            if publisher.receive(&mut [0; 2048]).is_ok() {
                return;
            }
        }
    }
    panic!("kamailio does not answer");
}

/// A dialog that tells the same state, but never ends: Kamailio takes the end of a dialog for the end of the
/// publication.
pub(crate) fn dialog_info(version: u32, device: &str, state: &str) -> String {
    let state = match state {
        "RINGING" => "early",
        "NOT_INUSE" => "trying",
        _ => "confirmed",
    };
    format!(
        "<?xml version=\"1.0\"?><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" state=\"full\" \
         entity=\"{device}\"><dialog id=\"{device}\"><state>{state}</state></dialog></dialog-info>"
    )
}
