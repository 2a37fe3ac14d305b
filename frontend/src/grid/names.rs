//! Shorter forms of a name. A name gives up words before it gives up letters: "Petrova Anna Lvovna", "Petrova Anna", "Petrova A. L.",
//! "Petrova A.", "Petrova". The first word is the one that stays, as in a directory.

/// The name and its shorter forms, each shorter than the one before. What is not the name of a person ("Meeting room 3") has no other form.
pub fn forms(name: &str) -> Vec<String> {
    let mut forms = vec![name.to_owned()];
    let words: Vec<&str> = name.split_whitespace().collect();
    if !(2..=3).contains(&words.len()) || !words.iter().copied().all(is_of_a_person) {
        return forms;
    }
    let (first, second) = (words[0], words[1]);
    if let Some(third) = words.get(2) {
        forms.push(format!("{first} {second}"));
        forms.push(format!("{first} {}. {}.", initial(second), initial(third)));
    }
    forms.push(with_initial(name));
    forms.push(first.to_owned());
    if let Some((one, other)) = first.split_once('-') {
        forms.push(format!("{}.-{other}", initial(one)));
    }
    forms
}

/// The first form whose width is at most `room`, else the shortest.
pub fn shortest(name: &str, room: f64, mut width: impl FnMut(&str) -> f64) -> String {
    let mut forms = forms(name);
    let at = forms.iter().position(|form| width(form) <= room).unwrap_or(forms.len() - 1);
    forms.swap_remove(at)
}

/// "Petrova A.", or the whole name of what is no person.
pub(super) fn with_initial(name: &str) -> String {
    match words_of(name) {
        Some((first, second)) => format!("{first} {}.", initial(second)),
        None => name.to_owned(),
    }
}

/// "Petrova", or the whole name of what is no person.
pub(super) fn surname(name: &str) -> &str {
    words_of(name).map_or(name, |(first, _)| first)
}

/// "Petrova Anna", or the whole name of what is no person.
pub(super) fn two_words(name: &str) -> String {
    match words_of(name) {
        Some((first, second)) => format!("{first} {second}"),
        None => name.to_owned(),
    }
}

/// The first two words of a person's name.
fn words_of(name: &str) -> Option<(&str, &str)> {
    let mut words = name.split_whitespace();
    let (first, second, third) = (words.next()?, words.next()?, words.next());
    let all = [Some(first), Some(second), third];
    (words.next().is_none() && all.into_iter().flatten().all(is_of_a_person)).then_some((first, second))
}

/// Whether a word looks like a part of a person's name.
fn is_of_a_person(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && !word.contains(|sign: char| sign.is_numeric())
}

fn initial(word: &str) -> char {
    word.chars().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(forms(name).join(" | "), expected);
    }

    #[test]
    fn gives_up_words_before_letters() {
        check("Petrova Anna", "Petrova Anna | Petrova A. | Petrova");
        check("Орлов Борис Ильич", "Орлов Борис Ильич | Орлов Борис | Орлов Б. И. | Орлов Б. | Орлов");
        check(
            "Преображенский-Рождественский Ян",
            "Преображенский-Рождественский Ян | Преображенский-Рождественский Я. | Преображенский-Рождественский | П.-Рождественский",
        );
    }

    #[test]
    fn leaves_what_is_no_person_whole() {
        for name in ["Meeting room 3", "Security", "Fax 2", "Big Room On Top", "de Vries", ""] {
            check(name, name);
        }
    }

    #[test]
    fn takes_the_longest_form_that_has_room() {
        let at = |room| shortest("Petrova Anna", room, |text| text.bytes().map(|_| 1.0).sum());
        assert_eq!(
            [12.0, 11.0, 10.0, 9.0, 1.0].map(at),
            ["Petrova Anna", "Petrova A.", "Petrova A.", "Petrova", "Petrova"]
        );
    }
}
