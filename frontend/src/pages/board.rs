//! The page of the board: its parts at the left, the lamps, and what happens now beside them.

use leptos::prelude::*;

use crate::browser;
use crate::components::{Filters, Grid, HitList, Lamps, Later, Rail, SelectionBar, Side};
use crate::state::{Desk, Tab};
use crate::uniform::effect;
use crate::uniform::truth;

/// The page of the board.
#[component]
pub(crate) fn BoardPage(
    /// What the page knows.
    desk: Desk,
    /// Draws what is loaded later.
    later: Later,
) -> impl IntoView {
    desk.make_grid();
    // Many lamps need the room of the rail. Remembered, so that nothing moves when they arrive.
    let is_many = move || desk.board.has_many().unwrap_or_else(|| browser::remembered("many").is_some());
    effect(move || browser::set_on_root("data-many", if is_many() { "true" } else { "false" }));
    effect(move || match desk.board.has_many() {
        Some(true) => browser::remember("many", "yes"),
        Some(false) => browser::forget("many"),
        None => {}
    });
    desk.board.tab.set(Tab::parse(&browser::remembered("tab").unwrap_or_default()));
    view! {
        <main class="desk" data-selecting=truth(move || desk.selecting.get())>
            <Rail desk=desk />
            <Filters desk=desk later=later />
            <HitList desk=desk />
            <Grid desk=desk>
                <Lamps desk=desk />
            </Grid>
            <Side desk=desk later=later />
            <SelectionBar desk=desk />
        </main>
    }
}
