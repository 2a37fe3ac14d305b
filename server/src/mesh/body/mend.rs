//! Mending of what servers write that is no XML: names with quotes and `<` in them, as they came from a telephone.
//!
//! ```text
//!  <identity display="AT&T "B">       a quote within a value
//!  <identity display="AT&T>           a value without an end
//!  <identity>"Anna" <sip:1@h>         an address between the tags
//! ```
//! Unmended, each would hide what comes after it, and so a call. Mended, each spoils a name at most.

use std::borrow::Cow;

/// The longest value that is mended, in bytes: no name is longer, and looking further costs.
const LONGEST_NAME: usize = 256;

/// Escapes such places in a text.
pub(super) fn mend(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"), ("</", ">")];
        if let Some((open, close)) = skipped.into_iter().find(|(open, _)| rest.starts_with(open)) {
            let Some(length) = rest[open.len()..].find(close) else { break };
            at = start + open.len() + length + close.len();
        } else if is_tag(rest) {
            at = mend_tag(text, start, &mut copied, &mut mended);
        } else {
            mended.push_str(&text[copied..start]);
            mended.push_str("&lt;");
            (copied, at) = (start + 1, start + 1);
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[copied..]);
    Cow::Owned(mended)
}

/// Whether a text that starts with `<` starts with a tag. `<sip:1001@h>` does not, and `<sip:1001>` neither.
fn is_tag(text: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let end = text[1..].find(|c| !is_of_name(c)).map_or(text.len(), |at| 1 + at);
    let starts = |part: &str| part.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let name = &text[1..end];
    let parts_start = name.split(':').all(starts) && name.matches(':').count() < 2;
    parts_start && text[end..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '/' | '>'))
}

/// Goes through a tag, and gives where it ends.
fn mend_tag(text: &str, start: usize, copied: &mut usize, mended: &mut String) -> usize {
    let mut at = start + 1;
    let mut after_equals = false;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '>' => return at + 1,
            '"' | '\'' if after_equals => {
                at = mend_value(text, at, c, copied, mended);
                after_equals = false;
                continue;
            }
            '=' => after_equals = true,
            c if c.is_whitespace() => {}
            _ => after_equals = false,
        }
        at += c.len_utf8();
    }
    text.len()
}

/// Goes through a value that starts at its quote, and gives where it ends.
fn mend_value(text: &str, start: usize, quote: char, copied: &mut usize, mended: &mut String) -> usize {
    let value = &text[start + 1..];
    let window = &value[..value.floor_char_boundary(LONGEST_NAME)];
    // Nobody writes an end tag into a value: a value with one in it was never closed.
    let within = &window[..window.find("</").unwrap_or(window.len())];
    let mut inner = Vec::new();
    for (at, _) in within.match_indices(quote) {
        if ends_value(&value[at + 1..]) {
            for at in inner {
                mended.push_str(&text[*copied..at]);
                mended.push_str(if quote == '"' { "&quot;" } else { "&apos;" });
                *copied = at + 1;
            }
            return start + 1 + at + 1;
        }
        inner.push(start + 1 + at);
    }
    if inner.is_empty() && within.len() == window.len() && window.len() < value.len() {
        return value.find(quote).map_or(text.len(), |at| start + 1 + at + 1);
    }
    let Some(end) = within.find('>') else { return text.len() };
    let end = start + 1 + end;
    // Without its quotes the value is one odd attribute, or several.
    for (at, quote) in text[start..end].match_indices(quote) {
        mended.push_str(&text[*copied..start + at]);
        *copied = start + at + quote.len();
    }
    end
}

/// Whether what follows a quote can follow a value: the end of the tag, or another attribute.
fn ends_value(rest: &str) -> bool {
    let after = rest.trim_start();
    if after.starts_with('>') || after.starts_with("/>") {
        return true;
    }
    let name = after.find(|c: char| c.is_whitespace() || "=\"'<>/".contains(c)).unwrap_or(after.len());
    after.len() < rest.len() && name > 0 && after[name..].trim_start().starts_with('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_what_is_well_written() {
        for text in [
            "<?xml version=\"1.0\"?><!-- <x \" --><r a=\"1\" b='\"' c = \"a > b\"><![CDATA[<sip:1@h>]]>&lt;</r>",
            "<p:r xmlns:p='urn:x'><p:a/></p:r>",
            "<r bare a=b>",
            "",
            "<r",
            "<r a=\"",
        ] {
            assert_eq!(mend(text), text);
        }
        let long = format!("<r a=\"{}\"><s/></r>", "я".repeat(5_000));
        assert_eq!(mend(&long), long);
    }

    #[test]
    fn escapes_what_would_hide_the_rest() {
        let check = |text: &str, mended: &str| assert_eq!(mend(text), mended);
        check("<i d=\"AT&T \"B\">x</i>", "<i d=\"AT&T &quot;B\">x</i>");
        check("<i d=\"A \"B\" C\" e=\"1\"/>", "<i d=\"A &quot;B&quot; C\" e=\"1\"/>");
        check("<i d='O'Neil'>x</i>", "<i d='O&apos;Neil'>x</i>");
        check("<i d=\"AT&T>x</i><j e=\"1\"/>", "<i d=AT&T>x</i><j e=\"1\"/>");
        check("<i>\"Anna\" <sip:1001@x></i>", "<i>\"Anna\" &lt;sip:1001@x></i>");
        check("<i><sip:1001></i>", "<i>&lt;sip:1001></i>");
        check("<n>I <3 you < me</n>", "<n>I &lt;3 you &lt; me</n>");
    }

    #[test]
    fn takes_time_by_the_length() {
        let start = std::time::Instant::now();
        for text in ["<a b=\"", "\"", "<", "<a b=\"x\"y", "=\"", "<a b=\"\" ", "<a b=\"x>"] {
            mend(&text.repeat(64 * 1024 / text.len()));
        }
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
