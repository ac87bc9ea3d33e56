//! Receipts: a short id under a figure that says which run and which figure of it a number comes from.
//!
//! Invariant: a receipt depends on the figure, the scenarios with their data, the trunk, the seed and the number of
//! replicates, and on nothing else, so the same comparison gives the same receipt on every machine.

use crate::library::sha256;

/// Hexadecimal digits of a receipt: enough that two figures on one desk do not share one.
const DIGITS: usize = 10;

/// The receipt of a figure, such as `loss-fan-3f29ab01cd`. `hash` is that of all scenarios, as in `study.json`.
pub fn receipt(figure: &str, hash: &str, seed: u64, replicates: usize) -> String {
    let digest = sha256(format!("{figure}\n{hash}\n{seed}\n{replicates}\n").as_bytes());
    format!("{figure}-{}", &digest[..DIGITS])
}

/// The figure of a receipt.
pub fn figure(receipt: &str) -> Option<&str> {
    receipt.rsplit_once('-').map(|(figure, _)| figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_its_figure_and_depends_on_everything_else() {
        let one = receipt("loss-fan", "abc", 1, 200);
        assert_eq!(figure(&one), Some("loss-fan"));
        assert_eq!(one, receipt("loss-fan", "abc", 1, 200));
        for other in [
            receipt("frontier", "abc", 1, 200),
            receipt("loss-fan", "abd", 1, 200),
            receipt("loss-fan", "abc", 2, 200),
            receipt("loss-fan", "abc", 1, 201),
        ] {
            assert_ne!(one, other);
        }
    }
}
