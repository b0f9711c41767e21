//! IPv4, by the IANA IPv4 Special-Purpose Address Registry.

use std::net::Ipv4Addr;

use super::{AddressClass, within_v4};

/// Metadata services: the common one, Amazon's for containers and pods, Alibaba's, Oracle's, and
/// Azure's wire server, which has a public address.
const METADATA: [Ipv4Addr; 6] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(168, 63, 129, 16),
];

/// Blocks that are not the public internet; none overlaps another.
const BLOCKS: [([u8; 4], u8, AddressClass); 16] = [
    ([0, 0, 0, 0], 8, AddressClass::Reserved),
    ([10, 0, 0, 0], 8, AddressClass::Private),
    ([100, 64, 0, 0], 10, AddressClass::CarrierNat),
    ([127, 0, 0, 0], 8, AddressClass::Loopback),
    ([169, 254, 0, 0], 16, AddressClass::LinkLocal),
    ([172, 16, 0, 0], 12, AddressClass::Private),
    ([192, 0, 0, 0], 24, AddressClass::Reserved),
    ([192, 0, 2, 0], 24, AddressClass::Documentation),
    // Relays of 6to4, withdrawn.
    ([192, 88, 99, 0], 24, AddressClass::Reserved),
    ([192, 168, 0, 0], 16, AddressClass::Private),
    // Benchmarking.
    ([198, 18, 0, 0], 15, AddressClass::Reserved),
    ([198, 51, 100, 0], 24, AddressClass::Documentation),
    ([203, 0, 113, 0], 24, AddressClass::Documentation),
    ([224, 0, 0, 0], 4, AddressClass::Multicast),
    ([255, 255, 255, 255], 32, AddressClass::Multicast),
    ([240, 0, 0, 0], 4, AddressClass::Reserved),
];

pub(super) fn classify(address: Ipv4Addr) -> AddressClass {
    if METADATA.contains(&address) {
        return AddressClass::Metadata;
    }
    let block = BLOCKS.iter().find(|(base, prefix, _)| within_v4(address, *base, *prefix));
    block.map_or(AddressClass::Global, |(_, _, class)| *class)
}
