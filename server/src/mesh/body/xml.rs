//! XML as a small tree: what the readers of dialog-info, PIDF and XPIDF share.
//!
//! The reader is lenient where servers write badly: a bare `&`, an attribute without a value, a namespace that was
//! left out, and what `mend.rs` is for. The reader is strict where leniency would cost: a document is bounded in length,
//! depth and number of elements, nothing is expanded, and a document type is refused unread.

use quick_xml::NsReader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

use super::mend::mend;

/// The longest document, in bytes: as long as a datagram may be.
const MAX_BYTES: usize = 64 * 1024;
const MAX_DEPTH: usize = 16;
const MAX_ELEMENTS: usize = 2_048;
/// The most namespaces of a document. Each element is looked up among all of them: few keep that linear.
const MAX_NAMESPACES: usize = 32;
const MAX_ATTRIBUTES: usize = 32;

/// Why a document is not understood; the answer is 400, and the text tells the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// The document would take too long to read.
    #[error("the document is too large: more than {0}")]
    TooLarge(&'static str),
    /// The document has a document type, where entities could be declared.
    #[error("a document with a DOCTYPE is not accepted here")]
    DocType,
    /// The document is no XML.
    #[error("not readable as XML: {0}")]
    NotXml(String),
    /// The document is another one than the media type promises.
    #[error("the document is a `{found}`, expected a `{expected}`")]
    Root {
        /// Name of the first element.
        found: String,
        /// Name that the first element should have.
        expected: &'static str,
    },
    /// A word that has no meaning at its place.
    #[error("`{word}` is not a {what}")]
    Word {
        /// The word that was read.
        word: String,
        /// What belongs there instead.
        what: &'static str,
    },
}

/// The vocabularies that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// dialog-info (RFC 4235)
    DialogInfo,
    /// PIDF (RFC 3863)
    Pidf,
    /// The data model of presence (RFC 4479)
    DataModel,
    /// RPID (RFC 4480)
    Rpid,
    /// The namespace was left out, or its prefix never declared: it counts as the one that belongs there.
    Unsaid,
    /// Another vocabulary: its elements are passed over.
    Foreign,
}

impl From<ResolveResult<'_>> for Space {
    fn from(resolved: ResolveResult<'_>) -> Self {
        let ResolveResult::Bound(Namespace(name)) = resolved else { return Self::Unsaid };
        match name {
            "urn:ietf:params:xml:ns:dialog-info" => Self::DialogInfo,
            "urn:ietf:params:xml:ns:pidf" | "urn:ietf:params:xml:ns:cpim-pidf:1.0" => Self::Pidf,
            // The names of the drafts are still about: chan_sip, telephones and softphones write them.
            "urn:ietf:params:xml:ns:pidf:data-model" | "urn:ietf:params:xml:ns:pidf:person" => Self::DataModel,
            "" => Self::Unsaid,
            _ if is_rpid(name) => Self::Rpid,
            _ => Self::Foreign,
        }
    }
}

/// Whether a namespace is that of RFC 4480 under any of its earlier names:
/// `urn:ietf:params:xml:ns:pidf:rpid`, `…:pidf:status:rpid`, `…:pidf:rpid:rpid-person`,
/// `…:pidf:rpid:status:rpid-status`, `…:pidf:status:rpid-status`, and Cisco's `urn:cisco:params:xml:ns:pidf:rpid`.
fn is_rpid(name: &str) -> bool {
    let is_pidf = |part: &str| part == "pidf";
    name.starts_with("urn:")
        && name.split(':').skip_while(|part| !is_pidf(part)).any(|part| part == "rpid" || part.starts_with("rpid-"))
}

