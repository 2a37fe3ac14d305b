//! A full disk: the board comes up and its lamps live, errors say what cannot be done, and all works again once there
//! is room.

use std::time::Duration;

use lampfield_shared::{Freshness, LampState};
use serde_json::json;
use support::disk::SmallDisk;
use support::{Reply, Server, Solo, Visitor, ensure, wait};

const OWN: &str = "a password of my own";
const SOON: Duration = Duration::from_secs(30);

/// What the server's health check says; the server works, so it answers 200.
fn health(server: &Server) -> (String, String) {
    let health = server.get("healthz").expect("it serves");
    let text = |key: &str| health[key].as_str().expect("text").to_owned();
    (text("status"), text("verdict"))
}

#[track_caller]
fn no_room(reply: &Reply) {
    assert_eq!((reply.status, reply.header("content-type")), (507, "application/problem+json"), "{reply:?}");
    assert!(reply.text.contains("is full"), "{reply:?}");
}

#[test]
fn a_full_disk_leaves_a_board_that_comes_up_says_so_and_recovers() {
    let Some(disk) = SmallDisk::of_kibibytes(2_048) else {
        println!("there is no small disk without root: not looked at");
        return;
    };
    let file = disk.file("lampfield.db");
    let mut solo = Solo::start_with(|config| config.open(None).patient().store(&file));
    let one_time = solo.server.one_time_password();
    let mut admin = Visitor::of(&solo.server);
    admin.settle("admin", &one_time, OWN);
    let note = |text: &str| json!({ "text": text.repeat(100) });
    // The journal takes a little before it has to grow.
    let fill = |disk: &SmallDisk, admin: &mut Visitor| {
        disk.fill();
        let refused = (0..400).map(|_| admin.put("api/v1/me/notes/1001", &note("x"))).find(|it| it.status != 204);
        no_room(&refused.expect("there is no room for ever"));
    };
    fill(&disk, &mut admin);
    for polite in [false, true] {
        let is_live = |admin: &mut Visitor, state: LampState| {
            wait("the lamp lives", SOON, || {
                let lamp = admin.get("api/v1/lamps/1001").json();
                let said = json!([state.as_str(), Freshness::Live]);
                ensure(json!([lamp["state"], lamp["freshness"]]) == said, || lamp.to_string())
            });
        };
        solo.publish("1001", "RINGING");
        is_live(&mut admin, LampState::Ringing);
        no_room(&Visitor::of(&solo.server).login("admin", OWN));
        assert_eq!(Visitor::of(&solo.server).login("admin", "wrong and wrong").status, 401);
        let (status, verdict) = health(&solo.server);
        assert!(status == "degraded" && verdict.contains("Nothing can be saved: the disk is full"), "{verdict}");

        if polite {
            solo.server.stop_politely();
        } else {
            solo.server.stop();
        }
        // Room that the end of the server freed is taken, too.
        disk.make_room();
        disk.fill();
        solo.server.start_again();
        solo.publish("1001", "INUSE");
        is_live(&mut admin, LampState::OnCall);
        let (status, verdict) = health(&solo.server);
        assert!(status == "degraded" && verdict.contains("Nothing can be saved"), "{verdict}");
        no_room(&admin.put("api/v1/me/notes/1001", &note("y")));
        assert!(solo.server.log().contains("nothing can be saved; the board goes on"));
    }
    disk.make_room();
    wait("it recovers by itself", SOON, || {
        let (_, verdict) = health(&solo.server);
        ensure(!verdict.contains("Nothing can be saved"), || verdict)
    });
    assert!(solo.server.log().contains("the database can be written again"));
    Visitor::of(&solo.server).login("admin", OWN).expect(200);
    admin.put("api/v1/me/notes/1001", &note("z")).expect(204);
    // The database is open to other programs again.
    solo.server.command(&["set-password", "admin"]).expect("it works while the server runs");
    solo.server.command(&["backup", "copy.db"]).expect("it works while the server runs");
}

#[test]
fn a_clean_stop_leaves_one_file() {
    let mut solo = Solo::start();
    solo.publish("1001", "RINGING");
    solo.server.stop_politely();
    for journal in ["lampfield.db-wal", "lampfield.db-shm"] {
        assert!(!solo.server.file(journal).exists(), "{journal} is left");
    }
}
