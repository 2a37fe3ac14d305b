//! Who is looking: asked of the server, which alone decides what they may.

use std::collections::{BTreeMap, BTreeSet};

use lampfield_shared::{Exten, Me, Role};
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, With};
use leptos::task::spawn_local;

use super::{Board, Mark};
use crate::api;

/// What the page knows of its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The server has not said yet.
    Asking,
    /// Nobody that the server knows: it wants a login.
    Nobody,
    /// Somebody whose login has ended, by a logout elsewhere, by time, or by an admin.
    Ended,
    /// This one.
    Known(Box<Me>),
}

/// See the module.
#[derive(Clone, Copy)]
pub struct Session {
    who: RwSignal<Who>,
    board: Board,
}

impl Session {
    /// Asks the server.
    pub fn open(board: Board) -> Self {
        let session = Self { who: RwSignal::new(Who::Asking), board };
        session.ask();
        session
    }

    /// Asks the server again: at the start, and whenever the stream was refused.
    pub fn ask(self) {
        spawn_local(async move {
            match api::me().await {
                Ok(me) => self.know(me),
                Err(refusal) if refusal.is_unauthorized() => self.end(),
                // The connection tells of a server that is not there.
                Err(_) => {}
            }
        });
    }

    /// Who it is. Reactive.
    pub fn who(self) -> Who {
        self.who.get()
    }

    /// What they may. Reactive.
    pub fn role(self) -> Option<Role> {
        self.who.with(|who| match who {
            Who::Known(me) => Some(me.role),
            Who::Asking | Who::Nobody | Who::Ended => None,
        })
    }

    /// Whether they may what `role` may. Reactive.
    pub fn may(self, role: Role) -> bool {
        self.role() >= Some(role)
    }

    /// The one board that a screen shows.
    pub fn board_untracked(self) -> Option<String> {
        match self.who.get_untracked() {
            Who::Known(me) => me.board,
            Who::Asking | Who::Nobody | Who::Ended => None,
        }
    }

    /// What they noted of a lamp. Reactive.
    pub fn note(self, exten: &Exten) -> Option<String> {
        self.who.with(|who| match who {
            Who::Known(me) => me.notes.get(exten).cloned(),
            Who::Asking | Who::Nobody | Who::Ended => None,
        })
    }

    /// The server took a note, or its end.
    pub fn set_note(self, exten: &Exten, text: &str) {
        self.change(|me| {
            if text.is_empty() {
                me.notes.remove(exten);
            } else {
                me.notes.insert(exten.clone(), text.into());
            }
        });
    }

    /// The server took a favourite, or its end.
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
        // A login that ended where the board is open to all: whoever it was shall notice.
        if matches!(&was, Who::Known(old) if old.name.is_some() && me.name.is_none()) {
            self.who.set(Who::Ended);
            return;
        }
        let favourites: BTreeSet<Exten> = me.favourites.iter().cloned().collect();
        self.board.mark(Mark::Favourite, favourites);
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
