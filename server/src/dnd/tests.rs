//! Orders against a PBX that is played here, with people at its phones who choose the worst moment.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lampfield_shared::dnd::{Moment, SetDnd};
use lampfield_shared::{DeviceState, Dnd, DndKind, Eid, Exten, Fact, Timestamp};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::settle::Settled;
use super::{Asker, Desk, DndError, NodeSettings, Waiting, remember};
use crate::ami::AmiSettings;
use crate::board::{Board, BoardSettings, News};
use crate::dialplan::{Dialplan, Place};
use crate::handle::{Command, Handle};
use crate::store::Store;
use crate::store::audit::Actor;
use crate::store::dnd::{DndRecord, DndState};
use crate::transport::Lookup;

const EID: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 4]);
const PATIENCE: Duration = Duration::from_millis(200);

/// What a manager does with an action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reply {
    /// What it is asked for.
    Done,
    /// The same, and says nothing.
    Mute,
    /// Nothing.
    Denied,
}

/// Called before an action is done, and after it.
type Meddle = Box<dyn FnMut(&str, When, &mut Pbx) -> Reply + Send>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// A PBX: its database, its device, and its word to lampfield.
struct Pbx {
    flag: bool,
    device: DeviceState,
    news: mpsc::UnboundedSender<News>,
    actions: Vec<String>,
    meddle: Option<Meddle>,
}

impl Pbx {
    fn publish(&mut self, state: DeviceState) {
        if self.device != state {
            self.device = state;
            self.news.send(says(state)).unwrap();
        }
    }

    /// `*78`
    fn person_sets(&mut self) {
        self.flag = true;
        self.publish(DeviceState::Busy);
    }

    /// `*79`
    fn person_ends(&mut self) {
        self.flag = false;
        self.publish(DeviceState::Unavailable);
    }

    /// What the manager answers.
    fn act(&mut self, action: &str) -> Option<String> {
        self.actions.push(action.into());
        let mut meddle = self.meddle.take();
        let mut ask = |when, pbx: &mut Self| meddle.as_mut().map_or(Reply::Done, |meddle| meddle(action, when, pbx));
        let reply = ask(When::Before, self);
        let answer =
            if reply == Reply::Denied { "Error\r\nMessage: Permission denied".into() } else { self.obey(action) };
        ask(When::After, self);
        self.meddle = meddle;
        (reply != Reply::Mute).then_some(answer)
    }

    fn obey(&mut self, action: &str) -> String {
        let done = "Success\r\nMessage: done";
        match action {
            "DBGet DND" if self.flag => "Success\r\nVal: YES".into(),
            "DBGet DND" | "DBGet AMPUSER" => "Error\r\nMessage: Database entry not found".into(),
            "DBPut DND" => {
                self.flag = true;
                done.into()
            }
            "DBDel DND" => {
                self.flag = false;
                done.into()
            }
            "DND=BUSY" => {
                self.publish(DeviceState::Busy);
                done.into()
            }
            "DND=UNAVAILABLE" => {
                self.publish(DeviceState::Unavailable);
                done.into()
            }
            _ => done.into(),
        }
    }
}

fn says(state: DeviceState) -> News {
    News::Device { peer: "perm".into(), eid: EID, device: "Custom:DND1001".into(), state }
}

/// A desk, its board, and the PBX `perm` that serves 1001.
struct Run {
    desk: Desk,
    pbx: Arc<Mutex<Pbx>>,
    store: Store,
    news: mpsc::UnboundedSender<News>,
}

