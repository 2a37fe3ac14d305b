//! Usual inputs of the readers: the recordings of two real Asterisks, the torture messages of RFC 4475, the hints of
//! the oracle and the README's own configuration.

use std::fs;
use std::path::{Path, PathBuf};

use crate::torture;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files with this extension below a folder, in order.
fn below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Recorded messages, and those of RFC 4475.
pub fn messages() -> Vec<Vec<u8>> {
    let recorded = below(&tests().join("captures"), "sip");
    recorded.iter().map(|path| read(path)).chain(torture::messages().map(|(_, bytes)| bytes)).collect()
}

/// Recorded scenarios, each as one input with NUL between its datagrams.
pub fn transcripts() -> Vec<Vec<u8>> {
    let recorded = below(&tests().join("captures"), "sip");
    let scenarios = recorded.chunk_by(|one, next| one.parent() == next.parent());
    let joined = scenarios.map(|messages| messages.iter().map(|path| read(path)).collect::<Vec<_>>().join(&0));
    joined.chain(messages().into_iter().step_by(20)).collect()
}

/// Recorded bodies that are JSON.
pub fn json() -> Vec<Vec<u8>> {
    let mut bodies: Vec<_> = messages().iter().filter_map(|message| body(message)).collect();
    bodies.retain(|body| body.starts_with(b"{"));
    bodies.sort();
    bodies.dedup();
    bodies
}

/// Recorded bodies that are XML.
pub fn xml() -> Vec<Vec<u8>> {
    let mut bodies: Vec<_> = messages().iter().filter_map(|message| body(message)).collect();
    bodies.retain(|body| body.starts_with(b"<"));
    bodies.sort();
    bodies.dedup();
    assert!(bodies.len() > 10, "the recordings hold dialog-info and pidf");
    bodies
}

/// Recorded scenarios, each as one stream.
pub fn streams() -> Vec<Vec<u8>> {
    transcripts()
        .into_iter()
        .step_by(3)
        .map(|scenario| scenario.into_iter().filter(|byte| *byte != 0).collect())
        .collect()
}

fn body(message: &[u8]) -> Option<Vec<u8>> {
    let blank = message.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(message[blank + 4..].to_vec())
}

/// Hint lines as admins write them, and broken ones.
pub fn hints() -> Vec<Vec<u8>> {
    let lines = [
        "1001,hint,PJSIP/1001",
        "_[123]xxx,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN},CustomPresence:${EXTEN}",
        "_NXXZ,hint,PJSIP/90${EXTEN:1}&Park:${EXTEN}@parked",
        "_*76X.,hint,Custom:DND${EXTEN:3}",
        "_1XX!,hint,$[${EXTEN}+1]&PJSIP/$[1+2*(3-4)]",
        "_[a-c]Z,hint,${GLOBAL(A)}${CONTEXT:1:2}${EXTEN:-2:1}",
        "1001,hint,PJSIP/1001(Alice)",
        "10-01/123,hint,PJSIP/1",
        "_X.,hint,${CUT(EXTEN,*,1)}",
    ];
    lines.map(|line| line.as_bytes().to_vec()).into()
}

/// Dialplans of the lab, and other contents of an `extensions.conf`.
pub fn dialplans() -> Vec<Vec<u8>> {
    let lab = below(&tests().join("lab/conf"), "conf").into_iter().filter(|path| path.ends_with("extensions.conf"));
    let written = b"[globals]\nA = 90\nB=${A}1\n[base](!)\nexten => _1XXX,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}\n\
        [office](base)\nexten => 1001,1,NoOp()\nsame => hint,PJSIP/1001 ; plain\n;-- gone\n--;\ninclude => more,9:00-17:00\n\
        #tryinclude \"self\"\n[more](+)\n#include <none>\n[office](+)\nexten => _X[1-3].,hint,PJSIP/${B}${EXTEN:1}\n";
    lab.map(|path| read(&path)).chain([written.to_vec()]).collect()
}

/// The README's configuration, one by hand with every section, and an empty one.
pub fn configurations() -> Vec<Vec<u8>> {
    let readme = String::from_utf8(read(&tests().join("../README.md"))).expect("the README is text");
    let blocks = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let by_hand = "[sip]\nlisten = \"127.0.0.6:5060\"\nsilence_seconds = 15\n[web]\nlisten = \"127.0.0.1:8080\"\nopen = \"viewer\"\n\
        [board]\nhints = [\"_1XXX,hint,PJSIP/${EXTEN}\"]\n[[peer]]\nname = \"a\"\naddress = [\"127.0.0.4\", \"10.0.0.1:5060\"]\n\
        resource = \"A\"\npublish_to = \"sip:a@127.0.0.4\"\neids = [\"02:00:00:00:00:04\"]\nserves = [\"_1XXX\"]\n\
        [[extension]]\nexten = \"1001\"\nname = \"Alice\"\nsite = \"a\"\n[log]\nlevel = \"info\"\n";
    let all: Vec<_> = blocks.chain([by_hand, ""]).map(|text| text.as_bytes().to_vec()).collect();
    assert!(all.len() > 2, "the README shows a configuration");
    all
}
