//! The store through its public face, the same story on every engine.

mod audit;
mod file;
mod links;
mod postgres;
mod screening;
mod speed;
mod story;
mod world;
