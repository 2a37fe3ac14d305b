//! The stream of events: opens it, hands events to the page, and notices when the stream is lost.

mod event;
pub mod liveness;
mod source;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

pub use self::event::BoardEvent;
use self::liveness::{Action, Break, Liveness, Status};
use self::source::{Frame, Source, SourceEvent};
use crate::browser;
use crate::clock::Clock;
use lampfield_shared::{Revision, Timestamp};
use leptos::ev;
use leptos::prelude::{
    Get, GetUntracked, RwSignal, Set, request_animation_frame, set_interval, set_timeout, window_event_listener,
};

/// How often time passes for the [`Liveness`].
const TIMER: Duration = Duration::from_secs(1);

/// How long a tab rests for each event that it was just told, and how long at most: a drawing costs more than what is new
/// in it. The worker that several tabs share rests as long (`assets/stream.js`), so this counts where there is none.
const REST: Duration = Duration::from_millis(20);
const LONGEST_REST: Duration = Duration::from_millis(100);

/// The receiver of the events.
pub trait Follower: 'static {
    /// Takes the events since the last animation frame, in order.
    fn apply(&self, events: Vec<BoardEvent>);

    /// Asks the server who the reader is: the stream was refused or begins anew, and the session may have ended or
    /// changed.
    fn ask_who(&self);
}

/// The state of the connection, as signals.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    status: RwSignal<Status>,
    lost: RwSignal<Option<Timestamp>>,
}

impl Connection {
    /// Opens the stream, for as long as the page lasts.
    pub fn open(follower: impl Follower, clock: Clock) -> Self {
        let connection = Self { status: RwSignal::new(Status::Connecting), lost: RwSignal::new(None) };
        EventStream::start(Box::new(follower), clock, connection);
        connection
    }

    /// The state of the connection. Reactive.
    pub fn status(self) -> Status {
        self.status.get()
    }

    /// When the stream was last heard, by the server's clock, if it is lost: the time that the lamps show. `None` while
    /// the stream is live. Reactive.
    pub fn lost(self) -> Option<Timestamp> {
        self.lost.get()
    }

    /// When the stream was last heard, if it is lost. Not reactive.
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

/// The open stream, with the events that wait for the next animation frame.
struct EventStream {
    follower: Box<dyn Follower>,
    clock: Clock,
    connection: Connection,
    liveness: RefCell<Liveness>,
    source: OnceCell<Rc<Source>>,
    queue: RefCell<Vec<Received>>,
    frame_asked: Cell<bool>,
    /// When the last events were told, and until when the tab rests after them, by the browser's clock.
    told: Cell<Duration>,
    rest_until: Cell<Duration>,
    /// The build of the server in the first snapshot, which served this page.
    build: RefCell<Option<String>>,
}

struct Received {
    event: BoardEvent,
    /// The `id:` of the event, or of the last one before it that had one.
    revision: Option<Revision>,
    /// When the event reached the browser.
    at: Duration,
}

impl EventStream {
    fn start(follower: Box<dyn Follower>, clock: Clock, connection: Connection) {
        let stream = Rc::new(Self {
            follower,
            clock,
            connection,
            liveness: RefCell::new(Liveness::new(browser::now())),
            source: OnceCell::new(),
            queue: RefCell::new(Vec::new()),
            frame_asked: Cell::new(false),
            told: Cell::default(),
            rest_until: Cell::default(),
            build: RefCell::new(None),
        });
        let receiver = Rc::downgrade(&stream);
        let source = stream.source.get_or_init(|| {
            Source::new(move |told| {
                if let Some(stream) = receiver.upgrade() {
                    stream.handle_source(told);
                }
            })
        });
        source.share();
        stream.act();
        Self::listen(&stream);
        let timed = Rc::clone(&stream);
        set_interval(move || timed.handle_timer(), TIMER);
    }

    /// Listens to what wakes the page or puts it to sleep.
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

