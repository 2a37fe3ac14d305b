//! The categories of lamps, and sets of them.

/// What a lamp counts as in the totals. It follows from the lamp's [`Look`](crate::Look), and every lamp counts once:
/// by its state if that is known to be current, else as last known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Free
    Free,
    /// Ringing, and in no other call
    Ringing,
    /// In a call, with or without a second one that waits
    OnCall,
    /// Busy
    Busy,
    /// On hold
    OnHold,
    /// Do not disturb
    Dnd,
    /// The phone is not registered
    Offline,
    /// Nothing is known
    NoData,
    /// Known once, not now
    LastKnown,
}

impl Category {
    /// All categories, in the order in which they are counted.
    pub const ALL: [Self; 9] = [
        Self::Free,
        Self::OnCall,
        Self::Ringing,
        Self::Busy,
        Self::OnHold,
        Self::Dnd,
        Self::Offline,
        Self::NoData,
        Self::LastKnown,
    ];

    /// All categories as the page and the wall count them: what rings is looked for first.
    pub const BY_URGENCY: [Self; 9] = [
        Self::Ringing,
        Self::Free,
        Self::OnCall,
        Self::Busy,
        Self::OnHold,
        Self::Dnd,
        Self::Offline,
        Self::NoData,
        Self::LastKnown,
    ];

    /// The value of `data-total`, and the name of the symbol beside the count.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Ringing => "ringing",
            Self::OnCall => "on_call",
            Self::Busy => "busy",
            Self::OnHold => "on_hold",
            Self::Dnd => "dnd",
            Self::Offline => "offline",
            Self::NoData => "no_data",
            Self::LastKnown => "last_known",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A filter by categories. The empty filter shows all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Categories(u16);

impl Categories {
    /// A filter that shows these categories only.
    pub fn of(categories: &[Category]) -> Self {
        Self(categories.iter().fold(0, |bits, category| bits | category.bit()))
    }

    /// Whether no category is chosen.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `category` is chosen.
    pub const fn contains(self, category: Category) -> bool {
        self.0 & category.bit() != 0
    }

    /// Whether a lamp of `category` is shown.
    pub const fn shows(self, category: Category) -> bool {
        self.is_empty() || self.contains(category)
    }

    /// Chooses `category`, or takes the choice back.
    pub const fn toggle(&mut self, category: Category) {
        self.0 ^= category.bit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_all_until_something_is_chosen() {
        let mut chosen = Categories::default();
        assert!(Category::ALL.into_iter().all(|category| chosen.shows(category)));
        chosen.toggle(Category::Free);
        chosen.toggle(Category::Dnd);
        let shown: Vec<_> = Category::ALL.into_iter().filter(|&category| chosen.shows(category)).collect();
        assert_eq!(shown, [Category::Free, Category::Dnd]);
        chosen.toggle(Category::Free);
        chosen.toggle(Category::Dnd);
        assert!(chosen.is_empty());
    }
}