impl Run {
    async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// After a crash that left these records.
    async fn start_with(records: &[DndRecord]) -> Self {
        let store = Store::in_memory().unwrap();
        for record in records {
            store.keep_dnd(record.clone(), None).await.unwrap();
        }
        let (handle, commands) = Handle::channel();
        let (news, told) = mpsc::unbounded_channel();
        let mut board = board();
        for (since, news) in remember(records, Eid::from_bytes([2, 0, 0, 0, 0, 9])).news {
            board.apply(since, news);
        }
        tokio::spawn(drive(board, commands, told));
        let device = DeviceState::Unavailable;
        for first in [News::Live { peer: "perm".into() }, says(device)] {
            news.send(first).unwrap();
        }
        let pbx = Pbx { flag: false, device, news: news.clone(), actions: Vec::new(), meddle: None };
        let pbx = Arc::new(Mutex::new(pbx));
        let port = manager(Arc::clone(&pbx)).await;
        let word = |text: &str| text.parse().unwrap();
        let ami = AmiSettings {
            host: "127.0.0.1".into(),
            port,
            user: word("lampfield"),
            secret: word("blf"),
            tls: None,
            names: Lookup::by(Vec::new()),
            patience: PATIENCE,
        };
        let nodes = BTreeMap::from([("perm".into(), NodeSettings { ami, off: DeviceState::Unavailable })]);
        let desk = Desk::new(store.clone(), handle, nodes, crate::clock::now);
        Self { desk, pbx, store, news }
    }

    /// What happens by itself.
    fn by_itself(&self) {
        tokio::spawn(self.desk.clone().run());
    }

    fn pbx<T>(&self, ask: impl FnOnce(&mut Pbx) -> T) -> T {
        ask(&mut self.pbx.lock().unwrap())
    }

    fn meddle(&self, meddle: impl FnMut(&str, When, &mut Pbx) -> Reply + Send + 'static) {
        self.pbx(|pbx| pbx.meddle = Some(Box::new(meddle)));
    }

    /// Does something when the PBX has just done `action`.
    fn after(&self, action: &'static str, mut then: impl FnMut(&mut Pbx) + Send + 'static) {
        self.meddle(move |seen, when, pbx| {
            if seen == action && when == When::After {
                then(pbx);
            }
            Reply::Done
        });
    }

    async fn order(&self, state: Dnd, until: Option<Timestamp>) -> Result<(), DndError> {
        let asker = Asker { name: None, actor: Actor::program("test") };
        let until = until.map(Moment::Milliseconds);
        let asked = SetDnd { state, kind: Some(DndKind::Calls), until, reason: None };
        self.desk.set(asker, "1001".into(), asked).await.map(|_| ())
    }

    async fn records(&self) -> Vec<DndRecord> {
        self.store.dnd().await.unwrap()
    }

    async fn wait_until_records(&self, fits: impl Fn(&[DndRecord]) -> bool) {
        let waiting = async {
            while !fits(&self.records().await) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        if timeout(Duration::from_secs(20), waiting).await.is_err() {
            panic!("{:?}", self.records().await);
        }
    }

    /// Until the board has heard the PBX out.
    async fn hear(&self) {
        self.desk.facts(&"1001".into()).await.unwrap();
    }

    async fn deeds(&self) -> Vec<(String, String)> {
        let page = self.store.audit(None, 50).await.unwrap();
        page.entries.into_iter().rev().map(|entry| (entry.action, entry.result)).collect()
    }

    /// The database takes nothing more of this table; or takes it again.
    async fn set_broken(&self, table: &'static str, broken: bool) {
        let sql = if broken {
            format!("CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END")
        } else {
            format!("DROP TRIGGER full_{table}")
        };
        self.store.run(move |connection| connection.execute_batch(&sql)).await.unwrap();
    }
}

fn board() -> Board {
    let mut dialplan = Dialplan::default();
    let place = Place { file: "lampfield.toml".into(), line: 1 };
    dialplan.add_hint("c", "1001,hint,PJSIP/1001&Custom:DND1001", place).unwrap();
    let site = crate::board::SiteSettings {
        name: "perm".into(),
        title: "Perm".into(),
        serves: vec!["_1XXX".parse().unwrap()],
        stops_calls: true,
    };
    let settings = BoardSettings { dialplan, context: "c".into(), sites: vec![site], ..BoardSettings::default() };
    Board::new(settings, Timestamp(0))
}

/// As the driver does it: what is told first, then who waits.
async fn drive(mut board: Board, mut commands: mpsc::Receiver<Command>, mut told: mpsc::UnboundedReceiver<News>) {
    let mut waiting = Waiting::default();
    loop {
        tokio::select! {
            biased;
            Some(news) = told.recv() => {
                board.apply(crate::clock::now(), news);
                while let Ok(news) = told.try_recv() {
                    board.apply(crate::clock::now(), news);
                }
            }
            command = commands.recv() => match command {
                Some(Command::DndFacts { whose, reply }) => _ = reply.send(board.dnd_facts(&whose)),
                Some(Command::Claim { exten, claim, reply }) => _ = reply.send(board.claim_dnd(&exten, claim)),
                Some(Command::Leave { exten, since, left, reply }) => {
                    board.leave_dnd(&exten, since, left);
                    _ = reply.send(());
                }
                Some(Command::Confirm { awaited, reply }) => waiting.confirmation(awaited, reply),
                Some(Command::DndEnded { reply }) => waiting.end(reply),
                Some(Command::Dnd { change, reply }) => {
                    let (exten, kind, told) = (change.exten, change.kind, change.told);
                    board.apply(crate::clock::now(), News::Dnd { exten, kind, told });
                    _ = reply.send(());
                }
                Some(other) => panic!("{other:?}"),
                None => return,
            },
        }
        waiting.settle(&mut board, crate::clock::now());
    }
}

async fn manager(pbx: Arc<Mutex<Pbx>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&pbx)));
        }
    });
    port
}

