//! Closures and lists of the page as values of few types. Leptos is compiled anew for every type that stands in a view, and each closure has a
//! type of its own: boxed, all share one copy of it.

use leptos::ev::{Event, MouseEvent};
use leptos::prelude::*;

/// What an event calls.
pub(crate) type Handler<E> = Box<dyn FnMut(E)>;

/// Makes and makes again a part of the page.
type Part = Box<dyn FnMut() -> Option<AnyView> + Send>;

/// An item of a list: its key, and how it is drawn where it is new.
type Item = (String, Box<dyn FnOnce() -> AnyView + Send>);

/// A part of the page that is drawn again when what it reads changes; `None` draws nothing.
pub(crate) fn part<V: IntoView + 'static>(mut draw: impl FnMut() -> Option<V> + Send + 'static) -> AnyView {
    let part: Part = Box::new(move || Some(draw()?.into_any()));
    part.into_any()
}

/// A list whose items stay on the page as long as their keys are in it.
pub(crate) fn each<T: Send + 'static>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: fn(&T) -> String,
    draw: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    list(Box::new(move || {
        let item = |item: T| {
            let draw = draw.clone();
            (key(&item), Box::new(move || draw(item)) as Box<_>)
        };
        items().into_iter().map(item).collect()
    }))
}

fn list(items: Box<dyn Fn() -> Vec<Item> + Send + Sync>) -> AnyView {
    For(ForProps::builder().each(items).key(|item: &Item| item.0.clone()).children(|(_, draw): Item| draw()).build())
        .into_any()
}

/// A value that is read again when what it is made of changes.
pub(crate) fn shown<T: Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    Signal::derive(read)
}

/// A value like [`shown`], kept: who reads it runs again only when it differs.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let read: Box<dyn Fn(Option<&T>) -> T + Send + Sync> = Box::new(move |_| read());
    Memo::new(read)
}

/// Whether something holds, as ARIA and the tests read it: `true` or `false`.
pub(crate) fn truth(holds: impl Fn() -> bool + Send + Sync + 'static) -> Signal<&'static str> {
    Signal::derive(move || if holds() { "true" } else { "false" })
}

/// What a click does.
pub(crate) fn click(mut act: impl FnMut() + 'static) -> Handler<MouseEvent> {
    Box::new(move |_| act())
}

/// What a change of a box to tick does.
pub(crate) fn ticked(mut act: impl FnMut(bool) + 'static) -> Handler<Event> {
    Box::new(move |event| act(event_target_checked(&event)))
}

/// What a change of a field does, with the text that is in it now.
pub(crate) fn typed(mut act: impl FnMut(String) + 'static) -> Handler<Event> {
    Box::new(move |event| act(event_target_value(&event)))
}

/// Runs at once, and again whenever what it reads changes.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
