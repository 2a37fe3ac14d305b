//! Who waits for the word of a PBX.

use tokio::sync::oneshot;

use crate::board::{Awaited, Board, DndEnded};
use crate::ledger::Ledger;
use crate::moment::Moment;

/// All who wait; looked at whenever the board has changed.
#[derive(Debug, Default)]
pub struct Waiting {
    confirmations: Vec<Confirmation>,
    ended: Option<oneshot::Sender<DndEnded>>,
    /// Told to somebody who had gone away meanwhile: told to the next.
    untold: Option<DndEnded>,
}

#[derive(Debug)]
struct Confirmation {
    awaited: Awaited,
    reply: oneshot::Sender<()>,
}

impl Waiting {
    /// One waits for a word of a PBX.
    pub fn confirmation(&mut self, awaited: Awaited, reply: oneshot::Sender<()>) {
        self.confirmations.push(Confirmation { awaited, reply });
    }

    /// One waits until a DND that was set here is ended at its PBX.
    pub fn end(&mut self, reply: oneshot::Sender<DndEnded>) {
        self.ended = Some(reply);
    }

    /// Answers those whose word has come, and forgets those who wait no more.
    pub fn settle(&mut self, board: &mut Board, ledger: &Ledger, now: Moment) {
        let has_come = |it: &mut Confirmation| it.reply.is_closed() || board.has_come(now, ledger, &it.awaited);
        for it in self.confirmations.extract_if(.., has_come) {
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
