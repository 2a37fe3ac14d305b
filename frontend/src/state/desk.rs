//! Everything that the page knows, in one value that every component is given.

use lampfield_shared::Exten;
use lampfield_words::{Grouping, Order};
use leptos::ev;
use leptos::prelude::*;

use super::address::Part;
use super::deeds::Deeds;
use super::keeper::Keeper;
use super::watch::Watches;
use super::{BoardSignals, Choices, Fitting, Session, set_if_new};
use crate::browser;
use crate::clock::Clock;
use crate::live::{BoardEvent, Connection, Follower};
use crate::notice::Notices;
use crate::route::{Program, Route};
use crate::uniform::effect;
use crate::work::WorkQueue;

/// The state of the page. Copying it is cheap: all fields are handles.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The program that runs.
    pub program: Program,
    /// The lamps, and which of them are shown.
    pub board: BoardSignals,
    /// How large tiles are, and where each stands: see [`fitting`](Self::fitting).
    fitting: StoredValue<Option<Fitting>>,
    /// The server's clock.
    pub clock: Clock,
    /// The state of the stream.
    pub connection: Connection,
    /// Where choices are kept.
    pub keeper: Keeper,
    /// The reader's preferences.
    pub choices: Choices,
    /// Work that can wait.
    pub work: WorkQueue,
    /// The reader and their role.
    pub session: Session,
    /// The place of the page.
    pub route: RwSignal<Route>,
    /// The notice of the last command.
    pub notices: Notices,
    /// What the reader did last.
    pub deeds: RwSignal<Deeds>,
    /// The lamps that the reader watches.
    pub watches: RwSignal<Watches>,
    /// The lamp with the grid's tab stop: focused now, or the last that was.
    pub stop: RwSignal<Option<Exten>>,
    /// The part of the details to focus when they open next.
    pub intent: RwSignal<Option<Intent>>,
    /// Whether a click on a lamp selects it.
    pub selecting: RwSignal<bool>,
    /// The lamps for which "do not disturb" is being set together.
    pub many: RwSignal<Option<Vec<Exten>>>,
    /// Whether the list of the keys is open.
    pub help: RwSignal<bool>,
}

/// A part of the details that a command leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// The button that calls.
    Call,
    /// The form for "do not disturb".
    Dnd,
    /// The reader's note.
    Note,
    /// The votes behind the lamp.
    Why,
}

impl Intent {
    /// The element id of the part.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Call => "details-call",
            Self::Dnd => "details-dnd",
            Self::Note => "details-note",
            Self::Why => "details-why",
        }
    }
}

impl Desk {
    /// Opens the stream, and keeps the route equal to the address and the document's title equal to the board's.
    pub fn open(program: Program) -> Self {
        let desk = Self::new(program);
        desk.read_view();
        desk.read_watches();
        effect(move || {
            if desk.session.has_new_choices() {
                desk.choices.read();
                desk.read_view();
                desk.read_watches();
            }
        });
        let title = move || desk.board.heading().map_or_else(|| "lampfield".into(), |heading| heading.title);
        effect(move || desk.board.arrange());
        effect(move || desk.board.seek());
        effect(move || desk.board.set_lost(desk.connection.lost()));
        effect(move || document().set_title(&title()));
        let on_hash = window_event_listener(ev::hashchange, move |_| {
            // First, for whoever follows the route writes the address as it is shown.
            desk.read_address();
            desk.route.set(Self::place());
        });
        on_cleanup(move || on_hash.remove());
        desk
    }

    fn new(program: Program) -> Self {
        let (board, clock, keeper) = (BoardSignals::new(), Clock::new(), Keeper::new());
        let (choices, session) = (Choices::new(keeper), Session::open(board, keeper));
        Self {
            program,
            board,
            fitting: StoredValue::new(None),
            clock,
            connection: Connection::open((board, session), clock),
            keeper,
            choices,
            work: WorkQueue::new(),
            session,
            route: RwSignal::new(Route::parse(&browser::hash())),
            notices: Notices::new(),
            deeds: RwSignal::new(Deeds::default()),
            watches: RwSignal::new(Watches::default()),
            stop: RwSignal::new(None),
            intent: RwSignal::new(None),
            selecting: RwSignal::new(false),
            many: RwSignal::new(None),
            help: RwSignal::new(false),
        }
    }

    /// Reads what is kept of the view.
    fn read_view(self) {
        let kept = browser::remembered;
        set_if_new(&self.board.grouping, Grouping::parse(&kept("grouping").unwrap_or_default()));
        set_if_new(&self.board.order, Order::parse(&kept("order").unwrap_or_default()));
        set_if_new(&self.board.own_order, kept("own-order").map_or(Order::Own, |word| Order::parse(&word)));
    }

    /// Reads what is kept of the watches.
    pub fn read_watches(self) {
        set_if_new(&self.watches, Watches::parse(&browser::remembered("watches").unwrap_or_default()));
    }

    /// Shows the part of the board that the address names, if it names one.
    pub fn read_address(self) {
        let board = self.board;
        let Some(part) = Part::parse(&browser::hash()).filter(|_| Self::place().shows_board()) else { return };
        set_if_new(&board.chosen, part.chosen);
        let tab = part.tab.unwrap_or_default();
        set_if_new(&board.tab, tab.clone());
        if let Some(order) = part.order {
            set_if_new(&board.order_of(&tab), order);
        }
    }

    /// Makes the grid of the page that shows the lamps. It lives as long as that page; the admin's program has none.
    pub fn make_grid(self) {
        self.fitting.set_value(Some(Fitting::new(self.board, self.choices)));
    }

    /// How large tiles are, and where each stands.
    pub fn fitting(self) -> Fitting {
        self.fitting.get_value().unwrap_or_else(|| Fitting::new(self.board, self.choices))
    }

    /// Leads to a place of the page by changing the address; the route follows the address.
    pub fn go(route: &Route) {
        browser::set_hash(&route.href());
    }

    /// The link to a place from this program.
    pub fn href(self, route: &Route) -> String {
        route.href_from(self.program)
    }

    /// The lamp that a key command applies to: the one whose details are open, else the chosen hit of a search, else the
    /// focused one.
    pub fn subject(self) -> Option<Exten> {
        let listed = if untrack(|| self.board.searches()) { self.board.picked } else { self.stop };
        Self::place().lamp().cloned().or_else(|| listed.get_untracked())
    }

    /// The place that the address names now. `route` changes a moment later: a reader who types fast means what they
    /// see.
    pub fn place() -> Route {
        Route::parse(&browser::hash())
    }
}

/// The board follows the stream, and the session asks who the reader is.
impl Follower for (BoardSignals, Session) {
    fn apply(&self, events: Vec<BoardEvent>) {
        self.0.apply(events);
    }

    fn ask_who(&self) {
        self.1.ask();
    }
}
