//! Real phone calls: after each step of a call the lamp shows what that extension's Asterisk says.

use lampfield_shared::{Freshness, LampState, Mailbox, SiteName};
use support::{Lab, Pbx, Phone, SOON, Server, Version, ensure, wait};

with_each_asterisk!(
    every_endpoint_has_a_lamp_from_the_start,
    a_call_lights_its_lamps_step_by_step,
    a_call_between_two_sites_lights_both_lamps,
    do_not_disturb_is_told_from_busy,
    a_mailbox_is_counted_on_its_lamp,
    a_reload_changes_no_lamp,
);

/// Time limit of a change, which is immediate unless the machine is busy.
fn every_endpoint_has_a_lamp_from_the_start(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    server.assert_all_agree(&lab);
    let lamps = server.lamps().expect("the lamps are told");
    for pbx in Pbx::ALL {
        for exten in pbx.extens() {
            let lamp = lamps.iter().find(|lamp| lamp.exten.as_str() == exten).expect("it has a lamp");
            assert_eq!(lamp.site.as_ref().map(SiteName::as_str), Some(pbx.name()), "{lamp:?}");
            assert_eq!(lamp.state, LampState::Offline, "no phone is registered: {lamp:?}");
        }
    }
}

fn a_call_lights_its_lamps_step_by_step(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    let mut callee = Phone::register("1001", "127.0.0.11");
    let mut caller = Phone::register("1002", "127.0.0.12");
    let agree = |step: &str, callee: (&str, LampState), caller: (&str, LampState)| {
        for (exten, (said, state)) in [("1001", callee), ("1002", caller)] {
            lab.wait_for_extension(exten, said);
            server.assert_agrees(&lab, exten);
            server.wait_for_lamp(exten, step, SOON, |it| it.lamp.state == state);
        }
    };
    let (free, talking) = (("Idle", LampState::Free), ("InUse", LampState::OnCall));
    agree("registered", free, free);
    callee.answer_a_call();
    caller.call("1001");
    agree("rung", ("Ringing", LampState::Ringing), talking);
    agree("answered", talking, talking);
    agree("held", ("Hold", LampState::OnHold), talking);
    agree("taken back", talking, talking);
    agree("hung up", free, free);
    caller.finish();
    callee.finish();
    callee.unregister();
    agree("unregistered", ("Unavailable", LampState::Offline), free);
}

fn a_call_between_two_sites_lights_both_lamps(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    let mut callee = Phone::register("2001", "127.0.0.11");
    let mut caller = Phone::register("1001", "127.0.0.12");
    callee.answer_a_call();
    caller.call("2001");
    lab.wait_for_extension("2001", "Ringing");
    server.assert_agrees(&lab, "2001");
    lab.wait_for_extension("2001", "InUse");
    server.assert_all_agree(&lab);
    caller.finish();
    callee.finish();
    server.assert_all_agree(&lab);
}

fn do_not_disturb_is_told_from_busy(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    let _phone = Phone::register("1001", "127.0.0.11");
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    lab.wait_for_extension("1001", "Busy");
    server.assert_agrees(&lab, "1001");
    server.wait_for_lamp("1001", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd && it.lamp.dnd);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "NOT_INUSE");
    server.wait_for_lamp("1001", "free again", SOON, |it| it.lamp.state == LampState::Free && !it.lamp.dnd);
    server.assert_agrees(&lab, "1001");
}

fn a_mailbox_is_counted_on_its_lamp(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    for (exten, new, old) in [("1001", 3, 2), ("2001", 1, 0), ("1001", 0, 5)] {
        let counts = Mailbox { new, old };
        lab.set_mailbox(Pbx::of(exten), exten, new, old);
        server.wait_for_lamp(exten, &format!("{counts:?}"), SOON, |it| it.lamp.mailbox == Some(counts));
    }
}

fn a_reload_changes_no_lamp(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    let _phone = Phone::register("1001", "127.0.0.11");
    lab.set_device(Pbx::FreePbx, "Custom:DND1002", "BUSY");
    server.assert_all_agree(&lab);
    for command in ["module reload res_pjsip_publish_asterisk.so", "module reload res_pjsip.so", "core reload"] {
        lab.cli(Pbx::FreePbx, command);
        wait(&format!("all is live after `{command}`"), SOON, || {
            let lamps = server.lamps()?;
            let old = lamps.iter().find(|lamp| lamp.freshness != Freshness::Live);
            ensure(old.is_none(), || format!("{old:?}"))
        });
        server.assert_all_agree(&lab);
    }
    lab.set_device(Pbx::FreePbx, "Custom:DND1003", "BUSY");
    server.wait_for_lamp("1003", "do not disturb", SOON, |it| it.lamp.state == LampState::Dnd);
}
