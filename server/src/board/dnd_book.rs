//! Every "do not disturb" that was set through lampfield, every order that its PBX is being told, and what a state that
//! the PBX publishes means for both.

use std::collections::{BTreeMap, VecDeque};

use lampfield_shared::{DeviceName, DeviceState, Dnd, DndKind, Exten, SiteName, Timestamp};

/// A DND that was set through lampfield.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndTold {
    /// When the DND was set, which tells it from any other.
    pub since: Timestamp,
    /// When the DND ends by itself.
    pub until: Option<Timestamp>,
    /// Why the DND was set, in the words of whoever set it.
    pub reason: Option<String>,
    /// Name of whoever set it.
    pub by: Option<String>,
    /// The PBX that holds it, where it stops calls.
    pub node: Option<SiteName>,
}

/// Notice that a PBX no longer holds the DND that lampfield had set there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DndEnded {
    /// The extension.
    pub exten: Exten,
    /// When the DND was set, which tells it from any other.
    pub since: Timestamp,
}

/// An order that is to be carried out at a PBX, if the board knows of nothing against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Switch this DND on.
    Begin(DndTold),
    /// Go on to switch this DND on: an earlier run had begun, and nobody knows how far it got.
    Resume(DndTold),
    /// Switch a DND off.
    End {
        /// When the DND was set.
        since: Timestamp,
    },
}

/// What is left at the PBX of an order that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// Nobody knows what; the order is carried on later.
    Open,
    /// Some of it, which is to be ended later.
    ToEnd,
}

/// Every DND that was set through lampfield and is on, and every order whose outcome is not kept yet.
#[derive(Debug, Default)]
pub(super) struct DndBook {
    told: BTreeMap<(Exten, DndKind), DndTold>,
    orders: BTreeMap<Exten, Order>,
    ended: VecDeque<DndEnded>,
}

/// An order to a PBX: to stop calls of an extension, or to let them through.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) told: DndTold,
    wanted: Dnd,
    tellers: Tellers,
    heard: Heard,
}

/// Who may change the device at the PBX now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tellers {
    /// lampfield is at work there, so a change may be its own.
    We,
    /// lampfield does nothing there now, so a change is somebody else's.
    Others,
}

/// What the PBX has said last since the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Nothing,
    On,
    Off,
}

/// What a state of the PBX means for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    GoesOn,
    /// The order is over: what is at the PBX now is somebody else's, or nothing.
    Gone,
}

impl Order {
    /// Whether the PBX said last that the DND is on.
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

    /// Takes in that a DND was set, or has ended.
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

    /// Takes back an order of an earlier run: nobody knows how far it got.
    pub(super) fn reopen(&mut self, exten: Exten, wanted: Dnd, told: DndTold) {
        let order = Order { told, wanted, tellers: Tellers::Others, heard: Heard::Nothing };
        self.orders.insert(exten, order);
    }

    /// Forgets an order whose outcome is known.
    pub(super) fn close(&mut self, exten: &Exten) {
        self.orders.remove(exten);
    }

    pub(super) fn get(&self, exten: &Exten, kind: DndKind) -> Option<&DndTold> {
        self.told.get(&(exten.clone(), kind))
    }

    /// Takes in a state of a device that `peer` published.
    pub(super) fn notice(&mut self, peer: &SiteName, device: &DeviceName, state: DeviceState) {
        // UNKNOWN and INVALID are no deed of a person: a starting PBX says them of what it has not read yet.
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

    /// A DND that stands has ended, unless it is we who end it.
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

    /// Claims an order; `false`: there is nothing to be done. From now on what the PBX says is judged by it.
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

    /// Takes in that an order was given up before its end.
    pub(super) fn leave(&mut self, exten: &Exten, since: Timestamp, left: Left) {
        let Some(order) = self.order_of(exten, since) else {
            // The order was confirmed at the very moment at which it was given up.
            if left == Left::Nothing {
                self.forget_told(exten, since);
            }
            return;
        };
        order.tellers = Tellers::Others;
        let stays = match (left, order.wanted) {
            (Left::Nothing, Dnd::On) => false,
            // The PBX had switched off: whoever switches on now is somebody else.
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
