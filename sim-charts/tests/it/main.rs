//! Tests of the charts as a whole, in one binary.

mod chart_boxes;
mod chart_data;
mod extremes;
mod layout;
mod output;
