//! The names of the header fields that are read here (RFC 3261 §20, and what came later).
//!
//! A message is searched for one header after another: names are told apart once, when it is cut.

/// A header field that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    Authorization,
    CallId,
    Contact,
    ContentLength,
    ContentType,
    CSeq,
    ETag,
    Event,
    Expires,
    From,
    IfMatch,
    RecordRoute,
    Require,
    Route,
    To,
    Via,
}

impl Name {
    /// The name as it is registered.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "Authorization",
            Self::CallId => "Call-ID",
            Self::Contact => "Contact",
            Self::ContentLength => "Content-Length",
            Self::ContentType => "Content-Type",
            Self::CSeq => "CSeq",
            Self::ETag => "SIP-ETag",
            Self::Event => "Event",
            Self::Expires => "Expires",
            Self::From => "From",
            Self::IfMatch => "SIP-If-Match",
            Self::RecordRoute => "Record-Route",
            Self::Require => "Require",
            Self::Route => "Route",
            Self::To => "To",
            Self::Via => "Via",
        }
    }

    /// Reads a name in any case, or in its compact form; `None` for a header that nobody reads here.
    pub(super) fn read(name: &[u8]) -> Option<Self> {
        let of_this_length: &[Self] = match name.len() {
            1 => return full_name(name).and_then(|full| Self::read(full.as_bytes())),
            2 => &[Self::To],
            3 => &[Self::Via],
            4 => &[Self::From, Self::CSeq],
            5 => &[Self::Event, Self::Route],
            7 => &[Self::CallId, Self::Expires, Self::Contact, Self::Require],
            8 => &[Self::ETag],
            12 => &[Self::ContentType, Self::IfMatch, Self::RecordRoute],
            13 => &[Self::Authorization],
            14 => &[Self::ContentLength],
            _ => &[],
        };
        // Nearly all senders write a name as it is registered.
        let is =
            |known: &Self| known.as_str().as_bytes() == name || known.as_str().as_bytes().eq_ignore_ascii_case(name);
        of_this_length.iter().copied().find(is)
    }
}

/// The full name behind a compact one (RFC 3261 §7.3.3 and IANA's registry of header fields).
pub(super) fn full_name(name: &[u8]) -> Option<&'static str> {
    let [letter] = name else { return None };
    Some(match letter.to_ascii_lowercase() {
        b'a' => "Accept-Contact",
        b'b' => "Referred-By",
        b'c' => "Content-Type",
        b'd' => "Request-Disposition",
        b'e' => "Content-Encoding",
        b'f' => "From",
        b'i' => "Call-ID",
        b'j' => "Reject-Contact",
        b'k' => "Supported",
        b'l' => "Content-Length",
        b'm' => "Contact",
        b'n' => "Identity-Info",
        b'o' => "Event",
        b'r' => "Refer-To",
        b's' => "Subject",
        b't' => "To",
        b'u' => "Allow-Events",
        b'v' => "Via",
        b'x' => "Session-Expires",
        b'y' => "Identity",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_in_any_case() {
        use Name::*;
        let all = [
            Authorization,
            CallId,
            Contact,
            ContentLength,
            ContentType,
            CSeq,
            ETag,
            Event,
            Expires,
            From,
            IfMatch,
            RecordRoute,
            Require,
            Route,
            To,
            Via,
        ];
        for name in all {
            let written = name.as_str();
            for spelling in [written.to_owned(), written.to_lowercase(), written.to_uppercase()] {
                assert_eq!(Name::read(spelling.as_bytes()), Some(name));
            }
        }
        for (compact, name) in [("v", Via), ("I", CallId), ("c", ContentType), ("L", ContentLength), ("m", Contact)] {
            assert_eq!(Name::read(compact.as_bytes()), Some(name));
        }
        for unknown in ["", "s", "z", "Subject", "Vib", "Content-Lengthy"] {
            assert_eq!(Name::read(unknown.as_bytes()), None, "{unknown}");
        }
    }
}
