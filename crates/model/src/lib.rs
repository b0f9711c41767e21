//! The nouns every room shares: entity refs, entities and their validation, the filter algebra,
//! secrets that cannot be printed, URLs that print without credentials, and the clock.
//!
//! Nothing here does I/O. What is parsed here is trusted by its type from then on.

mod clock;
pub mod entity;
mod entity_ref;
mod location_ref;
mod predicate;
mod safe_url;
mod secret;
mod stored;

pub use clock::{Clock, Entropy, SystemClock, Timestamp};
pub use entity::{Entity, EntityError, KindSupport, KnownKind, Stage};
pub use entity_ref::{EntityRef, RefContext, RefError};
pub use location_ref::{LocationRef, LocationRefError, is_script_url};
pub use predicate::{AttrTest, Folded, Predicate, RowTest, ValueTest};
pub use safe_url::SafeUrl;
pub use secret::Secret;
pub use stored::{Change, Edge, Sequence, StatusItem, StoredEntity};
