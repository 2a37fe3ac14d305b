//! The page's calls into the browser.

mod day;
mod width;

use std::time::Duration;

use js_sys::{Date, Reflect, Uint8Array};
use lampfield_shared::Timestamp;
use leptos::prelude::{StoredValue, WithValue, document, on_cleanup, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, Element, HtmlElement, MutationObserver, MutationObserverInit, Notification, NotificationOptions,
    NotificationPermission, ResizeObserver, ScrollIntoViewOptions, ScrollLogicalPosition, ServiceWorkerContainer,
    ServiceWorkerRegistration, Storage, VisibilityState,
};

use self::day::js_date;
pub(crate) use self::day::{Precision, format_local, next_hour, parse_local, time_of_day};
pub(crate) use self::width::text_width;
use crate::route::Program;

/// Prefix of the page's keys in `localStorage`.
const PREFIX: &str = "lampfield.";

/// Milliseconds of the browser's clock since 1970, as a duration.
pub(crate) fn now() -> Duration {
    Duration::try_from_secs_f64(Date::now() / 1000.0).unwrap_or_default()
}

/// Whether the tab is hidden. A hidden tab gets no animation frames.
pub(crate) fn is_hidden() -> bool {
    document().visibility_state() == VisibilityState::Hidden
}

/// Reads a choice that this browser remembers.
pub(crate) fn remembered(name: &str) -> Option<String> {
    local_storage()?.get_item(&format!("{PREFIX}{name}")).ok()?
}

/// Remembers a choice in this browser. Where storage is forbidden the choice lasts as long as the page.
pub(crate) fn remember(name: &str, value: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(&format!("{PREFIX}{name}"), value);
    }
}

/// Deletes a remembered choice.
pub(crate) fn forget(name: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.remove_item(&format!("{PREFIX}{name}"));
    }
}

fn local_storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// Reloads the page, but only once per reason in the life of the tab: a reload that does not help must not become a
/// loop.
pub(crate) fn reload_once(reason: &str) {
    const KEY: &str = "lampfield.reloaded";
    let Ok(Some(storage)) = window().session_storage() else { return };
    if storage.get_item(KEY).ok().flatten().as_deref() != Some(reason) && storage.set_item(KEY, reason).is_ok() {
        let _ = window().location().reload();
    }
}

/// The languages that the browser asks for, preferred ones first.
pub(crate) fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Sets an attribute of the `<html>` element.
pub(crate) fn set_on_root(attribute: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(attribute, value);
    }
}

/// Takes an attribute from the `<html>` element.
pub(crate) fn take_from_root(attribute: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.remove_attribute(attribute);
    }
}

/// Removes the element with that id.
pub(crate) fn remove(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.remove();
    }
}

/// The fragment of the address, with its `#`.
pub(crate) fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Sets the fragment of the address, which leads to a place of the page.
pub(crate) fn set_hash(hash: &str) {
    let _ = window().location().set_hash(hash);
}

/// Writes the fragment of the address anew, where nobody has to be told of it.
pub(crate) fn rewrite_hash(hash: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(hash));
    }
}

/// Replaces the fragment of the address, and with it this entry of the history.
pub(crate) fn replace_hash(hash: &str) {
    let _ = window().location().replace(hash);
}

/// The address of the folder that the page lies in, with a slash at its end.
pub(crate) fn base() -> String {
    let href = document().base_uri().ok().flatten().unwrap_or_default();
    let path = href.split(['#', '?']).next().unwrap_or_default();
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"))
}

/// Reloads the page, so that nothing stays of what another reader was shown.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// Opens the board and drops the current page from the history: another reader must not get back to it.
pub(crate) fn start_anew() {
    follow(Program::Desk.address());
}

/// Opens the same place in the other program, replacing this entry of the history.
pub(crate) fn go_on_in(program: Program) {
    replace(&format!("{}{}", program.address(), hash()));
}

/// Goes to an address in place of this entry of the history.
pub(crate) fn replace(href: &str) {
    let _ = window().location().replace(href);
}

/// Follows a link that another application opens, such as `tel:`.
pub(crate) fn follow(href: &str) {
    let _ = window().location().set_href(href);
}

/// Copies text to the clipboard; returns `false` where the browser forbids that.
pub(crate) async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    // Over plain HTTP there is no clipboard API, but a selection can be copied.
    let there = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_truthy());
    (there && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()) || copy_selected(text)
}

