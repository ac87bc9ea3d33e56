//! Scratch.
use sim_lab::{
    experiment::{Design, RunError},
    figures, library,
    results::Results,
};
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};
fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<&str> = a[1].split(',').collect();
    let loaded: Vec<_> = names
        .iter()
        .map(|p| match library::load(Path::new(p), &[]) {
            Ok(l) => l,
            Err(e) => panic!("{e}"),
        })
        .collect();
    let d =
        Design::new(loaded.iter().map(|l| Arc::new(l.scenario.clone())).collect(), 100, 1, |_| {
            true
        });
    let mut r = Results::new(&d, sim_lab::outcome::Dollars::Nominal).ok().unwrap();
    let x: Result<_, RunError> = d.run(&Arc::new(AtomicBool::new(false)), &|| (), |_, b| {
        r.add(b);
        Ok(())
    });
    if x.is_err() {
        panic!("run")
    }
    for f in figures::draw(&d, &r, "0123456789abcdef").unwrap() {
        std::fs::write(format!("{}/{}.png", a[0], f.id), f.png(2008).unwrap()).unwrap();
        std::fs::write(format!("{}/{}.svg", a[0], f.id), f.svg).unwrap();
    }
}
