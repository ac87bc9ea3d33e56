//! Rows lie inside the cube, depend on their number alone, and have the balance their designs promise.

use super::*;

fn all() -> Vec<Design> {
    vec![
        Design::Grid { levels: vec![2, 3, 1] },
        Design::Cases { points: vec![vec![0.25, 0.5], vec![0.75, 0.1]] },
        Design::Sobol(Sobol { factors: 5, points: 64, seed: 1 }),
        Design::LatinHypercube(LatinHypercube { factors: 4, block: 16, blocks: 3, seed: 1 }),
        Design::Morris(Morris { factors: 5, levels: 4, trajectories: 6, seed: 1 }),
        Design::Saltelli(Saltelli { factors: 3, points: 16, seed: 1 }),
    ]
}

fn rows(design: &Design) -> Vec<Vec<f64>> {
    (0..design.rows()).map(|i| design.row(i)).collect()
}

#[test]
fn rows_lie_inside_the_cube() {
    for design in all() {
        assert_eq!(design.problems(), Vec::new());
        assert_eq!(design.rows() % design.group(), 0);
        for row in rows(&design) {
            assert_eq!(row.len(), design.factors());
            assert!(row.iter().all(|u| *u > 0.0 && *u < 1.0), "{row:?}");
        }
    }
}

#[test]
fn a_longer_design_begins_with_the_shorter_one() {
    let pairs = [
        (
            Design::Sobol(Sobol { factors: 3, points: 10, seed: 4 }),
            Design::Sobol(Sobol { factors: 3, points: 500, seed: 4 }),
        ),
        (
            Design::LatinHypercube(LatinHypercube { factors: 3, block: 8, blocks: 2, seed: 4 }),
            Design::LatinHypercube(LatinHypercube { factors: 3, block: 8, blocks: 9, seed: 4 }),
        ),
        (
            Design::Morris(Morris { factors: 3, levels: 6, trajectories: 2, seed: 4 }),
            Design::Morris(Morris { factors: 3, levels: 6, trajectories: 7, seed: 4 }),
        ),
        (
            Design::Saltelli(Saltelli { factors: 3, points: 4, seed: 4 }),
            Design::Saltelli(Saltelli { factors: 3, points: 40, seed: 4 }),
        ),
    ];
    for (short, long) in pairs {
        for i in 0..short.rows() {
            assert_eq!(short.row(i), long.row(i));
        }
    }
}

#[test]
fn a_grid_holds_every_combination_once() {
    let grid = Design::Grid { levels: vec![2, 3] };
    let rows = rows(&grid);
    assert_eq!(rows[0], [0.25, 0.5 / 3.0]);
    assert_eq!(rows[1], [0.25, 0.5]);
    assert_eq!(rows[5], [0.75, 2.5 / 3.0]);
}

#[test]
fn every_block_of_a_latin_hypercube_has_one_row_in_each_stratum() {
    let design = LatinHypercube { factors: 6, block: 17, blocks: 4, seed: 9 };
    let rows = rows(&Design::LatinHypercube(design));
    let mut orders = Vec::new();
    for block in rows.chunks(17) {
        for factor in 0..6 {
            let order: Vec<usize> = block.iter().map(|r| (r[factor] * 17.0) as usize).collect();
            let mut strata = order.clone();
            strata.sort_unstable();
            assert_eq!(strata, (0..17).collect::<Vec<_>>());
            orders.push(order);
        }
    }
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 24, "columns and blocks have orders of their own");
}

#[test]
fn a_trajectory_moves_each_factor_once_by_half_the_range() {
    let design = Morris { factors: 7, levels: 4, trajectories: 40, seed: 3 };
    let rows = rows(&Design::Morris(design.clone()));
    let mut starts = [0_usize; 4];
    for (t, trajectory) in rows.chunks(design.length()).enumerate() {
        let mut moved = [false; 7];
        for (pair, planned) in trajectory.windows(2).zip(design.moves(t)) {
            let changed: Vec<usize> = (0..7).filter(|f| pair[0][*f] != pair[1][*f]).collect();
            assert_eq!(changed, [planned.factor]);
            let step = pair[1][planned.factor] - pair[0][planned.factor];
            assert_eq!(step, if planned.up { Morris::STEP } else { -Morris::STEP });
            assert!(!std::mem::replace(&mut moved[planned.factor], true));
        }
        assert!(moved.iter().all(|m| *m));
        for u in &trajectory[0] {
            starts[(u * 4.0) as usize] += 1;
        }
    }
    // 280 starts over four levels; the standard deviation of each count is 7.2.
    assert!(starts.iter().all(|n| n.abs_diff(70) < 29), "{starts:?}");
}

#[test]
fn saltelli_rows_mix_one_coordinate() {
    let design = Saltelli { factors: 4, points: 8, seed: 2 };
    let rows = rows(&Design::Saltelli(design.clone()));
    for (p, group) in rows.chunks(design.group()).enumerate() {
        let (a, b) = (&group[0], &group[5]);
        assert!(a.iter().zip(b).all(|(x, y)| x != y));
        for factor in 0..4 {
            let row = p * 6 + 1 + factor;
            assert_eq!(design.part(row), (p, Part::Mixed(factor)));
            let mut want = a.clone();
            want[factor] = b[factor];
            assert_eq!(rows[row], want);
        }
    }
}

#[test]
fn a_sobol_column_has_one_point_in_each_strip() {
    let design = Design::Sobol(Sobol { factors: 12, points: 256, seed: 8 });
    let rows = rows(&design);
    for factor in 0..12 {
        let mut strips: Vec<usize> = rows.iter().map(|r| (r[factor] * 256.0) as usize).collect();
        strips.sort_unstable();
        assert_eq!(strips, (0..256).collect::<Vec<_>>());
    }
}

#[test]
fn a_sequence_beyond_its_length_goes_on_with_another_scrambling() {
    let (first, later) = (sobol::coordinate(1, 0, 0), sobol::coordinate(1, 1 << 16, 0));
    assert_ne!(first, later);
}

#[test]
fn problems_come_all_at_once() {
    let morris = Design::Morris(Morris { factors: 0, levels: 3, trajectories: 1, seed: 0 });
    assert_eq!(morris.problems().len(), 3);
    let wide = Design::Saltelli(Saltelli { factors: 129, points: 8, seed: 0 });
    assert_eq!(wide.problems(), [DesignError::TooManyColumns { given: 258 }]);
    let cases = Design::Cases { points: vec![vec![0.5, 1.0], vec![0.5], vec![f64::NAN, 0.1]] };
    assert_eq!(cases.problems().len(), 3);
}
