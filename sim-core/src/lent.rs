//! Memory that is lent: the tables of a quarter take the memory that the tables of an earlier one gave back.
//!
//! A quarter makes some hundred tables and the next one makes the same again. Each thread keeps what was given back,
//! by size, so that after the first quarters nothing is asked of the system.
//!
//! Invariant: a table's content is what was written to it; what its memory held before is never read.

use std::cell::RefCell;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::thread::LocalKey;

use crate::calendar::Quarter;
use crate::vector::Row;

/// Sizes: powers of two, up to more numbers than a machine holds.
const SIZES: usize = 48;
/// Most tables of one size that are kept: more are only given back where worlds are dropped.
const MOST: usize = 1024;

/// The tables of a thread that nobody uses, by size.
#[derive(Debug)]
pub struct Shelf<T>([Vec<Vec<T>>; SIZES]);

impl<T> Shelf<T> {
    pub(crate) const fn new() -> Self {
        Self([const { Vec::new() }; SIZES])
    }
}

/// What tables can be made of.
pub trait Item: Copy + 'static {
    /// Where tables of it are kept.
    fn shelf() -> &'static LocalKey<RefCell<Shelf<Self>>>;
}

/// Tells of which types tables are made.
macro_rules! items {
    ($($item:ty),*) => { $(
        impl $crate::lent::Item for $item {
            fn shelf() -> &'static std::thread::LocalKey<std::cell::RefCell<$crate::lent::Shelf<Self>>>
            {
                thread_local! {
                    static SHELF: std::cell::RefCell<$crate::lent::Shelf<$item>> =
                        const { std::cell::RefCell::new($crate::lent::Shelf::new()) };
                }
                &SHELF
            }
        }
    )* };
}

pub(crate) use items;

items!(
    f64,
    [f64; 2],
    [f64; 3],
    [f64; 4],
    [f64; 5],
    Row,
    (f64, f64),
    (usize, f64),
    (usize, usize),
    (usize, usize, f64)
);
items!(bool, u8, u16, u64, usize, Option<usize>, Option<Quarter>);

/// A table in lent memory.
pub struct Lent<T: Item>(Vec<T>);

/// A table of numbers.
pub type Numbers = Lent<f64>;

impl<T: Item> Lent<T> {
    /// A table with room for some items, and whatever it held before.
    fn as_given_back(room: usize) -> Self {
        let size = room.next_power_of_two();
        let place = size.trailing_zeros() as usize;
        // A thread that ends has no shelf any more.
        let lent = T::shelf().try_with(|shelf| shelf.borrow_mut().0[place].pop());
        Self(lent.ok().flatten().unwrap_or_else(|| Vec::with_capacity(size)))
    }

    /// An empty table with room for some items.
    pub fn with_room(room: usize) -> Self {
        let mut table = Self::as_given_back(room);
        table.0.clear();
        table
    }

    /// A table with the same item everywhere.
    pub fn filled(item: T, length: usize) -> Self {
        let mut table = Self::with_room(length);
        table.0.resize(length, item);
        table
    }
}

impl Lent<f64> {
    /// A table of zeros.
    pub fn zeros(length: usize) -> Self {
        Self::filled(0.0, length)
    }

    /// A table that the caller writes all over before anything is read.
    pub fn unwritten(length: usize) -> Self {
        let mut table = Self::as_given_back(length);
        // What is there before costs nothing but must not count: tests find it out.
        if cfg!(debug_assertions) {
            table.0.clear();
        }
        table.0.resize(length, f64::NAN);
        table
    }
}

impl<T: Item> Drop for Lent<T> {
    fn drop(&mut self) {
        let table = std::mem::take(&mut self.0);
        if table.capacity() > 0 {
            let place = table.capacity().ilog2() as usize;
            let _ = T::shelf().try_with(|shelf| {
                let kept = &mut shelf.borrow_mut().0[place];
                if kept.len() < MOST {
                    kept.push(table);
                }
            });
        }
    }
}

impl<T: Item> Deref for Lent<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Item> DerefMut for Lent<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Item> Clone for Lent<T> {
    fn clone(&self) -> Self {
        let mut table = Self::with_room(self.len());
        table.0.extend_from_slice(self);
        table
    }
}

impl<T: Item> FromIterator<T> for Lent<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items = items.into_iter();
        let mut table = Self::with_room(items.size_hint().0);
        table.0.extend(items);
        table
    }
}

impl<'a, T: Item> IntoIterator for &'a Lent<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Item> IntoIterator for &'a mut Lent<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: Item> From<Vec<T>> for Lent<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T: Item> Default for Lent<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Item + fmt::Debug> fmt::Debug for Lent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Item + PartialEq> PartialEq for Lent<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_given_back_is_lent_again_and_holds_nothing_old() {
        let table = Lent::filled(7.0, 1000);
        let memory = table.as_ptr();
        drop(table);
        let again = Numbers::zeros(600);
        assert_eq!(again.as_ptr(), memory, "a table of about that size takes the same memory");
        assert_eq!(*again, vec![0.0; 600]);
        let other = Numbers::zeros(600);
        assert_ne!(other.as_ptr(), memory, "what is in use is not lent twice");
    }

    #[test]
    fn a_table_is_like_a_list() {
        let list: Vec<usize> = (0..40).map(|i| i * i).collect();
        let table: Lent<usize> = (0..40).map(|i| i * i).collect();
        assert_eq!(*table, list);
        assert_eq!(format!("{table:?}"), format!("{list:?}"));
        assert_eq!(table.clone(), table);
        assert!(Lent::<bool>::default().is_empty());
    }
}
