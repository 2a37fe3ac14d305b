//! Redirects to a wall display: from `/wall/{board}`, and from a screen's link.
//!
//! The display itself is a file beside the page at the root, and its board stands behind `#`: so its relative addresses
//! hold under any sub-path of a proxy.

use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::problem::Problem;
use super::sent::Named;

/// `GET /wall/{board}`: leads to `all`, a site or a department. The query (`lang=ru`, `theme=dark`) goes along.
pub(super) async fn show(uri: Uri, Named(board): Named<String>) -> Result<Response, Problem> {
    Ok((StatusCode::SEE_OTHER, [(LOCATION, place(&board, uri.query()))]).into_response())
}

/// Relative address of a board's display, from any address one step below the root. A display without scripts
/// (`?plain`) is sent to the page that needs none.
pub(super) fn place(board: &str, query: Option<&str>) -> String {
    let board = utf8_percent_encode(board, NON_ALPHANUMERIC);
    let query = query.unwrap_or_default();
    let mut words = query.split('&').filter(|word| !word.is_empty());
    if words.clone().any(|word| word == "plain") {
        let rest: String = words.filter(|word| *word != "plain").flat_map(|word| ["&", word]).collect();
        return format!("../plain?board={board}{rest}");
    }
    let mark = if words.next().is_some() { "?" } else { "" };
    format!("../wall.html#/{board}{mark}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_sent_to_its_board_with_what_it_wants() {
        assert_eq!(place("all", None), "../wall.html#/all");
        assert_eq!(place("Пермь 2/3", None), "../wall.html#/%D0%9F%D0%B5%D1%80%D0%BC%D1%8C%202%2F3");
        assert_eq!(place("all", Some("lang=ru&theme=dark")), "../wall.html#/all?lang=ru&theme=dark");
        assert_eq!(place("all", Some("")), "../wall.html#/all");
        assert_eq!(place("R&D", Some("lang=ru&plain")), "../plain?board=R%26D&lang=ru");
    }
}