/// Copies a text as <kbd>Ctrl+C</kbd> does, from a temporary field. The field is put beside the focused element,
/// because nothing outside an open dialog can be selected.
fn copy_selected(text: &str) -> bool {
    let document: web_sys::HtmlDocument = document().unchecked_into();
    let field = document.create_element("textarea").ok().and_then(|field| field.dyn_into().ok());
    let focused = document.active_element().and_then(|focused| focused.dyn_into::<HtmlElement>().ok());
    let beside = focused.as_ref().and_then(|focused| focused.parent_node()).or_else(|| Some(document.body()?.into()));
    let (Some(field), Some(beside)) = (field as Option<web_sys::HtmlTextAreaElement>, beside) else {
        return false;
    };
    field.set_value(text);
    let _ = beside.append_child(&field);
    field.select();
    // If another element kept the focus, the browser would copy that element's selection.
    let is_ours = document.active_element().as_ref() == Some(field.as_ref());
    let copied = is_ours && document.exec_command("copy").unwrap_or(false);
    field.remove();
    // The field took the focus: give it back.
    if let Some(focused) = focused {
        let _ = focused.focus();
    }
    copied
}

/// The text of the first element that matches the selector.
pub(crate) fn text_of(selector: &str) -> String {
    let found = document().query_selector(selector).ok().flatten();
    found.and_then(|element| element.text_content()).unwrap_or_default()
}

/// The value of the first field that matches the selector: an `input` or a `select`.
pub(crate) fn value_of(selector: &str) -> String {
    let found = document().query_selector(selector).ok().flatten();
    found.as_ref().map(value_of_field).unwrap_or_default()
}

/// The value of an `input` or a `select`.
pub(crate) fn value_of_field(field: &Element) -> String {
    let typed = field.dyn_ref::<web_sys::HtmlInputElement>().map(web_sys::HtmlInputElement::value);
    let chosen = || field.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value);
    typed.or_else(chosen).unwrap_or_default()
}

/// Sets the value of the first `input` that matches the selector.
pub(crate) fn set_value(selector: &str, value: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(field) = found.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        field.set_value(value);
    }
}

/// Focuses the first element that matches the selector; returns whether there is one.
pub(crate) fn focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let element = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// Scrolls until the first element that a selector finds is visible.
pub(crate) fn reveal_first(selector: &str) {
    show(document().query_selector(selector).ok().flatten());
}

/// Scrolls until the focused element is visible.
pub(crate) fn reveal_focus() {
    show(document().active_element());
}

/// Scrolls until the element with that id is visible.
pub(crate) fn reveal(id: &str) {
    show(document().get_element_by_id(id));
}

fn show(element: Option<Element>) {
    if let Some(element) = element {
        let nearest = ScrollIntoViewOptions::new();
        nearest.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
}

/// Sets attributes of the first element that matches the selector.
pub(crate) fn describe(selector: &str, attributes: &[(&str, &str)]) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        for (name, value) in attributes {
            let _ = element.set_attribute(name, value);
        }
    }
}

/// Calls `told` at every event of that kind at `element`, for as long as there is the element.
pub(crate) fn listen(element: &Element, kind: &str, told: Box<dyn Fn(web_sys::Event)>) {
    let told = Closure::wrap(told).into_js_value();
    let _ = element.add_event_listener_with_callback(kind, told.unchecked_ref());
}

/// Calls `told` whenever elements are added or removed below `element`, until the reactive owner ends.
pub fn watch_elements(element: &Element, told: impl Fn() + 'static) {
    let told: Closure<dyn Fn()> = Closure::new(told);
    let Ok(observer) = MutationObserver::new(told.as_ref().unchecked_ref()) else { return };
    let wanted = MutationObserverInit::new();
    wanted.set_child_list(true);
    wanted.set_subtree(true);
    let _ = observer.observe_with_options(element, &wanted);
    let watch = StoredValue::new_local((observer, told));
    on_cleanup(move || {
        let _ = watch.try_with_value(|(observer, _)| observer.disconnect());
    });
}

/// The height of the page's letters in px, as the reader's browser has them.
pub(crate) fn letter_height() -> f64 {
    let style = document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
    let px = style.and_then(|style| style.get_property_value("font-size").ok());
    px.map(|px| js_sys::Number::parse_float(&px)).filter(|px| px.is_finite()).unwrap_or(16.0)
}

/// Tells the width of an element and the height of the window, in px, now and whenever one of them changes.
pub(crate) fn watch_room(element: &HtmlElement, told: impl Fn(f64, f64) + Copy + 'static) {
    let measured = element.clone();
    let tell = move || {
        let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        // What is not shown has no width, and keeps the room that it had.
        if let width @ 1.. = measured.client_width() {
            told(f64::from(width), height);
        }
    };
    tell();
    let look = Closure::<dyn Fn()>::new(tell);
    if let Ok(observer) = ResizeObserver::new(look.as_ref().unchecked_ref()) {
        observer.observe(element);
        let _ = window().add_event_listener_with_callback("resize", look.as_ref().unchecked_ref());
        let watch = StoredValue::new_local((observer, look));
        on_cleanup(move || {
            let _ = watch.try_with_value(|(observer, look)| {
                observer.disconnect();
                window().remove_event_listener_with_callback("resize", look.as_ref().unchecked_ref())
            });
        });
    }
}

