//! A search tree of many patterns: which is the best for an extension, and which extensions match when only some of
//! their characters are known.
//!
//! A node stands for the places read so far. A search costs the length of the extension times the number of patterns
//! that agree so far, whatever the number of all patterns.

use std::collections::BTreeSet;

use super::pattern::{CharSet, Pattern, Tail};

/// The most extensions that one device name may give, and the most steps of the search for them.
pub(super) const MAX_EXTENS: usize = 1_000;
const MAX_TRIES: usize = 50_000;

/// More than [`MAX_EXTENS`] extensions match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// Patterns with their ranks; the lowest rank is the best.
#[derive(Debug, Clone)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    depth: usize,
    open: bool,
}

#[derive(Debug, Clone, Default)]
struct Node {
    next: Vec<(CharSet, usize)>,
    end: Option<usize>,
    more: Option<usize>,
    any: Option<usize>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], depth: 0, open: false }
    }
}

impl Trie {
    /// Adds a pattern. Of two equal patterns the first stays.
    pub(super) fn insert(&mut self, pattern: &Pattern, rank: usize) {
        let mut at = 0;
        for set in pattern.steps() {
            let known = self.nodes[at].next.iter().find(|(known, _)| known == set).map(|(_, next)| *next);
            at = known.unwrap_or_else(|| self.add_node(at, *set));
        }
        self.depth = self.depth.max(pattern.steps().len());
        self.open |= pattern.tail() != Tail::End;
        let node = &mut self.nodes[at];
        let slot = match pattern.tail() {
            Tail::End => &mut node.end,
            Tail::More => &mut node.more,
            Tail::Any => &mut node.any,
        };
        slot.get_or_insert(rank);
    }

    fn add_node(&mut self, before: usize, set: CharSet) -> usize {
        let new = self.nodes.len();
        self.nodes.push(Node::default());
        self.nodes[before].next.push((set, new));
        new
    }

    /// Length of the longest pattern, without a `.` or `!` at its end.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// Whether some pattern ends in `.` or `!`.
    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    /// Rank of the best pattern that matches.
    pub(super) fn best(&self, exten: &str) -> Option<usize> {
        let dialled: Vec<u8> = exten.bytes().filter(|byte| *byte != b'-').collect();
        self.best_from(0, &dialled)
    }

    fn best_from(&self, at: usize, dialled: &[u8]) -> Option<usize> {
        let node = &self.nodes[at];
        let Some((byte, rest)) = dialled.split_first() else {
            return node.end.into_iter().chain(node.any).min();
        };
        let deeper =
            node.next.iter().filter(|(set, _)| set.has(*byte)).filter_map(|(_, next)| self.best_from(*next, rest));
        deeper.chain(node.more).chain(node.any).min()
    }

    /// Adds to `found` every extension that some pattern matches and that has the `known` characters in their places.
    ///
    /// # Errors
    /// [`TooMany`]; `found` is of no use then.
    pub(super) fn fitting(&self, known: &[Option<u8>], found: &mut BTreeSet<String>) -> Result<(), TooMany> {
        let mut search = Search { trie: self, known, found, exten: Vec::new(), tries: 0 };
        search.visit(0)
    }
}

struct Search<'a> {
    trie: &'a Trie,
    known: &'a [Option<u8>],
    found: &'a mut BTreeSet<String>,
    exten: Vec<u8>,
    tries: usize,
}

impl Search<'_> {
    fn visit(&mut self, at: usize) -> Result<(), TooMany> {
        self.tries += 1;
        if self.tries > MAX_TRIES {
            return Err(TooMany);
        }
        let node = &self.trie.nodes[at];
        let Some((next, _)) = self.known[self.exten.len()..].split_first() else {
            return if node.end.or(node.any).is_some() { self.keep(&[]) } else { Ok(()) };
        };
        if node.more.or(node.any).is_some() {
            let rest: Option<Vec<u8>> = self.known[self.exten.len()..].iter().copied().collect();
            self.keep(&rest.ok_or(TooMany)?)?;
        }
        if *next == Some(b'-') {
            return self.visit_with(b'-', at);
        }
        for (set, deeper) in &node.next {
            match next {
                Some(byte) if set.has(*byte) => self.visit_with(*byte, *deeper)?,
                Some(_) => {}
                None => set.bytes().try_for_each(|byte| self.visit_with(byte, *deeper))?,
            }
        }
        Ok(())
    }

    fn visit_with(&mut self, byte: u8, at: usize) -> Result<(), TooMany> {
        self.exten.push(byte);
        let outcome = self.visit(at);
        self.exten.pop();
        outcome
    }

    /// Keeps the extension read so far with `rest` after it. Bytes that are no UTF-8 are dropped: no device name could
    /// have held them.
    fn keep(&mut self, rest: &[u8]) -> Result<(), TooMany> {
        if let Ok(exten) = String::from_utf8([&self.exten, rest].concat()) {
            self.found.insert(exten);
        }
        if self.found.len() > MAX_EXTENS { Err(TooMany) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trie(patterns: &str) -> Trie {
        let mut trie = Trie::default();
        for (rank, pattern) in patterns.split_whitespace().enumerate() {
            trie.insert(&pattern.parse().unwrap(), rank);
        }
        trie
    }

    #[track_caller]
    fn check(patterns: &str, known: &str, expected: Result<&str, TooMany>) {
        let known: Vec<_> = known.bytes().map(|byte| (byte != b'?').then_some(byte)).collect();
        let mut found = BTreeSet::new();
        let outcome = trie(patterns).fitting(&known, &mut found);
        let found: Vec<_> = found.into_iter().collect();
        assert_eq!(outcome.map(|()| found.join(" ")), expected.map(str::to_owned), "{patterns}");
    }

    #[test]
    fn finds_the_best_of_many() {
        let trie = trie("_1[01]XX _1XXX _1X. _[1-2]XXX _1XXX _X!");
        for (exten, best) in
            [("1001", Some(0)), ("1201", Some(1)), ("12", Some(5)), ("123", Some(2)), ("20-01", Some(3)), ("a", None)]
        {
            assert_eq!(trie.best(exten), best, "{exten}");
        }
    }

    #[test]
    fn fills_in_what_is_not_known() {
        check("_8XXXX", "8?234", Ok("80234 81234 82234 83234 84234 85234 86234 87234 88234 89234"));
        check("_*76X.", "???214", Ok("*76214"));
        check("_[12]XX _2XX", "?01", Ok("101 201"));
        check("_1XXX", "10-01", Ok("10-01"));
        check("_1XXX", "1234", Ok("1234"));
        check("_1XXX", "2234", Ok(""));
        check("_X.", "12?", Err(TooMany));
        check("_1!", "1?", Err(TooMany));
        check("_XXX", "???", Ok(&(0..1_000).map(|n| format!("{n:03}")).collect::<Vec<_>>().join(" ")));
        check("_XXXX", "????", Err(TooMany));
        check("_XXXXXXXXXXXX1", "????????????2", Err(TooMany));
    }
}
