//! Credentials of messengers, payment, mail, monitoring, identity and other services.

use crate::credential::Generator;

/// Every generator of this area.
pub(super) fn all() -> Vec<Generator> {
    Vec::new()
}
