//! Orders as values: each can be written down, and comes to the same rows wherever it is applied.

use std::collections::BTreeMap;

use lampfield_shared::account::OwnDnd;
use lampfield_shared::board::PutBoard as WantedBoard;
use lampfield_shared::{BoardGroup, DndKind, Eid, Exten, Fact, Pause, Role, Timestamp};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::*;
use crate::board::Edited;
use crate::identity::{
    AccountName, Deed, HolderChange, Origin, Proof, Proved, RunOut, SessionProof, TokenHash, Unproved,
};
use crate::store::column::timestamp;
use crate::store::file;
use crate::store::migrations;
use crate::store::proof_tests::dump;
use crate::store::rows::dnd::{DndRecord, DndState};

/// 2023-11-14T22:13:20Z
const NOW: u64 = 1_700_000_000_000;

/// An empty database.
fn database() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    file::prepare(&connection).unwrap();
    migrations::migrate(&mut connection).unwrap();
    connection
}

/// Applies an order as the store does, and tells what came of it.
fn apply(connection: &mut Connection, order: &Order) -> String {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    match order.apply(&transaction) {
        Ok(applied) if applied.outcome.is_refused() => "refused".into(),
        Ok(_) => {
            transaction.commit().unwrap();
            "kept".into()
        }
        Err(error) => error.to_string(),
    }
}

/// Draws orders that meet each other: of few names, numbers and tokens.
struct Draw(StdRng);

