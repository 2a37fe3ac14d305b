//! Limits of open connections: a stranger never takes the room of somebody who is logged in, nor the files that SIP and
//! the database need.
//!
//! ```text
//!  accept ─► waiting: handshake, head, body, an answer, the next request
//!              ├─ a session was shown ─────────────► known
//!              └─ the stream of an open board ─────► watching
//! ```
//! Where a class of connections is full the newcomer is let in, and the sender with most connections loses the one that
//! has been in the class longest: so a sender who floods pushes out their own. Streams are meant to last: there a
//! newcomer is refused who has as many as anybody else.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::address::{is_trusted, network};
use super::problem::Problem;

/// Files kept for SIP, the database, managers of PBXes and the resolver. Where few may be open in all, a quarter is
/// kept.
const KEPT: usize = 256;
/// Connections that have been pushed out and are not closed yet.
const LEAVING: usize = 64;

/// Most connections of a class: of all senders together, and of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    all: usize,
    each: usize,
}

impl Bound {
    fn new(all: usize, share: usize) -> Self {
        Self { all, each: (all / share).max(1) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Connection of a stranger who sends a request or is answered.
    Waiting,
    /// Stream of somebody who is not logged in.
    Watching,
    /// Connection of a session, or of a trusted proxy.
    Known,
}

/// Whose a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    /// An address; all addresses of an IPv6 network count as one.
    Address(IpAddr),
    Session(i64),
    /// A trusted proxy, as long as no request has come.
    Proxy(IpAddr),
}

/// Admits connections, and pushes them out again.
#[derive(Debug)]
pub(super) struct Door {
    room: Arc<Semaphore>,
    trusted_proxies: Vec<IpNet>,
    inside: Mutex<Inside>,
}

#[derive(Debug)]
struct Inside {
    waiting: Crowd,
    watching: Crowd,
    known: Crowd,
    /// Number of the last arrival.
    last: u64,
    /// Connections that were pushed out or refused.
    turned_away: u64,
}

/// The connections of one class.
#[derive(Debug)]
struct Crowd {
    bound: Bound,
    all: usize,
    /// Connections of each sender, by the number of their arrival.
    of: HashMap<Whose, BTreeMap<u64, Arc<Notify>>>,
}

/// Right to be connected; given back when dropped.
#[derive(Debug)]
pub(super) struct Pass {
    door: Arc<Door>,
    is_proxy: bool,
    seat: Mutex<Option<Seat>>,
    away: Arc<Notify>,
    _room: Option<OwnedSemaphorePermit>,
}

#[derive(Debug, Clone, Copy)]
struct Seat {
    class: Class,
    whose: Whose,
    arrival: u64,
}

impl Door {
    /// Makes a door for this number of files that may be open.
    pub fn new(files: usize, trusted_proxies: Vec<IpNet>) -> Arc<Self> {
        let room = files - KEPT.min(files / 4);
        let leaving = LEAVING.min(room / 16).max(1);
        let room = room.saturating_sub(leaving);
        let waiting = Bound::new((room / 4).clamp(1, 1024), 4);
        let watching = Bound::new((room / 2).clamp(1, 8192), 2);
        let known = Bound::new(room.saturating_sub(waiting.all + watching.all).clamp(1, 8192), 2);
        let known = Bound { each: known.each.min(256), ..known };
        let all = waiting.all + watching.all + known.all + leaving;
        let crowd = |bound| Crowd { bound, all: 0, of: HashMap::new() };
        let (waiting, watching, known) = (crowd(waiting), crowd(watching), crowd(known));
        let inside = Mutex::new(Inside { waiting, watching, known, last: 0, turned_away: 0 });
        Arc::new(Self { room: Arc::new(Semaphore::new(all)), trusted_proxies, inside })
    }

