//! The reader's choices of how the board looks.

/// Light or dark, if the reader does not leave that to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white
    Light,
    /// White on black
    Dark,
}

impl Theme {
    /// Both themes.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The value of `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the value of `data-theme`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }
}

/// The size of tiles, and so how much each tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Size {
    /// The largest size in which every lamp is on the screen; dense where even that is too large
    #[default]
    Fit,
    /// Name; number, state and age below it
    Large,
    /// Name; number, state and age below it, in less room
    Medium,
    /// Name and number on one line
    Small,
    /// Name and number on the lowest line that can be read
    Dense,
    /// The number only
    Numbers,
}

impl Size {
    /// All sizes, in the order of the menu.
    pub const ALL: [Self; 6] = [Self::Fit, Self::Large, Self::Medium, Self::Small, Self::Dense, Self::Numbers];

    /// The value of `data-size`, and the text by which the browser remembers the size.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Large => "large",
            Self::Medium => "medium",
            Self::Small => "small",
            Self::Dense => "dense",
            Self::Numbers => "numbers",
        }
    }

    /// Reads the remembered text.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|size| size.as_str() == word).unwrap_or_default()
    }
}

/// What lamps are grouped by. Each group has a head, which takes the place of a lamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// The finest of the others whose heads take no more room than their worth
    #[default]
    Fit,
    /// The departments of each site
    Both,
    /// Departments, over all sites
    Department,
    /// Sites
    Site,
    /// Nothing
    Nothing,
}

impl Grouping {
    /// All groupings, in the order of the menu.
    pub const ALL: [Self; 5] = [Self::Fit, Self::Both, Self::Department, Self::Site, Self::Nothing];

    /// The text by which the browser remembers the grouping.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Both => "both",
            Self::Department => "department",
            Self::Site => "site",
            Self::Nothing => "nothing",
        }
    }

    /// Reads the remembered text.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|grouping| grouping.as_str() == word).unwrap_or_default()
    }
}

/// The colours of states, each for light and dark: `style/tokens.css` and `style/palette.css`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// lampfield's own colours: distinguishable with any kind of colour vision.
    #[default]
    Standard,
    /// The colours of keys on desk phones: ringing and busy are red.
    Phone,
    /// Colours with a contrast of at least 7:1 to the background.
    Contrast,
}

impl Palette {
    /// All palettes, in the order of the select.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Phone, Self::Contrast];

    /// The value of `data-palette`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Phone => "phone",
            Self::Contrast => "contrast",
        }
    }

    /// Reads the value of `data-palette`.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|palette| palette.as_str() == word).unwrap_or_default()
    }
}

/// The sort order of lamps within a group; by state and by last change there are no groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The admin's order on an own board; elsewhere by name.
    Own,
    /// Names; lamps without a name last.
    #[default]
    Name,
    /// Numbers, short ones first: 99 before 100.
    Number,
    /// Urgency: ringing, then calls, then the others.
    State,
    /// Latest change first.
    Since,
}

impl Order {
    /// All orders, as in the select.
    pub const ALL: [Self; 5] = [Self::Own, Self::Name, Self::Number, Self::State, Self::Since];

    /// The text by which the browser remembers the order.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Number => "number",
            Self::Name => "name",
            Self::State => "state",
            Self::Since => "since",
        }
    }

    /// Reads the remembered text.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.as_str() == word).unwrap_or_default()
    }

    /// Whether a lamp can move when its state changes.
    pub const fn moves(self) -> bool {
        matches!(self, Self::State | Self::Since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_remembered_by_its_word() {
        assert!(Theme::ALL.into_iter().all(|theme| Theme::parse(theme.as_str()) == Some(theme)));
        assert!(Size::ALL.into_iter().all(|size| Size::parse(size.as_str()) == size));
        assert!(Grouping::ALL.into_iter().all(|grouping| Grouping::parse(grouping.as_str()) == grouping));
        assert!(Palette::ALL.into_iter().all(|palette| Palette::parse(palette.as_str()) == palette));
        assert!(Order::ALL.into_iter().all(|order| Order::parse(order.as_str()) == order));
        assert_eq!((Theme::parse(""), Order::parse("")), (None, Order::Name));
    }
}
