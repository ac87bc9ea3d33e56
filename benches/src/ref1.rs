//! Runs the reference market REF-1 on the market kernel and prints one line of JSON: check value, seconds and
//! nanoseconds for each alternative.

use std::process::ExitCode;
use std::time::Instant;

use chokepoint_benches::market::Market;
use chokepoint_benches::restrict_instructions;
use sim_core::draws::Draws;
use sim_core::vector;

const STEPS: usize = 72;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default: usize| {
        arguments.next().map_or(Some(default), |word| word.parse().ok()).filter(|n| *n > 0)
    };
    let (Some(scale), Some(replicates)) = (next(1), next(10)) else {
        eprintln!("usage: ref1 [SCALE] [REPLICATES]");
        return ExitCode::from(2);
    };
    if let Err(message) = restrict_instructions() {
        eprintln!("{message}");
        return ExitCode::from(2);
    }
    let mut check = Market::new(scale);
    check.play(STEPS, None);
    let mut markets: Vec<Market> = (0..replicates).map(|_| Market::new(scale)).collect();
    let began = Instant::now();
    for (replicate, market) in markets.iter_mut().enumerate() {
        market.play(STEPS, Some(&Draws::new(1, replicate as u64)));
    }
    let seconds = began.elapsed().as_secs_f64();
    let alternatives = check.alternatives() * STEPS * replicates;
    println!(
        "{{\"check\": {:.9}, \"seconds\": {seconds:.6}, \"ns_per_alternative\": {:.4}, \"instructions\": \"{:?}\"}}",
        check.revenue(),
        seconds * 1e9 / alternatives as f64,
        vector::level()
    );
    ExitCode::SUCCESS
}
