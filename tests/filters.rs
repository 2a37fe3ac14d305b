//! Filters between real Asterisks and us: which states we accept from a peer, and which of ours it is told.

use std::time::Duration;

use lampfield_shared::{Dnd, LampState, Role};
use serde_json::json;
use support::{Lab, Pbx, Server, Version, Visitor, ensure, stays};

with_each_asterisk!(a_filter_keeps_states_out_and_in_as_the_regular_expression_says);

fn a_filter_keeps_states_out_and_in_as_the_regular_expression_says(version: Version) {
    let lab = Lab::start(version);
    let peers = [
        Pbx::FreePbx.peer().line(r#"device_state_filter = "^(pjsip/|custom:dnd1001$)""#),
        Pbx::PbxAct
            .peer()
            .line(r#"outbound_device_state_filter = "^Custom:DND1""#)
            .line(r#"mailbox_state_filter = "^2""#),
    ];
    let server = Server::start(lab.config_with(&peers).open(Some(Role::Admin)));
    server.assert_all_agree(&lab);

    for exten in ["1001", "1002"] {
        lab.set_device(Pbx::FreePbx, &format!("Custom:DND{exten}"), "BUSY");
        lab.wait_for_hint(Pbx::FreePbx, exten, "Busy");
    }
    let second = Duration::from_secs(1);
    server.wait_for_lamp("1001", "taken", second * 15, |it| it.lamp.state == LampState::Dnd);
    stays("1002 is filtered", second, || {
        let lamp = server.lamp("1002")?.lamp;
        ensure(lamp.state != LampState::Dnd, || format!("{lamp:?}"))
    });
    for (mailbox, pbx) in [("2001", Pbx::PbxAct), ("1003", Pbx::PbxAct)] {
        lab.set_mailbox(pbx, mailbox, 3, 1);
    }
    server.wait_for_lamp("2001", "counted", second * 15, |it| it.lamp.mailbox.is_some());
    assert_eq!(server.lamp("1003").expect("it has a lamp").lamp.mailbox, None, "another's mailbox is filtered");
    for name in Pbx::ALL.map(Pbx::name) {
        assert!(server.counter(name, "filtered") > 0, "{name}");
        assert_eq!(server.counter(name, "missed"), 0, "what is filtered is not missing");
    }

    for exten in ["1003", "2003"] {
        let order = json!({ "state": Dnd::On, "kind": "lamp" });
        Visitor::of(&server).put(&format!("api/v1/extensions/{exten}/dnd"), &order).expect(200);
        lab.wait_for_hint(Pbx::FreePbx, exten, "Busy");
    }
    lab.wait_for_hint(Pbx::PbxAct, "1003", "Busy");
    stays("pbxact is not told of 2003", second, || {
        let said = lab.extension_state_at(Pbx::PbxAct, "2003");
        ensure(said == "Unavailable", || said)
    });
}
