//! The layout of a wall display, planned by the names: the largest letters at which nearly all of them stand whole. Where
//! those would be too small to read there are several pages, and quiet sites shrink to one cell each.
//!
//! ```text
//!  ┌────────┬────────┬────────┬────────┐
//!  │ Perm   │ Alder  │ Ek     │ Ivens  │    one em is the size of a name; all cells are as large,
//!  ├────────┼────────┼────────┼────────┤    heads of sites among them. A head stands at no end of
//!  │ Kovac  │        │ Казань │ Беляк  │    a row: its first lamp stands beside it.
//!  └────────┴────────┴────────┴────────┘
//! ```

use std::ops::Range;

use super::fit::{Who, Width};

/// The height of a tile, in em: a name, two smaller lines, and air.
const LINES: f64 = 3.3;
/// The air on both sides of a tile's texts, in em.
const SIDES: f64 = 0.75;
/// How many of the names stand whole: nineteen in twenty, or more.
const WHOLE: f64 = 0.95;

/// The smallest name, in pixels on a screen 1080 pixels high (or wide, if that is less): read from two or three metres.
const SMALLEST_AT_1080P: f64 = 20.0;
/// The smallest name on a small screen, in pixels.
const SMALLEST: f64 = 16.0;
/// The largest name, as a fraction of the shorter screen side: with few lamps, larger letters help nobody.
const LARGEST_PART: f64 = 1.0 / 12.0;
/// The gap between two cells, as a fraction of the shorter screen side; and the least one, in pixels.
const GAP_PART: f64 = 1.0 / 135.0;
const LEAST_GAP: f64 = 6.0;

/// Pages that are worth waiting for. With more, quiet sites shrink.
const PAGES: usize = 2;
/// A site shrinks if it has no more than this part of all lamps: where two sites share a wall, both are looked for.
const SHRINKS_BELOW: f64 = 0.26;
/// The most rows of ringing lamps above a page.
const PINNED_ROWS: usize = 3;

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

/// The lamps of a site or a group, as far as the plan has to know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The lamps, in order.
    pub lamps: Vec<Who>,
    /// How much is going on there, if it may shrink: the least first.
    pub noise: Option<u32>,
}

/// Cells that stand together on a page: the head of a band, and lamps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The index of the band.
    pub band: usize,
    /// The indices of the lamps in the band.
    pub lamps: Range<usize>,
    /// Whether the head begins a row, for it would be the last of the row before.
    pub starts_row: bool,
    /// Whether the head is all that is left of a band with lamps.
    pub is_small: bool,
}

/// The layout.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// One em, in CSS pixels.
    pub font: f64,
    /// The width of the texts on a tile, in em.
    pub text: f64,
    /// The cells in a row.
    pub columns: usize,
    /// The height of a row, in CSS pixels.
    pub row: f64,
    /// The gap between two cells, in CSS pixels.
    pub gap: f64,
    /// Whether there are several pages, which turn.
    pub turns: bool,
    /// The rows of a screen.
    rows: usize,
    parts: Vec<Part>,
}

/// A band as it stands on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    band: usize,
    lamps: usize,
    is_small: bool,
}

impl Plan {
    /// Plans the groups. A group without lamps still has its head. `words` is the width in em that the longest line of a
    /// state needs: no change of a state moves a tile.
    pub fn new(groups: &[Group], words: f64, room: Room, width: Width<'_>) -> Self {
        let sheet =
            Sheet { need: need(groups, width).max(words), room, gap: (room.short_side * GAP_PART).max(LEAST_GAP) };
        let smallest = (SMALLEST_AT_1080P * room.short_side / 1080.0).max(SMALLEST);
        let largest = (room.short_side * LARGEST_PART).max(smallest);
        let parts = whole_parts(groups);
        let best = sheet.one_page(&parts).filter(|plan| plan.font >= smallest);
        best.map_or_else(|| sheet.pages(groups, parts, smallest), |plan| Self { font: plan.font.min(largest), ..plan })
            .with_text(&sheet)
    }

    /// How many rows `ringing` lamps take above a page.
    pub fn pinned_rows(&self, ringing: usize) -> usize {
        ringing.div_ceil(self.columns.max(1)).clamp(1, PINNED_ROWS.min(self.rows.saturating_sub(2)).max(1))
    }

    /// The pieces on each page; there is at least one page. Above each of several pages `pinned` rows belong to what rings.
    pub fn pages(&self, pinned: usize) -> Vec<Vec<Piece>> {
        let rows = if self.turns { self.rows.saturating_sub(pinned) } else { self.rows };
        fill(&self.parts, self.columns.max(1), if self.turns { rows } else { usize::MAX })
    }

    fn with_text(self, sheet: &Sheet) -> Self {
        let width = (sheet.room.width + self.gap) / float(self.columns.max(1)) - self.gap;
        // What fits exactly must not fail by a rounding.
        Self { text: (width / self.font.max(1.0) - SIDES).max(0.0) + 0.01, ..self }
    }
}

/// The screen, and the names that are to fit on it.
struct Sheet {
    /// The width of a tile's texts, in em.
    need: f64,
    room: Room,
    gap: f64,
}