impl Draw {
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of.choose(&mut self.0).unwrap().clone()
    }

    fn text(&mut self, of: &[&str]) -> String {
        self.one(of).to_owned()
    }

    fn maybe<T>(&mut self, what: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.0.random_bool(0.5).then(|| what(self))
    }

    fn name(&mut self) -> AccountName {
        self.one(&["anna", "boris", "вера"]).parse().unwrap()
    }

    fn exten(&mut self) -> Exten {
        self.one(&["1001", "1002", "1003"]).into()
    }

    fn token(&mut self) -> TokenHash {
        TokenHash::try_from(format!("{:064x}", self.0.random_range(0..40_u32))).unwrap()
    }

    fn tokens(&mut self) -> Vec<TokenHash> {
        (0..self.0.random_range(0..3)).map(|_| self.token()).collect()
    }

    fn hash(&mut self) -> String {
        self.text(&["one hash", "another"])
    }

    fn proved(&mut self) -> Proved {
        Proved { account: self.0.random_range(1..6), hash: self.hash() }
    }

    fn origin(&mut self) -> Origin {
        Origin { address: self.text(&["192.0.2.1", "192.0.2.2", "::1"]), browser: "a test".into() }
    }

    fn uses(&mut self, now: u64) -> Vec<(i64, Timestamp)> {
        (0..self.0.random_range(0..4)).map(|_| (self.0.random_range(1..60), Timestamp(now - 5))).collect()
    }

    fn session(&mut self, now: u64) -> NewSession {
        let run_out = RunOut { used: Timestamp(now - 200_000), begun: Timestamp(now - 400_000) };
        NewSession { token: self.token(), origin: self.origin(), run_out }
    }

    fn role(&mut self) -> Role {
        self.one(&[Role::Viewer, Role::Receptionist, Role::Admin])
    }

    fn holder(&mut self) -> HolderChange {
        HolderChange {
            display_name: self.maybe(|it| it.text(&["Анна Петрова", "Ann", ""])),
            exten: self.maybe(|it| it.one(&["1001", "1002", ""]).into()),
            own_dnd: self.maybe(|it| it.one(&OwnDnd::ALL)),
        }
    }

    fn deed(&mut self) -> Deed {
        let facts = [Fact::Kind(DndKind::Calls), Fact::Elsewhere, Fact::Changed(7), Fact::Text("x".into())];
        Deed::failed("dnd.on", self.exten().as_str(), self.text(&["ok", "no"])).with(self.maybe(|it| it.one(&facts)))
    }

    fn dnd(&mut self, now: u64) -> DndRecord {
        let kind = self.one(&DndKind::ALL);
        let state = match kind {
            DndKind::Lamp => self.one(&[DndState::On, DndState::Off]),
            DndKind::Calls => self.one(&[DndState::On, DndState::Beginning, DndState::Ending]),
        };
        DndRecord {
            exten: self.exten(),
            kind,
            state,
            node: (kind == DndKind::Calls).then(|| "perm".into()),
            since: Timestamp(now),
            until: self.maybe(|_| Timestamp(now + 1_000)),
            reason: self.maybe(|_| "lunch".into()),
            by: self.maybe(|it| it.name().into()),
        }
    }

    fn board(&mut self, changed: Option<Timestamp>) -> WantedBoard {
        let groups = vec![BoardGroup { title: "Desk".into(), extens: vec![self.exten()] }];
        WantedBoard { title: self.text(&["Front", "Back"]), groups, changed }
    }

    fn edited(&mut self) -> Edited {
        let word = |it: &mut Self| it.maybe(|it| it.text(&["", "Anna", "Sales"]));
        Edited { name: word(self), group: word(self), site: word(self) }
    }

    /// A change of this word. `boards` are the moments at which boards were changed.
    fn change(&mut self, word: &str, now: u64, boards: &[Timestamp]) -> Action {
        let board = self.one(&["front", "back"]).into();
        match word {
            "account.first" => CreateFirstAdmin { name: self.name(), one_time_hash: self.hash() }.into(),
            "account.create" => {
                let holder = self.holder();
                CreateAccount { name: self.name(), role: self.role(), one_time_hash: self.hash(), holder }.into()
            }
            "account.change" => {
                let (role, one_time_hash) = (self.maybe(Self::role), self.maybe(Self::hash));
                ChangeAccount { name: self.name(), role, one_time_hash, holder: self.holder() }.into()
            }
            "account.remove" => RemoveAccount { name: self.name() }.into(),
            "account.password" => {
                SetOwnPassword { proved: self.proved(), hash: self.hash(), session: self.session(now) }.into()
            }
            "session.begin" => {
                BeginSession { session: self.session(now), former: self.tokens(), uses: self.uses(now) }.into()
            }
            "session.screen" => {
                let (token, held) = (self.token(), self.tokens());
                BeginScreenSession { token, held, origin: self.origin(), uses: self.uses(now) }.into()
            }
            "session.end" => {
                let of = self.maybe(|it| it.0.random_range(1..6));
                EndSession { id: self.0.random_range(1..60), of, action: "session.end".into() }.into()
            }
            "session.seen" => SeeSessions { uses: self.uses(now) }.into(),
            "screen.create" => {
                let board = self.text(&["all", "Front"]);
                CreateScreen { name: "lobby".into(), board, token: self.token() }.into()
            }
            "screen.remove" => RemoveScreen { id: self.0.random_range(1..30) }.into(),
            "favourite.set" => {
                let favourite = self.one(&[Favourite::Yes, Favourite::Yes, Favourite::No]);
                SetFavourite { owner: self.name().into(), exten: self.exten(), favourite }.into()
            }
            "favourite.arrange" => {
                let extens = (0..self.0.random_range(0..4)).map(|_| self.exten()).collect();
                ArrangeFavourites { owner: self.name().into(), extens }.into()
            }
            "choice.set" => {
                let choices = (0..self.0.random_range(0..3))
                    .map(|_| (self.text(&["theme", "size"]), self.maybe(|it| it.text(&["dark", "fit"]))));
                SetChoices { account: 1, choices: choices.collect() }.into()
            }
            "note.set" => {
                SetNote { owner: self.name().into(), exten: self.exten(), text: self.text(&["", "a note"]) }.into()
            }
            "board.put" => {
                let changed = boards.last().filter(|_| self.0.random_bool(0.7)).copied();
                PutBoard { name: board, wanted: self.board(changed) }.into()
            }
            "board.remove" => RemoveBoard { name: board }.into(),
            "extension.name" => {
                let edits = (0..3).map(|_| (self.exten(), self.edited())).collect();
                NameExtensions { edits, deed: self.deed() }.into()
            }
            "peer.pause" => {
                SetPause { peer: self.one(&["perm", "kazan"]).into(), pause: self.one(&[Pause::On, Pause::Off]) }.into()
            }
            "peer.refresh" => NoteRefresh { peer: self.one(&["perm", "kazan"]).into() }.into(),
            "dnd.keep" => KeepDnd { kept: self.dnd(now), deed: self.maybe(Self::deed) }.into(),
            "dnd.conclude" => {
                let stands = self.maybe(|it| it.dnd(now));
                ConcludeDnd { exten: self.exten(), stands, deed: self.maybe(Self::deed) }.into()
            }
            "audit.record" => Record { deed: self.deed() }.into(),
            "eid.bear" => BearEid { eid: self.eid() }.into(),
            "eid.speak" => SpeakAs { eid: self.eid() }.into(),
            other => panic!("no orders of `{other}` are drawn"),
        }
    }

    fn eid(&mut self) -> Eid {
        Eid::from_bytes([2, 0, 0, 0, 0, self.0.random_range(1..4)])
    }

    /// Who gives the order: with a proof of its kind, and sometimes with another.
    fn by(&mut self, word: &str) -> Actor {
        let session = SessionProof { id: self.0.random_range(1..60), role: self.role(), ends: None };
        let proof = match word {
            "session.begin" => Proof::Password(self.proved()),
            "session.screen" => Proof::Link(self.token()),
            _ => self.one(&[
                Proof::Server,
                Proof::Server,
                Proof::Server,
                Proof::Open,
                Proof::Begun,
                Proof::CommandLine,
                Proof::Session(session),
            ]),
        };
        Actor { who: self.name().into(), address: self.maybe(|_| "192.0.2.1".into()), proof }
    }
}