    /// The page became visible or hidden, or the network is back.
    fn handle_sight(&self) {
        self.flush();
        if browser::is_hidden() {
            self.liveness.borrow_mut().handle_hidden();
        } else {
            self.liveness.borrow_mut().handle_wake(browser::now());
            self.act();
        }
    }

    /// The page is being left. The reader may come back to it; then the page asks for what it missed.
    fn leave(&self) {
        if let Some(source) = self.source.get() {
            source.leave();
        }
    }

    fn handle_timer(&self) {
        self.clock.handle_timer();
        {
            let mut liveness = self.liveness.borrow_mut();
            if browser::is_hidden() {
                liveness.handle_hidden();
            }
            liveness.handle_timer(browser::now(), js_sys::Math::random());
        }
        self.act();
    }

    fn handle_source(self: &Rc<Self>, told: SourceEvent) {
        match told {
            SourceEvent::Frame(frame) => self.receive(&frame),
            SourceEvent::Broken(kind) => {
                if kind == Break::Final {
                    self.follower.ask_who();
                }
                self.liveness.borrow_mut().handle_break(browser::now(), kind, js_sys::Math::random());
                self.act();
            }
        }
    }

    /// Carries out what the [`Liveness`] asks for, and shows the state of the connection.
    fn act(&self) {
        let action = self.liveness.borrow_mut().poll_action();
        if let (Some(action), Some(source)) = (action, self.source.get()) {
            match action {
                Action::Open { last, trust } => {
                    // Between two streams the reader's role may have changed, or another tab may have logged in.
                    if self.build.borrow().is_some() {
                        self.follower.ask_who();
                    }
                    source.open(last, trust);
                }
                Action::Close => source.close(),
            }
        }
        let liveness = self.liveness.borrow();
        self.connection
            .show(liveness.status(browser::now()), liveness.heard().map(|heard| self.clock.server_time(heard)));
    }

    /// Takes an event. One that cannot be read must not pass as received: the page was made by another build than the
    /// server, so it reloads itself once. If that does not help, the stream counts as lost.
    fn receive(self: &Rc<Self>, frame: &Frame) {
        let Ok(event) = BoardEvent::parse(&frame.name, &frame.data) else {
            browser::reload_once("unreadable");
            self.liveness.borrow_mut().handle_break(browser::now(), Break::Final, js_sys::Math::random());
            return self.act();
        };
        self.liveness.borrow_mut().handle_event(browser::now(), frame.at);
        self.queue.borrow_mut().push(Received { event, revision: frame.revision, at: frame.at });
        if browser::is_hidden() {
            self.flush();
        } else if !self.frame_asked.replace(true) {
            let stream = self.clone();
            let draw = move || {
                request_animation_frame(move || {
                    stream.frame_asked.set(false);
                    stream.flush();
                });
            };
            let now = browser::now();
            // Bounded, for the clock may be set back.
            let rest = self.rest_until.get().saturating_sub(now).min(LONGEST_REST);
            self.told.set(now + rest);
            if rest.is_zero() { draw() } else { set_timeout(draw, rest) }
        }
    }

    /// Hands all waiting events to the follower.
    fn flush(&self) {
        let received = self.queue.take();
        let events = u32::try_from(received.len()).unwrap_or(u32::MAX);
        self.rest_until.set(self.told.get() + REST.saturating_mul(events).min(LONGEST_REST));
        for received in &received {
            self.note(received);
        }
        self.follower.apply(received.into_iter().map(|received| received.event).collect());
        self.act();
    }

    /// Takes from an event what concerns the stream itself: clock, revision and build.
    fn note(&self, Received { event, revision, at }: &Received) {
        let mut liveness = self.liveness.borrow_mut();
        match event {
            BoardEvent::Snapshot(snapshot) => {
                self.clock.synchronise(snapshot.time, *at);
                liveness.handle_revision(snapshot.revision);
                // Another tab of this browser may have logged in or out: the stream is shared by all tabs.
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
                    liveness.handle_revision(revision);
                }
            }
            BoardEvent::Tick(tick) => {
                self.clock.synchronise(tick.time, *at);
                liveness.handle_tick(browser::now(), *tick);
            }
        }
    }
}
