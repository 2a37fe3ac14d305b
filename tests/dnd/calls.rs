//! A DND that blocks calls: what lampfield does at a PBX by AMI, and its errors when it cannot.

use std::fs;
use std::path::Path;

use lampfield_shared::{DndKind, LampState, Role, SiteName};
use serde_json::{Value, json};
use support::{Authority, Lab, NameServer, Pbx, Phone, Version};

use super::{MANAGER, SOON, config, lamp_is, listed, off, on, refused, set, settled, with_managers};
use crate::readme::{block, put};

with_each_asterisk!(
    a_dnd_that_stops_calls_stops_a_call_and_lets_it_through_again,
    the_lines_of_the_guide_let_lampfield_stop_calls,
    what_is_wrong_with_the_manager_is_told,
    the_keys_are_left_as_an_older_freepbx_leaves_them,
    a_manager_is_looked_for_by_the_name_servers_that_know_its_pbx,
    a_manager_may_be_told_by_tls,
);

fn a_dnd_that_stops_calls_stops_a_call_and_lets_it_through_again(version: Version) {
    let lab = Lab::start(version);
    let mut callee = Phone::register("1001", "127.0.0.11");
    let mut caller = Phone::register("1002", "127.0.0.12");
    lab.cli(Pbx::FreePbx, "database put AMPUSER 1001/device 1001&9001");
    let server = with_managers(&lab);
    let report = set(&server, "1001", &json!({ "state": "on", "reason": "lunch" }));
    let freepbx = Some(SiteName::from("freepbx"));
    assert_eq!((report.kinds, &report.node, &report.confirmed_by), (vec![DndKind::Calls], &freepbx, &freepbx));
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
    keys_are(&lab, "BUSY");
    lamp_is(&server, "1001", Some(DndKind::Calls));
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, "1001", "Busy");
    }
    caller.call_in_vain("1001");
    assert_eq!(set(&server, "1001", &on()).kinds, [DndKind::Calls], "again, and nothing has changed");

    let report = set(&server, "1001", &off());
    assert_eq!((report.kinds, &report.confirmed_by, report.held_by), (vec![DndKind::Calls], &freepbx, vec![]));
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001"), None);
    keys_are(&lab, "UNAVAILABLE");
    lamp_is(&server, "1001", None);
    callee.answer_a_call();
    caller.call("1001");
    server.wait_for_lamp("1001", "ringing", SOON, |it| it.lamp.state == LampState::Ringing);
    caller.finish();
    callee.finish();
    set(&server, "1001", &off());
    let deeds = server.get("api/v1/audit").expect("it is told");
    let facts: Vec<&Value> = deeds["entries"].as_array().into_iter().flatten().map(|it| &it["facts"]).collect();
    let lunch = json!([{ "kind": "calls" }, { "confirmed_by": "freepbx" }, { "reason": "lunch" }]);
    assert!(facts.contains(&&lunch), "{facts:?}");
}

/// Waits until the key of the extension and those of its phones are in this state.
#[track_caller]
fn keys_are(lab: &Lab, state: &str) {
    for device in ["Custom:DND1001", "Custom:DEVDND1001", "Custom:DEVDND9001"] {
        assert_eq!(lab.device(Pbx::FreePbx, device).as_deref(), Some(state), "{device}");
    }
}

fn the_keys_are_left_as_an_older_freepbx_leaves_them(version: Version) {
    let lab = Lab::start(version);
    lab.cli(Pbx::FreePbx, "database put AMPUSER 1001/device 1001&9001");
    let server = settled(&lab, config(&lab, &format!("{MANAGER}\ndnd_off = 'NOT_INUSE'")));
    set(&server, "1001", &on());
    keys_are(&lab, "BUSY");
    assert_eq!(set(&server, "1001", &off()).confirmed_by, Some("freepbx".into()));
    keys_are(&lab, "NOT_INUSE");
}

fn a_manager_is_looked_for_by_the_name_servers_that_know_its_pbx(version: Version) {
    let lab = Lab::start(version);
    let at = format!("127.0.0.12:{}", if version == Version::V22 { 5422 } else { 5416 });
    let names = NameServer::start(&at);
    names.host("freepbx.lampfield.test.", "127.0.0.4");
    let freepbx = Pbx::FreePbx.peer().address("freepbx.lampfield.test").ami(MANAGER);
    let config = lab.config_with(&[freepbx, Pbx::PbxAct.peer()]).nameserver(&at).open(Some(Role::Admin));
    let server = settled(&lab, config);
    assert_eq!(set(&server, "1001", &on()).confirmed_by, Some("freepbx".into()));
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
}

fn the_lines_of_the_guide_let_lampfield_stop_calls(version: Version) {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/dnd.md");
    let guide = fs::read_to_string(guide).expect("the guide is there");
    let user = put(&block(&guide, "ini"), &[("10.0.0.6", "127.0.0.1")]);
    let ami = put(&block(&guide, "toml"), &[("[peer.ami]\n", ""), ("env:PERM_AMI_SECRET", "change-me")]);
    let general = format!("[general]\nenabled = yes\nbindaddr = 127.0.0.4\n{LAB_MANAGER}{user}");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let lab = with_manager_conf(folder.path(), version, &general);
    let _phone = Phone::register("1001", "127.0.0.11");
    let peers = [Pbx::FreePbx.peer().ami(&ami), Pbx::PbxAct.peer()];
    let server = settled(&lab, lab.config_with(&peers).open(Some(Role::Admin)));
    assert_eq!(set(&server, "1001", &on()).confirmed_by, Some("freepbx".into()));
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
    set(&server, "1001", &off());
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001"), None);
}

