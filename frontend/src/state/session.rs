//! The reader of the page. The server alone decides who that is and what they may do.

use std::collections::BTreeMap;

use lampfield_shared::account::OwnDnd;
use lampfield_shared::{Exten, Me, Role};
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, With};
use leptos::task::spawn_local;

use super::BoardSignals;
use super::keeper::Keeper;
use crate::api;

/// What the page knows of its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The server has not answered yet.
    Asking,
    /// A reader without a session on a server that requires a login.
    Nobody,
    /// A reader whose session has ended by a logout elsewhere, by time, or by an admin.
    Ended,
    /// A reader whom the server knows, if only as a guest.
    Known(Box<Me>),
}

/// The reader, as a signal.
#[derive(Clone, Copy)]
pub struct Session {
    who: RwSignal<Who>,
    board: BoardSignals,
    keeper: Keeper,
    /// Counts the times that the account's choices came from the server, and differ from what is kept here.
    renewed: RwSignal<u32>,
}

impl Session {
    /// A session that asks the server who the reader is.
    pub fn open(board: BoardSignals, keeper: Keeper) -> Self {
        let session = Self { who: RwSignal::new(Who::Asking), board, keeper, renewed: RwSignal::new(0) };
        session.ask();
        session
    }

    /// Asks the server again who the reader is.
    pub fn ask(self) {
        let chosen = self.keeper.count();
        spawn_local(async move {
            match api::me().await {
                Ok(me) => {
                    if let Some(name) = &me.name
                        && me.board.is_none()
                        && self.keeper.take(name, &me.choices, chosen)
                    {
                        self.renewed.set(self.renewed.get_untracked().wrapping_add(1));
                    }
                    self.know(me);
                }
                Err(refusal) if refusal.is_unauthorized() => self.end(),
                // The connection banner tells of a server that cannot be reached.
                Err(_) => {}
            }
        });
    }

    /// The reader. Reactive.
    pub fn who(self) -> Who {
        self.who.get()
    }

    /// The reader's role. Reactive.
    pub fn role(self) -> Option<Role> {
        self.who.with(|who| match who {
            Who::Known(me) => Some(me.role),
            Who::Asking | Who::Nobody | Who::Ended => None,
        })
    }

    /// Whether the reader has `role` or a higher one. Reactive.
    pub fn may(self, role: Role) -> bool {
        self.role() >= Some(role)
    }

    /// Whether other choices have come from the server than were kept here. Reactive, also to each further time.
    pub fn has_new_choices(self) -> bool {
        self.renewed.get() > 0
    }

    /// The reader's own extension, and what they may set there. Reactive.
    pub fn own(self) -> Option<(Exten, OwnDnd)> {
        self.who.with(|who| match who {
            Who::Known(me) => Some((me.exten.clone()?, me.own_dnd)),
            Who::Asking | Who::Nobody | Who::Ended => None,
        })
    }

    /// What the reader may set of "do not disturb" on a lamp. Reactive.
    pub fn dnd_of(self, exten: &Exten) -> OwnDnd {
        match self.own() {
            _ if self.may(Role::Admin) => OwnDnd::Calls,
            Some((own, right)) if own == *exten => right,
            _ => OwnDnd::Nothing,
        }
    }

    /// The favourites in the reader's order. Reactive.
    pub fn favourites(self) -> Vec<Exten> {
        self.who.with(|who| match who {
            Who::Known(me) => me.favourites.clone(),
            Who::Asking | Who::Nobody | Who::Ended => Vec::new(),
        })
    }

    /// Takes in that the favourites have another order.
    pub fn set_favourites(self, extens: Vec<Exten>) {
        self.change(|me| me.favourites = extens);
    }

    /// The one board that a screen's session may see. Not reactive.
    pub fn board_untracked(self) -> Option<String> {
        match self.who.get_untracked() {
            Who::Known(me) => me.board,
            Who::Asking | Who::Nobody | Who::Ended => None,
        }
    }

    /// The reader's note about a lamp. Reactive.
    pub fn note(self, exten: &Exten) -> Option<String> {
        self.who.with(|who| match who {
            Who::Known(me) => me.notes.get(exten).cloned(),
            Who::Asking | Who::Nobody | Who::Ended => None,
        })
    }

    /// Takes in that the server saved a note; an empty text is its deletion.
    pub fn set_note(self, exten: &Exten, text: &str) {
        self.change(|me| {
            if text.is_empty() {
                me.notes.remove(exten);
            } else {
                me.notes.insert(exten.clone(), text.into());
            }
        });
    }

    /// Takes in that the server saved or removed a favourite.
    pub fn set_favourite(self, exten: &Exten, favourite: bool) {
        self.change(|me| {
            me.favourites.retain(|known| known != exten);
            if favourite {
                me.favourites.push(exten.clone());
            }
        });
    }

    fn change(self, change: impl FnOnce(&mut Me)) {
        if let Who::Known(mut me) = self.who.get_untracked() {
            change(&mut me);
            self.know(*me);
        }
    }

    fn know(self, me: Me) {
        let was = self.who.get_untracked();
        // The session ended and the open board lets the reader look on as a guest: tell them.
        if matches!(&was, Who::Known(old) if old.name.is_some() && me.name.is_none()) {
            self.who.set(Who::Ended);
            return;
        }
        self.board.set_favourites(me.favourites.clone());
        let notes = me.notes.clone();
        if !matches!(&was, Who::Known(old) if old.notes == notes) && (!notes.is_empty() || matches!(was, Who::Known(_)))
        {
            self.board.set_notes(notes);
        }
        let now = Who::Known(Box::new(me));
        if was != now {
            self.who.set(now);
        }
    }

    fn end(self) {
        let was = self.who.get_untracked();
        let now = if matches!(was, Who::Known(_) | Who::Ended) { Who::Ended } else { Who::Nobody };
        if was != now {
            self.board.set_notes(BTreeMap::new());
            self.who.set(now);
        }
    }
}
