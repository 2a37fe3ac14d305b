//! Takes pictures of the demo: `cargo xtask screenshots`.

use std::path::PathBuf;

use support::{Browser, Look, Server};

/// The story that is told: with it the pictures can be compared.
const SEED: u64 = 1;
/// So long into the story something has happened.
const LATER: std::time::Duration = std::time::Duration::from_secs(20);

fn main() -> anyhow::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        anyhow::bail!("say into which folder");
    };
    std::fs::create_dir_all(&folder)?;
    let server = Server::demo(SEED);
    std::thread::sleep(LATER);
    for (width, height) in [(1280, 900), (1920, 1080), (390, 844)] {
        for language in ["en", "ru"] {
            let browser = Browser::start(Look { width, height, language });
            for theme in ["light", "dark"] {
                browser.open_board_in(&server.url(), theme);
                let file = folder.join(format!("board-{language}-{theme}-{width}.png"));
                browser.screenshot(&file);
                println!("{}", file.display());
            }
        }
    }
    Ok(())
}
