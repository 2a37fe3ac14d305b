//! Search over number, name, site, department and note of a lamp.
//!
//! Every word of the query must be found, in any order. Literal matches come first: a number with that prefix, a word
//! with that prefix, then any text that contains it. Guesses come last: the word in the other alphabet (`petrov`,
//! «Петров»), and a word typed with the wrong keyboard layout (`gtnhjd`). Case and ё/е never matter.

use std::borrow::Cow;

/// Normalised text: lower case, ё as е, words separated by single spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Folded(String);

impl Folded {
    fn new(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }));
        }
        Self(folded)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|word| !word.is_empty())
    }
}

/// The quality of a match, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Prefix of the number.
    Number,
    /// Prefix of a word.
    Word,
    /// Contained anywhere.
    Inside,
    /// Prefix match after transliteration or a wrong keyboard layout.
    Guess,
}

/// The searchable texts of a lamp, normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Haystack {
    number: Folded,
    text: Folded,
    /// `text` transliterated by its sound, see [`sound`].
    sound: String,
}

impl Haystack {
    /// The searchable texts of a lamp with this number and these other texts.
    pub fn new<'a>(number: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let text = Folded::new(&texts.into_iter().collect::<Vec<_>>().join(" "));
        Self { number: Folded::new(number), sound: sound(&text.0), text }
    }

    fn rank_of(&self, word: &Term) -> Option<Rank> {
        if self.number.0.starts_with(&word.typed) {
            Some(Rank::Number)
        } else if self.text.words().any(|own| own.starts_with(&word.typed)) {
            Some(Rank::Word)
        } else if self.text.0.contains(&word.typed) || self.number.0.contains(&word.typed) {
            Some(Rank::Inside)
        } else if self.sound.split(' ').any(|own| word.guesses.iter().any(|guess| own.starts_with(guess.as_str()))) {
            Some(Rank::Guess)
        } else {
            None
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    typed: String,
    /// Transliterations of the word as typed and as typed in the other layout. Single letters and numbers get none.
    guesses: Vec<String>,
}

impl Term {
    fn new(typed: &str) -> Self {
        let meant = [Cow::Borrowed(typed), Cow::Owned(in_the_other_layout(typed))];
        let mut guesses: Vec<_> = meant.iter().map(|word| sound(word)).filter(|word| word.len() > 1).collect();
        if typed.chars().count() < 2 || typed.bytes().all(|byte| byte.is_ascii_digit()) {
            guesses.clear();
        }
        Self { typed: typed.into(), guesses }
    }
}

/// A search query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(Vec<Term>);

impl Query {
    /// Parses the text of the search field.
    pub fn new(typed: &str) -> Self {
        Self(Folded::new(typed).words().map(Term::new).collect())
    }

    /// Whether the query has no word: then every lamp matches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The quality of the match; `None` if a word of the query is not found.
    pub fn rank(&self, haystack: &Haystack) -> Option<Rank> {
        self.0.iter().map(|word| haystack.rank_of(word)).try_fold(Rank::Number, |worst, rank| Some(worst.max(rank?)))
    }
}

/// Spellings of a sound, each with its normal form, longest first. Latin and Cyrillic spellings have the same normal
/// forms.
const SOUNDS: [(&str, &str); 58] = [
    ("shch", "sh"),
    ("sch", "sh"),
    ("iya", "a"),
    ("kh", "h"),
    ("zh", "j"),
    ("ts", "c"),
    ("tz", "c"),
    ("yu", "u"),
    ("iu", "u"),
    ("ju", "u"),
    ("ya", "a"),
    ("ia", "a"),
    ("ja", "a"),
    ("yo", "e"),
    ("jo", "e"),
    ("ye", "e"),
    ("je", "e"),
    ("y", "i"),
    ("j", "i"),
    ("w", "v"),
    ("x", "ks"),
    ("'", ""),
    ("ия", "a"),
    ("а", "a"),
    ("б", "b"),
    ("в", "v"),
    ("г", "g"),
    ("д", "d"),
    ("е", "e"),
    ("ж", "j"),
    ("з", "z"),
    ("и", "i"),
    ("й", "i"),
    ("к", "k"),
    ("л", "l"),
    ("м", "m"),
    ("н", "n"),
    ("о", "o"),
    ("п", "p"),
    ("р", "r"),
    ("с", "s"),
    ("т", "t"),
    ("у", "u"),
    ("ф", "f"),
    ("х", "h"),
    ("ц", "c"),
    ("ч", "ch"),
    ("ш", "sh"),
    ("щ", "sh"),
    ("ъ", ""),
    ("ы", "i"),
    ("ь", ""),
    ("э", "e"),
    ("ю", "u"),
    ("я", "a"),
    ("і", "i"),
    ("ї", "i"),
    ("є", "e"),
];

/// Transliterates folded text by its sound.
fn sound(text: &str) -> String {
    let mut sounds = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((written, heard)) = SOUNDS.iter().find(|(written, _)| rest.starts_with(written)) {
            sounds.push_str(heard);
            rest = &rest[written.len()..];
        } else {
            sounds.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    sounds
}

/// The keys of the two layouts, in the same order.
const LATIN_KEYS: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const CYRILLIC_KEYS: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";

fn in_the_other_layout(word: &str) -> String {
    let swap = |key: char| {
        let on =
            |from: &str, to: &'static str| from.chars().position(|own| own == key).and_then(|at| to.chars().nth(at));
        let swapped = on(LATIN_KEYS, CYRILLIC_KEYS).or_else(|| on(CYRILLIC_KEYS, LATIN_KEYS));
        swapped.map_or(key, |key| if key == 'ё' { 'е' } else { key })
    };
    word.chars().map(swap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<Rank>) {
        let haystack = Haystack::new("214", ["Семёнова Anna-Maria", "Пермь", "Sales"]);
        assert_eq!(Query::new(typed).rank(&haystack), expected, "{typed}");
    }

    #[test]
    fn ranks_numbers_before_words_before_the_rest() {
        check("", Some(Rank::Number));
        check("21", Some(Rank::Number));
        check("14", Some(Rank::Inside));
        check("anna", Some(Rank::Word));
        check("maria", Some(Rank::Inside));
        check("215", None);
    }

    #[test]
    fn minds_neither_case_nor_yo() {
        check("СЕМЕНОВА", Some(Rank::Word));
        check("семён", Some(Rank::Word));
        check("  пЕРмь ", Some(Rank::Word));
    }

    #[test]
    fn wants_every_word_in_any_order() {
        check("sales семен", Some(Rank::Word));
        check("21 sal", Some(Rank::Word));
        check("21 sal x", None);
    }

    #[test]
    fn forgives_the_wrong_alphabet_and_the_wrong_layout() {
        check("perm", Some(Rank::Guess));
        check("semenova", Some(Rank::Guess));
        check("semyonova", Some(Rank::Guess));
        check("анна", Some(Rank::Guess));
        check("ctv`yjdf", Some(Rank::Guess));
        check("фттф", Some(Rank::Guess));
        check("p", None);
        check("a", Some(Rank::Word));
    }

    #[test]
    fn hears_the_same_name_however_it_is_written() {
        for (name, ways) in [
            ("Петров", &["petrov", "gtnhjd", "PETROW"][..]),
            ("Щукина", &["shchukina", "schukina", "shukina", "oerbyf"]),
            ("Юлия Жукова", &["yulia", "julia", "iuliya", "zhukova"]),
            ("Хасан", &["khasan", "hasan", "[fcfy"]),
            ("Tsoy", &["цой", "еыщн"]),
            ("Андрей", &["andrey", "andrej", "andrei"]),
        ] {
            let haystack = Haystack::new("1", [name]);
            for way in ways {
                assert_eq!(Query::new(way).rank(&haystack), Some(Rank::Guess), "{way} for {name}");
            }
        }
    }
}
