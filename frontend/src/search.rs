//! Search over number, name, department, site, note and state of a lamp.
//!
//! Every word of the query must be found, in any order; the worst of them ranks the lamp. Literal matches come first: the
//! number itself, a number with that prefix, words of the name with that prefix, then those of department, site and note,
//! then the state as it is drawn, then any text that contains the word. Guesses come last: the word in the other alphabet
//! (`petrov`, «Петров»), or typed with the wrong keyboard layout (`gtnhjd`); and one typo, in a word that no lamp has
//! otherwise. Case and ё/е never matter.

use std::borrow::Cow;
use std::ops::Range;

use lampfield_shared::{Freshness, LampState};
use lampfield_words::{Beside, Category, Language, Look};

/// A text in lower case, with ё as е.
pub fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

/// The quality of a match, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The number itself.
    Exact,
    /// Prefix of the number.
    Number,
    /// Prefix of a word of the name.
    Name,
    /// Prefix of a word of department, site or note.
    Around,
    /// A word of the state.
    State,
    /// Contained anywhere.
    Inside,
    /// Prefix of a word of the name, after transliteration or in the wrong keyboard layout.
    Sound,
    /// Such a prefix of a word of department, site or note.
    Guess,
    /// Prefix with one typo.
    Typo,
}

/// A text made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ready {
    folded: String,
    /// `folded` transliterated, see [`sound`].
    sound: String,
}

impl Ready {
    fn new(text: &str) -> Self {
        let folded = folded(text);
        Self { sound: sound(&folded), folded }
    }

    fn begins(&self, word: &str) -> bool {
        words(&self.folded).any(|own| own.starts_with(word))
    }

    fn sounds(&self, fits: impl Fn(&str) -> bool) -> bool {
        words(&self.sound).any(fits)
    }
}

/// The searchable texts of a lamp, made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Haystack {
    number: String,
    name: Ready,
    around: Ready,
}

impl Haystack {
    /// The searchable texts of a lamp with this number, this name, and these other texts.
    pub fn new(number: &str, name: &str, around: &str) -> Self {
        Self { number: folded(number), name: Ready::new(name), around: Ready::new(around) }
    }

    fn rank_of(&self, word: &Term, drawn: States) -> Option<Rank> {
        let typed = &*word.typed;
        Some(if self.number == typed {
            Rank::Exact
        } else if self.number.starts_with(typed) {
            Rank::Number
        } else if self.name.begins(typed) {
            Rank::Name
        } else if self.around.begins(typed) {
            Rank::Around
        } else if word.states.0 & drawn.0 != 0 {
            Rank::State
        } else if [&self.name.folded, &self.around.folded, &self.number].iter().any(|text| text.contains(typed)) {
            Rank::Inside
        } else if self.name.sounds(|own| word.is_guessed(own)) {
            Rank::Sound
        } else if self.around.sounds(|own| word.is_guessed(own)) {
            Rank::Guess
        } else if word.is_forgiven
            && (self.name.sounds(|own| word.is_near(own)) || self.around.sounds(|own| word.is_near(own)))
        {
            Rank::Typo
        } else {
            return None;
        })
    }
}

/// States of lamps, as a set. A lamp that is only last known is in that one state, and not free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct States(u16);

impl States {
    const LAST_KNOWN: u16 = 1 << LampState::ALL.len();

    /// The states that a lamp with this look is drawn in.
    pub fn of(look: Look) -> Self {
        let state = match look.category() {
            Category::LastKnown => Self::LAST_KNOWN,
            Category::NoData => 1 << LampState::NoData as u16,
            _ => 1 << look.state as u16,
        };
        Self(state | if look.dnd == Beside::On { 1 << LampState::Dnd as u16 } else { 0 })
    }

    /// The states that are called by a word which `fits`, in any language.
    fn called(fits: impl Fn(&str) -> bool) -> Self {
        let mut states = 0;
        for language in Language::ALL.map(Language::words) {
            let mut add = |bit, called: &str| {
                if words(&folded(called)).any(&fits) {
                    states |= bit;
                }
            };
            for state in LampState::ALL {
                let look = Look { state, freshness: Freshness::Live, dnd: Beside::Absent, kind: None, since: None };
                for called in [(language.state)(state), look.short(language), (language.category)(look.category())] {
                    add(1 << state as u16, called);
                }
            }
            add(Self::LAST_KNOWN, (language.category)(Category::LastKnown));
            add(Self::LAST_KNOWN, &(language.last_known_state)("").replace(':', ""));
        }
        Self(states)
    }
}

/// Fewest letters of a word in which a typo is forgiven.
const FORGIVEN: usize = 4;
/// Fewest letters that are enough of a state's word.
const ENOUGH: usize = 3;

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    typed: String,
    /// Transliterations of the word as typed and as typed in the other layout. Single letters and numbers get none.
    guesses: Vec<String>,
    /// The states that the word may mean.
    states: States,
    is_forgiven: bool,
}

impl Term {
    fn new(typed: &str, is_alone: bool) -> Self {
        let length = typed.chars().count();
        let meant = [Cow::Borrowed(typed), Cow::Owned(in_the_other_layout(typed))];
        let mut guesses: Vec<_> = meant.iter().map(|word| sound(word)).filter(|word| word.len() > 1).collect();
        if length < 2 || typed.bytes().all(|byte| byte.is_ascii_digit()) {
            guesses.clear();
        }
        let mut term = Self { typed: typed.into(), guesses, states: States::default(), is_forgiven: false };
        // "on a call": a letter alone is the beginning of a name.
        let is_word = !is_alone || length > 1;
        term.states = States::called(|own| match length {
            ENOUGH.. => own.starts_with(typed) || term.is_guessed(&sound(own)),
            _ => is_word && own == typed,
        });
        term
    }

