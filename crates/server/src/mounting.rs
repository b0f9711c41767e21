//! How a route is mounted, open to the doc tests of `compile_fail`, which hold that a handler
//! without a guard is no program.

pub use crate::call::Call;
pub use crate::error::ApiError;
pub use crate::guard::{Named, Names};
pub use crate::table::{Answered, Face, Guard, Handler, OpenHandler, Table};
