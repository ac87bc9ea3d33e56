//! World markets as the dataset prints them: `about $1.1 billion (all photomasks) (2019)`.

/// A printed world market.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Size {
    /// Nominal USD million.
    pub(super) usd_m: f64,
    /// Year in parentheses.
    pub(super) year: Option<i32>,
    /// Other words in parentheses: what the figure is of.
    pub(super) scope: Option<String>,
    /// Whether a word such as `about` or `over` goes before it.
    pub(super) rough: bool,
}

/// The largest world market that is no slip of units, USD million.
const LARGEST: f64 = 1e7;

/// Reads `[WORD] $NUMBER million|billion|trillion [(SCOPE)] [(YEAR)]`; `None` for anything else.
pub(super) fn parse(text: &str) -> Option<Size> {
    let (before, after) = text.split_once('$')?;
    let mut words = after.trim_start().splitn(2, char::is_whitespace);
    let number: f64 = words.next()?.replace(',', "").parse().ok()?;
    let rest = words.next()?.trim_start();
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(end);
    let factor = match unit.to_lowercase().as_str() {
        "million" => 1.0,
        "billion" => 1e3,
        "trillion" => 1e6,
        _ => return None,
    };
    // Rounded to ten dollars, without the dust of binary fractions.
    let usd_m = (number * factor * 1e5).round() / 1e5;
    if !(usd_m > 0.0 && usd_m <= LARGEST) {
        return None;
    }
    let mut size = Size { usd_m, year: None, scope: None, rough: !before.trim().is_empty() };
    let mut rest = rest.trim();
    while !rest.is_empty() {
        let (inner, after) = rest.strip_prefix('(')?.split_once(')')?;
        match year(inner) {
            Some(year) => size.year = Some(year),
            None => size.scope = Some(inner.trim().to_owned()),
        }
        rest = after.trim();
    }
    Some(size)
}

/// A year from 1990 to 2100.
pub(super) fn year(text: &str) -> Option<i32> {
    text.trim().parse().ok().filter(|year| (1990..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_their_words() {
        let read = |text| parse(text).map(|s| (s.usd_m, s.year, s.scope, s.rough));
        assert_eq!(read("$21 million (2019)"), Some((21.0, Some(2019), None, false)));
        assert_eq!(read("about $1 billion (2019)"), Some((1000.0, Some(2019), None, true)));
        let scope = Some("all photomasks".to_owned());
        assert_eq!(read("$4 billion (all photomasks)"), Some((4000.0, None, scope, false)));
        let scope = Some("microprocessors".to_owned());
        let size = "$56.2 billion (microprocessors) (2019)";
        assert_eq!(read(size), Some((56_200.0, Some(2019), scope, false)));
        assert_eq!(read("$1,234.5 million"), Some((1234.5, None, None, false)));
        assert_eq!(read("$0.4 million (2024)"), Some((0.4, Some(2024), None, false)));
    }

    #[test]
    fn other_texts_are_no_amounts() {
        for text in ["", "21", "$21", "$x million", "€21 million", "$21 tons", "$21 million (2019"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["$nan billion", "$inf million", "$-3 million", "$0 million", "$99 trillion"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
