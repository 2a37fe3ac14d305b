//! The topmost `Via`: where a request came from, and where its answer goes
//! (RFC 3261 §18.2, RFC 3581).
//!
//! Our answer repeats every Via as it came; into the topmost alone go `received` and `rport`.
//! So the value is read in place, as bytes, and written again from its own pieces.

use std::net::SocketAddr;

use super::route::{Route, Source};
use super::text::{find_unquoted, put_address, put_number};
use super::uri::host_and_port;

/// The start of every branch since RFC 3261 (§8.1.1.7).
pub(super) const MAGIC_COOKIE: &str = "z9hG4bK";

/// Whether a sender wants its answer at the port that its request came from (RFC 3581 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rport {
    /// The parameter is missing.
    Absent,
    /// The parameter is there; a port that was filled in on the way says no more.
    Wanted,
}

/// The first value of a `Via` field, in its sender's own bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct TopVia<'a> {
    /// Protocol, transport and sent-by.
    head: &'a [u8],
    /// From the first `;` on.
    parameters: &'a [u8],
    /// Further values of the same field, from the comma on.
    rest: &'a [u8],
    pub(super) sent_by: &'a [u8],
    host: &'a str,
    port: Option<u16>,
    pub(super) branch: Option<&'a [u8]>,
    rport: Rport,
}

impl<'a> TopVia<'a> {
    /// Reads the first value of the field; `None` when no answer could find its way back by this.
    pub(super) fn read(field: &'a [u8]) -> Option<Self> {
        let (value, rest) = field.split_at(find_unquoted(field, b','));
        let (head, parameters) = value.split_at(find_unquoted(value, b';'));
        let sent_by = sent_by(head)?;
        let (host, port) = host_and_port(text(sent_by)?)?;
        let mut via = Self { head, parameters, rest, sent_by, host, port, branch: None, rport: Rport::Absent };
        for parameter in self::parameters(parameters) {
            if parameter.is("branch") {
                via.branch = parameter.value;
            } else if parameter.is("rport") {
                via.rport = Rport::Wanted;
            }
        }
        Some(via)
    }

    /// Where the answer to a request from `source` goes (RFC 3261 §18.2.2, RFC 3581 §4). `maddr`
    /// is passed over: by it a stranger could have us answer a third party.
    ///
    /// What came by a connection is answered on it; `rport` has no say there.
    pub(super) fn answer_to(&self, source: Source) -> Route {
        let Source { address, flow } = source;
        let address = match self.rport {
            Rport::Wanted if !flow.transport.is_reliable() => address,
            _ => SocketAddr::new(address.ip(), self.port.unwrap_or(flow.transport.default_port())),
        };
        Route::Back { flow, address }
    }

    /// Writes the field again, with where it came from (RFC 3261 §18.2.1, RFC 3581 §4).
    pub(super) fn write_with_source(&self, source: SocketAddr, out: &mut Vec<u8>) {
        let seen = source.ip().to_canonical();
        out.extend_from_slice(self.head);
        for parameter in parameters(self.parameters) {
            if !parameter.is("received") && !parameter.is("rport") {
                out.push(b';');
                out.extend_from_slice(parameter.text);
            }
        }
        if self.rport != Rport::Absent {
            out.extend_from_slice(b";rport=");
            put_number(out, source.port().into());
        }
        if self.rport != Rport::Absent || self.host.parse() != Ok(seen) {
            out.extend_from_slice(b";received=");
            put_address(out, seen);
        }
        out.extend_from_slice(self.rest);
    }
}

/// `SIP/2.0/UDP sent-by`; space may stand around each piece.
fn sent_by(head: &[u8]) -> Option<&[u8]> {
    let mut pieces = head.splitn(3, |byte| *byte == b'/');
    let protocol = pieces.next()?.trim_ascii();
    let _version = pieces.next()?;
    let rest = pieces.next()?.trim_ascii();
    let transport = rest.iter().position(u8::is_ascii_whitespace)?;
    protocol.eq_ignore_ascii_case(b"SIP").then(|| rest[transport..].trim_ascii())
}

/// One parameter, without space around its parts.
struct Parameter<'a> {
    name: &'a [u8],
    /// `None` when the parameter has no value, or an empty one.
    value: Option<&'a [u8]>,
    /// Name and value, as they stand.
    text: &'a [u8],
}

impl Parameter<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

