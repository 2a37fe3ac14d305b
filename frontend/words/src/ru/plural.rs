//! Counts, in Russian: CLDR, `ru`, cardinal, whole numbers.

/// "2 лампы", by the forms of the noun for one, for few and for many.
pub(super) fn counted(n: u64, forms: [&str; 3]) -> String {
    format!("{n} {}", of_count(n, forms))
}

/// Which of the forms for one, for few and for many goes with `n`.
pub(super) const fn of_count(n: u64, [one, few, many]: [&str; 3]) -> &str {
    match (n % 10, n % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}
