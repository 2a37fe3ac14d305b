//! What stands in the HTML of a program until that has come and draws itself: the same frame, empty, so that nothing
//! jumps. It claims no state and needs no language.

/// How many tiles the board of the page shows before it knows a lamp (`components/lamps.rs`).
const TILES: usize = 60;

/// `{{skeleton}}` of the index of this program, in one line.
pub(crate) fn skeleton(program: &str) -> String {
    let inside = match program {
        // Nothing but the colour of the screen: before its lamps a wall shows no more.
        "wall" => String::new(),
        "desk" => bar("<span class=\"search\"></span>") + &board(),
        _ => bar(""),
    };
    format!("<div id=\"boot\" class=\"boot\" aria-hidden=\"true\">{inside}</div>")
}

fn bar(search: &str) -> String {
    format!("<div class=\"bar\"><b class=\"bar__title\">lampfield</b><div class=\"bar__search\">{search}</div></div>")
}

fn board() -> String {
    let tiles = "<div class=\"lamp lamp--unborn\"></div>".repeat(TILES);
    format!(
        "<div class=\"desk\"><div class=\"filters\"><span class=\"switch switch--away\"></span></div><div class=\"board\"><div class=\"sheet-of-lamps sheet-of-lamps--unborn\">{tiles}</div></div></div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_has_what_it_shows_first() {
        let [desk, admin, wall] = ["desk", "admin", "wall"].map(skeleton);
        for html in [&desk, &admin, &wall] {
            assert!(html.starts_with("<div id=\"boot\"") && html.contains("aria-hidden=\"true\""), "{html}");
            assert_eq!(html.matches("<div").count(), html.matches("</div>").count(), "{html}");
        }
        assert_eq!(desk.matches("lamp--unborn").count(), TILES);
        assert!(desk.contains("class=\"search\"") && !admin.contains("class=\"search\""));
        assert!(!wall.contains("class=\"bar\""));
        assert!(include_str!("../../../frontend/src/components/lamps.rs").contains(&format!("(0..{TILES})")));
    }
}
