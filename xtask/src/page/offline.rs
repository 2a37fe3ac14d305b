//! The offline page: `sw.js` gets its words when the page is built, for it speaks where nothing else can be asked.

use anyhow::{Result, ensure};
use lampfield_words::Language;
use serde_json::{Map, Value, json};

/// What stands in the script in place of the words.
const PLACE: &str = "{/* by the build program: lampfield_words::OfflineWords of every language, by its tag */}";

/// The script with the words in it.
///
/// # Errors
/// It has no place for them.
pub(crate) fn fill(script: &str) -> Result<String> {
    ensure!(script.contains(PLACE), "sw.js has no place for the words of the offline page: {PLACE}");
    Ok(script.replacen(PLACE, &words().to_string(), 1))
}

fn words() -> Value {
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
    Value::Object(Language::ALL.into_iter().map(of).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_gets_the_words_of_every_language() {
        let filled = fill(include_str!("../../../frontend/sw.js")).unwrap();
        for language in Language::ALL {
            let words = language.words();
            assert!(filled.contains(&format!("{:?}:{{", words.tag)), "{filled}");
            assert!(filled.contains(words.offline().next_try), "{filled}");
        }
    }

    #[test]
    fn a_script_without_a_place_for_them_is_refused() {
        assert!(fill("const WORDS = {};").is_err());
    }
}
