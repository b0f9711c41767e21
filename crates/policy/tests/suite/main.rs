//! The policy crate through its public face.

mod decisions;
mod explain;
mod loading;
mod phases;
mod residual;
mod speed;
mod world;
