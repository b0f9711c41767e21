//! The HTTP surface: edge, guard, routes, pages; and the server that runs them.
//!
//! A request walks edge → row → guard → handler → headers (`dispatch`). Every row of the one table
//! (`routes`) has a guard; a guarded handler cannot be called without the permit or the scope that
//! the guard hands out.

mod app;
mod audit;
mod audit_lines;
mod auth;
mod call;
mod catalog;
mod compile_fail;
mod database;
mod dispatch;
mod edge;
mod error;
mod form;
mod freshness;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod gate;
mod guard;
mod ingest;
mod listen;
mod logging;
mod masks;
mod metrics;
mod metrics_listener;
#[doc(hidden)]
pub mod mounting;
mod outbound;
pub mod pages;
mod policy_files;
mod probe;
pub mod providers;
mod quarantine;
pub mod reader;
mod reload;
mod routes;
mod secret_age;
mod service_tokens;
mod sessions;
mod setup;
mod stall;
mod start;
mod system;
mod table;
mod tls;
mod watch;

pub use gate::{Accepted, Gate, Judgement, Posture, PostureFinding, PostureLine, PostureState};
pub use logging::log_to_stderr;
pub use masks::Masks;
pub use probe::{Probe, ProbeAnswer, ProbeError};
pub use routes::printed as routes;
pub use secret_age::{AgeState, Aged};
pub use setup::Setup;
pub use start::{Running, StartError, secret_ages, start};
pub use system::SystemEntropy;
pub use table::RouteRow;
pub use tls::TlsError;
