//! Which file of a crate imports which, read from the text of the files, and where imports run in a circle.
//!
//! An arrow runs from a file to the file that **defines** what the first names by a path, in a `use` or elsewhere.
//! - `pub use` is a door: the arrow of whoever comes through it ends at the file behind. The file with the door has an
//!   arrow there only if it uses the name itself.
//! - A `mod` line is no arrow: a `mod.rs` does not stand on its parts because it lists them.
//! - A call of a method is no arrow: its type was imported, or came as a value.
//!
//! So a `mod.rs` may define what its children use, or use what they define, but not both with the same child.

use std::collections::{BTreeMap, BTreeSet};

/// A place in the tree of modules: `["web", "session"]`.
type Module = Vec<String>;

/// From file to file, and what is taken.
pub type Arrows<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>>;

/// One file: its doors, and what it names by paths.
struct File<'a> {
    name: &'a str,
    /// Maps each name used here to where it comes from.
    doors: BTreeMap<String, Module>,
    taken: Vec<Module>,
}

/// The arrows between the files below `source`; each file by its name, and its text without comments and tests.
pub fn arrows<'a>(source: &str, files: &'a [(String, String)]) -> Arrows<'a> {
    let place = |name: &str| module(name.strip_prefix(source)?);
    let placed: BTreeMap<Module, &(String, String)> =
        files.iter().filter_map(|file| Some((place(&file.0)?, file))).collect();
    let tree = Tree(placed.keys().cloned().collect());
    let read = |(at, (name, text)): (&Module, &&'a (String, String))| (at.clone(), File::read(name, text, at, &tree));
    let files: BTreeMap<Module, File<'_>> = placed.iter().map(read).collect();
    let mut arrows = Arrows::new();
    for file in files.values() {
        let defined = file.taken.iter().filter_map(|path| defined_in(&files, path));
        for (to, what) in defined.filter(|(to, _)| *to != file.name) {
            arrows.entry(file.name).or_default().entry(to).or_default().insert(what);
        }
    }
    arrows
}

/// The module of a file by its path below the source; none for the program, which stands above the library.
fn module(path: &str) -> Option<Module> {
    let path = path.trim_start_matches('/').strip_suffix(".rs")?;
    match path {
        "main" => None,
        "lib" => Some(Module::new()),
        _ => Some(path.strip_suffix("/mod").unwrap_or(path).split('/').map(str::to_owned).collect()),
    }
}

/// The file that defines what stands at a path, behind all doors, and its name there.
fn defined_in<'a>(files: &BTreeMap<Module, File<'a>>, path: &[String]) -> Option<(&'a str, String)> {
    let mut path = path.to_vec();
    loop {
        let length = (0..path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
        let (file, what) = (&files[&path[..length]], &path[length]);
        let Some(behind) = file.doors.get(what) else { return Some((file.name, what.clone())) };
        path = [behind, &path[length + 1..]].concat();
    }
}

/// All modules that have a file.
struct Tree(BTreeSet<Module>);

impl Tree {
    /// A path in the module `at` from the crate's root, if it leads into this crate.
    fn absolute(&self, path: &[String], at: &[String], imported: &BTreeMap<String, Module>) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([at, rest].concat()),
            "super" => {
                let ups = path.iter().take_while(|it| *it == "super").count();
                Some([&at[..at.len().checked_sub(ups)?], &path[ups..]].concat())
            }
            name if imported.contains_key(name) => Some([&imported[name], rest].concat()),
            name => self.0.contains(&[at, &[name.to_owned()]].concat()).then(|| [at, path].concat()),
        }
    }
}

impl<'a> File<'a> {
    fn read(name: &'a str, text: &str, at: &[String], tree: &Tree) -> Self {
        let mut file = Self { name, doors: BTreeMap::new(), taken: Vec::new() };
        let (uses, rest) = take_uses(text);
        let mut imported = BTreeMap::new();
        for (is_door, (path, here)) in uses.iter().flat_map(|(is_door, tree)| {
            let branches = branches(tree).into_iter();
            branches.map(|branch| (*is_door, branch))
        }) {
            let Some(path) = tree.absolute(&path, at, &BTreeMap::new()) else { continue };
            let is_module = tree.0.contains(&path);
            if is_module {
                // What is taken of a module is seen where it is used.
                imported.insert(here.clone(), path.clone());
            } else if !is_door || words(&rest).any(|word| word == here) {
                file.taken.push(path.clone());
            }
            if is_door {
                file.doors.insert(here, path);
            }
        }
        let used = paths(&rest).into_iter().filter_map(|path| tree.absolute(&path, at, &imported));
        file.taken.extend(used.filter(|path| !tree.0.contains(path)));
        file
    }
}

/// The trees of the `use` statements, each with whether it is a door, and the text without them.
fn take_uses(text: &str) -> (Vec<(bool, String)>, String) {
    let (mut uses, mut rest) = (Vec::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (is_door, statement) = match line.trim_start().strip_prefix("pub") {
            Some(scoped) if scoped.starts_with('(') => (true, scoped.split_once(')').map_or("", |(_, it)| it)),
            Some(public) => (true, public),
            None => (false, line),
        };
        let Some(tree) = statement.trim_start().strip_prefix("use ") else {
            rest.extend([line, "\n"]);
            continue;
        };
        let mut tree = tree.to_owned();
        while !tree.contains(';') {
            tree.push_str(lines.next().unwrap_or(";").trim());
        }
        uses.push((is_door, tree.replace(';', "")));
    }
    (uses, rest)
}

