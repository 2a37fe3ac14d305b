//! Counts with nouns, in Russian (CLDR plural rule of `ru` for whole numbers).

/// A count with its noun, as "2 лампы"; the forms are for one, few and many.
pub(super) fn counted(n: u64, forms: [&str; 3]) -> String {
    format!("{n} {}", of_count(n, forms))
}

/// The form for one, few or many that goes with `n`.
pub(super) const fn of_count(n: u64, [one, few, many]: [&str; 3]) -> &str {
    match (n % 10, n % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}
