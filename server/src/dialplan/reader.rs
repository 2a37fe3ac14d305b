//! The text of `extensions.conf`, as far as hints are concerned.
//!
//! First the lines as any Asterisk file has them (`main/config.c`): comments, `[section]`s,
//! templates, `#include`. Then what of them concerns hints (`pbx/pbx_config.c`).

use std::collections::HashMap;

use super::{Context, Dialplan, DialplanError, Global, HintLine, Place, Warning};

/// Files include one another this deep at most (`MAX_INCLUDE_LEVEL`).
const MAX_INCLUDE_DEPTH: usize = 10;
/// A file that includes itself twice would be read a thousand times at that depth.
const MAX_INCLUDES: usize = 1_000;
/// Sections that copy from one another twice as much each time would soon be larger than any memory.
const MAX_COPIED: usize = 100_000;

type Include<'a> = &'a mut dyn FnMut(&str) -> Result<String, String>;

/// The sections of a file and of those it includes, in their order.
pub(super) struct Sections(Vec<Section>);

/// `[name](options)` and its lines.
pub(super) struct Section {
    name: String,
    kind: SectionKind,
    lines: Vec<Setting>,
}

#[derive(PartialEq, Eq)]
enum SectionKind {
    /// What it says counts.
    Real,
    /// `(!)`: it is there to be copied from.
    Template,
}

#[derive(Clone)]
struct Setting {
    place: Place,
    name: String,
    value: String,
}

impl Sections {
    pub(super) fn read(
        file: &str,
        text: &str,
        include: Include<'_>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, DialplanError> {
        let mut reader = Reader {
            sections: Vec::new(),
            by_name: HashMap::new(),
            current: None,
            include,
            warnings,
            comments: 0,
            included: 0,
            copied: 0,
        };
        reader.read_file(file, text, 0)?;
        Ok(Self(reader.sections))
    }

    /// Those that count.
    pub(super) fn into_iter(self) -> impl Iterator<Item = Section> {
        self.0.into_iter().filter(|section| section.kind == SectionKind::Real)
    }
}

struct Reader<'a> {
    sections: Vec<Section>,
    /// The first of each name.
    by_name: HashMap<String, usize>,
    current: Option<usize>,
    include: Include<'a>,
    warnings: &'a mut Vec<Warning>,
    /// How many `;--` are open.
    comments: usize,
    /// How many files were included.
    included: usize,
    /// How many lines were copied from section to section.
    copied: usize,
}

impl Reader<'_> {
    fn read_file(&mut self, file: &str, text: &str, depth: usize) -> Result<(), DialplanError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.lines().enumerate() {
            let place = Place { file: file.into(), line: index + 1 };
            let line = without_comments(line, &mut self.comments);
            let line = line.trim();
            if let Some(directive) = line.strip_prefix('#') {
                self.read_directive(directive, place, depth)?;
            } else if let Some(header) = line.strip_prefix('[') {
                self.open_section(header, place);
            } else if !line.is_empty() {
                self.read_setting(line, place);
            }
        }
        Ok(())
    }

    fn read_directive(&mut self, directive: &str, place: Place, depth: usize) -> Result<(), DialplanError> {
        let (word, rest) = directive.split_once(char::is_whitespace).unwrap_or((directive, ""));
        let file = rest.trim().trim_matches(['"', '<', '>']);
        let optional = word.eq_ignore_ascii_case("tryinclude");
        if !optional && !word.eq_ignore_ascii_case("include") {
            self.warn(place, format!("`#{word}` is not followed"));
            return Ok(());
        }
        self.included += 1;
        let text = if depth == MAX_INCLUDE_DEPTH {
            Err("files include one another too deeply".to_owned())
        } else if self.included > MAX_INCLUDES {
            return Err(DialplanError::Include {
                place,
                file: file.into(),
                reason: "too many files are included".into(),
            });
        } else {
            (self.include)(file)
        };
        match text {
            Ok(text) => self.read_file(file, &text, depth + 1),
            Err(_) if optional => Ok(()),
            Err(reason) => Err(DialplanError::Include { place, file: file.into(), reason }),
        }
    }

    /// `header` is `name](options)`. A section of a known name goes on with it; one that
    /// copies from another starts with the other's lines.
    fn open_section(&mut self, header: &str, place: Place) {
        let Some((name, options)) = header.split_once(']') else {
            return self.warn(place, format!("`[{header}` has no `]`"));
        };
        let options = options.trim().trim_start_matches('(').trim_end_matches(')');
        let options: Vec<_> = options.split(',').map(str::trim).filter(|option| !option.is_empty()).collect();
        let known = self.find(name);
        if options.contains(&"+") {
            if known.is_none() {
                self.warn(place.clone(), format!("there is no `[{name}]` yet to add to"));
            } else {
                self.current = known;
            }
        }
        if known.is_none() || !options.contains(&"+") {
            let kind = if options.contains(&"!") { SectionKind::Template } else { SectionKind::Real };
            self.current = Some(self.sections.len());
            self.by_name.entry(name.into()).or_insert(self.sections.len());
            self.sections.push(Section { name: name.into(), kind, lines: Vec::new() });
        }
        for base in options.into_iter().filter(|option| !matches!(*option, "!" | "+")) {
            self.copy_from(base, &place);
        }
    }

    fn copy_from(&mut self, base: &str, place: &Place) {
        match (self.find(base), self.current) {
            (Some(base), Some(_)) if self.copied + self.sections[base].lines.len() > MAX_COPIED => {
                self.warn(place.clone(), "sections copy too much from one another: this is left out".into());
            }
            (Some(base), Some(current)) if base != current => {
                let lines = self.sections[base].lines.clone();
                self.copied += lines.len();
                self.sections[current].lines.extend(lines);
            }
            _ => self.warn(place.clone(), format!("there is no `[{base}]` yet to copy from")),
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    fn read_setting(&mut self, line: &str, place: Place) {
        let (Some((name, value)), Some(current)) = (line.split_once('='), self.current) else {
            let reason = if self.current.is_none() { "stands before any `[section]`" } else { "has no `=`" };
            return self.warn(place, format!("`{line}` {reason}"));
        };
        let value = value.strip_prefix('>').unwrap_or(value);
        self.sections[current].lines.push(Setting { place, name: name.trim().into(), value: value.trim().into() });
    }

    fn warn(&mut self, place: Place, reason: String) {
        self.warnings.push(Warning { place, reason });
    }
}

/// The line without what is commented out: after `;`, or between `;--` and `--;` over many
/// lines; `\;` is a plain `;`.
fn without_comments(line: &str, open: &mut usize) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(char) = rest.chars().next() {
        if *open > 0 && rest.starts_with("--;") {
            *open -= 1;
            rest = &rest[3..];
        } else if opens_comment(rest) {
            *open += 1;
            rest = &rest[3..];
        } else if *open == 0 && rest.starts_with("\\;") {
            kept.push(';');
            rest = &rest[2..];
        } else if *open == 0 && char == ';' {
            break;
        } else {
            if *open == 0 {
                kept.push(char);
            }
            rest = &rest[char.len_utf8()..];
        }
    }
    kept
}

