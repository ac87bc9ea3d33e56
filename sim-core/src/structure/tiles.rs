//! Where pairs and cells stand: cells of a segment side by side in tiles, so that loops take a lane for each buyer.
//!
//! Invariant: pairs stand by segment, tile, product and lane; a lane without a cell belongs to nobody.

use std::ops::Range;
use std::sync::Arc;

use super::traits::Traits;
use super::{Cell, SegmentNode, Structure};
use crate::lent::Lent;
use crate::structure::sums::Sums;
use crate::vector::{LANES, Row, row_at, row_at_mut, rows, rows_mut};

/// Up to [`LANES`] cells of one segment. Their pairs stand together, product by product, a lane for each cell;
/// the lanes of a tile that is not full belong to nobody.
#[derive(Debug, Clone)]
pub struct Tile {
    /// Segment.
    pub segment: usize,
    /// Its pairs: products × [`LANES`].
    pub pairs: Range<usize>,
    /// Its cells, lane by lane.
    pub cells: Range<usize>,
    /// Their buyers; an empty lane repeats the last one.
    pub buyers: [usize; LANES],
    /// The first of them if they are eight in a row: what a table by buyer says of them is one load then.
    run: Option<usize>,
    /// What their lines are.
    pub traits: Arc<Traits>,
}

impl Tile {
    /// Its rows in a table by row of pairs.
    pub fn rows(&self) -> Range<usize> {
        self.pairs.start / LANES..self.pairs.end / LANES
    }

    /// Its rows of a table by pair, product by product.
    #[inline(always)]
    pub fn of<'a>(&self, table: &'a [f64]) -> &'a [Row] {
        rows(&table[self.pairs.clone()])
    }

    /// The same to be written.
    #[inline(always)]
    pub fn of_mut<'a>(&self, table: &'a mut [f64]) -> &'a mut [Row] {
        rows_mut(&mut table[self.pairs.clone()])
    }

    /// What a table by buyer says of its buyers, lane by lane; an empty lane repeats the last one.
    #[inline(always)]
    pub fn by_buyer(&self, table: &[f64]) -> Row {
        match self.run {
            Some(first) => *row_at(table, first),
            None => self.buyers.map(|b| table[b]),
        }
    }

    /// What a table by cell says of its cells, lane by lane; `empty` where there is none.
    #[inline(always)]
    pub fn by_cell(&self, empty: f64, table: &[f64]) -> Row {
        let cells = &table[self.cells.clone()];
        if let Ok(row) = cells.try_into() {
            return row;
        }
        // As many loads as lanes: a loop of unknown length would become a call.
        std::array::from_fn(|lane| cells.get(lane).copied().unwrap_or(empty))
    }

    /// Adds what a row says of its cells to sums by buyer.
    #[inline(always)]
    pub fn add_to_buyers(&self, row: &Row, sums: &mut [f64]) {
        if let Some(first) = self.run {
            for (sum, value) in row_at_mut(sums, first).iter_mut().zip(row) {
                *sum += value;
            }
            return;
        }
        for (value, b) in row.iter().zip(&self.buyers[..self.cells.len()]) {
            sums[*b] += value;
        }
    }

    /// Writes what a row says of its cells to a table by cell.
    #[inline(always)]
    pub fn enter(&self, row: &Row, table: &mut [f64]) {
        let cells = &mut table[self.cells.clone()];
        if let Ok(full) = <&mut Row>::try_from(&mut *cells) {
            *full = *row;
            return;
        }
        for (lane, value) in row.iter().enumerate() {
            if let Some(cell) = cells.get_mut(lane) {
                *cell = *value;
            }
        }
    }
}

impl Structure {
    /// The products of a cell with the index of their pair.
    pub fn pairs_of(&self, cell: &Cell) -> impl Iterator<Item = (usize, usize)> + use<> {
        self.pairs_in(cell).zip(self.segments[cell.segment].products.clone())
    }

    /// The pairs of a cell, product by product.
    pub fn pairs_in(&self, cell: &Cell) -> impl Iterator<Item = usize> + use<> {
        let products = self.segments[cell.segment].products.len();
        (cell.first_pair..cell.first_pair + products * LANES).step_by(LANES)
    }

    /// The pair of a cell and a product of its segment.
    pub fn pair(&self, cell: &Cell, product: usize) -> usize {
        cell.first_pair + (product - self.segments[cell.segment].products.start) * LANES
    }

    /// The rows of a tile: first pair and product.
    #[inline(always)]
    pub fn rows_of(&self, tile: &Tile) -> impl Iterator<Item = (usize, usize)> + use<> {
        let products = self.segments[tile.segment].products.clone();
        tile.pairs.clone().step_by(LANES).zip(products)
    }

    /// The tiles of each segment that some buyer buys, with the number of the first.
    pub fn tiles_by_segment(&self) -> impl Iterator<Item = (usize, &[Tile])> {
        let segments = self.tiles.chunk_by(|a, b| a.segment == b.segment);
        segments.scan(0, |next, tiles| {
            let first = *next;
            *next += tiles.len();
            Some((first, tiles))
        })
    }

    /// Sums by product.
    pub fn sums(&self) -> Sums {
        Sums::new(self.products.len(), self.widest)
    }

