//! The policy crate through its public face.

mod decisions;
mod documents;
mod explain;
mod loading;
mod phases;
mod residual;
mod speed;
mod world;
