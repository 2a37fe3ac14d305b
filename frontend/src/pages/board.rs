//! The page of the board: its parts at the left, the lamps, and what happens now beside them.

use lampfield_words::Order;
use leptos::prelude::*;

use crate::browser;
use crate::components::{Filters, Grid, HitList, Lamps, Later, Rail, SelectionBar, Side};
use crate::state::address::Part;
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
    desk.read_address();
    write_the_address(desk);
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

/// Keeps the address equal to what is shown.
fn write_the_address(desk: Desk) {
    let board = desk.board;
    effect(move || {
        let (route, tab) = (desk.route.get(), board.tab.get());
        let order = board.order_of(&tab).get();
        let usual = if tab.has_own_order() { Order::Own } else { Order::default() };
        let part = Part { tab: Some(tab), chosen: board.chosen.get(), order: (order != usual).then_some(order) };
        if route.shows_board() && route == Desk::place() {
            let href = route.href() + &part.query();
            let here = browser::hash();
            // An empty address stays so as long as it says enough.
            if here != href && !(here.is_empty() && href == "#/") {
                browser::rewrite_hash(&href);
            }
        }
    });
}
