//! Reads an extension's number as spreadsheets write it.

use lampfield_shared::Exten;

use super::cell::{is_formula, unwrapped, visible};
use super::flaw::NamingFlaw;

/// Longest number: an international one (E.164) has 15 digits, and a prefix may stand before it.
const LONGEST: usize = 24;

/// Reads a cell that holds a number. `is_known` tells the extensions that are there already, however odd.
pub(super) fn dialled(cell: &str, is_known: impl Fn(&Exten) -> bool) -> Result<Exten, NamingFlaw> {
    let bare = visible(cell);
    if bare.is_empty() {
        return Err(NamingFlaw::NoNumber);
    }
    if is_known(&bare.as_str().into()) {
        return Ok(bare.into());
    }
    let text = unwrapped(&bare);
    let text = text.strip_prefix(['\'', '’', '`']).unwrap_or(text);
    let text: String = text.chars().map(narrow).collect();
    let text = text.trim();
    let number = whole(text).unwrap_or_else(|| text.to_owned());
    let exten = Exten::from(number);
    if is_known(&exten) || is_dialled(exten.as_str()) {
        return Ok(exten);
    }
    let odd = || NamingFlaw::NoExten(bare.chars().take(40).collect::<String>().into());
    Err(match rounded(text) {
        true => NamingFlaw::Rounded(text.into()),
        false if is_formula(&bare) => NamingFlaw::Formula,
        false => odd(),
    })
}

/// Whether a phone has keys for all characters.
fn is_dialled(text: &str) -> bool {
    let keys = text.strip_prefix('+').unwrap_or(text);
    (1..=LONGEST).contains(&text.len())
        && keys.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '*' | '#'))
        && keys.contains(|sign: char| sign.is_ascii_digit())
}

/// Turns digits and signs of full width into those of a keyboard.
fn narrow(sign: char) -> char {
    match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(sign as u32 - 0xfee0).unwrap_or(sign),
        _ => sign,
    }
}

/// Reads the whole number that a spreadsheet shows as `1001.0`, `1,001.00`, `1 001` (with a no-break space) or
/// `1.001E+03`; `None` for any other text, and for a number that is not known to the last digit.
fn whole(text: &str) -> Option<String> {
    if let Some((mantissa, exponent)) = exponential(text) {
        let (first, rest) = mantissa.split_once(['.', ','])?;
        let digits = format!("{first}{rest}");
        return (first.len() == 1 && rest.len() == exponent && is_digits(&digits)).then_some(digits);
    }
    let spaceless = grouped(text, &['\u{a0}', '\u{202f}', '\u{2009}']);
    let (text, joined) = spaceless.map_or((text.to_owned(), false), |joined| (joined, true));
    let Some((before, after)) = text.rsplit_once(['.', ',']) else { return joined.then_some(text) };
    if after.is_empty() || !after.bytes().all(|byte| byte == b'0') {
        return None;
    }
    // `1.000` may be a thousand, or one.
    let digits = if before.contains(['.', ',']) { grouped(before, &['.', ','])? } else { before.to_owned() };
    (is_digits(&digits) && after.len() <= 2).then_some(digits)
}

/// Joins digits that stand in groups of three behind the first group, with the same one of `signs` between them.
fn grouped(text: &str, signs: &[char]) -> Option<String> {
    let sign = text.chars().find(|sign| signs.contains(sign))?;
    let groups: Vec<&str> = text.split(sign).collect();
    let (first, rest) = groups.split_first()?;
    let tail = rest.iter().enumerate().all(|(at, group)| {
        let whole = if at + 1 == rest.len() { group.split(['.', ',']).next().unwrap_or_default() } else { group };
        whole.len() == 3 && is_digits(whole)
    });
    (tail && (1..=3).contains(&first.len()) && is_digits(first)).then(|| groups.concat())
}

/// Splits `1.001E+03` into mantissa and exponent.
fn exponential(text: &str) -> Option<(&str, usize)> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    (!mantissa.is_empty() && mantissa.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')))
        .then_some((mantissa, exponent))
}

/// Whether a spreadsheet wrote the number so that its digits are lost, or may be.
fn rounded(text: &str) -> bool {
    let is_fraction = |text: &str| {
        let parts = text.split_once(['.', ',']);
        parts.is_some_and(|(one, other)| is_digits(one) && is_digits(&other.replace(['.', ','], "")))
    };
    exponential(text).is_some() || is_fraction(text) || (text.len() > 1 && text.bytes().all(|byte| byte == b'#'))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> String {
        match dialled(cell, |exten| exten.as_str() == "anna") {
            Ok(exten) => exten.to_string(),
            Err(NamingFlaw::NoNumber) => "none".into(),
            Err(NamingFlaw::NoExten(_)) => "odd".into(),
            Err(NamingFlaw::Rounded(_)) => "rounded".into(),
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn takes_what_can_be_meant() {
        for cell in [
            "1001",
            " 1001 ",
            "=\"1001\"",
            "=1001",
            "'1001",
            "’1001",
            "1001.0",
            "1001,0",
            "1001.00",
            "1.001E+03",
            "1,001e3",
            "\u{a0}1001\u{a0}",
            "\u{200b}1001",
            "\u{200e}1001\u{200f}",
            "\u{202d}1001\u{202c}",
            "\u{feff}1001",
            "\u{2009}1001",
            "10\u{ad}01",
            "1\u{a0}001",
            "1\u{202f}001",
            "1.001,00",
            "1,001.00",
            "1\u{a0}001,00",
            "１００１",
            "\t1001\r\n",
        ] {
            assert_eq!(read(cell), "1001", "{cell:?}");
        }
        for number in ["0101", "007", "*76214", "#31#", "*", "+74951234567", "1"] {
            let expected = if number == "*" { "odd" } else { number };
            assert_eq!(read(number), expected);
        }
        assert_eq!(read("anna"), "anna", "it is dialled already");
    }

    #[test]
    fn takes_nothing_that_nobody_dials_and_no_digit_that_is_lost() {
        for cell in ["", "  ", "\u{200b}", "\u{a0}"] {
            assert_eq!(read(cell), "none", "{cell:?}");
        }
        for cell in ["1E+03", "1,0E+05", "1.004", "1,004", "7.9E+10", "1001.5", "1.000", "###"] {
            assert_eq!(read(cell), "rounded", "{cell:?}");
        }
        for cell in ["1 001", "100 1", "10O1", "Anna", "10-01", "(495) 1", "PJSIP/1001", "1001\n1002", "-1001", "+"] {
            assert_eq!(read(cell), "odd", "{cell:?}");
        }
        assert_eq!(read(&"1".repeat(25)), "odd");
        assert_eq!(read("=A1+1"), NamingFlaw::Formula.to_string());
    }
}
