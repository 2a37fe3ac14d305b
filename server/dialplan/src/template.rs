//! Templates: the text of a hint with its variables: `PJSIP/${EXTEN}&Custom:DND${EXTEN:1}`.
//!
//! Globals, `${CONTEXT}` and arithmetic on constants are filled in once; the rest depends on the extension only. A
//! variable that nobody has set is empty, as in Asterisk.

use std::collections::HashMap;
use std::ops::Range;

use super::arithmetic::evaluate;
use super::hint::as_published;
use super::lines::strip;
use super::version::AsteriskVersion;

/// The text of a hint, or of one device in it, as a function of the extension.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Template(Vec<Fragment>);

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Fragment {
    /// Constant text.
    Text(String),
    /// `${EXTEN}`, or a part of it.
    Exten(Cut),
    /// `$[…]`: arithmetic on the text inside.
    Sum(Template),
}

/// The part of a value that `${NAME:offset:length}` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Cut {
    offset: i64,
    length: i64,
}

/// The variables that a template may refer to besides the extension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variables<'a> {
    pub(super) context: &'a str,
    pub(super) globals: &'a HashMap<String, String>,
}

impl Cut {
    /// The whole value: `${EXTEN}`.
    pub(super) const WHOLE: Self = Self { offset: 0, length: i64::MAX };

    /// Reads `:offset:length` without its first colon; text that is no number counts as absent (Asterisk reads it with
    /// `sscanf`).
    fn new(text: &str) -> Self {
        let (offset, length) = text.split_once(':').unwrap_or((text, ""));
        let number = |text: &str| text.trim().parse().ok();
        Self { offset: number(offset).unwrap_or(0), length: number(length).unwrap_or(i64::MAX) }
    }

    /// Range of the bytes that are taken from a value of `whole` bytes (`main/pbx_variables.c`: `substring`).
    pub(super) fn range(self, whole: usize) -> Range<usize> {
        let whole = i64::try_from(whole).unwrap_or(i64::MAX);
        let start = if self.offset < 0 { (whole + self.offset.max(-whole)).max(0) } else { self.offset.min(whole) };
        let end = if self.length >= 0 {
            start.saturating_add(self.length).min(whole)
        } else {
            whole.saturating_add(self.length).max(start)
        };
        let place = |place: i64| usize::try_from(place).unwrap_or(0);
        place(start)..place(end)
    }

    fn apply(self, value: &str) -> String {
        String::from_utf8_lossy(&value.as_bytes()[self.range(value.len())]).into_owned()
    }
}

impl Template {
    /// Reads the text after `hint,`. `remarks` gets a line for each part that cannot be followed.
    ///
    /// As in Asterisk, variables are filled in only where there is a `${` at all; in a text without variables
    /// everything from the first `(` on is a display name and is cut off.
    pub(super) fn new(text: &str, variables: Variables<'_>, remarks: &mut Vec<String>) -> Self {
        let text = strip(text);
        let has_variables = text.contains("${");
        if !has_variables && !text.contains("$[") {
            let end = text.find('(').unwrap_or(text.len());
            return Self::constant(text[..end].trim_end().into());
        }
        if text.contains("}(") {
            remarks.push("a name in brackets after a variable becomes part of the device's name".into());
        }
        if has_variables { Self::filled(text, variables, remarks, 0) } else { Self::constant(text.into()) }
    }

    /// Fills in a text that has no extension: a global's value, or an extension's name.
    pub(super) fn fill(text: &str, variables: Variables<'_>, remarks: &mut Vec<String>) -> String {
        let mut value = Self::filled(text, variables, remarks, 0).expand("");
        if value.len() > MAX_VALUE {
            remarks.push(format!("the value is longer than {MAX_VALUE} bytes: its end is cut off"));
            value.truncate(value.floor_char_boundary(MAX_VALUE));
        }
        value
    }

    /// A template of constant text.
    pub(super) fn constant(text: String) -> Self {
        Self(if text.is_empty() { Vec::new() } else { vec![Fragment::Text(text)] })
    }

    fn filled(mut text: &str, variables: Variables<'_>, remarks: &mut Vec<String>, depth: u32) -> Self {
        let mut template = Self::default();
        if depth > MAX_DEPTH {
            remarks.push("variables are nested too deeply: they are left empty".into());
            return template;
        }
        while let Some(start) = next_opening(text) {
            template.push(Fragment::Text(text[..start].into()));
            let (inside, rest) = split_closed(&text[start + 1..], remarks);
            if text[start..].starts_with("${") {
                template.push(variable(inside, variables, remarks, depth));
            } else {
                template.push(sum(Self::filled(inside, variables, remarks, depth + 1), remarks));
            }
            text = rest;
        }
        template.push(Fragment::Text(text.into()));
        template
    }

