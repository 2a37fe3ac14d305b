//! The page as a whole: who is looking, and at what.

use std::collections::BTreeSet;

use lampfield_shared::{Exten, Role, SiteName};
use leptos::ev;
use leptos::prelude::*;

use crate::browser;
use crate::components::{Announcer, Banner, Bar, HelpDialog, Keyboard, ManyDialog, NoticeBar};
use crate::live::{BoardEvent, Connection, Follower};
use crate::notice::Notices;
use crate::pages::{Accounts, Audit, BoardPage, Extensions, LoginPage, PasswordPage, PeersPage, Screens};
use crate::route::Route;
use crate::state::watch::Watches;
use crate::state::{Board, Choices, Clock, Session, Who};
use crate::turns::Turns;

/// What every component may read. Cheap to copy: it is made of handles.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The lamps.
    pub(crate) board: Board,
    /// The server's clock.
    pub(crate) clock: Clock,
    /// The stream.
    pub(crate) connection: Connection,
    /// What the reader chose.
    pub(crate) choices: Choices,
    /// What can wait.
    pub(crate) turns: Turns,
    /// Who is looking.
    pub(crate) session: Session,
    /// Where in the page one is.
    pub(crate) route: RwSignal<Route>,
    /// A word on what was done.
    pub(crate) notices: Notices,
    /// What the reader waits for.
    pub(crate) watches: RwSignal<Watches>,
    /// The lamp that has the focus, or had it last: the one tab stop of the grid.
    pub(crate) stop: RwSignal<Option<Exten>>,
    /// What of the details is wanted, when they are next shown.
    pub(crate) intent: RwSignal<Option<Intent>>,
    /// A click selects.
    pub(crate) selecting: RwSignal<bool>,
    /// Whose "do not disturb" is being set together.
    pub(crate) many: RwSignal<Option<BTreeSet<Exten>>>,
    /// The list of the keys is shown.
    pub(crate) help: RwSignal<bool>,
}

/// A part of the details that a key leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// "Do not disturb"
    Dnd,
    /// The note
    Note,
    /// The votes
    Why,
}

impl Intent {
    /// The id of that part.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Dnd => "details-dnd",
            Self::Note => "details-note",
            Self::Why => "details-why",
        }
    }
}

