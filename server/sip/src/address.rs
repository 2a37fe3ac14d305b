//! Addresses in header fields: `"Alice" <sip:alice@host;lr>;tag=1` (RFC 3261 §20.10 and §25.1, `name-addr`).
//!
//! ```text
//!  From, To ───────► Address: display name, URI, parameters, of which the tag names one end of a dialog
//!  Contact ────────► Contact: where the sender can be reached directly, and for how long
//!  Route, ─────────► RouteSet: the proxies that a request visits, in order
//!  Record-Route
//! ```

use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::time::Duration;

use super::parameters::{Parameters, value_in};
use super::text::{closing_quote, decimal, list};
use super::uri::{Parts, Uri};

/// The address of a party: what people call it, its URI, and the header's own parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The name for people, without its quotes and escapes.
    pub display_name: Option<String>,
    /// The URI of the party.
    pub uri: Uri,
    /// The parameters behind the URI: those of the header field, not of the URI.
    pub parameters: Parameters,
}

/// Not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an address")]
pub struct AddressError;

impl Address {
    /// The tag of a `From` or a `To`: it names one end of a dialog (RFC 3261 §19.3). A request that begins one has none
    /// in its `To`.
    pub fn tag(&self) -> Option<&str> {
        self.parameters.get("tag")
    }

    /// This address with this tag in place of any other.
    #[must_use]
    pub fn with_tag(mut self, tag: &str) -> Self {
        self.parameters.set("tag", Some(tag));
        self
    }
}

/// An address without a name and without parameters.
impl From<Uri> for Address {
    fn from(uri: Uri) -> Self {
        Self { display_name: None, uri, parameters: Parameters::default() }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let Pieces { display_name, uri, parameters } = Pieces::read(text).ok_or(AddressError)?;
        let display_name = display_name.map(unquoted).filter(|name| !name.is_empty());
        Ok(Self { display_name, uri: uri.into(), parameters: Parameters::read_in_header(parameters) })
    }
}

/// The angle brackets are always written: without them the parameters of the URI would be the header's.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.display_name {
            f.write_char('"')?;
            for letter in name.chars() {
                if matches!(letter, '"' | '\\') {
                    f.write_char('\\')?;
                }
                f.write_char(letter)?;
            }
            f.write_str("\" ")?;
        }
        write!(f, "<{}>{}", self.uri, self.parameters)
    }
}

/// An address in its own text: enough to tell whether it is one and which tag it has, without a copy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pieces<'a> {
    /// The name with its quotes.
    display_name: Option<&'a str>,
    uri: Parts<'a>,
    parameters: &'a str,
}

impl<'a> Pieces<'a> {
    /// Cuts an address; `None` when it is none. A quoted name may have brackets and escaped quotes in it.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let quoted = match text.strip_prefix('"') {
            Some(name) => closing_quote(name.as_bytes())? + 2,
            None => 0,
        };
        let (display_name, uri, parameters) = match memchr::memchr(b'<', &text.as_bytes()[quoted..]) {
            Some(at) => {
                let name = if quoted > 0 { &text[..quoted] } else { text[..at].trim_ascii() };
                let uri = &text[quoted + at + 1..];
                let (uri, parameters) = uri.split_at(memchr::memchr(b'>', uri.as_bytes())?);
                (Some(name), uri, parameters)
            }
            None if quoted > 0 => return None,
            // Without brackets whatever follows a `;` belongs to the header, not to the URI.
            None => {
                let (uri, parameters) = text.split_at(memchr::memchr(b';', text.as_bytes()).unwrap_or(text.len()));
                (None, uri, parameters)
            }
        };
        Some(Self { display_name, uri: Parts::read(uri.trim_ascii())?, parameters })
    }

    /// See [`Address::tag`].
    pub(super) fn tag(&self) -> Option<&'a str> {
        value_in(self.parameters, "tag")
    }
}

