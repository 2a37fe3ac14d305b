//! The README's own lines connect a real PBX: the test takes them from it, with the lab's addresses put in.

use std::fs;
use std::path::Path;
use std::time::Duration;

use lampfield_shared::{Freshness, LampState, Mailbox};
use support::{Lab, Pbx, Server, Version};

with_each_asterisk!(the_lines_of_the_readme_connect_a_pbx);

const SOON: Duration = Duration::from_secs(10);

fn the_lines_of_the_readme_connect_a_pbx(version: Version) {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).expect("the README is there");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("it is in the folder")).expect("there is room");
        fs::write(&file, text).expect("there is room");
        file
    };

    let pjsip = put(&block(&readme, "ini"), &[("10.0.0.6", "127.0.0.6")]);
    write("pbx/pjsip_peers.conf", &pjsip);
    write("extensions.conf", "[ext-local]\nexten => 1002,hint,PJSIP/1002&Custom:DND1002\n");
    let config = put(
        &block(&readme, "toml"),
        &[
            ("10.0.0.6:5060", "127.0.0.6:5060"),
            ("0.0.0.0:8080", "127.0.0.1:0"),
            ("/etc/asterisk/extensions_additional.conf", "extensions.conf"),
            ("@10.0.0.4:5060", &format!("@{}", Pbx::FreePbx.address())),
            ("\"10.0.0.4\"", "\"127.0.0.4\""),
            ("52:54:00:12:34:56", Pbx::FreePbx.eid()),
        ],
    );
    let file = write("lampfield.toml", &config);

    let lab = Lab::freepbx_with(version, &folder.path().join("pbx"));
    let server = Server::with_file(&file);
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, SOON);
    lab.set_device(Pbx::FreePbx, "Custom:DND1002", "BUSY");
    server.wait_for_lamp("1002", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
    lab.set_mailbox(Pbx::FreePbx, "1001", 3, 2);
    let counts = Some(Mailbox { new: 3, old: 2 });
    let lamp = server.wait_for_lamp("1001", "counted", SOON, |it| it.lamp.mailbox == counts);
    assert_eq!(lamp.lamp.name.as_deref(), Some("Anna Petrova"));
    assert_eq!(server.report().peers[0].trouble, None);
}

/// The only code block of this language.
pub(crate) fn block(readme: &str, language: &str) -> String {
    let blocks: Vec<&str> = readme.split(&format!("```{language}\n")).skip(1).collect();
    assert_eq!(blocks.len(), 1, "there is one block of {language}");
    blocks[0].split("```").next().expect("a block has a text").to_owned()
}

/// The text with each first string replaced by its second.
pub(crate) fn put(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "it no longer says `{from}`");
        text.replace(from, to)
    })
}