/// An element with everything in it.
#[derive(Debug)]
pub(super) struct Element {
    space: Space,
    name: Box<str>,
    attributes: Vec<(Box<str>, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Text of the element, without the white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.trim())
    }

    /// Whether the element is `name` of that vocabulary.
    pub(super) fn is(&self, space: Space, name: &str) -> bool {
        *self.name == *name && self.belongs(space)
    }

    fn belongs(&self, space: Space) -> bool {
        self.space == space || self.space == Space::Unsaid
    }

    /// The children of that vocabulary, whatever their names.
    pub(super) fn children(&self, space: Space) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.belongs(space))
    }

    /// The children that declare that vocabulary.
    pub(super) fn children_of(&self, space: Space) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.space == space)
    }

    /// The children of that name.
    pub(super) fn all<'a>(&'a self, space: Space, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children(space).filter(move |child| *child.name == *name)
    }

    /// The element and all elements below it.
    pub(super) fn descendants(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(std::iter::once(self).chain(self.children.iter().flat_map(Self::descendants)))
    }

    /// The first child of that name.
    pub(super) fn child<'a>(&'a self, space: Space, name: &'a str) -> Option<&'a Self> {
        self.all(space, name).next()
    }
}

/// Reads a document whose first element is `name` of `space`.
pub(super) fn read(bytes: &[u8], space: Space, name: &'static str) -> Result<Element, XmlError> {
    let root = tree(bytes)?;
    if root.is(space, name) { Ok(root) } else { Err(XmlError::Root { found: root.name.into(), expected: name }) }
}

fn tree(bytes: &[u8]) -> Result<Element, XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge("64 kB"));
    }
    // Bytes that are no UTF-8 spoil a name in the document, not the state.
    let text = String::from_utf8_lossy(bytes);
    let text = mend(text.trim_start_matches('\u{feff}').trim_start());
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().allow_dangling_amp = true;
    reader.resolver_mut().set_max_namespace_bindings(MAX_NAMESPACES);
    let mut elements = 0;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let (resolved, event) = reader.read_resolved_event().map_err(|error| XmlError::NotXml(error.to_string()))?;
        let closed = match event {
            Event::Start(start) => {
                elements += 1;
                open.push(element(resolved.into(), &start));
                None
            }
            Event::Empty(start) => {
                elements += 1;
                Some(element(resolved.into(), &start))
            }
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add(&mut open, &text.xml10_content());
                None
            }
            Event::CData(text) => {
                add(&mut open, &text.xml10_content());
                None
            }
            Event::GeneralRef(reference) => {
                add_reference(&mut open, &reference);
                None
            }
            Event::DocType(_) => return Err(XmlError::DocType),
            Event::Eof => return Err(XmlError::NotXml("it ends too early".into())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => None,
        };
        if elements > MAX_ELEMENTS {
            return Err(XmlError::TooLarge("2,048 elements"));
        }
        if open.len() > MAX_DEPTH {
            return Err(XmlError::TooLarge("16 elements deep"));
        }
        let Some(closed) = closed else { continue };
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => return Ok(closed),
        }
    }
}

