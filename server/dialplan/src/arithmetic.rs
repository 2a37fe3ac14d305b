//! `$[…]`: the whole-number arithmetic of the dialplan, as far as hints use it.

/// Value of a text such as `1001+1`; `None` for text that is no whole-number arithmetic. (Asterisk has comparisons,
/// text and fractions too; no hint needs them.)
pub(super) fn evaluate(text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text.trim_start() };
    let value = reader.sum(0)?;
    reader.rest.is_empty().then_some(value)
}

/// The deepest nesting of brackets.
const MAX_DEPTH: u32 = 16;

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn sum(&mut self, depth: u32) -> Option<i64> {
        let mut value = self.product(depth)?;
        loop {
            value = match self.take(&['+', '-']) {
                Some('+') => value.checked_add(self.product(depth)?)?,
                Some(_) => value.checked_sub(self.product(depth)?)?,
                None => return Some(value),
            };
        }
    }

    fn product(&mut self, depth: u32) -> Option<i64> {
        let mut value = self.factor(depth)?;
        loop {
            value = match self.take(&['*', '/', '%']) {
                Some('*') => value.checked_mul(self.factor(depth)?)?,
                Some('/') => {
                    let by = self.factor(depth)?;
                    (value.checked_rem(by)? == 0).then_some(value / by)?
                }
                Some(_) => value.checked_rem(self.factor(depth)?)?,
                None => return Some(value),
            };
        }
    }

    fn factor(&mut self, depth: u32) -> Option<i64> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.take(&['(', '-']) {
            Some('(') => {
                let value = self.sum(depth + 1)?;
                self.take(&[')']).map(|_| value)
            }
            Some(_) => self.factor(depth + 1)?.checked_neg(),
            None => self.number(),
        }
    }

    fn number(&mut self) -> Option<i64> {
        let end = self.rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        digits.parse().ok()
    }

    fn take(&mut self, any: &[char]) -> Option<char> {
        let first = self.rest.chars().next().filter(|char| any.contains(char))?;
        self.rest = self.rest[1..].trim_start();
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_asterisk_does() {
        for (text, value) in [
            ("11234+1", Some(11235)),
            (" 2 + 3 * (4 - 1) ", Some(11)),
            ("0123", Some(123)),
            ("-5 - -3", Some(-2)),
            ("7 % 4", Some(3)),
            ("8/4", Some(2)),
            ("7/2", None),
            ("1/0", None),
            ("9223372036854775807+1", None),
            ("", None),
            ("abc", None),
            ("1+", None),
            ("(1", None),
        ] {
            assert_eq!(evaluate(text), value, "{text}");
        }
        assert_eq!(evaluate(&"(".repeat(100_000)), None);
        assert_eq!(evaluate(&"-".repeat(100_000)), None);
    }
}
