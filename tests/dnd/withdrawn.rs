//! Lamps that lampfield no longer knows, or no longer publishes, stay lit nowhere.

use std::fs;

use lampfield_shared::Role;
use serde_json::{Value, json};
use support::{Config, Lab, Pbx, Version, ensure, wait};

use super::{AWAY, SOON, lamp_is, lamps_only, listed, off, on, set, settled};

with_each_asterisk!(
    a_restore_withdraws_the_lamps_that_were_lit_after_the_backup,
    a_filter_withdraws_the_lamps_that_it_holds_back,
    what_no_lampfield_knows_is_put_out_by_hand,
);

#[track_caller]
fn everybody_says(lab: &Lab, exten: &str, state: &str) {
    for pbx in Pbx::ALL {
        lab.wait_for_hint(pbx, exten, state);
    }
}

fn a_restore_withdraws_the_lamps_that_were_lit_after_the_backup(version: Version) {
    let lab = Lab::start(version);
    let mut server = lamps_only(&lab);
    let switch = |server: &_, orders: &[(&str, Value)]| {
        for (exten, order) in orders {
            set(server, exten, order);
        }
    };
    switch(&server, &[("1001", on()), ("1002", on())]);
    server.command(&["backup", "copy.db"]).expect("it works while the server runs");
    switch(&server, &[("1002", off()), ("1003", on()), ("1004", on()), ("1004", off()), ("2001", on())]);
    for (exten, state) in [("1001", "Busy"), ("1002", AWAY), ("1003", "Busy"), ("1004", AWAY), ("2001", "Busy")] {
        everybody_says(&lab, exten, state);
    }
    // One of the PBXes does not hear the restored lampfield at first.
    lab.freeze(Pbx::PbxAct);
    server.command(&["restore", "copy.db"]).expect("the server takes it");
    server.await_restart();
    lab.wait_for_hint(Pbx::FreePbx, "1003", AWAY);
    lab.thaw(Pbx::PbxAct);
    for (exten, state) in [("1001", "Busy"), ("1002", "Busy"), ("1003", AWAY), ("1004", AWAY), ("2001", AWAY)] {
        everybody_says(&lab, exten, state);
    }
    assert_eq!(listed(&server), ["1001 lamp", "1002 lamp"], "the board says the same");
    // The order comes once more, while no server runs.
    set(&server, "2002", &on());
    everybody_says(&lab, "2002", "Busy");
    server.stop();
    server.command(&["restore", "copy.db"]).expect("nobody is in the way");
    server.start_again();
    everybody_says(&lab, "2002", AWAY);
    lamp_is(&server, "2002", None);
}

fn a_filter_withdraws_the_lamps_that_it_holds_back(version: Version) {
    let lab = Lab::start(version);
    let mut server = lamps_only(&lab);
    for exten in ["1001", "1002", "2001"] {
        set(&server, exten, &on());
        everybody_says(&lab, exten, "Busy");
    }
    server.stop();
    let [freepbx, pbxact] = Pbx::ALL.map(Pbx::peer);
    let filtered = freepbx.line("outbound_device_state_filter = '^Custom:DND1'");
    server.start_again_with(lab.config_with(&[filtered, pbxact]).open(Some(Role::Admin)));
    lab.wait_for_hint(Pbx::FreePbx, "2001", AWAY);
    lab.wait_for_hint(Pbx::PbxAct, "2001", "Busy");
    set(&server, "2001", &off());
    everybody_says(&lab, "2001", AWAY);
    set(&server, "1001", &off());
    everybody_says(&lab, "1001", AWAY);
    everybody_says(&lab, "1002", "Busy");
}

/// Follows the guide for a changed entity id, and for a lost database.
fn what_no_lampfield_knows_is_put_out_by_hand(version: Version) {
    let lab = Lab::start(version);
    let config = |eid| lab.config().open(Some(Role::Admin)).eid(eid);
    let mut server = settled(&lab, config(Config::EID));
    set(&server, "1001", &on());
    set(&server, "1002", &on());
    everybody_says(&lab, "1001", "Busy");
    server.stop();
    assert!(!server.log().contains("under the former entity id"), "{}", server.log());
    server.start_again_with(config("02:00:00:00:00:07"));
    assert!(server.log().contains("under the former entity id"), "{}", server.log());
    set(&server, "1001", &off());
    wait("the PBXes know that", SOON, || {
        let untold: u64 = server.report().peers.iter().map(|peer| peer.untold).sum();
        ensure(untold == 0, || format!("{untold} are not told"))
    });
    everybody_says(&lab, "1001", "Busy");

    server.stop();
    for file in ["lampfield.db", "lampfield.db-wal", "lampfield.db-shm"] {
        // SQLite may have removed the journal.
        let _there_or_not = fs::remove_file(server.file(file));
    }
    server.start_again_with(config(Config::EID));
    assert_eq!(listed(&server), [""; 0], "it knows nothing of them");
    for exten in ["1001", "1002"] {
        set(&server, exten, &json!({ "state": "off", "kind": "lamp" }));
    }
    everybody_says(&lab, "1001", AWAY);
    // The DND is on under the other entity id, too, which is still in use.
    everybody_says(&lab, "1002", "Busy");
    server.stop();
    server.start_again_with(config("02:00:00:00:00:07"));
    set(&server, "1002", &json!({ "state": "off", "kind": "lamp" }));
    everybody_says(&lab, "1002", AWAY);
}