/// `;--` opens a comment, a longer row of dashes is a line drawn in a plain one.
fn opens_comment(rest: &str) -> bool {
    rest.starts_with(";--") && !rest.starts_with(";---")
}

impl Dialplan {
    /// Takes from a section what concerns hints.
    pub(super) fn take_section(&mut self, section: Section) {
        match &*section.name {
            "general" => {}
            "globals" => self.globals.extend(section.lines.into_iter().map(|line| Global {
                place: line.place,
                name: line.name,
                value: line.value,
            })),
            _ => self.take_context(section),
        }
    }

    fn take_context(&mut self, section: Section) {
        let context = self.contexts.entry(section.name).or_default();
        let mut last_exten = None;
        for Setting { place, name, value } in section.lines {
            let taken = match &*name.to_ascii_lowercase() {
                "exten" => {
                    last_exten = value.split_once(',').map(|(exten, _)| exten.trim().to_owned());
                    read_exten(&value, &place).map(|hint| context.hints.extend(hint))
                }
                "same" => last_exten
                    .as_ref()
                    .ok_or_else(|| "`same` has no `exten` before it".to_owned())
                    .and_then(|exten| read_exten(&format!("{exten},{value}"), &place))
                    .map(|hint| context.hints.extend(hint)),
                "include" => context.include(&value),
                _ => Ok(()),
            };
            if let Err(reason) = taken {
                self.warnings.push(Warning { place, reason });
            }
        }
    }
}

impl Context {
    /// `name,times`: lampfield does not go by the times.
    fn include(&mut self, value: &str) -> Result<(), String> {
        let (name, times) = value.split_once([',', '|']).unwrap_or((value, ""));
        self.includes.push(name.trim().into());
        if times.is_empty() { Ok(()) } else { Err(format!("`{}` is taken to be included at all times", name.trim())) }
    }
}

/// Reads `exten,priority,application`; `None` if it is no hint.
pub(super) fn read_exten(line: &str, place: &Place) -> Result<Option<HintLine>, String> {
    let mut fields = line.splitn(3, ',');
    let mut field = || fields.next().map(str::trim);
    let (Some(exten), Some(priority)) = (field(), field()) else { return Ok(None) };
    let devices = field().unwrap_or_default();
    match priority.split('(').next().unwrap_or_default().trim() {
        "hint" => {}
        other if other.eq_ignore_ascii_case("hint") => {
            return Err(format!("Asterisk does not know the priority `{other}`: write `hint`"));
        }
        _ => return Ok(None),
    }
    if exten.is_empty() {
        return Err("a hint without an extension".into());
    }
    if let Some((exten, caller)) = exten.split_once('/') {
        return Err(format!("Asterisk never finds a hint that is for the caller `{caller}` of `{exten}` alone"));
    }
    if devices.is_empty() {
        return Err(format!("the hint of `{exten}` names no device"));
    }
    Ok(Some(HintLine { place: place.clone(), exten: exten.into(), devices: devices.into() }))
}
