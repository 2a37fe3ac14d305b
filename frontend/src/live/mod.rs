//! The stream: opens it, hands what comes to the board, and knows when it is lost.

mod event;
pub mod link;
mod source;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

pub use self::event::BoardEvent;
use self::link::{Action, Break, Link, Status};
use self::source::{Frame, Source, Told};
use crate::browser;
use crate::clock::Clock;
use lampfield_shared::{Revision, Timestamp};
use leptos::ev;
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, request_animation_frame, set_interval, window_event_listener};

/// How often the link is asked whether anything is due.
const TIMER: Duration = Duration::from_secs(1);

/// Who follows the stream.
pub trait Follower: 'static {
    /// What came since the last frame, in its order.
    fn apply(&self, events: Vec<BoardEvent>);

    /// The server refused the stream, or it begins anew: whoever looks may be another now, or nobody.
    fn ask_who(&self);
}

/// What the page knows of its stream.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    status: RwSignal<Status>,
    lost: RwSignal<Option<Timestamp>>,
}

impl Connection {
    /// Opens the stream. It lasts as long as the page.
    pub fn open(follower: impl Follower, clock: Clock) -> Self {
        let connection = Self { status: RwSignal::new(Status::Connecting), lost: RwSignal::new(None) };
        Stream::start(Box::new(follower), clock, connection);
        connection
    }

    /// What to tell the reader. Reactive.
    pub fn status(self) -> Status {
        self.status.get()
    }

    /// When a stream that is lost now was last heard, by the server's clock: the time that the
    /// lamps show. `None` while it lives. Reactive.
    pub fn lost(self) -> Option<Timestamp> {
        self.lost.get()
    }

    /// What [`lost`](Self::lost) tells now, without following it.
    pub fn lost_untracked(self) -> Option<Timestamp> {
        self.lost.get_untracked()
    }

    fn show(self, status: Status, heard: Option<Timestamp>) {
        if self.status.get_untracked() != status {
            self.status.set(status);
        }
        let lost = if matches!(status, Status::Lost { .. }) { heard } else { None };
        if self.lost.get_untracked() != lost {
            self.lost.set(lost);
        }
    }
}

/// The open stream and what it brought since the last frame.
struct Stream {
    follower: Box<dyn Follower>,
    clock: Clock,
    connection: Connection,
    link: RefCell<Link>,
    source: OnceCell<Rc<Source>>,
    queue: RefCell<Vec<Received>>,
    frame_asked: Cell<bool>,
    /// The build of the first snapshot: the one that the page belongs to.
    build: RefCell<Option<String>>,
}

struct Received {
    event: BoardEvent,
    /// The `id:` of this event, or of the last that had one.
    revision: Option<Revision>,
    /// When the browser got it.
    at: Duration,
}

impl Stream {
    fn start(follower: Box<dyn Follower>, clock: Clock, connection: Connection) {
        let stream = Rc::new(Self {
            follower,
            clock,
            connection,
            link: RefCell::new(Link::new(browser::now())),
            source: OnceCell::new(),
            queue: RefCell::new(Vec::new()),
            frame_asked: Cell::new(false),
            build: RefCell::new(None),
        });
        let receiver = Rc::downgrade(&stream);
        let source = stream.source.get_or_init(|| {
            Source::new(move |told| {
                if let Some(stream) = receiver.upgrade() {
                    stream.handle_told(told);
                }
            })
        });
        source.share();
        stream.act();
        Self::listen(&stream);
        let timed = Rc::clone(&stream);
        set_interval(move || timed.handle_timer(), TIMER);
    }

    /// Hears of all that wakes a page, and of what puts it to sleep.
    fn listen(stream: &Rc<Self>) {
        let wake = {
            let stream = Rc::clone(stream);
            move || stream.handle_sight()
        };
        let (shown, seen, online) = (wake.clone(), wake.clone(), wake);
        window_event_listener(ev::pageshow, move |_| shown());
        window_event_listener(ev::visibilitychange, move |_| seen());
        window_event_listener(ev::online, move |_| online());
        let leaving = Rc::clone(stream);
        window_event_listener(ev::pagehide, move |_| leaving.leave());
    }

