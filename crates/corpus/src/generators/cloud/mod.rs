//! Credentials of clouds, platforms and databases.

use crate::credential::Generator;

mod aws;
mod azure;
mod data;
mod google;
mod platforms;
mod vaults;

pub(super) use azure::client_secret as azure_client_secret;

/// Every generator of this area.
pub(super) fn all() -> Vec<Generator> {
    [aws::ALL, google::ALL, azure::ALL, platforms::ALL, vaults::ALL, data::ALL].concat()
}
