//! Files that an `#include` of a dialplan names: Asterisk calls `glob(3)`, with braces, in the folder of its
//! configuration.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern, glob_with};
use lampfield_dialplan::{IncludeError, Included, IncludedFile};

/// The most alternatives that the braces of one name may make; braces multiply.
const MAX_ALTERNATIVES: usize = 1_000;

/// Matches as a shell and `glob(3)` do: only a pattern that begins with a point finds hidden files. The crate glob
/// would find none then, so it is told not to hide any.
fn options(pattern: &str) -> MatchOptions {
    let hidden = pattern.split('/').any(|part| part.starts_with('.') && part.contains(['*', '?', '[']));
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: !hidden }
}

/// Finds the files that `name` means in `folder`, the folder of the configuration.
///
/// # Errors
/// When there is no such file, or one cannot be read.
pub(super) fn find(folder: &Path, name: &str) -> Result<Included, IncludeError> {
    let mut found = Included::default();
    for alternative in alternatives(name) {
        for path in paths(folder, &alternative)? {
            take(&path, &mut found)?;
        }
    }
    if found.files.is_empty() {
        let reasons = found.passed_over.join("; ");
        let reason = if reasons.is_empty() { "there is no such file" } else { reasons.as_str() };
        return Err(IncludeError::Missing(reason.into()));
    }
    Ok(found)
}

fn take(path: &Path, found: &mut Included) -> Result<(), IncludeError> {
    let unreadable =
        |error: &io::Error| IncludeError::Unreadable(format!("{} cannot be read: {error}", path.display()));
    match fs::metadata(path) {
        Ok(data) if !data.is_file() => found.passed_over.push(format!("{} is no file", path.display())),
        Ok(_) => {
            let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
            found.files.push(IncludedFile { name: path.to_string_lossy().into_owned(), bytes });
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
        Err(error) => return Err(unreadable(&error)),
    }
    Ok(())
}

/// The paths that match one alternative, in order.
fn paths(folder: &Path, name: &str) -> Result<Vec<PathBuf>, IncludeError> {
    let Some(pattern) = pattern(name) else { return Ok(vec![folder.join(unescaped(name))]) };
    let options = options(&pattern);
    let within = || format!("{}/{pattern}", Pattern::escape(&folder.to_string_lossy()));
    let whole = if name.starts_with('/') { pattern.clone() } else { within() };
    // A shell takes text that is no pattern for a name.
    let Ok(paths) = glob_with(&whole, options) else { return Ok(vec![folder.join(name)]) };
    paths.map(|path| path.map_err(|error| IncludeError::Unreadable(error.to_string()))).collect()
}

/// Translates `name` into a pattern of the crate glob; `None` if nothing in it is a pattern.
fn pattern(name: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut is_pattern = false;
    let mut chars = name.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' => pattern.extend(chars.next().map(|char| Pattern::escape(char.encode_utf8(&mut [0; 4])))),
            '*' => {
                is_pattern = true;
                // Two stars mean "folders in folders" to the crate, and one star to a shell.
                while chars.next_if_eq(&'*').is_some() {}
                pattern.push('*');
            }
            '[' => {
                is_pattern = true;
                pattern.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    pattern.push('!');
                }
            }
            char => {
                is_pattern |= char == '?';
                pattern.push(char);
            }
        }
    }
    is_pattern.then_some(pattern)
}

fn unescaped(name: &str) -> String {
    let mut chars = name.chars();
    let mut plain = String::new();
    while let Some(char) = chars.next() {
        plain.extend(if char == '\\' { chars.next() } else { Some(char) });
    }
    plain
}

/// Expands braces: `a{b,c}d` is `abd` and `acd`, in this order; `{}` is left as it is.
fn alternatives(name: &str) -> Vec<String> {
    let (mut open, mut whole) = (vec![name.to_owned()], Vec::new());
    while let Some(name) = open.pop() {
        match split(&name) {
            Some(several) if open.len() + whole.len() + several.len() <= MAX_ALTERNATIVES => {
                open.extend(several.into_iter().rev());
            }
            _ => whole.push(name),
        }
    }
    whole
}

