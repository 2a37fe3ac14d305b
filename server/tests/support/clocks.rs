//! The clocks of lampfield's machine in a simulated world, which jump: the machine sleeps, it is paused, its clock is
//! set. The PBXes go by the true time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use lampfield::clock::{Clock, LOOK_EVERY, Reading};
use lampfield::moment::Moment;
use lampfield::news::News;
use lampfield_shared::{DeviceName, DeviceState, Freshness, Lamp, Timestamp};

use super::{NAMES, OWN_EID, STORM, World, eid, number_of};

/// Differences of the machine's clocks from the true time.
pub struct Clocks {
    clock: Clock,
    /// True time that the monotonic clock has not counted: the machine slept or was paused.
    uncounted: Duration,
    /// True time that the clock of the boot has not counted: the machine was paused.
    paused: Duration,
    /// How far the wall clock is ahead of the true time, which begins at 0, in milliseconds.
    wall_ahead: i64,
    /// True time when the clocks were last looked at.
    looked: Duration,
    /// True time of the last jump.
    jumped: Duration,
    /// True time of the last jump that lampfield has noticed.
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

/// Messages of the PBXes that have arrived, by the time at which they were sent.
#[derive(Default)]
pub struct Words {
    /// The last state of each device at each PBX.
    devices: BTreeMap<(usize, DeviceName), Duration>,
    /// The last state of each call, by extension and dialog.
    calls: BTreeMap<(String, String), CallWord>,
    /// The call of each publication.
    publications: BTreeMap<String, (String, String)>,
}

#[derive(Default)]
struct CallWord {
    sent: Duration,
    is_over: bool,
    /// Whether a publication of the call goes on.
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
        // By the tag of a publication that has ended a message is refused, and the publication is as it was.
        word.is_held |= !text.contains("SIP-If-Match: ");
        // A late message does not bring the call back.
        word.is_over |= text.contains("terminated");
    }

    /// Notes that a publication has ended, perhaps only because time was skipped: no further message of its call will
    /// come.
    pub(super) fn note_end(&mut self, news: &News) {
        if let News::ExtensionEnded { exten, .. } = news {
            let its = self.calls.iter_mut().filter(|((of, _), _)| of == exten.as_str());
            its.for_each(|(_, word)| word.is_held = false);
        }
    }

    /// Time of the oldest last message among the calls of an extension; where all calls are over, time of the newest
    /// message.
    fn oldest_of(&self, exten: &str) -> Option<Duration> {
        let its = || self.calls.iter().filter(|((of, _), _)| of == exten).map(|(_, word)| word);
        let open = its().filter(|word| !word.is_over && word.is_held).map(|word| word.sent).min();
        open.or_else(|| its().map(|word| word.sent).max())
    }
}

impl World {
    /// Lets lampfield's machine sleep: time goes on for the PBXes, and their messages are lost. Messages under way wait
    /// in the buffer.
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

    /// Pauses lampfield's machine, a guest of a host: only the wall clock may show it, and stands still until it does.
    pub fn pause_machine(&mut self, length: Duration) {
        self.sleep(length);
        self.clocks.paused += length;
        self.clocks.wall_ahead -= milliseconds(length);
    }

    /// Lets the machine notice that it has slept.
    pub fn wake_up(&mut self) {
        self.look();
    }

    /// Sets the wall clock ahead by this number of milliseconds, or back; Linux lets nobody set it to before 1970.
    pub fn set_clock(&mut self, ahead: i64) {
        self.clocks.wall_ahead = self.clocks.wall_ahead.saturating_add(ahead).max(-milliseconds(self.now));
        self.clocks.jumped = self.now;
    }

    /// Compares the clocks, as the driver does before it takes in any news.
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
        // Calls cannot be asked for, so nothing is known of those that are not told yet.
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

    /// The true time at which the core's clock will show `core`, if nothing happens to the clocks.
    pub(super) fn when(&self, core: Instant) -> Duration {
        self.now + core.saturating_duration_since(self.now().mono)
    }

    /// Time of the wall clock.
    pub fn timestamp(&self) -> Timestamp {
        let now = milliseconds(self.now).saturating_add(self.clocks.wall_ahead);
        Timestamp(u64::try_from(now).unwrap_or_default())
    }

    /// Notes a PBX's message about a device or a call.
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

    /// Votes that are live although the PBX has told nothing since the clocks jumped: a change may have been lost.
    pub fn lies(&self) -> Vec<String> {
        // A message may be under way for this long.
        let since = self.clocks.noticed.saturating_sub(Duration::from_millis(STORM.delay_ms));
        let mut lies = Vec::new();
        for lamp in self.core.board().lamps() {
            let Some(details) = self.core.details(&lamp.exten) else { continue };
            // What we say ourselves no PBX need have said.
            let others = details.votes.iter().filter(|vote| vote.eid != Some(OWN_EID));
            for vote in others.filter(|vote| vote.freshness == Freshness::Live) {
                let pbx = (0..NAMES.len()).find(|pbx| Some(eid(*pbx)) == vote.eid);
                let said = match pbx {
                    Some(pbx) => self.words.devices.get(&(pbx, vote.device.clone())).copied(),
                    None => self.words.oldest_of(lamp.exten.as_str()),
                };
                // A phone that rings while it is in a call still does so, whatever else it does.
                let is_settled = pbx.is_none() && vote.state == DeviceState::RingInUse;
                if !is_settled && said.is_none_or(|said| said < since) {
                    lies.push(format!("{} is {} live: told at {said:?}, before {since:?}", vote.device, vote.state));
                }
            }
        }
        lies
    }

    /// Times on the board that are in the future, further than any jump.
    pub fn times_to_come(&self) -> Vec<String> {
        let latest = self.timestamp().0 + 1_000;
        let sites =
            self.core.sites().flat_map(|site| [Some(site.since), site.heard].map(|at| (site.name.to_string(), at)));
        let lamps = self.core.board().lamps().flat_map(|lamp| times(lamp).map(|at| (lamp.exten.to_string(), at)));
        let votes = self
            .core
            .board()
            .lamps()
            .filter_map(|lamp| self.core.details(&lamp.exten))
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
