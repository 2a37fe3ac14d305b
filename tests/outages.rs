//! Outages: a PBX, or lampfield itself, goes away, and no lamp is shown as known that is not.

use std::time::{Duration, Instant};

use lampfield_shared::{Freshness, LampState};
use support::{Config, Lab, Pbx, Phone, Server, Version, ensure, stays};

with_each_asterisk!(
    a_polite_restart_of_a_pbx_ends_in_agreement,
    the_lamps_of_a_crashed_pbx_are_last_known_and_the_others_live,
    a_silent_pbx_is_last_known_until_it_speaks_again,
    what_changed_while_lampfield_was_away_is_asked_for,
    lampfield_may_start_before_the_pbxes,
);

/// Promised time in which a silent peer is noticed: its time of silence, a second for OPTIONS, one for the machine.
const NOTICED: Duration = Duration::from_secs(Config::SILENCE_SECONDS as u64 + 2);
/// Time in which a PBX that is back has told everything again: Asterisk repeats its first requests until it has fully
/// booted, and answers nothing before.
const TOLD_AGAIN: Duration = Duration::from_secs(15);

fn a_polite_restart_of_a_pbx_ends_in_agreement(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    let _phone = Phone::register("1001", "127.0.0.11");
    lab.set_device(Pbx::FreePbx, "Custom:DND1002", "BUSY");
    server.assert_all_agree(&lab);
    lab.down(Pbx::FreePbx);
    lab.up(Pbx::FreePbx);
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, TOLD_AGAIN);
    server.assert_all_agree(&lab);
}

fn the_lamps_of_a_crashed_pbx_are_last_known_and_the_others_live(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    let _phone = Phone::register("1001", "127.0.0.11");
    lab.wait_for_extension("1001", "Idle");
    server.assert_all_agree(&lab);
    lab.kill(Pbx::FreePbx);
    let since = Instant::now();
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::LastKnown, NOTICED);
    println!("a crash was seen after {:?}", since.elapsed());
    stays("the other site's lamps are live, this one's keep what was known", Duration::from_secs(4), || {
        for exten in Pbx::PbxAct.extens() {
            let lamp = server.lamp(exten)?.lamp;
            ensure(lamp.freshness == Freshness::Live, || format!("{lamp:?}"))?;
        }
        let lamp = server.lamp("1001")?.lamp;
        let kept = lamp.freshness == Freshness::LastKnown && lamp.state == LampState::Free && lamp.as_of.is_some();
        ensure(kept, || format!("{lamp:?}"))
    });
    lab.up(Pbx::FreePbx);
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, TOLD_AGAIN);
    server.assert_all_agree(&lab);
}

fn a_silent_pbx_is_last_known_until_it_speaks_again(version: Version) {
    let lab = Lab::start(version);
    let server = Server::beside(&lab);
    server.assert_all_agree(&lab);
    lab.freeze(Pbx::PbxAct);
    let since = Instant::now();
    server.wait_for_freshness(&Pbx::PbxAct.extens(), Freshness::LastKnown, NOTICED);
    println!("a silence was seen after {:?}", since.elapsed());
    server.wait_for_freshness(&Pbx::FreePbx.extens(), Freshness::Live, Duration::ZERO);
    lab.thaw(Pbx::PbxAct);
    server.wait_for_freshness(&Pbx::PbxAct.extens(), Freshness::Live, TOLD_AGAIN);
    server.assert_all_agree(&lab);
}

fn what_changed_while_lampfield_was_away_is_asked_for(version: Version) {
    let lab = Lab::start(version);
    let mut server = Server::beside(&lab);
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "BUSY");
    server.assert_all_agree(&lab);
    server.stop();
    // Nobody hears these changes: without asking, lampfield would show the old states for ever.
    lab.set_device(Pbx::FreePbx, "Custom:DND1001", "NOT_INUSE");
    lab.set_device(Pbx::PbxAct, "Custom:DND2001", "BUSY");
    let since = Instant::now();
    server.start_again();
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, TOLD_AGAIN);
    println!("all was live {:?} after the start", since.elapsed());
    server.assert_all_agree(&lab);
    server.wait_for_lamp("2001", "do not disturb", Duration::ZERO, |it| it.lamp.state == LampState::Dnd);
}

fn lampfield_may_start_before_the_pbxes(version: Version) {
    let lab = Lab::start(version);
    lab.kill(Pbx::FreePbx);
    lab.kill(Pbx::PbxAct);
    let server = Server::beside(&lab);
    let lamp = server.lamp("1001").expect("a configured extension has a lamp").lamp;
    assert_eq!((lamp.freshness, lamp.state), (Freshness::Never, LampState::NoData));
    lab.up(Pbx::FreePbx);
    lab.up(Pbx::PbxAct);
    server.wait_for_freshness(&Pbx::ALL.map(Pbx::extens).concat(), Freshness::Live, TOLD_AGAIN);
    server.assert_all_agree(&lab);
}
