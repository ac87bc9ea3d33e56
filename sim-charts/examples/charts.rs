//! Draws both charts from made-up numbers, to look at: `cargo run -p sim-charts --example charts`.
//!
//! The files go to the directory given as the first argument, or to `target/charts`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sim_charts::{Figure, loss_fan, share_panels};

#[path = "../tests/it/chart_data.rs"]
mod chart_data;

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        std::env::args().nth(1).map_or_else(|| PathBuf::from("target/charts"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    for panels in [1, 2, 3, 4, 6] {
        let frame = chart_data::frame(&format!("loss-fan-{panels}"));
        write(&folder, &loss_fan(&frame, &chart_data::fan(panels))?)?;
    }
    for (panels, regimes) in [(1, 2), (3, 3), (4, 4), (6, 4), (8, 3), (12, 6)] {
        let frame = chart_data::frame(&format!("share-panels-{panels}"));
        write(&folder, &share_panels(&frame, &chart_data::shares(panels, regimes))?)?;
    }
    Ok(())
}

fn write(folder: &Path, figure: &Figure) -> Result<(), Box<dyn Error>> {
    fs::write(folder.join(format!("{}.svg", figure.id)), &figure.svg)?;
    fs::write(folder.join(format!("{}.csv", figure.id)), &figure.csv)?;
    fs::write(folder.join(format!("{}.png", figure.id)), figure.png(2040)?)?;
    Ok(())
}
