//! Closures and lists of the page as values of few types. Leptos is compiled anew for every type that stands in a view, and each closure has a
//! type of its own: boxed, all share one copy of it.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

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
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Kept<T> {
    let is_same = |one: &dyn Any, other: &dyn Any| one.downcast_ref::<T>() == other.downcast_ref::<T>();
    let read: Reading = Box::new(move |_| Anything { value: Arc::new(read()), is_same });
    Kept { value: Memo::new(read), kind: PhantomData }
}

/// Makes a value anew; the argument is the one before.
type Reading = Box<dyn Fn(Option<&Anything>) -> Anything + Send + Sync>;

/// A value of any type that can be compared with another of its type.
#[derive(Clone)]
struct Anything {
    value: Arc<dyn Any + Send + Sync>,
    is_same: fn(&dyn Any, &dyn Any) -> bool,
}

impl PartialEq for Anything {
    fn eq(&self, other: &Self) -> bool {
        (self.is_same)(&*self.value, &*other.value)
    }
}

/// What [`memo`] keeps. All are one type of memo inside: each further type would add two kilobytes to the program.
pub(crate) struct Kept<T> {
    value: Memo<Anything>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

impl<T: 'static> Kept<T> {
    /// Reads the value where it is. Reactive.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(of(&self.value.get()))
    }

    /// Reads the value where it is. Not reactive.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(of(&self.value.get_untracked()))
    }

    /// Makes the caller reactive to the value.
    pub(crate) fn track(self) {
        self.value.track();
    }
}

impl<T: Clone + 'static> Kept<T> {
    /// The value. Reactive.
    pub(crate) fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value. Not reactive.
    pub(crate) fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// The value, unless the part of the page that it belongs to was removed. Not reactive.
    pub(crate) fn try_get_untracked(self) -> Option<T> {
        Some(of::<T>(&self.value.try_get_untracked()?).clone())
    }
}

fn of<T: 'static>(kept: &Anything) -> &T {
    kept.value.downcast_ref().expect("a `Kept<T>` is made of nothing but a `T`")
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