fn element(space: Space, start: &BytesStart<'_>) -> Element {
    let mut attributes = start.html_attributes();
    let attributes = attributes.with_checks(false).flatten().take(MAX_ATTRIBUTES).map(|attribute| {
        let value = unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Into::into);
        (attribute.key.local_name().as_ref().into(), value)
    });
    Element {
        space,
        name: start.local_name().as_ref().into(),
        attributes: attributes.collect(),
        text: String::new(),
        children: Vec::new(),
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Resolves a reference to a character, or to one of XML's own five entities. All others stay as they stand: nothing
/// else is ever declared.
fn add_reference(open: &mut [Element], reference: &BytesRef<'_>) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return add(open, character.encode_utf8(&mut [0; 4]));
    }
    let name = reference.xml10_content();
    match resolve_predefined_entity(&name) {
        Some(text) => add(open, text),
        None => add(open, &format!("&{name};")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Element {
        read(text.as_bytes(), Space::Pidf, "r").unwrap()
    }

    #[track_caller]
    fn refuse(text: &str, words: &str) {
        let error = read(text.as_bytes(), Space::Pidf, "r").unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn knows_a_vocabulary_by_any_prefix_and_by_none() {
        let text =
            "<p:r xmlns:p='urn:ietf:params:xml:ns:pidf' xmlns='urn:x' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model'>
            <p:a>1</p:a><a>2</a><d:a>3</d:a><q:a>4</q:a></p:r>";
        let texts = |space| root(text).all(space, "a").map(|a| a.text().to_owned()).collect::<Vec<_>>();
        assert_eq!(texts(Space::Pidf), ["1", "4"]);
        assert_eq!(texts(Space::DataModel), ["3", "4"]);
        assert_eq!(root("<r><a>1</a></r>").all(Space::Pidf, "a").count(), 1);
    }

    #[test]
    fn knows_the_activities_by_the_names_of_the_drafts() {
        let is_rpid = |name: &str| Space::from(ResolveResult::Bound(Namespace(name))) == Space::Rpid;
        for name in [
            "urn:ietf:params:xml:ns:pidf:rpid",
            "urn:ietf:params:xml:ns:pidf:status:rpid",
            "urn:ietf:params:xml:ns:pidf:status:rpid-status",
            "urn:ietf:params:xml:ns:pidf:rpid-tuple",
            "urn:ietf:params:xml:ns:pidf:rpid:rpid-person",
            "urn:ietf:params:xml:ns:pidf:rpid:rpid-tuple",
            "urn:ietf:params:xml:ns:pidf:rpid:status:rpid-status",
            "urn:cisco:params:xml:ns:pidf:rpid",
        ] {
            assert!(is_rpid(name), "{name}");
        }
        for name in
            ["urn:ietf:params:xml:ns:pidf:cipid", "urn:ietf:params:xml:ns:pidf:caps", "http://x/pidf/rpid", "rpid"]
        {
            assert!(!is_rpid(name), "{name}");
        }
    }

    #[test]
    fn reads_text_in_all_its_forms() {
        let text =
            "\u{feff}<?xml version='1.0'?><!-- <r/> --><r> a<!-- b -->&amp;<![CDATA[<c>]]>&#33;&x; & d\r\n<?p i?> </r>";
        assert_eq!(root(text).text(), "a&<c>!&x; & d");
    }

    #[test]
    fn reads_the_attributes_that_an_asterisk_does_not_escape() {
        let element = root("<r bare a='x&y' b=\"&lt;1&gt;\" c=\"<2>\" id=\"10\"0\"1\"/>");
        let attribute = |name| element.attribute(name);
        assert_eq!((attribute("bare"), attribute("a")), (Some(""), Some("x&y")));
        assert_eq!((attribute("b"), attribute("c")), (Some("<1>"), Some("<2>")));
        assert_eq!((attribute("id"), attribute("nothing")), (Some("10\"0\"1"), None));
    }

    #[test]
    fn refuses_what_is_no_such_document() {
        refuse("", "ends too early");
        refuse("words", "ends too early");
        refuse("<r><a></r>", "not readable as XML");
        refuse("<r><a>", "ends too early");
        refuse("<r", "not readable as XML");
        refuse("<s/>", "the document is a `s`, expected a `r`");
        refuse("<r xmlns='urn:x'/>", "the document is a `r`, expected a `r`");
        assert!(read(&[0xff, 0xfe, b'<', 0, b'r', 0], Space::Pidf, "r").is_err());
    }

    #[test]
    fn expands_nothing() {
        let laughs = "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]><r>&c;</r>";
        refuse(laughs, "DOCTYPE");
        refuse("<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>", "DOCTYPE");
    }

    #[test]
    fn a_bomb_is_put_out_by_its_size() {
        refuse(&"<r>".repeat(300_000), "64 kB");
        refuse(&"<r>".repeat(20_000), "16 elements deep");
        refuse(&format!("<r>{}</r>", "<a/>".repeat(10_000)), "2,048 elements");
        let many = |what: &str| (0..4_000).fold(String::new(), |all, number| all + &format!(" {what}{number}='u'"));
        refuse(&format!("<r{}/>", many("xmlns:a")), "namespace");
        assert_eq!(root(&format!("<r{}/>", many("a"))).attributes.len(), MAX_ATTRIBUTES);
    }
}
