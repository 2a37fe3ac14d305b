//! The clocks of lampfield's machine in a simulated world, and what they do to it: it sleeps, it is paused, its clock is
//! set. The PBXes go by the true time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use lampfield::board::News;
use lampfield::clock::{Clock, LOOK_EVERY, Reading};
use lampfield::moment::Moment;
use lampfield_shared::{DeviceName, DeviceState, Freshness, Lamp, Timestamp};

use super::{NAMES, STORM, World, eid, number_of};

/// What the machine's clocks say beside the true time.
pub struct Clocks {
    clock: Clock,
    /// True time that the monotonic clock has not counted: the machine slept or was paused.
    uncounted: Duration,
    /// True time that the clock of the boot has not counted: the machine was paused.
    paused: Duration,
    /// How far the wall clock is ahead of the true time, which begins at 0, in milliseconds.
    wall_ahead: i64,
    /// When the clocks were last looked at, in the true time.
    looked: Duration,
    /// When the clocks last did something that they must not.
    jumped: Duration,
    /// When that had happened of which lampfield last took notice.
    noticed: Duration,
}

impl Clocks {
    pub fn new(start: Instant) -> Self {
        let reading = Reading { monotonic: start, boot: Duration::ZERO, wall: Timestamp(0) };
        Self {
            clock: Clock::new(reading),
            uncounted: Duration::ZERO,
            paused: Duration::ZERO,
            wall_ahead: 0,
            looked: Duration::ZERO,
            jumped: Duration::ZERO,
            noticed: Duration::ZERO,
        }
    }
}

/// What arrived of the PBXes, by when it had been sent.
#[derive(Default)]
pub struct Words {
    /// The last word of each PBX on each device.
    devices: BTreeMap<(usize, DeviceName), Duration>,
    /// The last word on each call, by extension and dialog.
    calls: BTreeMap<(String, String), CallWord>,
    /// The call of each publication.
    publications: BTreeMap<String, (String, String)>,
}

#[derive(Default)]
struct CallWord {
    sent: Duration,
    is_over: bool,
    /// A publication of it goes on.
    is_held: bool,
}

impl Words {
    fn note_call(&mut self, sent: Duration, text: &str) {
        let between =
            |before: &str, after: char| text.split_once(before)?.1.split_once(after).map(|(it, _)| it.to_owned());
        let Some((exten, publication)) = between("PUBLISH sip:", '@').zip(between("Call-ID: ", '\r')) else { return };
        if let Some(dialog) = between("<dialog id=\"", '"') {
            self.publications.insert(publication.clone(), (exten, dialog));
        }
        let Some(call) = self.publications.get(&publication).cloned() else { return };
        let word = self.calls.entry(call).or_default();
        word.sent = sent.max(word.sent);
        word.is_held = true;
        // What comes late does not bring it back.
        word.is_over |= text.contains("terminated");
    }

    /// A publication has ended, perhaps only because time was skipped: what its call is nobody waits for any more.
    pub(super) fn note_end(&mut self, news: &News) {
        if let News::ExtensionEnded { exten, .. } = news {
            let its = self.calls.iter_mut().filter(|((of, _), _)| of == exten.as_str());
            its.for_each(|(_, word)| word.is_held = false);
        }
    }

    /// When something was said of that call at an extension of which nothing was said for longest; where all are over,
    /// when anything was said.
    fn oldest_of(&self, exten: &str) -> Option<Duration> {
        let its = || self.calls.iter().filter(|((of, _), _)| of == exten).map(|(_, word)| word);
        let open = its().filter(|word| !word.is_over && word.is_held).map(|word| word.sent).min();
        open.or_else(|| its().map(|word| word.sent).max())
    }
}

impl World {
    /// The machine of lampfield sleeps: time goes on for the PBXes, and what they send is lost. What was on its way
    /// waits in the buffer.
    pub fn sleep(&mut self, length: Duration) {
        let end = self.now + length;
        let buffered = std::mem::take(&mut self.wire);
        while self.now < end {
            self.now = end.min(self.now + Duration::from_millis(100));
            let now = self.start + self.now;
            for pbx in &mut self.pbxes {
                pbx.handle_timeout(now);
                while pbx.poll_transmit().is_some() {}
            }
            if let Some(teller) = &mut self.teller {
                teller.handle_timeout(now);
                while teller.poll_transmit().is_some() {}
            }
        }
        self.wire = buffered.into_iter().map(|((_, number), datagram)| ((self.now, number), datagram)).collect();
        self.clocks.uncounted += length;
        self.clocks.jumped = self.now;
    }

    /// Likewise, but it is a guest that its host paused: only the wall clock may tell, and stands still until it does.
    pub fn pause_machine(&mut self, length: Duration) {
        self.sleep(length);
        self.clocks.paused += length;
        self.clocks.wall_ahead -= milliseconds(length);
    }

    /// The machine notices that it has slept.
    pub fn wake_up(&mut self) {
        self.look();
    }

