//! Every "do not disturb" that was set through lampfield, every order that its PBX is being told, and what a word of
//! the PBX means for both.

use std::collections::{BTreeMap, VecDeque};

use lampfield_shared::{DeviceName, DeviceState, Dnd, DndKind, Exten, SiteName, Timestamp};

/// What is known of a DND that was set through lampfield.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndTold {
    /// When it was set: tells it from any other.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who set it.
    pub by: Option<String>,
    /// The PBX that holds it, where it stops calls.
    pub node: Option<SiteName>,
}

/// A PBX no longer holds the DND that lampfield had set there `since` then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndEnded {
    /// Whose.
    pub exten: Exten,
    /// Which.
    pub since: Timestamp,
}

/// What is to be done at a PBX now, if the board knows of nothing against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This is to be switched on.
    Begin(DndTold),
    /// This was to be switched on, and nobody knows how far it got.
    Resume(DndTold),
    /// What was set `since` then is to be switched off.
    End {
        /// When it was set.
        since: Timestamp,
    },
}

/// What becomes of an order that was not carried out to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing of it is at the PBX.
    Nothing,
    /// Nobody knows; it is carried on later.
    Open,
    /// Some of it is at the PBX, and is to be ended later.
    ToEnd,
}

/// Every DND that was set through lampfield and is on, and every order of which the outcome is not kept yet.
#[derive(Debug, Default)]
pub(super) struct DndBook {
    told: BTreeMap<(Exten, DndKind), DndTold>,
    orders: BTreeMap<Exten, Order>,
    ended: VecDeque<DndEnded>,
}

/// An order to stop calls, or to let them through.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) told: DndTold,
    wanted: Dnd,
    tellers: Tellers,
    heard: Heard,
}

/// Who may have set the device at the PBX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tellers {
    /// lampfield is at work there: its own word comes back.
    We,
    /// lampfield does nothing there now: what changes is somebody else's.
    Others,
}

/// The last word of the PBX since the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Nothing,
    On,
    Off,
}

/// What a word of the PBX means for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    GoesOn,
    /// What is at the PBX now is somebody else's, or nothing.
    Gone,
}

impl Order {
    /// Whether the PBX said last that it is on.
    pub(super) fn is_confirmed(&self) -> bool {
        self.heard == Heard::On
    }

    fn hear(&mut self, state: Dnd) -> Fate {
        let fate = match (self.wanted, state) {
            (Dnd::On, Dnd::Off) if self.heard == Heard::On => Fate::Gone,
            (Dnd::On, Dnd::On) if self.heard == Heard::Off && self.tellers == Tellers::Others => Fate::Gone,
            (Dnd::Off, Dnd::On) if self.heard == Heard::Off => Fate::Gone,
            _ => Fate::GoesOn,
        };
        self.heard = if state == Dnd::On { Heard::On } else { Heard::Off };
        fate
    }
}

impl DndBook {
    /// The next DND that was ended at its PBX.
    pub(super) fn poll_ended(&mut self) -> Option<DndEnded> {
        self.ended.pop_front()
    }

    /// A DND was set, or is none any more.
    pub(super) fn tell(&mut self, exten: &Exten, kind: DndKind, told: Option<DndTold>) {
        let key = (exten.clone(), kind);
        if let Some(told) = told {
            self.told.insert(key, told);
        } else {
            self.told.remove(&key);
            if kind == DndKind::Calls {
                self.close(exten);
            }
        }
    }

    /// Nobody knows how far this order got: the server ended meanwhile.
    pub(super) fn reopen(&mut self, exten: Exten, wanted: Dnd, told: DndTold) {
        let order = Order { told, wanted, tellers: Tellers::Others, heard: Heard::Nothing };
        self.orders.insert(exten, order);
    }

    /// The outcome of the order is known.
    pub(super) fn close(&mut self, exten: &Exten) {
        self.orders.remove(exten);
    }

    pub(super) fn get(&self, exten: &Exten, kind: DndKind) -> Option<&DndTold> {
        self.told.get(&(exten.clone(), kind))
    }

