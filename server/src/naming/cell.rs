//! Text of one cell: written so that no spreadsheet takes it for a formula, and read back.

/// A text of ours as a cell of a file. A spreadsheet runs a cell that begins like a formula; and where the spreadsheet
/// takes another character for the delimiter, a cell may begin behind that character. An apostrophe is put before such
/// a beginning, as people do who mean text; [`unmarked`] takes it away.
pub fn marked(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    each_start(cell, |start, rest, sign| {
        if start && begins_formula(rest) {
            text.push('\'');
        }
        text.push(sign);
    });
    text
}

/// Reads a cell of a file without our apostrophes.
pub(super) fn unmarked(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    each_start(cell, |start, rest, sign| {
        if !(start && sign == '\'' && begins_formula(rest)) {
            text.push(sign);
        }
    });
    text
}

/// Each character of a text with the rest from it on, and whether a spreadsheet may take it for the beginning of a
/// cell.
fn each_start(cell: &str, mut each: impl FnMut(bool, &str, char)) {
    let mut start = true;
    for (at, sign) in cell.char_indices() {
        each(start, &cell[at..], sign);
        start = matches!(sign, ',' | ';' | '\t' | '\r' | '\n' | '|' | '"');
    }
}

/// Whether a spreadsheet would take the text for a formula, if there were no apostrophes before it.
fn begins_formula(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// Visible text of a cell, without spaces around it.
pub(super) fn visible(cell: &str) -> String {
    let seen: String = cell.chars().filter(|sign| !is_invisible(*sign)).collect();
    seen.trim().to_owned()
}

/// Invisible characters: marks of byte order and of direction, and characters of no width.
fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\0'
    )
}

/// Strips `="…"`, by which people keep a spreadsheet from reading a text as a number.
pub(super) fn unwrapped(cell: &str) -> &str {
    let Some(rest) = cell.strip_prefix('=') else { return cell };
    let quoted = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(text) if !text.contains('"') => text.trim(),
        None if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => cell,
    }
}

/// Whether a cell holds a formula, or the error of one, in place of a value.
pub(super) fn is_formula(cell: &str) -> bool {
    let cell = cell.trim();
    let is_error = cell.starts_with('#') && cell.ends_with(['!', '?']) && cell.chars().count() > 3;
    is_error || cell.starts_with(['=', '\u{ff1d}']) || matches!(cell, "#N/A" | "#Н/Д")
}

/// Text of a name: in one line, and without invisible characters at its ends.
pub(super) fn line(cell: &str) -> String {
    let of_ends = |sign: char| sign.is_whitespace() || is_invisible(sign);
    let bare = cell.trim_matches(of_ends);
    let (mut text, mut broken) = (String::with_capacity(bare.len()), false);
    for sign in bare.chars().filter(|sign| *sign != '\u{feff}' && *sign != '\u{200b}') {
        if sign.is_control() || (broken && sign.is_whitespace()) {
            broken = true;
        } else {
            if std::mem::take(&mut broken) && !text.ends_with(' ') {
                text.push(' ');
            }
            text.push(sign);
        }
    }
    text
}

/// Whether letters were lost, by the characters that stand in their place where a text was read in the wrong encoding,
/// or written in one that lacks them.
pub(super) fn is_broken(text: &str) -> bool {
    let marks = text.chars().filter(|sign| *sign == '?').count();
    text.contains('\u{fffd}') || (marks > 1 && text.chars().all(|sign| sign == '?' || !sign.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_out_is_no_formula_and_comes_in_as_it_was() {
        for cell in [
            "=1+1",
            "+74951234567",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "'=1",
            "''+1",
            "'",
            "'Anna",
            "Anna",
            "O'Brien",
            "A-B",
            "",
            "a;=1+1",
            "a,@b",
            "a\t-1",
            "\"=1\"",
            "a;'=1",
            "x|+1",
            "a;b",
            "-",
            "=",
        ] {
            let out = marked(cell);
            assert_eq!(unmarked(&out), cell, "{out:?}");
            let cells = out.split([',', ';', '\t', '|', '"', '\r', '\n']);
            let live = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
            assert!(cells.into_iter().all(|part| !part.starts_with(live)), "{cell:?}: {out:?}");
        }
        assert_eq!(marked("O'Brien-Smith"), "O'Brien-Smith");
    }

    #[test]
    fn knows_formulas_and_what_is_broken() {
        assert_eq!([unwrapped("=\"Anna\""), unwrapped("=12"), unwrapped("=A1")], ["Anna", "12", "=A1"]);
        for (cell, formula) in [("=A1&B1", true), ("#REF!", true), ("#ИМЯ?", true), ("#31#", false), ("-", false)] {
            assert_eq!(is_formula(cell), formula, "{cell}");
        }
        for (text, broken) in [("Анн\u{fffd}", true), ("???? ???????", true), ("Who?", false), ("?", false)] {
            assert_eq!(is_broken(text), broken, "{text}");
        }
        assert_eq!(line(" \u{feff}Anna\r\n Petrova\u{200e} "), "Anna Petrova");
        assert_eq!(line("Anna  Petrova"), "Anna  Petrova");
    }
}
