//! The part of the board that the address names behind the place: `#/?tab=site:perm&only=ringing,free&by=state`. So a
//! link leads a colleague to the same lamps, and going back leads there again.

use lampfield_words::{Categories, Category, Order};

use super::tabs::Tab;
use crate::route::{decode, encode};

/// What the address names; `None` and no categories: it names none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// The tab.
    pub tab: Option<Tab>,
    /// The categories that are shown.
    pub chosen: Categories,
    /// The order of the tab.
    pub order: Option<Order>,
}

impl Part {
    /// Reads what stands behind the `?` of a fragment; `None` where there is no `?`. What is not known is passed over.
    pub fn parse(hash: &str) -> Option<Self> {
        let (_, query) = hash.split_once('?')?;
        let mut part = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "tab" => part.tab = Some(Tab::parse(&decode(value))),
                "only" => {
                    let known = |word: &str| Category::ALL.into_iter().find(|category| category.as_str() == word);
                    part.chosen = Categories::of(&value.split(',').filter_map(known).collect::<Vec<_>>());
                }
                "by" => part.order = Some(Order::parse(value)),
                _ => {}
            }
        }
        Some(part)
    }

    /// Writes the part with its `?`; an empty text where it is the whole board in its usual order.
    pub fn query(&self) -> String {
        let tab = self.tab.as_ref().filter(|tab| **tab != Tab::All).map(|tab| format!("tab={}", encode(&tab.key())));
        let chosen: Vec<&str> =
            Category::ALL.into_iter().filter(|it| self.chosen.contains(*it)).map(Category::as_str).collect();
        let only = (!chosen.is_empty()).then(|| format!("only={}", chosen.join(",")));
        let order = self.order.map(|order| format!("by={}", order.as_str()));
        let pairs: Vec<String> = [tab, only, order].into_iter().flatten().collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        for part in [
            Part { tab: Some(Tab::Group("Sales & more, 2".into())), ..Part::default() },
            Part { tab: Some(Tab::Site("казань".into())), order: Some(Order::State), ..Part::default() },
            Part { chosen: Categories::of(&[Category::Ringing, Category::OnCall]), ..Part::default() },
        ] {
            assert_eq!(Part::parse(&format!("#/{}", part.query())), Some(part));
        }
        let both = Part { tab: Some(Tab::Favourites), chosen: Categories::of(&[Category::Free]), order: None };
        assert_eq!(both.query(), "?tab=favourites&only=free");
    }

    #[test]
    fn the_whole_board_needs_no_query() {
        assert_eq!(Part { tab: Some(Tab::All), ..Part::default() }.query(), "");
        assert_eq!(Part::parse("#/lamp/1001"), None);
        assert_eq!(Part::parse("#/?"), Some(Part::default()));
        assert_eq!(Part::parse("#/?only=asleep&x&y=z"), Some(Part::default()));
    }
}
