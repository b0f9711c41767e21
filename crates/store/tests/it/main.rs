//! The store through its public face, the same story on every engine.

mod audit;
mod file;
mod links;
mod once;
mod postgres;
mod rotation;
mod screening;
mod secret_ages;
mod sign_ins;
mod signing_keys;
mod speed;
mod story;
mod upgrade;
mod world;
