//! The scenario reader: what it reads, and that it reports everything that is wrong.
//!
//! Everything runs in memory: the files of `library` stand for a directory.

mod library;
mod mutations;
mod problems;
mod resolved;
mod tables;
mod terms;