/// The attribute `name` of the innermost element around a click that has it.
pub(crate) fn attribute_at(event: &web_sys::Event, name: &str) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(&format!("[{name}]")).ok()??.get_attribute(name)
}

/// Reads the file that was chosen in an `<input type="file">`.
pub(crate) fn read_file(event: &web_sys::Event, then: impl FnOnce(Vec<u8>) + 'static) {
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let file = input.and_then(|input| input.files()?.get(0));
    if let Some(file) = file {
        leptos::task::spawn_local(async move {
            if let Ok(read) = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await {
                then(Uint8Array::new(&read).to_vec());
            }
        });
    }
}

/// Whether an element matches the selector. A selector that the browser does not know matches none.
pub(crate) fn is_there(selector: &str) -> bool {
    document().query_selector(selector).ok().flatten().is_some()
}

/// Shows a system notification about an extension, if the reader has allowed them. A click on the notification opens
/// `hash`, see `sw.js`.
pub(crate) fn notify(title: String, exten: &str, hash: &str) {
    if Notification::permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_tag(exten);
    options.set_data(&hash.into());
    leptos::task::spawn_local(async move {
        // Phones accept notifications from the service worker only; without a service worker the page shows one itself.
        if notify_by_worker(&title, &options).await.is_none() {
            let _ = Notification::new_with_options(&title, &options);
        }
    });
}

async fn notify_by_worker(title: &str, options: &NotificationOptions) -> Option<()> {
    let registration = JsFuture::from(workers()?.get_registration()).await.ok()?;
    let registration: ServiceWorkerRegistration = registration.dyn_into().ok()?;
    registration.active()?;
    let showing = registration.show_notification_with_options(title, options).ok()?;
    JsFuture::from(showing).await.ok().map(drop)
}

/// The browser's registry of service workers. Browsers have one over https and on localhost only.
fn workers() -> Option<ServiceWorkerContainer> {
    let container = Reflect::get(&window().navigator(), &"serviceWorker".into()).ok()?;
    container.is_object().then(|| container.unchecked_into())
}

/// Asks the reader to allow notifications; returns whether they are allowed.
pub(crate) async fn ask_to_notify() -> bool {
    if Reflect::get(&window(), &"Notification".into()).is_ok_and(|it| it.is_undefined()) {
        return false;
    }
    if let Ok(asking) = Notification::request_permission() {
        let _ = JsFuture::from(asking).await;
    }
    Notification::permission() == NotificationPermission::Granted
}

/// Plays a soft chime of two notes.
pub(crate) fn chime() {
    let _ = try_chime();
}

fn try_chime() -> Result<(), JsValue> {
    let audio = AudioContext::new()?;
    let loudness = audio.create_gain()?;
    loudness.connect_with_audio_node(&audio.destination())?;
    let now = audio.current_time();
    loudness.gain().set_value_at_time(0.15, now)?;
    loudness.gain().exponential_ramp_to_value_at_time(0.001, now + 0.6)?;
    for (hertz, from) in [(660.0, 0.0), (880.0, 0.15)] {
        let tone = audio.create_oscillator()?;
        tone.frequency().set_value(hertz);
        tone.connect_with_audio_node(&loudness)?;
        tone.start_with_when(now + from)?;
        tone.stop_with_when(now + 0.6)?;
    }
    Ok(())
}

/// Closes the popover with that id.
pub(crate) fn hide_popover(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.hide_popover();
    }
}

/// Whether the reader's pointer can hover (a mouse, not a finger).
pub(crate) fn can_hover() -> bool {
    is_so("(hover: hover)")
}

/// Whether the reader points by a finger, and types on the screen.
pub(crate) fn is_touched() -> bool {
    is_so("(pointer: coarse)")
}

/// Whether this condition of a media query holds.
fn is_so(condition: &str) -> bool {
    window().match_media(condition).ok().flatten().is_some_and(|query| query.matches())
}

/// Hours, minutes and seconds of a time of day in the reader's time zone.
pub(crate) fn wall_clock(time: Timestamp) -> [u32; 3] {
    let date = js_date(time);
    [date.get_hours(), date.get_minutes(), date.get_seconds()]
}

/// Registers the service worker, which shows an offline page when the server cannot be reached.
pub(crate) fn offer_offline_page() {
    let Some(workers) = workers() else { return };
    let registering = workers.register("sw.js");
    leptos::task::spawn_local(async move {
        // Private windows and untrusted certificates refuse the registration; the page works without it.
        let _ = JsFuture::from(registering).await;
    });
}

/// The fonts in which text is written: the token `--font` of `style/tokens.css`.
pub(crate) fn font_family() -> String {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    style.and_then(|style| style.get_property_value("--font").ok()).unwrap_or_default()
}
