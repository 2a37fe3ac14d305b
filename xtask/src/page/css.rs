//! Joins the style sheets of `style/` into one, without comments and needless space.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::files;

/// Sheets that come first, for the others to build on; the others follow by name.
const FIRST: [&str; 3] = ["tokens.css", "base.css", "layout.css"];

/// Joins all style sheets below the folder.
pub(crate) fn join(folder: &Path) -> Result<String> {
    let mut sheets = files(folder)?;
    sheets.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    ensure!(!sheets.is_empty(), "there is no style sheet in {}", folder.display());
    sheets.sort_by_key(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let rank = FIRST.iter().position(|first| name.as_deref() == Some(first)).unwrap_or(FIRST.len());
        (rank, path.clone())
    });
    let mut joined = String::new();
    for path in sheets {
        let sheet = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        joined.push_str(&minify(&sheet));
    }
    Ok(joined)
}

/// Drops comments and the space that never counts: runs of it, and space beside `{ } ; ,`. Space beside `+ - : ( )` may
/// count, and stays. (The small minifier crates drop it and break `calc()` and nested selectors; the one that does not
/// takes minutes to compile. After brotli little of the difference is left.)
fn minify(sheet: &str) -> String {
    let mut minified = String::with_capacity(sheet.len());
    let mut space = false;
    let mut rest = sheet;
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            space = true;
            continue;
        }
        if first.is_ascii_whitespace() {
            rest = &rest[1..];
            space = true;
            continue;
        }
        let length = if matches!(first, '"' | '\'') { string_length(rest, first) } else { first.len_utf8() };
        if space && !glued(&minified, first) {
            minified.push(' ');
        }
        space = false;
        minified.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    minified
}

/// Whether no space is needed between the end of `written` and `next`.
fn glued(written: &str, next: char) -> bool {
    const ALONE: [char; 4] = ['{', '}', ';', ','];
    written.is_empty() || written.ends_with(ALONE) || ALONE.contains(&next)
}

/// Length in bytes of a quoted string with both quotes; up to the end where the second is missing.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sheet: &str, expected: &str) {
        assert_eq!(minify(sheet), expected);
        assert_eq!(minify(expected), expected, "it is done in one go");
    }

    #[test]
    fn drops_comments_and_runs_of_space() {
        check("/* why */\n.a ,\n.b {\n  color : red ;\n}\n", ".a,.b{color : red;}");
    }

    #[test]
    fn keeps_the_space_that_counts() {
        check(".a :hover { & .b:is(c) + d { x: 1 } }", ".a :hover{& .b:is(c) + d{x: 1}}");
        check(".a{width:clamp(4rem, 10vw + 1rem, 9rem)}", ".a{width:clamp(4rem,10vw + 1rem,9rem)}");
        check("@media (width >= 4em) and (hover) {}", "@media (width >= 4em) and (hover){}");
    }

    #[test]
    fn leaves_strings_alone() {
        check(r#".a::before { content: "a  ;  /* \" */ b" ; }"#, r#".a::before{content: "a  ;  /* \" */ b";}"#);
        check("[data-x=' y ']  {}", "[data-x=' y ']{}");
    }

    #[test]
    fn an_end_that_is_missing_is_no_trouble() {
        check("a { b: 'c", "a{b: 'c");
        check("a{} /* b", "a{}");
    }
}
