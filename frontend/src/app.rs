//! The page as a whole.

use leptos::prelude::*;

use crate::components::{Bands, Banner, ConnectionChip, LanguageSwitch, SearchField, ThemeSwitch, TotalsBar};
use crate::live::Connection;
use crate::state::{Board, Choices, Clock};
use crate::turns::Turns;

/// What every component may read. Cheap to copy: it is made of handles.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The lamps.
    pub(crate) board: Board,
    /// The server's clock.
    pub(crate) clock: Clock,
    /// The stream.
    pub(crate) connection: Connection,
    /// What the reader chose.
    pub(crate) choices: Choices,
    /// What can wait.
    pub(crate) turns: Turns,
}

/// The page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let (board, clock, choices) = (Board::new(), Clock::new(), Choices::new());
    let desk = Desk { board, clock, connection: Connection::open(board, clock), choices, turns: Turns::new() };
    let title = move || board.heading().map_or_else(|| "lampfield".into(), |heading| heading.title);
    let is_demo = move || board.heading().is_some_and(|heading| heading.demo);
    Effect::new(move |_| board.arrange());
    Effect::new(move |_| document().set_title(&title()));
    view! {
        <div class="page" data-connection=move || desk.connection.status().as_str()>
            <header class="bar">
                <h1 class="bar__title">{title}</h1>
                <SearchField desk=desk />
                {move || is_demo().then(|| view! { <p class="ribbon" data-testid="demo">{choices.words().demo}</p> })}
                <ConnectionChip desk=desk />
                <div class="bar__switches">
                    <LanguageSwitch desk=desk />
                    <ThemeSwitch desk=desk />
                </div>
                <TotalsBar desk=desk />
            </header>
            <main class="board">
                <Bands desk=desk />
            </main>
            <Banner desk=desk />
        </div>
    }
}