impl Sheet {
    /// The largest letters with which everything stands on one page.
    fn one_page(&self, parts: &[Part]) -> Option<Plan> {
        let cells: usize = parts.iter().map(|part| part.lamps + 1).sum();
        let plans = (1..=cells.clamp(1, 60)).map(|columns| {
            let rows = rows(parts, columns);
            let (width, row) = (self.cell(self.room.width, columns), self.cell(self.room.height, rows));
            let font = (width / (self.need + SIDES)).min(row / LINES);
            Plan { font, columns, row, rows, gap: self.gap, parts: parts.to_vec(), ..Plan::default() }
        });
        plans.max_by(|one, other| one.font.total_cmp(&other.font))
    }

    /// As few pages as the smallest letters allow, with the largest letters that need no more pages. With more than
    /// [`PAGES`] pages sites shrink, the quietest first, until those are enough; of two that are as quiet the later one.
    fn pages(&self, groups: &[Group], mut parts: Vec<Part>, smallest: f64) -> Plan {
        let most = float(parts.iter().map(|part| part.lamps).sum()) * SHRINKS_BELOW;
        while self.sheets(&parts, smallest).1 > PAGES {
            let may_shrink = |part: &&mut Part| !part.is_small && part.lamps > 0 && float(part.lamps) <= most;
            let quiet =
                parts.iter_mut().rev().filter(may_shrink).filter_map(|part| Some((groups[part.band].noise?, part)));
            let quietest = quiet.reduce(|one, other| if other.0 < one.0 { other } else { one });
            let Some((_, part)) = quietest else { break };
            part.is_small = true;
        }
        let (small, whole): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.is_small);
        let parts = [whole, small].concat();
        let (mut plan, pages) = self.sheets(&parts, smallest);
        let (mut fits, mut too_large) = (smallest, smallest * 2.0);
        for _ in 0..8 {
            let middle = fits.midpoint(too_large);
            let (larger, more) = self.sheets(&parts, middle);
            if more > pages {
                too_large = middle;
            } else {
                (plan, fits) = (larger, middle);
            }
        }
        plan
    }

    /// Pages with letters of that size, below one row of what rings; and how many pages.
    fn sheets(&self, parts: &[Part], font: f64) -> (Plan, usize) {
        let fit = |room: f64, size: f64| whole((room + self.gap) / (size + self.gap));
        let columns = fit(self.room.width, font * (self.need + SIDES)).max(1);
        // Between what rings and the page there is another gap, with a line.
        let height = self.room.height - self.gap;
        let rows = fit(height, font * LINES).max(2);
        let (row, parts) = (self.cell(height, rows), parts.to_vec());
        let plan = Plan { font, columns, row, rows, gap: self.gap, turns: true, parts, ..Plan::default() };
        let pages = plan.pages(1).len();
        (plan, pages)
    }

    /// The size of one of `count` cells that share `room`.
    fn cell(&self, room: f64, count: usize) -> f64 {
        ((room + self.gap) / float(count.max(1)) - self.gap).max(0.0)
    }
}

/// The width at which nearly all names stand whole, in em. (Names are counted by their widths: a sort would make the program
/// larger.)
fn need(groups: &[Group], width: Width<'_>) -> f64 {
    /// The steps of an em, and the widest name, in em.
    const STEPS: usize = 50;
    const WIDEST: usize = 40;
    let mut counts = [0_usize; WIDEST * STEPS];
    let (mut all, mut last) = (0, 0);
    for who in groups.iter().flat_map(|group| &group.lamps) {
        counts[whole((who.need(width) * float(STEPS)).ceil()).min(counts.len() - 1)] += 1;
        all += 1;
    }
    let wanted = whole((float(all) * WHOLE).ceil());
    let mut stand = 0;
    for (step, count) in counts.into_iter().enumerate() {
        if stand >= wanted {
            break;
        }
        stand += count;
        last = step;
    }
    float(last) / float(STEPS)
}

fn whole_parts(groups: &[Group]) -> Vec<Part> {
    let part = |(band, group): (usize, &Group)| Part { band, lamps: group.lamps.len(), is_small: false };
    groups.iter().enumerate().map(part).collect()
}

/// How many rows of so many columns everything takes.
fn rows(parts: &[Part], columns: usize) -> usize {
    let cell = |at: usize, part: &Part| starting(at, part, columns) + 1 + part.lamps;
    parts.iter().fold(0, cell).div_ceil(columns).max(1)
}

/// The cell in which the head of a part stands, if `at` is the next free one.
const fn starting(at: usize, part: &Part, columns: usize) -> usize {
    let is_last = columns > 1 && at % columns == columns - 1;
    if is_last && part.lamps > 0 && !part.is_small { at + 1 } else { at }
}

/// Fills page after page. A band's head never stands alone at the end of a page, and stands on each page with its lamps.
fn fill(parts: &[Part], columns: usize, rows: usize) -> Vec<Vec<Piece>> {
    let cells = rows.max(1).saturating_mul(columns).max(2);
    let (mut pages, mut page, mut at) = (Vec::new(), Vec::new(), 0);
    for part in parts {
        let lamps = if part.is_small { 0 } else { part.lamps };
        let mut from = 0;
        loop {
            let head = starting(at, part, columns);
            if head + lamps.min(1) >= cells && !page.is_empty() {
                pages.push(std::mem::take(&mut page));
                at = 0;
                continue;
            }
            let to = lamps.min(from + (cells - 1 - head));
            let (band, is_small) = (part.band, part.is_small);
            page.push(Piece { band, lamps: from..to, starts_row: head > at, is_small });
            at = head + 1 + to - from;
            from = to;
            if from == lamps {
                break;
            }
        }
    }
    pages.push(page);
    pages
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
mod tests;