    fn push(&mut self, part: Fragment) {
        match (self.0.last_mut(), part) {
            (_, Fragment::Text(text)) if text.is_empty() => {}
            (Some(Fragment::Text(before)), Fragment::Text(text)) => before.push_str(&text),
            (_, part) => self.0.push(part),
        }
    }

    /// Text for one extension.
    pub(super) fn expand(&self, exten: &str) -> String {
        self.0.iter().fold(String::new(), |text, part| {
            text + &match part {
                Fragment::Text(text) => text.clone(),
                Fragment::Exten(cut) => cut.apply(exten),
                Fragment::Sum(inside) => {
                    evaluate(&inside.expand(exten)).map_or_else(String::new, |sum| sum.to_string())
                }
            }
        })
    }

    /// Parts in order.
    pub(super) fn parts(&self) -> &[Fragment] {
        &self.0
    }

    /// The text, if it is constant.
    pub(super) fn as_constant(&self) -> Option<&str> {
        constant_text(&self.0)
    }

    /// The constant text before the first variable part.
    pub(super) fn prefix(&self) -> &str {
        match self.0.first() {
            Some(Fragment::Text(text)) => text,
            _ => "",
        }
    }

    /// Splits at `&` into devices, without the presence. An extension holds neither `&` nor `,`, so the parts are safe
    /// to split first.
    pub(super) fn devices(&self, version: AsteriskVersion) -> Vec<Self> {
        let mut devices = vec![Self::default()];
        for part in self.before_presence(version) {
            let (first, more) = match &part {
                Fragment::Text(text) => {
                    let mut names = text.split('&');
                    (Fragment::Text(names.next().unwrap_or_default().into()), names.collect())
                }
                other => (other.clone(), Vec::new()),
            };
            if let Some(last) = devices.last_mut() {
                last.push(first);
            }
            devices.extend(more.into_iter().map(|name| Self::constant(name.into())));
        }
        devices.retain(|device| !device.0.is_empty());
        for device in &mut devices {
            if let Some(Fragment::Text(text)) = device.0.first_mut() {
                *text = as_published(text).into_owned();
            }
        }
        devices
    }

    fn before_presence(&self, version: AsteriskVersion) -> Vec<Fragment> {
        let has_comma = |part: &Fragment| matches!(part, Fragment::Text(text) if text.contains(','));
        let at = match version {
            AsteriskVersion::V22 => self.0.iter().position(has_comma),
            AsteriskVersion::V16 => self.0.iter().rposition(has_comma),
        };
        let mut parts = self.0[..at.map_or(self.0.len(), |at| at + 1)].to_vec();
        if let (Some(_), Some(Fragment::Text(text))) = (at, parts.last_mut()) {
            *text = super::hint::device_part(text, version).into();
        }
        parts
    }
}

/// The text of `parts`, if all are constant.
pub(super) fn constant_text(parts: &[Fragment]) -> Option<&str> {
    match parts {
        [] => Some(""),
        [Fragment::Text(text)] => Some(text),
        _ => None,
    }
}

/// The deepest nesting of variables.
const MAX_DEPTH: u32 = 8;

/// The longest value of a global, which is the size of Asterisk's own buffer (`VAR_BUF_SIZE`). Globals that name one
/// another twice would double with every line.
const MAX_VALUE: usize = 4096;

/// Index of the first `${` or `$[`.
fn next_opening(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'$', bytes).find(|at| matches!(bytes.get(at + 1), Some(b'{' | b'[')))
}

/// Splits `text`, which starts with a bracket, into the inside of the brackets and the rest.
fn split_closed<'a>(text: &'a str, remarks: &mut Vec<String>) -> (&'a str, &'a str) {
    let (open, close) = if text.starts_with('{') { ('{', '}') } else { ('[', ']') };
    let mut depth = 0_usize;
    for (at, char) in text.char_indices() {
        if char == open {
            depth += 1;
        } else if char == close {
            depth -= 1;
            if depth == 0 {
                return (&text[1..at], &text[at + 1..]);
            }
        }
    }
    remarks.push(format!("`${text}` has no `{close}`"));
    (&text[1..], "")
}

/// Value of `${inside}`.
fn variable(inside: &str, variables: Variables<'_>, remarks: &mut Vec<String>, depth: u32) -> Fragment {
    let name = Template::filled(inside, variables, remarks, depth + 1);
    let Some(name) = name.as_constant() else {
        remarks.push(format!(
            "`${{{inside}}}` depends on the extension in a way that lampfield does not support: it is left empty"
        ));
        return Fragment::Text(String::new());
    };
    let (name, cut) = split_cut(name);
    match name.strip_prefix("GLOBAL(").and_then(|name| name.strip_suffix(')')).unwrap_or(name) {
        "EXTEN" => Fragment::Exten(cut),
        "CONTEXT" => Fragment::Text(cut.apply(variables.context)),
        name => {
            if name.contains('(') {
                remarks.push(format!("the function in `${{{inside}}}` is not supported: it is left empty"));
            }
            Fragment::Text(variables.globals.get(name).map_or_else(String::new, |value| cut.apply(value)))
        }
    }
}

