//! The ETO dataset: four texts become rows that are well-formed, or problems with places.
//!
//! The input is the four files one after the other, parted by lines `@@`; those that are missing are as small as
//! they can be.
#![no_main]

mod checks;

use libfuzzer_sys::fuzz_target;
use sim_core::scenario::eto::{self, FILES, Named};

const SMALLEST: [&str; 4] = [
    "input_id,input_name,market_share_chart_global_market_size_info\nN1,Etching,$1 million (2019)\n",
    "provider_id,provider_name,provider_type,country\nP1,USA,country,\nP2,Alpha,organization,USA\n",
    "provider_id,provided_id,share_provided\nP1,N1,61%\nP2,N1,\n",
    "input_id,is_type_of_id\nN1,\n",
];

fuzz_target!(|input: &str| {
    let mut parts = input.split("\n@@\n");
    let texts = SMALLEST.map(|smallest| parts.next().filter(|t| !t.is_empty()).unwrap_or(smallest));
    let mut place = 0;
    let named = texts.map(|text| {
        place += 1;
        Named { name: FILES[place - 1], text }
    });
    match eto::read(named) {
        Ok(market) => {
            for row in &market.countries {
                assert!(row.firm.is_empty() && row.country.len() == 3);
                assert!(row.share_pct.is_some_and(|share| (0.0..=100.0).contains(&share)));
                assert!(row.world_size_usd_m.is_some_and(|size| size.is_finite() && size > 0.0));
            }
            assert!(market.firms.iter().all(|row| !row.firm.is_empty()));
            assert!(market.notes.iter().all(|note| note.line > 0 && FILES.contains(&&*note.file)));
        }
        Err(problems) => {
            assert!(!problems.0.is_empty());
            problems.0.iter().for_each(checks::is_placed);
        }
    }
});
