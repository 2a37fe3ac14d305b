//! Others that take a PUBLISH, from Debian's packages, set up as fast as they go.

use std::net::{SocketAddr, UdpSocket};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Lab, Pbx, Version};

use crate::{CYCLE, Dialect, PUBLISHERS, Publisher, Server};

/// They are slower: fewer make a figure, too.
const PUBLISHES: usize = PUBLISHERS * CYCLE * 8;

/// A real Asterisk 22 that takes the publishers for its peer `console`.
pub(crate) fn asterisk() -> Server {
    let lab = Lab::start(Version::V22);
    Server {
        process: None,
        family: vec![lab.process(Pbx::FreePbx)],
        sip: Pbx::FreePbx.address().parse().expect("an address"),
        web: None,
        folder: None,
        publishes: PUBLISHES,
        dialect: Dialect::DeviceState,
        from: "127.0.0.6",
        resource: Some("console"),
        _lab: Some(lab),
    }
}

/// Kamailio with its presence module, one worker, publications in memory alone.
pub(crate) fn kamailio() -> Server {
    let folder = std::env::temp_dir().join(format!("lampfield-bench-kamailio-{}", std::process::id()));
    let tables = folder.join("db");
    std::fs::create_dir_all(&tables).expect("a folder for the configuration");
    for table in std::fs::read_dir("/usr/share/kamailio/dbtext/kamailio").expect("kamailio's tables are installed") {
        let table = table.expect("a file").path();
        std::fs::copy(&table, tables.join(table.file_name().expect("a name"))).expect("there is room");
    }
    let probe = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let sip: SocketAddr = probe.local_addr().expect("bound");
    drop(probe);
    let file = folder.join("kamailio.cfg");
    std::fs::write(&file, configuration(sip, &tables.display().to_string())).expect("there is room");
    let mut command = Command::new("kamailio");
    command.args(["-DD", "-E", "-m", "512", "-f"]).arg(&file).arg("-w").arg(&folder);
    let process = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("kamailio is installed");
    let mut server = Server::ours(process, sip);
    (server.folder, server.dialect, server.publishes) = (Some(folder), Dialect::DialogInfo, PUBLISHES);
    await_answer(&server);
    let first = server.family[0];
    server.family.extend(children(first));
    server
}

fn configuration(sip: SocketAddr, tables: &str) -> String {
    let modules = ["tm", "sl", "pv", "db_text", "presence", "presence_xml", "presence_dialoginfo"];
    let modules: String = modules.iter().map(|module| format!("loadmodule \"{module}.so\"\n")).collect();
    let settings: String = [
        ("presence", "db_url", format!("\"text://{tables}\"")),
        ("presence", "publ_cache", "2".into()),
        ("presence", "subs_db_mode", "0".into()),
        ("presence", "server_address", format!("\"sip:{sip}\"")),
        ("presence_xml", "db_url", format!("\"text://{tables}\"")),
        ("presence_xml", "force_active", "1".into()),
        ("presence", "force_delete", "1".into()),
    ]
    .iter()
    .map(|(module, key, value)| format!("modparam(\"{module}\", \"{key}\", {value})\n"))
    .collect();
    format!(
        "#!KAMAILIO\ndebug=0\nlog_stderror=yes\nfork=yes\nchildren=1\nauto_aliases=no\ndisable_tcp=yes\nlisten=udp:{sip}\n\
         {modules}{settings}request_route {{\n  if (method == \"PUBLISH\") {{\n    handle_publish();\n    exit;\n  }}\n\
         sl_send_reply(\"405\", \"Method Not Allowed\");\n}}\n"
    )
}

fn await_answer(server: &Server) {
    let end = Instant::now() + Duration::from_secs(10);
    let mut publisher = Publisher::new(99, server);
    publisher.socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout");
    while Instant::now() < end {
        publisher.cseq += 1;
        if publisher.socket.send(b"OPTIONS sip:x SIP/2.0\r\n\r\n").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
            publisher.send("PJSIP/1", "INUSE");
            if publisher.socket.recv(&mut [0; 2048]).is_ok() {
                return;
            }
        }
    }
    panic!("kamailio does not answer");
}

/// The processes that a process has started.
fn children(of: u32) -> Vec<u32> {
    let file = format!("/proc/{of}/task/{of}/children");
    let children = std::fs::read_to_string(file).expect("Linux tells a process's children");
    children.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

/// The same news as a dialog.
pub(crate) fn dialog_info(version: u32, device: &str, state: &str) -> String {
    let state = match state {
        "RINGING" => "early",
        "NOT_INUSE" => "terminated",
        _ => "confirmed",
    };
    format!(
        "<?xml version=\"1.0\"?><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" state=\"full\" \
         entity=\"{device}\"><dialog id=\"{device}\"><state>{state}</state></dialog></dialog-info>"
    )
}
