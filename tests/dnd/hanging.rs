//! A manager that hangs: its PBX is heard, but clients of AMI hear nothing.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use lampfield_shared::account::{AuditPage, NoAccount};
use lampfield_shared::dnd::{DndManyReport, DndOutcome};
use lampfield_shared::{DndKind, Role};
use serde_json::json;
use support::{Config, Lab, Pbx, Server, Version, ensure, wait};

use super::{MANAGER, SOON, config, in_seconds, lamp_is, list, set, with_managers};

with_each_asterisk!(a_manager_that_hangs_delays_nothing_else_and_fills_no_record,);

/// Time limit of a connection to a manager, and of an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// A configuration in which freepbx's manager is somebody who listens and never says a word.
fn hanging(lab: &Lab, mute: &TcpListener) -> Config {
    let port = mute.local_addr().expect("it listens").port();
    let freepbx = Pbx::FreePbx.peer().ami(&format!("{MANAGER}\nhost = '127.0.0.1'\nport = {port}"));
    lab.config_with(&[freepbx, Pbx::PbxAct.peer().ami(MANAGER)]).open(Some(Role::Admin))
}

/// How often the timer has failed at each of freepbx's extensions, by the record.
fn recorded(server: &Server) -> [usize; 5] {
    let page = server.get("api/v1/audit?limit=500").expect("it is told");
    let page: AuditPage = serde_json::from_value(page).expect("a page as agreed");
    let failures: Vec<String> = page
        .entries
        .into_iter()
        .filter(|it| it.who == NoAccount::Timer.to_string() && it.result != "ok")
        .map(|it| it.target)
        .collect();
    Pbx::FreePbx.extens().map(|exten| failures.iter().filter(|target| *target == exten).count())
}

fn a_manager_that_hangs_delays_nothing_else_and_fills_no_record(version: Version) {
    let lab = Lab::start(version);
    let mut server = with_managers(&lab);
    let over = in_seconds(6);
    for exten in Pbx::FreePbx.extens() {
        set(&server, exten, &json!({ "state": "on", "until": over }));
    }
    server.stop();
    let mute = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    server.start_again_with(hanging(&lab, &mute));
    server.assert_all_agree(&lab);
    wait("none of them can be ended", Duration::from_secs(15), || {
        let overdue = list(&server).iter().filter(|entry| entry.overdue.is_some()).count();
        ensure(overdue == 5, || format!("{overdue} are known to be overdue"))
    });

    // A lamp ends in time, while the others are tried again and again.
    for _ in 0..3 {
        set(&server, "2001", &json!({ "state": "on", "kind": "lamp", "until": in_seconds(2) }));
        lamp_is(&server, "2001", Some(DndKind::Lamp));
        wait("the lamp ends", Duration::from_secs(4), || {
            let lamp = server.lamp("2001")?.lamp;
            ensure(!lamp.dnd, || format!("{lamp:?}"))
        });
    }

    let since = Instant::now();
    let order = json!({ "state": "on", "kind": "calls", "extens": Pbx::FreePbx.extens() });
    let (status, answer) = server.put("api/v1/dnd", &order).expect("it answers");
    assert_eq!(status, 200, "{answer}");
    println!("five who ask a manager that hangs are answered after {:?}", since.elapsed());
    assert!(since.elapsed() < 2 * PATIENCE, "{:?}", since.elapsed());
    let report: DndManyReport = serde_json::from_value(answer).expect("a report as agreed");
    for outcome in report.outcomes {
        assert!(
            matches!(&outcome, DndOutcome::Refused { status: 502, detail, .. } if detail.contains("does not answer"))
        );
    }
    assert_eq!(recorded(&server), [1; 5], "tried several times, and recorded once");

    server.stop();
    server.start_again_with(config(&lab, MANAGER));
    wait("all are ended", SOON, || {
        let entries = list(&server);
        ensure(entries.is_empty(), || format!("{entries:?}"))
    });
    for exten in Pbx::FreePbx.extens() {
        assert_eq!(lab.database(Pbx::FreePbx, "DND", exten), None);
    }
}
