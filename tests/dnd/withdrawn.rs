//! Lamps of which lampfield itself no longer knows, or speaks, burn on nowhere.

use lampfield_shared::Role;
use serde_json::Value;
use support::{Lab, Pbx, Version};

use super::{AWAY, lamp_is, lamps_only, listed, off, on, set};

with_each_asterisk!(
    a_restore_withdraws_the_lamps_that_were_lit_after_the_backup,
    a_filter_withdraws_the_lamps_that_it_holds_back,
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
    // One of the PBXes does not even hear the restored lampfield at first.
    lab.freeze(Pbx::PbxAct);
    server.command(&["restore", "copy.db"]).expect("the server takes it");
    server.await_restart();
    lab.wait_for_hint(Pbx::FreePbx, "1003", AWAY);
    lab.thaw(Pbx::PbxAct);
    for (exten, state) in [("1001", "Busy"), ("1002", "Busy"), ("1003", AWAY), ("1004", AWAY), ("2001", AWAY)] {
        everybody_says(&lab, exten, state);
    }
    assert_eq!(listed(&server), ["1001 lamp", "1002 lamp"], "the board says the same");
    // And once more, while no server runs.
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
