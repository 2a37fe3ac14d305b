//! What a message shows at a glance, for whoever sorts messages and answers none. Any bytes are taken.

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Glance<'a> {
    /// What is asked, or what is answered; empty where that is not said.
    pub method: &'a [u8],
    /// The user whom a request is for; of an answer, whom its request was for.
    pub user: Option<&'a [u8]>,
}

impl<'a> Glance<'a> {
    /// Looks no further than it has to.
    pub fn at(message: &'a [u8]) -> Self {
        let mut lines = Lines(message);
        let first = lines.next().unwrap_or_default();
        if !first.starts_with(b"SIP/2.0 ") {
            let method = first.split(|byte| *byte == b' ').next().unwrap_or_default();
            return Self { method, user: user_in(first) };
        }
        let (mut method, mut user) = (None, None);
        for line in lines.take_while(|line| !line.is_empty()) {
            if let Some(value) = value_of(line, b"CSeq") {
                method = value.rsplit(|byte| *byte == b' ').next();
            } else if let Some(value) = value_of(line, b"To").or_else(|| value_of(line, b"t")) {
                user = user_in(value);
            }
            if method.is_some() && user.is_some() {
                break;
            }
        }
        Self { method: method.unwrap_or_default(), user }
    }
}

/// Lines without their ends.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.0).unwrap_or(self.0.len());
        let line = &self.0[..end];
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        Some(line.trim_ascii())
    }
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_at_checked(name.len())?;
    let value = rest.trim_ascii_start().strip_prefix(b":")?;
    start.eq_ignore_ascii_case(name).then_some(value)
}

/// The user of the first SIP address.
fn user_in(text: &[u8]) -> Option<&[u8]> {
    let starts = memchr::memchr_iter(b':', text);
    let start = starts.into_iter().find(|at| text[..*at].ends_with(b"sip") || text[..*at].ends_with(b"sips"))?;
    let address = &text[start + 1..];
    Some(&address[..memchr::memchr(b'@', address)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, method: &str, user: Option<&str>) {
        let expected = Glance { method: method.as_bytes(), user: user.map(str::as_bytes) };
        assert_eq!(Glance::at(message.as_bytes()), expected, "{message}");
    }

    #[test]
    fn sees_whom_a_request_is_for() {
        check("PUBLISH sip:perm@10.0.0.6 SIP/2.0\r\nTo: <sip:other@a>\r\n", "PUBLISH", Some("perm"));
        check("OPTIONS sips:perm@10.0.0.6:5061 SIP/2.0", "OPTIONS", Some("perm"));
        check("OPTIONS sip:10.0.0.6 SIP/2.0\r\n", "OPTIONS", None);
    }

    #[test]
    fn sees_in_an_answer_what_was_asked_and_of_whom() {
        let answer = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:us@b>\r\nTo: <sip:perm@a>;tag=1\r\ncseq : 1 PUBLISH\r\n";
        check(&format!("{answer}Allow: OPTIONS\r\n\r\nCSeq: 1 OPTIONS"), "PUBLISH", Some("perm"));
        check("SIP/2.0 200 OK\r\nCSeq: 7 OPTIONS\r\nt:sip:perm@a\r\n\r\n", "OPTIONS", Some("perm"));
        check("SIP/2.0 200 OK\r\n\r\nCSeq: 1 OPTIONS\r\nTo: <sip:perm@a>", "", None);
    }

    #[test]
    fn takes_any_bytes() {
        for bytes in ["", "\r\n\r\n", "SIP/2.0 ", "SIP/2.0 200 OK\nTo\nCSeq:\nTo:sip:", ":@", "a sip:"] {
            assert_eq!(Glance::at(bytes.as_bytes()).user, None, "{bytes:?}");
        }
    }
}
