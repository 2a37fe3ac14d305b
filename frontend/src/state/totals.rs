//! The number of lamps in each category.

use lampfield_words::{Categories, Category};

/// A count for each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals([u32; Category::ALL.len()]);

impl Totals {
    /// The count of a category.
    pub const fn of(&self, category: Category) -> u32 {
        self.0[category as usize]
    }

    /// The sum of the counts of several categories.
    pub fn of_all(&self, categories: Categories) -> u32 {
        Category::ALL.into_iter().filter(|&category| categories.contains(category)).map(|it| self.of(it)).sum()
    }

    /// Counts one lamp more.
    pub const fn add(&mut self, category: Category) {
        self.0[category as usize] += 1;
    }

    /// Counts one lamp less.
    pub const fn remove(&mut self, category: Category) {
        self.0[category as usize] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_several_together() {
        let mut totals = Totals::default();
        for category in [Category::Free, Category::Dnd, Category::Dnd, Category::Busy] {
            totals.add(category);
        }
        let mut chosen = Categories::of(&[Category::Dnd]);
        assert_eq!(totals.of_all(chosen), 2);
        chosen.toggle(Category::Busy);
        assert_eq!(totals.of_all(chosen), 3);
        assert_eq!(totals.of_all(Categories::default()), 0);
    }
}
