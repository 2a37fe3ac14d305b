//! The layout of a wall display: the largest tiles with which all lamps fit, or several pages if those would be too
//! small to read.
//!
//! ```text
//!  Perm ───────────────────  head          one em is the size of the smallest text
//!  [101][102][103][104][105] TILE          the head of a site, and each row of tiles,
//!  [106][107]                              are so many em high
//!  Kazan ──────────────────  head
//! ```

use std::ops::Range;

/// The least width of a tile, in em: a shape, four digits and a short name.
pub const TILE_WIDTH: f64 = 13.0;
/// The height of a tile, in em: two lines.
pub const TILE_HEIGHT: f64 = 3.2;
/// The gap between two tiles, in em.
pub const GAP: f64 = 0.4;
/// The height of a site's head with the gap below, in em.
pub const HEAD: f64 = 2.2;
/// The height reserved for ringing lamps while pages turn, in em.
pub const PINNED: f64 = TILE_HEIGHT + GAP * 2.0;

/// The smallest text that can be read across a room, in pixels on a screen 1080 pixels high (or wide, if that is less).
const SMALLEST_AT_1080P: f64 = 18.0;
/// The smallest text on a screen that is held in the hand, in pixels.
const SMALLEST: f64 = 13.0;
/// The largest text, as a fraction of the shorter screen side: with few lamps, larger text helps nobody.
const LARGEST_PART: f64 = 1.0 / 18.0;

/// Sizes on the screen, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Room {
    /// Width available to the lamps.
    pub width: f64,
    /// Height available to the lamps.
    pub height: f64,
    /// The shorter side of the whole screen.
    pub short_side: f64,
}

/// Lamps of one band that stand together on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The index of the band.
    pub band: usize,
    /// The indices of the lamps in the band.
    pub lamps: Range<usize>,
}

/// The layout.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// One em, in CSS pixels.
    pub font: f64,
    /// Tiles in a row.
    pub columns: usize,
    /// The pieces on each page; there is at least one page.
    pub pages: Vec<Vec<Piece>>,
}

impl Plan {
    /// Plans bands with that many lamps each. A band without lamps still has its head.
    pub fn new(counts: &[usize], room: Room) -> Self {
        let smallest = (SMALLEST_AT_1080P * room.short_side / 1080.0).max(SMALLEST);
        let largest = (room.short_side * LARGEST_PART).max(smallest);
        let most = counts.iter().copied().max().unwrap_or(1).max(1);
        let best = (1..=most)
            .map(|columns| (columns, font_for(counts, columns, room)))
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .filter(|(_, font)| *font >= smallest);
        match best {
            Some((columns, font)) => Self::on_one_page(counts, columns, font.min(largest), room),
            None => Self::on_pages(counts, smallest, room),
        }
    }

    /// Whether there are several pages, which turn.
    pub fn turns(&self) -> bool {
        self.pages.len() > 1
    }

    /// Plans one page. At the largest text, the fewest columns would make very wide tiles: use as many columns as fit.
    fn on_one_page(counts: &[usize], columns: usize, font: f64, room: Room) -> Self {
        let roomy = columns_for(font, room.width);
        let fits = |columns: usize| font_for(counts, columns, room) >= font;
        let columns = (columns..=roomy).rev().find(|&columns| fits(columns)).unwrap_or(columns);
        let pieces = counts.iter().enumerate().map(|(band, &count)| Piece { band, lamps: 0..count });
        Self { font, columns, pages: vec![pieces.collect()] }
    }

    /// Plans as few pages as the smallest text allows, with the largest text that needs no more pages.
    fn on_pages(counts: &[usize], smallest: f64, room: Room) -> Self {
        let mut plan = fill(counts, smallest, room);
        let (mut fits, mut too_large) = (smallest, smallest * 2.0);
        for _ in 0..8 {
            let middle = fits.midpoint(too_large);
            let larger = fill(counts, middle, room);
            if larger.pages.len() > plan.pages.len() {
                too_large = middle;
            } else {
                fits = middle;
                plan = larger;
            }
        }
        plan
    }
}

/// The largest text with which everything fits on one page in so many columns.
fn font_for(counts: &[usize], columns: usize, room: Room) -> f64 {
    let rows: usize = counts.iter().map(|count| count.div_ceil(columns)).sum();
    let width = float(columns).mul_add(TILE_WIDTH + GAP, -GAP);
    let height = float(rows).mul_add(TILE_HEIGHT + GAP, float(counts.len()) * HEAD);
    (room.width / width).min(room.height / height.max(HEAD))
}

fn columns_for(font: f64, width: f64) -> usize {
    whole((width / font + GAP) / (TILE_WIDTH + GAP)).max(1)
}