async fn serve(stream: TcpStream, pbx: Arc<Mutex<Pbx>>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"Asterisk Call Manager/11.0.0\r\n").await.unwrap();
    loop {
        let mut fields = BTreeMap::new();
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|length| length > 2) {
            let (key, value) = line.trim_end().split_once(": ").unwrap();
            fields.insert(key.to_owned(), value.to_owned());
            line.clear();
        }
        let Some(name) = fields.get("Action") else { return };
        let action = match (name.as_str(), fields.get("Family"), fields.get("Variable")) {
            (name, Some(family), _) => format!("{name} {family}"),
            (_, _, Some(variable)) => {
                let device = variable.trim_start_matches("DEVICE_STATE(Custom:").trim_end_matches("1001)");
                format!("{device}={}", fields["Value"])
            }
            (name, None, None) => name.to_owned(),
        };
        let answer = pbx.lock().unwrap().act(&action);
        // What the PBX has published reaches the board before its manager answers, as far as that is possible.
        tokio::task::yield_now().await;
        if let Some(answer) = answer {
            let answer = format!("Response: {answer}\r\nActionID: {}\r\n\r\n", fields["ActionID"]);
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

fn soon(milliseconds: u64) -> Timestamp {
    Timestamp(crate::clock::now().0 + milliseconds)
}

fn record(state: DndState, since: Timestamp) -> DndRecord {
    DndRecord {
        exten: "1001".into(),
        kind: DndKind::Calls,
        state,
        node: Some("perm".into()),
        since,
        until: Some(soon(400)),
        reason: None,
        by: None,
    }
}

/// What a person has set stays, though our time is over.
async fn stays_set(run: &Run) {
    run.hear().await;
    run.wait_until_records(<[_]>::is_empty).await;
    run.pbx(|pbx| {
        pbx.actions.clear();
        pbx.person_sets();
    });
    sleep(Duration::from_millis(900)).await;
    assert!(run.pbx(|pbx| pbx.flag), "{:?}", run.pbx(|pbx| pbx.actions.clone()));
}

#[tokio::test]
async fn one_that_is_ended_in_the_instant_of_its_confirmation_has_ended() {
    // When lampfield has heard both words, and when it has heard one of them as it asks.
    for action in ["DND=BUSY", "DEVDND=BUSY"] {
        let run = Run::start().await;
        run.by_itself();
        run.after(action, Pbx::person_ends);
        run.order(Dnd::On, Some(soon(500))).await.unwrap();
        stays_set(&run).await;
        let deeds = run.deeds().await;
        assert_eq!(deeds, [("dnd.on".into(), "ok".into()), ("dnd.ended".into(), "ok".into())], "{action}");
    }
}

#[tokio::test]
async fn one_that_is_ended_and_set_anew_before_it_is_confirmed_is_somebody_elses() {
    let run = Run::start().await;
    run.by_itself();
    run.after("DND=BUSY", |pbx| {
        pbx.person_ends();
        pbx.person_sets();
    });
    run.order(Dnd::On, Some(soon(500))).await.unwrap();
    run.wait_until_records(<[_]>::is_empty).await;
    sleep(Duration::from_millis(900)).await;
    assert!(run.pbx(|pbx| pbx.flag && pbx.device == DeviceState::Busy));
}

#[tokio::test]
async fn the_timer_comes_too_late_for_what_was_ended_while_it_was_at_work() {
    let run = Run::start().await;
    run.order(Dnd::On, Some(soon(150))).await.unwrap();
    run.by_itself();
    let mut asked = false;
    run.meddle(move |action, when, pbx| {
        if action == "DBGet AMPUSER" && when == When::Before && !std::mem::replace(&mut asked, true) {
            pbx.person_ends();
            pbx.person_sets();
        }
        Reply::Done
    });
    run.wait_until_records(<[_]>::is_empty).await;
    sleep(Duration::from_millis(300)).await;
    assert!(run.pbx(|pbx| pbx.flag), "{:?}", run.pbx(|pbx| pbx.actions.clone()));
}

#[tokio::test]
async fn one_that_is_half_off_is_ended_and_none_that_is_set_anew_meanwhile() {
    for set_anew in [false, true] {
        let run = Run::start().await;
        run.order(Dnd::On, Some(soon(100))).await.unwrap();
        run.by_itself();
        let mut times = 0;
        run.meddle(move |action, when, pbx| {
            if action == "DND=UNAVAILABLE" && when == When::Before {
                times += 1;
                if times == 1 {
                    pbx.flag = set_anew;
                    return Reply::Denied;
                }
            }
            Reply::Done
        });
        run.wait_until_records(<[_]>::is_empty).await;
        assert_eq!(run.pbx(|pbx| (pbx.flag, pbx.device == DeviceState::Busy)), (set_anew, set_anew));
    }
}

#[tokio::test]
async fn what_was_cut_off_is_settled_unless_somebody_ended_it() {
    let since = soon(0);
    // An order that reached the PBX is carried out.
    let run = Run::start_with(&[record(DndState::Beginning, since)]).await;
    run.pbx(|pbx| pbx.flag = true);
    let kept = run.records().await;
    assert_eq!(run.desk.settle(&kept[0]).await.unwrap(), Settled::Yes);
    assert_eq!(run.records().await[0].state, DndState::On);
    // One that was ended at the phone is not, nor is what was set there after it.
    for state in [DndState::Beginning, DndState::Ending] {
        let run = Run::start_with(&[record(state, since)]).await;
        run.pbx(|pbx| {
            pbx.person_sets();
            pbx.person_ends();
            pbx.person_sets();
        });
        run.hear().await;
        let kept = run.records().await;
        assert_eq!(run.desk.settle(&kept[0]).await.unwrap(), Settled::Yes, "{state:?}");
        assert!(run.pbx(|pbx| pbx.flag), "{state:?}");
        assert_eq!(run.records().await, [], "{state:?}");
    }
}

#[tokio::test]
async fn what_had_ended_before_a_restart_has_ended() {
    let since = soon(0);
    let run = Run::start_with(&[record(DndState::On, since)]).await;
    run.by_itself();
    stays_set(&run).await;
}

#[tokio::test]
async fn what_the_database_did_not_take_is_kept_when_it_does() {
    let run = Run::start().await;
    // The record of what was done is written with the outcome: the order itself is kept.
    run.set_broken("audit", true).await;
    assert!(matches!(run.order(Dnd::On, Some(soon(60_000))).await, Err(DndError::Store(_))));
    assert_eq!(run.records().await[0].state, DndState::Beginning);
    run.set_broken("audit", false).await;
    run.by_itself();
    run.wait_until_records(|records| records.iter().any(|it| it.state == DndState::On)).await;
    assert_eq!(run.deeds().await, [("dnd.on".into(), "ok".into())]);
}

#[tokio::test]
async fn an_end_that_could_not_be_kept_ends_no_other() {
    let run = Run::start().await;
    run.order(Dnd::On, None).await.unwrap();
    run.set_broken("audit", true).await;
    assert!(matches!(run.order(Dnd::Off, None).await, Err(DndError::Store(_))));
    assert!(!run.pbx(|pbx| pbx.flag));
    run.pbx(Pbx::person_sets);
    run.set_broken("audit", false).await;
    run.by_itself();
    run.wait_until_records(<[_]>::is_empty).await;
    sleep(Duration::from_millis(200)).await;
    assert!(run.pbx(|pbx| pbx.flag), "{:?}", run.pbx(|pbx| pbx.actions.clone()));
}

#[tokio::test]
async fn a_database_that_cannot_be_read_for_a_while_leaves_nothing_unsettled() {
    let run = Run::start_with(&[record(DndState::Beginning, soon(0))]).await;
    let rename = |from: &'static str, to: &'static str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        run.store.run(move |connection| connection.execute_batch(&sql))
    };
    rename("dnd", "away").await.unwrap();
    run.by_itself();
    sleep(Duration::from_millis(100)).await;
    rename("away", "dnd").await.unwrap();
    run.wait_until_records(<[_]>::is_empty).await;
    assert_eq!(run.deeds().await, [("dnd.on".into(), "cut off by a restart".into())]);
}

