//! A message as people read it: every line as it came, but without passwords and proofs.

use super::text::find_unquoted;

/// The text in place of a secret.
const HIDDEN: &str = "(hidden)";

/// The headers that prove who sent a message (RFC 3261 §22).
const PROOFS: [&str; 4] = ["Authorization", "Proxy-Authorization", "Authentication-Info", "Proxy-Authentication-Info"];

/// The fields of a proof that prove nothing by themselves: they stand in the challenge, or are counted.
const OPEN: [&str; 9] = ["username", "realm", "nonce", "uri", "algorithm", "qop", "nc", "opaque", "nextnonce"];
/// The fields that are the proof.
const SECRET: [&str; 3] = ["response", "cnonce", "rspauth"];

/// A message in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// The request line or the status line.
    pub first_line: String,
    /// The header lines as they came, without the line end of the last.
    pub headers: String,
    /// The body: what follows the blank line.
    pub body: String,
}

impl Transcript {
    /// Reads any bytes, also what is no SIP at all: an admin wants to see just that.
    pub fn read(message: &[u8]) -> Self {
        let text = String::from_utf8_lossy(message);
        let mut lines = text.trim_start_matches(['\r', '\n', '\0']).split('\n');
        let mut next = || lines.next().map(|line| line.strip_suffix('\r').unwrap_or(line));
        let first_line = without_passwords(next().unwrap_or_default());
        let (mut headers, mut in_proof) = (Vec::new(), false);
        while let Some(line) = next().filter(|line| !line.is_empty()) {
            // A folded line belongs to the one before it.
            let is_folded = line.starts_with([' ', '\t']);
            headers.push(match line.split_once(':') {
                _ if is_folded && in_proof => format!(" {HIDDEN}"),
                _ if is_folded => without_passwords(line),
                Some((name, value)) => {
                    in_proof = is_one_of(&PROOFS, name.trim());
                    if in_proof { format!("{name}: {}", without_proof(value)) } else { without_passwords(line) }
                }
                None => without_passwords(line),
            });
        }
        let body = lines.collect::<Vec<_>>().join("\n");
        Self { first_line, headers: headers.join("\n"), body }
    }

    /// The value of a header, without its parameters.
    pub fn header(&self, wanted: &str) -> Option<&str> {
        let fields = self.headers.lines().filter_map(|line| line.split_once(':'));
        let found = fields.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.split(';').next().unwrap_or_default().trim())
    }
}

/// The scheme of a proof, and its fields with the secret ones hidden.
fn without_proof(value: &str) -> String {
    let value = value.trim();
    match value.split_once([' ', '\t']) {
        Some((scheme, fields)) if scheme.eq_ignore_ascii_case("Digest") => format!("{scheme} {}", open_fields(fields)),
        // The answers of a server have no scheme.
        _ if value.contains(['=', ' ']) && value.split('=').next().is_some_and(is_known) => open_fields(value),
        Some((scheme, _)) => format!("{scheme} {HIDDEN}"),
        None => HIDDEN.to_owned(),
    }
}

