//! Parameters of URIs and of header fields: `;transport=tcp;lr` (RFC 3261 §7.3.1 and §19.1.1).

use std::fmt;

use super::text::{closing_quote, find_unquoted};

/// The parameters of a URI or of a header field, in the order and the spelling of their sender. Their names know no
/// case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(Vec<Parameter>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parameter {
    name: String,
    /// Quotes and escapes included; `None` for a flag such as `lr`.
    value: Option<String>,
}

impl Parameters {
    /// Reads what follows the first `;` of `text`; a `;` in quotes parts nothing.
    pub(super) fn read(text: &str) -> Self {
        let pieces = pieces(text).map(|(name, value)| Parameter { name: name.into(), value: value.map(Into::into) });
        Self(pieces.collect())
    }

    /// Reads the parameters of a header field, as [`Parameters::read`] does, but leaves out what the grammar does not
    /// know (RFC 3261 §25.1, `generic-param`): written again in a list it would part or join values.
    pub(super) fn read_in_header(text: &str) -> Self {
        let mut parameters = Self::read(text);
        parameters.0.retain(Parameter::can_stand_in_list);
        parameters
    }

    /// The value of the first parameter of this name, as it is written; `None` for a flag, for an empty value and
    /// where no parameter has this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name)?.value.as_deref().filter(|value| !value.is_empty())
    }

    /// Whether a parameter has this name, with a value or without.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Gives this name this value in place of any other. `value` is written as it stands: a text that is no token
    /// brings its own quotes.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        self.remove(name);
        self.0.push(Parameter { name: name.to_owned(), value: value.map(str::to_owned) });
    }

    /// Takes out every parameter of this name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|parameter| !parameter.name.eq_ignore_ascii_case(name));
    }

    /// Each name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|parameter| (parameter.name.as_str(), parameter.value.as_deref()))
    }

    fn find(&self, name: &str) -> Option<&Parameter> {
        self.0.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))
    }
}

impl Parameter {
    fn can_stand_in_list(&self) -> bool {
        let is_plain = |text: &str| !text.bytes().any(|byte| b"<>,\"\\".contains(&byte) || byte.is_ascii_whitespace());
        let is_quoted = |text: &str| {
            let inside = text.strip_prefix('"').map(str::as_bytes);
            inside.is_some_and(|inside| closing_quote(inside).is_some_and(|end| end + 1 == inside.len()))
        };
        is_plain(&self.name) && self.value.as_deref().is_none_or(|value| is_plain(value) || is_quoted(value))
    }
}

/// The value of a parameter in a text that is only looked at; an empty one is none.
pub(super) fn value_in<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    let (_, value) = pieces(text).find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    value.filter(|value| !value.is_empty())
}

/// Names and values without the space around them. A piece without a name is left out.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = memchr::memchr(b';', text.as_bytes()).map_or("", |start| &text[start + 1..]);
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(find_unquoted(rest.as_bytes(), b';'));
            rest = behind.get(1..).unwrap_or_default();
            let (name, value) = match memchr::memchr(b'=', piece.as_bytes()) {
                Some(at) => (&piece[..at], Some(piece[at + 1..].trim_ascii())),
                None => (piece, None),
            };
            if !name.trim_ascii().is_empty() {
                return Some((name.trim_ascii(), value));
            }
        }
        None
    })
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|(name, value)| match value {
            Some(value) => write!(f, ";{name}={value}"),
            None => write!(f, ";{name}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_spelling_and_flags() {
        for (text, written) in [
            ("", ""),
            ("no parameter", ""),
            (";lr", ";lr"),
            (" ; Transport = TCP ;lr; x=\"a;b\" ", ";Transport=TCP;lr;x=\"a;b\""),
            (";;=no name;a=;a=2", ";a=;a=2"),
            (";x=\"open;tag=1", ";x=\"open;tag=1"),
        ] {
            let read = Parameters::read(text);
            assert_eq!(read.to_string(), written, "{text}");
            assert_eq!(Parameters::read(written), read, "{text}");
        }
    }

    #[test]
    fn leaves_out_of_a_header_what_would_part_a_list() {
        let read = Parameters::read_in_header(";a=1;b=x,y;c=\"x,y\";d=<x>;e=\"x\"y;f g;h=\"open;i=1");
        assert_eq!(read.to_string(), ";a=1;c=\"x,y\"");
    }

    #[test]
    fn finds_by_name_in_any_case() {
        let mut read = Parameters::read(";Tag=1;lr;empty=");
        assert_eq!((read.get("tag"), read.get("lr"), read.get("empty")), (Some("1"), None, None));
        assert!(read.has("LR") && !read.has("maddr"));
        read.set("tag", Some("2"));
        read.remove("LR");
        assert_eq!(read.to_string(), ";empty=;tag=2");
        assert_eq!((value_in("x;Tag=3", "tag"), value_in("x;tag=", "tag")), (Some("3"), None));
    }
}