    /// The wall clock is set ahead by so many milliseconds, or back; Linux lets nobody set it to before 1970.
    pub fn set_clock(&mut self, ahead: i64) {
        self.clocks.wall_ahead = self.clocks.wall_ahead.saturating_add(ahead).max(-milliseconds(self.now));
        self.clocks.jumped = self.now;
    }

    /// Compares the clocks, as the driver does before it takes anything for news.
    pub fn look(&mut self) {
        self.clocks.looked = self.now;
        let reading = self.reading();
        if self.clocks.clock.look(reading).is_some() {
            self.clocks.noticed = self.clocks.jumped;
            self.core.handle_jump(self.now());
            self.collect();
        }
    }

    pub(super) fn next_look(&self) -> Duration {
        self.clocks.looked + LOOK_EVERY
    }

    pub(super) fn restart_clocks(&mut self) {
        self.clocks.clock = Clock::new(self.reading());
        self.clocks.noticed = self.now;
        // Nobody can be asked for calls, so of those that are not told yet nothing is known.
        self.words = Words::default();
    }

    fn reading(&self) -> Reading {
        let Clocks { uncounted, paused, .. } = self.clocks;
        Reading {
            monotonic: self.start + self.now.saturating_sub(uncounted),
            boot: self.now.saturating_sub(paused),
            wall: self.timestamp(),
        }
    }

    /// The time of the core.
    pub fn now(&self) -> Moment {
        self.clocks.clock.moment(self.reading())
    }

    /// When it will be that in the true time, if nothing happens to the clocks.
    pub(super) fn when(&self, core: Instant) -> Duration {
        self.now + core.saturating_duration_since(self.now().mono)
    }

    /// What the wall clock says.
    pub fn timestamp(&self) -> Timestamp {
        let now = milliseconds(self.now).saturating_add(self.clocks.wall_ahead);
        Timestamp(u64::try_from(now).unwrap_or_default())
    }

    /// Notes what a PBX says of a device, or of a call.
    pub(super) fn note_word(&mut self, sent: Duration, from: SocketAddr, payload: &Bytes) {
        let text = String::from_utf8_lossy(payload);
        match number_of(from) {
            Some(pbx) if pbx < NAMES.len() => {
                let told = self.pbxes[pbx].devices().keys().filter(|device| text.contains(&format!("\"{device}\"")));
                for device in told {
                    let said = self.words.devices.entry((pbx, device.clone())).or_default();
                    *said = sent.max(*said);
                }
            }
            Some(_) => self.words.note_call(sent, &text),
            None => {}
        }
    }

    /// Whatever is live and of which the PBX has said nothing since the clocks jumped: it could have said something
    /// unheard.
    pub fn lies(&self) -> Vec<String> {
        // A word may be on its way for so long.
        let since = self.clocks.noticed.saturating_sub(Duration::from_millis(STORM.delay_ms));
        let mut lies = Vec::new();
        for lamp in self.core.board().lamps() {
            let Some(details) = self.core.board().details(&lamp.exten) else { continue };
            for vote in details.votes.iter().filter(|vote| vote.freshness == Freshness::Live) {
                let pbx = (0..NAMES.len()).find(|pbx| Some(eid(*pbx)) == vote.eid);
                let said = match pbx {
                    Some(pbx) => self.words.devices.get(&(pbx, vote.device.clone())).copied(),
                    None => self.words.oldest_of(lamp.exten.as_str()),
                };
                // Whatever else a phone does that rings while it is in a call, it does that.
                let is_settled = pbx.is_none() && vote.state == DeviceState::RingInUse;
                if !is_settled && said.is_none_or(|said| said < since) {
                    lies.push(format!("{} is {} live: told at {said:?}, before {since:?}", vote.device, vote.state));
                }
            }
        }
        lies
    }

    /// Whatever on the board is of a time to come, beyond what no jump is.
    pub fn times_to_come(&self) -> Vec<String> {
        let latest = self.timestamp().0 + 1_000;
        let sites = self
            .core
            .board()
            .sites()
            .flat_map(|site| [Some(site.since), site.heard].map(|at| (site.name.to_string(), at)));
        let lamps = self.core.board().lamps().flat_map(|lamp| times(lamp).map(|at| (lamp.exten.to_string(), at)));
        let votes = self
            .core
            .board()
            .lamps()
            .filter_map(|lamp| self.core.board().details(&lamp.exten))
            .flat_map(|details| details.votes);
        let votes = votes.map(|vote| (vote.device.to_string(), Some(vote.when)));
        let all = sites.chain(lamps).chain(votes);
        all.filter(|(_, at)| at.is_some_and(|at| at.0 > latest))
            .map(|(of, at)| format!("{of}: {at:?} after {latest}"))
            .collect()
    }
}

fn times(lamp: &Lamp) -> impl Iterator<Item = Option<Timestamp>> + use<> {
    let phone = lamp.phone.as_ref().and_then(|phone| phone.as_of);
    let presence = lamp.presence.as_ref().and_then(|presence| presence.as_of);
    let call = lamp.call.as_ref().and_then(|call| call.as_of);
    [Some(lamp.since), lamp.as_of, lamp.dnd_as_of, lamp.mailbox_as_of, phone, presence, call].into_iter()
}

fn milliseconds(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap()
}
