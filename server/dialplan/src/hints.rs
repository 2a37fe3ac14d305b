//! The hints that one context sees: from an extension to its devices, and from a device to its extensions.

use std::collections::HashMap;

use lampfield_shared::Exten;

use super::backwards::{Backwards, MAX_EXTEN, can_invert};
use super::hint::Hint;
use super::hint::never_followed;
use super::pattern::Pattern;
use super::plan::{Dialplan, FileLine, HintLine, Warning};
use super::template::{Template, Variables};
use super::trie::{TooMany, Trie};
use super::version::AsteriskVersion;

/// The hints of a context and of the contexts that it includes.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    version: AsteriskVersion,
    /// Hint lines in the order in which Asterisk tries them; the index of a line is its rank.
    lines: Vec<Line>,
    plain: HashMap<String, usize>,
    wild: Trie,
    backwards: Backwards,
    warnings: Vec<Warning>,
}

#[derive(Debug, Clone)]
struct Line {
    pattern: Pattern,
    template: Template,
}

/// The most contexts that are searched for one extension (`AST_PBX_MAX_STACK` in `main/pbx.c`).
const MAX_CONTEXTS: usize = 128;

/// The extensions that a device belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Extensions whose hint names the device, in order.
    pub extens: Vec<Exten>,
    /// Whether the list is complete.
    pub reach: Reach,
}

/// Whether a list of extensions is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The list is complete.
    All,
    /// Some pattern matches more than 1,000 extensions, or endlessly many; none of these is listed.
    TooMany,
}

impl Hints {
    /// Collects the hints that `context` sees: its own, then those of its includes, in order.
    pub(super) fn new(dialplan: &Dialplan, context: &str, version: AsteriskVersion) -> Self {
        let mut hints = Self { version, ..Self::default() };
        let globals = hints.resolve_globals(dialplan);
        hints.visit(dialplan, context, &globals, &mut Vec::new());
        hints.index();
        hints
    }

    fn resolve_globals(&mut self, dialplan: &Dialplan) -> HashMap<String, String> {
        let mut globals = HashMap::new();
        for line in &dialplan.globals {
            let mut remarks = Vec::new();
            let value = Template::fill(&line.value, Variables { context: "", globals: &globals }, &mut remarks);
            self.warn(&line.place, remarks);
            globals.insert(line.name.clone(), value);
        }
        globals
    }

    /// Visits a context and those that it includes, as far as Asterisk does: each once, and [`MAX_CONTEXTS`] in all.
    fn visit(&mut self, dialplan: &Dialplan, name: &str, globals: &HashMap<String, String>, seen: &mut Vec<String>) {
        let is_new = !seen.iter().any(|seen| seen == name);
        let Some(context) = dialplan.contexts.get(name).filter(|_| is_new) else { return };
        if seen.len() == MAX_CONTEXTS {
            return;
        }
        seen.push(name.into());
        let variables = Variables { context: name, globals };
        let read = |line| self.read(line, variables).map(|read| (read, &line.place));
        let mut lines: Vec<_> = context.hints.iter().filter_map(read).collect();
        lines.sort_by(|(left, _), (right, _)| left.pattern.order(&right.pattern));
        for pair in lines.windows(2) {
            let [(first, first_place), (second, place)] = pair else { continue };
            if first.pattern.order(&second.pattern).is_eq() {
                let reason = format!("`{}` already has a hint, at {first_place}", second.pattern);
                self.warn(place, vec![reason]);
            }
        }
        self.lines.extend(lines.into_iter().map(|(line, _)| line));
        for include in &context.includes {
            let include = Template::fill(include, variables, &mut Vec::new());
            self.visit(dialplan, &include, globals, seen);
        }
    }

    fn read(&mut self, line: &HintLine, variables: Variables<'_>) -> Option<Line> {
        let mut remarks = Vec::new();
        let mut exten = Template::fill(&line.exten, variables, &mut remarks);
        // Asterisk ignores blanks in an extension.
        exten.retain(|char| !char.is_ascii_whitespace());
        let mut template = Template::new(&line.devices, variables, &mut remarks);
        let pattern = exten.parse::<Pattern>().map_err(|error| remarks.push(error.to_string())).ok();
        remarks.extend(template.devices(self.version).iter().filter_map(|device| never_followed(device.prefix())));
        match &pattern {
            Some(wild) if wild.is_wild() => {
                if !template.devices(self.version).iter().any(|device| can_invert(wild, device)) {
                    remarks.push(format!(
                        "no device of this hint shows which extensions match `{wild}`: only those that the configuration names get a lamp"
                    ));
                }
            }
            _ => template = Template::constant(template.expand(&exten)),
        }
        self.warn(&line.place, remarks);
        Some(Line { pattern: pattern?, template })
    }

    fn index(&mut self) {
        for (rank, line) in self.lines.iter().enumerate() {
            if line.pattern.is_wild() {
                self.wild.insert(&line.pattern, rank);
                for device in line.template.devices(self.version) {
                    self.backwards.insert(&line.pattern, rank, &device);
                }
            } else {
                self.plain.entry(undecorated(line.pattern.as_str())).or_insert(rank);
            }
        }
    }

    fn warn(&mut self, place: &FileLine, remarks: Vec<String>) {
        let warnings = remarks.into_iter().map(|reason| Warning { place: place.clone(), reason });
        self.warnings.extend(warnings);
    }

    /// Finds the hint of an extension as Asterisk does: plain before patterns, narrow before wide, this context before
    /// its includes.
    pub fn find(&self, exten: &str) -> Option<Hint> {
        if exten.len() > MAX_EXTEN || exten.starts_with('_') {
            return None;
        }
        let plain = self.plain.get(&undecorated(exten)).copied();
        let rank = plain.into_iter().chain(self.wild.best(exten)).min()?;
        Some(Hint::new(&self.lines[rank].template.expand(exten), self.version))
    }

    /// Plain extensions (those without wildcards) that have a hint.
    pub fn plain(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| &line.pattern).filter(|pattern| !pattern.is_wild()).map(Pattern::as_str)
    }

    /// Finds the extensions that match a pattern and whose hint, as of [`Self::find`], names `device`. The cost does
    /// not grow with the number of patterns.
    pub fn naming(&self, device: &str) -> Named {
        let (candidates, reach) = self.backwards.candidates(device);
        let names_it = |exten: &String| {
            self.find(exten).is_some_and(|hint| hint.devices().iter().any(|name| name.as_str() == device))
        };
        Named {
            extens: candidates.into_iter().filter(names_it).map(Exten::from).collect(),
            reach: if reach == Err(TooMany) { Reach::TooMany } else { Reach::All },
        }
    }

    /// Warnings about the lines that this context sees.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

fn undecorated(exten: &str) -> String {
    exten.chars().filter(|char| *char != '-').collect()
}