/// The paths of a tree such as `a::{b, c::d as e}`, each with the name that it has from then on.
fn branches(tree: &str) -> Vec<(Module, String)> {
    let Some((stem, group)) = tree.split_once('{') else {
        let (path, renamed) = tree.split_once(" as ").map_or((tree, None), |(path, name)| (path, Some(name.trim())));
        let mut path: Module = path.trim().split("::").map(str::to_owned).collect();
        if path.len() > 1 && path.last().is_some_and(|it| it == "self") {
            path.pop();
        }
        let name = renamed.map(str::to_owned).or_else(|| path.last().cloned()).unwrap_or_default();
        return vec![(path, name)];
    };
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let mut depth = 0;
    let parts = group.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0 && c == ','
    });
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    parts.flat_map(|part| branches(&format!("{}{part}", stem.trim()))).collect()
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The names in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_of_a_name(c)).filter(|it| !it.is_empty())
}

/// The paths of two names and more in a text, such as `tls::server`.
fn paths(text: &str) -> Vec<Module> {
    let pieces = text.split(|c: char| !is_of_a_name(c) && c != ':').map(|piece| piece.trim_end_matches("::"));
    let paths = pieces.map(|piece| piece.split("::").map(str::to_owned).collect::<Module>());
    paths.filter(|path| path.len() > 1 && path.iter().all(|it| !it.is_empty() && !it.contains(':'))).collect()
}

/// The circles among the arrows; of each the arrows within it, a line for each.
pub fn circles<'a>(arrows: &Arrows<'a>) -> Vec<String> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows.keys().map(|file| (*file, reached(arrows, file))).collect();
    let leads = |from: &str, to: &str| reached.get(from).is_some_and(|all| all.contains(to));
    let around = |file: &str| -> BTreeSet<&'a str> {
        arrows.keys().copied().filter(|other| leads(file, other) && leads(other, file)).collect()
    };
    let circles: BTreeSet<BTreeSet<&str>> = arrows.keys().map(|file| around(file)).collect();
    let told = |circle: &BTreeSet<&str>| {
        let all = circle.iter().flat_map(|from| arrows[from].iter().map(move |(to, what)| (from, to, what)));
        let within = all.filter(|(_, to, _)| circle.contains(*to));
        let line = |(from, to, what): (&&str, &&str, &BTreeSet<String>)| {
            let what: Vec<&str> = what.iter().map(String::as_str).collect();
            format!("  {from} -> {to}: {}\n", what.join(", "))
        };
        within.map(line).collect()
    };
    circles.iter().filter(|circle| !circle.is_empty()).map(told).collect()
}

/// All files to which arrows lead from one.
fn reached<'a>(arrows: &Arrows<'a>, from: &'a str) -> BTreeSet<&'a str> {
    let (mut found, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(file) = next.pop() {
        let to = arrows.get(file).into_iter().flat_map(BTreeMap::keys).copied();
        next.extend(to.filter(|to| found.insert(*to)));
    }
    found
}

/// The circles of a crate with these files.
#[cfg(test)]
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(name, text)| (format!("src/{name}"), (*text).to_owned())).collect();
    circles(&arrows("src", &files))
}

#[test]
fn a_circle_is_told_arrow_by_arrow() {
    let files = [
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "use std::fmt;\nuse super::{\n    b::{self, Two as Other},\n};\n"),
        ("b/mod.rs", "mod deep;\nfn f() { crate::c::three(); }\n"),
        ("b/deep.rs", "use super::super::a::One;\n"),
        ("c.rs", "use crate::a::One;\n"),
    ];
    let told = "  src/a.rs -> src/b/mod.rs: Two\n  src/b/mod.rs -> src/c.rs: three\n  src/c.rs -> src/a.rs: One\n";
    assert_eq!(circles_of(&files), [told]);
}

#[test]
fn a_room_may_hand_on_what_its_parts_define_but_not_stand_on_those_that_stand_on_it() {
    let child = ("a/part.rs", "use super::Whole;\n");
    let at = |text| circles_of(&[("a/mod.rs", text), child]);
    assert_eq!(at("mod part;\npub use part::Part;\npub struct Whole;\n").len(), 0, "a door");
    assert_eq!(at("mod part;\npub use part::Part;\npub struct Whole(Part);\n").len(), 1, "a door, and used");
    assert_eq!(at("mod part;\nuse part::Part;\npub struct Whole(Part);\n").len(), 1);
    assert_eq!(at("mod part;\npub struct Whole(part::Part);\n").len(), 1, "by its path");
    let through = [("a/mod.rs", "pub use whole::Whole;\n"), ("a/whole.rs", "use super::part::Part;\n"), child];
    assert_eq!(circles_of(&through).len(), 1, "through a door");
}
