//! The page of the board: the lamps, and the panel beside them.

use lampfield_words::Order;
use leptos::prelude::*;

use crate::browser;
use crate::components::{Bands, Grid, HitList, SelectionBar, Side, TabBar, Toolbar};
use crate::state::{Desk, Tab};

/// The page of the board.
#[component]
pub(crate) fn BoardPage(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    desk.board.tab.set(Tab::parse(&browser::remembered("tab").unwrap_or_default()));
    desk.board.order.set(Order::parse(&browser::remembered("order").unwrap_or_default()));
    desk.board.own_order.set(browser::remembered("own-order").map_or(Order::Own, |word| Order::parse(&word)));
    view! {
        <main class="desk" data-selecting=move || desk.selecting.get().to_string()>
            <div class="desk__head">
                <TabBar desk=desk />
                <Toolbar desk=desk />
            </div>
            <div class="desk__body">
                <HitList desk=desk />
                <Grid desk=desk>
                    <Bands desk=desk />
                </Grid>
                <Side desk=desk />
            </div>
            <SelectionBar desk=desk />
        </main>
    }
}
