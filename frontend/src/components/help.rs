//! The dialog that lists the keys.

use lampfield_words::Command;
use leptos::prelude::*;

use super::Dialog;
use crate::keys::{AFTER_G, LETTERS};
use crate::state::Desk;

/// The list of the keys.
#[component]
pub(crate) fn HelpDialog(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let title = Signal::derive(move || desk.choices.words().keys().title.to_owned());
    move || {
        desk.help.get().then(|| {
            view! {
                <Dialog desk=desk title=title name="help-dialog" on_close=Callback::new(move |()| desk.help.set(false))>
                    {move || list(desk)}
                    <label class="check">
                        <input
                            type="checkbox"
                            data-testid="letters"
                            prop:checked=move || desk.choices.letters.is_on()
                            on:change:target=move |event| desk.choices.letters.set(event.target().checked())
                        />
                        " "
                        {move || desk.choices.words().keys().letters}
                    </label>
                </Dialog>
            }
        })
    }
}

fn list(desk: Desk) -> impl IntoView {
    let words = desk.choices.words().keys();
    let mut rows: Vec<(Vec<&'static str>, &'static str)> = vec![
        (vec!["/"], (words.does)(Command::Search)),
        (vec!["0 … 9"], words.digits),
        (vec!["← ↑ → ↓", "Home", "End", "PgUp", "PgDn"], words.arrows),
        (vec!["Enter"], words.enter),
        (vec!["Esc"], words.escape),
    ];
    rows.extend(LETTERS.iter().map(|&(key, command)| (vec![key], (words.does)(command))));
    rows.extend(AFTER_G.iter().map(|&(key, all)| (vec!["G", key], (words.only)(all[0]))));
    rows.push((vec!["?"], (words.does)(Command::Help)));
    let row = |(keys, does): (Vec<&'static str>, &'static str)| {
        let keys = keys.into_iter().map(|key| view! { <kbd class="key">{key}</kbd> " " });
        view! {
            <dt class="keys__keys">{keys.collect_view()}</dt>
            <dd>{does}</dd>
        }
    };
    view! { <dl class="keys">{rows.into_iter().map(row).collect_view()}</dl> }
}