/// When the boards were changed.
fn changed(connection: &Connection) -> Vec<Timestamp> {
    let mut boards = connection.prepare("SELECT changed FROM own_board").unwrap();
    boards.query_map([], |row| row.get(0).map(timestamp)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn the_same_orders_come_to_the_same_rows_and_each_can_be_written_down() {
    let mut kept: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..4 {
        let mut draw = Draw(StdRng::seed_from_u64(seed));
        let (mut one, mut other) = (database(), database());
        let (mut now, mut boards) = (NOW, Vec::new());
        for number in 0..1_500 {
            now += draw.0.random_range(0..2_000);
            let word =
                if number % 3 == 0 { draw.text(&["board.put", "session.begin"]) } else { draw.text(Action::WORDS) };
            let action = draw.change(&word, now, &boards);
            let order = Order { at: Timestamp(now), by: draw.by(&word), action };
            let json = serde_json::to_string(&order).unwrap();
            let read: Order = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
            assert_eq!(read, order, "{json}");
            let came = apply(&mut one, &order);
            assert_eq!(apply(&mut other, &read), came, "seed {seed}, order {number}: {json}");
            if came == "kept" {
                let word = Action::WORDS.iter().find(|it| **it == word).unwrap();
                *kept.entry(word).or_default() += 1;
                if *word == "board.put" {
                    boards = changed(&one);
                }
            }
        }
        assert_eq!(dump(&one).unwrap(), dump(&other).unwrap(), "seed {seed}");
    }
    let never: Vec<_> = Action::WORDS.iter().filter(|word| !kept.contains_key(**word)).collect();
    assert!(never.is_empty(), "never kept: {never:?} of {kept:?}");
}

#[test]
fn an_order_reads_like_a_line_of_a_log() {
    let by = Actor { who: "anna".into(), address: Some("192.0.2.1".into()), proof: Proof::Open };
    let note = SetNote { owner: "anna".into(), exten: "1001".into(), text: "a note".into() };
    let json = r#"{"at":1700000000000,"by":{"who":"anna","address":"192.0.2.1","proof":"open"},"do":"note.set","owner":"anna","exten":"1001","text":"a note"}"#;
    assert_eq!(serde_json::to_string(&Order::new(Timestamp(NOW), by, note)).unwrap(), json);
}

#[test]
fn a_session_is_issued_only_to_what_the_proof_names() {
    let mut draw = Draw(StdRng::seed_from_u64(1));
    let mut database = database();
    let begin = BeginSession { session: draw.session(NOW), former: Vec::new(), uses: Vec::new() };
    let screen = BeginScreenSession { token: draw.token(), held: Vec::new(), origin: draw.origin(), uses: Vec::new() };
    let server = || Actor::program("lampfield");
    let came = apply(&mut database, &Order::new(Timestamp(NOW), server(), begin));
    assert_eq!(came, Unproved::Password.to_string());
    let came = apply(&mut database, &Order::new(Timestamp(NOW), server(), screen));
    assert_eq!(came, Unproved::Link.to_string());
}

#[test]
fn the_longest_order_that_the_doors_let_in_is_kept_and_a_longer_one_is_not() {
    // A file of 2 MiB has the most edits where each line is as short as can be.
    let name = || Edited { name: Some("a".into()), ..Edited::default() };
    let order = |edits| {
        let change = NameExtensions { edits, deed: Deed::done("extension.import", "") };
        Order::new(Timestamp(NOW), Actor::program("anna"), change)
    };
    let lines = 2 * 1024 * 1024 / "100000,a\n".len();
    let edits = (0..lines).map(|number| (Exten::from((100_000 + number).to_string()), name())).collect();
    assert!(order(edits).check_length().is_ok());
    let long = Edited { name: Some("a".repeat(LONGEST)), ..Edited::default() };
    assert!(matches!(order(vec![("1".into(), long)]).check_length(), Err(StoreError::TooLong)));
}
