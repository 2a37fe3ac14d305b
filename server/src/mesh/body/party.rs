//! Who is at the other end of a call, from the addresses that servers write (RFC 4235 §4.1.6).
//!
//! ```text
//!  sip:1001@pbx   sips:…   "Anna" <sip:1001@pbx>;tag=1   tel:+7-495-123;phone-context=…   1001   +49 123
//! ```
//! A party that hides is told as hidden; an address that is not understood tells of nobody, which is something else.

use lampfield_sip::{Scheme, Uri};

use super::xml::{Element, Space};
use crate::news::CallerSaid;

const SPACE: Space = Space::DialogInfo;

/// What an address says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Number(String),
    /// A party that does not want to be known.
    Hidden,
    /// Nothing: the address is not understood.
    Nobody,
}

/// The other party of a dialog, where the document tells it.
pub(super) fn remote(dialog: &Element) -> Option<CallerSaid> {
    let remote = dialog.child(SPACE, "remote")?;
    let identity = remote.child(SPACE, "identity");
    let (shown, address) = identity.map_or((None, ""), |identity| split(identity.text()));
    let named = identity.and_then(|identity| identity.attribute("display")).filter(|name| !name.is_empty());
    let hides = [named, shown].into_iter().flatten().any(|name| is_hidden(&unquoted(name)));
    let name = named.or(shown).map(unquoted);
    let who = match who(address) {
        // A target would tell who the hidden party is.
        Who::Nobody if hides => Who::Hidden,
        // A target may name a mere connection, such as that of a browser: `8fj2@df7j.invalid`.
        Who::Nobody => remote.child(SPACE, "target").and_then(|it| it.attribute("uri")).map_or(Who::Nobody, who),
        who => who,
    };
    match who {
        Who::Number(number) => {
            let name = name.filter(|name| !hides && is_said(name) && !name.contains('\u{fffd}'));
            Some(CallerSaid { number: Some(short(&number)), name: name.as_deref().map(short) })
        }
        Who::Hidden => Some(CallerSaid { number: None, name: None }),
        Who::Nobody => None,
    }
}

/// Cuts `"Anna" <sip:1001@pbx>;tag=1` in two: the display name, and the address.
fn split(text: &str) -> (Option<&str>, &str) {
    match text.split_once('<') {
        Some((shown, rest)) => {
            let shown = shown.trim();
            ((!shown.is_empty()).then_some(shown), rest.split('>').next().unwrap_or_default().trim())
        }
        None => (None, text.trim()),
    }
}

fn who(address: &str) -> Who {
    let (_, address) = split(address);
    if hides_by_privacy(address) || is_hidden(address) {
        return Who::Hidden;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || b"+*#-.() ".contains(&byte));
    match address.parse::<Uri>() {
        Ok(Uri { scheme: Scheme::Sip | Scheme::Sips, user: Some(user), host, .. }) => {
            // `1001;phone-context=…` is 1001.
            let user = user.split(';').next().unwrap_or_default();
            match user {
                // An Asterisk writes `anonymous@anonymous.invalid`.
                _ if is_hidden(user) || host.eq_ignore_ascii_case("anonymous.invalid") => Who::Hidden,
                _ if host.to_ascii_lowercase().ends_with(".invalid") && !digits(user) => Who::Nobody,
                _ => number(user),
            }
        }
        Ok(Uri { scheme: Scheme::Other(scheme), host, .. }) if scheme == "tel" => {
            let subscriber = host.split(';').next().unwrap_or_default();
            if is_hidden(subscriber) { Who::Hidden } else { number(&without_separators(subscriber)) }
        }
        // `1001@pbx` without a scheme, or with a port: `pbx:5060`.
        _ => match address.split_once('@') {
            Some((user, _)) if is_hidden(user) => Who::Hidden,
            Some((user, _)) if !user.contains([':', ' ', '"']) => number(user),
            None if digits(address) => number(&without_separators(address)),
            _ => Who::Nobody,
        },
    }
}

fn number(text: &str) -> Who {
    // An Asterisk writes `invalid` for a party without a number.
    let is_number = is_said(text) && !text.contains('\u{fffd}') && !text.eq_ignore_ascii_case("invalid");
    if is_number { Who::Number(text.to_owned()) } else { Who::Nobody }
}

/// Visual separators of a telephone number, which say nothing (RFC 3966 §5.1.1).
fn without_separators(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '-' | '.' | '(' | ')' | ' ')).collect()
}

/// Whether a name or a user is a word for a party that does not want to be known.
fn is_hidden(text: &str) -> bool {
    ["anonymous", "restricted", "private", "withheld"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// Whether an address asks for privacy: `?Privacy=id` or `;privacy=full` (RFC 3323).
fn hides_by_privacy(address: &str) -> bool {
    let parameters = address.split([';', '?', '&']).skip(1).filter_map(|it| it.split_once('='));
    let mut values = parameters.filter(|(name, _)| name.eq_ignore_ascii_case("privacy")).map(|(_, value)| value);
    values.any(|value| !matches!(value.to_ascii_lowercase().as_str(), "" | "none" | "off"))
}

/// Whether a text tells anything.
fn is_said(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "" | "unknown" | "unavailable")
}

/// Takes the quotes and the escapes off a quoted string (RFC 3261 §25.1).
fn unquoted(text: &str) -> String {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return text.to_owned() };
    let mut escaped = false;
    let plain = inner.chars().filter(|c| {
        escaped = *c == '\\' && !escaped;
        !escaped
    });
    plain.collect::<String>().trim().to_owned()
}

