//! Readable units: dollars in the step that leaves one to four digits, and names of columns.
//!
//! Invariant: a unit that is not in dollars is never rescaled.

/// Steps of money: name, dollars, and the least largest value (dollars) that asks for it.
const STEPS: [(&str, f64, f64); 4] =
    [("USD tn", 1e12, 1e13), ("USD bn", 1e9, 1e9), ("USD mn", 1e6, 1e6), ("USD", 1.0, 0.0)];

/// A unit to plot in, and what the given values are multiplied by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Readable {
    pub(crate) name: String,
    pub(crate) factor: f64,
}

/// The step of dollars that suits values up to `largest` (in `unit`); other units stay.
pub(crate) fn readable(unit: &str, largest: f64) -> Readable {
    let given = STEPS.iter().find_map(|(name, dollars, _)| {
        let rest = unit.strip_prefix(name)?;
        let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        ends.then_some((*dollars, rest))
    });
    let Some((dollars, rest)) = given else {
        return Readable { name: unit.to_owned(), factor: 1.0 };
    };
    let fits = |step: &&(&str, f64, f64)| largest * dollars >= step.2 * (1.0 - 1e-9);
    let step = STEPS.iter().find(fits).unwrap_or(&STEPS[3]);
    Readable { name: format!("{}{rest}", step.0), factor: dollars / step.1 }
}

/// A unit as part of a column name: "USD bn" gives `usd_bn`, "%" gives `percent`.
pub(crate) fn column(unit: &str) -> String {
    let lower = unit.replace('%', " percent ").to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_get_a_readable_step() {
        let step = |unit: &str, largest: f64| {
            let unit = readable(unit, largest);
            (unit.name, unit.factor)
        };
        assert_eq!(step("USD", 3.1e11), ("USD bn".to_owned(), 1e-9));
        assert_eq!(step("USD bn", 312.0), ("USD bn".to_owned(), 1.0));
        assert_eq!(step("USD bn, 2019 prices", 0.4), ("USD mn, 2019 prices".to_owned(), 1e3));
        assert_eq!(step("USDX", 3e11), ("USDX".to_owned(), 1.0));
        assert_eq!(step("generations", 2.0), ("generations".to_owned(), 1.0));
    }

    #[test]
    fn columns_are_plain_words() {
        assert_eq!(column("USD bn"), "usd_bn");
        assert_eq!(column("% of sales"), "percent_of_sales");
    }
}
