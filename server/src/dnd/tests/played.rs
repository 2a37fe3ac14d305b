//! A played PBX with its manager and its PUBLISH, and a DND service that tells it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lampfield_dialplan::{Dialplan, FileLine};
use lampfield_shared::account::OwnDnd;
use lampfield_shared::dnd::{RequestTime, SetDnd};
use lampfield_shared::{DeviceState, Dnd, DndKind, Eid, Timestamp};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::ami::AmiSettings;
use crate::board::{Board, BoardSettings, DndNews};
use crate::clock::Reading;
use crate::dnd::{Asker, Confirmations, DndError, DndService, NodeSettings, remember};
use crate::handle::{Command, Handle};
use crate::identity::Actor;
use crate::ledger::{Ledger, PeerId};
use crate::moment::Moment;
use crate::news::News;
use crate::store::Store;
use crate::store::dnd::DndRecord;
use crate::transport::Lookup;

const EID: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 4]);
const PATIENCE: Duration = Duration::from_millis(200);

/// What a manager does with an action.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// Does what it is asked for, and answers.
    Done,
    /// Does what it is asked for, and never answers.
    Mute,
    /// Does nothing.
    Denied,
}

/// Called before an action is done, and after it.
pub(super) type Meddle = Box<dyn FnMut(&str, When, &mut Pbx) -> Reply + Send>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

/// A PBX: its database, its device, and what it publishes to lampfield.
pub(super) struct Pbx {
    pub(super) flag: bool,
    pub(super) device: DeviceState,
    news: mpsc::UnboundedSender<Said>,
    pub(super) actions: Vec<String>,
    pub(super) meddle: Option<Meddle>,
}

impl Pbx {
    fn publish(&mut self, state: DeviceState) {
        if self.device != state {
            self.device = state;
            self.news.send(says(state)).unwrap();
        }
    }

    /// Somebody dials `*78`.
    pub(super) fn person_sets(&mut self) {
        self.flag = true;
        self.publish(DeviceState::Busy);
    }

    /// Somebody dials `*79`.
    pub(super) fn person_ends(&mut self) {
        self.flag = false;
        self.publish(DeviceState::Unavailable);
    }

    /// Answers an action as the manager does.
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

/// What the PBX says, as the board hears it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said {
    Live,
    Dnd(DeviceState),
}

pub(super) fn says(state: DeviceState) -> Said {
    Said::Dnd(state)
}

/// A board with the ledger behind it.
struct Stage {
    ledger: Ledger,
    board: Board,
}

impl Stage {
    fn hear(&mut self, said: Said) {
        let Self { ledger, board } = self;
        let (now, peer) = (now(), PeerId::at(0));
        let news = match said {
            Said::Live => {
                ledger.set_live(peer, now);
                News::Live { peer }
            }
            Said::Dnd(state) => {
                let (filed, _) = ledger.file_device(now, (peer, EID), &"Custom:DND1001".into(), state);
                News::Device(filed)
            }
        };
        board.apply(now, ledger, news);
    }
}

/// A DND service, its board, and the PBX `perm` that serves 1001.
pub(super) struct Run {
    pub(super) service: DndService,
    pbx: Arc<Mutex<Pbx>>,
    pub(super) store: Store,
    pub(super) news: mpsc::UnboundedSender<Said>,
}