/// A display name without its quotes and without the backslashes of its escapes; one without quotes as it stands.
fn unquoted(name: &str) -> String {
    let Some(quoted) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return name.to_owned() };
    let mut letters = quoted.chars();
    let mut next = || match letters.next() {
        Some('\\') => letters.next(),
        letter => letter,
    };
    std::iter::from_fn(&mut next).collect()
}

/// A `Contact`: where its sender can be reached directly (RFC 3261 §20.10). In a dialog it is the remote target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact(pub Address);

impl Contact {
    /// How long the contact is good for, by its own parameter; `None` where the message's `Expires` counts.
    pub fn expires(&self) -> Option<Duration> {
        self.0.parameters.get("expires").and_then(decimal).map(|seconds: u32| Duration::from_secs(seconds.into()))
    }

    /// All contacts in the values of the message's `Contact` fields, in order.
    ///
    /// # Errors
    /// [`AddressError`] for a value that is no address; so is `*`, which only a REGISTER has.
    pub(super) fn read_all<'a>(values: impl Iterator<Item = &'a str>) -> Result<Vec<Self>, AddressError> {
        values.flat_map(list).map(|value| value.parse().map(Self)).collect()
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The proxies that a request has to visit, the next one first: the value of `Route` and of `Record-Route`
/// (RFC 3261 §16.12.1, §20.30 and §20.34).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteSet(Vec<Address>);

impl RouteSet {
    /// The routes in the values of the message's fields, in order.
    ///
    /// # Errors
    /// [`AddressError`] for a value that is no address.
    pub(super) fn read_all<'a>(values: impl Iterator<Item = &'a str>) -> Result<Self, AddressError> {
        values.flat_map(list).map(str::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Each proxy, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Address> {
        self.0.iter()
    }

    /// Whether a request goes straight to its target.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the first proxy leaves the request line alone: its URI has `lr` (RFC 3261 §16.12).
    pub fn is_loose(&self) -> bool {
        self.0.first().is_some_and(|first| first.uri.parameters.has("lr"))
    }

    /// The set as the side that began a dialog uses it: the last that wrote itself down stands first in the response,
    /// and is nearest to the other side (RFC 3261 §12.1.2).
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.0.reverse();
        self
    }
}

impl FromStr for RouteSet {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::read_all(std::iter::once(text))
    }
}

impl FromIterator<Address> for RouteSet {
    fn from_iter<I: IntoIterator<Item = Address>>(addresses: I) -> Self {
        Self(addresses.into_iter().collect())
    }
}

