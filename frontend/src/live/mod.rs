//! The stream: opens it, hands what comes to the board, and knows when it is lost.

mod event;
pub mod link;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use lampfield_shared::{Revision, Timestamp};
use leptos::ev;
use leptos::prelude::{Get, GetUntracked, RwSignal, Set, request_animation_frame, set_interval, window_event_listener};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

pub use self::event::BoardEvent;
use self::link::{Action, Break, Link, Status};
use crate::browser;
use crate::state::{Board, Clock, Session};

/// Relative, so that the page works under any path of a proxy.
const EVENTS: &str = "api/v1/events";

/// How often the link is asked whether anything is due.
const TIMER: Duration = Duration::from_secs(1);

/// What the page knows of its stream.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    status: RwSignal<Status>,
    lost: RwSignal<Option<Timestamp>>,
}

impl Connection {
    /// Opens the stream. It lasts as long as the page; where it is refused, `session` asks why.
    pub fn open(board: Board, clock: Clock, session: Session) -> Self {
        let connection = Self { status: RwSignal::new(Status::Connecting), lost: RwSignal::new(None) };
        Stream::start(board, clock, session, connection);
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
    board: Board,
    clock: Clock,
    session: Session,
    connection: Connection,
    link: RefCell<Link>,
    source: RefCell<Option<EventSource>>,
    queue: RefCell<Vec<Received>>,
    frame_asked: Cell<bool>,
    /// The build of the first snapshot: the one that the page belongs to.
    build: RefCell<Option<String>>,
    on_event: Closure<dyn Fn(MessageEvent)>,
    on_error: Closure<dyn Fn(Event)>,
}

struct Received {
    event: BoardEvent,
    /// The `id:` of this event, or of the last that had one.
    revision: Option<Revision>,
}

impl Stream {
    fn start(board: Board, clock: Clock, session: Session, connection: Connection) {
        let stream = Rc::new_cyclic(|stream: &std::rc::Weak<Self>| {
            let (receiver, breaker) = (stream.clone(), stream.clone());
            Self {
                board,
                clock,
                session,
                connection,
                link: RefCell::new(Link::new(browser::now())),
                source: RefCell::new(None),
                queue: RefCell::new(Vec::new()),
                frame_asked: Cell::new(false),
                build: RefCell::new(None),
                on_event: Closure::new(move |event| {
                    if let Some(stream) = receiver.upgrade() {
                        stream.receive(&event);
                    }
                }),
                on_error: Closure::new(move |_| {
                    if let Some(stream) = breaker.upgrade() {
                        stream.handle_error();
                    }
                }),
            }
        });
        stream.act();
        let waking = stream.clone();
        let wake = move || {
            waking.flush();
            if !browser::is_hidden() {
                waking.link.borrow_mut().handle_wake(browser::now());
                waking.act();
            }
        };
        let wake_online = wake.clone();
        window_event_listener(ev::online, move |_| wake_online());
        window_event_listener(ev::visibilitychange, move |_| wake());
        set_interval(move || stream.handle_timer(), TIMER);
    }

    fn handle_timer(&self) {
        self.clock.handle_timer();
        self.link.borrow_mut().handle_timer(browser::now(), js_sys::Math::random());
        self.act();
    }

    fn handle_error(&self) {
        let retries =
            self.source.borrow().as_ref().is_some_and(|source| source.ready_state() == EventSource::CONNECTING);
        let kind = if retries { Break::BrowserRetries } else { Break::Final };
        if kind == Break::Final {
            self.session.ask();
        }
        self.link.borrow_mut().handle_break(browser::now(), kind, js_sys::Math::random());
        self.act();
    }

    /// Does what the link wants, and shows how it stands.
    fn act(&self) {
        let action = self.link.borrow_mut().poll_action();
        if let Some(action) = action {
            if let Some(source) = self.source.take() {
                source.close();
            }
            if let Action::Open { last } = action {
                // Between two streams a role may have changed, or somebody logged in elsewhere.
                if self.build.borrow().is_some() {
                    self.session.ask();
                }
                self.source.replace(self.connect(last));
            }
        }
        let link = self.link.borrow();
        self.connection.show(link.status(browser::now()), link.heard().map(|heard| self.clock.server_time(heard)));
    }

    fn connect(&self, last: Option<Revision>) -> Option<EventSource> {
        let url = last.map_or_else(|| EVENTS.into(), |Revision(last)| format!("{EVENTS}?last={last}"));
        let source = EventSource::new(&url).ok()?;
        for name in BoardEvent::NAMES {
            source.add_event_listener_with_callback(name, self.on_event.as_ref().unchecked_ref()).ok()?;
        }
        source.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
        Some(source)
    }

    /// Takes an event. One that cannot be read must not pass for one that was: the page, of
    /// another build than the server, loads itself anew, and should that not help, is lost.
    fn receive(self: &Rc<Self>, message: &MessageEvent) {
        let data = message.data().as_string().unwrap_or_default();
        let Ok(event) = BoardEvent::parse(&message.type_(), &data) else {
            browser::reload_once("unreadable");
            self.link.borrow_mut().handle_break(browser::now(), Break::Final, js_sys::Math::random());
            return self.act();
        };
        self.link.borrow_mut().handle_event(browser::now());
        let revision = message.last_event_id().parse().ok().map(Revision);
        self.queue.borrow_mut().push(Received { event, revision });
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
        for Received { event, revision } in &received {
            self.note(event, *revision);
        }
        self.board.apply(received.into_iter().map(|received| received.event).collect());
        self.act();
    }

    /// Takes from an event what concerns the stream itself.
    fn note(&self, event: &BoardEvent, revision: Option<Revision>) {
        let mut link = self.link.borrow_mut();
        match event {
            BoardEvent::Snapshot(snapshot) => {
                self.clock.synchronise(snapshot.time);
                link.handle_revision(snapshot.revision);
                let build = self.build.borrow_mut().get_or_insert_with(|| snapshot.build.clone()).clone();
                if build != snapshot.build {
                    browser::reload_once(&snapshot.build);
                }
            }
            BoardEvent::Change(_) | BoardEvent::Site(_) => {
                if let Some(revision) = revision {
                    link.handle_revision(revision);
                }
            }
            BoardEvent::Tick(tick) => {
                self.clock.synchronise(tick.time);
                link.handle_tick(browser::now(), *tick);
            }
        }
    }
}
