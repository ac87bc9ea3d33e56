//! Countries as the dataset names them.

/// Codes and names that are no ISO-3 code, with the code. `VAR` and `EUR` are no countries.
const NAMES: &[(&str, &str)] = &[
    ("MAL", "MYS"),
    ("Various", "VAR"),
    ("Various countries", "VAR"),
    ("Europe", "EUR"),
    ("United States", "USA"),
    ("China", "CHN"),
    ("South Korea", "KOR"),
    ("Japan", "JPN"),
    ("Taiwan", "TWN"),
    ("Germany", "DEU"),
    ("Italy", "ITA"),
    ("Netherlands", "NLD"),
    ("Malaysia", "MYS"),
    ("Singapore", "SGP"),
    ("Switzerland", "CHE"),
    ("Austria", "AUT"),
    ("Sweden", "SWE"),
    ("United Kingdom", "GBR"),
    ("France", "FRA"),
    ("Israel", "ISR"),
    ("Belarus", "BLR"),
    ("Czech Republic", "CZE"),
    ("Canada", "CAN"),
    ("Luxembourg", "LUX"),
    ("Hungary", "HUN"),
];

/// A residual of several countries.
pub(super) const SEVERAL: &str = "VAR";
/// Europe, which is no country.
pub(super) const EUROPE: &str = "EUR";

/// The ISO-3 code of a name or code; three capitals stand for themselves.
pub(super) fn code(name: &str) -> Option<String> {
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some((*code).to_owned());
    }
    let iso = name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    iso.then(|| name.to_owned())
}

/// The names that are known, for help.
pub(super) fn known() -> Vec<&'static str> {
    NAMES.iter().map(|(name, _)| *name).collect()
}
