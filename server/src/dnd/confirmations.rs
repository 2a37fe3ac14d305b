//! Requests that wait until a PBX confirms by its PUBLISH.

use tokio::sync::oneshot;

use crate::board::{Awaited, Board, DndEnded};
use crate::ledger::Ledger;
use crate::moment::Moment;

/// All that wait for a PBX; looked at whenever the board has changed.
#[derive(Debug, Default)]
pub struct Confirmations {
    waiting: Vec<Confirmation>,
    ended: Option<oneshot::Sender<DndEnded>>,
    /// An end that could not be told, for its asker had gone away: told to the next.
    untold: Option<DndEnded>,
}

#[derive(Debug)]
struct Confirmation {
    awaited: Awaited,
    reply: oneshot::Sender<()>,
}

impl Confirmations {
    /// Notes somebody who waits until a PBX publishes a state.
    pub fn confirmation(&mut self, awaited: Awaited, reply: oneshot::Sender<()>) {
        self.waiting.push(Confirmation { awaited, reply });
    }

    /// Notes who waits until a DND that was set here is ended at its PBX.
    pub fn end(&mut self, reply: oneshot::Sender<DndEnded>) {
        self.ended = Some(reply);
    }

    /// Completes waiters whose confirmation has arrived, and drops those who wait no more.
    pub fn settle(&mut self, board: &mut Board, ledger: &Ledger, now: Moment) {
        let has_come = |it: &mut Confirmation| it.reply.is_closed() || board.has_come(now, ledger, &it.awaited);
        for it in self.waiting.extract_if(.., has_come) {
            // Whoever asked may have gone away.
            let _gone = it.reply.send(());
        }
        if let Some(reply) = self.ended.take_if(|reply| !reply.is_closed()) {
            match self.untold.take().or_else(|| board.poll_dnd_ended()) {
                Some(ended) => self.untold = reply.send(ended).err(),
                None => self.ended = Some(reply),
            }
        }
    }
}
