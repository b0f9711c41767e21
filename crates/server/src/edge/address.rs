//! The client's address, believed only as far as trusted proxies vouch for it.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// Longest chain of forwarding entries that is looked at.
const MAX_HOPS: usize = 32;

/// Finds the client's address.
///
/// `X-Forwarded-For` is read from the right, the side our own proxies write: entries that are
/// trusted proxies are passed over, the first that is not is the client. A peer that is no trusted
/// proxy is the client itself, whatever headers it sends. An entry that is no address ends the
/// walk: what stands left of it was written by somebody we do not trust.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    let entries = headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        // As bytes: a proxy appends to what a client sent, and a value must not be passed over whole
        // because the client's part of it is no text.
        .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','))
        .take(MAX_HOPS);
    for entry in entries {
        let text = std::str::from_utf8(entry).unwrap_or_default();
        let Some(address) = parse_entry(text.trim()) else { break };
        client = address;
        if !is_trusted(client) {
            break;
        }
    }
    client
}

/// Reads `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let address = entry
        .parse::<IpAddr>()
        .ok()
        .or_else(|| entry.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

/// The part of an address that one customer of a network holds: the whole of IPv4, a /64 of IPv6.
pub(crate) fn rate_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// The large network that an address is of: a /16 of IPv4, a /32 of IPv6.
pub(crate) fn wide_rate_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            IpAddr::from([a, b, 0, 0])
        }
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            IpAddr::from([a, b, 0, 0, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(peer: &str, forwarded: &[&str]) -> String {
        find_bytes(peer, &forwarded.iter().map(|value| value.as_bytes()).collect::<Vec<_>>())
    }

    fn find_bytes(peer: &str, forwarded: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", http::HeaderValue::from_bytes(value).expect("a header value"));
        }
        let trusted = ["10.0.0.0/8".parse().expect("a net"), "fd00::/8".parse().expect("a net")];
        client_address(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_its_address() {
        assert_eq!(find("203.0.113.9", &["10.1.1.1"]), "203.0.113.9");
    }

    #[test]
    fn the_rightmost_untrusted_entry_is_the_client() {
        assert_eq!(find("10.0.0.1", &["1.1.1.1, 203.0.113.7, 10.0.0.2"]), "203.0.113.7");
        assert_eq!(find("10.0.0.1", &["6.6.6.6", "203.0.113.7:99"]), "203.0.113.7");
        assert_eq!(find("::ffff:10.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
    }

    #[test]
    fn garbage_ends_the_walk_at_the_last_address_we_trust() {
        assert_eq!(find("10.0.0.1", &["1.1.1.1, bogus, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(find("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(find("10.0.0.1", &["unknown"]), "10.0.0.1");
    }

    #[test]
    fn bytes_that_are_no_text_hide_nobody() {
        assert_eq!(find_bytes("10.0.0.1", &[b"\xff, 203.0.113.7, 10.0.0.2"]), "203.0.113.7");
        assert_eq!(find_bytes("10.0.0.1", &[b"203.0.113.7", b"\xff"]), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_customer_has_one_key() {
        let key = |text: &str| rate_key(text.parse().expect("an address"));
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    }
}