    /// What a table of jurisdictions × buyers says about one jurisdiction, by buyer.
    #[inline(always)]
    pub fn about<'a>(&self, table: &'a [f64], jurisdiction: usize) -> &'a [f64] {
        &table[jurisdiction * self.buyers.len()..][..self.buyers.len()]
    }

    /// Where a table of jurisdictions × buyers says what a buyer thinks of a jurisdiction.
    pub fn opinion(&self, buyer: usize, jurisdiction: usize) -> usize {
        jurisdiction * self.buyers.len() + buyer
    }

    /// Reads what such a table says about each home of the tile's products, in their order, lane by lane.
    #[inline(always)]
    pub fn read_homes(&self, tile: &Tile, table: &[f64], rows: &mut Lent<Row>) {
        let homes = &self.segments[tile.segment].homes;
        rows.resize(homes.len(), [0.0; LANES]);
        for (row, home) in rows.iter_mut().zip(homes) {
            *row = tile.by_buyer(self.about(table, *home));
        }
    }

    /// Writes rows about each home of the tile's products to such a table.
    #[inline(always)]
    pub fn enter_homes(&self, tile: &Tile, rows: &[Row], table: &mut [f64]) {
        for (home, row) in self.segments[tile.segment].homes.iter().zip(rows) {
            let first = home * self.buyers.len();
            if let Some(run) = tile.run {
                *row_at_mut(table, first + run) = *row;
                continue;
            }
            for (b, value) in tile.buyers[..tile.cells.len()].iter().zip(row) {
                table[first + b] = *value;
            }
        }
    }

    /// Room for what a tile's homes are said to be.
    pub fn room_for_homes(&self) -> Lent<Row> {
        Lent::with_room(self.jurisdictions.len())
    }

    /// The tile and the lane of a pair.
    pub fn place_of(&self, pair: usize) -> (usize, usize) {
        let tile = self.tiles.partition_point(|tile| tile.pairs.end <= pair);
        (tile, (pair - self.tiles[tile].pairs.start) % LANES)
    }

    /// Shares of the class in the spending of a cell's line at [`WEIGHT_LEVELS`](super::menu::WEIGHT_LEVELS).
    pub fn class_weight(&self, cell: usize) -> [f64; 4] {
        let tile = &self.tiles[self.tile_of[cell]];
        tile.traits.class_weight.map(|row| row[cell - tile.cells.start])
    }

    /// The cell of a pair.
    pub fn cell_of(&self, pair: usize) -> usize {
        let (tile, lane) = self.place_of(pair);
        self.tiles[tile].cells.start + lane
    }
}

/// Lays the cells, which stand by segment, in tiles and tells every cell its first pair. `traits` says what the lines
/// of some cells are.
pub(super) fn lay(
    segments: &[SegmentNode],
    cells: &mut [Cell],
    mut traits: impl FnMut(Range<usize>, &[Cell]) -> Arc<Traits>,
) -> Vec<Tile> {
    let mut tiles: Vec<Tile> = Vec::new();
    for members in cells.chunk_by_mut(|a, b| a.segment == b.segment) {
        for lanes in members.chunks_mut(LANES) {
            let (pair, cell) = tiles.last().map_or((0, 0), |t| (t.pairs.end, t.cells.end));
            for (lane, cell) in lanes.iter_mut().enumerate() {
                cell.first_pair = pair + lane;
            }
            let segment = lanes[0].segment;
            let last = lanes.len() - 1;
            let first = lanes[0].buyer;
            let in_a_row = lanes.iter().enumerate().all(|(i, cell)| cell.buyer == first + i);
            let cells = cell..cell + lanes.len();
            tiles.push(Tile {
                segment,
                pairs: pair..pair + segments[segment].products.len() * LANES,
                cells: cells.clone(),
                buyers: std::array::from_fn(|lane| lanes[lane.min(last)].buyer),
                run: (in_a_row && lanes.len() == LANES).then_some(first),
                traits: traits(cells, lanes),
            });
        }
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(cells: Range<usize>, buyers: [usize; LANES], run: Option<usize>) -> Tile {
        let zeros = [0.0; LANES];
        let traits = Traits {
            owners: [0; LANES],
            blocs: [0; LANES],
            class_weight: [zeros; 4],
            unneeded: zeros,
            at_china: zeros,
            chinese: zeros,
            in_china: zeros,
            has_twin: zeros,
            some_chinese: false,
        };
        Tile { segment: 0, pairs: 0..LANES, cells, buyers, run, traits: Arc::new(traits) }
    }

    fn numbers(count: usize) -> Vec<f64> {
        (0..count).map(|i| i as f64).collect()
    }

    #[test]
    fn eight_buyers_in_a_row_are_read_and_added_to_as_eight_buyers() {
        let buyers = std::array::from_fn(|lane| 3 + lane);
        let (one, eight) = (tile(0..LANES, buyers, Some(3)), tile(0..LANES, buyers, None));
        let table = numbers(20);
        assert_eq!(one.by_buyer(&table), [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        assert_eq!(one.by_buyer(&table), eight.by_buyer(&table));
        let (mut a, mut b) = (table.clone(), table.clone());
        let row = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0];
        one.add_to_buyers(&row, &mut a);
        eight.add_to_buyers(&row, &mut b);
        assert_eq!(a, b);
        assert_eq!(a[2..5], [2.0, 3.5, 5.0]);
    }

    #[test]
    fn empty_lanes_are_neither_read_nor_written() {
        let three = tile(2..5, [4, 5, 6, 6, 6, 6, 6, 6], None);
        let mut table = numbers(9);
        assert_eq!(three.by_cell(-1.0, &table), [2.0, 3.0, 4.0, -1.0, -1.0, -1.0, -1.0, -1.0]);
        three.enter(&[9.0; LANES], &mut table);
        assert_eq!(table, [0.0, 1.0, 9.0, 9.0, 9.0, 5.0, 6.0, 7.0, 8.0]);
        let mut sums = vec![0.0; 8];
        three.add_to_buyers(&[1.0; LANES], &mut sums);
        assert_eq!(sums, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0], "the last buyer counts once");
    }
}