/// Expands the first braces; `None` where there are none.
fn split(name: &str) -> Option<Vec<String>> {
    let bytes = name.as_bytes();
    let (mut depth, mut start) = (0_usize, None);
    let mut cuts = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'{' if depth == 0 && bytes.get(at + 1) == Some(&b'}') => at += 1,
            b'{' => {
                if depth == 0 {
                    start = Some(at);
                }
                depth += 1;
            }
            b',' if depth == 1 => cuts.push(at),
            b'}' if depth > 0 => {
                depth -= 1;
                if let (0, Some(start)) = (depth, start) {
                    let edges = [&[start], &cuts[..], &[at]].concat();
                    let one = |pair: &[usize]| {
                        format!("{}{}{}", &name[..start], &name[pair[0] + 1..pair[1]], &name[at + 1..])
                    };
                    return Some(edges.windows(2).map(one).collect());
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// The expected files are those that `glob(3)` of Asterisk 16 and 22 finds.
    #[test]
    fn finds_what_asterisk_finds() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path();
        for name in ["d/a.conf", "d/b.conf", "d/.hidden.conf", "d/c.txt", "x[1].conf", "e/deep/a.conf"] {
            fs::create_dir_all(place.join(name).parent().unwrap()).unwrap();
            fs::write(place.join(name), name).unwrap();
        }
        let absolute = format!("{}/d/*.conf", place.display());
        for (name, expected) in [
            ("d/a.conf", "d/a.conf"),
            ("d/*.conf", "d/a.conf d/b.conf"),
            (absolute.as_str(), "d/a.conf d/b.conf"),
            ("d/{b,a}.conf", "d/b.conf d/a.conf"),
            ("d/{b,z}.conf", "d/b.conf"),
            ("{d/a.conf,d/{c.txt,b.conf}}", "d/a.conf d/c.txt d/b.conf"),
            ("d/[!b].conf", "d/a.conf"),
            ("d/[^b].conf", "d/a.conf"),
            ("d/?.conf", "d/a.conf d/b.conf"),
            ("d/.h*", "d/.hidden.conf"),
            ("**/a.conf", "d/a.conf"),
            ("d/\\a.conf", "d/a.conf"),
            ("x\\[1\\].*", "x[1].conf"),
            ("e/*/../*/a.conf", "e/deep/../deep/a.conf"),
        ] {
            let found = find(place, name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            let names: Vec<_> =
                found.files.iter().map(|file| file.name.replace(&format!("{}/", place.display()), "")).collect();
            assert_eq!(names.join(" "), expected, "{name}");
        }
        for name in ["gone", "gone/*.conf", "d/*.nothing", "d", "e/*", "d/a.conf/b", "{}", "d/{a.conf", "[", ""] {
            assert!(matches!(find(place, name), Err(IncludeError::Missing(_))), "{name}");
        }
        let found = find(place, "*").unwrap();
        assert_eq!((found.files.len(), found.passed_over.len()), (1, 2), "{found:?}");
        assert_eq!(alternatives(&"{a,b}".repeat(100)).len(), MAX_ALTERNATIVES);
    }

    #[test]
    fn what_cannot_be_read_is_not_missing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.conf"), "").unwrap();
        std::os::unix::fs::symlink("loop", folder.path().join("loop")).unwrap();
        assert!(matches!(find(folder.path(), "loop"), Err(IncludeError::Unreadable(_))));
        let file = folder.path().join("a.conf");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
        // The user root can read every file.
        if fs::read(&file).is_err() {
            assert!(matches!(find(folder.path(), "*.conf"), Err(IncludeError::Unreadable(_))));
        }
    }
}