/// Splits `EXTEN:1:2` into `EXTEN` and the cut; a colon inside `(…)` belongs to the name.
fn split_cut(name: &str) -> (&str, Cut) {
    let after_brackets = name.rfind(')').map_or(0, |at| at + 1);
    match name[after_brackets..].find(':') {
        Some(colon) => (&name[..after_brackets + colon], Cut::new(&name[after_brackets + colon + 1..])),
        None => (name, Cut::WHOLE),
    }
}

fn sum(inside: Template, remarks: &mut Vec<String>) -> Fragment {
    let Some(text) = inside.as_constant() else { return Fragment::Sum(inside) };
    let value = evaluate(text);
    if value.is_none() {
        remarks.push(format!("`$[{text}]` is not whole-number arithmetic: it is left empty"));
    }
    Fragment::Text(value.map_or_else(String::new, |value| value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Template, Vec<String>) {
        let globals = [("PRE".to_owned(), "90".to_owned()), ("N".to_owned(), "1".to_owned())].into();
        let mut remarks = Vec::new();
        let template = Template::new(text, Variables { context: "ext-local", globals: &globals }, &mut remarks);
        (template, remarks)
    }

    #[track_caller]
    fn check(text: &str, exten: &str, expected: &str) {
        assert_eq!(read(text).0.expand(exten), expected, "{text}");
    }

    #[test]
    fn fills_in_what_asterisk_fills_in() {
        check("PJSIP/${EXTEN}", "1001", "PJSIP/1001");
        check("${EXTEN:1}", "9123", "123");
        check("${EXTEN:-3}", "81234", "234");
        check("${EXTEN:1:2}", "71234", "12");
        check("${EXTEN:-3:2}", "61234", "23");
        check("${EXTEN:9}", "51234", "");
        check("${EXTEN:-9}", "51234", "51234");
        check("${EXTEN:0:-1}", "41234", "4123");
        check("${EXTEN:2:-4}", "41234", "");
        check("${EXTEN:1:0}", "41234", "");
        check("${EXTEN:}", "41234", "41234");
        check("${CONTEXT}-${EXTEN}", "31234", "ext-local-31234");
        check("${CONTEXT:4}", "1", "local");
        check("${NOSUCH}${EXTEN}", "21234", "21234");
        check("$[${EXTEN}+1]", "11234", "11235");
        check("PJSIP/${PRE}${EXTEN}", "1001", "PJSIP/901001");
        check("PJSIP/${GLOBAL(PRE)}${EXTEN}", "1001", "PJSIP/901001");
        check("PJSIP/${EXTEN:${N}}", "1001", "PJSIP/001");
        check("${PRE:$[0+1]}", "1", "0");
    }

    #[test]
    fn leaves_alone_what_asterisk_leaves_alone() {
        check("$[1+1]", "1", "$[1+1]");
        check("PJSIP/1001(Alice)&PJSIP/1002", "1001", "PJSIP/1001");
        check("PJSIP/${EXTEN}(Alice)", "1001", "PJSIP/1001(Alice)");
        check("  PJSIP/1  ", "1", "PJSIP/1");
    }

    #[test]
    fn says_what_it_cannot_follow() {
        for text in ["${CUT(EXTEN,*,1)}", "${${EXTEN}}", "${EXTEN", "$[a+b]${EXTEN}", "PJSIP/${EXTEN}(Alice)"] {
            assert_eq!(read(text).1.len(), 1, "{text}");
        }
        assert_eq!(read("PJSIP/${EXTEN}&Custom:DND${NOSUCH}").1, [] as [String; 0]);
    }

    #[test]
    fn survives_absurd_nesting() {
        let (template, remarks) = read(&"${".repeat(5_000));
        assert_eq!(template.expand("1"), "");
        assert!(!remarks.is_empty());
    }

    #[test]
    fn tells_its_devices_apart() {
        let (template, _) = read("PJSIP/${EXTEN}&&PJSIP/90${EXTEN}&Custom:DND${EXTEN:1}x,CustomPresence:${EXTEN},y");
        let devices =
            |version| template.devices(version).iter().map(|device| device.expand("1001")).collect::<Vec<_>>();
        assert_eq!(devices(AsteriskVersion::V22), ["PJSIP/1001", "PJSIP/901001", "Custom:DND001x"]);
        assert_eq!(devices(AsteriskVersion::V16), ["PJSIP/1001", "PJSIP/901001", "Custom:DND001x,CustomPresence:1001"]);
    }
}
