//! What becomes of values in a function: what it returns and when, and where what it is given ends up.

mod calls;
mod expressions;
mod returns;
mod sink;
mod statements;
mod taint;
#[cfg(test)]
mod tests;

pub(crate) use calls::{bodies_of, body_of, called};
pub use returns::{Return, returns};
pub use sink::{Flow, Sink, Source};
pub use taint::{Joined, flows, flows_from};