impl Run {
    pub(super) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts after a crash that left these records.
    pub(super) async fn start_with(records: &[DndRecord]) -> Self {
        let store = Store::in_memory().unwrap();
        for record in records {
            store.keep_dnd(record.clone(), Actor::program("test"), None).await.unwrap();
        }
        let (handle, commands) = Handle::channel();
        let (news, told) = mpsc::unbounded_channel();
        let mut stage = stage();
        for (since, news) in remember(records).news {
            stage.board.apply_dnd(now().kept(since), &stage.ledger, news);
        }
        tokio::spawn(drive(stage, commands, told));
        let device = DeviceState::Unavailable;
        for first in [Said::Live, says(device)] {
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
        let service = DndService::new(store.clone(), handle, nodes, crate::clock::now);
        Self { service, pbx, store, news }
    }

    /// Runs the timer and what else happens by itself.
    pub(super) fn by_itself(&self) {
        tokio::spawn(self.service.clone().run());
    }

    pub(super) fn pbx<T>(&self, ask: impl FnOnce(&mut Pbx) -> T) -> T {
        ask(&mut self.pbx.lock().unwrap())
    }

    pub(super) fn meddle(&self, meddle: impl FnMut(&str, When, &mut Pbx) -> Reply + Send + 'static) {
        self.pbx(|pbx| pbx.meddle = Some(Box::new(meddle)));
    }

    /// Does something when the PBX has just done `action`.
    pub(super) fn after(&self, action: &'static str, mut then: impl FnMut(&mut Pbx) + Send + 'static) {
        self.meddle(move |seen, when, pbx| {
            if seen == action && when == When::After {
                then(pbx);
            }
            Reply::Done
        });
    }

    pub(super) async fn request(&self, state: Dnd, until: Option<Timestamp>) -> Result<(), DndError> {
        let asker = Asker { name: None, actor: Actor::program("test"), may: OwnDnd::Calls, order: None };
        let until = until.map(RequestTime::Milliseconds);
        let asked = SetDnd { state, kind: Some(DndKind::Calls), until, reason: None };
        self.service.set(asker, "1001".into(), asked).await.map(|_| ())
    }

    pub(super) async fn records(&self) -> Vec<DndRecord> {
        self.store.dnd().await.unwrap()
    }

    pub(super) async fn wait_until_records(&self, fits: impl Fn(&[DndRecord]) -> bool) {
        let waiting = async {
            while !fits(&self.records().await) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = timeout(Duration::from_secs(20), waiting).await.is_ok();
        assert!(in_time, "{:?}", self.records().await);
    }

    /// Waits until the board has heard all that the PBX publishes.
    pub(super) async fn hear(&self) {
        self.service.facts(&"1001".into()).await.unwrap();
    }

    pub(super) async fn deeds(&self) -> Vec<(String, String)> {
        let page = self.store.audit(None, 50).await.unwrap();
        page.entries.into_iter().rev().map(|entry| (entry.action, entry.result)).collect()
    }

    /// Lets the database refuse writes to this table, or take them again.
    pub(super) async fn set_broken(&self, table: &'static str, broken: bool) {
        let sql = if broken {
            format!("CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END")
        } else {
            format!("DROP TRIGGER full_{table}")
        };
        self.store.batch(sql).await.unwrap();
    }
}

fn stage() -> Stage {
    let mut dialplan = Dialplan::default();
    let place = FileLine { file: "lampfield.toml".into(), line: 1 };
    dialplan.add_hint("c", "1001,hint,PJSIP/1001&Custom:DND1001", place).unwrap();
    let site = crate::board::SiteSettings {
        name: "perm".into(),
        title: "Perm".into(),
        serves: vec!["_1XXX".parse().unwrap()],
        stops_calls: true,
    };
    let settings = BoardSettings { dialplan, context: "c".into(), sites: vec![site], ..BoardSettings::default() };
    let start = Moment::virtual_at(Timestamp(0));
    let mut ledger = Ledger::new(Eid::from_bytes([2, 0, 0, 0, 0, 9]), ["perm".into()], start);
    let board = Board::new(settings, &mut ledger, start);
    Stage { ledger, board }
}

fn now() -> Moment {
    Reading::now().moment()
}

/// Does as the driver does: news first, then those who wait.
async fn drive(mut stage: Stage, mut commands: mpsc::Receiver<Command>, mut told: mpsc::UnboundedReceiver<Said>) {
    let mut waiting = Confirmations::default();
    loop {
        tokio::select! {
            biased;
            Some(said) = told.recv() => {
                stage.hear(said);
                while let Ok(said) = told.try_recv() {
                    stage.hear(said);
                }
            }
            command = commands.recv() => match command {
                Some(Command::DndFacts { whose, reply }) => _ = reply.send(stage.board.dnd_facts(&stage.ledger, &whose)),
                Some(Command::Claim { exten, claim, reply }) => _ = reply.send(stage.board.claim_dnd(&exten, claim)),
                Some(Command::Leave { exten, since, left, reply }) => {
                    stage.board.leave_dnd(&exten, since, left);
                    _ = reply.send(());
                }
                Some(Command::Confirm { awaited, reply }) => waiting.confirmation(awaited, reply),
                Some(Command::DndEnded { reply }) => waiting.end(reply),
                Some(Command::Dnd { change, reply }) => {
                    let (exten, kind, told) = (change.exten, change.kind, change.told);
                    stage.board.apply_dnd(now(), &stage.ledger, DndNews::Told { exten, kind, told });
                    _ = reply.send(());
                }
                Some(other) => panic!("{other:?}"),
                None => return,
            },
        }
        waiting.settle(&mut stage.board, &stage.ledger, now());
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
        // News that the PBX has published reaches the board before its manager answers, as far as that is possible.
        tokio::task::yield_now().await;
        if let Some(answer) = answer {
            let answer = format!("Response: {answer}\r\nActionID: {}\r\n\r\n", fields["ActionID"]);
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}
