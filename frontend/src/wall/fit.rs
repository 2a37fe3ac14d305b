//! How a lamp's name stands on its tile: the surname in large letters, the rest and the number below.
//!
//! ```text
//!  Petrova               LARGE: one em
//!  Anna Lvovna    1034   SMALL of it
//!  ◎ On a call   12 min  SMALL, with a shape
//! ```
//! All widths are in em of the large letters, so that they hold for every size.

use crate::grid::names::{forms, shortest};

/// The size of the small letters, of the large.
pub const SMALL: f64 = 0.58;
/// The least gap between the rest of a name and the number.
const BEFORE_NUMBER: f64 = 0.3;
/// How far the letters of a long name shrink, step by step; `style/wall.css` has the same steps.
const STEPS: [f64; 5] = [1.0, 0.9, 0.8, 0.73, 0.66];

/// The two weights of the letters on a wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The large letters, which are bold.
    Strong,
    /// All others.
    Quiet,
}

/// A function that gives the width of a text in em.
pub type Width<'a> = &'a dyn Fn(Weight, &str) -> f64;

/// The two things by which a lamp is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The name, where one is known.
    pub name: Option<String>,
    /// The number.
    pub number: String,
}

/// The texts of a tile, and how large the name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// The text in large letters: a surname; the number, if that is all.
    pub large: String,
    /// The rest of the name.
    pub small: String,
    /// The number, if it is not the large text.
    pub number: String,
    /// How many steps the large letters are smaller than one em.
    pub step: usize,
}

impl Who {
    /// The width at which surname and given name stand whole. A patronymic stands where there is room.
    pub fn need(&self, width: Width<'_>) -> f64 {
        let Some(name) = &self.name else { return width(Weight::Strong, &self.number) };
        let forms = forms(name);
        let (large, small) = match &forms[..] {
            [name] => self.break_up(name, width),
            forms => split(forms.iter().find(|form| form.split(' ').count() <= 2).unwrap_or(&forms[0])),
        };
        self.need_of(large, small, width)
    }

    /// The texts for a tile that has `room` for them: by words as long as that helps, then by smaller letters. The two
    /// lines of a person's name are shortened each on its own.
    pub fn fit(&self, room: f64, width: Width<'_>) -> Fitted {
        let fitted = |large: &str, small: &str, number: &str| {
            let large_width = width(Weight::Strong, large);
            let step = STEPS.iter().position(|step| large_width * step <= room).unwrap_or(STEPS.len() - 1);
            Fitted { large: large.into(), small: small.into(), number: number.into(), step }
        };
        let Some(name) = &self.name else { return fitted(&self.number, "", "") };
        let forms = forms(name);
        if let [name] = &forms[..] {
            let (large, small) = self.break_up(name, width);
            return fitted(large, small, &self.number);
        }
        let below = shortest(name, room, |form| self.need_below(split(form).1, width));
        let fits = |step: f64| {
            let mut surnames = forms.iter().map(|form| split(form).0);
            surnames.find(|surname| width(Weight::Strong, surname) * step <= room)
        };
        let surname =
            fits(1.0).or_else(|| fits(STEPS[STEPS.len() - 1])).unwrap_or_else(|| split(&forms[forms.len() - 1]).0);
        fitted(surname, split(&below).1, &self.number)
    }

    fn need_of(&self, large: &str, small: &str, width: Width<'_>) -> f64 {
        width(Weight::Strong, large).max(self.need_below(small, width))
    }

    /// The width of the second line.
    fn need_below(&self, small: &str, width: Width<'_>) -> f64 {
        let small = if small.is_empty() { 0.0 } else { width(Weight::Quiet, small) + BEFORE_NUMBER };
        SMALL * (small + width(Weight::Quiet, &self.number))
    }

    /// The two lines of what is no person's name, such that both are short.
    fn break_up<'a>(&self, name: &'a str, width: Width<'_>) -> (&'a str, &'a str) {
        let breaks = name.match_indices(' ').map(|(at, _)| (&name[..at], &name[at + 1..])).chain([(name, "")]);
        let need = |(large, small): &(&str, &str)| self.need_of(large, small, width);
        breaks.min_by(|one, other| need(one).total_cmp(&need(other))).unwrap_or((name, ""))
    }
}

/// The surname of a form, and what follows it.
fn split(form: &str) -> (&str, &str) {
    form.split_once(' ').unwrap_or((form, ""))
}

/// A font whose letters are all as wide, for tests.
#[cfg(test)]
pub fn typewriter(weight: Weight, text: &str) -> f64 {
    let letter = if weight == Weight::Strong { 0.6 } else { 0.53 };
    text.chars().map(|_| letter).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(name: &str, number: &str) -> Who {
        Who { name: Some(name.into()).filter(|it: &String| !it.is_empty()), number: number.into() }
    }

    fn fitted(name: &str, room: f64) -> String {
        let Fitted { large, small, number, step } = who(name, "1034").fit(room, &typewriter);
        format!("{large}|{small}|{number}|{step}")
    }

    #[test]
    fn a_name_loses_words_then_letters_size_and_its_number_never() {
        for (room, expected) in [
            (4.8, "Petrova|Anna Lvovna|1034|0"),
            (4.2, "Petrova|Anna|1034|0"),
            (3.9, "Petrova|Anna|1034|1"),
            (2.7, "Petrova|Anna|1034|4"),
            (2.1, "Petrova|A.|1034|4"),
            (1.0, "Petrova||1034|4"),
        ] {
            assert_eq!(fitted("Petrova Anna Lvovna", room), expected, "{room}");
        }
    }

    #[test]
    fn a_long_surname_keeps_the_given_name_that_fits() {
        assert_eq!(fitted("Рождественский Ким", 7.0), "Рождественский|Ким|1034|2");
        assert_eq!(fitted("Петрова-Рождественская Ким", 10.5), "П.-Рождественская|Ким|1034|0");
        assert_eq!(fitted("Петрова-Рождественская Ким", 9.0), "Петрова-Рождественская|Ким|1034|4");
    }

    #[test]
    fn what_is_no_person_breaks_where_both_lines_are_short() {
        assert_eq!(fitted("Meeting room Baikal", 6.0), "Meeting|room Baikal|1034|0");
        assert_eq!(fitted("Lift 3 in the hall", 6.0), "Lift 3|in the hall|1034|0");
        assert_eq!(fitted("Склад", 6.0), "Склад||1034|0");
        assert_eq!(fitted("", 6.0), "1034|||0");
    }

    #[test]
    fn whatever_is_needed_fits() {
        for name in ["Petrova Anna Lvovna", "Ким Олег", "Meeting room 3", "Ek", "", "Петрова-Водкина Анна"]
        {
            let who = who(name, "10345");
            let Fitted { large, small, step, .. } = who.fit(who.need(&typewriter), &typewriter);
            assert_eq!(step, 0, "{name}");
            let shown = [large, small].join(" ");
            let whole: Vec<&str> = name.split(' ').take(2).collect();
            assert!(name.is_empty() || shown.starts_with(&whole.join(" ")), "{shown}");
        }
    }
}