impl fmt::Display for RouteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        self.0.iter().try_for_each(|address| write!(f, "{}{address}", std::mem::replace(&mut comma, ", ")))
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng as _, SeedableRng as _};

    use super::*;

    #[track_caller]
    fn check(text: &str, user: Option<&str>, tag: Option<&str>) {
        let address: Address = text.parse().unwrap();
        assert_eq!((address.uri.user.as_deref(), address.tag()), (user, tag), "{text}");
        assert_eq!(Pieces::read(text).unwrap().tag(), tag, "{text}");
        assert_eq!(address.to_string().parse().as_ref(), Ok(&address), "{text} is written as {address}");
    }

    #[test]
    fn reads_user_and_tag() {
        check("<sip:FreePBX@127.0.0.5>;tag=480d61c2", Some("FreePBX"), Some("480d61c2"));
        check("<sip:127.0.0.4:5061>", None, None);
        check("sip:a@host;tag=t", Some("a"), Some("t"));
        check("A <sip:a@host>;x=y ; TAG = t", Some("a"), Some("t"));
        check(r#""A \"quoted\" <name>" <sip:a@[::1]:5061;tag=no>;tag=t"#, Some("a"), Some("t"));
        check(r#""\\"<sip:a@host>"#, Some("a"), None);
        check("<sip:a@host>;tag=", Some("a"), None);
        check("<tel:+123>", None, None);
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in ["", "<>", "<sip:a@host", r#""open <sip:a@host>"#, "Name", r#""A" sip:a@host>"#] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn is_written_whole() {
        for (text, written) in [
            ("sip:a@host;tag=t;x", "<sip:a@host>;tag=t;x"),
            ("Anna P. <sips:a@host;lr?x=y> ;tag=t", r#""Anna P." <sips:a@host;lr?x=y>;tag=t"#),
            (r#""A \"b\" \\ <c>" <sip:a@host>"#, r#""A \"b\" \\ <c>" <sip:a@host>"#),
            (r#""" <sip:a@host>"#, "<sip:a@host>"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), written);
        }
        let address: Address = "<sip:a@host>;tag=1;x=2".parse().unwrap();
        assert_eq!(address.with_tag("3").to_string(), "<sip:a@host>;x=2;tag=3");
    }

    #[test]
    fn reads_contacts_from_lists_and_repeated_fields() {
        let read = |values: &[&'static str]| Contact::read_all(values.iter().copied());
        let contacts =
            read(&[r#""A, b" <sip:a@host;x=1,2>;expires=60, sip:b@host;expires=no"#, "<sip:c@host>"]).unwrap();
        let written: Vec<_> = contacts.iter().map(Contact::to_string).collect();
        assert_eq!(written, [r#""A, b" <sip:a@host;x=1,2>;expires=60"#, "<sip:b@host>;expires=no", "<sip:c@host>"]);
        let expires: Vec<_> = contacts.iter().map(Contact::expires).collect();
        assert_eq!(expires, [Some(Duration::from_mins(1)), None, None]);
        assert_eq!((read(&["*"]), read(&[])), (Err(AddressError), Ok(Vec::new())));
    }

    #[test]
    fn reads_routes_in_order() {
        let routes: RouteSet = "<sip:p1.example;lr>,<sip:p2.example>".parse().unwrap();
        assert_eq!((routes.is_empty(), routes.is_loose(), routes.iter().count()), (false, true, 2));
        assert_eq!(routes.to_string(), "<sip:p1.example;lr>, <sip:p2.example>");
        let reversed = routes.clone().reversed();
        assert_eq!(
            (reversed.to_string().as_str(), reversed.is_loose()),
            ("<sip:p2.example>, <sip:p1.example;lr>", false)
        );
        assert_eq!(routes.iter().rev().cloned().collect::<RouteSet>(), reversed);
        assert_eq!("".parse(), Ok(RouteSet::default()));
        assert!("<sip:p1.example;lr>, Name".parse::<RouteSet>().is_err());
    }

    /// Texts of what tells in an address, drawn by chance: whatever is read is written so that it reads the same.
    #[test]
    fn whatever_is_read_is_written_so_that_it_reads_the_same() {
        const PIECES: [&str; 28] = [
            "sip:", "sips:", "tel:", "<", ">", "\"", "\\", ";", "=", ",", "?", "&", "@", ":", "[", "]", "%", "%4",
            "%41", "%3b", "::1", "5060", "host", "lr", "tag", " ", "\t", "\u{e9}",
        ];
        let mut rng = StdRng::seed_from_u64(15);
        let mut read = [0; 3];
        for _ in 0..300_000 {
            let pieces = rng.random_range(1..12);
            let mut text: String = (0..pieces).map(|_| PIECES[rng.random_range(0..PIECES.len())]).collect();
            if rng.random_bool(0.5) {
                text = format!("<sip:{text}>{}", PIECES[rng.random_range(0..PIECES.len())]);
            }
            if let Ok(uri) = text.parse::<Uri>() {
                assert_eq!(uri.to_string().parse().as_ref(), Ok(&uri), "{text}");
                assert!(uri.is_equivalent(&uri), "{text}");
                read[0] += 1;
            }
            if let Ok(address) = text.parse::<Address>() {
                assert_eq!(address.to_string().parse().as_ref(), Ok(&address), "{text}");
                read[1] += 1;
            }
            if let Ok(routes) = text.parse::<RouteSet>() {
                assert_eq!(routes.to_string().parse().as_ref(), Ok(&routes), "{text}");
                read[2] += 1;
            }
        }
        assert!(read.iter().all(|read| *read > 1_000), "too few were read: {read:?}");
    }
}
