//! Search: what people type against number, name, site, department and note.
//!
//! Every word of the query must be found, in any order. What is there to the letter comes first:
//! a number that begins so, a word that does, then anything that has it inside. Last come guesses:
//! the same word in the other alphabet (`petrov`, «Петров»), and what was typed with the keyboard
//! in the wrong layout (`gtnhjd`). Case and ё/е never matter.

use std::borrow::Cow;

/// Text made ready for comparison: lower case, ё as е, its words apart by single spaces.
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

/// How well a lamp answers a query: the smaller, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The number begins so.
    Number,
    /// A word begins so.
    Word,
    /// It is somewhere inside.
    Inside,
    /// A word begins so when it is read as another alphabet or another layout.
    Guess,
}

/// What of a lamp can be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Haystack {
    number: Folded,
    text: Folded,
    /// `text` as it sounds in Latin letters.
    sound: String,
}

impl Haystack {
    /// Of a lamp's number and of all its other texts.
    pub fn new<'a>(number: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let text = Folded::new(&texts.into_iter().collect::<Vec<_>>().join(" "));
        Self { number: Folded::new(number), sound: sound(&text.0), text }
    }

    fn rank_of(&self, word: &Word) -> Option<Rank> {
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
struct Word {
    typed: String,
    /// How it may have been meant, as it sounds. One letter alone is not guessed at.
    guesses: Vec<String>,
}

impl Word {
    fn new(typed: &str) -> Self {
        let meant = [Cow::Borrowed(typed), Cow::Owned(in_the_other_layout(typed))];
        let mut guesses: Vec<_> = meant.iter().map(|word| sound(word)).filter(|word| word.len() > 1).collect();
        if typed.chars().count() < 2 || typed.bytes().all(|byte| byte.is_ascii_digit()) {
            guesses.clear();
        }
        Self { typed: typed.into(), guesses }
    }
}

/// What someone searches for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(Vec<Word>);

impl Query {
    /// From the search field.
    pub fn new(typed: &str) -> Self {
        Self(Folded::new(typed).words().map(Word::new).collect())
    }

    /// Nothing is asked: everything answers.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How well `haystack` answers; `None` where a word of the query is not in it at all.
    pub fn rank(&self, haystack: &Haystack) -> Option<Rank> {
        self.0.iter().map(|word| haystack.rank_of(word)).try_fold(Rank::Number, |worst, rank| Some(worst.max(rank?)))
    }
}

/// Ways to write a sound in Latin letters, each with the one that stands for all: the longer first.
/// Cyrillic letters are among them, so that both alphabets come to the same.
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

/// Folded text by its sound.
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
