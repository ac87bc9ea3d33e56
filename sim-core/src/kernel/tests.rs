use super::*;
use crate::vector::{INSTRUCTION_SETS, LANES, level_of};

const FREE: Row = [f64::INFINITY; LANES];
const ALL: Row = [1.0; LANES];
const NONE: Row = [0.0; LANES];

/// Two products and eight cells that are all alike.
fn menu<'a>(ceiling: &'a [Row], leak: Option<&'a [Row]>) -> Menu<'a> {
    Menu {
        level: &[1.0, 2.0],
        appeal: &[1.0, 3.0],
        ceiling: Some(ceiling),
        trust: &[ALL, [0.5; LANES]],
        leak,
        installed: &[NONE, [0.1; LANES]],
        base_installed: &[NONE; 2],
        need: [0.5; LANES],
        connections: [0.3; LANES],
        premium: 0.5,
        sharpness: 1.5,
        stickiness: 1.0,
    }
}

fn solve(menu: &Menu<'_>) -> ([Row; 2], [Row; 2], Row) {
    let (mut open, mut grey) = ([NONE; 2], [NONE; 2]);
    let deferred = weights(menu, &mut open, &mut grey);
    (open, grey, deferred)
}

#[test]
fn an_embargo_sells_nothing_and_no_control_changes_nothing() {
    assert_eq!(fitness(1.5, f64::NEG_INFINITY, 0.0), 0.0);
    let free = solve(&menu(&[FREE; 2], None));
    assert_eq!(free, solve(&Menu { ceiling: None, ..menu(&[FREE; 2], None) }));
    assert_eq!(free, solve(&menu(&[[9.0; LANES], [2.0; LANES]], None)));
    assert_eq!(free, solve(&menu(&[FREE; 2], Some(&[ALL; 2]))));
    let (open, _, deferred) = solve(&menu(&[FREE, [f64::NEG_INFINITY; LANES]], None));
    assert!(open[1] == NONE && deferred[0] > free.2[0]);
}

#[test]
fn the_grey_channel_never_serves_more_than_is_available() {
    let ceiling = [FREE, [f64::NEG_INFINITY; LANES]];
    let leak = [ALL, [0.1; LANES]];
    let menu = Menu {
        level: &[1.0, 9.0],
        appeal: &[1.0, 1e6],
        trust: &[ALL; 2],
        connections: [0.2; LANES],
        ..menu(&ceiling, Some(&leak))
    };
    let (open, grey, deferred) = solve(&menu);
    assert!(grey[1][3] < 0.02 && grey[1][3] > 0.019, "{grey:?}");
    assert!((deferred[3] * (1.0 + open[0][3]) + grey[1][3] - 1.0).abs() < 1e-15);
}

/// A table of numbers between `low` and `high` without order.
fn mixed(rows: usize, low: f64, high: f64, seed: usize) -> Vec<Row> {
    let value = |i: usize| ((i + seed) * 7919 % 1009) as f64 / 1009.0;
    let of = |row: usize, lane: usize| low + (high - low) * value(row * LANES + lane);
    (0..rows).map(|row| std::array::from_fn(|lane| of(row, lane))).collect()
}

#[test]
fn every_set_of_instructions_gives_the_bits_of_the_plain_loop() {
    for products in [1, 2, 7, 30] {
        let level = mixed(products, -1.0, 6.0, 1).concat();
        let mut appeal = mixed(products, 0.0, 3.0, 2).concat();
        appeal[0] = 0.0;
        let mut ceiling = mixed(products, -1.0, 9.0, 3);
        ceiling[products / 2] = [f64::NEG_INFINITY; LANES];
        let leak: Vec<Row> =
            mixed(products, 0.0, 1.5, 4).into_iter().map(|row| row.map(|x| x.min(1.0))).collect();
        let mut connections = mixed(1, 0.0, 0.5, 5)[0];
        connections[2] = 0.0;
        for leak in [None, Some(leak.as_slice())] {
            let menu = Menu {
                level: &level[..products],
                appeal: &appeal[..products],
                ceiling: Some(&ceiling),
                trust: &mixed(products, 0.0, 2.0, 6),
                leak,
                installed: &mixed(products, 0.0, 1.0, 7),
                base_installed: &mixed(products, 0.0, 1.0, 8),
                need: mixed(1, -1.0, 6.0, 9)[0],
                connections,
                premium: 0.55,
                sharpness: 1.7,
                stickiness: 1.1,
            };
            for level in INSTRUCTION_SETS.iter().filter_map(|name| level_of(name)) {
                let (mut open, mut grey) = (vec![NONE; products], vec![NONE; products]);
                let deferred: Row =
                    with_vectors!(level, simd => weigh(simd, &menu, &mut open, &mut grey).into());
                for lane in 0..LANES {
                    let known = plain::weights(&menu, lane);
                    let of_lane = |rows: &[Row]| rows.iter().map(|row| row[lane]).collect();
                    assert_eq!(
                        (of_lane(&open), of_lane(&grey), deferred[lane]),
                        known,
                        "{level:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn rationing_and_its_second_round_are_those_of_a_plain_loop() {
    let products = 5;
    let fill = [0.5, 1.0, 0.25, 1.0, 0.9];
    let refill = [0.0, 0.75, 0.0, 1.0, 0.0];
    let weights = mixed(products, 0.0, 3.0, 1);
    let (each, again) = (mixed(1, 0.1, 2.0, 2)[0], mixed(1, 0.0, 1.0, 3)[0]);
    for level in INSTRUCTION_SETS.iter().filter_map(|name| level_of(name)) {
        let (missing, slack): (Row, Row) = with_vectors!(level, simd => {
            let (missing, slack) = rows::unmet(simd, &weights, load(simd, &each), &fill);
            (missing.into(), slack.into())
        });
        let mut got = weights.clone();
        let sum: Row = with_vectors!(level, simd => {
            let rounds = (load(simd, &each), load(simd, &again));
            rows::settle(simd, &mut got, rounds, (&fill, &refill)).into()
        });
        for lane in 0..LANES {
            let ordered = |j: usize| each[lane] * weights[j][lane];
            let short: f64 = (0..products).map(|j| ordered(j) * (1.0 - fill[j])).sum();
            let free: f64 = [1, 3].iter().map(|j| weights[*j][lane]).sum();
            let bought =
                |j: usize| weights[j][lane] * (each[lane] * fill[j] + again[lane] * refill[j]);
            let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12 * b.max(1.0), "{a} {b}");
            close(missing[lane], short);
            close(slack[lane], 1.0 + free);
            (0..products).for_each(|j| close(got[j][lane], bought(j)));
            close(sum[lane], (0..products).map(bought).sum());
        }
    }
}