/// Fills page after page. A band's head never stands alone at the end of a page.
fn fill(counts: &[usize], font: f64, room: Room) -> Plan {
    let columns = columns_for(font, room.width);
    let height = (room.height / font - PINNED).max(HEAD + TILE_HEIGHT + GAP);
    let (mut pages, mut page, mut left) = (Vec::new(), Vec::new(), height);
    for (band, &count) in counts.iter().enumerate() {
        let mut from = 0;
        loop {
            let rows = whole((left - HEAD) / (TILE_HEIGHT + GAP));
            if rows == 0 && !page.is_empty() {
                pages.push(std::mem::take(&mut page));
                left = height;
                continue;
            }
            let taken = (count - from).min(rows.max(1) * columns);
            page.push(Piece { band, lamps: from..from + taken });
            left -= float(taken.div_ceil(columns)).mul_add(TILE_HEIGHT + GAP, HEAD);
            from += taken;
            if from == count {
                break;
            }
        }
    }
    pages.push(page);
    Plan { font, columns, pages }
}

#[expect(clippy::cast_precision_loss, reason = "counts of lamps, far below 2^52")]
const fn float(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows and columns on a screen")]
const fn whole(number: f64) -> usize {
    number.max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A screen on which the head takes 8 % of the height.
    fn screen(width: f64, height: f64) -> Room {
        Room { width: width - 20.0, height: height * 0.92 - 20.0, short_side: width.min(height) }
    }

    /// Checks that each lamp appears once, in order, and that every page fits.
    #[track_caller]
    fn check_all_stand(counts: &[usize], room: Room) -> Plan {
        let plan = Plan::new(counts, room);
        let mut next = vec![0; counts.len()];
        for page in &plan.pages {
            let rows: usize = page.iter().map(|piece| piece.lamps.len().div_ceil(plan.columns)).sum();
            let used = float(rows).mul_add(TILE_HEIGHT + GAP, float(page.len()) * HEAD) * plan.font;
            let free = if plan.turns() { room.height - PINNED * plan.font } else { room.height };
            let least = (HEAD + TILE_HEIGHT + GAP) * plan.font;
            assert!(used <= free.max(least) + 0.01, "{counts:?} in {room:?}: {used} of {free}");
            for piece in page {
                assert_eq!(piece.lamps.start, next[piece.band]);
                next[piece.band] = piece.lamps.end;
            }
        }
        assert_eq!(next, counts, "in {room:?}");
        let width = float(plan.columns).mul_add(TILE_WIDTH + GAP, -GAP) * plan.font;
        assert!(plan.columns == 1 || width <= room.width + 0.01, "{counts:?} in {room:?}: {width}");
        plan
    }

    #[test]
    fn every_lamp_stands_once_and_every_page_fits() {
        for (width, height) in [(1920.0, 1080.0), (1280.0, 720.0), (1080.0, 1920.0), (390.0, 844.0), (3840.0, 2160.0)] {
            for counts in [&[0][..], &[1], &[7], &[40, 0, 12], &[80, 60, 40], &[500, 3], &[1, 1, 1, 1, 1, 1], &[3000]] {
                check_all_stand(counts, screen(width, height));
            }
        }
    }

    #[test]
    fn no_text_is_smaller_than_18_pixels_at_1080p() {
        for count in [1, 20, 60, 100, 150, 500, 2000] {
            let plan = check_all_stand(&[count], screen(1920.0, 1080.0));
            assert!(plan.font >= 18.0, "{count}: {}", plan.font);
        }
    }

    #[test]
    fn few_lamps_are_large_and_many_turn_pages() {
        let plan = |count| Plan::new(&[count], screen(1920.0, 1080.0));
        assert!(plan(6).font > 45.0, "{}", plan(6).font);
        assert!(plan(20).font > plan(60).font && plan(60).font > plan(100).font);
        assert!(!plan(95).turns());
        assert!(plan(300).turns());
        assert_eq!(plan(500).pages.len(), 6);
    }

    #[test]
    fn pages_use_the_room_that_they_have() {
        let plan = check_all_stand(&[150], screen(1920.0, 1080.0));
        assert_eq!(plan.pages.len(), 2);
        assert!(plan.font > 20.0, "two pages leave room for larger text: {}", plan.font);
    }

    #[test]
    fn a_screen_without_room_is_no_trouble() {
        for room in [Room::default(), Room { width: 1.0, height: 1.0, short_side: 1.0 }] {
            let plan = Plan::new(&[5, 0], room);
            assert_eq!(plan.pages.iter().flatten().map(|piece| piece.lamps.len()).sum::<usize>(), 5);
        }
    }
}