    /// `peer` says this of `device`.
    pub(super) fn notice(&mut self, peer: &SiteName, device: &DeviceName, state: DeviceState) {
        // UNKNOWN and INVALID are no word of a person: a PBX that starts says them of what it has not read yet.
        let state = match state {
            DeviceState::Busy => Dnd::On,
            DeviceState::NotInUse | DeviceState::Unavailable => Dnd::Off,
            _ => return,
        };
        let Some(exten) = device.as_str().strip_prefix("Custom:DND").map(Exten::from) else { return };
        if state == Dnd::Off {
            self.notice_end(peer, &exten);
        }
        if let Some(order) = self.orders.get_mut(&exten).filter(|order| order.told.node.as_ref() == Some(peer))
            && order.hear(state) == Fate::Gone
        {
            let since = order.told.since;
            self.orders.remove(&exten);
            self.forget_told(&exten, since);
            self.ended.push_back(DndEnded { exten, since });
        }
    }

    /// One that stands has ended, unless it is we who end it.
    fn notice_end(&mut self, peer: &SiteName, exten: &Exten) {
        let Some(told) = self.get(exten, DndKind::Calls).filter(|told| told.node.as_ref() == Some(peer)) else {
            return;
        };
        let since = told.since;
        let is_ours = |order: &Order| order.wanted == Dnd::Off && order.told.since == since;
        if !self.orders.get(exten).is_some_and(is_ours) {
            self.forget_told(exten, since);
            self.ended.push_back(DndEnded { exten: exten.clone(), since });
        }
    }

    fn forget_told(&mut self, exten: &Exten, since: Timestamp) {
        let key = (exten.clone(), DndKind::Calls);
        if self.told.get(&key).is_some_and(|told| told.since == since) {
            self.told.remove(&key);
        }
    }

    pub(super) fn order_of(&mut self, exten: &Exten, since: Timestamp) -> Option<&mut Order> {
        self.orders.get_mut(exten).filter(|order| order.told.since == since)
    }

    /// Whether it may be done. From now on what the PBX says is looked at in the light of it.
    pub(super) fn claim(&mut self, exten: &Exten, claim: Claim) -> bool {
        match claim {
            Claim::Begin(told) => {
                let order = Order { told, wanted: Dnd::On, tellers: Tellers::We, heard: Heard::Nothing };
                self.orders.insert(exten.clone(), order);
                true
            }
            Claim::Resume(told) => match self.order_of(exten, told.since).filter(|order| order.wanted == Dnd::On) {
                Some(order) => {
                    (order.tellers, order.heard) = (Tellers::We, Heard::Nothing);
                    true
                }
                None => false,
            },
            Claim::End { since } => {
                let stands = self.get(exten, DndKind::Calls).filter(|told| told.since == since).cloned();
                match (self.order_of(exten, since), stands) {
                    (Some(order), _) => (order.wanted, order.tellers) = (Dnd::Off, Tellers::We),
                    (None, Some(told)) => {
                        let order = Order { told, wanted: Dnd::Off, tellers: Tellers::We, heard: Heard::Nothing };
                        self.orders.insert(exten.clone(), order);
                    }
                    (None, None) => return false,
                }
                true
            }
        }
    }

    /// The order is not carried out to its end.
    pub(super) fn leave(&mut self, exten: &Exten, since: Timestamp, left: Left) {
        let Some(order) = self.order_of(exten, since) else {
            // Confirmed at the very moment at which nobody waited any more.
            if left == Left::Nothing {
                self.forget_told(exten, since);
            }
            return;
        };
        order.tellers = Tellers::Others;
        let stays = match (left, order.wanted) {
            (Left::Nothing, Dnd::On) => false,
            // Half off: who switches it on now is somebody else.
            (Left::Nothing, Dnd::Off) => order.heard == Heard::Off,
            (Left::Open, _) => true,
            (Left::ToEnd, _) => {
                order.wanted = Dnd::Off;
                true
            }
        };
        if !stays {
            self.orders.remove(exten);
        }
    }
}