    /// The page is seen again, or no more, or the network is back.
    fn handle_sight(&self) {
        self.flush();
        if browser::is_hidden() {
            self.link.borrow_mut().handle_hidden();
        } else {
            self.link.borrow_mut().handle_wake(browser::now());
            self.act();
        }
    }

    /// The page goes away, perhaps to come back: then it asks for what it missed.
    fn leave(&self) {
        if let Some(source) = self.source.get() {
            source.leave();
        }
    }

    fn handle_timer(&self) {
        self.clock.handle_timer();
        {
            let mut link = self.link.borrow_mut();
            if browser::is_hidden() {
                link.handle_hidden();
            }
            link.handle_timer(browser::now(), js_sys::Math::random());
        }
        self.act();
    }

    fn handle_told(self: &Rc<Self>, told: Told) {
        match told {
            Told::Event(frame) => self.receive(&frame),
            Told::Broken(kind) => {
                if kind == Break::Final {
                    self.follower.ask_who();
                }
                self.link.borrow_mut().handle_break(browser::now(), kind, js_sys::Math::random());
                self.act();
            }
        }
    }

    /// Does what the link wants, and shows how it stands.
    fn act(&self) {
        let action = self.link.borrow_mut().poll_action();
        if let (Some(action), Some(source)) = (action, self.source.get()) {
            match action {
                Action::Open { last, trust } => {
                    // Between two streams a role may have changed, or somebody logged in elsewhere.
                    if self.build.borrow().is_some() {
                        self.follower.ask_who();
                    }
                    source.open(last, trust);
                }
                Action::Close => source.close(),
            }
        }
        let link = self.link.borrow();
        self.connection.show(link.status(browser::now()), link.heard().map(|heard| self.clock.server_time(heard)));
    }

    /// Takes an event. One that cannot be read must not pass for one that was: the page, of
    /// another build than the server, loads itself anew, and should that not help, is lost.
    fn receive(self: &Rc<Self>, frame: &Frame) {
        let Ok(event) = BoardEvent::parse(&frame.name, &frame.data) else {
            browser::reload_once("unreadable");
            self.link.borrow_mut().handle_break(browser::now(), Break::Final, js_sys::Math::random());
            return self.act();
        };
        self.link.borrow_mut().handle_event(browser::now(), frame.at);
        self.queue.borrow_mut().push(Received { event, revision: frame.revision, at: frame.at });
        if browser::is_hidden() {
            self.flush();
        } else if !self.frame_asked.replace(true) {
            let stream = self.clone();
            request_animation_frame(move || {
                stream.frame_asked.set(false);
                stream.flush();
            });
        }
    }

    /// Applies all that came.
    fn flush(&self) {
        let received = self.queue.take();
        for received in &received {
            self.note(received);
        }
        self.follower.apply(received.into_iter().map(|received| received.event).collect());
        self.act();
    }

    /// Takes from an event what concerns the stream itself.
    fn note(&self, Received { event, revision, at }: &Received) {
        let mut link = self.link.borrow_mut();
        match event {
            BoardEvent::Snapshot(snapshot) => {
                self.clock.synchronise(snapshot.time, *at);
                link.handle_revision(snapshot.revision);
                // Another tab of this browser may have logged in or out, and the stream is shared.
                if self.build.borrow().is_some() {
                    self.follower.ask_who();
                }
                let build = self.build.borrow_mut().get_or_insert_with(|| snapshot.build.clone()).clone();
                if build != snapshot.build {
                    browser::reload_once(&snapshot.build);
                }
            }
            BoardEvent::Change(_) | BoardEvent::Site(_) | BoardEvent::Boards(_) => {
                if let Some(revision) = *revision {
                    link.handle_revision(revision);
                }
            }
            BoardEvent::Tick(tick) => {
                self.clock.synchronise(tick.time, *at);
                link.handle_tick(browser::now(), *tick);
            }
        }
    }
}
