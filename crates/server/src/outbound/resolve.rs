//! Names become addresses once, and every address is looked at before anything is sent there.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use untrusted::net::AddressClass;

/// An address that may not be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host} is at {address}, a {class} address")]
pub(super) struct Refused {
    host: String,
    address: IpAddr,
    class: AddressClass,
}

/// Whether `address` may be called on behalf of `host`.
///
/// A name that the operator wrote down in full may lie in a private network. No name, whoever wrote it,
/// may lead to a metadata service: that is what rebinding aims at.
pub(super) fn check(host: &str, address: IpAddr, named: bool) -> Result<(), Refused> {
    let class = AddressClass::of(address);
    let itself = host.trim_matches(['[', ']']).parse() == Ok(address);
    let allowed = match class {
        AddressClass::Global => true,
        AddressClass::Loopback | AddressClass::Private | AddressClass::CarrierNat => named,
        _ => named && itself,
    };
    if allowed { Ok(()) } else { Err(Refused { host: host.to_owned(), address, class }) }
}

/// Tells which hosts the operator wrote down in full.
pub(super) trait Named: Send + Sync + 'static {
    /// Whether this one is.
    fn names(&self, host: &str) -> bool;
}

/// Resolves for the HTTP client, which connects to the addresses given here and no others.
pub(super) struct CheckedResolver<N> {
    pub(super) named: Arc<N>,
}

impl<N: Named> Resolve for CheckedResolver<N> {
    fn resolve(&self, name: Name) -> Resolving {
        let named = self.named.names(name.as_str());
        let host = name.as_str().to_owned();
        Box::pin(async move {
            // The client puts in the port it wants.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            if found.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, format!("{host} has no address")).into());
            }
            // One bad address spoils all: a mixed answer is what an attack looks like.
            for address in &found {
                check(&host, address.ip(), named)?;
            }
            Ok::<Addrs, Box<dyn std::error::Error + Send + Sync>>(Box::new(found.into_iter()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(host: &str, address: &str, named: bool) -> bool {
        check(host, address.parse().expect("an address"), named).is_ok()
    }

    #[test]
    fn private_addresses_need_a_host_named_in_full() {
        for private in ["127.0.0.1", "10.0.0.8", "::1", "192.168.0.1", "100.64.0.1", "::ffff:10.0.0.1"] {
            assert!(!allowed("a.example", private, false), "{private}");
            assert!(allowed("a.example", private, true), "{private}");
        }
        assert!(allowed("a.example", "1.1.1.1", false));
    }

    #[test]
    fn no_name_leads_to_the_metadata_service() {
        assert!(!allowed("a.example", "169.254.169.254", true));
        assert!(allowed("169.254.169.254", "169.254.169.254", true), "it was written down as it is");
        assert!(!allowed("169.254.169.254", "169.254.169.254", false));
    }
}
