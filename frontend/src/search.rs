//! Search: what people type against number, name, site and department.
//!
//! Case and ё/е do not matter. Every word of the query must be found; a number that begins
//! with it comes first, then a word that does, then anything that has it inside.

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
}

/// What of a lamp can be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Haystack {
    number: Folded,
    text: Folded,
}

impl Haystack {
    /// Of a lamp's number and of all its other texts.
    pub fn new<'a>(number: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let text = texts.into_iter().collect::<Vec<_>>().join(" ");
        Self { number: Folded::new(number), text: Folded::new(&text) }
    }

    fn rank_of(&self, word: &str) -> Option<Rank> {
        if self.number.0.starts_with(word) {
            Some(Rank::Number)
        } else if self.text.words().any(|own| own.starts_with(word)) {
            Some(Rank::Word)
        } else if self.text.0.contains(word) || self.number.0.contains(word) {
            Some(Rank::Inside)
        } else {
            None
        }
    }
}

/// What someone searches for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(Folded);

impl Query {
    /// From the search field.
    pub fn new(typed: &str) -> Self {
        Self(Folded::new(typed))
    }

    /// Nothing is asked: everything answers.
    pub fn is_empty(&self) -> bool {
        self.0.0.is_empty()
    }

    /// How well `haystack` answers; `None` where a word of the query is not in it at all.
    pub fn rank(&self, haystack: &Haystack) -> Option<Rank> {
        self.0.words().map(|word| haystack.rank_of(word)).try_fold(Rank::Number, |worst, rank| Some(worst.max(rank?)))
    }
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
        check("perm", None);
        check("sales семен", Some(Rank::Word));
        check("21 sal", Some(Rank::Word));
        check("21 sal x", None);
    }
}
