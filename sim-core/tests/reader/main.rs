//! The scenario reader: what it reads, and that it reports everything that is wrong.
//!
//! Everything runs in memory: the files of `library` stand for a directory.

mod ensembles;
mod idle;
mod inherited;
mod library;
mod mutations;
mod problems;
mod resolved;
mod shipped;
mod tables;
mod terms;