    /// Waits until one more connection may be open. There is always room soon, for a connection that is let in beyond a
    /// bound makes another leave.
    pub async fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).acquire_owned().await.ok()
    }

    /// Lets in a connection from this address, until its pass is dropped.
    pub fn let_in(self: &Arc<Self>, peer: IpAddr, room: Option<OwnedSemaphorePermit>) -> Arc<Pass> {
        let peer = peer.to_canonical();
        let is_proxy = is_trusted(&self.trusted_proxies, peer);
        let (seat, away) = (Mutex::new(None), Arc::default());
        let pass = Arc::new(Pass { door: Arc::clone(self), is_proxy, seat, away, _room: room });
        if is_proxy {
            pass.sit(Class::Known, Whose::Proxy(peer));
        } else {
            pass.sit(Class::Waiting, Whose::Address(network(peer)));
        }
        pass
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn crowd(&mut self, class: Class) -> &mut Crowd {
        match class {
            Class::Waiting => &mut self.waiting,
            Class::Watching => &mut self.watching,
            Class::Known => &mut self.known,
        }
    }

    /// Puts a connection into a class, and pushes another out where the class is full.
    fn enter(&mut self, class: Class, whose: Whose, away: &Arc<Notify>) -> Seat {
        self.last += 1;
        let arrival = self.last;
        let crowd = self.crowd(class);
        let pushed_out = if crowd.count(whose) >= crowd.bound.each {
            crowd.push_out(whose)
        } else if crowd.all >= crowd.bound.all {
            crowd.largest().is_some_and(|(largest, _)| crowd.push_out(largest))
        } else {
            false
        };
        crowd.of.entry(whose).or_default().insert(arrival, Arc::clone(away));
        crowd.all += 1;
        if pushed_out {
            self.note(class);
        }
        Seat { class, whose, arrival }
    }

    fn note(&mut self, class: Class) {
        self.turned_away += 1;
        let times = self.turned_away;
        if times.is_power_of_two() {
            tracing::warn!(times, ?class, "too many connections from browsers: some are refused");
        }
    }
}

impl Crowd {
    fn count(&self, whose: Whose) -> usize {
        self.of.get(&whose).map_or(0, BTreeMap::len)
    }

    /// The sender with most connections in this class, and their number.
    fn largest(&self) -> Option<(Whose, usize)> {
        self.of.iter().map(|(whose, theirs)| (*whose, theirs.len())).max_by_key(|(_, count)| *count)
    }

    /// Pushes out the connection of a sender that has been in this class longest. Tells whether there was one.
    fn push_out(&mut self, whose: Whose) -> bool {
        let Some(theirs) = self.of.get_mut(&whose) else { return false };
        let Some((_, away)) = theirs.pop_first() else { return false };
        if theirs.is_empty() {
            self.of.remove(&whose);
        }
        self.all -= 1;
        // Stored for a connection that does not wait for this yet.
        away.notify_one();
        true
    }

    /// Takes a connection out of this class, and tells whether it was still in.
    fn leave(&mut self, whose: Whose, arrival: u64) -> bool {
        let Some(theirs) = self.of.get_mut(&whose) else { return false };
        if theirs.remove(&arrival).is_none() {
            return false;
        }
        if theirs.is_empty() {
            self.of.remove(&whose);
        }
        self.all -= 1;
        true
    }

    /// Whether one more connection of a sender would be more than anybody else has.
    fn is_full_for(&self, whose: Whose) -> bool {
        let theirs = self.count(whose);
        let largest = self.largest().map_or(0, |(_, count)| count);
        theirs >= self.bound.each || (self.all >= self.bound.all && largest <= theirs + 1)
    }
}

impl Pass {
    /// Waits until the connection is pushed out.
    pub async fn lost(&self) {
        self.away.notified().await;
    }

    /// Notes that a request has come from this address: through a proxy each may be of another sender.
    pub fn asked(&self, by: IpAddr) {
        let whose = Whose::Address(network(by));
        let is_known = self.seat().is_some_and(|seat| matches!(seat.whose, Whose::Session(_)));
        if self.is_proxy || !is_known {
            self.sit(Class::Waiting, whose);
        }
    }

    /// Notes that the request shows a session that holds.
    pub fn shows(&self, session: i64) {
        let whose = Whose::Session(session);
        if self.seat().is_none_or(|seat| seat.whose != whose) {
            self.sit(Class::Known, whose);
        }
    }

