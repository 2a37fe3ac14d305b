//! The program of the admin's pages.

use lampfield_shared::{BoardName, Me, Role, SiteName};
use leptos::prelude::*;

use crate::browser;
use crate::components::{AccountLines, Banner, Bar, NoticeBar};
use crate::pages::{Accounts, Audit, BoardEditor, Boards, NamingPage, PeersPage, Screens};
use crate::route::{Program, Route};
use crate::state::{Desk, Who};

/// What is shown below the top bar.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    /// Nothing: the server has not yet said who is looking.
    Nothing,
    Accounts,
    Screens,
    Audit,
    /// All PBXes, or one.
    Peers(Option<SiteName>),
    Naming,
    Boards,
    /// The editor of one board, or of a new one.
    Board(Option<BoardName>),
    Forbidden,
    /// Nothing: the desk program shows this place, and the login.
    Elsewhere,
}

impl Shown {
    fn of(who: &Who, route: &Route) -> Self {
        match who {
            Who::Asking => Self::Nothing,
            Who::Nobody | Who::Ended => Self::Elsewhere,
            Who::Known(me) => Self::to(me, route),
        }
    }

    fn to(me: &Me, route: &Route) -> Self {
        let page = match route {
            _ if me.must_change_password => return Self::Elsewhere,
            Route::Accounts => Self::Accounts,
            Route::Screens => Self::Screens,
            Route::Audit => Self::Audit,
            Route::Naming => Self::Naming,
            Route::Boards => Self::Boards,
            Route::OwnBoard(name) => Self::Board(Some(name.clone())),
            Route::NewBoard => Self::Board(None),
            Route::Peers => Self::Peers(None),
            Route::Peer(name) => Self::Peers(Some(name.clone())),
            Route::Board | Route::Lamp(_) | Route::Login | Route::Password => return Self::Elsewhere,
        };
        if me.role < Role::Admin { Self::Forbidden } else { page }
    }
}

/// The whole document of the admin's program.
#[component]
pub(crate) fn AdminProgram() -> impl IntoView {
    let desk = Desk::open(Program::Admin);
    let shown = Memo::new(move |_| Shown::of(&desk.session.who(), &desk.route.get()));
    let page = move || {
        match shown.get() {
        Shown::Nothing => ().into_any(),
        Shown::Accounts => view! { <Accounts desk=desk /> }.into_any(),
        Shown::Screens => view! { <Screens desk=desk /> }.into_any(),
        Shown::Audit => view! { <Audit desk=desk /> }.into_any(),
        Shown::Naming => view! { <NamingPage desk=desk /> }.into_any(),
        Shown::Boards => view! { <Boards desk=desk /> }.into_any(),
        Shown::Board(name) => view! { <BoardEditor desk=desk name=name /> }.into_any(),
        Shown::Peers(name) => view! { <PeersPage desk=desk name=name /> }.into_any(),
        Shown::Forbidden => {
            view! { <main class="sheet"><p class="board__note">{move || desk.choices.words().common().forbidden}</p></main> }
                .into_any()
        }
        Shown::Elsewhere => {
            browser::go_on_in(Program::Desk);
            ().into_any()
        }
    }
    };
    view! {
        <div class="page" data-connection=move || desk.connection.status().as_str()>
            <Bar desk=desk search=|| () own=|| () lines=view! { <AccountLines desk=desk /> }.into_any() />
            {page}
            <Banner desk=desk />
            <NoticeBar desk=desk />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::me;

    fn known(role: Role, must_change_password: bool) -> Who {
        Who::Known(Box::new(Me { must_change_password, ..me(Some("anna"), role) }))
    }

    #[test]
    fn shows_an_admin_what_it_has_and_hands_on_the_rest() {
        let (admin, viewer, new) = (known(Role::Admin, false), known(Role::Viewer, false), known(Role::Admin, true));
        let peer = Route::Peer("perm".into());
        assert_eq!(Shown::of(&Who::Asking, &Route::Audit), Shown::Nothing);
        assert_eq!(Shown::of(&Who::Nobody, &Route::Audit), Shown::Elsewhere);
        assert_eq!(Shown::of(&Who::Ended, &Route::Audit), Shown::Elsewhere);
        assert_eq!(Shown::of(&admin, &Route::Audit), Shown::Audit);
        assert_eq!(Shown::of(&admin, &peer), Shown::Peers(Some("perm".into())));
        assert_eq!(Shown::of(&admin, &Route::Board), Shown::Elsewhere);
        assert_eq!(Shown::of(&new, &Route::Audit), Shown::Elsewhere);
        assert_eq!(Shown::of(&viewer, &Route::Peers), Shown::Forbidden);
        assert_eq!(Shown::of(&viewer, &peer), Shown::Forbidden);
    }
}
