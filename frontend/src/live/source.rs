//! The origin of the events: the stream that all tabs of a browser share, where the browser can do that, else a stream
//! of this tab.
//!
//! ```text
//!  Liveness ──Open, Close──► Source ─┬─ SharedWorker (assets/stream.js) ── EventSource
//!           ◄──SourceEvent──         └─ EventSource
//! ```
//! A tab opens its own stream where the browser has no `SharedWorker` (on phones) or forbids it, and where the worker
//! does not answer.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use js_sys::{Array, Object, Reflect};
use lampfield_shared::Revision;
use leptos::prelude::{document, set_timeout};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventSource, MessageEvent, MessagePort, SharedWorker};

use super::event::BoardEvent;
use super::liveness::{Break, Trust};
use crate::browser;

/// The path of the stream, relative so that the page works under any path of a proxy.
const EVENTS: &str = "api/v1/events";

/// How long the tab waits for the worker's first message before it opens a stream of its own.
const GREETING: Duration = Duration::from_secs(5);

/// What a source reports.
pub(super) enum SourceEvent {
    /// An event arrived.
    Frame(Frame),
    /// The stream broke.
    Broken(Break),
}

/// An event, not yet parsed.
pub(super) struct Frame {
    pub(super) name: String,
    pub(super) data: String,
    /// The `id:` of the event, or of the last one before it that had one.
    pub(super) revision: Option<Revision>,
    /// When the browser received the event, by its own clock.
    pub(super) at: Duration,
}

/// The source of events of one tab.
pub(super) struct Source {
    kind: RefCell<Kind>,
    /// Whether the worker has sent any message.
    greeted: Cell<bool>,
    /// The last request to the worker, to be repeated to an own stream if there is no worker.
    asked: Cell<Option<After>>,
    told: Box<dyn Fn(SourceEvent)>,
    on_message: Closure<dyn Fn(MessageEvent)>,
    on_event: Closure<dyn Fn(MessageEvent)>,
    on_error: Closure<dyn Fn(Event)>,
}

/// The revision after which a stream begins; `None` begins with a snapshot.
#[derive(Clone, Copy)]
struct After(Option<Revision>);

enum Kind {
    /// The tab's own stream, while one is open.
    Own(Option<EventSource>),
    /// The port to the worker with the shared stream.
    Shared(MessagePort),
}

impl Source {
    /// A source that reports to `told`, once it is opened.
    pub(super) fn new(told: impl Fn(SourceEvent) + 'static) -> Rc<Self> {
        Rc::new_cyclic(|source: &Weak<Self>| {
            let (messages, events, errors) = (source.clone(), source.clone(), source.clone());
            Self {
                kind: RefCell::new(Kind::Own(None)),
                greeted: Cell::new(false),
                asked: Cell::new(None),
                told: Box::new(told),
                on_message: Closure::new(move |message| {
                    if let Some(source) = messages.upgrade() {
                        source.handle_message(&message);
                    }
                }),
                on_event: Closure::new(move |event| {
                    if let Some(source) = events.upgrade() {
                        source.handle_event(&event);
                    }
                }),
                on_error: Closure::new(move |_| {
                    if let Some(source) = errors.upgrade() {
                        source.handle_error();
                    }
                }),
            }
        })
    }

    /// Uses the shared stream from now on, if the browser has shared workers.
    pub(super) fn share(self: &Rc<Self>) {
        let Some(port) = self.join() else { return };
        self.kind.replace(Kind::Shared(port));
        let source = Rc::clone(self);
        set_timeout(move || source.fall_back_unless_greeted(), GREETING);
    }

    fn join(&self) -> Option<MessagePort> {
        let script = document().document_element()?.get_attribute("data-stream")?;
        if Reflect::get(&js_sys::global(), &"SharedWorker".into()).ok()?.is_undefined() {
            return None;
        }
        let worker = SharedWorker::new(&script).ok()?;
        worker.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
        let port = worker.port();
        port.set_onmessage(Some(self.on_message.as_ref().unchecked_ref()));
        Some(port)
    }

