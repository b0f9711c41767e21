//! The host part of a URL: an address in any spelling, or a name.

use std::net::IpAddr;

/// A host as URLs write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// An address, however it was spelled: `0x7f.1`, `2130706433`, `[::1]`.
    Address(IpAddr),
    /// A name, in lower case and punycode, without a dot at its end.
    Name(String),
}

/// A text that is no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a host name or address")]
pub struct HostError {
    text: String,
    #[source]
    cause: url::ParseError,
}

impl Host {
    /// Reads a host as browsers do, so that no resolver sees an address where this saw a name.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let failed = |cause| HostError { text: text.chars().take(80).collect(), cause };
        Ok(match url::Host::parse(text).map_err(failed)? {
            url::Host::Ipv4(address) => Self::Address(address.into()),
            url::Host::Ipv6(address) => Self::Address(address.into()),
            url::Host::Domain(name) => {
                let name = name.strip_suffix('.').unwrap_or(&name);
                if name.is_empty() {
                    return Err(failed(url::ParseError::EmptyHost));
                }
                Self::Name(name.to_owned())
            }
        })
    }

    /// Whether this is a name that never leaves the machine or the local network: `localhost`,
    /// names below it, `.local`, `.internal`, and the metadata names of clouds, which are all
    /// below `.internal`. Names that are only resolved to such an address are not known here:
    /// check each address before connecting to it.
    pub fn is_local_name(&self) -> bool {
        let Self::Name(name) = self else { return false };
        let last = name.rsplit('.').next().unwrap_or_default();
        matches!(last, "localhost" | "local" | "internal" | "localdomain")
    }
}
