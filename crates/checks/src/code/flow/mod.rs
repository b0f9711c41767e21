//! What becomes of values in a function: what it returns and when, and where what it is given ends up.

mod returns;
mod taint;
#[cfg(test)]
mod tests;

pub use returns::{Return, returns};
pub use taint::{Flow, Sink, Source, flows};