/// Cuts a text to what a lamp can show.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::body::xml::read;

    fn party(inside: &str) -> Option<CallerSaid> {
        let text = format!("<dialog><remote>{inside}</remote></dialog>");
        remote(&read(text.as_bytes(), SPACE, "dialog").unwrap())
    }

    fn identity(text: &str) -> Option<CallerSaid> {
        party(&format!("<identity>{text}</identity>"))
    }

    fn said(number: &str, name: Option<&str>) -> CallerSaid {
        CallerSaid { number: Some(number.into()), name: name.map(str::to_owned) }
    }

    #[test]
    fn reads_an_address_in_every_form_in_which_it_is_written() {
        for (text, number) in [
            ("sip:5551234@pbx.example:5060", "5551234"),
            ("SIPS:5551234@pbx;user=phone", "5551234"),
            ("sip:5551234;phone-context=+7@pbx", "5551234"),
            ("sip:5551234:secret@pbx", "5551234"),
            ("sip:%2b49123@host;transport=tcp", "+49123"),
            ("&lt;sip:5551234@pbx>;tag=1", "5551234"),
            ("<sip:5551234@pbx>", "5551234"),
            ("tel:+7-495-123-45-67;phone-context=example.com", "+74951234567"),
            ("TEL:1001;ext=5", "1001"),
            ("1001", "1001"),
            (" +49 (89) 123 ", "+4989123"),
            ("1001@pbx", "1001"),
            ("*97", "*97"),
            ("sip:anna@pbx", "anna"),
            ("sip:1001@8fj2.invalid", "1001"),
        ] {
            assert_eq!(identity(text), Some(said(number, None)), "{text}");
        }
    }

    #[test]
    fn reads_the_name_beside_it() {
        assert_eq!(identity("\"Anna\" &lt;sip:1001@x&gt;"), Some(said("1001", Some("Anna"))));
        assert_eq!(identity("\"Anna\" <sip:1001@x>"), Some(said("1001", Some("Anna"))));
        assert_eq!(identity("Anna B &lt;tel:1001&gt;"), Some(said("1001", Some("Anna B"))));
        assert_eq!(identity("\"A \\\"B\\\" \\\\\" &lt;sip:1001@x&gt;"), Some(said("1001", Some("A \"B\" \\"))));
        let display = |name: &str| party(&format!("<identity display='{name}'>sip:1001@x</identity>"));
        assert_eq!(display("Анна &amp; Co"), Some(said("1001", Some("Анна & Co"))));
        assert_eq!(display("&quot;Anna&quot;"), Some(said("1001", Some("Anna"))));
        assert_eq!(display("Unknown"), Some(said("1001", None)));
        assert_eq!(display("Anonymous"), Some(said("1001", None)));
        assert_eq!(display(""), Some(said("1001", None)));
        assert_eq!(display("\u{fffd}\u{fffd}"), Some(said("1001", None)), "what only a broken reading makes");
        assert_eq!(display(&"x".repeat(10_000)).unwrap().name.unwrap().len(), 80);
        assert_eq!(party("<target uri='sip:1001@x'/>"), Some(said("1001", None)));
        assert_eq!(party("<identity>?</identity><target uri='sip:1001@x'/>"), Some(said("1001", None)));
    }

    #[test]
    fn hidden_is_who_hides() {
        for text in [
            "sip:anonymous@anonymous.invalid",
            "\"Petrov\" &lt;sip:Anonymous@h&gt;",
            "sip:restricted@h",
            "sip:1001@h?Privacy=id",
            "sip:1001@h;privacy=full",
            "tel:anonymous",
            "Anonymous",
            "anonymous@h",
            "\"Anonymous\" &lt;sip:h&gt;",
        ] {
            let hidden = Some(CallerSaid { number: None, name: None });
            assert_eq!(identity(text), hidden, "{text}");
            let with_target = format!("<identity display='Petrov'>{text}</identity><target uri='sip:1001@x'/>");
            assert_eq!(party(&with_target).map(|it| it.number), Some(None), "{text}");
        }
    }

    #[test]
    fn an_address_that_is_not_understood_hides_nobody() {
        for text in [
            "",
            "?",
            "sip:invalid@pbx",
            "sip:pbx.example",
            "sip:unknown@h",
            "sip:8fj2@df7j.invalid",
            "urn:x",
            "a b",
            "sip:",
        ] {
            assert_eq!(identity(text), None, "{text}");
        }
        assert_eq!(party(""), None);
    }
}
