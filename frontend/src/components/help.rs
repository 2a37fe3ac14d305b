//! The dialog that lists the keys, drawn from the table that the keyboard reads.

use lampfield_words::Command;
use leptos::prelude::*;
use web_sys::Node;

use super::Dialog;
use crate::keys::{Row, TABLE, is_letter};
use crate::plain::{node, plain, text};
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
                    {move || {
                        let words = desk.choices.words().keys();
                        let title = |title| text("h3", &[("class", "keys__title")], title);
                        plain(vec![
                            title(words.on_lamps),
                            list(words.does, "", |row| row.1),
                            title(words.typing),
                            list(words.does, "Alt ", |row| row.2),
                        ])
                    }}
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

/// The keys that have a command, those with one beside each other in one line. Letters are pressed with `before`.
fn list(does: fn(Command) -> &'static str, before: &str, of: fn(&Row) -> Option<Command>) -> Node {
    let rows: Vec<_> = TABLE.iter().filter_map(|row| Some((row.0, does(of(row)?)))).collect();
    let mut lines = Vec::new();
    for line in rows.chunk_by(|one, next| one.1 == next.1) {
        let key = |&(key, _): &(&str, _)| {
            let before = if is_letter(key) { before } else { "" };
            text("kbd", &[("class", "key")], &format!("{before}{key}"))
        };
        lines.push(node("dt", &[("class", "keys__keys")], line.iter().map(key).collect()));
        lines.push(text("dd", &[], line[0].1));
    }
    node("dl", &[("class", "keys")], lines)
}
