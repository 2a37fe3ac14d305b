//! Load from sipp, the usual tool for measuring SIP: a check of our own publishers.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use crate::crowd::{CYCLE, PHONES, PUBLISHERS, STATES};
use crate::servers::{Server, folder};

/// Runs this number of cycles of each publisher. Any refused request ends the measurement.
pub(crate) fn publish(server: &Server, cycles: usize) -> usize {
    let folder = folder();
    let file = folder.path().join("publish.xml");
    std::fs::write(&file, scenario()).expect("there is room for a scenario");
    let mut sipp = Command::new("sipp");
    sipp.arg(server.sip.to_string()).arg("-sf").arg(file).current_dir(folder.path());
    sipp.args(["-i", server.from, "-users", &PUBLISHERS.to_string(), "-m", &(cycles * PUBLISHERS).to_string()]);
    sipp.args(["-nostdin", "-nr", "-timeout", "120", "-timeout_error"]).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = sipp.status().expect("sipp is installed (Debian's package sip-tester)");
    assert!(ended.success(), "sipp: a PUBLISH was not taken");
    0
}

/// One cycle of one publisher.
fn scenario() -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"publish\">\n".to_owned();
    for number in 0..CYCLE - 1 {
        let (phone, state) = (number % PHONES, STATES[number / PHONES % STATES.len()]);
        let body = format!(
            r#"{{"type":"devicestate","device":"PJSIP/1[userid]{phone}","state":"{state}","cachable":1,"eid":"02:00:00:00:01:[userid]"}}"#
        );
        let tag = if number == 0 { "" } else { "SIP-If-Match: [$tag]\n" };
        send(&mut text, &format!("{tag}Expires: 3600\nContent-Type: application/json\n"), &body);
        text += "<recv response=\"200\"><action>\
            <ereg regexp=\"SIP-ETag: *([^[:space:]]+)\" search_in=\"msg\" check_it=\"true\" assign_to=\"line,tag\"/></action></recv>\n";
    }
    send(&mut text, "SIP-If-Match: [$tag]\nExpires: 0\n", "");
    text + "<recv response=\"200\"/>\n<Reference variables=\"line\"/>\n</scenario>\n"
}

fn send(text: &mut String, headers: &str, body: &str) {
    let _infallible = writeln!(
        text,
        "<send><![CDATA[\nPUBLISH sip:p[userid]@[remote_ip] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]\n\
         From: <sip:p[userid]@[local_ip]>;tag=[pid]p[call_number]\nTo: <sip:p[userid]@[remote_ip]>\nCall-ID: [call_id]\n\
         CSeq: [cseq] PUBLISH\nEvent: asterisk-devicestate\n{headers}Max-Forwards: 70\nUser-Agent: bench\n\
         Content-Length: [len]\n\n{body}\n]]></send>"
    );
}
