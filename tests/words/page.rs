//! The page on which all texts are read.

use std::fmt::Write as _;

use lampfield_words::Language;

use super::literals::Text;
use super::{Row, Said};

const HEAD: &str = "<!doctype html><meta charset=utf-8><title>The words of lampfield</title><style>
body { font: 15px/1.45 sans-serif; margin: 2em auto; max-width: 110em; padding: 0 1em; color: #1c2024 }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid #ccd; padding: .3em .6em; text-align: left; vertical-align: top }
th { position: sticky; top: 0; background: #eef } small { color: #667; display: block } p { margin: 0 } i { color: #667; font-size: 85% }
</style>";

/// Makes the page.
pub(super) fn html(rows: &[Row], server: &[Said]) -> String {
    let mut page = format!("{HEAD}<h1>The page</h1><table><tr><th>Meaning");
    for language in Language::ALL {
        let _ = write!(page, "<th>{}", language.words().own_name);
    }
    for row in rows {
        let _ = write!(page, "<tr><td>{}<small>{}</small>", escaped(&row.meaning), escaped(&row.name));
        for said in &row.said {
            page.push_str("<td>");
            for text in said {
                line(&mut page, text);
            }
        }
    }
    page.push_str("</table><h1>The server: log, errors, command line</h1>");
    for said in server {
        let _ = write!(page, "<h2>{}</h2>", escaped(&said.file));
        for text in &said.texts {
            line(&mut page, text);
        }
    }
    page
}

fn line(page: &mut String, text: &Text) {
    let _ = write!(page, "<p>{}", escaped(&text.words));
    if let Some(when) = &text.when {
        let _ = write!(page, " <i>{}</i>", escaped(when));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