#[tokio::test]
async fn a_manager_that_falls_silent_half_way_leaves_nothing_that_nobody_ends() {
    for action in ["DBPut DND", "DND=BUSY", "DEVDND=BUSY"] {
        let run = Run::start().await;
        let mute = Arc::new(Mutex::new(false));
        let is_mute = Arc::clone(&mute);
        run.meddle(move |seen, when, _| {
            let mut mute = is_mute.lock().unwrap();
            *mute |= seen == action && when == When::Before;
            if *mute { Reply::Mute } else { Reply::Done }
        });
        assert!(matches!(run.order(Dnd::On, None).await, Err(DndError::Failed { .. })), "{action}");
        run.pbx(|pbx| pbx.meddle = None);
        *mute.lock().unwrap() = false;
        run.by_itself();
        run.wait_until_records(<[_]>::is_empty).await;
        assert_eq!(run.pbx(|pbx| (pbx.flag, pbx.device)), (false, DeviceState::Unavailable), "{action}");
    }
}

#[tokio::test]
async fn one_whose_lamp_is_gone_ends_all_the_same() {
    let mut over = record(DndState::On, soon(0));
    over.exten = Exten::from("4711");
    over.until = Some(soon(50));
    let run = Run::start_with(&[over]).await;
    run.by_itself();
    run.news.send(says(DeviceState::Busy)).unwrap();
    // The PBX publishes nothing of that one: its manager's word is enough, and it is said so.
    run.wait_until_records(<[_]>::is_empty).await;
}

#[tokio::test]
async fn what_was_cut_off_at_a_pbx_that_is_no_longer_configured_is_recorded_as_it_was_meant() {
    let run = Run::start().await;
    for (state, action) in [(DndState::Beginning, "dnd.on"), (DndState::Ending, "dnd.off")] {
        let gone = DndRecord { node: Some("omsk".into()), ..record(state, soon(0)) };
        run.store.keep_dnd(gone.clone(), None).await.unwrap();
        assert_eq!(run.desk.settle(&gone).await.unwrap(), Settled::Yes);
        let deed = run.store.audit(None, 1).await.unwrap().entries.remove(0);
        assert_eq!((deed.action.as_str(), deed.result.as_str()), (action, "cut off by a restart"));
        assert_eq!(deed.facts, [Fact::Kind(DndKind::Calls), Fact::OutOfReach("omsk".into())]);
        assert_eq!(run.records().await, []);
    }
}
