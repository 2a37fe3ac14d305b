//! Texts that appear where none of the page's programs runs; they are written into files when the page is built.

use std::fmt::Write as _;

use lampfield_words::Language;
use serde_json::{Map, Value, json};

/// `{{words}}` of `sw.js`: texts of the offline page, by the tag of each language.
pub(crate) fn offline() -> String {
    let of = |language: Language| {
        let (tag, offline) = (language.words().tag, language.words().offline());
        let words = json!({
            "title": offline.title,
            "notReached": offline.not_reached,
            "nextTry": offline.next_try,
            "locale": offline.locale,
        });
        (tag.to_owned(), words)
    };
    Value::Object(Language::ALL.into_iter().map(of).collect::<Map<_, _>>()).to_string()
}

/// `{{noscript}}` of the index: in all languages, since the reader's is not known there.
pub(crate) fn without_script() -> String {
    Language::ALL.into_iter().map(Language::words).fold(String::new(), |mut html, words| {
        let (tag, plain) = (words.tag, words.plain());
        let _infallible = write!(
            html,
            "<p class=\"board__note\" lang=\"{tag}\">{} <a href=\"plain?lang={tag}\">{}</a></p>",
            plain.needs_script, plain.without_script
        );
        html
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::index::fill;

    #[test]
    fn the_files_get_the_words_of_every_language() {
        let names = [("words".to_owned(), offline()), ("noscript".to_owned(), without_script())];
        let script = fill("sw.js", include_str!("../../../frontend/sw.js"), &names).unwrap();
        let index = fill("index.html", "<noscript>{{noscript}}</noscript>", &names).unwrap();
        for language in Language::ALL {
            let words = language.words();
            assert!(script.contains(&format!("{:?}:{{", words.tag)), "{script}");
            assert!(script.contains(words.offline().next_try), "{script}");
            assert!(index.contains(words.plain().without_script), "{index}");
        }
    }
}
