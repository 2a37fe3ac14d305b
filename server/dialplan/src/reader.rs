//! Reader of `extensions.conf`, as far as hints are concerned.
//!
//! Three steps: the lines as any file of Asterisk has them (`lines.rs`), then `[section]`s, templates and `#include`
//! (`main/config.c`), and then the parts that hints need (`pbx/pbx_config.c`).

use std::collections::HashMap;

use super::lines::{self, Lines, strip};
use super::plan::{Context, Dialplan, DialplanError, FileLine, Global, HintLine, Include, IncludeError, Warning};

/// The deepest nesting of includes (`MAX_INCLUDE_LEVEL`).
const MAX_INCLUDE_DEPTH: usize = 10;
/// The most includes in all: a file that includes itself twice would be read a thousand times at that depth.
const MAX_INCLUDES: usize = 1_000;
/// The most lines copied between sections: sections that double one another would soon be larger than any memory.
const MAX_COPIED: usize = 100_000;

/// The sections of a file and of the files that it includes, in order.
pub(super) struct Sections(Vec<Section>);

/// A section: `[name](options)` and its lines.
pub(super) struct Section {
    name: String,
    kind: SectionKind,
    lines: Vec<Setting>,
}

#[derive(PartialEq, Eq)]
enum SectionKind {
    /// The lines of the section take effect.
    Real,
    /// `(!)`: other sections copy its lines; they take no effect themselves.
    Template,
}

#[derive(Clone)]
struct Setting {
    place: FileLine,
    name: String,
    value: String,
    encoding: lines::Encoding,
}

/// How far a file was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    Whole,
    /// Asterisk stops at a line that it cannot read; the files that include this one go on.
    Broken,
}

impl Sections {
    pub(super) fn read(
        file: &str,
        bytes: &[u8],
        include: Include<'_>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, DialplanError> {
        let mut reader = Reader {
            sections: Vec::new(),
            by_name: HashMap::new(),
            current: None,
            latest: None,
            include,
            warnings,
            included: 0,
            copied: 0,
        };
        reader.read_file(file, bytes, 0)?;
        Ok(Self(reader.sections))
    }

    /// The sections that take effect, in order.
    pub(super) fn into_iter(self) -> impl Iterator<Item = Section> {
        self.0.into_iter().filter(|section| section.kind == SectionKind::Real)
    }
}

struct Reader<'a> {
    sections: Vec<Section>,
    /// Index of the first section of each name, in small letters, since Asterisk ignores case here.
    by_name: HashMap<String, usize>,
    /// Index of the section to which the next lines of the current file belong.
    current: Option<usize>,
    /// Index of the section that was opened last, in any file: an included file begins in that section.
    latest: Option<usize>,
    include: Include<'a>,
    warnings: &'a mut Vec<Warning>,
    /// Number of included files.
    included: usize,
    /// Number of lines that were copied between sections.
    copied: usize,
}

