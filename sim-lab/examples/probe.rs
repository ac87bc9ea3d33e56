use sim_core::draws::Draws;
use sim_core::metric::{Every, NAMED_FIRMS, Watch, columns};
use sim_core::world::{setup::Setup, structure::Structure};
use std::sync::Arc;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let loaded = match sim_lab::library::load(std::path::Path::new(&args[0]), &args[1..]) {
        Ok(l) => l,
        Err(p) => {
            println!("{p}");
            return;
        }
    };
    for w in &loaded.warnings {
        println!("{w}");
    }
    let s = Arc::new(loaded.scenario);
    let st = Arc::new(Structure::new(&s.tables));
    println!(
        "segments {} products {} buyers {} cells {} pairs {}",
        st.segments.len(),
        st.products.len(),
        st.buyers.len(),
        st.cells.len(),
        st.pairs
    );
    let t0 = std::time::Instant::now();
    let setup = match Setup::new(&st, &s, s.central(), &Draws::central()) {
        Ok(x) => Arc::new(x),
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    println!("setup {:?}", t0.elapsed());
    // worst share
    let mut worst = (0.0, 0usize);
    let mut got = vec![0.0; st.products.len()];
    let mut tot = vec![0.0; st.segments.len()];
    for (c, cell) in st.cells.iter().enumerate() {
        for (pair, k) in st.pairs_of(cell) {
            let m = setup.base_demand[c] * setup.base_installed[pair];
            got[k] += m;
            tot[cell.segment] += m;
        }
    }
    for k in 0..got.len() {
        let e = (got[k] / tot[st.products[k].segment] - setup.base_share[k]).abs();
        if e > worst.0 {
            worst = (e, k);
        }
    }
    println!("worst share error {:e} {}", worst.0, st.products[worst.1].row.supplier);
    for (i, seg) in st.segments.iter().enumerate() {
        let e = (tot[i] * 4.0 / seg.row.size_2019_usd_m - 1.0).abs();
        if e > 1e-9 {
            println!("size {} {}", seg.row.id, e);
        }
    }
    let watch = Watch::new(&st, |id| NAMED_FIRMS.contains(&id));
    let t0 = std::time::Instant::now();
    let r = sim_core::simulate::simulate(&setup, &s, &Draws::new(1, 0), &watch);
    println!("run {:?}", t0.elapsed());
    let r = match r {
        Ok(r) => r,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    let cols = columns(&st, Every::Quarter);
    for (i, c) in cols.iter().enumerate() {
        print!(
            "{:22} {:6} {:6}",
            c.metric.spec().name,
            c.supplier.map_or("", |b| b.as_str()),
            c.buyer.map_or("", |b| b.as_str())
        );
        for t in (0..s.quarters()).step_by(6) {
            print!(" {:9.3}", r.quarterly[t * cols.len() + i]);
        }
        println!();
    }
    let n = watch.firms.len() * 2;
    for (i, f) in watch.firms.iter().enumerate() {
        print!("{f:8}");
        for row in r.firms.chunks(n) {
            print!(" {:7.0}/{:6.0}", row[i * 2], row[i * 2 + 1]);
        }
        println!();
    }
}