    /// Opens the stream after `last`, in place of the present one.
    pub(super) fn open(&self, last: Option<Revision>, trust: Trust) {
        match &mut *self.kind.borrow_mut() {
            Kind::Own(own) => {
                if let Some(old) = own.take() {
                    old.close();
                }
                *own = self.connect(last);
            }
            Kind::Shared(port) => {
                self.asked.set(Some(After(last)));
                let open = object(&[("last", number(last)), ("again", (trust == Trust::Lost).into())]);
                let _ = port.post_message(&object(&[("open", open.into())]));
            }
        }
    }

    /// Closes the tab's own stream. A shared stream stays open for other tabs.
    pub(super) fn close(&self) {
        if let Kind::Own(own) = &mut *self.kind.borrow_mut()
            && let Some(old) = own.take()
        {
            old.close();
        }
    }

    /// Tells the worker that the page goes away and needs no events any more.
    pub(super) fn leave(&self) {
        if let Kind::Shared(port) = &*self.kind.borrow() {
            let _ = port.post_message(&object(&[("leave", true.into())]));
        }
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

    /// Handles a message of the worker: events, each as `[event, data, id, at]`, or a word.
    fn handle_message(&self, message: &MessageEvent) {
        let Ok(parts) = message.data().dyn_into::<Array>() else { return };
        self.greeted.set(true);
        match parts.get(0).as_string().as_deref() {
            Some("retries") => (self.told)(SourceEvent::Broken(Break::BrowserRetries)),
            Some("refused") => (self.told)(SourceEvent::Broken(Break::Final)),
            Some(_welcome) => {}
            None => parts.iter().filter_map(|frame| frame.dyn_into().ok()).for_each(|frame| self.handle_frame(&frame)),
        }
    }

    fn handle_frame(&self, parts: &Array) {
        let name = parts.get(0).as_string().unwrap_or_default();
        if name == lampfield_shared::event::name::TICK
            && let Kind::Shared(port) = &*self.kind.borrow()
        {
            let _ = port.post_message(&object(&[("here", true.into())]));
        }
        (self.told)(SourceEvent::Frame(Frame {
            data: parts.get(1).as_string().unwrap_or_default(),
            revision: parts.get(2).as_f64().map(revision),
            at: parts.get(3).as_f64().map_or_else(browser::now, milliseconds),
            name,
        }));
    }

    fn handle_event(&self, event: &MessageEvent) {
        (self.told)(SourceEvent::Frame(Frame {
            name: event.type_(),
            data: event.data().as_string().unwrap_or_default(),
            revision: event.last_event_id().parse().ok().map(Revision),
            at: browser::now(),
        }));
    }

    fn handle_error(&self) {
        let state = match &*self.kind.borrow() {
            // The worker itself could not be started.
            Kind::Shared(_) => None,
            Kind::Own(source) => source.as_ref().map(EventSource::ready_state),
        };
        match state {
            None => self.fall_back_unless_greeted(),
            Some(EventSource::CONNECTING) => (self.told)(SourceEvent::Broken(Break::BrowserRetries)),
            Some(_) => (self.told)(SourceEvent::Broken(Break::Final)),
        }
    }

    fn fall_back_unless_greeted(&self) {
        if self.greeted.get() || matches!(&*self.kind.borrow(), Kind::Own(_)) {
            return;
        }
        self.leave();
        if let Kind::Shared(port) = self.kind.replace(Kind::Own(None)) {
            port.set_onmessage(None);
            port.close();
        }
        if let Some(After(last)) = self.asked.take() {
            self.open(last, Trust::Kept);
        }
    }
}

fn object(entries: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object
}

#[expect(clippy::cast_precision_loss, reason = "revisions fit a JavaScript number until the year 2248")]
fn number(last: Option<Revision>) -> JsValue {
    last.map_or(JsValue::NULL, |Revision(last)| JsValue::from_f64(last as f64))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a revision before")]
fn revision(number: f64) -> Revision {
    Revision(number as u64)
}

fn milliseconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number / 1000.0).unwrap_or_default()
}
