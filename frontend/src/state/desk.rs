//! Everything that the page knows, in one value that each component is given.

use std::collections::BTreeSet;

use lampfield_shared::Exten;
use leptos::ev;
use leptos::prelude::*;

use super::watch::Watches;
use super::{Board, Choices, Session};
use crate::browser;
use crate::clock::Clock;
use crate::live::{BoardEvent, Connection, Follower};
use crate::notice::Notices;
use crate::route::{Program, Route};
use crate::turns::Turns;

/// What every component may read. Cheap to copy: it is made of handles.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Which of the two programs this is.
    pub program: Program,
    /// The lamps.
    pub board: Board,
    /// The server's clock.
    pub clock: Clock,
    /// The stream.
    pub connection: Connection,
    /// What the reader chose.
    pub choices: Choices,
    /// What can wait.
    pub turns: Turns,
    /// Who is looking.
    pub session: Session,
    /// Where in the page one is.
    pub route: RwSignal<Route>,
    /// A word on what was done.
    pub notices: Notices,
    /// What the reader waits for.
    pub watches: RwSignal<Watches>,
    /// The lamp that has the focus, or had it last: the one tab stop of the grid.
    pub stop: RwSignal<Option<Exten>>,
    /// What of the details is wanted, when they are next shown.
    pub intent: RwSignal<Option<Intent>>,
    /// A click selects.
    pub selecting: RwSignal<bool>,
    /// Whose "do not disturb" is being set together.
    pub many: RwSignal<Option<BTreeSet<Exten>>>,
    /// The list of the keys is shown.
    pub help: RwSignal<bool>,
}

/// A part of the details that a key leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// "Do not disturb"
    Dnd,
    /// The note
    Note,
    /// The votes
    Why,
}

impl Intent {
    /// The id of that part.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Dnd => "details-dnd",
            Self::Note => "details-note",
            Self::Why => "details-why",
        }
    }
}

impl Desk {
    /// Opens the stream, and follows the address. The title is the board's.
    pub fn open(program: Program) -> Self {
        let desk = Self::new(program);
        let title = move || desk.board.heading().map_or_else(|| "lampfield".into(), |heading| heading.title);
        Effect::new(move |_| desk.board.arrange());
        Effect::new(move |_| desk.board.set_lost(desk.connection.lost()));
        Effect::new(move |_| document().set_title(&title()));
        let on_hash = window_event_listener(ev::hashchange, move |_| desk.route.set(Route::parse(&browser::hash())));
        on_cleanup(move || on_hash.remove());
        desk
    }

    fn new(program: Program) -> Self {
        let (board, clock, choices) = (Board::new(), Clock::new(), Choices::new());
        let session = Session::open(board);
        Self {
            program,
            board,
            clock,
            connection: Connection::open((board, session), clock),
            choices,
            turns: Turns::new(),
            session,
            route: RwSignal::new(Route::parse(&browser::hash())),
            notices: Notices::new(),
            watches: RwSignal::new(Watches::parse(&browser::remembered("watches").unwrap_or_default())),
            stop: RwSignal::new(None),
            intent: RwSignal::new(None),
            selecting: RwSignal::new(false),
            many: RwSignal::new(None),
            help: RwSignal::new(false),
        }
    }

    /// Goes to a place of the page: the address changes first, and the page follows it.
    pub fn go(route: &Route) {
        browser::set_hash(&route.href());
    }

    /// The link that leads to a place from here.
    pub fn href(self, route: &Route) -> String {
        route.href_from(self.program)
    }

    /// The lamp that a key is about: the one that is explained, else the one in focus.
    pub fn subject(self) -> Option<Exten> {
        Self::place().lamp().cloned().or_else(|| self.stop.get_untracked())
    }

    /// Where the address leads. `route` hears of that a moment later: who types quickly means what they see.
    pub fn place() -> Route {
        Route::parse(&browser::hash())
    }
}

/// The lamps follow the stream, and the session asks anew who is looking.
impl Follower for (Board, Session) {
    fn apply(&self, events: Vec<BoardEvent>) {
        self.0.apply(events);
    }

    fn ask_who(&self) {
        self.1.ask();
    }
}