    /// Notes that the request is answered by a stream.
    ///
    /// # Errors
    /// Where there are too many streams of people who are not logged in.
    pub fn watch(self: &Arc<Self>) -> Result<Watching, Problem> {
        if let Some(Seat { whose, class: Class::Waiting, .. }) = self.seat() {
            let mut inside = self.door.inside();
            if inside.watching.is_full_for(whose) {
                inside.note(Class::Watching);
                return Err(Problem::TooManyWatchers);
            }
            drop(inside);
            self.sit(Class::Watching, whose);
        }
        Ok(Watching(Arc::clone(self)))
    }

    fn seat(&self) -> Option<Seat> {
        *self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the connection to another class, unless it was pushed out meanwhile.
    fn sit(&self, class: Class, whose: Whose) {
        let mut seat = self.seat.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inside = self.door.inside();
        if let Some(Seat { class, whose, arrival }) = *seat
            && !inside.crowd(class).leave(whose, arrival)
        {
            return;
        }
        *seat = Some(inside.enter(class, whose, &self.away));
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(Seat { class, whose, arrival }) = self.seat() {
            self.door.inside().crowd(class).leave(whose, arrival);
        }
    }
}

/// An open stream; when it is dropped, the connection waits for its next request.
#[derive(Debug)]
pub(super) struct Watching(Arc<Pass>);

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(Seat { class: Class::Watching, whose, .. }) = self.0.seat() {
            self.0.sit(Class::Waiting, whose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn let_in(door: &Arc<Door>, peers: impl Iterator<Item = IpAddr>) -> Vec<Arc<Pass>> {
        peers.map(|peer| door.let_in(peer, None)).collect()
    }

    /// Whether a connection has been pushed out.
    fn is_lost(pass: &Arc<Pass>) -> bool {
        let Seat { class, whose, arrival } = pass.seat().unwrap();
        let mut inside = pass.door.inside();
        inside.crowd(class).of.get(&whose).is_none_or(|theirs| !theirs.contains_key(&arrival))
    }

    fn remain(passes: &[Arc<Pass>]) -> usize {
        passes.iter().filter(|pass| !is_lost(pass)).count()
    }

    fn bounds(door: &Door) -> [(usize, usize); 3] {
        let inside = door.inside();
        [&inside.waiting, &inside.watching, &inside.known].map(|crowd| (crowd.bound.all, crowd.bound.each))
    }

    #[test]
    fn files_are_kept_for_sip_and_the_database_whatever_the_limit() {
        assert_eq!(bounds(&Door::new(1 << 20, Vec::new())), [(1024, 256), (8192, 4096), (8192, 256)]);
        assert_eq!(bounds(&Door::new(1024, Vec::new())), [(180, 45), (360, 180), (180, 90)]);
        for files in [0, 1, 16, 64, 256, 1000, 1024, 4096, 20_000] {
            let door = Door::new(files, Vec::new());
            let all: usize = bounds(&door).iter().map(|(all, _)| all).sum();
            assert!(door.room.available_permits() > all, "{files}: no room for whoever pushes another out");
            assert!(files < 64 || door.room.available_permits() <= files - files.min(1024) / 4, "{files}");
        }
    }

    #[test]
    fn whoever_floods_pushes_out_their_own() {
        let door = Door::new(1024, Vec::new());
        let honest = let_in(&door, (1..=9).map(|end| ip(&format!("192.0.2.{end}"))));
        let flood = let_in(&door, std::iter::repeat_n(ip("198.51.100.1"), 1000));
        assert_eq!((remain(&honest), remain(&flood)), (9, 45));
        assert!(!is_lost(&flood[999]) && is_lost(&flood[0]), "the newest stays");
        let network = let_in(&door, (0..1000u32).map(|low| ip(&format!("2001:db8::{low:x}"))));
        assert_eq!(remain(&network), 45, "a network of IPv6 is one");
        // From everywhere: each flooder has one connection, so an honest one stays until it is the oldest.
        let crowd = let_in(&door, (0..1000u32).map(|it| IpAddr::from((it + (20 << 24)).to_be_bytes())));
        assert!(remain(&crowd) <= 180);
        let late = door.let_in(ip("203.0.113.1"), None);
        assert!(!is_lost(&late));
        drop((honest, flood, network, crowd, late));
        assert!(door.inside().waiting.of.is_empty() && door.inside().waiting.all == 0);
    }

    #[tokio::test]
    async fn whoever_is_pushed_out_is_told_and_comes_back_to_no_place() {
        let door = Door::new(1024, Vec::new());
        let first = door.let_in(ip("198.51.100.1"), None);
        let _flood = let_in(&door, std::iter::repeat_n(ip("198.51.100.1"), 45));
        first.lost().await;
        first.shows(7);
        assert!(is_lost(&first) && door.inside().known.of.is_empty());
    }

    #[test]
    fn whoever_is_logged_in_has_a_place_that_strangers_do_not_take() {
        let door = Door::new(1024, Vec::new());
        let member = door.let_in(ip("198.51.100.1"), None);
        member.asked(ip("198.51.100.1"));
        member.shows(7);
        let flood = let_in(&door, std::iter::repeat_n(ip("198.51.100.1"), 1000));
        assert!(!is_lost(&member), "at the very address of the flood");
        member.asked(ip("198.51.100.1"));
        let more = let_in(&door, std::iter::repeat_n(ip("198.51.100.1"), 100));
        assert!(!is_lost(&member), "and while it asks for a file of the page");
        let own: Vec<_> =
            (0..300).map(|_| door.let_in(ip("198.51.100.2"), None)).inspect(|pass| pass.shows(7)).collect();
        assert_eq!(remain(&own), 90, "a session is not for ever more connections");
        drop((member, flood, more, own));
        assert!(door.inside().known.of.is_empty());
    }

    #[test]
    fn an_open_board_is_watched_by_so_many_and_fairly() {
        let door = Door::new(1024, Vec::new());
        let watch = |peer: &str, many: usize| -> Vec<_> {
            let passes = (0..many).map(|_| door.let_in(ip(peer), None));
            passes.filter_map(|pass| pass.watch().ok().map(|watching| (pass, watching))).collect()
        };
        let one = watch("198.51.100.1", 400);
        assert_eq!(one.len(), 180, "the rest is refused, and none of these is pushed out");
        let two = watch("198.51.100.2", 400);
        assert_eq!(two.len(), 180);
        let late = watch("192.0.2.1", 3);
        assert_eq!(late.len(), 3);
        let lost = one.iter().chain(&two).filter(|(pass, _)| is_lost(pass)).count();
        assert_eq!(lost, 3, "of those who have most");
        assert!(watch("198.51.100.1", 1).is_empty());
        let member = door.let_in(ip("198.51.100.1"), None);
        member.shows(7);
        assert!(member.watch().is_ok());
        drop((one, two, late, member));
        let inside = door.inside();
        assert!(inside.watching.of.is_empty() && inside.waiting.of.is_empty() && inside.watching.all == 0);
    }

    #[test]
    fn through_a_proxy_everybody_counts_for_themselves() {
        let door = Door::new(1024, vec!["10.0.0.0/8".parse().unwrap()]);
        let idle = let_in(&door, std::iter::repeat_n(ip("10.0.0.1"), 80));
        assert_eq!(remain(&idle), 80, "none of its own connections is a stranger's");
        let ask = |from: &str, many: usize| -> Vec<_> {
            let passes = let_in(&door, std::iter::repeat_n(ip("10.0.0.1"), many));
            for pass in &passes {
                pass.asked(ip(from));
            }
            passes
        };
        let (honest, flood) = (ask("192.0.2.1", 6), ask("198.51.100.1", 200));
        assert_eq!((remain(&honest), remain(&flood)), (6, 45));
        // The next request by the same connection is another sender's.
        honest[0].shows(7);
        assert_eq!(remain(&flood), 45);
        honest[0].asked(ip("198.51.100.1"));
        assert_eq!((remain(&honest), remain(&flood)), (6, 44));
        assert_eq!(door.inside().known.count(Whose::Session(7)), 0);
    }
}
