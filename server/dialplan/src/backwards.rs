//! From a device heard on the mesh back to the extensions whose hint names it.
//!
//! ```text
//!  PJSIP/901001 ──prefix──► shapes that start so: `PJSIP/${EXTEN}`, `PJSIP/90${EXTEN}`
//!                              └─ known characters of the extension, place by place
//!                                    └─ patterns with that device fill in the rest
//! ```
//! Patterns share few shapes of device names, so the cost is the number of a name's prefixes and not the number of
//! patterns. The results are candidates: callers must look each up forwards.

use std::collections::{BTreeSet, HashMap};

use super::arithmetic::evaluate;
use super::pattern::{Pattern, Tail};
use super::template::{Cut, Fragment, Template, constant_text};
use super::trie::{MAX_EXTENS, TooMany, Trie};

/// The longest extension that Asterisk takes (`AST_MAX_EXTENSION` less its end).
pub(super) const MAX_EXTEN: usize = 79;

/// Device names as functions of the extension, each with the patterns whose hint has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Backwards {
    shapes: Vec<Shape>,
    by_template: HashMap<Template, usize>,
    by_prefix: HashMap<String, Vec<usize>>,
    /// Length of the longest prefix, as a bound of the search: a device's name may be as long as a datagram.
    longest_prefix: usize,
}

#[derive(Debug, Clone)]
struct Shape {
    device: Template,
    patterns: Trie,
}

impl Backwards {
    /// Adds a device of the hint of `pattern`.
    pub(super) fn insert(&mut self, pattern: &Pattern, rank: usize, device: &Template) {
        self.longest_prefix = self.longest_prefix.max(device.prefix().len());
        let shape = *self.by_template.entry(device.clone()).or_insert_with(|| {
            let shape = self.shapes.len();
            self.shapes.push(Shape { device: device.clone(), patterns: Trie::default() });
            self.by_prefix.entry(device.prefix().into()).or_default().push(shape);
            shape
        });
        self.shapes[shape].patterns.insert(pattern, rank);
    }

    /// Candidates for the extensions that `device` belongs to, and whether there are too many to list.
    pub(super) fn candidates(&self, device: &str) -> (BTreeSet<String>, Result<(), TooMany>) {
        let mut found = BTreeSet::new();
        let mut reach = Ok(());
        let prefixes = (0..=device.len().min(self.longest_prefix)).filter_map(|end| device.get(..end));
        for shape in prefixes.filter_map(|prefix| self.by_prefix.get(prefix)).flatten() {
            let mut by_shape = BTreeSet::new();
            match self.shapes[*shape].invert(device, &mut by_shape) {
                Ok(()) => found.append(&mut by_shape),
                Err(TooMany) => reach = Err(TooMany),
            }
        }
        (found, reach)
    }
}

impl Shape {
    fn invert(&self, device: &str, found: &mut BTreeSet<String>) -> Result<(), TooMany> {
        if let Some(line) = line_of(&self.device) {
            found.extend(line.extensions(device, self.patterns.depth()));
            return Ok(());
        }
        let decoration = device.matches('-').count();
        let longest = if self.patterns.is_open() { MAX_EXTEN } else { self.patterns.depth() + decoration };
        (1..=longest.min(MAX_EXTEN)).try_for_each(|length| match known(&self.device, device, length) {
            Some(known) => self.patterns.fitting(&known, found),
            None => Ok(()),
        })
    }
}

/// The characters that `device` reveals of an extension of that length; `None` if the device cannot be of an extension
/// of that length. Arithmetic on parts of the extension reveals nothing.
fn known(template: &Template, device: &str, length: usize) -> Option<Vec<Option<u8>>> {
    let mut known = vec![None; length];
    let mut rest = device.as_bytes();
    for part in template.parts() {
        match part {
            Fragment::Text(text) => rest = rest.strip_prefix(text.as_bytes())?,
            Fragment::Exten(cut) => {
                let places = cut.range(length);
                let (bytes, after) = rest.split_at_checked(places.len())?;
                rest = after;
                for (place, byte) in places.zip(bytes) {
                    if known[place].replace(*byte).is_some_and(|before| before != *byte) {
                        return None;
                    }
                }
            }
            Fragment::Sum(_) => return Some(vec![None; length]),
        }
    }
    rest.is_empty().then_some(known)
}

/// `Custom:$[${EXTEN}*2+1]`: the text around the arithmetic, and its linear function.
struct Line<'a> {
    before: &'a str,
    after: &'a str,
    slope: i64,
    at_zero: i64,
}

fn line_of(template: &Template) -> Option<Line<'_>> {
    let parts = template.parts();
    let at = parts.iter().position(|part| matches!(part, Fragment::Sum(_)))?;
    let (before, after) = (constant_text(&parts[..at])?, constant_text(&parts[at + 1..])?);
    let Fragment::Sum(inside) = &parts[at] else { return None };
    if !inside.parts().iter().all(|part| matches!(part, Fragment::Text(_) | Fragment::Exten(Cut::WHOLE))) {
        return None;
    }
    let value = |exten: &str| evaluate(&inside.expand(exten));
    let (at_zero, at_one, at_far) = (value("0")?, value("1")?, value("1000")?);
    let slope = at_one.checked_sub(at_zero).filter(|slope| *slope != 0)?;
    let straight = slope.checked_mul(1_000)?.checked_add(at_zero)? == at_far;
    straight.then_some(Line { before, after, slope, at_zero })
}

impl Line<'_> {
    /// Extensions whose value stands in `device`; those with leading zeros too, up to the length `longest`.
    fn extensions(&self, device: &str, longest: usize) -> Vec<String> {
        let value = device.strip_prefix(self.before).and_then(|rest| rest.strip_suffix(self.after));
        let above = value.and_then(|value| value.parse::<i64>().ok()).and_then(|value| value.checked_sub(self.at_zero));
        match above {
            Some(above) if above.checked_rem(self.slope) == Some(0) && above / self.slope >= 0 => {
                let exten = (above / self.slope).to_string();
                (exten.len()..=longest.max(exten.len()).min(MAX_EXTEN))
                    .map(|width| format!("{exten:0>width$}"))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether extensions of `pattern` can be computed from a name of the shape `device`.
pub(super) fn can_invert(pattern: &Pattern, device: &Template) -> bool {
    if line_of(device).is_some() {
        return true;
    }
    let fixed = pattern.steps().len();
    let length = if pattern.tail() == Tail::End { fixed } else { fixed + 3 };
    let mut free: Vec<Option<u64>> =
        pattern.steps().iter().map(|set| Some(u64::from(set.len()))).chain(vec![None; length - fixed]).collect();
    for part in device.parts() {
        if let Fragment::Exten(cut) = part {
            free[cut.range(length)].fill(Some(1));
        }
    }
    let count = free.into_iter().try_fold(1_u64, |count, set| count.checked_mul(set?));
    count.is_some_and(|count| count <= MAX_EXTENS as u64)
}
