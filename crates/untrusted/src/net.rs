//! Which addresses a server may call on somebody's behalf.
//!
//! Requests that a stranger can steer must reach the public internet only. An address is judged
//! after every disguise is off: IPv4 inside IPv6, and the odd spellings of IPv4 that resolvers take.

mod host;
mod v4;
mod v6;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

pub use host::{Host, HostError};

/// What an address is for. Only [`AddressClass::Global`] is the public internet.
///
/// IPv6 addresses that carry an IPv4 one (mapped, compatible, 6to4, NAT64, Teredo) have the class
/// of the address they carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressClass {
    /// The public internet.
    Global,
    /// This machine.
    Loopback,
    /// A private network: RFC 1918, unique local and site local IPv6.
    Private,
    /// This link.
    LinkLocal,
    /// A cloud's metadata service, which hands out credentials.
    Metadata,
    /// Behind a carrier's address translation: 100.64.0.0/10.
    CarrierNat,
    /// Many receivers at once, broadcast included.
    Multicast,
    /// Examples in documents.
    Documentation,
    /// Unspecified, benchmarking, discard, unassigned and the rest.
    Reserved,
}

impl AddressClass {
    /// Classifies an address by the IANA special-purpose registries.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => v4::classify(address),
            IpAddr::V6(address) => v6::classify(address),
        }
    }
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "public",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Metadata => "cloud metadata",
            Self::CarrierNat => "carrier NAT",
            Self::Multicast => "multicast",
            Self::Documentation => "documentation",
            Self::Reserved => "reserved",
        })
    }
}

/// Whether an address is on the public internet.
pub fn is_global(address: IpAddr) -> bool {
    AddressClass::of(address) == AddressClass::Global
}

/// Whether `address` is within `base/prefix`.
fn within_v4(address: Ipv4Addr, base: [u8; 4], prefix: u8) -> bool {
    ipnet::Ipv4Net::new(base.into(), prefix).is_ok_and(|network| network.contains(&address))
}

/// Whether `address` is within `base/prefix`.
fn within_v6(address: Ipv6Addr, base: [u16; 8], prefix: u8) -> bool {
    ipnet::Ipv6Net::new(base.into(), prefix).is_ok_and(|network| network.contains(&address))
}

#[cfg(test)]
mod tests;
