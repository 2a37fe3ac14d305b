//! Names where room is scarce: shortened by words before a letter is cut.

/// The forms of a name, the whole one first, each shorter than the one before: "Petrova Anna Lvovna", "Petrova Anna",
/// "Petrova A. L.", "Petrova A.", "Petrova". What is not a person's name has one form.
pub fn forms(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut forms = vec![words.join(" ")];
    let [surname, others @ ..] = &words[..] else { return forms };
    if others.is_empty() || others.len() > 2 || !words.iter().all(|word| is_name(word)) {
        return forms;
    }
    let initials: Vec<String> =
        others.iter().filter_map(|word| word.chars().next()).map(|it| format!("{it}.")).collect();
    if others.len() == 2 {
        forms.extend([format!("{surname} {}", others[0]), format!("{surname} {}", initials.join(" "))]);
    }
    forms.extend([format!("{surname} {}", initials[0]), (*surname).to_owned()]);
    if let Some((first, last)) = surname.split_once('-') {
        forms.extend(first.chars().next().map(|letter| format!("{letter}.-{last}")));
    }
    forms.dedup();
    forms
}

/// The first form of a name that fits into `room`, or the last one; `width` gives the width of a form in the unit of `room`.
pub fn shortest(name: &str, room: f64, width: impl Fn(&str) -> f64) -> String {
    let mut forms = forms(name);
    let fits = forms.iter().position(|form| width(form) <= room).unwrap_or(forms.len() - 1);
    forms.swap_remove(fits)
}

/// Whether a word may be part of a person's name: a capital letter and small ones ("Anna", "O’Neill", "Петрова-Водкина"), or
/// an initial ("A.").
fn is_name(word: &str) -> bool {
    let is_part = |part: &str| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.all(|it| it.is_alphabetic() || "'’.".contains(it))
    };
    let has_small = word.chars().any(char::is_lowercase) || word.ends_with('.');
    has_small && word.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_by_words_before_letters() {
        for (name, expected) in [
            ("Petrova Anna Lvovna", "Petrova Anna Lvovna|Petrova Anna|Petrova A. L.|Petrova A.|Petrova"),
            ("Ким Олег", "Ким Олег|Ким О.|Ким"),
            ("Petrova A.", "Petrova A.|Petrova"),
            (
                "Петрова-Рождественская Инна",
                "Петрова-Рождественская Инна|Петрова-Рождественская И.|Петрова-Рождественская|П.-Рождественская",
            ),
            ("O’Neill Máire", "O’Neill Máire|O’Neill M.|O’Neill"),
            ("Petrova", "Petrova"),
        ] {
            assert_eq!(forms(name).join("|"), expected);
        }
    }

    #[test]
    fn what_is_no_persons_name_stays_whole() {
        for name in ["Meeting room 3", "Склад №2", "Front desk", "DOOR Entry", "Night", "Van der Berg Maria Anna", ""]
        {
            assert_eq!(forms(name), [name], "{name}");
        }
    }

    #[test]
    fn takes_the_longest_form_that_fits() {
        let width = |form: &str| f64::from(u8::try_from(form.chars().count()).unwrap());
        for (room, expected) in
            [(19.0, "Petrova Anna Lvovna"), (13.0, "Petrova Anna"), (7.5, "Petrova"), (2.0, "Petrova")]
        {
            assert_eq!(shortest("Petrova Anna Lvovna", room, width), expected, "{room}");
        }
    }
}