impl Reader<'_> {
    fn read_file(&mut self, file: &str, bytes: &[u8], depth: usize) -> Result<Read, DialplanError> {
        let mut lines = Lines::new(bytes);
        while let Some(line) = lines.next() {
            let place = || FileLine { file: file.into(), line: line.number };
            if let Some(oddity) = line.oddity {
                self.warn(place(), oddity.to_string());
            }
            let text = strip(&line.text);
            let read = if let Some(directive) = text.strip_prefix('#') {
                self.read_directive(directive, place(), depth)?
            } else if let Some(header) = text.strip_prefix('[') {
                self.open_section(header, place())
            } else if text.is_empty() {
                Read::Whole
            } else {
                self.read_setting(text, place(), line.encoding)
            };
            // An error in an included file stops Asterisk's reading of the first file as well, but then no hint would
            // be left at all.
            if read == Read::Broken && depth > 0 {
                self.warn(place(), "Asterisk reads nothing of this file from here on".into());
                return Ok(Read::Broken);
            }
        }
        if let Some(line) = lines.open_comment() {
            let place = FileLine { file: file.into(), line };
            self.warn(place, "the comment that `;--` opens here is never closed".into());
        }
        Ok(Read::Whole)
    }

    fn read_directive(&mut self, directive: &str, place: FileLine, depth: usize) -> Result<Read, DialplanError> {
        let (word, rest) = directive.split_once(|char: char| char <= ' ').unwrap_or((directive, ""));
        let file = unquoted(strip(rest));
        let is_optional = word.eq_ignore_ascii_case("tryinclude");
        if word.eq_ignore_ascii_case("exec") {
            let reason = "`#exec` is not followed: lampfield runs no programs, and hints that only a program writes are \
                          missing here; include a file that holds them";
            self.warn(place, reason.into());
            return Ok(Read::Whole);
        }
        if !is_optional && !word.eq_ignore_ascii_case("include") {
            self.warn(place, format!("`#{word}` is not supported"));
            return Ok(Read::Whole);
        }
        if file.is_empty() {
            self.warn(place, format!("`#{word}` names no file"));
            return Ok(Read::Whole);
        }
        let error =
            |reason: &str| DialplanError::Include { place: place.clone(), file: file.into(), reason: reason.into() };
        self.included += 1;
        if self.included > MAX_INCLUDES {
            return Err(error("too many files are included"));
        }
        let found = if depth == MAX_INCLUDE_DEPTH {
            Err(IncludeError::Missing("files include one another too deeply".into()))
        } else {
            (self.include)(file)
        };
        match found {
            Ok(found) => {
                for reason in found.passed_over {
                    self.warn(place.clone(), reason);
                }
                let outer = std::mem::replace(&mut self.current, self.latest);
                for included in found.files {
                    if self.read_file(&included.name, &included.bytes, depth + 1)? == Read::Broken {
                        break;
                    }
                }
                self.current = outer;
                Ok(Read::Whole)
            }
            Err(IncludeError::Missing(_)) if is_optional => Ok(Read::Whole),
            Err(IncludeError::Missing(reason)) if depth > 0 => {
                self.warn(place, format!("cannot include `{file}`: {reason}"));
                Ok(Read::Broken)
            }
            Err(IncludeError::Missing(reason) | IncludeError::Unreadable(reason)) => Err(error(&reason)),
        }
    }

    /// Opens a section; `header` is `name](options)`. A section of a known name continues that one; one that copies
    /// from another starts with the other's lines.
    fn open_section(&mut self, header: &str, place: FileLine) -> Read {
        let Some((name, options)) = header.split_once(']') else {
            self.warn(place, format!("`[{header}` has no `]`"));
            return Read::Broken;
        };
        let options = options.strip_prefix('(').unwrap_or_default();
        let options = options.split(')').next().unwrap_or_default();
        let options: Vec<_> = options.split(',').map(strip).filter(|option| !option.is_empty()).collect();
        let known = self.find(name);
        let (goes_on, is_template) = (options.contains(&"+"), options.contains(&"!"));
        let mut read = Read::Whole;
        if let Some(known) = known.filter(|_| goes_on) {
            self.current = Some(known);
            if is_template {
                self.sections[known].kind = SectionKind::Template;
            }
        } else {
            if goes_on {
                self.warn(place.clone(), format!("there is no `[{name}]` yet to add to"));
                read = Read::Broken;
            }
            let kind = if is_template { SectionKind::Template } else { SectionKind::Real };
            self.current = Some(self.sections.len());
            self.by_name.entry(name.to_ascii_lowercase()).or_insert(self.sections.len());
            self.sections.push(Section { name: name.into(), kind, lines: Vec::new() });
        }
        self.latest = self.current;
        for base in options.into_iter().filter(|option| !matches!(*option, "!" | "+")) {
            if self.copy_from(base, &place) == Read::Broken {
                read = Read::Broken;
            }
        }
        read
    }

    fn copy_from(&mut self, base: &str, place: &FileLine) -> Read {
        match (self.find(base), self.current) {
            (Some(base), Some(_)) if self.copied + self.sections[base].lines.len() > MAX_COPIED => {
                self.warn(place.clone(), "sections copy too much from one another: this is left out".into());
                Read::Whole
            }
            (Some(base), Some(current)) if base != current => {
                let lines = self.sections[base].lines.clone();
                self.copied += lines.len();
                self.sections[current].lines.extend(lines);
                Read::Whole
            }
            _ => {
                self.warn(place.clone(), format!("there is no `[{base}]` yet to copy from"));
                Read::Broken
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    fn read_setting(&mut self, line: &str, place: FileLine, encoding: lines::Encoding) -> Read {
        let Some(current) = self.current else {
            self.warn(place, format!("`{line}` stands before any `[section]`"));
            return Read::Broken;
        };
        let Some((name, value)) = line.split_once('=') else {
            self.warn(place, format!("`{line}` has no `=`"));
            return Read::Whole;
        };
        let value = strip(value.strip_prefix('>').unwrap_or(value));
        let lines = &mut self.sections[current].lines;
        if let Some(name) = name.strip_suffix('+').map(strip) {
            let before = lines.iter_mut().rev().find(|before| before.name.eq_ignore_ascii_case(name));
            if let Some(before) = before.filter(|before| before.value.len() < lines::MAX_LINE) {
                before.value = format!("{} {value}", before.value);
                return Read::Whole;
            }
        }
        let name = strip(name.strip_suffix('+').unwrap_or(name)).to_owned();
        lines.push(Setting { place, name, value: value.into(), encoding });
        Read::Whole
    }

    fn warn(&mut self, place: FileLine, reason: String) {
        self.warnings.push(Warning { place, reason });
    }
}

/// Strips the quotes or angle brackets around a file name.
fn unquoted(text: &str) -> &str {
    let within = |open, close| text.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
    within('"', '"').or_else(|| within('<', '>')).unwrap_or(text)
}

impl Dialplan {
    /// Takes the parts of a section that hints need.
    pub(super) fn take_section(&mut self, section: Section) {
        match &*section.name.to_ascii_lowercase() {
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
        for Setting { place, name, value, encoding } in section.lines {
            let hints = context.hints.len();
            let taken = match &*name.to_ascii_lowercase() {
                "exten" => {
                    last_exten = value.split_once(',').map(|(exten, _)| strip(exten).to_owned());
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
            match taken {
                Err(reason) => self.warnings.push(Warning { place, reason }),
                Ok(()) if encoding == lines::Encoding::Other && context.hints.len() > hints => {
                    let reason = "this hint is not UTF-8: a name with non-English letters in it never matches";
                    self.warnings.push(Warning { place, reason: reason.into() });
                }
                Ok(()) => {}
            }
        }
    }
}

impl Context {
    /// Adds an include `name,times`; lampfield ignores the times.
    fn include(&mut self, value: &str) -> Result<(), String> {
        let (name, times) = value.split_once([',', '|']).unwrap_or((value, ""));
        self.includes.push(strip(name).into());
        if times.is_empty() { Ok(()) } else { Err(format!("`{}` is treated as always included", strip(name))) }
    }
}

/// Reads `exten,priority,application`; `None` if the line is no hint.
pub(super) fn read_exten(line: &str, place: &FileLine) -> Result<Option<HintLine>, String> {
    let mut fields = line.splitn(3, ',');
    let mut field = || fields.next().map(strip);
    let (Some(exten), Some(priority)) = (field(), field()) else { return Ok(None) };
    let devices = field().unwrap_or_default();
    match strip(priority.split('(').next().unwrap_or_default()) {
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