fn open_fields(fields: &str) -> String {
    let (mut shown, mut rest) = (Vec::new(), fields);
    while !rest.is_empty() {
        let end = find_unquoted(rest.as_bytes(), b',');
        let field = rest[..end].trim();
        shown.push(match field.split_once('=').map(|(name, _)| name.trim()) {
            Some(name) if is_one_of(&OPEN, name) => field.to_owned(),
            Some(name) if is_one_of(&SECRET, name) => format!("{name}={HIDDEN}"),
            Some(_) | None => HIDDEN.to_owned(),
        });
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    shown.join(", ")
}

fn is_known(name: &str) -> bool {
    is_one_of(&OPEN, name) || is_one_of(&SECRET, name)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Hides the secret in `sip:user:secret@host` (RFC 3261 §19.1.1).
fn without_passwords(line: &str) -> String {
    let (mut shown, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(at) = ["sip:", "sips:"].iter().filter_map(|it| Some(rest.find(it)? + it.len())).min() {
        let (before, uri) = rest.split_at(at);
        shown.push_str(before);
        let end = uri.find(|sign: char| sign.is_whitespace() || "<>;,\"/?".contains(sign)).unwrap_or(uri.len());
        let login = uri[..end].rsplit_once('@').map(|(login, _)| login);
        rest = uri;
        if let Some((user, secret)) = login.and_then(|login| login.split_once(':')) {
            shown.push_str(user);
            shown.push(':');
            shown.push_str(HIDDEN);
            rest = &uri[user.len() + 1 + secret.len()..];
        }
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_every_line_as_it_came() {
        let message = "PUBLISH sip:perm@10.0.0.6 SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.4;branch=z9\r\nSubject: one\r\n two\r\n\
                       Content-Type: application/json ; a=b\r\n\r\n{\"a\":1}\r\n\r\nmore";
        let read = Transcript::read(message.as_bytes());
        assert_eq!(read.first_line, "PUBLISH sip:perm@10.0.0.6 SIP/2.0");
        assert_eq!(
            read.headers,
            "v: SIP/2.0/UDP 10.0.0.4;branch=z9\nSubject: one\n two\nContent-Type: application/json ; a=b"
        );
        assert_eq!(read.body, "{\"a\":1}\r\n\r\nmore");
        assert_eq!(read.header("content-type"), Some("application/json"));
        assert_eq!(read.header("Event"), None);
    }

    #[track_caller]
    fn check(line: &str, shown: &str) {
        let read = Transcript::read(format!("OPTIONS sip:a SIP/2.0\r\n{line}\r\n\r\n").as_bytes());
        assert_eq!(read.headers, shown, "{line}");
    }

    #[test]
    fn hides_what_proves_and_leaves_what_was_asked() {
        check(
            r#"Authorization: Digest username="a", realm="x, y", nonce="17/ab",response="5f3c", cnonce="1", nc=1"#,
            r#"Authorization: Digest username="a", realm="x, y", nonce="17/ab", response=(hidden), cnonce=(hidden), nc=1"#,
        );
        check("proxy-authorization : Basic YTpi", "proxy-authorization : Basic (hidden)");
        check("Authorization: Basic YTpiYQ==", "Authorization: Basic (hidden)");
        check("Authorization: secret", "Authorization: (hidden)");
        check(
            "Authorization: Digest nonce=\"1\",\r\n response=\"5f3c\"",
            "Authorization: Digest nonce=\"1\"\n (hidden)",
        );
        check("Authentication-Info: rspauth=\"12\", qop=auth", "Authentication-Info: rspauth=(hidden), qop=auth");
        let challenge = r#"WWW-Authenticate: Digest realm="asterisk",nonce="17/ab",qop="auth""#;
        check(challenge, challenge);
    }

    #[test]
    fn hides_the_password_of_an_address() {
        check("From: <sip:a:b@c>;tag=1, sip:d:e@f", "From: <sip:a:(hidden)@c>;tag=1, sip:d:(hidden)@f");
        for line in ["Contact: <sip:10.0.0.4:5060>", "To: <sips:a@[2001:db8::1]:5061>", "X: sip: no address"] {
            check(line, line);
        }
        let read = Transcript::read(b"PUBLISH sips:a:b@c SIP/2.0\r\n\r\n");
        assert_eq!(read.first_line, "PUBLISH sips:a:(hidden)@c SIP/2.0");
    }

    #[test]
    fn takes_any_bytes() {
        for bytes in [&b""[..], b"\r\n\r\n", b"\xff\xfe", b"no blank line\r\nAuthorization: Digest x", b"a\n\n"] {
            let read = Transcript::read(bytes);
            assert!(!read.headers.contains("Digest x"), "{read:?}");
        }
    }
}