    fn is_guessed(&self, sound: &str) -> bool {
        self.guesses.iter().any(|guess| sound.starts_with(&**guess))
    }

    fn is_near(&self, sound: &str) -> bool {
        self.guesses.iter().any(|guess| begins_but_for_one(sound, guess))
    }

    /// Where the word stands in a word of a text, by the rank with which it was found.
    fn place_in(&self, word: &str, rank: Rank) -> Option<Range<usize>> {
        let fits = |part: &str| {
            let part = folded(part);
            match rank {
                Rank::Sound | Rank::Guess => self.is_guessed(&sound(&part)),
                Rank::Typo => self.is_near(&sound(&part)),
                _ => part.starts_with(&self.typed),
            }
        };
        let letters = word.char_indices().map(|(at, _)| at);
        let mut starts = letters.clone().take(if rank == Rank::Inside { word.len() } else { 1 });
        let start = starts.find(|&start| fits(&word[start..]))?;
        let end = letters.filter(|&end| end > start).find(|&end| fits(&word[start..end]));
        Some(start..end.unwrap_or(word.len()))
    }
}

/// Whether `own` begins with `typed`, or would if one letter of `typed` were another, were missing, were there once more,
/// or stood behind the next.
fn begins_but_for_one(own: &str, typed: &str) -> bool {
    let same: usize =
        own.chars().zip(typed.chars()).take_while(|(own, typed)| own == typed).map(|it| it.0.len_utf8()).sum();
    let length = typed.chars().count();
    let (own, typed) = (&own[same..], &typed[same..]);
    let (mut own_rest, mut typed_rest) = (own.chars(), typed.chars());
    let first = (own_rest.next(), typed_rest.next());
    let (own_next, typed_next) = (own_rest.as_str(), typed_rest.as_str());
    let is_swapped = first.0.is_some()
        && (typed_rest.next(), own_rest.next()) == first
        && own_rest.as_str().starts_with(typed_rest.as_str());
    // What is left of a short word without one of its letters begins too many others.
    let is_longer = if length > FORGIVEN { own.starts_with(typed_next) } else { own == typed_next };
    is_swapped || is_longer || own_next.starts_with(typed_next) || own_next.starts_with(typed)
}

/// A search query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(Vec<Term>);

impl Query {
    /// Parses the text of the search field. In a word that none of `lamps` has, one typo is forgiven.
    pub fn new<'h>(typed: &str, lamps: &(impl Iterator<Item = (&'h Haystack, States)> + Clone)) -> Self {
        let typed = folded(typed);
        let is_alone = typed.split_whitespace().nth(1).is_none();
        let term = |word: &str| {
            let mut term = Term::new(word, is_alone);
            let is_found = || lamps.clone().any(|(lamp, drawn)| lamp.rank_of(&term, drawn).is_some());
            if word.chars().count() >= FORGIVEN && !is_found() {
                term.is_forgiven = true;
                term.states = States::called(|own| term.is_near(&sound(own)));
            }
            term
        };
        Self(typed.split_whitespace().map(term).collect())
    }

    /// The quality of the match; `None` if a word of the query is not found.
    pub fn rank(&self, lamp: &Haystack, drawn: States) -> Option<Rank> {
        self.0.iter().map(|word| lamp.rank_of(word, drawn)).try_fold(Rank::Exact, |worst, rank| Some(worst.max(rank?)))
    }

    /// The parts of one of the lamp's texts by which it was found, in order, in bytes.
    pub fn marks(&self, lamp: &Haystack, drawn: States, text: &str) -> Vec<Range<usize>> {
        let mut is_marked = vec![false; text.len()];
        for term in &self.0 {
            let Some(rank) = lamp.rank_of(term, drawn) else { continue };
            for word in text.split_whitespace() {
                let at = word.as_ptr().addr() - text.as_ptr().addr();
                if let Some(place) = term.place_in(word, rank) {
                    is_marked[at + place.start..at + place.end].fill(true);
                }
            }
        }
        let mut marks: Vec<Range<usize>> = Vec::new();
        for at in (0..text.len()).filter(|&at| is_marked[at]) {
            match marks.last_mut() {
                Some(last) if last.end == at => last.end = at + 1,
                _ => marks.push(at..at + 1),
            }
        }
        marks
    }
}

/// Latin spellings of a sound, each with its normal form, longest first. Cyrillic letters have the same normal forms.
const SOUNDS: [(&str, &str); 22] = [
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
];

/// The normal forms of the letters from `а` to `я`, in the order of the alphabet.
const CYRILLIC: [&str; 32] = [
    "a", "b", "v", "g", "d", "e", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "c",
    "ch", "sh", "sh", "", "i", "", "e", "u", "a",
];

/// Transliterates folded text by its sound.
fn sound(text: &str) -> String {
    let mut sounds = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let written = first.len_utf8();
        let (written, heard) = match first {
            'а'..='я' if rest.starts_with("ия") => (2 * written, "a"),
            'а'..='я' => (written, CYRILLIC[first as usize - 'а' as usize]),
            'і' | 'ї' => (written, "i"),
            'є' => (written, "e"),
            _ => match SOUNDS.iter().find(|(spelled, _)| rest.starts_with(spelled)) {
                Some((spelled, heard)) => (spelled.len(), *heard),
                None => (written, &rest[..written]),
            },
        };
        sounds.push_str(heard);
        rest = &rest[written..];
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
mod tests;