fn parameters(mut text: &[u8]) -> impl Iterator<Item = Parameter<'_>> {
    std::iter::from_fn(move || {
        let begun = text.strip_prefix(b";")?;
        let (parameter, rest) = begun.split_at(find_unquoted(begun, b';'));
        text = rest;
        let parameter = parameter.trim_ascii();
        let (name, value) = parameter.split_at(memchr::memchr(b'=', parameter).unwrap_or(parameter.len()));
        let value = value.get(1..).map(<[u8]>::trim_ascii_start).filter(|value| !value.is_empty());
        Some(Parameter { name: name.trim_ascii_end(), value, text: parameter })
    })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes back from 192.0.2.7:6060, and where it goes.
    #[track_caller]
    fn check(field: &str, written: &str, answer_to: &str) {
        check_from("192.0.2.7:6060", field, written, answer_to);
    }

    #[track_caller]
    fn check_from(source: &str, field: &str, written: &str, answer_to: &str) {
        let source: SocketAddr = source.parse().unwrap();
        let via = TopVia::read(field.as_bytes()).expect(field);
        let mut out = Vec::new();
        via.write_with_source(source, &mut out);
        assert_eq!(
            (std::str::from_utf8(&out).unwrap(), via.answer_to(source.into()).address().to_string().as_str()),
            (written, answer_to)
        );
    }

    #[test]
    fn fills_in_where_a_request_came_from() {
        check(
            "SIP/2.0/UDP 10.0.0.1:5061;rport;branch=z9hG4bKa",
            "SIP/2.0/UDP 10.0.0.1:5061;branch=z9hG4bKa;rport=6060;received=192.0.2.7",
            "192.0.2.7:6060",
        );
        check("SIP/2.0/UDP 192.0.2.7:5061;branch=b", "SIP/2.0/UDP 192.0.2.7:5061;branch=b", "192.0.2.7:5061");
        check("SIP/2.0/UDP 192.0.2.7", "SIP/2.0/UDP 192.0.2.7", "192.0.2.7:5060");
        check("SIP/2.0/UDP pbx:5061;branch=b", "SIP/2.0/UDP pbx:5061;branch=b;received=192.0.2.7", "192.0.2.7:5061");
        check(
            "SIP/2.0/UDP pbx;received=1.2.3.4;rport=7;maddr=9.9.9.9",
            "SIP/2.0/UDP pbx;maddr=9.9.9.9;rport=6060;received=192.0.2.7",
            "192.0.2.7:6060",
        );
    }

    #[test]
    fn touches_the_topmost_value_alone() {
        check(
            "SIP  / 2.0 / UDP  a : 5061 ; branch = \"x,y;z\\\"\" ;rport , SIP/2.0/TCP b;rport;branch=c",
            "SIP  / 2.0 / UDP  a : 5061 ;branch = \"x,y;z\\\"\";rport=6060;received=192.0.2.7, SIP/2.0/TCP b;rport;branch=c",
            "192.0.2.7:6060",
        );
    }

    #[test]
    fn knows_ipv6() {
        check_from(
            "[2001:db8::7]:6060",
            "SIP/2.0/UDP [2001:db8::7]:5061;branch=b",
            "SIP/2.0/UDP [2001:db8::7]:5061;branch=b",
            "[2001:db8::7]:5061",
        );
        check_from(
            "[2001:db8::7]:6060",
            "SIP/2.0/UDP [2001:db8::8];rport",
            "SIP/2.0/UDP [2001:db8::8];rport=6060;received=2001:db8::7",
            "[2001:db8::7]:6060",
        );
        check_from(
            "[::ffff:192.0.2.7]:6060",
            "SIP/2.0/UDP 192.0.2.7:5061",
            "SIP/2.0/UDP 192.0.2.7:5061",
            "[::ffff:192.0.2.7]:5061",
        );
    }

    #[test]
    fn reads_the_branch_of_the_first_value() {
        let field = b"SIP/2.0/UDP 10.0.0.1:5061;Branch=z9hG4bKa ;rport=5061;received=::1, SIP/2.0/UDP x;branch=no";
        let via = TopVia::read(field).unwrap();
        assert_eq!((via.branch, via.sent_by), (Some(&b"z9hG4bKa"[..]), &b"10.0.0.1:5061"[..]));
    }

    #[test]
    fn refuses_what_leads_nowhere() {
        for field in
            ["", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0 host", "HTTP/2.0/UDP host", "SIP/2.0/UDP :5060", ";;,"]
        {
            assert!(TopVia::read(field.as_bytes()).is_none(), "{field}");
        }
    }
}
