//! Seals: a JSON file that carries the hash of its own text, so that one that was edited is known.
//!
//! A seal is no signature: anybody can make one. It guards against accidents, and against a change that its maker
//! forgot to tell.

use crate::library::sha256;

/// What stands for the hash while the hash is computed.
pub(crate) const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A text in which [`BLANK`] stands once, with its hash there.
pub(crate) fn seal(text: &str) -> String {
    text.replace(BLANK, &sha256(text.as_bytes()))
}

/// A sealed text with [`BLANK`] in place of its hash again; `None` if it has no seal.
pub(crate) fn unseal(text: &str) -> Option<String> {
    let hash = hash_of(text)?;
    (hash.len() == BLANK.len()).then(|| text.replace(&hash, BLANK))
}

/// The hash that the text of a JSON object holds as `sha256`.
fn hash_of(text: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Sealed {
        sha256: String,
    }
    serde_json::from_str(text).ok().map(|Sealed { sha256 }| sha256)
}

/// Checks the hash that the text of a JSON object holds as `sha256`.
///
/// # Errors
/// Why it cannot be trusted, and what to do.
pub(crate) fn check(text: &str) -> Result<(), &'static str> {
    let Some(hash) = hash_of(text) else {
        return Err(
            "it is damaged, or an older program wrote it (it has no hash of its own): run it again",
        );
    };
    if hash.len() == BLANK.len() && sha256(text.replace(&hash, BLANK).as_bytes()) == hash {
        return Ok(());
    }
    Err(
        "it was edited after it was written (its own hash does not match): run it again, or copy the whole \
         directory anew",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_byte_breaks_a_seal() {
        let text = seal(&format!("{{\n  \"n\": 12,\n  \"sha256\": \"{BLANK}\"\n}}\n"));
        assert_eq!(check(&text), Ok(()));
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert!(check(&changed).is_err(), "byte {place}: {changed}");
        }
        assert!(check(&text[..text.len() - 1]).is_err());
        assert!(check("{}").is_err() && check("").is_err());
    }
}
