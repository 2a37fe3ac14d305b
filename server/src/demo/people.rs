//! The people of the demo: invented, and the same for the same seed.

use lampfield_shared::Exten;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// A person with a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Extension.
    pub exten: Exten,
    /// Name on the lamp.
    pub name: String,
    /// Department.
    pub group: &'static str,
    /// Index of the town in [`TOWNS`].
    pub town: usize,
}

/// The two PBXes of the demo.
pub const TOWNS: [Town; 2] = [
    Town { name: "perm", title: "Perm", user: "Perm", prefix: '1', spelling: Spelling::Latin },
    Town { name: "kazan", title: "Казань", user: "Kazan", prefix: '2', spelling: Spelling::Cyrillic },
];

/// A PBX of the demo.
#[derive(Debug, Clone, Copy)]
pub struct Town {
    /// Name as a peer.
    pub name: &'static str,
    /// Title on the board.
    pub title: &'static str,
    /// Resource that the PBX publishes to.
    pub user: &'static str,
    /// First digit of its extensions.
    pub prefix: char,
    spelling: Spelling,
}

#[derive(Debug, Clone, Copy)]
enum Spelling {
    Latin,
    Cyrillic,
}

const GROUPS: [&str; 6] = ["Accounting", "Front desk", "Management", "Sales", "Support", "Warehouse"];

const LATIN: ([&str; 20], [&str; 24]) = (
    [
        "Anna", "Boris", "Clara", "Daniel", "Elena", "Felix", "Grace", "Henry", "Irina", "Jonas", "Kira", "Leo",
        "Maria", "Nina", "Oscar", "Paula", "Roman", "Sofia", "Timur", "Vera",
    ],
    [
        "Abbott", "Brandt", "Carter", "Dale", "Ek", "Fisher", "Grant", "Hale", "Ivens", "Jansen", "Kovac", "Lind",
        "Moreau", "North", "Olsen", "Petit", "Quist", "Reed", "Simon", "Tanaka", "Ulmer", "Vance", "Weber", "Zimmer",
    ],
);

const CYRILLIC: ([&str; 20], [&str; 24]) = (
    [
        "Алина",
        "Богдан",
        "Вера",
        "Глеб",
        "Дарья",
        "Егор",
        "Жанна",
        "Захар",
        "Ирина",
        "Кирилл",
        "Лейла",
        "Марат",
        "Нина",
        "Олег",
        "Полина",
        "Ринат",
        "Семён",
        "Тимур",
        "Ульяна",
        "Фёдор",
    ],
    [
        "Адамец",
        "Беляк",
        "Волк",
        "Гайдай",
        "Дым",
        "Ермак",
        "Жук",
        "Зима",
        "Ивасюк",
        "Ким",
        "Лоза",
        "Мороз",
        "Нагель",
        "Орёл",
        "Пчела",
        "Рыбак",
        "Соловей",
        "Тонких",
        "Усик",
        "Франк",
        "Хан",
        "Цой",
        "Шмель",
        "Юсуф",
    ],
);

/// Invents `count` people for each town. Extensions have three digits after the town's own, or more where needed.
pub fn people(count: usize, rng: &mut StdRng) -> Vec<Person> {
    let digits = count.to_string().len().max(3);
    let person = |(town, index): (usize, usize), rng: &mut StdRng| {
        let prefix = TOWNS[town].prefix;
        Person {
            exten: format!("{prefix}{:0digits$}", index + 1).into(),
            name: name(TOWNS[town].spelling, rng),
            group: GROUPS[rng.random_range(0..GROUPS.len())],
            town,
        }
    };
    let places = (0..TOWNS.len()).flat_map(|town| (0..count).map(move |index| (town, index)));
    places.map(|place| person(place, rng)).collect()
}

fn name(spelling: Spelling, rng: &mut StdRng) -> String {
    let (given, family) = match spelling {
        Spelling::Latin => LATIN,
        Spelling::Cyrillic => CYRILLIC,
    };
    let pick = |names: &[&'static str], rng: &mut StdRng| *names.choose(rng).expect("the lists of names are not empty");
    format!("{} {}", pick(&family, rng), pick(&given, rng))
}
