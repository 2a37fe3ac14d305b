//! The program of the lamps, with the login and the change of the password.

use lampfield_shared::Me;
use leptos::prelude::*;

use crate::blink::blink;
use crate::browser;
use crate::components::{
    AccountLines, Announcer, Bar, HelpDialog, Keyboard, LampDetails, Later, Load, ManyDialog, NoticeBar, OwnLine,
    OwnLines, Parts, SearchField, ViewLines,
};
use crate::pages::{BoardPage, LoginPage, PasswordPage};
use crate::route::{Program, Route, encode};
use crate::state::{Desk, Who};
use crate::uniform::{memo, part};

/// What is shown below the top bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Login,
    /// The change of the reader's password, forced after a one-time password or wanted.
    Password {
        forced: bool,
    },
    Board,
    /// Nothing: the admin's program shows this place.
    Elsewhere,
    /// Nothing: a screen's session may see its wall display only.
    Wall,
}

impl Shown {
    fn of(who: &Who, route: &Route) -> Self {
        match who {
            Who::Nobody | Who::Ended => Self::Login,
            // Not even a role is known yet; the board shows its skeleton.
            Who::Asking => Self::Board,
            Who::Known(me) => Self::to(me, route),
        }
    }

    fn to(me: &Me, route: &Route) -> Self {
        match route {
            _ if me.board.is_some() => Self::Wall,
            _ if me.must_change_password => Self::Password { forced: true },
            Route::Login if me.name.is_none() => Self::Login,
            Route::Password if me.name.is_some() => Self::Password { forced: false },
            route if route.program() == Program::Admin => Self::Elsewhere,
            _ => Self::Board,
        }
    }
}

/// The whole document of the desk program.
#[component]
pub(crate) fn DeskProgram(
    /// Loads what is not needed for the first lamps.
    load: Load,
) -> impl IntoView {
    let desk = Desk::open(Program::Desk);
    let later = Later::new(desk, load);
    let shown = memo(move || Shown::of(&desk.session.who(), &desk.route.get()));
    let page = part(move || {
        Some(match shown.get() {
            Shown::Login => later.now(move |parts| (parts.login)(desk)),
            Shown::Password { forced } => later.now(move |parts| (parts.password)(desk, forced)),
            Shown::Board => view! { <BoardPage desk=desk later=later /> }.into_any(),
            Shown::Elsewhere => {
                browser::go_on_in(Program::Admin);
                ().into_any()
            }
            Shown::Wall => {
                if let Some(board) = desk.session.board_untracked() {
                    browser::follow(&format!("wall.html#/{}", encode(&board)));
                }
                ().into_any()
            }
        })
    });
    blink(move || desk.board.rings());
    let has_bar = memo(move || !matches!(shown.get(), Shown::Login | Shown::Password { forced: true }));
    let shows_board = memo(move || desk.route.with(Route::shows_board));
    let lines = move || later.at_rest(move |parts| (parts.account_lines)(desk));
    let own_lines = move || later.at_rest(move |parts| (parts.own_lines)(desk));
    let own = move || part(move || shows_board.get().then(|| view! { <OwnLine desk=desk lines=own_lines() /> }));
    let search = move || part(move || shows_board.get().then(|| view! { <SearchField desk=desk /> }));
    view! {
        <div class="page" data-connection=Signal::derive(move || desk.connection.status().as_str())>
            {part(move || has_bar.get().then(|| view! { <Bar desk=desk search=search() own=own() lines=lines() /> }))}
            {page}
            <NoticeBar desk=desk />
            <Announcer desk=desk />
            <Keyboard desk=desk />
            {later.dialogs()}
        </div>
    }
}

/// What is not needed for the first lamps. Only the function that loads it may call this.
pub fn later_parts() -> Parts {
    Parts {
        details: |desk, exten| view! { <LampDetails desk=desk exten=exten /> }.into_any(),
        login: |desk| view! { <LoginPage desk=desk /> }.into_any(),
        password: |desk, forced| view! { <PasswordPage desk=desk forced=forced /> }.into_any(),
        dialogs: |desk| view! { <HelpDialog desk=desk /> <ManyDialog desk=desk /> }.into_any(),
        own_lines: |desk| view! { <OwnLines desk=desk /> }.into_any(),
        account_lines: |desk| view! { <AccountLines desk=desk /> }.into_any(),
        view_lines: |desk| view! { <ViewLines desk=desk /> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use lampfield_shared::Role;

    use super::*;
    use crate::state::testing::me;

    fn known(name: Option<&str>, role: Role, must_change_password: bool) -> Who {
        Who::Known(Box::new(Me { must_change_password, ..me(name, role) }))
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
        assert_eq!(Shown::of(&anna, &Route::Audit), Shown::Elsewhere);
        assert_eq!(Shown::of(&anna, &Route::Password), Shown::Password { forced: false });
        assert_eq!(Shown::of(&new, &Route::Audit), Shown::Password { forced: true });
        assert_eq!(Shown::of(&guest, &Route::Login), Shown::Login);
        assert_eq!(Shown::of(&guest, &Route::Password), Shown::Board);
        assert_eq!(Shown::of(&guest, &Route::Peers), Shown::Elsewhere);
        let Who::Known(me) = known(Some("lobby"), Role::Screen, false) else { unreachable!() };
        let screen = Who::Known(Box::new(Me { board: Some("Sales".into()), ..*me }));
        assert_eq!(Shown::of(&screen, &Route::Board), Shown::Wall);
    }
}
