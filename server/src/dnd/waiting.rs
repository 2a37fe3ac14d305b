//! Who waits for the word of a PBX.

use lampfield_shared::{DeviceName, DeviceState, SiteName};
use tokio::sync::oneshot;

use crate::board::{Board, DndEnded};

/// All who wait; looked at whenever the board has changed.
#[derive(Debug, Default)]
pub struct Waiting {
    confirmations: Vec<Confirmation>,
    ended: Option<oneshot::Sender<DndEnded>>,
}

#[derive(Debug)]
struct Confirmation {
    peer: SiteName,
    device: DeviceName,
    state: DeviceState,
    reply: oneshot::Sender<()>,
}

impl Waiting {
    /// One waits until `peer` itself says that `device` is in `state`.
    pub fn confirmation(&mut self, peer: SiteName, device: DeviceName, state: DeviceState, reply: oneshot::Sender<()>) {
        self.confirmations.push(Confirmation { peer, device, state, reply });
    }

    /// One waits until a DND that was set here is ended at its PBX.
    pub fn end(&mut self, reply: oneshot::Sender<DndEnded>) {
        self.ended = Some(reply);
    }

    /// Answers those whose word has come, and forgets those who wait no more.
    pub fn settle(&mut self, board: &mut Board) {
        let has_come = |it: &mut Confirmation| it.reply.is_closed() || board.confirms(&it.peer, &it.device, it.state);
        for it in self.confirmations.extract_if(.., has_come) {
            // Whoever asked may have gone away.
            let _gone = it.reply.send(());
        }
        if let Some(reply) = self.ended.take_if(|reply| !reply.is_closed()) {
            match board.poll_dnd_ended() {
                Some(ended) => _ = reply.send(ended),
                None => self.ended = Some(reply),
            }
        }
    }
}
