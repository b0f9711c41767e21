//! Programs that must not compile, each beside a twin, one line apart, that does.
//!
//! A handler that takes no permit cannot stand on a guarded row:
//!
//! ```compile_fail
//! use server::mounting::{Answered, Call, Face, Table};
//! use policy::{ReadEntity, Scope};
//! async fn list(_call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().many::<ReadEntity>(Face::Api, "GET", "/api/x", list);
//! ```
//!
//! ```
//! use server::mounting::{Answered, Call, Face, Table};
//! use policy::{ReadEntity, Scope};
//! async fn list(_scope: Scope<ReadEntity>, _call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().many::<ReadEntity>(Face::Api, "GET", "/api/x", list);
//! ```
//!
//! A handler that needs a scope cannot stand on an open row, where nobody hands one out:
//!
//! ```compile_fail
//! use server::mounting::{Answered, Call, Face, Table};
//! use policy::{ReadEntity, Scope};
//! async fn list(_scope: Scope<ReadEntity>, _call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().open(Face::Api, "GET", "/api/x", "why", list);
//! ```
//!
//! ```
//! use server::mounting::{Answered, Call, Face, Table};
//! use policy::{ReadEntity, Scope};
//! async fn list(_call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().open(Face::Api, "GET", "/api/x", "why", list);
//! ```
//!
//! A handler for one action cannot stand on the row of another:
//!
//! ```compile_fail
//! use server::mounting::{Answered, ApiError, Call, Face, Named, Names, Table};
//! use policy::{Permit, Portal, ReadLocation, ReadSelf};
//! struct Here;
//! impl Names<ReadSelf> for Here {
//!     fn find(_: &Call) -> Result<Named<ReadSelf>, ApiError> { Ok(Named::Found(Portal)) }
//!     fn hidden(_: &Call) -> ApiError { unimplemented!() }
//! }
//! async fn show(_permit: Permit<ReadLocation>, _call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().one::<ReadSelf, Here>(Face::Api, "GET", "/api/x", show);
//! ```
//!
//! ```
//! use server::mounting::{Answered, ApiError, Call, Face, Named, Names, Table};
//! use policy::{Permit, Portal, ReadLocation, ReadSelf};
//! struct Here;
//! impl Names<ReadSelf> for Here {
//!     fn find(_: &Call) -> Result<Named<ReadSelf>, ApiError> { Ok(Named::Found(Portal)) }
//!     fn hidden(_: &Call) -> ApiError { unimplemented!() }
//! }
//! async fn show(_permit: Permit<ReadSelf>, _call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().one::<ReadSelf, Here>(Face::Api, "GET", "/api/x", show);
//! ```
//!
//! A row cannot be written without its guard; the table has no such door:
//!
//! ```compile_fail
//! use server::mounting::{Answered, Call, Face, Table};
//! async fn health(_call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().route(Face::Api, "GET", "/api/x", "why", health);
//! ```
//!
//! ```
//! use server::mounting::{Answered, Call, Face, Table};
//! async fn health(_call: Call) -> Answered { unimplemented!() }
//! let table = Table::default().open(Face::Api, "GET", "/api/x", "why", health);
//! ```