impl Desk {
    fn new() -> Self {
        let (board, clock, choices) = (Board::new(), Clock::new(), Choices::new());
        let session = Session::open(board);
        Self {
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
    pub(crate) fn go(route: &Route) {
        browser::set_hash(&route.href());
    }

    /// The lamp that a key is about: the one that is explained, else the one in focus.
    pub(crate) fn subject(self) -> Option<Exten> {
        self.route.get_untracked().lamp().cloned().or_else(|| self.stop.get_untracked())
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

/// What is shown below the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Login,
    /// One's own password; because it must be, or because one wants to.
    Password {
        forced: bool,
    },
    Board,
    Accounts,
    Screens,
    Audit,
    /// All of them, or one.
    Peers(Option<SiteName>),
    Extensions,
    Forbidden,
}

impl Shown {
    fn of(who: &Who, route: &Route) -> Self {
        let admin = |page| match who {
            Who::Known(me) if me.role < Role::Admin => Self::Forbidden,
            _ => page,
        };
        match (who, route) {
            (Who::Nobody | Who::Ended, _) => Self::Login,
            (Who::Known(me), _) if me.must_change_password => Self::Password { forced: true },
            (Who::Known(me), Route::Login) if me.name.is_none() => Self::Login,
            (Who::Known(me), Route::Password) if me.name.is_some() => Self::Password { forced: false },
            (Who::Asking | Who::Known(_), Route::Board | Route::Lamp(_) | Route::Login | Route::Password) => {
                Self::Board
            }
            (Who::Asking, _) => Self::Board,
            (Who::Known(_), Route::Accounts) => admin(Self::Accounts),
            (Who::Known(_), Route::Screens) => admin(Self::Screens),
            (Who::Known(_), Route::Audit) => admin(Self::Audit),
            (Who::Known(_), Route::Extensions) => admin(Self::Extensions),
            (Who::Known(_), Route::Peers) => admin(Self::Peers(None)),
            (Who::Known(_), Route::Peer(name)) => admin(Self::Peers(Some(name.clone()))),
        }
    }
}

/// The page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let desk = Desk::new();
    let board = desk.board;
    let title = move || board.heading().map_or_else(|| "lampfield".into(), |heading| heading.title);
    Effect::new(move |_| board.arrange());
    Effect::new(move |_| document().set_title(&title()));
    let on_hash = window_event_listener(ev::hashchange, move |_| desk.route.set(Route::parse(&browser::hash())));
    on_cleanup(move || on_hash.remove());
    let shown = Memo::new(move |_| Shown::of(&desk.session.who(), &desk.route.get()));
    let page = move || {
        match shown.get() {
        Shown::Login => view! { <LoginPage desk=desk /> }.into_any(),
        Shown::Password { forced } => view! { <PasswordPage desk=desk forced=forced /> }.into_any(),
        Shown::Board => view! { <BoardPage desk=desk /> }.into_any(),
        Shown::Accounts => view! { <Accounts desk=desk /> }.into_any(),
        Shown::Screens => view! { <Screens desk=desk /> }.into_any(),
        Shown::Audit => view! { <Audit desk=desk /> }.into_any(),
        Shown::Extensions => view! { <Extensions desk=desk /> }.into_any(),
        Shown::Peers(name) => view! { <PeersPage desk=desk name=name /> }.into_any(),
        Shown::Forbidden => {
            view! { <main class="sheet"><p class="board__note">{move || desk.choices.words().common.forbidden}</p></main> }
                .into_any()
        }
    }
    };
    let is_inside = Memo::new(move |_| !matches!(shown.get(), Shown::Login | Shown::Password { forced: true }));
    view! {
        <div class="page" data-connection=move || desk.connection.status().as_str()>
            {move || is_inside.get().then(|| view! { <Bar desk=desk /> })}
            {page}
            {move || is_inside.get().then(|| view! { <Banner desk=desk /> })}
            <NoticeBar desk=desk />
            <Announcer desk=desk />
            <Keyboard desk=desk />
            <HelpDialog desk=desk />
            <ManyDialog desk=desk />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Me;

    use super::*;

    fn known(name: Option<&str>, role: Role, must_change_password: bool) -> Who {
        let name = name.map(Into::into);
        Who::Known(Box::new(Me {
            name,
            role,
            must_change_password,
            board: None,
            favourites: Vec::new(),
            notes: std::collections::BTreeMap::new(),
        }))
    }

    #[test]
    fn shows_each_what_they_may_see() {
        let (anna, guest) = (known(Some("anna"), Role::Admin, false), known(None, Role::Viewer, false));
        let new = known(Some("boris"), Role::Admin, true);
        let lamp = Route::Lamp("214".into());
        assert_eq!(Shown::of(&Who::Nobody, &Route::Accounts), Shown::Login);
        assert_eq!(Shown::of(&Who::Ended, &lamp), Shown::Login);
        assert_eq!(Shown::of(&Who::Asking, &lamp), Shown::Board);
        assert_eq!(Shown::of(&anna, &lamp), Shown::Board);
        assert_eq!(Shown::of(&anna, &Route::Login), Shown::Board);
        assert_eq!(Shown::of(&anna, &Route::Audit), Shown::Audit);
        assert_eq!(Shown::of(&anna, &Route::Password), Shown::Password { forced: false });
        assert_eq!(Shown::of(&new, &Route::Audit), Shown::Password { forced: true });
        assert_eq!(Shown::of(&guest, &Route::Login), Shown::Login);
        assert_eq!(Shown::of(&guest, &Route::Password), Shown::Board);
        assert_eq!(Shown::of(&guest, &Route::Peers), Shown::Forbidden);
        assert_eq!(Shown::of(&guest, &Route::Peer("perm".into())), Shown::Forbidden);
    }
}