fn what_is_wrong_with_the_manager_is_told(version: Version) {
    let lab = Lab::start(version);
    let _phone = Phone::register("1001", "127.0.0.11");
    let wrong = [
        (
            "user = 'lampfield'\nsecret = 'wrong'",
            502,
            "refuses the login of `lampfield`: Authentication failed; see the section [lampfield]",
        ),
        ("user = 'nobody'\nsecret = 'blf'", 502, "refuses the login of `nobody`"),
        ("user = 'nosystem'\nsecret = 'blf'", 502, "`nosystem` may not DBGet: add `system` to `write`"),
        (
            "user = 'nocall'\nsecret = 'blf'",
            502,
            "`nocall` may not SetVar: add `call` to `write` in the section [nocall] of manager.conf. Done before that, and taken back: DBPut DND/1001",
        ),
        ("user = 'lampfield'\nsecret = 'blf'\nport = 5039", 502, "cannot be reached: Connection refused"),
        (
            "user = 'lampfield'\nsecret = 'blf'\ntls = true\nport = 5038\nroots = 'roots.pem'",
            502,
            "do not agree on TLS: it does not speak TLS there",
        ),
        ("user = 'lampfield'\nsecret = 'blf'\nhost = '127.0.0.5'", 504, "has not published Custom:DND1001 as BUSY"),
    ];
    let roots = tempfile::tempdir().expect("there is room for a folder");
    let authority = Authority::new(roots.path(), "lab");
    for (manager, status, words) in wrong {
        let manager =
            manager.replace("roots.pem", authority.roots().to_str().expect("the folder has an ordinary name"));
        let server = settled(&lab, config(&lab, &manager));
        let (said, why) = refused(&server, "1001", &on());
        assert!(said == status && why.contains(words), "{manager}: {said} {why}");
        println!("{why}");
        for pbx in Pbx::ALL {
            assert_eq!(lab.database(pbx, "DND", "1001"), None, "nothing is left of it");
        }
        lamp_is(&server, "1001", None);
        assert_eq!(listed(&server), [""; 0]);
        assert_eq!(
            set(&server, "1001", &json!({ "state": "on", "kind": "lamp" })).kinds,
            [DndKind::Lamp],
            "a lamp needs no manager"
        );
        set(&server, "1001", &json!({ "state": "off", "kind": "lamp" }));
        lab.wait_for_hint(Pbx::FreePbx, "1001", "Idle");
    }
}

fn a_manager_may_be_told_by_tls(version: Version) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let authority = Authority::new(folder.path(), "lab");
    let lab = tls_manager(version, &folder.path().join("lab"), &authority);
    let _phone = Phone::register("1001", "127.0.0.11");
    let manager = format!("{MANAGER}\ntls = true\ntls_name = 'freepbx.lab'\nroots = '{}'", authority.roots().display());
    let peers = [Pbx::FreePbx.peer().ami(&manager), Pbx::PbxAct.peer()];
    let server = settled(&lab, lab.config_with(&peers).open(Some(Role::Admin)));
    assert_eq!(set(&server, "1001", &on()).kinds, [DndKind::Calls]);
    assert_eq!(lab.database(Pbx::FreePbx, "DND", "1001").as_deref(), Some("YES"));
}

/// Section for the lab's own script.
const LAB_MANAGER: &str = "[lab]\nsecret = lab\nread = all\nwrite = all\n";

/// The lab with this `manager.conf` at freepbx.
fn with_manager_conf(overlay: &Path, version: Version, text: &str) -> Lab {
    for pbx in Pbx::ALL {
        fs::create_dir_all(overlay.join(pbx.name())).expect("there is room");
    }
    fs::write(overlay.join("freepbx/manager.conf"), text).expect("there is room");
    Lab::with(version, overlay, &Pbx::ALL)
}

/// The lab with a manager at freepbx that speaks TLS as well.
fn tls_manager(version: Version, overlay: &Path, authority: &Authority) -> Lab {
    let (certificate, key) = authority.sign("freepbx.lab");
    let pem = [certificate, key].map(|file| fs::read_to_string(file).expect("it was issued")).concat();
    fs::create_dir_all(overlay.join("freepbx")).expect("there is room");
    fs::write(overlay.join("freepbx/manager.pem"), pem).expect("there is room");
    let tls = "tlsenable = yes\ntlsbindaddr = 127.0.0.4:5039\ntlscertfile = @etc@/manager.pem\n";
    let user = "[lampfield]\nsecret = blf\nwrite = system,call\n";
    let text = format!("[general]\nenabled = yes\nbindaddr = 127.0.0.4\n{tls}{LAB_MANAGER}{user}");
    with_manager_conf(overlay, version, &text)
}
